"""Section four prints its three groups side by side on one line of fifteen values: they are grounded together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..model import Assignment, ColumnEvidence, Document, Group, RowEvidence, Token
from .ground import Grounded, Marks
from .placing import spread


def joined(section: int, rows: Sequence[Grounded], document: Document, marks: Marks) -> list[Group]:
    """One group for rows of section four that share their lines; empty where each has a line of its own."""
    if section != 4 or len(rows) < 2:
        return []
    shared = set(rows[0].lines)
    if any(set(each.lines) != shared for each in rows[1:]):
        return []
    ordered = sorted(rows, key=lambda each: [row.path for row in marks.form.section(4)].index(each.row.path))
    tokens: list[Token | None] = [token for each in ordered for token in each.tokens]
    cells = tuple(cell for each in ordered for cell in each.row.cells)
    printed = [token for line in sorted(shared) for token in marks.tokens(line) if token.kind != "blank"]
    filled = [token for token in tokens if token is not None and token.kind != "blank"]
    used = {token.start for token in filled}
    left = tuple(token for token in printed if token.start not in used)
    in_order = all(a.start < b.start for a, b in pairwise(filled))
    whole = len(ordered) == len(marks.form.section(4))
    full = whole and len(filled) == len(tokens) and not left and in_order
    column: ColumnEvidence = "complete" if full and marks.in_order else "open"
    row: RowEvidence = "precedes" if full and _headed(shared, marks, document) else "unlabelled"
    refused = any(each.refusals or each.glued for each in ordered)
    in_print = sorted(filled, key=lambda token: token.start)
    others, complete = spread(in_print, cells, left, marks) if not full else ([], True)
    own = Assignment(tuple(tokens), left, "模型这样填")
    alternatives = tuple(dict.fromkeys([own, *others]))
    sound = complete and whole and not refused and not left and in_order
    why = "" if full else f"表四应有{len(tokens)}个数，这里用了{len(filled)}个"
    return [Group(cells, alternatives, row, column, sound, tuple(sorted(shared)), why)]


def _headed(lines: set[int], marks: Marks, document: Document) -> bool:
    """Whether the names of the groups stand before the values, and no other line has values that could be theirs."""
    first = min(lines)
    named = {path for line in marks.lines if line < first for path in marks.labels(line)}
    elsewhere = [line for line in marks.lines if line not in lines and len([t for t in marks.tokens(line) if t.kind != "blank"]) > 1]
    heads = "".join(document.text[document.lines[line].start : document.lines[line].end] for line in marks.lines if line < first)
    return not elsewhere and (bool(named) or "行政复议" in heads)
