"""Wherever a union is chosen it is looked for: no form and no filter grows with the register."""

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.urls import reverse

from tests.factories.cms import (
    ChannelPageFactory,
    LessonPageFactory,
    NoticePageFactory,
    PersonFactory,
    StoryPageFactory,
    TopicPageFactory,
    VideoPageFactory,
    home,
)
from tests.factories.quiz import CompetitionFactory, TeamFactory, TeamRoundFactory
from tests.factories.reading import ReadingRoomFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory
from unions.models import Union

pytestmark = pytest.mark.django_db


def page(make):
    """The form of the page that `make` gives, with a union."""

    def address():
        found = make()
        found.union = UnionFactory()
        found.save_revision().publish()
        return reverse("wagtailadmin_pages:edit", args=[found.pk])

    return address


def row(name, make):
    """The form of the row that `make` gives."""
    return lambda: reverse(name, args=[make().pk])


def new(name):
    return lambda: reverse(name)


def team_address():
    found = TeamRoundFactory()
    team = TeamFactory(competition=found.competition, members=2)
    return reverse("quiz_team", args=[found.pk, team.pk])


FORMS = {
    "cms.ChannelPage": [page(ChannelPageFactory)],
    "cms.HomePage": [page(home)],
    "cms.LessonPage": [page(LessonPageFactory)],
    "cms.NoticePage": [page(NoticePageFactory)],
    "cms.Person": [
        new("wagtailsnippets_cms_person:add"),
        row("wagtailsnippets_cms_person:edit", lambda: PersonFactory(union=UnionFactory())),
        new("wagtailsnippets_cms_person:list"),
    ],
    "cms.StoryPage": [page(StoryPageFactory)],
    "cms.TopicPage": [page(TopicPageFactory)],
    "cms.VideoPage": [page(VideoPageFactory)],
    # Their conditions are in the same form.
    "quiz.Admission": [],
    "quiz.Competition": [new("competition:add"), row("competition:edit", CompetitionFactory)],
    "quiz.Team": [team_address],
    "reading.ReadingRoom": [new("readingroom:add"), row("readingroom:edit", ReadingRoomFactory)],
    "unions.Member": [
        new("wagtailusers_users:add"),
        row("wagtailusers_users:edit", lambda: MemberFactory(union=UnionFactory())),
        new("wagtailusers_users:index"),
    ],
    "unions.OfficerRole": [new("officerrole:add"), row("officerrole:edit", OfficerRoleFactory)],
    "unions.Union": [
        new("union:add"),
        row("union:edit", lambda: UnionFactory(parent=UnionFactory())),
    ],
}
# Written by the site itself, or not asked for by the form.
WITHOUT_FORM = {
    "cms.NoticeIndexPage",
    "cms.StandardPage",
    "cms.VideoIndexPage",
    "engagement.Tally",
    "quiz.Attempt",
    "quiz.Standing",
    "quiz.StandingChange",
    "quiz.UnionStanding",
}


def test_every_table_that_points_to_a_union_is_looked_at():
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.concrete and field.related_model is Union
    }
    assert pointing == (set(FORMS) | WITHOUT_FORM) - {"unions.Union"}


@pytest.mark.parametrize(
    "make", [pytest.param(make, id=name) for name, makers in FORMS.items() for make in makers]
)
def test_no_form_and_no_list_grows_with_the_unions(admin_client, count_queries, make):
    address = make()
    UnionFactory.create_batch(2)
    queries = count_queries(lambda: admin_client.get(address))
    before = admin_client.get(address)
    assert before.status_code == 200
    more = UnionFactory.create_batch(30)
    after = admin_client.get(address)
    assert abs(len(after.content) - len(before.content)) < 200
    assert more[-1].name not in after.content.decode()
    assert count_queries(lambda: admin_client.get(address)) == queries
    page = BeautifulSoup(after.content, "html.parser")
    if not address.endswith(("/person/", "/users/")):
        # With what makes it work: the address of the dialogue, and its script.
        assert page.select(f"[data-chooser-url='{reverse('union_chooser:choose')}']")
        assert page.select("script[src*='chooser-widget']")


def test_a_union_that_is_not_there_is_refused_by_the_forms_of_panels(admin_client):
    for address in ("readingroom:add", "competition:add", "wagtailsnippets_cms_person:add"):
        form = {"union": "999999", "name": "示例"}
        for formset in ("opening_hours", "admissions", "rules", "rounds", "prizes"):
            form |= {f"{formset}-TOTAL_FORMS": "0", f"{formset}-INITIAL_FORMS": "0"}
        response = admin_client.post(reverse(address), form)
        assert response.status_code == 200
        assert "没有这个工会，请重新选一个。" in response.content.decode()


def test_people_are_narrowed_to_the_unions_of_a_name(admin_client):
    port, city = UnionFactory(name="云港港口集团工会"), UnionFactory(name="青岚市总工会")
    PersonFactory(name="卢海平", union=port)
    PersonFactory(name="纪青禾", union=city)
    address = reverse("wagtailsnippets_cms_person:list_results")
    shown = admin_client.get(address, {"union": "港口"}).content.decode()
    assert "卢海平" in shown
    assert "纪青禾" not in shown
    assert "卢海平" not in admin_client.get(address, {"union": city.code}).content.decode()
    everyone = admin_client.get(address).content.decode()
    assert "卢海平" in everyone
    assert "纪青禾" in everyone
