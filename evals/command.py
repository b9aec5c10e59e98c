"""What ``gongkai eval`` and ``gongkai label`` do."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from extractor.errors import SettingsError, SourceError
from extractor.forms import form_of
from extractor.model import Document, Report

from .compare import below, compare, gate, load_results, parse_limits, save_baseline
from .harness import Run, run
from .label import Label, LabelClaim, LabelFact, PrintedKind
from .metrics import measure_all
from .page import write_page
from .show import show


def evaluate(
    sets: Sequence[str],
    *,
    console: Console,
    engine: str = "offline",
    jobs: int = 2,
    baseline: Path | None = None,
    fail_under: Sequence[str] = (),
    name: str = "",
    runs: Path = Path("runs"),
    save: Path | None = None,
) -> int:
    """Measure, show, store under ``runs/NAME``; 1 when a report fails, a silent error is found or a limit is missed, else 0."""
    if name != Path(name).name or name in (".", ".."):
        raise SettingsError(f"--run 是一个名称，不带路径，收到“{name}” (a name, not a path)")
    limits = parse_limits(fail_under)
    before = load_results(baseline) if baseline else []
    folder = runs / (name or f"{time.strftime('%Y%m%d-%H%M%S')}-{engine.replace(':', '-')}")
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("评测 (measuring)", total=None)
        done = run(sets, engine=engine, jobs=jobs, folder=folder, progress=lambda count, of: bar.update(task, completed=count, total=of))
    comparison = compare(before, done.results) if before else None
    reasons = gate(done.results, before) + below(done.results, limits)
    store(done, folder, reasons)
    write_page(folder / "report.html", done, comparison, reasons)
    show(console, done, comparison, reasons)
    console.print(f"结果：{folder}/summary.json、{folder}/report.html", style="dim")
    if save:
        save_baseline(save, done.settings, done.results)
    return 1 if reasons else 0


def store(done: Run, folder: Path, reasons: Sequence[str]) -> None:
    """The summary as JSON beside the cases."""
    summary = {
        "settings": done.settings,
        "metrics": {
            key: {"value": m.value, "hits": m.hits, "of": m.of, "low": m.low, "high": m.high, "reports": m.reports}
            for key, m in measure_all(done.results).items()
        },
        "failed": [{"case": result.case, "error": result.error} for result in done.results if result.error],
        "silent": [{"case": result.case, **wrong.model_dump()} for result in done.results for wrong in result.silent],
        "gate": list(reasons),
    }
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")


def label_of(path: Path) -> str:
    """The label file started from the current reading of a report; raises SourceError unless the file holds exactly one."""
    from extractor.pipeline import extract
    from extractor.sources import read

    document = read(path)
    reports = extract(document)
    if not reports:
        raise SourceError(f"{path.name}：没有找到年度报告，无从起标注 (no report to label)")
    if len(reports) > 1:
        raise SourceError(f"{path.name}：有 {len(reports)} 份报告，标注只能说一份；请先拆成单独的文件 (several reports in one file)")
    return start_label(document, reports[0]).dump()


def start_label(document: Document, report: Report) -> Label:
    """A label from the current reading, for a person to correct: it is no truth until somebody has."""
    form = form_of(report.form, report.divided) if report.form else None
    form_rows = {row.path: tuple(report.value(cell) for cell in row.cells) for row in form.rows} if form else {}
    kinds: dict[str, PrintedKind] = {path: e.printed for path, e in report.cells.items() if e.printed != "number"}
    places = {path: (e.place.start, e.place.end) for path, e in report.cells.items() if e.place and e.raw}
    claims = tuple(
        LabelClaim(
            metric=c.metric, value=c.value, bound=c.bound, scope=c.scope, verdict=c.verdict, reading=c.reading,
            table_value=c.table_value, start=c.place.start, end=c.place.end,
        )
        for c in report.claims
    )  # fmt: skip
    facts = tuple(LabelFact(value=f.value, unit=f.unit, bound=f.bound, start=f.place.start, end=f.place.end) for f in report.facts)
    return Label.model_validate(
        {
            "source": document.source.name, "sha256": document.source.sha256, "title": report.title, "agency": report.agency,
            "year": report.year, "form": report.form, "divided": report.divided, "scope": report.scope, "level": report.level,
            "region": report.region, "published": report.published, "rows": form_rows, "printed": kinds, "places": places,
            "claims": claims, "facts": facts, "sections": {number: place.line for number, place in report.sections.items()},
            "by": "reading", "note": "由当前读数生成，尚未经人核对 (made from the current reading, not corrected yet)",
        }
    )  # fmt: skip
