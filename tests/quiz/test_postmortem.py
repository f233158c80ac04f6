"""The report of a closed competition: whom it is for, and that nothing tells of few people."""

import itertools
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from engagement.folding import LEAST
from quiz import services
from quiz.kept_reports import report_of
from quiz.models import Attempt, Standing
from quiz.postmortem import CLASSES, PostMortem, classes_of, place_of, step_for, unless_few
from tests.factories.quiz import CertificateFactory, CompetitionFactory, RoundFactory, answer_all
from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory
from unions.models import Union


@given(st.lists(st.tuples(st.integers(0, 10**5), st.integers(1, 50)), max_size=20))
def test_every_one_is_in_one_class_of_points_and_none_of_few(counts):
    found = classes_of(counts)
    everyone = sum(people for _points, people in counts)
    assert sum(each.people for each in found) == (everyone if everyone >= LEAST else 0)
    assert len(found) <= CLASSES
    assert all(each.people >= LEAST for each in found)
    assert all(0 < each.share <= 100 for each in found)
    assert found == [] or (found[0].low, found[-1].high >= max(counts)[0]) == (0, True)
    for before, after in itertools.pairwise(found):
        assert after.low == before.high + 1


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(LEAST, 50)), min_size=1))
def test_classes_that_have_enough_stay_apart(counts):
    counts = dict(counts)
    step, most = step_for(max(counts), max(counts)), max(counts)
    for each in classes_of(counts.items()):  # only what is empty was joined
        inside = {place_of(p, step, most) for p in counts if each.low <= p <= each.high}
        assert len(inside) == 1


@given(
    st.lists(st.tuples(st.integers(0, 10**4), st.integers(LEAST, 50)), min_size=1),
    st.integers(0, 10**4),
)
def test_no_class_goes_above_what_can_be_reached(counts, more):
    reached = max(counts)[0]
    found = classes_of(counts, reached + more)
    assert reached <= found[-1].high <= reached + more
    assert {each.low % step_for(reached, reached + more) for each in found} == {0}


def test_a_hundred_points_are_told_in_tens():
    found = classes_of([(points, LEAST) for points in range(0, 101, 10)], 100)
    bounds = [(each.low, each.high) for each in found]
    assert bounds == [(low, low + 9) for low in range(0, 90, 10)] + [(90, 100)]
    assert [each.people for each in found] == [LEAST] * 9 + [2 * LEAST]
    few = classes_of([(10, LEAST), (60, LEAST)], 100)
    assert few[-1].high == 69


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_number_out_of_a_whole_tells_neither_of_few_nor_of_few_others(count, others):
    shown = unless_few(count, count + others)
    few = 0 < count < LEAST or 0 < others < LEAST
    assert shown == (None if few else count)


@pytest.fixture
def province():
    return UnionFactory(name="省总", level=Union.Level.PROVINCE, member_count=0)


@pytest.fixture
def competition(province):
    """Closed: 12 of 甲厂 (制造), 11 of 乙厂 (教育) and 3 of 丙厂 (教育) took part."""
    found = CompetitionFactory(title="总结用的")
    for name, people, industry in (
        ("甲厂", 12, Union.Industry.MANUFACTURING),
        ("乙厂", 11, Union.Industry.EDUCATION),
        ("丙厂", 3, Union.Industry.EDUCATION),
    ):
        union = UnionFactory(name=name, parent=province, industry=industry)
        for number in range(people):
            attempt = services.start_attempt(competition=found, member=MemberFactory(union=union))
            answer_all(attempt, right=number % 5)
            services.submit_attempt(attempt=attempt)
    found.closes_at = timezone.now() - timedelta(minutes=1)
    found.save()
    services.compute_all_statistics()
    CertificateFactory(competition=found, member=Attempt.objects.first().member)
    return found


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def report(competition, unit=None):
    return PostMortem(competition, unit, now=timezone.now())


def address(unit, competition, name="manage_competition"):
    return reverse(name, args=[unit.pk, competition.slug])


