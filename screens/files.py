"""Files to take away: of one report its record, a workbook, a page that stands alone; of the library all its data."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

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


def write_all(shelf: Shelf, kind: Literal["xlsx", "csv"], folder: Path) -> Path:
    """All reports of the library as a workbook, or as CSV with its codebook in one archive, written into a folder."""
    from extractor.library.export import export

    done = export(shelf.library, folder / f"gongkai.{kind}")
    if kind == "xlsx":
        return done.files[0]
    archive = folder / "gongkai-csv.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for file in done.files:
            bundle.write(file, file.name)
    return archive


def named(words: Sequence[str], ending: str) -> str:
    """A file name made of words, without what a file system or a shell could take amiss."""
    return "-".join("".join(char for char in word if char.isalnum() or char in "·") for word in words if word)[:80] + ending
