"""Suggestions and the lexicon, which follow the index in the database."""

from django.db import transaction
from django.db.models import Model

from search import mapping
from search.documents import Content, IndexDocument, Suggestion, registry
from search.models import LexiconWord, SuggestionTerm
from search.pinyin import compact, initials, syllables
from search.services.outbox import BATCH
from search.text import fold, key_of, words
from search.text.words import is_chinese

LONGEST_WORD = 30


def write_terms(
    kind: str, document: type[IndexDocument] | None, keys: list[str], contents: dict[str, Content]
) -> set[str]:
    """Replace the suggestions of the rows `keys` of one kind with those of `contents` (by key), and
    add their words to the lexicon; return the words. A row without content loses its suggestions.
    """
    terms: dict[tuple[str, str], SuggestionTerm] = {}
    lexicon: set[str] = set()
    for key in keys:
        content = contents.get(key)
        if content is None or document is None:
            continue
        offered = content.terms or (Suggestion(content.title),)
        for term in offered:
            reading = mapping.readings(document, term.text, term.pinyin)[0]
            terms[key, term.text[:100]] = SuggestionTerm(
                kind=kind,
                key=key,
                text=term.text[:100],
                folded=key_of(term.text)[:100],
                pinyin=compact(reading)[:255],
                initials=initials(reading)[:100],
                size=min(len(term.text), 100),
                weight=term.weight,
                url=content.url[:500],
            )
        lexicon |= _lexicon_words(content)
    with transaction.atomic():
        SuggestionTerm.objects.filter(kind=kind, key__in=keys).delete()
        SuggestionTerm.objects.bulk_create(terms.values(), batch_size=BATCH)
        _add_words(lexicon)
    return lexicon


def _lexicon_words(content: Content) -> set[str]:
    """Chinese words of title and terms that a misspelt query may mean."""
    found = set(words(content.title))
    found |= {fold(term.text) for term in content.terms}
    return {word for word in found if 1 < len(word) <= LONGEST_WORD and is_chinese(word)}


def _add_words(lexicon: set[str]) -> None:
    known = set(LexiconWord.objects.filter(text__in=lexicon).values_list("text", flat=True))
    LexiconWord.objects.bulk_create(
        [
            LexiconWord(
                text=word,
                pinyin=compact(syllables(word))[:200],
                first=word[0],
                last=word[-1],
                size=len(word),
            )
            for word in sorted(lexicon - known)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def forget_others(learnt: set[str]) -> None:
    """Drop the suggestions of rows that are not public, and all words but the `learnt` ones."""
    SuggestionTerm.objects.exclude(kind__in=list(registry)).delete()
    for document in registry.values():
        public = {str(pk) for pk in document.get_queryset().values_list("pk", flat=True)}
        offered = SuggestionTerm.objects.filter(kind=document.kind).values_list("pk", "key")
        _drop(SuggestionTerm, [pk for pk, key in offered if key not in public])
    known = LexiconWord.objects.values_list("pk", "text")
    _drop(LexiconWord, [pk for pk, text in known if text not in learnt])


def _drop(model: type[Model], pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        model._default_manager.filter(pk__in=pks[start : start + BATCH]).delete()
