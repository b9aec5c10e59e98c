"""Pairing the labels of a table with its lines of values.

A label with one full set of values on its own line, or directly before one, is paired beyond doubt. Labels that share
a cell and lines of values without a label may pair in every way: the order between lines is a hint, not evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, permutations, product

from ..forms import Row
from ..model import Assignment, ColumnEvidence, Group, RowEvidence, Token
from .filling import MAX_WAYS, UNKNOWN, Margins, Ways, merged, overlaid, refilled, ways
from .labels import Found
from .runs import Run, Segment, boxed, lossy, margins_of, segments_of
from .tokens import Slot, fitted

MAX_PAIRED = 4
"""Labels and lines of values that are paired in every way; with more, only the printed order is listed."""


@dataclass(frozen=True, slots=True)
class _Set:
    """One line's worth of values: the ways to fill a row with it."""

    ways: Ways
    run: Run


@dataclass
class _Table:
    """The rows of a table while their labels and values are being paired."""

    rows: Sequence[Row]
    margins: dict[int, Margins]
    column: ColumnEvidence
    located: frozenset[int]
    """Rows whose label was found."""
    groups: dict[int, Group]
    """What is known so far, by the first row of the group."""
    taken: set[int]
    """Rows that stand in a group."""
    unit: Decimal | None = None
    """The money unit that a heading prints, as a factor to yuan."""
    pads_after: bool = False
    """Whether the document is known to fill its rows up with blank cells at their end."""
    box: int | None = None
    """The cell of a line in which the heading prints the first column; None where the cells of heading and rows do not correspond."""
    lossy: bool = False
    """Whether some row has fewer cells than the form and none of them blank: a column or a blank was dropped."""

    @property
    def width(self) -> int:
        return len(self.rows[0].columns)

    def fit(self, row: Row, assignment: Assignment) -> Assignment:
        """The assignment with each token as a value of its column."""
        tokens = tuple(fitted(t, column, unit=self.unit) if t else None for t, column in zip(assignment.tokens, row.columns, strict=True))
        same = all(new is old for new, old in zip(tokens, assignment.tokens, strict=True))
        return assignment if same else replace(assignment, tokens=tokens)

    def ways(self, run: Run) -> Ways:
        """The ways to fill a row with a run."""
        inside = boxed(run, self.box, self.width)
        if inside is not None and run.filled != self.width:
            return Ways((Assignment(inside),), full=True)
        own = self.margins.get(run.slots[0].cell)
        if own is None and self.lossy:
            return ways(run.tokens, self.width, lossy=True)
        margins = own or UNKNOWN.union(*self.margins.values())
        if not margins and self.pads_after and len(run.slots) > self.width:
            margins = frozenset({(0, len(run.slots) - self.width)})
        return ways(run.tokens, self.width, margins)

    def put(self, group: Group, numbers: Sequence[int]) -> None:
        self.groups[numbers[0]] = group
        self.taken.update(numbers)

    def lost_after(self, number: int) -> list[int]:
        """The rows between this one and the next whose label was found."""
        result = []
        while number + 1 < len(self.rows) and number + 1 not in self.located and number + 1 not in self.taken:
            number += 1
            result.append(number)
        return result


def groups_of(
    rows: Sequence[Row],
    labels: Sequence[Found],
    runs: Sequence[Run],
    *,
    column: ColumnEvidence,
    unit: Decimal | None = None,
    pads_after: bool = False,
    box: int | None = None,
) -> list[Group]:
    """The groups of a table whose rows are equally wide; a row with neither label nor values has none."""
    width = len(rows[0].columns)
    table = _Table(
        rows,
        margins_of(runs, width),
        column,
        frozenset(label.row for label in labels),
        {},
        set(),
        unit,
        pads_after,
        box,
        lossy(runs, width),
    )
    before, segments = segments_of(labels, runs)
    if any(run.filled == width for run in before) and not (segments and any(run.filled for run in segments[-1].runs)):
        _pair_backwards(table, before, segments)
    else:
        _pair_forwards(table, before, segments)
    return [table.groups[number] for number in sorted(table.groups)]


