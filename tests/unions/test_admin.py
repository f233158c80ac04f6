"""The register in the admin: the tree, the roles, and members with their own fields."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission

from tests.factories.unions import PASSWORD, MemberFactory, OfficerRoleFactory, UnionFactory
from unions.models import Member, OfficerRole, Union

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(signed_in):
    return signed_in(MemberFactory(username="root", is_superuser=True, is_staff=True, union=None))


@pytest.fixture
def city():
    return UnionFactory(name="甲市", code="city", level=Union.Level.CITY)


def soup(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_members_are_listed_with_their_union_and_found_by_name_or_phone(admin, city):
    MemberFactory(display_name="王芳", phone="13800001234", union=city)
    MemberFactory(display_name="李雷")
    page = soup(admin.get("/cms/users/")).text
    assert "王芳" in page
    assert "甲市" in page
    for query in ("王芳", "13800001234"):
        found = soup(admin.get("/cms/users/", {"q": query})).select_one("table").text
        assert "王芳" in found
        assert "李雷" not in found


def test_the_listing_of_members_does_not_ask_per_row(admin, count_queries):
    MemberFactory()
    admin.get("/cms/users/")
    before = count_queries(lambda: admin.get("/cms/users/"))
    MemberFactory.create_batch(10)
    assert count_queries(lambda: admin.get("/cms/users/")) == before


def member_form(city, **changed):
    return {
        "username": "wangfang",
        "display_name": "王芳",
        "phone": "１３８ ００００ １２３４",
        "union": city.pk,
        "nickname": "小王",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_active": "on",
        **changed,
    }


def test_a_member_is_created_with_the_fields_of_a_member(admin, city):
    form = soup(admin.get("/cms/users/new/"))
    assert not form.select("[name=first_name], [name=email]")
    assert {field["name"] for field in form.select("#tab-account [name]")} >= {
        "username", "display_name", "phone", "union", "nickname", "password1",
    }  # fmt: skip
    group = Group.objects.create(name="来宾")
    response = admin.post("/cms/users/new/", member_form(city, groups=[group.pk]))
    assert response.status_code == 302, soup(response).select(".error-message")
    member = Member.objects.get(username="wangfang")
    assert (member.display_name, member.phone, member.union) == ("王芳", "13800001234", city)
    assert member.check_password(PASSWORD)
    assert list(member.groups.all()) == [group]


def test_a_member_is_edited_and_keeps_the_password(admin, city):
    member = MemberFactory(username="wangfang")
    form = member_form(city, display_name="王\u202e小芳", password1="", password2="")
    assert admin.post(f"/cms/users/edit/{member.pk}/", form).status_code == 302
    member.refresh_from_db()
    assert member.display_name == "王小芳"
    assert member.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": "123"}, "phone"),
        ({"display_name": "王" * 31}, "display_name"),
        ({"username": "root"}, "username"),
        ({"password1": "short", "password2": "short"}, "password2"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_stored(changed, field, admin, city):
    response = admin.post("/cms/users/new/", member_form(city, **changed))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Member.objects.filter(username="wangfang").exists()


def test_who_may_not_manage_members_does_not_see_them(signed_in):
    editor = MemberFactory()
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = signed_in(editor)
    for address in ("/cms/users/", "/cms/users/new/", "/cms/union/", "/cms/officerrole/"):
        assert client.get(address).status_code == 302, address


def test_the_own_account_page_knows_a_members_name(admin):
    page = soup(admin.get("/cms/account/"))
    assert page.select_one("[name=name_email-display_name]")
    assert not page.select("[name$=first_name]")


def test_nobody_types_times_of_another_zone(admin):
    page = soup(admin.get("/cms/account/"))
    assert not page.select("[name$=time_zone]")


def test_unions_are_listed_as_a_tree(admin, city):
    UnionFactory(name="乙市", level=Union.Level.CITY)
    UnionFactory(name="甲厂", parent=city, member_count=321)
    rows = soup(admin.get("/cms/union/")).select("table tbody tr")
    texts = [" ".join(row.text.split()) for row in rows]
    assert [text.split()[0] for text in texts] == ["甲市", "甲厂", "乙市"]
    assert "321" in texts[1]
    assert "\u3000甲厂" in rows[1].text
    assert "基层" in rows[1].text


def union_form(parent, **changed):
    return {
        "parent": parent.pk if parent else "",
        "name": "新厂",
        "short_name": "",
        "code": "new",
        "level": "enterprise",
        "industry": "",
        "member_count": "40",
        **changed,
    }


def test_a_union_is_added_changed_and_moved(admin, city):
    assert admin.post("/cms/union/new/", union_form(city)).status_code == 302
    union = Union.objects.get(code="new")
    assert city.contains(union)
    other = UnionFactory(name="乙市", level=Union.Level.CITY)
    address = f"/cms/union/edit/{union.pk}/"
    assert soup(admin.get(address)).select_one(f"[name=parent][value='{city.pk}']")
    assert admin.post(address, union_form(other, name="改名厂")).status_code == 302
    union = Union.objects.get(code="new")
    assert union.name == "改名厂"
    assert other.contains(union)


def test_a_union_is_not_moved_below_itself(admin, city):
    plant = UnionFactory(parent=city)
    response = admin.post(f"/cms/union/edit/{city.pk}/", union_form(plant, code="city"))
    page = soup(response)
    assert "不能移到它自己或它的下级之下。" in page.text
    # What was chosen stays chosen.
    assert page.select_one(f"[name=parent][value='{plant.pk}']")


@pytest.mark.parametrize("chosen", ["999999", "abc"])
def test_a_union_that_is_not_there_is_told_at_its_field(admin, city, chosen):
    member = MemberFactory(union=city)
    forms = {
        "/cms/union/new/": ("parent", union_form(None) | {"parent": chosen}),
        f"/cms/users/edit/{member.pk}/": ("union", member_form(city) | {"union": chosen}),
        "/cms/officerrole/new/": (
            "union",
            {"login": member.username, "union": chosen, "role": "officer"},
        ),
    }
    for address, (field, form) in forms.items():
        response = admin.post(address, form)
        assert response.status_code == 200, address
        assert response.context["form"].errors[field] == ["没有这个工会，请重新选一个。"]


def test_a_union_with_members_or_units_is_not_deleted(admin, city):
    plant = UnionFactory(parent=city)
    member = MemberFactory(union=plant)
    for union in (city, plant):
        admin.post(f"/cms/union/delete/{union.pk}/")
        assert Union.objects.filter(pk=union.pk).exists()
    member.delete()
    admin.post(f"/cms/union/delete/{plant.pk}/")
    assert not Union.objects.filter(pk=plant.pk).exists()


def test_a_role_is_given_by_user_name_or_phone(admin, city):
    member = MemberFactory(username="wangfang", phone="13800001234")
    form = {"login": "138 0000 1234", "union": city.pk, "role": "officer"}
    assert admin.post("/cms/officerrole/new/", form).status_code == 302
    assert OfficerRole.objects.get().member == member
    assert "wangfang" not in soup(admin.get("/cms/officerrole/")).select_one("table").text
    again = admin.post("/cms/officerrole/new/", {**form, "login": "wangfang"})
    assert "已经有这个角色" in str(again.context["form"].errors)
    unknown = admin.post("/cms/officerrole/new/", {**form, "login": "nobody"})
    assert "login" in unknown.context["form"].errors


def test_the_listing_of_roles_does_not_ask_per_row(admin, count_queries):
    OfficerRoleFactory()
    admin.get("/cms/officerrole/")
    before = count_queries(lambda: admin.get("/cms/officerrole/"))
    OfficerRoleFactory.create_batch(10)
    assert count_queries(lambda: admin.get("/cms/officerrole/")) == before
