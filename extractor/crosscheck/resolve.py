"""Chooses among readings, using the form's identities alone, and says of every cell how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..forms import Applications, FormKey, Proactive2019, Proactive2021, ReviewLitigation
from ..model import Document, Evidence, Finding, Reading
from .decide import decide
from .evidence import Weigher
from .problem import join, layout_of
from .reported import table_findings


@dataclass(frozen=True, slots=True)
class Resolution:
    """The tables of one report: plain values, evidence for each cell, findings."""

    form: FormKey | None = None
    divided: bool | None = None
    proactive: Proactive2019 | Proactive2021 | None = None
    applications: Applications | None = None
    review_litigation: ReviewLitigation | None = None
    cells: dict[str, Evidence] = field(default_factory=dict)
    """Every cell of the sections that were found, in printed order."""
    findings: tuple[Finding, ...] = ()


def resolve(readings: Sequence[Reading], document: Document) -> Resolution:
    """Decide every cell of the form from what the readers admit.

    The first reading that recognised a form gives the form; further readings add alternatives. A section that no reader found
    is None and has no cells.
    """
    first = next((reading for reading in readings if reading.form is not None), None)
    if first is None or first.form is None:
        return Resolution(findings=table_findings(None, None, document, (), None, {}, {}, readings))
    divided = next((reading.divided for reading in readings if reading.divided is not None), None)
    layout = layout_of(first.form, divided)
    form = layout.form
    same = [reading for reading in readings if reading.form in (None, first.form)]
    blocks = join(same, form.cells)
    decision = decide(layout, blocks)
    weigher = Weigher(form, layout, document, decision)
    found = {path: cell for number, block in enumerate(blocks) for path, cell in weigher.block(number, block)}
    sections = {form.row(path).section for path in found} | ({3} if divided is not None else set())
    cells: dict[str, Evidence] = {}
    values: dict[str, int | Decimal | None] = {}
    for row in form.rows:
        if row.section in sections:
            for path in row.cells:
                cell = found.get(path) or weigher.missing(path)
                cells[path], values[path] = cell.evidence, cell.value
    findings = table_findings(form, layout, document, blocks, decision, cells, values, readings)
    proactive = Proactive2021 if form.key == "2021" else Proactive2019
    parts = {
        "proactive": proactive if 2 in sections else None,
        "applications": Applications if 3 in sections else None,
        "review_litigation": ReviewLitigation if 4 in sections else None,
    }
    record = _nested(values)
    built = {name: part.model_validate(record[name]) if part else None for name, part in parts.items()}
    return Resolution(form=form.key, divided=divided, cells=cells, findings=findings, **built)  # type: ignore[arg-type]


def _nested(values: Mapping[str, int | Decimal | None]) -> dict[str, Any]:
    """Dotted paths as nested dictionaries."""
    record: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = path.split(".")
        inner = record
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return record
