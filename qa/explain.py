"""Which row or column a question's words mean when no listed wording names it.

Every row is described in ``meanings.txt`` in words of the statute and of everyday speech. The characters and bigrams that a question
shares with a description are weighed by how few rows have them; a row is chosen when it explains enough and clearly more than the next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.forms import vocabulary

STEM = 6
"""Letters of an English word that count."""
_LATIN = re.compile(r"[a-z]{4,}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
LEAST = 2.6
"""Weight of shared words from which a row counts as meant: about one bigram that few rows have."""
MARGIN = 1.35
"""How many times more than the next unrelated row the chosen one must explain."""
SHORT = 1.5
"""The same where the row leaves few columns to choose from: one short word that only one of them has."""
UNKNOWN = 1.2
"""Weight of words that no description has, when it is judged how much of a question is explained."""
PART = 0.7
"""Weight beside a word's 1 of two characters that a description has only within a longer word: two such are needed."""
CHARACTER = 0.7
"""Weight beside a bigram's 1 of a lone character, which counts only where a description has it as a word."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A row or column that words mean, and how clearly."""

    key: str
    score: float
    share: float
    """Share of the words' weight that it explains."""


@cache
def _general() -> frozenset[str]:
    """Words, and pairs of characters across two words, that say nothing here."""
    lines = _lines("general")
    return frozenset(word for line in lines for word in line.split())


def _lines(head: str) -> list[str]:
    """What the description has under a heading."""
    text = files(__package__).joinpath("meanings.txt").read_text("utf-8")
    return [line.partition(": ")[2] if head == "general" else line for line in text.splitlines() if line.startswith(head)]


@cache
def _described(role: str) -> dict[str, frozenset[str]]:
    """The tokens of every row's or column's description and listed wordings."""
    texts: dict[str, list[str]] = {}
    for line in _lines(f"{role} "):
        key, _, words = line.removeprefix(f"{role} ").partition(": ")
        texts.setdefault(key, []).extend(words.split())
    for word in vocabulary():
        if word.role == role and word.key in texts and not word.weak:
            texts[word.key].append(word.phrase)
    return {
        key: frozenset(token for text in words for token in grams(text) if len(token) > 1 or token == text) for key, words in texts.items()
    }


@cache
def _words(role: str) -> dict[str, frozenset[str]]:
    """The words of every row's or column's description that stand for themselves."""
    found: dict[str, set[str]] = {}
    for line in _lines(f"{role} "):
        key, _, words = line.removeprefix(f"{role} ").partition(": ")
        found.setdefault(key, set()).update(word if _HAN.match(word) else word[:STEM] for word in words.split())
    for word in vocabulary():
        if word.role == role and word.key in found and not word.weak:
            found[word.key].update({word.phrase, *(part[:STEM] for part in _LATIN.findall(word.phrase))})
    return {key: frozenset(words) for key, words in found.items()}


@cache
def _weights(role: str) -> dict[str, float]:
    """How telling each token is: the fewer rows have it, the more."""
    described = _described(role)
    counts: dict[str, int] = {}
    for own in described.values():
        for token in own:
            counts[token] = counts.get(token, 0) + 1
    size = len(described)
    return {token: math.log(1 + size / count) * (1.0 if len(token) > 1 else CHARACTER) for token, count in counts.items()}


def grams(text: str) -> set[str]:
    """Han characters and bigrams and the stems of English words, but for those that say nothing on these reports."""
    found: set[str] = set()
    for run in _HAN.findall(text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)} | set(run)
    found |= {word[:STEM] for word in _LATIN.findall(text.lower())}
    return found - _general()


def row_tokens(role: str = "row") -> dict[str, frozenset[str]]:
    """The words that mean each row, or each column."""
    return _described(role)


def rows_meant(text: str, among: Iterable[str] | None = None, besides: str = "") -> Meant | None:
    """The row that these words mean; ``among`` limits the choice, and words of the row ``besides`` do not count.

    None when none explains enough, or two explain about as much.
    """
    return _meant("row", text, among, LEAST, row_tokens().get(besides, frozenset()))


def column_meant(text: str, among: Iterable[str] | None = None, least: float = LEAST) -> Meant | None:
    """The column that these words mean, on the same terms."""
    return _meant("column", text, among, least, frozenset())


def _meant(role: str, text: str, among: Iterable[str] | None, least: float, without: frozenset[str]) -> Meant | None:
    described, weights = _described(role), _weights(role)
    asked = grams(text) - without
    keys = [key for key in (described if among is None else among) if key in described]
    total = sum(weights.get(token, UNKNOWN if len(token) > 1 else 0.0) for token in asked)
    words = _words(role)
    scored = [
        (sum(weights.get(token, 0.0) * (1.0 if len(token) == 1 or token in words[key] else PART) for token in asked & described[key]), key)
        for key in keys
    ]
    scored.sort(key=lambda pair: (-pair[0], len(pair[1])))
    if not scored or scored[0][0] < least:
        return None
    best, key = scored[0]
    rival = max((score for score, other in scored[1:] if not related(key, other)), default=0.0)
    return Meant(key, best, best / total if total else 0.0) if best >= MARGIN * rival else None


def related(one: str, other: str) -> bool:
    """Whether one row is a group that holds the other."""
    return one.startswith(other) or other.startswith(one)
