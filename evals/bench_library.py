"""The library under load: generated reports in bulk at several numbers of workers, then with the run killed again and again.

``python -m evals.bench library --n 10000``; ``make soak``. Prints one JSON object and, for people, a table.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from extractor.library import Library

from .generate import generate

CANONICAL = {
    "reports": "SELECT report_id, source_name, agency, year, form, cells, verified, open, contested FROM reports",
    "cells": "SELECT report_id, path, value, status, raw, printed, how FROM cells",
    "claims": "SELECT report_id, n, metric, value, verdict FROM claims",
    "facts": "SELECT report_id, n, what, value, unit FROM facts",
    "findings": "SELECT report_id, finding_id, message FROM findings",
    "passages": "SELECT report_id, n, text FROM passages",
    "metrics": "SELECT report_id, metric, value, status FROM metrics",
    "versions": "SELECT report_id, count(*) AS n FROM versions GROUP BY 1",
    "failures": "SELECT name, error FROM failures",
}
"""What two runs over the same files must agree on: everything but times, run ids and order."""
QUERIES = {
    "one_report": "SELECT path, value, status FROM cells WHERE report_id = (SELECT min(report_id) FROM reports)",
    "rate_by_year": "SELECT year, avg(value), count(*) FROM metrics WHERE metric = 'rates.granted' GROUP BY 1 ORDER BY 1",
    "sum_by_agency": "SELECT agency, sum(value) FROM cells WHERE path = 'applications.new_received.total' GROUP BY 1 ORDER BY 2 DESC",
    "all_states": "SELECT status, count(*) FROM cells GROUP BY 1",
    "words": "SELECT count(*) FROM passages WHERE contains(text, '政务公开')",
}
_RUN = """
import sys
from pathlib import Path
from extractor.library import Library
from extractor.library.bulk import Engine, run_bulk
if __name__ == "__main__":
    folder, library, workers = sys.argv[1:4]
    with Library.open(library) as store:
        run = run_bulk(store, sorted(Path(folder).iterdir()), Engine(), workers=int(workers))
    print(run.done, run.failed, run.reports, run.cells, run.verified)
"""


def main(argv: Sequence[str]) -> int:
    """Make the reports, run, kill, compare; 1 when rows differ."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench library", description="资料库的批量运行 (bulk runs of the library)")
    parser.add_argument("--n", type=int, default=200, help="报告数 (reports)")
    parser.add_argument("--workers", default="1,2", help="进程数，逗号分隔 (numbers of workers)")
    parser.add_argument("--kills", type=int, default=5, help="强行终止几次 (SIGKILLs)")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--mess", default="mixed", help="each、mixed 或空 (kind of mess)")
    parser.add_argument("--folder", type=Path, help="工作文件夹，默认临时的 (where to work; temporary by default)")
    options = parser.parse_args(argv)
    base = options.folder or Path(tempfile.mkdtemp(prefix="gongkai-soak-"))
    base.mkdir(parents=True, exist_ok=True)
    try:
        result = soak(base, options.n, [int(one) for one in options.workers.split(",")], options.kills, options.seed, options.mess)
    finally:
        if options.folder is None:
            shutil.rmtree(base, ignore_errors=True)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return 0 if result["killed"]["same_rows"] and result["workers_agree"] else 1


def soak(base: Path, n: int, workers: Sequence[int], kills: int, seed: int, mess: str) -> dict[str, Any]:
    """Everything that is measured."""
    folder = base / "reports"
    begun = time.monotonic()
    write_reports(folder, n, seed, mess)
    result: dict[str, Any] = {"reports": n, "mess": mess or "none", "seed": seed, "generate_seconds": round(time.monotonic() - begun, 1)}
    prints: list[dict[str, Any]] = []
    result["runs"] = []
    for count in workers:
        library = base / f"library-{count}"
        shutil.rmtree(library, ignore_errors=True)
        measured = measure(folder, library, count)
        prints.append(fingerprint(library))
        result["runs"].append({"workers": count, **measured, "per_second": round(n / measured["seconds"], 1)})
    result["workers_agree"] = all(one == prints[0] for one in prints)
    chosen = base / f"library-{workers[-1]}"
    result["library"] = sizes(chosen)
    result["queries_ms"] = query_times(chosen)
    result["killed"] = killed(folder, base / "library-killed", workers[-1], kills, seed, result["runs"][-1]["seconds"], prints[0])
    return result


