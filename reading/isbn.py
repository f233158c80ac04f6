"""International Standard Book Numbers: from what people type to thirteen checked digits."""

SEPARATORS = dict.fromkeys(map(ord, "-‐‑–— \u3000"))


def check_digit(first_twelve: str) -> str:
    """The thirteenth digit for `first_twelve` (twelve ASCII digits): weights 1 and 3, modulo 10."""
    total = sum(
        int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve[:12])
    )
    return str(-total % 10)


def is_isbn13(text: str) -> bool:
    """Whether `text` is thirteen ASCII digits from 978 or 979 on with the right check digit."""
    return (
        len(text) == 13
        and text.isascii()
        and text.isdigit()
        and text.startswith(("978", "979"))
        and check_digit(text) == text[12]
    )


def is_isbn10(text: str) -> bool:
    """Whether `text` is an ISBN of before 2007: nine digits and a check digit 0–9 or X."""
    if len(text) != 10 or not text.isascii() or not text[:9].isdigit():
        return False
    last = text[9].upper()
    if not (last.isdigit() or last == "X"):
        return False
    values = [*map(int, text[:9]), 10 if last == "X" else int(last)]
    return (
        sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11
        == 0
    )


def normalise(text: str) -> str:
    """Thirteen digits for an ISBN as printed (hyphens, spaces, ten digits), or ValueError."""
    bare = text.translate(SEPARATORS).upper().removeprefix("ISBN").lstrip(":：")
    if is_isbn13(bare):
        return bare
    if is_isbn10(bare):
        return f"978{bare[:9]}{check_digit('978' + bare[:9])}"
    raise ValueError(text)
