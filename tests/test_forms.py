"""The statutory forms: names, sizes and sums as the design and the statute give them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.errors import FormError
from extractor.forms import Applications, Proactive2019, Proactive2021, ReviewLitigation, form_of, metric_of, metrics_of

ROWS_2021 = [
    "new_received",
    "carried_in",
    "granted",
    "partially_granted",
    "refused.state_secret",
    "refused.law_prohibits",
    "refused.endangers_security",
    "refused.third_party_rights",
    "refused.internal_affairs",
    "refused.process_information",
    "refused.enforcement_files",
    "refused.administrative_inquiry",
    "unavailable.not_held",
    "unavailable.needs_creation",
    "unavailable.still_unclear",
    "not_processed.petition",
    "not_processed.duplicate",
    "not_processed.publication",
    "not_processed.abusive_repeats",
    "not_processed.reconfirmation",
    "other_handling.correction_overdue",
    "other_handling.fee_overdue",
    "other_handling.other",
    "outcomes_total",
    "carried_forward",
]


def test_section_three_has_the_rows_of_the_form_in_printed_order() -> None:
    assert [row.path.removeprefix("applications.") for row in form_of("2021").section(3)] == ROWS_2021
    divided = [row for row in ROWS_2021 if not row.startswith("other_handling")]
    undivided = [row.path.removeprefix("applications.") for row in form_of("2019").section(3)]
    assert [row for row in undivided if row != "other_handling.undivided"] == divided and len(undivided) == 23


@pytest.mark.parametrize(("key", "divided", "cells", "sums"), [("2021", True, 175, 39), ("2019", False, 161, 37), ("2021", False, 161, 37)])
def test_section_three_has_so_many_cells_and_sums(key: str, divided: bool, cells: int, sums: int) -> None:
    form = form_of(key, divided)  # type: ignore[arg-type]
    assert sum(len(row.cells) for row in form.section(3)) == cells
    assert sum(identity.kind != "group" for identity in form.identities) == sums
    assert sum(identity.kind == "group" for identity in form.identities) == 3


def test_every_column_of_outcomes_adds_up_all_rows_between_receipts_and_total() -> None:
    form = form_of("2021")
    column = next(i for i in form.identities if i.id == "column:applications.business")
    outcomes = [
        row
        for row in form.section(3)
        if row.path.rpartition(".")[2] not in ("new_received", "carried_in", "outcomes_total", "carried_forward")
    ]
    assert column.left == tuple(f"{row.path}.business" for row in outcomes)
    assert column.right == ("applications.outcomes_total.business",)


def test_section_two_has_the_columns_of_each_form() -> None:
    assert [
        c.rpartition(".")[0].rpartition(".")[2] + "." + c.rpartition(".")[2] for row in form_of("2021").section(2) for c in row.cells
    ] == [
        *(f"{row}.{key}" for row in ("rules", "normative_documents") for key in ("issued", "repealed", "in_force")),
        *(f"{row}.decisions" for row in ("licensing", "penalties", "coercion")),
        "fees.amount_wan_yuan",
    ]
    assert form_of("2019").row("proactive.procurement").cells == ("proactive.procurement.projects", "proactive.procurement.amount_yuan")


def test_a_change_may_be_negative_and_a_count_may_not() -> None:
    assert Proactive2019.model_validate({"fees": {"prior_items": 3, "change": -2}}).fees.change == -2
    with pytest.raises(ValueError, match="greater_than_equal"):
        Proactive2021.model_validate({"licensing": {"decisions": -1}})


def test_the_other_handling_of_either_form_is_told_by_its_fields() -> None:
    one = Applications.model_validate({"other_handling": {"undivided": {"total": 4}}})
    three = Applications.model_validate({"other_handling": {"fee_overdue": {"total": 4}}})
    assert type(one.other_handling).__name__ == "OtherUndivided" and type(three.other_handling).__name__ == "OtherDivided"


def test_forms_are_equal_by_their_choices_and_rows_are_found_by_row_or_cell() -> None:
    form = form_of("2021")
    assert form == form_of("2021", True) and form != form_of("2021", False) and form_of("2021", False).mixed
    assert form.row("applications.granted.total") is form.row("applications.granted")
    with pytest.raises(FormError, match="没有“applications"):
        form.row("applications.nothing")


def test_every_cell_is_a_metric_and_groups_and_rates_are_derived() -> None:
    form = form_of("2021")
    metrics = metrics_of(form)
    assert set(form.cells) <= metrics.keys()
    values: dict[str, int | Decimal | None] = dict.fromkeys(form.cells, 0)
    values["applications.refused.state_secret.total"] = 2
    values["applications.refused.process_information.total"] = 3
    values["applications.outcomes_total.total"] = 20
    assert metrics["applications.refused.total"].value(values) == 5
    assert metrics["rates.refused"].value(values) == Decimal("0.25")
    assert metrics["rates.review_corrected"].value(values) is None
    values["applications.refused.state_secret.total"] = None
    assert metrics["applications.refused.total"].value(values) is None


def test_both_litigation_groups_are_one_metric() -> None:
    metric = metric_of("review_litigation.litigation.pending")
    assert metric.terms == ("review_litigation.litigation_direct.pending", "review_litigation.litigation_after_review.pending")
    assert ReviewLitigation().litigation_direct.pending is None
    with pytest.raises(FormError):
        metric_of("rates.unknown")
