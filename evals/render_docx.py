"""A generated report as a Word file with merged cells."""

from __future__ import annotations

import io
from itertools import zip_longest

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt

from .generate import GeneratedReport
from .sheet import Extra, Heading, Table

STYLES = ("merged", "narrow", "split")
"""One table a section; with labels broken over paragraphs; with a table for every row."""


def render_docx(report: GeneratedReport, style: str = "merged") -> bytes:
    """The report as ``.docx`` in one of ``STYLES``."""
    document = docx.Document()
    font = document.styles["Normal"].font
    font.name, font.size = "Noto Serif CJK SC", Pt(10)
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    document.add_paragraph(report.sheet.title)
    for block in report.sheet.blocks:
        if isinstance(block, Table):
            _tables(document, block, style)
        elif isinstance(block, Extra):
            for line in block.text.split("\n"):
                document.add_paragraph(line)
        else:
            paragraph = document.add_paragraph()
            run = paragraph.add_run(block.text)
            run.bold = isinstance(block, Heading)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _tables(document: WordDocument, table: Table, style: str) -> None:
    if style != "split":
        _table(document, table, broken=style == "narrow")
        return
    height = 0
    rows = []
    for row in table.rows:
        rows.append(row)
        height = max([height - 1, *(cell.rows - 1 for cell in row)])
        if height <= 0:
            _table(document, Table(table.section, rows, table.columns, 0), broken=False)
            document.add_paragraph("")
            rows = []


def _table(document: WordDocument, table: Table, *, broken: bool) -> None:
    widths = [len(row) for row in table.matrix()]
    columns = max(table.columns, *(sum(cell.columns for cell in row) for row in table.rows))
    made = document.add_table(len(table.rows), columns)
    made.style = "Table Grid"
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            target = made.cell(y, x)
            if cell.rows > 1 or cell.columns > 1:
                target = target.merge(made.cell(min(y + cell.rows, len(table.rows)) - 1, min(x + cell.columns, columns) - 1))
            pieces = [cell.text]
            if broken and len(cell.text) > 4 and not cell.path:
                pieces = ["".join(piece) for piece in zip_longest(*[iter(cell.text)] * 4, fillvalue="")]
            target.text = pieces[0]
            for piece in pieces[1:]:
                target.add_paragraph(piece)
            taken.update((y + dy, x + dx) for dy in range(cell.rows) for dx in range(cell.columns))
            x += cell.columns
    for y, width in enumerate(widths):
        if width < table.columns:  # a row that lost cells is short, not blank
            row = made.rows[y]._tr
            for lost in row.tc_lst[width - table.columns :]:
                row.remove(lost)
