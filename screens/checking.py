"""``gongkai check``: the findings of reports in words, as JSON, or as a page; ``gongkai rules``: the rules behind them."""

from __future__ import annotations

import json
import logging
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.crosscheck import examine
from extractor.crosscheck.listing import WORDS, families, fields, rules_markdown
from extractor.crosscheck.rules import SEVERITIES
from extractor.drawing.check import SIGNS, check_html, claim_view, finding_view
from extractor.errors import GongkaiError, LibraryError, SettingsError
from extractor.model import Document, Finding, Report, Severity
from extractor.paths import check_target, expand, spelled

from .extracting import bar
from .terminal import heading

log = logging.getLogger("gongkai")
COLOURS = {"bad": "red", "look": "yellow", "good": "green", "plain": "dim"}


@dataclass
class Checked:
    """The reports of a run, and the files that could not be read; complete when the reports have been gone through."""

    reports: Iterable[Report] = ()
    failures: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Count:
    """What has been found so far."""

    reports: int = 0
    contradicting: int = 0
    findings: Counter[Severity] = field(default_factory=Counter)

    def add(self, report: Report) -> None:
        """Count one more report."""
        self.reports += 1
        self.contradicting += contradicts(report)
        self.findings.update(one.severity for one in report.findings)


DRAWN = 300
"""Reports on one page; of a larger library those with something to say."""


def run(
    paths: Sequence[str], *, library: Path | None, severity: str, as_json: bool, html: Path | None, console: Console, progress: Console
) -> int:
    """Check every file and print what is wrong: 3 when a file could not be read, 1 when a report contradicts itself, else 0."""
    if bool(paths) == (library is not None):
        raise SettingsError("请给出要校验的文件，或用 --library 指定资料库，二者取一 (name files or a library, one of the two)")
    if html is not None:
        check_target(html, expand(paths))
    checked = Checked(read_library(library)) if library is not None else read_all(expand(paths), progress)
    return deliver(checked, severity=severity, as_json=as_json, html=html, console=console, errors=progress)


def deliver(checked: Checked, *, severity: str, as_json: bool, html: Path | None, console: Console, errors: Console) -> int:
    """Print or write the findings of reports as they come, one in memory at a time but for those that are drawn on a page."""
    least: Severity = next(one for one in SEVERITIES if one == severity)
    count = Count()
    drawn: list[Report] = []
    if as_json:
        console.out('{\n  "reports": [', end="", highlight=False)
    for report in checked.reports:
        if as_json:
            told = textwrap.indent(json.dumps(as_data(report, least), ensure_ascii=False, indent=2), "    ")
            console.out(("," if count.reports else "") + "\n" + told, end="", highlight=False)
        else:
            print_findings(console, report, least)
        count.add(report)
        if html is not None:
            drawn.append(report)
            if count.reports > DRAWN:
                drawn = [one for one in drawn if _kept(one, least)][:DRAWN]
    if as_json:
        failures = textwrap.indent(json.dumps([_failure(one) for one in checked.failures], ensure_ascii=False, indent=2), "  ").lstrip()
        console.out("\n  " * bool(count.reports) + f'],\n  "failures": {failures}\n}}', highlight=False)
    else:
        for _, message in checked.failures:
            errors.print(Text(f"✗ {message}", style="red"))
        console.print(closing(count, len(checked.failures)))
    if html is not None:
        _write_page(html, drawn, count, least, errors if as_json else console)
    if checked.failures:
        return 3
    return 1 if count.contradicting else 0


