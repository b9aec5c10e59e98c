"""One report beside its label: counts for every metric, and what was wrong, so that a person can look at it.

A case that fails counts as wrong in everything it should have shown; nothing drops out of a denominator because of a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from extractor.model import Claim, Evidence, Finding, Report

from .label import Contradiction, Label, LabelClaim, Value

Counts = dict[str, tuple[int, int]]
"""By metric: how many, out of how many."""


class Wrong(BaseModel):
    """A cell that differs from its label, or that is called verified and must not be."""

    model_config = ConfigDict(frozen=True)

    path: str
    truth: str | None
    got: str | None
    status: str
    line: int | None = None
    why: str = ""


class CaseResult(BaseModel):
    """What came of one case."""

    model_config = ConfigDict(frozen=True)

    case: str
    """``set/file name``."""
    group: str
    """The kind of mess, ``clean``, or the set's name for real and bundled reports."""
    error: str = ""
    """Why it failed; empty when it was read."""
    seconds: float = 0.0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    counts: Counts = {}
    wrong: tuple[Wrong, ...] = ()
    silent: tuple[Wrong, ...] = ()
    notes: tuple[str, ...] = ()
    """Metadata, sections, claims and findings that differ, in words."""

    @property
    def clean(self) -> bool:
        """Whether every labelled cell was right and none called verified wrongly."""
        return not self.error and not self.wrong and not self.silent


def score(case: str, group: str, label: Label, report: Report | None, *, error: str = "", seconds: float = 0.0) -> CaseResult:
    """The report beside its label; ``report`` is None for a case that failed."""
    wrong: list[Wrong] = []
    silent: list[Wrong] = []
    notes: list[str] = []
    counts: Counts = {}
    _cells(label, report, counts, wrong, silent)
    _metadata(label, report, counts, notes)
    _claims(label, report, counts, notes)
    _findings(label, report, counts, notes)
    use = report.model_use if report else None
    return CaseResult(
        case=case, group=group, error=error, seconds=seconds, counts=counts, wrong=tuple(wrong), silent=tuple(silent), notes=tuple(notes),
        calls=use.requests if use else 0, tokens_in=use.tokens_in if use else 0, tokens_out=use.tokens_out if use else 0,
    )  # fmt: skip


def add(counts: Counts, metric: str, hit: bool) -> None:
    """Count one more trial of a metric."""
    done, of = counts.get(metric, (0, 0))
    counts[metric] = (done + hit, of + 1)


# ------------------------------------------------------------------ cells
def _cells(label: Label, report: Report | None, counts: Counts, wrong: list[Wrong], silent: list[Wrong]) -> None:
    damaged = {cell for applied in label.mess for cell in applied.cells}
    whole = True
    for path, truth in label.values.items():
        got = report.value(path) if report else None
        evidence = report.cells.get(path) if report else None
        verified = bool(evidence and evidence.verified)
        section = {"p": 2, "a": 3, "r": 4}[path[0]]
        right = evidence is not None and right_value(label, path, truth, got)
        provable = label.provable(path)
        bad = verified and (not right or not provable)
        add(counts, "verified_share" if section > 2 else "verified_section_2", verified)
        if verified:
            add(counts, "silent_errors", bad)
        if bad:
            silent.append(_wrong(path, truth, got, evidence))
        if not provable:
            continue
        whole &= right
        if not right:
            wrong.append(_wrong(path, truth, got, evidence))
        for metric in _cell_metrics(label, path, truth, section, path in damaged):
            add(counts, metric, right)
        if section > 2:
            add(counts, "verified_of_provable", verified)
        if truth is None:
            add(counts, "blank_as_number", got is not None)
        elif truth == 0:
            add(counts, "zero_as_blank", got is None)
        if evidence is not None and evidence.how == "deduced" and got is not None:
            add(counts, "deduced_right", right)
        place = label.places.get(path)
        if place and right and evidence is not None and evidence.how == "read" and got is not None:
            found = evidence.place
            add(counts, "places_right", found is not None and found.start < place[1] and place[0] < found.end)
    if label.form:
        add(counts, "records_right", whole)


def _cell_metrics(label: Label, path: str, truth: Value, section: int, damaged: bool) -> Iterator[str]:
    yield "cells_right"
    yield f"cells_right_section_{section}"
    if truth:
        yield "cells_right_nonzero"
    if damaged:
        yield "cells_right_damaged"


def right_value(label: Label, path: str, truth: Value, got: Value) -> bool:
    """Whether a value agrees with its label. A cell printed "/" may be null or the zero that the identities prove."""
    if label.printed.get(path) == "not_applicable" and got is None:
        return True
    if truth is None or got is None:
        return truth is got
    return Decimal(truth) == Decimal(got)


def _wrong(path: str, truth: Value, got: Value, evidence: Evidence | None) -> Wrong:
    return Wrong(
        path=path,
        truth=None if truth is None else str(truth),
        got=None if got is None else str(got),
        status=evidence.status if evidence else "missing",
        line=evidence.place.line if evidence and evidence.place else None,
        why=evidence.why if evidence else "",
    )


