"""PDF files with a text layer to Documents: ruled tables as real tables, the rest as lines of text.

Two renderings of one text layer: ``grid`` (the default) reads ruled tables cell by cell, ``text`` reads every page as lines.
Pages without text are reported as scans.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Literal

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from ..errors import LimitError, SourceError
from ..model import Document, Second
from .blocks import Block, GridCell, assemble
from .limits import LIMITS, Limits
from .pdf_grid import Grid, TextLine, read_page, text_lines
from .pdf_page import PageContent, page_content
from .text import source_of

Rendering = Literal["grid", "text"]

_Ink = tuple[int, int]
"""A printed character: its page and its number there."""

_LOCK = threading.Lock()
"""PDFium is not safe in several threads at once."""
_MARGIN = 0.09
"""Share of a page's height at its top and bottom in which running heads and page numbers stand."""
_NUMBER = re.compile(r"[-–—·\s]*(\d{1,4})[-–—·\s]*")


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    height: float
    grids: list[Grid]
    lines: list[TextLine]


def read_pdf(data: bytes, name: str, limits: Limits = LIMITS, rendering: Rendering = "grid") -> Document:
    """A PDF with a text layer.

    The grid's Document can be read a second time, as lines. Raises SourceError for encrypted, broken, empty and scanned files,
    naming the page; LimitError for one with too many pages.
    """
    document, ink = _read(data, name, limits, rendering)
    if rendering == "text" or not any(line.box == "grid" for line in document.lines):
        return document
    return replace(document, second=partial(_second, data, name, limits, document, ink))


def _second(data: bytes, name: str, limits: Limits, first: Document, ink: Sequence[_Ink]) -> Second:
    """The file as lines of text, with the place of every character in the first Document."""
    document, own = _read(data, name, limits, "text")
    stands = {mark: offset for offset, mark in _inked(first, ink).items()}
    return Second(document, {offset: stands[mark] for offset, mark in _inked(document, own).items() if mark in stands})


def _inked(document: Document, ink: Sequence[_Ink]) -> dict[int, _Ink]:
    """The printed character at each offset of the text; none when their count does not tell which is which."""
    printed = [offset for offset, char in enumerate(document.original) if not char.isspace()]
    if len(printed) != len(ink):
        return {}
    marks = dict(zip(printed, ink, strict=True))
    return {at: marks[document.offsets[at]] for at in range(len(document.text)) if document.offsets[at] in marks}


def _read(data: bytes, name: str, limits: Limits, rendering: Rendering) -> tuple[Document, tuple[_Ink, ...]]:
    """The Document, and the printed characters of its original in order."""
    began = time.monotonic()
    pages: list[_Page] = []
    scans: list[int] = []
    with _LOCK:
        file = _open(data, name, limits)
        try:
            title = str(file.get_metadata_dict().get("Title") or "")[:200]
            for index in range(len(file)):
                if time.monotonic() - began > limits.seconds:
                    raise LimitError(f"{name}：读到第 {index + 1} 页已超过 {limits.seconds:.0f} 秒 (reading took too long)")
                content = _content(file, index, name)
                readable = sum(not char.text.isspace() for char in content.chars) - content.unmapped
                if readable < 4 or content.unmapped > readable:
                    scans.append(index + 1)
                    continue
                grids, lines = read_page(content) if rendering == "grid" else ([], text_lines(content.chars))
                pages.append(_Page(index + 1, content.height, grids, lines))
        finally:
            file.close()
    if not pages:
        raise SourceError(f"{name}：没有可读的文字，各页都是图片（扫描件），请提供有文字的文件 (scanned pages, no text layer)")
    notes = []
    if scans:
        notes.append(("source.scan", f"第 {'、'.join(map(str, scans))} 页没有文字，是图片或空白，未能读取 (pages without text)"))
    kept, dropped = _without_margins(pages)
    if dropped:
        notes.append(("source.clutter", f"略去 {dropped} 行页眉、页脚与页码"))
    found = _blocks(kept)
    document = assemble([block for block, _ in found], source_of(data, name, "pdf", "native"), limits, notes=notes, title=title)
    return document, tuple(chain.from_iterable(ink for _, ink in found))


def _open(data: bytes, name: str, limits: Limits) -> pdfium.PdfDocument:
    try:
        file = pdfium.PdfDocument(data)
        count = len(file)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise SourceError(f"{name}：PDF 加了密码，请先解除密码再试 (encrypted PDF)") from error
        raise SourceError(f"{name}：PDF 已损坏，打不开，请重新下载 (damaged PDF)") from error
    if count == 0:
        raise SourceError(f"{name}：PDF 里没有一页 (PDF without pages)")
    if count > limits.pages:
        raise LimitError(f"{name}：PDF 有 {count} 页，超过 {limits.pages} 页的上限 (too many pages)")
    return file


