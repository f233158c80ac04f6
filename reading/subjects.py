"""The words by which a book on a subject is looked for. No I/O."""

STATE = "中华人民共和国"
MARKS = "《》〈〉"
SHORTEST = 2


def words_of(law: str, category: str) -> list[str]:
    """What a book on `law`, or on what the heading `category` says, may have in its title.

    The law without its marks and the name of the state, for titles have it in short; nothing of a
    single character, which is in every title.
    """
    short = "".join(char for char in law if char not in MARKS).strip().removeprefix(STATE)
    words = (short, category.strip())
    return list(dict.fromkeys(word for word in words if len(word) >= SHORTEST))
