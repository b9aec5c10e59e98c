"""The reader under every kind of mess at full strength: a cell may stay open, it is never wrong and verified."""

import pytest

from evals.generate import generate
from evals.harness import offline
from evals.mess import OPERATORS
from evals.scoring import score

STRUCTURAL = sorted(
    {"values_first", "labels_merged", "label_missing", "column_deleted", "blanks_dropped", "cells_lost", "cells_glued", "cell_twice"}
    | {"review_lost", "value_below", "only_total", "rows_merged", "other_year_captioned", "other_year_bare"}
)
REST = sorted(set(OPERATORS) - set(STRUCTURAL) - {"narrative_wrong"})


def silent(kind, seed, count):
    for report in generate(count, seed, start=3, mess=[(kind, 1.0)]):
        for wrong in score("x", kind, report.label, offline(report.data, report.name)[0]).silent:
            yield report.name, wrong.path, wrong.truth, wrong.got


@pytest.mark.parametrize("kind", STRUCTURAL)
def test_no_silent_error_where_cells_and_labels_come_apart(kind):
    assert list(silent(kind, 44, 12)) == []


@pytest.mark.parametrize("kind", REST)
def test_no_silent_error_under_other_mess(kind):
    assert list(silent(kind, 45, 2)) == []


def test_values_above_their_labels_are_read_but_never_proven():
    """Seed 44 once exchanged the rows for received and carried over, both verified."""
    for report in generate(2, 44, start=24, mess=[("values_first", 1.0)]):
        seen = offline(report.data, report.name)[0]
        damaged = {cell for applied in report.operators for cell in applied.cells}
        assert damaged
        assert not any(seen.cells[cell].verified for cell in damaged)
