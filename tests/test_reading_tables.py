"""The offline reader lists what the printed tables may say: one reading of clean text, joint alternatives of damaged text."""

from __future__ import annotations

import pytest

from extractor.forms import Form, form_of
from extractor.model import Group, Reading
from extractor.reading.outline import outlines
from extractor.reading.tables import read_tables
from extractor.sources import read_bytes

APPLICANT_HEAD = "自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"
RESULT_HEAD = "\t".join(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3)


def table_rows(form: Form) -> list[str]:
    """Section three with one different value a row, so that a shifted row shows."""
    return [f"{row.label.full}\t{n}\t0\t0\t0\t0\t0\t{n}" for n, row in enumerate(form.section(3), start=1)]


def report(three: list[str], *, head: str = APPLICANT_HEAD, four: str = "\t".join(["0"] * 15), key: str = "2021") -> str:
    two = "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t3\t1\t9\n"
    if key == "2019":
        two = "第二十条第（一）项\n信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量\n规章\t0\t0\t0\n规范性文件\t3\t1\t9\n"
    return "\n".join(
        [
            "青岚县人民政府2022年政府信息公开工作年度报告",
            "一、总体情况",
            "青岚县人民政府认真做好政府信息公开工作。",
            "二、主动公开政府信息情况",
            two,
            "三、收到和处理政府信息公开申请情况",
            head,
            *three,
            "四、政府信息公开行政复议、行政诉讼情况",
            "行政复议\t未经复议直接起诉\t复议后起诉",
            RESULT_HEAD,
            four,
            "五、存在的主要问题及改进情况",
            "公开的及时性有待提高。",
            "六、其他需要报告的事项",
            "无。",
        ]
    )


def reading_of(text: str) -> Reading:
    document = read_bytes(text.encode(), "t.txt")
    (outline,) = outlines(document)
    return read_tables(document, outline)


def group_at(reading: Reading, row: str) -> Group:
    return next(g for g in reading.groups if any(cell.rpartition(".")[0] == row for cell in g.cells))


def values(group: Group, row: str, choice: int = 0) -> list[int | None]:
    pairs = zip(group.cells, group.alternatives[choice].tokens, strict=True)
    return [None if t is None else t.value for cell, t in pairs if cell.rpartition(".")[0] == row]  # type: ignore[misc]


FORM = form_of("2021")


@pytest.mark.parametrize("separator", ["\t", " ", "   ", " | "])
def test_a_clean_table_has_one_reading_whatever_separates_its_cells(separator: str) -> None:
    reading = reading_of(report([line.replace("\t", separator) for line in table_rows(FORM)]))
    assert (reading.form, reading.divided) == ("2021", True)
    for n, row in enumerate(FORM.section(3), start=1):
        group = group_at(reading, row.path)
        assert len(group.alternatives) == 1 and group.row == "same_line" and group.column == "complete"
        assert values(group, row.path) == [n, 0, 0, 0, 0, 0, n]


def test_every_cell_on_its_own_line_is_one_reading_with_labels_that_precede() -> None:
    three = [piece for line in table_rows(FORM) for piece in line.split("\t")]
    reading = reading_of(report(three, head=APPLICANT_HEAD.replace("\t", "\n"), four="\n".join(["0"] * 15)))
    for n, row in enumerate(FORM.section(3), start=1):
        group = group_at(reading, row.path)
        assert group.row == "precedes" and values(group, row.path) == [n, 0, 0, 0, 0, 0, n]
    assert group_at(reading, "review_litigation.review").row == "precedes"


def test_a_label_broken_over_two_lines_keeps_the_values_of_its_first_line() -> None:
    three = [line.replace("2.其他法律行政法规禁止公开\t", "2.其他法律行政法规禁\t") for line in table_rows(FORM)]
    at = next(i for i, line in enumerate(three) if "2.其他法律" in line)
    reading = reading_of(report([*three[: at + 1], "止公开\t\t\t\t\t\t\t", *three[at + 1 :]]))
    assert values(group_at(reading, "applications.refused.law_prohibits"), "applications.refused.law_prohibits") == [6, 0, 0, 0, 0, 0, 6]


