"""Findings about the tables: sums that fail, rows that compete, cells filled, unreadable or open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ..forms import Form, Identity
from ..model import Document, Evidence, Finding, Note, Place, Quote, Reading
from .decision import Decision
from .problem import Block, Layout
from .reconciled import localised, suggestions, suspects
from .rules import SEVERITIES, finding
from .sentences import SECTION_NAMES, broken_sum, cell_name, identities_named, lines_of, row_name

Cells = Mapping[str, Evidence]
Values = Mapping[str, int | Decimal | None]

_SUMS = {"row": "tables.row", "column": "tables.column", "balance": "tables.balance", "group": "tables.group"}
_EMPTY = {"blank": "空白", "absent": "没有印出", "not_applicable": "写作不适用", "unreadable": "不清楚"}
_EACH = 8
"""Rows with filled cells that get a finding of their own; more are told in one."""


def table_findings(
    form: Form | None,
    layout: Layout | None,
    document: Document,
    blocks: Sequence[Block],
    decision: Decision | None,
    cells: Cells,
    values: Values,
    readings: Sequence[Reading],
) -> tuple[Finding, ...]:
    """Everything that resolving found out, the gravest first."""
    found = [each for reading in readings for each in noted(reading.notes, document)]
    if form is not None and layout is not None and decision is not None:
        found.extend(_sums(form, layout, document, decision, cells, values))
        found.extend(_rows(form, layout, document, blocks, cells))
        found.extend(_missing(form, cells))
        found.extend(_marks(form, cells))
        found.extend(_filled(form, cells, values))
        found.extend(_forms(form, readings))
    return tuple(sorted(found, key=lambda one: -SEVERITIES.index(one.severity)))


def _sums(form: Form, layout: Layout, document: Document, decision: Decision, cells: Cells, values: Values) -> Iterator[Finding]:
    if not decision.failing and not decision.clashes:
        return
    copied = document.source.origin != "native"
    advice = "这份文本是转换或识别得来的，请对照原件 (converted text: compare the original)" if copied else ""
    prefix = "本文本中" if copied else ""
    printed: dict[str, int | None] = {path: value for path, value in values.items() if isinstance(value, int)}
    explained = localised(form, cells, values) if decision.failing else ()
    hints = suggestions(form, explained, values)
    for number in sorted(decision.failing):
        identity = layout.identities[number]
        message = prefix + broken_sum(form, identity, printed) + _where(document, identity, cells)
        hint = "。".join(text for text in (hints.get(identity.id, ""), advice) if text)
        yield finding(_SUMS[identity.kind], message, cells=identity.cells, quotes=_quotes(identity, cells), suggestion=hint)
    yield from suspects(form, explained, cells, values, copied=copied)
    for clash in decision.clashes:
        identities = [layout.identities[number] for number in clash]
        touched = tuple(dict.fromkeys(cell for identity in identities for cell in identity.cells))
        message = f"{prefix}怎样读都不能使{identities_named(form, identities)}与其余等式同时成立 (no reading satisfies these sums together)"
        yield finding("tables.clash", message, cells=touched, suggestion=advice)


def _quotes(identity: Identity, cells: Cells, limit: int = 8) -> Iterator[Quote]:
    """Both sides as printed: the right cells, and the left ones that are not 0."""
    shown = [*identity.right, *(cell for cell in identity.left if cell in cells and cells[cell].raw not in ("0", None))]
    for cell in shown[:limit]:
        evidence = cells.get(cell)
        if evidence is not None and evidence.raw is not None:
            yield Quote(text=evidence.raw, place=evidence.place)


def _where(document: Document, identity: Identity, cells: Cells) -> str:
    places: list[Place] = [cells[cell].place for cell in identity.cells if cell in cells and cells[cell].place]  # type: ignore[misc]
    numbers = sorted({place.line for place in places})
    if not numbers:
        return ""
    return f"（原文第 {numbers[0]} 行）" if len(numbers) == 1 else f"（原文第 {numbers[0]}–{numbers[-1]} 行）"


def _rows(form: Form, layout: Layout, document: Document, blocks: Sequence[Block], cells: Cells) -> Iterator[Finding]:
    for block in blocks:
        group = block.group
        unsure = tuple(cell for cell in group.cells if cell in cells and cells[cell].status == "open")
        if not unsure and group.complete:
            continue
        rows = [form.row(path) for path in dict.fromkeys(cell.rpartition(".")[0] for cell in group.cells)]
        names = "、".join(row_name(form, row) for row in rows[:4]) + ("等" if len(rows) > 4 else "")
        where = lines_of(document, group.lines)
        place = f"（{where}）" if where else ""
        reason = f"：{group.why}" if group.why else ""
        if not group.complete:
            yield finding("reading.gave_up", f"{names}{place}读法太多，没有全部列出{reason} (too many readings)", cells=group.cells)
        elif group.row == "competing":
            message = f"{names}{place}标签与数的搭配不能断定{reason} (labels and values may pair in several ways)"
            yield finding("reading.competing", message, cells=group.cells)
        elif group.row == "unlabelled":
            yield finding("reading.unlabelled", f"{names}{place}没有找到标签{reason} (no label found)", cells=group.cells)
        else:
            columns = "、".join(form.column(cell).label.text for cell in unsure[:7])
            message = f"{names}{place}有几种读法，等式不能断定：{columns}{reason} (several readings remain)"
            yield finding("reading.open", message, cells=unsure)


def _missing(form: Form, cells: Cells) -> Iterator[Finding]:
    """Rows of which nothing is printed, one finding for each table."""
    for section, name in SECTION_NAMES.items():
        rows = [row for row in form.section(section) if row.cells[0] in cells]
        lost = [row for row in rows if all(cells[cell].printed == "absent" for cell in row.cells)]
        if lost:
            told = "、".join(row_name(form, row).partition(" ")[2] for row in lost[:_EACH]) + ("等" if len(lost) > _EACH else "")
            message = f"{name}没有找到任何数" if len(lost) == len(rows) else f"{name}有 {len(lost)} 行没有找到数：{told}"
            touched = [cell for row in lost for cell in row.cells]
            yield finding("reading.missing", f"{message} ({len(lost)} of {len(rows)} rows not found)", cells=touched)


def _marks(form: Form, cells: Cells) -> Iterator[Finding]:
    for cell, evidence in cells.items():
        if evidence.printed == "impossible":
            message = f"{cell_name(form, cell)}：印作“{evidence.raw}”，不是这一格可用的数 (not a possible value)"
            yield finding("reading.impossible", message, cells=(cell,), quotes=_quote(evidence), suggestion=_if(evidence))
        elif evidence.printed == "unreadable" and evidence.status == "unreadable":
            message = f"{cell_name(form, cell)}：印作“{evidence.raw}”，认不出数字 (not legible)"
            yield finding("reading.unreadable", message, cells=(cell,), quotes=_quote(evidence))


def _if(evidence: Evidence) -> str:
    return evidence.why.partition("；")[2]


def _quote(evidence: Evidence) -> tuple[Quote, ...]:
    return (Quote(text=evidence.raw, place=evidence.place),) if evidence.raw is not None else ()


def _filled(form: Form, cells: Cells, values: Values) -> Iterator[Finding]:
    filled = [cell for cell, evidence in cells.items() if evidence.how == "deduced" and values[cell] is not None]
    rows = [form.row(path) for path in dict.fromkeys(cell.rpartition(".")[0] for cell in filled)]
    if len(rows) > _EACH:
        zeros = sum(values[cell] == 0 for cell in filled)
        message = f"{len(filled)} 格没有印出清楚的数，由等式推出（其中 {zeros} 格为 0） ({len(filled)} cells filled by the sums)"
        yield finding("reading.deduced", message, cells=filled)
        return
    for row in rows:
        inside = [cell for cell in row.cells if cell in filled]
        parts = "，".join(f"{form.column(c).label.text}{_EMPTY.get(cells[c].printed, '')}，推为 {values[c]}" for c in inside)
        yield finding("reading.deduced", f"{row_name(form, row)}：{parts} (filled by the sums)", cells=inside)


def noted(notes: Iterable[Note], document: Document) -> Iterator[Finding]:
    """What readers noticed, as findings under the rules they name."""
    for note in notes:
        quotes: tuple[Quote, ...] = ()
        if note.end > note.start:
            place = document.place(note.start, note.end)
            quotes = (Quote(text=document.quote(place), place=place),)
        yield finding(note.rule, note.message, cells=note.cells, quotes=quotes)


def _forms(form: Form, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        if reading.form not in (None, form.key):
            message = f"“{reading.by}”认为表式是 {reading.form}，与 {form.key} 不同，它的读法没有采用 (readers disagree on the form)"
            yield finding("reading.form", message)
