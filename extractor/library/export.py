"""A library as a file for other tools, by the file's ending; blank, not applicable and unverified stay apart in each."""

from __future__ import annotations

import hashlib
import mmap
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile, ZipFile

import duckdb

from ..errors import QueryError
from .across import across, across_id
from .codebook import HARMONISED
from .flat import LONG, REPORT, unwritable, write_csv, write_jsonl, write_parquet, write_sqlite
from .library import Library
from .versions import now, tool_version

Shape = Literal["long", "wide"]
_STEP = 10_000
_KEY = b"report_id"
_HEAD = 1 << 16
"""Bytes of a sheet that hold its first rows."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    files: tuple[Path, ...]
    reports: int
    dataset: str
    """Version of the data: the same current reports with the same content have the same."""


@dataclass(frozen=True, slots=True)
class Wide:
    """One report as a row: its values and their states by variable key."""

    about: dict[str, Any]
    values: dict[str, Decimal | float | None]
    states: dict[str, str]


def export(library: Library, path: Path, *, shape: Shape = "wide", where: str = "true", values: Sequence[Any] = ()) -> Exported:
    """Write the current reports to a file; ``where`` is a trusted condition over ``reports`` with ``values``."""
    from .sheets import write_xlsx
    from .stata import write_stata

    writers: dict[str, Callable[[Export, Path], tuple[Path, ...]]] = {
        ".csv": write_csv,
        ".xlsx": write_xlsx,
        ".parquet": write_parquet,
        ".jsonl": write_jsonl,
        ".dta": write_stata,
        ".sqlite": write_sqlite,
        ".db": write_sqlite,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise QueryError(f"不认识“{path.suffix or path.name}”；可用 {' '.join(writers)} (unknown ending)")
    if not replaceable(path):
        raise QueryError(
            f"“{path}”已有内容，不是导出的数据，不覆盖；请换个名称，或先移走它 (not an export of a library, which is not written over)"
        )
    connection = library.connect()
    try:
        job = Export(library, connection, shape, where, tuple(values))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return Exported(writer(job, path), job.count, job.dataset)
        except OSError as error:
            raise unwritable(path, error) from error
        except sqlite3.Error as error:
            raise unwritable(path, OSError(None, str(error))) from error
    finally:
        connection.close()


def replaceable(path: Path) -> bool:
    """Whether an export may stand there: there is no file, it is empty, or it is an export itself, by the name of its key."""
    if not path.is_file() or not path.stat().st_size:
        return True
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != b"PK\x03\x04":
            return data.find(_KEY) >= 0
    try:
        with ZipFile(path) as book, book.open("xl/worksheets/sheet2.xml") as sheet:
            return _KEY in sheet.read(_HEAD)
    except (BadZipFile, KeyError, OSError):
        return False


class Export:
    """The rows that an export writes, streamed from one connection, one query at a time."""

    def __init__(self, library: Library, connection: duckdb.DuckDBPyConnection, shape: Shape, where: str, values: Sequence[Any]) -> None:
        self.library, self.connection, self.shape = library, connection, shape
        connection.execute(
            "CREATE TABLE chosen AS SELECT report_id, version, row_number() OVER (ORDER BY agency NULLS LAST, year, report_id) AS place "
            f"FROM reports WHERE {where}",
            list(values),
        )
        lines = [
            f"{report_id} {digest}\n"
            for report_id, digest in self.rows(
                "SELECT c.report_id, v.digest FROM chosen c JOIN raw_versions v ON v.seq = c.version ORDER BY c.report_id"
            )
        ]
        self.count = len(lines)
        self.dataset = hashlib.sha256("".join(lines).encode()).hexdigest()[:12]
        self.made = now()

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Rows of a query, a stretch at a time; read to the end before the next query."""
        self.connection.execute(sql)
        while batch := self.connection.fetchmany(_STEP):
            yield from batch

    def table(self, view: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
        """Column names and rows of a view, of the chosen reports in order."""
        head = [str(row[0]) for row in self.connection.execute(f"DESCRIBE {view}").fetchall()]
        return tuple(head), self.rows(f"SELECT t.* FROM {view} t JOIN chosen USING (report_id) ORDER BY place")

    def records(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Id, version and whole record of each report, one in memory at a time."""
        places = list(
            self.rows(
                'SELECT c.report_id, c.version, v.segment, v."offset", v.length '
                "FROM chosen c JOIN raw_versions v ON v.seq = c.version ORDER BY place"
            )
        )
        for report_id, version, *where in places:
            yield report_id, version, self.library.journal.read(*where)["report"]

    def across(self) -> Iterator[tuple[Any, ...]]:
        """Findings about several reports, where all of them are chosen, in the columns of ACROSS."""
        chosen = {row[0] for row in self.rows("SELECT report_id FROM chosen")}
        for one in across(self.library):
            if chosen.issuperset(one.reports):
                made = one.finding
                quotes = [quote.text for quote in made.quotes]
                yield (across_id(one), made.rule, made.severity, made.message, list(one.reports), list(made.cells), quotes)

    @property
    def about(self) -> dict[str, str]:
        """What is written into every export."""
        return {"dataset_version": self.dataset, "tool_version": tool_version(), "reports": str(self.count), "exported_at": self.made}

    def long(self) -> Iterator[tuple[Any, ...]]:
        """Cells in LONG columns, by agency, year and printed order."""
        columns = ", ".join(f'c."{name}"' for name in LONG)
        return self.rows(f"SELECT {columns} FROM cells c JOIN chosen USING (report_id) ORDER BY place, c.section, c.n")

    def wide(self) -> Iterator[Wide]:
        """One report at a time with all its variables; what its form does not have is ``not_in_form``."""
        columns = ", ".join(REPORT)
        reports = list(self.rows(f"SELECT {columns} FROM reports JOIN chosen USING (report_id, version) ORDER BY place"))
        found = self.rows(
            "SELECT report_id, key, value, number, status FROM ("
            "SELECT report_id, path AS key, value, CAST(NULL AS DOUBLE) AS number, status FROM cells UNION ALL "
            "SELECT report_id, metric, CAST(NULL AS DECIMAL(38, 6)), value, status FROM metrics WHERE kind <> 'cell') "
            "JOIN chosen USING (report_id) ORDER BY place"
        )
        groups = groupby(found, key=lambda row: row[0])
        current = next(groups, None)
        for report in reports:
            about = dict(zip(REPORT, report, strict=True))
            values: dict[str, Decimal | float | None] = {}
            states: dict[str, str] = {}
            if current is not None and current[0] == about["report_id"]:
                for _, key, value, number, status in current[1]:
                    values[key] = value if number is None else number
                    states[key] = status
                current = next(groups, None)
            yield _harmonised(Wide(about, values, states))


def _harmonised(wide: Wide) -> Wide:
    for series in HARMONISED:
        key = series.keys.get(wide.about["form"] or "")
        if key in wide.states:
            wide.values[series.key] = wide.values[key]
            wide.states[series.key] = wide.states[key]
    return wide
