"""An audit from end to end: a library of the bundled reports with planted errors, and a judge who goes by the labels."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shlex
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from browser import ARGUMENTS, CHROMIUM, require_browser
from openpyxl import Workbook
from PIL import Image
from small_reports import small_report
from typer.testing import CliRunner, Result

from cli import app
from evals.audit import Wish, audited, draw, judge
from evals.audit.command import take
from evals.audit.draw import Taken
from evals.audit.population import Kind
from evals.audit.sheet import HEAD, Sheet, sheet
from evals.label import Label, load_label
from extractor.errors import LibraryError, QueryError, SourceError
from extractor.library import Library, correct
from extractor.model import Document, Evidence, Report
from extractor.pipeline import extract
from extractor.sources import read

REPORTS = Path(__file__).resolve().parent.parent / "reports"
PLANTED = {
    ("linlan-2021", "applications.granted.natural_person"): 9001,
    ("linlan-2022", "applications.granted.business"): 9002,
    ("baiwei-2022", "applications.new_received.total"): 9003,
    ("songai-education-2019", "proactive.licensing.decisions"): 9004,
}
"""Values that the reader never gave, put into the library as if it had: source and cell."""


def changed(report: Report, changes: dict[str, int | None]) -> Report:
    """A report whose cells hold other values, with the evidence they had."""
    content = report.model_dump()
    for path, value in changes.items():
        part = content
        *folders, last = path.split(".")
        for folder in folders:
            part = part[folder]
        part[last] = value
    return Report.model_validate(content)


def labels() -> dict[str, Label]:
    return {path.stem: load_label(path) for path in sorted((REPORTS / "labels").glob("*.json"))}


@dataclass
class Judge:
    """Says what the labels say stands in the source."""

    truth: dict[str, Label]

    def stands(self, file: str, path: str) -> str:
        label = self.truth[Path(file).stem]
        kind = label.printed.get(path)
        if kind in ("blank", "absent"):
            return "空白" if kind == "blank" else "没有"
        if kind == "not_applicable":
            return "/"
        value = label.values[path]
        return "?" if kind or value is None else str(value)


@pytest.fixture(scope="module")
def judge_by_label() -> Judge:
    return Judge(labels())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the bundled reports with the planted errors, made once."""
    folder = tmp_path_factory.mktemp("audit") / "library"
    with Library.open(folder) as library:
        for name in (*sorted({name for name, _ in PLANTED}), "linlan-water-2022", "wangting-housing-2022"):
            path = REPORTS / f"{name}.txt"
            document = read(path)
            (report,) = extract(document)
            plants = {cell: value for (planted, cell), value in PLANTED.items() if planted == name}
            library.add(changed(report, plants), document, data=path.read_bytes())
    return folder


@pytest.fixture
def library(filled: Path, tmp_path: Path) -> Library:
    """A copy of it, to write to."""
    from shutil import copytree

    copytree(filled, tmp_path / "library")
    return Library.open(tmp_path / "library")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    keys = {text: key for key, text in HEAD.items()}
    return [dict(zip([keys[text] for text in table[0]], row, strict=True)) for row in table[1:]]


def fill(path: Path, judge: Judge, *, blind: bool = False, only: int | None = None) -> Path:
    """The worksheet as the judge fills it in, saved beside it."""
    target = path.with_name(f"{path.stem}-judged.csv")
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([HEAD["id"], HEAD["judgement"], HEAD["stands"], HEAD["note"]])
        for row in rows_of(path)[:only]:
            there = judge.stands(row["file"], row["path"])
            if blind:
                writer.writerow([row["id"], "", there, ""])
                continue
            number = re.fullmatch(r"-?[0-9.]+", row["value"].lstrip("'"))
            same = (number is not None and there == row["value"].lstrip("'")) or (number is None and not re.search(r"[0-9]", there))
            deduced = "推得" in row["state"] or there in ("空白", "没有")
            if there == "?":
                writer.writerow([row["id"], "看不清", "", ""])
            elif same or (deduced and not re.search(r"[0-9]", there)):
                writer.writerow([row["id"], "对", "", ""])
            else:
                writer.writerow([row["id"], "错", there, "看得很清楚"])
    return target


