"""What a worker of a bulk run does with one file: read it, keep its source, make its reports ready for the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import BudgetError, LibraryError, LimitError, ModelError, SettingsError, SourceError
from ..manifest import Entry, entered, place_document
from ..model import Document, Report
from .identity import report_id_of
from .library import Library
from .said import Said
from .sources import Sources
from .versions import Prepared, prepare

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


class ChangedError(SourceError):
    """A file whose content changed between two looks; the next run reads it."""


STOPPING = {error.__name__: error for error in (ModelError, BudgetError, SettingsError, LibraryError)}
"""Errors that would meet every further file too: they end the run, and no file is blamed."""

Held = tuple[str, int, int, int]
"""A report that the library has: its id, and where in the journal its current version stands."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read; or one that the library has, with the place it came from newly told; or a full segment to turn into Parquet."""

    path: Path | None = None
    sha256: str = ""
    segment: int | None = None
    entry: Entry | None = None
    """What a manifest says of the file, when that is news."""
    held: tuple[Held, ...] = ()
    """The file's reports, when it was read before and only ``entry`` is to be added."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker needs: where the library is, how to read, what to write into each version."""

    library: Path
    reader: Reader
    engine: str
    run: str
    keep_bytes: bool = True
    said: Said = field(default_factory=Said)
    who: str = ""
    """Who gave the manifest."""
    why: str = ""
    """Which manifest it was."""

    def __call__(self, task: Task) -> list[Prepared]:
        """Do one task; gives the versions to append."""
        if task.segment is not None:
            Library(self.library).tables.compact([task.segment])
            return []
        return [self._placed(held, task.entry) for held in task.held] if task.held else self._read(task)

    def _read(self, task: Task) -> list[Prepared]:
        data = self.taken(task)
        document, made = self.made(task, data)
        Sources(self.library).keep(document, data if self.keep_bytes else None)
        return made

    def taken(self, task: Task) -> bytes:
        """The content of a task's file. SourceError: it cannot be read, or is not what it was when the task was made."""
        assert task.path is not None
        data = bytes_of(task.path)
        if task.sha256 and hashlib.sha256(data).hexdigest() != task.sha256:
            raise ChangedError(f"“{task.path.name}”在读取时内容变了；写完后再运行一次即可 (the file changed while it was read; run again)")
        return data

    def made(self, task: Task, data: bytes) -> tuple[Document, list[Prepared]]:
        """The document of a file and the versions to append; touches neither the file nor the library."""
        assert task.path is not None
        said = self.said if task.entry is None else replace(self.said, entries={task.sha256: task.entry})
        document, reports = self.reader(data, task.path.name)
        document = place_document(document, said.entries.get(task.sha256))
        if not reports:
            raise SourceError(f"“{task.path.name}”中没有找到年度报告 (no annual report found in the file)")
        made: list[Prepared] = []
        for number, report in enumerate(reports, 1):
            report_id = report_id_of(report.source.sha256, number)
            report = said.upon(report, document, report_id, number, self.engine)
            made.append(prepare(report, report_id, engine=self.engine, run=self.run))
        return document, made

    def _placed(self, held: Held, entry: Entry | None) -> Prepared:
        """The version in the library with where the file came from, as a new one; nothing is read again."""
        report_id, *where = held
        event = Library(self.library).journal.read(*where)
        report = entered(Report.model_validate(event["report"]), entry)
        return prepare(report, report_id, engine=event["engine"], why=self.why, who=self.who, run=self.run, tool=event["tool"])


def bytes_of(path: Path) -> bytes:
    """A file's content. SourceError: it cannot be read; LimitError: it is larger than any report."""
    with _opened(path) as file:
        return file.read()


def sha256_of(path: Path) -> str:
    """The hash of a file's content; raises as :func:`bytes_of`."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path) -> BufferedReader:
    from ..sources import LIMITS

    try:
        if path.exists() and not path.is_file():
            raise SourceError(f"“{path}”不是普通文件 (not a regular file)")
        size = path.stat().st_size
        if size > LIMITS.file_bytes:
            most = LIMITS.file_bytes / 2**20
            raise LimitError(f"“{path.name}”有 {size / 2**20:.0f} MB，超过 {most:.0f} MB 的上限 (file larger than the limit)")
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"“{path}”无法读取：{error.strerror} (file cannot be read)") from error
