"""Work spread over processes: what is late, and what only looks so."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import SimpleNamespace

import pytest

from extractor.library import pool


def meet(task: tuple[str, Path]) -> str:
    """Work of two that depend on each other: ``first`` gets done when ``second`` has begun, ``second`` when the caller says so."""
    name, folder = task
    if name == "first":
        (folder / "begun").read_bytes()
    else:
        (folder / "begun").write_bytes(b".")
        (folder / "go").read_bytes()
    return name


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_what_got_done_while_this_process_was_busy_is_not_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = 0.0

    def one_by_one(pipes: list[Connection], timeout: float) -> list[object]:
        found = wait(pipes, timeout=max(timeout, 60.0))
        return [pipe for pipe in reversed(pipes) if pipe in found][:1]

    monkeypatch.setattr(pool, "wait", one_by_one)
    monkeypatch.setattr(pool, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + passed))
    for name in ("begun", "go"):
        os.mkfifo(tmp_path / name)
    outcomes = pool.spread(meet, [("first", tmp_path), ("second", tmp_path)], workers=2, seconds=900.0)
    assert next(outcomes).result == "first"
    (tmp_path / "go").write_bytes(b".")
    passed = 10_000.0
    assert [(outcome.result, outcome.kind) for outcome in outcomes] == [("second", "")]
