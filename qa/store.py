"""The lexical half of the index: passages, their chunks and tokens in one SQLite file, ranked by BM25."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .chunks import Chunk, Passage, sentences_of
from .tokens import VERSION, tokens
from .vectors import K1, B

SCAN_AT_MOST = 4000
"""Chunks within a filter up to which each is scored; beyond it the full-text index ranks."""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS reports (report_id TEXT PRIMARY KEY, version INTEGER);
CREATE TABLE IF NOT EXISTS vectors (report_id TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE IF NOT EXISTS passages (report_id TEXT, n INTEGER, agency TEXT, year INTEGER, form TEXT, section INTEGER, heading TEXT,
    text TEXT, source TEXT, line INTEGER, page INTEGER, start INTEGER, "end" INTEGER, PRIMARY KEY (report_id, n));
CREATE INDEX IF NOT EXISTS passages_of_agency ON passages (agency, year, report_id);
CREATE TABLE IF NOT EXISTS chunks (number INTEGER PRIMARY KEY, id TEXT UNIQUE, report_id TEXT, n INTEGER, first INTEGER, count INTEGER,
    agency TEXT, year INTEGER, section INTEGER, length INTEGER);
CREATE INDEX IF NOT EXISTS chunks_of_agency ON chunks (agency, year);
CREATE INDEX IF NOT EXISTS chunks_of_report ON chunks (report_id);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (tokens, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5vocab (words, row);
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What passages a search may return."""

    agencies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    reports: tuple[str, ...] = ()

    def where(self) -> tuple[str, list[Any]]:
        """As SQL over ``chunks``."""
        parts, values = ["1"], []
        for name, wanted in (("agency", self.agencies), ("year", self.years), ("section", self.sections), ("report_id", self.reports)):
            if wanted:
                parts.append(f"c.{name} IN ({', '.join('?' for _ in wanted)})")
                values += list(wanted)
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found."""

    chunk: Chunk
    score: float


class Store:
    """Passages and their tokens. One writer at a time (the index holds the lock); readers see whole transactions."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.executescript(_TABLES)
        if self.meta("tokens") not in (None, str(VERSION)):
            self.clear()
        self.set_meta("tokens", str(VERSION))
        self._documents: dict[str, int] = {}

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def meta(self, key: str) -> str | None:
        """A setting the index was made with."""
        row = self.database.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self.database:
            self.database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def clear(self) -> None:
        """Forget everything."""
        with self.database:
            for table in ("reports", "passages", "chunks", "words"):
                self.database.execute(f"DELETE FROM {table}")
            self.database.execute("UPDATE vectors SET count = NULL")

    @property
    def indexed(self) -> dict[str, int]:
        """The version of every report that is indexed."""
        return dict(self.database.execute("SELECT report_id, version FROM reports").fetchall())

    @property
    def embedded(self) -> dict[str, int | None]:
        """How many vectors each report has in the vector store; None where they may be half written, or of an earlier version."""
        return dict(self.database.execute("SELECT report_id, count FROM vectors").fetchall())

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Reports whose vectors may be half written, or of an earlier version."""
        return tuple(report for report, count in self.embedded.items() if count is None)

    def begin_vectors(self, reports: Sequence[str]) -> None:
        """Note that the vectors of these reports are about to be written."""
        with self.database:
            self.database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, NULL)", [(report,) for report in reports])

    def forget_vectors(self, reports: Sequence[str] | None = None) -> None:
        """Note that these reports, or all, have no vectors."""
        with self.database:
            if reports is None:
                self.database.execute("DELETE FROM vectors")
            else:
                self.database.executemany("DELETE FROM vectors WHERE report_id = ?", [(report,) for report in reports])

    @property
    def size(self) -> int:
        """The number of chunks."""
        return int(self.database.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def replace(
        self,
        report_ids: Sequence[str],
        versions: Iterable[tuple[str, int]],
        passages: Iterable[Passage],
        chunks: Iterable[Chunk],
        vectors: Mapping[str, int] | None = None,
    ) -> None:
        """Take these reports out and put their new passages in, in one transaction, with the number of vectors written of each.

        Where none were written the vectors known of these reports are those of an earlier version.
        """
        with self.database as base:
            for report_id in report_ids:
                base.execute("DELETE FROM words WHERE rowid IN (SELECT number FROM chunks WHERE report_id = ?)", [report_id])
                for table in ("chunks", "passages", "reports"):
                    base.execute(f"DELETE FROM {table} WHERE report_id = ?", [report_id])
            if vectors:
                base.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", list(vectors.items()))
            else:
                base.executemany("UPDATE vectors SET count = NULL WHERE report_id = ?", [(report,) for report in report_ids])
            base.executemany("INSERT INTO reports VALUES (?, ?)", versions)
            base.executemany("INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", [_row(passage) for passage in passages])
            for chunk in chunks:
                words = tokens(chunk.searched)
                passage = chunk.passage
                first = int(chunk.id.rpartition(":")[2])
                cursor = base.execute(
                    "INSERT INTO chunks (id, report_id, n, first, count, agency, year, section, length) VALUES (?,?,?,?,?,?,?,?,?)",
                    [
                        chunk.id,
                        passage.report_id,
                        passage.n,
                        first,
                        len(chunk.sentences),
                        passage.agency,
                        passage.year,
                        passage.section,
                        len(words),
                    ],
                )
                base.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", [cursor.lastrowid, " ".join(words)])
        self._documents.clear()

    # ------------------------------------------------------------------ searching
    def idf(self, token: str) -> float:
        """Inverse document frequency of a token over all chunks."""
        if not self._documents:
            self._documents["\x00"] = self.size
        if token not in self._documents:
            row = self.database.execute("SELECT doc FROM terms WHERE term = ?", [token]).fetchone()
            self._documents[token] = int(row[0]) if row else 0
        total, having = self._documents["\x00"], self._documents[token]
        return math.log(1 + (total - having + 0.5) / (having + 0.5))

    def search(self, words: Sequence[str], within: Filter, k: int) -> list[Hit]:
        """The best chunks for these tokens by BM25; none when no token occurs."""
        where, values = within.where()
        count = self.database.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM chunks c WHERE {where} LIMIT {SCAN_AT_MOST + 1})", values
        ).fetchone()[0]
        ranked = self._scan(words, where, values) if count <= SCAN_AT_MOST else self._match(words, where, values, k)
        ranked.sort(key=lambda pair: -pair[1])
        found = self.chunks([number for number, _ in ranked[:k]])
        return [Hit(found[number], score) for number, score in ranked[:k] if number in found]

    def _scan(self, words: Sequence[str], where: str, values: list[Any]) -> list[tuple[int, float]]:
        rows = self.database.execute(
            f"SELECT c.number, c.length, w.tokens FROM chunks c JOIN words w ON w.rowid = c.number WHERE {where}", values
        ).fetchall()
        weights = {word: self.idf(word) for word in dict.fromkeys(words)}
        mean = self._mean()
        found = []
        for number, length, text in rows:
            counts = Counter(text.split(" "))
            norm = K1 * (1 - B + B * length / mean)
            score = sum(idf * counts[word] * (K1 + 1) / (counts[word] + norm) for word, idf in weights.items() if word in counts)
            if score > 0:
                found.append((int(number), score))
        return found

    def _match(self, words: Sequence[str], where: str, values: list[Any], k: int) -> list[tuple[int, float]]:
        particular = [word for word in dict.fromkeys(words) if len(word) > 1] or list(dict.fromkeys(words))
        query = " OR ".join(f'"{word}"' for word in particular[:40])
        if not query:
            return []
        rows = self.database.execute(
            f"SELECT c.number, -bm25(words) FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ? AND {where}"
            " ORDER BY bm25(words) LIMIT ?",
            [query, *values, k],
        ).fetchall()
        return [(int(number), float(score)) for number, score in rows]

    def _mean(self) -> float:
        if "\x01" not in self._documents:
            self._documents["\x01"] = int(self.database.execute("SELECT coalesce(avg(length), 1) FROM chunks").fetchone()[0])
        return max(1.0, self._documents["\x01"])

    def chunks(self, numbers: Sequence[int]) -> dict[int, Chunk]:
        """Chunks by number."""
        return self._chunks("c.number", numbers, lambda row: int(row[0]))

    def by_id(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by id."""
        return self._chunks("c.id", ids, lambda row: str(row[1]))

    def _chunks(self, column: str, keys: Sequence[Any], key: Callable[[Any], Any]) -> dict[Any, Chunk]:
        if not keys:
            return {}
        rows = self.database.execute(
            f"SELECT c.number, c.id, c.first, c.count, p.* FROM chunks c JOIN passages p ON p.report_id = c.report_id AND p.n = c.n"
            f" WHERE {column} IN ({', '.join('?' for _ in keys)})",
            list(keys),
        ).fetchall()
        found = {}
        for row in rows:
            passage = _passage(row[4:])
            found[key(row)] = Chunk(row[1], passage, sentences_of(passage)[row[2] : row[2] + row[3]])
        return found

    def count(self, within: Filter) -> int:
        """How many passages a filter leaves."""
        where, values = within.where()
        return int(self.database.execute(f"SELECT count(*) FROM passages c WHERE {where}", values).fetchone()[0])

    def passages(self, within: Filter) -> list[Passage]:
        """Whole passages, in the order of their reports."""
        where, values = within.where()
        sql = f"SELECT * FROM passages c WHERE {where} ORDER BY agency, year, report_id, n"
        return [_passage(row) for row in self.database.execute(sql, values).fetchall()]


def _row(passage: Passage) -> tuple[Any, ...]:
    p = passage
    heading = json.dumps(p.heading, ensure_ascii=False)
    return (p.report_id, p.n, p.agency, p.year, p.form, p.section, heading, p.text, p.source, p.line, p.page, p.start, p.end)


def _passage(row: Sequence[Any]) -> Passage:
    return passage_of((*row[:6], tuple(json.loads(row[6])), *row[7:]))


def passage_of(row: tuple[Any, ...]) -> Passage:
    """A passage from its fields in order."""
    return Passage(*row)
