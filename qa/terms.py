"""What a question asks of the narrative: its aspects, each with the words that would answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .glossary import in_chinese
from .tokens import STOP, tokens

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_EMPTY = frozenset("的了着过地得一")
LIGHT = 0.2
"""Weight of an aspect that an answer need not repeat."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a question asks about."""

    words: tuple[str, ...]
    """Any of these answers it; the first is the question's own."""
    weight: float


@cache
def _groups() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Every word with its group, and the light words."""
    known: dict[str, tuple[str, ...]] = {}
    light: set[str] = set()
    for line in _lines():
        if line.startswith("light:"):
            light |= {re.sub("[_-]", " ", word) for word in line.removeprefix("light:").split()}
        elif line.startswith(("asking:", "alike:", "spoken:")):
            continue
        elif line and not line.startswith("#"):
            group = tuple(re.sub("[_-]", " ", word) for word in line.split())
            for word in group:
                known[word] = tuple(dict.fromkeys((*known.get(word, ()), *group)))
    return known, frozenset(light)


def _lines() -> list[str]:
    return files(__package__).joinpath("synonyms.txt").read_text("utf-8").splitlines()


@cache
def asking() -> frozenset[str]:
    """Words with which one asks, which no answer repeats."""
    return frozenset(
        re.sub("[_-]", " ", word) for line in _lines() if line.startswith("asking:") for word in line.removeprefix("asking:").split()
    )


@cache
def everyday() -> dict[str, tuple[str, ...]]:
    """Every word with those that say it in everyday speech or officially."""
    known = {word: list(group) for word, group in _groups()[0].items()}
    for line in _lines():
        if line.startswith(("alike:", "spoken:")):
            group = [re.sub("[_-]", " ", word) for word in line.partition(":")[2].replace("=", " ").split()]
            for word in group:
                known.setdefault(word, []).extend(group)
    return {word: tuple(dict.fromkeys(group)) for word, group in known.items()}


def equivalents(word: str) -> tuple[str, ...]:
    """The other words of its groups, everyday ones too."""
    return tuple(other for other in everyday().get(word, ()) if other != word)


@cache
def spoken() -> tuple[str, ...]:
    """Turns of everyday speech, longest first, which no segmenter keeps whole (手生, 人老换)."""
    turns = {word for line in _lines() if line.startswith("spoken:") for word in line.removeprefix("spoken:").partition("=")[0].split()}
    return tuple(sorted(turns, key=lambda word: (-len(word), word)))


@cache
def topics() -> tuple[str, ...]:
    """Every word that names something the narrative may tell of."""
    return tuple(_groups()[0])


def light() -> frozenset[str]:
    """Words so general that they ask for nothing by themselves."""
    return _groups()[1]


@cache
def _longest() -> int:
    known, light = _groups()
    return max(map(len, (*known, *light)))


def aspects(text: str, *, translated: bool = True) -> tuple[Aspect, ...]:
    """The aspects of what is left of a question when agencies, years and query words are taken out.

    ``translated``: whether a Chinese word that the dictionary gives for an English one answers to it.
    """
    known, _ = _groups()
    found: dict[tuple[str, ...], Aspect] = {}
    for piece, kind in _pieces(text):
        if kind == "light":
            found.setdefault((piece,), Aspect((piece,), LIGHT))
        elif kind == "known":
            found.setdefault(known[piece], Aspect((piece, *(word for word in known[piece] if word != piece)), 1.0))
        else:
            for token in _grams(piece):
                found.setdefault((token,), Aspect((token, *(in_chinese(token) if translated else ())), 0.6))
    return tuple(found.values())


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text as known words, light words and the runs between them."""
    known, light = _groups()
    at, start = 0, 0
    while at < len(text):
        for length in range(min(_longest(), len(text) - at), 0, -1):
            word = text[at : at + length]
            if (word in known or word in light) and _whole(text, at, at + length):
                if text[start:at].strip():
                    yield text[start:at], "other"
                yield word, "known" if word in known else "light"
                at += length
                start = at
                break
        else:
            at += 1
    if text[start:].strip():
        yield text[start:], "other"


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a Latin word is not cut."""
    latin = text[start : start + 1].isascii() and text[start : start + 1].isalpha()
    return not latin or not (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha())


def _grams(run: str) -> list[str]:
    """Bigrams of Han, whole words and numbers; a lone character stands for itself."""
    words = [token for token in tokens(run) if (len(token) > 1 and not _EMPTY & set(token)) or not _HAN.match(token)]
    return words + [part for part in _HAN.findall(run) if len(part) == 1 and part not in STOP]


def search_words(asked: tuple[Aspect, ...]) -> list[str]:
    """Search tokens for these aspects, the question's own words and their equivalents."""
    return list(dict.fromkeys(token for aspect in asked for word in aspect.words for token in tokens(word)))


def covered(asked: tuple[Aspect, ...], text: str) -> float:
    """The weighted share of the aspects that a text answers to; 0 when nothing is asked."""
    total = sum(aspect.weight for aspect in asked)
    if not total:
        return 0.0
    lower = text.lower()
    return sum(aspect.weight for aspect in asked if any(word in lower for word in aspect.words)) / total
