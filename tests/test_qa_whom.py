"""Whom a question is about, what it says besides what it asks, what it leaves out, and which lawsuits it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from qa.asides import asides
from qa.bounds import bounds
from qa.catalogue import Catalogue, Entry
from qa.disputes import canonical
from qa.glossary import in_chinese
from qa.parse import parse
from qa.parsed import Parsed
from qa.query import Query
from qa.speech import names_something

CITY, OFFICE = "禾川市人民政府", "禾川市人民政府办公室"
WATER, HOUSING, FINANCE = "禾川市水务局", "禾川市住房和城乡建设局", "禾川市财政局"
OTHER, OTHER_WATER = "云陂市人民政府", "云陂市水务局"
NEW = "applications.new_received.total"


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    names = (CITY, OFFICE, WATER, HOUSING, FINANCE, OTHER, OTHER_WATER)
    years = (2021, 2022, 2023)
    yield Catalogue(
        tuple(Entry(f"{name}{year}", name, year, "2021", True, "unknown", None, f"{name}.txt") for name in names for year in years)
    )


@dataclass(frozen=True)
class Asked:
    catalogue: Catalogue

    def parsed(self, question: str, *before: str) -> Parsed:
        last: Parsed | None = None
        for earlier in before:
            last = parse(earlier, self.catalogue, last)
        return parse(question, self.catalogue, last)

    def query(self, question: str, *before: str) -> Query:
        parsed = self.parsed(question, *before)
        assert parsed.query is not None, parsed
        return parsed.query


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue) -> Asked:
    return Asked(catalogue)


@pytest.mark.parametrize(
    ("question", "agencies"),
    [
        ("禾川的水务局、财政局2022年新收合计多少", {WATER, FINANCE}),
        ("水务局、财政局，禾川市这两家2022年新收合计多少件", {WATER, FINANCE}),
        ("禾川市财政、水务两个局2022年各新收多少件", {FINANCE, WATER}),
        ("禾川市和禾川市水务局2022年新收各多少件", {CITY, WATER}),
        ("禾川市政府和它的办公室2022年新收各多少件", {CITY, OFFICE}),
        ("水务局和住建局相比，禾川这两个局2022年谁新收的多", {WATER, HOUSING}),
        ("禾川市政府办结的申请2022年有多少件", {CITY}),
    ],
)
def test_a_place_beside_its_departments_only_says_where_they_are(asked: Asked, question: str, agencies: set[str]) -> None:
    assert set(asked.query(question).agencies) == agencies


def test_a_department_that_a_place_does_not_have_is_a_stranger(asked: Asked) -> None:
    parsed = asked.parsed("云陂市财政局2022年新收多少件")
    assert parsed.why == "unknown_agency" and parsed.unknown == ("云陂市财政局",)


@pytest.mark.parametrize(
    ("question", "why"),
    [("禾川那个局2022年新收多少件", "which_agency"), ("他们2022年新收多少件", "which_agency"), ("2022年哪个市做得最好", "what")],
)
def test_what_is_not_named_or_not_counted_is_asked_back(asked: Asked, question: str, why: str) -> None:
    parsed = asked.parsed(question)
    assert (parsed.route, parsed.why) == ("clarify", why)


def test_governments_of_one_kind_are_a_kind_not_one_of_them(asked: Asked) -> None:
    query = asked.query("2022年各市人民政府当中，新收最多的是哪一个")
    assert (query.kind, query.unit, query.agencies) == ("rank", "市", ())


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("禾川市2022年新收了几件，公司的别算进去，只要自然人的", "natural_person"),
        ("禾川市2022年新收申请里，不是公司、是自然人提的有几件", "natural_person"),
    ],
)
def test_what_is_named_only_to_be_left_out_is_not_asked_for(asked: Asked, question: str, left: str) -> None:
    assert asked.query(question).metrics == (f"applications.new_received.{left}",)


def test_the_results_that_are_not_meant_leave_the_third(asked: Asked) -> None:
    query = asked.query("禾川市2022年行政复议，既非维持也非纠正的有几件")
    assert query.metrics == ("review_litigation.review.other",)


def test_a_sentence_that_leads_up_to_the_question_limits_nothing(asked: Asked) -> None:
    parsed = asked.parsed("我在写一篇学生论文。禾川市2022年以国家秘密为由不予公开了多少件？")
    assert parsed.route == "records" and parsed.words == ()
    assert parsed.query is not None and parsed.query.metrics == ("applications.refused.state_secret.total",)


def test_asides_are_sentences_without_a_question() -> None:
    text = "打扰了。\x01\x01新收多少件?我要核对。"
    spans = asides(text, [text.index("多少")])
    assert {text[start:end] for start, end in spans} == {"打扰了。", "我要核对。"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("没有先申请复议、径行向法院起诉的", "未经复议直接起诉"),
        ("没走复议就直接把禾川市政府告上法院的", "未经复议直接起诉"),
        ("复议完了又接着打官司的", "复议后起诉"),
        ("不服复议决定再起诉的", "复议后起诉"),
        ("cases taken straight to court", "litigation without review"),
        ("suits brought after administrative review", "litigation after review"),
    ],
)
def test_both_kinds_of_lawsuit_are_read_from_what_people_say(said: str, meant: str) -> None:
    assert meant in canonical(said)


@pytest.mark.parametrize("plain", ["没有复议也没有诉讼的机关", "行政复议、行政诉讼分别有多少", "被人告到法院一共几回"])
def test_what_tells_no_kind_of_lawsuit_stays_as_it_is(plain: str) -> None:
    assert canonical(plain) == plain


@pytest.mark.parametrize(
    ("text", "op", "value"),
    [
        ("收费过50万元的", ">", "500000"),
        ("采购不低于一亿元的", ">=", "100000000"),
        ("在100以上(不含恰好100)的", ">", "100"),
        ("至少输10件的", ">=", "10"),
        ("门槛提到100件", ">=", "100"),
    ],
)
def test_bounds_as_people_say_them(text: str, op: str, value: str) -> None:
    found, _ = bounds(text)
    assert found.where is not None and (found.where.op, found.where.value) == (op, Decimal(value))


def test_a_bound_on_money_is_in_the_unit_of_the_metric(asked: Asked) -> None:
    query = asked.query("2022年行政事业性收费超过50万元的是哪些机关")
    assert query.where is not None and query.where.value == 50


def test_a_bound_without_a_metric_is_asked_back(asked: Asked) -> None:
    assert asked.parsed("2022年超过20件的有哪些机关").route == "clarify"


@pytest.mark.parametrize(
    ("question", "before", "field", "value"),
    [
        ("门槛提到100件，还剩谁", "2022年哪些机关新收超过50件", "where.value", Decimal(100)),
        ("换成结转下年的，又是哪家", "2022年新收最多的是哪家", "metrics", ("applications.carried_forward.total",)),
        ("不算禾川市政府呢", "2022年新收最多的是哪家", "without", (CITY,)),
        ("那规范性文件呢", "禾川市2022年废止的规章有几件", "metrics", ("proactive.normative_documents.repealed",)),
        ("其中企业申请的几件", "禾川市2022年本机关不掌握的有几件", "metrics", ("applications.unavailable.not_held.business",)),
        ("那再往前一年呢", "禾川市2023年新收几件", "years", (2022,)),
    ],
)
def test_a_follow_up_changes_one_thing(asked: Asked, question: str, before: str, field: str, value: object) -> None:
    found: object = asked.query(question, before)
    for part in field.split("."):
        found = getattr(found, part)
    assert found == value


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("禾川市水务局和财政局2022年新收总数各多少", "compare"),
        ("禾川市2021、2022年行政复议总数", "trend"),
        ("禾川市2021、2022年新收一共多少件", "sum"),
        ("禾川市水务局2022年办结的申请里，予以公开的占几成", "share"),
        ("自然人提的占禾川市2022年新收的多少", "share"),
    ],
)
def test_totals_sums_and_shares_are_told_apart(asked: Asked, question: str, kind: str) -> None:
    assert asked.query(question).kind == kind


def test_reports_handed_in_are_counted_and_listed(asked: Asked) -> None:
    count, listed = asked.query("2022年度的年报一共收齐了几份"), asked.query("禾川市已经报了2023年年报的单位，列个名单")
    assert (count.kind, count.metrics, count.years) == ("count", (), (2022,))
    assert (listed.kind, listed.metrics, listed.region) == ("list", (), "禾川市")


def test_only_nouns_narrow_what_is_counted() -> None:
    text = "外国人提出的申请"
    assert names_something(text, 0, 3)
    text = "自己跑来申请的"
    assert not names_something(text, 2, 4)


def test_english_words_have_chinese_ones() -> None:
    assert "合同" in in_chinese("contracts") and "下载" in in_chinese("downloaded")
    assert in_chinese("qqqq") == ()


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("云陂市政府和它的办公室2022年新收各多少件", "办公室（云陂市人民政府）"),
        ("禾川市政府和岭头县政府2022年新收各多少件", "岭头县政府"),
    ],
)
def test_an_agency_that_is_not_there_is_named_beside_one_that_is(asked: Asked, question: str, missing: str) -> None:
    parsed = asked.parsed(question)
    assert parsed.unknown == (missing,) and len(parsed.agencies) == 1
