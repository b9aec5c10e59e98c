"""The index of a library: its narrative in Chroma and beside it a lexical store; a cache that can always be made anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import chroma
from .chunks import Chunk, Passage
from .store import Filter, Hit, Store, passage_of
from .tokens import VERSION
from .vectors import DIMENSIONS, document_vector, is_zero, question_vector

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings


class Index:
    """The index of one library, for reading; :func:`update` writes."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self.settings = settings if settings is not None and settings.embedding_model else None
        self.address = chroma.address()
        """The server that holds the vectors; empty for the database in the library's folder."""
        self.fused = self.settings is not None
        """Whether the vectors of a model are ranked by, beside the words."""
        self.store = Store(folder / "lexical.sqlite")
        self._client: Any = None
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
        return f"{name}-{chroma.own(self.folder)}" if self.address else name

    @property
    def collection(self) -> Any:
        """The Chroma collection; made when it is first needed. Raises LibraryError when it cannot be had."""
        if self._collection is None:
            self._client = chroma.client(self.folder / "chroma")
            self._collection = chroma.collection(self._client, self.name, "cosine" if self.settings else "ip")
        return self._collection

    def forget_vectors(self) -> None:
        """Take away all vectors made with these settings, where they are kept now."""
        assert self.collection is not None
        chroma.drop(self._client, self.name)
        self._collection = None
        self.store.forget_vectors()

    # ------------------------------------------------------------------ what it holds
    @property
    def settled(self) -> bool:
        """Whether the vectors were made with these settings and are kept where they are looked for."""
        return self.store.meta("embedder") == self.embedder and self.store.meta("address") == self.address

    def lacking(self) -> str:
        """What tells that vectors written are no longer there, or that there are others; empty where their number is right."""
        noted = self.store.embedded
        if None in noted.values():
            return ""
        wanted = sum(count or 0 for count in noted.values())
        with chroma.failing():
            held = self.collection.count()
        return "" if held == wanted else f"向量库 {self.address or 'index/chroma'} 有 {held} 段，应有 {wanted} 段"

    def stale(self, library: Library, *, vectors: bool = True) -> tuple[list[tuple[str, int]], list[str]]:
        """Reports to index with their versions, and indexed reports that the library no longer counts.

        With ``vectors`` also those whose words are indexed and whose vectors are not, or not with these settings.
        """
        current = {str(r): int(v) for r, v in library.rows("SELECT report_id, version FROM reports WHERE agency IS NOT NULL")}
        indexed = self.store.indexed
        noted = self.store.embedded if not vectors or self.settled else {}
        todo = [item for item in current.items() if indexed.get(item[0]) != item[1] or (vectors and noted.get(item[0]) is None)]
        return todo, [report for report in {**indexed, **(noted if vectors else {})} if report not in current]

    # ------------------------------------------------------------------ searching
    def lexical(self, words: Sequence[str], within: Filter, k: int) -> list[Hit]:
        """The best chunks by BM25."""
        return self.store.search(words, within, k)

    def nearest(self, question: str, words: Sequence[str], within: Filter, k: int) -> list[Hit]:
        """The chunks whose vectors are nearest; none when the question has no vector. Raises LibraryError, ModelError."""
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
        with chroma.failing():
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
