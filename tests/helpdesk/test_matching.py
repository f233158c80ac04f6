"""When an entry answers a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import matching
from helpdesk.matching import fit, is_topic, sought, telling_key
from search.text import parse

TEXT = st.text(
    alphabet=st.sampled_from(
        "工会会费怎么交多少年假没休完单位不缴社保吗能我要加班工资１2a勞動 ？，"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("请问怎么加入工会？", "加入 工会"),
        ("单位不给缴社会保险怎么办", "缴 社会保险"),
        ("勞動合同沒簽怎麼辦", "劳动合同 没签"),
        ("产假有多少天", "产假"),
        ("我想问一下能不能", ""),
        ("", ""),
    ],
)
def test_what_makes_it_a_question_is_left_out(asked, words):
    assert sought(asked) == words


@pytest.mark.parametrize(
    ("asked", "wordings"),
    [
        ("怎么加入工会", ["请问加入工会可以吗"]),
        ("年假没休完能补钱吗", ["年休假没休完，单位要补钱吗？"]),
        ("单位不缴社会保险", ["公司不缴社保", "社会 保险 不给缴"]),
        ("外卖骑手能加入工会吗", ["骑手能入会吗", "怎么加入工会"]),
        ("拖欠工资去哪告", ["拖欠工资怎么办"]),
        ("产假几天", ["产假有多少天"]),
    ],
)
def test_the_same_subject_in_other_words_is_good(asked, wordings):
    assert fit(asked, wordings).is_good


@pytest.mark.parametrize(
    ("asked", "wordings"),
    [
        ("今天天气怎么样", ["产假有多少天"]),
        ("高温补贴怎么领", ["失业金怎么领"]),
        ("工资条可以不发吗", ["工伤休养期间工资怎么发"]),
        ("公司能罚款吗", ["怎么加入工会", "逾期罚款多少钱怎么交"]),
        ("怎么办", ["怎么办"]),
        ("离职证明不给开怎么办", ["离职要提前几天通知"]),
        ("工会", ["怎么加入工会"]),
        ("年假", []),
    ],
)
def test_another_subject_is_not(asked, wordings):
    assert not fit(asked, wordings).is_good


def test_a_synonym_stands_for_its_word():
    asked, wordings = "缴纳社保怎么断", ["缴纳社会保险能断吗"]
    assert not fit(asked, wordings).is_good
    assert fit(asked, wordings, [("社保", "社会保险")]).is_good


def test_two_thirds_are_enough_and_less_is_not():
    # 加入 and 工会 are four of six characters, and of seven.
    assert fit("加入工会 竞赛", ["加入工会"]).is_good
    assert not fit("加入工会 竞赛场", ["加入工会"]).is_good


@pytest.mark.parametrize(("text", "topic"), [("年假", True), ("年假几天", False), ("吗", False)])
def test_a_bare_word_is_a_topic(text, topic):
    assert is_topic(text) is topic


@given(TEXT)
def test_a_question_answers_itself_if_it_tells_anything(text):
    found = fit(text, [text])
    assert found.is_good is bool(sought(text))
    assert found.share == (1 if sought(text) else 0)


@given(TEXT, st.lists(TEXT, max_size=4), TEXT)
def test_one_more_wording_never_makes_a_match_worse(asked, wordings, more):
    assert fit(asked, [*wordings, more]) >= fit(asked, wordings)


@given(TEXT, st.lists(TEXT, max_size=3))
def test_a_share_is_a_share_and_counts_nothing_unasked(asked, wordings):
    found = fit(asked, wordings)
    assert 0 <= found.share <= 1
    assert found.words <= sum(word.count for word in matching.telling(asked))


@given(TEXT)
def test_telling_words_are_words_of_the_question(text):
    units = [unit.text for unit in parse(text).units]
    assert all(any(word.text in unit for unit in units) for word in matching.telling(text))
    assert telling_key(text) == sought(text).replace(" ", "")
