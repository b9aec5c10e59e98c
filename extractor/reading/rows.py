"""Pairing the labels of a table with its sets of values.

A label with a full set of values on its own line, or directly before exactly one, is paired beyond doubt. Everything else
competes: labels that share a cell, sets without a label, and the labels that such a set may be passed on to. The order between
lines is a hint, not evidence, so the labels and sets of the smallest stretch that balances pair in every way.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, product

from ..forms import Row
from ..model import Assignment, ColumnEvidence, Group, RowEvidence
from .filling import MAX_WAYS
from .labels import Found
from .runs import Run, Segment, segments_of
from .sets import Shape, ValueSet, shape_of
from .tokens import fitted

MAX_PAIRINGS = 120
"""Pairings listed for one stretch (five labels and five sets that all differ); with more, only the printed order is."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Labels that share a cell, and the sets of values printed between them and the next label."""

    labels: tuple[Found, ...]
    sets: tuple[ValueSet, ...]
    flowing: bool = False
    """Whether the table's rows are not lines of the source."""

    @property
    def beside(self) -> bool:
        """Whether a label alone in its cell has values on its own line: sets from above are not passed on to it."""
        return not self.flowing and len(self.labels) == 1 and any(self.labels[0].line in each.run.lines for each in self.sets)

    @property
    def sure(self) -> bool:
        """Whether its first set is its label's, whatever follows."""
        return self.beside and self.sets[0].ways.full and self.labels[0].line in self.sets[0].run.lines

    @property
    def rich(self) -> bool:
        """Whether a label above that has no values may be waiting for some of its sets."""
        return self.excess > 0 and not self.beside

    @property
    def excess(self) -> int:
        """How many more sets than labels it has to pair."""
        return len(self.sets) - len(self.labels)


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of a table and what is known of all of them."""

    rows: Sequence[Row]
    located: frozenset[int]
    """Rows whose label was found."""
    column: ColumnEvidence
    unit: Decimal | None
    """The money unit that a heading prints, as a factor to yuan."""

    def fit(self, row: Row, assignment: Assignment) -> Assignment:
        """The assignment with each token as a value of its column."""
        tokens = tuple(fitted(t, c, unit=self.unit) if t else None for t, c in zip(assignment.tokens, row.columns, strict=True))
        same = all(new is old for new, old in zip(tokens, assignment.tokens, strict=True))
        return assignment if same else replace(assignment, tokens=tokens)


def groups_of(
    rows: Sequence[Row],
    labels: Sequence[Found],
    runs: Sequence[Run],
    *,
    column: ColumnEvidence,
    unit: Decimal | None = None,
    pads_after: bool = False,
    box: int | None = None,
    flowing: bool = False,
) -> list[Group]:
    """The groups of a table whose rows are equally wide; a row with neither label nor values has none.

    ``flowing``: the rows are not lines of the source, and no label has values beside it.
    """
    table = _Table(rows, frozenset(label.row for label in labels), column, unit)
    shape = shape_of(runs, len(rows[0].columns), pads_after=pads_after, box=box)
    before, segments = segments_of(labels, runs)
    loose = tuple(each for each in shape.sets(before) if each.run.filled == shape.width)
    units = [*([_Unit((), loose, flowing)] if loose else ()), *_units(shape, segments, flowing=flowing)]
    groups = [group for stretch in _stretches(table, units) for group in _paired(table, stretch)]
    order = {row.cells[0]: number for number, row in enumerate(rows)}
    return sorted(groups, key=lambda group: order[group.cells[0]])


def _units(shape: Shape, segments: Sequence[Segment], *, flowing: bool) -> Iterator[_Unit]:
    """The labels of a table with their sets, those labels together that share a cell and have no values between them."""
    shared: tuple[Found, ...] = ()
    for number, segment in enumerate(segments):
        found, following = segment.found, segments[number + 1].found if number + 1 < len(segments) else None
        sets = shape.sets(segment.runs, found.line)
        shared += (found,)
        if sets or following is None or not (following.continued or (following.line, following.cell) == (found.line, found.cell)):
            yield _Unit(shared, sets, flowing)
            shared = ()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Neighbouring units whose labels and sets have to be paired with each other."""

    units: tuple[_Unit, ...]
    lost: tuple[int, ...]
    """Rows without a label to which a set too many may belong."""

    @property
    def labels(self) -> tuple[Found, ...]:
        """Its labels in printed order."""
        return tuple(label for unit in self.units for label in unit.labels)

    @property
    def sets(self) -> tuple[ValueSet, ...]:
        """Its sets in printed order."""
        return tuple(each for unit in self.units for each in unit.sets)


def _stretches(table: _Table, units: Sequence[_Unit]) -> list[_Stretch]:
    """The smallest stretches in which every set has a row; one with a set for which there is none takes the bare label above it in."""
    aligned = any(unit.sure for unit in units)
    found: list[_Stretch] = []
    at = 0
    while at < len(units):
        stop = _balanced(units, at, aligned=aligned)
        stretch = _between(table, units[at:stop], units[stop:])
        orphan = len(stretch.sets) > len(stretch.labels) + len(stretch.lost)
        if orphan and found and not found[-1].units[-1].sets:
            stretch = _between(table, (*found.pop().units, *stretch.units), units[stop:])
        found.append(stretch)
        at = stop
    return found


def _between(table: _Table, units: Sequence[_Unit], below: Sequence[_Unit]) -> _Stretch:
    """A stretch with the rows that lost their label between its first label and the first one below it."""
    stretch = _Stretch(tuple(units), ())
    if len(stretch.sets) <= len(stretch.labels):
        return stretch
    stop = next((label.row for unit in below for label in unit.labels), len(table.rows))
    start = min((label.row for label in stretch.labels), default=stop)
    return replace(stretch, lost=tuple(row for row in range(start + 1, stop) if row not in table.located))


