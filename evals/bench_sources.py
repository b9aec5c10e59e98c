"""Every format and producer: cells right, verified, silent errors, seconds a page; PDF beside plain pdfplumber tables."""

from __future__ import annotations

import argparse
import io
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from rich.console import Console
from rich.table import Table

from evals.generate import GeneratedReport, generate
from evals.render_docx import STYLES as WORD
from evals.render_docx import render_docx
from evals.render_html import STYLES as PAGES
from evals.render_html import render_html
from evals.render_pdf import PRODUCERS, available, render_pdf
from evals.render_scan import scanned
from extractor.forms import form_of
from extractor.model import Document
from extractor.pipeline import extract
from extractor.sources import Rendering, ocr, read_bytes

Render = Callable[[GeneratedReport], bytes]


@dataclass
class Tally:
    """What came of one format."""

    files: int = 0
    pages: int = 0
    cells: int = 0
    right: int = 0
    provable: int = 0
    """Cells of sections three and four."""
    verified: int = 0
    silent: int = 0
    seconds: float = 0.0
    plain: float | None = None
    """Seconds that plain pdfplumber table extraction took on the same files."""
    wrong: list[str] = field(default_factory=list)

    def row(self, name: str) -> list[str]:
        """For the table."""
        each = self.pages or self.files
        return [
            name,
            str(self.files),
            str(self.pages or "—"),
            f"{self.right}/{self.cells}",
            f"{self.verified / max(1, self.provable):.1%}",
            str(self.silent),
            f"{1000 * self.seconds / max(1, each):.1f}",
            f"{each / max(1e-9, self.seconds):.0f}",
            "—" if self.plain is None else f"{self.plain / max(1e-9, self.seconds):.1f}×",
        ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; exit status 1 when a cell is wrong or a wrong one called verified."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench sources", description=__doc__)
    parser.add_argument("--n", type=int, default=6, help="每种格式份数 (reports per format)")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--only", default="", help="只测名称含此词的格式 (only formats whose name has this word)")
    parser.add_argument("--scans", action="store_true", help="也测扫描件，一页要几秒 (scans too: seconds a page)")
    parser.add_argument("--no-plain", action="store_true", help="不与 pdfplumber 比 (without pdfplumber)")
    args = parser.parse_args(argv)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    reports = list(generate(args.n, args.seed))
    table = Table(
        title=f"各种格式的读取（每种 {args.n} 份；只计从文件到 Document 的时间） (files to Documents; verified: sections 3 and 4)"
    )
    heads = ("格式 format", "份 files", "页 pages", "正确 right", "证实 verified", "静默错误 silent")
    for head in (*heads, "毫秒/页 ms", "页/秒 rate", "pdfplumber"):
        table.add_column(head, justify="left" if head == heads[0] else "right")
    bad = 0
    for name, render, rendering in _formats(scans=args.scans or "scan" in args.only):
        if args.only and args.only not in name:
            continue
        tally = _measure(reports, name, render, rendering, plain=name.startswith("pdf") and not args.no_plain)
        bad += tally.silent + tally.cells - tally.right
        table.add_row(*tally.row(name))
        for line in tally.wrong[:5]:
            Console(stderr=True).print(f"  {name}：{line}", highlight=False)
    missing = [producer for producer in PRODUCERS if not available(producer)]
    if missing:
        table.caption = f"没有安装，未测：{'、'.join(missing)} (not installed)"
    Console(width=150).print(table)
    return 1 if bad else 0


def _formats(*, scans: bool) -> list[tuple[str, Render, Rendering]]:
    found: list[tuple[str, Render, Rendering]] = [("text", attrgetter("data"), "grid")]
    found += [(f"html {style}", partial(render_html, style=style), "grid") for style in PAGES]
    found += [(f"docx {style}", partial(render_docx, style=style), "grid") for style in WORD]
    found += [(f"pdf {producer}", partial(render_pdf, producer=producer), "grid") for producer in PRODUCERS if available(producer)]
    found.append(("pdf text lines", render_pdf, "text"))
    found.append(("pdf without rules", partial(render_pdf, style="open"), "grid"))
    if scans and ocr.available():
        for producer in PRODUCERS:
            if available(producer):
                found.append((f"scan 150 dpi {producer}", partial(_scan, producer=producer), "grid"))
    return found


def _scan(report: GeneratedReport, producer: str) -> bytes:
    return scanned(render_pdf(report, producer))


def _measure(reports: Sequence[GeneratedReport], name: str, render: Render, rendering: Rendering, *, plain: bool) -> Tally:
    tally = Tally(plain=0.0 if plain else None)
    for report in reports:
        data = render(report)
        document, spent = _read(data, report.name, rendering, times=1 if name.startswith("scan") else 2)
        tally.files += 1
        tally.seconds += spent
        tally.pages += max((line.page or 0 for line in document.lines), default=0) if name.startswith(("pdf", "scan")) else 0
        if tally.plain is not None:
            tally.plain += _plain(data)
        _count(tally, report, document)
    return tally


def _read(data: bytes, name: str, rendering: Rendering, *, times: int) -> tuple[Document, float]:
    """The document and the shortest of several runs, so that the first file does not pay for imports."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        document = read_bytes(data, name, rendering=rendering)
        best = min(best, time.perf_counter() - start)
    return document, best


def _plain(data: bytes) -> float:
    """Seconds for what one would do without this project: pdfplumber's text and tables of every page."""
    import pdfplumber

    start = time.perf_counter()
    with pdfplumber.open(io.BytesIO(data)) as file:
        for page in file.pages:
            page.extract_text()
            page.extract_tables()
    return time.perf_counter() - start


def _count(tally: Tally, made: GeneratedReport, document: Document) -> None:
    label = made.label
    if label.form is None:
        return
    found = extract(document)
    report = found[0] if len(found) == 1 else None
    for path, values in label.rows.items():
        for cell, value in zip(form_of(label.form, label.divided).row(path).cells, values, strict=True):
            got = report.value(cell) if report else None
            evidence = report.cells.get(cell) if report else None
            verified = bool(evidence and evidence.verified)
            tally.cells += 1
            tally.right += got == value and report is not None
            tally.provable += not cell.startswith("proactive")
            tally.verified += verified
            tally.silent += verified and got != value
            if got != value:
                tally.wrong.append(f"{made.name} {cell}：{value} → {got}")