def _nothing(row: Row) -> Assignment:
    return Assignment((None,) * len(row.columns))


def _pair_forwards(table: _Table, before: Sequence[Run], segments: Sequence[Segment]) -> None:
    """Values follow their label; labels without values compete for the several sets that follow them."""
    sets = [_sets(table, segment.runs, segment.found.line) for segment in segments]
    bare = [_bare(segment, here) for segment, here in zip(segments, sets, strict=True)]
    index = _alternating(table, segments, sets, bare, 0, [each for each in _sets(table, before) if each.run.filled == table.width])
    while index < len(segments):
        stop = next((n for n in range(index, len(segments)) if sets[n]), len(segments) - 1)
        names = [segment.found for segment in segments[index : stop + 1]]
        here = sets[stop]
        if len(here) > 1 and index == stop and not bare[index] and stop + 1 < len(segments) and bare[stop + 1] and sets[stop + 1]:
            # The last set may as well belong to the label below it, and so on down to a label with values of its own.
            _place(table, names, here[:-1])
            index = _alternating(table, segments, sets, bare, stop + 1, here[-1:])
            continue
        if len(here) < 2:
            # One set belongs to the label before it, unless labels share its cell.
            shared = [f for f in names if (f.line, f.cell) == (names[-1].line, names[-1].cell)]
            for found in names[: len(names) - len(shared)]:
                _place(table, [found], ())
            _place(table, shared, here)
            index = stop + 1
            continue
        index = stop + 1
        # More sets than labels: they may belong to labels below, each of which then passes its own on, down to one without.
        while len(here) > len(names) and (reach := _without(sets, bare, index)) is not None:
            names += [segment.found for segment in segments[index : reach + 1]]
            here = [*here, *(each for n in range(index, reach) for each in sets[n])]
            index = reach + 1
        _place(table, names, here)


def _without(sets: Sequence[Sequence[_Set]], bare: Sequence[bool], index: int) -> int | None:
    """The next label without values, when only labels on lines of their own stand before it."""
    while index < len(sets) and bare[index]:
        if not sets[index]:
            return index
        index += 1
    return None


def _bare(segment: Segment, here: Sequence[_Set]) -> bool:
    """Whether a label stands on a line without values."""
    return not any(segment.found.line in each.run.lines for each in here)


def _alternating(
    table: _Table, segments: Sequence[Segment], sets: Sequence[Sequence[_Set]], bare: Sequence[bool], index: int, loose: Sequence[_Set]
) -> int:
    """Labels and sets by turns after a set without a label: each set may belong to the label above it or below it.

    Pairs them in every way, down to the label that has values on its own line; gives the index of that label.
    """
    if not loose:
        return index
    stop = index
    pool = [*loose]
    while stop < len(segments) and bare[stop] and stop - index < len(pool):
        pool += sets[stop]
        stop += 1
    if stop > index:
        names = [segment.found for segment in segments[index:stop]]
        _competing(table, [found.row for found in names], names, pool)
    return stop


def _pair_backwards(table: _Table, before: Sequence[Run], segments: Sequence[Segment]) -> None:
    """Values stand before their label: the first line has none before it, the last label none after it."""
    pieces = [before, *(segment.runs for segment in segments[:-1])]
    for runs, segment in zip(pieces, segments, strict=True):
        row = table.rows[segment.found.row]
        sets = _sets(table, runs)
        if len(sets) != 1:
            continue
        following = _sets(table, segment.runs)
        alternatives = [table.fit(row, a) for s in (*sets, *following[:1]) for a in s.ways.assignments]
        lines = tuple(dict.fromkeys((*sets[0].run.lines, segment.found.line)))
        why = f"数印在“{row.label.full}”之前一行，与之后一行也可能配对"
        table.put(Group(row.cells, tuple(dict.fromkeys(alternatives)), "competing", table.column, True, lines, why), (segment.found.row,))


