"""What stands beside a report: one cell with its equations, its place in the source and its corrections; a line of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from extractor.model import Report
from extractor.view import IN_DOUBT, EquationView, cell_of, equations_of, tables_of

from .drawing import excerpt, line_place, view
from .said import about, contradicting
from .shelf import Shelf, parsed
from .words import Lang, say


@dataclass(frozen=True, slots=True)
class Effect:
    """What a correction has changed beyond the cell itself."""

    mended: int
    """Equations that did not hold and now do."""
    broken: int
    """Equations that held and now do not."""
    verified: tuple[int, int]
    """Verified cells before and after."""
    changed: frozenset[str]
    """Paths of cells whose value or state is another."""


def effect_of(before: Report, after: Report) -> Effect:
    """Compare a report with itself after a correction."""
    held, holds = _equations(before), _equations(after)
    old, new = _shown(before), _shown(after)
    return Effect(
        mended=sum(holds[key] is True and held.get(key) is False for key in holds),
        broken=sum(holds[key] is False and held.get(key) is not False for key in holds),
        verified=(_verified(before), _verified(after)),
        changed=frozenset(path for path, shown in new.items() if old.get(path) != shown),
    )


def panel_html(shelf: Shelf, lang: Lang, report_id: str, path: str, effect: Effect | None = None) -> str:
    """One cell: value, state, reason, equations, place in the source, corrections; after a correction also its effect."""
    report = shelf.report(report_id)
    document = shelf.document(report)
    cell = cell_of(report, path)
    place = cell.evidence.place
    said = about(lang, report, path, contradicting(report, shelf.findings(report_id)))
    return view(
        "cell.html",
        lang,
        cell=cell,
        IN_DOUBT=IN_DOUBT,
        said=[(told, claim.quote, excerpt(document, claim.place, lang, around=0) if document else "") for claim, told in said],
        effect=effect,
        equations=equations_of(report, path),
        excerpt=excerpt(document, place, lang) if document and place else "",
        history=shelf.history(report_id, path),
    )


def line_html(shelf: Shelf, lang: Lang, report_id: str, line: int) -> str:
    """A line of the source among its neighbours."""
    document = shelf.document(shelf.report(report_id))
    if document is None:
        return view("trouble.html", lang, message=say(lang, "nothing.printed"))
    return view("line.html", lang, excerpt=excerpt(document, line_place(document, line), lang))


def form_updates(shelf: Shelf, report_id: str, path: str) -> tuple[Any, ...]:
    """The correction form for a cell: visible, its present value, no equations tried, no reason yet."""
    cell = cell_of(shelf.report(report_id), path)
    return gr.Column(visible=True), "" if cell.value is None else cell.text.lstrip("+"), "", ""


def preview_html(shelf: Shelf, lang: Lang, report_id: str, path: str, text: str) -> str:
    """How the equations of a cell would stand with another value; in words when it is none that the cell can take."""
    report = shelf.report(report_id)
    trouble = shelf.trouble(report, path, text)
    if trouble:
        return view("trouble.html", lang, message=trouble)
    return view("equations.html", lang, equations=equations_of(report, path, {path: parsed(text)}))


def _equations(report: Report) -> dict[str, bool | None]:
    found: dict[str, EquationView] = {}
    for table in tables_of(report):
        for row in table.rows:
            for cell in row.cells:
                found |= {one.id: one for one in equations_of(report, cell.path)}
    return {key: one.holds for key, one in found.items()}


def _shown(report: Report) -> dict[str, tuple[str, str]]:
    """Text and state of every cell."""
    return {cell.path: (cell.text, cell.state) for table in tables_of(report) for row in table.rows for cell in row.cells}


def _verified(report: Report) -> int:
    return sum(evidence.verified for evidence in report.cells.values())
