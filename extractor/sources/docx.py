"""Word files (.docx) to Documents: paragraphs, tables with merged cells, text boxes; tracked deletions left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from ..model import Document
from .blocks import Block, GridCell, assemble
from .limits import LIMITS, Limits
from .packed import open_archive, part, tree
from .text import source_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    {f"{_W}{tag}" for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr", "fldData")}
    | {f"{_MC}Fallback"}
)
_LONG = 200
"""A table cell longer than this holds text laid out by a table, not a value or label."""


@dataclass
class _Reader:
    """What was read so far."""

    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0
    page: int = 1
    paged: bool = False
    """Whether Word recorded page breaks."""


def read_docx(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A Word file.

    Raises SourceError for a damaged or empty file, LimitError for one that unpacks too far.
    """
    archive = open_archive(data, name, limits)
    content = part(archive, "word/document.xml", name, limits)
    content = content.replace(_STRICT.encode(), _W[1:-1].encode())
    body = tree(content, name).find(f"{_W}body")
    reader = _Reader(limits, paged=b"lastRenderedPageBreak" in content)
    if body is not None:
        _read(reader, body)
    title = ""
    if "docProps/core.xml" in archive.namelist():
        found = tree(part(archive, "docProps/core.xml", name, limits), name).find("{http://purl.org/dc/elements/1.1/}title")
        title = (found.text or "").strip() if found is not None else ""
    blocks = reader.blocks if reader.paged else [_unpaged(block) for block in reader.blocks]
    attachments = [posixpath.basename(path) for path in archive.namelist() if path.startswith("word/embeddings/")]
    return assemble(blocks, source_of(data, name, "docx", "native"), limits, title=title[:200], attachments=attachments)


def _unpaged(block: Block) -> Block:
    return Block(block.text, block.cells, None, block.table, block.row)


def _read(reader: _Reader, parent: etree._Element) -> None:
    """The blocks below an element; content controls and insertions are looked into."""
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            _paragraph(reader, child)
        elif child.tag == f"{_W}tbl":
            _table(reader, child)
        elif child.tag not in _SKIPPED:
            _read(reader, child)


def _paragraph(reader: _Reader, element: etree._Element) -> None:
    page = reader.page
    for line in _text(reader, element).split("\n"):
        reader.blocks.append(Block(line, page=page))
    for box in element.iter(f"{_W}txbxContent"):
        if not any(True for above in box.iterancestors(f"{_MC}Fallback")):
            _read(reader, box)


def _text(reader: _Reader, element: etree._Element) -> str:
    """The words of a paragraph; text boxes inside it are paragraphs of their own."""
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == f"{_W}t":
            parts.append(node.text or "")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
            reader.page += node.get(f"{_W}type") == "page" and not reader.paged
        elif tag == f"{_W}lastRenderedPageBreak":
            reader.page += 1
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}sym":
            parts.append(" ")
        elif tag not in _SKIPPED and tag != f"{_W}txbxContent":
            raised = node.tag == f"{_W}r" and node.find(f"{_W}rPr/{_W}vertAlign") is not None
            if raised:
                parts.append(" ")
            stack.extend(reversed(list(node)))
    return "".join(parts)


def _table(reader: _Reader, table: etree._Element) -> None:
    """The rows of a table; a row that holds a table or long text of its own is read as text."""
    number = 0
    for row in _find(table, "tr"):
        cells = list(_find(row, "tc"))
        before = _int(row.find(f"{_W}trPr/{_W}gridBefore"))
        nested = any(cell.find(f".//{_W}tbl") is not None for cell in cells)
        page = reader.page
        texts = [_cell_text(reader, cell) for cell in cells]
        if nested or any(len(text) > _LONG for text in texts):
            for cell in cells:
                _read(reader, cell)
            number = 0
            continue
        found: list[GridCell] = []
        column = before
        for cell, text in zip(cells, texts, strict=True):
            width = max(1, _int(cell.find(f"{_W}tcPr/{_W}gridSpan")))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is None or merge.get(f"{_W}val") == "restart":
                found.append(GridCell(text, column, width))
            column += width
        if found:
            reader.tables += not number
            number += 1
            reader.blocks.append(Block(cells=tuple(found), page=page, table=reader.tables, row=number))


def _find(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, looked for in content controls and insertions too."""
    for child in parent.iterchildren():
        if child.tag == f"{_W}{tag}":
            if tag != "tr" or child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
            yield from _find(child, tag)


def _cell_text(reader: _Reader, cell: etree._Element) -> str:
    words = [_text(reader, paragraph) for paragraph in cell.iter(f"{_W}p")]
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def _int(element: etree._Element | None) -> int:
    value = element.get(f"{_W}val") if element is not None else None
    return min(200, int(value)) if value and value.isdecimal() else 0
