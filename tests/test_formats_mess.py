"""Mess planted in web pages, Word files and PDFs: nothing wrong is ever verified, and what can be proven is read right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from evals.generate import GeneratedReport, generate
from evals.mess import OPERATORS
from evals.mess.cells import UNBOXED
from evals.render_docx import render_docx
from evals.render_html import render_html
from evals.render_pdf import render_pdf
from evals.scoring import CaseResult, score
from extractor.pipeline import extract
from extractor.sources import read_bytes

BROKEN = ("values_first", "header_repeated")
"""Rows put between those that one cell spans: a text shows that, a real table cannot."""
KINDS = tuple(name for name, known in OPERATORS.items() if known.stage == "sheet" and name not in BROKEN)
GAPLESS = tuple(name for name in KINDS if set(OPERATORS[name].layouts) <= set(UNBOXED))
"""Damage that leaves no gap behind: in a ruled PDF the lost cell's box would still be seen, so these are printed without lines."""


IN_WORD = ("cells_lost", "blanks_dropped", "cells_glued", "cell_twice", "review_lost", "only_total", "not_applicable")


def rendered(made: GeneratedReport, format: str, kind: str) -> bytes:
    if format == "html":
        return render_html(made, "portal")
    if format == "docx":
        return render_docx(made, "narrow")
    return render_pdf(made, "reportlab", "open" if kind in GAPLESS else "ruled")


def results(kind: str, format: str, seed: int, count: int) -> Iterator[CaseResult]:
    for made in generate(count, seed, start=3, mess=[(kind, 0.8)]):
        if not made.operators:
            continue
        data = rendered(made, format, kind)
        found = extract(read_bytes(data, f"x.{format}"))
        assert len(found) == 1, made.name
        yield score(made.name, kind, made.label_for(f"x.{format}", data), found[0])


@pytest.mark.parametrize(("kind", "format"), [*product(KINDS, ("html", "pdf")), *product(IN_WORD, ("docx",))])
def test_no_wrong_cell_is_verified_and_provable_cells_are_right(kind: str, format: str) -> None:
    found = list(results(kind, format, 47, 1))
    assert [wrong for result in found for wrong in result.silent] == []
    assert [wrong for result in found for wrong in result.wrong] == []


@pytest.mark.parametrize("format", ["html", "pdf"])
def test_the_kinds_do_damage_what_is_printed(format: str) -> None:
    (made,) = generate(1, 47, start=3, mess=[("cells_lost", 0.8)])
    (whole,) = generate(1, 47, start=3)
    (report,) = extract(read_bytes(rendered(made, format, "cells_lost"), f"x.{format}"))
    lost = [cell for cell, kind in made.label.printed.items() if kind == "absent"]
    assert lost and any(report.cells[cell].printed != "number" or not report.cells[cell].verified for cell in lost)
    assert whole.label.printed == {}
