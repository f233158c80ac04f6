"""The honour roll: by year, honour, level and words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.cms import (
    HonourAwardFactory,
    HonourFactory,
    HonourListFactory,
    PersonFactory,
    home,
)
from tests.factories.unions import UnionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def medal():
    return HonourFactory(name="省五一劳动奖章")


def roll(client, **query):
    return client.get("/honours/", query).content.decode()


def test_the_roll_opens_with_the_latest_year(client, medal):
    HonourAwardFactory(honour=medal, year=2026, person__name="石磊")
    HonourAwardFactory(honour=medal, year=2024, person__name="韩梅")
    html = roll(client)
    assert "石磊" in html
    assert "韩梅" not in html
    assert "韩梅" in roll(client, year=2024)


def test_people_stand_under_their_union_in_order_of_pinyin(client, medal):
    union = UnionFactory(name="云港市总工会")
    for name in ("周默", "方静", "罗晓帆"):
        HonourAwardFactory(honour=medal, person__name=name, person__union=union)
    html = roll(client)
    assert html.count("云港市总工会") == 1
    assert html.index("方静") < html.index("罗晓帆") < html.index("周默")


def test_the_roll_is_narrowed_by_honour_level_and_words(client, medal):
    HonourAwardFactory(honour=medal, person__name="石磊", person__employer="岱安地铁")
    other = HonourAwardFactory(
        honour__level="national", person__name="韩梅", person__employer="实验小学"
    )
    assert "韩梅" not in roll(client, award=medal.pk)
    assert "石磊" not in roll(client, level="national")
    assert "石磊" not in roll(client, q="实验小学")
    assert "韩梅" in roll(client, award=other.honour.pk, level="national", q="韩")


def test_nobody_found_says_so_and_offers_the_way_back(client, medal):
    HonourAwardFactory(honour=medal)
    html = roll(client, q="查无此人")
    assert "没有符合条件的人" in html
    assert "打印名单" not in html
    assert "打印名单" in roll(client)
    assert "清除条件" in html


@pytest.mark.parametrize(
    "query",
    [{"year": "abc"}, {"award": "999999"}, {"level": "x"}, {"page": "-1"}, {"q": "长" * 99}],
)
def test_a_value_that_does_not_exist_counts_as_not_chosen(client, medal, query):
    HonourAwardFactory(honour=medal, person__name="石磊")
    assert "石磊" in roll(client, **query)


def test_a_list_still_to_be_announced_shows_its_day_and_no_name(client, medal):
    tomorrow = timezone.localdate() + timedelta(days=1)
    HonourListFactory(honour=medal, announced_on=tomorrow)
    HonourAwardFactory(honour=medal, person__name="石磊")
    html = roll(client, year=2026)
    assert "名单尚未公布" in html
    assert "石磊" not in html
    response = client.get(f"/honours/2026/{medal.pk}/")
    assert response.status_code == 200
    assert "石磊" not in response.content.decode()


def test_a_list_open_to_objection_says_until_when_and_to_whom(client, medal):
    today = timezone.localdate()
    HonourListFactory(
        honour=medal,
        announced_on=today,
        objection_until=today,
        objection_contact="经济技术部 12351",
    )
    HonourAwardFactory(honour=medal, person__name="石磊")
    html = roll(client)
    assert "正在公示" in html
    assert "经济技术部 12351" in html
    assert "石磊" in html


def test_objection_over_means_no_banner(client, medal):
    yesterday = timezone.localdate() - timedelta(days=1)
    HonourListFactory(honour=medal, announced_on=yesterday, objection_until=yesterday)
    HonourAwardFactory(honour=medal)
    assert "正在公示" not in roll(client)


def test_each_list_has_an_address_of_its_own(client, medal):
    HonourAwardFactory(honour=medal, person__name="石磊")
    HonourAwardFactory(honour__name="省劳动模范", person__name="韩梅")
    html = client.get(f"/honours/2026/{medal.pk}/").content.decode()
    assert "石磊" in html
    assert "韩梅" not in html
    assert client.get(f"/honours/1999/{medal.pk}/").status_code == 404
    assert client.get("/honours/2026/999999/").status_code == 404


def test_someone_who_agreed_to_the_roll_alone_is_named_without_a_link(client, medal):
    person = PersonFactory(name="石磊", live=False)
    HonourAwardFactory(honour=medal, person=person)
    html = roll(client)
    assert "石磊" in html
    assert person.address not in html


def test_an_empty_roll_says_why(client):
    home()
    assert "名单还没有公布" in roll(client)


def test_the_roll_takes_no_more_queries_with_more_people(client, count_queries, medal):
    HonourAwardFactory(honour=medal)
    roll(client)
    before = count_queries(lambda: roll(client))
    HonourAwardFactory.create_batch(6, honour=medal)
    assert count_queries(lambda: roll(client)) == before
