import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from media.names import LONGEST, display_name, extension, file_name


@given(st.text(st.characters(exclude_categories=[]), max_size=400))
@example("../../x")
@example("..\\..\\boot.ini")
@example("a\x00b.png")
@example("照片\u202egnp.exe")
@example("名" * 300 + ".docx")
@example("/")
@example("C:\\")
def test_a_display_name_is_one_short_visible_line_that_leads_nowhere(raw):
    name = display_name(raw)
    assert 1 <= len(name) <= LONGEST
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name)
    assert not name.startswith(("/", "\\"))
    assert ".." not in name.split("/")
    assert display_name(name) == name


@given(st.text(max_size=300))
def test_a_download_has_no_slash_in_its_name(raw):
    assert "/" not in file_name(raw)
    assert "\\" not in file_name(raw)


def test_names_that_people_write_stay():
    for name in ("4/5月合影", "买买提·艾力", "“天窗点”：凌晨四点", "𠮷田 3.5米.jpg", "v1..2"):
        assert display_name(name) == name


def test_only_the_last_part_of_a_path_stays():
    assert display_name("../../etc/passwd") == "passwd"
    assert display_name("C:\\Users\\王\\合影.jpg") == "合影.jpg"
    assert display_name("/var/x.png") == "x.png"


def test_a_shortened_name_keeps_its_extension():
    assert display_name("名" * 300 + ".docx").endswith("名.docx")
    assert extension("A.PDF") == "pdf"
    assert extension("无扩展名") == ""
