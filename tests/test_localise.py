"""Localisation: the truth is among the explanations, the list is short, and the words say what to change."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printing import Page, consistent

from evals.bench_localise import PLANTS, run
from extractor.crosscheck import resolve
from extractor.crosscheck.localise import Explanation, Localisation, localise
from extractor.crosscheck.plausible import implausible
from extractor.crosscheck.sentences import row_name
from extractor.crosscheck.slips import kind_of
from extractor.forms import Form, form_of
from extractor.model import Assignment, Group, Report, Token

A = "applications"
FORM = form_of("2021")


def table(seed: int = 2) -> dict[str, int]:
    """A consistent table in which about half of the numbers are 0."""
    generator = random.Random(seed)
    return consistent(FORM, lambda n: generator.choice([0, generator.randint(0, n)]))


def found(values: Mapping[str, int | None], form: Form = FORM) -> Localisation:
    """The only table that fails."""
    (one,) = localise(form, values)
    return one


def changes(one: Localisation) -> list[dict[str, int]]:
    return [explanation.changes for explanation in one.explanations]


def test_a_consistent_table_needs_no_explanation() -> None:
    assert localise(FORM, table()) == ()


def test_one_wrong_cell_is_told_by_its_row_and_column() -> None:
    values = table()
    cell = f"{A}.granted.business"
    one = found({**values, cell: values[cell] + 5})
    assert changes(one) == [{cell: values[cell]}]
    assert one.outcome == "as_printed"
    assert set(one.failing) == {f"row:{A}.granted", f"column:{A}.business"}


def test_a_wrong_total_of_section_four_may_be_any_of_its_cells() -> None:
    values = table() | {f"review_litigation.review.{key}": 4 for key in ("upheld", "corrected", "other", "pending")}
    one = found({**values, "review_litigation.review.total": 17})
    assert one.outcome == "ambiguous"
    assert len(one.explanations) == 5


def test_two_neighbours_swapped_are_one_mistake_and_count_as_misread() -> None:
    values = table() | {f"{A}.granted.natural_person": 70, f"{A}.granted.business": 30}
    wrong = {f"{A}.granted.natural_person": 30, f"{A}.granted.business": 70}
    fixed = rebalanced(values)
    one = found({**fixed, **wrong})
    assert one.explanations[0].kind == "swapped"
    assert one.explanations[0].changes == {cell: fixed[cell] for cell in wrong}
    assert one.outcome == "misread"


def rebalanced(values: dict[str, int]) -> dict[str, int]:
    """The table with every total and 一 recomputed from its parts."""
    values = dict(values)
    rows = {row.path: row for row in FORM.section(3)}
    ends = {f"{A}.new_received", f"{A}.carried_in", f"{A}.outcomes_total", f"{A}.carried_forward"}
    for column in rows[f"{A}.granted"].columns[:-1]:
        total = values[f"{A}.outcomes_total.{column.key}"] = sum(values[f"{path}.{column.key}"] for path in rows if path not in ends)
        values[f"{A}.carried_in.{column.key}"] = 0
        values[f"{A}.new_received.{column.key}"] = total + values[f"{A}.carried_forward.{column.key}"]
    for row in rows.values():
        values[row.cells[-1]] = sum(values[cell] for cell in row.cells[:-1])
    return values


def test_totals_left_0_in_every_row_are_one_mistake() -> None:
    values = rebalanced(table())
    wrong = {row.cells[-1]: 0 for row in FORM.section(3) if values[row.cells[-1]]}
    one = found({**values, **wrong})
    assert one.explanations[0].kind == "total_zero"
    assert one.explanations[0].changes == {cell: values[cell] for cell in wrong}


def test_all_smallest_explanations_are_listed() -> None:
    """一 and 总计 both 2 too high: any of three rows may be wrong."""
    values = rebalanced(table())
    for path in (f"{A}.carried_forward", f"{A}.carried_in"):
        values[f"{path}.natural_person"] += 6
        values[f"{path}.total"] += 6
    wrong = {f"{A}.new_received.{key}": values[f"{A}.new_received.{key}"] + 2 for key in ("natural_person", "total")}
    one = found({**values, **wrong})
    rows = {cell.rpartition(".")[0] for explanation in one.explanations for cell in explanation.changes}
    assert rows == {f"{A}.new_received", f"{A}.carried_in", f"{A}.carried_forward"}
    assert {cell: values[cell] for cell in wrong} in changes(one)
    assert one.complete


def test_blanks_take_up_what_they_can_and_the_rest_is_explained() -> None:
    values: dict[str, int | None] = {**rebalanced(table())}
    cell = f"{A}.refused.state_secret.natural_person"
    total = f"{A}.refused.state_secret.total"
    blank = f"{A}.granted.research"
    values[blank] = None
    assert localise(FORM, values) == ()
    values[cell] = (values[cell] or 0) + 40
    one = found(values)
    assert {cell: (values[cell] or 0) - 40} in changes(one)
    assert total not in one.explanations[0].changes


@pytest.mark.parametrize(
    ("cell", "printed", "value", "kind"),
    [
        ("x.total", 0, 7, "total_zero"),
        ("x.other", 18, 13, "digit"),
        ("x.other", 3, 8, "cell"),
        ("x.other", 31, 13, "digits"),
        ("x.other", 1, 12, "digits"),
        ("x.other", 112, 12, "digits"),
        ("x.other", 500, 12, "cell"),
    ],
)
def test_a_change_of_one_cell_is_named_by_its_digits(cell: str, printed: int, value: int, kind: str) -> None:
    assert kind_of(cell, printed, value) == kind


@given(st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_explanation_makes_all_identities_hold(seed: int, count: int) -> None:
    rng = random.Random(seed)
    values = table(seed)
    for cell in rng.sample([c for row in FORM.section(3) for c in row.cells], count):
        values[cell] += rng.randint(1, 20)
    for one in localise(FORM, values):
        assert one.explanations
        for explanation in one.explanations:
            assert reconciled({**values, **explanation.changes}, explanation)


def reconciled(values: Mapping[str, int], explanation: Explanation) -> bool:
    inside = (i for i in FORM.identities if i.kind != "group" or set(i.cells) & set(explanation.changes))
    return all(sum(values[c] for c in i.left) == sum(values[c] for c in i.right) for i in inside)


def test_the_truth_is_listed_for_every_kind_of_mistake() -> None:
    trials = run(5, 3)
    missed = [trial for trial in trials if not trial.unseen and trial.rank is None]
    assert {trial.kind for trial in trials} == set(PLANTS)
    assert len(trials) > 50
    assert missed == []


def report(values: dict[str, int], marks: dict[str, str], **known: object) -> Report:
    page = Page(known.pop("key", "2021"))  # type: ignore[arg-type]
    page.table(values, marks=marks)
    document = page.document()
    made = resolve([page.reading()], document)
    tables = {"proactive": made.proactive, "applications": made.applications, "review_litigation": made.review_litigation}
    return Report(source=document.source, form=made.form, cells=made.cells, findings=made.findings, **tables, **known)  # type: ignore[arg-type]


def test_a_failing_sum_carries_the_suggestion_and_a_finding_points_at_the_cell() -> None:
    values = table()
    cell = f"{A}.granted.business"
    findings = report(values, {cell: str(values[cell] + 5)}).findings
    row = next(f for f in findings if f.rule == "tables.row")
    assert row.suggestion == f"若表三 第3行 (一)予以公开·商业企业为 {values[cell]}（现为 {values[cell] + 5}），则全部等式成立"
    suspect = next(f for f in findings if f.rule == "tables.suspect")
    assert suspect.cells == (cell,)
    assert [quote.text for quote in suspect.quotes] == [str(values[cell] + 5)]


def test_two_mistakes_are_told_apart_and_each_sum_hears_only_of_its_own() -> None:
    values = table()
    first, second = f"{A}.granted.business", "review_litigation.review.total"
    findings = report(values, {first: str(values[first] + 5), second: str(values[second] + 30)}).findings
    assert (first,) in [f.cells for f in findings if f.rule == "tables.suspect"]
    group = next(f for f in findings if f.rule == "tables.group")
    assert "表三" not in group.suggestion


@pytest.mark.parametrize(
    ("agency", "level", "told"),
    [
        ("某某镇人民政府", "township", True),
        ("某某区人民政府", "county", True),
        ("某某市财政局", "municipal", True),
        ("某某市人民政府", "municipal", False),
        ("某某市人民政府办公室", "municipal", False),
        ("某某县人民政府办公室", "county", True),
        ("某某省人民政府", "provincial", False),
        ("某某部", "national", False),
        ("某某县人民政府", "unknown", False),
    ],
)
def test_rules_are_made_by_those_who_may(agency: str, level: str, told: bool) -> None:
    made = report(table() | {"proactive.rules.issued": 3}, {}, agency=agency, level=level)
    assert [f.rule for f in implausible(made)] == (["tables.rules_body"] if told else [])


def test_items_below_nothing_and_fewer_documents_in_all_are_told() -> None:
    generator = random.Random(1)
    values = consistent(form_of("2019"), lambda n: generator.randint(0, n))
    values |= {"proactive.licensing.prior_items": 3, "proactive.rules.created": 0}
    values |= {"proactive.normative_documents.disclosed": 17, "proactive.normative_documents.total_public": 7}
    values |= {"proactive.rules.disclosed": 1, "proactive.rules.total_public": 1}
    page = Page("2019")
    page.table(values)
    change = next(n for n, group in enumerate(page.groups) if "proactive.licensing.change" in group.cells)
    group = page.groups[change]
    tokens = list(group.alternatives[0].tokens)
    old = tokens[1]
    assert old is not None
    tokens[1] = Token("-5", old.start, old.end, "number", -5)
    page.groups[change] = Group(group.cells, (Assignment(tuple(tokens)),), "same_line", "complete")
    document = page.document()
    made = resolve([page.reading()], document)
    whole = Report(source=document.source, form="2019", proactive=made.proactive, applications=made.applications, cells=made.cells)
    assert [f.rule for f in implausible(whole)] == ["tables.negative_items", "tables.public_total"]
    assert "3，本年增/减 -5" in next(f.message for f in implausible(whole))


def test_a_row_is_named_by_its_place_in_the_form_though_another_form_made_it() -> None:
    form, other = form_of("2021", True), form_of("2019", False)
    path = "applications.refused.state_secret"
    assert row_name(form, other.row(path)) == row_name(form, form.row(path))
