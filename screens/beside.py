"""Reports side by side, drawn: every metric with its differences, rates with what they are made of, charts of trend and composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from extractor.errors import GongkaiError
from extractor.forms import Form, Metric, metrics_of
from extractor.model import Report
from extractor.view import english_groups, form_for, number

from .changes import SMALL, most_changed, sum_in_words
from .charts import Series, bars, lines, stacks
from .drawing import view
from .grouping import Level, Node, grouped, levels
from .shelf import Shelf
from .words import Lang, say

if TYPE_CHECKING:
    from extractor.library.compare import Comparison, Line, Side

MOST = 12
"""Reports side by side; more would not fit on any screen."""
OUTCOMES = ("granted", "partially_granted", "refused", "unavailable", "not_processed", "other_handling")
TREND = ("new_received", "outcomes_total", "carried_forward")
RATES = ("rates.granted", "rates.refused", "rates.unavailable")
PARTS = (
    ("proactive.", "section.2"),
    ("series.", "section.2"),
    ("rates.", "compare.rates"),
    ("applications.", "section.3"),
    ("review", "section.4"),
)
"""Where a metric stands in the table: by the start of its key."""
ORDER = ("compare.rates", "section.3", "section.4", "section.2")


@dataclass(frozen=True, slots=True)
class Shown:
    """One report's figure in one line of the comparison."""

    text: str
    settled: bool
    delta: str
    """Difference to the report before it, or to the first one; empty where there is none."""
    made: str
    """The numbers a rate is made of: ``724 ÷ 1699``."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Reports compared, ready to be shown or written down."""

    found: Comparison
    reports: tuple[Report, ...]
    names: tuple[str, ...]
    """What tells the reports apart: their years, or their agencies."""
    title: str
    years: bool
    trees: dict[str, list[Node]]

    @property
    def whole(self) -> bool:
        """Whether the last report is compared with the first as well."""
        return len(self.names) == 2 or (self.years and len(self.names) > 2)


def laid_out(shelf: Shelf, lang: Lang, ids: Sequence[str], *, every: bool, years: bool) -> Laid:
    """At most ``MOST`` reports side by side: the latest years, or the first agencies. Raises GongkaiError for one that is gone."""
    from extractor.library.compare import side_by_side

    ids = list(ids)[-MOST:] if years else list(ids)[:MOST]
    reports = tuple(shelf.report(one) for one in ids)
    found = side_by_side(shelf.library, ids, every=every, reports=reports)
    names = tuple(str(report.year or "?") if years else report.agency or report.source.name for report in reports)
    title = (reports[0].agency or reports[0].source.name) if years else str(reports[0].year or "")
    return Laid(found, reports, names, title, years, _trees(lang, found))


def compared(shelf: Shelf, lang: Lang, ids: Sequence[str], *, every: bool, years: bool) -> str:
    """Reports side by side: charts, what changed most, then metric by metric in the groups of the form."""
    if not ids:
        return view("compare.html", lang, found=None)
    try:
        laid = laid_out(shelf, lang, ids, every=every, years=years)
    except GongkaiError as error:
        return view("trouble.html", lang, message=str(error))
    names, found = laid.names, laid.found
    return view(
        "compare.html",
        lang,
        found=found,
        names=names,
        ids=found.reports,
        title=laid.title,
        span=f"{names[0]}→{names[-1]}" if len(names) > 1 else "",
        whole=laid.whole,
        years=years,
        note=say(lang, "compare.previous") if years else say(lang, "compare.first", name=names[0]),
        changes=most_changed(lang, found, laid.reports, _named(lang, laid), years=years),
        small=SMALL,
        parts=_parts(lang, laid),
        charts=_charts(lang, found, names, years=years),
        opens=list(zip(names, found.reports, strict=True)),
    )


def _trees(lang: Lang, found: Comparison) -> dict[str, list[Node]]:
    """The lines of the comparison under the headings of their sections, rates first; sections three and four as the form groups them."""
    by_part: dict[str, dict[str, Line]] = {part: {} for part in ORDER}
    for line in found.lines:
        by_part[next(part for start, part in PARTS if line.key.startswith(start))][line.key] = line
    flat = {part: [Node(key, _label(lang, line), line) for key, line in by_part[part].items()] for part in ("compare.rates", "section.2")}
    return {part: flat[part] if part in flat else grouped(lang, int(part[-1]), by_part[part]) for part in ORDER if by_part[part]}


