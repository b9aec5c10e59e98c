"""Where the statutory tables of a report stand, and which form they follow, from what is printed there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from ..forms import FormKey, form_of
from ..model import Document
from .labels import Flat, flatten
from .outline import Outline
from .tokens import Item, Slot, Word, items

_HAN = re.compile(r"[\u3400-\u9fff]+")
_DIVIDED = ("逾期不补正", "逾期未按收费", "未按收费通知", "不再处理其政府信息公开")
_UNDIVIDED = ("其他处理",)
_FUZZY = 75.0
"""How alike, out of 100, a long label and the print must be: two or three wrong characters in ten."""
_MOST = 30
"""Values of the widest lines of a table, two or three rows joined in one."""
_KEYS: tuple[FormKey, FormKey] = ("2019", "2021")


@dataclass(frozen=True)
class Part:
    """The items of one section's lines, with its words joined."""

    lines: list[list[Item]]
    flat: Flat
    flowing: bool = False
    """Whether its rows are not lines of their own in the source, so that what stands on one line says nothing of what belongs together."""

    @property
    def words(self) -> list[Word]:
        return [item for line in self.lines for item in line if isinstance(item, Word)]


def regions_of(document: Document, outline: Outline) -> dict[int, range]:
    """The lines of sections two to four; where a heading is lost, the neighbour's lines are cut by what they hold."""
    sections = dict(outline.sections)
    if 3 in sections and 4 not in sections:
        lines = sections[3]
        cut = _line_with(document, lines, ("结果维持", "未经复议直接起诉"))
        if cut is not None:
            cut = next((n for n in range(cut, max(cut - 4, lines.start), -1) if "行政复议" in document.text[_span(document, n)]), cut)
            sections[3], sections[4] = range(lines.start, cut), range(cut, lines.stop)
    if 3 not in sections:
        start = _line_with(document, outline.span, ("本年新收政府信息",))
        if start is not None:
            stop = _line_with(document, range(start, outline.span.stop), ("结果维持", "未经复议直接起诉"))
            later = min((r.start for n, r in sections.items() if n > 3 and r.start > start), default=outline.span.stop)
            sections[3] = range(start, min(stop or later, later))
            sections = {n: range(r.start, min(r.stop, start)) if n != 3 and r.start < start < r.stop else r for n, r in sections.items()}
            if 4 not in sections and stop is not None:
                sections[4] = range(stop, later)
    if 2 not in sections and 3 in sections:
        start = _line_with(document, range(outline.span.start, sections[3].start), ("第二十条第", "制发件数", "新制作数量"))
        if start is not None:
            sections[2] = range(start, sections[3].start)
    return {number: sections[number] for number in (2, 3, 4) if number in sections}


def _span(document: Document, line: int) -> slice:
    return slice(document.lines[line].start, document.lines[line].end)


def _line_with(document: Document, lines: range, words: Sequence[str]) -> int | None:
    for number in lines:
        text = re.sub(r"\s", "", document.text[_span(document, number)])
        if any(word in text for word in words):
            return number
    return None


def part_of(document: Document, lines: Iterable[int]) -> Part:
    found = list(items(document, lines))
    return Part(found, flatten([item for line in found for item in line if isinstance(item, Word)]), _flowing(document, found))


def _flowing(document: Document, lines: Sequence[list[Item]]) -> bool:
    """Whether one line of a plain text holds the values of many rows: the page was flattened, and cut where rows seem to begin."""
    if document.source.format not in ("text", "markdown"):
        return False
    slots = Counter(document.lines[item.line].number for line in lines for item in line if isinstance(item, Slot) and item.filled)
    return max(slots.values(), default=0) > _MOST


def has_values(part: Part) -> bool:
    return any(isinstance(item, Slot) and item.filled for line in part.lines for item in line)


def divided_in(part: Part | None) -> bool | None:
    """Whether 其他处理 has three rows; None when section three says nothing of it."""
    if part is None:
        return None
    if any(word in part.flat.text for word in _DIVIDED):
        return True
    if any(fuzz.partial_ratio(label, part.flat.text, score_cutoff=_FUZZY) for label in _divided_labels()):
        return True
    return False if any(word in part.flat.text for word in _UNDIVIDED) else None


@cache
def _divided_labels() -> tuple[str, ...]:
    """The long labels that only the divided form prints, which may be misprinted."""
    plain = {row.path for row in form_of("2021", False).section(3)}
    return tuple(text for row in form_of("2021", True).section(3) if row.path not in plain for text in row.label.printed if len(text) > 8)


def form_key(part: Part | None, divided: bool | None) -> FormKey | None:
    """The form, from the heads and rows that only one form has; by section three where section two says nothing."""
    if part is not None:
        votes = {key: sum(part.flat.text.count(word) for word in _own_words(key)) for key in ("2019", "2021")}
        if votes["2019"] != votes["2021"]:
            return "2021" if votes["2021"] > votes["2019"] else "2019"
        if divided is None and votes["2021"]:
            return "2021"  # mixed heads: the rows that only the older form has would have told
    if divided is None:
        return None
    return "2021" if divided else "2019"


@cache
def _own_words(key: FormKey) -> tuple[str, ...]:
    """Words of section two that the other form does not have, as Han characters."""
    words = {k: {w for row in form_of(k).section(2) for c in row.columns for w in _HAN.findall(c.label.text) if len(w) > 3} for k in _KEYS}
    rows = {k: {row.label.text for row in form_of(k).section(2)} for k in _KEYS}
    other = next(k for k in _KEYS if k != key)
    mine = words[key] - words[other] | {w for w in rows[key] if not any(w in r for r in rows[other])}
    return tuple(w for w in mine if not any(w in o for o in words[other]))
