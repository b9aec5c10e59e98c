"""How an event of the journal becomes rows of the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from ..forms import Form, FormKey, Metric, form_of, metrics_of
from .identity import agency_key, identity_of
from .journal import Entry
from .schema import TABLES, schema_of

Event = dict[str, Any]
Row = dict[str, Any]

_LARGEST = Decimal(10) ** 31
_WEAKEST = ("absent", "unreadable", "not_applicable", "blank", "open", "contested", "deduced", "read", "verified")
_NAMES = {table: tuple(field.name for field in fields) for table, fields in TABLES.items()}
_SECTIONS = ("proactive", "applications", "review_litigation")
_EVENTS = {
    "report": "versions",
    "pointer": "pointers",
    "correction": "corrections",
    "manifest": "manifests",
    "verdict": "verdicts",
    "read": "reads",
    "failure": "failures",
}
_LISTS = {"draw": ("drawn", "cells"), "judged": ("judgements", "judgements")}
"""Events that list many rows of one table: the table, and where in the event the list is."""


def tables_of(entries: Iterable[Entry]) -> dict[str, pa.Table]:
    """The rows of a segment's events, as Arrow tables."""
    found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}

    def put(table: str, row: Row) -> None:  # as a tuple, which the garbage collector need not look at again and again
        found[table].append(tuple(map(row.get, _NAMES[table])))

    for entry in entries:
        kind = str(entry.event.get("kind"))
        if kind in _LISTS:
            name, listed = _LISTS[kind]
            for row in entry.event[listed]:
                put(name, {**entry.event, **row, "seq": entry.seq})
            continue
        table = _EVENTS.get(kind)
        if table is None:
            continue
        if table == "versions":
            for name, row in report_rows(entry):
                put(name, row)
        else:
            put(table, {**entry.event, "seq": entry.seq})
    return {table: _table(table, rows) for table, rows in found.items()}


