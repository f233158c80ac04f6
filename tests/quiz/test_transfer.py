"""Questions as people write them in Word and Excel, read without a database."""

from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz import scoring
from quiz.transfer import heads
from quiz.transfer.document import lines_of
from quiz.transfer.rows import Row, RowProblem, draft_of, tidy
from quiz.transfer.upload import read
from quiz.transfer.word import options_of, questions_in
from tests.factories.media import docx_bytes
from unions.tables import TableError

PAPER = """省职工知识竞赛题库
类别：工会法
一、单项选择题
1. 职工代表大会至少多久召开一次？
A. 每年一次
B. 每两年一次
答案：A
解析：《企业民主管理规定》写明：
1. 每年至少一次；
2. 必要时可以临时召开。
依据：《企业民主管理规定》第十七条
难度：中
2、哪项不是工会的职责？
（A）维护　（B）建设　（C）罚款　（D）教育
正确答案：C
二、多选题
1．以下属于劳动保护的有
A、安全帽  B、护目镜
C、奖金
【答案】AB
分值：20
三、判断题
1、工会是群众组织。（ ）
答案：√
四、填空题
1. 每天工作不超过____小时。
答案：8|八
"""


def word(text):
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return docx_bytes(paragraphs)


def row(**texts):
    return Row(2, {"类别": "工会法", "题干": "题？", **texts})


def problem(**texts):
    with pytest.raises(RowProblem) as caught:
        draft_of(row(**texts))
    return str(caught.value)


def test_a_word_file_gives_its_questions_with_all_that_is_said_of_them():
    found = read(word(PAPER))
    drafts = [draft_of(one) for one in found.rows]
    assert found.word
    assert [draft.fields["kind"] for draft in drafts] == [
        "single",
        "single",
        "multiple",
        "boolean",
        "fill",
    ]
    first, second, third, fourth, fifth = drafts
    assert first.fields["category"] == "工会法"
    assert first.fields["difficulty"] == 2
    assert first.fields["explanation"].endswith("1. 每年至少一次；\n2. 必要时可以临时召开。")
    assert first.fields["source_law"] == "《企业民主管理规定》"
    assert first.fields["source_article"] == "第十七条"
    assert second.options == [
        ("维护", False),
        ("建设", False),
        ("罚款", True),
        ("教育", False),
    ]
    assert third.options == [("安全帽", True), ("护目镜", True), ("奖金", False)]
    assert third.fields["points"] == 20
    assert fourth.options == [("正确", True), ("错误", False)]
    assert fifth.options == [("8", True), ("八", True)]


def test_lines_of_a_long_word_paragraph_are_not_joined():
    option = "一二三四五六七八九十一二三四五六七八"
    text = f"类别：法\n1. 题干很长很长很长很长很长很长很长\nA. {option}\nB. 乙\n答案：A"
    draft = draft_of(read(word(text)).rows[0])
    assert [text for text, _right in draft.options] == [option, "乙"]


def test_a_forgotten_number_is_told_instead_of_mixing_two_questions():
    rows = questions_in(["1. 甲？", "A. 一", "B. 二", "乙？", "A. 三", "B. 四", "答案：A"])
    with pytest.raises(RowProblem, match="漏了题号"):
        draft_of(rows[0])


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("A. 甲  B. 乙", [("A", "甲"), ("B", "乙")]),
        ("（A）甲 （B）乙", [("A", "甲"), ("B", "乙")]),
        ("Ａ．甲\tＢ．乙", [("A", "甲"), ("B", "乙")]),
        ("A. 见 C. 款", [("A", "见 C. 款")]),
        ("A公司的职工", []),
        ("3.5 倍", []),
    ],
)
def test_options_of_a_line(line, options):
    assert options_of(line) == options


def test_a_number_with_a_fraction_begins_no_question():
    rows = questions_in(["1. 加班费是多少？", "1.5 倍还是 2 倍？", "答案：1.5 倍"])
    assert [one["题干"] for one in rows] == ["加班费是多少？\n1.5 倍还是 2 倍？"]


