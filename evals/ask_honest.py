"""Whether an answer is honest: quotes looked up in the text of the file itself, numbers computed anew from the reports.

Neither goes by the SQL or the index that gave the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from extractor.forms import form_of, metrics_of
from extractor.library import Library
from extractor.model import Report
from qa.answer import Answer, Citation, Claim
from qa.ground import numbers, untraced


def honest(answer: Answer, library: Library, add: Callable[[str, float, str], None], where: str) -> None:
    """Count every quote that stands in its file, and every statement whose numbers follow from what it cites."""
    texts = dict(library.rows("SELECT source_name, sha256 FROM reports"))
    for citation in answer.citations:
        if citation.kind == "sentence":
            stands = plain(citation.quote) in plain(library.document(texts[citation.source]).text)
            add("quote validity", stands, f"{where}: {citation.quote[:60]}")
    for claim in answer.claims:
        missing = _untraceable(claim, answer, library)
        add("number traceability", not missing, f"{where}: {missing} in {claim.text[:80]}")


def plain(text: str) -> str:
    """A text by its characters alone, without width and spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _untraceable(claim: Claim, answer: Answer, library: Library) -> list[str]:
    cited = [answer.citations[number - 1] for number in claim.citations]
    quotes = [citation.quote for citation in cited if citation.kind == "sentence"]
    cells = [citation for citation in cited if citation.kind == "cell"]
    reports = _reports(cells, library)
    values: set[Decimal] = set()
    computed: list[Decimal] = []
    for citation in cells:
        value = reports[citation.source].value(citation.path)
        if value is not None:
            values.add(Decimal(value))
    query = answer.query
    for report in reports.values():
        known = metrics_of(form_of(report.form, report.divided)) if report.form else {}
        keys = (*query.metrics, *([query.over] if query.over else [])) if query else ()
        paths = {citation.path for citation in cells}
        for key, metric in known.items():
            if key in keys or {*metric.terms, *metric.over} <= paths:
                value = metric.value(report.values)
                if value is not None:
                    computed.append(Decimal(value))
    main = _main(query, reports)
    values |= {*computed, sum(main, Decimal(0))}
    if query and query.kind == "average" and main:
        values |= {sum(main, Decimal(0)) / len(main), (sum(main, Decimal(0)) / len(main)).quantize(Decimal("0.01"))}
    values |= _over_facts(cited)
    values |= {abs(a - b) for a in computed for b in computed} | {abs(a - b) / b for a in computed for b in computed if b}
    values |= {a / b for a in computed for b in computed if b}
    values |= {bound.value for bound in (query.where, query.also) if bound} if query else set()
    known_numbers = {c.year for c in cited if c.year} | set(query.years if query else ()) | set(range(len(answer.values) + 1))
    known_numbers |= {answer.coverage.get(name, 0) for name in ("reports", "used")}
    if query and query.kind == "count":
        known_numbers |= {int(value.value) for value in answer.values if value.value is not None}
    if query and query.nth:
        known_numbers.add(query.nth)
    if query and query.focus:
        known_numbers |= set(range(1, answer.coverage.get("used", 0) + 1))
    if any(citation.path.startswith("facts.") for citation in cited):
        known_numbers.add(len(cited))
    if query and query.kind in ("sum", "average"):
        known_numbers |= {len(reports), sum(bool(report.findings) for report in reports.values())}
    return untraced(claim.text, quotes, values, known_numbers)


def _over_facts(cited: Sequence[Citation]) -> set[Decimal]:
    """The sum and the mean of figures of the narrative, read anew as the last number of each quote."""
    figured = [said[-1][1] for citation in cited if citation.path.startswith("facts.") and (said := numbers(citation.quote))]
    if len(figured) < 2:
        return set()
    total = sum(figured, Decimal(0))
    return {total, total / len(figured), (total / len(figured)).quantize(Decimal("0.01"))}


def _main(query: Any, reports: dict[str, Report]) -> list[Decimal]:
    found = []
    for report in reports.values():
        known = metrics_of(form_of(report.form, report.divided)) if report.form else {}
        if query and query.metrics and query.metrics[0] in known:
            value = known[query.metrics[0]].value(report.values)
            found.append(Decimal(value or 0))
    return found


def _reports(cells: Sequence[Citation], library: Library) -> dict[str, Report]:
    ids = dict(library.rows("SELECT source_name, report_id FROM reports"))
    return {name: library.get(ids[name]) for name in dict.fromkeys(citation.source for citation in cells)}