# ------------------------------------------------------------------ metadata
def _metadata(label: Label, report: Report | None, counts: Counts, notes: list[str]) -> None:
    for name in ("agency", "year", "form", "title", "level", "published"):
        truth = getattr(label, name)
        if truth is None and name != "form":
            continue
        got = getattr(report, name) if report else None
        if name == "level" and truth == "unknown":
            continue
        same = got == truth if name != "title" else got is not None and _squeeze(got) == _squeeze(truth)
        add(counts, f"{name}_right", report is not None and same)
        if not same and report is not None:
            notes.append(f"{name}：应为 {truth}，读作 {got}")
    for section, line in label.sections.items():
        found = report.sections.get(section) if report else None
        add(counts, "sections_right", found is not None and found.line == line)
        if report is not None and (found is None or found.line != line):
            notes.append(f"第 {section} 部分：应在第 {line} 行，读作 {found.line if found else '无'}")


def _squeeze(text: str) -> str:
    return "".join(text.split())


# ------------------------------------------------------------------ claims and facts
def _claims(label: Label, report: Report | None, counts: Counts, notes: list[str]) -> None:
    claims = report.claims if report else ()
    for wanted in label.claims:
        if wanted.scope != "own":
            continue
        found = next((claim for claim in claims if _meets(claim, wanted)), None)
        if not wanted.optional:
            add(counts, "claims_found", found is not None)
            if found is None and report is not None:
                notes.append(f"未找到正文数字：{wanted.metric} = {wanted.value}（{wanted.start}–{wanted.end}）")
        if found is not None and not (wanted.optional and wanted.verdict == "not_comparable"):
            fits = _kind(found.verdict) == _kind(wanted.verdict)
            add(counts, "claim_verdicts", fits)
            if not fits:
                notes.append(
                    f"判定：{wanted.metric} = {wanted.value} 应为 {wanted.verdict}，读作 {found.verdict}（表中 {found.table_value}）"
                )
        if wanted.verdict == "contradicts":
            add(counts, "narrative_contradictions_found", found is not None and found.verdict == "contradicts")
    for claim in claims:
        if claim.scope != "own":
            continue
        overlapping = [wanted for wanted in label.claims if _overlap(claim.place.start, claim.place.end, wanted.start, wanted.end)]
        if label.claims_complete:
            known = any(wanted.scope == "own" and _meets(claim, wanted) for wanted in overlapping)
            add(counts, "claims_precise", known)
            if not known:
                notes.append(f"多出的正文数字：{claim.metric} = {claim.value}（{claim.place.start}–{claim.place.end}）")
        if claim.verdict == "contradicts":
            true = any(_contrary(wanted) and wanted.value == claim.value for wanted in overlapping)
            add(counts, "contradictions_true", true)
            if not true:
                notes.append(f"误报矛盾：{claim.metric} = {claim.value}，表中 {claim.table_value}（第 {claim.place.line} 行）")
    facts = report.facts if report else ()
    for fact in label.facts:
        same = [f for f in facts if f.value == fact.value and _overlap(f.place.start, f.place.end, fact.start, fact.end)]
        add(counts, "facts_found", bool(same))


def _meets(claim: Claim, wanted: LabelClaim) -> bool:
    return (
        claim.metric in (wanted.metric, *wanted.also)
        and claim.value == wanted.value
        and _overlap(claim.place.start, claim.place.end, wanted.start, wanted.end)
    )


def _overlap(start: int, end: int, other_start: int, other_end: int) -> bool:
    return start < other_end and other_start < end


def _contrary(wanted: LabelClaim) -> bool:
    """Whether the claim does differ from what the tables print, even if the tables are the ones in doubt."""
    return wanted.verdict == "contradicts" or (wanted.table_value is not None and wanted.verdict == "not_comparable")


def _kind(verdict: str) -> str:
    return "fits" if verdict in ("agrees", "explained") else verdict


# ------------------------------------------------------------------ findings
def _findings(label: Label, report: Report | None, counts: Counts, notes: list[str]) -> None:
    """Table mistakes found and named; findings of contradictions in the tables that are none."""
    planted = [mistake for mistake in label.contradictions if mistake.start is None]
    found = [finding for finding in report.findings if finding.rule.startswith("tables.")] if report else []
    for mistake in planted:
        touching = [finding for finding in found if set(finding.cells) & _reach(mistake)]
        add(counts, "mistakes_found", bool(touching))
        add(counts, "mistakes_localised", any(_names(finding, mistake) for finding in touching))
        if not touching and report is not None:
            notes.append(f"未发现报告自身错误：{mistake.kind} {'、'.join(mistake.cells)}")
    for finding in found:
        if finding.severity == "error":
            true = any(set(finding.cells) & _reach(mistake) for mistake in planted)
            add(counts, "findings_true", true)
            if not true:
                notes.append(f"误报：{finding.rule} {finding.message}")


def _reach(mistake: Contradiction) -> set[str]:
    return set(mistake.cells)


def _names(finding: Finding, mistake: Contradiction) -> bool:
    """Whether a finding points at the mistaken cells themselves, not at a whole row or column."""
    return set(mistake.cells) <= set(finding.cells) and len(finding.cells) <= len(mistake.cells) + 2
