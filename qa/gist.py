"""The gist of a question asked in far other words than a report's: its content words, and how far a sentence tells of them.

Words are cut and tagged by rjieba; nouns, verbs and adjectives count, the more the fewer passages of the library have them. A word is met
by itself, by its group in ``synonyms.txt``, by a word that the dictionary gives the same English gloss, by a part of it, and a little by a
character that tells much (租房, 租户).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from .glossary import alike, explains, in_chinese
from .terms import asking, equivalents, everyday, light, spoken
from .words import lexicon

Rarity = Callable[[str], float]
"""Inverse document frequency of a token in the library's narrative."""
RARE = 6.0
"""Inverse document frequency from which on a word counts in full; in a library of a hundred passages one that none has reaches 5.4."""
_VERB = 0.7
"""Weight of a verb or adjective beside a noun's 1: what is done is told in more ways than what it is done to."""
_CUT = 0.4
"""What a word counts that no dictionary has: the segmenter's scraps of a question (完有, 报看)."""
_UNTRANSLATED = 0.4
"""Weight of an English word that the dictionary does not have: nothing could meet it."""
_SAME, _ALIKE, _ENGLISH, _PART, _CHAR = 0.95, 0.7, 0.8, 0.6, 0.4
"""How much of a word its synonym, a word of the same gloss, a translation, a part of it, a telling character of it stand for."""
GENERAL = 0.75
"""What a synonym counts at least, however common it is."""
MET = 0.55
"""Strength from which on a word counts as met, not merely touched on."""
NEAR, ABOVE = 0.5, 0.3
"""What a word counts that stands in the sentence before or behind, or in the heading."""
_OFTEN = 1000
"""Frequency with which a word is made known to the segmenter: enough to stand whole."""
_HAN = re.compile("[\u3400-\u9fff]{2,}")
_NOT_HAN = re.compile("[^\u3400-\u9fff]+")
_LATIN = re.compile(r"(?<![a-z])[a-z][a-z&-]{2,}")
_CONTENT, _THINGS = "nvaijlstz", "nst"
"""Tags of content words: nouns, verbs, adjectives, set phrases, places and times; those of them that name things."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of a question."""

    text: str
    weight: float
    """From 0 to 1, by its rarity and its part of speech."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a sentence tells of a question's words."""

    share: float
    """Of the words' weight, from 0 to 1."""
    amount: float
    """The weight itself: 1 is a rare noun in full."""
    met: float
    """Weight of the words met in the sentence itself."""

    @property
    def closeness(self) -> float:
        """High where much of the question is told and a rare word of it stands in the sentence itself."""
        return self.share * self.met


def content_words(wording: str, rarity: Rarity) -> tuple[Word, ...]:
    """The content words of a question, in its order."""
    found = dict.fromkeys(_tagged(wording.lower()))
    return tuple(Word(word, _weight(word, rarity) * (1.0 if noun else _VERB)) for word, noun in found)


def _tagged(wording: str) -> Iterator[tuple[str, bool]]:
    """Its content words, and whether each is a noun; words with which one asks are left out."""
    for phrase in _phrases():
        if re.search(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", wording):
            wording = wording.replace(phrase, " ")
            if not _empty(phrase):
                yield phrase, True
    for phrase in spoken():
        if phrase in wording:
            wording = wording.replace(phrase, "，")
            yield phrase, False
    for word in _LATIN.findall(wording):
        said = word.replace("-", " ") if "-" in word and not equivalents(word) else word
        if not _empty(word):
            yield said, True
    for word, tag in _cutter().tag(_NOT_HAN.sub("，", wording)):
        if _HAN.fullmatch(word) and (tag[0] in _CONTENT or tag == "b") and not _empty(word):
            yield word, tag[0] in _THINGS


@cache
def _cutter() -> Any:
    """The segmenter, with the words of ``synonyms.txt`` among its own."""
    from rjieba import Jieba

    cutter = Jieba()
    for word in everyday():
        if len(word) > 2 and _HAN.fullmatch(word):
            cutter.add_word(word, _OFTEN, "n")
    return cutter


@cache
def _phrases() -> tuple[str, ...]:
    """The English phrases of ``synonyms.txt``, longest first."""
    return tuple(sorted((word for word in everyday() if word.isascii() and " " in word), key=len, reverse=True))


def _empty(word: str) -> bool:
    """Whether one asks with a word and not about it."""
    if word in asking() or word in light() or word[0] in "咋啥怎哪":
        return True
    meanings = lexicon().get(word, ())
    return bool(meanings) and all(sort in ("noise", "cue", "intent", "unit", "away", "place") for sort, _, _ in meanings)


def _weight(word: str, rarity: Rarity) -> float:
    if _HAN.fullmatch(word):
        known = explains(word) or bool(equivalents(word)) or any(explains(part) for part in _halves(word))
        return min(1.0, max(rarity(part) for part in _halves(word)) / RARE) * (1.0 if known else _CUT)
    others = [_weight(other, rarity) for other in (*equivalents(word), *in_chinese(word)) if _HAN.fullmatch(other)]
    return min(1.0, min(others) + 0.3) if others else _UNTRANSLATED


def _halves(word: str) -> list[str]:
    """The words of two characters within a word, by the dictionary where it has any: 学生 and 家长 of 学生家长, not 生家."""
    parts = [word[at : at + 2] for at in range(len(word) - 1)]
    return [part for part in parts if explains(part)] or parts


def told(words: Sequence[Word], text: str, around: Sequence[str], heading: str, rarity: Rarity) -> Told:
    """How far a sentence tells of these words, by itself, with the sentences beside it, and under its heading."""
    total = sum(word.weight for word in words)
    if not total:
        return Told(0.0, 0.0, 0.0)
    amount = met = 0.0
    for word in words:
        own = strength(word, text, rarity)
        met += own if own >= MET * word.weight else 0.0
        beside = max((strength(word, other, rarity) for other in around), default=0.0)
        amount += max(own, NEAR * beside, ABOVE * strength(word, heading, rarity))
    return Told(amount / total, amount, met)


def strength(word: Word, text: str, rarity: Rarity) -> float:
    """How much of a word's weight a text meets."""
    said = word.text
    if said in text:
        return word.weight
    han = bool(_HAN.fullmatch(said))
    same = [other for other in equivalents(said) if len(other) > 1 and other in text]
    if same:
        return _SAME * max(math.sqrt(word.weight * max(_weight(other, rarity), 0.0 if other in said else GENERAL)) for other in same)
    others, share = (alike(said), _ALIKE) if han else (in_chinese(said), _ENGLISH)
    best = share * max((min(word.weight, _weight(other, rarity)) for other in others if other in text), default=0.0)
    if han:
        if len(said) > 2:
            parts = [said[at : at + 2] for at in range(len(said) - 1)]
            best = max([best, *(_PART * min(word.weight, _weight(part, rarity)) for part in parts if part in text)])
        best = max([best, *(_CHAR * word.weight * min(1.0, rarity(char) / RARE) for char in said if char in text)])
    return best
