"""What the extractor says in Chinese is said in English with its row, column, line and numbers, or left as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.pipeline import extract
from extractor.sources import read
from screens.english import english, reading_in_english

ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("所在等式全部成立", "All its equations hold"),
        (
            "此格空白，由等式推出，略去任何一条等式仍得此值",
            "The cell is blank, but it follows from the equations, also with any one of them left out",
        ),
        ("所在等式“表三 总计列”不成立", "Section 3, column total does not hold"),
        (
            "所在等式“表三 第13行 1.本机关不掌握相关政府信息”、“表三 总计列”不成立",
            "Section 3, row 13 (not held) and section 3, column total do not hold",
        ),
        (
            "本文本中表三 第13行 1.本机关不掌握相关政府信息：352 + 41 = 393，总计写 451 (section 3, row 13: …)（原文第 62 行）",
            "In this text, section 3, row 13 (not held): 352 + 41 = 393, printed total 451 (line 62)",
        ),
        ("总计写 8 (printed total 8)", "Printed total 8"),
        ("错了 (row 3 is wrong)（原文第 5 行）", "Row 3 is wrong (line 5)"),
        ("A sentence in English", "A sentence in English"),
    ],
)
def test_a_message_keeps_its_place_and_its_numbers(chinese: str, said: str) -> None:
    assert english(chinese) == said


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("原文第 34 行：可能是 2，也可能是 空、1（第6格缺失）", "Line 34: perhaps 2, or perhaps blank, 1 (cell 6 of the row missing)"),
        (
            "原文第 80 行：可能没有印出，也可能是 4（表四应有15个数，这里印了14个）",
            "Line 80: perhaps not printed, or perhaps 4 (section 4 should have 15 numbers, 14 are printed)",
        ),
        ("原文第 54 行：可能是 0，也可能是 2（一格印了两次）", "Line 54: perhaps 0, or perhaps 2 (one cell printed twice)"),
        ("若为 4，等式成立", "With 4 the equations hold"),
    ],
)
def test_what_a_damaged_row_may_read_is_said_in_english(chinese: str, said: str) -> None:
    assert english(chinese) == said


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("收到 = 新收 + 结转", "received = newly received + carried in"),
        ("办结 = (七)总计", "completed = (7) total"),
        ("予以公开 ÷ (七)总计", "granted ÷ (7) total"),
        ("(七)总计 ÷ (新收 + 结转)", "(7) total ÷ (newly received + carried in)"),
        ("复议·结果纠正", "reviews, corrected"),
        ("商业企业申请 = 新收", "applications of businesses = newly received"),
        ("谁也不认识的读法 = 新收", "谁也不认识的读法 = 新收"),
    ],
)
def test_the_reading_of_a_number_in_the_text_is_said_in_english_or_left(chinese: str, said: str) -> None:
    assert reading_in_english(chinese) == said


def test_a_message_that_is_not_known_whole_stays_as_it_is() -> None:
    assert english("这句话谁也没有译过，第 3 行") == "这句话谁也没有译过，第 3 行"


def test_quotes_of_a_report_are_never_translated() -> None:
    said = english("第 48 行的项目名称“属於总计事项”应为“属于行政查询事项” (label differs)")
    assert "“属於总计事项”" in said and said.startswith("Line 48")


@pytest.mark.parametrize("file", sorted((ROOT / "reports").glob("*.txt")), ids=lambda file: file.stem)
def test_every_finding_and_reason_of_the_bundled_reports_has_an_english_form(file: Path) -> None:
    for report in extract(read(file)):
        texts = {text for one in report.findings for text in (one.message, one.suggestion or "")}
        texts |= {evidence.why for evidence in report.cells.values()}
        assert not [claim.reading for claim in report.claims if HAN.search(reading_in_english(claim.reading))]
        left = {text for text in texts if text and HAN.search(re.sub(r"[“《][^”》]*[”》]|本年度未收取信息处理费", "", english(text)))}
        assert left == set()
