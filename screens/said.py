"""Where the narrative says another number than the tables: which cells are marked for it, and the sentences for their panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.forms import Metric, metrics_of
from extractor.model import Claim, Report
from extractor.view import form_for, number

from .shelf import FindingRow
from .words import Lang, say


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that contradicts the tables."""

    claim: Claim
    cells: tuple[str, ...]
    """The cells of the metric that it speaks of."""

    @property
    def alone(self) -> bool:
        """Whether it speaks of one cell, not of a sum or a rate."""
        return self.cells == (self.claim.metric,)


def contradicting(report: Report, findings: Sequence[FindingRow] = ()) -> tuple[Said, ...]:
    """The sentences of a report about itself that contradict its tables, but for those that a person has called a false alarm."""
    form = form_for(report)
    if form is None:
        return ()
    settled = {quote for one in findings if one.verdict == "false-alarm" for quote in one.quotes}
    found = []
    for claim in report.claims:
        metric = metrics_of(form).get(claim.metric)
        if claim.verdict == "contradicts" and claim.scope == "own" and metric is not None and claim.quote not in settled:
            found.append(Said(claim, tuple(dict.fromkeys((*metric.terms, *metric.over)))))
    return tuple(found)


def marks(lang: Lang, report: Report, found: Sequence[Said]) -> dict[str, str]:
    """The cells to mark, each with what is to be said of it; a sum has no cell of its own to mark."""
    told: dict[str, str] = {}
    for one in found:
        if one.alone:
            said = say(lang, "said.mark", said=number(one.claim.value))
            told[one.claim.metric] = f"{told[one.claim.metric]}; {said}" if one.claim.metric in told else said
    return told


def about(lang: Lang, report: Report, path: str, found: Sequence[Said]) -> list[tuple[Claim, str]]:
    """The sentences that speak of a cell, alone or in a sum or rate, each with a line that says how it differs."""
    return [(one.claim, _told(lang, report, one)) for one in found if path in one.cells]


def _told(lang: Lang, report: Report, one: Said) -> str:
    form = form_for(report)
    metric = metrics_of(form)[one.claim.metric] if form else None
    if metric is None or metric.kind == "rate":
        return say(lang, "said.rate", name=_name(lang, metric) if metric else "")
    value = metric.value(report.values)
    said = {"said": number(one.claim.value), "table": "—" if value is None else number(value)}
    return say(lang, "said.cell", **said) if one.alone else say(lang, "said.sum", name=_name(lang, metric), **said)


def _name(lang: Lang, metric: Metric) -> str:
    return metric.label.text.partition("(")[0].removesuffix("·总计") if lang == "zh" else metric.label.english.removesuffix(", total")
