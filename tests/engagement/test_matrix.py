"""Every address of the desk × every method × every role: who gets what, and nothing unlisted."""

from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.factories.quiz import CompetitionFactory
from tests.factories.unions import MemberFactory, OfficerRoleFactory
from unions.models import OfficerRole

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
READ = {"GET"}
# Route below /manage/ → methods that an officer of the unit may use. Anyone who adds a route
# decides here who may write through it.
ALLOWED = {
    "manage/": READ,
    "manage/units/<int:unit_id>/": READ,
    "manage/units/<int:unit_id>/export.csv": READ,
    "manage/units/<int:unit_id>/export.xlsx": READ,
    "manage/units/<int:unit_id>/people/": READ,
    "manage/units/<int:unit_id>/competitions/": READ,
    "manage/units/<int:unit_id>/competitions/<slug:slug>/": READ,
    "manage/units/<int:unit_id>/competitions/<slug:slug>/report.xlsx": READ,
    "manage/units/<int:unit_id>/people/import/": {"GET", "POST"},
    "manage/units/<int:unit_id>/people/import/template.xlsx": READ,
}
ROLES = {
    # role: (where it is held, units it may see)
    "enterprise officer": ("plant", {"plant"}),
    "county officer": ("county", {"county", "plant"}),
    "city officer": ("city", {"city", "county", "plant"}),
    "province officer": ("province", {"province", "city", "county", "plant", "other_plant"}),
}
UNITS = ("province", "city", "county", "plant", "other_plant")


def routes(patterns, prefix=""):
    for pattern in patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            yield whole


def test_every_address_of_the_desk_is_in_the_table():
    found = {route for route in routes(get_resolver().url_patterns) if route.startswith("manage/")}
    assert found == set(ALLOWED)


def addresses(tree):
    now = timezone.now()
    closed = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
    slug = CompetitionFactory(**closed).slug
    for route, methods in ALLOWED.items():
        for unit in UNITS if "<int:unit_id>" in route else [None]:
            pk = getattr(tree, unit).pk if unit else None
            address = route.replace("<int:unit_id>", str(pk)).replace("<slug:slug>", slug)
            yield "/" + address, methods, unit


@pytest.mark.parametrize("method", METHODS)
def test_a_visitor_is_asked_to_sign_in(method, client, tree):
    for address, _methods, _unit in addresses(tree):
        response = client.generic(method, address)
        assert response.status_code == 302, address
        assert response.url.startswith("/login/?next=/manage/")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["member", "keeper", "staff", "former officer"])
def test_who_is_no_officer_finds_nothing(method, kind, tree, signed_in):
    member = MemberFactory(union=tree.plant, is_staff=kind == "staff")
    if kind == "keeper":
        OfficerRoleFactory(member=member, union=tree.plant, role=OfficerRole.Role.KEEPER)
    if kind == "former officer":
        OfficerRoleFactory(member=member, union=tree.plant).delete()
    client = signed_in(member)
    for address, _methods, _unit in addresses(tree):
        assert client.generic(method, address).status_code == 404, address


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("role", ROLES)
def test_an_officer_uses_the_listed_methods_on_own_units_alone(method, role, tree, signed_in):
    where, visible = ROLES[role]
    client = signed_in(OfficerRoleFactory(union=getattr(tree, where)).member)
    for address, methods, unit in addresses(tree):
        status = client.generic(method, address).status_code
        if unit is not None and unit not in visible:
            assert status == 404, (method, address)
        elif method not in methods:
            assert status == 405, (method, address)
        else:
            assert status in {200, 302, 422}, (method, address)