@given(st.lists(st.text("1２AB.、：答案解析题单选一（） 甲\t\x00", max_size=12), max_size=12))
def test_nothing_in_a_text_breaks_the_reader(lines):
    for number, one in enumerate(questions_in(lines), 1):
        assert one.number == number
        with suppress(RowProblem):
            draft_of(one)


@given(st.dictionaries(st.sampled_from(heads.ALL), st.text(max_size=20)))
def test_nothing_in_a_row_breaks_its_reading(texts):
    with suppress(RowProblem):
        assert any(right for _text, right in draft_of(Row(2, texts)).options)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"题干": " "}, "没有题干"),
        ({"类别": ""}, "没有类别"),
        ({"选项A": "甲", "选项B": "乙"}, "没有答案"),
        ({"选项A": "甲", "选项B": "乙", "答案": "C"}, "答案是 C，但没有这个选项"),
        ({"选项A": "甲", "选项C": "乙", "答案": "A"}, "选项B是空的"),
        ({"选项A": "甲", "选项B": "甲", "答案": "A"}, "选项不能重复"),
        ({"选项A": "甲", "选项B": "乙", "答案": "AA"}, "重复的字母"),
        ({"选项A": "甲", "选项B": "乙", "答案": "甲"}, "答案要写选项的字母"),
        ({"题型": "单选", "选项A": "甲", "选项B": "乙", "答案": "AB"}, "有且只有一个"),
        ({"题型": "问答", "答案": "甲"}, "题型只能写单选、多选、判断、填空"),
        ({"题型": "填空", "选项A": "甲", "答案": "甲"}, "填空题没有选项"),
        ({"难度": "极难", "答案": "甲"}, "难度只能写易、中、难"),
        ({"分值": "0", "答案": "甲"}, "分值要是 1 到 1000"),
        ({"分值": "十", "答案": "甲"}, "分值要是 1 到 1000"),
        ({"生效日期": "2026-02-30", "答案": "甲"}, "看不出是哪一天"),
        ({"生效日期": "2026/5/2", "失效日期": "2026年5月1日", "答案": "甲"}, "早于生效日期"),
        ({"练习专用": "也许", "答案": "甲"}, "要写“是”或“否”"),
        ({"图片编号": "3", "答案": "甲"}, "有图片的题要写图片说明"),
        ({"题干": "长" * 1001, "答案": "甲"}, "题干超过 1000 个字"),
    ],
)
def test_a_row_that_is_wrong_says_why(texts, said):
    assert said in problem(**texts)


def test_a_word_file_without_numbers_says_how_to_write_them():
    with pytest.raises(TableError) as caught:
        read(word("谁可以参加工会？\nA. 职工\n答案：A"))
    assert caught.value.code == "no_questions"
    assert "自动编号" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [docx_bytes("<w:p>" * 3000 + "</w:p>" * 3000), docx_bytes("x", doctype="<!DOCTYPE x>")],
)
def test_a_harmful_word_file_is_refused(content):
    with pytest.raises(TableError) as caught:
        read(content)
    assert caught.value.code == "unreadable"


def test_a_table_in_gbk_is_read():
    text = "类别,题干,答案\n工会法,工会是什么组织？,群众组织\n"
    draft = draft_of(read(text.encode("gbk")).rows[0])
    assert draft.options == [("群众组织", True)]


def test_wrong_columns_are_named():
    with pytest.raises(TableError) as caught:
        read("问题,答案\n甲,乙\n".encode())
    assert "类别、题干" in str(caught.value)


