"""Extraction beside a floor that decodes the same bytes and validates and dumps the finished report."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from evals.generate import GeneratedReport, Mess, generate
from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

Result = TypeVar("Result")


def main(argv: list[str] | None = None) -> int:
    """Print milliseconds a report for the floor and for extraction, their ratio, and the slowest report."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench read", description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="每组份数 (reports per set)")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args(argv)
    table = Table(title=f"抽取用时，每份毫秒（n={args.n}，单核） (milliseconds a report, one core)")
    for head in ("集合 (set)", "下限 (floor)", "抽取 (extract)", "倍数 (ratio)", "最慢 (worst)", "每秒份数 (per second)"):
        table.add_column(head, justify="left" if head.startswith("集合") else "right")
    sets: tuple[tuple[str, Mess | str], ...] = (("clean", ()), ("damaged", "mixed"))
    for name, mess in sets:
        reports = list(generate(args.n, args.seed, mess=mess))
        table.add_row(name, *_measure(reports))
    Console().print(table)
    return 0


def _measure(reports: list[GeneratedReport]) -> list[str]:
    floors, times = [], []
    for report in reports:
        data = report.text.encode()
        found, spent = _timed(partial(_extract, data))
        times.append(spent)
        dumped = [each.model_dump_json() for each in found]
        floors.append(_timed(partial(_floor, data, dumped))[1])
    floor, mean = statistics.fmean(floors), statistics.fmean(times)
    return [f"{floor * 1e3:.1f}", f"{mean * 1e3:.1f}", f"{mean / floor:.1f}", f"{max(times) * 1e3:.0f}", f"{1 / mean:.0f}"]


def _extract(data: bytes) -> tuple[Report, ...]:
    return extract(read_bytes(data, "bench.txt"))


def _floor(data: bytes, dumped: list[str]) -> tuple[str, list[str]]:
    """Decode the same bytes, validate and dump the finished reports: less than this no reader can take."""
    return data.decode(), [Report.model_validate_json(each).model_dump_json() for each in dumped]


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """The result and the shorter of two runs, so that the first report does not pay for imports."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return result, best
