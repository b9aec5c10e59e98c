"""The page's views without a browser: lists, panels, citations, charts, words; every string escaped, every text in two languages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.errors import SettingsError
from extractor.model import Place
from screens import cells, overview, reports
from screens.ask import Talk, answer, citation_html, talk_html
from screens.beside import compared
from screens.charts import Series, lines, stacks
from screens.cited import referenced
from screens.drawing import excerpt, line_place, own, view
from screens.evaluate import measured, results_html
from screens.examples import examples
from screens.settings import settings_html
from screens.shelf import Shelf, parsed
from screens.words import WORDS

ROOT = Path(__file__).resolve().parent.parent
FILES = [ROOT / "reports" / f"{name}.txt" for name in ("linlan-2020", "linlan-2021", "linlan-2022", "songai-education-2021")]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A library with four reports, taken in as the page takes them in."""
    made = Shelf(tmp_path_factory.mktemp("shelf") / "library")
    for _ in made.take_in(FILES):
        pass
    return made


def id_of(shelf: Shelf, name: str) -> str:
    return next(row.id for row in shelf.listing(limit=99).rows if row.source_name == name)


# ---------------------------------------------------------------- taking in and lists
def test_every_file_passes_through_read_extract_and_store(tmp_path: Path) -> None:
    states = [state[0].stage for state in Shelf(tmp_path / "library").take_in(FILES[:1])]
    assert [stage for place, stage in enumerate(states) if stage not in states[:place]] == ["read", "extract", "store", "done"]


def test_a_bad_file_fails_in_words_and_the_others_go_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    *_, last = Shelf(tmp_path / "library").take_in([bad, FILES[0]])
    assert [taken.stage for taken in last] == ["failed", "done"]
    assert last[0].name == "bad.txt" and "空的" in last[0].message


def test_the_list_is_searched_by_words_year_and_doubt(shelf: Shelf) -> None:
    assert shelf.listing(text="临澜市 2021").total == 1
    assert shelf.listing(year=2021).total == 2
    assert {row.source_name for row in shelf.listing(doubt="contradiction").rows} == {"linlan-2021.txt", "songai-education-2021.txt"}
    assert shelf.listing(limit=1).total == 4 and len(shelf.listing(limit=1).rows) == 1


def test_an_empty_library_says_how_to_begin(tmp_path: Path) -> None:
    empty = Shelf(tmp_path / "library")
    assert "这里还没有报告" in reports.placeholder(empty, "zh")
    assert "No reports yet" in reports.placeholder(empty, "en")
    assert examples(empty, "zh") == ()


def test_a_report_that_is_gone_is_an_error_in_words(shelf: Shelf) -> None:
    drawn, *_ = reports.open_report(shelf, "zh", "000000000000")
    assert 'role="alert"' in drawn and "000000000000" in drawn


# ---------------------------------------------------------------- one cell
def test_a_panel_shows_value_equations_and_the_marked_characters(shelf: Shelf) -> None:
    html = cells.panel_html(shelf, "zh", id_of(shelf, "linlan-2021.txt"), "applications.unavailable.not_held.total")
    assert "<mark>451</mark>" in html and "352 + 41 + 2 + 15 + 5 ≠ 451" in html


def test_a_value_being_typed_is_tried_in_the_equations(shelf: Shelf) -> None:
    report, path = id_of(shelf, "linlan-2021.txt"), "applications.unavailable.not_held.total"
    assert cells.preview_html(shelf, "zh", report, path, "415").count("s-verified") == 2
    assert "s-contested" in cells.preview_html(shelf, "zh", report, path, "416")


@pytest.mark.parametrize(("text", "value"), [("12", 12), (" 1,234 ", 1234), ("-3", -3), ("", None), ("约20", None), ("2.5", None)])
def test_what_a_person_types_is_a_whole_number_or_nothing(text: str, value: int | None) -> None:
    assert parsed(text) == value


def test_an_excerpt_marks_exactly_the_characters_of_a_place(shelf: Shelf) -> None:
    document = shelf.document(shelf.report(id_of(shelf, "linlan-2020.txt")))
    assert document is not None
    start = document.original.index("9.39亿元")
    html = str(excerpt(document, Place(line=document.original.count("\n", 0, start) + 1, start=start, end=start + 6), "zh"))
    assert "<mark>9.39亿元</mark>" in html
    assert line_place(document, 10_000).line == len(document.line_starts)


