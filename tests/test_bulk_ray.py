"""Bulk runs on Ray: the same library as from processes, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_reports import read_small, write_orders
from test_library_bulk import rows
from typer.testing import CliRunner

from cli import app
from extractor.errors import ModelError, SettingsError
from extractor.library import Library, cluster
from extractor.library.bulk import run_bulk
from extractor.library.desk import Desk, Engine, Task
from extractor.library.pool import AHEAD
from extractor.manifest import read_manifest

TESTS = Path(__file__).resolve().parent
REPORTS = TESTS.parent / "reports"
KILLED = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from small_reports import read_small
from extractor.library import Library
from extractor.library import bulk
import os, signal

bulk.BATCH = 2

def watch(run):
    if run.done >= 5:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    with Library.open(sys.argv[1]) as library:
        bulk.run_bulk(library, sorted(Path(sys.argv[2]).iterdir()), read_small, workers=2, on="ray", watch=watch)
"""

pytestmark = pytest.mark.xdist_group("ray")


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """One Ray for all tests of this file that need it; skipped, with the reason, where it is not installed."""
    pytest.importorskip("ray", reason="ray is not installed (extra: ray)")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(TESTS)
    try:
        with cluster.joined(2) as made:
            yield made
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def test_ray_and_processes_give_the_same_library(tmp_path: Path, ray: Any) -> None:
    files = sorted(REPORTS.glob("*.txt"))
    found = []
    for on in ("processes", "ray"):
        with Library.open(tmp_path / on) as library:
            run = run_bulk(library, files, Engine(), workers=2, on=on)
            assert (run.done, run.failed, run.on) == (len(files), 0, on)
            kept = {
                path.relative_to(tmp_path / on): path.read_bytes()
                for part in ("sources", "documents")
                for path in (tmp_path / on / part).rglob("*.*")
            }
            found.append((rows(library), kept))
    assert found[0] == found[1] and len(found[0][1]) == 2 * len(files)


def test_a_worker_that_dies_or_hangs_costs_only_its_file(tmp_path: Path, ray: Any) -> None:
    files = write_orders(tmp_path / "in", 12, n2="fail", n4="die", n6="hang", n8="bug", n9="nothing", n10="two")
    with Library.open(tmp_path / "library") as library:
        run = run_bulk(library, files, read_small, workers=2, on="ray", seconds=6)
        assert (run.done, run.failed, run.reports) == (7, 5, 8)
        assert run.failures == {"SourceError": 2, "died": 1, "timeout": 1, "ZeroDivisionError": 1}
        again = run_bulk(library, files, read_small, workers=2, on="ray")
        assert (again.done, again.skipped, again.left) == (0, 7, 5)


def test_a_fault_that_meets_every_file_ends_the_run_and_blames_none(tmp_path: Path, ray: Any) -> None:
    files = write_orders(tmp_path / "in", 6, n3="model")
    with Library.open(tmp_path / "library") as library:
        with pytest.raises(ModelError, match="模型连不上"):
            run_bulk(library, files, read_small, workers=1, on="ray")
        assert library.rows("SELECT count(*) FROM failures") == [(0,)]


