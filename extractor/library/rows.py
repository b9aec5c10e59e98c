"""The tables of a library: their columns, what each means, and how an event becomes rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from ..forms import Form, FormKey, Metric, form_of, metrics_of
from .identity import agency_key, identity_of
from .journal import Entry

Event = dict[str, Any]
Row = dict[str, Any]

NUMBER = pa.decimal128(38, 6)
"""Cell values: exact; six decimals hold every printed amount."""
_LARGEST = Decimal(10) ** 31


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table."""

    name: str
    type: pa.DataType
    text: str
    """What it means, in Chinese."""


def _fields(*columns: tuple[str, pa.DataType, str]) -> tuple[Field, ...]:
    return tuple(Field(*column) for column in columns)


_S, _I, _B, _D = pa.string(), pa.int32(), pa.bool_(), pa.float64()
_SEQ = ("seq", pa.int64(), "版本序号，全库唯一")
_N = ("n", _I, "在本报告中的次序，从 0 起")
_PLACE = (
    ("line", _I, "原文行号，从 1 起"),
    ("page", _I, "页码"),
    ("start_char", _I, "在原文中的起始字符"),
    ("end_char", _I, "在原文中的结束字符"),
)

TABLES: dict[str, tuple[Field, ...]] = {
    "versions": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("current", _B, "写入时是否成为该文本的当前版本"),
        ("identity", _S, "同一机关同一年度的标识；无法判断时为空"),
        ("agency", _S, "机关名称，照原文"),
        ("agency_key", _S, "用于匹配的机关名称"),
        ("year", _I, "报告年度"),
        ("form", _S, "表式：2019 或 2021"),
        ("divided", _B, "“其他处理”是否分三行"),
        ("title", _S, "标题"),
        ("scope", _S, "口径：consolidated 汇总，own 本机关，unknown 未知"),
        ("level", _S, "层级"),
        ("region", _S, "地区"),
        ("published", _S, "发布日期"),
        ("source_name", _S, "文件名"),
        ("sha256", _S, "来源文件的 SHA-256"),
        ("format", _S, "文件格式"),
        ("origin", _S, "native 原件，converted 转换文本，recognised 识别文本"),
        ("url", _S, "网址"),
        ("retrieved_at", _S, "获取时间"),
        ("engine", _S, "读取方式"),
        ("tool", _S, "写入此版本的程序版本"),
        ("why", _S, "为何有此版本"),
        ("who", _S, "由谁写入"),
        ("added_at", _S, "写入时间 (UTC)"),
        ("run", _S, "批次"),
        ("cells", _I, "单元格数"),
        ("verified", _I, "已证实的单元格数"),
        ("provable", _I, "表三表四的单元格数"),
        ("open", _I, "有几种读法的单元格数"),
        ("contested", _I, "算式不成立的单元格数"),
        ("errors", _I, "错误级发现数"),
        ("warnings", _I, "警告级发现数"),
        ("digest", _S, "内容摘要"),
        ("segment", _I, "所在日志分段"),
        ("offset", pa.int64(), "在分段中的位置"),
        ("length", pa.int64(), "在分段中的长度"),
    ),
    "cells": _fields(
        _SEQ,
        _N,
        ("path", _S, "字段路径"),
        ("section", _I, "法定部分：2、3、4"),
        ("row", _S, "行路径"),
        ("column", _S, "列名"),
        ("caption", _S, "中文名称"),
        ("value", NUMBER, "数值；空白、不适用、无法辨认时为空，见 status"),
        ("status", _S, "状态：verified、read、deduced、open、contested、blank、not_applicable、unreadable、absent"),
        ("verified", _B, "是否已证实"),
        ("printed", _S, "原文印的是什么"),
        ("how", _S, "数值由来：read、deduced、llm、corrected"),
        ("raw", _S, "原文字符"),
        ("by", _S, "由谁读出"),
        ("why", _S, "一句话说明"),
        *_PLACE,
    ),
    "claims": _fields(
        _SEQ,
        _N,
        ("metric", _S, "叙述所说的指标"),
        ("value", NUMBER, "叙述中的数"),
        ("bound", _S, "exact、about、at_least、more_than、at_most、less_than"),
        ("scope", _S, "own 为本报告本年度"),
        ("verdict", _S, "与表格相比：agrees、explained、contradicts、not_comparable"),
        ("reading", _S, "按哪种理解相符"),
        ("table_value", NUMBER, "表格中的数"),
        ("quote", _S, "原文"),
        *_PLACE,
    ),
    "facts": _fields(
        _SEQ,
        _N,
        ("what", _S, "所指事物"),
        ("value", NUMBER, "数"),
        ("unit", _S, "单位"),
        ("bound", _S, "同 claims"),
        ("quote", _S, "原文"),
        *_PLACE,
    ),
    "findings": _fields(
        _SEQ,
        _N,
        ("finding_id", _S, "发现的编号：规则、单元格及其数值决定，数值变则编号变"),
        ("rule", _S, "规则"),
        ("severity", _S, "error、warning、info"),
        ("message", _S, "说明"),
        ("cells", pa.list_(_S), "涉及的字段路径"),
        ("quotes", pa.list_(_S), "涉及的原文"),
        ("suggestion", _S, "建议"),
        ("line", _I, "首处原文的行号"),
    ),
    "passages": _fields(
        _SEQ,
        _N,
        ("section", _I, "法定部分，0 为前言"),
        ("heading", pa.list_(_S), "上级标题，由外到内"),
        ("text", _S, "段落"),
        ("kind", _S, "paragraph 段落，note 表间说明"),
        *_PLACE,
    ),
    "derived": _fields(
        _SEQ,
        ("metric", _S, "指标"),
        ("kind", _S, "sum 合计，rate 比率"),
        ("label", _S, "中文名称"),
        ("unit", _S, "单位；比率以小数存放"),
        ("value", _D, "数值；所需单元格缺失或分母为 0 时为空"),
        ("status", _S, "所用单元格中最弱的状态"),
        ("verified", _B, "所用单元格是否全部已证实"),
        ("missing", _I, "缺失的单元格数"),
    ),
    "pointers": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("target", pa.int64(), "成为当前版本的序号"),
        ("why", _S, "原因"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "corrections": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("sha256", _S, "来源的 SHA-256"),
        ("field", _S, "被更正的字段"),
        ("value", _S, "更正为"),
        ("before", _S, "更正前"),
        ("why", _S, "原因"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "verdicts": _fields(
        _SEQ,
        ("finding_id", _S, "发现的编号"),
        ("report_id", _S, "文本的编号"),
        ("verdict", _S, "confirmed 属实，false-alarm 误报"),
        ("note", _S, "说明"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "failures": _fields(
        _SEQ,
        ("name", _S, "文件名"),
        ("path", _S, "文件位置"),
        ("sha256", _S, "SHA-256，读不到文件时为空"),
        ("error", _S, "错误类别"),
        ("reason", _S, "原因"),
        ("engine", _S, "读取方式"),
        ("tool", _S, "程序版本"),
        ("run", _S, "批次"),
        ("added_at", _S, "时间"),
    ),
}
"""Every table of the library by name. ``docs/library.md`` lists the same columns; a test compares the two."""

_WEAKEST = ("absent", "unreadable", "not_applicable", "blank", "open", "contested", "deduced", "read", "verified")
_SECTIONS = ("proactive", "applications", "review_litigation")
_EVENTS = {"report": "versions", "pointer": "pointers", "correction": "corrections", "verdict": "verdicts", "failure": "failures"}


def schema_of(table: str) -> pa.Schema:
    """The Arrow schema of a table."""
    return pa.schema([pa.field(field.name, field.type) for field in TABLES[table]])


def tables_of(entries: Iterable[Entry]) -> dict[str, pa.Table]:
    """The rows of a segment's events, as Arrow tables."""
    columns: dict[str, dict[str, list[Any]]] = {table: {f.name: [] for f in fields} for table, fields in TABLES.items()}
    into = {table: [(name, values.append) for name, values in named.items()] for table, named in columns.items()}

    def put(table: str, row: Row) -> None:
        get = row.get
        for name, append in into[table]:
            append(get(name))

    for entry in entries:
        kind = entry.event.get("kind")
        table = _EVENTS.get(str(kind))
        if table is None:
            continue
        if table == "versions":
            for name, row in report_rows(entry):
                put(name, row)
        else:
            put(table, {**entry.event, "seq": entry.seq})
    return {table: pa.table(values, schema=schema_of(table)) for table, values in columns.items()}


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
    number = Decimal(str(value))
    return round(number, 6) if abs(number) < _LARGEST else None


def _place(place: Event) -> Row:
    return {"line": place.get("line"), "page": place.get("page"), "start_char": place.get("start"), "end_char": place.get("end")}
