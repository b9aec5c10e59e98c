"""Bulk runs: resumable after a kill, one bad file harms no other, memory and failures accounted for."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_reports import read_small, write_orders

from extractor.errors import LibraryError, ModelError
from extractor.library import Library
from extractor.library.bulk import Run, run_bulk
from extractor.library.journal import SEGMENT_EVENTS
from extractor.library.stats import stats
from extractor.sources import Limits

TESTS = Path(__file__).resolve().parent
CANONICAL = (
    "SELECT report_id, source_name, verified, cells FROM reports ORDER BY ALL",
    "SELECT report_id, path, value, status FROM cells ORDER BY ALL",
    "SELECT report_id, finding_id FROM findings ORDER BY ALL",
    "SELECT report_id, metric, value FROM metrics ORDER BY ALL",
    "SELECT report_id, count(*) FROM versions GROUP BY ALL ORDER BY ALL",
    "SELECT name, error, reason FROM failures ORDER BY ALL",
)


def rows(library: Library) -> list[tuple[tuple[object, ...], ...]]:
    return [library.sql(query, limit=1_000_000).rows for query in CANONICAL]


def test_workers_and_this_process_give_the_same_rows(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 12, n3="fail")
    found = []
    for workers in (0, 2):
        with Library.open(tmp_path / f"library{workers}") as library:
            run = run_bulk(library, files, read_small, workers=workers)
            assert (run.done, run.failed, run.new, run.reports) == (11, 1, 11, 11)
            found.append(rows(library))
    assert found[0] == found[1]


def test_a_second_run_does_nothing_and_a_file_twice_is_one_report(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 4)
    (tmp_path / "in" / "copy.json").write_bytes(files[0].read_bytes())
    library = Library.open(tmp_path / "library")
    run = run_bulk(library, [*files, tmp_path / "in" / "copy.json"], read_small, workers=0)
    assert (run.done, run.skipped, run.new) == (4, 1, 4)
    again = run_bulk(library, files, read_small, workers=0)
    assert (again.done, again.skipped, again.new) == (0, 4, 0)
    anew = run_bulk(library, files, read_small, workers=0, again=True)
    assert (anew.done, anew.new) == (4, 0)


def test_a_run_does_not_read_its_own_journal_again_with_every_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.bulk.BATCH", 2)
    opened: list[int] = []
    connect = Library.connect

    def counted(library: Library) -> object:
        opened.append(1)
        return connect(library)

    monkeypatch.setattr(Library, "connect", counted)
    found = []
    for n in (4, 12):
        with Library.open(tmp_path / f"library{n}") as library:
            assert run_bulk(library, write_orders(tmp_path / f"in{n}", n), read_small, workers=0).done == n
        found.append(len(opened))
        opened.clear()
    assert found[0] == found[1]


def test_a_file_of_several_reports_cut_in_the_middle_of_writing_is_read_again(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 3, n1="two")
    library = Library.open(tmp_path / "library")
    run_bulk(library, files, read_small, workers=0)
    expected = rows(library)
    assert len(expected[0]) == 4
    events = list(library.journal.entries(1))
    second = next(entry for entry in events if entry.event.get("report_id", "").endswith("-2"))
    path = library.journal.path(1)
    path.write_bytes(path.read_bytes()[: second.offset + 5])
    again = Library.open(library.path)
    assert len(list(again.reports())) == 2
    assert run_bulk(again, files, read_small, workers=0).done >= 2
    assert rows(again) == expected


def test_a_file_whose_reading_a_newer_program_does_not_change_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_orders(tmp_path / "in", 3)
    library = Library.open(tmp_path / "library")
    run_bulk(library, files, read_small, workers=0)
    for module in ("bulk", "versions"):
        monkeypatch.setattr(f"extractor.library.{module}.tool_version", lambda: "99.0")
    upgraded = run_bulk(library, files, read_small, workers=0)
    assert (upgraded.done, upgraded.new) == (3, 0)
    assert run_bulk(library, files, read_small, workers=0).skipped == 3


def test_failures_are_listed_with_reasons_left_alone_and_retried_on_demand(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 5, n1="fail", n2="bug", n4="nothing")
    library = Library.open(tmp_path / "library")
    run = run_bulk(library, [*files, tmp_path / "in" / "gone.json"], read_small, workers=0)
    assert run.failures == {"SourceError": 3, "ZeroDivisionError": 1}
    reasons = dict(library.sql("SELECT name, reason FROM failures").rows)
    assert reasons["00001.json"] == "“00001.json”已加密 (encrypted)"
    assert "没有找到年度报告" in reasons["00004.json"] and "无法读取" in reasons["gone.json"]
    again = run_bulk(library, files, read_small, workers=0)
    assert (again.done, again.failed, again.left, again.skipped) == (0, 0, 3, 2)
    files[1].write_text(json.dumps({"seed": 50, "year": 2022}))
    retried = run_bulk(library, [], read_small, workers=0, retry_failed=True)
    assert (retried.files, retried.done, retried.failed) == (4, 1, 3)


@pytest.mark.parametrize(("order", "kind"), [("die", "died"), ("hang", "timeout")])
def test_a_process_that_dies_or_hangs_takes_only_its_own_file_with_it(tmp_path: Path, order: str, kind: str) -> None:
    files = write_orders(tmp_path / "in", 8, n2=order)
    library = Library.open(tmp_path / "library")
    run = run_bulk(library, files, read_small, workers=2, seconds=2.0)
    assert (run.done, run.failures) == (7, {kind: 1})
    assert library.sql("SELECT name, error FROM failures").rows == (("00002.json", kind),)


def test_full_segments_become_parquet_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.journal.SEGMENT_EVENTS", 40)
    monkeypatch.setattr("extractor.library.bulk.BATCH", 10)
    files = write_orders(tmp_path / "in", 100)
    library = Library.open(tmp_path / "library")
    seen: list[int] = []

    def watch(run: Run) -> None:
        seen.append(sum(1 for _ in library.tables.folder.glob("0*")) if library.tables.folder.exists() else 0)

    run_bulk(library, files, read_small, workers=0, watch=watch)
    assert max(seen[:-1]) >= 1
    assert library.sql("SELECT count(*) FROM reports").rows == ((100,),)
    assert SEGMENT_EVENTS == 2000


def test_a_second_run_on_a_busy_library_is_refused_at_once(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 2)
    library = Library.open(tmp_path / "library")
    with library.writing(), pytest.raises(LibraryError, match="正被另一个进程写入"):
        run_bulk(Library.open(tmp_path / "library"), files, read_small, workers=0)


def test_the_run_report_is_kept_in_the_library(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library")
    run = run_bulk(library, write_orders(tmp_path / "in", 3), read_small, workers=0)
    kept = json.loads((library.path / "runs" / f"{run.id}.json").read_text("utf-8"))
    assert (kept["done"], kept["cells"], kept["ended"]) == (3, 600, run.ended)


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from small_reports import read_small
from extractor.library import Library
from extractor.library.bulk import run_bulk
import extractor.library.bulk as bulk, extractor.library.journal as journal
bulk.BATCH = 3
journal.SEGMENT_EVENTS = 20
if __name__ == "__main__":
    done = 0
    def watch(run):
        global done
        done += 1
        print(done, flush=True)
    library = Library.open({library!r})
    run_bulk(library, sorted(Path({folder!r}).iterdir()), read_small, workers={workers}, watch=watch)
"""


