"""PDF files with a text layer to Documents: ruled tables as real tables, the rest as lines of text.

Two renderings of one text layer: ``grid`` (the default) reads ruled tables cell by cell, ``text`` reads every page as lines.
Pages without text are pictures: recognised where the recogniser is installed, otherwise reported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from ..errors import LimitError, SourceError
from ..model import Document, Second
from . import ocr
from .limits import LIMITS, Limits
from .pages import Ink, Page, document_of
from .pdf_grid import read_page, text_lines
from .pdf_page import PageContent, page_content
from .text import source_of

Rendering = Literal["grid", "text"]

_LOCK = threading.Lock()
"""PDFium is not safe in several threads at once."""


def read_pdf(data: bytes, name: str, limits: Limits = LIMITS, rendering: Rendering = "grid") -> Document:
    """A PDF with a text layer.

    The grid's Document can be read a second time, as lines. Raises SourceError for encrypted, broken, empty and scanned files,
    naming the page; LimitError for one with too many pages.
    """
    document, ink = _read(data, name, limits, rendering)
    if rendering == "text" or document.source.origin == "recognised" or not any(line.box == "grid" for line in document.lines):
        return document
    return replace(document, second=partial(_second, data, name, limits, document, ink))


def _second(data: bytes, name: str, limits: Limits, first: Document, ink: Sequence[Ink]) -> Second:
    """The file as lines of text, with the place of every character in the first Document."""
    document, own = _read(data, name, limits, "text")
    stands = {mark: offset for offset, mark in _inked(first, ink).items()}
    return Second(document, {offset: stands[mark] for offset, mark in _inked(document, own).items() if mark in stands})


def _inked(document: Document, ink: Sequence[Ink]) -> dict[int, Ink]:
    """The printed character at each offset of the text; none when their count does not tell which is which."""
    printed = [offset for offset, char in enumerate(document.original) if not char.isspace()]
    if len(printed) != len(ink):
        return {}
    marks = dict(zip(printed, ink, strict=True))
    return {at: marks[document.offsets[at]] for at in range(len(document.text)) if document.offsets[at] in marks}


def _read(data: bytes, name: str, limits: Limits, rendering: Rendering) -> tuple[Document, tuple[Ink, ...]]:
    """The Document, and the printed characters of its original in order."""
    contents, title = _contents(data, name, limits)
    scans = [number for number, content in contents if content is None]
    notes = []
    recognised = False
    if scans and ocr.available():
        contents = list(_recognised(contents, data, name, limits))
        read = [number for number, content in contents if number in scans and content is not None]
        recognised = bool(read)
        if recognised:
            notes.append(("source.recognised", f"第 {_numbers(read)} 页是图片，文字由识别而得，请对照原件 (recognised from pictures)"))
    elif len(scans) == len(contents):
        raise SourceError(f"{name}：没有可读的文字，各页都是图片（扫描件）。{ocr.INSTALL}")
    elif scans:
        notes.append(("source.scan", f"第 {_numbers(scans)} 页没有文字，是图片或空白，未能读取。{ocr.INSTALL}"))
    pages = []
    for number, content in contents:
        if content is not None:
            grids, lines = read_page(content) if rendering == "grid" else ([], text_lines(content.chars))
            pages.append(Page(number, content.height, grids, lines))
    source = source_of(data, name, "pdf", "recognised" if recognised else "native")
    return document_of(pages, source, limits, notes, title)


def _contents(data: bytes, name: str, limits: Limits) -> tuple[list[tuple[int, PageContent | None]], str]:
    """What each page shows by its number, None for a page without text; and the title of the file."""
    began = time.monotonic()
    contents: list[tuple[int, PageContent | None]] = []
    with _LOCK:
        file = _open(data, name, limits)
        try:
            title = str(file.get_metadata_dict().get("Title") or "")[:200]
            for index in range(len(file)):
                if time.monotonic() - began > limits.seconds:
                    raise LimitError(f"{name}：读到第 {index + 1} 页已超过 {limits.seconds:.0f} 秒 (reading took too long)")
                content = _content(file, index, name)
                readable = sum(not char.text.isspace() for char in content.chars) - content.unmapped
                contents.append((index + 1, None if readable < 4 or content.unmapped > readable else content))
        finally:
            file.close()
    return contents, title


def _recognised(
    contents: Sequence[tuple[int, PageContent | None]], data: bytes, name: str, limits: Limits
) -> Iterator[tuple[int, PageContent | None]]:
    """The pages with those that are pictures recognised, one picture in memory at a time; None for a blank one."""
    from . import scan

    scans = sum(content is None for _, content in contents)
    if scans > limits.scans:
        raise LimitError(f"{name}：有 {scans} 页扫描件，超过 {limits.scans} 页的上限，请拆分后再试 (too many scanned pages)")
    for number, content in contents:
        yield number, content or scan.page_of(_picture(data, name, limits, number))


def _picture(data: bytes, name: str, limits: Limits, number: int) -> ocr.Picture:
    """A page at the resolution that the recogniser wants."""
    from . import scan

    with _LOCK:
        file = _open(data, name, limits)
        try:
            page = file[number - 1]
            scale = min(scan.DPI / 72, scan.LONGEST / max(page.get_size()))
            return scan.grey(page.render(scale=scale, rev_byteorder=True).to_numpy())
        finally:
            file.close()


def _numbers(pages: Sequence[int]) -> str:
    return "、".join(map(str, pages))


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
