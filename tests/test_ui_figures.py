"""Every number of an answer carries its own citations: a cell's own, or those of the cells it is made of; nothing guessed, none lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from qa.answer import Answer, Citation, Claim, Value
from qa.ask import ask
from qa.query import Query
from screens.ask import Talk, answer, citation_html, talk_html
from screens.cited import Chip, Lines, formula, lines_of, pieces, referenced, values_of
from screens.figures import Figure, cut
from screens.quantities import printed, worked_out
from screens.shelf import Shelf

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("linlan-2020", "linlan-2021", "linlan-2022", "songai-education-2020", "songai-education-2021", "linlan-land-2022")
QUESTIONS = (
    "临澜市人民政府2020年到2022年新收申请有什么变化？",
    "2021年各机关新收申请排名",
    "2021年各机关不予公开的总数",
    "临澜市人民政府2021年不予公开率是多少",
    "临澜市人民政府2021年和2022年不予公开各多少",
    "临澜市人民政府2022年不予公开的依据是什么",
    "2022年新收申请增长最快的机关",
    "临澜市人民政府2022年自然人占新收的比例",
    "临澜市人民政府2022年予以公开和不予公开哪个多",
    "2022年平均每个机关收到多少件申请",
    "2022年有多少机关不予公开超过5件",
    "临澜市人民政府2021年举办培训多少次",
    "临澜市人民政府历年的不予公开率",
    "临澜市人民政府存在哪些问题",
    "How many applications did 临澜市人民政府 refuse in 2021 and 2022?",
    "What share of applications did 临澜市人民政府 grant in 2022?",
    "How many agencies had more than 5 administrative reviews in 2022?",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A library of a city in three years, a bureau in two and another one."""
    made = Shelf(tmp_path_factory.mktemp("figures") / "library")
    for _ in made.take_in([ROOT / "reports" / f"{name}.txt" for name in NAMES]):
        pass
    return made


def marked(lines: Lines) -> str:
    """The lines with every figure's citations in place, what is worked out with how it is."""
    told = []
    for text, figures in lines:
        for one in reversed(figures):
            text = text[: one.at] + f"[{one.label}{'' if one.single else ' ' + one.how}]" + text[one.at :]
        told.append(text)
    return "\n".join(told)


def asked(shelf: Shelf, question: str) -> str:
    return marked(lines_of(shelf, ask(question, shelf.library)))


# ---------------------------------------------------------------- whole answers
@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_of_an_answer_is_lost_but_the_place_of_its_marks(shelf: Shelf, question: str) -> None:
    found = ask(question, shelf.library)
    lines = lines_of(shelf, found)
    assert "\n".join(text for text, _ in lines) == re.sub(r"〔\d+〕–〔\d+〕|〔\d+〕", "", found.answer)
    shown = {number for _, figures in lines for one in figures for number in one.cited}
    printed_in_answer = {int(number) for number in re.findall(r"〔(\d+)〕", found.answer)}
    assert printed_in_answer <= shown


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_figure_is_what_its_cells_hold_or_make(shelf: Shelf, question: str) -> None:
    found = ask(question, shelf.library)
    values = values_of(shelf, found.citations)
    for _, figures in lines_of(shelf, found):
        for one in figures:
            if one.number and one.how != "together" and not one.single:
                made = worked_out(one.how, [sum((values[n] for n in part), Decimal(0)) for part in one.parts])
                assert made is not None
                assert printed(made, share=one.number.endswith("%")) == one.number.replace(",", "")
            elif one.number and one.how == "cell":
                assert {printed(values[number], share=False) for number in one.cited} == {one.number.replace(",", "")}


def test_each_year_of_a_series_has_its_own_citation_and_the_change_has_both(shelf: Shelf) -> None:
    told = asked(shelf, QUESTIONS[0])
    assert "1,396 件[1]，2021年 1,557 件[2]，2022年 1,670 件[3]。" in told
    assert "增加 274 件[1,3 difference]（19.63%[1,3 growth]）" in told


def test_a_group_is_the_sum_of_its_rows_and_a_rate_a_share_of_cells(shelf: Shelf) -> None:
    told = asked(shelf, "临澜市人民政府2021年和2022年不予公开各多少")
    assert "131 件[1–8 sum]" in told and "162 件[9–16 sum]" in told and "31 件[1–16 difference]" in told
    assert "8.54%[1–9 share]" in asked(shelf, "临澜市人民政府2021年不予公开率是多少")


def test_a_share_cites_the_part_and_the_whole_where_they_stand(shelf: Shelf) -> None:
    assert "84.13%（1,405 件[1] / 1,670 件[2]）" in asked(shelf, "临澜市人民政府2022年自然人占新收的比例").replace("[1,2 share]", "")


