"""Answers held against the source: every digit string stands in the lines it is cited to, exactly, once, on its own row.

What passes is a Token with its offsets; what does not is refused with a sentence that says row, column, what was given
and what stands there. A model places values, so every other way to place them that print does not exclude is listed too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from ..forms import Form, Row
from ..model import Document, Token
from .shapes import PrintedRow

_LOOSE = re.compile(r"[\s,，]")


class Marks(Protocol):
    """What is printed on the lines of one table: the values, and the labels of the form that begin there."""

    @property
    def form(self) -> Form:
        """The form that the tables follow."""

    @property
    def lines(self) -> range:
        """Indices of the table's lines."""

    @property
    def in_order(self) -> bool:
        """Whether no heading contradicts the statutory order of columns."""

    def tokens(self, line: int) -> tuple[Token, ...]:
        """Values in printed order, blank boxes included."""

    def labels(self, line: int) -> tuple[str, ...]:
        """Paths of the rows whose label begins on the line."""

    def fit(self, token: Token, cell: str) -> Token:
        """The token as a value of a cell."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something in an answer is not taken."""

    row: str
    """Path of the row."""
    message: str


@dataclass
class Grounded:
    """One row of an answer, with the tokens that were found for it."""

    row: Row
    tokens: list[Token | None]
    lines: tuple[int, ...]
    """Indices of the lines cited."""
    refusals: list[str] = field(default_factory=list)
    glued: bool = False
    """Whether a token was cut out of a longer run of digits."""
    left: tuple[Token, ...] = ()
    """Values on the cited lines that no row of the answer uses."""

    @property
    def spans(self) -> set[tuple[int, int]]:
        """Where its tokens stand."""
        return {(token.start, token.end) for token in self.tokens if token is not None}


def ground(
    answer: Sequence[PrintedRow], rows: dict[str, Row], document: Document, marks: Marks, allowed: range | frozenset[int]
) -> tuple[list[Grounded], list[Refusal]]:
    """The rows of an answer with their tokens, and what was refused. ``rows`` maps the answer's keys to rows of the form."""
    found: dict[str, Grounded] = {}
    refusals: list[Refusal] = []
    behind: dict[int, int] = {}
    order = [row.path for row in marks.form.rows]
    for printed in sorted(answer, key=lambda each: order.index(rows[each.row].path)):
        row = rows[printed.row]
        if row.path in found:
            refusals.append(Refusal(row.path, f"{printed.row}：写了两次，只能写一次"))
            continue
        found[row.path] = _row(printed, row, document, marks, allowed, behind)
        for token in found[row.path].tokens:
            if token is not None and not marks.labels(line := document.line_at(token.start)):
                behind[line] = max(behind.get(line, 0), token.end)
    _once(found, document)
    _nothing_left(found, document, marks)
    for each in found.values():
        refusals += [Refusal(each.row.path, message) for message in each.refusals]
    return list(found.values()), refusals


def _row(
    printed: PrintedRow, row: Row, document: Document, marks: Marks, allowed: range | frozenset[int], behind: dict[int, int]
) -> Grounded:
    """``behind``: where rows before it stopped on a line without labels, which several rows may share."""
    empty: list[Token | None] = [None] * len(row.columns)
    cited = [number - 1 for number in dict.fromkeys(printed.lines)]
    lines = tuple(sorted(index for index in cited if index in allowed))
    result = Grounded(row, empty, lines)
    given = list(printed.cells)
    if len(given) != len(row.columns):
        result.refusals.append(f"{printed.row}：要 {len(row.columns)} 格（{_heads(row)}），给了 {len(given)} 格")
        given = (given + [None] * len(row.columns))[: len(row.columns)]
    outside = [index + 1 for index in cited if index not in allowed]
    if outside:
        result.refusals.append(f"{printed.row}：行号 {_numbers(outside)} 不在给出的原文里")
    wanted = [(column, raw) for column, raw in enumerate(given) if raw is not None and raw.strip()]
    if not wanted:
        return result
    foreign = [index for index in lines if marks.labels(index) and row.path not in marks.labels(index)]
    if foreign and not any(row.path in marks.labels(index) for index in lines):
        owners = "、".join(path.partition(".")[2] for path in marks.labels(foreign[0]))
        result.refusals.append(
            f"{printed.row}：第 {foreign[0] + 1} 行是 {owners} 的一行，不是 {printed.row} 的；请给 {printed.row} 自己的行"
        )
        return result
    placed = _placed([raw for _, raw in wanted], [[t for t in filled(marks, i) if t.start >= behind.get(i, 0)] for i in lines])
    for (column, raw), token in zip(wanted, placed, strict=True):
        token = token or _verbatim(raw, document, lines)
        if token is not None:
            result.tokens[column] = marks.fit(token, row.cells[column])
    if any(result.tokens[column] is None for column, _ in wanted):
        _cut_glued(result, wanted, lines, marks)
    for column, raw in wanted:
        if result.tokens[column] is None:
            there = "；".join(f"第 {i + 1} 行印的是 {_printed(document, marks, i)}" for i in lines) or "没有给出行号"
            result.refusals.append(f"{printed.row} 的 {row.columns[column].key} 写成“{raw}”，{there}")
    return result


