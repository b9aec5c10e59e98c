"""A bulk run on a terminal: live progress while files go into the library, a report at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from extractor.library import Library, default_path
from extractor.library.bulk import Engine, On, Run, run_bulk
from extractor.library.flat import draft, unwritable
from extractor.manifest import Manifest
from extractor.model import Report
from extractor.paths import expand

from .extracting import asking, tell_spent
from .terminal import summary

if TYPE_CHECKING:
    from extractor.engines import Engine as EngineName

FEW = 30
"""Files up to which the reports are listed one by one, and read in this process unless workers are asked for."""
SHOWN_FAILURES = 20


def run(
    paths: Sequence[str],
    *,
    library: Path | None,
    engine: EngineName,
    workers: int | None,
    on: On,
    retry_failed: bool,
    console: Console,
    progress: Console,
    budget: str | None = None,
    manifest: Manifest | None = None,
    again: bool = False,
    out: Path | None = None,
) -> int:
    """Read files into the library, and with ``out`` also write their records there; 3 when some could not be read, else 0.

    ``workers`` None means this process for few files and two others for many; ``on`` says where workers are.
    """
    files = expand(paths)
    count = 0 if engine != "offline" else workers if workers is not None else 0 if len(files) <= FEW else 2
    folder = library or default_path()
    with Library.open(folder, tell=telling(progress)) as store, asking(engine, budget, folder) as session:
        try:
            with live(progress) as watch:
                done = run_bulk(
                    store,
                    files,
                    Engine(engine, session),
                    workers=count,
                    on=on,
                    engine=engine,
                    retry_failed=retry_failed,
                    again=again,
                    manifest=manifest,
                    watch=watch,
                )
        except KeyboardInterrupt:
            console.print("已停下；读完的都已入库，再次运行同一命令即可续做 (stopped; run the same command again to go on)")
            return 130
        if len(files) <= FEW and not retry_failed:
            console.print(summary([Report.model_validate(record) for record in store.records(done.sources)]))
        _print_failures(store, done, console)
        console.print(closing(done, store.path))
        if out is not None:
            console.print(Text(f"记录写入 {_write_records(store, done, out)} (records written)"))
        missed = session is not None and tell_spent(session, console)
        return 3 if done.failed or done.left or missed else 0


@contextmanager
def live(console: Console) -> Iterator[_Watch]:
    """Live progress where there is a terminal; nothing otherwise."""
    watch = _Watch(console)
    with watch.screen if watch.screen is not None else nullcontext():
        yield watch


class _Watch:
    """Shows a run as it goes."""

    def __init__(self, console: Console) -> None:
        self.screen = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None

    def __call__(self, run: Run) -> None:
        if self.screen is not None:
            self.screen.update(panel(run))


def panel(run: Run) -> Table:
    """Done, proven, open, failed, rate and time left, in two lines."""
    table = Table.grid(padding=(0, 2))
    total = run.files or 0
    table.add_row(ProgressBar(total=total or None, completed=run.seen, width=40), f"{run.seen}/{total}", left(run.remaining))
    share = f"{run.verified / run.cells:.1%}" if run.cells else "—"
    words = Text.assemble(
        (f"读完 {run.done} ", "default"),
        (f"证实 {share} ", "green"),
        (f"存疑 {run.open} ", "yellow"),
        (f"失败 {run.failed} ", "red" if run.failed else "dim"),
        (f"跳过 {run.skipped + run.left} ", "dim"),
    )
    table.add_row(words, f"{run.rate:.1f}/秒", f"{run.reports} 份报告")
    return table


def left(seconds: float | None) -> str:
    """Time left in words."""
    return "" if seconds is None else f"还需 {timedelta(seconds=round(seconds))}"


def closing(run: Run, path: Path) -> Text:
    """The run in a few sentences."""
    share = f"{run.verified / run.cells:.1%}" if run.cells else "—"
    lines = [
        f"{run.files or 0} 个文件：读完 {run.done}，已在库中 {run.skipped}，失败 {run.failed}"
        + (f"，按清单补记来源 {run.placed}" if run.placed else "")
        + (f"，以前失败未重试 {run.left}（加 --retry failed 重试）" if run.left else ""),
        f"{run.reports} 份报告，{run.new} 个新版本；{run.cells} 格中证实 {run.verified}（{share}），存疑 {run.open}",
        f"用时 {timedelta(seconds=round(run.seconds))}，每秒 {run.rate:.1f} 个文件"
        + (f"，内存峰值 {run.peak_mb:.0f} MB" if run.peak_mb else "")
        + f"；报告库 {path}，批次 {run.id}",
        f"({run.done} files read, {run.skipped} known, {run.failed} failed; {run.reports} reports, {share} of cells verified)",
    ]
    return Text("\n".join(lines))


def _write_records(store: Library, run: Run, folder: Path) -> Path:
    """The records of the files of a run, as the library holds them now."""
    path = folder / "records.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft(path) as made, made.open("w", encoding="utf-8") as file:
            for record in store.records(run.sources):
                file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def telling(console: Console) -> Callable[[str], None]:
    """Prints lines of progress, as they are."""
    return lambda line: console.print(Text(line, style="dim"))


def _print_failures(store: Library, run: Run, console: Console) -> None:
    if not (run.failed or run.left):
        return
    rows = store.rows("SELECT name, reason FROM failures ORDER BY name")
    for name, reason in rows[:SHOWN_FAILURES]:
        told = "" if name in reason else f"{name}："
        console.print(Text.assemble(("✗ ", "red"), (told, "default"), (reason, "red")))
    if len(rows) > SHOWN_FAILURES:
        console.print(f'…… 共 {len(rows)} 个，全部见 gongkai sql "SELECT name, reason FROM failures" ({len(rows)} failures in all)')
