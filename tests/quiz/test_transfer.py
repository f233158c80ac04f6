"""Questions as people write them in Word and Excel, read without a database."""

from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.transfer import heads
from quiz.transfer.rows import Row, RowProblem, draft_of
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
