"""Parquet made from the journal: compaction of sealed segments, and the rows of those not yet compacted.

Parquet is only a faster copy. ``tables/<segment>`` appears by one rename when it is whole; a damaged or missing one is
made anew from its segment.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import LibraryError
from .journal import Entry, Journal, sync_folder, writing_failed
from .rows import tables_of
from .schema import TABLES, schema_of
from .sources import write_whole

STRETCH = 100
"""Events made into rows at a time: bounds the memory of compaction."""
LAYOUT = 5
"""Counts up when the columns of TABLES or the metrics of the forms change: older Parquet is then made anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """The tables of one segment: as Parquet files, or in memory."""

    segment: int
    folder: Path | None
    tables: dict[str, pa.Table] | None


@dataclass(frozen=True, slots=True)
class _Made:
    """Tables made in memory from a segment that a run may still be writing: when it grows, only what is new is read."""

    file: int
    size: int
    written: int
    """Inode, bytes and time of the segment's file when it was read."""
    last: Entry | None
    """The last event in the tables."""
    tables: dict[str, pa.Table]


class Tables:
    """The Parquet files of one library."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self.journal = journal
        self._whole_files: dict[tuple[Path, int, int], bool] = {}
        self._memory: dict[int, _Made] = {}

    def parts(self) -> list[Part]:
        """Every segment's tables, oldest first; segments without sound Parquet are read from the journal."""
        found: list[Part] = []
        for segment in self.journal.segments():
            folder = self.folder / f"{segment:08d}"
            if self.sound(segment):
                self._memory.pop(segment, None)
                found.append(Part(segment, folder, None))
            else:
                found.append(Part(segment, None, self._rows(segment)))
        return found

    def sound(self, segment: int) -> bool:
        """Whether the Parquet of a segment is whole, of this layout, and made from all of the segment."""
        folder = self.folder / f"{segment:08d}"
        try:
            seal = json.loads((folder / "seal.json").read_text("utf-8"))
            self.journal.damaged.setdefault(segment, int(seal.get("damaged", 0)))
            if seal["layout"] != LAYOUT or seal["journal"] != self.journal.size(segment):
                return False
            return all(self._whole(folder / f"{table}.parquet", seal["sha256"][table]) for table in TABLES)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def unmade(self) -> list[int]:
        """Segments with events but without sound Parquet."""
        return [segment for segment in self.journal.segments() if self.journal.size(segment) and not self.sound(segment)]

    def compact(self, segments: list[int] | None = None) -> list[int]:
        """Make the Parquet of segments that lack it; the caller holds the lock. Gives the segments made."""
        todo = [segment for segment in self.unmade() if segments is None or segment in segments]
        for segment in todo:
            self._make(segment)
        return todo

    def _whole(self, path: Path, sha256: str) -> bool:
        """Whether a file is what was written: every byte is looked at once, then again only when the file changes."""
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._whole_files:
            self._whole_files[key] = _hash(path) == sha256
        return self._whole_files[key]

    def _make(self, segment: int) -> None:
        target = self.folder / f"{segment:08d}"
        draft = self.folder / f".{segment:08d}.{os.getpid()}.tmp"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            size = self.journal.size(segment)
            self._write(segment, draft)
            hashes = {name: _hash(draft / f"{name}.parquet") for name in TABLES}
            seal = {"layout": LAYOUT, "journal": size, "damaged": self.journal.damaged.get(segment, 0), "sha256": hashes}
            write_whole(draft / "seal.json", json.dumps(seal).encode())
            sync_folder(draft)
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
            sync_folder(self.folder)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if not self.sound(segment):  # a process that outlived its killed run may have made the same
                raise writing_failed(self.folder.parent, error) from error
        self._memory.pop(segment, None)

    def _write(self, segment: int, folder: Path) -> None:
        """Parquet files of a segment, a stretch of events in memory at a time."""
        writers = {name: pq.ParquetWriter(folder / f"{name}.parquet", schema_of(name), compression="zstd") for name in TABLES}
        try:
            with _uncollected():
                for tables in self._stretches(segment):
                    for name, table in tables.items():
                        if table.num_rows:
                            writers[name].write_table(table)
        finally:
            for writer in writers.values():
                writer.close()
        for name in TABLES:
            with (folder / f"{name}.parquet").open("rb+") as file:
                os.fsync(file.fileno())

    def _stretches(self, segment: int) -> Iterator[dict[str, pa.Table]]:
        for entries in batched(self.journal.entries(segment), STRETCH):
            yield tables_of(entries)

    def sweep(self) -> None:
        """Remove drafts that a killed run left; only while nobody compacts."""
        if self.folder.is_dir():
            for draft in self.folder.glob(".*.tmp"):
                shutil.rmtree(draft, ignore_errors=True)

    def _rows(self, segment: int) -> dict[str, pa.Table]:
        try:
            stat = self.journal.path(segment).stat()
        except OSError as error:
            raise LibraryError(f"日志分段 {segment:08d} 无法读取：{error.strerror} (journal segment cannot be read)") from error
        made = self._memory.get(segment)
        if made is not None and (made.size, made.written) == (stat.st_size, stat.st_mtime_ns):
            return made.tables
        grown = made if made is not None and made.file == stat.st_ino and made.size < stat.st_size else None
        last, stretches = (grown.last, [grown.tables]) if grown else (None, [tables_of(())])
        for entries in batched(self.journal.entries(segment, last), STRETCH):
            stretches.append(tables_of(entries))
            last = entries[-1]
        tables = {name: pa.concat_tables([one[name] for one in stretches]) for name in TABLES}
        self._memory[segment] = _Made(stat.st_ino, stat.st_size, stat.st_mtime_ns, last and replace(last, event={}), tables)
        return tables


@contextmanager
def _uncollected() -> Iterator[None]:
    """The garbage collector at rest: rows live until they are written and hold no cycles, yet it would look through them all the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def batched(items: Iterable[Entry], size: int) -> Iterator[tuple[Entry, ...]]:
    """Items in tuples of at most ``size`` (itertools has it from Python 3.12)."""
    source = iter(items)
    while batch := tuple(islice(source, size)):
        yield batch


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
