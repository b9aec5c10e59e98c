"""Finding the labels of the form in the words of a table, whatever broke, misspelt or repeated them.

The order of rows is fixed by statute, so the labels are looked for as one increasing chain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Prefix

from ..forms import SECTIONS, Row
from .tokens import Word

_HAN = re.compile(r"[\u3400-\u9fff]+")
_ORDINAL = re.compile(r"[(（]?\s*[0-9一二三四五六七八九十_=\-]{1,2}\s*[)）.、．,，:]\s*$")
_NUMERALS = frozenset("一二三四五六七八九十")
_FUZZY = 70.0
_MIN_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Found:
    """Where a row's label begins."""

    row: int
    """Index into the rows looked for."""
    start: int
    """Offset in ``Document.text``."""
    line: int
    cell: int
    exact: bool = True
    """False for a label recognised in spite of a misprint."""
    continued: bool = False
    """Whether the label before it runs on into its cell, so that the two share it."""


@dataclass(frozen=True)
class Flat:
    """The Han characters of all words in one string, each with the way back."""

    text: str
    starts: Sequence[int]
    lines: Sequence[int]
    cells: Sequence[int]
    ordinals: frozenset[int]
    """Indices of characters that directly follow an ordinal."""
    edges: frozenset[int]
    """Indices of the characters with which a cell begins, after its ordinal if it has one."""
    noted: frozenset[int] = frozenset()
    """Indices of characters that an opening bracket or a colon follows: a note stands behind the label."""

    def run_end(self, at: int) -> int:
        """Index after the last character of the cell in which this one stands."""
        stop = at
        while stop < len(self.text) and self.lines[stop] == self.lines[at] and self.cells[stop] == self.cells[at]:
            stop += 1
        return stop


def flatten(words: Sequence[Word]) -> Flat:
    """Join the Han characters of the words."""
    text: list[str] = []
    starts: list[int] = []
    lines: list[int] = []
    cells: list[int] = []
    ordinals: set[int] = set()
    edges: set[int] = set()
    noted: set[int] = set()
    last = (-1, -1)
    pending, fresh = "", True
    for word in words:
        here = (word.line, word.cell)
        if here != last:
            pending, last, fresh = "", here, True
        position = 0
        for match in _HAN.finditer(word.text):
            before = pending + word.text[position : match.start()]
            chars = match.group()
            after = word.text[match.end() : match.end() + 1]
            # "一、" and "(七)" are ordinals although they are Han themselves.
            numeral = len(chars) <= 2 and _NUMERALS.issuperset(chars)
            if numeral and ((after and after in "、)）.,:") or (not after and before.endswith(("(", "（")))):
                pending, position = before + chars, match.end()
                continue
            if _ORDINAL.search(before):
                ordinals.add(len(text))
            if fresh:
                edges.add(len(text))
                fresh = False
            base = word.start + match.start()
            text.extend(chars)
            starts.extend(range(base, base + len(chars)))
            lines.extend([word.line] * len(chars))
            cells.extend([word.cell] * len(chars))
            if after and after in "(:":
                noted.add(len(text) - 1)
            pending, position = "", match.end()
        pending = (pending + word.text[position:])[-6:]
    return Flat("".join(text), starts, lines, cells, frozenset(ordinals), frozenset(edges), frozenset(noted))


