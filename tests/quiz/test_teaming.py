"""What a team has reached follows from its members alone."""

from hypothesis import given
from hypothesis import strategies as st

from quiz.ordering import cost, worth
from quiz.teaming import ranked, team_cost

results = st.tuples(st.integers(0, 1000), st.integers(0, 14_400))
members = st.lists(results, max_size=20)
counting = st.none() | st.integers(1, 20)


def of(found, counts):
    return team_cost([cost(*pair) for pair in found], counts)


def test_without_a_result_a_team_has_no_place():
    assert team_cost([], None) is None
    assert team_cost([], 3) is None


def test_the_best_add_up_points_and_seconds():
    found = [(30, 100), (10, 5), (30, 90), (20, 60)]
    assert worth(of(found, None)) == (90, 255)
    assert worth(of(found, 2)) == (60, 190)
    assert worth(of(found, 1)) == (30, 90)


@given(members, counting)
def test_the_order_of_members_does_not_matter(found, counts):
    assert of(found, counts) == of(found[::-1], counts)


@given(members, counting)
def test_no_other_choice_of_members_would_stand_higher(found, counts):
    """More points than the best bring, no choice of as many has; nor as many in less time."""
    value = of(found, counts)
    if value is None:
        return
    for start in range(len(found)):
        assert of((found[start:] + found[:start])[:counts], None) >= value


@given(members, results, counting)
def test_a_member_more_who_gets_points_never_harms(found, more, counts):
    before, after = of(found, counts), of([*found, more], counts)
    assert before is None or more[0] == 0 or after <= before


@given(members, st.data(), counting)
def test_a_better_result_of_one_never_harms(found, data, counts):
    if not found:
        return
    place = data.draw(st.integers(0, len(found) - 1))
    better = data.draw(results)
    if cost(*better) > cost(*found[place]):
        return
    changed = [*found[:place], better, *found[place + 1 :]]
    assert of(changed, counts) <= of(found, counts)


@given(members)
def test_as_many_as_there_are_is_all_of_them(found):
    assert of(found, None) == of(found, 20)


@given(st.dictionaries(st.integers(), st.none() | st.integers(0, 5), max_size=20))
def test_a_rank_is_one_more_than_the_teams_before_and_nobody_is_lost(teams):
    found = ranked(teams)
    assert sorted(team for _rank, team in found) == sorted(teams)
    for rank, team in found:
        value = teams[team]
        if value is None:
            assert rank is None
        else:
            better = sum(other is not None and other < value for other in teams.values())
            assert rank == 1 + better
    placed = [rank is not None for rank, _team in found]
    assert placed == sorted(placed, reverse=True)
