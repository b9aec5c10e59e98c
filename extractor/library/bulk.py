"""Thousands of files into a library: streaming, resumable after a kill at any point, failures listed with reasons."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import BudgetError, LibraryError, ModelError, SettingsError, SourceError
from ..manifest import Manifest, entered, place_document
from ..model import Document, Report
from .corrections import Correction, corrected
from .identity import report_id_of
from .library import Library
from .pool import Outcome, spread
from .sources import Sources, write_whole
from .versions import Prepared, now, prepare, tool_version

if TYPE_CHECKING:
    from ..engines import Session


@dataclass(frozen=True)
class Engine:
    """The reader of the program itself: file to document to reports, by one of its engines."""

    name: Literal["offline", "llm", "auto"] = "offline"
    session: Session | None = None
    """The model's session; it stays in this process, so such a run has no worker processes."""

    def __call__(self, data: bytes, name: str) -> tuple[Document, Sequence[Report]]:
        """Read a file; BudgetError when the model's budget ran out on the way, so that the file is read again later."""
        from ..pipeline import extract
        from ..sources import read_bytes

        document = read_bytes(data, name)
        reports = extract(document, engine=self.name, session=self.session)
        if any(finding.rule == "llm.budget" for report in reports for finding in report.findings):
            raise BudgetError(f"预算在读“{name}”时用完；它和其余文件还没有入库，加大 --budget 再运行即可续做 (the budget is spent)")
        return document, reports


Reader = Callable[[bytes, str], tuple[Document, Sequence[Report]]]
"""From a file's bytes and name to its document and reports; importable by name, so that worker processes find it."""
STOPPING = {error.__name__: error for error in (ModelError, BudgetError, SettingsError, LibraryError)}
"""Errors that would meet every further file too: they end the run, and no file is blamed."""
BATCH = 32
PAUSE = 1.0
"""Finished reports reach the disk together: after BATCH of them, or PAUSE seconds, whichever comes first."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, or a full segment to turn into Parquet."""

    path: Path | None = None
    sha256: str = ""
    segment: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker needs: where the library is, how to read, what to write into each version."""

    library: Path
    reader: Reader
    engine: str
    run: str
    keep_bytes: bool = True
    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    """What people corrected in texts of the library, by report id."""
    manifest: Manifest | None = None
    """Where the files came from, if a person listed it."""

    def __call__(self, task: Task) -> list[Prepared]:
        """Read a file, keep its source, and make its reports ready for the journal."""
        if task.segment is not None:
            Library(self.library).tables.compact([task.segment])
            return []
        assert task.path is not None
        data = _bytes_of(task.path)
        document, reports = self.reader(data, task.path.name)
        entry = self.manifest.entry(task.path) if self.manifest else None
        document = place_document(document, entry)
        if not reports:
            raise SourceError(f"“{task.path.name}”中没有找到年度报告 (no annual report found in the file)")
        Sources(self.library).keep(document, data if self.keep_bytes else None)
        made: list[Prepared] = []
        for number, report in enumerate(reports, 1):
            report_id = report_id_of(report.source.sha256, number)
            wanted = self.corrections.get(report_id)
            if wanted:
                report = corrected(document, number, self.engine, wanted, fallback=report)
            report = entered(report, entry)
            made.append(prepare(report, report_id, engine=self.engine, run=self.run))
        return made


@dataclass
class Run:
    """Where a run stands, and in the end its report."""

    id: str
    engine: str
    workers: int
    started: str
    files: int | None = None
    """Files to look at; None while it is not known."""
    done: int = 0
    """Files read in this run."""
    skipped: int = 0
    """Files that the library already holds, read by this program with this engine."""
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

    @property
    def seen(self) -> int:
        """Files dealt with in one way or another."""
        return self.done + self.skipped + self.failed + self.left


def run_bulk(
    library: Library,
    files: Sequence[Path],
    reader: Reader,
    *,
    workers: int = 1,
    engine: str = "offline",
    retry_failed: bool = False,
    again: bool = False,
    keep_bytes: bool = True,
    seconds: float = 900.0,
    manifest: Manifest | None = None,
    watch: Callable[[Run], None] = lambda run: None,
) -> Run:
    """Read files into the library; holds it for writing until done.

    A file that the library has from this program and engine is skipped, one that failed before is left alone unless
    ``retry_failed`` (then only those are read), and ``again`` reads everything anew. ``watch`` is called after every file.
    """
    run = Run(f"{now().replace(':', '').replace('-', '')}-{secrets.token_hex(3)}", engine, workers, now())
    begun = time.monotonic()
    with library.writing(seconds=0.5):
        desk = Desk(library.path, reader, engine, run.id, keep_bytes, library.corrections(), manifest)
        basket = _Basket(library)
        queue = _Queue(library, files, run, retry_failed=retry_failed, again=again)
        try:
            for outcome in spread(desk, queue.tasks(), workers=workers, seconds=seconds):
                _settle(outcome, run, basket, queue)
                run.seconds = time.monotonic() - begun
                run.rate = (run.done + run.failed) / max(run.seconds, 1e-9)
                run.remaining = (run.files - run.seen) / run.rate if run.files is not None and run.rate else None
                watch(run)
        finally:
            run.new += basket.empty()[0]
            run.ended, run.peak_mb, run.seconds = now(), peak_memory(), time.monotonic() - begun
            _write_report(library.path, run)
        library.settle()
    watch(run)
    return run


class _Queue:
    """Files still to be read, hashed one by one as the workers ask for more; full segments come in between."""

    def __init__(self, library: Library, files: Sequence[Path], run: Run, *, retry_failed: bool, again: bool) -> None:
        self.library, self.run = library, run
        self.segments: list[int] = []
        about = (tool_version(), run.engine)
        self.have = set() if again else _column(library, "SELECT DISTINCT sha256 FROM raw_reads WHERE tool = ? AND engine = ?", about)
        self.failed = set() if again or retry_failed else _failed(library, about)
        self.files: Iterable[Path] = files
        if retry_failed:
            named = {str(Path(path).resolve()) for path in files}
            rows = library.rows("SELECT DISTINCT path FROM failures WHERE path IS NOT NULL ORDER BY path")
            self.files = [Path(row[0]) for row in rows if not named or row[0] in named]
            run.files = len(self.files)
        else:
            run.files = len(files)

    def tasks(self) -> Iterator[Task]:
        for path in self.files:
            while self.segments:
                yield Task(segment=self.segments.pop())
            try:
                sha256 = hashlib.sha256(_bytes_of(path)).hexdigest()
            except SourceError:
                yield Task(path)
                continue
            if sha256 in self.have:
                self.run.skipped += 1
            elif sha256 in self.failed:
                self.run.left += 1
            else:
                self.have.add(sha256)
                yield Task(path, sha256)


class _Basket:
    """Events that wait to be written together."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.waiting: list[Prepared | dict[str, Any]] = []
        self.since = time.monotonic()

    def put(self, event: Prepared | dict[str, Any]) -> None:
        self.waiting.append(event)

    def empty(self, *, due: bool = True) -> tuple[int, list[int]]:
        """Write what waits; gives the number of new versions and the segments that have become full."""
        if not self.waiting or not (due or len(self.waiting) >= BATCH or time.monotonic() - self.since >= PAUSE):
            return (0, [])
        before = self.library.journal.segments()[-1:]
        waiting, self.waiting = self.waiting, []
        events = [event for event in waiting if isinstance(event, dict)]
        new = self.library.append([event for event in waiting if isinstance(event, Prepared)], events)
        self.since = time.monotonic()
        after = self.library.journal.segments()[-1:]
        return (sum(new), before if before != after else [])


