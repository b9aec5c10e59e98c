"""Versions of reports: how one is made ready for the journal, which becomes current, how they look in a list."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from ..model import DOUBTFUL, Report
from .journal import pack_text


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in a list."""

    id: str
    version: int
    agency: str | None
    year: int | None
    form: str | None
    title: str | None
    scope: str
    level: str
    region: str | None
    published: str | None
    source_name: str
    sha256: str
    origin: str
    cells: int
    verified: int
    provable: int
    open: int
    contested: int
    errors: int
    warnings: int
    added_at: str
    preferred: bool
    """Whether it is the one that counts among the texts of its agency and year."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.agency or self.source_name} {self.year or ''}".strip()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a report."""

    version: int
    current: bool
    engine: str
    tool: str
    who: str
    why: str
    added_at: str
    verified: int
    cells: int


@dataclass(frozen=True, slots=True)
class Latest:
    """What deciding about a new reading needs to know of the current one."""

    digest: str
    tool: str
    engine: str
    verified: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version ready to be appended."""

    report_id: str
    digest: str
    """Hash of the report without its file's name: the same reading of a file from the same place has the same."""
    tool: str
    engine: str
    who: str
    cells: int
    verified: int
    doubtful: int
    """Cells with several readings, in a failed equation, or unreadable."""
    member: bytes
    """The event as the journal keeps it."""


@cache
def tool_version() -> str:
    """The version of this program, written into every version and export."""
    try:
        return version("gongkai")
    except PackageNotFoundError:
        return "0"


def now() -> str:
    """The time as the library writes it: UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def prepare(report: Report, report_id: str, *, engine: str, why: str = "", who: str = "", run: str = "", tool: str = "") -> Prepared:
    """A report as a version ready for the journal; the costly part of adding, fit for a worker process.

    ``tool`` is the version of the program that read it, by default this one.
    """
    body = report.model_dump_json()
    told = body.removeprefix(f'{{"source":{report.source.model_dump_json()}')
    origin = f"{report.source.url}\n{report.source.retrieved_at}" if report.source.url or report.source.retrieved_at else ""
    digest = hashlib.sha256((told + origin).encode()).hexdigest()[:20]
    tool = tool or tool_version()
    head = {
        "kind": "report",
        "report_id": report_id,
        "current": True,
        "added_at": now(),
        "tool": tool,
        "engine": engine,
        "who": who,
        "why": why,
        "run": run,
        "digest": digest,
    }
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1] + f',"report":{body}}}'
    statuses = [evidence.status for evidence in report.cells.values()]
    return Prepared(
        report_id=report_id,
        digest=digest,
        tool=tool,
        engine=engine,
        who=who,
        cells=len(statuses),
        verified=sum(1 for evidence in report.cells.values() if evidence.verified),
        doubtful=sum(1 for status in statuses if status in DOUBTFUL),
        member=pack_text(line),
    )


def wins(version: Prepared, before: Latest | None) -> bool:
    """Whether a new reading of a text becomes current.

    It does when there is none, when a person made it, when a newer program made it, or when it proves at least as many cells.
    Proof decides only between readings of one text, never between texts.
    """
    if before is None or version.who:
        return True
    if _release(version.tool) != _release(before.tool):
        return _release(version.tool) > _release(before.tool)
    return version.verified >= before.verified


def _release(tool: str) -> tuple[int, ...]:
    return tuple(int(part) for part in tool.split(".") if part.isdigit())
