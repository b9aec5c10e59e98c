"""Questions about the reports themselves: which there are, their contradictions, their date and author; sums that may count twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from small_qa import BUREAU, CITY, DISTRICT, OFFICE, TOWN, library_in

from extractor.library import Library
from qa.ask import ask
from qa.bounds import bounds
from qa.catalogue import Catalogue, Entry
from qa.faults import asks_for_faults
from qa.overlap import counted_twice
from qa.parse import parse
from qa.places import unit_of
from qa.records import Row

WATER = "禾川市水务局"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("reports") / "library") as made:
        yield made


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    names = ("禾川市人民政府", WATER, "禾川市杏湾区人民政府", "禾川市杏湾区人民政府办公室")
    return Catalogue(tuple(Entry(f"{n}{y}", n, y, "2021", True, "unknown", None, f"{n}.txt") for n in names for y in (2021, 2022)))


# ---------------------------------------------------------------------- which there are
@pytest.mark.parametrize(
    "question",
    [
        "库里有哪些报告？",
        "2021年有哪些机关的报告？",
        "都有哪些机关",
        "收录了哪些单位",
        "你这里都有谁的报告",
        "列出库里所有机关",
        "把库里的报告列个清单",
        "有几个机关的年报",
        "库里有什么",
        "机关名单",
        "数据从哪年到哪年",
        "覆盖哪些年份",
        "List the agencies in the library",
        "Which agencies are in the library?",
        "What years do you have?",
        "which reports do you have for 2021?",
        "how many agencies are in the library?",
    ],
)
def test_what_the_library_holds_is_asked_in_many_ways(catalogue: Catalogue, question: str) -> None:
    parsed = parse(question, catalogue)
    assert (parsed.route, parsed.matter) == ("records", "reports")


@pytest.mark.parametrize(
    "question",
    [
        "2022年有哪些机关收到过申请",
        "有哪些机关提到了水价",
        "禾川市2022年有哪些问题",
        "禾川市水务局2022年流转合同有多少份",
        "2022年没有诉讼的有哪些单位",
        "Which agencies received the most applications in 2022?",
        "禾川市2022年有多少件",
    ],
)
def test_what_the_reports_tell_is_no_question_of_holdings(catalogue: Catalogue, question: str) -> None:
    assert parse(question, catalogue).matter == ""


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("2021年有哪些机关的报告？", "years", (2021,)),
        ("库里有哪些局？", "unit", "局"),
        ("有哪些区的年报？", "unit", "区"),
        ("禾川市有哪些单位的年报", "region", "禾川市"),
        ("库里有禾川市2020年的年报吗", "agencies", ("禾川市人民政府",)),
        ("有没有禾川市水务局2022年的报告", "agencies", (WATER,)),
    ],
)
def test_the_year_the_kind_and_the_place_limit_what_is_listed(catalogue: Catalogue, question: str, field: str, value: object) -> None:
    query = parse(question, catalogue).query
    assert query is not None and query.metrics == () and getattr(query, field) == value


def test_agencies_are_listed_with_their_years_and_counted_apart_from_reports(library: Library) -> None:
    listed = ask("库里有哪些机关的报告？", library)
    assert "8份报告、5个机关" in listed.answer and f"{BUREAU}（2019—2021年）" in listed.answer
    assert [value.value for value in ask("库里有几个机关？", library).values] == [Decimal(5)]
    assert [value.value for value in ask("库里有几份报告？", library).values] == [Decimal(8)]
    assert "2021年（2份）" in ask("库里有哪些年份的报告？", library).answer


def test_a_report_that_is_not_there_is_said_to_be_missing_with_those_that_are(library: Library) -> None:
    answer = ask("库里有临澜市2019年的报告吗", library)
    assert f"没有{CITY}2019年的报告" in answer.answer and "2020、2021" in answer.answer


# ---------------------------------------------------------------------- contradictions
@pytest.mark.parametrize(
    "question",
    [
        "哪份报告正文和表格对不上？",
        "哪些报告自相矛盾",
        "哪些报告有错",
        "哪个机关的年报数字前后不一致",
        "2022年有几份报告存在错误？",
        "哪家的合计加不起来",
        "年报有没有填错的",
    ],
)
def test_mistakes_of_the_reports_are_asked_for(question: str) -> None:
    assert asks_for_faults(question, english=False)


@pytest.mark.parametrize("question", ["报告里三处不一致的更正了多少件", "复议被纠正错误的有几件", "报告提到哪些数据错误"])
def test_what_a_report_tells_of_mistakes_is_another_question(question: str) -> None:
    assert not asks_for_faults(question, english=False)


def test_reports_that_contradict_themselves_are_told_with_what_does_not_agree(library: Library) -> None:
    answer = ask("哪些报告自相矛盾？", library)
    assert not answer.abstained and {value.agency for value in answer.values} == {CITY, BUREAU}
    assert "有2份自相矛盾，共3处" in answer.answer and "451" in answer.answer
    assert any(citation.kind == "cell" for citation in answer.citations)
    told = [claim for claim in answer.claims if "写 58" in claim.text]
    assert told and {answer.citations[n - 1].kind for n in told[0].citations} == {"cell", "sentence"}


def test_the_text_against_the_tables_is_told_apart_from_the_tables_against_themselves(library: Library) -> None:
    text = ask("哪份报告正文和表格对不上？", library)
    tables = ask("哪份报告的合计加不起来？", library)
    assert [value.agency for value in text.values] == [BUREAU] and [value.agency for value in tables.values] == [CITY]
    english = ask("Which reports contradict themselves?", library)
    assert {value.agency for value in english.values} == {CITY, BUREAU}


def test_a_report_without_contradictions_is_said_to_have_none(library: Library) -> None:
    answer = ask("望汀区2022年的年报有没有错误", library)
    assert not answer.abstained and "没有发现自相矛盾" in answer.answer


# ---------------------------------------------------------------------- date and author
def test_the_date_of_publication_is_that_of_the_record(library: Library) -> None:
    assert "2023年3月10日" in ask("望汀区2022年的年报是什么时候公布的？", library).answer
    assert "2023-03-10" in ask("When was the 2022 report of Wangting District published?", library).answer


def test_a_report_without_a_date_does_not_say(library: Library) -> None:
    answer = ask("松霭市教育局2021年的年报是哪天发布的？", library)
    assert answer.abstained and "没有写明公布日期" in answer.answer


def test_the_last_to_publish_is_found_by_its_date(library: Library) -> None:
    assert ask("谁的年报公布得最晚？", library).answer.startswith(DISTRICT)


def test_a_report_is_that_of_its_agency(library: Library) -> None:
    assert BUREAU in ask("松霭市教育局的年报是谁写的？", library).answer


# ---------------------------------------------------------------------- whose
def test_a_bare_place_says_first_that_the_number_is_its_offices(tmp_path_factory: pytest.TempPathFactory) -> None:
    with library_in(tmp_path_factory.mktemp("office") / "library", ("wangting-office-2022.txt",)) as small:
        answer = ask("望汀区2022年新收多少件？", small)
        assert answer.values[0].value == 27 and not answer.abstained
        assert answer.answer.startswith(f"库中没有{DISTRICT}的报告") and OFFICE in answer.answer.splitlines()[0]
        refused = ask("望汀区政府2022年新收多少件？", small)
        assert refused.abstained and "办公室本机关的数" in refused.answer


def test_the_number_of_a_government_is_not_offered_as_its_offices(library: Library) -> None:
    answer = ask("临澜市府办2021年新收多少件？", library)
    assert answer.abstained and CITY in answer.answer and "1,557" not in answer.answer


@pytest.mark.parametrize("question", ["白苇在线是哪个机关做的？", "谁开通了“白苇在线”？", "白苇在线是什么", "Which agency runs 白苇在线?"])
def test_a_thing_with_a_name_of_its_own_is_looked_up_in_every_report(library: Library, question: str) -> None:
    answer = ask(question, library)
    assert (answer.route, answer.abstained) == ("narrative", False) and TOWN in answer.answer


@pytest.mark.parametrize("question", ["千镜百花是哪个区做的？", "哪个区的房子最贵", "美国总统是谁"])
def test_what_no_report_names_stays_outside(library: Library, question: str) -> None:
    answer = ask(question, library)
    assert (answer.route, answer.abstained) == ("out_of_scope", True)


# ---------------------------------------------------------------------- sums and shares
def test_departments_are_no_governments(library: Library) -> None:
    query = ask("2022年全市各部门新收申请合计多少？", library).query
    assert query is not None and query.unit == "部门"
    answer = ask("2022年全市各部门新收申请合计多少？", library)
    assert answer.values[0].value == 27 and "重复计算" not in answer.answer


def test_a_sum_over_a_government_and_what_lies_below_it_warns(library: Library) -> None:
    answer = ask("2022年各机关新收申请合计多少？", library)
    assert "重复计算" in answer.answer and DISTRICT in answer.answer
    assert "重复计算" not in ask("临澜市2020年和2021年新收合计多少？", library).answer


def _row(agency: str, year: int) -> Row:
    return Row(f"{agency}{year}", agency, year, "2021", True, "", "", Decimal(1), "verified")


def test_only_agencies_below_a_government_in_the_same_year_count_twice() -> None:
    assert counted_twice([_row("禾川市人民政府", 2021), _row(WATER, 2022)]) == ()
    assert counted_twice([_row("禾川市人民政府", 2022), _row(WATER, 2022)]) == ("禾川市人民政府",)
    assert counted_twice([_row("禾川市人民政府", 2022), _row("云陂市水务局", 2022)]) == ()
    assert counted_twice([_row("禾川市人民政府办公室", 2022), _row(WATER, 2022)]) == ()


@pytest.mark.parametrize(
    "question",
    [
        "2022年自然人申请占比最高的是哪个机关？",
        "2022年复议被纠正的比例最高的是谁",
        "2022年国家秘密占不予公开的比例最高的是哪个单位",
        "2022年国家秘密占不予公开比例最高的是哪个单位",
        "2022 state secrets, by agency",
        "2022年国家秘密，按单位分",
        "2022年不予公开的都是谁",
    ],
)
def test_a_question_that_asks_which_agency_needs_none(catalogue: Catalogue, question: str) -> None:
    parsed = parse(question, catalogue)
    assert parsed.route == "records" and parsed.query is not None and parsed.query.agencies == ()


def test_shares_without_an_agency_are_put_in_order(library: Library) -> None:
    answer = ask("2022年工商企业占新收的比例最高的是哪个机关？", library)
    shares = [value.value for value in answer.values if value.value is not None]
    assert shares == sorted(shares, reverse=True) and "最高" in answer.answer


@pytest.mark.parametrize(
    ("text", "op", "value"), [("新收超100件的", ">", 100), ("不止一件的", ">", 1), ("逾50件的", ">", 50), ("不只3件", ">", 3)]
)
def test_more_bounds_as_people_say_them(text: str, op: str, value: int) -> None:
    where = bounds(text)[0].where
    assert where is not None and (where.op, where.value) == (op, value)


def test_an_overdue_step_is_no_bound() -> None:
    assert bounds("逾期不补正的有几件")[0].where is None


def test_town_reports_are_no_departments(library: Library) -> None:
    listed = ask("2022年有哪些部门的报告？", library)
    assert TOWN not in listed.answer and OFFICE in listed.answer


def test_whose_report_is_missing_is_told_of_the_agencies_the_library_knows(library: Library) -> None:
    answer = ask("2022年谁没交年报？", library)
    assert not answer.abstained and BUREAU in answer.answer and DISTRICT not in answer.answer


def test_a_kind_of_agency_without_reports_is_said_to_have_none(library: Library) -> None:
    answer = ask("有没有街道的年报？", library)
    assert answer.abstained and "没有报告" in answer.answer


def test_a_consolidated_report_says_in_its_own_words_whose_numbers_it_contains(library: Library) -> None:
    answer = ask("2022年各机关新收申请合计多少？", library)
    assert any(claim.by == "quote" and "汇总" in claim.text for claim in answer.claims)


def test_districts_are_no_zones_or_regions() -> None:
    names = ("禾川市杏湾区人民政府", "沙岭地区行政公署", "禾川高新技术产业开发区管理委员会", "南原壮族自治区人民政府")
    assert [unit_of(name) == "区" for name in names] == [True, False, False, False]


@pytest.mark.parametrize("question", ["禾川市水务局2022年新收占全部机关的比例", "禾川市水务局2022年新收占全市各部门的比例"])
def test_a_share_of_all_agencies_is_asked_back(catalogue: Catalogue, question: str) -> None:
    assert parse(question, catalogue).route == "clarify"
