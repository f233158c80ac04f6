"""Chinese text for search, without Django: folding, words, queries, highlights, headlines."""

from search.text.folding import fold, key_of
from search.text.headline import phrase_breaks
from search.text.highlight import highlight, snippet, spans
from search.text.lines import line, needle
from search.text.queries import MAX_CHARACTERS, MAX_UNITS, ParsedQuery, Segment, Unit, parse
from search.text.words import (
    PIPELINE_VERSION,
    Terms,
    bigrams,
    dictionary_version,
    kept_whole,
    parts,
    tokens,
    words,
)

__all__ = [
    "MAX_CHARACTERS",
    "MAX_UNITS",
    "PIPELINE_VERSION",
    "ParsedQuery",
    "Segment",
    "Terms",
    "Unit",
    "bigrams",
    "dictionary_version",
    "fold",
    "highlight",
    "kept_whole",
    "key_of",
    "line",
    "needle",
    "parse",
    "parts",
    "phrase_breaks",
    "snippet",
    "spans",
    "tokens",
    "words",
]
