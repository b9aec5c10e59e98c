"""Numbers beyond any count: never proven, never a crash, and every sum within what the arithmetic can hold."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from printing import Page, consistent

from extractor.crosscheck import resolve
from extractor.crosscheck.problem import layout_of
from extractor.crosscheck.propagate import FAR
from extractor.forms import FormKey, form_of
from extractor.model import LARGEST, Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

REPORT = Path(__file__).resolve().parent.parent / "reports" / "linlan-2021.txt"
ROW = "（一）予以公开  562  73  1  2  20  10  668"
A = "applications"


def with_row(row: str) -> Report:
    text = REPORT.read_text(encoding="utf-8")
    assert text.count(ROW) == 1
    (report,) = extract(read_bytes(text.replace(ROW, row).encode(), "report.txt"))
    return report


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_no_sum_of_the_largest_counts_reaches_what_stands_for_unbounded(key: FormKey) -> None:
    layout = layout_of(key, None)
    ceiling = 16 + 4 * len(layout.cells) * LARGEST
    assert max(map(len, layout.members)) * ceiling < FAR


@pytest.mark.parametrize("large", [2**62, LARGEST + 1, 10**25])
def test_sums_that_hold_only_because_numbers_wrap_round_prove_nothing(large: int) -> None:
    generator = random.Random(1)
    values = consistent(form_of("2021"), lambda n: generator.randint(0, n))
    cells = [
        f"{A}.{row}.{column}"
        for row in ("granted", "partially_granted", "refused.state_secret", "refused.law_prohibits")
        for column in ("natural_person", "business", "research", "public_interest")
    ]
    page = Page("2021")
    page.table(values, marks={cell: str(values[cell] + large) for cell in cells})
    found = resolve([page.reading()], page.document())
    for cell in cells:
        evidence = found.cells[cell]
        assert (evidence.status, evidence.printed, evidence.verified) == ("unreadable", "impossible", False)
    assert {finding.rule for finding in found.findings} >= {"reading.impossible"}


def test_the_largest_count_itself_is_still_a_number() -> None:
    values = dict.fromkeys(consistent(form_of("2021"), lambda n: 0), 0)
    for row in ("new_received", "granted", "outcomes_total"):
        values |= {f"{A}.{row}.natural_person": LARGEST, f"{A}.{row}.total": LARGEST}
    page = Page("2021")
    page.table(values)
    found = resolve([page.reading()], page.document())
    assert {e.status for path, e in found.cells.items() if path.startswith(A)} == {"verified"}


@pytest.mark.parametrize("stamp", ["20220115201500000000", "99999999999999999999999999999999"])
def test_a_time_stamp_behind_a_row_costs_no_more_than_the_row(stamp: str) -> None:
    report = with_row(f"{ROW} {stamp}")
    assert report.value(f"{A}.partially_granted.total") is not None
    assert not any(report.cells[cell].verified for cell in report.cells if str(report.value(cell)) == stamp)


@pytest.mark.parametrize("large", [2**62, 2**64, 10**30])
def test_a_count_beyond_the_largest_is_told_and_keeps_its_cell_empty(large: int) -> None:
    report = with_row(ROW.replace("562", str(large)))
    cell = f"{A}.granted.natural_person"
    assert report.value(cell) is None
    assert report.cells[cell].raw == str(large) and report.cells[cell].printed == "impossible"
    assert any(finding.rule == "reading.impossible" and str(large) in finding.message for finding in report.findings)


def test_a_count_of_section_two_has_the_same_limit() -> None:
    text = REPORT.read_text(encoding="utf-8")
    assert text.count("101844") == 1
    (report,) = extract(read_bytes(text.replace("101844", "1" * 40).encode(), "report.txt"))
    (cell,) = [path for path, evidence in report.cells.items() if evidence.raw == "1" * 40]
    assert report.value(cell) is None and report.cells[cell].printed == "impossible"
