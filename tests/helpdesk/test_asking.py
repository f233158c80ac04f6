"""Asking at the desk, through its door."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from config.demo.loading import helpdesk as demo
from helpdesk import answering
from helpdesk.models import Asking, Enquiry, Entry
from helpdesk.services import asking
from search.models import DictionaryEdition, DictionaryWord, Synonym
from tests.factories.cms import StoryPageFactory
from tests.factories.helpdesk import AskingFactory, CategoryFactory, EntryFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
DESK = "/ask/"


def ask(client, text):
    return client.get(DESK, {"q": text})


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def desk(indexed):
    """Three entries that can be found."""
    law = CategoryFactory(name="法律法规")
    entries = [
        EntryFactory(
            category=law,
            question="年休假一年有几天？",
            wordings="年假有多少天\n带薪年假几天",
            answer="满一年五天。",
            source="《职工带薪年休假条例》",
            clause="第三条",
        ),
        EntryFactory(category=law, question="年休假没休完要补钱吗？", wordings="未休年假补偿"),
        EntryFactory(question="怎么加入工会？", answer="向所在单位工会提出。"),
    ]
    indexed()
    return entries


def test_the_best_answer_is_shown_with_clause_and_source(client, desk):
    shown = page(ask(client, "请问带薪年假有几天"))
    answer = shown.select_one("article").text
    for text in (
        "年休假一年有几天？",
        "满一年五天。",
        "《职工带薪年休假条例》",
        "第三条",
        "现行有效",
    ):
        assert text in answer
    assert shown.select_one("meta[name=robots]")["content"] == "noindex"


def test_what_else_was_found_stands_beside_it(client, desk):
    EntryFactory(question="劳动仲裁要钱吗？")
    shown = page(ask(client, "年休假没休完"))
    assert shown.select_one("article h2").text == "年休假没休完要补钱吗？"
    assert shown.select_one("article h2 a")["href"] == desk[1].get_absolute_url()


def test_an_answered_question_is_counted_and_no_enquiry(client, desk):
    ask(client, "带薪年假有几天")
    ask(client, "带薪年假几天")
    assert list(Asking.objects.values_list("entry", "times")) == [(desk[0].pk, 2)]
    assert not Enquiry.objects.exists()


def test_a_question_without_answer_says_so_and_waits_for_an_editor(client, desk):
    shown = page(ask(client, "高温补贴怎么领"))
    assert "还没有现成的回答" in shown.select_one(".empty").text
    assert shown.select_one(".empty a[href='tel:12351']")
    assert Enquiry.objects.get().text == "高温补贴怎么领"
    assert list(Asking.objects.values_list("entry", "times")) == [(None, 1)]


def test_the_page_says_that_a_question_is_noted_only_if_it_is(client, desk, monkeypatch):
    assert "已经记下" in ask(client, "高温补贴怎么领").content.decode()
    monkeypatch.setattr(asking, "MOST_ENQUIRIES_A_DAY", 1)
    assert "已经记下" not in ask(client, "防暑降温费怎么领").content.decode()
    monkeypatch.setattr(asking, "note_enquiry", unavailable)
    response = ask(client, "高温补贴怎么领")
    assert response.status_code == 200
    assert "已经记下" not in response.content.decode()
    assert Enquiry.objects.get().times == 1


def unavailable(**kwargs):
    raise OperationalError("database is locked")


def test_a_look_at_the_head_alone_counts_nothing(client, desk):
    client.head(DESK, {"q": "高温补贴怎么领"})
    assert not Enquiry.objects.exists()
    assert not Asking.objects.exists()


def test_a_bare_word_gets_a_list_and_is_no_enquiry(client, desk):
    shown = page(ask(client, "年休假"))
    assert "和“年休假”有关的问答" in shown.text
    assert {link.text for link in shown.select("main .brief__title")} >= {"年休假一年有几天？"}
    assert not Enquiry.objects.exists()
    assert not Asking.objects.exists()


def test_words_that_only_ask_get_no_answer_and_are_no_enquiry(client, desk):
    assert "再具体一点" in page(ask(client, "怎么办")).text
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [("休", "再多写几个字"), ("？！", "没有看懂"), ("休" * 101, "问题太长"), ("", "")],
)
def test_a_question_that_can_t_be_read_is_told_above_the_box(text, told, client, desk):
    response = ask(client, text)
    assert response.status_code == 200
    alert = page(response).select_one("[role=alert]")
    assert told in alert.text if told else alert is None
    assert not Enquiry.objects.exists()
    assert len(page(response).select_one("#q")["value"]) == min(len(text), 100)


def test_what_is_no_text_is_refused(client, desk):
    assert client.get(f"{DESK}?q=%00").status_code == 400


def test_a_typed_text_is_shown_as_text(client, desk):
    response = ask(client, "<script>高温</script>补贴怎么领")
    assert b"<script>\xe9\xab\x98" not in response.content


def test_an_answer_that_has_ended_is_never_given(client, desk, indexed):
    today = timezone.localdate()
    desk[0].valid_until = today
    desk[0].save()
    assert answering.reply_to("带薪年假有几天", today).entry == desk[0]
    # The index still holds it: what is shown is settled by the database, today.
    desk[0].valid_until = today - timedelta(days=1)
    desk[0].save()
    assert answering.reply_to("带薪年假有几天", today).entry is None
    assert "满一年五天" not in ask(client, "带薪年假有几天").content.decode()


def test_an_unpublished_answer_is_never_given(client, desk):
    desk[0].published = False
    desk[0].save()
    assert "满一年五天" not in ask(client, "带薪年假有几天").content.decode()


def test_stories_with_the_words_don_t_keep_an_entry_from_being_found(client, desk, indexed):
    StoryPageFactory(title="他加入工会那天帮大家申请")
    indexed()
    shown = page(ask(client, "申请加入工会"))
    assert shown.select_one("article h2").text == "怎么加入工会？"


def test_a_synonym_of_the_editors_finds_it(client, desk):
    question = "参加工会的手续"
    assert page(ask(client, question)).select_one("article") is None
    Synonym.objects.create(term="参加", equivalent="加入")
    assert page(ask(client, question)).select_one("article h2").text == "怎么加入工会？"


def test_the_whole_site_search_finds_entries_too(client, desk):
    found = page(client.get("/search/", {"q": "加入工会"}))
    assert found.select_one(".hit .kicker").text == "问答"
    assert found.select_one(".hit a")["href"] == desk[2].get_absolute_url()


def test_without_results_the_search_leads_to_the_desk(client, desk):
    found = page(client.get("/search/", {"q": "高温补贴"}))
    assert found.select_one("main a[href^='/ask/?q=']")


def test_while_the_index_is_away_titles_are_compared_and_nothing_is_noted(client, settings):
    settings.SEARCH_INDEX_DIR = settings.STATE_DIR / "nothing-here"
    EntryFactory(question="怎么加入工会？")
    shown = page(ask(client, "加入 工会"))
    assert "结果可能不完整" in shown.text
    assert shown.select_one("article h2").text == "怎么加入工会？"
    ask(client, "高温补贴")
    assert not Enquiry.objects.exists()
    assert not Asking.objects.exists()


# The front of the desk, headings, entries


def test_the_desk_shows_headings_with_counts_and_what_is_asked_most(client):
    shown = EntryFactory(category__name="入会")
    EntryFactory(category=shown.category)
    EntryFactory(category=shown.category, published=False)
    EntryFactory(category__name="空的", published=False)
    AskingFactory(entry=shown, times=3)
    AskingFactory(day=timezone.localdate() - timedelta(days=30))
    desk = page(client.get(DESK))
    assert desk.select_one(".rows a").text == "入会2 条"
    assert "空的" not in desk.text
    EntryFactory(category__name="在前", category__place=0)
    shown.category.place = 1
    shown.category.save()
    assert [row.text for row in page(client.get(DESK)).select(".rows a")][:2] == [
        "在前1 条",
        "入会2 条",
    ]
    assert [link.text for link in desk.select(".brief__title")] == [shown.question]


def test_an_empty_desk_says_so(client):
    assert "还没有问答" in page(client.get(DESK)).text


def test_a_heading_pages_through_its_entries(client):
    first = EntryFactory()
    EntryFactory.create_batch(20, category=first.category)
    address = first.category.get_absolute_url()
    assert first.question in client.get(address).content.decode()
    assert first.question not in client.get(address, {"page": 2}).content.decode()
    assert "21 条问答" in client.get(address).content.decode()
    assert client.get("/ask/categories/nothing/").status_code == 404


def test_a_heading_without_entries_says_so(client):
    assert "还没有问答" in client.get(CategoryFactory().get_absolute_url()).content.decode()


def test_an_entry_has_a_page_of_its_own(client):
    today = timezone.localdate()
    entry = EntryFactory(
        valid_from=today, valid_until=today, source_url="https://example.org/law", answer="一\n\n二"
    )
    shown = page(client.get(entry.get_absolute_url()))
    assert shown.h1.text == entry.question
    assert shown.select_one(".facts a")["href"] == "https://example.org/law"
    assert [part.text for part in shown.select(".prose p")] == ["一", "二"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"valid_until": -1}, 410),
        ({"valid_until": 0}, 200),
        ({"valid_from": 1}, 404),
        ({"valid_from": 0}, 200),
        ({"published": False}, 404),
        ({"published": False, "valid_until": -1}, 404),
    ],
)
def test_an_entry_shows_itself_only_while_it_holds(client, change, status):
    today = timezone.localdate()
    days = {
        name: today + timedelta(days=value) for name, value in change.items() if "valid" in name
    }
    entry = EntryFactory(**change | days)
    response = client.get(entry.get_absolute_url())
    assert response.status_code == status
    assert (entry.answer in response.content.decode()) is (status == 200)


def test_an_entry_that_has_ended_leads_on(client):
    entry = EntryFactory(valid_until=timezone.localdate() - timedelta(days=1))
    shown = page(client.get(entry.get_absolute_url()))
    assert "已失效" in shown.h1.text
    assert shown.select_one("main a")["href"].startswith("/ask/?q=")


def test_lists_send_no_query_per_row(client, desk, count_queries, indexed):
    addresses = [DESK, desk[0].category.get_absolute_url(), desk[0].get_absolute_url()]
    AskingFactory(entry=desk[0])
    few = [count_queries(lambda at=at: client.get(at)) for at in addresses]
    asked = count_queries(lambda: ask(client, "年休假"))
    for entry in EntryFactory.create_batch(5, category=desk[0].category, answer="年休假也一样。"):
        AskingFactory(entry=entry)
    indexed()
    assert [count_queries(lambda at=at: client.get(at)) for at in addresses] == few
    assert count_queries(lambda: ask(client, "年休假")) == asked


def test_the_foot_of_every_page_leads_to_the_desk(client):
    assert page(client.get(DESK)).select_one("footer a[href='/ask/']")
    assert reverse("helpdesk:index") == DESK


def test_crawlers_are_told_of_entries_that_hold(client):
    entry = EntryFactory()
    EntryFactory(published=False)
    found = client.get("/sitemap-answers.xml").content.decode()
    assert found.count("<loc>") == 1
    assert entry.get_absolute_url() in found


def test_the_demo_s_entries_are_fit_to_publish_and_each_answers_its_own_question(indexed):
    MemberFactory(username="editor")
    demo.load()
    indexed()
    today = timezone.localdate()
    entries = list(Entry.objects.in_force(today))
    assert len(entries) >= 40
    for entry in entries:
        entry.full_clean(validate_unique=False, validate_constraints=False)
        assert answering.reply_to(entry.question, today).entry == entry
    assert Entry.objects.expired(today).exists()
    assert Enquiry.objects.open().exists()


def test_a_question_is_cut_with_the_words_that_editors_keep_whole(indexed):
    """职工 alone is left out of what is sought."""
    # The cut is remembered by the edition's number, which SQLite begins anew each time.
    DictionaryEdition.objects.create(pk=987_654, words=[])
    EntryFactory(question="怎么申请建一个职工书屋？")
    indexed()
    assert answering.reply_to("职工书屋", timezone.localdate()).shown_words == "书屋"
    DictionaryWord.objects.create(text="职工书屋")
    indexed()
    assert answering.reply_to("职工书屋", timezone.localdate()).shown_words == "职工书屋"
