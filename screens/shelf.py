"""What the page asks of the library: lists with filters, one report with its findings, files taken in step by step."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from extractor.errors import GongkaiError
from extractor.library import Library, Summary
from extractor.library.calls import settings_in
from extractor.library.corrections import WITHDRAW
from extractor.library.shelves import State
from extractor.llm.settings import Settings
from extractor.model import Document, Report
from extractor.view import Number

from .taking import Taken, take_in

log = logging.getLogger("gongkai.page")

Doubt = Literal["all", "clean", "doubt", "contradiction", "corrected"]

_DOUBT: dict[Doubt, str] = {
    "all": "true",
    "clean": "open = 0 AND contested = 0 AND errors = 0",
    "doubt": "open > 0 OR contested > 0",
    "contradiction": "errors > 0",
    "corrected": "report_id IN (SELECT report_id FROM (SELECT report_id, arg_max(value, seq) AS last FROM raw_corrections "
    f"GROUP BY report_id, field) WHERE last NOT IN ({', '.join(repr(word) for word in sorted(WITHDRAW))}))",
}
_COLUMNS = (
    "report_id, version, agency, year, form, title, scope, level, region, published, source_name, sha256, origin, "
    "cells, verified, provable, open, contested, errors, warnings, added_at, true"
)


REMEMBERED = 500
"""Queries whose rows are kept; then they are all forgotten."""
OPENED = 60
"""Reports that are kept read; then they are all forgotten."""
OFFERED = 400
"""Names that a list to choose from offers; more would make the page slow, and nobody reads them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list of reports."""

    rows: tuple[Summary, ...]
    total: int
    """How many reports fit in all."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its id and a person's verdict."""

    id: str
    rule: str
    severity: str
    message: str
    cells: tuple[str, ...]
    quotes: tuple[str, ...]
    suggestion: str
    line: int | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One correction of a cell."""

    before: str | None
    value: str
    why: str
    who: str
    at: str
    """When, UTC."""

    @property
    def withdrawn(self) -> bool:
        """Whether it takes the correction before it back."""
        return self.value in WITHDRAW


class Shelf:
    """The library behind the page. One for all visitors: reading is safe at once, writing takes the library's lock."""

    def __init__(self, path: str | Path) -> None:
        self.library = Library.open(path)
        self._rows: dict[tuple[str, tuple[Any, ...]], list[tuple[Any, ...]]] = {}
        self._reports: dict[str, Report] = {}
        self._state: State | None = None
        """As long as the library is in this state, ``_rows`` and ``_reports`` hold what was asked of it."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query over the library, asked again only after it has changed: what every visitor sees must not take
        longer the more reports there are."""
        self._current()
        key = (sql, tuple(values))
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = self.library.rows(sql, values)
        return found

    def _current(self) -> None:
        """Forget what was kept when the library has changed, or when there is too much of it."""
        state = self.library.state()
        if state != self._state or len(self._rows) > REMEMBERED or len(self._reports) > OPENED:
            self._state, self._rows, self._reports = state, {}, {}

    def forget(self) -> None:
        """Forget what is kept, so that everything is asked anew; for measuring."""
        self._rows, self._reports = {}, {}

    def model(self) -> Settings | None:
        """The settings of the language model when one is named; None otherwise, and everything stays offline."""
        settings = settings_in(self.library.path)
        return settings if settings.active else None

    # ------------------------------------------------------------------ lists
    def listing(self, *, text: str = "", year: int | None = None, doubt: Doubt = "all", limit: int = 40) -> Listing:
        """Reports that fit, the newest year first."""
        where: list[str] = [f"({_DOUBT[doubt]})"]
        values: list[str | int] = []
        if year is not None:
            where.append("year = ?")
            values.append(year)
        for word in text.split():
            where.append("contains(lower(concat_ws(' ', agency, title, source_name, year, report_id)), lower(?))")
            values.append(word)
        condition = " AND ".join(where)
        total = self.rows(f"SELECT count(*) FROM reports WHERE {condition}", values)[0][0]
        rows = self.rows(
            f"SELECT {_COLUMNS} FROM reports WHERE {condition} ORDER BY year DESC NULLS LAST, agency, report_id LIMIT ?", [*values, limit]
        )
        return Listing(tuple(Summary(*row) for row in rows), total)

    def corrected(self) -> frozenset[str]:
        """Ids of the reports with a correction that stands."""
        return frozenset(row[0] for row in self.rows(f"SELECT report_id FROM reports WHERE {_DOUBT['corrected']}"))

    def years(self) -> tuple[int, ...]:
        """Years of which there are reports, newest first."""
        return tuple(row[0] for row in self.rows("SELECT DISTINCT year FROM reports WHERE year IS NOT NULL ORDER BY 1 DESC"))

    def agencies(self) -> tuple[str, ...]:
        """Agencies to choose from, those with the most years first; the others are found by typing (:meth:`called`)."""
        rows = self.rows(
            "SELECT agency FROM reports WHERE agency IS NOT NULL GROUP BY agency ORDER BY count(DISTINCT year) DESC, agency LIMIT ?",
            [OFFERED],
        )
        return tuple(row[0] for row in rows)

    def called(self, text: str) -> str:
        """The agency that a person's words name: by its name, else the shortest name that holds them; empty when there is none."""
        if not text.strip():
            return ""
        rows = self.rows(
            "SELECT agency FROM reports WHERE contains(agency, ?) GROUP BY agency ORDER BY length(agency), agency LIMIT 1", [text.strip()]
        )
        return str(rows[0][0]) if rows else ""

    def comparable_year(self) -> int | None:
        """The newest year of which there are reports of several agencies, else the newest; None for an empty library."""
        rows = self.rows(
            "SELECT year FROM reports WHERE year IS NOT NULL GROUP BY year ORDER BY count(DISTINCT agency) > 1 DESC, year DESC LIMIT 1"
        )
        return int(rows[0][0]) if rows else None

    def years_of(self, agency: str) -> tuple[int, ...]:
        """Years of which an agency has reports, newest first."""
        rows = self.rows("SELECT DISTINCT year FROM reports WHERE agency = ? AND year IS NOT NULL ORDER BY 1 DESC", [agency])
        return tuple(row[0] for row in rows)

    def agencies_of(self, year: int) -> tuple[str, ...]:
        """Agencies with a report of a year, those with the most applications first."""
        rows = self.rows(
            "SELECT r.agency FROM reports r LEFT JOIN cells c ON c.report_id = r.report_id AND c.path = 'applications.new_received.total' "
            "WHERE r.year = ? AND r.agency IS NOT NULL ORDER BY c.value DESC NULLS LAST, r.agency LIMIT ?",
            [year, OFFERED],
        )
        return tuple(dict.fromkeys(row[0] for row in rows))

    def ids(
        self, *, agency: str | None = None, year: int | None = None, among: Sequence[str] = (), years: Sequence[int] | None = None
    ) -> list[str]:
        """Reports of an agency by year (of all its years, or of ``years``), or of some agencies in one year in the order given."""
        if agency is not None:
            rows = self.rows("SELECT report_id, year FROM reports WHERE agency = ? ORDER BY year, report_id", [agency])
            return [report_id for report_id, of in rows if years is None or of in years]
        marks = ", ".join("?" for _ in among)
        if not marks:
            return []
        rows = self.rows(f"SELECT report_id, agency FROM reports WHERE year = ? AND agency IN ({marks})", [year, *among])
        return [row[0] for row in sorted(rows, key=lambda row: list(among).index(row[1]))]

    def longest_series(self) -> str | None:
        """The agency with reports of the most years; None for an empty library."""
        rows = self.rows(
            "SELECT agency FROM reports WHERE agency IS NOT NULL GROUP BY agency "
            "ORDER BY count(DISTINCT year) DESC, max(cells) DESC, agency LIMIT 1"
        )
        return rows[0][0] if rows else None

    # ------------------------------------------------------------------ one report
    def report(self, report_id: str) -> Report:
        """A report by its id; LibraryError when there is none. Read again only after the library has changed."""
        self._current()
        kept = self._reports
        found = kept.get(report_id)
        if found is None:
            found = kept[report_id] = self.library.get(report_id)
        return found

    def id_of(self, source: str, agency: str | None, year: int | None) -> str:
        """The report that a citation names; empty when it is gone."""
        rows = self.rows(
            "SELECT report_id FROM reports WHERE source_name = ? AND agency IS NOT DISTINCT FROM ? AND year IS NOT DISTINCT FROM ? LIMIT 1",
            [source, agency, year],
        )
        return str(rows[0][0]) if rows else ""

    def document(self, report: Report) -> Document | None:
        """The text a report was read from; None when it cannot be opened any more."""
        try:
            return self.library.document(report.source.sha256)
        except GongkaiError:
            log.warning("no document kept for %s", report.source.name)
            return None

    def findings(self, report_id: str) -> tuple[FindingRow, ...]:
        """Findings of a report, gravest first."""
        rows = self.rows(
            "SELECT finding_id, rule, severity, message, cells, quotes, suggestion, line, verdict FROM findings WHERE report_id = ? "
            "ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, n",
            [report_id],
        )
        return tuple(
            FindingRow(id_, rule, severity, message, tuple(cells or ()), tuple(quotes or ()), suggestion or "", line, verdict)
            for id_, rule, severity, message, cells, quotes, suggestion, line, verdict in rows
        )

    def correct(self, report_id: str, field: str, value: str, why: str) -> tuple[Report, Report]:
        """Correct our reading of a cell; gives the report before and after. GongkaiError says in words what is wrong with it."""
        from extractor.library.judgement import correct

        return correct(self.library, report_id, field, value.strip() or "blank", why=why, who="网页")

    def withdraw(self, report_id: str, field: str) -> tuple[Report, Report]:
        """Take the correction of a cell back: it is read as before. Both stay in the library's history."""
        return self.correct(report_id, field, "撤回", "在网页上撤回")

    def trouble(self, report: Report, field: str, value: str) -> str:
        """What is wrong, in words, with a value for a cell; empty when the cell can take it."""
        from extractor.library.corrections import check

        try:
            check(report, field, value.strip() or "blank")
        except GongkaiError as error:
            return str(error)
        return ""

    def history(self, report_id: str, field: str) -> tuple[Change, ...]:
        """Corrections of a cell, the latest first."""
        rows = self.rows(
            "SELECT before, value, why, who, added_at FROM raw_corrections WHERE report_id = ? AND field = ? ORDER BY seq DESC",
            [report_id, field],
        )
        return tuple(Change(*row) for row in rows)

    def restore(self, report_id: str, version: int) -> None:
        """Make an earlier version of a report the current one; the later ones are kept."""
        from extractor.library.judgement import restore

        restore(self.library, report_id, version, why="在网页上恢复", who="网页")

    def decide(self, finding_id: str, verdict: str) -> None:
        """Keep a person's verdict on a finding."""
        from extractor.library.judgement import decide

        decide(self.library, finding_id, "confirmed" if verdict == "confirmed" else "false-alarm", who="网页")

    def take_in(self, files: Sequence[Path]) -> Iterator[tuple[Taken, ...]]:
        """Read, extract, check and store files; gives where all of them stand after every step."""
        return take_in(self.library, files)


def parsed(text: str) -> Number:
    """A number as a person types it, for trying a correction; None for nothing or what is no whole number."""
    plain = text.strip().replace(",", "").replace("，", "")
    return int(plain) if plain.lstrip("+-").isdecimal() else None