def test_what_the_narrative_says_otherwise_stands_beside_the_table_each_with_its_own(shelf: Shelf) -> None:
    assert re.search(r"正文称58 件\[(\d)\]，表格为56 件\[(?!\1)\d\]", asked(shelf, "松霭市教育局2021年新收了多少件申请？"))


def test_numbers_of_names_years_places_and_bounds_have_no_citation(shelf: Shelf) -> None:
    told = asked(shelf, "2022年有多少机关不予公开超过5件")
    assert "超过 5 件的" in told and re.search(r"有 \d 份\[1–\d+ together\]", told)
    assert "2022: 2 reports[1,2] with" in asked(shelf, "How many agencies had more than 5 administrative reviews in 2022?")
    assert re.search(r"^1\. 临澜市人民政府：1,557 件\[1\]$", asked(shelf, "2021年各机关新收申请排名"), re.M)


# ---------------------------------------------------------------- where the words decide
def cell(number: int, path: str, agency: str = "甲县人民政府", year: int = 2021) -> Citation:
    return Citation(
        kind="cell", source=f"{agency}{year}.txt", agency=agency, year=year, path=path, place={}, quote=str(number), status="verified"
    )


def made(text: str, citations: Iterable[Citation], query: Query | None = None) -> Answer:
    cited = tuple(citations)
    claim = Claim(text=text, citations=tuple(range(1, len(cited) + 1)))
    return Answer(question="?", answer=text, route="records", query=query, citations=cited, claims=(claim,))


def values(found: Answer) -> dict[int, Decimal]:
    return {number: Decimal(cited.quote) for number, cited in enumerate(found.citations, 1) if cited.quote.isdecimal()}


def test_two_rows_with_the_same_number_are_told_apart_by_their_names() -> None:
    rows = ("applications.refused.enforcement_files.total", "applications.refused.third_party_rights.total")
    found = made("构成：保护第三方合法权益 26 件、属于行政执法案卷 26 件〔1〕〔2〕。", [cell(26, row) for row in rows])
    assert marked(cut(found, values(found))) == "构成：保护第三方合法权益 26 件[2]、属于行政执法案卷 26 件[1]。"


def test_two_years_with_the_same_number_are_told_apart_in_both_languages() -> None:
    path = "applications.granted.total"
    cited = [cell(7, path, year=2022), cell(7, path, year=2021)]
    found = made("甲县人民政府予以公开：2021年 7 件，2022年 7 件〔1〕〔2〕。", cited)
    assert "2021年 7 件[2]，2022年 7 件[1]" in marked(cut(found, values(found)))
    found = made("甲县人民政府: 7 in 2022, 7 in 2021〔1〕〔2〕", cited)
    assert marked(cut(found, values(found))) == "甲县人民政府: 7[1] in 2022, 7[2] in 2021"


def test_agencies_that_tie_are_all_cited_behind_their_number() -> None:
    path = "applications.granted.total"
    found = made("并列：甲县人民政府、乙县人民政府，均为 7 件〔1〕〔2〕。", [cell(7, path), cell(7, path, "乙县人民政府")])
    assert marked(cut(found, values(found))) == "并列：甲县人民政府、乙县人民政府，均为 7 件[1,2]。"


def test_where_the_words_do_not_tell_the_citations_stay_at_the_end() -> None:
    rows = ("applications.refused.enforcement_files.total", "applications.refused.third_party_rights.total")
    found = made("两项是 26 件和 26 件〔1〕〔2〕。", [cell(26, row) for row in rows])
    assert marked(cut(found, values(found))) == "两项是 26 件和 26 件[1,2]。"


def test_a_number_that_no_cell_makes_is_given_none() -> None:
    found = made("共 99 件〔1〕。", [cell(7, "applications.granted.total")])
    assert marked(cut(found, values(found))) == "共 99 件[1]。"
    assert [one.number for _, figures in cut(found, values(found)) for one in figures] == [""]


def test_a_difference_that_two_pairs_make_is_left_alone() -> None:
    cited = [cell(value, f"applications.{row}.total") for value, row in ((10, "granted"), (7, "partially_granted"), (4, "new_received"))]
    found = made("多 3 件〔1〕〔2〕〔3〕。", cited, Query(kind="compare", metrics=tuple(one.path for one in cited)))
    assert marked(cut(found, values(found))) == "多 3 件[1–3]。"
    assert all(one.how != "difference" for _, figures in cut(found, values(found)) for one in figures)


