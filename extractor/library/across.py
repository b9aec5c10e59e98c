"""The rules across reports, applied to a library: an agency's years, texts of one report, a parent and its units."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from ..crosscheck.series import Account, Across, Paragraph, differing_texts, over_years
from ..model import Place, Severity
from .library import Library

_STRETCH = 400
"""Reports whose cells and paragraphs are in memory at a time; an agency's reports stay together."""


_YEAR = re.compile(r"·\d{4}(?:·own)?$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a library's reports, an agency's together and in the order of years, with what the rules across reports say of them."""

    reports: tuple[str, ...]
    """Ids of the texts that count, one for each agency and year."""
    findings: tuple[Across, ...]


def across(library: Library, *, agency: str | None = None) -> Iterator[Across]:
    """Every finding about several reports of a library, or of one agency."""
    for stretch in stretches(library, agency=agency):
        yield from stretch.findings


def stretches(library: Library, *, agency: str | None = None) -> Iterator[Stretch]:
    """All reports that name an agency, a stretch in memory at a time."""
    where, values = ("agency = ?", [agency]) if agency else ("true", [])
    texts = library.rows(
        "SELECT report_id, identity, preferred, agency_key, scope FROM texts "
        f"WHERE {where} AND agency IS NOT NULL ORDER BY year, report_id",
        values,
    )
    lanes: dict[tuple[str, bool], dict[str, list[tuple[bool, str]]]] = {}
    for report_id, identity, preferred, key, scope in texts:
        lane = lanes.setdefault((_YEAR.sub("", identity or key), scope == "own"), {})
        lane.setdefault(identity or report_id, []).append((preferred, report_id))
    for lane_ids in _stretches([lane for _, lane in sorted(lanes.items(), key=lambda item: item[0])]):
        found = {account.id: account for account in accounts(library, [i for lane in lane_ids for ids in lane.values() for _, i in ids])}
        findings: list[Across] = []
        for lane in lane_ids:
            years: list[Account] = []
            for ids in lane.values():
                versions = [found[report_id] for _, report_id in sorted(ids, reverse=True) if report_id in found]
                years += versions[:1]
                findings += differing_texts(versions)
            if len({one.year for one in years}) == len(years):
                named = all(_YEAR.search(identity) for identity in lane)
                findings += over_years(years) if named else map(_perhaps, over_years(years))
        counted = tuple(i for lane in lane_ids for ids in lane.values() for preferred, i in ids if preferred)
        yield Stretch(counted, tuple(findings))


def accounts(library: Library, report_ids: Sequence[str]) -> list[Account]:
    """What the rules need of these reports, from their current versions; those without year or agency are left out."""
    chosen = "version IN (SELECT version FROM texts WHERE report_id IN (SELECT unnest(?)))"
    heads = library.rows(
        f"SELECT version, report_id, agency, year, form, divided FROM versions WHERE {chosen} AND year IS NOT NULL AND agency IS NOT NULL",
        [list(report_ids)],
    )
    seqs = [head[0] for head in heads]
    cells: dict[int, dict[str, tuple[Any, str]]] = {seq: {} for seq in seqs}
    for seq, path, value, status in library.rows("SELECT seq, path, value, status FROM raw_cells WHERE seq IN (SELECT unnest(?))", [seqs]):
        cells[seq][path] = (_number(path, value), status)
    paragraphs: dict[int, list[Paragraph]] = {seq: [] for seq in seqs}
    for seq, section, text, line, start, end in library.rows(
        "SELECT seq, section, text, line, start_char, end_char FROM raw_passages WHERE seq IN (SELECT unnest(?)) ORDER BY seq, n", [seqs]
    ):
        paragraphs[seq].append(Paragraph(section, text, Place(line=line, start=start, end=end)))
    return [
        Account(
            report_id,
            agency,
            year,
            form,
            divided,
            {path: value for path, (value, _) in cells[seq].items()},
            {path: status for path, (_, status) in cells[seq].items()},
            tuple(paragraphs[seq]),
        )
        for seq, report_id, agency, year, form, divided in heads
    ]


def across_id(one: Across) -> str:
    """The id of such a finding: it changes when a value concerned changes."""
    parts = [one.finding.rule, *one.reports, *(f"{key}={value}" for key, value in one.values.items())]
    parts += [quote.text for quote in one.finding.quotes]
    return "F" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


def _perhaps(one: Across) -> Across:
    """A finding about agencies whose name several places have: perhaps they are not one."""
    mild: Severity = "warning" if one.finding.severity == "error" else one.finding.severity
    told = "这个机关名称不止一处有，请先确认几份报告是同一机关的 (several places have an agency of this name)"
    return replace(one, finding=one.finding.model_copy(update={"severity": mild, "suggestion": told}))


def _number(path: str, value: Decimal | None) -> int | Decimal | None:
    if value is None:
        return None
    return value.normalize() if "amount" in path else int(value)


def _stretches(lanes: list[dict[str, list[tuple[bool, str]]]]) -> Iterator[list[dict[str, list[tuple[bool, str]]]]]:
    held: list[dict[str, list[tuple[bool, str]]]] = []
    count = 0
    for lane in lanes:
        held.append(lane)
        count += sum(map(len, lane.values()))
        if count >= _STRETCH:
            yield held
            held, count = [], 0
    if held:
        yield held


def grouped(found: Sequence[Across]) -> dict[str, int]:
    """How many findings each rule has."""
    return {rule: len(list(ones)) for rule, ones in groupby(sorted(one.finding.rule for one in found))}
