"""A run as one self-contained HTML page: metrics, kinds of mess, and the worst cases with source, label and reading side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from .compare import Comparison
from .harness import Run
from .metrics import METRICS, by_group, measure, measure_all
from .scoring import CaseResult, Wrong
from .sets import Case, cases_of, load_case
from .show import MESS_COLUMNS, summary, worst_cases

_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1c2733}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0;width:100%}
td,th{border-bottom:1px solid #d6dde5;padding:.25rem .6rem;text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}
.bad{color:#b3261e;font-weight:600}.good{color:#1a6b3c}.dim{color:#667}pre{background:#f5f7f9;padding:.6rem;white-space:pre-wrap;tab-size:3;margin:0;font-size:13px}th{white-space:nowrap}
details{margin:.6rem 0;border:1px solid #d6dde5;border-radius:6px;padding:.4rem .8rem}summary{cursor:pointer}
@media (prefers-color-scheme:dark){body{background:#12181f;color:#dde5ee}td,th,details{border-color:#33404d}
pre{background:#1b242d}.bad{color:#ff8a80}.good{color:#7ddba3}}
"""


def page(run: Run, comparison: Comparison | None, reasons: Sequence[str], *, worst: int = 20) -> str:
    """The page's HTML; nothing in it is fetched from anywhere."""
    listed = worst_cases(run.results)[:worst]
    cases = {case.id: case for case in cases_of([str(name) for name in run.settings["sets"]])} if listed else {}  # type: ignore[attr-defined]
    parts = [
        "<!doctype html><html lang=zh><head><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>公开 · 评测</title><style>{_STYLE}</style></head><body><h1>公开 · 评测 <span class=dim>Gongkai evaluation</span></h1>",
        f"<p>{escape(summary(run))}</p>",
        *(f"<p class=bad>✗ {escape(reason)}</p>" for reason in reasons),
        f"<p>{escape(comparison.statement)}</p>" if comparison else "",
        _metrics(run.results),
        _mess(run.results),
        "<h2>最差的报告 <span class=dim>worst cases: source, label, reading</span></h2>"
        if listed
        else "<p class=good>没有错误的报告。</p>",
        *(_case(result, cases.get(result.case)) for result in listed),
        _settings(run),
        "</body></html>",
    ]
    return "\n".join(parts)


def write_page(path: Path, run: Run, comparison: Comparison | None, reasons: Sequence[str]) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(run, comparison, reasons), encoding="utf-8")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    """A table whose columns from ``numbers`` on hold figures; cells are HTML."""
    kinds = ["" if column < numbers else " class=n" for column in range(len(heads))]
    head = "".join(f"<th{kind}>{text}</th>" for kind, text in zip(kinds, heads, strict=True))
    body = "".join("<tr>" + "".join(f"<td{kind}>{text}</td>" for kind, text in zip(kinds, row, strict=True)) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _metrics(results: Sequence[CaseResult]) -> str:
    known = {info.key: info for info in METRICS}
    rows = []
    for key, measured in measure_all(results).items():
        rows.append(
            [
                f"{escape(known[key].name)} <span class=dim>{known[key].english}</span>",
                "—" if measured.value is None else f"{measured.value:.2%}",
                f"{measured.hits}/{measured.of}",
                measured.interval(),
                str(measured.reports),
            ]
        )
    return "<h2>指标</h2>" + _table(["指标", "值", "分子/分母", "95% 区间（按报告自助）", "份"], rows, 1)


def _mess(results: Sequence[CaseResult]) -> str:
    known = {info.key: info for info in METRICS}
    rows = []
    for name, group in by_group(results).items():
        row = [escape(name), str(len(group))]
        for key in MESS_COLUMNS:
            measured = measure(group, key, resamples=1)
            shown = "—" if measured.value is None else f"{measured.value:.2%}"
            row.append(f"{measured.hits}/{measured.of}" if key == "silent_errors" else shown)
        rows.append(row)
    return "<h2>按损坏种类</h2>" + _table(["种类", "份", *(known[key].name for key in MESS_COLUMNS)], rows, 1)


def _case(result: CaseResult, case: Case | None) -> str:
    lines = _text(load_case(case)[0]).split("\n") if case else []
    seen = {wrong.path for wrong in result.silent}
    shown = [*((wrong, True) for wrong in result.silent), *((wrong, False) for wrong in result.wrong if wrong.path not in seen)]
    rows = [[_source(lines, wrong), *_cells(wrong, silent)] for wrong, silent in shown]
    notes = "".join(f"<p class=dim>{escape(note)}</p>" for note in result.notes[:12])
    error = f"<p class=bad>{escape(result.error)}</p>" if result.error else ""
    more = f"<p class=dim>……另有 {len(rows) - 40} 格</p>" if len(rows) > 40 else ""
    head = f"{escape(result.case)} · {escape(result.group)} · 静默 {len(result.silent)} · 错格 {len(result.wrong)}"
    table = _table(["原文", "格", "标注", "读数", "状态"], rows[:40], 5) if rows else ""
    return f"<details{' open' if result.silent else ''}><summary>{head}</summary>{error}{table}{more}{notes}</details>"


def _text(data: bytes) -> str:
    """The report's text as its lines are numbered: UTF-8, else GB18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _source(lines: Sequence[str], wrong: Wrong) -> str:
    if wrong.line is None or not 0 < wrong.line <= len(lines):
        return "<span class=dim>未定位</span>"
    first, last = max(0, wrong.line - 2), min(len(lines), wrong.line + 1)
    return f"<pre>{escape(chr(10).join(f'{number + 1}: {lines[number]}' for number in range(first, last)))}</pre>"


def _cells(wrong: Wrong, silent: bool) -> list[str]:
    kind = " class=bad" if silent else ""
    return [
        escape(wrong.path),
        escape(wrong.truth or "空"),
        f"<span{kind}>{escape(wrong.got or '空')}</span>",
        escape(wrong.status) + ("（静默）" if silent else "") + f"<br><span class=dim>{escape(wrong.why)}</span>",
    ]


def _settings(run: Run) -> str:
    rows = [[escape(key), escape(str(value))] for key, value in run.settings.items()]
    return "<h2>如何重做 <span class=dim>to reproduce</span></h2>" + _table(["项", "值"], rows, 2)
