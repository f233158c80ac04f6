"""Chinese text for search, without Django: folding, words, queries, highlights, headlines."""

from search.text.folding import fold, key_of
from search.text.headline import phrase_breaks
from search.text.highlight import highlight, snippet, spans
from search.text.queries import MAX_CHARACTERS, MAX_UNITS, ParsedQuery, Segment, Unit, parse
from search.text.words import PIPELINE_VERSION, bigrams, dictionary_version, parts, tokens, words

__all__ = [
    "MAX_CHARACTERS",
    "MAX_UNITS",
    "PIPELINE_VERSION",
    "ParsedQuery",
    "Segment",
    "Unit",
    "bigrams",
    "dictionary_version",
    "fold",
    "highlight",
    "key_of",
    "parse",
    "parts",
    "phrase_breaks",
    "snippet",
    "spans",
    "tokens",
    "words",
]
