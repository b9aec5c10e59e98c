"""Reads a report against itself: claims, facts, and what is wrong in narrative and shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..model import Claim, Document, Fact, Finding, Passage, Quote, Report, Severity, Verdict
from .arithmetic import check_changes, check_parts, check_shares
from .claims import Statement, Tables, judge, statements, tables_of
from .context import Spot, change_of, spots
from .facts import fact_of, fee_fact
from .locate import locate
from .plausible import RULE_IDS, implausible
from .precision import same
from .quantities import quantities
from .rules import NARRATIVE, SEVERITIES, SHAPE, finding
from .shape import check_shape
from .told import unsaid, weighed

_OURS = frozenset(rule.id for rule in (*NARRATIVE, *SHAPE)) | {"llm.narrative"} | RULE_IDS


@dataclass
class _Notebook:
    """What the passages have yielded so far."""

    claims: list[Claim] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    said: list[tuple[Statement, Claim]] = field(default_factory=list)


def examine(report: Report, document: Document, previous: Report | None = None) -> Report:
    """The report with its claims, its facts, and the findings of narrative and shape beside those it has.

    ``previous`` is the same agency's report for the year before; without it changes against last year are not judged.
    Examining twice gives the same as examining once.
    """
    tables = tables_of(report)
    before = tables_of(previous) if previous is not None and _follows(report, previous) else None
    notes = _Notebook()
    for passage in report.narrative:
        _read(passage, document, tables, before, notes)
    told = [claim for claim in report.claims if claim.by != "offline"]
    others, doubts = weighed(told, notes.claims, tables)
    facts = unsaid([fact for fact in report.facts if fact.by != "offline"], notes.facts, notes.claims)
    notes.findings += doubts
    notes.findings += _disagreements(notes.said, tables)
    notes.findings += check_shape(report, document)
    notes.findings += implausible(report)
    kept = [one for one in report.findings if one.rule not in _OURS]
    return report.model_copy(
        update={
            "claims": (*notes.claims, *others),
            "facts": (*notes.facts, *facts),
            "findings": tuple(in_order(dict.fromkeys((*kept, *notes.findings)))),
        }
    )


def in_order(findings: Sequence[Finding] | dict[Finding, None]) -> list[Finding]:
    """Findings from most to least grave, otherwise as they came."""
    return sorted(findings, key=lambda one: -SEVERITIES.index(one.severity))


def worst(findings: Sequence[Finding]) -> Severity | None:
    """The gravest severity among findings; None without any."""
    return max((one.severity for one in findings), key=SEVERITIES.index, default=None)


def _follows(report: Report, previous: Report) -> bool:
    """Whether the other report is last year's; unknown years are trusted to the caller."""
    return report.year is None or previous.year is None or previous.year == report.year - 1


def _read(passage: Passage, document: Document, tables: Tables, previous: Tables | None, notes: _Notebook) -> None:
    """One passage into claims, facts and findings."""
    located = locate(passage, document)
    around = spots(passage.text, quantities(passage.text))
    found = statements(passage, document, tables, around)
    used: set[int] = set()
    weighed: set[int] = set()
    for statement in found:
        claim, problem = judge(statement, tables, previous)
        if claim.verdict == "not_comparable" and not statement.about.firm and statement.scope == "own" and claim.table_value is not None:
            continue  # near a metric, but not it: a fact
        notes.claims.append(claim)
        notes.said.append((statement, claim))
        used.add(statement.spot.quantity.start)
        if statement.scope in ("own", "near"):
            weighed.add(statement.spot.quantity.start)
        if problem:
            notes.findings.append(problem)
    for spot, metric, verdict, problem in check_changes(around, found, located, tables, previous):
        notes.claims.append(_change_claim(spot, metric, verdict, located.quote(spot.clause[0], spot.quantity.end)))
        used.add(spot.quantity.start)
        if problem:
            notes.findings.append(problem)
    earlier: Spot | None = None
    for spot in around:
        if spot.quantity.start not in used:
            notes.facts += fact_of(spot, located, earlier)
        earlier = spot
    notes.facts += fee_fact(located)
    notes.findings += check_parts(around, located, weighed)
    notes.findings += check_shares(around, located, tables)


def _change_claim(spot: Spot, metric: str, verdict: Verdict, quote: Quote) -> Claim:
    share = spot.quantity.unit == "%"
    value = spot.quantity.value / 100 if share else spot.quantity.value
    assert quote.place is not None
    return Claim(
        metric=metric,
        value=change_of(spot) * value,
        bound=spot.quantity.bound,
        scope="change",
        quote=quote.text,
        place=quote.place,
        verdict=verdict,
        reading="与上年报告比较" if verdict != "not_comparable" else "没有上年报告可比",
    )


def _disagreements(said: Sequence[tuple[Statement, Claim]], tables: Tables) -> Iterator[Finding]:
    """The same thing told twice with different numbers where no table settles it."""
    first: dict[str, tuple[Statement, Claim]] = {}
    for statement, claim in said:
        plain = statement.about.firm and len(statement.about.meanings) == 1 and claim.bound == "exact" and statement.scope == "own"
        if not plain or claim.table_value is not None or "%" in statement.spot.quantity.unit:
            continue
        earlier, other = first.setdefault(claim.metric, (statement, claim))
        now, before = statement.spot.quantity, earlier.spot.quantity
        if same(now.value, now.step, before.value, before.step):
            continue
        name = tables.caption(statement.about.meanings[0])
        yield finding(
            "narrative.disagrees",
            f"正文两处说到“{name}”：第 {other.place.line} 行为 {other.value:f}，第 {claim.place.line} 行为 {claim.value:f}"
            f" ({other.value:f} at line {other.place.line}, {claim.value:f} at line {claim.place.line})",
            quotes=(Quote(text=other.quote, place=other.place), Quote(text=claim.quote, place=claim.place)),
            suggestion="两处应当一致，核对台账后改正其中一处",
        )