def test_headers_repeated_after_a_page_break_are_not_rows() -> None:
    three = table_rows(FORM)
    reading = reading_of(report([*three[:9], "- 7 -", "申请人情况", APPLICANT_HEAD, *three[9:]]))
    assert all(len(g.alternatives) == 1 for g in reading.groups)
    assert values(group_at(reading, "applications.outcomes_total"), "applications.outcomes_total")[0] == 24


def test_a_vertical_group_label_between_the_rows_is_ignored() -> None:
    three = table_rows(FORM)
    for n, char in enumerate("三、本年度办理结果"):
        three[4 + n] = f"{char}\t{three[4 + n]}"
    reading = reading_of(report(three))
    assert [values(group_at(reading, r.path), r.path)[0] for r in FORM.section(3)] == list(range(1, 26))


def test_a_row_that_lost_cells_lists_every_place_for_the_gap() -> None:
    three = [line.replace("3\t0\t0\t0\t0\t0\t3", "3\t0\t0\t3") if line.startswith("(一)") else line for line in table_rows(FORM)]
    group = group_at(reading_of(report(three)), "applications.granted")
    assert len(group.alternatives) == 35 and group.column == "open" and group.complete


def test_a_glued_digit_string_lists_its_cuts() -> None:
    three = ["(一)予以公开\t3000003" if line.startswith("(一)") else line for line in table_rows(FORM)]
    group = group_at(reading_of(report(three)), "applications.granted")
    assert [3, 0, 0, 0, 0, 0, 3] in [values(group, "applications.granted", n) for n in range(len(group.alternatives))]


def test_labels_that_share_a_cell_compete_for_the_lines_of_values() -> None:
    three = table_rows(FORM)
    at = next(i for i, line in enumerate(three) if line.startswith("6.属于四类"))
    names = " ".join(line.split("\t")[0] for line in three[at : at + 3])
    lines = [line.split("\t", 1)[1] for line in three[at : at + 3]]
    reading = reading_of(report([*three[:at], f"{names}\t{lines[0]}", f"\t{lines[1]}", f"\t{lines[2]}", *three[at + 3 :]]))
    group = group_at(reading, "applications.refused.enforcement_files")
    assert group.row == "competing" and len(group.alternatives) == 6
    assert "6.属于四类过程性信息" in group.why
    assert values(group, "applications.refused.process_information")[0] == at + 1
    assert group_at(reading, "applications.unavailable.not_held").row == "same_line"


def test_a_line_of_values_whose_label_is_lost_is_never_labelled() -> None:
    three = table_rows(FORM)
    at = next(i for i, line in enumerate(three) if line.startswith("2.重复申请"))
    three[at] = three[at].split("\t", 1)[1]
    reading = reading_of(report(three))
    group = group_at(reading, "applications.not_processed.duplicate")
    assert group.row == "unlabelled" and values(group, "applications.not_processed.duplicate")[0] == at + 1
    assert group_at(reading, "applications.not_processed.petition").row == "same_line"


def test_a_misspelt_label_is_recognised_and_said() -> None:
    three = [line.replace("7.属于行政执法案卷", "7.属千行政执法案巻") for line in table_rows(FORM)]
    group = group_at(reading_of(report(three)), "applications.refused.enforcement_files")
    assert values(group, "applications.refused.enforcement_files")[0] == 11 and "不完全相同" in group.why


def test_a_cell_printed_twice_lists_both_values() -> None:
    three = table_rows(FORM)
    at = next(i for i, line in enumerate(three) if line.startswith("2.没有现成"))
    label, rest = three[at].split("\t", 1)
    first, second = f"{label[:-2]}\t{rest.rsplit(chr(9), 1)[0]}\t4", f"{label[-2:]}\t\t\t\t\t\t\t{rest.rsplit(chr(9), 1)[1]}"
    group = group_at(reading_of(report([*three[:at], first, second, *three[at + 1 :]])), "applications.unavailable.needs_creation")
    assert {values(group, "applications.unavailable.needs_creation", n)[-1] for n in range(len(group.alternatives))} == {4, at + 1}


