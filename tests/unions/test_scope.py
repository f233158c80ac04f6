"""An officer sees the own subtree and nothing else."""

import pytest
from django.http import Http404

from tests.factories.unions import MemberFactory, OfficerRoleFactory, UnionFactory
from unions.models import Union
from unions.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    province = UnionFactory(name="省", level=Union.Level.PROVINCE)
    city = UnionFactory(name="甲市", parent=province, level=Union.Level.CITY)
    other = UnionFactory(name="乙市", parent=province, level=Union.Level.CITY)
    plant = UnionFactory(name="甲厂", parent=city)
    return province, city, other, plant


def test_the_scope_of_a_city_officer_is_the_city_and_what_is_below(tree):
    _province, city, _other, plant = tree
    role = OfficerRoleFactory(union=city)
    assert set(scope_of(role.member).unions()) == {city, plant}


def test_another_city_does_not_exist_for_the_officer(tree):
    _province, city, other, _plant = tree
    scope = scope_of(OfficerRoleFactory(union=city).member)
    with pytest.raises(Http404):
        scope.union_or_404(other.pk)


def test_a_member_without_a_role_sees_nothing(tree):
    scope = scope_of(MemberFactory(union=tree[1]))
    assert not scope
    assert not scope.unions().exists()


def test_a_removed_role_is_gone_at_once(tree):
    role = OfficerRoleFactory(union=tree[1])
    role.delete()
    assert not scope_of(role.member)
