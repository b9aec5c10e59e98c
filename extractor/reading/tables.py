"""Sections two, three and four of a report: every admissible reading of their tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from ..forms import Form, Row, form_of
from ..model import Assignment, ColumnEvidence, Document, Group, Note, Reading, RowEvidence, Token
from .elsewhere import elsewhere
from .filling import margin_of, ways
from .genre import empty_form, no_report
from .heads import header_order, heading_box, unit_in
from .labels import Found, find
from .outline import Outline
from .own import own_table
from .recognise import Part, divided_in, form_key, has_values, part_of, regions_of
from .rows import groups_of
from .runs import Run, runs_of, segments_of
from .tokens import Slot, Word, fitted
from .twice import apart, either

_HAN = re.compile(r"[\u3400-\u9fff]+")


def read_tables(document: Document, outline: Outline) -> Reading:
    """Everything the printed tables of one report may say; ``form`` is None when there are none."""
    regions = regions_of(document, outline)
    parts = {number: part_of(document, lines) for number, lines in regions.items()}
    divided = divided_in(parts.get(3))
    key = form_key(parts.get(2), divided)
    if key is None or not any(has_values(part) for part in parts.values()):
        other = no_report(document, outline)
        return Reading(None, None, (), rendering=_rendering(document, outline), notes=(other,) if other else ())
    form = form_of(key, divided)
    groups: list[Group] = []
    notes: list[Note] = []
    for number in (2, 3, 4):
        found, said = _section(document, outline, form.section(number), form, regions, parts)
        groups += found
        notes += said
    nothing = not any(token and token.value for group in groups for way in group.alternatives for token in way.tokens)
    if nothing and (other := empty_form(document, outline)) is not None:
        notes.append(other)
    return Reading(key, divided, tuple(groups), rendering=_rendering(document, outline), notes=tuple(notes))


def _rendering(document: Document, outline: Outline) -> str:
    return "grid" if any(document.lines[n].box == "grid" for n in outline.span) else "text"


def _section(
    document: Document, outline: Outline, rows: tuple[Row, ...], form: Form, regions: Mapping[int, range], parts: Mapping[int, Part]
) -> tuple[list[Group], list[Note]]:
    """One section's table, with what other printings of it outside the section say."""
    number = rows[0].section
    groups: list[Group] = []
    notes: list[Note] = []
    part = parts.get(number)
    if part is not None and part.lines:
        part, notes = own_table(document, outline, regions[number], part, rows)
        groups, said = _table(part, form, number, parts.get(2))
        notes += said
    for again in elsewhere(document, outline, regions, rows):
        others, _ = _table(again, form, number, parts.get(2))
        groups = either(groups, others) if groups else others
    if not groups and part is not None and part.lines:
        heading = document.lines[regions[number].start]
        message = f"第{'二三四'[number - 2]}部分有标题，没有读到法定表格 (no table in section {number})"
        notes.append(Note("reading.no_table", message, start=heading.start, end=heading.end))
    return groups, notes


def _table(part: Part, form: Form, number: int, two: Part | None) -> tuple[list[Group], list[Note]]:
    """What one part prints of one section."""
    if number == 3:
        return _read_three(part, form, two)
    return (_read_two(part, form) if number == 2 else _read_four(part, form)), []


# ------------------------------------------------------------------------------------ section two
def _read_two(part: Part, form: Form) -> list[Group]:
    """Section two: blocks of rows with columns of their own, one article item after the other."""
    rows = form.section(2)
    labels = find(part.flat, rows)
    if (pieces := apart(part, rows, labels)) is not None:
        above, below = (_read_two(piece, form) for piece in pieces)
        return either(above, below)
    runs = _of_the_form(part, rows, labels, runs_of(part.lines, labels))
    runs = _once(part, rows, labels, runs)
    blocks = _blocks(rows)
    starts = [min((f.start for f in labels if f.row in block), default=-1) for block in blocks]
    groups: list[Group] = []
    for block, start in zip(blocks, starts, strict=True):
        if start < 0:
            continue
        stop = min((s for s in starts if s > start), default=None)
        own = [replace(f, row=f.row - block.start) for f in labels if f.row in block]
        inside = [run for run in runs if run.start >= start and (stop is None or run.start < stop)]
        unit = unit_in(part, rows[block.start])
        found = groups_of(rows[block.start : block.stop], own, inside, column="complete", unit=unit, flowing=part.flowing)
        groups += [_doubted(group) for group in found] if _foreign_heads(part, form, rows[block.start], start) else found
    return groups


def _foreign_heads(part: Part, form: Form, row: Row, start: int) -> bool:
    """Whether the heads above a block are those of the other form, whose columns count something else."""
    other = next((r for r in form_of("2019" if form.key == "2021" else "2021").section(2) if r.label.text == row.label.text), None)
    above = "".join(char for char, at in zip(part.flat.text, part.flat.starts, strict=True) if at < start)[-60:]
    if other is None or len(other.columns) != len(row.columns):
        return False
    own, foreign = (sum("".join(_HAN.findall(c.label.text)) in above for c in each.columns) for each in (row, other))
    return not own and foreign > 1


def _doubted(group: Group) -> Group:
    """The group with, beside what it holds, that nothing is printed for its cells."""
    every = tuple(dict.fromkeys(token for each in group.alternatives for token in each.tokens if token is not None))
    nothing = Assignment((None,) * len(group.cells), every, "列名属于另一表式，数的含义不同")
    return replace(group, alternatives=(*group.alternatives, nothing), column="open")


