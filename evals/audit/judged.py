"""Reading a worksheet back: what the person found, checked row by row, and kept in the library's journal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from extractor.errors import LibraryError, QueryError, SourceError
from extractor.library import Library
from extractor.library.judgement import user
from extractor.library.rows import plain
from extractor.library.versions import now, tool_version

from .population import cells_of
from .stands import Outcome, Reading, agrees, outcome, stands

RIGHT = frozenset({"对", "是", "正确", "√", "✓", "1", "y", "yes", "right", "r", "ok", "true"})
WRONG = frozenset({"错", "否", "错误", "不对", "×", "✗", "x", "0", "2", "n", "no", "wrong", "w", "false"})
UNCLEAR = frozenset({"看不清", "不清", "不清楚", "3", "?", "？", "unclear", "u"})
COLUMNS = {"id": "编号", "judgement": "判断", "stands": "原文是", "note": "备注"}
SHOWN = 8
"""Faulty rows named in one message."""
LARGEST = 50_000_000
"""Bytes of the largest worksheet that is read."""
_ID = re.compile(r"(Q[0-9a-f]{6})-(\d+)(?:-(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Found:
    """A judgement, with the reading that it is about."""

    draw: str
    number: int
    report_id: str
    path: str
    outcome: Outcome
    stands: str
    """What the person found printed; empty where only right or wrong was said."""
    note: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Judged:
    """What a worksheet held."""

    draws: tuple[str, ...]
    found: tuple[Found, ...]
    """Judgements, in the order of the worksheet; those that the library already had too."""
    new: int
    """Of these, judgements that the library did not have."""
    open: int
    """Rows without a judgement."""
    changed: tuple[str, ...]
    """Rows whose cell is read otherwise by now than the worksheet shows; their judgements were not taken."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a worksheet as it was filled in."""

    at: int
    """Its line in the file, from 1."""
    draw: str
    number: int
    mark: str | None
    said: str
    stands: str
    note: str


