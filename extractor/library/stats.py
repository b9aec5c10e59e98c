"""What a library holds, counted; and who of a roster has not published."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from ..errors import LibraryError
from ..sources.charset import decode
from .identity import agency_key
from .library import Library

_LIKE = 85
"""Similarity of names, of 100, from which a report is named as perhaps the missing one."""


_YEARS = """SELECT year, count(*), CAST(sum(provable) AS BIGINT), CAST(sum(verified) AS BIGINT),
    CAST(sum(open + contested) AS BIGINT), count(*) FILTER (errors > 0)
FROM reports GROUP BY 1 ORDER BY 1 NULLS LAST"""
_FORMS = """SELECT CASE WHEN form IS NULL THEN '无表格'
    WHEN divided IS NOT NULL AND divided <> (form = '2021') THEN form || '（混合）' ELSE form END, count(*)
FROM reports GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over the reports of a library."""

    reports: int
    texts: int
    agencies: int
    cells: int
    verified: int
    provable: int
    """Cells of sections three and four."""
    states: dict[str, int]
    years: tuple[tuple[Any, ...], ...]
    """Year, reports, cells of sections three and four, verified, open or contested, reports with an error."""
    forms: dict[str, int]
    origins: dict[str, int]
    findings: tuple[tuple[Any, ...], ...]
    """Rule, severity, findings, reports."""
    failures: dict[str, int]
    corrections: int
    verdicts: dict[str, int]
    bytes: int
    damaged: int
    """Places in the journal that cannot be read."""


@dataclass(frozen=True, slots=True)
class Absence:
    """An agency of a roster without a report."""

    agency: str
    perhaps: tuple[str, ...]
    """Agencies in the library with a similar name and a report for the year."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A roster held against a library."""

    year: int
    expected: int
    present: tuple[str, ...]
    absent: tuple[Absence, ...]
    unlisted: tuple[str, ...]
    """Agencies with a report that the roster does not name."""


def stats(library: Library) -> Stats:
    """Count a library."""
    rows = library.rows
    one = rows("SELECT count(*), count(DISTINCT agency_key), sum(cells), sum(verified), sum(provable) FROM reports")[0]
    return Stats(
        reports=one[0],
        texts=rows("SELECT count(*) FROM texts")[0][0],
        agencies=one[1],
        cells=int(one[2] or 0),
        verified=int(one[3] or 0),
        provable=int(one[4] or 0),
        states=dict(rows("SELECT status, count(*) FROM cells GROUP BY 1 ORDER BY 2 DESC, 1")),
        years=tuple(rows(_YEARS)),
        forms=dict(rows(_FORMS)),
        origins=dict(rows("SELECT origin, count(*) FROM reports GROUP BY 1 ORDER BY 1")),
        findings=tuple(
            rows("SELECT rule, any_value(severity), count(*), count(DISTINCT report_id) FROM findings GROUP BY 1 ORDER BY 3 DESC, 1")
        ),
        failures=dict(rows("SELECT error, count(*) FROM failures GROUP BY 1 ORDER BY 1")),
        corrections=sum(map(len, library.corrections().values())),
        verdicts=dict(rows("SELECT verdict, count(*) FROM findings WHERE verdict IS NOT NULL GROUP BY 1 ORDER BY 1")),
        damaged=sum(library.journal.damaged.values()),
        bytes=sum(path.stat().st_size for path in library.path.rglob("*") if path.is_file()),
    )


def roll_call(library: Library, roster: Path, year: int) -> Roll:
    """Who of a roster has a report for a year. The roster is a text or CSV file with one agency a line, in the first column."""
    names = read_roster(roster)
    have = {
        agency_key(row[0]): row[0]
        for row in library.rows("SELECT DISTINCT agency FROM reports WHERE year = ? AND agency IS NOT NULL", [year])
    }
    wanted = {agency_key(name): name for name in names}
    free = {key: name for key, name in have.items() if key not in wanted}
    absent = []
    for key, name in wanted.items():
        if key not in have:
            fuller = [known for known in free if known.endswith(key) or key.endswith(known)]
            near = [found[0] for found in process.extract(key, list(free), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=3)]
            absent.append(Absence(name, tuple(free[known] for known in dict.fromkeys([*fuller, *near]))[:3]))
    present = tuple(name for key, name in wanted.items() if key in have)
    return Roll(year, len(wanted), present, tuple(absent), tuple(sorted(free.values())))


def read_roster(path: Path) -> list[str]:
    """The names in a roster; a heading line (机关, agency, 单位 …) is left out."""
    try:
        text = decode(path.read_bytes(), path.name).text.lstrip("\ufeff")
    except OSError as error:
        raise LibraryError(f"名单“{path}”无法读取：{error.strerror} (roster cannot be read)") from error
    names = [row[0].strip() for row in csv.reader(text.splitlines()) if row and row[0].strip()]
    if names and names[0].lower() in ("机关", "机关名称", "单位", "单位名称", "名称", "agency", "name"):
        names = names[1:]
    if not names:
        raise LibraryError(f"名单“{path}”是空的；每行写一个机关名称 (the roster is empty)")
    return names
