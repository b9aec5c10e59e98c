"""Governments and their offices are two agencies: neither answers for the other unawares, in every kind of place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.catalogue import Catalogue, Entry
from qa.offices import elsewhere, government_of, only_other
from qa.parse import parse
from qa.parsed import Parsed
from qa.places import names_of, own_part, places_of, short

CITY, COUNTY_OFFICE = "禾川市人民政府", "禾川市岭头县人民政府办公室"
DISTRICT, DISTRICT_OFFICE = "禾川市杏湾区人民政府", "禾川市杏湾区人民政府办公室"
WATER = "禾川市水务局"
NEW = "applications.new_received.total"


def catalogue_of(*names: str) -> Catalogue:
    return Catalogue(tuple(Entry(f"{n}{y}", n, y, "2021", True, "unknown", None, f"{n}.txt") for n in names for y in (2021, 2022)))


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    yield catalogue_of(CITY, COUNTY_OFFICE, DISTRICT, DISTRICT_OFFICE, WATER)


def understood(question: str, catalogue: Catalogue) -> Parsed:
    return parse(question, catalogue)


@pytest.mark.parametrize(
    "office",
    [
        "禾川市政府办",
        "禾川市政府办公室",
        "禾川市人民政府办公室",
        "禾川市人民政府办公厅",
        "禾川市府办",
        "禾川市府办公室",
        "禾川市政府的办公室",
        "禾川政府办",
        "市政府办公室",
        "市府办",
    ],
)
def test_an_office_the_library_lacks_is_missing_not_answered_by_its_government(catalogue: Catalogue, office: str) -> None:
    parsed = understood(f"{office}2022年新收多少件", catalogue)
    assert (parsed.why, parsed.unknown, parsed.near) == ("unknown_agency", (office,), (CITY,))
    assert only_other(parsed.unknown, parsed.near) == "government"


@pytest.mark.parametrize(
    "question",
    [
        "How many applications did the Hechuan municipal government office receive in 2022?",
        "How many applications did the government office of Hechuan receive in 2022?",
        "How many applications did the general office of the Hechuan city government receive in 2022?",
    ],
)
def test_an_office_named_in_english_is_missing_too(catalogue: Catalogue, question: str) -> None:
    parsed = understood(question, catalogue)
    assert (parsed.why, parsed.near) == ("unknown_agency", (CITY,))


@pytest.mark.parametrize("question", ["禾川市政府办结了多少件", "禾川市政府办理的申请有多少件", "禾川市政府办的申请有多少件"])
def test_what_a_government_dealt_with_is_not_its_office(catalogue: Catalogue, question: str) -> None:
    query = understood(f"2022年{question}", catalogue).query
    assert query is not None and query.agencies == (CITY,)


@pytest.mark.parametrize("office", ["杏湾区政府办", "杏湾区府办", "区政府办公室", "杏湾区政府的办公室"])
def test_an_office_the_library_has_answers_for_itself(catalogue: Catalogue, office: str) -> None:
    query = understood(f"{office}2022年新收多少件", catalogue_of(CITY, DISTRICT, DISTRICT_OFFICE)).query
    assert query is not None and query.agencies == (DISTRICT_OFFICE,)


def test_a_bare_place_that_means_its_office_is_noted(catalogue: Catalogue) -> None:
    parsed = understood("岭头县2022年新收多少件", catalogue)
    assert parsed.query is not None and parsed.query.agencies == (COUNTY_OFFICE,)
    assert ("office_only", f"禾川市岭头县人民政府={COUNTY_OFFICE}") in parsed.notes


@pytest.mark.parametrize("question", ["岭头县政府办2022年新收多少件", "杏湾区2022年新收多少件"])
def test_nothing_is_noted_where_the_agency_is_the_one_named(catalogue: Catalogue, question: str) -> None:
    assert not any(key == "office_only" for key, _ in understood(question, catalogue).notes)


def test_a_government_the_library_lacks_is_missing_for_numbers(catalogue: Catalogue) -> None:
    parsed = understood("岭头县政府2022年新收多少件", catalogue)
    assert (parsed.why, parsed.unknown, parsed.near) == ("unknown_agency", ("岭头县政府",), (COUNTY_OFFICE,))


@pytest.mark.parametrize(
    "question",
    ["2022年岭头县政府网站收到多少条留言", "岭头县政府公报2022年出了几期", "岭头县人民政府门户网站2022年怎么改版的"],
)
def test_a_government_named_for_its_website_stands_for_its_place(catalogue: Catalogue, question: str) -> None:
    parsed = understood(question, catalogue)
    assert (parsed.route, parsed.agencies, parsed.unknown) == ("narrative", (COUNTY_OFFICE,), ())


def test_narrative_questions_of_a_government_go_to_its_office_and_say_so(catalogue: Catalogue) -> None:
    parsed = understood("岭头县政府2022年打算怎么改进", catalogue)
    assert (parsed.route, parsed.agencies) == ("narrative", (COUNTY_OFFICE,))
    assert ("searched", f"岭头县政府={COUNTY_OFFICE}") in parsed.notes


def test_what_lies_elsewhere_is_a_place_or_an_agency_of_a_known_place() -> None:
    assert elsewhere(("白浦市",), ()) and elsewhere(("禾川市财政局",), (CITY,))
    assert not elsewhere(("政务服务中心",), ())


@pytest.mark.parametrize(
    ("agency", "called"),
    [
        ("大石白族自治州人民政府", "大石州政府"),
        ("大石白族自治州人民政府", "大石州"),
        ("乌兰盟行政公署", "乌兰盟行署"),
        ("沙岭地区行政公署", "沙岭地区行署"),
        ("北原鄂温克族自治旗人民政府", "北原旗"),
        ("禾川高新技术产业开发区管理委员会", "禾川高新区管委会"),
        ("禾川经济技术开发区管理委员会", "禾川经开区"),
        ("禾川市杏湾区青石街道办事处", "青石街道办"),
        ("禾川市杏湾区青石街道办事处", "青石街道办事处"),
        ("禾川新区管理委员会", "禾川新区管委会"),
        ("南河土家族苗族自治县人民政府", "南河县政府"),
    ],
)
def test_every_kind_of_place_is_called_by_what_people_say(agency: str, called: str) -> None:
    assert called in dict(names_of(agency))
    query = parse(f"{called}2022年新收多少件", catalogue_of(agency, WATER)).query
    assert query is not None and query.agencies == (agency,)


@pytest.mark.parametrize(
    ("agency", "places", "brief"),
    [
        ("东乡族自治县人民政府", ("东乡族自治县",), "东乡"),
        ("石山保安族东乡族撒拉族自治县人民政府", ("石山保安族东乡族撒拉族自治县",), "石山"),
        ("禾川市杏湾区青石街道办事处", ("禾川市", "杏湾区", "青石街道"), "青石"),
    ],
)
def test_autonomous_places_and_streets_govern_themselves(agency: str, places: tuple[str, ...], brief: str) -> None:
    assert (places_of(agency), own_part(agency), short(places[-1])) == (places, "", brief)


def test_the_government_of_an_office_is_named_in_full() -> None:
    assert government_of("岭头县人民政府办公室") == "岭头县人民政府"
    assert government_of("岭头县办公室") == "岭头县人民政府"


def test_a_whole_place_is_its_government(catalogue: Catalogue) -> None:
    query = understood("全市2022年新收多少件", catalogue).query
    assert query is not None and query.agencies == (CITY,)
    wide = understood("2022年全市各部门新收合计多少件", catalogue).query
    assert wide is not None and (wide.agencies, wide.unit) == ((), "部门")


def test_a_follow_up_keeps_saying_whose_number_it_is(catalogue: Catalogue) -> None:
    first = understood("岭头县2022年新收多少件", catalogue)
    note = ("office_only", f"禾川市岭头县人民政府={COUNTY_OFFICE}")
    assert note in parse("那2021年呢", catalogue, first).notes
    assert note not in parse("岭头县政府办2021年呢", catalogue, first).notes


def test_the_government_of_a_kind_is_missing_where_there_is_only_its_office(catalogue: Catalogue) -> None:
    parsed = understood("县政府2022年新收多少件", catalogue)
    assert (parsed.why, parsed.near) == ("unknown_agency", (COUNTY_OFFICE,))


def test_a_place_before_departments_compared_with_each_other_only_says_where_they_are(catalogue: Catalogue) -> None:
    query = understood("在禾川，2022年水务局新收的比财政局多几件", catalogue_of(CITY, WATER, "禾川市财政局")).query
    assert query is not None and set(query.agencies) == {WATER, "禾川市财政局"}


@pytest.mark.parametrize(
    ("kind", "agency"),
    [("旗", "北原旗人民政府"), ("盟", "乌兰盟行政公署"), ("州", "大石白族自治州人民政府")],
)
def test_banners_leagues_and_prefectures_are_kinds_of_agency(kind: str, agency: str) -> None:
    query = parse(f"2022年哪个{kind}新收最多", catalogue_of(agency, CITY, WATER)).query
    assert query is not None and (query.kind, query.unit) == ("rank", kind)
