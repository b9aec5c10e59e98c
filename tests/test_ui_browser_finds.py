"""The web page in a real browser: a citation at every number, what changed most, folding, marks, badges, the way from doubt to doubt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from browser import Server, require_browser, tab, visiting

pytestmark = pytest.mark.xdist_group("browser")

REPORTS = Path(__file__).resolve().parent.parent / "reports"
RECEIVED, NOT_HELD = "applications.new_received.total", "applications.unavailable.not_held.total"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a library of one city in three years and a bureau."""
    require_browser()
    from screens.shelf import Shelf

    folder = tmp_path_factory.mktemp("finds") / "library"
    shelf = Shelf(folder)
    for _ in shelf.take_in([*sorted(REPORTS.glob("linlan-20*.txt")), REPORTS / "songai-education-2021.txt"]):
        pass
    shelf.library.close()
    made = Server(folder)
    made.start()
    yield made
    made.stop()


def ask(page: Any, question: str) -> Any:
    before = page.locator(".gk-answer").count()
    page.fill("#gk-q textarea", question)
    page.press("#gk-q textarea", "Enter")
    page.wait_for_function(f"() => document.querySelectorAll('.gk-answer .gk-copy').length === {before + 1}")
    return page.locator(".gk-answer").nth(before)


def open_report(page: Any, words: str) -> None:
    tab(page, "报告")
    page.fill("#gk-search input, #gk-search textarea", words)
    page.wait_for_function("() => document.querySelectorAll('#gk-list [data-do=open]').length === 1")
    page.click("#gk-list [data-do=open]")
    page.wait_for_selector(".gk-report")


def test_the_chip_behind_each_number_opens_that_number(server: Server) -> None:
    with visiting(server) as page:
        answer = ask(page, "临澜市人民政府2020年到2022年新收申请有什么变化？")
        assert answer.locator(".gk-chip").all_inner_texts() == ["1", "2", "3", "1,3", "1,3"]
        for place, value in enumerate(("1396", "1557", "1670")):
            answer.locator(".gk-chip").nth(place).click()
            page.wait_for_function(f"() => document.querySelector('#gk-cited mark')?.textContent === '{value}'")


def test_a_computed_number_opens_its_formula_then_a_cell_and_the_way_back(server: Server) -> None:
    with visiting(server) as page:
        answer = ask(page, "临澜市人民政府2021年和2022年不予公开各多少")
        chip = answer.locator(".gk-chip.is-made").first
        chip.click()
        page.wait_for_selector("#gk-cited .gk-terms")
        assert "1 + 5 + 2 + 26 + 21 + 30 + 26 + 20" in page.locator("#gk-cited .gk-formula").inner_text()
        page.locator("#gk-cited .gk-terms button").nth(3).click()
        page.wait_for_function("() => document.querySelector('#gk-cited mark')?.textContent === '26'")
        assert "is-on" in (chip.get_attribute("class") or "")
        page.click("#gk-cited .gk-back button")
        page.wait_for_selector("#gk-cited .gk-terms")
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('#gk-cited .gk-panel')")


