"""Certificates: who gets one, what it says, who may see it, and the public check."""

from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from bs4 import BeautifulSoup
from defusedxml import ElementTree
from django.utils import timezone

from quiz import services, throttle
from quiz.certificate_layout import squares
from quiz.errors import QuizError
from quiz.models import Certificate
from quiz.models.certificate import new_code
from quiz.services import certificates as issuing
from tests.factories.quiz import CertificateFactory, CompetitionFactory, answer_all
from tests.factories.unions import MemberFactory, UnionFactory

pytestmark = pytest.mark.django_db

LIST = "/competitions/mine/certificates/"


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def handed_in(competition, *, right, seconds=60, **member):
    member = MemberFactory(**member)
    start = timezone.now() - timedelta(hours=2)
    attempt = services.start_attempt(competition=competition, member=member, now=start)
    done = start + timedelta(seconds=seconds)
    answer_all(attempt, right=right, now=done)
    services.submit_attempt(attempt=attempt, now=done)
    return member


def close(competition):
    competition.closes_at = timezone.now() - timedelta(minutes=1)
    competition.save()


@pytest.fixture
def competition():
    return CompetitionFactory(certificate_points=20, certificate_title="优秀学习证书")


def test_everyone_who_reached_the_level_gets_one_with_the_rank_of_the_board(
    competition, monkeypatch
):
    monkeypatch.setattr(issuing, "CHUNK", 2)  # ties reach over the borders of chunks
    for right in (4, 3, 3, 3, 2, 1):
        handed_in(competition, right=right)
    close(competition)
    assert services.issue_certificates(competition=competition) == 5
    found = Certificate.objects.order_by("rank", "pk").values_list("rank", "points")
    assert list(found) == [(1, 40), (2, 30), (2, 30), (2, 30), (5, 20)]


def test_issuing_again_issues_nothing_and_changes_nothing(competition):
    handed_in(competition, right=4)
    close(competition)
    services.issue_certificates(competition=competition)
    before = list(Certificate.objects.values())
    assert services.issue_certificates(competition=competition) == 0
    assert list(Certificate.objects.values()) == before


def test_nothing_is_issued_before_the_ranks_are_final(competition):
    handed_in(competition, right=4)
    with pytest.raises(QuizError, match="not_settled"):
        services.issue_certificates(competition=competition)
    competition.freeze_at = timezone.now() - timedelta(minutes=10)
    close(competition)
    with pytest.raises(QuizError, match="not_settled"):
        services.issue_certificates(competition=competition)
    assert services.issue_due_certificates() == 0
    services.thaw_boards()
    assert services.issue_due_certificates() == 1
    assert services.issue_due_certificates() == 0


def test_an_open_attempt_holds_the_certificates_back(competition):
    handed_in(competition, right=4)
    attempt = services.start_attempt(competition=competition, member=MemberFactory())
    close(competition)
    assert services.issue_due_certificates() == 0
    services.submit_attempt(attempt=attempt)
    assert services.issue_due_certificates() == 1


def test_without_a_level_there_is_none():
    competition = CompetitionFactory()
    handed_in(competition, right=4)
    close(competition)
    assert services.issue_due_certificates() == 0
    assert not Certificate.objects.exists()


def test_a_certificate_keeps_what_it_says(competition):
    union = UnionFactory(name="示例市总工会")
    competition.union = union
    member = handed_in(competition, right=4, display_name="周默", union=union)
    close(competition)
    services.issue_certificates(competition=competition)
    member.display_name = "周沫"
    member.save()
    found = Certificate.objects.get()
    assert (found.name, found.issuer, found.title) == ("周默", "示例市总工会", "优秀学习证书")
    assert len(found.code) == 32


def test_codes_are_letters_of_many_kinds_and_never_twice():
    codes = [new_code() for _each in range(500)]
    assert len(set(codes)) == 500
    assert len(set("".join(codes))) == 16
    assert all(code.isalpha() and len(code) == 32 for code in codes)


def test_a_void_certificate_keeps_its_first_reason_and_needs_one():
    found = CertificateFactory()
    with pytest.raises(QuizError, match="no_reason"):
        services.void_certificate(certificate=found, reason="  ")
    services.void_certificate(certificate=found, reason="成绩更正")
    services.void_certificate(certificate=found, reason="另一个")
    found.refresh_from_db()
    assert (found.is_void, found.void_reason) == (True, "成绩更正")


def test_anyone_checks_it_and_sees_the_name_masked(client):
    found = CertificateFactory(name="欧阳小明")
    for code in (found.code, found.number):
        page = soup(client.get(f"/certificates/{code}/"))
        assert "证书有效" in page.text
        assert "欧阳*" in page.select_one(".facts").text
        assert "小明" not in str(page)
        assert "40 分" in page.text
    services.void_certificate(certificate=found, reason="成绩更正")
    page = soup(client.get(found.check_url()))
    assert "证书已作废" in page.text
    assert "成绩更正" in page.text
    assert "证书有效" not in page.text


