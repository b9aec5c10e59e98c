"""The index of a library: its narrative in Chroma and beside it a lexical store; a cache that can always be made anew."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from extractor.errors import LibraryError, SettingsError

from .chunks import Chunk, Passage, chunks_of
from .store import Filter, Hit, Store, passage_of
from .tokens import VERSION
from .vectors import DIMENSIONS, document_vector, is_zero, question_vector

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings

BATCH = 256
"""Reports in one step: after it they are found, whatever happens next."""
_WRITE = 4000
"""Vectors in one request to Chroma."""
_GRAPH = {"ef_search": 500, "ef_construction": 100, "max_neighbors": 32, "batch_size": 2000, "sync_threshold": 10_000}
"""Chroma's graph. It writes the whole graph anew every ``sync_threshold`` vectors, which with the default of 1,000 grows with the square of
the library; until then the vectors stand in its log."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an update of the index did."""

    reports: int
    chunks: int
    added: int
    """Reports that were new or had changed."""
    removed: int
    seconds: float


class Index:
    """The index of one library, for reading; :func:`update` writes."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self.settings = settings if settings is not None and settings.embedding_model else None
        self.store = Store(folder / "lexical.sqlite")
        self._collection: Any = None

    @classmethod
    def of(cls, library: Library, settings: Settings | None = None) -> Index:
        """The index beside a library's other folders."""
        return cls(Path(library.path) / "index", settings)

    def close(self) -> None:
        """Close the lexical store."""
        self.store.close()

    @property
    def embedder(self) -> str:
        """What makes the vectors."""
        return self.settings.embedding_model or "" if self.settings else f"hashed-{DIMENSIONS}"

    @property
    def name(self) -> str:
        """The name of the Chroma collection: embedder, dimensions and tokens are part of it."""
        safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in self.embedder).strip("-_")
        name = f"gongkai-{safe or 'model'}-t{VERSION}"[:200]
        return f"{name}-{_own(self.folder)}" if os.environ.get("GONGKAI_CHROMA_URL") else name

    @property
    def collection(self) -> Any:
        """The Chroma collection; made when it is first needed."""
        if self._collection is None:
            self._collection = _client(self.folder / "chroma").get_or_create_collection(
                self.name,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine" if self.settings else "ip", **_GRAPH}},
            )
        return self._collection

    def stale(self, library: Library) -> tuple[list[tuple[str, int]], list[str]]:
        """Reports to index with their versions, and indexed reports that the library no longer counts."""
        current = {str(r): int(v) for r, v in library.rows("SELECT report_id, version FROM reports WHERE agency IS NOT NULL")}
        indexed = self.store.indexed if self.store.meta("embedder") == self.embedder else {}
        return [item for item in current.items() if indexed.get(item[0]) != item[1]], [r for r in indexed if r not in current]

    # ------------------------------------------------------------------ searching
    def lexical(self, words: Sequence[str], within: Filter, k: int) -> list[Hit]:
        """The best chunks by BM25."""
        return self.store.search(words, within, k)

    def nearest(self, question: str, words: Sequence[str], within: Filter, k: int) -> list[Hit]:
        """The chunks whose vectors are nearest; none when the question has no vector."""
        vector = self._question(question, words)
        if is_zero(vector) or not self.store.size:
            return []
        parts: list[dict[str, Any]] = [
            {name: {"$in": list(wanted)}}
            for name, wanted in (
                ("agency", within.agencies),
                ("year", within.years),
                ("section", within.sections),
                ("report", within.reports),
            )
            if wanted
        ]
        where = {"$and": parts} if len(parts) > 1 else parts[0] if parts else None
        found = self.collection.query(query_embeddings=[list(map(float, vector))], n_results=k, where=where, include=["distances"])
        ids, distances = found["ids"][0], found["distances"][0]
        chunks = self.store.by_id(ids)
        return [Hit(chunks[name], 1.0 - float(distance)) for name, distance in zip(ids, distances, strict=True) if name in chunks]

    def _question(self, question: str, words: Sequence[str]) -> Sequence[float]:
        if self.settings:
            from extractor.llm.embed import embed

            return embed([question], self.settings, subject="提问")[0]
        return question_vector(words, self.store.idf)  # type: ignore[return-value]

    def vectors(self, chunks: Sequence[Chunk]) -> list[Sequence[float]]:
        """A vector for each chunk."""
        if self.settings:
            from extractor.llm.embed import embed

            return list(embed([chunk.searched for chunk in chunks], self.settings))
        return [document_vector(chunk.searched) for chunk in chunks]  # type: ignore[misc]


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    settings = ChromaSettings(anonymized_telemetry=False)
    if url := os.environ.get("GONGKAI_CHROMA_URL"):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"GONGKAI_CHROMA_URL 不是 http(s) 地址：{url!r} (not an http or https address)")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            return chromadb.HttpClient(host=parts.hostname, port=port, ssl=parts.scheme == "https", settings=settings)
        except Exception as error:
            raise LibraryError(f"连不上 Chroma 服务 {parts.hostname}:{port}：{error} (the Chroma server cannot be reached)") from error
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