def _of_the_form(part: Part, rows: tuple[Row, ...], labels: Sequence[Found], runs: Sequence[Run]) -> list[Run]:
    """The runs without those of rows that an agency has added: a label of its own on the line, below a row with all its values."""
    _, segments = segments_of(labels, runs)
    added: set[int] = set()
    for segment in segments:
        first, *others = segment.runs or (None,)
        if first is None or first.lines != (segment.found.line,) or first.filled != len(rows[segment.found.row].columns):
            continue
        added.update(run.start for run in others if len(run.lines) == 1 and _is_added(part, rows, segment.found, run.lines[0]))
    return [run for run in runs if run.start not in added]


def _is_added(part: Part, rows: Sequence[Row], found: Found, line: int) -> bool:
    """Whether a line begins with words that are no piece of a label of the form, nor of what stands in the label's own cell."""
    words = [item for items in part.lines for item in items if isinstance(item, Word) and item.line == line]
    name = "".join(_HAN.findall(words[0].text.split("(")[0])) if words else ""
    if len(name) < 4:
        return False
    own = "".join(item.text for items in part.lines for item in items if isinstance(item, Word) and item.line == found.line)
    return name not in own and all(fuzz.partial_ratio(name, row.label.full) < 70 for row in rows)


def _once(part: Part, rows: tuple[Row, ...], labels: Sequence[Found], runs: Sequence[Run]) -> list[Run]:
    """The runs with each value once, where a merged cell is printed in every place it spans, as its heads show."""
    heads = [{w.text for w in line if isinstance(w, Word)} for line in part.lines if len(line) > 2 and not isinstance(line[-1], Slot)]
    if sum(len(words) == 1 for words in heads) < 2:
        return list(runs)
    width = {run.start: len(rows[segment.found.row].columns) for segment in segments_of(labels, runs)[1] for run in segment.runs}
    found = []
    for run in runs:
        own = width.get(run.start, len(run.slots))
        found.append(Run(run.slots[:own]) if len({token.raw for token in run.tokens[own - 1 :]}) == 1 else run)
    return found


def _pads_after(part: Part | None, form: Form) -> bool:
    """Whether section two fills its short rows up with blank cells after the value, never before it."""
    if part is None:
        return False
    rows = form.section(2)
    labels = find(part.flat, rows)
    _, segments = segments_of(labels, runs_of(part.lines, labels))
    margins = [margin_of(s.runs[0].tokens, len(rows[s.found.row].columns)) for s in segments if len(s.runs) == 1]
    found = [m for m in margins if m is not None]
    return sum(tail > 0 for _, tail in found) > 1 and all(head == 0 for head, _ in found)


def _rectangular(part: Part, runs: Sequence[Run]) -> bool:
    """Whether the lines with values all end in the same cell, as they do where short rows are filled up."""
    inside = {run.lines[0] for run in runs}
    last = {item.line: item.cell for line in part.lines for item in line}
    return len({last[line] for line in inside if line in last}) == 1


def _blocks(rows: tuple[Row, ...]) -> list[range]:
    """Runs of neighbouring rows that the form prints under one heading with the same columns."""
    blocks: list[range] = []
    for number, row in enumerate(rows):
        if blocks and rows[blocks[-1].start].label.under == row.label.under:
            blocks[-1] = range(blocks[-1].start, number + 1)
        else:
            blocks.append(range(number, number + 1))
    return blocks


# ---------------------------------------------------------------------------------- section three
def _read_three(part: Part, form: Form, two: Part | None) -> tuple[list[Group], list[Note]]:
    """Section three: rows of seven values, by kind of applicant."""
    rows = form.section(3)
    labels = find(part.flat, rows)
    if not labels:
        return [], []
    if (pieces := apart(part, rows, labels)) is not None:
        (groups, notes), (others, more) = (_read_three(piece, form, two) for piece in pieces)
        return either(groups, others), [*notes, *more]
    runs = runs_of(part.lines, labels)
    order = header_order(part, labels[0].start, rows[0])
    statutory = tuple(range(len(rows[0].columns)))
    pads_after = all(run.filled < len(statutory) for run in runs) and _rectangular(part, runs) and _pads_after(two, form)
    if order is None or order == statutory:
        box = heading_box(part, labels[0].start, rows[0], runs)
        return groups_of(rows, labels, runs, column="complete", pads_after=pads_after, box=box, flowing=part.flowing), []
    counts = [run.filled for run in runs if run.filled > 1]
    if len(order) < len(statutory):
        if counts.count(len(order)) <= len(counts) // 2:
            return groups_of(rows, labels, runs, column="complete", pads_after=pads_after, flowing=part.flowing), []
        return _by_header(rows, labels, runs, order, flowing=part.flowing), []
    found = [_either_order(group, order) for group in _by_header(rows, labels, runs, order, flowing=part.flowing)]
    note = Note("reading.column_order", "表三的列名顺序与法定格式不同，列只能按表头认定", start=labels[0].start, end=labels[0].start)
    return found, [note]


def _by_header(rows: tuple[Row, ...], labels: list[Found], runs: list[Run], order: tuple[int, ...], *, flowing: bool) -> list[Group]:
    """Rows read with the columns that the heading names; a column it does not name is absent."""
    named = tuple(replace(row, columns=tuple(row.columns[i] for i in order)) for row in rows)
    groups = groups_of(named, labels, runs, column="header", flowing=flowing)
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
def _read_four(part: Part, form: Form) -> list[Group]:
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


def _crossed(part: Part, runs: list[Run], rows: tuple[Row, ...], names: list[str]) -> list[Group] | None:
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
