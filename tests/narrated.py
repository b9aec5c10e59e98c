"""A report whose tables hold known figures and whose narrative is given, for tests of what is said about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from small_reports import small_report

from extractor.crosscheck import examine
from extractor.forms import FormKey, form_of
from extractor.model import Claim, Document, Finding, Passage, Report

STEM = "applications"
TOTALS: dict[str, int] = {
    "new_received": 120,
    "carried_in": 6,
    "granted": 40,
    "partially_granted": 10,
    "refused.state_secret": 3,
    "refused.process_information": 7,
    "unavailable.not_held": 30,
    "not_processed.duplicate": 5,
    "outcomes_total": 118,
    "carried_forward": 8,
}
DISPUTES = {"review": (3, 1, 2, 1, 7), "litigation_direct": (1, 0, 0, 2, 3), "litigation_after_review": (4, 0, 1, 0, 5)}


def known(key: FormKey = "2021") -> dict[str, Any]:
    """120 new, 6 carried in, 118 decided (40 granted, 10 in part, 10 refused, 30 not held), 8 carried forward; reviews 7, lawsuits 8."""
    values: dict[str, Any] = {}
    for row in form_of(key).section(3):
        name = row.path.removeprefix(f"{STEM}.")
        values |= dict.fromkeys(row.cells, 0)
        values[f"{row.path}.total"] = values[f"{row.path}.natural_person"] = TOTALS.get(name, 0)
    other = f"{STEM}.other_handling.{'other' if key == '2021' else 'undivided'}"
    values[f"{other}.total"] = values[f"{other}.natural_person"] = 23
    for group, numbers in DISPUTES.items():
        values |= dict(zip(form_of(key).row(f"review_litigation.{group}").cells, numbers, strict=True))
    if key == "2021":
        values |= {
            "proactive.normative_documents.issued": 13,
            "proactive.normative_documents.repealed": 2,
            "proactive.normative_documents.in_force": 95,
            "proactive.licensing.decisions": 4321,
            "proactive.fees.amount_wan_yuan": Decimal("7012.5"),
        }
    return values


def told(
    text: str,
    *,
    heading: str = "(二)依申请公开情况",
    section: int = 1,
    year: int = 2022,
    agency: str = "清河县教育局",
    key: FormKey = "2021",
    changed: dict[str, Any] | None = None,
    **fields: Any,
) -> tuple[Report, Document]:
    """A report that says this in one passage, not examined yet."""
    report, document = small_report(
        1, year, agency=agency, key=key, text=text, changed={**known(key), **(changed or {})}, findings=(), claims=(), facts=(), **fields
    )
    passage = Passage(section=section, heading=("一、总体情况", heading), text=text, place=document.place(0, len(text)))
    return report.model_copy(update={"narrative": (passage,)}), document


def examined(text: str, *, previous: Report | None = None, **traits: Any) -> Report:
    """The same report after examination."""
    report, document = told(text, **traits)
    return examine(report, document, previous)


def claims(text: str, **traits: Any) -> list[tuple[str, int | float, str]]:
    """What it claims: metric, value and verdict."""
    return [(claim.metric, _number(claim.value), claim.verdict) for claim in examined(text, **traits).claims]


def the_claim(text: str, **traits: Any) -> Claim:
    """The only thing it claims."""
    (claim,) = examined(text, **traits).claims
    return claim


def problems(text: str, **traits: Any) -> list[Finding]:
    """What is found in the narrative."""
    return [finding for finding in examined(text, **traits).findings if finding.rule.startswith("narrative.")]


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
