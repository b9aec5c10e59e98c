"""What stands on the lines of a table, before anyone says what belongs to what: value marks, and labels of the form.

Another reader's answers are held against this: a number that is not printed here, or stands on another row's line, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..forms import Form, form_of
from ..model import Document, Token
from .heads import header_order, unit_in
from .labels import find
from .outline import Outline
from .recognise import divided_in, form_key, part_of, regions_of
from .tokens import Slot, fitted


@dataclass(frozen=True)
class TableMarks:
    """The marks on the lines of one statutory section."""

    form: Form
    lines: range
    """Indices into ``Document.lines``."""
    in_order: bool
    """False when a heading prints the columns in another order than the form, or leaves some out."""
    by_line: dict[int, tuple[Token, ...]]
    rows_by_line: dict[int, tuple[str, ...]]
    units: dict[str, Decimal | None]
    """For rows with an amount, the factor to yuan that a heading prints."""

    def tokens(self, line: int) -> tuple[Token, ...]:
        """The values printed on a line in printed order, with the blank cells that its boundaries show."""
        return self.by_line.get(line, ())

    def labels(self, line: int) -> tuple[str, ...]:
        """Paths of the rows whose label begins on a line."""
        return self.rows_by_line.get(line, ())

    def fit(self, token: Token, cell: str) -> Token:
        """The token as a value of a cell."""
        return fitted(token, self.form.column(cell), unit=self.units.get(cell.rpartition(".")[0]))


def marks_of(document: Document, outline: Outline) -> dict[int, TableMarks]:
    """The marks of sections two to four; empty when the text shows neither form."""
    regions = regions_of(document, outline)
    parts = {number: part_of(document, lines) for number, lines in regions.items()}
    divided = divided_in(parts.get(3))
    key = form_key(parts.get(2), divided)
    if key is None:
        return {}
    form = form_of(key, divided)
    found: dict[int, TableMarks] = {}
    for number, part in parts.items():
        rows = form.section(number)
        labels = find(part.flat, rows)
        rows_by_line: dict[int, tuple[str, ...]] = {}
        for label in labels:
            rows_by_line[label.line] = (*rows_by_line.get(label.line, ()), rows[label.row].path)
        order = header_order(part, labels[0].start, rows[0]) if number == 3 and labels else None
        found[number] = TableMarks(
            form=form,
            lines=regions[number],
            in_order=order is None or order == tuple(range(len(rows[0].columns))),
            by_line={line[0].line: tuple(item.token for item in line if isinstance(item, Slot)) for line in part.lines},
            rows_by_line=rows_by_line,
            units={row.path: unit for row in rows if (unit := unit_in(part, row)) is not None},
        )
    return found