@pytest.mark.parametrize(("workers", "kills"), [(0, 5), (2, 3)])
def test_sigkill_at_any_moment_loses_and_repeats_nothing(tmp_path: Path, workers: int, kills: int) -> None:
    folder = tmp_path / "in"
    files = write_orders(folder, 60, n5="fail")
    with Library.open(tmp_path / "undisturbed") as library:
        run_bulk(library, files, read_small, workers=0)
        expected = rows(library)
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(tests=str(TESTS), library=str(tmp_path / "library"), folder=str(folder), workers=workers), "utf-8")
    chance = random.Random(8)
    for _ in range(kills):
        stop = chance.randint(1, 14)
        process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= stop:
                os.kill(process.pid, signal.SIGKILL)
                break
        process.stdout.close()
        process.wait()
    with Library.open(tmp_path / "library") as library:
        assert len(list(library.reports())) < 60
        run_bulk(library, files, read_small, workers=0)
        assert rows(library) == expected


def test_an_interrupted_run_keeps_what_was_read_and_goes_on_later(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 20)
    library = Library.open(tmp_path / "library")

    def stop(run: Run) -> None:
        if run.done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_bulk(library, files, read_small, workers=2, watch=stop)
    assert len(list(library.reports())) == 8
    again = run_bulk(library, files, read_small, workers=0)
    assert (again.skipped, again.done) == (8, 12)


