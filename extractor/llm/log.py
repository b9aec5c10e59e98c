"""The log of every model call, in SQLite: an answer once paid for is never asked for again.

An answer is committed before anyone uses it, so a process killed at any moment loses at most the call in flight.
Requests are kept as sent, without headers: no key ever reaches the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ..errors import ModelError
from .usage import Usage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    status TEXT NOT NULL,
    request TEXT NOT NULL,
    response TEXT,
    verdict TEXT NOT NULL DEFAULT '',
    tokens_in INTEGER NOT NULL DEFAULT 0,
    tokens_out INTEGER NOT NULL DEFAULT 0,
    cost TEXT,
    seconds REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS answered ON calls (key) WHERE response IS NOT NULL;
CREATE TABLE IF NOT EXISTS manners (server TEXT PRIMARY KEY, manner TEXT NOT NULL);
"""


def content_key(request: Mapping[str, Any], server: str) -> str:
    """The address of a call: the hash of everything that decides its answer (server, model, messages, schema, settings)."""
    text = json.dumps({"server": server, **request}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """One logged request."""

    id: int
    key: str
    at: str
    """ISO time of the answer, UTC."""
    run: str
    kind: str
    """``table``, ``again``, ``narrative``, ``metadata``, ``answer``, ``embedding`` or ``probe``."""
    subject: str
    """What was asked about: file and part."""
    model: str
    prompt: str
    """Hash of the prompt file."""
    status: str
    """``answered``, or why there is no answer: ``http 429``, ``timeout``, ``reset``."""
    request: dict[str, Any]
    response: dict[str, Any] | None
    verdict: str
    """What became of the answer: ``used``, or what was wrong with it."""
    tokens_in: int
    tokens_out: int
    cost: str | None
    seconds: float


class CallLog:
    """A call log opened for one run; safe to share between threads and between processes."""

    def __init__(self, path: Path | str, *, patience: float = 30) -> None:
        """``patience``: seconds to wait for another process that is writing to the file."""
        self.path = Path(path)
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        self.usage = Usage()
        """What this run has consumed so far."""
        self.missed: list[str] = []
        """Why, for every part of a report that this run could not ask about since no server answered."""
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, check_same_thread=False, timeout=patience, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise ModelError(
                f"打不开模型调用日志 {self.path}：{error}；可用 GONGKAI_LLM_LOG 换一个位置 (cannot open the call log; set GONGKAI_LLM_LOG)"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything in it is already on disk."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _held(self) -> Iterator[None]:
        """The file for one thread at a time; ModelError when another process keeps it or the disk fails."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise ModelError(
                    f"写不进模型调用日志 {self.path}：{error}；可能另一个程序正占用它，稍后再试，或用 GONGKAI_LLM_LOG 换一个位置 "
                    "(the call log cannot be used; another process may hold it)"
                ) from error

    def answer(self, key: str) -> Call | None:
        """The latest answer to a call with this content; None when it has never been answered."""
        with self._held():
            row = self._db.execute("SELECT * FROM calls WHERE key = ? AND response IS NOT NULL ORDER BY id DESC LIMIT 1", (key,)).fetchone()
        return _call(row) if row else None

    def record(
        self,
        *,
        key: str,
        kind: str,
        subject: str,
        model: str,
        prompt: str,
        status: str,
        request: Mapping[str, Any],
        response: Mapping[str, Any] | None,
        usage: Usage,
    ) -> int:
        """Write one request with its answer or its failure; returns its number in the log."""
        row = (
            key,
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            self.run,
            kind,
            subject,
            model,
            prompt,
            status,
            _text(request),
            None if response is None else _text(response),
            usage.tokens_in,
            usage.tokens_out,
            None if usage.cost is None else str(usage.cost),
            usage.seconds,
        )
        with self._held():
            cursor = self._db.execute(
                "INSERT INTO calls (key, at, run, kind, subject, model, prompt, status, request, response,"
                " tokens_in, tokens_out, cost, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            self.usage += usage
        return int(cursor.lastrowid or 0)

    def count(self, usage: Usage) -> None:
        """Add to the run's usage what left no new row: an answer replayed."""
        with self._lock:
            self.usage += usage

    def miss(self, why: str) -> None:
        """Note that a part of a report went unasked."""
        with self._lock:
            self.missed.append(why)

    def judge(self, call: int, verdict: str) -> None:
        """Note what became of an answer."""
        with self._held():
            self._db.execute("UPDATE calls SET verdict = ? WHERE id = ?", (verdict[:2000], call))

    def manner(self, server: str) -> str | None:
        """What a probe found out about a server, if there was one."""
        with self._held():
            row = self._db.execute("SELECT manner FROM manners WHERE server = ?", (server,)).fetchone()
        return str(row["manner"]) if row else None

    def remember(self, server: str, manner: str) -> None:
        """Keep what a probe found out, so that a server is probed once."""
        with self._held():
            self._db.execute("INSERT OR REPLACE INTO manners (server, manner) VALUES (?, ?)", (server, manner))

    def calls(self, *, last: int = 20, run: str | None = None, contains: str = "") -> Iterator[Call]:
        """Logged calls, the latest first; ``contains`` looks at the subject."""
        query = "SELECT * FROM calls WHERE (? IS NULL OR run = ?) AND subject LIKE ? ESCAPE '\\' ORDER BY id DESC LIMIT ?"
        pattern = "%" + contains.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        with self._held():
            rows = self._db.execute(query, (run, run, pattern, last)).fetchall()
        yield from (_call(row) for row in rows)

    def call(self, number: int) -> Call | None:
        """One logged call by its number."""
        with self._held():
            row = self._db.execute("SELECT * FROM calls WHERE id = ?", (number,)).fetchone()
        return _call(row) if row else None


def _text(value: Mapping[str, Any]) -> str:
    """JSON in plain characters; escaped where it holds half a surrogate pair, which no file can store as it is."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if any("\ud800" <= char <= "\udfff" for char in text) else text


def _call(row: sqlite3.Row) -> Call:
    values = dict(row)
    values["request"] = json.loads(values["request"])
    values["response"] = json.loads(values["response"]) if values["response"] is not None else None
    return Call(**values)
