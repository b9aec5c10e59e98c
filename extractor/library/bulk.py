"""Thousands of files into a library: streaming, resumable after a kill at any point, failures listed with reasons."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from ..errors import LibraryError, SourceError
from ..manifest import Entry, Manifest, joined
from ..paths import legible, spelled
from .desk import STOPPING, ChangedError, Desk, Engine, Held, Reader, Task, sha256_of
from .judgement import user
from .library import Library
from .pool import Outcome, spread
from .runs import Run, peak_memory, write_report
from .said import manifest_event
from .versions import Prepared, now, tool_version

__all__ = ["Engine", "On", "Run", "run_bulk"]

On = Literal["processes", "ray"]
"""Where workers are."""
BATCH = 32
PAUSE = 1.0
"""Finished reports reach the disk together: after BATCH of them, or PAUSE seconds, whichever comes first."""
_READ = """SELECT sha256 FROM raw_reads r LEFT JOIN
    (SELECT sha256, count(DISTINCT report_id) AS kept FROM raw_versions GROUP BY 1) v USING (sha256)
WHERE tool = ? AND engine = ? GROUP BY sha256 HAVING max(coalesce(kept, 0)) >= max(reports)"""
"""Files read by a program with an engine of which every report is there: one that damage to the journal took is read again."""


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
    on: On = "processes",
) -> Run:
    """Read files into the library; holds it for writing until done.

    A file that the library has from this program and engine is skipped, one that failed before is left alone unless
    ``retry_failed`` (then only those are read), and ``again`` reads everything anew. ``watch`` is called after every file.
    Workers are processes of this machine or, ``on`` ray, of Ray.
    """
    run = Run(f"{now().replace(':', '').replace('-', '')}-{secrets.token_hex(3)}", engine, workers, now(), on=on if workers else "")
    begun = time.monotonic()
    with library.writing(seconds=0.5):
        who, why = (user(), f"清单 {manifest.name} (manifest)") if manifest else ("", "")
        desk = Desk(library.path, reader, engine, run.id, keep_bytes, library.said(), who, why)
        basket = _Basket(library)
        queue = _Queue(library, desk, files, run, basket, manifest, retry_failed=retry_failed, again=again)
        try:
            for outcome in _spread(on, workers)(desk, queue.tasks(), workers=workers, seconds=seconds):
                _settle(outcome, run, desk, basket, queue)
                run.seconds = time.monotonic() - begun
                run.rate = (run.done + run.failed) / max(run.seconds, 1e-9)
                run.remaining = (run.files - run.seen) / run.rate if run.files is not None and run.rate else None
                watch(run)
        finally:
            run.new += basket.empty()[0]
            run.ended, run.peak_mb, run.seconds = now(), peak_memory(), time.monotonic() - begun
            write_report(library.path, run)
        library.settle()
    watch(run)
    return run


def _spread(on: On, workers: int) -> Callable[..., Iterator[Outcome[Task, list[Prepared]]]]:
    if on == "processes" or not workers:
        return spread
    from .cluster import spread_on_ray

    return spread_on_ray


class _Queue:
    """Files still to be read, hashed one by one as the workers ask for more; full segments come in between."""

    def __init__(
        self,
        library: Library,
        desk: Desk,
        files: Sequence[Path],
        run: Run,
        basket: _Basket,
        manifest: Manifest | None,
        *,
        retry_failed: bool,
        again: bool,
    ) -> None:
        self.library, self.run, self.basket, self.manifest = library, run, basket, manifest
        self.segments: list[int] = []
        self.entries = dict(desk.said.entries)
        self.told: set[str] = set()
        """Sources of which a line of the manifest was taken: of several files with one content the first counts."""
        self.held: dict[str, tuple[Held, ...]] = _held(library) if manifest else {}
        about = (tool_version(), run.engine)
        self.have = set() if again else _column(library, _READ, about)
        self.failed = set() if again or retry_failed else _failed(library, about)
        self.shut = {row[0] for row in library.rows("SELECT path FROM failures WHERE sha256 IS NULL")}
        """Files that could not be opened before."""
        self.files: Iterable[Path] = files
        if retry_failed:
            named = {place_of(Path(path)): Path(path) for path in files}
            rows = library.rows("SELECT DISTINCT path FROM failures WHERE path IS NOT NULL ORDER BY path")
            self.files = [named.get(row[0], Path(row[0])) for row in rows if not named or row[0] in named]
            run.files = len(self.files)
        else:
            run.files = len(files)

    def tasks(self) -> Iterator[Task]:
        for path in self.files:
            while self.segments:
                yield Task(segment=self.segments.pop())
            try:
                sha256 = sha256_of(path)
            except SourceError:
                yield Task(path)
                continue
            self.run.sources[sha256] = None
            if sha256 in self.have:
                self.run.skipped += 1
                if self.shut and place_of(path) in self.shut:
                    self.basket.put(finished(Task(path, sha256), 0, self.run))
                if sha256 in self.held and (entry := self._news(path, sha256)):
                    yield Task(path, sha256, entry=entry, held=self.held[sha256])
            elif sha256 in self.failed:
                self.run.left += 1
            else:
                self.have.add(sha256)
                yield Task(path, sha256, entry=self._news(path, sha256))

    def _news(self, path: Path, sha256: str) -> Entry | None:
        """What the manifest says of a file beyond what the library knows; None when it says nothing new."""
        entry = self.manifest.entry(path) if self.manifest else None
        if entry is None or sha256 in self.told:
            return None
        self.told.add(sha256)
        both = joined(self.entries.get(sha256), entry)
        return None if both == self.entries.get(sha256) else both


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
        versions = [event for event in waiting if isinstance(event, Prepared)]
        new = self.library.append(versions, after=[event for event in waiting if isinstance(event, dict)])
        self.since = time.monotonic()
        after = self.library.journal.segments()[-1:]
        return (sum(new), before if before != after else [])


def _settle(outcome: Outcome[Task, list[Prepared]], run: Run, desk: Desk, basket: _Basket, queue: _Queue) -> None:
    task = outcome.item
    if outcome.kind in STOPPING:
        raise STOPPING[outcome.kind](outcome.reason)
    if task.entry is not None and not outcome.kind:
        basket.put(manifest_event(task.sha256, task.entry, who=desk.who, why=desk.why, added_at=now()))
    if task.held:
        if outcome.kind:
            raise LibraryError(f"清单未能记入“{task.path}”的报告：{outcome.reason} (the manifest could not be added)")
        run.placed += 1
        for prepared in outcome.result or ():
            basket.put(prepared)
    elif task.segment is None:
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


def _held(library: Library) -> dict[str, tuple[Held, ...]]:
    """Where the current versions of every source's reports stand."""
    found: dict[str, tuple[Held, ...]] = {}
    for sha256, *held in library.rows('SELECT sha256, report_id, segment, "offset", length FROM texts ORDER BY report_id'):
        found[sha256] = (*found.get(sha256, ()), (held[0], held[1], held[2], held[3]))
    return found


