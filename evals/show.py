"""The results of a run as tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .compare import Comparison
from .harness import Run
from .metrics import METRICS, by_group, measure, measure_all
from .scoring import CaseResult

MESS_COLUMNS = ("silent_errors", "verified_share", "verified_of_provable", "cells_right", "cells_right_nonzero", "records_right")


def show(console: Console, run: Run, comparison: Comparison | None, reasons: Sequence[str], worst: int = 8) -> None:
    """Metrics, kinds of mess, worst cases, the comparison and the verdict of the gate."""
    parts: list[RenderableType] = [metric_table(run.results), mess_table(run.results)]
    listed = worst_cases(run.results)[:worst]
    if listed:
        parts.append(worst_table(listed))
    if comparison:
        parts.append(Text(f"与基线相比：{comparison.statement}"))
        parts += [Text(f"  ✗ {flip.case}：{'、'.join(flip.lost)}", style="red") for flip in comparison.flips if flip.lost][:20]
        parts += [Text(f"  ✓ {flip.case}：{'、'.join(flip.won)}", style="green") for flip in comparison.flips if flip.won][:20]
    parts += [Text(f"✗ {reason}", style="bold red") for reason in reasons[:30]]
    if len(reasons) > 30:
        parts.append(Text(f"……另有 {len(reasons) - 30} 条", style="red"))
    parts.append(Text(summary(run), style="bold"))
    console.print(Group(*parts))


def summary(run: Run) -> str:
    """One line: how many reports, failures, silent errors, how long."""
    results = run.results
    silent = sum(len(result.silent) for result in results)
    failed = sum(bool(result.error) for result in results)
    seconds = sum(result.seconds for result in results)
    calls, tokens = sum(result.calls for result in results), sum(result.tokens_in + result.tokens_out for result in results)
    model = f"，模型调用 {calls} 次、{tokens} 个 token" if calls else ""
    return (
        f"{len(results)} 份报告，失败 {failed} 份，静默错误 {silent} 格，整份全对 {sum(result.clean for result in results)} 份，"
        f"读取共 {seconds:.1f} 秒{model} (reports, failures, silent errors, wholly right, time)"
    )


def metric_table(results: Sequence[CaseResult]) -> Table:
    """Every metric with its denominator and interval."""
    table = Table(title="评测指标 (metrics)", title_justify="left")
    table.add_column("指标")
    table.add_column("", style="dim")
    table.add_column("值", justify="right")
    table.add_column("分子/分母", justify="right")
    table.add_column("95% 区间（按报告自助）", justify="right")
    table.add_column("份", justify="right")
    known = {info.key: info for info in METRICS}
    for key, measured in measure_all(results).items():
        value = "—" if measured.value is None else f"{measured.value:.2%}"
        table.add_row(
            known[key].name, known[key].english, value, f"{measured.hits}/{measured.of}", measured.interval(), str(measured.reports)
        )
    return table


def mess_table(results: Sequence[CaseResult]) -> Table:
    """The main metrics by kind of mess."""
    table = Table(title="按损坏种类 (by kind of mess)", title_justify="left")
    known = {info.key: info for info in METRICS}
    table.add_column("种类")
    table.add_column("份", justify="right")
    for key in MESS_COLUMNS:
        table.add_column(known[key].name, justify="right")
    table.add_column("失败", justify="right")
    for name, group in by_group(results).items():
        cells = []
        for key in MESS_COLUMNS:
            measured = measure(group, key, resamples=1)
            shown = "—" if measured.value is None else f"{measured.value:.2%}"
            cells.append(f"{measured.hits}/{measured.of}" if key == "silent_errors" else shown)
        table.add_row(name, str(len(group)), *cells, str(sum(bool(result.error) for result in group)))
    return table


def worst_cases(results: Sequence[CaseResult]) -> list[CaseResult]:
    """Cases with something wrong, gravest first: silent errors, failures, then most wrong cells."""
    bad = [result for result in results if not result.clean]
    return sorted(bad, key=lambda result: (-len(result.silent), not result.error, -len(result.wrong), result.case))


def worst_table(results: Sequence[CaseResult]) -> Table:
    """The worst cases with their first wrong cell."""
    table = Table(title="最差的报告 (worst cases)", title_justify="left")
    for name in ("报告", "种类", "静默", "错格", "例：标注 → 读数"):
        table.add_column(name)
    for result in results:
        first = next(iter((*result.silent, *result.wrong)), None)
        example = result.error or (f"{first.path}：{first.truth or '空'} → {first.got or '空'}（{first.status}）" if first else "")
        table.add_row(result.case, result.group, str(len(result.silent)), str(len(result.wrong)), example)
    return table
