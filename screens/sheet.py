"""A comparison as a workbook: the table as it is shown, with numbers as numbers and the formula of every rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .beside import Laid, formula, laid_out
from .files import named
from .grouping import levels
from .shelf import Shelf
from .words import Lang, say

PERCENT = "0.0%"
INDENT = "　　"
"""Before the name of a line for each group that it stands in."""


def write_comparison(shelf: Shelf, lang: Lang, ids: Sequence[str], folder: Path, *, every: bool, years: bool) -> Path:
    """The comparison of these reports, written into a folder. Raises GongkaiError for a report that is gone."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    from extractor.library.flat import safe_text

    laid = laid_out(shelf, lang, ids, every=every, years=years)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say(lang, "tab.compare"))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 44
    for row, strong in _rows(lang, laid):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=safe_text(value.plain if isinstance(value, Share) else value))
            cell.font = Font(bold=strong)
            if isinstance(value, Share):
                cell.number_format = PERCENT
            cells.append(cell)
        sheet.append(cells)
    file = folder / named((say(lang, "tab.compare"), laid.title, *(laid.names[:1] + laid.names[1:][-1:] if laid.years else ())), ".xlsx")
    book.save(file)
    return file


@dataclass(frozen=True, slots=True)
class Share:
    """A number that is shown as a percentage."""

    plain: float


def _rows(lang: Lang, laid: Laid) -> Iterator[tuple[list[Any], bool]]:
    """The rows of the sheet, and whether they are printed bold."""
    ends = [f"{say(lang, 'difference')} {laid.names[0]}→{laid.names[-1]}", say(lang, "change")] if laid.whole else []
    yield [laid.title, *laid.names, *ends, say(lang, "sheet.formula"), say(lang, "sheet.unsettled"), say(lang, "sheet.key")], True
    for part, nodes in laid.trees.items():
        yield [say(lang, part)], True
        for level in levels(nodes):
            node, line = level.node, level.node.line
            label = INDENT * level.depth + node.label
            if line is None:
                yield [label], False
                continue
            rate = line.kind == "rate"
            sides = [_number(side.value, rate) for side in line.sides]
            last = [_number(line.difference, rate), _number(line.change, True)] if laid.whole else []
            made = next((told for report in reversed(laid.reports) if (told := formula(lang, line.key, report))), "")
            doubt = [name for name, side in zip(laid.names, line.sides, strict=True) if side.value is not None and not side.settled]
            yield [label, *sides, *last, made, " ".join(doubt), line.key], node.subtotal


def _number(value: Decimal | int | None, share: bool) -> int | float | Share | None:
    if value is None:
        return None
    return Share(float(value)) if share else int(value) if value == int(value) else float(value)