def test_a_change_opens_the_cell_behind_it_in_its_report(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-most")
        change = page.locator(".gk-most").nth(1).locator("details").first
        assert "+94.1%" in change.inner_text()
        change.locator("summary").click()
        change.locator("[data-do=report]").nth(1).click()
        page.wait_for_function("() => document.querySelector('#gk-panel mark')?.textContent === '33'")


def test_the_head_and_the_names_stay_in_sight_while_the_table_scrolls(server: Server) -> None:
    with visiting(server, width=700, height=700) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-compare")
        page.locator("#gk-compare-every input").click()
        page.wait_for_function("() => document.querySelectorAll('.gk-compare tbody tr').length > 200")
        page.click("[data-do=folds][data-at=open]")
        page.locator(".gk-tall").evaluate("(one) => { one.scrollIntoView(); one.scrollTop = 900; one.scrollLeft = 120; }")
        stays = """() => {
          const box = document.querySelector('.gk-tall').getBoundingClientRect();
          const head = document.querySelector('.gk-compare thead th:nth-child(2)').getBoundingClientRect();
          const name = [...document.querySelectorAll('.gk-compare tbody tr:not([hidden]):not(.gk-group) th')]
            .map((one) => one.getBoundingClientRect()).find((one) => one.top > box.top + 100);
          return [Math.round(head.top - box.top), Math.round(name.left - box.left)];
        }"""
        assert all(abs(gap) <= 2 for gap in page.evaluate(stays))


def test_rows_fold_below_their_subtotal_by_mouse_and_by_key(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        row = page.locator("tr[data-node='applications.refused.state_secret']")
        page.wait_for_selector(".gk-compare")
        assert row.is_visible()
        fold = page.locator(".gk-fold[data-at='applications.refused']")
        fold.focus()
        page.keyboard.press("Enter")
        assert not row.is_visible() and fold.get_attribute("aria-expanded") == "false"
        page.click("[data-do=folds][data-at=open]")
        assert row.is_visible()
        page.click("[data-do=folds][data-at=shut]")
        assert not row.is_visible() and page.locator("tr[data-node='applications.refused']").is_visible()


def test_the_comparison_is_downloaded_as_it_is_chosen(server: Server, tmp_path: Path) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-compare")
        with page.expect_download() as download:
            page.click("#gk-compare-get")
        download.value.save_as(tmp_path / "got.xlsx")
        assert download.value.suggested_filename.endswith(".xlsx")
        assert [cell.value for cell in openpyxl.load_workbook(tmp_path / "got.xlsx").active[1]][:4] == [
            "临澜市人民政府",
            "2020",
            "2021",
            "2022",
        ]


def test_all_data_are_downloaded_from_the_overview(server: Server, tmp_path: Path) -> None:
    with visiting(server) as page:
        tab(page, "总览")
        page.wait_for_selector(".gk-figures")
        for kind, name in (("xlsx", "gongkai.xlsx"), ("csv", "gongkai-csv.zip")):
            with page.expect_download() as download:
                page.click(f"#gk-all-{kind}")
            assert download.value.suggested_filename == name


def test_a_rule_of_the_overview_leads_to_its_report_and_cell(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "总览")
        page.locator(".gk-bars button", has_text="正文与表格不符").click()
        page.click(f".gk-bars .gk-acts [data-cell='{RECEIVED}']")
        page.wait_for_selector("#gk-panel .gk-said-so")


def test_a_cell_that_the_text_contradicts_is_found_from_the_head_of_the_report(server: Server) -> None:
    with visiting(server) as page:
        open_report(page, "松霭市教育局")
        assert page.locator("#gk-report td.is-said").count() == 1
        page.click(".gk-unsaid")
        page.wait_for_selector("#gk-panel .gk-said-so")
        assert page.locator("#gk-panel .gk-said-so mark").inner_text() == "全年新收申请58件"


def test_from_one_cell_in_doubt_to_the_next_and_back_by_key(server: Server) -> None:
    with visiting(server) as page:
        open_report(page, "临澜市人民政府 2021")
        page.click(".gk-doubts")
        page.wait_for_selector("#gk-panel [data-do=doubt]")
        first = page.evaluate("document.activeElement.dataset.at")
        page.focus("#gk-panel [data-do=doubt][data-at='1']")
        page.keyboard.press("Enter")
        page.wait_for_function("(first) => document.activeElement.dataset.at !== first && document.activeElement.closest('td')", arg=first)
        second = page.evaluate("document.activeElement.dataset.at")
        page.wait_for_function(f"() => document.querySelector('#gk-report button.is-on')?.dataset.at === '{second}'")
        page.click("#gk-panel [data-do=doubt][data-at='-1']")
        page.wait_for_function("(first) => document.activeElement.dataset.at === first", arg=first)


def test_a_corrected_report_carries_a_badge_until_it_is_taken_back(server: Server) -> None:
    with visiting(server) as page:
        open_report(page, "临澜市人民政府 2022")
        page.click("#gk-report button[data-do=cell][data-at='applications.granted.total']")
        page.wait_for_selector("#gk-save")
        page.fill("#gk-correct-why input, #gk-correct-why textarea", "与原件核对")
        page.click("#gk-save")
        page.wait_for_selector("#gk-list .s-corrected")
        page.click("#gk-panel [data-do=withdraw]")
        page.wait_for_function("() => !document.querySelector('#gk-list .s-corrected')")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_new_parts_have_enough_contrast_and_fit_a_phone(server: Server, dark: bool) -> None:
    from test_ui_browser import CONTRAST

    with visiting(server, width=390, height=844, dark=dark) as page:
        answer = ask(page, "临澜市人民政府2021年和2022年不予公开各多少")
        answer.locator(".gk-chip.is-made").first.click()
        page.wait_for_selector("#gk-cited .gk-terms")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab(page, "比较")
        page.locator(".gk-most summary").first.click()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        open_report(page, "松霭市教育局")
        page.click(".gk-unsaid")
        page.wait_for_selector("#gk-panel .gk-said-so")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_download_that_cannot_be_made_says_why_and_the_button_comes_back(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-compare")
        while page.locator("#gk-compare-years .token-remove").count():
            page.locator("#gk-compare-years .token-remove").first.click()
        page.wait_for_selector("text=选一个机关和要比的年度")
        page.click("#gk-compare-get")
        page.wait_for_selector(".toast-body >> text=选一个机关")
        page.wait_for_selector("#gk-compare-get:not([disabled]):has-text('下载此表')")


def test_where_no_agency_has_two_years_the_agencies_of_a_year_stand_side_by_side(tmp_path: Path) -> None:
    require_browser()
    from screens.shelf import Shelf

    shelf = Shelf(tmp_path / "library")
    for _ in shelf.take_in([REPORTS / f"{name}.txt" for name in ("linlan-2022", "linlan-water-2022", "songai-education-2021")]):
        pass
    shelf.library.close()
    made = Server(tmp_path / "library")
    made.start()
    try:
        with visiting(made) as page:
            tab(page, "比较")
            page.wait_for_selector(".gk-compare")
            assert page.locator(".gk-compare thead").inner_text().split()[:3] == ["2022", "临澜市人民政府", "临澜市水务局"]
            assert page.locator("#gk-compare-way input").nth(1).is_checked()
            page.locator("#gk-compare-way label").first.click()
            page.wait_for_selector("text=只有一年的报告")
    finally:
        made.stop()