def everything(library: Library) -> int:
    return int(library.rows("SELECT count(*) FROM cells")[0][0])


def gongkai(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200", "USER": "tester"}).invoke(app, [str(word) for word in words])


def test_a_judge_of_every_cell_finds_the_planted_errors_and_nothing_else(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    total = everything(library)
    take(library, Wish(total, seed="s"), tmp_path / "all.csv")
    taken = judge(library, fill(tmp_path / "all.csv", judge_by_label), who="核对员")
    assert (len(taken.found), taken.new, taken.open, taken.changed) == (total, total, 0, ())
    found = audited(library)
    planted = {(f"{name}.txt", path, str(value)) for (name, path), value in PLANTED.items()}
    assert {(one.file, one.seen.path, one.seen.value) for one in found.mistakes} == planted
    assert {one.truth for one in found.mistakes} == {judge_by_label.stands(f"{name}.txt", path) for name, path in PLANTED}
    assert found.whole.wrong == 4 and found.whole.rate == pytest.approx(4 / (total - found.whole.unknown), rel=0.05)
    assert found.whole.upper == pytest.approx((4 + found.whole.unknown) / total)
    assert {one.seen.who for one in found.mistakes} == {"核对员"}


def test_a_blind_judge_comes_to_the_same_and_never_sees_a_value(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    total = everything(library)
    take(library, Wish(total, seed="s", blind=True), tmp_path / "blind.csv")
    head = (tmp_path / "blind.csv").read_text("utf-8-sig").splitlines()[0]
    assert HEAD["value"] not in head and HEAD["state"] not in head and HEAD["judgement"] not in head
    for written in ("blind.csv", "blind.html"):
        text = (tmp_path / written).read_text("utf-8-sig")
        assert not [value for value in PLANTED.values() if str(value) in text]
        assert "【" not in text and "<mark>" not in text and "已证实" not in text
    judge(library, fill(tmp_path / "blind.csv", judge_by_label, blind=True))
    assert {(one.seen.path, one.seen.value) for one in audited(library).mistakes} == {(path, str(v)) for (_, path), v in PLANTED.items()}


def test_a_sample_holds_every_state_no_cell_twice_and_is_the_same_for_the_same_seed(library: Library, filled: Path) -> None:
    first = draw(library, Wish(120, seed="7"))
    assert [one.number for one in first.cells] == list(range(1, len(first.cells) + 1))
    assert sum(1 for one in first.cells if not one.extra) == 120 < len(first.cells)
    assert {one.kind.state for one in first.cells} == {row[0] for row in library.rows("SELECT DISTINCT status FROM cells")}
    other = draw(Library.open(filled), Wish(120, seed="7"))
    assert [(one.report_id, one.path) for one in first.cells] == [(one.report_id, one.path) for one in other.cells]
    assert {one.path for one in draw(library, Wish(120, seed="8")).cells} != {one.path for one in first.cells}
    seen: set[tuple[str, str]] = set()
    for _ in range(3):
        drawn = draw(library, Wish(120, seed="7"))
        library.write(drawn.event)
        cells = {(one.report_id, one.path) for one in drawn.cells}
        assert len(cells) == len(drawn.cells) >= 120 and not cells & seen
        seen |= cells


def test_estimates_are_weighted_back_to_the_library(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    take(library, Wish(150, seed="3"), tmp_path / "a.csv")
    judge(library, fill(tmp_path / "a.csv", judge_by_label))
    rows = rows_of(tmp_path / "a.csv")
    blanks = [row for row in rows if "照读" in row["state"]]
    wrong = blanks[0]
    again = tmp_path / "again.csv"
    again.write_text(f"{HEAD['id']},{HEAD['judgement']},{HEAD['stands']}\n{wrong['id']},错,77\n", "utf-8-sig")
    judge(library, again)
    found = audited(library)
    states = dict(found.groups)["状态 state"]
    read_cells = next(one for one in states if "read" in one.name)
    others = [one.wrong / max(1, one.judged - one.unknown) * one.cells for one in states]
    assert read_cells.wrong == 1 and read_cells.rate == pytest.approx(1 / read_cells.judged)
    assert found.whole.rate == pytest.approx(sum(others) / everything(library), rel=1e-9)
    assert sum(one.cells for one in states) == everything(library)
    assert read_cells.upper is not None and read_cells.rate is not None and read_cells.upper > read_cells.rate


def test_audits_add_up_and_a_second_reading_of_a_worksheet_adds_nothing(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    for name in ("a", "b"):
        take(library, Wish(100, seed=name), tmp_path / f"{name}.csv")
        judge(library, fill(tmp_path / f"{name}.csv", judge_by_label))
    assert judge(library, tmp_path / "b-judged.csv").new == 0
    found = audited(library)
    assert found.whole.speaking == 200 <= found.whole.judged and len(found.draws) == 2
    reopened = audited(Library.open(library.path))
    assert reopened == found


def test_a_wrong_cell_that_is_corrected_still_counts_for_the_cells_like_it(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    take(library, Wish(everything(library), seed="s"), tmp_path / "all.csv")
    judge(library, fill(tmp_path / "all.csv", judge_by_label))
    before = audited(library)
    mistake = next(one for one in before.mistakes if one.seen.path == "applications.granted.natural_person")
    assert mistake.truth is not None
    correct(library, mistake.seen.report_id, mistake.seen.path, mistake.truth, why="抽查")
    after = audited(library)
    again = next(one for one in after.mistakes if one.seen.path == mistake.seen.path)
    assert again.seen.corrected and again.seen.standing == "wrong" and again.seen.kind.state == mistake.seen.kind.state
    assert after.whole.wrong == before.whole.wrong
    states = dict(after.groups)["状态 state"]
    assert sum(one.cells for one in states) == everything(library) and not any("corrected" in one.name for one in states)


def test_a_changed_reading_makes_a_judgement_stale_until_the_cell_is_judged_again(
    library: Library, tmp_path: Path, judge_by_label: Judge
) -> None:
    take(library, Wish(everything(library), seed="s"), tmp_path / "all.csv")
    judge(library, fill(tmp_path / "all.csv", judge_by_label))
    before = audited(library)
    report_id = next(one.seen.report_id for one in before.mistakes if one.file == "linlan-2022.txt")
    report = library.get(report_id)
    cell, kept = "applications.granted.business", "applications.granted.other"
    truth = int(judge_by_label.stands("linlan-2022.txt", cell))
    evidence = {path: Evidence.model_validate(one.model_dump()) for path, one in report.cells.items()}
    library.add(changed(report, {cell: truth}).model_copy(update={"cells": evidence}), library.document(report.source.sha256))
    after = audited(library)
    assert after.draws[0].standings.get("stale") == 1 and after.whole.wrong == before.whole.wrong - 1
    assert after.whole.unknown == before.whole.unknown + 1 and after.whole.upper == before.whole.upper
    late = judge(library, tmp_path / "all-judged.csv")
    number = next(row["id"].split("-")[1] for row in rows_of(tmp_path / "all.csv") if row["path"] == cell and "linlan-2022" in row["file"])
    assert [one.split("-")[1] for one in late.changed] == [number] and late.new == 0
    done = gongkai("audit", "--rest", "--to", tmp_path / "rest.csv", "--library", library.path)
    assert done.exit_code == 0, done.output
    assert [row["path"] for row in rows_of(tmp_path / "rest.csv")] == [cell] and kept not in done.output
    judge(library, fill(tmp_path / "rest.csv", judge_by_label))
    final = audited(library)
    assert "stale" not in final.draws[0].standings and final.whole.wrong == before.whole.wrong - 1


def test_a_draw_limited_to_a_state_does_not_speak_for_the_whole(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    take(library, Wish(60, seed="s", states=("verified",)), tmp_path / "v.csv")
    assert {row["state"] for row in rows_of(tmp_path / "v.csv")} == {"✓ 已证实 verified"}
    judge(library, fill(tmp_path / "v.csv", judge_by_label))
    found = audited(library)
    verified = next(one for one in dict(found.groups)["状态 state"] if "verified" in one.name)
    assert verified.speaking == 60 and verified.upper is not None and verified.upper < 0.2
    assert found.whole.speaking == 0 and found.whole.upper is None


def test_a_worksheet_is_read_back_from_whatever_a_spreadsheet_saves(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    drawn, _ = take(library, Wish(30, seed="s"), tmp_path / "a.csv")
    filled_in = fill(tmp_path / "a.csv", judge_by_label)
    text = filled_in.read_text("utf-8-sig")
    judge(library, filled_in)
    (tmp_path / "gbk.csv").write_bytes(text.encode("gb18030"))
    (tmp_path / "tabs.txt").write_bytes(text.replace(",", "\t").encode("utf-16"))
    (tmp_path / "semicolons.csv").write_bytes(text.replace(",", ";").encode())
    book = Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append([float(one) if re.fullmatch(r"[0-9]+", one) else one or None for one in row])
    book.save(tmp_path / "book.xlsx")
    for name in ("gbk.csv", "tabs.txt", "semicolons.csv", "book.xlsx"):
        taken = judge(library, tmp_path / name)
        assert (len(taken.found), taken.new) == (len(drawn.cells), 0), name


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{id},也许,,", "不是判断"),
        ("{id},对,123456,", "对.*123456"),
        ("{id},错,{value},", "一致"),
        ("{id},,十二点五12.5,", "不是这一格能印的数"),
        ("{draw}-999,对,,", "没有第 999 格"),
        ("{id},对,,\n{id},错,55,", "不同的判断"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_taken(library: Library, tmp_path: Path, row: str, complaint: str) -> None:
    drawn, _ = take(library, Wish(20, seed="s", states=("verified",)), tmp_path / "a.csv")
    rows = [one for one in rows_of(tmp_path / "a.csv") if one["value"].isdigit()]
    path = tmp_path / "bad.csv"
    content = row.format(id=rows[0]["id"], value=rows[0]["value"], draw=drawn.id)
    path.write_text(f"编号 id,判断 judgement,原文是 stands,备注 note\n{rows[1]['id']},对,,\n{content}\n", "utf-8-sig")
    with pytest.raises(QueryError, match=complaint):
        judge(library, path)
    assert library.rows("SELECT count(*) FROM judgements") == [(0,)]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "不是核对单"),
        (b"a,b\n1,2\n", "不是核对单"),
        ("编号 id,判断 judgement\nABC,对\n".encode(), "编号"),
        ("编号 id,判断 judgement\n".encode(), "一格也没有"),
        (b"PK\x03\x04 broken", "工作簿"),
        (b"\x80\xff\xff\n,", "编码"),
    ],
    ids=["empty", "other-table", "other-ids", "no-rows", "broken-workbook", "no-text"],
)
def test_a_file_that_is_no_worksheet_is_refused(library: Library, tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(SourceError, match=complaint):
        judge(library, tmp_path / "x.csv")


def test_a_worksheet_of_another_library_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("编号 id,判断 judgement\nQ000000-1-1234,对\n", "utf-8-sig")
    with pytest.raises(LibraryError, match="另一个库"):
        judge(library, tmp_path / "x.csv")


def test_wishes_that_make_no_sample_are_refused(library: Library) -> None:
    for wish, complaint in (
        (Wish(0), "至少 1 格"),
        (Wish(everything(library) + 1), "多于"),
        (Wish(5, states=("certain",)), "certain"),
        (Wish(5, sources=("paper",)), "paper"),
    ):
        with pytest.raises(QueryError, match=complaint):
            draw(library, wish)


def test_nothing_on_a_worksheet_becomes_a_formula_or_markup(tmp_path: Path) -> None:
    path = tmp_path / "=cmd.txt"
    text = (REPORTS / "linlan-2021.txt").read_text("utf-8")
    path.write_text(text.replace("临澜市", "=HYPERLINK(<script>alert(1)</script>)市"), "utf-8")
    document = read(path)
    with Library.open(tmp_path / "library") as library:
        library.add(extract(document)[0].model_copy(update={"agency": "=1+1<script>alert(1)</script>"}), document)
        take(library, Wish(120, seed="s"), tmp_path / "a.csv")
    cells = [cell for row in rows_of(tmp_path / "a.csv") for cell in row.values()]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not cell[1:].isdigit())]
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert not re.search(r"<[^>]*(?:src|href)=", page) and "default-src 'none'" in page


def test_the_print_is_marked_in_its_line_and_the_column_named(library: Library) -> None:
    drawn = draw(library, Wish(200, seed="s", states=("verified",)))
    made = sheet(library, drawn.id, drawn.cells, blind=False)
    own = [row for row in made.rows if row.excerpt.own]
    assert len(own) > 150
    for row in own:
        marked = [line for line in row.excerpt.lines if line.print]
        assert len(marked) == 1 and row.line == marked[0].number
        printed = marked[0].print.replace(",", "")
        assert printed in (row.value, row.report_id) or int(printed) == int(row.value) or int(row.value) in PLANTED.values()
        assert row.caption.endswith(row.columns[row.column])


def test_a_cell_of_which_nothing_is_printed_shows_where_its_row_stands(library: Library) -> None:
    drawn = draw(library, Wish(100, seed="s"))
    rows = [row for row in sheet(library, drawn.id, drawn.cells, blind=False).rows if not row.excerpt.own]
    assert rows and all(row.excerpt.lines and not any(line.print for line in row.excerpt.lines) for row in rows)


def test_the_command_goes_from_a_draw_to_corrections_that_mend_the_library(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    at = ("--library", library.path)
    assert "还没有抽查过" in gongkai("audit", *at).output
    drawn = gongkai("audit", "--draw", everything(library), "--seed", "s", "--to", tmp_path / "all.csv", *at)
    assert drawn.exit_code == 0 and "all.html" in drawn.output, drawn.output
    assert "待判断" in gongkai("audit", *at).output
    refused = gongkai("audit", "--draw", "5", "--to", tmp_path / "all.csv", *at)
    assert refused.exit_code == 2 and "一格" not in refused.output
    done = gongkai("audit", "--judged", fill(tmp_path / "all.csv", judge_by_label), "--who", "甲", *at)
    assert done.exit_code == 0 and "错 4 格" in done.output, done.output
    commands = [line for line in done.output.splitlines() if line.startswith("gongkai correct")]
    assert len(commands) == 4
    for line in commands:
        fixed = gongkai(*shlex.split(line)[1:])
        assert fixed.exit_code == 0, fixed.output
    for (name, path), planted in PLANTED.items():
        value = library.rows(
            "SELECT c.value FROM cells c JOIN reports r USING (report_id) WHERE source_name = ? AND path = ?", [f"{name}.txt", path]
        )
        assert value == [(Decimal(judge_by_label.stands(f"{name}.txt", path)),)] and value != [(Decimal(planted),)]
    data = json.loads(gongkai("audit", "--json", *at).output)
    assert len(data["corrections"]) == 4 and all(one["corrected"] and len(one["sha256"]) == 64 for one in data["corrections"])
    assert gongkai("audit", "--at-most", "0.5", *at).exit_code == 0
    assert gongkai("audit", "--at-most", "0.00001", *at).exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--draw", "3", "--plan", "0.1"),
        ("--blind",),
        ("--to", "x.csv"),
        ("--plan", "2"),
        ("--judged", "nowhere.csv"),
        ("--confidence", "95"),
    ],
)
def test_commands_that_contradict_themselves_end_in_one_line(library: Library, words: tuple[str, ...]) -> None:
    done = gongkai("audit", *words, "--library", library.path)
    assert done.exit_code in (2, 3) and "✗" in done.output and "Traceback" not in done.output, done.output


def test_a_plan_needs_no_library() -> None:
    done = gongkai("audit", "--plan", "0.01", "--library", "nowhere")
    assert done.exit_code == 0 and "299 格无误" in done.output


def test_a_library_that_came_later_is_said_not_to_have_been_drawn_from(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    take(library, Wish(50, seed="s"), tmp_path / "a.csv")
    judge(library, fill(tmp_path / "a.csv", judge_by_label))
    assert audited(library).later == 0
    path = tmp_path / "new.txt"
    path.write_text((REPORTS / "linlan-2021.txt").read_text("utf-8").replace("临澜市", "新河市"), "utf-8")
    document = read(path)
    (report,) = extract(document)
    library.add(report, document)
    assert audited(library).later == len(report.cells)


def test_a_cell_of_a_scan_comes_with_the_picture_of_its_page(tmp_path: Path) -> None:
    report, document = small_report(1)
    written = io.BytesIO()
    Image.new("L", (400, 300), 255).save(written, "PDF", resolution=72)
    source = report.source.model_copy(update={"origin": "recognised", "format": "pdf"})
    with Library.open(tmp_path / "library") as library:
        library.add(report.model_copy(update={"source": source}), replace(document, source=source), data=written.getvalue())
        drawn = draw(library, Wish(30, seed="s"))
        made = sheet(library, drawn.id, drawn.cells, blind=False)
        blind = sheet(library, drawn.id, drawn.cells, blind=True)
        broken = sheet_of_a_broken_scan(library, report, document)
    assert list(made.pictures) == [f"{source.sha256[:12]}-1"] and {row.picture for row in made.rows} == set(made.pictures)
    picture = base64.b64decode(made.pictures[made.rows[0].picture].removeprefix("data:image/jpeg;base64,"))
    assert Image.open(io.BytesIO(picture)).size == (612, 459)
    assert all(row.excerpt.lines for row in made.rows) and not any(row.excerpt.lines or row.excerpt.heads for row in blind.rows)
    assert blind.pictures == made.pictures
    assert broken.pictures == {} and {row.picture for row in broken.rows} == {""}


def sheet_of_a_broken_scan(library: Library, report: Report, document: Document) -> Sheet:
    source = report.source.model_copy(update={"origin": "recognised", "format": "pdf", "sha256": "0" * 64})
    other = report.model_copy(update={"source": source, "agency": "清河九县人民政府"})
    report_id = library.add(other, replace(document, source=source), data=b"%PDF-1.7 broken")
    cell = Taken(1, report_id, "applications.granted.business", Kind("verified", "recognised/pdf", 3, "2021", "plain"), False)
    return sheet(library, "Q000000", [cell], blind=True)


def test_the_documented_query_lists_the_wrong_cells(library: Library, tmp_path: Path, judge_by_label: Judge) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", (REPORTS.parent / "docs" / "audit.md").read_text("utf-8"), re.S)
    take(library, Wish(everything(library), seed="s"), tmp_path / "all.csv")
    judge(library, fill(tmp_path / "all.csv", judge_by_label))
    assert {row[4] for row in library.sql(query).rows} == {path for _, path in PLANTED}


@pytest.mark.xdist_group("browser")
def test_on_the_page_a_key_judges_a_cell_and_the_download_is_read_back(library: Library, tmp_path: Path) -> None:
    require_browser()
    from playwright.sync_api import sync_playwright

    drawn, (_, page_file) = take(library, Wish(12, seed="s", states=("verified",)), tmp_path / "a.csv")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(page_file.as_uri())
        for keys in ("1", "2", "77777", "Enter", "3", "1"):
            page.keyboard.press(keys) if len(keys) == 1 or keys.isalpha() else page.keyboard.type(keys)
        page.reload()
        assert page.locator("output").inner_text() == "4/12"
        page.keyboard.press("1")
        with page.expect_download() as download:
            page.click("#save")
        download.value.save_as(tmp_path / "down.csv")
        name = download.value.suggested_filename
        browser.close()
    assert faults == [] and name == f"{drawn.id}-judged.csv"
    taken = judge(library, tmp_path / "down.csv")
    assert [one.outcome for one in taken.found] == ["right", "wrong", "unclear", "right", "right"] and taken.open == 7
    assert taken.found[1].stands == "77777"
