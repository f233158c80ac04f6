"""Thousands of questions from a file: looked at first, then whole or not at all."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models import Collection

from quiz import services
from quiz.models import Option, Question, QuestionBank, QuestionImport
from quiz.models.transfer import LEASE
from quiz.transfer import document, heads
from quiz.transfer.rows import Row
from quiz.transfer.upload import read
from quiz.transfer.workbook import written
from tests.factories.media import SiteImageFactory, SiteMediaFactory
from tests.factories.quiz import QuestionBankFactory, draft, make_question
from tests.factories.unions import MemberFactory
from tests.quiz.test_races import at_once
from tests.quiz.test_transfer import PAPER, word

db = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def editor(member, signed_in):
    return signed_in(member)


def recording(**fields):
    file = ContentFile(b"OggS" + bytes(80), name="stem.ogg")
    return SiteMediaFactory(type="audio", file=file, **fields)


def rows(count, start=0):
    return [
        Row(
            number + 2,
            {
                "类别": "工会法",
                "题干": f"第{number}问的题干？",
                "选项A": "甲",
                "选项B": "乙",
                "答案": "A",
            },
        )
        for number in range(start, start + count)
    ]


def table(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ["类别", "题干", "选项A", "选项B", "答案", "备注"]
GOOD = table(
    HEAD, ["工会法", "甲？", "一", "二", "A", "x"], ["工会法", "乙？", "一", "二", "B", "x"]
)


def send(client, bank, content, name="questions.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("quiz_import_upload"), {"bank": bank.pk, "file": file})


@db
def test_an_import_waits_for_a_second_person(member):
    bank = QuestionBankFactory()
    plan = services.import_questions(bank=bank, rows=rows(3), member=member)
    assert len(plan.new) == 3
    assert set(Question.objects.values_list("state", "edited_by")) == {("review", member.pk)}
    assert not Question.objects.drawable().exists()


@db
def test_the_same_rows_again_change_nothing(member):
    bank = QuestionBankFactory()
    services.import_questions(bank=bank, rows=rows(3), member=member)
    version = QuestionBank.objects.get(pk=bank.pk).version
    plan = services.import_questions(bank=bank, rows=rows(3), member=member)
    assert (len(plan.new), plan.same, plan.duplicates) == (0, 3, [])
    assert Question.objects.count() == 3
    assert QuestionBank.objects.get(pk=bank.pk).version == version


@db
def test_with_one_wrong_row_nothing_is_written(member):
    wrong = Row(9, {**rows(1, 50)[0].texts, "答案": "Z"})
    bank = QuestionBankFactory()
    plan = services.import_questions(bank=bank, rows=[*rows(3), wrong], member=member)
    assert [(error.number, error.stem) for error in plan.errors] == [(9, "第50问的题干？")]
    assert not Question.objects.exists()
    assert not Option.objects.exists()


@db
def test_a_duplicate_stops_the_import_until_it_is_to_be_skipped(member):
    bank = QuestionBankFactory()
    make_question(bank, number=1)  # the same stem with other options
    again = Row(30, {**rows(1, 2)[0].texts, "题干": "第 2 问的题干。"})
    call = {"bank": bank, "rows": [*rows(3), again], "member": member}
    plan = services.import_questions(**call)
    assert [duplicate.number for duplicate in plan.duplicates] == [3, 30]
    assert "第 4 行" in plan.duplicates[1].message
    assert Question.objects.count() == 1
    services.import_questions(**call, skip_duplicates=True)
    assert Question.objects.count() == 3


@db
def test_the_statements_grow_by_chunks_and_not_with_the_rows(member):
    def sent(count):
        bank = QuestionBankFactory()
        with CaptureQueriesContext(connection) as captured:
            services.import_questions(bank=bank, rows=rows(count), member=member)
        assert bank.questions.count() == count
        return [query["sql"] for query in captured]

    def of_log(sqls):
        return sum('INTO "wagtailcore_modellogentry"' in sql for sql in sqls)

    few, many = sent(100), sent(400)
    assert len(many) - len(few) < 300 / 10  # SQLite takes so many values at once
    assert of_log(sent(10)) == of_log(sent(40)) == 2  # of the bank, and of its questions
    assert of_log(many) < 400 / 50


@db
def test_the_log_says_who_brought_a_question_in_and_from_which_file(editor, member):
    bank = QuestionBankFactory()
    made_before = make_question(bank, number=900)
    call = {"bank": bank, "member": member, "filename": "工会<法>.xlsx"}
    services.import_questions(rows=rows(2), **call)
    made = bank.questions.exclude(pk=made_before.pk)
    entries = [registry.get_logs_for_instance(question).get() for question in made]
    assert {(entry.action, entry.user) for entry in entries} == {("quiz.import", member)}
    assert not registry.get_logs_for_instance(made_before).exists()
    for address in ("quiz_question_state", "question:history"):
        page = editor.get(reverse(address, args=[made[0].pk])).content.decode()
        assert "从文件“工会&lt;法&gt;.xlsx”导入" in page, address
        assert member.display_name in page
    page = editor.get(reverse("questionbank:history", args=[bank.pk])).content.decode()
    assert "从文件“工会&lt;法&gt;.xlsx”导入 2 题" in page
    services.import_questions(rows=rows(2), **call)  # the same again
    assert registry.get_logs_for_instance(made[0]).count() == 1


def word_of(questions):
    return document.written("1. 题库", questions)


@db
@pytest.mark.parametrize("write", [written, word_of], ids=["Excel", "Word"])
def test_an_export_read_into_an_empty_bank_gives_equal_questions(member, write):
    bank, empty = QuestionBankFactory(), QuestionBankFactory()
    image = SiteImageFactory()
    drafts = [
        draft(0),
        draft(1, kind="multiple", right=(0, 2), difficulty=3, points=25),
        draft(2, kind="boolean", options=2, right=(1,), practice=True),
        draft(3, kind="fill", options=3, stem="=1+1 等于　　____（ ）\n第二行"),
        draft(4, picture=image, picture_alt="流程图", valid_until=timezone.localdate()),
        draft(5, state=Question.State.RETIRED, explanation="", source_law="《工会法》"),
    ]
    services.create_questions(bank=bank, drafts=drafts)
    found = read(write(Question.objects.of_bank(bank)))
    plan = services.import_questions(bank=empty, rows=found.rows, member=member)
    assert (plan.errors, plan.duplicates, found.ignored) == ([], [], ())

    def contents(one):
        return [
            (q.snapshot(q.options.all()), q.practice, q.valid_from, q.valid_until)
            for q in Question.objects.of_bank(one)
        ]

    assert contents(bank) == contents(empty)
    again = services.import_questions(bank=bank, rows=found.rows, member=member)
    assert (again.same, again.new) == (6, [])


@db
def test_a_picture_that_is_not_in_the_library_is_told(member):
    texts = {**rows(1)[0].texts, heads.PICTURE: "12345", heads.PICTURE_ALT: "图"}
    plan = services.plan_questions(bank=QuestionBankFactory(), rows=[Row(2, texts)])
    assert "没有这个编号的图片" in plan.errors[0].message


@db
def test_who_imports_finds_the_number_of_a_picture_or_recording(signed_in, count_queries):
    organiser = MemberFactory()
    organiser.groups.add(services.make_organisers())
    client, address = signed_in(organiser), reverse("quiz_import_numbers")
    assert address in client.get(reverse("quiz_import_upload")).content.decode()
    empty = client.get(address).content.decode()
    assert "图片库里还没有图片" in empty
    assert "媒体库里还没有音频" in empty

    def listed(words):
        page = BeautifulSoup(client.get(address, {"q": words}).content, "html.parser")
        return [(int(row.th.text), row.td.text) for row in page.select("tbody tr")]

    helmet, ladder = SiteImageFactory(title="安全帽"), SiteImageFactory(title="人字梯")
    sound = recording(title="安全提示")
    before = count_queries(lambda: client.get(address))
    assert listed("") == [(ladder.pk, "人字梯"), (helmet.pk, "安全帽"), (sound.pk, "安全提示")]
    assert listed("安全") == [(helmet.pk, "安全帽"), (sound.pk, "安全提示")]
    assert (ladder.pk, "人字梯") in listed(str(ladder.pk))
    assert listed("²") == listed("9" * 30) == []
    SiteImageFactory.create_batch(3)
    assert count_queries(lambda: client.get(address)) == before


@db
def test_a_picture_of_a_private_collection_is_not_listed(editor):
    closed = Collection.get_first_root_node().add_child(name="内部")
    closed.view_restrictions.create(restriction_type="login")
    SiteImageFactory(title="内部照片", collection=closed)
    assert "内部照片" not in editor.get(reverse("quiz_import_numbers")).content.decode()


@db
def test_the_screens_of_the_library_show_the_number(editor):
    image, sound = SiteImageFactory(), recording()
    for name, row, label in (
        ("wagtailimages:edit", image, "图片编号"),
        ("wagtailmedia:edit", sound, "音频编号"),
    ):
        page = BeautifulSoup(editor.get(reverse(name, args=[row.pk])).content, "html.parser")
        assert page.find("dt", string=label).find_next("dd").text == str(row.pk)


@db
def test_upload_look_and_write(editor, django_capture_on_commit_callbacks):
    bank = QuestionBankFactory()
    page = send(editor, bank, GOOD)
    assert page.status_code == 302
    look = editor.get(page.url).content.decode()
    assert "读到 2 题，还没有写入" in look
    assert "这些列不会导入：备注" in look
    assert not Question.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(page.url)
    editor.post(page.url)  # pressed twice
    assert "新增 2 题" in editor.get(page.url).content.decode()
    assert Question.objects.count() == 2
    assert QuestionImport.objects.get().rows == []


@db
def test_a_word_file_goes_the_same_way(editor, django_capture_on_commit_callbacks):
    page = send(editor, QuestionBankFactory(), word(PAPER), "题库.docx")
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(page.url)
    assert Question.objects.filter(state=Question.State.REVIEW).count() == 5


@db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (table(["问题", "答案"], ["甲", "乙"]), "第一行缺少这些列：类别、题干"),
        (table(HEAD), "除了表头没有内容"),
        (table(HEAD, ["工会法", "甲？", "一", "二", "X", ""]), "不认识“X”"),
        ("类别,题干,答案\n工会法,甲？,\n".encode("gbk"), "没有答案"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "另存为不加密的 .xlsx"),
        (b"PK\x03\x04" + bytes(99), "文件打不开"),
        (word("没有题号"), "题干要以“1.”或“1、”开头"),
    ],
)
def test_every_bad_file_gets_a_clear_answer_and_nothing_is_kept(editor, content, said):
    response = send(editor, QuestionBankFactory(), content)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not QuestionImport.objects.exists()


@db
def test_merged_cells_are_named(editor):
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    book.active.merge_cells("A2:B2")
    out = io.BytesIO()
    book.save(out)
    page = send(editor, QuestionBankFactory(), out.getvalue()).content.decode()
    assert "合并单元格" in page


@db
def test_the_report_names_the_row(editor):
    content = table(
        HEAD, ["工会法", "甲？", "一", "二", "A", ""], ["工会法", "乙？", "一", "", "A", ""]
    )
    response = send(editor, QuestionBankFactory(), content)
    assert response.context["plan"].errors[0].number == 3
    assert '<th scope="row">3</th>' in response.content.decode()


@db
def test_an_import_of_somebody_else_does_not_exist(editor, signed_in):
    page = send(editor, QuestionBankFactory(), GOOD)
    other = signed_in(MemberFactory(is_superuser=True, is_staff=True))
    assert other.get(page.url).status_code == 404
    assert other.post(page.url).status_code == 404
    assert QuestionImport.objects.get().state == QuestionImport.State.PREVIEW


@db
def test_without_the_permission_nothing_is_imported_or_exported(signed_in):
    bank = make_question(QuestionBankFactory()).bank
    client = signed_in(MemberFactory(is_staff=True))
    for address in (
        reverse("quiz_import_upload"),
        reverse("quiz_import_template"),
        reverse("quiz_export", args=[bank.pk]),
        reverse("quiz_export_word", args=[bank.pk]),
    ):
        assert client.get(address).status_code in {302, 403}


@db
@pytest.mark.parametrize(
    ("name", "ending"), [("quiz_export", "xlsx"), ("quiz_export_word", "docx")]
)
def test_an_export_can_be_taken_from_the_list_of_banks(editor, name, ending):
    bank = make_question(QuestionBankFactory()).bank
    address = reverse(name, args=[bank.pk])
    assert address in editor.get(reverse("questionbank:index")).content.decode()
    response = editor.get(address)
    assert response["Content-Disposition"].endswith(f".{ending}")
    assert len(read(response.content).rows) == 1


@db
def test_an_import_whose_worker_died_is_written_by_the_next(member):
    bank = QuestionBankFactory()
    order = QuestionImport.objects.create(
        bank=bank,
        member=member,
        filename="x.xlsx",
        rows=[[row.number, row.texts, ""] for row in rows(3)],
        total=3,
        state=QuestionImport.State.RUNNING,
    )
    assert services.resend_imports() == 0
    assert services.resend_imports(now=timezone.now() + LEASE) == 1
    order.refresh_from_db()
    assert (order.state, order.created, order.checked) == ("done", 3, 3)
    assert services.resend_imports(now=timezone.now() + LEASE) == 0


@db
def test_what_came_into_the_bank_meanwhile_stops_the_import_and_says_so(editor, member):
    bank = QuestionBankFactory()
    page = send(editor, bank, GOOD)
    make_question(bank, stem="甲？")
    order = services.order_import(order=QuestionImport.objects.get(), skip_duplicates=False)
    services.run_import(order=order)
    assert "1 题有问题，整份都没有写入" in editor.get(page.url).content.decode()
    assert Question.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_write_it_once(member):
    bank = QuestionBankFactory()
    found = at_once(
        lambda _n: services.import_questions(bank=bank, rows=rows(20), member=member), range(4)
    )
    assert not [result for result in found if isinstance(result, Exception)]
    assert Question.objects.count() == 20
    assert sorted(plan.same for plan in found) == [0, 20, 20, 20]