def test_a_correction_tells_what_it_mends_and_what_it_breaks_and_can_be_taken_back(tmp_path: Path) -> None:
    own_shelf = Shelf(tmp_path / "library")
    for _ in own_shelf.take_in(FILES[1:2]):
        pass
    report, path = id_of(own_shelf, "linlan-2021.txt"), "applications.unavailable.not_held.total"
    effect = cells.effect_of(*own_shelf.correct(report, path, "415", "原件为 415"))
    assert (effect.mended, effect.broken, effect.verified) == (2, 0, (162, 190))
    assert path in effect.changed and "applications.granted.total" in effect.changed
    html = cells.panel_html(own_shelf, "zh", report, path, effect)
    assert "162 → 190" in html and "451 → 415" in html and 'data-do="withdraw"' in html
    back = cells.effect_of(*own_shelf.withdraw(report, path))
    assert (back.mended, back.broken, back.verified) == (0, 2, (190, 162))
    assert 'data-do="withdraw"' not in cells.panel_html(own_shelf, "zh", report, path)
    assert own_shelf.report(report).value(path) == 451


@pytest.mark.parametrize("text", ["abc", "-5", "2.5"])
def test_a_value_that_the_cell_cannot_take_is_refused_while_it_is_typed(shelf: Shelf, text: str) -> None:
    html = cells.preview_html(shelf, "zh", id_of(shelf, "linlan-2021.txt"), "applications.new_received.total", text)
    assert 'role="alert"' in html and text in html


def test_in_english_a_panel_has_no_chinese_but_the_source(shelf: Shelf) -> None:
    html = cells.panel_html(shelf, "en", id_of(shelf, "linlan-2021.txt"), "applications.unavailable.not_held.total")
    assert not re.search(r"[\u3400-\u9fff]", re.sub(r"<figure.*?</figure>", "", html, flags=re.S))
    assert "applicants add to the total" in html and "352 + 41 + 2 + 15 + 5 ≠ 451" in html


# ---------------------------------------------------------------- conversation
def test_an_answer_grows_and_ends_with_citations(shelf: Shelf) -> None:
    states = list(answer(shelf, "松霭市教育局2021年新收了多少件申请？", Talk()))
    assert not states[0].turns[0].done and states[-1].turns[0].done
    found = states[-1].turns[0].answer
    assert found is not None and "56" in found.answer and found.citations
    assert "songai-education-2021.txt" in referenced(found, states[-1].turns[0].cut, "zh")
    html = citation_html(shelf, "zh", states[-1], "0:1")
    assert "<mark>56</mark>" in html and "is-here" in html


def test_an_answer_comes_in_line_by_line(shelf: Shelf) -> None:
    states = [state.turns[0] for state in answer(shelf, "临澜市人民政府2020年到2022年新收申请有什么变化？", Talk())]
    held = [len(state.lines) for state in states]
    assert held == sorted(held) and len(set(held)) > 2 and held[-1] == len(states[-1].lines)


def test_a_question_that_cannot_be_carried_out_becomes_part_of_the_conversation(shelf: Shelf) -> None:
    *_, last = answer(shelf, "问" * 3000, Talk())
    assert last.turns[0].done and "2000" in last.turns[0].trouble
    assert 'role="alert"' in talk_html(shelf, "zh", last)


def test_a_question_is_shown_as_text_whatever_it_holds(shelf: Shelf) -> None:
    *_, last = answer(shelf, "<img src=x onerror=alert(1)>2022年新收多少？", Talk())
    html = talk_html(shelf, "zh", last)
    assert "<img" not in html and "&lt;img" in html


@pytest.mark.parametrize("at", ["", "9:1", "0:99", "x:y"])
def test_a_citation_that_does_not_exist_opens_nothing(shelf: Shelf, at: str) -> None:
    assert citation_html(shelf, "zh", Talk(), at) == ""


def test_examples_come_from_the_library_and_one_of_them_has_no_answer(shelf: Shelf) -> None:
    for lang in ("zh", "en"):
        made = examples(shelf, lang)  # type: ignore[arg-type]
        assert sum(not one.answerable for one in made) == 1
        assert any("2022" in one.text for one in made)


# ---------------------------------------------------------------- the other tabs
def test_years_of_an_agency_stand_side_by_side_with_charts(shelf: Shelf) -> None:
    html = compared(shelf, "zh", shelf.ids(agency="临澜市人民政府"), every=False, years=True)
    assert html.count("<svg") == 3
    assert "+274" in html and "1396" in html and "1670" in html
    assert 'title="所用的格还没有核实"' in html


def test_two_years_of_three_are_compared_and_a_rate_shows_what_it_is_made_of(shelf: Shelf) -> None:
    html = compared(shelf, "zh", shelf.ids(agency="临澜市人民政府", years=[2020, 2022]), every=False, years=True)
    assert ">2021<" not in html and "2020→2022" in html
    assert "= 予以公开 ÷ 总计" in html and "601 ÷ 1384" in html and "43.4%" in html


def test_agencies_of_a_year_are_compared_with_the_first_one_chosen(shelf: Shelf) -> None:
    html = compared(shelf, "en", shelf.ids(year=2021, among=["松霭市教育局", "临澜市人民政府"]), every=False, years=False)
    assert html.index("松霭市教育局") < html.index("临澜市人民政府")
    assert "+1501" in html and "unavailable, not held, total" in html


