"""Checking a report that is already read: without the localisation of wrong cells, and with it."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from evals.generate import GeneratedReport, generate
from extractor.crosscheck import examine, resolve
from extractor.model import Document, Reading, Report
from extractor.pipeline import extract
from extractor.reading.outline import outlines
from extractor.reading.tables import read_tables
from extractor.sources import read_bytes

Case = tuple[Report, Document, Reading]


def main(argv: list[str] | None = None) -> int:
    """Print milliseconds a report for the narrative and the shape alone, and with the tables resolved and localised."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench check", description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="每组份数 (reports per set)")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args(argv)
    table = Table(title=f"校验用时，每份毫秒（n={args.n}，单核） (milliseconds a report, one core)")
    for head in ("集合 (set)", "不含定位 (without)", "最慢 (worst)", "含定位 (with)", "最慢 (worst)"):
        table.add_column(head, justify="left" if head.startswith("集合") else "right")
    for name, mistakes in (("没有错误 (clean)", 0), ("两处错误 (2 mistakes)", 2)):
        cases = _cases(list(generate(args.n, args.seed, mistakes=mistakes)))
        without = _times(cases, lambda case: examine(case[0], case[1]))
        full = _times(cases, lambda case: (resolve([case[2]], case[1]), examine(case[0], case[1])))
        table.add_row(name, *_shown(without), *_shown(full))
    Console().print(table)
    return 0


def _cases(generated: Sequence[GeneratedReport]) -> list[Case]:
    """The first report of each file with its document and its reading, made ready outside the timing."""
    cases: list[Case] = []
    for one in generated:
        document = read_bytes(one.data, one.name)
        found = outlines(document)
        if found:
            cases.append((extract(document)[0], document, read_tables(document, found[0])))
    return cases


def _times(cases: Sequence[Case], work: Callable[[Case], object]) -> list[float]:
    """Seconds for each case, the shorter of two runs."""
    times = []
    for case in cases:
        best = float("inf")
        for _ in range(2):
            start = time.perf_counter()
            work(case)
            best = min(best, time.perf_counter() - start)
        times.append(best)
    return times


def _shown(times: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.fmean(times) * 1e3:.1f}", f"{max(times) * 1e3:.0f}"