def _sets(table: _Table, runs: Sequence[Run], line: int | None = None) -> list[_Set]:
    """The runs after one label on ``line``, joined where they are pieces of one row, cut where they are several rows."""
    result: list[_Set] = []
    for run in runs:
        if result and (joined := _joined(table, result[-1], run)) is not None:
            result[-1] = joined
        elif run.filled > table.width and run.filled % table.width == 0:
            result += _cut(run, table.width)
        else:
            result.append(_Set(table.ways(run), run))
    if len(result) > 1:
        # A lone number on a line of its own beside full sets is a page number; one beside the label is its row run together.
        result = [each for each in result if each.run.filled > 1 or each.ways.full or line in each.run.lines] or result
    return result


def _joined(table: _Table, last: _Set, run: Run) -> _Set | None:
    """Two runs as one row: the second goes on where the first stopped, or prints some of its cells again."""
    if last.run.filled >= table.width and run.filled >= table.width:
        return None
    if not last.run.filled:
        return _Set(table.ways(run), run)
    both = Run((*last.run.slots, *run.slots))
    if last.run.filled + run.filled == table.width and not last.ways.full:
        found = tuple(dict.fromkeys(merged(_printed(last.run), _printed(run))))
        return _Set(Ways(found, full=len(found) == 1), both)
    layers = _layers(table, last.run, run)
    if layers is not None:
        found = tuple(dict.fromkeys(overlaid(*layers)))
        return _Set(Ways(found, len(found) < MAX_WAYS, full=len(found) == 1), both)
    if last.ways.full and len(last.ways.assignments) == 1 and (found := tuple(refilled(last.ways.assignments[0].tokens, _printed(run)))):
        return _Set(Ways(found), both)
    return last if last.ways.full and len(run.slots) == 1 else None


def _layers(table: _Table, first: Run, second: Run) -> tuple[tuple[Token | None, ...], tuple[Token | None, ...]] | None:
    """Both runs laid out on the columns of the first, where the cells of their lines correspond."""
    filling = table.ways(first)
    if len(filling.assignments) != 1 or not filling.full:
        return None
    row = filling.assignments[0].tokens
    cells = [next((slot.cell for slot in first.slots if slot.token is placed), -1) for placed in row]
    other = {slot.cell: slot.token for slot in second.slots if slot.filled}
    if len(set(cells)) != len(cells) or not set(other) <= set(cells) or len(other) != second.filled:
        return None
    return row, tuple(other.get(cell) for cell in cells)


def _printed(run: Run) -> tuple[Token, ...]:
    return tuple(slot.token for slot in run.slots if slot.filled)


def _cut(run: Run, width: int) -> list[_Set]:
    """Several rows in one run: one after the other, or one below the other in every cell of a merged row."""
    slots = [slot for slot in run.slots if slot.filled]
    cells: dict[tuple[int, int], list[Slot]] = {}
    for slot in slots:
        cells.setdefault((slot.line, slot.cell), []).append(slot)
    deep = len(slots) // width
    if len(cells) == width and all(len(inside) == deep for inside in cells.values()):
        pieces = [Run(tuple(inside[layer] for inside in cells.values())) for layer in range(deep)]
    else:
        pieces = [Run(tuple(slots[at : at + width])) for at in range(0, len(slots), width)]
    return [_Set(ways(piece.tokens, width), piece) for piece in pieces]


def _place(table: _Table, names: Sequence[Found], sets: Sequence[_Set]) -> None:
    """Pair some neighbouring labels with the sets of values printed with them."""
    if not sets:
        for found in names:
            row = table.rows[found.row]
            why = f"“{row.label.full}”后面没有印数"
            table.put(Group(row.cells, (_nothing(row),), "same_line", table.column, lines=(found.line,), why=why), (found.row,))
        return
    first = names[0]
    alone = len(names) == 1 or (first.line, first.cell) != (names[1].line, names[1].cell)
    if alone and (len(names) == len(sets) == 1 or (sets[0].ways.full and first.line in sets[0].run.lines)):
        _single(table, first, sets[0])
        rest = [found.row for found in names[1:]] or (table.lost_after(first.row) if sets[1:] else [])
        if rest and sets[1:]:
            _competing(table, rest, names[1:], sets[1:])
        elif rest:
            _place(table, names[1:], ())
        elif sets[1:]:
            _repeated(table, first, sets)
        return
    lost = table.lost_after(names[-1].row)[: max(0, len(sets) - len(names))]
    if len(names) == 1 and not lost:
        _repeated(table, first, sets)
    else:
        _competing(table, [found.row for found in names] + lost, names, sets)


