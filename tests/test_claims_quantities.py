"""Quantities of a text: numbers with units, bounds and ranges; dates, names and addresses are none."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.numbers import hanzi
from extractor.crosscheck.precision import belies, fits, grain_of, same
from extractor.crosscheck.quantities import chinese, quantities


def found(text: str) -> list[tuple[str, str, str]]:
    return [(f"{q.value:f}", q.unit, q.bound) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发布信息 2111 项", [("2111", "项", "exact")]),
        ("加载信息3200多条", [("3200", "条", "more_than")]),
        ("梳理5700余项清单", [("5700", "项", "more_than")]),
        ("发布3.4万条", [("34000", "条", "exact")]),
        ("近1.7万条", [("17000", "条", "less_than")]),
        ("超2.6万条", [("26000", "条", "more_than")]),
        ("约300人次", [("300", "人次", "about")]),
        ("300人次左右", [("300", "人次", "about")]),
        ("不少于20次", [("20", "次", "at_least")]),
        ("50件以内", [("50", "件", "at_most")]),
        ("100余万人次", [("1000000", "人次", "more_than")]),
        ("金额9.39亿元", [("939000000", "元", "exact")]),
        ("金额405223.75元", [("405223.75", "元", "exact")]),
        ("采购2357295.15元", [("2357295.15", "元", "exact")]),
        ("１２件、３４．５％", [("12", "件", "exact"), ("34.5", "%", "exact")]),
        ("1,234件", [("1234", "件", "exact")]),
        ("百分之九十五点五", [("95.5", "%", "exact")]),
        ("召开会议四次", [("4", "次", "exact")]),
        ("受理三百二十一件", [("321", "件", "exact")]),
        ("受理一万二千件", [("12000", "件", "exact")]),
        ("对6大方面15项任务", [("6", "个方面", "exact"), ("15", "项", "exact")]),
        ("部分公开67,占4.61%", [("67", "", "exact"), ("4.61", "%", "exact")]),
        ("关注人数8.3万。", [("83000", "人", "exact")]),
        ("常住人口约2.3万,", [("23000", "人", "about")]),
        ("9座水库", [("9", "座", "exact")]),
        ("公报一期。", [("1", "期", "exact")]),
        ("提高2.3个百分点", [("2.3", "个百分点", "exact")]),
    ],
)
def test_a_number_with_its_unit_and_bound_is_a_quantity(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2022年1月1日至12月31日",
        "国办函〔2020〕109号",
        "第三十七条、第三十八条",
        "《2022年政务公开工作要点》",
        "《关于做好12件实事的通知》",
        "电话:020-84636178,邮编:511400",
        "清河东路319号",
        "http://www.example.gov.cn/3项/12件",
        "“三公”经费和“一件事一次办”",
        "一站式服务、一网通办、第一时间",
        "三级审核制度,由总体情况等六部分组成",
        "属于三类内部事务信息、四类过程性信息",
        "1.属于国家秘密",
        "每件申请、同一件事、这一项工作",
    ],
)
def test_dates_names_articles_and_addresses_are_no_quantities(text: str) -> None:
    assert found(text) == []


def test_a_range_keeps_both_ends() -> None:
    (quantity,) = quantities("办理10至15件")
    assert (quantity.low, quantity.value) == (Decimal(10), Decimal(15))


def test_a_span_holds_the_number_and_its_unit() -> None:
    text = "共受理申请 454 件,其中"
    (quantity,) = quantities(text)
    assert text[quantity.start : quantity.end] == "454 件"


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_chinese_numeral_has_the_value_it_was_written_from(number: int) -> None:
    assert chinese(hanzi(number)) == number


@pytest.mark.parametrize("numeral", ["", "件", "二三十", "三四百"])
def test_a_malformed_numeral_has_no_value(numeral: str) -> None:
    assert chinese(numeral) is None


@pytest.mark.parametrize(
    ("text", "number", "says"),
    [
        ("12件", 12, True),
        ("12件", 13, False),
        ("3.4万件", 34_499, True),
        ("3.4万件", 34_600, True),
        ("3.4万件", 35_000, False),
        ("3.4万件", 33_499, False),
        ("三万件", 30_012, True),
        ("三百件", 302, False),
        ("近500余件", 489, True),
        ("不足500件", 120, False),
        ("近100件", 40, False),
        ("近500件", 489, True),
        ("近500件", 501, False),
        ("超500件", 512, True),
        ("超500件", 480, False),
        ("500余件", 560, True),
        ("约100件", 97, True),
        ("约100件", 92, True),
        ("约100件", 130, False),
        ("10至15件", 12, True),
        ("10至15件", 16, False),
        ("不少于20件", 900, True),
    ],
)
def test_a_stated_quantity_fits_the_numbers_it_can_be_said_of(text: str, number: int, says: bool) -> None:
    (quantity,) = quantities(text)
    assert (quantity.unit, quantity.end) == ("件", len(text))
    assert fits(quantity, Decimal(number)) is says


@pytest.mark.parametrize(
    ("text", "number", "says"),
    [
        ("超过500件", 1200, False),
        ("超过500件", 480, True),
        ("500余件", 1200, True),
        ("不足500件", 120, False),
        ("近500件", 120, True),
        ("约500件", 800, True),
    ],
)
def test_a_bound_is_belied_only_by_a_number_that_makes_it_untrue(text: str, number: int, says: bool) -> None:
    (quantity,) = quantities(text)
    assert belies(quantity, Decimal(number)) is says


@pytest.mark.parametrize(
    ("raw", "value", "grain"),
    [
        ("0.07亿元", "7000000.00", "1000000"),
        ("12.35万元", "123500.00", "100"),
        ("12.35", "123500.00", "100"),
        ("人民币8,322,796.1元", "8322796.1", "0.1"),
        ("１２．３５万元", "123500", "100"),
        ("731", "7310000", "10000"),
        ("0.00亿元", "0.00", "1000000"),
        ("0.0", "0", "0.1"),
        ("0", "0", "0"),
        ("731", "99", "0"),
        (None, "99", "0"),
    ],
)
def test_an_amount_is_told_to_the_worth_of_its_last_printed_digit(raw: str | None, value: str, grain: str) -> None:
    assert grain_of(raw, Decimal(value)) == Decimal(grain)


@given(
    st.decimals(min_value=1, max_value=10**9, places=2),
    st.integers(min_value=-2, max_value=8),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN]),
)
def test_a_number_rounded_or_cut_off_anywhere_is_the_same_number(number: Decimal, places: int, way: str) -> None:
    step = Decimal(1).scaleb(places)
    printed = (number / step).quantize(Decimal(1), rounding=way) * step
    assert same(printed, step, number, Decimal("0.01"))
    assert same(number, Decimal("0.01"), printed, step)
    assert not same(printed + 2 * step, step, number, Decimal("0.01"))
    assert not same(printed - 2 * step, step, number, Decimal("0.01"))


def test_a_rise_is_not_the_fall_that_is_as_near_to_nothing() -> None:
    assert not same(Decimal("-0.3"), Decimal("0.1"), Decimal("0.35"))