def test_full_segments_and_lines_of_a_manifest_are_dealt_with_here(tmp_path: Path, ray: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.journal.SEGMENT_EVENTS", 8)
    monkeypatch.setattr("extractor.library.bulk.BATCH", 2)
    files = write_orders(tmp_path / "in", 20)
    with Library.open(tmp_path / "library") as library:
        assert run_bulk(library, files, read_small, workers=2, on="ray").done == 20
        assert len(library.journal.segments()) > 3 and library.tables.sound(1)
        (tmp_path / "list.csv").write_text("file,url\n" + "".join(f"{file.name},https://example.org/{file.name}\n" for file in files))
        run = run_bulk(library, files, read_small, workers=2, on="ray", manifest=read_manifest(tmp_path / "list.csv"))
        assert (run.done, run.placed) == (0, 20)
        assert library.rows("SELECT count(*) FROM reports WHERE url LIKE 'https://example.org/%'") == [(20,)]


def test_few_files_are_under_way_at_a_time(tmp_path: Path, ray: Any) -> None:
    files = write_orders(tmp_path / "in", 30)
    taken = done = most = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken, most
        for file in files:
            taken += 1
            most = max(most, taken - done)
            yield Task(file)

    Library.open(tmp_path / "library")
    for _ in cluster.spread_on_ray(Desk(tmp_path / "library", read_small, "offline", "run"), tasks(), workers=2):
        done += 1
    assert done == 30 and 2 <= most <= 2 * AHEAD


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_rows(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed (extra: ray)")
    files = write_orders(tmp_path / "in", 24)
    (tmp_path / "run.py").write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    ended = subprocess.run(
        [sys.executable, tmp_path / "run.py", tmp_path / "library", tmp_path / "in"], env=environment, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    with Library.open(tmp_path / "library") as library, Library.open(tmp_path / "whole") as whole:
        assert 0 < run_bulk(library, files, read_small, workers=0).done <= 20
        run_bulk(whole, files, read_small, workers=0)
        assert rows(library) == rows(whole)


def fake(calls: list[dict[str, Any]], *, fail: bool = False) -> SimpleNamespace:
    def init(**options: Any) -> None:
        calls.append(options)
        if fail:
            raise ConnectionError("nobody\nthere")

    return SimpleNamespace(init=init, is_initialized=lambda: False, shutdown=lambda: calls.append({"shut": True}))


@pytest.fixture
def spotted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray is taken to be installed."""
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: SimpleNamespace())
    for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "RAY_USAGE_STATS_ENABLED"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("spotted")
def test_without_an_address_ray_is_of_this_machine_only_and_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setitem(sys.modules, "ray", fake(calls))
    with cluster.joined(3):
        assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0" and os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0"
    assert calls[0]["address"] == "local" and calls[0]["num_cpus"] == 3 and calls[0]["include_dashboard"] is False
    assert calls[1] == {"shut": True}


@pytest.mark.usefixtures("spotted")
def test_an_address_names_a_cluster_which_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setitem(sys.modules, "ray", fake(calls))
    with socket.socket() as head:
        head.bind(("127.0.0.1", 0))
        head.listen()
        address = f"127.0.0.1:{head.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        with cluster.joined(3):
            assert "RAY_AUTH_TOKEN" not in os.environ and os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert calls[0]["address"] == address and not {"num_cpus", "include_dashboard", "object_store_memory"} & set(calls[0])


@pytest.mark.usefixtures("spotted")
def test_a_cluster_that_does_not_answer_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", fake([], fail=True))
    with pytest.raises(SettingsError, match="连不上 Ray（local）：nobody there"), cluster.joined(1):
        pass


@pytest.mark.usefixtures("spotted")
def test_an_address_where_nobody_listens_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setitem(sys.modules, "ray", fake(calls))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(SettingsError, match="没有应答"), cluster.joined(1):
            pass
    assert calls == []


def gongkai(*words: str | Path) -> Any:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(word) for word in words])


def test_without_ray_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: None)
    done = gongkai("extract", REPORTS / "linlan-2021.txt", "--library", tmp_path / "library", "--workers", "1", "--on", "ray")
    assert done.exit_code == 2 and "gongkai[ray]" in done.output


@pytest.mark.parametrize("words", [("--workers", "0"), (), ("--workers", "2", "--engine", "auto")])
def test_ray_is_for_workers_of_the_embedded_reader(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = gongkai("extract", REPORTS / "linlan-2021.txt", "--library", tmp_path / "library", "--on", "ray", *words)
    assert done.exit_code == 2 and "--on ray" in done.output
    assert not (tmp_path / "library").exists()


def test_the_command_reads_on_ray(tmp_path: Path, ray: Any) -> None:
    done = gongkai("extract", REPORTS, "--library", tmp_path / "library", "--workers", "2", "--on", "ray")
    assert done.exit_code == 0 and "13 份报告" in done.output, done.output
    with Library.open(tmp_path / "library") as library:
        assert library.rows("SELECT count(*), sum(verified) FROM reports") == [(13, 2354)]


def test_a_run_without_workers_is_on_nothing(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 2)
    with Library.open(tmp_path / "library") as library:
        assert run_bulk(library, files, read_small, workers=0, on="ray").on == ""
