"""Plain text and text dumps to Documents: lines, cells between tabs or pipes, page clutter left out."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from ..errors import LimitError, SourceError
from ..model import Box, Cell, Document, Line, Origin, Source
from .charset import Decoded, decode
from .commas import Spans, comma_rows
from .flattened import unflatten
from .limits import LIMITS, Limits
from .normalise import Normalised, normalise
from .pipes import unfold
from .wrapped import unwrapped

_CLUTTER = re.compile(
    r"\s*(?:[-–—―－─·•~]{1,3}\s*\d{1,4}\s*[-–—―－─·•~]{1,3}"
    r"|第\s*[\d一二三四五六七八九十百]{1,4}\s*页(?:\s*[,/，]?\s*共\s*[\d一二三四五六七八九十百]{1,4}\s*页)?"
    r"|共\s*\d{1,4}\s*页\s*[,/，]?\s*第\s*\d{1,4}\s*页"
    r"|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4}|\s+[-–—]\s+\S{1,40})?|P\.\s*\d{1,4})\s*"
)
"""A page number by its own dress. A bare digit is never clutter: it could be a value of a table."""

_RULER = re.compile(
    r"[\s|:+=\-─━┄┅┈┉┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋]*(?:-{3,}|:-+|-+:|={3,}|[─━┄┅┈┉╔╗╚╝╠╣╦╩╬┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋])[\s|:+=\-─━┄┅┈┉┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋]*"
)
"""The rule under a Markdown header or in a drawn frame. A single "-" between pipes is a value and no rule."""


_NO_BREAK = re.compile(r"(?:\u00a0|&nbsp;)+")
_VALUE = re.compile(r"[+\-]?\d[\d,]*(?:\.\d+)?|/")


def read_text(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A text file in any encoding used for Chinese.

    Raises SourceError for empty or binary content, LimitError for a file no report can fill.
    """
    if len(data) > limits.text_bytes:
        raise LimitError(
            f"{name}：文本有 {len(data) / 2**20:.0f} MB，超过 {limits.text_bytes / 2**20:.0f} MB 的上限，"
            "不会是一份年度报告；请拆分后再试 (text file too large for a report)"
        )
    decoded = decode(data, name)
    if not decoded.text.strip("\ufeff\0 \t\r\n\u3000\u00a0"):
        raise SourceError(f"{name}：文件是空的，没有可读的文字 (the file is empty)")
    marks = decoded.text.count("|") + decoded.text.count("\t")
    if marks > 2 * limits.table_cells:
        raise LimitError(f"{name}：表格有 {marks} 格，超过 {2 * limits.table_cells} 格的上限 (too many table cells)")
    if len(decoded.text) > limits.characters or decoded.text.count("\n") > limits.lines:
        raise LimitError(
            f"{name}：有 {len(decoded.text)} 字、{decoded.text.count(chr(10))} 行，超过上限"
            f"（{limits.characters} 字、{limits.lines} 行），不会是一份年度报告 (too many characters or lines for a report)"
        )
    return document(unwrapped(decoded.text), source_of(data, name, "text", "converted"), notes=charset_notes(decoded))


def source_of(data: bytes, name: str, format: str, origin: Origin) -> Source:
    """The record of where a document came from."""
    return Source(name=name, sha256=hashlib.sha256(data).hexdigest(), format=format, origin=origin)


def charset_notes(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    """What a person should know about the encoding."""
    notes = []
    if decoded.damaged:
        notes.append(("source.damaged", f"有 {decoded.damaged} 个字符无法按 {decoded.encoding} 解码，已显示为 \ufffd"))
    elif not decoded.sure:
        notes.append(("source.charset", f"文件没有声明编码，按 {decoded.encoding} 读取"))
    return tuple(notes)


def document(original: str, source: Source, *, notes: tuple[tuple[str, str], ...] = (), title: str = "") -> Document:
    """The Document of a decoded text: normalised, split into lines and cells, page numbers and rules left out."""
    normal = normalise(original)
    starts = line_starts(original)
    pages = tuple(match.end() for match in re.finditer("\f", original))
    lines, text, offsets, dropped = _lines(normal, starts, pages, _blank_cells(original))
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
        text=text,
        lines=lines,
        offsets=offsets,
        line_starts=starts,
        notes=tuple(found),
        title=title,
    )


def line_starts(original: str) -> tuple[int, ...]:
    """Offsets at which the original's lines start; lines end at ``\\n``, ``\\r\\n`` or a lone ``\\r``."""
    return (0, *(match.end() for match in re.finditer(r"\r\n?|\n", original)))


def is_clutter(line: str) -> bool:
    """Whether a normalised line is a page number and nothing else."""
    return _CLUTTER.fullmatch(line) is not None


