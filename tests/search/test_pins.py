"""What editors put first: at once, marked, and only while it is public."""

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import Page

from search.finder import find
from search.models import Pin, PinnedResult, PinWording, QueryLog
from search.query import SearchRequest
from tests.factories.unions import MemberFactory, UnionFactory
from tests.search.test_contract import broken

pytestmark = pytest.mark.django_db


def pin(*pages, words=("入会",)):
    made = Pin.objects.create()
    for text in words:
        PinWording.objects.create(pin=made, text=text)
    for place, page in enumerate(pages):
        PinnedResult.objects.create(
            pin=made, address=f"/pages/{page.pk}/", kind="page", key=page.pk, sort_order=place
        )
    return made


def titles(words, **request):
    return [hit.title for hit in find(SearchRequest(words, **request)).hits]


def pinned(words, **request):
    return [hit.title for hit in find(SearchRequest(words, **request)).hits if hit.pinned]


def test_pinned_results_stand_first_in_their_order_without_a_sync(index, story):
    found = story("入会问答")
    guide, form = story("怎样加入工会"), story("申请表下载")
    index()
    pin(guide, form)
    assert titles("入会") == ["怎样加入工会", "申请表下载", "入会问答"]
    assert pinned("入会") == ["怎样加入工会", "申请表下载"]
    pin(found, form, words=["申请表"])
    assert titles("申请表") == ["入会问答", "申请表下载"]


def test_a_pinned_result_that_matches_too_is_there_once_and_counted_once(index, story):
    story("入会问答")
    page = story("入会须知")
    index()
    pin(page)
    results = find(SearchRequest("入会"))
    assert [hit.title for hit in results.hits] == ["入会须知", "入会问答"]
    assert results.total == 2
    assert dict(results.facets["kind"]) == {"page": 2}


@pytest.mark.parametrize("typed", ["入会流程", "入會流程", "入会 流程", "“入会流程”", "怎样入会"])
def test_every_wording_of_a_pin_counts_whatever_its_script_and_marks(index, story, typed):
    page = story("加入工会的办法")
    index()
    pin(page, words=["入会流程", "怎样入会"])
    assert pinned(typed) == ["加入工会的办法"]
    assert pinned("入会流程图") == []


def test_filters_narrow_what_is_pinned_and_by_date_it_has_no_special_place(index, story):
    page = story("怎样加入工会")
    UnionFactory(name="入会工会")
    index()
    pin(page)
    assert titles("入会", kind="union") == ["入会工会"]
    assert pinned("入会", sort="date") == []


def test_a_query_that_only_a_pin_answers_is_not_rewritten(index, story):
    page = story("加入工会的办法")
    story("劳模")
    index()
    pin(page, words=["劳摸"])
    results = find(SearchRequest("劳摸"))
    assert [hit.title for hit in results.hits] == ["加入工会的办法"]
    assert not results.rewritten


def test_the_pins_of_the_words_that_were_meant_count_for_a_slip(index, story):
    page = story("评选办法")
    story("劳模座谈")
    index()
    pin(page, words=["劳模"])
    assert pinned("劳摸") == ["评选办法"]


def test_what_is_pinned_and_not_public_is_never_shown_nor_counted(index, story):
    page, other = story("还没公开"), story("入会问答")
    index()
    pin(page)
    Page.objects.filter(pk=page.pk).update(live=False)  # before the sync
    results = find(SearchRequest("入会"))
    assert [hit.title for hit in results.hits] == [other.title]
    assert results.total == 1
    assert dict(results.facets["kind"]) == {"page": 1}
    index()
    assert titles("入会") == [other.title]


def test_what_is_pinned_is_first_while_only_titles_are_compared(index, story, engine, monkeypatch):
    story("入会问答")
    page, hidden = story("怎样加入工会"), story("还没公开")
    index()
    pin(hidden, page)
    Page.objects.filter(pk=hidden.pk).update(live=False)
    monkeypatch.setattr(engine, "search", broken)
    assert titles("入会") == ["怎样加入工会", "入会问答"]
    assert pinned("入会") == ["怎样加入工会"]


def test_the_page_marks_what_is_pinned(client, index, story):
    page = story("怎样加入工会")
    story("入会问答")
    index()
    pin(page)
    shown = client.get("/search/", {"q": "入会"}).content.decode()
    first, second = shown.split('<article class="hit">')[1:3]
    assert "置顶" in first
    assert "置顶" not in second


