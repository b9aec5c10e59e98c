"""Sources kept by hash: the original bytes, and the Document taken from them so that no file is opened twice."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import LibraryError, SourceError
from ..model import Cell, Document, Line, Second, Source
from .journal import sync_folder, writing_failed


class Sources:
    """The folders ``sources`` (bytes as they came) and ``documents`` (what was read from them) of a library."""

    def __init__(self, library: Path) -> None:
        self.library = library

    def keep(self, document: Document, data: bytes | None) -> None:
        """Keep a document, and its bytes when given; what is already kept is left alone.

        Where the bytes are kept the document is not forced to disk: after a power cut it is made from them again.
        """
        self.put(document.source.sha256, lambda: packed(document), data)

    def put(self, sha256: str, document: Callable[[], bytes], data: bytes | None) -> None:
        """Keep a source whose document is :func:`packed` already, as :meth:`keep` does; it is asked for only when it is not there."""
        if data is not None and self._bytes_file(sha256) is None:
            pressed = gzip.compress(data, 6, mtime=0)
            small = len(pressed) < 0.9 * len(data)
            self._put(self._file("sources", sha256, ".gz" if small else ""), lambda: pressed if small else data)
        self._put(self._file("documents", sha256, ".json.gz"), document, forced=data is None)

    def document(self, sha256: str) -> Document:
        """The document of a source; LibraryError when it is not kept or damaged."""
        path = self._file("documents", sha256, ".json.gz")
        try:
            return load(gzip.decompress(path.read_bytes()).decode())
        except FileNotFoundError:
            raise LibraryError(f"报告库中没有来源 {sha256[:12]} (no such source in the library)") from None
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
            raise LibraryError(f"来源 {sha256[:12]} 的文本已损坏，请重新抽取原文件 (stored text is damaged)") from error

    def forget_document(self, sha256: str) -> None:
        """Drop a stored document that cannot be used."""
        try:
            self._file("documents", sha256, ".json.gz").unlink(missing_ok=True)
        except OSError as error:
            raise writing_failed(self.library, error) from error

    def data(self, sha256: str) -> bytes | None:
        """The original bytes of a source; None when only its text was kept."""
        path = self._bytes_file(sha256)
        if path is None:
            return None
        try:
            data = path.read_bytes()
            return gzip.decompress(data) if path.suffix == ".gz" else data
        except (OSError, EOFError, zlib.error) as error:
            raise LibraryError(f"来源 {sha256[:12]} 的原文件已损坏 (stored original is damaged)") from error

    def _bytes_file(self, sha256: str) -> Path | None:
        return next((path for suffix in (".gz", "") if (path := self._file("sources", sha256, suffix)).exists()), None)

    def _file(self, folder: str, sha256: str, suffix: str) -> Path:
        if not sha256.isalnum():
            raise LibraryError(f"“{sha256[:80]}”不是来源的散列值 (not a source hash)")
        return self.library / folder / sha256[:2] / f"{sha256}{suffix}"

    def _put(self, path: Path, content: Any, *, forced: bool = True) -> None:
        if path.exists():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content(), forced=forced)
        except OSError as error:
            raise writing_failed(self.library, error) from error


def with_second(document: Document, sources: Sources) -> Document:
    """A stored PDF with its second rendering again, read from the kept bytes when it is wanted.

    Without it a correction would resolve the report otherwise than the first reading did. Where the bytes are not kept, or a newer
    program takes another text from them than the stored one, the second rendering says so with a SourceError and is left out.
    """
    if document.source.format != "pdf" or document.second is not None or not any(line.box == "grid" for line in document.lines):
        return document

    def second() -> Second:
        from ..sources import read_bytes

        data = sources.data(document.source.sha256)
        fresh = read_bytes(data, document.source.name) if data is not None else None
        if fresh is None or fresh.second is None or fresh.text != document.text:
            raise SourceError(f"{document.source.name}：原文件不在库中或读法已变，没有第二种读法 (no second rendering)")
        return fresh.second()

    return replace(document, second=second)


def write_whole(path: Path, data: bytes, *, forced: bool = True) -> None:
    """Write a file so that it is either absent or whole; when ``forced``, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            if forced:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if forced:
        sync_folder(path.parent)


def packed(document: Document) -> bytes:
    """A document as the library keeps it."""
    return gzip.compress(dump(document).encode(), 3, mtime=0)


def dump(document: Document) -> str:
    """A document as JSON; the offsets as runs of consecutive numbers, which is what they nearly always are."""
    return json.dumps(
        {
            "source": document.source.model_dump(),
            "original": document.original,
            "text": document.text if document.text != document.original else None,
            "line_fields": _LINE,
            "cell_fields": _CELL,
            "lines": [_packed(line) for line in document.lines],
            "runs": _runs(document.offsets),
            "line_starts": list(document.line_starts),
            "notes": [list(note) for note in document.notes],
            "attachments": list(document.attachments),
            "title": document.title,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(text: str) -> Document:
    """The document that :func:`dump` wrote."""
    raw = json.loads(text)
    lines = tuple(
        Line(
            **dict(zip(raw["line_fields"], about, strict=True)),
            cells=tuple(Cell(**dict(zip(raw["cell_fields"], cell, strict=True))) for cell in cells),
        )
        for *about, cells in raw["lines"]
    )
    return Document(
        source=Source.model_validate(raw["source"]),
        original=raw["original"],
        text=raw["original"] if raw["text"] is None else raw["text"],
        lines=lines,
        offsets=tuple(offset for start, count in raw["runs"] for offset in range(start, start + count)),
        line_starts=tuple(raw["line_starts"]),
        notes=tuple((rule, message) for rule, message in raw["notes"]),
        attachments=tuple(raw["attachments"]),
        title=raw["title"],
    )


_LINE = [field.name for field in fields(Line) if field.name != "cells"]
_CELL = [field.name for field in fields(Cell)]


def _packed(line: Line) -> list[Any]:
    return [*(getattr(line, name) for name in _LINE), [[getattr(cell, name) for name in _CELL] for cell in line.cells]]


def _runs(offsets: Sequence[int]) -> list[list[int]]:
    if not offsets:
        return []
    breaks = [0, *(index + 1 for index, (a, b) in enumerate(pairwise(offsets)) if b != a + 1), len(offsets)]
    return [[offsets[a], b - a] for a, b in pairwise(breaks)]
