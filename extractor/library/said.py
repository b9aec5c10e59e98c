"""What people said about the texts of a library, put on every new reading of them: corrections, and where a file came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..manifest import Entry, entered
from ..model import Document, Report
from .calls import call_log
from .corrections import Correction, Reread, corrected, rereader

Rows = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of people on each text; it outlives readings and holds as long as the source is the same."""

    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    """Corrections in force by report id: the last for each field, withdrawn ones left out."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """Lines of manifests by source hash."""
    calls: Path | None = None
    """The call log from which a model's answers are replayed when a correction needs the text read again."""

    def upon(
        self,
        report: Report,
        document: Document,
        report_id: str,
        number: int,
        engine: str,
        *,
        reread: Reread | None = None,
        anew: bool = False,
    ) -> Report:
        """The report with all of that in it; the same report when nothing was said. ``anew`` when a correction was taken back."""
        wanted = self.corrections.get(report_id, ())
        if wanted or anew:
            read = reread or rereader(self.calls)
            report = corrected(document, number, engine, wanted, reread=read, fallback=None if anew else report)
        return entered(report, self.entries.get(report.source.sha256))

    def saying(self, report_id: str, corrections: Sequence[Correction]) -> Said:
        """The same with these corrections of one report in place of its others."""
        return replace(self, corrections={**self.corrections, report_id: corrections})


def said_in(rows: Rows, library: Path) -> Said:
    """What the journal of a library holds of it, by a function that gives the rows of a query."""
    corrections: dict[str, list[Correction]] = {}
    for report_id, *about in rows(
        "SELECT report_id, field, arg_max(value, seq), arg_max(why, seq), arg_max(who, seq) FROM raw_corrections GROUP BY ALL ORDER BY ALL"
    ):
        correction = Correction(*about)
        if not correction.withdrawn:
            corrections.setdefault(report_id, []).append(correction)
    entries = {
        sha256: Entry(*about)
        for sha256, *about in rows(
            "SELECT sha256, file, url, retrieved_at, agency, year FROM raw_manifests "
            "QUALIFY row_number() OVER (PARTITION BY sha256 ORDER BY seq DESC) = 1"
        )
    }
    return Said(corrections, entries, call_log(library))


def manifest_event(sha256: str, entry: Entry, *, who: str, why: str, added_at: str) -> dict[str, Any]:
    """A line of a manifest as the journal keeps it."""
    about = {"file": entry.file, "url": entry.url, "retrieved_at": entry.retrieved_at, "agency": entry.agency, "year": entry.year}
    return {"kind": "manifest", "sha256": sha256, **about, "who": who, "why": why, "added_at": added_at}
