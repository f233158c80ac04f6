"""How a person's name is shown where anyone may read it."""

from functools import lru_cache

import regex

MASK = "*"
# Two-character surnames in use (百家姓 and the public-security ministry's yearly name reports).
COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "宇文"}
    | {
        "夏侯",
        "端木",
        "轩辕",
        "长孙",
        "独孤",
        "南宫",
        "西门",
        "呼延",
        "闻人",
        "澹台",
        "公冶",
        "宗政",
    }
    | {"濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离", "鲜于", "闾丘", "赫连", "拓跋"}
)
MIDDLE_DOT = "·"


def graphemes(text: str) -> list[str]:
    """Split `text` into what a reader sees as characters (Unicode extended grapheme clusters)."""
    found: list[str] = regex.findall(r"\X", text)
    return found


@lru_cache(maxsize=10_000)
def mask_name(name: str) -> str:
    """Return `name` with all but its family part replaced by one asterisk per hidden group.

    王芳 → 王*, 王小明 → 王*, 欧阳雪 → 欧阳*, 买买提·艾力 → 买买提·艾*: of a name with a middle dot
    the first part stays whole and the last keeps its first character. The number of asterisks is
    fixed, so that it says nothing about the length. Characters are grapheme clusters, never code
    units; an empty name stays empty, a single character becomes itself and an asterisk.
    """
    name = name.strip()
    if not name:
        return ""
    if MIDDLE_DOT in name.strip(MIDDLE_DOT):
        first, _, rest = name.strip(MIDDLE_DOT).partition(MIDDLE_DOT)
        last = graphemes(rest.rpartition(MIDDLE_DOT)[2])
        return f"{first}{MIDDLE_DOT}{last[0] if last else ''}{MASK}"
    characters = graphemes(name)
    family = "".join(characters[:2])
    if len(characters) > 2 and family in COMPOUND_SURNAMES:
        return family + MASK
    return characters[0] + MASK


def public_name(nickname: str, name: str) -> str:
    """The chosen nickname, else the masked name; fit for any board."""
    return nickname or mask_name(name)


def mask_phone(phone: str | None) -> str:
    """138****1234: for the person's own screen and an officer's roster, never for a public page.

    It leaves but ten thousand numbers. Anything but eleven digits shows nothing.
    """
    return f"{phone[:3]}****{phone[7:]}" if phone and len(phone) == 11 else ""