def _write_page(path: Path, drawn: Sequence[Report], count: Count, least: Severity, console: Console) -> None:
    from extractor.library.flat import draft, unwritable

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft(path) as made:
            made.write_text(check_html(drawn, least), encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error
    left = f"；共 {count.reports} 份，只画出有问题的前 {len(drawn)} 份" if len(drawn) < count.reports else ""
    console.print(Text(f"页面写入 {path}{left} (page written)"))


def read_all(files: Iterable[Path], progress: Console) -> Checked:
    """Every report of the files, each examined beside last year's where that is among them."""
    from extractor.pipeline import extract
    from extractor.sources import read

    files = tuple(files)
    found: list[tuple[Report, Document]] = []
    checked = Checked()
    with bar(progress) as shown:
        task = shown.add_task("校验 checking", total=len(files))
        for file in files:
            shown.update(task, description=spelled(file.name))
            try:
                document = read(file)
                reports = extract(document)
            except GongkaiError as error:
                checked.failures.append((spelled(file.name), str(error)))
            except Exception as error:  # one file's bug must not stop the others
                log.exception("internal error while checking %s", file)
                checked.failures.append(
                    (spelled(file.name), f"{spelled(file.name)}：程序内部错误 {error!r}，请附上文件报告问题 (internal error)")
                )
            else:
                found += [(report, document) for report in reports]
                if not reports:
                    checked.failures.append(
                        (spelled(file.name), f"{spelled(file.name)}：没有找到政府信息公开工作年度报告 (no annual report in this file)")
                    )
            shown.advance(task)
    by_year = years_of(report for report, _ in found)
    beside = ((report, document, before(report, by_year)) for report, document in found)
    checked.reports = [examine(report, document, previous) if previous else report for report, document, previous in beside]
    return checked


def read_library(folder: Path) -> Iterator[Report]:
    """The latest reports of a library, each examined beside last year's where the library has it, with what the rules
    across reports say of it."""
    from extractor.library.across import stretches

    from .library import opened

    with opened(folder) as library, library.still():
        about = {one.id: one for one in library.reports()}
        by_year = {(one.agency, one.year, one.scope == "own"): one.id for one in about.values() if one.agency and one.year}
        seen: dict[str, Report] = {}
        for stretch in stretches(library):
            beside: dict[str, list[Finding]] = {}
            for found in stretch.findings:
                beside.setdefault(found.reports[0], []).append(found.finding)
            for report_id in stretch.reports:
                one, report = about[report_id], library.get(report_id)
                last = by_year.get((one.agency, one.year - 1, one.scope == "own")) if one.agency and one.year else None
                if last is not None:
                    with suppress(LibraryError):  # without its text a report is told as it was when it was read
                        report = examine(report, library.document(report.source.sha256), seen.get(last) or library.get(last))
                seen = {report_id: report}
                yield report.model_copy(update={"findings": (*report.findings, *beside.get(report_id, ()))})
        yield from (library.get(one.id) for one in about.values() if one.agency is None)


def years_of(reports: Iterable[Report]) -> dict[tuple[str, int], Report]:
    """Reports by agency and year."""
    return {(report.agency, report.year): report for report in reports if report.agency and report.year}


def before(report: Report, by_year: dict[tuple[str, int], Report]) -> Report | None:
    """The same agency's report for the year before."""
    return by_year.get((report.agency, report.year - 1)) if report.agency and report.year else None


def contradicts(report: Report) -> bool:
    """Whether the report contradicts itself."""
    return any(finding.severity == "error" for finding in report.findings)


def print_findings(console: Console, report: Report, least: Severity) -> None:
    """One report's findings in words, the gravest first, each with its quotes and what to do."""
    console.print(heading(report))
    kept = _kept(report, least)
    for one in kept:
        view = finding_view(report, one)
        line = Text.assemble((f"{view.sign} {view.word}", f"bold {COLOURS[view.tone]}"), f"  {view.name}  ", (one.rule, "dim"))
        console.print()
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
        console.print(Padding(Text(one.message), (0, 0, 0, 4), expand=False))
        for quote in view.quotes[:4]:
            console.print(Padding(Text.assemble(("“" + quote.text + "”", ""), (f"  {quote.where}", "dim")), (0, 0, 0, 6), expand=False))
        if one.suggestion:
            console.print(Padding(Text(f"建议：{one.suggestion}", style="cyan"), (0, 0, 0, 4), expand=False))
    hidden = len(report.findings) - len(kept)
    console.print()
    console.print(Padding(Text(_told(report, hidden), style="dim"), (0, 0, 0, 2), expand=False))
    console.print()


def _kept(report: Report, least: Severity) -> list[Finding]:
    """The findings that are at least so severe."""
    floor = SEVERITIES.index(least)
    return [one for one in report.findings if SEVERITIES.index(one.severity) >= floor]


def _told(report: Report, hidden: int) -> str:
    verdicts = [claim.verdict for claim in report.claims]
    words = [
        f"正文与表格比较 {len(verdicts)} 处：相符 {verdicts.count('agrees') + verdicts.count('explained')}，"
        f"不符 {verdicts.count('contradicts')}，不可比 {verdicts.count('not_comparable')}"
    ]
    if hidden:
        words.append(f"另有 {hidden} 条较轻的没有列出，加 --severity info 可见")
    return "；".join(words)


def closing(count: Count, failures: int) -> str:
    """The run in one sentence."""
    counts = {word: count.findings[level] for level, (_, word, _) in SIGNS.items()}
    told = "，".join(f"{word} {number} 处" for word, number in counts.items() if number) or "没有发现问题"
    failed = f"；{failures} 个文件没有读出" if failures else ""
    return (
        f"{count.reports} 份报告，{count.contradicting} 份自相矛盾：{told}{failed} "
        f"({count.reports} reports, {count.contradicting} contradict themselves)"
    )


def as_data(report: Report, least: Severity) -> dict[str, Any]:
    """One report's findings and claims as plain data."""
    return {
        "source": report.source.name,
        "agency": report.agency,
        "year": report.year,
        "contradicts_itself": contradicts(report),
        "findings": [{"name": finding_view(report, one).name, **one.model_dump(mode="json")} for one in _kept(report, least)],
        "claims": [{"name": claim_view(report, claim).name, **claim.model_dump(mode="json")} for claim in report.claims],
    }


def _failure(one: tuple[str, str]) -> dict[str, str]:
    return {"source": one[0], "message": one[1]}


# ------------------------------------------------------------------- gongkai rules
def print_rules(console: Console) -> None:
    """Every rule with an example, family by family."""
    for title, rules in families():
        table = Table(title=title, title_justify="left", title_style="bold", show_lines=True, header_style="bold", expand=False)
        for name in ("规则\nrule", "程度\nseverity", "查什么\nwhat is asked", "依据\nsource", "例\nexample"):
            table.add_column(name, overflow="fold")
        for rule in rules:
            table.add_row(f"{rule.name}\n{rule.id}", WORDS[rule.severity], rule.description, rule.source, rule.example)
        console.print(table)


def print_markdown(console: Console) -> None:
    """The rules as the page of the documentation."""
    console.out(rules_markdown(), end="", highlight=False)


def print_fields(console: Console) -> None:
    """Every metric path with its name, unit and formula."""
    table = Table(header_style="bold", pad_edge=False)
    for name in ("字段\nfield", "名称\nname", "English", "单位\nunit", "表式\nform", "算法\nformula"):
        table.add_column(name, overflow="fold")
    for metric, forms in fields():
        formula = "" if metric.kind == "cell" else metric.formula
        table.add_row(metric.key, metric.label.text, metric.label.english, metric.label.unit, forms, formula)
    console.print(table)