def _settle(outcome: Outcome[Task, list[Prepared]], run: Run, basket: _Basket, queue: _Queue) -> None:
    task = outcome.item
    if outcome.kind in STOPPING:
        raise STOPPING[outcome.kind](outcome.reason)
    if task.segment is None:
        if outcome.kind:
            run.failed += 1
            run.failures[outcome.kind] = run.failures.get(outcome.kind, 0) + 1
            basket.put(failure(task, outcome.kind, outcome.reason, run))
        for prepared in outcome.result or ():
            run.reports += 1
            run.cells += prepared.cells
            run.verified += prepared.verified
            run.open += prepared.doubtful
            basket.put(prepared)
        if not outcome.kind:
            run.done += 1
            basket.put(finished(task, len(outcome.result or ()), run))
    elif outcome.kind:
        raise LibraryError(f"日志分段 {task.segment:08d} 未能整理：{outcome.reason} (segment could not be compacted)")
    new, full = basket.empty(due=False)
    run.new += new
    queue.segments += full


def finished(task: Task, reports: int, run: Run) -> dict[str, Any]:
    """The event that a file was read whole. It comes after the file's versions: a kill between them means reading it again."""
    about = {"sha256": task.sha256, "reports": reports, "engine": run.engine, "tool": tool_version()}
    return {"kind": "read", **about, "run": run.id, "added_at": now()}


def failure(task: Task, kind: str, reason: str, run: Run) -> dict[str, Any]:
    """A failure as the event that the journal keeps."""
    assert task.path is not None
    about = {"name": task.path.name, "path": str(task.path.resolve()), "sha256": task.sha256 or None, "error": kind}
    return {"kind": "failure", **about, "reason": reason, "engine": run.engine, "tool": tool_version(), "run": run.id, "added_at": now()}


def peak_memory() -> float | None:
    """Largest resident memory of this process plus that of its largest ended child, in MB; None where it is not known."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"“{path}”无法读取：{error.strerror} (file cannot be read)") from error


def _failed(library: Library, about: tuple[str, str]) -> set[str]:
    return _column(library, "SELECT sha256 FROM failures WHERE sha256 IS NOT NULL AND tool = ? AND engine = ?", about)


def _column(library: Library, sql: str, values: tuple[str, str]) -> set[str]:
    return {row[0] for row in library.rows(sql, values)}


def _write_report(path: Path, run: Run) -> None:
    folder = path / "runs"
    try:
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{run.id}.json", (json.dumps(asdict(run), ensure_ascii=False, indent=2) + os.linesep).encode())
    except OSError:
        return  # the run itself is safe in the journal; a full disk must not hide the error that ended it
