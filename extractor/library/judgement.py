"""What a person decides about a library's reports: corrections of our reading, verdicts on findings."""

from __future__ import annotations

import getpass
from typing import Literal

from ..errors import LibraryError, QueryError
from ..model import Report
from .corrections import Correction, Reread, check
from .library import Library
from .versions import now, prepare, tool_version

Decision = Literal["confirmed", "false-alarm"]


def correct(
    library: Library, name: str, field: str, value: str, *, why: str, who: str = "", reread: Reread | None = None
) -> tuple[Report, Report]:
    """Correct our reading of one field; gives the report before and after. The result is current at once.

    LibraryError, FormError or QueryError: no such report or field, a value the field cannot take, or no reason given.
    """
    if not why.strip():
        raise QueryError("请用 --why 说明依据，例如“原件第3页表格印的是12” (a correction needs a reason)")
    report_id = library.find(name)
    event = library.event(report_id)
    before = Report.model_validate(event["report"])
    who = who or user()
    said = library.said()
    known = said.corrections.get(report_id, ())
    kept = [one for one in known if one.field != field]
    correction = Correction(field, value.strip(), why, who)
    if correction.withdrawn and len(kept) == len(known):
        raise QueryError(f"“{field}”没有更正可以收回 (there is no correction of {field} to take back)")
    check(before, field, "" if correction.withdrawn else value)
    wanted = kept if correction.withdrawn else [*kept, correction]
    document = library.document(before.source.sha256)
    number = number_of(report_id)
    said = said.saying(report_id, wanted)
    after = said.upon(before, document, report_id, number, event["engine"], reread=reread, anew=correction.withdrawn)
    about = {"report_id": report_id, "sha256": before.source.sha256, "field": field, "value": value.strip()}
    old = before.value(field) if field in before.cells else getattr(before, field, None)
    told = {"kind": "correction", **about, "before": None if old is None else str(old), "why": why, "who": who, "added_at": now()}
    version = prepare(after, report_id, engine=event["engine"], why=why, who=who)
    library.append([version], before=[{**told, "tool": tool_version()}])
    return before, after


def restore(library: Library, name: str, version: int, *, why: str, who: str = "") -> Report:
    """Make an earlier version of a report current again; gives it. The versions after it stay."""
    report_id = library.find(name)
    report = library.get(report_id, version)
    library.write({"kind": "pointer", "report_id": report_id, "target": version, "why": why, "who": who or user()})
    return report


def decide(library: Library, finding: str, decision: Decision, *, note: str = "", who: str = "") -> str:
    """A person's verdict on a finding; gives the finding's whole id. It lapses when the values concerned change."""
    rows = library.rows("SELECT DISTINCT finding_id, report_id, message FROM findings WHERE starts_with(finding_id, ?) LIMIT 3", [finding])
    if not rows:
        raise LibraryError(
            f'报告库中没有编号为“{finding}”的发现，可用 gongkai sql "SELECT finding_id, message FROM findings" 查看 (no such finding)'
        )
    if len({row[0] for row in rows}) > 1:
        raise LibraryError(f"“{finding}”可指几个发现，请写全编号 (ambiguous finding id)")
    about = {"finding_id": rows[0][0], "report_id": rows[0][1], "verdict": decision}
    library.write({"kind": "verdict", **about, "note": note, "who": who or user()})
    return str(rows[0][0])


def number_of(report_id: str) -> int:
    """A report's number in its file, from its id."""
    _, _, number = report_id.partition("-")
    return int(number) if number else 1


def user() -> str:
    """Who is at this machine, as the system calls them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "person"
