"""Text layouts of converters: how dumps of web pages print a table with pipes, fillers, blanks and folds of their own.

Converters fill a row that has fewer cells than the table has columns up with pipes, print a cell's own line breaks as they are, so
that rows are folded at blank cells or at every cell, give each cell two pipes or tabs, or show a blank as a no-break or an
ideographic space.
"""

from __future__ import annotations

from .lines import Show, TextLine
from .sheet import GridCell, Table

NO_BREAK, IDEOGRAPHIC = "\u00a0", "\u3000"


def folded(table: Table, show: Show) -> list[TextLine]:
    """A row on a line and filled up with pipes; a blank cell is a line break and a pipe."""
    lines = []
    for row in table.rows:
        text = "".join(f"{' ' if number else ''}{word} |" if (word := show(cell)) else "\n|" for number, cell in enumerate(row))
        lines += _lines(table, text + _filling(table, row))
    return lines


def folded_cells(table: Table, show: Show) -> list[TextLine]:
    """A pipe, then every cell on a line of its own that ends with a pipe; short rows are filled up behind the last."""
    lines = []
    for row in table.rows:
        lines += _lines(table, "| " + "".join(f"\n {show(cell)}  | " for cell in row).rstrip() + _filling(table, row))
    return lines


def filled_lines(table: Table, show: Show) -> list[TextLine]:
    """Every cell on a line of its own, closed by a pipe; the pipes that fill a row up on another."""
    return [line for row in table.rows for line in _filled(table, row, show)]


def opened_lines(table: Table, show: Show) -> list[TextLine]:
    """The same, each row opened by a pipe on a line of its own."""
    return [line for row in table.rows for line in (TextLine("|", "row", table.section), *_filled(table, row, show))]


def pipe_lines(table: Table, show: Show) -> list[TextLine]:
    """Every cell on a line of its own, and behind each a line with a pipe; a blank cell has only the pipe."""
    lines = []
    for row in table.rows:
        for cell in row:
            lines += [TextLine(word, "row", table.section, cell)] if (word := show(cell)) else []
            lines.append(TextLine("|", "row", table.section))
    return lines


def wrapped_pipes(table: Table, show: Show) -> list[TextLine]:
    """Every cell between two pipes of its own."""
    return [TextLine(f"|{'||'.join(map(show, row))}|", "row", table.section) for row in table.rows]


def double_tabs(table: Table, show: Show) -> list[TextLine]:
    """Two tab characters between any two cells."""
    return [TextLine("\t\t".join(map(show, row)), "row", table.section) for row in table.rows]


def padded_tabs(table: Table, show: Show) -> list[TextLine]:
    """Tab characters between the cells; blank cells hold a no-break or an ideographic space."""
    space = NO_BREAK if table.section == 3 else IDEOGRAPHIC
    return [TextLine("\t".join(show(cell) or space for cell in row), "row", table.section) for row in table.rows]


def ideographic(table: Table, show: Show) -> list[TextLine]:
    """A row on a line, cells apart by two ideographic spaces."""
    return [TextLine((2 * IDEOGRAPHIC).join(word for cell in row if (word := show(cell))), "row", table.section) for row in table.rows]


def commas(table: Table, show: Show) -> list[TextLine]:
    """Commas between the cells of a full grid, as spreadsheets export it; a cell with a comma stands in quotation marks."""
    lines = []
    for row in table.matrix():
        words = [show(cell) if cell else "" for cell in row]
        text = ",".join(f'"{word}"' if "," in word else word for word in words + [""] * (table.columns - len(words)))
        lines.append(TextLine(text, "row", table.section))
    return lines


def repeated(table: Table, show: Show) -> list[TextLine]:
    """A Markdown table that prints a merged cell in every place it spans, as libraries for Word files give it."""
    whole: dict[tuple[int, int], GridCell] = {}
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in whole:
                x += 1
            whole |= {(y + dy, x + dx): cell for dy in range(cell.rows) for dx in range(cell.columns)}
    lines = []
    seen: set[int] = set()
    for y in range(len(table.rows)):
        words = []
        for x in range(table.columns):
            cell = whole.get((y, x), GridCell())
            words.append(cell.text if id(cell) in seen else show(cell))
            seen.add(id(cell))
        lines.append(TextLine(f"| {' | '.join(words)} |", "row", table.section))
        if y == 0:
            lines.append(TextLine("|" + " --- |" * table.columns, "rule", table.section))
    return lines


def no_break_lines(table: Table, show: Show) -> list[TextLine]:
    """Every cell on a line of its own; a blank cell is a no-break space."""
    return [TextLine(show(cell) or NO_BREAK, "row", table.section, cell) for row in table.rows for cell in row]


def _filled(table: Table, row: list[GridCell], show: Show) -> list[TextLine]:
    cells = [TextLine(f"{show(cell)} |".strip(), "row", table.section, cell) for cell in row]
    fillers = _filling(table, row, "")
    return [*cells, TextLine(fillers, "row", table.section)] if fillers else cells


def _filling(table: Table, row: list[GridCell], before: str = " ") -> str:
    """The pipes that stand for the cells a row has too few."""
    missing = table.columns - len(row)
    return before + "|" * missing if missing > 0 else ""


def _lines(table: Table, text: str) -> list[TextLine]:
    return [TextLine(line, "row", table.section) for line in text.split("\n")]
