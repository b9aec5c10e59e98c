"""Reading a library: reports, versions, documents, SQL. No lock is needed, and nothing waits for a run that is writing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from ..errors import LibraryError
from ..model import Document, Report
from . import divisions, query
from .identity import agency_key
from .journal import Journal
from .rows import Event
from .said import Said, said_in
from .sources import Sources, with_second
from .tables import Tables
from .versions import Summary, Version

State = tuple[tuple[int, int], ...]
"""Segments and their sizes: as long as it is the same, nothing was added."""

_SUMMARY = (
    "report_id, version, agency, year, form, title, scope, level, region, published, source_name, sha256, origin, "
    "cells, verified, provable, open, contested, errors, warnings, added_at, preferred"
)


class Shelves:
    """What a library holds, for reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path / "journal")
        self.tables = Tables(path / "tables", self.journal)
        self.sources = Sources(path)
        self._guard = threading.RLock()
        """Held while the kept connection is used."""
        self._reader: tuple[State, duckdb.DuckDBPyConnection] | None = None
        self._still = 0
        """How many ask for the library to stand still."""

    def find(self, name: str) -> str:
        """The id of the report that a person means: an id, the start of one, or agency and year (“某县人民政府 2022”)."""
        found = self.meant(name)
        if not found:
            raise LibraryError(f"报告库中没有“{name}”；可用编号、编号开头，或“机关名称 年度” (no such report)")
        if len(found) > 1:
            raise LibraryError(f"“{name}”可指 {'、'.join(found)}，请写全编号 (ambiguous report id)")
        return found[0]

    def meant(self, name: str) -> list[str]:
        """The ids of the reports that these words can mean, at most six."""
        text = name.strip()
        rows = self.rows("SELECT report_id FROM texts WHERE report_id = ?", [text])
        if not rows and text:
            rows = self.rows("SELECT report_id FROM texts WHERE starts_with(report_id, ?) LIMIT 6", [text.lower()])
        agency, _, year = text.replace("年", "").rpartition(" ")
        if not rows and year.isdecimal() and len(year) == 4:
            rows = self.rows(
                "SELECT report_id FROM reports WHERE year = ? AND (agency = ? OR agency_key = ?) LIMIT 6",
                [int(year), agency.strip(), agency_key(agency)],
            )
        return [str(row[0]) for row in rows]

    def get(self, report_id: str, version: int | None = None) -> Report:
        """A report, whole: its current version, or the given one."""
        return Report.model_validate(self.event(report_id, version)["report"])

    def event(self, report_id: str, version: int | None = None) -> Event:
        """The event that added a version of a report."""
        values: tuple[str | int, ...] = (report_id,)
        where = "texts WHERE report_id = ?"
        if version is not None:
            where, values = "versions WHERE report_id = ? AND version = ?", (report_id, version)
        rows = self.rows(f'SELECT segment, "offset", length FROM {where}', values)
        if not rows:
            raise LibraryError(f"报告库中没有“{report_id}”{'' if version is None else f' 的版本 {version}'} (no such report or version)")
        return self.journal.read(*rows[0])

    def reports(
        self,
        *,
        agency: str | None = None,
        year: int | None = None,
        form: str | None = None,
        text: str | None = None,
        all_texts: bool = False,
    ) -> Iterator[Summary]:
        """Summaries, by agency and year. ``text`` is looked for in agency, title and file name; ``all_texts`` also gives
        texts that another text of the same agency and year has replaced."""
        conditions: list[str] = [] if all_texts else ["preferred"]
        values: list[Any] = []
        for condition, value in (("agency = ?", agency), ("year = ?", year), ("form = ?", form)):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        if text:
            conditions.append("contains(concat_ws(' ', agency, title, source_name, report_id), ?)")
            values.append(text)
        where = " AND ".join(conditions) or "true"
        for row in self.rows(f"SELECT {_SUMMARY} FROM texts WHERE {where} ORDER BY agency, year, report_id", values):
            yield Summary(*row)

    def records(self, sha256s: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The current records of all texts of these sources, in the order given, one in memory at a time."""
        wanted = list(dict.fromkeys(sha256s))
        found: dict[str, list[tuple[int, int, int]]] = {}
        for sha256, *where in self.rows(
            'SELECT sha256, segment, "offset", length FROM texts WHERE sha256 IN (SELECT unnest(?)) ORDER BY length(report_id), report_id',
            [wanted],
        ):
            found.setdefault(sha256, []).append((where[0], where[1], where[2]))
        for sha256 in wanted:
            for place in found.get(sha256, ()):
                yield self.journal.read(*place)["report"]

    def versions(self, report_id: str) -> tuple[Version, ...]:
        """All versions of a text, oldest first."""
        rows = self.rows(
            "SELECT v.version, t.version IS NOT NULL, v.engine, v.tool, v.who, v.why, v.added_at, v.verified, v.cells FROM versions v "
            "LEFT JOIN texts t ON t.version = v.version WHERE v.report_id = ? ORDER BY v.version",
            [report_id],
        )
        return tuple(Version(*row) for row in rows)

    def said(self) -> Said:
        """What people said about the texts: corrections in force, and where files came from."""
        return said_in(self.rows, self.path)

    def document(self, sha256: str) -> Document:
        """The document of a source by its hash; read anew from the kept bytes when the stored one is missing or damaged."""
        try:
            document = self.sources.document(sha256)
        except LibraryError:
            data = self.sources.data(sha256)
            if data is None:
                raise
        else:
            return with_second(document, self.sources)
        from ..sources import read_bytes

        rows = self.rows("SELECT source_name FROM versions WHERE sha256 = ? ORDER BY version DESC LIMIT 1", [sha256])
        document = read_bytes(data, rows[0][0] if rows else sha256)
        with suppress(LibraryError):
            self.sources.forget_document(sha256)
            self.sources.keep(document, None)
        return document

    def text(self, sha256: str) -> str:
        """The original text of a source by its hash; places of evidence point into it."""
        return self.document(sha256).original

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A fresh read-only connection with the views of :data:`extractor.library.query.VIEWS`; the caller closes it."""
        return query.connect(self.tables.parts(), self.tables.folder.resolve(), divisions.load(self.path))

    def sql(self, text: str, *, limit: int = 1000, seconds: float = 30.0) -> query.Answer:
        """One SELECT over the views, under limits of rows and time."""
        connection = self.connect()
        try:
            return query.run(connection, text, limit=limit, seconds=seconds)
        finally:
            connection.close()

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a trusted query; the connection is kept as long as nothing is added."""
        with self._guard:
            state = self._state()
            if self._reader is None or (self._reader[0] != state and not self._still):
                self._drop_reader()
                self._reader = (state, self.connect())
            return self._reader[1].execute(sql, list(values)).fetchall()

    def state(self) -> State:
        """What is in the library, as a value that changes whenever something is added."""
        return self._state()

    @contextmanager
    def still(self) -> Iterator[None]:
        """While this lasts all queries see the library as it was at the first of them, also when a run is adding to it."""
        with self._guard:
            if not self._still and self._reader is not None and self._reader[0] != self._state():
                self._drop_reader()
            self._still += 1
        try:
            yield
        finally:
            self._still -= 1

    def _state(self) -> State:
        return tuple((segment, self.journal.size(segment)) for segment in self.journal.segments())

    def _drop_reader(self) -> None:
        with self._guard:
            if self._reader is not None:
                self._reader[1].close()
                self._reader = None
