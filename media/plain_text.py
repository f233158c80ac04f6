"""Make text that was drawn out of files fit to be searched and shown. Pure."""

import re
import unicodedata

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A line of a PDF ends where the paper does; so long a one goes on in the next.
FULL_LINE = 15
# Characters one by one with a space between, as titles are set: 通 知.
SPREAD = re.compile(rf"(?<![{HAN}])(?:[{HAN}] )+[{HAN}](?![{HAN}])")
BROKEN_LINE = re.compile(rf"(?<=[{HAN}，、])\n(?=[{HAN}])")
# PDF programs write radicals where the characters look the same. NFKC knows those of Kangxi;
# these, of the supplement, have no decomposition.
RADICALS = str.maketrans(
    "⺁⺄⺌⺎⺒⺓⺗⺛⺜⺝⺞⺠⺧⺪⺫⺬⺰⺶⺷⺸⺼⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乙小兀巳幺心旡日月歹民牛疋目示纟羊羊羊月臼虎西见角贝车長长门雨青韦页风飞食食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
KANGXI = re.compile("[\u2f00-\u2fd5]")
CAPTION_TIME = re.compile(r"-->")
CAPTION_TAG = re.compile(r"<[^>]*>|\{[^}]*\}")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": ""}


def tidied(text: str) -> str:
    """Return `text` without controls and lone surrogates, with look-alike radicals as characters
    and with words that a line's end had torn apart; no empty lines."""
    text = KANGXI.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = text.translate(RADICALS).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char if _is_seen(char) else " " if char in "\t\f\v" else "" for char in text)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    text = "\n".join(SPREAD.sub(_closed, line) for line in lines if line)
    return _joined(text)


def captions_text(captions: str) -> str:
    """Return what is spoken in `captions` (WebVTT), a line per cue, without times and marks."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", captions.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.split("\n")
        starts = [at for at, row in enumerate(rows) if CAPTION_TIME.search(row)]
        if not starts:  # the heading, a note, a style
            continue
        spoken = " ".join(_plain(row) for row in rows[starts[0] + 1 :])
        # Captions that roll up say each line twice.
        if spoken.strip() and spoken.strip() not in lines[-1:]:
            lines.append(spoken.strip())
    return tidied("\n".join(lines))


def _plain(row: str) -> str:
    row = CAPTION_TAG.sub("", row)
    for entity, char in ENTITIES.items():
        row = row.replace(entity, char)
    return row


def _is_seen(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _closed(found: re.Match) -> str:
    return found[0].replace(" ", "")


def _joined(text: str) -> str:
    """Join a line to the next where a full line breaks off inside a sentence."""

    def join(found: re.Match) -> str:
        start = text.rfind("\n", 0, found.start()) + 1
        return "" if found.start() - start >= FULL_LINE else "\n"

    return BROKEN_LINE.sub(join, text)
