"""Names on public boards give away as little as the rule says, for every way of naming."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unions.masking import graphemes, mask_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王芳", "王*"),
        ("王小明", "王*"),
        ("欧阳雪", "欧阳*"),
        ("欧阳", "欧*"),
        ("买买提·艾力", "买买提·艾*"),
        ("𠮷田", "𠮷*"),
        ("", ""),
        ("  李雷 ", "李*"),
    ],
)
def test_a_name_keeps_its_family_part(name, shown):
    assert mask_name(name) == shown


@given(st.text(min_size=1).filter(str.strip))
def test_a_mask_ends_in_an_asterisk_and_never_shows_the_last_of_three(name):
    shown = mask_name(name)
    assert shown.endswith("*")
    if "·" not in name and len(graphemes(name.strip())) > 2:
        assert len(graphemes(shown)) <= 3