def test_a_sum_over_sentences_rests_on_all_of_them_and_shows_no_formula() -> None:
    quotes = [
        Citation(
            kind="sentence",
            source=f"{n}.txt",
            agency="甲县人民政府",
            year=n,
            path="facts.1",
            place={},
            quote=f"培训{n % 9}期",
            status="exact",
        )
        for n in (2020, 2021)
    ]
    text = "培训合计 9 期〔1〕〔2〕。"
    found = Answer(
        question="?",
        answer=text,
        route="narrative",
        citations=tuple(quotes),
        claims=(Claim(text=text, citations=(1, 2)),),
        values=(Value(agency=None, year=None, metric="", value=Decimal(9)),),
    )
    assert marked(cut(found, {})) == "培训合计 9 期[1,2]。"


def test_marks_outside_of_every_claim_stay_where_they_are() -> None:
    found = made("共 7 件〔1〕。", [cell(7, "applications.granted.total")])
    found = found.model_copy(update={"answer": found.answer + "\n另见〔1〕。"})
    assert marked(cut(found, values(found))) == "共 7 件[1]。\n另见[1]。"


# ---------------------------------------------------------------- as they are shown
@pytest.mark.parametrize(
    ("parts", "label"),
    [(((3,),), "3"), (((1, 2),), "1,2"), (((1, 2, 3), (4,)), "1–4"), (((3,), (1,)), "1,3"), (((1, 2, 3, 7), (9,)), "1–3,7,9")],
)
def test_a_label_is_short(parts: tuple[tuple[int, ...], ...], label: str) -> None:
    assert Figure(0, "5", "sum", parts).label == label


@pytest.mark.parametrize(
    ("how", "numbers", "shown"),
    [
        ("sum", ["1", "0", "2", "0", "3"], "1 + 2 + 3"),
        ("sum", ["0", "0"], "0 + 0"),
        ("mean", ["1", "2", "3"], "(1 + 2 + 3) ÷ 3"),
        ("share", ["131", "1534"], "131 ÷ 1534"),
        ("difference", ["131", "162"], "162 − 131"),
        ("growth", ["131", "162"], "(162 − 131) ÷ 162"),
        ("points", ["1", "2", "3", "4"], "1 ÷ 2 − 3 ÷ 4"),
    ],
)
def test_a_formula_is_written_as_a_person_writes_it(how: str, numbers: list[str], shown: str) -> None:
    assert formula(how, numbers) == shown


def test_a_chip_of_a_sum_opens_its_formula_and_from_there_each_cell_and_back(shelf: Shelf) -> None:
    *_, talk = answer(shelf, "临澜市人民政府2021年和2022年不予公开各多少", Talk())
    turn = talk.turns[0]
    assert turn.answer is not None
    chips = [one for one in pieces(turn.answer, turn.cut, 0) if isinstance(one, Chip)]
    assert [one.label for one in chips] == ["1–8", "9–16", "1–16", "1–16"] and all(one.computed for one in chips)
    assert [one.state for one in chips] == ["contested", "verified", "contested", "contested"]
    html = citation_html(shelf, "zh", talk, f"0:{chips[0].at}")
    assert "1 + 5 + 2 + 26 + 21 + 30 + 26 + 20" in html and html.count('data-do="cite"') == 8
    assert "162 − 131" in citation_html(shelf, "zh", talk, f"0:{chips[2].at}")
    inner = citation_html(shelf, "zh", talk, f"0:4:{chips[0].at}")
    assert f'data-at="0:{chips[0].at}"' in inner and "<mark>26</mark>" in inner
    assert not re.search(r"[\u3400-\u9fff]", citation_html(shelf, "en", talk, f"0:{chips[0].at}"))


def test_the_copy_carries_the_marks_where_the_numbers_stand(shelf: Shelf) -> None:
    *_, talk = answer(shelf, QUESTIONS[0], Talk())
    turn = talk.turns[0]
    assert turn.answer is not None
    copied = referenced(turn.answer, turn.cut, "zh")
    assert "1,396 件〔1〕，2021年 1,557 件〔2〕" in copied and "274 件〔1,3〕" in copied and "linlan-2020.txt" in copied
    assert "1,396 件〔1〕" in talk_html(shelf, "zh", talk)


@pytest.mark.parametrize("at", ["0:f99", "0:fx", "0:0", "7:f0", "0:1:f99"])
def test_a_chip_that_is_gone_opens_nothing_or_its_citation_alone(shelf: Shelf, at: str) -> None:
    *_, talk = answer(shelf, QUESTIONS[0], Talk())
    html = citation_html(shelf, "zh", talk, at)
    assert ("←" not in html) if at.startswith("0:1") else html == ""
