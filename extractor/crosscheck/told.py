"""Weighs what another reader found in the narrative: the same comparison with the tables, kept where our own found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..model import Claim, Fact, Finding, Place, Quote
from .claims import Tables
from .phrases import Meaning, phrases_of
from .precision import fits
from .quantities import Quantity, quantities
from .rules import finding


def weighed(told: Sequence[Claim], own: Sequence[Claim], tables: Tables) -> tuple[list[Claim], list[Finding]]:
    """Another reader's claims with their verdicts, those left out that our own reading already has.

    That a number restates this metric is that reader's judgement, so a difference is a doubt to look at, not a mistake found.
    """
    claims: list[Claim] = []
    findings: list[Finding] = []
    for claim in told:
        if any(claim.metric == other.metric and _overlap(claim.place, other.place) for other in own):
            continue
        judged = _judged(claim, tables)
        claims.append(judged)
        if judged.verdict == "contradicts":
            findings.append(_doubt(judged, tables))
    return claims, findings


def unsaid(told: Sequence[Fact], facts: Sequence[Fact], claims: Sequence[Claim]) -> list[Fact]:
    """Another reader's facts that our own reading does not have."""
    known = [(fact.place, fact.value) for fact in facts] + [(claim.place, claim.value) for claim in claims]
    return [fact for fact in told if not any(fact.value == value and _overlap(fact.place, place) for place, value in known)]


def _overlap(a: Place, b: Place) -> bool:
    return a.start < b.end and b.start < a.end


def _judged(claim: Claim, tables: Tables) -> Claim:
    usual = Meaning(tables.metrics[claim.metric].label.text, (claim.metric,)) if claim.metric in tables.metrics else None
    number = tables.value(usual) if usual else None
    if usual is None or number is None or claim.scope != "own":
        return claim.model_copy(update={"verdict": "not_comparable", "table_value": number})
    said = _printed(claim)
    for meaning in (usual, *_others(usual, tables)):
        value = tables.value(meaning)
        if value is not None and fits(said, value, grain := tables.grain(meaning)):
            verdict = "agrees" if meaning is usual and (value == said.value or grain <= said.step) else "explained"
            return claim.model_copy(update={"verdict": verdict, "reading": meaning.name, "table_value": number})
    proven = all(tables.report.cells[cell].verified for cell in tables.cells(usual) if cell in tables.report.cells)
    verdict = "contradicts" if proven and claim.bound == "exact" else "not_comparable"
    return claim.model_copy(update={"verdict": verdict, "reading": "", "table_value": number})


def _printed(claim: Claim) -> Quantity:
    """The claim's number with the precision in which its quote prints it: 1.2万元 is told to 1,000 yuan, 95.4% to a thousandth."""
    for each in quantities(claim.quote):
        scale = next((scale for scale in (1, 100, 10_000) if each.value == claim.value * scale), 0)
        if scale:
            return Quantity(claim.value, "", claim.bound, 0, 0, each.step / scale)
    step = Decimal("0.001") if claim.metric.startswith("rates.") else Decimal(1)
    return Quantity(claim.value, "", claim.bound, 0, 0, step)


def _others(usual: Meaning, tables: Tables) -> list[Meaning]:
    """What else words that can mean this metric can mean."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], Meaning] = {}
    for phrase in phrases_of(tables.form):
        if any(meaning.plus == usual.plus and not meaning.minus for meaning in phrase.meanings):
            found.update({(meaning.plus, meaning.minus): meaning for meaning in phrase.meanings})
    found.pop((usual.plus, usual.minus), None)
    return list(found.values())


def _doubt(claim: Claim, tables: Tables) -> Finding:
    label = tables.metrics[claim.metric].label.text
    return finding(
        "llm.narrative",
        f"正文第 {claim.place.line} 行的 {claim.value:f}，模型认为说的是“{label}”，表中为 {claim.table_value} (narrative {claim.value:f})",
        cells=tables.cells(Meaning(label, (claim.metric,))),
        quotes=(Quote(text=claim.quote, place=claim.place),),
        suggestion="请先确认这句话说的是不是这一项，再核对数",
    )