def place_of(path: Path) -> str:
    """Where a file stands, as the journal names it."""
    return spelled(str(path.resolve()))


def finished(task: Task, reports: int, run: Run) -> dict[str, Any]:
    """The event that a file was read whole. It comes after the file's versions: a kill between them means reading it again."""
    assert task.path is not None
    about = {"sha256": task.sha256, "path": place_of(task.path), "reports": reports, "engine": run.engine, "tool": tool_version()}
    return {"kind": "read", **about, "run": run.id, "added_at": now()}


def failure(task: Task, kind: str, reason: str, run: Run) -> dict[str, Any]:
    """A failure as the event that the journal keeps."""
    assert task.path is not None
    known = None if kind == ChangedError.__name__ else task.sha256 or None
    about = {"name": spelled(task.path.name), "path": place_of(task.path), "sha256": known, "error": kind}
    return {
        "kind": "failure",
        **about,
        "reason": legible(reason),
        "engine": run.engine,
        "tool": tool_version(),
        "run": run.id,
        "added_at": now(),
    }


def _failed(library: Library, about: tuple[str, str]) -> set[str]:
    return _column(library, "SELECT sha256 FROM failures WHERE sha256 IS NOT NULL AND tool = ? AND engine = ?", about)


def _column(library: Library, sql: str, values: tuple[str, str]) -> set[str]:
    return {row[0] for row in library.rows(sql, values)}
