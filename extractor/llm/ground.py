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
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_NAMED = 8
"""Line numbers that a message names, at most."""


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
    own_first = sorted(lines, key=lambda index: row.path not in marks.labels(index) and bool(marks.labels(index)))
    placed = _placed([raw for _, raw in wanted], [[t for t in filled(marks, i) if t.start >= behind.get(i, 0)] for i in own_first])
    for (column, raw), piece in zip(wanted, placed, strict=True):
        token = piece.token if piece else _verbatim(raw, document, lines)
        if token is not None:
            result.tokens[column] = marks.fit(token, row.cells[column])
        result.glued = result.glued or (piece is not None and piece.cut)
    for column, raw in wanted:
        if result.tokens[column] is None:
            there = "；".join(f"第 {i + 1} 行印的是 {_printed(document, marks, i)}" for i in lines) or "没有给出行号"
            result.refusals.append(f"{printed.row} 的 {row.columns[column].key} 写成“{_shown(raw)}”，{there}")
    return result


def filled(marks: Marks, line: int) -> list[Token]:
    """The values printed on a line, blank boxes left out."""
    return [token for token in marks.tokens(line) if token.kind != "blank"]


def same_print(raw: str, token: Token) -> bool:
    """Whether a given string is this token: the same characters but for spaces, thousands separators and the width of digits."""
    return _LOOSE.sub("", raw).translate(_FULL_WIDTH) == _LOOSE.sub("", token.raw)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A printed token for one given string; ``cut`` when it is part of a longer run of digits."""

    token: Token
    cut: bool = False


def _placed(raws: Sequence[str], lines: Sequence[list[Token]]) -> list[_Piece | None]:
    """For each string the token it is, in printed order within a line: as many as possible, as few of them cut out of a run of
    digits that neighbouring strings tile, and lines changed as seldom as possible.
    """
    if len(lines) > 4:
        lines = [sorted((token for line in lines for token in line), key=lambda token: token.start)]
    digits = [raw.strip().translate(_FULL_WIDTH) for raw in raws]

    @cache
    def best(at: int, used: tuple[int, ...], last: int) -> tuple[tuple[int, int, int], tuple[tuple[int, int, int], ...]]:
        """How many strings are found, cuts and turns counted against it, and for each step (line, place, strings taken)."""
        if at == len(raws):
            return (0, 0, 0), ()
        worth, rest = best(at + 1, used, last)
        top = (worth, ((-1, -1, 1), *rest))
        for number, line in enumerate(lines):
            for size in range(1, len(raws) - at + 1):
                place = next((k for k in range(used[number], len(line)) if _is(raws, digits, at, size, line[k])), None)
                if place is None:
                    continue
                after = (*used[:number], place + 1, *used[number + 1 :])
                (count, cuts, turns), rest = best(at + size, after, number)
                worth = (count + size, cuts - (size > 1), turns - (last not in (-1, number)))
                if worth > top[0] or (worth == top[0] and top[1][0][0] < 0):
                    top = (worth, ((number, place, size), *rest))
        return top

    pieces: list[_Piece | None] = []
    for number, place, size in best(0, (0,) * len(lines), -1)[1]:
        if number < 0:
            pieces.append(None)
        elif size == 1:
            pieces.append(_Piece(lines[number][place]))
        else:
            at = lines[number][place].start
            for text in digits[len(pieces) : len(pieces) + size]:
                pieces.append(_Piece(Token(text, at, at + len(text), "number", int(text)), cut=True))
                at += len(text)
    return pieces


def _is(raws: Sequence[str], digits: Sequence[str], at: int, size: int, token: Token) -> bool:
    """Whether so many strings from here on are this token: one as it is printed, several as the whole of a run of digits."""
    if size == 1:
        return same_print(raws[at], token)
    return token.kind == "number" and token.raw.isdecimal() and all(digits[at : at + size]) and "".join(digits[at : at + size]) == token.raw


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
    named = [str(value) for value in values]
    return "、".join(named[:_NAMED]) + (" 等" if len(named) > _NAMED else "")


def _shown(raw: str) -> str:
    """A given string as a message can hold it, whatever it is."""
    text = "".join(char if char.isprintable() else "�" for char in raw[:24])
    return text + ("…" if len(raw) > 24 else "")


def _printed(document: Document, marks: Marks, index: int) -> str:
    shown = " ".join(token.raw or "□" for token in marks.tokens(index))
    return f"“{shown}”" if shown else f"“{document.text[document.lines[index].start : document.lines[index].end].strip()[:30]}”，没有数"
