"""The generator: reproducible, consistent inside a year, across years and between parent and units."""

import itertools

import pytest

from evals.generate import generate, one, parse_mess, write
from evals.label import digest, load_label
from evals.layouts import CLEAN, LAYOUTS
from evals.mess import OPERATORS
from evals.sheet import MARKS
from evals.world import BLOCK, YEARS, block
from extractor.errors import SettingsError
from extractor.forms import metrics_of


def holds(identity, values):
    return sum(values[cell] for cell in identity.left) == sum(values[cell] for cell in identity.right)


def test_a_report_depends_on_seed_and_index_alone():
    alone = one(7, 29, mess="mixed")
    among = list(generate(5, 7, start=27, mess="mixed"))[2]
    assert (alone.data, alone.label) == (among.data, among.label)
    assert one(8, 29, mess="mixed").data != alone.data


def test_every_identity_of_the_form_holds_in_every_year():
    for number in range(20):
        for figures in block(3, number):
            assert all(holds(identity, figures.values) for identity in figures.form.identities)


def test_what_is_carried_forward_is_carried_in_the_year_after():
    for number in range(10):
        reports = block(4, number)
        for before, after in itertools.pairwise(reports):
            if before.agency == after.agency:
                for who in ("natural_person", "business", "total"):
                    carried = before.values[f"applications.carried_forward.{who}"]
                    assert carried == after.values[f"applications.carried_in.{who}"]


def test_documents_in_force_follow_from_the_year_before():
    checked = 0
    for number in range(15):
        reports = block(5, number)
        for before, after in itertools.pairwise(reports):
            stem = "proactive.normative_documents"
            if before.agency == after.agency and before.form.key == after.form.key == "2021":
                checked += 1
                new = after.values
                assert new[f"{stem}.in_force"] == before.values[f"{stem}.in_force"] + new[f"{stem}.issued"] - new[f"{stem}.repealed"]
    assert checked > 10


def test_a_government_is_the_sum_of_its_units_where_a_rollup_is_asked_for():
    for number in range(6):
        reports = block(6, number, rollup=True)
        for year in range(YEARS):
            parent, units = reports[year], reports[year + YEARS :: YEARS]
            for path in ("applications.new_received.total", "applications.granted.business", "review_litigation.review.total"):
                assert parent.values[path] == sum(unit.values[path] for unit in units)


def test_all_forms_levels_and_layouts_occur():
    labels = [report.label for report in generate(40 * BLOCK, 1, start=0) if report]
    assert {(label.form, label.divided) for label in labels} == {("2019", False), ("2019", True), ("2021", False), ("2021", True)}
    assert {label.level for label in labels} == {"provincial", "municipal", "county", "township"}
    assert {label.layout for label in labels} == set(CLEAN)
    cells = [value for label in labels for path, value in label.values.items() if path.startswith("applications")]
    assert 0.6 < cells.count(0) / len(cells) < 0.9
    assert max(cells) > 2000


def test_the_label_names_places_that_print_its_values():
    for report in generate(24, 2):
        for path, (start, end) in report.label.places.items():
            printed = report.text[start:end].lstrip("+").removesuffix("元")
            assert printed == str(report.label.values[path])


def test_claims_and_sections_point_into_the_text():
    for report in generate(24, 9):
        lines = report.text.split("\n")
        for section, line in report.label.sections.items():
            assert "一二三四五六"[section - 1] + "、" in lines[line - 1]
        for claim in report.label.claims:
            assert 0 < claim.end - claim.start < 60
            metric = metrics_of(report.label.statutory)[claim.metric]
            if claim.scope == "own" and claim.verdict == "agrees" and claim.bound == "exact" and metric.kind != "rate":
                accepted = [metrics_of(report.label.statutory)[key].value(report.label.values) for key in (claim.metric, *claim.also)]
                assert claim.value in accepted


def test_no_two_narratives_read_alike():
    narratives = {report.text.partition("二、主动公开")[0] for report in generate(120, 11)}
    assert len(narratives) == 120


