"""The tree and the roles: what moves or is taken away counts at once."""

import pytest
from django.urls import reverse

from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory
from unions import services
from unions.models import OfficerRole, Union
from unions.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities():
    province = UnionFactory(name="省", level=Union.Level.PROVINCE)
    return [
        UnionFactory(name=name, parent=province, level=Union.Level.CITY)
        for name in ("甲市", "乙市")
    ]


def add(parent, code="new", name="新厂", level="enterprise", **fields):
    return services.add_union(parent=parent, code=code, name=name, level=level, **fields)


def test_a_union_is_added_below_its_parent(cities):
    union = add(cities[0], member_count=30)
    assert cities[0].contains(union)
    assert union.member_count == 30
    assert add(None, code="root", name="另一个省", level="province").is_root()


@pytest.mark.parametrize("fields", [{"code": "has blank"}, {"level": "planet"}, {"name": "甲市"}])
def test_a_bad_union_is_refused(fields, cities):
    with pytest.raises(services.RegisterError) as caught:
        add(cities[0], **fields)
    assert caught.value.code == "invalid"


def test_a_moved_union_is_lost_to_its_old_officers_with_the_move(cities, signed_in):
    here, there = cities
    plant = UnionFactory(name="甲厂", parent=here)
    shop = UnionFactory(name="车间", parent=plant)
    worker = MemberFactory(union=shop, display_name="李雷")
    old = OfficerRoleFactory(union=here).member
    new = OfficerRoleFactory(union=there).member
    address = reverse("manage_people", args=[shop.pk])
    assert "李雷" in signed_in(old).get(address).content.decode()
    moved = services.move_union(union=plant, parent=there)
    assert there.contains(moved)
    assert signed_in(old).get(address).status_code == 404
    assert "李雷" in signed_in(new).get(address).content.decode()
    assert worker in type(worker).objects.of(there)


def test_a_union_can_not_be_moved_below_itself(cities):
    plant = UnionFactory(parent=cities[0])
    for target in (cities[0], plant):
        with pytest.raises(services.RegisterError):
            services.move_union(union=cities[0], parent=target)


def test_a_role_is_granted_once_and_revoked_at_once(cities, signed_in):
    member = MemberFactory()
    first = services.grant_role(member=member, union=cities[0])
    assert services.grant_role(member=member, union=cities[0]) == first
    address = reverse("manage_unit", args=[cities[0].pk])
    assert signed_in(member).get(address).status_code == 200
    assert services.revoke_role(member=member, union=cities[0])
    assert signed_in(member).get(address).status_code == 404
    assert not services.revoke_role(member=member, union=cities[0])


def test_a_keeper_is_no_officer(cities):
    member = MemberFactory()
    services.grant_role(member=member, union=cities[0], role=OfficerRole.Role.KEEPER)
    assert not scope_of(member)
    assert scope_of(member, OfficerRole.Role.KEEPER)


def test_a_deactivated_member_gets_no_role_and_uses_none(cities):
    with pytest.raises(services.RegisterError):
        services.grant_role(member=MemberFactory(is_active=False), union=cities[0])
    role = OfficerRoleFactory(union=cities[0])
    role.member.is_active = False
    role.member.save()
    assert not scope_of(role.member)