def _parts(lang: Lang, laid: Laid) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines of the table under the headings of their sections."""
    return [
        (say(lang, part), [_row(lang, level, laid.reports, years=laid.years) for level in levels(nodes)])
        for part, nodes in laid.trees.items()
    ]


def _named(lang: Lang, laid: Laid) -> dict[str, tuple[str, str]]:
    """The full statutory name of every line, and what it is made of."""
    named: dict[str, tuple[str, str]] = {}

    def walk(nodes: Sequence[Node], above: tuple[str, ...]) -> None:
        for node in nodes:
            own = (*above, node.label)
            if node.line is not None:
                named[node.line.key] = " ".join(own) if lang == "zh" else ", ".join(own), ""
            walk(node.children, own if node.subtotal else above)

    for nodes in laid.trees.values():
        walk(nodes, ())
    return {
        key: (name, next((made for report in reversed(laid.reports) if (made := _made_of(lang, key, report))), ""))
        for key, (name, _) in named.items()
    }


def _made_of(lang: Lang, key: str, report: Report) -> str:
    return formula(lang, key, report) or sum_in_words(lang, key, report)


def _row(lang: Lang, level: Level, reports: Sequence[Report], *, years: bool) -> dict[str, Any]:
    node, line = level.node, level.node.line
    told: dict[str, Any] = {
        "key": node.key,
        "label": node.label,
        "title": _label(lang, line) if line else "",
        "depth": level.depth,
        "within": " ".join(level.within),
        "hidden": level.hidden,
        "folds": bool(node.children),
        "open": node.open,
        "strong": node.subtotal or node.key == "applications.outcomes_total",
        "formula": "",
        "sides": [],
        "difference": "",
        "change": "",
    }
    if line is None:
        return told
    for place, (side, report) in enumerate(zip(line.sides, reports, strict=True)):
        base = line.sides[place - 1 if years else 0] if place and len(reports) > 2 else None
        delta = _signed(lang, _less(side, base), line) if base is not None else ""
        told["sides"].append(Shown(_shown(side, line), side.settled, "" if delta in ("—", "0") else delta, _made(line, report)))
    if line.kind == "rate":
        told["formula"] = next((made for report in reversed(reports) if (made := formula(lang, line.key, report))), "")
    told["difference"] = _signed(lang, line.difference, line)
    told["change"] = "—" if line.change is None else f"{line.change:+.1%}"
    return told


def _label(lang: Lang, line: Line) -> str:
    """A metric's name: in English with its groups, since “other, total” alone says little."""
    from extractor.library.codebook import FORMS, variables

    if lang == "zh":
        return line.label
    known = next(one for one in variables() if one.key == line.key)
    form = next((form for form in FORMS if line.key in form.cells), None)
    if form is not None:
        return ", ".join((*english_groups(form.row(line.key)), known.english))
    return known.english if known.kind != "series" else line.key.removeprefix("series.").replace(".", ": ").replace("_", " ")


def formula(lang: Lang, key: str, report: Report) -> str:
    """A rate as a quotient of named sums: 不予公开 ÷ 总计; empty where the report's form does not have it."""
    form = form_for(report)
    metric = metrics_of(form).get(key) if form else None
    if form is None or metric is None or not metric.over:
        return ""
    return f"{_sum(lang, metric.terms, form)} ÷ {_sum(lang, metric.over, form)}"


def _sum(lang: Lang, paths: Sequence[str], form: Form) -> str:
    """The name of a sum of cells: that of the metric that is this sum, else the cells' own joined by a plus."""
    known = metrics_of(form)
    whole = next((one for one in known.values() if one.kind == "sum" and one.terms == tuple(paths)), None)
    names = [whole.label] if whole else [known[path].label for path in paths]
    said = [name.text.partition("(")[0].removesuffix("·总计") if lang == "zh" else name.english.removesuffix(", total") for name in names]
    return " + ".join(said) if len(said) == 1 else f"({' + '.join(said)})"


def _made(line: Line, report: Report) -> str:
    form = form_for(report)
    metric: Metric | None = metrics_of(form).get(line.key) if form and line.kind == "rate" else None
    if metric is None or not metric.over:
        return ""
    top, below = (_total(report, paths) for paths in (metric.terms, metric.over))
    return "" if top is None or below is None else f"{top} ÷ {below}"


def _total(report: Report, paths: Sequence[str]) -> str | None:
    values = [report.value(path) for path in paths]
    return None if any(value is None for value in values) else number(sum(value for value in values if value is not None))


def _less(side: Side, base: Side) -> int | Decimal | None:
    return None if side.value is None or base.value is None else side.value - base.value


def _shown(side: Side, line: Line) -> str:
    if side.value is None:
        return "—"
    return f"{side.value:.1%}" if line.kind == "rate" else number(side.value)


def _signed(lang: Lang, value: int | Decimal | None, line: Line) -> str:
    if value is None:
        return "—"
    if line.kind == "rate":
        return say(lang, "compare.points", value=f"{value * 100:+.1f}")
    return f"+{number(value)}" if value > 0 else number(value)


def _charts(lang: Lang, found: Comparison, names: Sequence[str], *, years: bool) -> Markup:
    by_key = {line.key: line for line in found.lines}

    def of(keys: Sequence[str]) -> list[Series]:
        drawn = []
        for key in keys:
            line = by_key.get(key)
            if line is not None:
                word = key.rpartition(".")[2] if key.startswith("rates.") else key.split(".")[1]
                values = tuple(None if side.value is None else float(side.value) for side in line.sides)
                drawn.append(Series(say(lang, f"metric.{word}"), values, OUTCOMES.index(word) if word in OUTCOMES else None))
        return drawn

    totals, outcomes = of([f"applications.{key}.total" for key in TREND]), of([f"applications.{key}.total" for key in OUTCOMES])
    drawn = lines if years else bars
    trend = drawn(names, totals if years else totals[:2], title=say(lang, "chart.trend"))
    made = stacks(names, outcomes, title=say(lang, "chart.outcomes"))
    return trend + made + drawn(names, of(RATES), title=say(lang, "chart.rates"), percent=True)
