"""The bundled fictional reports: labels fit their files, and what is read from them is right or not verified."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from evals.label import Label, load_label
from extractor.forms import metric_of
from extractor.model import Report
from extractor.pipeline import extract_file

FOLDER = Path(__file__).resolve().parent.parent / "reports"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


@cache
def label(name: str) -> Label:
    return load_label(FOLDER / "labels" / f"{name}.json")


@cache
def report(name: str) -> Report:
    (found,) = extract_file(FOLDER / f"{name}.txt")
    return found


def decoded(name: str) -> str:
    data = (FOLDER / f"{name}.txt").read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def test_there_are_at_least_ten_reports_each_with_a_label() -> None:
    assert len(NAMES) >= 10
    assert {path.stem for path in (FOLDER / "labels").glob("*.json")} == set(NAMES)


def test_both_forms_a_mixed_one_and_two_mistakes_of_the_agencies_are_among_them() -> None:
    kinds = {(label(name).form, label(name).divided) for name in NAMES}
    assert {("2019", False), ("2021", True), ("2021", False)} <= kinds
    assert sum(bool(label(name).contradictions) for name in NAMES) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_label_is_about_the_bytes_of_its_file(name: str) -> None:
    assert hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).hexdigest() == label(name).sha256


@pytest.mark.parametrize("name", NAMES)
def test_labelled_places_print_the_labelled_values(name: str) -> None:
    text = decoded(name)
    values = label(name).values
    for path, (start, end) in label(name).places.items():
        raw = text[start:end]
        if path in label(name).printed or not raw.isascii() or not raw.isdecimal():
            continue
        assert Decimal(raw) == values[path], path


@pytest.mark.parametrize("name", NAMES)
def test_labelled_claims_that_agree_equal_the_tables(name: str) -> None:
    for claim in label(name).claims:
        table = metric_of(claim.metric, label(name).statutory).value(label(name).values)
        assert (table == claim.value) == (claim.verdict == "agrees"), claim.metric


@pytest.mark.parametrize("name", NAMES)
def test_no_narrative_is_shorter_than_a_real_one(name: str) -> None:
    assert 1000 <= sum("\u4e00" <= char <= "\u9fff" for char in decoded(name)) <= 3000


@pytest.mark.parametrize("name", NAMES)
def test_title_agency_year_and_form_are_read(name: str) -> None:
    expected, found = label(name), report(name)
    assert (found.agency, found.year, found.form, found.divided) == (expected.agency, expected.year, expected.form, expected.divided)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_right_or_not_verified(name: str) -> None:
    expected, found = label(name), report(name)
    for path, value in expected.values.items():
        evidence = found.cells[path]
        if evidence.verified:
            assert found.value(path) == value, path
            assert expected.provable(path), path


@pytest.mark.parametrize("name", NAMES)
def test_cells_that_can_be_proven_hold_the_labelled_values(name: str) -> None:
    expected, found = label(name), report(name)
    wrong = [path for path, value in expected.values.items() if expected.provable(path) and found.value(path) != value]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_sections_start_on_the_labelled_lines(name: str) -> None:
    assert {number: place.line for number, place in report(name).sections.items()} == label(name).sections
