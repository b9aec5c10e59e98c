"""The truth of a library: numbered segments of events, one gzip member each, forced to disk before they count.

A segment is a plain ``.jsonl.gz`` file that any ``zcat`` reads. Gzip gives every event its own length and checksum, so a
torn tail (a kill or power cut while writing) is recognised and cut off, and a single event is read by offset and length.
Everything else in the library can be made anew from the segments and the sources.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LibraryError

SEGMENT_EVENTS = 2000
"""Events after which a new segment starts: bounds the memory of compaction and of readers."""
SPAN = 1_000_000
"""``seq`` of an event = segment number x SPAN + its position in the segment."""
log = logging.getLogger("gongkai.library")
_MAGIC = b"\x1f\x8b\x08"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and where it stands."""

    seq: int
    offset: int
    length: int
    """Position in the segment file, in compressed bytes."""
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a segment is sound."""

    count: int
    """Positions taken, those of damaged events included."""
    end: int
    """Offset after the last whole event; a longer file has a torn tail."""
    damaged: tuple[tuple[int, int], ...]
    """Stretches (start, end) before the end that cannot be read."""


def pack(event: dict[str, Any]) -> bytes:
    """An event as the gzip member that the journal appends."""
    return pack_text(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def pack_text(line: str) -> bytes:
    """A line of JSON as a gzip member (without a time stamp, so equal events are equal bytes)."""
    deflater = zlib.compressobj(5, zlib.DEFLATED, 31)
    return deflater.compress(line.encode() + b"\n") + deflater.flush()


def unpack(member: bytes) -> dict[str, Any]:
    """The event in a gzip member."""
    loaded: dict[str, Any] = json.loads(zlib.decompress(member, 31))
    return loaded


class Journal:
    """Reads and appends to the segments of one library; the caller holds the library's lock while appending."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: tuple[int, int, int] = (0, -1, 0)
        """Segment, size in bytes and number of events, as this writer left them."""
        self.damaged: dict[int, int] = {}
        """Stretches that could not be read, in segments that were gone through."""

    def segments(self) -> list[int]:
        """Numbers of the segments, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            int(name[:8]) for name in (path.name for path in self.folder.iterdir()) if name.endswith(".jsonl.gz") and name[:8].isdigit()
        )

    def path(self, segment: int) -> Path:
        """The file of a segment."""
        return self.folder / f"{segment:08d}.jsonl.gz"

    def size(self, segment: int) -> int:
        """Bytes in a segment's file; 0 when there is none."""
        try:
            return self.path(segment).stat().st_size
        except FileNotFoundError:
            return 0

    def entries(self, segment: int, after: Entry | None = None) -> Iterator[Entry]:
        """All whole events of a segment, one at a time, past damage in the middle, without a torn tail; or those ``after`` one."""
        start, first = (after.offset + after.length, after.seq % SPAN + 1) if after else (0, 0)
        damaged = 0
        for index, (offset, length, event) in enumerate(members(self._data(segment, start)), first):
            if event is None:
                damaged += 1
            else:
                yield Entry(segment * SPAN + index, start + offset, length, event)
        self.damaged[segment] = damaged + (self.damaged.get(segment, 0) if after else 0)
        if damaged:
            log.warning(
                "报告库“%s”的日志分段 %08d 有 %d 处损坏，其余完好；从备份恢复该文件，或再次运行 gongkai extract 重读来源 "
                "(damaged places in a journal segment: restore it from a backup, or extract the sources again)",
                self.folder.parent,
                segment,
                damaged,
            )

    def extent(self, segment: int) -> Extent:
        """How far a segment is sound, and where it is damaged."""
        count = end = 0
        damaged: list[tuple[int, int]] = []
        for offset, length, line in lines(self._data(segment)):
            count, end = count + 1, offset + length
            if line is None:
                damaged.append((offset, end))
        return Extent(count, end, tuple(damaged))

    def _data(self, segment: int, start: int = 0) -> bytes:
        try:
            with self.path(segment).open("rb") as file:
                file.seek(start)
                return file.read()
        except OSError as error:
            raise LibraryError(f"日志分段 {segment:08d} 无法读取：{error.strerror} (journal segment cannot be read)") from error

    def read(self, segment: int, offset: int, length: int) -> dict[str, Any]:
        """One event by its position."""
        with self.path(segment).open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        try:
            return unpack(data)
        except (zlib.error, ValueError) as error:
            raise LibraryError(
                f"日志分段 {segment:08d} 第 {offset} 字节处的记录已损坏；请从备份恢复该文件，或重新抽取来源 (damaged journal event)"
            ) from error

    def append(self, members: Iterable[bytes]) -> list[int]:
        """Write packed events, force them to disk, and give their ``seq`` numbers.

        Either all are on disk when this returns, or the segment is as it was and LibraryError says why.
        """
        members = list(members)
        if not members:
            return []
        segment, size, count = self._tail()
        if count >= SEGMENT_EVENTS:
            segment, size, count = segment + 1, 0, 0
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(segment)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as error:
            raise writing_failed(path.parent.parent, error) from error
        try:
            try:
                os.lseek(handle, size, os.SEEK_SET)
                _write_all(handle, b"".join(members))
                os.fsync(handle)
            except OSError as error:
                os.ftruncate(handle, size)
                self._known = (segment, size, count)
                raise writing_failed(path.parent.parent, error) from error
        finally:
            os.close(handle)
        if size == 0:
            sync_folder(self.folder)
        self._known = (segment, size + sum(map(len, members)), count + len(members))
        return [segment * SPAN + count + index for index in range(len(members))]

    def turn(self) -> None:
        """Start a new segment, so that the last one changes no more."""
        segments = self.segments()
        if segments and self.size(segments[-1]):
            try:
                self.path(segments[-1] + 1).touch()
            except OSError as error:
                raise writing_failed(self.folder.parent, error) from error
            sync_folder(self.folder)

    def _tail(self) -> tuple[int, int, int]:
        """The last segment, its sound size and its number of events; a torn tail is cut off."""
        segments = self.segments()
        if not segments:
            return (1, 0, 0)
        last = segments[-1]
        size = self.size(last)
        if self._known[:2] == (last, size):
            return self._known
        found = self.extent(last)
        if found.damaged:
            return (last + 1, 0, 0)
        if found.end < size:
            try:
                os.truncate(self.path(last), found.end)
            except OSError as error:
                raise writing_failed(self.folder.parent, error) from error
        return (last, found.end, found.count)


