"""Corrections and verdicts: our reading set right, proven anew, carried over; judgements that lapse with the values."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from small_reports import figures, small_report

from extractor.errors import FormError, LibraryError, QueryError
from extractor.forms import form_of
from extractor.library import Library
from extractor.library.judgement import correct, decide, restore
from extractor.model import Finding, Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

CELL = "applications.granted.natural_person"


def printed(seed: int = 3, **changes: str) -> str:
    """A report as text; ``changes`` replace what is printed in the row 予以公开."""
    form, values = form_of("2021"), figures(seed)
    lines = [
        "清河三县人民政府2022年政府信息公开工作年度报告",
        "",
        "一、总体情况",
        "",
        "本年加强公开工作。",
        "",
        "二、主动公开政府信息情况",
        "",
    ]
    for row in form.section(2):
        if row.label.under:
            lines.append(row.label.under)
        lines += ["信息内容\t" + "\t".join(column.label.text for column in row.columns)]
        shown = [f"{values[cell]}万元" if cell.endswith("yuan") else str(values[cell]) for cell in row.cells]
        lines.append("\t".join([row.label.text, *shown]))
    lines += ["", "三、收到和处理政府信息公开申请情况", "", "\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"]
    for row in form.section(3):
        numbers = [str(values[cell]) for cell in row.cells]
        if row.path == "applications.granted":
            numbers = [changes.get(column.key, number) for column, number in zip(row.columns, numbers, strict=True)]
        lines.append("\t".join([row.label.full, *numbers]))
    lines += ["", "四、政府信息公开行政复议、行政诉讼情况", "", "\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计"]
    lines += ["\t".join([row.label.text, *(str(values[cell]) for cell in row.cells)]) for row in form.section(4)]
    lines += ["", "五、存在的主要问题及改进情况", "", "继续改进。", "", "六、其他需要报告的事项", "", "无。", ""]
    return "\n".join(lines)


def stored(library: Library, text: str) -> tuple[str, Report]:
    document = read_bytes(text.encode(), "清河三县2022.txt")
    (report,) = extract(document)
    return library.add(report, document), report


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library")


def test_a_correction_replaces_our_reading_and_everything_is_proven_anew(library: Library) -> None:
    truth = int(figures(3)[CELL])
    report_id, report = stored(library, printed(natural_person=str(truth + 50)))
    assert report.value(CELL) == truth + 50 and report.cells[CELL].status == "contested"
    before, after = correct(library, report_id, CELL, str(truth), why="原件印的是这个数", who="王")
    assert before == report and after.value(CELL) == truth
    evidence = after.cells[CELL]
    assert (evidence.how, evidence.by[-1], "王更正：原件印的是这个数" in evidence.why) == ("corrected", "person", True)
    assert after.cells["applications.granted.total"].status != "contested"
    assert not [finding for finding in after.findings if CELL in finding.cells and finding.severity == "error"]
    assert library.get(report_id) == after
    old, new = library.versions(report_id)
    assert (old.current, new.current, new.who, new.why) == (False, True, "王", "原件印的是这个数")


def test_a_correction_is_carried_over_to_a_new_reading_of_the_same_text(library: Library) -> None:
    truth = int(figures(3)[CELL])
    text = printed(natural_person=str(truth + 50))
    report_id, _ = stored(library, text)
    correct(library, report_id, CELL, str(truth), why="见原件")
    report, document = library.get(report_id), library.document(library.get(report_id).source.sha256)
    newer = extract(document)[0].model_copy(update={"title": "读得更好的标题"})
    assert library.add(newer, document) == report_id
    assert library.get(report_id) == report and len(library.versions(report_id)) == 2
    other_id, _ = stored(library, text + "另行说明。\n")
    assert other_id != report_id and library.get(other_id).value(CELL) == truth + 50


def test_a_correction_can_be_withdrawn(library: Library) -> None:
    truth = int(figures(3)[CELL])
    report_id, report = stored(library, printed(natural_person=str(truth + 50)))
    correct(library, report_id, CELL, str(truth), why="看错")
    _, after = correct(library, report_id, CELL, "撤回", why="原件确实如此")
    assert after.value(CELL) == report.value(CELL) and after.cells[CELL].how == "read"
    assert library.corrections() == {}


def test_blank_and_not_applicable_can_be_what_stands_there(library: Library) -> None:
    report_id, _ = stored(library, printed())
    _, after = correct(library, report_id, "proactive.rules.issued", "/", why="原件是斜杠")
    assert (after.value("proactive.rules.issued"), after.cells["proactive.rules.issued"].printed) == (None, "not_applicable")
    _, after = correct(library, report_id, "proactive.fees.amount_wan_yuan", "1,234.5", why="原件")
    assert after.value("proactive.fees.amount_wan_yuan") == Decimal("1234.5")
    assert after.cells["proactive.rules.issued"].printed == "not_applicable"


def test_what_is_said_about_the_report_can_be_corrected(library: Library) -> None:
    report_id, _ = stored(library, printed())
    correct(library, report_id, "agency", "清河三县人民政府办公室", why="封面")
    _, after = correct(library, report_id, "year", "2021", why="封面")
    assert (after.agency, after.year) == ("清河三县人民政府办公室", 2021)
    assert library.find("清河三县人民政府办公室 2021") == report_id


@pytest.mark.parametrize(
    ("field", "value", "why", "error"),
    [
        (CELL, "3", " ", QueryError),
        (CELL, "三", "x", QueryError),
        (CELL, "2.5", "x", QueryError),
        (CELL, "-1", "x", QueryError),
        (CELL, "1_0", "x", QueryError),
        (CELL, "9" * 40, "x", QueryError),
        (CELL, "撤回", "x", QueryError),
        ("proactive.fees.amount_wan_yuan", "NaN", "x", QueryError),
        ("proactive.fees.amount_wan_yuan", "Infinity", "x", QueryError),
        ("applications.granted", "1", "x", FormError),
        ("nowhere", "1", "x", FormError),
        ("year", "3000", "x", QueryError),
        ("published", "昨天", "x", QueryError),
        ("applications.granted.nobody", "1", "x", FormError),
        ("year", "去年", "x", QueryError),
        ("scope", "all", "x", QueryError),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_nothing_is_written(
    library: Library, field: str, value: str, why: str, error: type[Exception]
) -> None:
    report_id, _ = stored(library, printed())
    size = library.journal.size(1)
    with pytest.raises(error):
        correct(library, report_id, field, value, why=why)
    assert library.journal.size(1) == size


def test_a_verdict_stays_with_a_finding_until_its_values_change(library: Library) -> None:
    report, document = small_report(1)
    report_id = library.add(report, document)
    (found,) = library.sql("SELECT finding_id FROM findings").rows
    assert decide(library, found[0][:6], "false-alarm", note="已核对原件") == found[0]
    assert library.sql("SELECT verdict, verdict_note FROM findings").rows == (("false-alarm", "已核对原件"),)
    newer = report.model_copy(update={"title": "另一个标题"})
    assert library.add(newer, document) == report_id
    assert library.sql("SELECT verdict FROM findings").rows == (("false-alarm",),)
    changed = small_report(1, changed={CELL: 77})[0]
    library.add(changed, document)
    assert library.sql("SELECT verdict FROM findings").rows == ((None,),)


def test_a_verdict_on_nothing_is_refused(library: Library) -> None:
    library.add(*small_report(1, findings=(Finding(rule="a.b", severity="info", message="x"),)))
    with pytest.raises(LibraryError, match="没有编号"):
        decide(library, "F000000", "confirmed")


def test_a_damaged_document_is_read_anew_from_the_kept_file(library: Library) -> None:
    data = printed().encode()
    document = read_bytes(data, "清河三县2022.txt")
    library.add(extract(document)[0], document, data=data)
    sha256 = document.source.sha256
    path = library.path / "documents" / sha256[:2] / f"{sha256}.json.gz"
    path.write_bytes(path.read_bytes()[:-20])
    assert library.document(sha256).text == document.text
    assert library.sources.document(sha256).lines == document.lines
    other = read_bytes(data + b"\n", "x.txt")
    library.add(extract(other)[0], other)
    (library.path / "documents" / other.source.sha256[:2] / f"{other.source.sha256}.json.gz").write_bytes(b"")
    with pytest.raises(LibraryError, match="已损坏"):
        library.document(other.source.sha256)


def test_an_earlier_version_can_be_made_current_again(library: Library) -> None:
    report_id, report = stored(library, printed(natural_person=str(int(figures(3)[CELL]) + 50)))
    correct(library, report_id, CELL, "1", why="误改")
    first, second = library.versions(report_id)
    assert restore(library, report_id, first.version, why="改错了") == report
    assert library.get(report_id) == report
    assert [version.current for version in library.versions(report_id)] == [True, False]
    assert library.get(report_id, second.version).value(CELL) == 1
    library.compact()
    assert library.get(report_id) == report
    with pytest.raises(LibraryError, match="版本 7"):
        restore(library, report_id, 7, why="x")
