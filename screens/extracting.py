"""Extraction on a terminal: progress while files are read, records written one by one, a summary a person understands."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from extractor.errors import GongkaiError, ModelError, SettingsError
from extractor.manifest import Manifest, entered
from extractor.model import Report
from extractor.paths import expand, spelled
from extractor.view import IN_DOUBT, READ_OUT, count_states

from .terminal import summary

if TYPE_CHECKING:
    from extractor.engines import Engine, Session

log = logging.getLogger("gongkai")


def run(
    paths: Sequence[str],
    *,
    out: Path | None,
    library: Path | None,
    engine: Engine,
    console: Console,
    progress: Console,
    budget: str | None = None,
    manifest: Manifest | None = None,
) -> int:
    """Read every file, write the records, print the summary; 3 when some files could not be read or no model answered, else 0.

    When the budget for a model is spent the run ends after the file at hand; the files left are listed as not read.
    """
    files = expand(paths)
    reports: list[Report] = []
    failures: list[tuple[str, str]] = []
    folder = out or Path("out")
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "records.jsonl.part"
    with asking(engine, budget) as session, partial.open("w", encoding="utf-8") as records, bar(progress) as shown:
        task = shown.add_task("读取 reading", total=len(files))
        for number, file in enumerate(files):
            shown.update(task, description=spelled(file.name))
            try:
                found = read_file(file, engine, session)
                found = tuple(entered(report, manifest.entry(file)) for report in found) if manifest else found
            except ModelError:
                raise
            except GongkaiError as error:
                failures.append((spelled(file.name), str(error)))
                found = ()
            except Exception as error:  # one file's bug must not stop the others
                log.exception("internal error while reading %s", file)
                failures.append((spelled(file.name), f"程序内部错误 {error!r}，请附上文件报告问题 (internal error, please report it)"))
                found = ()
            for report in found:
                records.write(report.model_dump_json() + "\n")
                reports.append(report)
            shown.advance(task)
            if any(finding.rule == "llm.budget" for report in found for finding in report.findings):
                failures += [(spelled(left.name), "预算用完，还没有读 (budget spent, not read yet)") for left in files[number + 1 :]]
                break
    partial.replace(folder / "records.jsonl")
    console.print(summary(reports, failures))
    console.print(closing(reports, failures))
    missed = session is not None and tell_spent(session, console)
    return 3 if failures or missed else 0


def tell_spent(session: Session, console: Console) -> bool:
    """Say what the run has asked of a model; whether some part of a report could not be asked about, no server answering."""
    from .model import spent

    console.print(spent(session.log.usage))
    missed = session.log.missed
    if missed:
        console.print(
            Text.assemble(
                ("✗ ", "red"),
                f"有 {len(missed)} 处没有问到模型，由内置读法来读；修好后再读一遍，已在库中的加 --again，例如 {missed[0]} "
                f"({len(missed)} parts could not be asked about; the embedded reader read them)",
            )
        )
    return bool(missed)


@contextmanager
def asking(engine: Engine, budget: str | None = None, library: Path | None = None) -> Iterator[Session | None]:
    """The session in which a model is asked, its calls logged in the library when one is used; None offline.

    Raises SettingsError when no model is named.
    """
    if engine == "offline":
        yield None
        return
    from extractor.engines import opened
    from extractor.library.calls import call_log

    place = {"log_path": call_log(library)} if library is not None else {}
    with opened(None, **place, **limit_of(budget)) as session:
        yield session


def limit_of(budget: str | None) -> dict[str, object]:
    """The setting that a budget on the command line means: ``2.5`` is money, ``200000t`` tokens."""
    if budget is None:
        return {}
    match = re.fullmatch(r"([0-9]+)[tT]|([0-9]+(?:\.[0-9]+)?)", budget.strip())
    if match is None or not float(match.group(1) or match.group(2)):
        raise SettingsError(
            f"--budget 写作大于 0 的金额如 2.5，或词元数如 200000t，不是“{budget}” (--budget is an amount like 2.5, or tokens like 200000t)"
        )
    return {"budget_tokens": match.group(1)} if match.group(1) else {"budget": match.group(2)}


def read_file(file: Path, engine: Engine, session: Session | None = None) -> tuple[Report, ...]:
    """The reports of one file by the engine that was asked for."""
    from extractor.pipeline import extract_file

    return extract_file(file, engine=engine, session=session)


def bar(console: Console) -> Progress:
    """The progress bar; it shows nothing where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def closing(reports: Sequence[Report], failures: Sequence[tuple[str, str]]) -> str:
    """The run in one sentence."""
    states = [count_states(report) for report in reports]
    read = sum(count.get(state, 0) for count in states for state in READ_OUT)
    doubtful = sum(count.get(state, 0) for count in states for state in IN_DOUBT)
    verified = sum(count.get("verified", 0) for count in states)
    text = f"{len(reports)} 份报告，读出 {read} 格，证实 {verified} 格，存疑 {doubtful} 格"
    if failures:
        text += f"；{len(failures)} 个文件没有读出"
    return f"{text} ({len(reports)} reports, {read} cells read, {verified} verified, {doubtful} open, {len(failures)} files not read)"
