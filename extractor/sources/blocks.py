"""What formats other than plain text are read into: paragraphs and rows of real tables, which make up a Document."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import LimitError, SourceError
from ..model import Cell, Document, Line, Source
from .limits import Limits
from .normalise import normalise, split_headings
from .text import is_clutter, line_starts


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a real table, in the row in which it begins."""

    text: str
    column: int
    """From 0, spans counted."""
    width: int = 1
    """Columns that it spans."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a row of a table.

    A row holds exactly the cells that begin in it, blank ones included, each with its true column: a cell that spans
    several rows stands in the first of them only, one that spans several columns stands once. So the values of a row are
    the cells that it prints, and a place that is taken by a span is never mistaken for a blank.
    """

    text: str = ""
    cells: tuple[GridCell, ...] = ()
    page: int | None = None
    table: int | None = None
    """Number of the table in the source, from 1; None for a paragraph."""
    row: int | None = None
    """Row of that table, from 1."""


_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def assemble(
    blocks: Sequence[Block],
    source: Source,
    limits: Limits,
    *,
    notes: Sequence[tuple[str, str]] = (),
    attachments: Sequence[str] = (),
    title: str = "",
) -> Document:
    """The Document of these blocks: its original is one line for each, with tabs between the cells of a row.

    Raises SourceError when there is nothing to read, LimitError when there is too much.
    """
    blocks = [part for block in blocks for part in _parts(block)]
    originals = ["\t".join(_BREAKS.sub(" ", cell.text) for cell in block.cells) if block.cells else block.text for block in blocks]
    _check(originals, blocks, source, limits)
    original = "\n".join(originals)
    normal = normalise(original, markup=False)
    lines: list[Line] = []
    pieces: list[str] = []
    offsets = array("I")
    cursor = start = dropped = 0
    for number, (line, block) in enumerate(zip(normal.text.split("\n"), blocks, strict=True), 1):
        begin, start = start, start + len(line) + 1
        if not block.cells and (not line.strip() or (len(line) < 40 and is_clutter(line))):
            dropped += bool(line.strip())
            continue
        lines.append(_line(number, line, cursor, block))
        pieces.append(line)
        offsets.extend(normal.offsets[begin : begin + len(line) + 1])
        cursor += len(line) + 1
    if not offsets:
        offsets.append(len(original))
    found = list(notes)
    if normal.traditional:
        found.append(("source.traditional", "原文为繁体字，已转为简体阅读"))
    if normal.glosses:
        found.append(("source.pinyin", "原文在汉字后括注拼音，已略去"))
    if dropped:
        found.append(("source.clutter", f"略去 {dropped} 行页码"))
    return Document(
        source=source,
        original=original,
        text="\n".join(pieces),
        lines=tuple(lines),
        offsets=offsets,
        line_starts=line_starts(original),
        notes=tuple(found),
        attachments=tuple(attachments),
        title=title,
    )


def _parts(block: Block) -> list[Block]:
    """A paragraph cut where a statutory heading stands inside it; a row as it is."""
    if block.cells:
        return [block]
    text = _BREAKS.sub(" ", block.text)
    return [Block(part, page=block.page) for part in split_headings(text)]


def _line(number: int, line: str, start: int, block: Block) -> Line:
    if not block.cells:
        text = line.strip()
        cell = Cell(text, start + len(line) - len(line.lstrip()))
        return Line(number, start, start + len(line), (cell,), "none", block.page)
    cells = []
    at = start
    for part, source in zip(line.split("\t"), block.cells, strict=True):
        text = part.strip()
        inset = len(part) - len(part.lstrip()) if text else 0
        cells.append(Cell(text, at + inset, source.column, source.width))
        at += len(part) + 1
    return Line(number, start, start + len(line), tuple(cells), "grid", block.page, block.table, block.row)


def _check(originals: Sequence[str], blocks: Sequence[Block], source: Source, limits: Limits) -> None:
    size = sum(map(len, originals))
    if not any(text.strip() for text in originals):
        raise SourceError(f"{source.name}：没有可读的文字，可能是图片或扫描件 (no text in this {source.format} file)")
    if size > limits.characters or len(originals) > limits.lines:
        raise LimitError(
            f"{source.name}：有 {size} 字、{len(originals)} 行，超过上限（{limits.characters} 字、{limits.lines} 行），"
            "不会是一份年度报告 (too many characters or lines for a report)"
        )
    count = sum(len(block.cells) for block in blocks)
    if count > limits.table_cells:
        raise LimitError(f"{source.name}：表格有 {count} 格，超过 {limits.table_cells} 格的上限 (too many table cells)")


def lay_out(rows: Sequence[Sequence[tuple[str, int, int]]], *, widest: int = 200) -> list[list[GridCell]]:
    """Rows of (text, colspan, rowspan) as rows of cells with true columns, each in the row in which it begins."""
    taken: dict[int, int] = {}
    result: list[list[GridCell]] = []
    for row in rows:
        column = 0
        cells: list[GridCell] = []
        below: dict[int, int] = {}
        for text, width, height in row:
            while taken.get(column, 0):
                column += 1
            width = max(1, min(width, widest - column)) if column < widest else 1
            cells.append(GridCell(text, column, width))
            if height > 1:
                below.update(dict.fromkeys(range(column, column + width), height))
            column += width
        taken = {at: left - 1 for at, left in taken.items() if left > 1}
        taken.update({at: left - 1 for at, left in below.items()})
        result.append(cells)
    return result