def filled(marks: Marks, line: int) -> list[Token]:
    """The values printed on a line, blank boxes left out."""
    return [token for token in marks.tokens(line) if token.kind != "blank"]


def same_print(raw: str, token: Token) -> bool:
    """Whether a given string is this token: the same characters but for spaces and thousands separators."""
    return _LOOSE.sub("", raw) == _LOOSE.sub("", token.raw)


def _placed(raws: Sequence[str], lines: Sequence[list[Token]]) -> list[Token | None]:
    """For each string the token it is, in printed order within a line; as many as possible, lines changed as seldom as possible."""
    if len(lines) > 4:
        lines = [[token for line in lines for token in line]]

    @cache
    def best(at: int, used: tuple[int, ...], last: int) -> tuple[int, int, tuple[tuple[int, int] | None, ...]]:
        if at == len(raws):
            return 0, 0, ()
        count, turns, rest = best(at + 1, used, last)
        top = (count, turns, (None, *rest))
        for number, line in enumerate(lines):
            place = next((k for k in range(used[number], len(line)) if same_print(raws[at], line[k])), None)
            if place is None:
                continue
            after = (*used[:number], place + 1, *used[number + 1 :])
            count, turns, rest = best(at + 1, after, number)
            turn = -1 if last not in (-1, number) else 0
            if (count + 1, turns + turn) > top[:2]:
                top = (count + 1, turns + turn, ((number, place), *rest))
        return top

    places = best(0, (0,) * len(lines), -1)[2]
    return [None if place is None else lines[place[0]][place[1]] for place in places]


def _verbatim(raw: str, document: Document, lines: Sequence[int]) -> Token | None:
    """A mark that is no number, printed as given on a cited line: not legible, but there."""
    text = raw.strip()
    if re.fullmatch(r"[\d.,，+\-−－\s]*", text) or len(text) > 12 or re.search(r"[\u3400-\u9fff]", text):
        return None
    for index in lines:
        line = document.lines[index]
        at = document.text.find(text, line.start, line.end)
        if at >= 0 and not (document.text[at - 1 : at].isalnum() or document.text[at + len(text) : at + len(text) + 1].isalnum()):
            return Token(text, at, at + len(text), "unreadable")
    return None


def _cut_glued(result: Grounded, wanted: Sequence[tuple[int, str]], lines: Sequence[int], marks: Marks) -> None:
    """Neighbouring cells glued into one run of digits: taken when the given strings tile the whole run in order."""
    digits = [raw.strip() for _, raw in wanted]
    for index in lines:
        for token in filled(marks, index):
            for first in range(len(wanted)):
                for last in range(first + 2, len(wanted) + 1):
                    free = all(result.tokens[column] is None for column, _ in wanted[first:last])
                    if free and token.raw.isdecimal() and "".join(digits[first:last]) == token.raw:
                        at = token.start
                        for (column, _), piece in zip(wanted[first:last], digits[first:last], strict=True):
                            cut = Token(piece, at, at + len(piece), "number", int(piece))
                            result.tokens[column] = marks.fit(cut, result.row.cells[column])
                            at += len(piece)
                        result.glued = True
                        return


def _once(found: dict[str, Grounded], document: Document) -> None:
    """A value printed once fills one cell: the row on whose line it stands first keeps it."""
    taken: dict[int, str] = {}
    for path, each in found.items():
        for column, token in enumerate(each.tokens):
            if token is None or token.start == token.end:
                continue
            owner = next((taken[at] for at in range(token.start, token.end) if at in taken), None)
            if owner is not None:
                line = document.line_at(token.start) + 1
                each.refusals.append(
                    f"{path.partition('.')[2]} 的 {each.row.columns[column].key}：第 {line} 行的“{token.raw}”只印了一次，"
                    f"已用于 {owner.partition('.')[2]}"
                )
                each.tokens[column] = None
            else:
                taken.update(dict.fromkeys(range(token.start, token.end), path))


def _nothing_left(found: dict[str, Grounded], document: Document, marks: Marks) -> None:
    """Every value on a cited line is used, or the row that left a cell empty is told so."""
    used = {at for each in found.values() for start, end in each.spans for at in range(start, end)}
    for path, each in found.items():
        each.left = tuple(token for index in each.lines for token in filled(marks, index) if token.start not in used)
        gaps = [each.row.columns[column].key for column, token in enumerate(each.tokens) if token is None]
        if each.left and gaps and not each.refusals:
            rest = "、".join(f"“{token.raw}”" for token in each.left)
            lines = _numbers(dict.fromkeys(document.line_at(token.start) + 1 for token in each.left))
            each.refusals.append(f"{path.partition('.')[2]}：第 {lines} 行还印有 {rest} 没有用上，而 {'、'.join(gaps)} 写成没有印")


def _heads(row: Row) -> str:
    return "、".join(column.key for column in row.columns)


def _numbers(values: Iterator[int] | Sequence[int] | dict[int, None]) -> str:
    return "、".join(str(value) for value in values)


def _printed(document: Document, marks: Marks, index: int) -> str:
    shown = " ".join(token.raw or "□" for token in marks.tokens(index))
    return f"“{shown}”" if shown else f"“{document.text[document.lines[index].start : document.lines[index].end].strip()[:30]}”，没有数"
