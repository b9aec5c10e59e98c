"""The lines of a table taken apart: words that may be labels, and slots that may be values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise, product

from ..forms import Column, form_of
from ..model import LARGEST, Cell, Document, Line, Token

_UNITS = {"元": Decimal(1), "千元": Decimal(1_000), "万元": Decimal(10_000), "百万元": Decimal(1_000_000), "亿元": Decimal(100_000_000)}
_SIGN = r"(?:[+\-−－＋增减↑↓]|--|\+\+|-−|—(?=\d))?"
"""A sign, now and then printed twice."""
_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_UNIT = r"(?:\(?(?:亿|百万|万|千)?元(?:人民币)?\)?|件|项|宗|个|份|条|人|次|%)?"
_NUMBER = re.compile(rf"(?:人民币|[¥￥])?({_SIGN})({_DIGITS})({_UNIT})$")
_MINUS = frozenset("-−－减↓—")
_ZERO_WORDS = frozenset({"零", "〇", "○"})
_NOT_APPLICABLE = frozenset({"/", "_", "\\", "—", "——", "———", "-", "--", "---", "–", "−", "无", "不适用", "N/A", "n/a", "*", "∕", "╱"})
_APPROXIMATE = re.compile(rf"(?:约|近|超|超过|逾|不足)?{_SIGN}{_DIGITS}(?:余|多|左右|以上)?{_UNIT}$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_GLUED = re.compile(rf"(.*[\u3400-\u9fff”\")])({_SIGN}{_DIGITS})$")
_NUMBERED = ("第", "共", "年", "月", "列", "栏", "表", "页", "注", "图", "附件")
"""What a number behind it counts or names, rather than being a value printed without a space."""
_SPACED = re.compile(r"\S+")
_WORD = re.compile(
    r"(?:\+|(?<=\s\s)-) \d[\d,，.]*(?=\s|$)"  # a sign apart from its digits; a lone dash elsewhere means not applicable
    r"|(?:(?:人民币|[¥￥])[ ]*)?[+\-]?\d[\d,，.]*[ ]*\(?(?:亿|百万|万|千)?元(?:人民币)?\)?(?=\s|$)"
    r"|\S+"
)
_UNIT_WORDS = frozenset({"元", "万元", "亿元", "千元", "件", "项", "宗", "个"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a line that holds a value, or is visibly blank."""

    token: Token
    line: int
    """Index into ``Document.lines``."""
    cell: int
    """Column of the real table where the source has one, else index into ``Line.cells``."""

    @property
    def filled(self) -> bool:
        """Whether something is printed in it."""
        return self.token.kind != "blank"


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of text that is not a value: a label, a piece of one, or anything else."""

    text: str
    start: int
    line: int
    cell: int


Item = Slot | Word


def items(document: Document, lines: Iterable[int]) -> Iterator[list[Item]]:
    """The items of each line that has any, in printed order."""
    for index in lines:
        found = _line_items(document.lines[index], index)
        if found:
            yield found


def _line_items(line: Line, index: int) -> list[Item]:
    found: list[Item] = []
    for position, cell in enumerate(line.cells):
        number = position if cell.column is None else cell.column
        if not cell.text:
            if line.box != "none":
                found.append(Slot(Token("", cell.start, cell.start, "blank"), index, number))
            continue
        if line.box == "none" and len(starts := [m.start() for m in _flattened().finditer(cell.text)]) > 2:
            found.extend(_flat_items(cell, [0, *starts, len(cell.text)], index, number))
            continue
        found.extend(_cell_items(cell.text, cell.start, index, number, boxed=line.box != "none"))
    return found


def _flat_items(cell: Cell, edges: Sequence[int], line: int, number: int) -> Iterator[Item]:
    """A whole table in one line, cut where its rows begin: labels with no value between them still share a cell."""
    for at, stop in pairwise(edges):
        text = cell.text[at:stop].rstrip()
        inside = _cell_items(text, cell.start + at, line, number, boxed=False) if text else []
        yield from inside
        number += text.startswith(("第二十条", "信息内容")) or any(isinstance(item, Slot) for item in inside)


@cache
def _flattened() -> re.Pattern[str]:
    """Where a row begins in a line into which a whole table ran together: by its name, in section three by ordinal and name."""
    names: dict[int, set[str]] = {2: set(), 3: set()}
    for key, number in product(("2019", "2021"), names):
        for row in form_of(key).section(number):
            for label in (row.label, *row.groups):
                names[number].update(text[:8] for text in (label.text, *label.printed))
    two, three = ("|".join(re.escape(name) for name in sorted(words, key=len, reverse=True)) for words in names.values())
    ordinal = r"(?:[一二三四]、|\([一二三四五六七]\)|\d\.) *"
    return re.compile(rf"(?<=[\s\d元])(?:(?:{two})(?=\s+[\d+\-/_—无])|第二十条|信息内容(?=\s)|{ordinal}(?:{three}|本年度办理结果))")


def _cell_items(text: str, start: int, line: int, cell: int, *, boxed: bool) -> list[Item]:
    token = token_of(text, start)
    if token is not None:
        return [Slot(token, line, cell)]
    pattern = _WORD if "元" in text or "+ " in text or "- " in text else _SPACED
    words = [(m.group(), start + m.start()) for m in pattern.finditer(text)]
    if "?" in text:
        words = [word for word in words if word[0] != "?"] or words  # what a blank became that its charset could not write
    if not _HAN.search(text):
        return _unlettered(text, words, start, line, cell, boxed=boxed)
    return _mixed(words, line, cell)


def _unlettered(text: str, words: list[tuple[str, int]], start: int, line: int, cell: int, *, boxed: bool) -> list[Item]:
    """A cell or line without Han text: values, glued values, or marks that are not legible as numbers."""
    tokens = [token_of(word, at) for word, at in words]
    numbers = [t for t in tokens if t is not None]
    if len(numbers) == len(words):
        return [Slot(t, line, cell) for t in numbers]
    if boxed and len(text) <= 12 and not text.startswith(("(", "（", "_")):
        return [Slot(Token(text, start, start + len(text), "unreadable"), line, cell)]
    found: list[Item] = []
    for (word, at), token in zip(words, tokens, strict=True):
        if token is not None:
            found.append(Slot(token, line, cell))
        elif len(word) <= 3 and len(numbers) >= 2:
            found.append(Slot(Token(word, at, at + len(word), "unreadable"), line, cell))
        else:
            found.append(Word(word, at, line, cell))
    return found


def _mixed(words: list[tuple[str, int]], line: int, cell: int) -> list[Item]:
    """A cell or line with Han text: values stand before it, after it, or as a run of two and more inside it."""
    parts: list[Slot | None] = []
    spans: list[tuple[str, int]] = []
    for word, at in words:
        token = token_of(word, at)
        glued = _GLUED.match(word) if token is None else None
        if glued and len(glued.group(1)) > 1 and not glued.group(1).endswith(_NUMBERED):
            inner = token_of(glued.group(2), at + glued.start(2))
            parts += [None, Slot(inner, line, cell) if inner else None]
            spans += [(glued.group(1), at), (glued.group(2), at + glued.start(2))]
            continue
        parts.append(Slot(token, line, cell) if token is not None else None)
        spans.append((word, at))
    found: list[Item] = []
    position = 0
    while position < len(parts):
        stop = position
        while stop < len(parts) and parts[stop] is not None:
            stop += 1
        if stop == position:
            text, at = spans[position]
            found.append(Word(text, at, line, cell))
            position += 1
            continue
        inside = position > 0 and stop < len(parts)
        for each in range(position, stop):
            slot = parts[each]
            if slot is not None and (stop - position > 1 or not inside):
                found.append(slot)
            else:
                found.append(Word(spans[each][0], spans[each][1], line, cell))
        position = stop
    return found


def token_of(text: str, start: int) -> Token | None:
    """The value token that this text is as a whole, or None when it is no value."""
    end = start + len(text)
    if text.isdecimal():
        return Token(text, start, end, "number", int(text))
    compact = text.replace(" ", "") if " " in text else text
    if compact in _NOT_APPLICABLE:
        return Token(text, start, end, "not_applicable")
    if compact in _ZERO_WORDS:
        return Token(text, start, end, "number", 0)
    head, _, tail = text.partition(" ")
    if (
        tail
        and tail.strip(" ()").removesuffix("人民币") not in _UNIT_WORDS
        and head not in ("+", "-", "−", "－", "＋", "人民币", "¥", "￥")
    ):
        return None
    match = _NUMBER.match(compact)
    if match is None:
        return Token(text, start, end, "impossible") if _APPROXIMATE.match(compact) else None
    sign, digits, unit = match.groups()
    plain = digits.replace(",", "").replace("，", "")
    value: Decimal | int = Decimal(plain) if "." in plain else int(plain)
    if unit == "%":
        return Token(text, start, end, "impossible")
    return Token(text, start, end, "number", -value if sign[:1] in _MINUS else value)


def unit_of(token: Token) -> Decimal | None:
    """The money unit printed with a token, as a factor to yuan; None without one."""
    match = _NUMBER.match(token.raw.replace(" ", ""))
    return _UNITS.get(match.group(3).strip("()").removesuffix("人民币")) if match else None


def fitted(token: Token, column: Column, *, unit: Decimal | None = None) -> Token:
    """The token as a value of this column: a count cannot be negative, broken or beyond LARGEST, money needs a unit.

    ``unit`` is the factor to yuan that a heading prints for the whole column.
    """
    if token.kind != "number" or token.value is None:
        return token
    if column.measure == "money":
        factor = unit_of(token) or unit
        if factor is None:
            return token if token.value == 0 else Token(token.raw, token.start, token.end, "impossible")
        amount = Decimal(token.value) * factor / _UNITS[column.label.unit]
        return Token(token.raw, token.start, token.end, "number", amount)
    if not -LARGEST <= token.value <= LARGEST:
        return Token(token.raw, token.start, token.end, "impossible")
    if isinstance(token.value, Decimal):
        if token.value != int(token.value):
            return Token(token.raw, token.start, token.end, "impossible")
        return Token(token.raw, token.start, token.end, "number", int(token.value))
    if column.measure == "count" and token.value < 0:
        return Token(token.raw, token.start, token.end, "impossible")
    return token


def money_unit(text: str) -> Decimal | None:
    """The unit in a column head such as “采购总金额（万元）”, as a factor to yuan."""
    match = re.search(r"[(（:：]\s*(?:单位[:：])?\s*(亿元|百万元|万元|千元|元)\s*[)）]?", text)
    return _UNITS[match.group(1)] if match else None