def test_an_error_that_every_file_would_meet_ends_the_run_and_blames_no_file(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 6, n3="model")
    library = Library.open(tmp_path / "library")
    with pytest.raises(ModelError, match="连不上"):
        run_bulk(library, files, read_small, workers=0)
    assert len(list(library.reports())) == 3
    assert library.sql("SELECT * FROM failures").rows == ()


def test_a_report_that_damage_to_the_journal_took_is_told_and_read_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = write_orders(tmp_path / "in", 3)
    with Library.open(tmp_path / "library") as library:
        run_bulk(library, files, read_small, workers=0)
        expected = rows(library)
        ((offset, length),) = library.rows(
            'SELECT "offset", length FROM versions WHERE source_name = (SELECT min(source_name) FROM versions)'
        )
        path = library.journal.path(1)
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 0xFF
    path.write_bytes(data)
    again = Library.open(tmp_path / "library")
    assert len(list(again.reports())) == 2 and "1 处损坏" in caplog.text
    again.compact()
    assert stats(Library.open(tmp_path / "library")).damaged == 1
    run = run_bulk(again, files, read_small, workers=0)
    assert (run.done, run.skipped, run.new) == (1, 2, 1)
    assert rows(again) == expected


def test_a_file_that_could_not_be_opened_and_then_can_is_no_failure_any_more(tmp_path: Path) -> None:
    files = write_orders(tmp_path / "in", 2)
    library = Library.open(tmp_path / "library")
    late, known = tmp_path / "in" / "late.json", tmp_path / "in" / "known.json"
    assert run_bulk(library, [*files, late, known], read_small, workers=0).failed == 2
    assert {row[0] for row in library.rows("SELECT name FROM failures")} == {"late.json", "known.json"}
    late.write_text(files[0].read_text("utf-8").replace('"year": 2019', '"year": 2018'), "utf-8")
    known.write_bytes(files[0].read_bytes())
    run = run_bulk(library, [*files, late, known], read_small, workers=0)
    assert (run.done, run.failed) == (1, 0) and library.rows("SELECT name FROM failures") == []


def test_a_file_that_changes_between_two_looks_is_read_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_orders(tmp_path / "in", 1)
    library = Library.open(tmp_path / "library")
    monkeypatch.setattr("extractor.library.bulk.sha256_of", lambda path: "0" * 64)
    assert run_bulk(library, files, read_small, workers=0).failures == {"ChangedError": 1}
    assert "内容变了" in library.rows("SELECT reason FROM failures")[0][0]
    monkeypatch.undo()
    assert run_bulk(library, files, read_small, workers=0).done == 1 and library.rows("SELECT * FROM failures") == []


def test_what_is_no_regular_file_or_larger_than_any_report_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_orders(tmp_path / "in", 1)
    os.mkfifo(tmp_path / "in" / "pipe")
    monkeypatch.setattr("extractor.sources.LIMITS", Limits(file_bytes=10))
    library = Library.open(tmp_path / "library")
    assert run_bulk(library, [*files, tmp_path / "in" / "pipe"], read_small, workers=0).failures == {"LimitError": 1, "SourceError": 1}