def write_reports(folder: Path, n: int, seed: int, mess: str) -> None:
    """The files, once; two processes make them."""
    if folder.is_dir() and sum(1 for _ in folder.iterdir()) == n:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    step = 240
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_write, ((folder, start, min(step, n - start), seed, mess) for start in range(0, n, step))))


def _write(job: tuple[Path, int, int, int, str]) -> None:
    folder, start, count, seed, mess = job
    for one in generate(count, seed, start=start, mess=mess or ()):
        (folder / one.name).write_bytes(one.data)


def measure(folder: Path, library: Path, workers: int) -> dict[str, Any]:
    """One undisturbed run in a process of its own: seconds, peak memory of all its processes together, what it read."""
    begun = time.monotonic()
    process = start(folder, library, workers)
    peak = [0.0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch_memory, args=(process.pid, peak, done))
    watcher.start()
    out, _ = process.communicate()
    done.set()
    watcher.join()
    seconds = time.monotonic() - begun
    if process.returncode:
        raise SystemExit(f"运行失败，退出码 {process.returncode} (the run failed)")
    read, failed, reports, cells, verified = map(int, out.split())
    counted = {"read": read, "failed": failed, "reports": reports, "cells": cells, "verified": verified}
    return {"seconds": round(seconds, 1), "peak_mb": round(peak[0]), **counted}


def start(folder: Path, library: Path, workers: int) -> subprocess.Popen[str]:
    """A run as a process."""
    script = library.parent / "run_soak.py"
    script.write_text(_RUN, "utf-8")
    command = [sys.executable, str(script), str(folder), str(library), str(workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(folder: Path, library: Path, workers: int, kills: int, seed: int, seconds: float, expected: dict[str, Any]) -> dict[str, Any]:
    """Kill runs on one library at random moments, let the last one finish, and compare its rows."""
    shutil.rmtree(library, ignore_errors=True)
    chance = random.Random(seed)
    progress: list[int] = []
    for _ in range(kills):
        process = start(folder, library, workers)
        try:
            process.communicate(timeout=chance.uniform(0.3, max(2.0, 1.6 * seconds / (kills + 1))))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        with Library.open(library) as store:
            progress.append(store.rows("SELECT count(*) FROM versions")[0][0])
    finished = measure(folder, library, workers)
    return {
        "kills": kills,
        "reports_after_each": progress,
        "last_run_read": finished["read"],
        "same_rows": fingerprint(library) == expected,
    }


def fingerprint(library: Path) -> dict[str, Any]:
    """Number of rows and an order-free hash of every canonical table."""
    found: dict[str, Any] = {}
    with Library.open(library) as store:
        for name, query in CANONICAL.items():
            found[name] = store.rows(f"SELECT count(*), sum(CAST(hash(t) AS HUGEINT) % 1000000007) FROM ({query}) t")[0]
    return found


def sizes(library: Path) -> dict[str, float]:
    """Megabytes by part of the library."""
    found = {
        part.name: round(sum(file.stat().st_size for file in part.rglob("*") if file.is_file()) / 1e6, 1)
        for part in sorted(library.iterdir())
        if part.is_dir()
    }
    return {**found, "all": round(sum(found.values()), 1)}


def query_times(library: Path) -> dict[str, float]:
    """Median of five, in milliseconds: each query on an open connection, and opening the library with a first query."""
    times: dict[str, float] = {}
    begun = time.perf_counter()
    with Library.open(library) as store:
        store.rows("SELECT count(*) FROM reports")
        times["open_and_count"] = round(1000 * (time.perf_counter() - begun), 1)
        for name, query in QUERIES.items():
            times[name] = round(1000 * median(_timed(store, query) for _ in range(5)), 1)
        one = store.rows("SELECT min(report_id) FROM reports")[0][0]
        begun = time.perf_counter()
        store.get(one)
        times["whole_report"] = round(1000 * (time.perf_counter() - begun), 1)
    return times


def _timed(store: Library, query: str) -> float:
    begun = time.perf_counter()
    store.rows(query)
    return time.perf_counter() - begun


def _watch_memory(pid: int, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.5):
        peak[0] = max(peak[0], sum(_memory(one) for one in (pid, *_below(pid))))


def _below(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            words = path.read_text().split()
        except OSError:
            continue
        for word in words:
            yield int(word)
            yield from _below(int(word))


def _memory(pid: int) -> float:
    """Megabytes of a process, shared pages divided among those that share them; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
