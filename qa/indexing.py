"""Writing the index: one writer at a time, a batch of reports at a step, vectors made anew where they are not what was noted."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from extractor.errors import LibraryError, SettingsError

from . import chroma
from .chunks import Chunk, chunks_of
from .index import Index, passages_of
from .vectors import is_zero

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings

BATCH = 256
"""Reports in one step: after it they are found, whatever happens next."""
WAIT = 300.0
"""Seconds to wait for another program that writes the index."""
_WRITE = 4000
"""Vectors in one request to Chroma."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an update of the index did."""

    reports: int
    chunks: int
    added: int
    """Reports that were new or had changed."""
    removed: int
    seconds: float
    anew: str = ""
    """Why all vectors were made again; empty where they were not."""


def update(
    library: Library,
    settings: Settings | None = None,
    *,
    rebuild: bool = False,
    vectors: bool = True,
    wait: float = WAIT,
    progress: Callable[[int, int], None] | None = None,
    waiting: Callable[[str], None] | None = None,
) -> Summary:
    """Bring the index in step with the library and with what the vector store holds; ``rebuild`` makes it anew.

    Without ``vectors`` only the words are indexed; the vectors follow with the next update. ``waiting`` is told once when another
    program is writing. Raises LibraryError when that one is not done within ``wait`` seconds, or the vector store cannot be had.
    """
    folder = Path(library.path) / "index"
    started = time.perf_counter()
    with _writing(folder, wait, waiting):
        if rebuild:
            _forget(folder)
        index = Index.of(library, settings)
        try:
            anew = _settled(index) if vectors else ""
            todo, gone = index.stale(library, vectors=vectors)
            _remove(index, gone, vectors=vectors)
            for at in range(0, len(todo), BATCH):
                _add(index, library, todo[at : at + BATCH], vectors=vectors)
                if progress:
                    progress(min(at + BATCH, len(todo)), len(todo))
            seconds = time.perf_counter() - started
            return Summary(len(index.store.indexed), index.store.size, len(todo), len(gone), seconds, anew)
        finally:
            index.close()


@contextmanager
def _writing(folder: Path, seconds: float, waiting: Callable[[str], None] | None) -> Iterator[None]:
    """Be the only writer; the process that is, is noted beside the lock."""
    folder.mkdir(parents=True, exist_ok=True)
    lock, note = FileLock(folder / "lock"), folder / "writer"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = _writer(note)
        if waiting and seconds:
            waiting(f"另一个程序{who}正在更新索引 {folder}，最多等 {seconds:g} 秒 (another program is updating the index: waiting)")
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            told = f"，等了 {seconds:g} 秒" if seconds else ""
            raise LibraryError(
                f"另一个程序{_writer(note)}正在更新索引 {folder}{told}，请稍后再试 (another program is updating the index)"
            ) from error
    try:
        note.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _writer(note: Path) -> str:
    """The process that writes, where it is known."""
    try:
        number = note.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return f"（进程 {number}）" if number.isdecimal() else ""


def _settled(index: Index) -> str:
    """Take away what an interrupted writer left, and all vectors where settings, address or their number are not what was noted.

    Returns why all are to be made anew; empty where they stand.
    """
    left = index.store.unfinished
    if index.settled and left:
        _drop_vectors(index, left)
    indexed = bool(index.store.embedded)
    changed = "" if index.settled else "向量的设置或向量库的地址变了" if indexed else ""
    why = index.lacking() if index.settled else changed
    if why or not index.settled:
        index.forget_vectors()
        index.store.set_meta("embedder", index.embedder)
        index.store.set_meta("address", index.address)
    return why


def _drop_vectors(index: Index, reports: Sequence[str]) -> None:
    for at in range(0, len(reports), BATCH):
        group = list(reports[at : at + BATCH])
        with chroma.failing():
            index.collection.delete(where={"report": {"$in": group}})
        index.store.forget_vectors(group)


def _forget(folder: Path) -> None:
    """Take away everything that was indexed; what cannot be taken away in order is deleted with its folder."""
    server = chroma.address()
    client = chroma.client(folder / "chroma")
    try:
        with chroma.failing():
            for collection in client.list_collections():
                if not server or collection.name.endswith(chroma.own(folder)):
                    client.delete_collection(collection.name)
    except (LibraryError, SettingsError):
        if server:
            raise
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient.clear_system_cache()
        shutil.rmtree(folder / "chroma", ignore_errors=True)
    for file in folder.glob("lexical.sqlite*"):
        file.unlink()


def _remove(index: Index, reports: Sequence[str], *, vectors: bool) -> None:
    if vectors:
        _drop_vectors(index, reports)
    for at in range(0, len(reports), BATCH):
        index.store.replace(list(reports[at : at + BATCH]), (), (), ())


def _add(index: Index, library: Library, reports: Sequence[tuple[str, int]], *, vectors: bool) -> None:
    names = [report for report, _ in reports]
    passages = passages_of(library, names)
    chunks = [chunk for passage in passages for chunk in chunks_of(passage)]
    counts: dict[str, int] = {}
    if vectors:
        known = [report for report in names if report in index.store.embedded]
        index.store.begin_vectors(names)
        if known:
            with chroma.failing():
                index.collection.delete(where={"report": {"$in": known}})
        counts = dict.fromkeys(names, 0)
        for at in range(0, len(chunks), _WRITE):
            group = chunks[at : at + _WRITE]
            kept = [(chunk, vector) for chunk, vector in zip(group, index.vectors(group), strict=True) if not is_zero(vector)]
            for chunk, _ in kept:
                counts[chunk.passage.report_id] += 1
            if kept:
                with chroma.failing():
                    index.collection.upsert(
                        ids=[chunk.id for chunk, _ in kept],
                        embeddings=[vector for _, vector in kept],
                        documents=[chunk.text for chunk, _ in kept],
                        metadatas=[_metadata(chunk) for chunk, _ in kept],
                    )
    index.store.replace(names, reports, passages, chunks, counts)


def _metadata(chunk: Chunk) -> dict[str, Any]:
    passage = chunk.passage
    found = {
        "report": passage.report_id,
        "passage": passage.n,
        "agency": passage.agency,
        "year": passage.year,
        "form": passage.form,
        "section": passage.section,
        "heading": " / ".join(passage.heading),
        "source": passage.source,
        "line": passage.line,
        "page": passage.page,
        "sentences": " ".join(sentence.id for sentence in chunk.sentences),
    }
    return {key: value for key, value in found.items() if value is not None}
