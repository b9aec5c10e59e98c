"""Cells that the narrative contradicts carry a mark and the sentence; corrected reports carry a badge and can be picked out."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from extractor.model import Claim, Place
from screens import cells, reports
from screens.said import about, contradicting, marks
from screens.shelf import FindingRow, Shelf

ROOT = Path(__file__).resolve().parent.parent
RECEIVED, GRANTED = "applications.new_received.total", "applications.granted.total"


def shelf_in(folder: Path, *names: str) -> Shelf:
    made = Shelf(folder / "library")
    for _ in made.take_in([ROOT / "reports" / f"{name}.txt" for name in names]):
        pass
    return made


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A bureau whose narrative says 58 where its table has 56, and a town that contradicts nothing."""
    return shelf_in(tmp_path_factory.mktemp("said"), "songai-education-2021", "baiwei-2022")


def id_of(shelf: Shelf, name: str) -> str:
    return next(row.id for row in shelf.listing(limit=99).rows if row.source_name == f"{name}.txt")


def test_a_verified_cell_that_the_text_contradicts_is_marked_with_what_the_text_says(shelf: Shelf) -> None:
    report_id = id_of(shelf, "songai-education-2021")
    assert shelf.report(report_id).cells[RECEIVED].verified
    html = reports.report_html(shelf, "zh", report_id)
    cell = re.search(rf'<td class="([^"]*)"[^>]*title="([^"]*)">\s*<button[^>]*data-at="{RECEIVED}" aria-label="([^"]*)"', html)
    assert cell is not None and "is-said" in cell[1] and "s-verified" in cell[1]
    assert "正文写 58" in cell[2] and "正文写 58" in cell[3]
    assert html.count("is-said") == 1
    assert re.search(rf'data-do="mark" data-at="{RECEIVED}"[^>]*><span aria-hidden="true">≠</span> 正文与表格不符的 1 格', html)


def test_its_panel_has_the_sentence_at_its_place_in_the_source(shelf: Shelf) -> None:
    html = cells.panel_html(shelf, "zh", id_of(shelf, "songai-education-2021"), RECEIVED)
    assert "正文写 58，表格是 56" in html and re.search(r"<mark>[^<]*58[^<]*</mark>", html) and "<mark>56</mark>" in html
    english = cells.panel_html(shelf, "en", id_of(shelf, "songai-education-2021"), RECEIVED)
    assert "The text says 58, the table 56" in english


def test_a_cell_of_which_nothing_else_is_said_has_neither(shelf: Shelf) -> None:
    assert "is-said" not in reports.report_html(shelf, "zh", id_of(shelf, "baiwei-2022"))
    assert "gk-said-so" not in cells.panel_html(shelf, "zh", id_of(shelf, "songai-education-2021"), GRANTED)


def claim(metric: str, value: int, *, verdict: str = "contradicts", scope: str = "own", quote: str = "某句话") -> Claim:
    return Claim(metric=metric, value=Decimal(value), scope=scope, quote=quote, place=Place(line=1, start=0, end=3), verdict=verdict)  # type: ignore[arg-type]


def test_only_contradictions_about_the_report_itself_are_marked(shelf: Shelf) -> None:
    report = shelf.report(id_of(shelf, "baiwei-2022"))
    told = (
        claim(GRANTED, 1, verdict="agrees"),
        claim(GRANTED, 2, verdict="not_comparable"),
        claim(GRANTED, 3, scope="2021"),
        claim(RECEIVED, 4),
        claim(RECEIVED, 5),
        claim("no.such.metric", 6),
    )
    found = contradicting(report.model_copy(update={"claims": told}))
    assert marks("zh", report, found) == {RECEIVED: "≠ 正文写 4; ≠ 正文写 5"}


def test_a_sentence_about_a_sum_is_told_at_each_of_its_cells_and_marks_none(shelf: Shelf) -> None:
    report = shelf.report(id_of(shelf, "songai-education-2021"))
    found = contradicting(report.model_copy(update={"claims": (claim("applications.refused.total", 11),)}))
    assert marks("zh", report, found) == {}
    told = about("zh", report, "applications.refused.process_information.total", found)
    assert [line for _, line in told] == ["正文说的是“不予公开”，含这一格：正文写 11，表格合计 9"]
    assert about("zh", report, RECEIVED, found) == []
    rate = contradicting(report.model_copy(update={"claims": (claim("rates.refused", 11),)}))
    assert "不予公开率" in about("zh", report, "applications.outcomes_total.total", rate)[0][1]


def test_a_false_alarm_takes_the_mark_away(shelf: Shelf) -> None:
    report = shelf.report(id_of(shelf, "songai-education-2021"))
    quote = next(one.quote for one in report.claims if one.verdict == "contradicts")
    row = FindingRow("1", "narrative.contradicts", "warning", "", (RECEIVED,), (quote, "56"), "", 9, "false-alarm")
    assert contradicting(report, [row]) == ()
    assert len(contradicting(report)) == 1


def test_a_report_without_tables_has_no_marks(shelf: Shelf) -> None:
    report = shelf.report(id_of(shelf, "baiwei-2022"))
    bare = report.model_copy(update={"proactive": None, "applications": None, "review_litigation": None, "claims": (claim(RECEIVED, 1),)})
    assert contradicting(bare) == ()


def test_a_corrected_report_has_a_badge_until_the_correction_is_taken_back(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path, "linlan-2021", "baiwei-2022")
    report_id, path = id_of(shelf, "linlan-2021"), "applications.unavailable.not_held.total"

    def badges() -> int:
        return reports.list_html(shelf, "zh", "", None, "all", 40, "").count("已更正")

    assert badges() == 0 and shelf.listing(doubt="corrected").total == 0
    shelf.correct(report_id, path, "415", "原件为 415")
    assert badges() == 1 and shelf.corrected() == {report_id}
    assert [row.id for row in shelf.listing(doubt="corrected").rows] == [report_id]
    shelf.correct(report_id, GRANTED, "668", "与原件核对")
    shelf.withdraw(report_id, path)
    assert badges() == 1
    shelf.withdraw(report_id, GRANTED)
    assert badges() == 0
    assert ("Corrected", "corrected") in reports.doubts("en")
