"""Text layouts: how the same sheet looks in a text dump, in Markdown, or with every cell on a line of its own."""

from __future__ import annotations

import numpy as np

from . import dumps
from .lines import RowsOf, Show, TextLine
from .sheet import Extra, GridCell, Heading, Marks, Paragraph, Sheet, Table


def tabs(table: Table, show: Show) -> list[TextLine]:
    """Tab characters between the cells; a spanned place is an empty cell."""
    return [TextLine("\t".join(show(cell) if cell else "" for cell in row), "row", table.section) for row in table.matrix()]


def tabs_anchored(table: Table, show: Show) -> list[TextLine]:
    """Tab characters between the cells; columns spanned sideways are closed up, rows spanned downwards stay empty."""
    lines = []
    for row in table.matrix():
        last, words = 0, []
        for cell in row:
            if cell is None and last > 1:
                last -= 1
                continue
            last = cell.columns if cell else 0
            words.append(show(cell) if cell else "")
        lines.append(TextLine("\t".join(words), "row", table.section))
    return lines


def cell_lines(table: Table, show: Show) -> list[TextLine]:
    """Every cell on a line of its own."""
    return [TextLine(show(cell), "row", table.section, cell) for row in table.rows for cell in row]


def cell_bars(table: Table, show: Show) -> list[TextLine]:
    """Every cell on a line of its own, closed by a bar."""
    return [TextLine(f"{show(cell)} |".strip(), "row", table.section, cell) for row in table.rows for cell in row]


def bars(table: Table, show: Show) -> list[TextLine]:
    """A row on a line, every cell closed by a bar."""
    return [TextLine(" ".join(f"{show(cell)} |".strip() for cell in row), "row", table.section) for row in table.rows]


def spaces(table: Table, show: Show) -> list[TextLine]:
    """A row on a line, cells apart by spaces."""
    return [TextLine("  ".join(word for cell in row if (word := show(cell))), "row", table.section) for row in table.rows]


def pipes(table: Table, show: Show) -> list[TextLine]:
    """A Markdown table."""
    lines = []
    for number, row in enumerate(table.matrix()):
        lines.append(TextLine(f"| {' | '.join(show(cell) if cell else '' for cell in row)} |", "row", table.section))
        if number == 0:
            lines.append(TextLine("|" + " --- |" * table.columns, "rule", table.section))
    return lines


def row_tables(table: Table, show: Show) -> list[TextLine]:
    """Every row its own Markdown table with invented column heads."""
    lines = []
    for row in table.matrix():
        cells = [show(cell) if cell else "" for cell in row]
        lines += [
            TextLine(f"| {' | '.join(f'列{number}' for number in range(1, len(cells) + 1))} |", "rule", table.section),
            TextLine("|" + " --- |" * len(cells), "rule", table.section),
            TextLine(f"| {' | '.join(cells)} |", "row", table.section),
            TextLine("", "empty", table.section),
        ]
    return lines


LAYOUTS: dict[str, RowsOf] = {
    "tabs": tabs,
    "tabs_anchored": tabs_anchored,
    "cell_lines": cell_lines,
    "cell_bars": cell_bars,
    "bars": bars,
    "spaces": spaces,
    "pipes": pipes,
    "row_tables": row_tables,
    "folded": dumps.folded,
    "folded_cells": dumps.folded_cells,
    "filled_lines": dumps.filled_lines,
    "opened_lines": dumps.opened_lines,
    "pipe_lines": dumps.pipe_lines,
    "wrapped_pipes": dumps.wrapped_pipes,
    "double_tabs": dumps.double_tabs,
    "padded_tabs": dumps.padded_tabs,
    "ideographic": dumps.ideographic,
    "no_break_lines": dumps.no_break_lines,
    "commas": dumps.commas,
    "repeated": dumps.repeated,
}
CLEAN = ("tabs", "tabs_anchored", "cell_lines", "cell_bars", "bars", "spaces", "pipes")
"""Layouts that lose nothing and of which a report has one where no other is wanted."""
EVERY = tuple(name for name in LAYOUTS if name != "row_tables")
"""All but the one that is a kind of mess of its own."""
ROWWISE = ("tabs", "tabs_anchored", "bars", "spaces", "pipes")
"""Layouts that keep a row on one line."""


def lay_out(sheet: Sheet, layout: str, marks: Marks, rng: np.random.Generator) -> list[TextLine]:
    """The sheet as lines of text; every printed value and section heading carries a mark."""

    def show(cell: GridCell) -> str:
        return marks.wrap(cell.text, ("cell", cell.path)) if cell.path and cell.text else cell.text

    markdown = layout in ("pipes", "row_tables")
    indent = "" if markdown else str(rng.choice(["", "", "　　", "    "]))
    gap = markdown or rng.random() < 0.7
    lines = [TextLine(f"# {sheet.title}" if markdown else sheet.title, "title")]
    for block in sheet.blocks:
        if gap or (isinstance(block, Table) and rng.random() < 0.5):
            lines.append(TextLine("", "empty"))
        if isinstance(block, Heading):
            text = marks.wrap(block.text, ("section", block.section)) if block.section else block.text
            lines.append(TextLine(f"{'#' * (block.level + 1)} {text}" if markdown else indent * (block.level - 1) + text, "heading"))
        elif isinstance(block, Paragraph):
            lines.append(TextLine(indent + block.text, "text"))
        elif isinstance(block, Extra):
            lines.extend(TextLine(text, "extra") for text in block.text.split("\n"))
        else:
            rows = LAYOUTS[layout](block, show)
            if layout in ("cell_lines", "cell_bars") and gap:
                rows = [line for row in rows for line in (row, TextLine("", "empty", block.section))]
            lines.extend(rows)
    return lines


def join(lines: list[TextLine]) -> str:
    """The lines as one text that ends with a line break."""
    return "\n".join(line.text for line in lines) + "\n"
