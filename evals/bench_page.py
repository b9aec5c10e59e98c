"""The web page over a large library: how long the first page and each interaction take, in process and in a browser.

``python -m evals.bench page --n 10000``. The functions are those the page's own events call, so what is timed is
what a visitor waits for, apart from the network and the drawing, which the browser's line adds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from .bench_library import measure, write_reports

if TYPE_CHECKING:
    from screens.shelf import Shelf

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5
CELL = "applications.new_received.total"
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
Times = tuple[str, list[float]]
"""What was done and the seconds of every time it was done; the first time stands first."""


def main(argv: Sequence[str]) -> int:
    """Make or reuse the library, time everything, print a table; 1 when the first page takes more than two seconds."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench page", description="网页首屏与操作用时 (first page and interactions)")
    parser.add_argument("--n", type=int, default=2000, help="报告数 (reports)")
    parser.add_argument("--workers", type=int, default=2, help="入库的进程数 (workers that fill the library)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--folder", type=Path, help="工作文件夹，留着再用；默认临时的 (where to work; temporary by default)")
    options = parser.parse_args(argv)
    if options.n < 1:
        parser.error(f"--n 至少为 1，得到 {options.n} (n must be >= 1, got {options.n})")
    base = options.folder or Path(tempfile.mkdtemp(prefix="gongkai-page-bench-"))
    base.mkdir(parents=True, exist_ok=True)
    try:
        library = filled(base, options.n, options.seed, options.workers)
        timed = list(in_process(library))
        loads = in_browser(library)
    finally:
        if options.folder is None:
            shutil.rmtree(base, ignore_errors=True)
    Console().print(drawn(options.n, [*timed, *loads]))
    if not loads:
        Console().print("没有 playwright 或 Chromium，未测浏览器 (no playwright or Chromium: the browser was not timed)")
    first = loads[0][1] if loads else timed[0][1]
    return 0 if median(first) <= 2 else 1


def filled(base: Path, n: int, seed: int, workers: int) -> Path:
    """A library of generated reports, made once for a folder, a number and a seed."""
    library = base / f"library-{n}-{seed}"
    if not library.is_dir():
        write_reports(base / f"reports-{n}-{seed}", n, seed, "")
        measure(base / f"reports-{n}-{seed}", library, workers)
    return library


def in_process(path: Path) -> Iterator[Times]:
    """Each thing the page does, called as its events call it."""
    from screens import beside, cells, overview, reports
    from screens.shelf import Shelf

    shelf = Shelf(path)
    try:
        listed = shelf.listing(limit=reports.FIRST)
        one, agency, year = listed.rows[0].id, shelf.longest_series(), shelf.years()[0]
        among = shelf.agencies_of(year)[:5]
        yield "首屏：列表、年度、例题 (first page: list, years, examples)", times(lambda: first_page(shelf))
        yield "同上，资料库刚有变动 (the same after a change)", times(lambda: first_page(shelf), shelf.forget)
        yield "搜索 (search)", times(lambda: reports.list_html(shelf, "zh", "人民政府 教育", None, "all", reports.FIRST, ""), shelf.forget)
        yield (
            "筛选：年度与存疑 (filters)",
            times(lambda: reports.list_html(shelf, "zh", "", str(year), "doubt", reports.FIRST, ""), shelf.forget),
        )
        yield "打开报告 (open a report)", times(lambda: reports.report_html(shelf, "zh", one))
        yield "点一格 (one cell)", times(lambda: cells.panel_html(shelf, "zh", one, CELL))
        yield "试改一格 (try a correction)", times(lambda: cells.preview_html(shelf, "zh", one, CELL, "1"))
        ids = shelf.ids(agency=agency)
        yield "比较：一个机关各年 (compare years)", times(lambda: beside.compared(shelf, "zh", ids, every=False, years=True), shelf.forget)
        some = shelf.ids(year=year, among=among)
        yield (
            "比较：一年五个机关 (compare agencies)",
            times(lambda: beside.compared(shelf, "zh", some, every=False, years=False), shelf.forget),
        )
        yield "总览 (overview)", times(lambda: overview.overview_html(shelf, "zh"), shelf.forget)
        for question in (f"{year}年哪个机关收到的申请最多？", f"{agency}{year}年不予公开多少件？"):
            yield f"问：{question[:24]} (ask)", times(partial(_asked, shelf, question))
    finally:
        shelf.library.close()


def first_page(shelf: Shelf) -> int:
    """What a visitor's arrival draws: the list, its filters, the conversation with its example questions."""
    from screens import ask, reports

    listed = reports.list_html(shelf, "zh", "", None, "all", reports.FIRST, "")
    return len(listed) + len(reports.year_choices(shelf)) + len(ask.talk_html(shelf, "zh", ask.Talk([])))


def _asked(shelf: Shelf, question: str) -> object:
    from screens import ask

    return list(ask.answer(shelf, question, ask.Talk([])))


def times(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> list[float]:
    """Seconds of each of ``REPEATS`` runs, the first one with cold caches; ``before`` is done before each and not timed."""
    taken = []
    for _ in range(REPEATS):
        before()
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return taken


def in_browser(library: Path) -> list[Times]:
    """The page opened in Chromium with an empty profile until its questions, then its list stand there; empty without a browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or find_spec("playwright") is None:
        return []
    from playwright.sync_api import sync_playwright

    shown: list[float] = []
    listed: list[float] = []
    with serving(library) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER))
        for _ in range(REPEATS):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            begun = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("#gk-talk .gk-hello li")
            shown.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            page.locator("button[role=tab]", has_text="报告").first.click()
            page.wait_for_selector("#gk-list [data-do=open]")
            listed.append(time.perf_counter() - begun)
            page.context.close()
        browser.close()
    return [("浏览器：首屏可用 (browser: first page)", shown), ("浏览器：转到报告 (browser: to the list)", listed)]


@contextmanager
def serving(library: Path) -> Iterator[str]:
    """The page in a process of its own; gives its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    address = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "cli", "ui", "--no-open", "--library", str(library), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("网页没有启动 (the page did not start)") from None
                time.sleep(0.2)
        else:
            raise SystemExit("网页 60 秒内没有应答 (the page did not answer within 60 s)")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def drawn(n: int, timed: Sequence[Times]) -> Table:
    """Milliseconds: the first time, then the median and the worst of all."""
    table = Table(title=f"网页用时，毫秒（{n} 份报告，各 {REPEATS} 次） (milliseconds over {n} reports)")
    for head in ("操作 (what)", "首次 (first)", "中位 (median)", "最慢 (worst)"):
        table.add_column(head, justify="left" if head.startswith("操作") else "right")
    for name, seconds in timed:
        table.add_row(name, *(f"{1000 * one:.0f}" for one in (seconds[0], median(seconds), max(seconds))))
    return table
