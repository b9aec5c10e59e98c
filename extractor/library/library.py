"""The library itself: open a folder, hold it for writing, add reports and what people say of them."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from ..errors import LibraryError
from ..model import Document, Report
from .corrections import Correction
from .identity import report_id_of
from .journal import pack, unpack, writing_failed
from .rows import Event
from .shelves import Shelves, State
from .sources import write_whole
from .versions import Latest, Prepared, now, prepare, tool_version, wins

FORMAT = 1
"""Of the folder as a whole; a library of a later format is refused, not guessed at."""
COMPACT_AT = 700_000
"""Bytes of journal without sound Parquet, about 100 reports, from which closing a library, or ending a run, makes it."""
TELL_AT = 1_000_000
"""Bytes of journal without sound Parquet from which opening makes the tables anew at once, and says so."""

Tell = Callable[[str], None]
"""Takes one line of progress for a person."""

log = logging.getLogger("gongkai.library")


def default_path() -> Path:
    """Where the library is when nobody says: GONGKAI_LIBRARY, else the folder ``library``."""
    return Path(os.environ.get("GONGKAI_LIBRARY") or "library")


class Library(Shelves):
    """A library folder; open it with :meth:`open`. Reading needs no lock; writing takes one for as long as it lasts."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._pen = threading.RLock()
        """Held while this process writes; readers do not wait for it."""
        self._lock = FileLock(str(path / ".lock"), timeout=0)
        self._latest: tuple[State, dict[str, Latest]] | None = None

    # ------------------------------------------------------------------ opening
    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True, tell: Tell = log.info) -> Library:
        """The library in a folder; made when it does not exist and ``create``.

        Tables that an older program made, or a killed run left unmade, are made anew first, which ``tell`` hears about.
        LibraryError: there is none, the folder holds something else, or it was written by a later version.
        """
        folder = Path(path)
        card = folder / "library.json"
        try:
            if card.is_file():
                _check(card)
            elif not (folder / "journal").is_dir():
                _make(folder, card, create)
        except OSError as error:
            raise LibraryError(f"报告库“{folder}”打不开：{error.strerror}；请检查路径和权限 (cannot open the library)") from error
        library = cls(folder)
        library.refresh(tell)
        return library

    def refresh(self, tell: Tell = log.info) -> None:
        """Make tables anew that are missing, damaged or of an older layout, when there is much to make.

        Where that cannot be written (read-only, or a run is under way) the same rows are made in memory when they are needed.
        """
        todo = self.tables.unmade()
        if sum(map(self.journal.size, todo)) < TELL_AT:
            return
        tell(
            f"报告库“{self.path}”的查询表不全，或由旧版本程序整理；正从日志重做 {len(todo)} 段，内容不变，请稍候 "
            f"(making the query tables anew from the journal: {len(todo)} segments)"
        )
        try:
            with self.writing(seconds=0):
                for number, segment in enumerate(todo, 1):
                    self.tables.compact([segment])
                    tell(f"查询表 {number}/{len(todo)} 段已重做 (segment {number} of {len(todo)} made)")
                self.journal.turn()
        except LibraryError as error:
            tell(f"重做的表不能存下（{error}）；改在内存中整理，这一次查询会慢些 (tables are made in memory this time)")

    def close(self) -> None:
        """Let go of connections; compacts when much has been added and nobody else is writing."""
        with suppress(LibraryError):
            self.settle()
        self._drop_reader()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def writing(self, seconds: float = 10.0) -> Iterator[None]:
        """Hold the library for writing; LibraryError when someone else has it longer than this or the folder is read-only."""
        if not self._pen.acquire(timeout=seconds):
            raise self._busy()
        try:
            try:
                self._lock.acquire(timeout=seconds)
            except Timeout:
                raise self._busy() from None
            except OSError as error:
                raise writing_failed(self.path, error) from error
            try:
                yield
            finally:
                self._lock.release()
        finally:
            self._pen.release()

    def _busy(self) -> LibraryError:
        return LibraryError(
            f"报告库“{self.path}”正被另一个进程写入；等它结束，或换一个 --library (another process is writing to this library)"
        )

    # ------------------------------------------------------------------ adding
    def add(
        self,
        report: Report,
        document: Document,
        *,
        number: int = 1,
        data: bytes | None = None,
        engine: str = "offline",
        why: str = "",
        who: str = "",
        run: str = "",
    ) -> str:
        """Keep a report and its document; gives the text's id.

        ``number`` is the report's place among those of its file, from 1. The same reading again adds nothing; another reading
        of the same text adds a version, with what people said of it. ``data`` are the file's own bytes.
        """
        self.sources.keep(document, data)
        report_id = report_id_of(report.source.sha256, number)
        report = self.said().upon(report, document, report_id, number, engine)
        self.append([prepare(report, report_id, engine=engine, why=why, who=who, run=run)])
        return report_id

    def add_all(self, reports: Sequence[Report], document: Document, **about: Any) -> tuple[str, ...]:
        """Keep every report of one file, in the order in which the file has them."""
        return tuple(self.add(report, document, number=number, **about) for number, report in enumerate(reports, 1))

    def append(self, versions: Sequence[Prepared], *, before: Sequence[Event] = (), after: Sequence[Event] = ()) -> list[bool]:
        """Append versions, with other events before and after them, all forced to disk together; tells for each whether it was new.

        One like the text's current version adds nothing. Which version is current is decided here.
        """
        with self.writing():
            known = self.latest()
            new: list[bool] = []
            members: list[bytes] = []
            for prepared in versions:
                current = known.get(prepared.report_id)
                new.append(current is None or current.digest != prepared.digest)
                if not new[-1]:
                    continue
                if wins(prepared, current):
                    members.append(prepared.member)
                    known[prepared.report_id] = Latest(prepared.digest, prepared.tool, prepared.engine, prepared.verified)
                else:
                    members.append(pack({**unpack(prepared.member), "current": False}))
            try:
                self.journal.append([*map(pack, before), *members, *map(pack, after)])
            except LibraryError:
                self._latest = None
                raise
            self._latest = (self._state(), known)
        return new

    def latest(self) -> dict[str, Latest]:
        """What is known of every text's current version, by report id."""
        with self._guard:
            if self._latest is None or self._latest[0] != self._state():
                rows = self.rows(
                    "SELECT t.report_id, v.digest, t.tool, t.engine, t.verified FROM texts t JOIN raw_versions v ON v.seq = t.version"
                )
                self._latest = (self._state(), {row[0]: Latest(*row[1:]) for row in rows})
            return self._latest[1]

    def corrections(self) -> dict[str, list[Correction]]:
        """The corrections in force by report id: the last for each field, withdrawn ones left out."""
        return {report_id: list(found) for report_id, found in self.said().corrections.items()}

    def write(self, event: Event) -> int:
        """Append one event of another kind (correction, verdict, pointer, failure); gives its sequence number."""
        with self.writing():
            return self.journal.append([pack({"added_at": now(), "tool": tool_version(), **event})])[0]

    def compact(self, *, seconds: float = 10.0) -> list[int]:
        """Turn what is only in the journal into Parquet; waits so long when someone else is writing."""
        with self.writing(seconds):
            self._drop_reader()
            self.tables.sweep()
            made = self.tables.compact()
            self.journal.turn()
            return made

    def settle(self) -> None:
        """Compact when enough has gathered outside Parquet to be worth it, unless someone else is writing."""
        if sum(map(self.journal.size, self.tables.unmade())) >= COMPACT_AT:
            self.compact(seconds=0)


def _check(card: Path) -> None:
    """Raise when a folder's card is no card, or one of a later program."""
    try:
        written = json.loads(card.read_text("utf-8"))["format"]
        later = int(written) > FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(
            f"“{card}”无法读取，不能确认这是报告库；如确认是，删去此文件再试，日志不受影响 "
            "(library.json cannot be read; if this is a library, delete that file and try again)"
        ) from error
    if later:
        raise LibraryError(f"报告库“{card.parent}”的格式为 {written}，本程序只认到 {FORMAT}；请升级 gongkai (library is newer)")


def _make(folder: Path, card: Path, create: bool) -> None:
    if not create:
        raise LibraryError(f"“{folder}”不是报告库；先用 gongkai extract … --library {folder} 建立 (no library there)")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LibraryError(f"“{folder}”已存在且不是报告库，请另选一个空文件夹 (folder exists and is not a library)")
    try:
        (folder / "journal").mkdir(parents=True, exist_ok=True)
        write_whole(card, json.dumps({"format": FORMAT, "created": now(), "tool": tool_version()}).encode())
    except OSError as error:
        raise writing_failed(folder, error) from error
