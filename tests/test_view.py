"""The grid as plain data and as HTML: every cell once, equations with numbers, nothing of a report as markup."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from extractor.drawing import grid_html, legend_html, tip
from extractor.errors import FormError
from extractor.forms import form_of
from extractor.model import DOUBTFUL, SETTLED, Evidence, Report, Status
from extractor.pipeline import extract_file
from extractor.view import IN_DOUBT, MARKS, READ_OUT, cell_of, count_states, equations_of, number, tables_of

REPORTS = Path(__file__).resolve().parent.parent / "reports"
NOT_HELD = "applications.unavailable.not_held"


@pytest.fixture(scope="module")
def wrong() -> Report:
    """A report whose own total is wrong."""
    return extract_file(REPORTS / "linlan-2021.txt")[0]


@pytest.mark.parametrize("name", ["linlan-2020", "linlan-2022", "linlan-land-2022"])
def test_the_grid_holds_every_cell_of_the_form_once(name: str) -> None:
    (report,) = extract_file(REPORTS / f"{name}.txt")
    assert report.form is not None
    paths = [cell.path for table in tables_of(report) for row in table.rows for cell in row.cells]
    assert paths == list(form_of(report.form, report.divided).cells)


def test_a_report_without_tables_has_an_empty_grid(wrong: Report) -> None:
    bare = wrong.model_copy(update={"proactive": None, "applications": None, "review_litigation": None})
    assert tables_of(bare) == () and grid_html(bare).strip() == ""


def test_states_are_counted_over_all_cells(wrong: Report) -> None:
    assert sum(count_states(wrong).values()) == 200
    assert count_states(wrong)["contested"] == 28


def test_an_equation_tells_both_sides_and_whether_it_holds(wrong: Report) -> None:
    row, column = equations_of(wrong, f"{NOT_HELD}.total")
    assert row.holds is False and row.numbers == "352 + 41 + 2 + 15 + 5 ≠ 451"
    assert column.holds is False and "1570" in column.numbers


def test_another_value_can_be_tried_without_changing_the_report(wrong: Report) -> None:
    tried = equations_of(wrong, f"{NOT_HELD}.total", {f"{NOT_HELD}.total": 415})
    assert [one.holds for one in tried] == [True, True]
    assert wrong.value(f"{NOT_HELD}.total") == 451


def test_a_missing_number_leaves_an_equation_undecided(wrong: Report) -> None:
    (row, _) = equations_of(wrong, f"{NOT_HELD}.other", {f"{NOT_HELD}.other": None})
    assert row.holds is None and "○" in row.numbers


def test_a_cell_that_the_form_does_not_have_is_an_error(wrong: Report) -> None:
    with pytest.raises(FormError, match="nothing"):
        cell_of(wrong, "applications.nothing.total")


def test_numbers_have_no_exponent_and_no_idle_zeros() -> None:
    assert [number(value) for value in (1234, Decimal("939000000.00"), Decimal("38.75"), Decimal("1E+3"))] == [
        "1234",
        "939000000",
        "38.75",
        "1000",
    ]


def test_a_change_keeps_its_plus_sign() -> None:
    (report,) = extract_file(REPORTS / "linlan-2020.txt")
    assert cell_of(report, "proactive.licensing.change").text == "+46"
    assert cell_of(report, "proactive.penalties.change").text == "-75"


def test_html_shows_states_by_sign_as_well_as_colour(wrong: Report) -> None:
    html = grid_html(wrong, live=True)
    assert html.count('data-do="cell"') == 200
    assert "s-contested" in html and '<i aria-hidden="true">✗</i>' in html
    assert "352 + 41" in tip(wrong, cell_of(wrong, f"{NOT_HELD}.total"))


def test_english_pages_name_rows_and_columns_in_english(wrong: Report) -> None:
    html = grid_html(wrong, lang="en")
    assert "natural persons" in html and "Article 20, item 1" in html and "自然人</th>" not in html
    assert "verified" in legend_html(wrong, lang="en")


def test_nothing_of_a_report_becomes_markup(wrong: Report) -> None:
    attack = '"><script>alert(1)</script>'
    path = f"{NOT_HELD}.total"
    evidence = Evidence(raw=attack, printed="unreadable", status="unreadable", why=attack)
    part = wrong.applications
    assert part is not None
    emptied = part.unavailable.not_held.model_copy(update={"total": None})
    applications = part.model_copy(update={"unavailable": part.unavailable.model_copy(update={"not_held": emptied})})
    hostile = wrong.model_copy(update={"applications": applications, "cells": {**wrong.cells, path: evidence}})
    html = grid_html(hostile, live=True)
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_every_state_has_a_sign_of_its_own() -> None:
    assert len({mark.sign for mark in MARKS.values()}) == len(MARKS)


def test_every_status_is_settled_in_doubt_or_says_that_there_is_no_number() -> None:
    none = {"blank", "not_applicable", "absent"}
    assert SETTLED.isdisjoint(DOUBTFUL) and (SETTLED | DOUBTFUL).isdisjoint(none)
    assert SETTLED | DOUBTFUL | none == set(get_args(Status))
    assert READ_OUT | IN_DOUBT | none == set(MARKS)


def test_the_readme_lists_the_states_with_the_signs_that_are_shown() -> None:
    written = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    for mark in MARKS.values():
        assert re.search(rf"^\|\s*`?{re.escape(mark.sign)}`?\s*\|.*{mark.chinese}.*", written, re.MULTILINE), mark