def test_blank_cells_that_the_table_shows_stay_blank_in_their_column() -> None:
    three = [f"{row.label.full}\t{n}\t\t\t\t\t\t{n}" for n, row in enumerate(FORM.section(3), start=1)]
    group = group_at(reading_of(report(three)), "applications.granted")
    assert [t.kind if t else None for t in group.alternatives[0].tokens] == ["number", *["blank"] * 5, "number"]
    assert len(group.alternatives) == 1 and group.column == "box"


def test_a_heading_without_one_column_says_which_column_is_absent() -> None:
    head = APPLICANT_HEAD.replace("科研机构\t", "")
    three = [f"{row.label.full}\t{n}\t1\t2\t3\t4\t{n + 10}" for n, row in enumerate(FORM.section(3), start=1)]
    reading = reading_of(report(three, head=head))
    group = group_at(reading, "applications.granted")
    assert group.column == "header" and dict(zip(group.cells, [t.value for t in group.alternatives[0].tokens if t], strict=True)) == {
        f"applications.granted.{key}": v
        for key, v in zip(
            ["natural_person", "business", "public_interest", "legal_service", "other", "total"], [3, 1, 2, 3, 4, 13], strict=True
        )
    }
    assert any(g.cells == ("applications.granted.research",) for g in reading.groups)


def test_exchanged_column_heads_leave_both_orders_open() -> None:
    head = APPLICANT_HEAD.replace("科研机构\t社会公益组织", "社会公益组织\t科研机构")
    reading = reading_of(report(table_rows(FORM), head=head))
    assert group_at(reading, "applications.granted").column == "open"
    assert any(note.rule == "reading.column_order" for note in reading.notes)


def test_the_form_is_recognised_from_the_text_not_from_the_year() -> None:
    undivided = form_of("2019")
    reading = reading_of(report(table_rows(undivided), key="2019"))
    assert (reading.form, reading.divided) == ("2019", False)
    mixed = reading_of(report(table_rows(form_of("2021", divided=False))))
    assert (mixed.form, mixed.divided) == ("2021", False)


def test_section_four_with_a_lost_value_lists_every_place() -> None:
    group = group_at(reading_of(report(table_rows(FORM), four="\t".join(["0"] * 14))), "review_litigation.review")
    assert len(group.cells) == 15 and len(group.alternatives) == 15


def test_section_four_turned_on_its_side_is_read_by_its_labels() -> None:
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    four = "\n".join(f"{name}\t{k}\t{k + 1}\t{k + 2}" for k, name in enumerate(names))
    text = report(table_rows(FORM), four=four).replace(RESULT_HEAD + "\n", "")
    reading = reading_of(text)
    assert values(group_at(reading, "review_litigation.litigation_direct"), "review_litigation.litigation_direct") == [1, 2, 3, 4, 5]


def test_a_text_without_tables_has_no_form() -> None:
    text = "青岚县人民政府2022年政府信息公开工作年度报告\n一、总体情况\n公开信息12条。\n五、存在的主要问题及改进情况\n无。\n"
    assert reading_of(text).form is None


def test_a_comma_between_groups_of_three_is_one_number_or_two() -> None:
    one = ["(一)予以公开\t1,234\t0\t0\t0\t0\t0\t1,234" if line.startswith("(一)") else line for line in table_rows(FORM)]
    assert values(group_at(reading_of(report(one)), "applications.granted"), "applications.granted") == [1234, 0, 0, 0, 0, 0, 1234]
    two = ["(一)予以公开\t17，266\t0\t0\t0\t0\t283" if line.startswith("(一)") else line for line in table_rows(FORM)]
    group = group_at(reading_of(report(two)), "applications.granted")
    assert [17, 266, 0, 0, 0, 0, 283] in [values(group, "applications.granted", n) for n in range(len(group.alternatives))]


def test_a_value_that_slid_to_the_next_line_may_come_from_any_place() -> None:
    three = [line.replace("\t", "  ") for line in table_rows(FORM)]
    at = next(i for i, line in enumerate(three) if line.startswith("2.其他法律"))
    three[at : at + 1] = ["2.其他法律行政法规禁  6  0  0  0  0  0", "止公开  6"]
    group = group_at(reading_of(report(three)), "applications.refused.law_prohibits")
    assert len(group.alternatives) == 7 and group.column == "open"
    assert values(group, "applications.refused.law_prohibits") == [6, 0, 0, 0, 0, 0, 6]


