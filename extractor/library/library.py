"""The library itself: open a folder, add reports, find and read them back, query."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from ..errors import LibraryError
from ..model import Document, Report
from . import divisions, query
from .corrections import Correction, corrected
from .identity import report_id_of
from .journal import Journal, pack, unpack, writing_failed
from .rows import Event
from .sources import Sources, write_whole
from .tables import Tables
from .versions import Latest, Prepared, Summary, Version, now, prepare, tool_version, wins

State = tuple[tuple[int, int], ...]
"""Segments and their sizes: as long as it is the same, nothing was added."""
FORMAT = 1
"""Of the folder as a whole; a library of a later format is refused, not guessed at."""
COMPACT_AT = 100
"""Reports outside Parquet from which closing a library, or ending a run, compacts."""


_SUMMARY = (
    "report_id, version, agency, year, form, title, scope, level, region, published, source_name, sha256, origin, "
    "cells, verified, provable, open, contested, errors, warnings, added_at, preferred"
)


def default_path() -> Path:
    """Where the library is when nobody says: GONGKAI_LIBRARY, else the folder ``library``."""
    return Path(os.environ.get("GONGKAI_LIBRARY") or "library")


class Library:
    """A library folder; open it with :meth:`open`. Reading needs no lock; writing takes one for as long as it lasts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path / "journal")
        self.tables = Tables(path / "tables", self.journal)
        self.sources = Sources(path)
        self._guard = threading.RLock()
        """Held while the kept connection is used."""
        self._pen = threading.RLock()
        """Held while this process writes; readers do not wait for it."""
        self._lock = FileLock(str(path / ".lock"), timeout=0)
        self._reader: tuple[State, duckdb.DuckDBPyConnection] | None = None
        self._latest: tuple[State, dict[str, Latest]] | None = None

    # ------------------------------------------------------------------ opening
    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True) -> Library:
        """The library in a folder; made when it does not exist and ``create``.

        LibraryError: there is none, the folder holds something else, or it was written by a later version.
        """
        folder = Path(path)
        card = folder / "library.json"
        if card.is_file():
            try:
                written = json.loads(card.read_text("utf-8"))["format"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise LibraryError(f"“{card}”无法读取，不能确认这是报告库 (library.json cannot be read)") from error
            if written > FORMAT:
                raise LibraryError(f"报告库“{folder}”的格式为 {written}，本程序只认到 {FORMAT}；请升级 gongkai (library is newer)")
            return cls(folder)
        if (folder / "journal").is_dir():
            return cls(folder)
        if not create:
            raise LibraryError(f"“{folder}”不是报告库；先用 gongkai extract … --library {folder} 建立 (no library there)")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise LibraryError(f"“{folder}”已存在且不是报告库，请另选一个空文件夹 (folder exists and is not a library)")
        try:
            (folder / "journal").mkdir(parents=True, exist_ok=True)
            write_whole(card, json.dumps({"format": FORMAT, "created": now(), "tool": tool_version()}).encode())
        except OSError as error:
            raise writing_failed(folder, error) from error
        return cls(folder)

    def close(self) -> None:
        """Let go of connections; compacts when much has been added and nobody else is writing."""
        with suppress(LibraryError):
            self.settle()
        self._drop_reader()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def writing(self, seconds: float = 10.0) -> Iterator[None]:
        """Hold the library for writing; LibraryError when someone else has it longer than this or the folder is read-only."""
        if not self._pen.acquire(timeout=seconds):
            raise self._busy()
        try:
            try:
                self._lock.acquire(timeout=seconds)
            except Timeout:
                raise self._busy() from None
            except OSError as error:
                raise writing_failed(self.path, error) from error
            try:
                yield
            finally:
                self._lock.release()
        finally:
            self._pen.release()

    def _busy(self) -> LibraryError:
        return LibraryError(
            f"报告库“{self.path}”正被另一个进程写入；等它结束，或换一个 --library (another process is writing to this library)"
        )

    # ------------------------------------------------------------------ adding
    def add(
        self,
        report: Report,
        document: Document,
        *,
        number: int = 1,
        data: bytes | None = None,
        engine: str = "offline",
        why: str = "",
        who: str = "",
        run: str = "",
    ) -> str:
        """Keep a report and its document; gives the text's id.

        ``number`` is the report's place among those of its file, from 1. The same reading again adds nothing; another reading
        of the same text adds a version, with the corrections that people made. ``data`` are the file's own bytes.
        """
        self.sources.keep(document, data)
        report_id = report_id_of(report.source.sha256, number)
        wanted = self.corrections().get(report_id)
        if wanted:
            report = corrected(document, number, engine, wanted, fallback=report)
        self.append([prepare(report, report_id, engine=engine, why=why, who=who, run=run)])
        return report_id

    def add_all(self, reports: Sequence[Report], document: Document, **about: Any) -> tuple[str, ...]:
        """Keep every report of one file, in the order in which the file has them."""
        return tuple(self.add(report, document, number=number, **about) for number, report in enumerate(reports, 1))

    def append(self, versions: Sequence[Prepared], events: Sequence[Event] = ()) -> list[bool]:
        """Append versions and, after them, events of other kinds, forced to disk together; tells for each version whether it was new.

        One like the text's current version adds nothing. Which version is current is decided here. The events are none that
        change which version is current.
        """
        with self.writing():
            known = self.latest()
            new: list[bool] = []
            members: list[bytes] = []
            for prepared in versions:
                before = known.get(prepared.report_id)
                new.append(before is None or before.digest != prepared.digest)
                if not new[-1]:
                    continue
                if wins(prepared, before):
                    members.append(prepared.member)
                    known[prepared.report_id] = Latest(prepared.digest, prepared.tool, prepared.engine, prepared.verified)
                else:
                    members.append(pack({**unpack(prepared.member), "current": False}))
            members += map(pack, events)
            try:
                self.journal.append(members)
            except LibraryError:
                self._latest = None
                raise
            self._latest = (self._state(), known)
        return new

    def latest(self) -> dict[str, Latest]:
        """What is known of every text's current version, by report id."""
        with self._guard:
            if self._latest is None or self._latest[0] != self._state():
                rows = self.rows(
                    "SELECT t.report_id, v.digest, t.tool, t.engine, t.verified FROM texts t JOIN raw_versions v ON v.seq = t.version"
                )
                self._latest = (self._state(), {row[0]: Latest(*row[1:]) for row in rows})
            return self._latest[1]

    def corrections(self) -> dict[str, list[Correction]]:
        """The corrections in force by report id: the last for each field, withdrawn ones left out."""
        found: dict[str, list[Correction]] = {}
        for report_id, *about in self.rows(
            "SELECT report_id, field, arg_max(value, seq), arg_max(why, seq), arg_max(who, seq) FROM raw_corrections "
            "GROUP BY ALL ORDER BY ALL"
        ):
            correction = Correction(*about)
            if not correction.withdrawn:
                found.setdefault(report_id, []).append(correction)
        return found

    def write(self, event: Event) -> int:
        """Append one event of another kind (correction, verdict, pointer, failure); gives its sequence number."""
        with self.writing():
            return self.journal.append([pack({"added_at": now(), "tool": tool_version(), **event})])[0]

    def compact(self) -> list[int]:
        """Turn what is only in the journal into Parquet."""
        with self.writing():
            self._drop_reader()
            self.tables.sweep()
            made = self.tables.compact()
            self.journal.turn()
            return made

    def settle(self) -> None:
        """Compact when enough has gathered outside Parquet to be worth it."""
        if self._pending() >= COMPACT_AT:
            self.compact()

    # ------------------------------------------------------------------ reading
    def find(self, name: str) -> str:
        """The id of the report that a person means: an id, the start of one, or agency and year (“某县人民政府 2022”)."""
        text = name.strip()
        rows = self.rows("SELECT report_id FROM texts WHERE report_id = ?", [text]) or self.rows(
            "SELECT report_id FROM texts WHERE starts_with(report_id, ?) LIMIT 6", [text.lower()]
        )
        if not rows:
            agency, _, year = text.replace("年", "").rpartition(" ")
            if year.isdigit():
                rows = self.rows(
                    "SELECT report_id FROM reports WHERE year = ? AND (agency = ? OR agency_key = ?)",
                    [int(year), agency.strip(), agency.replace(" ", "")],
                )
        if not rows:
            raise LibraryError(f"报告库中没有“{name}”；可用编号、编号开头，或“机关名称 年度” (no such report)")
        if len(rows) > 1:
            raise LibraryError(f"“{name}”可指 {'、'.join(row[0] for row in rows)}，请写全编号 (ambiguous report id)")
        return str(rows[0][0])

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

    def versions(self, report_id: str) -> tuple[Version, ...]:
        """All versions of a text, oldest first."""
        rows = self.rows(
            "SELECT v.version, t.version IS NOT NULL, v.engine, v.tool, v.who, v.why, v.added_at, v.verified, v.cells FROM versions v "
            "LEFT JOIN texts t ON t.version = v.version WHERE v.report_id = ? ORDER BY v.version",
            [report_id],
        )
        return tuple(Version(*row) for row in rows)

    def document(self, sha256: str) -> Document:
        """The document of a source by its hash; read anew from the kept bytes when the stored one is missing or damaged."""
        try:
            return self.sources.document(sha256)
        except LibraryError:
            data = self.sources.data(sha256)
            if data is None:
                raise
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

    # ------------------------------------------------------------------ inside
    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a trusted query; the connection is kept as long as nothing is added."""
        with self._guard:
            state = self._state()
            if self._reader is None or self._reader[0] != state:
                self._drop_reader()
                self._reader = (state, self.connect())
            return self._reader[1].execute(sql, list(values)).fetchall()

    def _state(self) -> State:
        return tuple((segment, self.journal.size(segment)) for segment in self.journal.segments())

    def _drop_reader(self) -> None:
        with self._guard:
            if self._reader is not None:
                self._reader[1].close()
                self._reader = None

    def _pending(self) -> int:
        return sum(part.tables["versions"].num_rows for part in self.tables.parts() if part.tables is not None)
