"""Who may take part: unions, industries, membership; and what others read."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from quiz import services
from quiz.eligibility import (
    ANYONE,
    MEMBER,
    NO_UNION,
    OTHER_INDUSTRY,
    OTHER_UNION,
    Conditions,
    Group,
    Place,
    obstacle,
)
from quiz.errors import QuizError
from quiz.models import Admission
from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, UnionFactory

paths = st.sampled_from(["", "0001", "00010001", "000100010001", "0002", "00020001"])
industries = st.sampled_from(["", "energy", "health"])
groups = st.builds(Group, paths, industries).filter(lambda group: group.path or group.industry)
conditions = st.builds(
    Conditions, st.sampled_from([ANYONE, MEMBER]), paths, st.lists(groups, max_size=3)
)
places = st.builds(Place, paths.filter(bool), industries)


@given(conditions)
def test_who_has_no_union_gets_in_only_where_nothing_is_asked_for(asked):
    free = asked.membership == ANYONE and not asked.path and not asked.groups
    assert obstacle(Place(), asked) == ("" if free else NO_UNION)


@given(places, conditions)
def test_a_member_gets_in_when_the_frame_and_one_line_fit(place, asked):
    fits = place.path.startswith(asked.path) and (
        not asked.groups
        or any(
            place.path.startswith(group.path) and group.industry in ("", place.industry)
            for group in asked.groups
        )
    )
    assert (obstacle(place, asked) == "") == fits


@given(places, conditions)
def test_the_industry_is_blamed_only_where_the_union_is_covered(place, asked):
    if obstacle(place, asked) == OTHER_INDUSTRY:
        other = Place(place.path, "energy" if place.industry == "health" else "health")
        both = {obstacle(other, asked), obstacle(Place(place.path, ""), asked)}
        assert OTHER_UNION not in both
        assert any(place.path.startswith(group.path) for group in asked.groups)


@given(places, conditions, groups)
def test_another_line_never_shuts_anybody_out(place, asked, more):
    if asked.groups and not obstacle(place, asked):
        wider = Conditions(asked.membership, asked.path, [*asked.groups, more])
        assert obstacle(place, wider) == ""


def shut_out(competition, member):
    with pytest.raises(QuizError) as caught:
        services.start_attempt(competition=competition, member=member)
    assert caught.value.code == "not_eligible"


@pytest.mark.django_db
def test_several_unions_and_an_industry_may_be_admitted():
    city, other = UnionFactory(), UnionFactory()
    competition = CompetitionFactory()
    Admission.objects.create(competition=competition, union=city)
    Admission.objects.create(competition=competition, union=other, industry="energy")
    for union in (
        UnionFactory(parent=city, industry="health"),
        UnionFactory(parent=other, industry="energy"),
    ):
        services.start_attempt(competition=competition, member=MemberFactory(union=union))
    shut_out(competition, MemberFactory(union=UnionFactory(parent=other, industry="health")))
    shut_out(competition, MemberFactory(union=UnionFactory(industry="energy")))
    shut_out(competition, MemberFactory(union=None))


@pytest.mark.django_db
def test_membership_alone_may_be_asked_for():
    competition = CompetitionFactory(membership="member")
    services.start_attempt(competition=competition, member=MemberFactory())
    shut_out(competition, MemberFactory(union=None))


@pytest.mark.django_db
def test_a_line_without_union_and_industry_is_refused_by_the_database():
    competition = CompetitionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Admission.objects.create(competition=competition)


@pytest.mark.django_db
def test_each_reason_is_told_with_what_to_do(signed_in, client):
    city = UnionFactory(name="甲市总工会")
    competition = CompetitionFactory(membership="member")
    Admission.objects.create(competition=competition, union=city, industry="energy")
    cases = (
        (None, "你还没有登记所在工会", "找本单位工会登记"),
        (UnionFactory(name="乙厂工会"), "你登记在乙厂工会。", "登记有误"),
        (
            UnionFactory(name="丙院工会", parent=city, industry="health"),
            "你登记在丙院工会，行业是卫生健康。",
            "登记有误",
        ),
        (
            UnionFactory(name="丁厂工会", parent=city),
            "这个工会还没有登记行业",
            "登记有误",
        ),
    )
    for union, reason, advice in cases:
        signed_in(MemberFactory(union=union))
        page = client.get(competition.get_absolute_url()).content.decode()
        assert "甲市总工会及其下级的能源电力行业" in page
        assert reason in page
        assert advice in page
        assert "开始答题" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [({}, "登录的用户都可以参加"), ({"membership": "member"}, "登记在任何一个工会的会员")],
)
def test_the_rules_say_who_may_come(client, changes, words):
    competition = CompetitionFactory(**changes)
    page = client.get(reverse("quiz:rules", args=[competition.slug])).content.decode()
    assert words in page
