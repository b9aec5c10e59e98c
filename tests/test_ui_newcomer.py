"""What someone new to the page needs: how to begin, what is being read, which reports a rule concerns, and files to take away."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from extractor.errors import GongkaiError
from screens import cells, overview, reports
from screens.beside import compared
from screens.drawing import excerpt, line_place, view
from screens.files import named, write_all
from screens.sheet import write_comparison
from screens.shelf import Shelf

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("linlan-2020", "linlan-2021", "linlan-2022", "songai-education-2021")
CITY = "临澜市人民政府"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A city in three years and a bureau in one."""
    made = Shelf(tmp_path_factory.mktemp("newcomer") / "library")
    for _ in made.take_in([ROOT / "reports" / f"{name}.txt" for name in NAMES]):
        pass
    return made


def id_of(shelf: Shelf, name: str) -> str:
    return next(row.id for row in shelf.listing(limit=99).rows if row.source_name == f"{name}.txt")


# ---------------------------------------------------------------- beginning
def test_an_empty_list_says_so_and_a_search_without_a_hit_says_that(tmp_path: Path, shelf: Shelf) -> None:
    empty = Shelf(tmp_path / "library")
    assert "还没有报告" in reports.list_html(empty, "zh", "", "—", "all", 40, "")
    assert "没有符合条件的报告" in reports.list_html(empty, "zh", "某县", "—", "all", 40, "")
    assert "没有符合条件的报告" in reports.list_html(shelf, "zh", "", "2021", "corrected", 40, "")


def test_the_welcome_explains_the_signs(tmp_path: Path) -> None:
    html = reports.placeholder(Shelf(tmp_path / "library"), "zh")
    assert "原文清楚，没有可用来验证的等式" in html and "拖入报告" in html


def test_while_files_are_read_the_page_says_how_far_it_is() -> None:
    assert "2 / 5" in view("reading.html", "zh", done=2, total=5) and "40.0%" in view("reading.html", "en", done=2, total=5)


# ---------------------------------------------------------------- why a cell is open
def test_a_cell_in_doubt_leads_to_the_next_one_and_shows_its_source_before_its_equations(shelf: Shelf) -> None:
    html = cells.panel_html(shelf, "zh", id_of(shelf, "linlan-2021"), "applications.unavailable.not_held.total")
    assert html.count('data-do="doubt"') == 2
    assert html.index("<mark>451</mark>") < html.index("≠ 451")
    settled = cells.panel_html(shelf, "zh", id_of(shelf, "linlan-2022"), "applications.granted.total")
    assert 'data-do="doubt"' not in settled


def test_in_english_the_place_of_a_line_has_no_chinese_comma(shelf: Shelf) -> None:
    document = shelf.document(shelf.report(id_of(shelf, "linlan-2022")))
    assert document is not None
    assert "linlan-2022.txt, line 3" in str(excerpt(document, line_place(document, 3), "en"))
    assert "linlan-2022.txt，第 3 行" in str(excerpt(document, line_place(document, 3), "zh"))


# ---------------------------------------------------------------- which reports a rule concerns
def test_a_rule_of_the_overview_opens_the_reports_in_which_it_fires(shelf: Shelf) -> None:
    assert 'data-do="rule" data-at="narrative.contradicts" aria-expanded="false"' in overview.overview_html(shelf, "zh")
    opened = overview.overview_html(shelf, "zh", "narrative.contradicts")
    assert 'aria-expanded="true"' in opened
    assert f'data-at="{id_of(shelf, "songai-education-2021")}" data-cell="applications.new_received.total"' in opened
    assert overview.firing(shelf, "no.such.rule") == []


# ---------------------------------------------------------------- taking away
def test_the_comparison_is_written_as_it_is_shown_with_numbers_and_formulas(shelf: Shelf, tmp_path: Path) -> None:
    file = write_comparison(shelf, "zh", shelf.ids(agency=CITY), tmp_path, every=False, years=True)
    assert file.name == "比较-临澜市人民政府-2020-2022.xlsx"
    rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert rows[0][:6] == (CITY, "2020", "2021", "2022", "差 2020→2022", "增减")
    by_key = {row[-1]: row for row in rows if row[-1]}
    assert by_key["applications.refused.total"][:5] == ("(三)不予公开", 112, 131, 162, 50)
    assert by_key["applications.refused.total"][5] == pytest.approx(50 / 112)
    assert by_key["applications.refused.total"][7] == "2021"
    rate = by_key["rates.refused"]
    assert rate[1] == pytest.approx(112 / 1384) and rate[6] == "不予公开 ÷ 总计"
    shown = compared(shelf, "zh", shelf.ids(agency=CITY), every=False, years=True)
    assert len(by_key) - 1 == len(re.findall(r"data-node=\"[^\"]*(?<!\.by)\"", shown))


def test_of_several_agencies_the_sheet_has_their_names_and_no_text_that_runs(shelf: Shelf, tmp_path: Path) -> None:
    ids = shelf.ids(year=2021, among=["松霭市教育局", CITY])
    file = write_comparison(shelf, "en", ids, tmp_path, every=True, years=False)
    sheet = openpyxl.load_workbook(file).active
    assert [cell.value for cell in sheet[1]][:3] == ["2021", "松霭市教育局", CITY]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_report_that_is_gone_cannot_be_written_down(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(GongkaiError):
        write_comparison(shelf, "zh", ["000000000000"], tmp_path, every=False, years=True)


def test_all_data_are_handed_over_as_a_workbook_or_as_csv_with_its_codebook(shelf: Shelf, tmp_path: Path) -> None:
    assert write_all(shelf, "xlsx", tmp_path).stat().st_size > 10_000
    with zipfile.ZipFile(write_all(shelf, "csv", tmp_path)) as bundle:
        assert bundle.namelist() == ["gongkai.csv", "gongkai.codebook.csv"]
        assert len(bundle.read("gongkai.csv").splitlines()) == 1 + len(NAMES)


def test_a_file_name_keeps_nothing_that_a_system_could_take_amiss() -> None:
    assert named(("甲/乙:县", "", "../2020"), ".xlsx") == "甲乙县-2020.xlsx"


def test_one_year_alone_says_how_to_compare(shelf: Shelf) -> None:
    html = compared(shelf, "zh", shelf.ids(agency="松霭市教育局"), every=False, years=True)
    assert "只有一年的报告" in html and "变化最大的" not in html