def test_an_unknown_code_is_missing_and_says_so(client):
    response = client.get("/certificates/" + "b" * 32 + "/")
    assert response.status_code == 404
    assert "没有这张证书" in response.content.decode()


def test_who_guesses_codes_is_stopped(client, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_MISSES", 3)
    found = CertificateFactory()
    for _guess in range(3):
        assert client.get(f"/certificates/{new_code()}/").status_code == 404
    assert client.get(found.check_url()).status_code == 429
    elsewhere = client.get(found.check_url(), REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 200


def test_checking_what_is_there_stops_nobody(client, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_MISSES", 3)
    found = CertificateFactory()
    assert {client.get(found.check_url()).status_code for _each in range(6)} == {200}


def test_the_own_certificate_can_be_seen_printed_and_saved(client, signed_in):
    found = CertificateFactory(name="周默")
    signed_in(found.member)
    assert found.get_absolute_url() in str(soup(client.get(LIST)))
    assert LIST in {link["href"] for link in soup(client.get("/me/")).select("a")}
    page = soup(client.get(found.get_absolute_url()))
    assert page.select_one(".certificate--print .certificate__text b").text == "周默"
    assert page.select_one(".certificate__qr path")["d"].startswith("M")
    response = client.get(found.get_absolute_url() + "certificate.pdf")
    assert response["Content-Type"] == "application/pdf"
    (sheet,) = pypdf.PdfReader(BytesIO(response.content)).pages
    fonts = str(sheet["/Resources"]["/Font"])
    assert "STSong-Light" in str([f.get_object() for f in sheet["/Resources"]["/Font"].values()]), (
        fonts
    )


def test_someone_else_s_certificate_does_not_exist(client, signed_in):
    found = CertificateFactory()
    signed_in(MemberFactory())
    for end in ("", "certificate.pdf", "certificate.svg"):
        assert client.get(found.get_absolute_url() + end).status_code == 404
    assert "还没有证书" in client.get(LIST).content.decode()


def test_a_void_certificate_is_not_printed(client, signed_in):
    found = CertificateFactory()
    services.void_certificate(certificate=found, reason="成绩更正")
    signed_in(found.member)
    page = soup(client.get(found.get_absolute_url()))
    assert "成绩更正" in page.text
    assert not page.select(".certificate")
    assert not page.select("[data-png]")
    for end in ("certificate.pdf", "certificate.svg"):
        assert client.get(found.get_absolute_url() + end).status_code == 410


@pytest.mark.parametrize("name", ["王", "买买提·艾力江·吐尔逊", "𠮷野家" * 5, "<b>&</b>"])
def test_every_name_makes_a_page_and_a_file(client, signed_in, name):
    found = CertificateFactory(name=name, competition_title="题" * 60)
    signed_in(found.member)
    assert soup(client.get(found.get_absolute_url())).select_one(".certificate b").text == name
    content = client.get(found.get_absolute_url() + "certificate.pdf").content
    assert len(pypdf.PdfReader(BytesIO(content)).pages) == 1
    picture = client.get(found.get_absolute_url() + "certificate.svg").content
    assert name in ["".join(line.itertext()) for line in ElementTree.fromstring(picture)]


def test_the_picture_says_what_the_file_says_and_needs_nothing_else(client, signed_in):
    found = CertificateFactory(issuer="示例总工会")
    signed_in(found.member)
    response = client.get(found.get_absolute_url() + "certificate.svg")
    assert response["Content-Type"] == "image/svg+xml"
    text = "".join(ElementTree.fromstring(response.content).itertext())
    for words in (found.name, found.competition_title, "示例总工会", found.number, "特发此证"):
        assert words in text
    for word in ("href", "<script", "<style", "<image"):
        assert word not in response.content.decode()


def test_the_result_leads_to_the_certificate(client, signed_in, competition):
    member = handed_in(competition, right=4)
    result = member.attempts.get().get_absolute_url()
    signed_in(member)
    assert "记分达到 20 分" in client.get(result).content.decode()
    close(competition)
    services.issue_certificates(competition=competition)
    assert Certificate.objects.get().get_absolute_url() in client.get(result).content.decode()


def test_the_code_s_squares_are_those_of_the_address():
    side, runs = squares("https://example.org/certificates/" + "0" * 32 + "/")
    assert side == 17 + 4 * ((side - 17) // 4)
    assert (0, 0, 7) in runs
    assert all(x >= 0 and x + length <= side and y < side for x, y, length in runs)