@lru_cache(maxsize=32)
def _cores(rows: tuple[Row, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(dict.fromkeys("".join(_HAN.findall(text)) for text in (row.label.text, *row.label.printed))) for row in rows)


@lru_cache(maxsize=32)
def _prefixes(rows: tuple[Row, ...]) -> tuple[int, ...]:
    """For every row the shortest start of its label that no other label contains."""
    cores = _cores(rows)
    groups = {"".join(_HAN.findall(group.text)) for row in rows for group in row.groups}
    lengths = []
    for index, (core, *_) in enumerate(cores):
        others = [other for k, texts in enumerate(cores) if k != index for other in texts] + [g for g in groups if g != core]
        length = min(2, len(core))
        while length < len(core) and any(core[:length] in other for other in others):
            length += 1
        lengths.append(min(len(core), max(length, _MIN_PREFIX)))
    return tuple(lengths)


def find(flat: Flat, rows: tuple[Row, ...]) -> list[Found]:
    """The rows' labels in printed order; rows that have none are left out."""
    found = {row: at for at, row, _ in _chain(_candidates(flat, rows))}
    result = [Found(row, flat.starts[at], flat.lines[at], flat.cells[at]) for row, at in found.items()]
    result += _misspelt(flat, rows, found)
    result.sort(key=lambda each: each.start)
    for number, (above, label) in enumerate(pairwise(result), start=1):
        if _runs_on(flat, _cores(rows)[above.row], found[above.row], found[label.row]):
            result[number] = replace(label, continued=True)
    return result


def _runs_on(flat: Flat, cores: Sequence[str], above: int, at: int) -> bool:
    """Whether the end of the label above stands in the cell of the label that begins here, before it."""
    first = at
    while first > 0 and flat.lines[first - 1] == flat.lines[at] and flat.cells[first - 1] == flat.cells[at]:
        first -= 1
    return above < first < at and any(flat.text[first:at] in core for core in cores)


def _candidates(flat: Flat, rows: tuple[Row, ...]) -> list[tuple[int, int, float]]:
    """(position, row, weight) of every place where a label may begin."""
    found: list[tuple[int, int, float]] = []
    text = flat.text
    for row, (cores, prefix) in enumerate(zip(_cores(rows), _prefixes(rows), strict=True)):
        for core in cores:
            need = min(prefix, len(core))
            at = text.find(core[:need])
            while at >= 0:
                weight = _weight(flat, at, core, need)
                if weight:
                    found.append((at, row, weight))
                at = text.find(core[:need], at + 1)
            # A narrow cell breaks a label after two or three characters and prints values, or the next label, in between.
            for at in flat.ordinals:
                if text.startswith(core[:2], at) and not text.startswith(core[:need], at):
                    stop, shared = flat.run_end(at), Prefix.similarity(core, text[at : at + len(core)])
                    if at + shared == stop or at + shared in flat.ordinals:
                        found.append((at, row, float(shared)))
    return found


def _weight(flat: Flat, at: int, core: str, need: int) -> float:
    """How many characters agree from here on, with a bonus for an ordinal or the edge of a cell; 0 for no label."""
    if len(core) <= 2 and at not in flat.ordinals:
        # 其他 and 总计 are column heads too: as rows they fill their cell, and even so weigh little.
        cell = flat.text[at : flat.run_end(at)]
        return 1.0 if at in flat.edges and (cell in (core, core * 2) or at + len(core) - 1 in flat.noted) else 0.0
    if len(core) <= 2 and (stop := at + len(core)) < len(flat.text) and flat.starts[stop] == flat.starts[stop - 1] + 1:
        return 1.0  # 其他处理 names a group, not the row 其他
    length, limit = need, min(len(core), len(flat.text) - at)
    while length < limit and flat.text[at + length] == core[length]:
        length += 1
    return float(length) + (3 if at in flat.ordinals else 0) + (1 if at in flat.edges else 0)


def _chain(candidates: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """The heaviest chain in which both position and row increase."""
    ordered = sorted(candidates)
    best: list[float] = []
    previous: list[int] = []
    for i, (at, row, weight) in enumerate(ordered):
        top, source = 0.0, -1
        for j in range(i):
            if best[j] > top and ordered[j][1] < row and ordered[j][0] < at:
                top, source = best[j], j
        best.append(top + weight)
        previous.append(source)
    chain: list[tuple[int, int, float]] = []
    at = max(range(len(best)), key=best.__getitem__, default=-1)
    while at >= 0:
        chain.append(ordered[at])
        at = previous[at]
    return chain[::-1]


def _misspelt(flat: Flat, rows: tuple[Row, ...], found: dict[int, int]) -> list[Found]:
    """Labels between two found neighbours that are there with a wrong character or two."""
    result: list[Found] = []
    cores = _cores(rows)
    for row, (core, *_) in enumerate(cores):
        if row in found or len(core) < _MIN_PREFIX:
            continue
        low = max((at + min(len(cores[r][0]), _MIN_PREFIX) for r, at in found.items() if r < row), default=0)
        high = min((at for r, at in found.items() if r > row), default=len(flat.text))
        if high - low < _MIN_PREFIX:
            continue
        match = fuzz.partial_ratio_alignment(core, flat.text[low:high], score_cutoff=_FUZZY)
        if match is None or match.src_end - match.src_start < _MIN_PREFIX:
            continue
        guess = low + match.dest_start - match.src_start
        at = next((k for k in (guess, guess - 1, guess + 1) if k >= low and (k in flat.ordinals or k in flat.edges)), -1)
        if at < 0:
            continue
        here = flat.text[at : at + len(core)]
        others = [SECTIONS[rows[row].section], *(other for r, texts in enumerate(cores) if r != row for other in texts)]
        if any(fuzz.ratio(other, here) >= match.score for other in others):
            continue
        result.append(Found(row, flat.starts[at], flat.lines[at], flat.cells[at], exact=False))
        found[row] = at
    return result
