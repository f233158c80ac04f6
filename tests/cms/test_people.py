"""People are shown by their own consent, and without what was taken from them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ReferenceIndex

from cms.models import Person
from cms.revoked import pages_naming_revoked
from cms.services import revoke_award, withdraw_consent
from tests.factories.cms import (
    HonourAwardFactory,
    HonourFactory,
    PersonFactory,
    StoryPageFactory,
    StoryPersonFactory,
)

pytestmark = pytest.mark.django_db


def test_the_profile_shows_trade_honours_words_and_stories(client):
    person = PersonFactory(name="顾长岩", own_words="塔上没有差不多。")
    HonourAwardFactory(person=person, honour__name="省劳动模范", year=2025)
    story = StoryPersonFactory(person=person, page__title="铁塔上看得见海").page
    html = client.get(person.address).content.decode()
    for text in ("顾长岩", "电焊工", "省劳动模范", "塔上没有差不多。", story.address):
        assert text in html


def test_without_a_portrait_the_monogram_stands_in(client):
    person = PersonFactory(name="欧阳雪", portrait=None)
    assert "monogram" in client.get(person.address).content.decode()


def test_the_highest_honour_is_the_one_of_highest_level():
    person = PersonFactory()
    HonourAwardFactory(person=person, honour__level="city", year=2026)
    top = HonourAwardFactory(person=person, honour__level="national", year=2015)
    assert Person.objects.for_cards().get(pk=person.pk).top_award == top


def test_a_withdrawn_consent_leaves_a_neutral_page(client):
    person = PersonFactory(name="罗晓帆")
    withdraw_consent(person=person)
    response = client.get(person.address)
    assert response.status_code == 410
    assert "罗晓帆" not in response.content.decode()
    assert "罗晓帆" not in client.get("/people/").content.decode()
    assert "罗晓帆" not in client.get("/honours/").content.decode()


@pytest.mark.parametrize("state", [{"consent": False}, {"live": False}])
def test_a_profile_that_was_never_public_does_not_exist(client, state):
    assert client.get(PersonFactory(**state).address).status_code == 404


def test_consent_can_not_be_given_and_withdrawn_at_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(consent=True, consent_withdrawn_on=date(2026, 1, 1))


def test_one_person_gets_one_honour_once_a_year():
    award = HonourAwardFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        HonourAwardFactory(person=award.person, honour=award.honour, year=award.year)


def test_the_pinyin_is_guessed_when_left_empty_and_kept_when_given():
    assert PersonFactory(name="重庆").pinyin == "chong qing"
    assert PersonFactory(name="单立", pinyin="shan li").pinyin == "shan li"


@pytest.mark.parametrize("name", ["买买提·艾力", "欧阳雪", "𠮷野", "王小明"])
def test_names_are_kept_exactly(client, name):
    assert name in client.get(PersonFactory(name=name).address).content.decode()


def test_direction_controls_are_stripped_and_dots_unified():
    person = PersonFactory.build(name="买买提•艾力\u202e", union=None, portrait=None)
    person.clean()
    assert person.name == "买买提·艾力"


def test_people_are_found_by_name_pinyin_trade_or_employer(client):
    PersonFactory(name="孟小禾", trade="挡车工", employer="沂川纺织厂")
    PersonFactory(name="罗晓帆", trade="桥吊司机", employer="港口集团")
    for words in ("孟小", "meng xiao", "mengxiao", "MengXiaohe", "挡车", "沂川"):
        html = client.get("/people/", {"q": words}).content.decode()
        assert "孟小禾" in html
        assert "罗晓帆" not in html
    assert "没有找到这个人" in client.get("/people/", {"q": "查无此人"}).content.decode()


def test_the_list_of_people_takes_no_more_queries_with_more_people(client, count_queries):
    HonourAwardFactory(person=PersonFactory())
    client.get("/people/")
    before = count_queries(lambda: client.get("/people/"))
    HonourAwardFactory.create_batch(5)
    client.get("/people/")
    assert count_queries(lambda: client.get("/people/")) == before


def test_a_revoked_award_is_gone_from_profile_and_roll(client):
    award = HonourAwardFactory(honour__name="省劳动模范", person__name="钱一凡")
    revoke_award(award=award, reason="造假")
    assert "省劳动模范" not in client.get(award.person.address).content.decode()
    assert "钱一凡" not in client.get("/honours/", {"year": 2026}).content.decode()


def test_revoking_twice_keeps_the_first_date():
    award = HonourAwardFactory()
    first = revoke_award(award=award, reason="甲", on=date(2026, 1, 1))
    again = revoke_award(award=award, reason="乙")
    assert (again.revoked_on, again.revoked_reason) == (first.revoked_on, "甲")


def test_a_revoked_award_has_a_date_in_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        HonourAwardFactory(revoked=True)


@pytest.mark.reference_index
def test_the_report_finds_every_page_that_names_the_person():
    award = HonourAwardFactory(person__name="钱一凡", honour=HonourFactory())
    listed = StoryPersonFactory(person=award.person).page
    listed.save()
    carded = StoryPageFactory(body=[("person", {"person": award.person})])
    written = StoryPageFactory(body=[("paragraph", "<p>班长钱一凡说。</p>")], live=False)
    other = StoryPageFactory()
    assert not pages_naming_revoked().exists()
    revoke_award(award=award, reason="造假")
    assert ReferenceIndex.objects.exists()
    found = set(pages_naming_revoked().values_list("pk", flat=True))
    assert found == {listed.pk, carded.pk, written.pk}
    assert other.pk not in found
