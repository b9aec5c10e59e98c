"""The narrative of a report as whole paragraphs, each with its headings and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from ..forms import form_of
from ..model import Document, Passage
from .headings import ordinal_of, plain

if TYPE_CHECKING:
    from .outline import Outline

_STOP = ("。", "!", "?", ";", "…", ":")
_CLOSED = re.compile(r"[。!?;…][”\"’』」)]*$")
_RANK = {"part": 0, "main": 1, "sub": 2, "digit": 3}
_SENTENCE = re.compile(r"[。!?;]")
_ITEM = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十][,、]|其[一二三四]|[①-⑳]|[-•·*●]\s)")


def passages(document: Document, outline: Outline) -> tuple[Passage, ...]:
    """Preamble, sections one, five and six as paragraphs, and the notes that stand among the tables.

    Lines that a page break, an empty line or a hard wrap has cut are joined again; the text of tables is left out.
    """
    found = list(_section(document, 0, outline.preamble, (), None, notes=False))
    for number, lines in outline.sections.items():
        end = outline.heading_ends.get(number)
        heading = _own_heading(document, lines, end)
        found += _section(document, number, lines, (heading,) if heading else (), end, notes=number in (2, 3, 4))
    return tuple(found)


def _own_heading(document: Document, lines: range, end: int | None) -> str:
    if not lines or end is None:
        return ""
    return re.sub(r"\s+", " ", document.text[document.lines[lines.start].start : end]).strip()


def _section(
    document: Document, number: int, lines: range, heading: tuple[str, ...], after: int | None, *, notes: bool
) -> Iterator[Passage]:
    path: list[tuple[int, str]] = []
    for start, end, spans in _paragraphs(document, lines, after, notes=notes, preamble=number == 0):
        text = _joined(document, spans)
        style, _, rest = ordinal_of(text)
        rank = _RANK.get(style, 9)
        if style and not notes and rest:
            path = [(level, words) for level, words in path if level < rank]
            title = _title_of(text)
            if title:
                path.append((rank, title))
            if title == text:
                continue
        if not re.search(r"[\u3400-\u9fffA-Za-z0-9]", text):
            continue
        yield Passage(
            section=number,
            heading=(*heading, *(words for _, words in path)),
            text=text,
            place=document.place(start, end),
            kind="note" if notes else "paragraph",
        )


def _title_of(text: str) -> str:
    """The heading in a numbered line: all of it, or its first sentence when that is short."""
    if len(text) <= 40 and not _SENTENCE.search(text) and not text.endswith((",", ":")):
        return text
    first = re.split(r"[。:]", text, maxsplit=1)[0]
    return first if len(first) <= 40 and len(first) < len(text) - 1 else ""


def _joined(document: Document, spans: Iterable[tuple[int, int]]) -> str:
    """The words of a paragraph; a line break between Chinese characters leaves nothing behind."""
    text = ""
    for start, end in spans:
        part = re.sub(r"[ \t|]+", " ", document.text[start:end]).strip()
        if text and part and text[-1].isascii() and text[-1].isalnum() and part[0].isascii() and part[0].isalnum():
            text += " "
        text += part
    return re.sub(r"^[-•·●]\s+", "", text)


def _paragraphs(
    document: Document, lines: range, after: int | None, *, notes: bool, preamble: bool
) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Start, end and the pieces of each paragraph."""
    current: list[tuple[int, int]] = []
    width = _wrap_width(document, lines)
    dented = document.source.format == "pdf" and any(_is_dented(document, index) for index in lines)
    for index in lines:
        start, end = _words(document, index, after)
        if start >= end:
            continue
        prose = _is_prose(document, index, notes=notes, preamble=preamble, going_on=bool(current))
        if current and (not prose or _begins(document, current[-1], index, document.text[start:end], width, dented)):
            yield current[0][0], current[-1][1], current
            current = []
        if prose:
            current.append((start, end))
    if current:
        yield current[0][0], current[-1][1], current


