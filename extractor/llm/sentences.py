"""Sentences of a document with the lines' own offsets: what a model cites by number and code finds again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..model import Document

_END = re.compile(r"[。！？!?；;]+[”’\"』」)）]*")
_SPACES = re.compile(r"\s+")
_COUNTABLE = re.compile(r"\d|[零一二三四五六七八九十百千万亿两]+\s*(?:余|多)?\s*(?:件|份|次|条|宗|起|个|项|人|场|期|家|篇|元)|百分之")
_NO_FIGURES = re.compile(
    r"20\d\d\s*年度?|\d+\s*月\s*\d+\s*日|《[^》]*》|第[\d\s一二三四五六七八九十()（）]+[条项款号届次期章]|[(（]\d+[)）]|\d+[.、．](?!\d)"
)
"""Digits that count nothing: years, dates, names of documents, articles, ordinals."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands."""

    number: int
    """By which a model cites it, from 1."""
    text: str
    """Its characters without line breaks and doubled spaces."""
    offsets: tuple[int, ...]
    """For each character, its offset in ``Document.text``."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the sentence as offsets of ``Document.text``."""
        return self.offsets[start], self.offsets[end - 1] + 1


def sentences(document: Document, lines: Iterable[range], *, first: int = 1) -> list[Sentence]:
    """The sentences on some stretches of lines; a sentence goes on over line breaks, never from one stretch to the next."""
    found: list[Sentence] = []
    for stretch in lines:
        if not stretch:
            continue
        start, end = document.lines[stretch.start].start, document.lines[stretch.stop - 1].end
        text = document.text[start:end]
        edges = [0, *(match.end() for match in _END.finditer(text)), len(text)]
        for at, stop in pairwise(edges):
            sentence = _clean(text, at, stop, start, first + len(found))
            if sentence is not None:
                found.append(sentence)
    return found


def with_numbers(found: Sequence[Sentence]) -> list[Sentence]:
    """Those sentences that hold a number that may count something."""
    return [sentence for sentence in found if _COUNTABLE.search(_NO_FIGURES.sub(" ", sentence.text))]


def shown(found: Sequence[Sentence]) -> str:
    """The sentences one a line, each after its number."""
    return "\n".join(f"{sentence.number}: {sentence.text}" for sentence in found)


def _clean(text: str, at: int, stop: int, start: int, number: int) -> Sentence | None:
    kept: list[str] = []
    offsets: list[int] = []
    for index in range(at, stop):
        sign = text[index]
        if sign.isspace() or sign == "|":
            # Han text runs on over breaks and spaces; between digits or letters one space keeps them apart.
            before, after = text[index - 1 : index], text[index + 1 : index + 2]
            if kept and kept[-1] != " " and before.isascii() and after.isascii():
                kept.append(" ")
                offsets.append(start + index)
            continue
        kept.append(sign)
        offsets.append(start + index)
    joined = "".join(kept).strip()
    if not joined:
        return None
    lead = len("".join(kept)) - len("".join(kept).lstrip())
    return Sentence(number, joined, tuple(offsets[lead : lead + len(joined)]))