def test_an_amount_keeps_its_unit_after_a_space() -> None:
    text = report(table_rows(form_of("2019")), key="2019").replace(
        "三、收到和处理", "第二十条第（九）项\n信息内容 采购项目数量 采购总金额\n政府集中采购 70 348.37 万元\n三、收到和处理", 1
    )
    assert values(group_at(reading_of(text), "proactive.procurement"), "proactive.procurement") == [70, 3483700]


def test_a_section_with_a_heading_and_no_table_is_told() -> None:
    reading = reading_of(report(["本年度没有收到申请。"], head="", four="无"))
    text = report(["无"], head="").replace(RESULT_HEAD, "")
    assert not any(g.cells[0].startswith("applications.") for g in reading.groups)
    assert [note.rule for note in reading.notes] == ["reading.no_table"]
    assert reading_of(text).form == "2021"


def test_a_sign_apart_from_its_digits_belongs_to_them() -> None:
    text = report(table_rows(form_of("2019")), key="2019").replace(
        "三、收到和处理",
        "第二十条第（五）项\n信息内容  上一年项目数量  本年增/减  处理决定数量\n"
        "行政许可  12  + 1  1233\n其他对外管理服务事项  9  - 2  /\n三、收到和处理",
        1,
    )
    reading = reading_of(text)
    assert values(group_at(reading, "proactive.licensing"), "proactive.licensing") == [12, 1, 1233]
    assert values(group_at(reading, "proactive.other_services"), "proactive.other_services") == [9, -2, None]


def test_rows_merged_into_one_are_read_part_by_part() -> None:
    three = [f"| {line.replace(chr(9), ' | ')} |" for line in table_rows(FORM)]
    at = next(i for i, line in enumerate(three) if "6.属于四类" in line)
    three[at : at + 2] = ["| 6.属于四类过程性信息<br>7.属于行政执法案卷 | 2<br>3 | 0<br>1 | 0<br>0 | 0<br>0 | 0<br>0 | 0<br>0 | 2<br>4 |"]
    group = group_at(reading_of(report(three)), "applications.refused.enforcement_files")
    assert group.row == "competing" and len(group.alternatives) == 2
    assert values(group, "applications.refused.process_information") == [2, 0, 0, 0, 0, 0, 2]
    assert values(group, "applications.refused.enforcement_files") == [3, 1, 0, 0, 0, 0, 4]


def test_a_label_printed_twice_is_one_label() -> None:
    text = report(table_rows(FORM)).replace("规章\t0\t0\t0", "规章  规章  0  2  0")
    assert values(group_at(reading_of(text), "proactive.rules"), "proactive.rules") == [0, 2, 0]


def test_a_broken_label_before_another_in_its_cell_competes_too() -> None:
    three = table_rows(FORM)
    at = next(i for i, line in enumerate(three) if line.startswith("7.属于行政执法案卷"))
    first, second = (line.split("\t", 1)[1] for line in three[at : at + 2])
    three[at : at + 2] = [f"7.属于行 8.属于行政查询事项\t{first}", "政执法案卷", f"\t{second}"]
    group = group_at(reading_of(report(three)), "applications.refused.administrative_inquiry")
    assert group.row == "competing" and "applications.refused.enforcement_files.total" in group.cells


def test_what_stands_below_a_row_may_have_slid_out_of_its_blank_cells() -> None:
    three = table_rows(FORM)
    at = next(i for i, line in enumerate(three) if line.startswith("3.危及"))
    three[at : at + 1] = ["3.危及三安全\t\t0\t0\t0\t0\t0\t1", "一稳定 1.5"]
    group = group_at(reading_of(report(three)), "applications.refused.endangers_security")
    first, other = group.alternatives
    assert first.tokens[0] is not None and (first.tokens[0].raw, first.tokens[0].kind) == ("1.5", "impossible")
    assert [t.raw for t in other.noise] == ["1.5"]