def _balanced(units: Sequence[_Unit], at: int, *, aligned: bool) -> int:
    """Where the smallest stretch that begins here ends.

    Labels without values wait for the next several sets. A set too many is passed on from label to label, until none is left over
    or the next label has values on its own line. Where no label of the table has (``aligned``), values follow their labels, and a
    set too many stays where it is unless some label below lacks one.
    """
    excess = 0
    for stop in range(at, len(units)):
        unit, following = units[stop], units[stop + 1] if stop + 1 < len(units) else None
        if excess < 0 and len(unit.sets) == 1:
            return stop
        if excess > 0 and unit.beside:
            break
        excess += unit.excess
        if excess <= 0 and (unit.sets or (excess == 0 and not (following and following.rich))):
            return stop + 1
    else:
        stop = len(units)
    return stop if aligned or excess <= 0 or not (units[at].labels or units[at].flowing) else at + 1


def _paired(table: _Table, stretch: _Stretch) -> Iterator[Group]:
    """The groups of one stretch."""
    labels, sets, lost = stretch.labels, stretch.sets, stretch.lost
    if not sets:
        yield from (_group(table, (label,), ()) for label in labels)
        return
    # Where rows flow, a label whose sets no other label waits for has the first of them, and the rest are of rows without a label.
    alone = len(stretch.units) == len(labels) == 1 and stretch.units[0].flowing and sets[0].ways.full
    if (stretch.units[0].sure or alone) and (len(sets) == 1 or len(labels) > 1 or lost):
        yield _group(table, labels[:1], sets[:1], direct=True)
        labels, sets = labels[1:], sets[1:]
    if sets and (labels or lost):
        yield _group(table, labels, sets, lost, direct=len(labels) == len(sets) == len(stretch.units) == 1)


def _group(table: _Table, labels: Sequence[Found], sets: Sequence[ValueSet], lost: Sequence[int] = (), *, direct: bool = False) -> Group:
    """Rows and sets of values in every pairing; too many: in printed order, marked incomplete. ``direct``: a label and its own set."""
    rows = [table.rows[number] for number in sorted((*(label.row for label in labels), *lost))]
    slots = (*sets, *(None,) * (len(rows) - len(sets)))
    pairings = list(islice(_pairings(len(rows), slots), MAX_PAIRINGS + 1))
    listed = len(pairings) <= MAX_PAIRINGS
    ways = (way for pairing in (pairings if listed else pairings[:1]) for way in _filled(table, rows, sets, pairing))
    listing = list(islice(ways, MAX_WAYS + 1))
    found = tuple(dict.fromkeys(listing[:MAX_WAYS]))
    evidence: RowEvidence = "competing" if labels else "unlabelled"
    if direct or not sets:
        evidence = "same_line" if not sets or labels[0].line in sets[0].run.lines else "precedes"
    column = table.column if all(each.ways.full for each in sets) else "open"
    if column == "complete" and sets and any(token is None or token.kind == "blank" for token in found[0].tokens):
        column = "box"
    return Group(
        cells=tuple(cell for row in rows for cell in row.cells),
        alternatives=found,
        row=evidence,
        column=column,
        complete=listed and all(each.ways.complete for each in sets) and len(listing) <= MAX_WAYS,
        lines=tuple(dict.fromkeys((*(label.line for label in labels), *(line for each in sets for line in each.run.lines)))),
        why=_why(rows, labels, sets, found, direct=direct),
    )


def _why(rows: Sequence[Row], labels: Sequence[Found], sets: Sequence[ValueSet], found: Sequence[Assignment], *, direct: bool) -> str:
    names = "、".join(f"“{row.label.full}”" for row in rows)
    if not sets:
        return f"{names}后面没有印数"
    if not direct:
        return f"{names}与{len(sets)}行数如何配对，印刷上看不出"
    misspelt = "" if labels[0].exact else f"行名与{names}不完全相同"
    return "；".join(part for part in (misspelt, found[0].hint if len(found) > 1 else "") if part)


Pairing = tuple[ValueSet | None, ...]
"""For every row the set that fills it; None for a row of which nothing is printed."""


def _pairings(count: int, slots: Pairing) -> Iterator[Pairing]:
    """The ways to give so many rows a slot each, the printed order first; sets that look alike are exchanged only once."""
    if not count:
        yield ()
        return
    seen: set[Hashable] = set()
    for number, slot in enumerate(slots):
        look = slot.look if slot else None
        if look not in seen:
            seen.add(look)
            for rest in _pairings(count - 1, (*slots[:number], *slots[number + 1 :])):
                yield (slot, *rest)


def _filled(table: _Table, rows: Sequence[Row], sets: Sequence[ValueSet], pairing: Pairing) -> Iterator[Assignment]:
    """The rows filled by one pairing in every way; sets that it leaves out are noise."""
    if len(rows) == len(sets) == 1:
        yield from (table.fit(rows[0], way) for way in sets[0].ways.assignments)
        return
    parts = [each.ways.assignments if each else (Assignment((None,) * len(row.columns)),) for row, each in zip(rows, pairing, strict=True)]
    used = {id(each) for each in pairing}
    noise = tuple(token for each in sets if id(each) not in used for token in each.printed)
    for choice in islice(product(*parts), MAX_WAYS):
        filled = [table.fit(row, way) for row, way in zip(rows, choice, strict=True)]
        yield Assignment(tuple(t for f in filled for t in f.tokens), (*(t for f in filled for t in f.noise), *noise))