def test_an_agency_is_found_by_a_part_of_its_name(shelf: Shelf) -> None:
    assert shelf.called("教育局") == "松霭市教育局" and shelf.called("没有这个机关") == "" and shelf.called(" ") == ""
    assert shelf.comparable_year() == 2021


def test_what_all_visitors_see_is_counted_again_after_a_change(tmp_path: Path) -> None:
    own_shelf = Shelf(tmp_path / "library")
    for _ in own_shelf.take_in(FILES[:1]):
        pass
    assert own_shelf.rows("SELECT count(*) FROM reports") is own_shelf.rows("SELECT count(*) FROM reports")
    for _ in own_shelf.take_in(FILES[1:2]):
        pass
    assert own_shelf.rows("SELECT count(*) FROM reports")[0][0] == 2


def test_the_overview_counts_covers_and_queues(shelf: Shelf) -> None:
    html = overview.overview_html(shelf, "zh")
    assert "临澜市人民政府" in html and "待看的格" in html
    first = overview.queue(shelf)[0]
    assert first.path.endswith(".total") and first.state == "contested"


def test_evaluation_tells_its_progress_and_ends_with_a_result() -> None:
    *_, (done, total, result) = measured("generated:2:5")
    assert done == total == 2 and result is not None
    html = results_html("zh", result)
    assert "静默错误" in html and re.search(r"0 / \d{3}", html)


def test_settings_say_that_nothing_goes_out_without_a_model(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_MODEL", raising=False)
    assert "不联网" in settings_html(shelf, "zh", ask=False)


def test_charts_carry_their_numbers_and_escape_their_names() -> None:
    series = [Series("<b>新收", (1396.0, None, 1670.0)), Series("办结", (1384.0, 1570.0, 1699.0))]
    drawn = str(lines(["2020", "2021", "2022"], series, title="收到 & 办结"))
    assert "&lt;b&gt;新收 2022：1,670" in drawn and "<b>" not in drawn and "收到 &amp; 办结" in drawn
    assert "（45.3%）" in str(stacks(["2020"], [Series("甲", (1396.0,)), Series("乙", (1683.0,))], title="构成"))
    assert lines(["2020"], series, title="") == "" and stacks(["2020"], [Series("甲", (None,))], title="") == ""


# ---------------------------------------------------------------- words
def test_every_text_has_two_languages_and_the_same_places() -> None:
    for key, (chinese, english) in WORDS.items():
        assert re.findall(r"{(\w+)}", chinese) == re.findall(r"{(\w+)}", english) or set(re.findall(r"{(\w+)}", chinese)) == set(
            re.findall(r"{(\w+)}", english)
        ), key
        assert chinese and english


def test_every_text_that_a_template_asks_for_exists() -> None:
    asked = set()
    for file in (ROOT / "screens" / "templates").glob("*.html"):
        asked |= set(re.findall(r"""say\(["']([\w.-]+)["']\s*[,)]""", file.read_text(encoding="utf-8")))
    assert asked <= set(WORDS)


@pytest.mark.parametrize(
    ("message", "chinese", "english"),
    [
        ("总计写 8 (printed total 8)", "总计写 8", "Printed total 8"),
        ("总计写 8 (row 3 (business): total 8)（第 5 行）", "总计写 8（第 5 行）", "Row 3 (business): total 8"),
        ("略去 3 行页码", "略去 3 行页码", "3 lines of page numbers left out"),
        ("(一)至(六)各项之和", "(一)至(六)各项之和", "(一)至(六)各项之和"),
    ],
)
def test_a_bilingual_message_is_shown_in_one_language(message: str, chinese: str, english: str) -> None:
    assert own("zh", message) == chinese
    assert own("en", message) == english


def test_templates_escape_what_they_are_given() -> None:
    assert "&lt;script&gt;" in view("trouble.html", "zh", message="<script>alert(1)</script>")


# ---------------------------------------------------------------- serving
def test_the_page_is_imported_without_what_only_some_visitors_need() -> None:
    told = (
        "import sys, ui, gradio.component_meta as meta;"
        "meta.create_or_modify_pyi(str, 'str', []);"  # Gradio's own would look for the source of str, and fail
        "late = ('mcp', 'qa.ask', 'evals.harness', 'extractor.pipeline', 'openai', 'chromadb');"
        "print([name for name in late if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_password_needs_a_name_and_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    import ui

    monkeypatch.setenv("GONGKAI_AUTH", "reader:s:e")
    assert ui.password() == ("reader", "s:e")
    monkeypatch.setenv("GONGKAI_AUTH", "readeronly")
    with pytest.raises(SettingsError, match="GONGKAI_AUTH"):
        ui.password()
