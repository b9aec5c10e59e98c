"""From a file to its reports: read, list every admissible reading, resolve, examine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .crosscheck import examine, noted, resolve
from .errors import SourceError
from .model import Document, Note, Place, Reading, Report
from .reading.outline import Outline, outlines, passages
from .reading.tables import read_tables
from .sources import read


def extract_file(path: str | Path, *, name: str | None = None) -> tuple[Report, ...]:
    """The reports in a file, in printed order; at least one.

    Raises SourceError when the file cannot be read or holds no such report.
    """
    document = read(path, name=name)
    reports = extract(document)
    if not reports:
        raise SourceError(
            f"{document.source.name}：没有找到政府信息公开工作年度报告（既无法定标题，也无法定表格），请确认文件 "
            "(no annual report on information disclosure in this file)"
        )
    return reports


Amend = Callable[[int, Reading], Reading]
"""From a report's number in its file, from 1, and a reading to that reading with a person's corrections in it."""


def extract(document: Document, *, amend: Amend | None = None) -> tuple[Report, ...]:
    """The reports in a document; none when it holds no report at all."""
    return tuple(_report(document, outline, number, amend) for number, outline in enumerate(outlines(document), 1))


def _report(document: Document, outline: Outline, number: int, amend: Amend | None) -> Report:
    readings = [read_tables(document, outline)]
    resolution = resolve([amend(number, reading) for reading in readings] if amend else readings, document)
    notes = (*(Note(rule, message) for rule, message in document.notes), *outline.notes)
    report = Report(
        source=document.source,
        title=outline.title,
        agency=outline.agency,
        year=outline.year,
        form=resolution.form,
        scope=outline.scope,
        level=outline.level,
        region=outline.region,
        published=outline.published,
        proactive=resolution.proactive,
        applications=resolution.applications,
        review_litigation=resolution.review_litigation,
        narrative=passages(document, outline),
        cells=resolution.cells,
        findings=(*resolution.findings, *noted(notes, document)),
        sections={number: _start(document, lines) for number, lines in outline.sections.items()},
    )
    return examine(report, document)


def _start(document: Document, lines: range) -> Place:
    line = document.lines[lines.start]
    return document.place(line.start, line.end)