def members(data: bytes) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    """Offset, length and event of everything in a segment; None for a damaged stretch that sound events follow."""
    for offset, length, line in lines(data):
        yield (offset, length, None if line is None else json.loads(line))


def lines(data: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """Offset, length and unpacked line of everything in a segment; a torn tail is left out."""
    offset = 0
    while offset < len(data):
        length, line = _member(data, offset)
        if line is None:
            following = data.find(_MAGIC, offset + 1)
            while following >= 0 and _member(data, following)[1] is None:
                following = data.find(_MAGIC, following + 1)
            if following < 0:
                return
            length = following - offset
        yield (offset, length, line)
        offset += length


def _member(data: bytes, offset: int) -> tuple[int, bytes | None]:
    """Length and content of the whole gzip member at an offset; None when there is none."""
    inflater = zlib.decompressobj(31)
    parts: list[bytes] = []
    position = offset
    try:
        while not inflater.eof and position < len(data):
            block = data[position : position + _BLOCK]
            parts.append(inflater.decompress(block))
            position += len(block)
    except zlib.error:
        return (0, None)
    line = b"".join(parts)
    if not inflater.eof or not line.startswith(b"{") or not line.endswith(b"}\n"):
        return (0, None)
    return (position - len(inflater.unused_data) - offset, line)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def sync_folder(folder: Path) -> None:
    """Force a folder's own entries to disk, where the system allows it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def writing_failed(library: Path, error: OSError) -> LibraryError:
    """The error to raise when the library cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return LibraryError(
            f"报告库“{library}”所在磁盘已满，已写入的内容完好；腾出空间后再次运行即可续做 (disk full; nothing written was lost)"
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return LibraryError(f"报告库“{library}”不可写入：{error.strerror}；可以查询和导出，不能添加 (library is read-only)")
    return LibraryError(f"报告库“{library}”写入失败：{error.strerror} (writing to the library failed)")
