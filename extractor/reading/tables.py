"""Sections two, three and four of a report: which form they follow, and every admissible reading of their tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..forms import Form, FormKey, Row, form_of
from ..model import Assignment, ColumnEvidence, Document, Group, Note, Reading, RowEvidence, Token
from .filling import margin_of, ways
from .labels import Flat, Found, find, flatten
from .outline import Outline
from .rows import Run, boxed, groups_of, runs_of, segments_of
from .tokens import Item, Slot, Word, fitted, items, money_unit

_HAN = re.compile(r"[\u3400-\u9fff]+")
_DIVIDED = ("逾期不补正", "逾期未按收费", "未按收费通知", "不再处理其政府信息公开")
_UNDIVIDED = ("其他处理",)
_LEAVES = range(1, 6)
"""The organisation columns of section three, which share a heading of their own."""


@dataclass(frozen=True)
class _Part:
    """The items of one section's lines, with its words joined."""

    lines: list[list[Item]]
    flat: Flat

    @property
    def words(self) -> list[Word]:
        return [item for line in self.lines for item in line if isinstance(item, Word)]


def read_tables(document: Document, outline: Outline) -> Reading:
    """Everything the printed tables of one report may say; ``form`` is None when there are none."""
    regions = _regions(document, outline)
    parts = {number: _part(document, lines) for number, lines in regions.items()}
    divided = _divided(parts.get(3))
    key = _form_key(parts.get(2), divided)
    if key is None or not any(_has_values(part) for part in parts.values()):
        return Reading(None, None, (), rendering=_rendering(document, outline))
    form = form_of(key, divided)
    groups: list[Group] = []
    notes: list[Note] = []
    for number in (2, 3, 4):
        part = parts.get(number)
        if part is None or not part.lines:
            continue
        if number == 2:
            groups += _read_two(part, form)
        elif number == 3:
            found, said = _read_three(part, form, parts.get(2))
            groups += found
            notes += said
        else:
            groups += _read_four(part, form)
        if not any(form.row(group.cells[0]).section == number for group in groups):
            heading = document.lines[regions[number].start]
            message = f"第{'二三四'[number - 2]}部分有标题，没有读到法定表格 (no table in section {number})"
            notes.append(Note("reading.no_table", message, start=heading.start, end=heading.end))
    return Reading(key, divided, tuple(groups), rendering=_rendering(document, outline), notes=tuple(notes))


def _regions(document: Document, outline: Outline) -> dict[int, range]:
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


def _part(document: Document, lines: Iterable[int]) -> _Part:
    found = list(items(document, lines))
    return _Part(found, flatten([item for line in found for item in line if isinstance(item, Word)]))


def _has_values(part: _Part) -> bool:
    return any(isinstance(item, Slot) and item.filled for line in part.lines for item in line)


def _rendering(document: Document, outline: Outline) -> str:
    return "grid" if any(document.lines[n].box == "grid" for n in outline.span) else "text"


def _divided(part: _Part | None) -> bool | None:
    """Whether 其他处理 has three rows; None when section three says nothing of it."""
    if part is None:
        return None
    if any(word in part.flat.text for word in _DIVIDED):
        return True
    return False if any(word in part.flat.text for word in _UNDIVIDED) else None


def _form_key(part: _Part | None, divided: bool | None) -> FormKey | None:
    """The form, from the heads and rows that only one form has; by section three where section two says nothing."""
    if part is not None:
        votes = {key: sum(part.flat.text.count(word) for word in _own_words(key)) for key in ("2019", "2021")}
        if votes["2019"] != votes["2021"]:
            return "2021" if votes["2021"] > votes["2019"] else "2019"
    if divided is None:
        return None
    return "2021" if divided else "2019"


def _own_words(key: FormKey) -> tuple[str, ...]:
    """Words of section two that the other form does not have, as Han characters."""
    words = {k: {w for row in form_of(k).section(2) for c in row.columns for w in _HAN.findall(c.label.text) if len(w) > 3} for k in _KEYS}
    rows = {k: {row.label.text for row in form_of(k).section(2)} for k in _KEYS}
    other = next(k for k in _KEYS if k != key)
    mine = words[key] - words[other] | {w for w in rows[key] if not any(w in r for r in rows[other])}
    return tuple(w for w in mine if not any(w in o for o in words[other]))


_KEYS: tuple[FormKey, FormKey] = ("2019", "2021")


# ------------------------------------------------------------------------------------ section two
def _read_two(part: _Part, form: Form) -> list[Group]:
    """Section two: blocks of rows with columns of their own, one article item after the other."""
    rows = form.section(2)
    labels = find(part.flat, rows)
    runs = runs_of(part.lines, labels)
    blocks = _blocks(rows)
    starts = [min((f.start for f in labels if f.row in block), default=-1) for block in blocks]
    groups: list[Group] = []
    for block, start in zip(blocks, starts, strict=True):
        if start < 0:
            continue
        stop = min((s for s in starts if s > start), default=None)
        own = [replace(f, row=f.row - block.start) for f in labels if f.row in block]
        inside = [run for run in runs if run.start >= start and (stop is None or run.start < stop)]
        unit = _unit(part, rows[block.start])
        groups += groups_of(rows[block.start : block.stop], own, inside, column="complete", unit=unit)
    return groups


