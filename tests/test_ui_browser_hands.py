"""The web page in a real browser, by hand: years picked, a correction taken back, Escape, one language throughout, odd files, agents."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Server, require_browser, tab, visiting

pytestmark = pytest.mark.xdist_group("browser")

REPORTS = Path(__file__).resolve().parent.parent / "reports"
NOT_HELD = "#gk-report button[data-do=cell][data-at='applications.unavailable.not_held.total']"
OWN_WORDS = """() => {
  const panel = document.querySelector('#gk-panel').cloneNode(true);
  panel.querySelectorAll('figure, .gk-history').forEach((one) => one.remove());
  return panel.textContent;
}"""
"""What the panel says, without the source and without what persons have written."""
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a library of one city in three years and a bureau."""
    require_browser()
    from screens.shelf import Shelf

    folder = tmp_path_factory.mktemp("hands") / "library"
    shelf = Shelf(folder)
    for _ in shelf.take_in([*sorted(REPORTS.glob("linlan-20*.txt")), REPORTS / "songai-education-2021.txt"]):
        pass
    shelf.library.close()
    made = Server(folder)
    made.start()
    yield made
    made.stop()


def open_cell(page: Any, reports: str = "报告") -> None:
    tab(page, reports)
    page.fill("#gk-search input, #gk-search textarea", "临澜市人民政府 2021")
    page.wait_for_function("() => document.querySelectorAll('#gk-list [data-do=open]').length === 1")
    page.click("#gk-list [data-do=open]")
    page.wait_for_selector(".gk-report")
    page.click(NOT_HELD)
    page.wait_for_selector("#gk-panel mark")
    page.wait_for_selector("#gk-save")


def english(page: Any) -> None:
    page.click("#gk-language")
    page.wait_for_selector("button[role=tab]:has-text('Reports')", state="attached")


def test_any_two_years_of_an_agency_are_picked(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-compare")
        assert page.locator(".gk-compare thead th").count() == 6
        page.locator("#gk-compare-years .token", has_text="2021").locator(".token-remove").click()
        page.wait_for_function("() => document.querySelectorAll('.gk-compare thead th').length === 5")
        assert page.locator(".gk-compare thead").inner_text().split()[1:4] == ["2020", "2022", "差"]
        page.locator("#gk-compare-way label").nth(1).click()
        page.wait_for_function("() => document.querySelector('.gk-compare .gk-corner').textContent === '2021'")
        assert "松霭市教育局" in page.locator(".gk-compare thead").inner_text()


def test_the_list_has_one_event_for_all_that_changes_it_without_a_click(server: Server) -> None:
    """Two events under way at once may answer in the wrong order, and the list then is not what the search says."""
    with urllib.request.urlopen(f"{server.address}config") as answer:
        config = json.load(answer)
    listing = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "gk-list")
    events = [event for event in config["dependencies"] if listing in event["outputs"]]
    unasked = [event for event in events if {name for _, name in event["targets"]} - {"click", "upload"}]
    assert [event["trigger_mode"] for event in unasked] == ["always_last"]


def test_a_second_pick_before_the_first_is_drawn_counts_as_well(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "比较")
        page.wait_for_selector(".gk-compare")
        page.locator("#gk-compare-years .token", has_text="2021").locator(".token-remove").click(no_wait_after=True)
        page.locator("#gk-compare-years .token", has_text="2022").locator(".token-remove").click(no_wait_after=True)
        page.wait_for_function("() => document.querySelectorAll('#gk-compare-years .token').length === 1")
        page.wait_for_function("() => document.querySelectorAll('.gk-compare thead th').length === 2")


def test_a_correction_mends_the_sums_and_is_taken_back(server: Server) -> None:
    with visiting(server) as page:
        open_cell(page)
        assert page.locator("#gk-report td.s-contested").count() == 28
        page.fill("#gk-correct-value input, #gk-correct-value textarea", "415")
        page.fill("#gk-correct-why input, #gk-correct-why textarea", "原件第 5 页为 415")
        page.click("#gk-save")
        page.wait_for_selector(".gk-effect")
        assert "2 条等式变为成立" in page.locator(".gk-effect").inner_text()
        assert page.locator("#gk-report td.s-contested").count() == 0
        page.wait_for_function("() => !document.querySelector('#gk-list').textContent.includes('自相矛盾')")
        page.click("#gk-panel [data-do=withdraw]")
        page.wait_for_function("() => document.querySelectorAll('#gk-report td.s-contested').length === 28")


