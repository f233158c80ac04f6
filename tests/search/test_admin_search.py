"""Search in the admin: every expectation holds on every database."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelsearch.index import get_indexed_models
from modelsearch.query import MATCH_ALL, MATCH_NONE, And, Boost, Fuzzy, Or, Phrase, PlainText
from wagtail.models import GroupPagePermission, Page
from wagtail.search.backends import get_search_backend
from wagtail.search.utils import parse_query_string

from cms.models import Honour, Person
from media.models import SiteDocument, SiteImage, SiteMedia
from search.models import AdminEntry
from search.services import fill_admin_index
from search.text import MAX_UNITS, line, needle
from tests.factories.cms import HonourFactory, PersonFactory
from tests.factories.media import SiteDocumentFactory, SiteImageFactory
from tests.factories.unions import MemberFactory

pytestmark = pytest.mark.django_db
DECISION = "关于表彰全省劳动模范的决定"


@pytest.fixture
def editor(signed_in):
    return signed_in(MemberFactory(is_superuser=True, is_staff=True))


def listed(client, typed, path="/cms/pages/", **more):
    found = client.get(path, {"q": typed, **more})
    assert found.status_code == 200
    return [str(row) for row in found.context["object_list"]]


def titles(typed, **options):
    return [page.title for page in Page.objects.autocomplete(typed, **options)]


# What is found


@pytest.mark.parametrize(
    "typed",
    [
        "劳动模范",
        "模范",
        "范的",
        "劳",
        "模范 表彰",
        "勞動模範",
        "“劳动”模范",
        "劳动·模范",
        " 决定 ",
    ],
)
def test_a_word_inside_a_longer_chinese_title_is_found(editor, story, typed):
    story(DECISION)
    story("食堂菜单")
    assert listed(editor, typed) == [DECISION]


@pytest.mark.parametrize("typed", ["范模", "劳动 食堂", "劳动模范们", "表彰关于", "x"])
def test_what_no_title_holds_is_not_found(editor, story, typed):
    story(DECISION)
    story("食堂菜单")
    assert listed(editor, typed) == []


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("ISO9001 车间", "iso90"),
        ("ISO9001 车间", "ＩＳＯ９００１"),
        ("ISO9001 车间", "车间 iso"),
        ("勞動競賽", "劳动竞赛"),
        ("“劳模精神”进校园", "劳模精神进校园"),
        ("５Ｇ+工业互联网", "5g"),
        ("Café de l’Étoile", "étoile CAFÉ"),
        ("100%覆盖_工会", "100%"),
        ("庆“五一”😀文艺汇演", "五一😀文艺"),
    ],
)
def test_width_case_script_and_marks_do_not_matter(story, title, typed):
    story(title)
    assert titles(typed) == [title]


def test_other_words_are_found_from_their_beginning_only(story):
    story("party 与 art")
    story("party")
    assert titles("art") == ["party 与 art"]
    assert titles("art party") == ["party 与 art"]


@pytest.mark.parametrize("lookup", ["search", "autocomplete"])
def test_two_words_are_both_needed_unless_either_will_do(story, lookup):
    story("劳模座谈")
    story("劳模与工匠")
    search = getattr(Page.objects, lookup)
    assert [page.title for page in search("劳模 工匠")] == ["劳模与工匠"]
    assert len(search("座谈 工匠", operator="or")) == 2


# At once, and whoever may see it


def test_a_draft_is_found_at_once(editor, story):
    story("尚未发布的决定", live=False)
    assert listed(editor, "发布的") == ["尚未发布的决定"]


def test_a_title_that_changes_is_found_by_its_new_words_only(editor, story):
    page = story("旧闻")
    page.title = "新篇"
    page.draft_title = "新篇"
    page.save()
    assert listed(editor, "新篇") == ["新篇"]
    assert listed(editor, "旧闻") == []


def test_a_published_page_is_found_by_the_title_of_its_draft_as_well(story):
    page = story("旧闻")
    page.title = "新篇"
    page.save_revision()
    assert titles("新篇") == titles("旧闻") == ["旧闻"]


def test_a_page_that_is_deleted_leaves_no_entry(story):
    page = story("旧闻")
    below = story("下级", parent=page)
    entries = AdminEntry.objects.of(Page).filter(object_id__in=[page.pk, below.pk])
    assert entries.count() == 2
    Page.objects.get(pk=page.pk).delete()
    assert not entries.exists()


def test_an_editor_finds_only_what_they_may_open(signed_in, story):
    ours = story("劳模甲")
    story("劳模乙")
    story("劳模丙", parent=ours)
    group = Group.objects.create(name="甲报编辑")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=ours, permission=change)
    member = MemberFactory()
    member.groups.add(group)
    client = signed_in(member)
    assert listed(client, "劳模", f"/cms/pages/{ours.pk}/") == ["劳模丙"]
    assert listed(client, "劳模", "/cms/pages/search/") == ["劳模丙", "劳模甲"]


def test_filters_of_the_listing_hold(editor, story):
    story("劳模在线")
    story("劳模草稿", live=False)
    assert listed(editor, "劳模", "/cms/pages/search/") == ["劳模草稿", "劳模在线"]
    assert listed(editor, "劳模 live:no", "/cms/pages/search/") == ["劳模草稿"]
    assert [page.title for page in Page.objects.filter(live=True).search("劳模")] == ["劳模在线"]
    assert not Page.objects.none().search("劳模")
    assert listed(editor, "劳模", "/cms/pages/search/", content_type="wagtailcore.site") == []


# Order, pages, counts


def test_what_is_named_so_comes_first_then_what_begins_so_then_the_newest(story):
    for title in ("访劳模", "劳模风采", "劳模", "学习劳模", "劳模座谈"):
        story(title)
    assert titles("劳模") == ["劳模", "劳模座谈", "劳模风采", "学习劳模", "访劳模"]


@pytest.mark.parametrize("most", [1, 3, 1_000])
def test_more_hits_than_are_named_by_key_are_all_found(story, monkeypatch, most):
    monkeypatch.setattr("search.wagtail_backend.MOST_KEYS", most)
    for title in ("访劳模", "劳模", "劳模座谈", "学习劳模", "慰问劳模"):
        story(title)
    found = Page.objects.filter(depth=3).autocomplete("劳模")
    begun, rest = ["劳模座谈"], ["慰问劳模", "学习劳模"]
    expected = ["劳模", *(begun + rest if most > 1 else rest + begun), "访劳模"]
    assert [page.title for page in found] == expected
    assert found.count() == 5
    assert [page.title for page in found[1:3]] == expected[1:3]
    assert Page.objects.filter(depth=2).autocomplete("劳模").count() == 0


def test_an_order_of_the_queryset_is_kept_where_relevance_is_not_asked_for(story):
    for title in ("劳模乙", "劳模甲", "劳模甲"):
        story(title)
    found = Page.objects.order_by("title").autocomplete("劳模", order_by_relevance=False)
    assert [(page.title, page.pk) for page in found] == sorted(
        ((page.title, page.pk) for page in found), key=lambda row: (row[0], -row[1])
    )


def test_pages_of_hits_overlap_nowhere_and_the_count_is_right(story):
    for number in range(7):
        story(f"劳模{number}")
    found = Page.objects.autocomplete("劳模")
    assert found.count() == len(found[:3]) + len(found[3:6]) + len(found[6:9]) == 7
    assert [*found[:3], *found[3:6], *found[6:9]] == list(found)
    assert found[2:5].count() == 3
    assert found[9:12].count() == 0
    assert found[6].title == "劳模0"


def test_the_number_of_statements_does_not_grow_with_the_hits(story, count_queries):
    def search():
        found = Page.objects.autocomplete("劳模")
        return found.count(), list(found[:50])

    story("劳模")
    before = count_queries(search)
    for number in range(5):
        story(f"劳模{number}")
    assert count_queries(search) == before == 4


def test_keys_alone_can_be_asked_for(story):
    page = story("劳模")
    assert Page.objects.values_list("pk", flat=True).search("劳模").results() == [page.pk]


def test_the_admin_needs_no_search_server(editor, story, settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"  # nobody listens there
    story(DECISION)
    assert listed(editor, "模范") == [DECISION]


def test_hits_are_counted_per_type(story):
    story("劳模甲")
    story("劳模乙")
    kind = ContentType.objects.get_for_model(Page).pk
    assert Page.objects.autocomplete("劳模").facet("content_type_id") == {kind: 2}


# Everything else that editors search


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/cms/images/", "职工书屋"),
        ("/cms/images/", "書屋"),
        ("/cms/images/", "志愿"),
        ("/cms/documents/", "职工书屋"),
        ("/cms/documents/", "志愿"),
        ("/cms/media/", "职工书屋"),
        ("/cms/media/", "志愿"),
    ],
)
def test_the_library_is_found_by_title_and_tags(editor, path, typed):
    made = [
        SiteImageFactory(title="和平街职工书屋"),
        SiteDocumentFactory(title="和平街职工书屋"),
        SiteMedia.objects.create(
            title="和平街职工书屋",
            type="audio",
            file=SimpleUploadedFile("a.mp3", b"ID3"),
            duration=1,
        ),
    ]
    for row in made:
        row.tags.add("青年志愿者")
        row.save()
    SiteImageFactory(title="食堂")
    SiteDocumentFactory(title="食堂")
    found = editor.get(path, {"q": typed})
    assert found.status_code == 200
    rows = found.context.get("object_list") or found.context["media_files"]
    assert [row.title for row in rows] == ["和平街职工书屋"]


def test_pictures_stay_within_the_collections_of_the_queryset():
    SiteImageFactory(title="书屋")
    assert SiteImage.objects.filter(collection__depth=1).search("书屋").count() == 1
    assert SiteImage.objects.filter(collection__depth=2).search("书屋").count() == 0


@pytest.mark.parametrize("typed", ["守业", "qin shou", "電焊", "造船", "秦守业 东海"])
def test_people_are_found_by_name_pinyin_trade_or_employer(editor, typed):
    PersonFactory(name="秦守业", pinyin="qin shou ye", trade="电焊工", employer="东海造船厂")
    PersonFactory(name="顾长岩", pinyin="gu chang yan", trade="钳工", employer="矿山")
    assert listed(editor, typed, "/cms/snippets/cms/person/") == ["秦守业"]


def test_honours_are_found_by_a_word_of_their_name(editor):
    HonourFactory(name="省五一劳动奖章")
    HonourFactory(name="市级工匠")
    assert listed(editor, "勞動", "/cms/snippets/cms/honour/") == ["省五一劳动奖章"]


def test_users_are_found_by_a_part_of_their_name(editor):
    MemberFactory(display_name="王守芳")
    MemberFactory(display_name="李雷")
    found = editor.get("/cms/users/", {"q": "守芳"})
    assert [row.display_name for row in found.context["object_list"]] == ["王守芳"]


# Nothing is an error

ODD = [
    '"',
    '""',
    "'",
    "* ? :",
    "😀",
    '劳模"',
    "%s",
    "%",
    "_",
    "a AND (",
    "NOT",
    "-",
    "\\",
    "a" * 200,
]
LISTS = [
    "/cms/pages/",
    "/cms/pages/search/",
    "/cms/images/",
    "/cms/documents/",
    "/cms/media/",
    "/cms/users/",
    "/cms/snippets/cms/person/",
    "/cms/snippets/cms/honour/",
]


@pytest.mark.parametrize("path", LISTS)
def test_marks_are_no_error_in_any_list(editor, path):
    for typed in [*ODD, "劳", "劳" * 200, "a b " * 200, '"a" ' * 200]:
        assert editor.get(path, {"q": typed}).status_code == 200


@given(typed=st.text(max_size=200), phrases=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_is_an_error(typed, phrases):
    query = parse_query_string(typed, operator="and", zero_terms=MATCH_ALL)[1] if phrases else typed
    for lookup in (Page.objects.search, Page.objects.autocomplete):
        found = lookup(query)
        assert found.count() == len(found[:100])


@given(before=st.text(), word=st.text(alphabet="劳动模范ＡａB9 ", min_size=1), after=st.text())
def test_a_line_holds_every_chinese_run_of_its_text(before, word, after):
    for run in word.split():
        if needle(run) == needle(run).strip():
            assert needle(run).strip() in line(f"{before} {word} {after}")


@given(text=st.text())
def test_a_line_is_one_line_and_a_needle_of_it_all_is_in_it(text):
    found = line(text)
    assert len(found.splitlines()) <= 1
    assert needle(text) in found
    assert line(found) == found


def test_more_words_than_count_narrow_nothing(story):
    story("劳模")
    assert titles(" ".join(["劳"] * MAX_UNITS + ["缺"])) == ["劳模"]


def test_built_queries_are_understood(story):
    story("劳模座谈")
    story("工匠座谈")
    labour, craft = PlainText("劳模"), Phrase("工匠")

    def found(query):
        return {page.title for page in Page.objects.filter(depth=3).search(query)}

    both = {"劳模座谈", "工匠座谈"}
    assert found(And([labour, PlainText("座谈")])) == {"劳模座谈"}
    assert found(Or([labour, craft])) == both
    assert found(PlainText("座谈") & ~craft) == {"劳模座谈"}
    assert found(~craft) == {"劳模座谈"}
    assert found(Boost(labour, 2)) == found(Fuzzy("劳模")) == {"劳模座谈"}
    assert found(MATCH_ALL) == both
    assert found(MATCH_NONE) == set()
    assert found(And([labour, MATCH_ALL])) == {"劳模座谈"}


# Upgrade and rebuild


def test_what_was_there_before_is_entered_once(story):
    story("劳模")
    SiteImageFactory(title="书屋")
    AdminEntry.objects.all().delete()
    assert titles("劳模") == []
    assert fill_admin_index() >= 2
    assert titles("劳模") == ["劳模"]
    assert SiteImage.objects.search("书屋").count() == 1
    assert fill_admin_index() == 0


def test_setting_up_the_site_enters_what_was_there_before(story, capsys):
    story("独此一家")
    AdminEntry.objects.all().delete()
    call_command("setup_site")
    assert "后台搜索：补录" in capsys.readouterr().out
    assert titles("独此") == ["独此一家"]
    call_command("setup_site")
    assert "补录" not in capsys.readouterr().out


def test_a_rebuild_writes_what_is_there_and_removes_what_is_not(story):
    page = story("劳模")
    content_type = ContentType.objects.get_for_model(SiteDocument)
    AdminEntry.objects.create(content_type=content_type, object_id=99, text=" 旧 \n")
    AdminEntry.objects.of(Page).filter(object_id=page.pk).update(text=" 误 \n")
    call_command("wagtail_update_index", verbosity=0)
    assert titles("劳模") == ["劳模"]
    assert not AdminEntry.objects.filter(content_type=content_type).exists()


def test_all_that_is_indexed_has_a_number_for_a_key():
    for model in get_indexed_models():
        pk = model._meta.pk
        while pk.remote_field:
            pk = pk.target_field
        assert pk.get_internal_type() in {"AutoField", "BigAutoField"}, model


def test_the_admin_searches_people_and_honours_by_the_same_backend():
    backend = get_search_backend()
    assert {Person, Honour} <= set(get_indexed_models())
    assert backend.get_index_for_model(Person).get_key() == "default"