def _words(document: Document, index: int, after: int | None) -> tuple[int, int]:
    """Where a line's words begin and end; ``after`` is the end of a heading that may stand on the line."""
    line = document.lines[index]
    start = line.start if after is None else max(line.start, after)
    text = document.text[start : line.end]
    outer = " \t|:。" if start > line.start else " \t|"
    return start + len(text) - len(text.lstrip(outer)), start + len(text.rstrip(" \t|"))


def _is_dented(document: Document, index: int) -> bool:
    return document.text.startswith("  ", document.lines[index].start)


def _begins(document: Document, last: tuple[int, int], index: int, text: str, width: int, dented: bool) -> bool:
    """Whether a line begins a new paragraph rather than going on with the last one.

    ``dented``: the file shows where lines begin, and paragraphs begin further in.
    """
    before = document.text[last[0] : last[1]]
    style, _, rest = ordinal_of(text)
    if style in ("part", "main", "sub") and rest and (not dented or _is_dented(document, index) or not before.endswith((";", ",", ":"))):
        return True
    if ordinal_of(before)[0] and _title_of(before) == before and len(before) < (width or 41) - 4:
        return True
    if before.endswith(":") and (_ITEM.match(text) or style) and (not dented or _is_dented(document, index)):
        return True
    if not _CLOSED.search(before):
        return style == "digit" and before.endswith(_STOP)
    if dented:
        return _is_dented(document, index)
    line, previous = document.lines[index], document.lines[index - 1]
    wrapped = width and line.number == previous.number + 1 and len(before) >= width - 3
    return not (wrapped and not document.text[line.start : line.end].startswith("  ") and not style and not _ITEM.match(text))


def _wrap_width(document: Document, lines: range) -> int:
    """The width at which a text is hard-wrapped; 0 where each line is a paragraph."""
    lengths = [len(plain(document, index)) for index in lines]
    long = sorted(length for length in lengths if length >= 18)
    if len(long) < 4:
        return 0
    width = long[int(len(long) * 0.9)]
    near = sum(1 for length in long if length >= width - 3)
    return width if width <= 70 and near * 2 >= len(long) else 0


def _is_prose(document: Document, index: int, *, notes: bool, preamble: bool, going_on: bool) -> bool:
    """Whether a line belongs to the narrative; in sections two to four only sentences of their own do."""
    line = document.lines[index]
    text = plain(document, index)
    filled = sum(1 for cell in line.cells if cell.text)
    if notes:
        return filled == 1 and _is_note(text)
    if preamble:
        return (filled <= 2 and len(text) >= 16 and bool(re.search(r"[,。;]", text))) or (going_on and "。" in text)
    if filled >= 3 and not re.search(r"[。;]", text):
        return False
    return line.box != "grid" or filled <= 1 or bool(re.search(r"[。;]", text))


def _is_note(text: str) -> bool:
    """Whether a line among the tables is a sentence rather than a label of the form."""
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    if han < 3 or re.match(r"^第二十条", text) or "勾稽关系" in text:
        return False
    sentence = "。" in text or re.match(r"^(?:注|备注|说明|附注)\s*[:1-9]", text) or (han >= 22 and re.search(r"[,;]", text))
    if not sentence:
        return False
    bare = re.sub(r"[\s\d、,.()一二三四五六七八]", "", text)
    return not any(
        fuzz.ratio(bare, label) >= 70 or (fuzz.partial_ratio(bare, label) >= 92 and len(bare) <= len(label)) for label in _labels()
    )


@cache
def _labels() -> tuple[str, ...]:
    """Long labels of the forms, which a sentence must not be confused with."""
    names = {
        re.sub(r"[\s\d、,.()]", "", name)
        for form in (form_of("2019"), form_of("2021"))
        for row in form.rows
        for name in (row.label.text, *row.label.printed, *(column.label.text for column in row.columns))
    }
    return tuple(sorted(name for name in names if len(name) >= 8))
