"""Parquet made from the journal: compaction of sealed segments, and the rows of those not yet compacted.

Parquet is only a faster copy. ``tables/<segment>`` appears by one rename when it is whole; a damaged or missing one is
made anew from its segment.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import LibraryError
from .journal import Journal, sync_folder, writing_failed
from .rows import TABLES, tables_of

LAYOUT = 1
"""Counts up when the columns of TABLES change: older Parquet is then made anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """The tables of one segment: as Parquet files, or in memory."""

    segment: int
    folder: Path | None
    tables: dict[str, pa.Table] | None


class Tables:
    """The Parquet files of one library."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self.journal = journal
        self._memory: dict[int, tuple[tuple[int, int], dict[str, pa.Table]]] = {}

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
            if seal["layout"] != LAYOUT or seal["journal"] != self.journal.size(segment):
                return False
            return all(_ends_well(folder / f"{table}.parquet", seal["sizes"][table]) for table in TABLES)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def compact(self, segments: list[int] | None = None) -> list[int]:
        """Make the Parquet of segments that lack it; the caller holds the lock. Gives the segments made."""
        self._sweep()
        todo = [segment for segment in (segments or self.journal.segments()) if not self.sound(segment)]
        for segment in todo:
            self._make(segment)
        return todo

    def distrust(self) -> list[int]:
        """Read every Parquet file in full, drop the tables of segments where one fails, and give those segments."""
        bad: list[int] = []
        for segment in self.journal.segments():
            folder = self.folder / f"{segment:08d}"
            if not folder.is_dir():
                continue
            try:
                for table in TABLES:
                    pq.read_table(folder / f"{table}.parquet")
            except (OSError, pa.ArrowException):
                bad.append(segment)
                shutil.rmtree(folder, ignore_errors=True)
        return bad

    def _make(self, segment: int) -> None:
        target = self.folder / f"{segment:08d}"
        draft = self.folder / f".{segment:08d}.{os.getpid()}.tmp"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            size = self.journal.size(segment)
            tables = tables_of(self.journal.scan(segment).entries)
            for name, table in tables.items():
                pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
                with (draft / f"{name}.parquet").open("rb+") as file:
                    os.fsync(file.fileno())
            sizes = {name: (draft / f"{name}.parquet").stat().st_size for name in tables}
            (draft / "seal.json").write_text(json.dumps({"layout": LAYOUT, "journal": size, "sizes": sizes}), "utf-8")
            sync_folder(draft)
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
            sync_folder(self.folder)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise writing_failed(self.folder.parent, error) from error
        self._memory.pop(segment, None)

    def _sweep(self) -> None:
        """Remove drafts that a killed run left."""
        if self.folder.is_dir():
            for draft in self.folder.glob(".*.tmp"):
                shutil.rmtree(draft, ignore_errors=True)

    def _rows(self, segment: int) -> dict[str, pa.Table]:
        try:
            stat = self.journal.path(segment).stat()
        except OSError as error:
            raise LibraryError(f"日志分段 {segment:08d} 无法读取：{error.strerror} (journal segment cannot be read)") from error
        state = (stat.st_size, stat.st_mtime_ns)
        kept = self._memory.get(segment)
        if kept is None or kept[0] != state:
            kept = (state, tables_of(self.journal.scan(segment).entries))
            self._memory[segment] = kept
        return kept[1]


def _ends_well(path: Path, size: int) -> bool:
    """Whether a Parquet file has the size it was written with and its closing mark."""
    if path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return file.read(4) == b"PAR1"
