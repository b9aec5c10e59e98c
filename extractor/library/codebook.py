"""What every exported variable means, generated from the forms: names, units, formulas, which form has it, how the forms differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ..forms import Form, FormKey, Metric, form_of, metrics_of
from ..view import MARKS

FORMS = (form_of("2019"), form_of("2021"), form_of("2019", True), form_of("2021", False))
"""Both forms, then the mixed ones: section two of one with section three of the other."""


@dataclass(frozen=True, slots=True)
class Harmonised:
    """A series that runs through both forms although the forms print different things."""

    key: str
    label: str
    keys: dict[str, str]
    """The cell or metric to take, by form."""
    note: str
    """How the two differ."""


HARMONISED: tuple[Harmonised, ...] = tuple(
    Harmonised(
        f"series.{part}.{key}",
        f"{label}·{name}",
        {"2019": f"proactive.{part}.{old}", "2021": f"proactive.{part}.{new}"},
        note,
    )
    for part, label in (("rules", "规章"), ("normative_documents", "行政规范性文件"))
    for key, name, old, new, note in (
        ("made", "本年制作或制发", "created", "issued", "2019 表式为“本年新制作数量”，2021 表式为“本年制发件数”"),
        (
            "standing",
            "公开总数或现行有效",
            "total_public",
            "in_force",
            "2019 表式为“对外公开总数量”，含已失效而仍公开的；2021 表式为“现行有效件数”，两者口径不同，接续处可有跳跃",
        ),
    )
)
"""Series whose cells differ between the forms. All other series have the same path in both: sections three and four, group sums
(其他处理 is one row in 2019 and the sum of three in 2021), and the decisions of section two."""

STATES: dict[str, int] = {state: number for number, state in enumerate((*MARKS, "not_in_form"))}
"""Codes of states where a format wants numbers. ``not_in_form``: the report's form has no such place."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One line of the codebook."""

    key: str
    """Dotted path of a cell, or key of a metric or harmonised series."""
    short: str
    """Name of at most 28 characters for formats that allow no more (Stata)."""
    kind: str
    """``cell``, ``sum``, ``rate`` or ``series``."""
    label: str
    english: str
    unit: str
    section: int | None
    forms: tuple[str, ...]
    """Forms that have it: 2019, 2021."""
    formula: str
    note: str


@cache
def variables() -> tuple[Variable, ...]:
    """Every variable of both forms: cells in printed order, then sums, rates and harmonised series."""
    found: dict[str, Variable] = {}
    taken: dict[str, str] = {}
    metrics = {form.key: metrics_of(form) for form in FORMS[:2]}
    for metric in _ordered():
        have = tuple(key for key, known in metrics.items() if metric.key in known)
        row = _form_with(metric.key)
        found[metric.key] = Variable(
            key=metric.key,
            short=_short(metric.key, taken),
            kind=metric.kind,
            label=metric.label.text,
            english=metric.label.english,
            unit="比率" if metric.kind == "rate" else metric.label.unit,
            section=row.row(metric.key).section if row else None,
            forms=have,
            formula="" if metric.kind == "cell" else _formula(metric.key, metrics),
            note=_note(metric, have),
        )
    for series in HARMONISED:
        taken_from = "; ".join(f"{form}: {key}" for form, key in series.keys.items())
        short = _short(series.key, taken)
        forms = tuple(series.keys)
        found[series.key] = Variable(
            series.key, short, "series", series.label, "harmonised over both forms", "件", 2, forms, taken_from, series.note
        )
    return tuple(found.values())


def codebook_rows() -> Iterator[tuple[str, ...]]:
    """The codebook as rows, the head first."""
    yield (
        "变量 variable",
        "短名 short",
        "类别 kind",
        "名称 label",
        "English",
        "单位 unit",
        "部分 section",
        "表式 forms",
        "公式 formula",
        "说明 note",
    )
    for one in variables():
        section = "" if one.section is None else str(one.section)
        yield (one.key, one.short, one.kind, one.label, one.english, one.unit, section, " ".join(one.forms), one.formula, one.note)
    for state, number in STATES.items():
        mark = MARKS.get(state)  # type: ignore[call-overload]
        meaning = f"{mark.chinese}：{mark.meaning}" if mark else "该报告的表式没有这一项"
        yield (
            f"status = {state}",
            str(number),
            "status",
            meaning,
            mark.english if mark else "the form has no such place",
            "",
            "",
            "",
            "",
            "",
        )


def _ordered() -> Iterator[Metric]:
    seen: set[str] = set()
    for kind in ("cell", "sum", "rate"):
        for form in (FORMS[1], FORMS[0]):
            for metric in metrics_of(form).values():
                if metric.kind == kind and metric.key not in seen:
                    seen.add(metric.key)
                    yield metric


def _form_with(key: str) -> Form | None:
    return next((form for form in FORMS if key in form.cells), None)


def _formula(key: str, metrics: Mapping[FormKey, dict[str, Metric]]) -> str:
    formulas = {form: known[key].formula for form, known in metrics.items() if key in known}
    same = len(set(formulas.values())) == 1
    return next(iter(formulas.values())) if same else "; ".join(f"{form}: {formula}" for form, formula in formulas.items())


def _note(metric: Metric, have: tuple[str, ...]) -> str:
    if metric.kind == "rate":
        return "分母为 0 或所需单元格缺失时为空 (empty when the denominator is 0 or a cell is missing)"
    series = [one.key for one in HARMONISED if metric.key in one.keys.values()]
    if series:
        return f"两种表式的接续见 {series[0]} (harmonised in {series[0]})"
    if metric.key.startswith("applications.other_handling."):
        return "2019 表式为一行，2021 表式分三行；接续用 applications.other_handling 的合计 (use the sum across forms)"
    if len(have) == 1:
        return f"只有 {have[0]} 表式有 (form {have[0]} only)"
    return ""


_WORDS = {
    "applications": "a",
    "review_litigation": "r",
    "proactive": "p",
    "rates": "rate",
    "series": "s",
    "natural_person": "np",
    "business": "bu",
    "research": "re",
    "public_interest": "pi",
    "legal_service": "ls",
    "total": "tot",
    "litigation_after_review": "lit_after",
    "litigation_direct": "lit_direct",
    "other_handling": "oh",
    "not_processed": "nproc",
    "unavailable": "unav",
    "refused": "ref",
    "normative_documents": "normdoc",
    "administrative_inquiry": "inquiry",
    "process_information": "process",
    "enforcement_files": "enforce",
    "endangers_security": "security",
    "third_party_rights": "third",
    "internal_affairs": "internal",
    "correction_overdue": "corr_due",
    "abusive_repeats": "repeats",
    "partially_granted": "part_granted",
    "carried_forward": "carried_fwd",
    "amount_wan_yuan": "wanyuan",
}


def _short(key: str, taken: dict[str, str]) -> str:
    name = "_".join(_WORDS.get(part, part) for part in key.split("."))[:28]
    base, number = name, 2
    while taken.get(name, key) != key:
        name, number = f"{base[:25]}_{number}", number + 1
    taken[name] = key
    return name
