"""Turns of the narrative that once gave a number the wrong place, the wrong year, or an office an untrue contradiction."""

from __future__ import annotations

import pytest
from narrated import claims, problems

STEM = "applications"
NEW, IN, DONE, NEXT = (f"{STEM}.{name}.total" for name in ("new_received", "carried_in", "outcomes_total", "carried_forward"))
GRANTED, NOT_HELD, DUPLICATE = f"{STEM}.granted.total", f"{STEM}.unavailable.not_held.total", f"{STEM}.not_processed.duplicate.total"


def verdicts(text: str) -> dict[tuple[str, int], str]:
    return {(metric, int(value)): verdict for metric, value, verdict in claims(text)}


def test_a_sentence_that_goes_on_with_parts_keeps_the_time_of_the_one_before() -> None:
    text = "2022年上半年,受理政府信息公开申请51件,答复48件。其中同意公开或部分公开31件。"
    assert set(verdicts(text).values()) == {"not_comparable"}
    assert problems(text) == []


def test_a_new_sentence_without_其中_speaks_of_the_year_again() -> None:
    assert verdicts("2022年上半年,受理政府信息公开申请51件。全年受理120件。")[NEW, 120] == "agrees"


@pytest.mark.parametrize(
    "text", ["办结依申请公开118件(含2021年结转的6件),其中,予以公开40件。", "新收申请120件,较2021年增加15件;办结118件,予以公开40件。"]
)
def test_a_year_in_a_remark_or_a_comparison_that_is_over_is_not_the_years_of_what_follows(text: str) -> None:
    assert verdicts(text)[GRANTED, 40] == "agrees"
    assert verdicts(text)[DONE, 118] == "agrees"


def test_what_is_carried_over_behind_what_was_decided_is_left_for_the_next_year() -> None:
    assert verdicts("已答复118件,结转8件。")[NEXT, 8] == "agrees"
    assert verdicts("除8件转结2023年办理外,均已答复。")[NEXT, 8] == "agrees"
    assert verdicts("新收120件,结转6件。")[IN, 6] == "agrees"


def test_citizens_and_organisations_together_are_all_applicants() -> None:
    assert verdicts("受理公民、法人和其他组织提出的政府信息公开申请120件。") == {(NEW, 120): "agrees"}


def test_newly_made_and_revised_documents_told_apart_are_no_contradiction_of_those_issued() -> None:
    assert problems("全年公开规范性文件13件(其中新制定9件,修订4件)。", heading="(一)主动公开情况") == []


def test_all_lawsuits_beside_those_over_disclosure_are_no_contradiction() -> None:
    text = "全年办理行政复议案件252件,其中涉及政府信息公开的7件;办理行政应诉案件45件。"
    assert problems(text) == []
    assert verdicts(text)["review_litigation.review.total", 7] == "agrees"


def test_granted_including_granted_in_part_is_both_rows() -> None:
    assert problems("其中予以公开50件(含部分公开10件)。") == []
    assert verdicts("其中予以公开50件(含部分公开10件)。")[f"{GRANTED} + {STEM}.partially_granted.total", 50] == "agrees"
    assert problems("其中予以公开51件(含部分公开10件)。")


def test_answered_may_leave_out_what_was_otherwise_handled() -> None:
    assert verdicts("已答复95件。")[DONE, 95] == "explained"
    assert problems("已办结95件。")


def test_the_information_is_the_subject_of_its_refusal() -> None:
    found = verdicts("不予公开10件,信息无法提供30件、不予处理5件,其他处理23件。")
    assert found[f"{STEM}.unavailable.total", 30] == found[f"{STEM}.other_handling.total", 23] == "agrees"
    found = verdicts("其中,不予公开10件,非本机关掌握信息30件,重复申请5件。")
    assert found[NOT_HELD, 30] == found[DUPLICATE, 5] == "agrees"


def test_the_year_of_the_report_still_counts() -> None:
    assert verdicts("2021年受理申请99件。") == {(NEW, 99): "not_comparable"}


def test_a_misprint_in_a_list_of_outcomes_does_not_hide_what_follows() -> None:
    found = verdicts("共收到申请120份。其中,予以公开40件,属于四类过程性性信息7件,本局不掌握相关政府信息30件,重复申请5件。")
    assert found[NOT_HELD, 30] == found[DUPLICATE, 5] == "agrees"


@pytest.mark.parametrize(
    "text",
    [
        "本机关制发公文707件,主动公开673件,依申请公开20件,不予公开14件。",
        "全年公文类信息215条,其中属于主动公开的120条、属于依申请公开的60条、属于不予公开的35条。",
    ],
)
def test_documents_told_apart_by_how_they_are_disclosed_are_no_applications(text: str) -> None:
    assert problems(text, heading="(一)主动公开情况") == []
    assert claims(text, heading="(一)主动公开情况") == []


def test_a_sentence_on_both_keeps_its_applications() -> None:
    assert verdicts("主动公开信息673件,收到申请120件,不予公开10件。")[f"{STEM}.refused.total", 10] == "agrees"


def test_the_rate_of_proposals_is_not_that_of_applications() -> None:
    assert claims("办理人大代表建议25件、政协提案31件,办结率100%。") == []


@pytest.mark.parametrize("ours", ["我街道", "本街道", "我街道办事处"])
def test_our_street_is_the_office_itself(ours: str) -> None:
    (claim,) = claims(f"2022年,{ours}共收到政府信息公开申请120件。", agency="青岚区石桥街道办事处")
    assert claim == (NEW, 120, "agrees")


def test_matters_received_for_handling_are_received_and_what_turns_to_the_next_year_is_left_over() -> None:
    assert verdicts("共收到依申请公开办理事项120件。") == {(NEW, 120): "agrees"}
    assert verdicts("全年办结118件,转下一年办理8件。") == {(DONE, 118): "agrees", (NEXT, 8): "agrees"}


def test_received_and_handled_in_one_breath_may_be_what_was_received() -> None:
    assert verdicts("全年收到处理依申请公开120件。") == {(NEW, 120): "agrees"}
