"""Mistakes of the agency itself: the report contradicts itself, and the label says where and how."""

from __future__ import annotations

from decimal import Decimal

from ..draft import Draft
from ..label import Contradiction
from .operators import operator


def _put(draft: Draft, kind: str, new: dict[str, int]) -> bool:
    """Print other values in some cells and record which identities fail because of it."""
    intended = tuple(draft.values[path] for path in new)
    for path, value in new.items():
        cell = draft.cell(path)
        if cell is None:
            return False
        cell.text = str(value)
        draft.values[path] = draft.truth[path] = value
    broken = [
        identity.id
        for identity in draft.figures.form.identities
        if set(identity.cells) & set(new) and sum(map(draft.whole, identity.left)) != sum(map(draft.whole, identity.right))
    ]
    draft.contradictions.append(Contradiction(kind=kind, cells=tuple(new), identities=tuple(broken), intended=intended))
    draft.note(kind, 0.5, new)
    draft.taken |= {path.rpartition(".")[0] for path in new}
    return True


@operator("total_off", "mistake")
def total_off(draft: Draft, strength: float) -> bool:
    """A 总计 that is a few off."""
    for row in draft.rows(3, 4):
        total = draft.whole(row.cells[-1])
        if total > 2:
            return _put(draft, "total_off", {row.cells[-1]: total + int(draft.rng.choice([-2, -1, 1, 2, 3]))})
    return False


@operator("total_zero", "mistake")
def total_zero(draft: Draft, strength: float) -> bool:
    """A 总计 printed 0 over parts that are not."""
    for row in draft.rows(3, 4):
        if draft.whole(row.cells[-1]) > 0:
            return _put(draft, "total_zero", {row.cells[-1]: 0})
    return False


@operator("cell_off", "mistake")
def cell_off(draft: Draft, strength: float) -> bool:
    """A single cell that is off."""
    for row in draft.rows(3):
        path = row.cells[int(draft.rng.integers(0, 6))]
        if draft.whole(path) > 0:
            return _put(draft, "cell_off", {path: draft.whole(path) + int(draft.rng.integers(1, 9))})
    return False


@operator("digits_swapped", "mistake")
def digits_swapped(draft: Draft, strength: float) -> bool:
    """Two digits of a number exchanged."""
    for row in draft.rows(3):
        for path in row.cells:
            text = str(draft.whole(path))
            for at in range(len(text) - 1):
                if text[at] != text[at + 1] and not (at == 0 and text[1] == "0"):
                    return _put(draft, "digits_swapped", {path: int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])})
    return False


@operator("row_slipped", "mistake")
def row_slipped(draft: Draft, strength: float) -> bool:
    """A row's values one column to the right, the first left 0."""
    for row in draft.rows(3):
        values = [draft.whole(path) for path in row.cells]
        moved = [0, *values[:5], values[6]]
        if values[0] and values[5] == 0 and moved != values:
            new = {path: value for path, value, old in zip(row.cells, moved, values, strict=True) if value != old}
            return _put(draft, "row_slipped", new)
    return False


@operator("balance_off", "mistake")
def balance_off(draft: Draft, strength: float) -> bool:
    """一 + 二 differs from (七) + 四, both in a column and in 总计."""
    row = draft.figures.form.row("applications.new_received")
    if row.path in draft.taken or not draft.whole(row.cells[0]):
        return False
    off = int(draft.rng.integers(1, 4))
    return _put(draft, "balance_off", {path: draft.whole(path) + off for path in (row.cells[0], row.cells[-1])})


@operator("narrative_wrong", "mistake")
def narrative_wrong(draft: Draft, strength: float) -> bool:
    """A figure of the narrative that no reading reconciles with the tables (made while the narrative is told)."""
    return any(isinstance(value, int | Decimal) for value in draft.values.values())
