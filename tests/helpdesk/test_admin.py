"""The editors' screens: entries, headings, enquiries, files in and out."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from helpdesk.models import Category, Enquiry, Entry
from helpdesk.services import make_keepers
from search import services as search
from search.models import MOST_ATTEMPTS, PendingSync
from tests.factories.helpdesk import (
    AskingFactory,
    CategoryFactory,
    EnquiryFactory,
    EntryFactory,
    FeedbackFactory,
)
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
HEADS = "分类,问题,回答,依据"
IMPORT = "helpdesk_import"


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


@pytest.fixture
def keeper(signed_in):
    member = MemberFactory(is_staff=True)
    member.groups.add(make_keepers())
    return signed_in(member)


@pytest.fixture
def law():
    return CategoryFactory(name="法律法规")


def form(category, **changes):
    fields = {"question": "年假几天？", "answer": "五天。", "source": "《条例》", "published": "on"}
    return {"category": category.pk, "wordings": "", "clause": "", "source_url": ""} | (
        fields | {"valid_from": "", "valid_until": ""} | changes
    )


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_an_editor_writes_an_entry(editor, law):
    data = form(law, wordings="年假\n\n年假。\n带薪假")
    assert editor.post(reverse("entry:add"), data).status_code == 302
    entry = Entry.objects.get()
    assert (entry.key, entry.wordings) == ("年假几天", "年假\n带薪假")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"question": "年假，几天"}, "已经有这个问题"),
        ({"question": "？！"}, "问题里没有文字"),
        ({"question": "别的", "valid_from": "2026-05-01", "valid_until": "2026-04-01"}, "entry_be"),
        ({"question": "别的", "source_url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_what_is_wrong_is_told_and_the_text_stays(editor, law, changes, told):
    EntryFactory(category=law, question="年假几天")
    response = editor.post(reverse("entry:add"), form(law, answer="写了很久的回答。") | changes)
    text = response.content.decode()
    assert told in text
    assert "写了很久的回答。" in text
    assert Entry.objects.count() == 1


def test_one_click_from_an_enquiry_to_a_prefilled_entry_that_closes_it(editor, law):
    enquiry = EnquiryFactory(text="夏天发不发高温钱", times=7)
    waiting = page(editor.get(reverse("enquiry:index")))
    link = next(link for link in waiting.select("a") if "从这里写一条问答" in link.text)
    shown = page(editor.get(link["href"]))
    assert shown.select_one("[name=question]")["value"] == "夏天发不发高温钱"
    action = shown.select_one("#w-editor-form")["action"]
    assert editor.post(action, form(law, question="高温津贴怎么领？")).status_code == 302
    enquiry.refresh_from_db()
    entry = Entry.objects.get()
    assert (enquiry.status, enquiry.answered_by) == (Enquiry.Status.ANSWERED, entry)
    assert entry.wordings == "夏天发不发高温钱"


def test_a_form_with_an_error_keeps_the_enquiry_open_and_its_link(editor, law):
    enquiry = EnquiryFactory()
    address = f"{reverse('entry:add')}?enquiry={enquiry.pk}"
    response = editor.post(address, form(law, answer=""))
    assert page(response).select_one("#w-editor-form")["action"] == address
    enquiry.refresh_from_db()
    assert enquiry.status == Enquiry.Status.OPEN


@pytest.mark.parametrize("wanted", ["0", "x", "9" * 30, "²"])
def test_an_enquiry_that_is_none_leaves_the_form_empty(editor, law, wanted):
    shown = page(editor.get(reverse("entry:add"), {"enquiry": wanted}))
    assert not shown.select_one("[name=question]").get("value")


def test_an_enquiry_is_closed_with_an_entry_that_is_there_or_put_aside(editor):
    entry, enquiry = EntryFactory(), EnquiryFactory()
    edit = reverse("enquiry:edit", args=[enquiry.pk])
    refused = editor.post(edit, {"status": "answered", "answered_by": ""})
    assert "请选哪条问答回答了它" in refused.content.decode()
    assert editor.post(edit, {"status": "answered", "answered_by": entry.pk}).status_code == 302
    entry.refresh_from_db()
    assert entry.wordings == enquiry.text
    assert editor.post(edit, {"status": "dismissed", "answered_by": entry.pk}).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.status, enquiry.answered_by) == ("dismissed", None)


def test_nobody_adds_an_enquiry_by_hand(editor):
    assert editor.get(reverse("enquiry:add")).status_code in {302, 403}


def test_a_heading_with_entries_is_not_deleted_and_the_editor_learns_why(editor):
    entry = EntryFactory()
    address = reverse("category:delete", args=[entry.category_id])
    assert "不能删除" in editor.post(address, follow=True).content.decode()
    assert editor.post(reverse("category:delete", args=[CategoryFactory().pk])).status_code == 302
    assert Category.objects.get() == entry.category


def test_lists_send_no_query_per_row(editor, count_queries):
    FeedbackFactory()
    EnquiryFactory()
    addresses = [reverse(name) for name in ("entry:index", "enquiry:index", "category:index")]
    few = [count_queries(lambda at=at: editor.get(at)) for at in addresses]
    FeedbackFactory.create_batch(4)
    EnquiryFactory.create_batch(4)
    assert [count_queries(lambda at=at: editor.get(at)) for at in addresses] == few


def test_an_entry_is_picked_by_searching(editor):
    entry = EntryFactory(question="高温津贴怎么领？")
    EntryFactory()
    found = editor.get(reverse("entry_chooser:choose_results"), {"q": "高温"}).content.decode()
    assert entry.question in found


def test_the_report_shows_how_much_was_asked_and_answered(editor):
    AskingFactory(times=3)
    AskingFactory(entry=None, times=1)
    cells = [cell.text.strip() for cell in page(editor.get(reverse("helpdesk_days"))).select("td")]
    assert cells[-3:] == ["4", "3", "75%"]


def test_who_keeps_the_desk_gets_its_screens_and_no_others(keeper):
    for name in ("entry:index", "enquiry:index", "category:index", IMPORT, "helpdesk_days"):
        assert keeper.get(reverse(name)).status_code == 200, name
    assert keeper.get(reverse("title:index")).status_code == 302


def test_the_group_of_keepers_stays_as_it_is():
    group = make_keepers()
    group.permissions.clear()
    assert make_keepers().permissions.count() == 0


# Files


def upload(client, *rows):
    content = "\n".join([HEADS, *rows]).encode()
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile("问答.csv", content)})


def token_in(response) -> str:
    return page(response).select_one("[name=token]")["value"]


def test_the_first_step_shows_and_the_second_writes(editor, law):
    preview = upload(
        editor, "法律法规,年假几天,五天,《条例》", "法律法规,产假几天,九十八天,《规定》"
    )
    assert preview.status_code == 200
    assert "读到 2 条" in preview.content.decode()
    assert not Entry.objects.exists()
    done = editor.post(reverse(IMPORT), {"token": token_in(preview)}, follow=True)
    assert "新增 2 条，更新 0 条，0 条没有变化" in done.content.decode()
    assert Entry.objects.count() == 2


def test_a_second_press_changes_nothing(editor, law):
    token = token_in(upload(editor, "法律法规,年假几天,五天,《条例》"))
    editor.post(reverse(IMPORT), {"token": token})
    again = editor.post(reverse(IMPORT), {"token": token}, follow=True)
    assert "新增 0 条，更新 0 条，1 条没有变化" in again.content.decode()


def test_the_page_says_how_far_search_is_until_all_are_found(editor, law, indexed):
    indexed()
    token = token_in(upload(editor, "法律法规,年假几天,五天,《条例》"))
    done = editor.post(reverse(IMPORT), {"token": token}, follow=True)
    assert page(done).select_one("progress")["value"] == "0"
    assert page(done).select_one("meta[http-equiv=refresh]")
    search.sync_pending()
    done = editor.get(done.redirect_chain[-1][0])
    assert page(done).select_one("progress")["value"] == "1"
    assert page(done).select_one("meta[http-equiv=refresh]") is None


def test_what_search_gave_up_is_told_and_not_waited_for(editor, law, indexed):
    indexed()
    token = token_in(upload(editor, "法律法规,年假几天,五天,《条例》"))
    done = editor.post(reverse(IMPORT), {"token": token}, follow=True)
    PendingSync.objects.update(attempts=MOST_ATTEMPTS, error="refused")
    done = editor.get(done.redirect_chain[-1][0])
    assert page(done).select_one("meta[http-equiv=refresh]") is None
    assert page(done).select_one("progress")["value"] == "0"
    assert "有 1 条没能放进搜索" in done.content.decode()


def test_bad_rows_are_listed_by_number_and_there_is_nothing_to_write(editor, law):
    response = upload(editor, "法律法规,年假几天,五天,《条例》", "没有的,产假几天,,《规定》")
    assert response.status_code == 422
    rows = [
        [cell.text for cell in found.find_all(["th", "td"])]
        for found in page(response).select("tbody tr")
    ]
    assert rows == [["3", "没有这个分类：没有的"]]
    assert not page(response).select("[name=token]")


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no"), SimpleUploadedFile("a.csv", b"")]
)
def test_a_missing_or_broken_file_is_told_at_the_field(file, editor):
    response = editor.post(reverse(IMPORT), {"file": file} if file else {})
    assert response.status_code == 422
    assert page(response).select(".error-message")


def test_a_preview_opens_for_nobody_else(editor, law, signed_in):
    token = token_in(upload(editor, "法律法规,年假几天,五天,《条例》"))
    colleague = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    response = colleague.post(reverse(IMPORT), {"token": token})
    assert "预览已过期" in response.content.decode()
    assert not Entry.objects.exists()


def test_an_export_holds_every_entry_in_the_form_of_the_import(editor, law):
    EntryFactory(category=law, question="=SUM(A1)", published=False)
    content = editor.get(reverse("helpdesk_export")).content
    values = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[2]]
    assert values[:2] == ["法律法规", "'=SUM(A1)"]
    again = editor.post(reverse(IMPORT), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert "没有变化 1" in again.content.decode()


def test_the_template_opens(editor):
    content = editor.get(reverse("helpdesk_template")).content
    assert openpyxl.load_workbook(io.BytesIO(content)).active["A1"].value == "分类"


@pytest.mark.parametrize(
    "name", [IMPORT, "helpdesk_imported", "helpdesk_template", "helpdesk_export", "helpdesk_days"]
)
def test_who_has_no_right_gets_no_screen(name, client, signed_in):
    assert client.get(reverse(name)).status_code == 302
    assert signed_in(MemberFactory()).get(reverse(name)).status_code in {302, 403}