def judge(library: Library, path: Path, *, who: str = "") -> Judged:
    """Take the judgements of a filled worksheet into the library; all of them or, when a row is faulty, none.

    SourceError: the file is no worksheet. QueryError: faulty rows, named. LibraryError: the worksheet of another library.
    """
    lines = read_lines(path)
    drawn = _drawn(library, sorted({line.draw for line in lines}))
    cells = cells_of(library, [place.cell for place in drawn.values()])
    problems: list[str] = []
    found: dict[tuple[str, int], Found] = {}
    changed: list[str] = []
    for line in lines:
        if not (line.said or line.stands):
            continue
        place = drawn.get((line.draw, line.number))
        if place is None:
            problems.append(f"第 {line.at} 行：抽样 {line.draw} 没有第 {line.number} 格 (no such cell)")
            continue
        cell = cells.get(place.cell)
        if cell is None or (line.mark is not None and line.mark != cell.reading.mark):
            changed.append(f"{line.draw}-{line.number}")
            continue
        try:
            one = _found(line, place, cell.reading)
        except QueryError as error:
            problems.append(f"第 {line.at} 行：{error}")
            continue
        if found.setdefault((line.draw, line.number), one) != one:
            problems.append(f"第 {line.at} 行：{line.draw}-{line.number} 前面已有不同的判断 (judged twice, differently)")
    if problems:
        more = f"；另有 {len(problems) - SHOWN} 处" if len(problems) > SHOWN else ""
        raise QueryError(f"“{path.name}”有 {len(problems)} 行不能用，一条也没有记下。" + "；".join(problems[:SHOWN]) + more)
    if not found and not changed:
        raise QueryError(f"“{path.name}”还没有填判断：在“判断”一列写 对 或 错，或在“原文是”一列写所印的数 (nothing is filled in yet)")
    new = _keep(library, list(found.values()), who or user())
    rows = {(line.draw, line.number) for line in lines}
    return Judged(
        tuple(sorted({line.draw for line in lines})), tuple(found.values()), new, len(rows) - len(found) - len(changed), tuple(changed)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What a row of a worksheet stands for."""

    cell: tuple[str, str]
    blind: bool


def _drawn(library: Library, names: Sequence[str]) -> dict[tuple[str, int], _Place]:
    """The cells of these draws. LibraryError: a draw that this library does not know."""
    rows = library.rows("SELECT draw, number, report_id, path, blind FROM raw_drawn WHERE draw IN (SELECT unnest(?))", [names])
    for name in names:
        if not any(row[0] == name for row in rows):
            raise LibraryError(
                f"报告库“{library.path}”没有抽样 {name}；这份核对单出自另一个库 (no such draw: a worksheet of another library)"
            )
    return {(row[0], row[1]): _Place((row[2], row[3]), row[4]) for row in rows}


def _found(line: _Line, place: _Place, reading: Reading) -> Found:
    """A row's judgement; QueryError when it cannot be understood or contradicts itself."""
    about = (line.draw, line.number, *place.cell)
    said = _word(line.said)
    there = stands(line.stands, place.cell[1])
    if said == "unclear" or (there is not None and there.kind == "unclear"):
        return Found(*about, "unclear", "", line.note, reading)
    if there is None:
        if place.blind:
            raise QueryError("盲核须在“原文是”一列写出所印的数 (a blind judgement needs what stands there)")
        return Found(*about, outcome(reading, said == "right", None), "", line.note, reading)
    right = agrees(reading, there)
    if there.kind == "other" and re.search(r"[0-9]", there.text) and not right:
        raise QueryError(f"“{line.stands}”不是这一格能印的数；空白写 空白，没有这一格写 没有，不适用写 / (not a number)")
    if said and (said == "right") != right:
        told = "一致" if right else "不同"
        raise QueryError(
            f"判为“{line.said}”，“原文是”写的 {line.stands} 却与读到的 {reading.text or '空'} {told} (the two contradict each other)"
        )
    return Found(*about, outcome(reading, None, there), line.stands, line.note, reading)


def _word(text: str) -> str:
    """``right``, ``wrong``, ``unclear``, or empty where nothing is written. QueryError for any other word."""
    word = text.strip().lower().removesuffix(".0")
    for name, words in (("right", RIGHT), ("wrong", WRONG), ("unclear", UNCLEAR)):
        if word in words:
            return name
    if word:
        raise QueryError(f"“{text}”不是判断；写 对、错 或 看不清 (write right, wrong or unclear)")
    return ""


def _keep(library: Library, found: Sequence[Found], who: str) -> int:
    """Write what the library does not have yet; gives how many."""
    about = "outcome, coalesce(stands, ''), coalesce(note, ''), coalesce(value, ''), printed"
    known = {(row[0], row[1]): row[2:] for row in library.rows(f"SELECT draw, number, {about} FROM judgements")}
    new: list[dict[str, object]] = []
    for one in found:
        value = plain(one.reading.value)
        if known.get((one.draw, one.number)) == (one.outcome, one.stands, one.note, value, one.reading.printed):
            continue
        told = {"outcome": one.outcome, "stands": one.stands or None, "note": one.note or None}
        read = {"value": value or None, "printed": one.reading.printed}
        new.append({"draw": one.draw, "number": one.number, "report_id": one.report_id, "path": one.path, **told, **read})
    if new:
        library.write({"kind": "judged", "who": who, "added_at": now(), "tool": tool_version(), "judgements": new})
    return len(new)


def read_lines(path: Path) -> list[_Line]:
    """The rows of a worksheet, from CSV in any encoding and separator that spreadsheets write, or from a workbook."""
    rows = _table(path)
    head = next(((at, columns) for at, row in enumerate(rows[:20]) if (columns := _columns(row)) is not None), None)
    if head is None:
        raise SourceError(
            f"“{path.name}”不是核对单：找不到“编号 id”和“判断 judgement”（或“原文是 stands”）列 (not a worksheet: columns are missing)"
        )
    at, columns = head
    lines: list[_Line] = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        said = {name: row[index].strip() if index < len(row) else "" for name, index in columns.items()}
        if not any(said.values()):
            continue
        match = _ID.fullmatch(said["id"])
        if match is None:
            raise SourceError(
                f"“{path.name}”第 {number} 行的编号“{said['id'][:40]}”不是核对单的编号，请勿改动这一列 (not an id of a worksheet)"
            )
        lines.append(
            _Line(number, match[1], int(match[2]), match[3], said.get("judgement", ""), said.get("stands", ""), said.get("note", ""))
        )
    if not lines:
        raise SourceError(f"“{path.name}”里一格也没有 (the worksheet has no rows)")
    return lines


def _columns(row: Sequence[str]) -> Mapping[str, int] | None:
    """Where the columns that matter stand, by the row of heads; None for any other row."""
    found: dict[str, int] = {}
    for index, text in enumerate(row):
        words = text.strip().lower().split()
        for name, chinese in COLUMNS.items():
            if words and name not in found and (words[-1] == name or words[0] == chinese):
                found[name] = index
    return found if "id" in found and ("judgement" in found or "stands" in found) else None


def _table(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(f"“{path.name}”太大，不像核对单 (too large for a worksheet)")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"“{path}”无法读取：{error.strerror} (file cannot be read)") from error
    if data[:4] == b"PK\x03\x04":
        return _workbook(path, data)
    text = _decoded(data, path.name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",\t;", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise SourceError(f"“{path.name}”不是完好的 CSV：{error} (not a sound CSV file)") from error


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError(f"“{name}”的编码无法识别，请另存为 CSV UTF-8 (unknown encoding)")


def _workbook(path: Path, data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [[_text(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise SourceError(f"“{path.name}”打不开：不是完好的 .xlsx 工作簿 (not a sound workbook)") from error


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
