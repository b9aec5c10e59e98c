"""Files of one report to take away: its record, a workbook, a page that stands alone."""

from __future__ import annotations

from pathlib import Path

from extractor.errors import QueryError

from .shelf import Shelf

KINDS = {"record": ".json", "workbook": ".xlsx", "check": ".html"}
"""What can be downloaded of a report, and the ending of the file."""


def write(shelf: Shelf, report_id: str, kind: str, folder: Path) -> Path:
    """The file of this kind for a report, written into a folder; QueryError for a kind that there is not."""
    if kind not in KINDS:
        raise QueryError(f"没有“{kind}”这种下载 (no such download)")
    report = shelf.report(report_id)
    name = f"{report.agency or report_id}{report.year or ''}"
    file = folder / ("".join(char for char in name if char.isalnum() or char in "·-") + KINDS[kind])
    if kind == "workbook":
        from extractor.library.export import export

        export(shelf.library, file, where="report_id = ?", values=[report_id])
    else:
        from extractor.drawing.check import check_html

        text = report.model_dump_json(indent=1) if kind == "record" else check_html([report], "info")
        file.write_text(text, encoding="utf-8")
    return file
