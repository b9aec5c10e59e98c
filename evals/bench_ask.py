"""Questions over many reports: time to index, size of the index, seconds from question to answer."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.generate import GeneratedReport, generate
from extractor.library import Library, report_id_of
from extractor.library.versions import prepare
from extractor.model import Evidence, Passage, Place, Report, Source
from qa.ask import ask
from qa.catalogue import catalogue_of
from qa.indexing import update

_ONE = (
    "{agency}{year}年新收政府信息公开申请多少件？",
    "{agency}{year}年不予公开的占比是多少？",
    "{agency}历年行政复议件数",
    "{agency}{year}年比上一年多收到多少申请？",
)
_ALL = (
    "{year}年哪个机关不予公开最多？",
    "{year}年予以公开率前十名",
    "{year}年一共新收多少申请？",
    "{year}年有多少个机关没有行政诉讼？",
    "{year}年哪些单位新收申请超过1000件？",
)
_TOLD = (
    "{agency}{year}年发布了多少篇政策解读？",
    "{agency}{year}年存在哪些问题？",
    "{agency}{year}年下一步怎么改进？",
    "{agency}{year}年政府信息公开工作经费是多少？",
)
_WIDE = ("{year}年哪些机关提到了数据共享？", "{year}年各地怎么做政策解读？", "{year}年培训开展情况如何？")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the sizes and times."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench ask", description=__doc__)
    parser.add_argument("--n", type=int, default=10_000, help="报告份数 (reports)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--questions", type=int, default=60, help="每类问几个 (questions of each kind)")
    parser.add_argument("--library", type=Path, help="用已有的资料库 (a library already there)")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        place = args.library or Path(folder) / "library"
        started = time.perf_counter()
        with Library.open(place) as library:
            if not args.library:
                _fill(library, args.n, args.seed)
            built = time.perf_counter() - started
            done = update(library, rebuild=True, wait=600)
            table = Table(title=f"问答：{done.reports} 份报告，{done.chunks} 段 (reports, chunks)")
            for head in ("项目 (item)", "n", "p50 s", "p95 s", "最慢 (worst)"):
                table.add_column(head, justify="left" if head.startswith("项目") else "right")
            for name, templates in (
                ("表格，一机关 (one agency)", _ONE),
                ("表格，全库 (all)", _ALL),
                ("叙述，一机关 (narrative)", _TOLD),
                ("叙述，全库 (narrative, all)", _WIDE),
            ):
                table.add_row(name, *_times(library, templates, args.questions))
        index = place / "index"
        sizes = {name: _size(index / name) for name in ("chroma", "lexical.sqlite")}
        Console(width=110).print(table)
        Console(width=110).print(
            f"建库 {built:.0f} 秒（含生成），索引 {done.seconds:.0f} 秒，每份 {done.seconds / max(1, done.reports) * 1e3:.0f} 毫秒；"
            f"Chroma {sizes['chroma'] / 1e6:.0f} MB，词索引 {sizes['lexical.sqlite'] / 1e6:.0f} MB"
        )
    return 0


def _fill(library: Library, n: int, seed: int) -> None:
    """Put generated reports in as their labels have them: reading files is measured elsewhere."""
    batch = []
    for number, made in enumerate(generate(n, seed)):
        report = _report(made)
        batch.append(prepare(report, report_id_of(report.source.sha256), engine="label"))
        if len(batch) == 500 or number == n - 1:
            library.append(batch)
            batch.clear()
    library.compact()


def _report(made: GeneratedReport) -> Report:
    label, lines = made.label, made.text.split("\n")
    parts: dict[str, Any] = {}
    for path, value in label.values.items():
        at = parts
        *folders, last = path.split(".")
        for name in folders:
            at = at.setdefault(name, {})
        at[last] = value
    starts = sorted((line, section) for section, line in label.sections.items())
    narrative = []
    for (first, section), (end, _) in zip(starts, [*starts[1:], (len(lines) + 1, 0)], strict=True):
        if section in (1, 5, 6):
            texts = [(line, lines[line - 1].strip()) for line in range(first + 1, end) if lines[line - 1].strip()]
            narrative += [Passage(section=section, heading=(), text=text, place=Place(line=line, start=0, end=0)) for line, text in texts]
    states = {
        path: Evidence(raw=None if value is None else str(value), status="verified", verified=True) for path, value in label.values.items()
    }
    return Report.model_validate(
        {
            "source": Source(name=made.name, sha256=label.sha256, format="text", origin="native"),
            "agency": label.agency,
            "year": label.year,
            "form": label.form,
            "scope": label.scope,
            "level": label.level,
            "region": label.region,
            "narrative": tuple(narrative),
            "cells": states,
            **parts,
        }
    )


def _times(library: Library, templates: Sequence[str], wanted: int) -> tuple[str, str, str, str]:
    seconds = []
    for question in _questions(library, templates, wanted):
        started = time.perf_counter()
        ask(question, library)
        seconds.append(time.perf_counter() - started)
    seconds.sort()
    middle, high = seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
    return str(len(seconds)), f"{middle:.3f}", f"{high:.3f}", f"{seconds[-1]:.3f}"


def _questions(library: Library, templates: Sequence[str], wanted: int) -> Iterator[str]:
    """Questions spread evenly over the library's reports."""
    entries = [entry for entry in catalogue_of(library).entries if entry.year]
    step = max(1, len(entries) // wanted)
    for number, entry in enumerate(entries[::step][:wanted]):
        yield templates[number % len(templates)].format(agency=entry.agency, year=entry.year)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    return sum(file.stat().st_size for file in files if file.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