def _pads_after(part: _Part | None, form: Form) -> bool:
    """Whether section two fills its short rows up with blank cells after the value, never before it."""
    if part is None:
        return False
    rows = form.section(2)
    labels = find(part.flat, rows)
    _, segments = segments_of(labels, runs_of(part.lines, labels))
    margins = [margin_of(s.runs[0].tokens, len(rows[s.found.row].columns)) for s in segments if len(s.runs) == 1]
    found = [m for m in margins if m is not None]
    return sum(tail > 0 for _, tail in found) > 1 and all(head == 0 for head, _ in found)


def _blocks(rows: tuple[Row, ...]) -> list[range]:
    """Runs of neighbouring rows that the form prints under one heading with the same columns."""
    blocks: list[range] = []
    for number, row in enumerate(rows):
        if blocks and rows[blocks[-1].start].label.under == row.label.under:
            blocks[-1] = range(blocks[-1].start, number + 1)
        else:
            blocks.append(range(number, number + 1))
    return blocks


def _unit(part: _Part, row: Row) -> Decimal | None:
    """The money unit printed in the head of the row's amount, if the row has an amount."""
    money = next((c for c in row.columns if c.measure == "money"), None)
    if money is None:
        return None
    heads = [w for text in (money.label.text, *money.label.printed) for w in _HAN.findall(text)[:1]]
    for line in part.lines:
        text = " ".join(item.text for item in line if isinstance(item, Word))
        at = next((text.find(head) for head in heads if head in text), -1)
        if at >= 0 and (unit := money_unit(text[at:])):
            return unit
    text = "".join(word.text for word in part.words)
    at = next((text.find(head) for head in heads if head in text), -1)
    return money_unit(text[at : at + 24]) if at >= 0 else None


# ---------------------------------------------------------------------------------- section three
def _read_three(part: _Part, form: Form, two: _Part | None) -> tuple[list[Group], list[Note]]:
    """Section three: rows of seven values, by kind of applicant."""
    rows = form.section(3)
    labels = find(part.flat, rows)
    if not labels:
        return [], []
    runs = runs_of(part.lines, labels)
    order = _header_order(part, labels[0].start, rows[0])
    statutory = tuple(range(len(rows[0].columns)))
    pads_after = all(run.filled < len(statutory) for run in runs) and _pads_after(two, form)
    if order is None or order == statutory:
        box = _heading_box(part, labels[0].start, rows[0], runs)
        return groups_of(rows, labels, runs, column="complete", pads_after=pads_after, box=box), []
    counts = [run.filled for run in runs if run.filled > 1]
    if len(order) < len(statutory):
        if counts.count(len(order)) <= len(counts) // 2:
            return groups_of(rows, labels, runs, column="complete", pads_after=pads_after), []
        return _by_header(rows, labels, runs, order), []
    found = [_either_order(group, order) for group in _by_header(rows, labels, runs, order)]
    note = Note("reading.column_order", "表三的列名顺序与法定格式不同，列只能按表头认定", start=labels[0].start, end=labels[0].start)
    return found, [note]


def _header_order(part: _Part, stop: int, row: Row) -> tuple[int, ...] | None:
    """The columns that the heading names, in printed order; None when the heading is not whole enough to tell."""
    head = flatten([word for word in part.words if word.start < stop])
    at: dict[int, int] = {}
    for number, column in enumerate(row.columns):
        names = [_HAN.findall(text)[0][:4] for text in (column.label.text, *column.label.printed)]
        places = [head.text.rfind(name) for name in names]
        if max(places) >= 0:
            at[number] = max(places)
        elif any(name[:2] in head.text for name in names):
            return None  # a piece of the name stands there: the heading is broken, the column is not missing
    leaves = sorted((n for n in _LEAVES if n in at), key=lambda n: at[n])
    last = len(row.columns) - 1
    if len(leaves) < 3 or 0 not in at or last not in at:
        return None
    lines = {n: head.lines[at[n]] for n in at}
    shared = {lines[n] for n in leaves}
    if lines[0] in shared and lines[last] in shared and len(shared) == 1:
        return tuple(sorted(at, key=lambda n: at[n]))
    return (0, *leaves, last)