def _single(table: _Table, found: Found, values: _Set) -> None:
    row = table.rows[found.row]
    fits = tuple(table.fit(row, each) for each in values.ways.assignments)
    alternatives = fits if len(fits) == 1 else tuple(dict.fromkeys(fits))
    evidence: RowEvidence = "same_line" if found.line in values.run.lines else "precedes"
    known: ColumnEvidence = table.column if values.ways.full else "open"
    if known == "complete" and any(token is None or token.kind == "blank" for token in alternatives[0].tokens):
        known = "box"
    why = "" if len(alternatives) == 1 else alternatives[0].hint
    if not found.exact:
        why = f"行名与“{row.label.full}”不完全相同" + (f"；{why}" if why else "")
    lines = tuple(dict.fromkeys((found.line, *values.run.lines)))
    table.put(Group(row.cells, alternatives, evidence, known, values.ways.complete, lines, why), (found.row,))


def _repeated(table: _Table, found: Found, sets: Sequence[_Set]) -> None:
    """One label, several sets of values and no label missing: the row is printed more than once."""
    row = table.rows[found.row]
    alternatives = tuple(dict.fromkeys(table.fit(row, each) for s in sets for each in s.ways.assignments))
    lines = tuple(dict.fromkeys((found.line, *(n for s in sets for n in s.run.lines))))
    complete = all(s.ways.complete for s in sets) and len(alternatives) <= MAX_WAYS
    why = f"“{row.label.full}”后面有{len(sets)}行数"
    table.put(Group(row.cells, alternatives[:MAX_WAYS], "competing", table.column, complete, lines, why), (found.row,))


def _competing(table: _Table, numbers: Sequence[int], names: Sequence[Found], sets: Sequence[_Set]) -> None:
    """Rows and sets of values that may pair in every way, as one group; too many: the printed order, marked incomplete."""
    rows = [table.rows[number] for number in numbers]
    labels = "、".join(f"“{row.label.full}”" for row in rows)
    lines = tuple(dict.fromkeys([*(f.line for f in names), *(n for s in sets for n in s.run.lines)]))
    why = f"{labels}与{len(sets)}行数如何配对，印刷上看不出"
    evidence: RowEvidence = "competing" if names else "unlabelled"
    slots: list[_Set | None] = [*sets, *([None] * max(0, len(rows) - len(sets)))]
    small = len(slots) <= MAX_PAIRED
    pairings = permutations(range(len(slots)), len(rows)) if small else iter([tuple(range(len(rows)))])
    found = [a for pairing in pairings for a in _paired(table, rows, slots, pairing)]
    alternatives = tuple(dict.fromkeys(found))
    complete = small and all(s.ways.complete for s in sets) and len(alternatives) <= MAX_WAYS
    cells = tuple(cell for row in rows for cell in row.cells)
    table.put(Group(cells, alternatives[:MAX_WAYS], evidence, table.column, complete, lines, why), numbers)


def _paired(table: _Table, rows: Sequence[Row], slots: Sequence[_Set | None], pairing: Sequence[int]) -> Iterator[Assignment]:
    chosen = [slots[i] for i in pairing]
    parts = [s.ways.assignments if s else (_nothing(row),) for row, s in zip(rows, chosen, strict=True)]
    left = tuple(t for i, s in enumerate(slots) if s and i not in pairing for t in s.run.tokens if t.kind != "blank")
    hint = "按印刷顺序配对" if list(pairing) == sorted(pairing) else "另一种配对"
    for choice in islice(product(*parts), MAX_WAYS):
        filled = [table.fit(row, each) for row, each in zip(rows, choice, strict=True)]
        yield Assignment(tuple(t for f in filled for t in f.tokens), tuple(t for f in filled for t in f.noise) + left, hint)
