"""The narrative beside the tables: which place a number speaks of, under which reading it agrees, and when it contradicts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from narrated import claims, examined, problems, the_claim, told

from evals.generate import generate
from extractor.crosscheck import examine
from extractor.pipeline import extract, extract_file
from extractor.sources import read_bytes

NEW, IN, DONE = "applications.new_received.total", "applications.carried_in.total", "applications.outcomes_total.total"
NEXT, HANDLED, GRANTED = "applications.carried_forward.total", "applications.handled.total", "applications.granted.total"
REVIEW, LITIGATION = "review_litigation.review", "review_litigation.litigation"


@pytest.mark.parametrize(
    ("text", "metric", "value"),
    [
        ("全年新收政府信息公开申请120件。", NEW, 120),
        ("2022年共收到政府信息公开申请120件。", NEW, 120),
        ("全年共受理120件政府信息公开申请。", NEW, 120),
        ("我局接到依申请公开一百二十件。", NEW, 120),
        ("上年度结转6件。", IN, 6),
        ("2021年结转6件。", IN, 6),
        ("结转上年政府信息公开申请6件。", IN, 6),
        ("截至2022年12月31日,答复申请118件。", DONE, 118),
        ("其中118件按时办结。", DONE, 118),
        ("结转下年度继续办理8件。", NEXT, 8),
        ("8件结转2023年继续办理。", NEXT, 8),
        ("全年收办政府信息公开申请126件。", HANDLED, 126),
        ("予以公开40件。", GRANTED, 40),
        ("不予公开10件。", "applications.refused.total", 10),
        ("本机关不掌握相关政府信息30件。", "applications.unavailable.not_held.total", 30),
        ("属于四类过程性信息7件。", "applications.refused.process_information.total", 7),
        ("发生行政复议7件。", f"{REVIEW}.total", 7),
        ("因政府信息公开引起的行政诉讼8件。", f"{LITIGATION}.total", 8),
        ("未经复议直接起诉3件。", "review_litigation.litigation_direct.total", 3),
        ("复议后起诉5件。", "review_litigation.litigation_after_review.total", 5),
    ],
)
def test_a_phrase_names_its_place_and_agrees(text: str, metric: str, value: int) -> None:
    assert claims(text) == [(metric, value, "agrees")]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("全年收到政府信息公开申请126件。", "收到 = 新收 + 结转"),
        ("办理政府信息公开申请126件。", "办结 = 新收 + 结转"),
        ("共收到并办理依申请公开126件。", "收到并办理 = 新收 + 结转"),
        ("共收到并办理依申请公开118件。", "收到并办理 = (七)总计"),
        ("涉及行政复议6件。", "复议 = 总计 − 尚未审结"),
        ("行政诉讼6件。", "诉讼 = 总计 − 尚未审结"),
    ],
)
def test_a_number_that_fits_another_reading_is_explained(text: str, reading: str) -> None:
    claim = the_claim(text)
    assert (claim.verdict, claim.reading) == ("explained", reading)
    assert problems(text) == []


def test_a_number_that_fits_no_reading_contradicts_with_both_quotes_and_numbers() -> None:
    text = "全年共新收政府信息公开申请 119 件。"
    (finding,) = problems(text)
    assert finding.rule == "narrative.contradicts"
    assert finding.severity == "error"
    assert "119" in finding.message
    assert "120" in finding.message
    assert finding.cells == (NEW,)
    assert [quote.text for quote in finding.quotes] == ["全年共新收政府信息公开申请 119 件", "120"]
    assert "120" in finding.suggestion


@pytest.mark.parametrize(
    "text",
    [
        "全年收到政府信息公开申请119件。",
        "全年收办政府信息公开申请120件。",
        "答复政府信息公开申请117件。",
        "上年度结转7件。",
        "结转下年度继续办理9件。",
        "予以公开41件。",
        "涉及政府信息公开的行政复议8件。",
        "其中126件按时办结,127件按期答复。",
    ],
)
def test_a_wrong_number_in_a_plain_phrase_contradicts(text: str) -> None:
    assert [finding.rule for finding in problems(text)] == ["narrative.contradicts"]


def test_a_number_beside_a_doubtful_cell_is_no_confident_contradiction() -> None:
    (finding,) = problems("全年新收政府信息公开申请119件。", doubtful=(NEW,))
    assert (finding.rule, finding.severity) == ("narrative.unproven", "warning")
    assert the_claim("全年新收政府信息公开申请119件。", doubtful=(NEW,)).verdict == "not_comparable"


def test_a_number_beside_a_blank_cell_is_not_comparable() -> None:
    assert the_claim("全年新收政府信息公开申请119件。", blank=(NEW,)).verdict == "not_comparable"


@pytest.mark.parametrize(
    "text",
    [
        "2020年收到政府信息公开申请88件。",
        "上半年收到政府信息公开申请51件。",
        "截至2022年11月30日,我局共收到政府信息公开申请51件。",
        "县公安局收到政府信息公开申请51件。",
        "通过网络收到政府信息公开申请70件。",
        "县直部门受理政府信息公开申请70件,镇街受理20件。",
        "配合办理依申请答复6件。",
        "以属于国家秘密为由不予公开4件。",
        "涉及征地拆迁的申请收到30件。",
        "处理群众留言92条,收到提案8件,人大代表建议11件。",
        "政府网站发布信息50条,主动公开文件12件。",
        "下一步将力争办结申请200件。",
        "其余54件已答复。",
        "组织培训3次,答复咨询19件。",
    ],
)
def test_another_scope_year_channel_or_object_never_contradicts(text: str) -> None:
    assert problems(text) == []
    assert all(claim.verdict == "not_comparable" for claim in examined(text).claims)


def test_a_body_within_a_consolidated_report_is_not_the_whole() -> None:
    traits = {"agency": "清河县人民政府", "scope": "consolidated"}
    assert problems("县政府收到政府信息公开申请51件。", **traits) == []
    assert len(problems("全县收到政府信息公开申请51件。", **traits)) == 1


def test_a_bureau_that_speaks_of_the_whole_territory_speaks_of_more_than_itself() -> None:
    assert problems("全市住建系统共收到政府信息公开申请300件。", agency="北川市住房和城乡建设局", scope="own") == []
    assert len(problems("我局共收到政府信息公开申请300件。", agency="北川市住房和城乡建设局", scope="own")) == 1
    assert len(problems("全市共收到政府信息公开申请300件。", agency="北川市人民政府", scope="consolidated")) == 1


def test_an_office_speaks_for_itself_in_its_own_report() -> None:
    office = {"agency": "北川市清河区人民政府办公室"}
    assert len(problems("2022 年清河区人民政府办公室共答复政府信息公开申请117宗。", **office)) == 1
    assert len(problems("区政府办公室收到申请119件。", **office)) == 1
    assert problems("清河区政府收到申请119件。", **office) == []


def test_counts_in_one_sentence_over_two_groups_go_to_their_own_group() -> None:
    text = "行政复议7件,其中结果维持3件、结果纠正1件、其他结果2件、尚未审结1件;行政诉讼8件,结果维持5件、其他结果1件、尚未审结2件。"
    assert claims(text) == [
        (f"{REVIEW}.total", 7, "agrees"),
        (f"{REVIEW}.upheld", 3, "agrees"),
        (f"{REVIEW}.corrected", 1, "agrees"),
        (f"{REVIEW}.other", 2, "agrees"),
        (f"{REVIEW}.pending", 1, "agrees"),
        (f"{LITIGATION}.total", 8, "agrees"),
        (f"{LITIGATION}.upheld", 5, "agrees"),
        (f"{LITIGATION}.other", 1, "agrees"),
        (f"{LITIGATION}.pending", 2, "agrees"),
    ]


def test_a_result_in_brackets_is_a_claim_of_its_own() -> None:
    one = {"review_litigation.review.total": 1, "review_litigation.review.corrected": 1}
    assert claims("1份答复被申请行政复议(结果纠正)。", changed=one) == [
        (f"{REVIEW}.total", 1, "agrees"),
        (f"{REVIEW}.corrected", 1, "agrees"),
    ]


def test_reviews_and_lawsuits_in_one_breath_are_each_or_together() -> None:
    both = [(f"{REVIEW}.total", 0), (f"{LITIGATION}.total", 0)]
    assert [(metric, value) for metric, value, _ in claims("行政复议、行政诉讼案件均为0件。")] == both
    assert claims("行政复议和行政诉讼共15件。") == [(f"{REVIEW}.total + {LITIGATION}.total", 15, "agrees")]


def test_two_outcomes_joined_are_their_sum() -> None:
    assert claims("予以公开或部分公开50件。") == [("applications.granted.total + applications.partially_granted.total", 50, "agrees")]


def test_receipts_and_carry_over_are_added_up() -> None:
    text = "全年新收公众提出的信息公开申请120件,加上上年结转的6件,共126件。"
    assert claims(text) == [(NEW, 120, "agrees"), (IN, 6, "agrees"), (HANDLED, 126, "agrees")]
    assert len(problems(text.replace("126", "127"))) == 1


def test_a_row_outranks_its_group_and_strong_words_after_the_number_weak_ones_before() -> None:
    assert claims("因本局不掌握而无法提供的30件。") == [("applications.unavailable.not_held.total", 30, "agrees")]
    whole = {"applications.unavailable.not_held.total": 26, "applications.unavailable.needs_creation.total": 4}
    assert the_claim("因本机关不掌握相关情况等无法提供30件。", changed=whole).verdict == "explained"
    assert claims("办结的申请里有30件是本机关不掌握。") == [("applications.unavailable.not_held.total", 30, "agrees")]
    assert claims("办结118件予以公开40件。") == [(DONE, 118, "agrees"), (GRANTED, 40, "agrees")]


def test_a_report_of_a_township_speaks_for_itself() -> None:
    assert claims("本年镇政府收到申请120件。", agency="清河县东山镇人民政府", scope="consolidated") == [(NEW, 120, "agrees")]
    assert len(problems("本年镇政府收到申请119件。", agency="清河县东山镇人民政府", scope="consolidated")) == 1


def test_numbers_given_respectively_go_to_their_own_names() -> None:
    assert claims("予以公开、部分公开、不予公开分别为40件、10件、10件。") == [
        (GRANTED, 40, "agrees"),
        ("applications.partially_granted.total", 10, "agrees"),
        ("applications.refused.total", 10, "agrees"),
    ]
    assert claims("行政复议和行政诉讼分别为7件、8件。") == [(f"{REVIEW}.total", 7, "agrees"), (f"{LITIGATION}.total", 8, "agrees")]
    assert problems("不予公开分别为40件、10件、10件。") == []


def test_a_denial_says_zero() -> None:
    none = dict.fromkeys(
        (f"{REVIEW}.total", "review_litigation.litigation_direct.total", "review_litigation.litigation_after_review.total"), 0
    )
    text = "全年未发生因政府信息公开引起的行政复议、行政诉讼。"
    assert claims(text, changed=none) == [(f"{REVIEW}.total", 0, "agrees"), (f"{LITIGATION}.total", 0, "agrees")]
    assert len(problems(text)) == 2
    assert claims("全年未收到政府信息公开申请。", changed={NEW: 0}) == [(NEW, 0, "agrees")]


@pytest.mark.parametrize(
    "text", ["未发生因答复超期引发的行政复议。", "没有收到不符合规定的申请。", "未发生泄密事件。", "申请人未提出复议请求的,不予受理。"]
)
def test_a_narrower_denial_says_nothing(text: str) -> None:
    assert examined(text).claims == ()


def test_money_is_compared_in_the_unit_of_its_field() -> None:
    claim = the_claim("行政事业性收费金额7012.5万元。", heading="(一)主动公开情况")
    assert (claim.metric, claim.value, claim.verdict) == ("proactive.fees.amount_wan_yuan", Decimal("7012.5"), "agrees")
    assert claims("行政事业性收费金额70125000元。", heading="")[0][2] == "agrees"


FEE = "proactive.fees.amount_wan_yuan"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("行政事业性收费金额0.70亿元。", "agrees"),
        ("行政事业性收费金额0.7亿元。", "agrees"),
        ("行政事业性收费金额7012万元。", "agrees"),
        ("行政事业性收费金额7013万元。", "agrees"),
        ("行政事业性收费金额近7100万元。", "agrees"),
        ("行政事业性收费金额7000余万元。", "agrees"),
        ("行政事业性收费金额超过3000万元。", "not_comparable"),
        ("行政事业性收费金额70124951.36元。", "explained"),
        ("行政事业性收费金额7012.53万元。", "explained"),
        ("行政事业性收费金额7012.59万元。", "explained"),
        ("行政事业性收费金额7012.6万元。", "contradicts"),
        ("行政事业性收费金额7014万元。", "contradicts"),
        ("行政事业性收费金额0.71亿元。", "contradicts"),
        ("行政事业性收费金额超过8000万元。", "contradicts"),
    ],
)
def test_amounts_are_compared_to_the_digits_that_both_print(text: str, verdict: str) -> None:
    assert [(claim.metric, claim.verdict) for claim in examined(text, heading="").claims if claim.metric == FEE] == [(FEE, verdict)]
    assert [one.rule for one in problems(text, heading="")] == (["narrative.contradicts"] if verdict == "contradicts" else [])


def test_tables_that_round_an_amount_do_not_contradict_the_full_amount() -> None:
    readings = []
    for made in generate(120, 101, mess=[("money_formats", 1.0)]):
        (found,) = extract(read_bytes(made.data, made.name))
        assert not [finding for finding in found.findings if finding.rule == "narrative.contradicts"]
        claims_ = [claim for claim in found.claims if claim.metric == "proactive.procurement.amount_yuan"]
        readings += [claim.reading for claim in claims_ if claim.verdict == "explained"]
    assert "采购总金额，按印出的位数" in readings


def test_amounts_told_twice_to_different_digits_do_not_disagree() -> None:
    none = {FEE: None}
    same = "行政事业性收费金额70125000元。全年行政事业性收费金额0.7亿元。"
    other = "行政事业性收费金额70125000元。全年行政事业性收费金额0.8亿元。"
    assert problems(same, heading="", changed=none) == []
    assert [one.rule for one in problems(other, heading="", changed=none)] == ["narrative.disagrees"]


def test_parts_and_totals_told_in_tens_of_thousands_add_up_to_their_digits() -> None:
    heading = "(三)平台建设"
    assert problems("发布信息3.4万条，其中动态1.2万条、解读2.3万条。", heading=heading) == []
    assert [one.rule for one in problems("发布信息3.4万条，其中动态2.2万条、解读2.3万条。", heading=heading)] == ["narrative.parts"]


def test_documents_made_repealed_and_in_force_go_to_their_columns() -> None:
    text = "制发行政规范性文件13件,废止行政规范性文件2件,现行有效件数95件。"
    stem = "proactive.normative_documents"
    assert claims(text, heading="(一)主动公开情况") == [
        (f"{stem}.issued", 13, "agrees"),
        (f"{stem}.repealed", 2, "agrees"),
        (f"{stem}.in_force", 95, "agrees"),
    ]


def test_rates_are_computed_and_stated_as_shares() -> None:
    claim = the_claim("予以公开率为33.9%。")
    assert (claim.metric, claim.value, claim.verdict) == ("rates.granted", Decimal("0.339"), "agrees")
    assert problems("办结率100%。") == []


def test_bounds_are_kept_and_respected() -> None:
    claim = the_claim("全年收到政府信息公开申请近130件。")
    assert (claim.bound, claim.verdict) == ("less_than", "agrees")
    assert len(problems("全年收到政府信息公开申请超过130件。")) == 1


def test_changes_are_judged_only_beside_last_years_report() -> None:
    text = "全年收到政府信息公开申请120件,同比增长20%。"
    before, _ = told("", year=2021, changed={NEW: 100, IN: 3})
    wrong, _ = told("", year=2021, changed={NEW: 80, IN: 3})
    assert [claim.verdict for claim in examined(text).claims] == ["agrees", "not_comparable"]
    assert [claim.verdict for claim in examined(text, previous=before).claims] == ["agrees", "agrees"]
    (finding,) = problems("全年新收政府信息公开申请120件,同比增长20%。", previous=wrong)
    assert finding.rule == "narrative.year_on_year"
    assert "50.00%" in finding.message


def test_a_figure_for_last_year_is_compared_with_last_years_report() -> None:
    before, _ = told("", year=2021, changed={NEW: 100, IN: 3})
    (claim,) = examined("2021年新收政府信息公开申请100件。", previous=before).claims
    assert (claim.verdict, claim.scope) == ("agrees", "2021年")
    (finding,) = problems("2021年新收政府信息公开申请98件。", previous=before)
    assert finding.rule == "narrative.previous"


def test_parts_that_exceed_their_total_are_found() -> None:
    parts = "其中,机构类8条,文件类42条,动态类212条,财政类7条,其他信息52条。"
    assert problems(f"公开信息共321条。{parts}", heading="") == []
    (finding,) = problems(f"公开信息共320条。{parts}", heading="")
    assert finding.rule == "narrative.parts"
    assert "8 + 42 + 212 + 7 + 52 = 321" in finding.message
    assert problems("公开信息共400条,其中机构类8条、文件类42条。", heading="") == []
    assert len(problems("公开信息共400条,其中机构类8条、文件类42条、其他信息100条。", heading="")) == 1


def test_a_list_of_bodies_is_added_up() -> None:
    whole = {"agency": "清河县人民政府", "scope": "consolidated", "changed": {NEW: 350, IN: 0}}
    listed = "全县共收到政府信息公开申请350件,其中县公安局{}件,县民政局200件,县教育局100件。"
    assert problems(listed.format(50), **whole) == []
    (finding,) = problems(listed.format(60), **whole)
    assert finding.rule == "narrative.parts"
    assert "360" in finding.message


def test_two_ways_of_dividing_one_total_are_no_mistake() -> None:
    assert problems("共办理业务100件,其中个人80件,企业20件,网上60件,现场40件。", heading="") == []


def test_a_share_is_computed_again() -> None:
    assert problems("全年收到政府信息公开申请120件,其中予以公开40件,占33.3%。") == []
    (finding,) = problems("全年收到政府信息公开申请120件,其中予以公开40件,占45.0%。")
    assert finding.rule == "narrative.share"


def test_without_tables_two_statements_are_compared_with_each_other() -> None:
    report, document = told("全年新收申请12件。(中间)全年新收申请15件。")
    bare = report.model_copy(update={"proactive": None, "applications": None, "review_litigation": None, "cells": {}, "form": None})
    rules = [finding.rule for finding in examine(bare, document).findings if finding.rule.startswith("narrative")]
    assert rules == ["narrative.disagrees"]


def test_examining_twice_changes_nothing() -> None:
    report, document = told("全年收到政府信息公开申请119件,答复118件,组织培训3次。")
    once = examine(report, document)
    assert examine(once, document) == once


@pytest.mark.parametrize(
    "text",
    [
        "未" + "案件" * 400 + "x",
        "未案件案件案件案件案件案件案件案件案件案件案件案件" * 60,
        "数量为" * 500 + "x 3件",
        "市" * 3000 + "3件",
        "第" + "一" * 3000 + "3件",
        "其中" * 800 + "1件、" * 800,
        "1" * 5000 + "件",
        "(" * 2000 + "3件" + ")" * 2000,
        "百分之" * 500 + "百分之九" * 200,
        "较上年" * 700 + "增长3%",
    ],
    ids=range(10),
)
def test_hostile_text_is_examined_all_the_same(text: str) -> None:
    report = examined(text)
    assert {passage.text for passage in report.narrative if text[:3] in passage.text}
    assert all(claim.quote and claim.place.start < claim.place.end for claim in report.claims)


def test_every_quote_stands_at_its_place() -> None:
    text = "一、 全年共受理申请 119 件 ,答复\n\n 118 件。培训 3 次,\t发布 20 条。"
    report, document = told(text)
    found = examine(report, document)
    assert found.claims
    assert found.facts
    for one in (*found.claims, *found.facts):
        assert document.original[one.place.start : one.place.end] == one.quote
    for quote in (quote for finding in found.findings for quote in finding.quotes if finding.rule == "narrative.contradicts"):
        assert quote.place is not None


def test_what_is_no_claim_becomes_a_fact_with_a_name() -> None:
    found = examined("一是在县政府网站发布各类信息3.4万条,较去年增加近1.7万条;举办12次访谈活动,参训人员超300人次。", heading="")
    assert [(fact.what, fact.value, fact.unit, fact.bound) for fact in found.facts] == [
        ("县政府网站发布各类信息", 34000, "条", "exact"),
        ("县政府网站发布各类信息较去年增加", 17000, "条", "less_than"),
        ("举办访谈活动", 12, "次", "exact"),
        ("参训人员", 300, "人次", "more_than"),
    ]
    assert found.claims == ()


def test_a_range_becomes_two_facts_and_a_fee_not_charged_is_zero() -> None:
    found = examined("每期印发10至15份,未收取信息处理费。", heading="", section=6)
    assert [(fact.value, fact.unit, fact.bound) for fact in found.facts] == [
        (10, "份", "at_least"),
        (15, "份", "at_most"),
        (0, "元", "exact"),
    ]


def test_clean_generated_reports_are_never_told_to_contradict_themselves() -> None:
    for one in generate(24, 77):
        for report in extract(read_bytes(one.data, one.name)):
            assert [finding.message for finding in report.findings if finding.rule.startswith("narrative.")] == []


def test_planted_figures_are_found_and_nothing_else() -> None:
    planted = found = 0
    for one in generate(48, 78, mistakes=1):
        wrong = [claim for claim in one.label.claims if claim.verdict == "contradicts" and not claim.optional]
        (report,) = extract(read_bytes(one.data, one.name))
        told = [claim for claim in report.claims if claim.verdict == "contradicts"]
        planted += len(wrong)
        found += sum(any(claim.value == other.value and claim.place.start < other.end for claim in told) for other in wrong)
        assert all(any(claim.value == other.value for other in one.label.claims if other.verdict == "contradicts") for claim in told)
    assert planted >= 3
    assert found == planted


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.mark.skipif(not SHARED.exists(), reason="the seed reports are not here")
@pytest.mark.parametrize("number", range(5))
def test_the_labelled_claims_and_facts_of_the_seeds_are_found(number: int) -> None:
    label = json.loads((SHARED / "labels" / f"{number:03}.json").read_text(encoding="utf-8"))
    (report,) = extract_file(SHARED / "seeds" / label["source"])
    wanted = [(one["metric"], one["value"], one["verdict"]) for one in label["narrative_claims"]]
    assert sorted((claim.metric, int(claim.value), claim.verdict) for claim in report.claims) == sorted(wanted)
    facts = {(fact.value, fact.unit) for fact in report.facts}
    assert {(Decimal(str(one["value"])), one["unit"]) for one in label["narrative_facts"]} <= facts
    wrong = [finding.rule for finding in report.findings if finding.rule.startswith("narrative.")]
    assert wrong == (["narrative.contradicts"] if number == 1 else [])
