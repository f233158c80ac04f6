"""The Chinese Library Classification (中图法) as far as the shelves need it.

The scheme has 22 base classes, one letter each; only T (industrial technology) splits by a second
letter. Names are data of the scheme, not of the interface, and are not translated.
"""

BASE_CLASSES = {
    "A": "马列主义、毛泽东思想、邓小平理论",
    "B": "哲学、宗教",
    "C": "社会科学总论",
    "D": "政治、法律",
    "E": "军事",
    "F": "经济",
    "G": "文化、科学、教育、体育",
    "H": "语言、文字",
    "I": "文学",
    "J": "艺术",
    "K": "历史、地理",
    "N": "自然科学总论",
    "O": "数理科学和化学",
    "P": "天文学、地球科学",
    "Q": "生物科学",
    "R": "医药、卫生",
    "S": "农业科学",
    "T": "工业技术",
    "U": "交通运输",
    "V": "航空、航天",
    "X": "环境科学、安全科学",
    "Z": "综合性图书",
}
TECHNOLOGY = {
    "TB": "一般工业技术",
    "TD": "矿业工程",
    "TE": "石油、天然气工业",
    "TF": "冶金工业",
    "TG": "金属学与金属工艺",
    "TH": "机械、仪表工业",
    "TJ": "武器工业",
    "TK": "能源与动力工程",
    "TL": "原子能技术",
    "TM": "电工技术",
    "TN": "电子技术、通信技术",
    "TP": "自动化技术、计算机技术",
    "TQ": "化学工业",
    "TS": "轻工业、手工业、生活服务业",
    "TU": "建筑科学",
    "TV": "水利工程",
}
# The cloth of a cover without a picture; letters that are not named wear sand.
TONES = {
    **dict.fromkeys("AD", "red"),
    **dict.fromkeys("ET", "ink"),
    **dict.fromkeys("PUVX", "blue"),
    **dict.fromkeys("FKS", "gold"),
}


def base_class(mark: str) -> str:
    """The base letter of a class mark such as "I210" or "TG44"; "" where it has none."""
    letter = mark.strip()[:1].upper()
    return letter if letter in BASE_CLASSES else ""


def class_name(mark: str) -> str:
    """The finest name known for a class mark: TG44 → 金属学与金属工艺, I210 → 文学; else ""."""
    mark = mark.strip().upper()
    return TECHNOLOGY.get(mark[:2], "") or BASE_CLASSES.get(mark[:1], "")


def tone(mark: str) -> str:
    """Colour of the typographic cover: red, ink, blue, gold or sand."""
    return TONES.get(base_class(mark), "sand")