def test_statements_do_not_grow_with_pins(index, story, count_queries):
    pages = [story(f"入会 {number}") for number in range(3)]
    index()
    made = pin(pages[0])
    find(SearchRequest("入会"))
    few = count_queries(lambda: find(SearchRequest("入会")))
    for place, page in enumerate(pages[1:], 1):
        PinnedResult.objects.create(
            pin=made, address="/x/", kind="page", key=page.pk, sort_order=place
        )
    assert count_queries(lambda: find(SearchRequest("入会"))) == few


# The database


def test_the_database_holds_one_pin_per_wording_and_three_results_at_most(story):
    made = pin(*[story(f"第 {number} 篇") for number in range(3)])
    with pytest.raises(IntegrityError), transaction.atomic():
        pin(words=["入會"])
    with pytest.raises(IntegrityError), transaction.atomic():
        PinnedResult.objects.create(pin=made, address="/x/", kind="page", key=99, sort_order=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        pin(words=["？"])


# The editors' form


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def form(wordings, addresses):
    data = {}
    for name, field, values in [("wordings", "text", wordings), ("results", "address", addresses)]:
        data |= {
            f"{name}-TOTAL_FORMS": len(values),
            f"{name}-INITIAL_FORMS": 0,
            f"{name}-MIN_NUM_FORMS": 0,
            f"{name}-MAX_NUM_FORMS": 1000,
        }
        for number, value in enumerate(values):
            data |= {f"{name}-{number}-{field}": value, f"{name}-{number}-ORDER": number + 1}
    return data


def test_an_editor_pins_by_the_address_of_the_result(editor, index, story):
    first, second = story("怎样加入工会"), story("申请表下载")
    index()
    addresses = [f"https://testserver/pages/{second.pk}/?from=home", f"/pages/{first.pk}/"]
    saved = editor.post("/cms/pins/new/", form(["入会", "加入工会"], addresses))
    assert saved.status_code == 302
    assert pinned("入会") == pinned("加入工会") == ["申请表下载", "怎样加入工会"]
    assert "入会、加入工会" in editor.get("/cms/pins/").content.decode()


def test_one_click_leads_from_a_query_without_results_to_a_pin(editor, index, story):
    page = story("加入工会的办法")
    index()
    editor.get("/search/", {"q": "火星入会"})
    assert QueryLog.objects.get(query="火星入会").zero_count == 1
    report = editor.get("/cms/search/queries/?empty=true").content.decode()
    link = "/cms/pins/new/?q=%E7%81%AB%E6%98%9F%E5%85%A5%E4%BC%9A"
    assert link in report
    assert 'value="火星入会"' in editor.get(link).content.decode()
    editor.post("/cms/pins/new/", form(["火星入会"], [f"/pages/{page.pk}/"]))
    assert pinned("火星入会") == ["加入工会的办法"]


@pytest.mark.parametrize(
    ("wordings", "addresses", "message"),
    [
        (["入会"], ["/nowhere/"], "搜索里没有这个网址的内容"),
        (["入会"], ["http://[abc"], "搜索里没有这个网址的内容"),
        (["？"], ["{page}"], "要有文字"),
        (["入会", "入會"], ["{page}"], "这个搜索词写了两遍"),
        (["入会"], ["{page}", "{page}"], "这条内容写了两遍"),
        (["已有"], ["{page}"], "这个搜索词已经有置顶"),
        (["入会"], [], ""),
        ([], ["{page}"], ""),
        (["入会"], ["{page}", "{other}", "{third}", "{fourth}"], ""),
    ],
)
def test_a_pin_that_makes_no_sense_is_refused(editor, index, story, wordings, addresses, message):
    pages = {name: f"/pages/{story(name).pk}/" for name in ("page", "other", "third", "fourth")}
    index()
    pin(words=["已有"])
    response = editor.post(
        "/cms/pins/new/", form(wordings, [address.format(**pages) for address in addresses])
    )
    assert response.status_code == 200
    assert message in response.content.decode()
    assert Pin.objects.count() == 1


def test_who_may_not_edit_pins_does_not_see_them(signed_in):
    assert signed_in(MemberFactory()).get("/cms/pins/").status_code in {302, 403}
