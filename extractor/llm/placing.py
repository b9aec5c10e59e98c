"""How print, not the model, ties grounded values to their row and columns, and every other way to place them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import comb

from ..model import Assignment, ColumnEvidence, Document, Group, RowEvidence, Token
from .ground import Grounded, Marks, filled

MAX_WAYS = 128
"""Ways to place a short row's values that are listed; with more, nothing in the row can be verified."""


def group_of(each: Grounded, document: Document, marks: Marks) -> Group:
    """A grounded row with every way of placing its values that print leaves open, the model's own first."""
    row, column = evidence(each, document, marks)
    own = Assignment(tuple(each.tokens), each.left, "模型这样填")
    values = [token for token in each.tokens if token is not None]
    others, complete = spread(values, each.row.cells, each.left, marks) if column == "open" else ([], True)
    sound = complete and marks.in_order and not each.refusals and not each.glued and not each.left
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
    """How print, not the model, ties the values to their row and columns."""
    stands = sorted({document.line_at(token.start) for token in each.tokens if token is not None})
    size = len(each.tokens)
    full = all(token is not None for token in each.tokens) and not each.left
    column: ColumnEvidence = "complete" if full and marks.in_order else "open"
    if marks.in_order and not full and len(stands) == 1 and _boxed(each, document, marks, stands[0]):
        column = "box"
    if not stands:
        return "unlabelled", column
    labels = [path for index in range(stands[0], stands[-1] + 1) for path in marks.labels(index)]
    if labels:
        alone = set(labels) == {each.row.path} and len(stands) == 1 and not _orphan(stands[-1] + 1, size, document, marks)
        return ("same_line" if alone else "competing"), column
    before = stands[0] - 1
    directly = before >= 0 and marks.labels(before) == (each.row.path,) and not filled(marks, before)
    if directly and full and not _orphan(stands[-1] + 1, size, document, marks) and not _values_first(size, document, marks):
        return "precedes", column
    return "unlabelled", column


def _orphan(index: int, size: int, document: Document, marks: Marks) -> bool:
    """Whether a line holds values of its own and no label: they could belong to the row before."""
    if not 0 <= index < len(document.lines):
        return False
    return not marks.labels(index) and len(filled(marks, index)) >= max(2, size - 2)


def _values_first(size: int, document: Document, marks: Marks) -> bool:
    """Whether somewhere a line of values stands before a bare label and no label before it needs the values.

    Then values may stand before their labels in the whole table, and what follows a label may belong to the next.
    """
    for line in marks.lines:
        if not marks.labels(line) or filled(marks, line) or not _orphan(line - 1, size, document, marks):
            continue
        before = next((n for n in range(line - 2, marks.lines.start - 1, -1) if marks.labels(n)), None)
        if before is None or filled(marks, before):
            return True
    return False


def _boxed(each: Grounded, document: Document, marks: Marks, line: int) -> bool:
    """Whether the boundaries of a real table show which cells of the row are blank."""
    if document.lines[line].box not in ("grid", "pipes"):
        return False
    slots = marks.tokens(line)[-len(each.tokens) :]
    if len(slots) != len(each.tokens) or len(filled(marks, line)) != sum(token is not None for token in each.tokens):
        return False
    if any(document.lines[line].cells[k].width != 1 for k in range(-len(slots), 0)):
        return False
    return all((slot.kind == "blank") == (token is None) for slot, token in zip(slots, each.tokens, strict=True))


def with_blanks(each: Grounded, document: Document, marks: Marks) -> Grounded:
    """The row with the blank boxes of a real table as tokens of their own."""
    stands = {document.line_at(token.start) for token in each.tokens if token is not None}
    if len(stands) != 1 or not _boxed(each, document, marks, line := stands.pop()):
        return each
    slots = marks.tokens(line)[-len(each.tokens) :]
    return replace(each, tokens=[token or slot for slot, token in zip(slots, each.tokens, strict=True)])