def _table(name: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(_NAMES[name])
    return pa.table(columns, schema=schema_of(name))


def report_rows(entry: Entry) -> Iterable[tuple[str, Row]]:
    """Every row that a report event adds, with its table's name."""
    event, seq = entry.event, entry.seq
    report: dict[str, Any] = event["report"]
    divided = divided_of(report)
    form = form_in(report)
    values = values_of(report)
    yield "versions", version_row(entry, values, divided)
    yield from (("cells", row) for row in cell_rows(seq, report, values, form))
    if form is not None:
        yield from (("derived", row) for row in derived_rows(seq, report, values, form))
    for table, key in (("claims", "claims"), ("facts", "facts"), ("passages", "narrative")):
        for n, item in enumerate(report.get(key) or ()):
            place: Event = item.get("place") or {}
            numbers = {name: _number(item[name]) for name in ("value", "table_value") if name in item}
            yield table, {**item, **numbers, **_place(place), "seq": seq, "n": n}
    for n, item in enumerate(report.get("findings") or ()):
        quotes = item.get("quotes") or ()
        first: Event = next((quote["place"] for quote in quotes if quote.get("place")), {})
        yield (
            "findings",
            {
                **item,
                "seq": seq,
                "n": n,
                "finding_id": finding_id(event["report_id"], item, values),
                "quotes": [quote["text"] for quote in quotes],
                "line": first.get("line"),
            },
        )


def version_row(entry: Entry, values: Mapping[str, Decimal | None], divided: bool | None) -> Row:
    """The row of a report event in ``versions``."""
    event, report = entry.event, entry.event["report"]
    cells, findings, source = report.get("cells") or {}, report.get("findings") or (), report["source"]
    statuses = [evidence["status"] for evidence in cells.values()]
    severities = [finding["severity"] for finding in findings]
    return {
        **{name: event.get(name) for name in ("report_id", "current", "engine", "tool", "why", "who", "added_at", "run", "digest")},
        **{name: report.get(name) for name in ("agency", "year", "form", "title", "scope", "level", "region", "published")},
        **{name: source.get(name) for name in ("sha256", "format", "origin", "url", "retrieved_at")},
        "seq": entry.seq,
        "identity": identity_of(report.get("agency"), report.get("year"), report.get("region"), report.get("scope") or "unknown"),
        "agency_key": agency_key(report.get("agency")) or None,
        "divided": divided,
        "source_name": source.get("name"),
        "cells": len(cells),
        "verified": sum(1 for evidence in cells.values() if evidence["verified"]),
        "provable": sum(1 for path in cells if not path.startswith("proactive.")),
        "open": statuses.count("open"),
        "contested": statuses.count("contested"),
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "segment": entry.seq // 1_000_000,
        "offset": entry.offset,
        "length": entry.length,
    }


def cell_rows(seq: int, report: Event, values: Mapping[str, Decimal | None], form: Form | None) -> Iterable[Row]:
    """One row for every cell with evidence, in the order of the form."""
    cells: dict[str, Event] = report.get("cells") or {}
    names = captions(form.key, form.divided) if form else {}
    for n, path in enumerate(sorted(cells, key=lambda cell: names.get(cell, _UNKNOWN)[0])):
        evidence = cells[path]
        _, section, caption = names.get(path, _UNKNOWN)
        row, _, column = path.rpartition(".")
        yield {
            **evidence,
            **_place(evidence.get("place") or {}),
            "seq": seq,
            "n": n,
            "path": path,
            "section": section,
            "row": row,
            "column": column,
            "caption": caption or path,
            "value": values.get(path),
            "by": ",".join(evidence.get("by") or ()),
        }


def derived_rows(seq: int, report: Event, values: Mapping[str, Decimal | None], form: Form) -> Iterable[Row]:
    """The sums and rates of a report, with the state of the cells they use."""
    cells: dict[str, Event] = report.get("cells") or {}
    for metric in derived_metrics(form.key, form.divided):
        used = metric.terms + metric.over
        states = [cells[path]["status"] if path in cells else "absent" for path in used]
        value = metric.value(values)
        yield {
            "seq": seq,
            "metric": metric.key,
            "kind": metric.kind,
            "label": metric.label.text,
            "unit": metric.label.unit,
            "value": None if value is None else float(value),
            "status": min(states, key=_WEAKEST.index) if states else "absent",
            "verified": bool(used) and all(path in cells and cells[path]["verified"] for path in used),
            "missing": sum(1 for path in used if values.get(path) is None),
        }


def form_in(report: Event) -> Form | None:
    """The form in which a report's cells stand; None for a report without tables."""
    if not any(report.get(section) for section in _SECTIONS):
        return None
    return form_of(report.get("form") or "2021", divided_of(report))


def values_of(report: Event) -> dict[str, Decimal | None]:
    """Every cell's value in a report's JSON, by dotted path."""
    found: dict[str, Decimal | None] = {}

    def walk(part: Event, path: str) -> None:
        for name, item in part.items():
            if isinstance(item, dict):
                walk(item, f"{path}.{name}")
            else:
                found[f"{path}.{name}"] = _number(item)

    for section in _SECTIONS:
        if report.get(section):
            walk(report[section], section)
    return found


def divided_of(report: Event) -> bool | None:
    """Whether 其他处理 has three rows in a report's JSON; None without section three."""
    applications = report.get("applications")
    return None if not applications else "fee_overdue" in (applications.get("other_handling") or {})


def finding_id(report_id: str, finding: Event, values: Mapping[str, Decimal | None]) -> str:
    """The id of a finding: from its rule, cells, their values and the words quoted; a change in any makes a new id."""
    cells = sorted(finding.get("cells") or ())
    parts = [report_id, finding["rule"], *(f"{cell}={plain(values.get(cell))}" for cell in cells)]
    parts += [quote["text"] for quote in finding.get("quotes") or ()]
    if not cells and not finding.get("quotes"):
        parts.append(finding["message"])
    return "F" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


def plain(value: Decimal | int | None) -> str:
    """A number without trailing zeros or exponent; empty for None."""
    if value is None:
        return ""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def captions(key: FormKey, divided: bool) -> dict[str, tuple[int, int | None, str]]:
    """Order, section and Chinese name of every cell of a form."""
    form = form_of(key, divided)
    return {cell: (index, form.row(cell).section, form.caption(cell)) for index, cell in enumerate(form.cells)}


@cache
def derived_metrics(key: FormKey, divided: bool) -> tuple[Metric, ...]:
    """The metrics of a form that are not cells."""
    return tuple(metric for metric in metrics_of(form_of(key, divided)).values() if metric.kind != "cell")


_UNKNOWN: tuple[int, int | None, str] = (1 << 30, None, "")


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < _LARGEST else None
    number = Decimal(str(value))
    return round(number, 6) if abs(number) < _LARGEST else None


def _place(place: Event) -> Row:
    return {"line": place.get("line"), "page": place.get("page"), "start_char": place.get("start"), "end_char": place.get("end")}
