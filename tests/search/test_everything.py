"""Whatever has a place on the public site can be found, or says here why not."""

from django.apps import apps
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from search.documents import registry
from tests.test_layers import RANK

# Public models without a document of their own, each with the reason. Whoever adds a model with
# an address declares a document in its app's documents.py, or writes a sentence here.
NOT_BY_ITSELF = {
    "cms.HomePage": "The front page shows what is found one by one.",
    "cms.NoticeIndexPage": "A list: its notices are found one by one.",
    "cms.VideoIndexPage": "A list: its videos are found one by one.",
    "quiz.Attempt": "An attempt is its member's own and nobody else's.",
    "quiz.Disqualification": "Who is out of a competition is told that person alone.",
    "quiz.Certificate": "A certificate is found by whoever was given its code.",
    "quiz.Draw": "A draw is found as its competition.",
    "helpdesk.Category": "A list: its answers are found one by one.",
    "cms.HonourAward": "An award is found as its person and as its honour.",
    "cms.HonourList": "A list only says from when an honour's awards are public.",
}
# What is found though it has no address of its own.
WITHOUT_ADDRESS = {"unions.Union", "cms.Honour"}


def shown_in_public():
    """The models of ours that have an address, are pages, or are snippets."""
    snippets = set(get_snippet_models())
    return {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in RANK
        and (hasattr(model, "get_absolute_url") or issubclass(model, Page) or model in snippets)
    }


def declared():
    return {document.model._meta.label for document in registry.values()}


def test_every_public_model_is_found_or_says_why_not():
    missing = shown_in_public() - declared() - set(NOT_BY_ITSELF)
    assert missing == set(), (
        "declare a document in the app's documents.py, or write into NOT_BY_ITSELF why not"
    )


def test_the_reasons_are_for_models_that_are_there_and_have_no_document():
    assert set(NOT_BY_ITSELF) <= shown_in_public() - declared()
    assert all(reason.endswith(".") for reason in NOT_BY_ITSELF.values())


def test_nothing_else_is_declared():
    """A kind without an address would lead readers nowhere."""
    assert declared() - WITHOUT_ADDRESS <= shown_in_public()


def test_the_public_models_are_read_as_we_think():
    assert {"cms.StoryPage", "cms.Person", "quiz.Competition", "reading.Title"} <= shown_in_public()
    assert "quiz.Question" not in shown_in_public() | declared()
    assert "unions.Member" not in shown_in_public() | declared()


def test_every_kind_names_a_field_that_titles_are_compared_with():
    """While the index is away, titles alone are compared."""
    for document in registry.values():
        assert document.model._meta.get_field(document.title_field), document.kind
