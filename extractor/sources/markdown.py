"""Markdown from converters and model pipelines: pipe tables are read as text lines, HTML tables as real tables."""

from __future__ import annotations

import re
from dataclasses import replace

from ..errors import LimitError
from ..model import Document
from .blocks import Block, assemble
from .charset import decode
from .limits import LIMITS, Limits
from .normalise import normalise
from .text import charset_notes, read_text, source_of, split_cells

_TABLE = re.compile(r"<table[\s>].*?</table>", re.I | re.S)


def read_markdown(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A Markdown file; with HTML tables inside, these are expanded and the rest stays lines of text."""
    if not re.search(rb"<t[dr][\s>]", data, re.I):
        document = read_text(data, name, limits)
        return replace(document, source=document.source.model_copy(update={"format": "markdown"}))
    if len(data) > limits.text_bytes:
        raise LimitError(f"{name}：文本有 {len(data) / 2**20:.0f} MB，超过 {limits.text_bytes / 2**20:.0f} MB 的上限 (file too large)")
    from .html import blocks_of

    decoded = decode(data, name)
    blocks: list[Block] = []
    tables = done = 0
    for match in [*_TABLE.finditer(decoded.text), None]:
        between = decoded.text[done : match.start() if match else len(decoded.text)]
        blocks += _lines(between)
        if match:
            rows = blocks_of(match.group(), limits, name)
            blocks += [replace(block, table=tables + block.table) if block.table else block for block in rows]
            tables += max((block.table for block in rows if block.table), default=0)
            done = match.end()
    return assemble(blocks, source_of(data, name, "markdown", "converted"), limits, notes=charset_notes(decoded))


def _lines(text: str) -> list[Block]:
    """Paragraphs between tables, without their marks; rows of pipe tables keep their pipes as blanks between words."""
    blocks = []
    for line in normalise(text).text.split("\n"):
        _, cells = split_cells(line, 0)
        words = "  ".join(cell.text for cell in cells if cell.text)
        if words and not re.fullmatch(r"[\s|:-]*-{3,}[\s|:-]*", line):
            blocks.append(Block(words))
    return blocks
