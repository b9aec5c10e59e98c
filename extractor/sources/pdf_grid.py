"""Ruled tables of a page: drawn lines to cells, characters to the cells they stand in, the rest to lines of text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .pdf_page import Char, PageContent, Rule

SNAP = 2.5
"""Points: lines nearer than this are one line."""
_LEVEL = 5.0
"""Points: lines nearer than this bound the same row or column; double borders are one."""
_OPEN = 8.0
"""Points by which lines across reach beyond the outermost line down where a table has no side border."""
_REACH = 4.0
"""Points by which a line may fall short of the line it meets."""
_COVER = 0.6
"""Share of a cell's side that a line must cover to be a border."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a ruled table."""

    row: int
    column: int
    width: int
    text: str
    ink: tuple[int, ...] = ()
    """Numbers of the characters on the page, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table of one page."""

    top: float
    bottom: float
    edges: tuple[float, ...]
    """Where its columns begin and end."""
    rows: tuple[tuple[Box, ...], ...]
    """For each row the cells that begin in it."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside tables."""

    top: float
    bottom: float
    left: float
    right: float
    text: str
    size: float
    ink: tuple[int, ...] = ()
    """Numbers of the characters on the page, in the order of the text."""


def read_page(page: PageContent) -> tuple[list[Grid], list[TextLine]]:
    """The ruled tables of a page and the lines of text outside them."""
    across, down = _merged(page.across), _merged(page.down)
    grids: list[Grid] = []
    rest = list(page.chars)
    for ys, xs in _tables(across, down):
        grid, rest = _grid(ys, xs, rest)
        if grid is not None:
            grids.append(grid)
    grids.sort(key=lambda grid: grid.top)
    return grids, text_lines(rest)


def text_lines(chars: Sequence[Char]) -> list[TextLine]:
    """Characters as lines of text, words apart where they are printed apart."""
    lines = []
    for line in _visual_lines(chars):
        top, bottom = min(char.top for char in line), max(char.bottom for char in line)
        text, ink = spaced(line)
        lines.append(TextLine(top, bottom, line[0].left, max(char.right for char in line), text, line[0].size, ink))
    return sorted(lines, key=lambda line: (line.top, line.left))


