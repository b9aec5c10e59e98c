"""Dumps of web pages that print a table's pipes in a manner of their own: rows over several lines, pipes that fill rows up.

Converters of web pages write a row as it comes: a cell's own line breaks stay, so a blank cell is a line break and a pipe, and a row
with merged cells ends in as many pipes, without a space between them, as it has cells too few::

    一、本年新收政府信息公开申请数量 | 25 |
    |
    |
    |
    |
    | 25 | ||

is the row ``… | 25 | blank × 5 | 25``. Others wrap each cell in two pipes of its own (``|规章||0||0|``), or put two tabs between cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import gcd

_FILLERS = re.compile(r"(?<=\|)[ \u00a0]+(\|+)[ \u00a0]*$|^[ \u00a0]*(\|{2,})[ \u00a0]*$|(?<=\|)(\|{2,})[ \u00a0]*$")
"""Pipes that fill a row up: at the end of a line behind the last cell's own pipe, or two and more on a line of their own."""

_SURE = re.compile(r"\|[ \u00a0]+\|{2,}[ \u00a0]*$|^[ \u00a0]*\|{2,}[ \u00a0]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WRAPPED = re.compile(r"[ \u00a0]*\|[^|\n]*[^|\s][^|\n]*(?:\|\|[^|\n]*[^|\s][^|\n]*)*\|[ \u00a0]*")


def unfold(text: str) -> str:
    """The text with every such row on one line, and without the pipes that fill rows up.

    As long as before: line breaks inside a row and pipes that are no boundary become spaces. Tables that are written otherwise
    stay as they are.
    """
    if "|" not in text and "\t\t" not in text:
        return text
    out = list(text)
    for block in _blocks(text, "\t"):
        if _doubled([text[start:stop] for start, stop in block]):
            for start, stop in block:
                for match in re.finditer(r"\t\t", text[start:stop]):
                    out[start + match.start()] = " "
    blocks = [(block, [text[start:stop] for start, stop in block]) for block in _blocks(text, "|")]
    known = any(_folds(lines) and not _wraps(lines) for _, lines in blocks)
    for block, lines in blocks:
        if _wraps(lines):
            for start, stop in block:
                for match in re.finditer(r"\|\|", text[start:stop]):
                    out[start + match.start()] = " "
        elif _folds(lines, known):
            _unfold(block, text, out)
    return "".join(out)


def _doubled(lines: list[str]) -> bool:
    """Whether two tabs stand between any two cells, in all lines, and several times in one."""
    runs = [re.findall(r"\t+", line) for line in lines]
    return len(lines) > 2 and max(run.count("\t\t") for run in runs) > 2 and all(len(tabs) % 2 == 0 for run in runs for tabs in run)


def _blocks(text: str, mark: str) -> Iterator[list[tuple[int, int]]]:
    """Spans of neighbouring lines that each hold the mark; empty lines do not part them."""
    block: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        stop = start + len(line)
        if mark in line:
            block.append((start, stop))
        elif line.strip() and block:
            yield block
            block = []
        start = stop + 1
    if block:
        yield block


def _wraps(lines: list[str]) -> bool:
    """Whether every cell has a pipe on both sides: two between any two cells, one at both ends, in all lines."""
    return len(lines) > 2 and max(line.count("||") for line in lines) > 2 and all(_WRAPPED.fullmatch(line) for line in lines)


def _folds(lines: list[str], known: bool = False) -> bool:
    """Whether rows are filled up with glued pipes, or blank cells stand on lines of their own behind cells with pipes.

    ``known``: other tables of the text are so; a page break may leave a row or two of a table to itself.
    """
    filled = sum(1 for line in lines if _SURE.search(line))
    if filled > 1 - known:
        return True
    lone = 0
    for before, line in pairwise(lines):
        lone += line.strip() == "|" and before.rstrip().endswith("|") and _HAN.search(before) is not None
    return lone > 1 and any(line.strip(" |\u00a0") and line.rstrip().endswith("|") for line in lines)


@dataclass
class _Row:
    cells: list[str] = field(default_factory=list)
    fillers: int = 0
    lines: list[int] = field(default_factory=list)
    """Lines that it stands on."""
    sure: bool = False
    """Whether its fillers are glued, so that no blank cell can be meant."""
    filling: tuple[int, int] | None = None
    """Where its fillers stand."""

    @property
    def values(self) -> int:
        """Cells behind its last words."""
        last = max((at for at, cell in enumerate(self.cells) if _HAN.search(cell)), default=-1)
        return len(self.cells) - 1 - last


def _unfold(block: list[tuple[int, int]], text: str, out: list[str]) -> None:
    lines = [text[start:stop] for start, stop in block]
    opened = _opened(lines)
    for number in opened:
        start, stop = block[number]
        out[start:stop] = " " * (stop - start)
    rows = list(_rows(block, lines, opened, _width(lines, opened)))
    usual = Counter(row.values for row in rows if row.sure and row.values).most_common(1)
    for row in rows:
        if row.filling is not None:
            if row.sure or not usual or row.values == usual[0][0]:
                out[row.filling[0] : row.filling[1]] = " " * (row.filling[1] - row.filling[0])
        elif usual and row.values == usual[0][0] + 1 and lines[row.lines[-1]].strip() == "|":
            start, stop = block[row.lines[-1]]
            out[start:stop] = " " * (stop - start)
        for first, second in pairwise(row.lines):
            for at in range(block[first][1], block[second][0]):
                out[at] = " "


def _opened(lines: list[str]) -> frozenset[int]:
    """The lines that hold nothing but the pipe with which a row begins, where rows begin so: behind rows that were filled up."""
    after = [line.strip() == "|" for before, line in pairwise(lines) if _SURE.search(before)]
    if after.count(True) <= after.count(False):
        return frozenset()
    found = set()
    for number, line in enumerate(lines[:-1]):
        if line.strip() == "|" and (_is_label(lines[number + 1]) or (number > 0 and _SURE.search(lines[number - 1]) is not None)):
            found.add(number)
    return frozenset(found)


def _is_label(line: str) -> bool:
    """Whether a line begins with words."""
    return _HAN.match(line.lstrip(" (（\u00a0123456789.、")) is not None


def _leads(line: str) -> bool:
    """Whether a line begins with the pipe of its row: words stand behind it."""
    stripped = line.strip()
    return stripped.startswith("|") and _is_label(stripped[1:])


def _width(lines: list[str], opened: frozenset[int]) -> int:
    """Cells of a full row: what the cells up to each filling and the filling itself come to is always a multiple of it."""
    totals = []
    cells = 0
    for number, line in enumerate(lines):
        if number in opened:
            continue
        fillers = _FILLERS.search(line)
        cells += (line[: fillers.start()] if fillers else line).count("|") - _leads(line)
        if fillers and _SURE.search(line):
            totals.append(cells + _glued(fillers))
        if fillers:
            cells = 0
    width = gcd(*totals)
    return width if width > 2 else Counter(totals).most_common(1)[0][0] if totals else 0


def _glued(fillers: re.Match[str]) -> int:
    return len("".join(group for group in fillers.groups() if group))


def _rows(block: list[tuple[int, int]], lines: list[str], opened: frozenset[int], width: int) -> Iterator[_Row]:
    row = _Row()
    for number, line in enumerate(lines):
        if number in opened:
            continue
        stripped = line.strip()
        full = row.fillers > 0 or (width > 0 and len(row.cells) >= width)
        lead = _leads(line)
        glued = re.fullmatch(r"\|{2,}", stripped) is not None
        label = _is_label(stripped) and row.values > 0
        if row.cells and not glued and (full or lead or label or number - 1 in opened):
            yield row
            row = _Row()
        fillers = _FILLERS.search(line)
        cells = [part.strip() for part in (line[: fillers.start()] if fillers else line).split("|")]
        row.cells += cells[lead : len(cells) - (not cells[-1])]
        row.lines.append(number)
        if fillers:
            row.fillers = _glued(fillers)
            row.sure = row.fillers > 1
            row.filling = (block[number][0] + fillers.start(), block[number][1])
    if row.cells:
        yield row
