"""Quotes and numbers are checked to the digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.ground import check_quote, figures, numbers, untraced

PASSAGE = "全年新收申请1,431件，公开9999件；收费3.4万元，满意率87.5%。"


@pytest.mark.parametrize(
    ("quote", "status"),
    [
        ("新收申请1,431件", "exact"),
        ("新收申请１４３１件", "normalised"),
        ("新收 申请 1431 件", "normalised"),
        ("新收申请1481件", "absent"),
        ("新收申请143件", "absent"),
        ("公开92件", "absent"),
        ("431件", "exact"),
        ("另有一句", "elsewhere"),
        ("", "absent"),
        ("，。", "absent"),
    ],
)
def test_a_quote_stands_or_it_does_not(quote: str, status: str) -> None:
    assert check_quote(quote, PASSAGE, ["这里另有一句话。"]) == status


def test_units_of_ten_thousand_are_multiplied_out() -> None:
    assert numbers("3.4 万条，1,234件，12.5%") == [("3.4 万", Decimal(34000)), ("1,234", Decimal(1234)), ("12.5%", Decimal("0.125"))]


def test_an_amount_in_its_own_unit_is_traced() -> None:
    assert untraced("收费金额为 7,012 万元", (), [Decimal(7012)]) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("新收1431件", []),
        ("新收1481件", ["1481"]),
        ("满意率87.5%", []),
        ("满意率87.6%", ["87.6%"]),
        ("收费3.4万元", []),
        ("收费34000元", []),
        ("2020年新收1431件", []),
        ("2021年新收1431件", ["2021"]),
    ],
)
def test_a_number_that_nothing_bears_out_is_found(text: str, missing: list[str]) -> None:
    assert untraced(text, [PASSAGE], (), [2020]) == missing


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_traced_exactly_when_it_is_there(number: int, other: int) -> None:
    assert (untraced(f"共{number:,}件", [f"共{other}件"], ()) == []) == (number == other)


@given(st.text(alphabet="0123456789,.%万亿件年〔〕- ", max_size=30))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    assert all(isinstance(value, Decimal) for value in figures(text))