@pytest.mark.django_db
def test_the_figures_are_those_of_the_attempts(competition, province):
    whole = report(competition, province)
    assert (whole.participants, whole.handed_in, whole.members) == (26, 26, 60)
    assert whole.rate == 43.3
    assert whole.completion == 100.0
    assert whole.certificates is None  # one would be a person
    assert sum(found.people for found in whole.points) == 26
    assert [(line.people, line.attempts) for line in whole.days] == [(26, 26)]
    assert len(whole.hardest) > 0
    CompetitionFactory(bank=competition.bank)
    assert report(competition, province).hardest == []
    assert report(competition).participants == 26


@pytest.mark.django_db
def test_certificates_are_told_of_enough_people_alone(competition, province, signed_in):
    client = signed_in(OfficerRoleFactory(union=province).member)
    page = soup(client.get(address(province, competition)))
    assert "张数会指向少数人" in page.select_one(".stats").text
    file = client.get(address(province, competition, "manage_competition_file"))
    overview = openpyxl.load_workbook(BytesIO(file.content))["概况"]
    assert dict(line[:2] for line in overview.values)["证书"] == "人少，不显示"
    others = Attempt.objects.values_list("member", flat=True)[1:11]
    for member in others:
        CertificateFactory(competition=competition, member_id=member)
    assert report(competition, province).certificates == 11
    # 12 took part in 甲厂: the one without would stand out.
    assert report(competition, Union.objects.get(name="甲厂")).certificates is None
    cache.clear()  # the figures of a final report are kept for a while
    assert "发证书 11 张" in soup(client.get(address(province, competition))).text


@pytest.mark.django_db
def test_where_only_the_rounds_draw_the_hardest_are_those_of_their_rules(competition, province):
    competition.rules.all().delete()
    assert report(competition, province).hardest == []
    RoundFactory(competition=competition, draw=4)
    assert len(report(competition, province).hardest) > 0


@pytest.mark.django_db
def test_a_small_union_is_never_alone_in_a_row(competition, province):
    whole = report(competition, province)
    # 丙厂 has 3; shown alone, or as the difference to the total, it would stand there.
    assert [(line.name, line.people) for line in whole.unions] == [
        ("甲厂", 12),
        ("人少的合计（2 个）", 14),
    ]
    assert {line.name: line.people for line in whole.industries} == {"制造": 12, "教育": 14}


@pytest.mark.django_db
def test_a_unit_with_few_people_shows_no_figures(competition, signed_in):
    small = Union.objects.get(name="丙厂")
    client = signed_in(OfficerRoleFactory(union=small).member)
    page = soup(client.get(address(small, competition)))
    assert "参与的人太少" in page.text
    assert not page.select(".stats, table")
    content = client.get(address(small, competition, "manage_competition_file")).content
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["概况"]
    assert 3 not in [cell for line in book.active.values for cell in line]


@pytest.mark.django_db
def test_an_officer_reads_the_own_subtree_and_no_other(competition, signed_in, province):
    plant = Union.objects.get(name="甲厂")
    client = signed_in(OfficerRoleFactory(union=plant).member)
    listed = soup(client.get(reverse("manage_competitions", args=[plant.pk])))
    assert address(plant, competition) in {link["href"] for link in listed.select("a.brief")}
    page = soup(client.get(address(plant, competition)))
    assert "12" in page.select_one(".stats").text
    assert "乙厂" not in page.text
    for other in (province, Union.objects.get(name="乙厂")):
        for name in ("manage_competition", "manage_competition_file"):
            assert client.get(address(other, competition, name)).status_code == 404


@pytest.mark.django_db
def test_an_open_competition_or_a_draft_has_no_report(competition, signed_in, province):
    client = signed_in(OfficerRoleFactory(union=province).member)
    for other in (
        CompetitionFactory(),
        CompetitionFactory(
            published=False, closes_at=timezone.now(), opens_at=timezone.now() - timedelta(days=2)
        ),
        CompetitionFactory(grace=300, closes_at=timezone.now()),
    ):
        assert client.get(address(province, other)).status_code == 404


@pytest.mark.django_db
def test_the_workbook_holds_what_the_page_shows(competition, signed_in, province):
    client = signed_in(OfficerRoleFactory(union=province).member)
    page = soup(client.get(address(province, competition)))
    content = client.get(address(province, competition, "manage_competition_file")).content
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["概况", "逐日", "单位", "行业", "得分分布", "最难的题"]
    units = [line[0] for line in list(book["单位"].values)[1:]]
    assert units == [row.text for row in page.select("section[aria-labelledby=by-union] tbody th")]
    assert dict(line[:2] for line in book["概况"].values)["参与人数"] == 26