def texts_of(kind, draw):
    """What a row of `kind` may say, tidied as the import leaves it."""
    words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join).map(tidy)
    line = words.map(lambda text: tidy(text, one_line=True)).filter(bool)
    said = words.filter(bool)
    texts = {
        heads.KIND: heads.KINDS[kind][0],
        heads.CATEGORY: draw(line),
        heads.DIFFICULTY: draw(st.sampled_from("易中难")),
        heads.POINTS: str(draw(st.integers(1, 1000))),
        heads.STEM: draw(said),
        heads.EXPLANATION: draw(words),
        heads.LAW: draw(line | st.just("")),
        heads.ARTICLE: draw(line | st.just("")),
        heads.PRACTICE: draw(st.sampled_from("是否")),
    }
    if draw(st.booleans()):
        texts |= {heads.PICTURE: "12", heads.PICTURE_ALT: draw(line)}
        texts |= {heads.SOUND: "7", heads.TRANSCRIPT: draw(said)}
        texts |= {heads.VALID_FROM: "2026-01-02", heads.VALID_UNTIL: "2027-01-01"}
    if kind == scoring.FILL:
        forms = draw(st.lists(line, min_size=1, max_size=3, unique_by=scoring.folded))
        return texts | {heads.ANSWER: "\n".join(forms)}
    count = 2 if kind == scoring.BOOLEAN else draw(st.integers(2, 6))
    least, most = (2, count) if kind == scoring.MULTIPLE else (1, 1)
    options = draw(st.lists(line, min_size=count, max_size=count, unique_by=scoring.folded))
    right = draw(st.sets(st.sampled_from(heads.LETTERS[:count]), min_size=least, max_size=most))
    texts |= dict(zip(heads.OPTIONS, options, strict=False))
    return texts | {heads.ANSWER: "".join(sorted(right))}


# What a text may have in it that looks like a mark of the format.
PIECES = [
    *(
        "甲",
        "乙方",
        "1.5",
        "1. ",
        "2、",
        "A. ",
        " B. ",
        "（C）",
        "答案：",
        "【解析】",
        "依据:",
        "难度：易",
    ),
    *(
        "一、单选题",
        "《工会法》",
        "第三条",
        "|",
        "｜",
        "\n",
        "\n\n",
        "  ",
        "　",
        "\u2060",
        "<b>",
        "&",
        "图片编号：3",
    ),
]
papers = st.composite(
    lambda draw: [
        texts_of(kind, draw)
        for kind in draw(st.lists(st.sampled_from(list(heads.KINDS)), min_size=1, max_size=4))
    ]
)()


def drafted(rows):
    """Each row's question, or why it is none."""
    found = []
    for one in rows:
        try:
            draft = draft_of(one)
        except RowProblem as problem:
            found.append(str(problem))
        else:
            found.append((draft.fields, draft.options))
    return found


@given(papers)
def test_what_is_written_in_word_s_form_reads_back_as_it_was(paper):
    lines = [line for number, texts in enumerate(paper, 1) for line in lines_of(number, texts)]
    given_rows = [Row(number, texts) for number, texts in enumerate(paper, 1)]
    assert drafted(questions_in(lines)) == drafted(given_rows)


def test_an_ordinary_question_is_written_as_people_write_it():
    texts = {
        heads.KIND: "多选",
        heads.CATEGORY: "工会法",
        heads.DIFFICULTY: "中",
        heads.POINTS: "20",
        heads.STEM: "下列属于劳动保护的有",
        heads.OPTIONS[0]: "安全帽",
        heads.OPTIONS[1]: "护目镜",
        heads.ANSWER: "AB",
        heads.EXPLANATION: "第一条：\n都要戴。",
        heads.LAW: "工会法",
        heads.ARTICLE: "第三条",
        heads.PICTURE: "12",
        heads.PICTURE_ALT: "一块警示牌",
    }
    assert list(lines_of(3, texts)) == [
        *(
            "3. 下列属于劳动保护的有",
            "A. 安全帽",
            "B. 护目镜",
            "答案：AB",
            "题型：多选",
            "类别：工会法",
        ),
        *(
            "难度：中",
            "分值：20",
            "依据：工会法",
            "条款：第三条",
            "图片编号：12",
            "图片说明：一块警示牌",
        ),
        *("解析：第一条：", "都要戴。"),
    ]
