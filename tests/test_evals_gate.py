"""The gate of ``make test``: the small set passes, and every deliberately broken reader is caught."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from evals.compare import gate, load_results
from evals.harness import offline, run
from evals.sets import ROOT
from extractor.forms import form_of
from extractor.model import Report

BASELINE = ROOT / "evals" / "baselines" / "small.json"
SMALL = ["bundled", "generated:56:1"]


def test_the_small_set_passes_the_gate():
    assert gate(run(SMALL).results, load_results(BASELINE)) == []


# ------------------------------------------------------------------ readers broken on purpose
def changed(report: Report, change: Callable[[dict[str, Any]], None]) -> Report:
    data = report.model_dump()
    change(data)
    return Report.model_validate(data)


def row_of(data: dict[str, Any], path: str) -> dict[str, Any]:
    for name in path.split("."):
        data = data[name]
    return data


def off_by_one_column(report: Report) -> Report:
    def shift(data):
        for row in form_of(report.form, report.divided).section(3):
            cells = row_of(data, row.path)
            keys = [column.key for column in row.columns]
            values = [cells[key] for key in keys]
            cells.update(zip(keys, [values[-1], *values[:-1]], strict=True))

    return changed(report, shift)


def wrong_digit(report: Report) -> Report:
    def slip(data):
        cells = row_of(data, "applications.outcomes_total")
        cells["total"] = (cells["total"] or 0) + 1

    return changed(report, slip)


def dropped_row(report: Report) -> Report:
    def drop(data):
        cells = row_of(data, "applications.granted")
        for key in cells:
            cells[key] = None
            data["cells"].pop(f"applications.granted.{key}", None)

    return changed(report, drop)


def everything_verified(report: Report) -> Report:
    def claim(data):
        for evidence in data["cells"].values():
            evidence.update(verified=True, status="verified")

    return changed(report, claim)


def nothing_verified(report: Report) -> Report:
    def doubt(data):
        for evidence in data["cells"].values():
            evidence.update(verified=False, status="read")

    return changed(report, doubt)


def crashing(report: Report) -> Report:
    raise RuntimeError(f"gave up on {report.source.name}")


@pytest.mark.parametrize(
    "broken, said",
    [
        (off_by_one_column, "已证实"),
        (wrong_digit, "已证实"),
        (dropped_row, "现在不对"),
        (everything_verified, "无法证明"),
        (nothing_verified, "已证实比例"),
        (crashing, "gave up"),
    ],
)
def test_a_broken_reader_is_caught(broken, said):
    def engine(data: bytes, name: str) -> Sequence[Report]:
        return [broken(report) if report.form else report for report in offline(data, name)]

    baseline = [result for result in load_results(BASELINE) if result.case.startswith("bundled/")]
    reasons = gate(run(["bundled"], engine=engine).results, baseline)
    assert any(said in reason for reason in reasons)


def test_a_reader_that_returns_nothing_is_caught():
    results = run(["bundled"], engine=lambda data, name: []).results
    assert all(result.error for result in results)
    assert len(gate(results)) >= len(results)
