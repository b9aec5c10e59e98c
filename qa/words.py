"""The words of questions, read from ``words.txt``: what marks a kind of query, an intent or a comparison, and what means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from extractor.forms import vocabulary

from .terms import topics

Sort = Literal["row", "column", "rate", "cue", "intent", "unit", "noise", "away", "place", "topic", "limit"]
"""``cue``: marks a kind of query; ``intent``: what of the narrative is wanted; ``unit``: a kind of agency; ``noise``: explained, without
meaning for the query; ``away``: shows that the question is not about these reports; ``place``: one that the library may not hold;
``topic``: something that the narrative may tell of; ``limit``: narrows what is counted to something that no column has."""

Meaning = tuple[Sort, str, bool]
"""Sort, key, and whether a more particular word outweighs it."""


def _listed() -> Iterator[tuple[Sort, str, str]]:
    text = files(__package__).joinpath("words.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            head, _, words = line.partition(":")
            sort, _, key = head.partition(" ")
            for word in words.split():
                yield next(name for name in get_args(Sort) if name == sort), key, re.sub("[_-]", " ", word)


@cache
def lexicon() -> dict[str, tuple[Meaning, ...]]:
    """Every known phrase, with what it can mean; the forms' own words come first, and noise is noise only where nothing else is."""
    found: dict[str, dict[Meaning, None]] = {}
    for word in vocabulary():
        found.setdefault(word.phrase.replace("-", " "), {})[(word.role, word.key, word.weak)] = None
    for sort, key, phrase in _listed():
        if sort != "noise" or phrase not in found:
            found.setdefault(phrase, {})[(sort, key, False)] = None
    for phrase in topics():
        found.setdefault(phrase.replace("-", " "), {("topic", "", False): None})
    return {phrase: tuple(meanings) for phrase, meanings in found.items()}


@cache
def longest() -> int:
    """Length of the longest known phrase."""
    return max(map(len, lexicon()))