def test_a_report_without_tables_has_no_form():
    label = one(1, 4, tables=False).label
    assert label.form is None
    assert label.rows == {}


def test_files_and_labels_are_written_beside_each_other(tmp_path):
    assert write(generate(3, 1), tmp_path) == 3
    for path in (tmp_path / "labels").glob("*.json"):
        label = load_label(path)
        assert digest((tmp_path / label.source).read_bytes()) == label.sha256


@pytest.mark.parametrize("text", ["nothing=0.5", "nothing", "x=a"])
def test_unknown_operators_and_strengths_are_refused(text):
    with pytest.raises(SettingsError):
        one(1, 0, mess=parse_mess(text))


def test_an_unknown_layout_is_refused():
    with pytest.raises(SettingsError, match="scroll"):
        one(1, 0, layout="scroll")


KINDS = sorted(name for name, known in OPERATORS.items() if name != "narrative_wrong")


@pytest.mark.parametrize("kind", KINDS)
def test_every_operator_finds_something_to_damage_and_records_it(kind):
    found = [report for report in generate(12, 1, mess=[(kind, 0.6)]) if kind in {applied.name for applied in report.operators}]
    assert len(found) >= 3
    for report in found:
        assert report.label.mess[0].strength in (0.5, 0.6)
        assert report.text == report.data.decode("gb18030" if kind == "gb18030" else "utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_labels_stay_true_under_every_operator(kind):
    """Where the label still gives a value that no mistake touched, the identities hold over the labelled values."""
    for report in generate(5, 22, mess=[(kind, 0.8)]):
        values = report.label.values
        broken = {identity for mistake in report.label.contradictions for identity in mistake.identities}
        for identity in report.label.statutory.identities:
            if all(values[cell] is not None for cell in identity.cells):
                assert holds(identity, values) != (identity.id in broken)


def test_marks_never_reach_a_finished_report():
    for report in generate(60, 23, mess="mixed", mistakes=1):
        assert not MARKS.search(report.text)
        assert not MARKS.search(report.sheet.title)


def test_a_planted_mistake_names_its_cells_and_the_identities_that_fail():
    kinds = set()
    for report in generate(60, 24, mistakes=1):
        for mistake in report.label.contradictions:
            kinds.add(mistake.kind)
            assert mistake.cells
            if mistake.kind != "narrative":
                assert mistake.identities
                assert any(report.label.values[cell] != meant for cell, meant in zip(mistake.cells, mistake.intended, strict=True))
    assert kinds >= {"total_off", "total_zero", "cell_off", "digits_swapped", "balance_off"}


def test_a_wrong_figure_in_the_narrative_fits_no_reading():
    found = [
        claim
        for report in generate(60, 25, mess=[("narrative_wrong", 0.5)])
        for claim in report.label.claims
        if claim.verdict == "contradicts"
    ]
    assert len(found) > 10
    assert all(claim.value != claim.table_value for claim in found)


def test_merged_labels_are_never_provable():
    for report in generate(12, 26, mess=[("labels_merged", 0.5)]):
        for applied in report.operators:
            assert not any(report.label.provable(cell) for cell in applied.cells)


def test_a_value_that_nothing_forces_is_null_in_the_label():
    nulls = [
        path
        for report in generate(36, 27, mess=[("only_total", 0.9)])
        for path, kind in report.label.printed.items()
        if kind == "blank" and report.label.values[path] is None
    ]
    assert nulls


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_printed_value_reaches_the_text(layout):
    """Whatever was damaged, each value cell left in the sheet stands in the text."""
    for kind in ("cell_twice", "header_repeated", "cells_lost", "outcomes_vertical", "total_off"):
        for report in generate(3, 31, layout=layout, mess=[(kind, 0.7)]):
            printed = {cell.path for table in report.sheet.tables() for cell in table.values() if cell.text}
            assert printed == set(report.label.places)
