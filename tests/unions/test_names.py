"""Names are kept as people write them, and nothing else gets through."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.unions import MemberFactory
from unions.admin_forms import MemberEditForm, PhoneField
from unions.masking import graphemes, mask_name, mask_phone
from unions.names import BIDI_CONTROLS, GraphemeLimit, clean_key, clean_name, clean_phone, is_phone

BIDI = [chr(code) for code in BIDI_CONTROLS]


@pytest.mark.parametrize(
    "name", ["王芳", "欧阳", "买买提·艾力", "𠮷田", "㐂", "阿卜杜勒·买买提·艾力", "José Müller"]
)
def test_a_name_is_kept_exactly(name):
    assert clean_name(name) == name
    GraphemeLimit(30)(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  王　芳 ", "王 芳"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("王\u202e芳", "王芳"),
        ("王\n芳\t", "王 芳"),
        ("王\x07芳", "王芳"),
        ("Jose\u0301", "José"),
    ],
)
def test_a_name_is_made_fit_to_store(typed, kept):
    assert clean_name(typed) == kept


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(BIDI)), max_size=60))
def test_no_direction_control_and_no_control_character_survives(text):
    cleaned = clean_name(text)
    assert not set(cleaned) & set(BIDI)
    assert not any(unicodedata.category(char) == "Cc" for char in cleaned)
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_name(clean_name(text)) == clean_name(text)


def test_five_thousand_marks_on_one_letter_are_refused():
    with pytest.raises(ValidationError, match="叠加符号"):
        GraphemeLimit(30)("王" + "\u0301" * 5000)


def test_length_is_counted_as_readers_see_it():
    GraphemeLimit(2)("𠮷𠮷")
    with pytest.raises(ValidationError, match="最多 2 个字，现在有 3 个"):
        GraphemeLimit(2)("𠮷𠮷田")


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(1, 40))
def test_the_limit_says_the_same_as_counting(text, most):
    def accepted():
        try:
            GraphemeLimit(most)(text)
        except ValidationError as error:
            return error.code == "too_many_marks"
        return True

    assert accepted() == (len(graphemes(text)) <= most)


@pytest.mark.parametrize(
    "typed",
    ["13800001234", "１３８００００１２３４", "138 0000 1234", "138-0000-1234", "+86 13800001234",
     "0086-138-0000-1234", "13800001234.0"],
)  # fmt: skip
def test_a_phone_number_is_normalised(typed):
    assert clean_phone(typed) == "13800001234"


@given(st.text(max_size=30))
def test_what_passes_as_a_phone_is_eleven_plain_digits(text):
    if is_phone(clean_phone(text)):
        assert clean_phone(text).isascii()
        assert len(clean_phone(text)) == 11


def test_digits_of_other_scripts_are_no_phone():
    assert not is_phone("1٣٤٥٦٧٨٩٠١٢")
    assert not is_phone("13800001234\n")


def test_a_code_has_no_blanks_and_no_full_width_letters():
    assert clean_key(" ＹＧ－０１ ") == "YG-01"


def test_the_admin_stores_a_full_width_phone_as_plain_digits():
    assert PhoneField().clean("１３８ ００００ １２３４") == "13800001234"


@pytest.mark.django_db
def test_two_members_may_both_have_no_phone():
    for member in MemberFactory.create_batch(2, phone="13800001234"[:0] or None):
        form = MemberEditForm(
            {"username": member.username, "display_name": "王芳", "phone": " "}, instance=member
        )
        assert form.is_valid(), form.errors
        form.save()
        member.refresh_from_db()
        assert member.phone is None


@given(st.text(st.sampled_from("0123456789"), max_size=12))
def test_a_masked_phone_hides_four_digits_or_everything(phone):
    shown = mask_phone(phone)
    assert shown == "" or (shown[3:7] == "****" and len(shown) == 11)


def test_a_mask_never_shows_a_direction_control():
    assert mask_name(clean_name("\u202e王芳")) == "王*"
