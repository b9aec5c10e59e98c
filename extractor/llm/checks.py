"""Which rows of an answer deserve a second look: those a failing sum runs through and print does not settle by itself."""

from __future__ import annotations

from collections.abc import Mapping

from ..forms import Form, Identity, Row
from .ground import Grounded


def failing_rows(section: int, form: Form, found: Mapping[str, Grounded]) -> list[Row]:
    """Rows in a failing identity whose values are not plainly all of their own line.

    A row that used every value of its lines in printed order holds what is printed; reading it again could only change it
    to make a sum come out. The mistake is then the report's own and stays.
    """
    values = {
        cell: token.value
        for each in found.values()
        for cell, token in zip(each.row.cells, each.tokens, strict=True)
        if token is not None and token.kind == "number"
    }
    doubtful: dict[str, Row] = {}
    for identity in form.identities:
        if form.row(identity.cells[0]).section != section or _holds(identity, values) is not False:
            continue
        for cell in identity.cells:
            row = form.row(cell)
            if row.path in found and not _plain(found[row.path]):
                doubtful[row.path] = row
    return list(doubtful.values())


def _holds(identity: Identity, values: Mapping[str, object]) -> bool | None:
    """Whether an equation holds; None when some cell has no number."""
    sides = []
    for cells in (identity.left, identity.right):
        numbers = [values.get(cell) for cell in cells]
        if not all(isinstance(number, int) for number in numbers):
            return None
        sides.append(sum(number for number in numbers if isinstance(number, int)))
    return sides[0] == sides[1]


def _plain(each: Grounded) -> bool:
    return (
        all(token is not None for token in each.tokens) and not each.left and not each.refusals and not each.glued and len(each.lines) == 1
    )
