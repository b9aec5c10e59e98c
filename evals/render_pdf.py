"""A generated report as PDF by three producers: Chromium's print, LibreOffice, and a PDF library (ReportLab)."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from extractor.errors import SettingsError

from .generate import GeneratedReport
from .render_docx import render_docx
from .render_html import render_html
from .sheet import Extra, Heading, Table

PRODUCERS = ("reportlab", "chromium", "libreoffice")


def available(producer: str) -> bool:
    """Whether this producer can run here."""
    if producer == "reportlab":
        return True
    return _program(producer) is not None


def render_pdf(report: GeneratedReport, producer: str = "reportlab", style: str = "ruled") -> bytes:
    """The report as PDF. ``style``: ``ruled`` or, for ReportLab, ``open`` (no lines between columns).

    Raises SettingsError when the producer is not installed.
    """
    if producer == "reportlab":
        return _reportlab(report, ruled=style == "ruled")
    program = _program(producer)
    if program is None:
        raise SettingsError(f"没有安装 {producer}，无法生成 PDF ({producer} is not installed)")
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        if producer == "chromium":
            page = Path(folder) / "page.html"
            page.write_bytes(render_html(report, "plain"))
            made = Path(folder) / "page.pdf"
            command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
            command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", page.as_uri()]
        else:
            given = Path(folder) / "page.docx"
            given.write_bytes(render_docx(report, "merged"))
            made = given.with_suffix(".pdf")
            command = [program, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
            command += ["--convert-to", "pdf", "--outdir", folder, str(given)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        if not made.exists():
            raise SettingsError(f"{producer} 没有生成 PDF：{done.stderr[-200:].decode(errors='replace')} ({producer} failed)")
        return made.read_bytes()


def _program(producer: str) -> str | None:
    names = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "libreoffice": ("soffice", "libreoffice")}[producer]
    return next((found for name in names if (found := shutil.which(name))), None)


def _reportlab(report: GeneratedReport, *, ruled: bool) -> bytes:
    from reportlab.lib import pagesizes, styles  # type: ignore[import-untyped]
    from reportlab.pdfbase import cidfonts, pdfmetrics  # type: ignore[import-untyped]
    from reportlab.platypus import Paragraph as Flow  # type: ignore[import-untyped]
    from reportlab.platypus import SimpleDocTemplate, Spacer

    pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))
    body = styles.ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=22, firstLineIndent=24, wordWrap="CJK")
    head = styles.ParagraphStyle("head", parent=body, spaceBefore=8, spaceAfter=4)
    title = styles.ParagraphStyle("title", parent=body, fontSize=18, leading=30, alignment=1, firstLineIndent=0)
    small = styles.ParagraphStyle("small", fontName="STSong-Light", fontSize=8, leading=10, alignment=1, wordWrap="CJK")
    flow: list[Any] = [Flow(escape(report.sheet.title), title), Spacer(1, 12)]
    for block in report.sheet.blocks:
        if isinstance(block, Table):
            flow += [_flow_table(block, small, ruled=ruled), Spacer(1, 10)]
        elif isinstance(block, Extra):
            flow += [Flow(escape(line), body) for line in block.text.split("\n")]
        else:
            flow.append(Flow(escape(block.text), head if isinstance(block, Heading) else body))
    out = io.BytesIO()

    def number(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 10)
        canvas.drawCentredString(pagesizes.A4[0] / 2, 30, f"- {document.page} -" if (report.label.year or 0) % 2 else str(document.page))

    SimpleDocTemplate(out, pagesize=pagesizes.A4, title=report.sheet.title).build(flow, onFirstPage=number, onLaterPages=number)
    return out.getvalue()


def _flow_table(table: Table, small: Any, *, ruled: bool) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph as Flow
    from reportlab.platypus import Table as FlowTable

    grid = [[Flow(escape(cell.text), small) if cell else "" for cell in row] for row in table.matrix()]
    look: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    look.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black) if ruled else ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black))
    for y, row in enumerate(table.matrix()):
        for x, cell in enumerate(row):
            if cell and (cell.rows > 1 or cell.columns > 1):
                look.append(("SPAN", (x, y), (x + cell.columns - 1, y + cell.rows - 1)))
    width = 440.0
    labels = {2: 1, 3: 3, 4: 0}[table.section]
    each = (width - 70 * labels) / (table.columns - labels) if labels else width / table.columns
    widths = [70.0] * labels + [each] * (table.columns - labels)
    return FlowTable(grid, colWidths=widths, style=look, repeatRows=0, splitInRow=0)