# ------------------------------------------------------------------------------------- lines to tables
def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Lines at one place as one, pieces of a line joined."""
    result: list[Rule] = []
    group: list[Rule] = []
    for rule in [*sorted(rules, key=lambda rule: rule.at), None]:
        if rule is not None and group and rule.at - group[-1].at <= SNAP and rule.at - group[0].at <= 2 * SNAP:
            group.append(rule)
            continue
        if group:
            at = sum(each.at for each in group) / len(group)
            start, end = None, 0.0
            for each in sorted(group, key=lambda each: each.start):
                if start is not None and each.start <= end + _REACH:
                    end = max(end, each.end)
                    continue
                if start is not None:
                    result.append(Rule(at, start, end))
                start, end = each.start, each.end
            if start is not None:
                result.append(Rule(at, start, end))
        group = [rule] if rule is not None else []
    return result


def _tables(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that meet one another, as tables, the smallest first."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, flat in enumerate(across):
        for j, upright in enumerate(down, len(across)):
            meets = flat.start - _REACH <= upright.at <= flat.end + _REACH and upright.start - _REACH <= flat.at <= upright.end + _REACH
            if meets:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, flat in enumerate(across):
        groups[root(i)][0].append(flat)
    for j, upright in enumerate(down, len(across)):
        groups[root(j)][1].append(upright)
    found = [(ys, xs) for ys, xs in groups.values() if len({y.at for y in ys}) >= 2 and xs]
    return sorted(found, key=_area)


def _area(table: tuple[list[Rule], list[Rule]]) -> float:
    """The area that lines take up: a table inside a frame is read before the frame."""
    across, _ = table
    return (max(y.at for y in across) - min(y.at for y in across)) * (max(y.end for y in across) - min(y.start for y in across))


def _grid(across: Sequence[Rule], down: Sequence[Rule], chars: list[Char]) -> tuple[Grid | None, list[Char]]:
    """The table that these lines rule, and the characters that stand outside it."""
    ys = _levels(across, min(x.start for x in down), max(x.end for x in down))
    xs = _levels(down, min(y.start for y in across), max(y.end for y in across))
    if len(ys) < 2 or len(xs) < 2 or len(ys) + len(xs) < 5 or len(ys) * len(xs) > 20_000:
        return None, chars
    owner = _cells(ys, xs, across, down)
    inside: dict[tuple[int, int], list[Char]] = defaultdict(list)
    rest: list[Char] = []
    for char in chars:
        row, column = bisect_right(ys, char.middle) - 1, bisect_right(xs, char.centre) - 1
        if 0 <= row < len(ys) - 1 and 0 <= column < len(xs) - 1:
            inside[owner[row][column]].append(char)
        else:
            rest.append(char)
    if not inside:
        return None, chars
    width: dict[tuple[int, int], int] = {}
    for line in owner:
        for column, cell in enumerate(line):
            width[cell] = max(width.get(cell, 1), column - cell[1] + 1)
    rows = tuple(
        tuple(
            Box(row, column, width[cell], *_cell_text(inside[cell], xs[min(column + width[cell], len(xs) - 1)]))
            for column, cell in enumerate(line)
            if cell == (row, column)
        )
        for row, line in enumerate(owner)
    )
    return Grid(ys[0], ys[-1], tuple(xs), rows), rest


def _levels(rules: Sequence[Rule], first: float, last: float) -> list[float]:
    """Where lines stand, those nearly at one place as one; the ends of the crossing lines where no line stands there."""
    levels: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if levels and at - levels[-1][-1] <= _LEVEL:
            levels[-1].append(at)
        else:
            levels.append([at])
    found = [sum(level) / len(level) for level in levels]
    if found and found[0] - first > _OPEN:
        found.insert(0, first)
    if found and last - found[-1] > _OPEN:
        found.append(last)
    return found


def _cells(ys: list[float], xs: list[float], across: Sequence[Rule], down: Sequence[Rule]) -> list[list[tuple[int, int]]]:
    """For every smallest field of the grid the field at which its cell begins: fields without a line between are one cell."""
    below = [[_covered(across, ys[r + 1], xs[c], xs[c + 1]) for c in range(len(xs) - 1)] for r in range(len(ys) - 1)]
    beside = [[_covered(down, xs[c + 1], ys[r], ys[r + 1]) for c in range(len(xs) - 1)] for r in range(len(ys) - 1)]
    owner: list[list[tuple[int, int]]] = [[(-1, -1)] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if owner[row][column] != (-1, -1):
                continue
            right = column
            while right + 2 < len(xs) and not beside[row][right] and owner[row][right + 1] == (-1, -1):
                right += 1
            low = row
            while low + 2 < len(ys) and not any(below[low][c] for c in range(column, right + 1)):
                low += 1
            for r in range(row, low + 1):
                for c in range(column, right + 1):
                    owner[r][c] = (row, column)
    return owner


def _covered(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Whether lines cover this side of a field."""
    length = sum(max(0.0, min(end, rule.end) - max(start, rule.start)) for rule in rules if abs(rule.at - at) <= _LEVEL - 1)
    return length >= _COVER * (end - start)


# ------------------------------------------------------------------------------------- characters to text
def _visual_lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters that stand on one line, from left to right, lines from top to bottom."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: (char.middle, char.left)):
        if lines and abs(char.middle - lines[-1][0].middle) <= 0.45 * min(char.size, lines[-1][0].size):
            lines[-1].append(char)
        else:
            lines.append([char])
    return [sorted(line, key=lambda char: char.left) for line in lines]


def spaced(line: Sequence[Char]) -> tuple[str, tuple[int, ...]]:
    """The words of a line and its characters' numbers; a gap wider than a space becomes one, a wide gap two."""
    text = ""
    ink: list[int] = []
    last: Char | None = None
    for char in line:
        if last is not None:
            gap, size = char.left - last.right, last.size
            narrow = last.text.isascii() and char.text.isascii()
            shown = char.apart and gap > 0.1 * size
            if narrow:
                shown = shown or (gap > 0.22 * size and char.origin - last.origin > 0.7 * size)
            if gap > 1.2 * size:
                text += "  "
            elif shown or (gap > 0.6 * size and not narrow):
                text += " "
            elif char.text == last.text and abs(char.left - last.left) < 0.15 * size:
                continue  # bold print made by printing twice
        text += char.text
        if not char.text.isspace():
            ink.append(char.index)
        last = char
    return text, tuple(ink)


def _cell_text(chars: Sequence[Char], right: float) -> tuple[str, tuple[int, ...]]:
    """The words of a cell and its characters' numbers; a label or number that fills its line goes on in the next without a space."""
    text = ""
    ink: tuple[int, ...] = ()
    last: list[Char] = []
    for line in _visual_lines(chars):
        words, own = spaced(line)
        if last:
            digits = text[-1].isdecimal() and words[0].isdecimal()
            full = right - last[-1].right < 0.8 * last[-1].size + 3.0
            text += " " if (digits and not full) or (text[-1].isascii() and words[0].isascii() and not digits) else ""
        text += words
        ink += own
        last = line
    return text, ink
