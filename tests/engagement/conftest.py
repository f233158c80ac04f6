"""A registry of the test's own and a small province."""

from dataclasses import dataclass

import pytest

from engagement import declaration, services
from engagement.measures import PageViewsMeasure
from tests.factories.unions import UnionFactory
from unions.models import Union


@pytest.fixture
def measures(monkeypatch):
    """Only page views are declared; `measures(...)` declares more for this test."""
    registry = {PageViewsMeasure.name: PageViewsMeasure}
    for module in (declaration, services):
        monkeypatch.setattr(module, "registry", registry)
    monkeypatch.setattr("engagement.report.registry", registry)
    monkeypatch.setattr("engagement.management.commands.rebuild_tallies.registry", registry)

    def declare(*found):
        registry.update({measure.name: measure for measure in found})

    return declare


@dataclass
class Tree:
    province: Union
    city: Union
    county: Union
    plant: Union
    mill: Union
    other_city: Union
    other_plant: Union


@pytest.fixture
def tree():
    """省 → 甲市 → 甲县 → 甲厂, 乙厂; 省 → 乙市 → 丙厂. Every own level has 20 members."""
    province = UnionFactory(name="省总", level=Union.Level.PROVINCE)
    city = UnionFactory(name="甲市", parent=province, level=Union.Level.CITY)
    county = UnionFactory(name="甲县", parent=city, level=Union.Level.COUNTY)
    plant = UnionFactory(name="甲厂", parent=county)
    mill = UnionFactory(name="乙厂", parent=county)
    other_city = UnionFactory(name="乙市", parent=province, level=Union.Level.CITY)
    other_plant = UnionFactory(name="丙厂", parent=other_city)
    return Tree(province, city, county, plant, mill, other_city, other_plant)
