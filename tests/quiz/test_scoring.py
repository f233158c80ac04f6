"""Points are a pure function of paper, key and answers."""

from hypothesis import given
from hypothesis import strategies as st

from quiz.scoring import Item, is_right, key_problem, points_of, right_count

ids = st.text("bcdfgh", min_size=1, max_size=6)


@st.composite
def items(draw):
    count = draw(st.integers(2, 6))
    names = draw(st.lists(ids, min_size=count, max_size=count, unique=True))
    key = draw(st.frozensets(st.integers(0, count - 1), min_size=1))
    places = draw(st.permutations(range(count)))
    return Item(draw(st.integers(1, 1000)), dict(zip(names, places, strict=True)), key)


def key_of(item):
    return [name for name, place in item.options.items() if place in item.key]


@given(st.lists(items(), max_size=8))
def test_the_whole_key_brings_all_points(paper):
    answers = {number: key_of(item) for number, item in enumerate(paper, start=1)}
    assert points_of(paper, answers) == sum(item.points for item in paper)
    assert right_count(paper, answers) == len(paper)


@given(st.lists(items(), max_size=8))
def test_no_answer_brings_no_points(paper):
    assert points_of(paper, {}) == 0
    assert points_of(paper, {number: [] for number in range(1, 30)}) == 0


@given(items(), st.data())
def test_only_exactly_the_key_is_right(item, data):
    chosen = data.draw(st.sets(st.sampled_from(sorted(item.options))))
    assert is_right(item, chosen) == (chosen == set(key_of(item)))


@given(items(), ids)
def test_an_id_of_elsewhere_is_never_right(item, foreign):
    if foreign not in item.options:
        assert not is_right(item, [foreign])
        assert not is_right(item, [*key_of(item), foreign])


@given(st.lists(items(), min_size=1, max_size=8), st.data())
def test_points_do_not_depend_on_the_order_in_which_options_stand(paper, data):
    answers = {
        number: data.draw(st.sets(st.sampled_from(sorted(item.options))))
        for number, item in enumerate(paper, start=1)
    }
    turned = [
        Item(item.points, dict(reversed(list(item.options.items()))), item.key) for item in paper
    ]
    assert points_of(paper, answers) == points_of(turned, answers)


def test_a_key_fits_its_kind():
    assert key_problem("single", ["甲", "乙"], [0]) == ""
    assert key_problem("multiple", ["甲", "乙", "丙"], [0, 2]) == ""
    assert key_problem("boolean", ["对", "错"], [1]) == ""


def test_a_key_that_does_not_fit_says_why():
    assert "有且只有一个" in key_problem("single", ["甲", "乙"], [0, 1])
    assert "至少有两个正确" in key_problem("multiple", ["甲", "乙"], [0])
    assert "只有两个选项" in key_problem("boolean", ["对", "错", "不定"], [0])
    assert "至少要有两个选项" in key_problem("single", ["甲"], [0])
    assert "不能重复" in key_problem("single", ["甲", "甲 "], [0])
    assert "不存在" in key_problem("single", ["甲", "乙"], [7])
