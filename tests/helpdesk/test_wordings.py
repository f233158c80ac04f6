"""Questions, wordings and what was asked, as they are stored."""

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.wordings import clean_block, lines_of, question_key


@given(st.text())
def test_wordings_are_each_there_once_and_stay_when_read_again(text):
    lines = lines_of(text)
    assert lines_of("\n".join(lines)) == lines
    assert len({question_key(line) for line in lines}) == len(lines)


@given(st.text())
def test_a_cleaned_answer_is_clean(text):
    cleaned = clean_block(text)
    assert clean_block(cleaned) == cleaned
    assert "\n\n\n" not in cleaned
    assert "\r" not in cleaned


def test_punctuation_width_and_traditional_characters_make_no_other_question():
    assert question_key("勞動 合同，怎么签？") == question_key("劳动合同怎么签")
