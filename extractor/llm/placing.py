"""Grounded rows as groups: the model's own placing, and every other way to place a short row's values.

What a line shows by itself is said here. Whether lines above and below compete for a label, and which boxes of a short row are
blank, the embedded reader alone says: where it has the row, its evidence bounds this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import comb

from ..model import Assignment, ColumnEvidence, Document, Group, RowEvidence, Token
from .ground import Grounded, Marks, filled

MAX_WAYS = 128
"""Ways to place a short row's values that are listed; with more, nothing in the row can be verified."""


def group_of(each: Grounded, document: Document, marks: Marks) -> Group:
    """A grounded row with every way of placing its values that the order of columns leaves open, the model's own first."""
    row, column = evidence(each, document, marks)
    own = Assignment(tuple(each.tokens), each.left, "模型这样填")
    values = [token for token in each.tokens if token is not None]
    others, complete = spread(values, each.row.cells, each.left, marks) if column == "open" else ([], True)
    ordered = all(a.start < b.start for a, b in pairwise(values))
    sound = complete and ordered and marks.in_order and not each.refusals and not each.glued and not each.left
    why = "；".join(each.refusals) or ("数字连在一起，由模型分开" if each.glued else "")
    alternatives = tuple(dict.fromkeys([own, *others]))
    return Group(each.row.cells, alternatives, row, column, sound, each.lines, why)


def spread(values: Sequence[Token], cells: Sequence[str], left: tuple[Token, ...], marks: Marks) -> tuple[list[Assignment], bool]:
    """The values in every set of places, in printed order; whether all could be listed."""
    if not values:
        return [], True
    if comb(len(cells), len(values)) > MAX_WAYS:
        return [], False
    ways = []
    for places in combinations(range(len(cells)), len(values)):
        tokens: list[Token | None] = [None] * len(cells)
        for place, token in zip(places, values, strict=True):
            tokens[place] = marks.fit(token, cells[place])
        ways.append(Assignment(tuple(tokens), left, "空格也可能在别处"))
    return ways, True


def evidence(each: Grounded, document: Document, marks: Marks) -> tuple[RowEvidence, ColumnEvidence]:
    """How the lines of the values themselves tie them to their row and columns; at best what print shows, never more.

    The columns are known of a full row alone.
    """
    placed = [token for token in each.tokens if token is not None]
    stands = sorted({document.line_at(token.start) for token in placed})
    full = len(placed) == len(each.tokens) and not each.left
    column: ColumnEvidence = "complete" if full and marks.in_order else "open"
    if not stands:
        return "unlabelled", column
    labels = {path for index in range(stands[0], stands[-1] + 1) for path in marks.labels(index)}
    if labels:
        return ("same_line" if labels == {each.row.path} and len(stands) == 1 else "competing"), column
    before = stands[0] - 1
    directly = before >= 0 and marks.labels(before) == (each.row.path,) and not filled(marks, before)
    return ("precedes" if directly and full and len(stands) == 1 else "unlabelled"), column
