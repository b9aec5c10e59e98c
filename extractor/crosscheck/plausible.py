"""Inequalities that the form implies but does not print: what a report says is possible, or a person should look."""

from __future__ import annotations

from collections.abc import Iterator

from ..forms import Form, form_of
from ..model import Finding, Quote, Report
from .rules import PLAUSIBLE, finding
from .sentences import SECTION_NAMES, row_name

RULE_IDS = frozenset(rule.id for rule in PLAUSIBLE)


def implausible(report: Report) -> Iterator[Finding]:
    """Findings about section two: items below 0, fewer documents in all than this year, rules by a body that may make none."""
    if report.form is None or report.proactive is None:
        return
    form = form_of(report.form, report.divided)
    yield from _negative_items(form, report)
    yield from _fewer_in_all(form, report)
    yield from _rules(form, report)


def _quotes(report: Report, *cells: str) -> list[Quote]:
    known = [report.cells[cell] for cell in cells if cell in report.cells]
    return [Quote(text=evidence.raw, place=evidence.place) for evidence in known if evidence.raw is not None]


def _negative_items(form: Form, report: Report) -> Iterator[Finding]:
    for row in form.section(2):
        keys = [column.key for column in row.columns]
        if "prior_items" in keys and "change" in keys:
            cells = f"{row.path}.prior_items", f"{row.path}.change"
            prior, change = (report.value(cell) for cell in cells)
            if prior is not None and change is not None and prior + change < 0:
                message = (
                    f"{row_name(form, row)}：上一年项目数量 {prior}，本年增/减 {change}，合计 {prior + change} 为负 "
                    f"(last year {prior}, change {change}: below 0)"
                )
                yield finding("tables.negative_items", message, cells=cells, quotes=_quotes(report, *cells))


def _fewer_in_all(form: Form, report: Report) -> Iterator[Finding]:
    for row in form.section(2):
        keys = [column.key for column in row.columns]
        if "total_public" in keys and "disclosed" in keys:
            cells = f"{row.path}.disclosed", f"{row.path}.total_public"
            disclosed, total = (report.value(cell) for cell in cells)
            if disclosed is not None and total is not None and total < disclosed:
                message = (
                    f"{row_name(form, row)}：本年新公开 {disclosed}，对外公开总数量 {total}，总数少于本年 "
                    f"(disclosed this year {disclosed}, in all {total})"
                )
                yield finding("tables.public_total", message, cells=cells, quotes=_quotes(report, *cells))


def _rules(form: Form, report: Report) -> Iterator[Finding]:
    """规章 are made by ministries, provinces and cities with districts; not by counties, townships or local departments."""
    if report.scope == "consolidated" or _may_make_rules(report):
        return
    row = form.row("proactive.rules")
    made = next((column for column in row.columns if column.key in ("issued", "created")), None)
    if made is None:
        return
    cell = f"{row.path}.{made.key}"
    value = report.value(cell)
    if value:
        message = (
            f"{SECTION_NAMES[2]} 规章·{made.label.text}填 {value}，但“{report.agency}”不是可以制定规章的机关，"
            f"可能把规范性文件填成了规章 (rules: {value}, by a body that may make none)"
        )
        yield finding("tables.rules_body", message, cells=(cell,), quotes=_quotes(report, cell))


def _may_make_rules(report: Report) -> bool:
    """Whether the agency may make rules, or nothing is known that says it may not."""
    agency = report.agency or ""
    if not agency or report.level in ("national", "unknown"):
        return True
    if agency.endswith(("政府办公室", "政府办公厅")) and report.level in ("provincial", "municipal"):
        return True  # it reports the rules that its government issues through it
    return agency.endswith("人民政府") and report.level in ("provincial", "municipal")
