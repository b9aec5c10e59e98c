"""Dumps of converters as kinds of damage: the layout itself is what is hard, and blank cells make it harder."""

from __future__ import annotations

from ..draft import Draft
from ..lines import TextLine
from ..sheet import NUMERALS, Extra, GridCell, Heading, Table
from .cells import organisations_blank
from .labels import split_spans
from .operators import operator


@operator("rows_folded", "sheet", ("folded", "folded_cells"))
def rows_folded(draft: Draft, strength: float) -> bool:
    """A converter's rows folded at blank cells or at every cell, and filled up with pipes."""
    return _blanks(draft, strength, "rows_folded")


@operator("rows_filled", "sheet", ("filled_lines", "opened_lines", "pipe_lines"))
def rows_filled(draft: Draft, strength: float) -> bool:
    """Every cell on a line of its own with a pipe, and lines of pipes that fill a row up or open it."""
    return _blanks(draft, strength, "rows_filled")


@operator("bounds_doubled", "sheet", ("double_tabs", "wrapped_pipes"))
def bounds_doubled(draft: Draft, strength: float) -> bool:
    """Two tabs or two pipes between any two cells."""
    if draft.layout == "wrapped_pipes":
        draft.note("bounds_doubled", strength)
        return True
    return _blanks(draft, strength, "bounds_doubled")


@operator("odd_blanks", "sheet", ("padded_tabs", "ideographic", "no_break_lines"))
def odd_blanks(draft: Draft, strength: float) -> bool:
    """No-break or ideographic spaces in blank cells, or between the cells."""
    if draft.layout == "ideographic":
        draft.note("odd_blanks", strength)
        return True
    return _blanks(draft, strength, "odd_blanks")


@operator("tables_exported", "sheet", ("commas", "repeated"))
def tables_exported(draft: Draft, strength: float) -> bool:
    """Tables as spreadsheets and word processors give them out: commas between cells, merged cells in every place they span."""
    return _blanks(draft, strength, "tables_exported")


@operator("heading_repeated", "sheet")
def heading_repeated(draft: Draft, strength: float) -> bool:
    """The heading of section three, with or without 续, printed again after a page break inside its table."""
    blocks = draft.sheet.blocks
    at, table = next(((n, b) for n, b in enumerate(blocks) if isinstance(b, Table) and b.section == 3), (0, None))
    title = next((b.text for b in blocks if isinstance(b, Heading) and b.section == 3), "")
    if table is None:
        return False
    cut = table.heads + 1 + int(draft.rng.integers(0, len(table.rows) - table.heads - 2))
    split_spans(table, cut)
    rest = Table(3, table.rows[cut:], table.columns, 0)
    if draft.chance(0.5):
        rest.rows[:0] = [[GridCell(cell.text, rows=cell.rows, columns=cell.columns) for cell in row] for row in table.rows[: table.heads]]
        rest.heads = table.heads
    words = draft.pick("{}", "{}（续）", "{}(续表)", "续表三")
    table.rows[cut:] = []
    blocks[at + 1 : at + 1] = [Extra(words.format(title or f"{NUMERALS[2]}、"), "page"), rest]
    draft.note("heading_repeated", strength)
    return True


@operator("page_flattened", "lines", ("spaces", "bars", "cell_lines", "cell_bars", "folded", "tabs", "pipes"))
def page_flattened(draft: Draft, strength: float) -> bool:
    """The whole page in one line: every line break has become a space."""
    words = [text for line in draft.lines if (text := line.text.strip())]
    draft.lines = [TextLine(" ".join(words), "text")]
    draft.note("page_flattened", strength)
    return True


def _blanks(draft: Draft, strength: float, name: str) -> bool:
    """Leave organisations without numbers blank in two reports of three."""
    if draft.chance(0.67):
        organisations_blank(draft, strength)
    draft.note(name, strength)
    return True
