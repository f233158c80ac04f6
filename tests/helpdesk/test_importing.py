"""An import of entries is whole or nothing, and can be repeated."""

import pytest

from helpdesk import heads, services, table
from helpdesk.errors import HelpdeskError
from helpdesk.models import Entry
from helpdesk.services import importing
from helpdesk.table import EntryRow
from search.models import PendingSync
from tests.factories.helpdesk import CategoryFactory, EntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def law():
    return CategoryFactory(name="法律法规")


def row(number=2, **changes):
    texts = {
        heads.CATEGORY: "法律法规",
        heads.QUESTION: "年假几天？",
        heads.ANSWER: "五天。",
        heads.SOURCE: "《条例》",
    }
    return EntryRow(number, texts | changes)


def imported(*rows):
    return services.import_entries(rows=rows)


def test_new_entries_are_written_and_noted_for_search(law):
    plan = imported(row(), row(3, 问题="怎么入会", 其他问法="如何入会\n如何入会。\n入会"))
    assert (len(plan.new), len(plan.changed), plan.same, plan.errors) == (2, 0, 0, [])
    entry = Entry.objects.get(question="怎么入会")
    assert entry.wordings == "如何入会\n入会"
    assert entry.published
    assert PendingSync.objects.filter(kind="answer", key=entry.pk).exists()


def test_looking_writes_nothing(law):
    assert services.plan_entries(rows=[row()]).total == 1
    assert not Entry.objects.exists()


def test_a_second_time_nothing_changes(law):
    imported(row())
    before = Entry.objects.values().get()
    PendingSync.objects.all().delete()
    plan = imported(row(问题="年假 几天"), row(3, 问题="怎么入会"))
    assert (len(plan.new), len(plan.changed)) == (1, 1)  # the question is worded anew
    plan = imported(row(问题="年假 几天"), row(3, 问题="怎么入会"))
    assert (len(plan.new), len(plan.changed), plan.same) == (0, 0, 2)
    assert Entry.objects.get(pk=before["id"]).key == before["key"]


def test_a_column_that_is_missing_changes_nothing_and_an_empty_cell_clears(law):
    entry = EntryFactory(category=law, question="年假几天", clause="第三条", wordings="年假")
    imported(row(回答="十天。"))
    entry.refresh_from_db()
    assert (entry.answer, entry.clause, entry.wordings) == ("十天。", "第三条", "年假")
    imported(row(条款="", 发布="否"))
    entry.refresh_from_db()
    assert (entry.clause, entry.published) == ("", False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"分类": ""}, "没有分类"),
        ({"分类": "没有的"}, "没有这个分类：没有的"),
        ({"问题": "？"}, "没有问题"),
        ({"问题": "长" * 201}, "问题："),
        ({"回答": ""}, "回答："),
        ({"回答": "长" * 4001}, "回答："),
        ({"依据": ""}, "依据："),
        ({"原文链接": "javascript:alert(1)"}, "原文链接："),
        ({"原文链接": "ftp://example.org/a"}, "原文链接："),
        ({"生效日期": "明天"}, "生效日期看不出是哪一天：明天"),
        ({"生效日期": "2026-02-01", "失效日期": "2026-01-31"}, "失效日期早于生效日期"),
        ({"发布": "也许"}, "发布一列要写“是”或“否”：也许"),
        ({"其他问法": "\n".join(f"问法{n}" for n in range(21))}, "其他问法最多 20 条"),
        ({"其他问法": "长" * 101}, "每条问法最多 100 个字"),
    ],
)
def test_one_bad_row_is_told_by_number_and_none_is_written(law, changes, told):
    plan = imported(row(问题="好的一行"), row(7, **changes))
    assert [error.number for error in plan.errors] == [7]
    assert told in plan.errors[0].message
    assert not Entry.objects.exists()


def test_a_question_twice_in_one_file_is_told(law):
    CategoryFactory(name="入会")
    plan = imported(row(), row(3, 问题="年假，几天"), row(4, 分类="入会"))
    assert [(error.number, error.message) for error in plan.errors] == [(3, "和第 2 行重复。")]


def test_days_are_checked_with_what_is_stored(law):
    EntryFactory(category=law, question="年假几天", valid_from="2026-05-01")
    plan = imported(row(失效日期="2026-04-01"))
    assert [error.message for error in plan.errors] == ["失效日期早于生效日期。"]


def test_what_someone_else_wrote_meanwhile_is_told_and_nothing_written(law, monkeypatch):
    EntryFactory(category=law, question="年假几天")
    compared = importing._compared
    monkeypatch.setattr(
        importing,
        "_compared",
        lambda drafts, errors: (
            compared(drafts, errors)
            and services.EntryPlan(
                new=[Entry(category=law, key="年假几天", answer="x", source="y")]
            )
        ),
    )
    with pytest.raises(HelpdeskError) as refused:
        imported(row(), row(3, 问题="怎么入会"))
    assert refused.value.code == "conflict"
    assert Entry.objects.count() == 1


def test_an_export_can_be_imported_without_a_change(law):
    EntryFactory(
        category=law,
        question="=1+1 是多少",
        answer="- 一\n- 二",
        wordings="一种\n两种",
        valid_from="2026-01-01",
        published=False,
    )
    EntryFactory(category=law)
    rows = table.read(table.written(Entry.objects.for_lists())).rows
    plan = imported(*rows)
    assert (len(plan.new), len(plan.changed), plan.same, plan.errors) == (0, 0, 2, [])


def test_thousands_are_written_in_batches(law, django_assert_max_num_queries):
    rows = [row(number, 问题=f"第{number}个问题") for number in range(2, 1002)]
    with django_assert_max_num_queries(40):
        imported(*rows)
    assert Entry.objects.count() == 1000
