"""Extraction on a terminal: progress while files are read, records written one by one, a summary a person understands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractor.errors import GongkaiError, SettingsError
from extractor.model import Report
from extractor.paths import expand
from extractor.view import count_states

from .terminal import DOUBTFUL, SETTLED, summary

log = logging.getLogger("gongkai")


def run(paths: Sequence[str], *, out: Path | None, library: Path | None, engine: str, console: Console, progress: Console) -> int:
    """Read every file, write the records, print the summary; 3 when some files could not be read, else 0."""
    files = expand(paths)
    reports: list[Report] = []
    failures: list[tuple[str, str]] = []
    folder = out or Path("out")
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "records.jsonl.part"
    with partial.open("w", encoding="utf-8") as records, bar(progress) as shown:
        task = shown.add_task("读取 reading", total=len(files))
        for file in files:
            shown.update(task, description=file.name)
            try:
                found = read_file(file, engine)
            except GongkaiError as error:
                failures.append((file.name, str(error)))
                found = ()
            except Exception as error:  # one file's bug must not stop the others
                log.exception("internal error while reading %s", file)
                failures.append((file.name, f"程序内部错误 {error!r}，请附上文件报告问题 (internal error, please report it)"))
                found = ()
            for report in found:
                records.write(report.model_dump_json() + "\n")
                reports.append(report)
            shown.advance(task)
    partial.replace(folder / "records.jsonl")
    console.print(summary(reports, failures))
    console.print(closing(reports, failures))
    return 3 if failures else 0


def read_file(file: Path, engine: str) -> tuple[Report, ...]:
    """The reports of one file by the engine that was asked for."""
    from extractor.pipeline import extract_file

    if engine != "offline":
        raise SettingsError(f"引擎“{engine}”需要先配置语言模型，见 gongkai doctor (engine {engine!r} needs a configured model)")
    return extract_file(file)


def bar(console: Console) -> Progress:
    """The progress bar; it shows nothing where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def closing(reports: Sequence[Report], failures: Sequence[tuple[str, str]]) -> str:
    """The run in one sentence."""
    states = [count_states(report) for report in reports]
    read = sum(count.get(state, 0) for count in states for state in SETTLED)
    doubtful = sum(count.get(state, 0) for count in states for state in DOUBTFUL)
    verified = sum(count.get("verified", 0) for count in states)
    text = f"{len(reports)} 份报告，读出 {read} 格，证实 {verified} 格，存疑 {doubtful} 格"
    if failures:
        text += f"；{len(failures)} 个文件没有读出"
    return f"{text} ({len(reports)} reports, {read} cells read, {verified} verified, {doubtful} open, {len(failures)} files not read)"
