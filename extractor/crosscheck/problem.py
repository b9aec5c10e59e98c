"""The arithmetic of a form laid out in arrays, and the cells of several readers joined to one set of alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ..forms import Form, FormKey, Identity, form_of
from ..model import Assignment, ColumnEvidence, Group, Reading, RowEvidence, Token

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

JOINT_LIMIT = 4000
"""Joint alternatives of groups that two readers cut differently; beyond it the joint group counts as not listed in full."""

WEIGHED = 150_000
"""Alternatives times cells that are weighed in one report; beyond it the blocks with the most alternatives count as not listed in full."""

_ROW_ORDER: tuple[RowEvidence, ...] = ("same_line", "precedes", "competing", "unlabelled")
_COLUMN_ORDER: tuple[ColumnEvidence, ...] = ("header", "box", "complete", "open")


@dataclass(frozen=True, eq=False)
class Layout:
    """The cells of sections three and four with their identities, as index arrays."""

    form: Form
    cells: tuple[str, ...]
    index: dict[str, int]
    identities: tuple[Identity, ...]
    matrix: Ints
    """Identities by cells: +1 for a left cell, -1 for a right one; an identity holds where its row times the values is 0."""
    members: tuple[tuple[int, ...], ...]
    """The cells of each identity."""
    containing: tuple[tuple[int, ...], ...]
    """The identities of each cell."""


@cache
def layout_of(key: FormKey, divided: bool | None) -> Layout:
    """The arrays of a form, made once."""
    form = form_of(key, divided)
    cells = tuple(cell for row in form.rows if row.section != 2 for cell in row.cells)
    index = {cell: number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(form.identities), len(cells)), dtype=np.int64)
    for number, identity in enumerate(form.identities):
        matrix[number, [index[cell] for cell in identity.left]] = 1
        matrix[number, [index[cell] for cell in identity.right]] = -1
    matrix.setflags(write=False)
    return Layout(
        form=form,
        cells=cells,
        index=index,
        identities=form.identities,
        matrix=matrix,
        members=tuple(tuple(int(n) for n in np.flatnonzero(row)) for row in matrix),
        containing=tuple(tuple(int(n) for n in np.flatnonzero(column)) for column in matrix.T),
    )


@dataclass(frozen=True, slots=True)
class Block:
    """A group with the readers that support each of its alternatives, cell by cell."""

    group: Group
    readers: tuple[str, ...]
    """Readers that listed the group; the support of every alternative where ``support`` is empty."""
    support: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """For every alternative and every cell, the readers that say so; empty with a single reader."""

    def by(self, alternative: int, cell: int) -> tuple[str, ...]:
        """The readers that support what an alternative says of a cell."""
        return self.support[alternative][cell] if self.support else self.readers


def join(readings: Sequence[Reading], known: Iterable[str]) -> tuple[Block, ...]:
    """The groups of all readings as blocks without common cells; a later reader adds alternatives and removes none.

    Readers that saw the same rendering count once as support: their agreement says nothing new about a digit.
    Cells that the form does not have are left out.
    """
    known = set(known)
    blocks: list[Block] = []
    seen: set[str] = set()
    for reading in readings:
        new = [Block(group, (reading.by,)) for group in _inside(reading.groups, known)]
        if not blocks:
            blocks = new if _apart(new) else _fold([], new, merge_support=True)
        else:
            blocks = _fold(blocks, new, merge_support=reading.rendering not in seen)
        seen.add(reading.rendering)
    return tuple(_bounded(blocks))


def _bounded(blocks: list[Block]) -> list[Block]:
    """The blocks with the most alternatives given up until the rest can be weighed in bounded time."""
    weights = [len(block.group.alternatives) * len(block.group.cells) for block in blocks]
    if sum(weights) <= WEIGHED:
        return blocks
    result, total = list(blocks), sum(weights)
    for number in sorted(range(len(blocks)), key=lambda n: -weights[n]):
        if total <= WEIGHED:
            break
        total -= weights[number]
        result[number] = replace(blocks[number], group=replace(blocks[number].group, complete=False))
    return result


def same_token(a: Token | None, b: Token | None) -> bool:
    """Whether two tokens say the same of a cell, wherever they stand."""
    if a is None or b is None:
        return a is b
    return a.kind == b.kind and a.value == b.value


def _inside(groups: Iterable[Group], known: set[str]) -> Iterable[Group]:
    for group in groups:
        keep = [number for number, cell in enumerate(group.cells) if cell in known]
        if len(keep) == len(group.cells):
            yield group
        elif keep:
            alternatives = tuple(replace(a, tokens=tuple(a.tokens[n] for n in keep)) for a in group.alternatives)
            yield replace(group, cells=tuple(group.cells[n] for n in keep), alternatives=alternatives)


def _apart(blocks: Sequence[Block]) -> bool:
    cells = [cell for block in blocks for cell in block.group.cells]
    return len(cells) == len(set(cells))


def _fold(old: list[Block], new: list[Block], *, merge_support: bool) -> list[Block]:
    """Old blocks joined with new ones wherever they share a cell."""
    result = list(old)
    for block in new:
        cells = set(block.group.cells)
        touched = [other for other in result if not cells.isdisjoint(other.group.cells)]
        if not touched:
            result.append(block)
            continue
        position = result.index(touched[0])
        result = [other for other in result if other not in touched]
        result.insert(position, _union(_product(touched), block, merge_support))
    return result


def _product(blocks: Sequence[Block]) -> Block:
    """Several blocks as one, with every combination of their alternatives."""
    if len(blocks) == 1:
        return blocks[0]
    groups = [block.group for block in blocks]
    too_many = prod(len(group.alternatives) for group in groups) > JOINT_LIMIT
    choices = [range(1) if too_many else range(len(group.alternatives)) for group in groups]
    alternatives, support = [], []
    for picked in product(*choices):
        parts = [group.alternatives[n] for group, n in zip(groups, picked, strict=True)]
        alternatives.append(
            Assignment(
                tuple(token for part in parts for token in part.tokens),
                tuple(token for part in parts for token in part.noise),
                "；".join(part.hint for part in parts if part.hint),
            )
        )
        support.append(tuple(block.by(n, cell) for block, n in zip(blocks, picked, strict=True) for cell in range(len(block.group.cells))))
    group = _weakest(groups, tuple(cell for group in groups for cell in group.cells), tuple(alternatives), not too_many)
    return Block(group, tuple(dict.fromkeys(reader for block in blocks for reader in block.readers)), tuple(support))


def _union(a: Block, b: Block, merge_support: bool) -> Block:
    """Both blocks over the union of their cells: each alternative of one, the cells it lacks filled as the other admits."""
    cells = tuple(dict.fromkeys((*a.group.cells, *b.group.cells)))
    merged: dict[tuple[object, ...], tuple[Assignment, list[tuple[str, ...]]]] = {}
    complete = a.group.complete and b.group.complete
    for one, two in ((a, b), (b, a)):
        here = {cell: n for n, cell in enumerate(one.group.cells)}
        there = {cell: n for n, cell in enumerate(two.group.cells)}
        rest = [cell for cell in cells if cell not in here]
        fillings = _projections(two, [there[cell] for cell in rest])
        for n, own in enumerate(one.group.alternatives):
            for m in fillings:
                other = two.group.alternatives[m]
                tokens = tuple(own.tokens[here[c]] if c in here else other.tokens[there[c]] for c in cells)
                support = [one.by(n, here[c]) if c in here else two.by(m, there[c]) for c in cells]
                key = tuple(None if token is None else (token.kind, token.value) for token in tokens)
                if key not in merged:
                    if len(merged) >= JOINT_LIMIT:
                        complete = False
                        continue
                    merged[key] = (Assignment(tokens, own.noise, own.hint), support)
                elif merge_support:
                    kept = merged[key][1]
                    merged[key] = (merged[key][0], [tuple(dict.fromkeys((*x, *y))) for x, y in zip(kept, support, strict=True)])
    group = _weakest((a.group, b.group), cells, tuple(way for way, _ in merged.values()), complete)
    return Block(group, tuple(dict.fromkeys((*a.readers, *b.readers))), tuple(tuple(s) for _, s in merged.values()))


def _projections(block: Block, cells: Sequence[int]) -> list[int]:
    """The alternatives of a block that differ on some of its cells, the first of each kind."""
    if not cells:
        return [0]
    first: dict[tuple[object, ...], int] = {}
    for number, alternative in enumerate(block.group.alternatives):
        tokens = (alternative.tokens[cell] for cell in cells)
        first.setdefault(tuple(None if token is None else (token.kind, token.value) for token in tokens), number)
    return list(first.values())


def _weakest(groups: Sequence[Group], cells: tuple[str, ...], alternatives: tuple[Assignment, ...], complete: bool) -> Group:
    """One group for several, with the weakest evidence of place among them: agreement never settles a place."""
    return Group(
        cells=cells,
        alternatives=alternatives,
        row=max((group.row for group in groups), key=_ROW_ORDER.index),
        column=max((group.column for group in groups), key=_COLUMN_ORDER.index),
        complete=complete and all(group.complete for group in groups),
        lines=tuple(sorted({line for group in groups for line in group.lines})),
        why="；".join(dict.fromkeys(group.why for group in groups if group.why)),
    )