def _blank_cells(original: str) -> frozenset[int]:
    """Offsets of the lines that hold nothing but a no-break space and are blank cells of a table printed cell under cell.

    Such a line follows a value or comes before one. Where values never follow one another without it, it is spacing.
    """
    if not _NO_BREAK.search(original):
        return frozenset()
    kinds = [(match.start(), _kind(match.group())) for match in re.finditer(r"[^\n]+", original)]
    kinds = [(start, kind) for start, kind in kinds if kind]
    if sum(a == b == "value" for (_, a), (_, b) in pairwise(kinds)) < 3:
        return frozenset()
    found: set[int] = set()
    run: list[int] = []
    before = "words"
    for start, kind in [*kinds, (len(original), "words")]:
        if kind == "blank":
            run.append(start)
            continue
        if "value" in (before, kind):
            found.update(run)
        before, run = kind, []
    return frozenset(found)


def _kind(line: str) -> str:
    """``blank`` for a no-break space, ``value`` for a number, ``words`` for anything else; empty for white space."""
    text = line.strip(" \t\r\u3000")
    if not text:
        return ""
    return "blank" if _NO_BREAK.fullmatch(text) else "value" if _VALUE.fullmatch(text) else "words"


def _lines(
    normal: Normalised, starts: Sequence[int], pages: Sequence[int], blanks: frozenset[int]
) -> tuple[tuple[Line, ...], str, Sequence[int], int]:
    """Lines that hold something, the text they make up, its offsets, and how many page numbers were left out.

    ``starts`` and ``pages`` are offsets in the original at which lines, and pages after the first, begin.
    """
    lines: list[Line] = []
    pieces: list[str] = []
    offsets = array("I")
    cursor = start = dropped = 0
    text_before = ""
    commas = comma_rows(normal.text)
    for line in unfold(unflatten(normal.text)).split("\n"):
        begin, start = start, start + len(line) + 1
        if not line or (line.isspace() and "\t" not in line):
            if line and blanks and (number := bisect_right(starts, normal.offsets[begin])) and starts[number - 1] in blanks:
                lines.append(Line(number, cursor, cursor + len(line), (Cell("", cursor),), "pipes"))
                pieces.append(line)
                offsets.extend(normal.offsets[begin : begin + len(line) + 1])
                cursor += len(line) + 1
            continue
        if len(line) < 40 and is_clutter(line):
            dropped += 1
            continue
        box, cells = split_cells(line, cursor)
        if begin in commas:
            box, cells = "tabs", _between(line, commas[begin], cursor)
        if line.strip() == "|" and not (lines and text_before.endswith("|")):
            text_before = "|"
            continue
        text_before = line.rstrip()
        if 3 < len(line) < 2000 and box != "tabs" and _RULER.fullmatch(line):
            continue
        original = normal.offsets[begin]
        page = bisect_right(pages, original) + 1 if pages else None
        lines.append(Line(bisect_right(starts, original), cursor, cursor + len(line), cells, box, page))
        pieces.append(line)
        offsets.extend(normal.offsets[begin : begin + len(line) + 1])
        cursor += len(line) + 1
    if not offsets:
        offsets.append(len(normal.text))
    return tuple(lines), "\n".join(pieces), offsets, dropped


def split_cells(line: str, start: int) -> tuple[Box, tuple[Cell, ...]]:
    """The cells of one line that begins at ``start``, and what separates them.

    Outer pipes close a row and make no cells of their own: ``|||`` is two blank cells, ``规章 |`` is one cell. Tabs always
    separate: ``a<TAB><TAB>b`` is three cells, leading and trailing tabs make blank ones. A line that is one pipe only ends the
    cell before it (dumps with every cell on its own line); only after another pipe is it a blank cell.
    """
    stripped = line.strip()
    if "\t" in line and not (stripped.startswith("|") or stripped.endswith("|")):
        return "tabs", _cut(line, start, "\t", 0, len(line))
    if "|" in line:
        left = len(line) - len(line.lstrip())
        right = left + len(stripped)
        left += line.startswith("|", left)
        right -= right > left and line[right - 1] == "|"
        return "pipes", _cut(line, start, "|", left, right)
    left = len(line) - len(line.lstrip())
    return "none", (Cell(stripped, start + left),)


def _between(line: str, spans: Spans, start: int) -> tuple[Cell, ...]:
    """The cells at these places of a line that begins at ``start``."""
    return tuple(Cell(line[left:right].strip(), start + right - len(line[left:right].lstrip())) for left, right in spans)


def _cut(line: str, start: int, mark: str, left: int, right: int) -> tuple[Cell, ...]:
    cells = []
    for part in line[left:right].split(mark):
        text = part.strip()
        inset = len(part) - len(part.lstrip()) if text else 0
        cells.append(Cell(text, start + left + inset))
        left += len(part) + 1
    return tuple(cells)