@contextmanager
def _writing(folder: Path, seconds: float) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise LibraryError(f"另一个程序正在更新索引（{folder.name}），请稍后再试 (another program is updating the index)") from error
    try:
        yield
    finally:
        lock.release()


def update(
    library: Library,
    settings: Settings | None = None,
    *,
    rebuild: bool = False,
    wait: float = 60.0,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Bring the index in step with the library; ``rebuild`` makes it anew. Raises LibraryError when another program writes it."""
    folder = Path(library.path) / "index"
    started = time.perf_counter()
    with _writing(folder, wait):
        if rebuild:
            _forget(folder)
        index = Index.of(library, settings)
        try:
            if index.store.meta("embedder") not in (None, index.embedder):
                index.store.clear()
            index.store.set_meta("embedder", index.embedder)
            todo, gone = index.stale(library)
            _remove(index, gone)
            for at in range(0, len(todo), BATCH):
                _add(index, library, todo[at : at + BATCH])
                if progress:
                    progress(min(at + BATCH, len(todo)), len(todo))
            return Summary(len(index.store.indexed), index.store.size, len(todo), len(gone), time.perf_counter() - started)
        finally:
            index.close()


def _forget(folder: Path) -> None:
    """Take away everything that was indexed; what cannot be taken away in order is deleted with its folder."""
    try:
        client = _client(folder / "chroma")
        for collection in client.list_collections():
            if os.environ.get("GONGKAI_CHROMA_URL") is None or collection.name.endswith(_own(folder)):
                client.delete_collection(collection.name)
    except (LibraryError, SettingsError):
        raise
    except Exception:
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient.clear_system_cache()
        shutil.rmtree(folder / "chroma", ignore_errors=True)
    for file in folder.glob("lexical.sqlite*"):
        file.unlink()


def _own(folder: Path) -> str:
    """What tells this library's collection from others on a shared server."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]


def _remove(index: Index, reports: Sequence[str]) -> None:
    for at in range(0, len(reports), BATCH):
        group = list(reports[at : at + BATCH])
        index.collection.delete(where={"report": {"$in": group}})
        index.store.replace(group, (), (), ())


def _add(index: Index, library: Library, reports: Sequence[tuple[str, int]]) -> None:
    passages = passages_of(library, [report for report, _ in reports])
    chunks = [chunk for passage in passages for chunk in chunks_of(passage)]
    changed = [report for report, _ in reports if report in index.store.indexed]
    if changed:
        index.collection.delete(where={"report": {"$in": changed}})
    for at in range(0, len(chunks), _WRITE):
        group = chunks[at : at + _WRITE]
        kept = [(chunk, vector) for chunk, vector in zip(group, index.vectors(group), strict=True) if not is_zero(vector)]
        if kept:
            index.collection.upsert(
                ids=[chunk.id for chunk, _ in kept],
                embeddings=[vector for _, vector in kept],
                documents=[chunk.text for chunk, _ in kept],
                metadatas=[_metadata(chunk) for chunk, _ in kept],
            )
    index.store.replace([report for report, _ in reports], reports, passages, chunks)


def passages_of(library: Library, reports: Sequence[str]) -> list[Passage]:
    """The narrative of some reports, in the order of the library."""
    if not reports:
        return []
    rows = library.rows(
        f"""SELECT p.report_id, p.n, p.agency, p.year, r.form, p.section, p.heading, p.text, r.source_name, p.line, p.page,
    p.start_char, p.end_char
FROM passages p JOIN reports r USING (report_id) WHERE p.report_id IN ({", ".join("?" for _ in reports)}) ORDER BY p.report_id, p.n""",
        list(reports),
    )
    return [passage_of((*row[:6], tuple(row[6] or ()), *row[7:])) for row in rows]


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