def test_a_value_that_cannot_be_is_refused_while_it_is_typed(server: Server) -> None:
    with visiting(server) as page:
        open_cell(page)
        box = page.locator("#gk-correct-value input, #gk-correct-value textarea").first
        box.click()
        box.press("Control+a")
        box.press_sequentially("-5")
        page.wait_for_selector("#gk-preview [role=alert]")
        assert "不能是负数" in page.locator("#gk-preview").inner_text()


@pytest.mark.parametrize("height", [700, 900])
def test_the_form_to_correct_a_cell_stands_in_sight(server: Server, height: int) -> None:
    with visiting(server, width=1280, height=height) as page:
        open_cell(page)
        assert page.evaluate("document.querySelector('#gk-save').getBoundingClientRect().bottom") <= height
        assert page.evaluate("document.querySelector('#gk-panel').getBoundingClientRect().top") >= 0


def test_escape_closes_the_panel_and_gives_the_focus_back(server: Server) -> None:
    with visiting(server) as page:
        open_cell(page)
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('#gk-panel .gk-panel')")
        assert page.evaluate("document.activeElement.dataset.at") == "applications.unavailable.not_held.total"


def test_the_first_cell_of_the_queue_opens_in_its_report(server: Server) -> None:
    with visiting(server) as page:
        tab(page, "总览")
        first = page.locator(".gk-queue button").first
        path = first.get_attribute("data-cell")
        first.click()
        page.wait_for_selector("#gk-panel mark")
        page.wait_for_function("(path) => document.activeElement.dataset.at === path", arg=path)


def test_on_a_phone_the_chosen_cell_stays_above_its_panel(server: Server) -> None:
    with visiting(server, width=390, height=844) as page:
        open_cell(page)
        page.wait_for_function(
            f"() => document.querySelector(`{NOT_HELD}`).getBoundingClientRect().bottom"
            " < document.querySelector('#gk-side').getBoundingClientRect().top"
        )


def test_in_english_only_the_reports_own_words_are_chinese(server: Server) -> None:
    with visiting(server) as page:
        english(page)
        open_cell(page, "Reports")
        assert page.evaluate("document.documentElement.lang") == "en"
        drop = page.evaluate("getComputedStyle(document.querySelector('#gk-upload .wrap'), '::after').content")
        assert "Drop reports" in drop and not HAN.search(drop)
        findings = page.locator(".gk-findings").inner_text()
        assert not HAN.search(re.sub(r"[“《][^”》]*[”》]", "", findings))
        assert "row 13 (not held)" in findings and "line 62" in findings
        panel = page.evaluate(OWN_WORDS)
        assert not HAN.search(panel)
        tab(page, "Settings")
        page.wait_for_selector(".gk-checks")
        assert not HAN.search(page.locator(".gk-settings").inner_text())


def test_odd_files_at_once_each_say_what_became_of_them(tmp_path: Path) -> None:
    require_browser()
    with zipfile.ZipFile(tmp_path / "years.zip", "w") as archive:
        for name in ("baiwei-2022.txt", "baiwei-2023.txt"):
            archive.write(REPORTS / name, name)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "fake.pdf").write_bytes(b"%PDF-1.4 nonsense")
    (tmp_path / "large.txt").write_bytes(b" " * 51_000_000)
    (tmp_path / "run.exe").write_bytes(bytes(range(256)) * 50)
    text = (REPORTS / "songai-education-2021.txt").read_text(encoding="utf-8")
    (tmp_path / "old.txt").write_bytes(text.encode("gb18030"))
    made = Server(tmp_path / "library")
    made.start()
    try:
        with visiting(made) as page:
            page.set_input_files("#gk-upload input[type=file]", [str(path) for path in sorted(tmp_path.glob("*.*"))])
            page.wait_for_selector(".gk-report")
            page.wait_for_function("() => document.querySelectorAll('#gk-list [data-do=open]').length === 3")
            assert page.locator("#gk-progress .is-failed").count() == 4
            told = page.locator("#gk-progress").inner_text()
            assert "文件是空的" in told and "PDF 已损坏" in told and "二进制" in told and "超过 50 MB" in told
    finally:
        made.stop()


def test_the_page_serves_agents_and_nothing_beside_the_library(server: Server) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.address}mcp", body, headers)) as answer:
        assert {tool["name"] for tool in json.load(answer)["result"]["tools"]} == {"ask", "query", "check", "show"}
    outside = [Path(__file__).resolve(), Path("/etc/passwd"), server.library.resolve() / "library.json"]
    for path in outside:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.address}gradio_api/file={path}").close()
        assert refused.value.code in (403, 404)
        refused.value.close()