def _content(file: pdfium.PdfDocument, index: int, name: str) -> PageContent:
    try:
        page = file[index]
    except pdfium.PdfiumError as error:
        raise SourceError(f"{name}：PDF 第 {index + 1} 页已损坏，读不出来 (page {index + 1} is damaged)") from error
    try:
        return page_content(page)
    finally:
        page.close()


# ------------------------------------------------------------------------------------- heads, feet, numbers
def _without_margins(pages: Sequence[_Page]) -> tuple[list[_Page], int]:
    """The pages without running heads and page numbers.

    A number in the margin is a page number when the numbers of the pages run with them, never by itself.
    """
    repeated = Counter(key for page in pages for key in {_key(line) for line in page.lines if _in_margin(line, page)})
    often = {key for key, count in repeated.items() if key.strip("#-–— ") and count >= 3 and count * 2 > len(pages)}
    offset = _numbering(pages)
    kept: list[_Page] = []
    dropped = 0
    for page in pages:
        lines = [
            line
            for line in page.lines
            if not (_in_margin(line, page) and (_key(line) in often or (offset is not None and _number(line) == page.number + offset)))
        ]
        dropped += len(page.lines) - len(lines)
        kept.append(_Page(page.number, page.height, page.grids, lines))
    return kept, dropped


def _numbering(pages: Sequence[_Page]) -> int | None:
    """By how much printed page numbers differ from counted ones; None without page numbers."""
    found: Counter[int] = Counter()
    for page in pages:
        values = {_number(line) for line in page.lines if _in_margin(line, page)} - {None}
        found.update(value - page.number for value in values if value is not None)
    if not found:
        return None
    offset, count = found.most_common(1)[0]
    return offset if count * 2 > len(pages) or count >= 3 else None


def _in_margin(line: TextLine, page: _Page) -> bool:
    return line.bottom < page.height * _MARGIN or line.top > page.height * (1 - _MARGIN)


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


def _number(line: TextLine) -> int | None:
    match = _NUMBER.fullmatch(line.text)
    return int(match.group(1)) if match else None


# ------------------------------------------------------------------------------------- blocks
@dataclass
class _Table:
    """The pieces of one table on successive pages."""

    pieces: list[tuple[int, Grid]]

    def blocks(self, number: int) -> list[tuple[Block, list[_Ink]]]:
        """Its rows with what is printed in them, columns counted over all pieces: a page may show fewer lines than the next."""
        edges: list[float] = []
        for at in sorted(at for _, grid in self.pieces for at in grid.edges):
            if not edges or at - edges[-1] > _SAME:
                edges.append(at)
        found = []
        row = 0
        for page, grid in self.pieces:
            place = [min(range(len(edges)), key=lambda i: abs(edges[i] - at)) for at in grid.edges]
            for boxes in grid.rows:
                row += 1
                if boxes:
                    cells = [GridCell(b.text, place[b.column], place[b.column + b.width] - place[b.column]) for b in boxes]
                    ink = [(page, index) for box in boxes for index in box.ink]
                    found.append((Block(cells=tuple(cells), page=page, table=number, row=row), ink))
        return found


_SAME = 4.0
"""Points: column edges of two pieces of a table that are nearer than this are one."""


def _blocks(pages: Sequence[_Page]) -> list[tuple[Block, list[_Ink]]]:
    """Lines and rows in printed order, with what is printed in each; a table that goes on at the top of the next page stays one table."""
    items: list[tuple[Block, list[_Ink]] | _Table] = []
    for page in pages:
        left = _body_left(page)
        parts: list[tuple[float, TextLine | Grid]] = [(line.top, line) for line in page.lines]
        parts += [(grid.top, grid) for grid in page.grids]
        for position, (_, part) in enumerate(sorted(parts, key=lambda pair: pair[0])):
            last = items[-1] if items else None
            if isinstance(part, TextLine):
                indent = "\u3000\u3000" if part.left - left > 1.4 * part.size else ""
                items.append((Block(indent + part.text, page=page.number), [(page.number, index) for index in part.ink]))
            elif position == 0 and isinstance(last, _Table) and _goes_on(last.pieces[-1][1].edges, part.edges):
                last.pieces.append((page.number, part))
            else:
                items.append(_Table([(page.number, part)]))
    blocks: list[tuple[Block, list[_Ink]]] = []
    number = 0
    for item in items:
        if isinstance(item, _Table):
            number += 1
            blocks += item.blocks(number)
        else:
            blocks.append(item)
    return blocks


def _goes_on(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether two pieces of a table are as wide as one another, at the same place."""
    return abs(first[0] - second[0]) <= _SAME and abs(first[-1] - second[-1]) <= _SAME


def _body_left(page: _Page) -> float:
    """Where lines of text begin that are not indented."""
    lefts = sorted(line.left for line in page.lines if len(line.text) >= 10)
    return lefts[0] if lefts else 0.0
