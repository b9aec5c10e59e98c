"""Where a bulk run stands, and in the end its report."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .sources import write_whole


@dataclass
class Run:
    """Where a run stands, and in the end its report."""

    id: str
    engine: str
    workers: int
    started: str
    on: str = ""
    """Where the workers were: ``processes`` or ``ray``; empty when there were none."""
    files: int | None = None
    """Files to look at; None while it is not known."""
    done: int = 0
    """Files read in this run."""
    skipped: int = 0
    """Files that the library already holds, read by this program with this engine."""
    placed: int = 0
    """Of these, files that a manifest newly says something about."""
    failed: int = 0
    left: int = 0
    """Files that failed in an earlier run and were left alone."""
    reports: int = 0
    new: int = 0
    """Versions added."""
    cells: int = 0
    verified: int = 0
    open: int = 0
    """Cells in doubt: several readings, an equation fails, unreadable."""
    seconds: float = 0.0
    rate: float = 0.0
    """Files read a second."""
    remaining: float | None = None
    """Seconds left, as far as one can tell."""
    failures: dict[str, int] = field(default_factory=dict)
    """Number of failures by kind."""
    ended: str | None = None
    peak_mb: float | None = None
    """Largest memory of this process and of its largest worker, in MB, where the system tells."""
    sources: dict[str, None] = field(default_factory=dict, repr=False)
    """Hashes of the files looked at, in their order."""

    @property
    def seen(self) -> int:
        """Files dealt with in one way or another."""
        return self.done + self.skipped + self.failed + self.left


def peak_memory() -> float | None:
    """Largest resident memory of this process plus that of its largest ended child, in MB; None where it is not known."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit


def write_report(path: Path, run: Run) -> None:
    """Keep a run's report in the library at this path."""
    folder = path / "runs"
    try:
        folder.mkdir(exist_ok=True)
        told = {name: value for name, value in asdict(run).items() if name != "sources"}
        write_whole(folder / f"{run.id}.json", (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
    except OSError:
        return  # the run itself is safe in the journal; a full disk must not hide the error that ended it
