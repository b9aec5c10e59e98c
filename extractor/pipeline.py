"""From a file to its reports: read, list every admissible reading, resolve, examine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .crosscheck import examine, noted, resolve
from .crosscheck.resolve import Resolution
from .errors import LimitError, SourceError
from .model import Admitted, Document, Note, Place, Reading, Report
from .reading.outline import Outline, outlines, passages
from .reading.tables import read_tables
from .second import in_doubt, second_reading
from .sources import read

if TYPE_CHECKING:
    from .engines import Engine, Session


def extract_file(
    path: str | Path, *, name: str | None = None, engine: Engine = "offline", session: Session | None = None
) -> tuple[Report, ...]:
    """The reports in a file, in printed order; at least one.

    Raises SourceError when the file cannot be read or holds no such report, and what :func:`extract` raises.
    """
    document = read(path, name=name)
    reports = extract(document, engine=engine, session=session)
    if not reports:
        raise SourceError(
            f"{document.source.name}：没有找到政府信息公开工作年度报告（既无法定标题，也无法定表格），请确认文件 "
            "(no annual report on information disclosure in this file)"
        )
    return reports


Amend = Callable[[int, Reading], Reading]
"""From a report's number in its file, from 1, and a reading to that reading with a person's corrections in it."""


def extract(
    document: Document, *, amend: Amend | None = None, engine: Engine = "offline", session: Session | None = None
) -> tuple[Report, ...]:
    """The reports in a document; none when it holds no report at all.

    With an engine other than ``offline`` a model is asked in ``session``, by default one of its own with the settings of the
    environment. Raises SettingsError when no model is named, ModelError when the server refuses the key or the model.
    """
    found = tuple(enumerate(outlines(document), 1))
    if engine == "offline":
        admitted = [_offline(document, outline, _amender(amend, number)) for number, outline in found]
    else:
        from .engines import opened, read_with

        with opened(session) as running:
            admitted = [read_with(engine, document, outline, running, _amender(amend, number)) for number, outline in found]
    second = cache(document.second) if document.second else None

    def resolved(number: int, readings: tuple[Reading, ...]) -> Resolution:
        resolution = resolve(readings, document)
        if second is None or not in_doubt(resolution):
            return resolution
        try:
            added = second_reading(document, readings, resolution, second(), number, len(found))
        except (SourceError, LimitError):
            return resolution
        return resolve((*readings, amended(added, _amender(amend, number))), document) if added else resolution

    return tuple(
        _report(document, outline, each, resolved(number, each.readings)) for (number, outline), each in zip(found, admitted, strict=True)
    )


def _amender(amend: Amend | None, number: int) -> Callable[[Reading], Reading]:
    return (lambda reading: amend(number, reading)) if amend else (lambda reading: reading)


def amended(reading: Reading, amend: Callable[[Reading], Reading]) -> Reading:
    """A further reading with a person's corrections in its own groups; those of other cells stand in the first reading."""
    own = {group.cells for group in reading.groups}
    pinned = amend(reading)
    return replace(pinned, groups=tuple(group for group in pinned.groups if group.cells in own))


def _offline(document: Document, outline: Outline, amend: Callable[[Reading], Reading]) -> Admitted:
    return Admitted((amend(read_tables(document, outline)),))


def _report(document: Document, outline: Outline, admitted: Admitted, resolution: Resolution) -> Report:
    notes = (*(Note(rule, message) for rule, message in document.notes), *outline.notes, *admitted.notes)
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
        claims=admitted.claims,
        facts=admitted.facts,
        stated=admitted.stated,
        model_use=admitted.use,
    )
    return examine(report, document)


def _start(document: Document, lines: range) -> Place:
    line = document.lines[lines.start]
    return document.place(line.start, line.end)