def _heading_box(part: _Part, stop: int, row: Row, runs: Sequence[Run]) -> int | None:
    """The cell in which the heading prints the first column, if it prints each column in the next cell of its line.

    A column of totals that would be blank in every row shows that the rows lost a cell, and the heading proves nothing.
    """
    cells: dict[tuple[int, int], str] = {}
    for word in part.words:
        if word.start < stop:
            cells[word.line, word.cell] = cells.get((word.line, word.cell), "") + word.text
    places: list[set[int]] = []
    for column in row.columns:
        names = {_HAN.findall(text)[0] for text in (column.label.text, *column.label.printed)}
        places.append({cell for (_, cell), text in cells.items() if text in names})
    width = len(row.columns)
    for first in places[0]:
        if all(first + number in places[number] for number in range(width)):
            inside = [found for run in runs if (found := boxed(run, first, width)) is not None]
            if any(tokens[-1].kind != "blank" for tokens in inside):
                return first
    return None


def _by_header(rows: tuple[Row, ...], labels: list[Found], runs: list[Run], order: tuple[int, ...]) -> list[Group]:
    """Rows read with the columns that the heading names; a column it does not name is absent."""
    named = tuple(replace(row, columns=tuple(row.columns[i] for i in order)) for row in rows)
    groups = groups_of(named, labels, runs, column="header")
    for row in rows:
        lost = tuple(cell for i, cell in enumerate(row.cells) if i not in order)
        if lost:
            groups.append(Group(lost, (Assignment((None,) * len(lost)),), "same_line", "header", why="表头没有这一列"))
    return groups


def _either_order(group: Group, order: tuple[int, ...]) -> Group:
    """The group with, beside the heading's order of columns, the statutory one: arithmetic may tell, or not."""
    width = len(order)
    swapped = []
    for each in group.alternatives:
        tokens: list[Token | None] = []
        for at in range(0, len(each.tokens), width):
            piece = each.tokens[at : at + width]
            tokens += [piece[i] for i in order]
        swapped.append(replace(each, tokens=tuple(tokens), hint="按法定列序"))
    return replace(group, alternatives=tuple(dict.fromkeys((*group.alternatives, *swapped))), column="open")


# ----------------------------------------------------------------------------------- section four
def _read_four(part: _Part, form: Form) -> list[Group]:
    """Section four: three groups of five results, usually on one line under heads of two levels."""
    rows = form.section(4)
    names = [_HAN.findall(c.label.text)[0] for c in rows[0].columns]
    runs = [run for run in runs_of(part.lines, ()) if run.filled]
    runs = [run for run in runs if run.filled > 1 or len(run.lines) > 1] or runs
    heads = (*names[:4], *(row.label.text for row in rows[1:]))
    labelled = any(name in part.flat.text for name in heads) or part.flat.text.count(rows[0].label.text) > 1
    if not labelled and sum(run.filled for run in runs) < len(names):
        return []
    lines = tuple(dict.fromkeys(n for run in runs for n in run.lines))
    crossed = _crossed(part, runs, rows, names)
    if crossed is not None:
        return crossed
    tokens = tuple(token for run in runs for token in run.tokens)
    width = sum(len(row.columns) for row in rows)
    filling = ways(tokens, width)
    column: ColumnEvidence = "complete" if filling.full else "open"
    if filling.full and any(t.kind == "blank" for t in tokens):
        column = "box"
    columns = [column_ for row in rows for column_ in row.columns]
    fits = tuple(
        replace(a, tokens=tuple(fitted(t, c) if t else None for t, c in zip(a.tokens, columns, strict=True))) for a in filling.assignments
    )
    evidence: RowEvidence = "precedes" if labelled else "unlabelled"
    why = "" if filling.full else f"表四应有{width}个数，这里印了{sum(run.filled for run in runs)}个"
    if filling.full and len(fits) == 1:
        groups = []
        for number, row in enumerate(rows):
            at = number * len(row.columns)
            piece = replace(fits[0], tokens=fits[0].tokens[at : at + len(row.columns)])
            groups.append(Group(row.cells, (piece,), evidence, column, lines=lines, why=why))
        return groups
    cells = tuple(cell for row in rows for cell in row.cells)
    return [Group(cells, fits, evidence, column, filling.complete, lines, why)]


def _crossed(part: _Part, runs: list[Run], rows: tuple[Row, ...], names: list[str]) -> list[Group] | None:
    """The table turned on its side: a line for each result, a column for each group."""
    if len(runs) != len(names) or any(run.filled != len(rows) or len(run.lines) != 1 for run in runs):
        return None
    for run, name in zip(runs, names, strict=True):
        heads = "".join(w.text for line in part.lines for w in line if isinstance(w, Word) and w.line == run.lines[0])
        if name not in re.sub(r"\s", "", heads):
            return None
    values = [[t for t in run.tokens if t.kind != "blank"] for run in runs]
    lines = tuple(run.lines[0] for run in runs)
    return [
        Group(
            row.cells,
            (Assignment(tuple(fitted(values[k][number], column) for k, column in enumerate(row.columns))),),
            "same_line",
            "complete",
            lines=lines,
        )
        for number, row in enumerate(rows)
    ]