@pytest.mark.django_db
def test_staff_who_run_competitions_read_the_whole(competition, signed_in):
    where = reverse("quiz_staff_report", args=[competition.slug])
    files = reverse("quiz_staff_report_file", args=[competition.slug])
    client = signed_in(MemberFactory())
    assert {client.get(page).status_code for page in (where, files)} <= {302, 403, 404}
    client = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    assert "26" in soup(client.get(where)).select_one(".stats").text
    assert client.get(files).content[:2] == b"PK"
    assert where in client.get(reverse("competition:index")).content.decode()


@pytest.mark.django_db
def test_the_report_asks_no_more_queries_with_more_people(
    competition, signed_in, province, count_queries
):
    client = signed_in(OfficerRoleFactory(union=province).member)

    def read():
        cache.clear()  # nothing kept: all of it is counted
        assert client.get(address(province, competition)).status_code == 200

    few = count_queries(read)
    competition.closes_at = timezone.now() + timedelta(days=1)
    competition.save()
    for name in ("丁厂", "戊厂"):
        union = UnionFactory(name=name, parent=province)
        for _each in range(10):
            attempt = services.start_attempt(
                competition=competition, member=MemberFactory(union=union)
            )
            services.submit_attempt(attempt=attempt)
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()
    assert count_queries(read) == few


def sums_over(captured):
    """The statements that count or sum over attempts or standings."""
    tables = ("quiz_attempt", "quiz_standing")
    return [
        query["sql"]
        for query in captured
        if any(f'FROM "{table}"' in query["sql"] for table in tables)
        and ("COUNT(" in query["sql"] or "SUM(" in query["sql"])
    ]


@pytest.mark.django_db
def test_the_figures_of_a_final_competition_are_counted_once(competition, signed_in, province):
    client = signed_in(OfficerRoleFactory(union=province).member)
    pages = (
        address(province, competition),
        address(province, competition, "manage_competition_file"),
    )
    with CaptureQueriesContext(connection) as first:
        client.get(pages[0])
    assert sums_over(first)
    with CaptureQueriesContext(connection) as again:
        assert "26" in soup(client.get(pages[0])).select_one(".stats").text
        book = openpyxl.load_workbook(BytesIO(client.get(pages[1]).content))
    assert not sums_over(again)
    assert dict(line[:2] for line in book["概况"].values)["参与人数"] == 26


@pytest.mark.django_db
def test_a_result_that_is_taken_away_or_given_back_is_counted_anew(
    competition, signed_in, province
):
    staff = MemberFactory(is_superuser=True, is_staff=True)
    client = signed_in(OfficerRoleFactory(union=province).member)
    attempt = Attempt.objects.order_by("points").last()

    def participants():
        services.fold_changes()
        page = client.get(address(province, competition))
        return soup(page).select_one(".stats dd").text.strip()

    assert participants().startswith("26")
    services.void_attempt(attempt=attempt, reason="代答", by=staff)
    assert participants().startswith("25")
    services.restore_attempt(attempt=attempt, by=staff)
    assert participants().startswith("26")


@pytest.mark.django_db
def test_each_unit_has_its_own_figures_and_nothing_is_kept_before_all_is_final(
    competition, province
):
    plant, now = Union.objects.get(name="甲厂"), timezone.now()
    for _each in range(2):
        assert report_of(competition, plant, now=now).participants == 12
        assert report_of(competition, province, now=now).participants == 26
    competition.objection_days = 3
    cache.clear()
    report_of(competition, province, now=now)
    Standing.objects.filter(member=Attempt.objects.first().member).delete()
    assert report_of(competition, province, now=now).participants == 25


@pytest.mark.django_db
def test_no_question_shows_in_a_kept_report_once_another_competition_runs(competition, province):
    assert report_of(competition, province, now=timezone.now()).hardest
    kept = report_of(competition, province, now=timezone.now())
    CompetitionFactory(bank=competition.bank, opens_at=timezone.now())
    found = report_of(competition, province, now=timezone.now())
    assert found.at == kept.at
    assert found.hardest == []
