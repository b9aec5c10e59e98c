"""Tables of another year beside the report's own in section three: told apart by captions, or by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from extractor.forms import SECTIONS

from ..draft import Draft
from ..sheet import NUMERALS, Block, Extra, Heading, Table, heading_of, print_plainly, statutory_blocks
from .operators import operator

_OWN = (
    "{year}年情况", "本年度", "{year}年度", "（本年情况）", "（一）{year}年{topic}", "1.{year}年数据",
    "{year}年度{table}情况统计表",
)  # fmt: skip
_OTHER = (
    "{last}年情况", "上年度", "附：{last}年", "（上一年度情况）", "（二）{last}年{topic}", "附表：{last}年数据",
    "{last}年度{table}情况统计表", "上年情况如下：", "附{last}年同期数据，供参考",
)  # fmt: skip
_TABLES = {2: "主动公开", 3: "依申请公开办理", 4: "行政复议诉讼"}
_HEADINGS = ("{topic}", "（二）{topic}", "{number}、{topic}", "（二）")
_OWN_HEADINGS = (*_HEADINGS, "（一）{year}年{topic}", "{number}、{year}年{topic}")
_OTHER_HEADINGS = (*_HEADINGS, "（二）{last}年{topic}", "附：{last}年{topic}", "{number}、{last}年{topic}")
"""Lines worded like the heading of a section."""
_BETWEEN = ("单位：件", "有关情况见下表。", "具体数据如下，供社会公众监督。")
_NOTHING = ("", "单位：件", "（续）", "与上年对比情况", "注：上表为{last}年数据", "{last}年、{year}年情况", "说明：{year}年口径有调整")
"""What stands between two tables and does not say of which year the one below is."""


@operator("other_year_captioned", "sheet")
def other_year_captioned(draft: Draft, strength: float) -> bool:
    """Tables of the year before printed beside the report's own, in section three or in all, each told by the line before it."""
    own_first = draft.chance(0.6)
    own = draft.pick(*_OWN) if not own_first or draft.chance(0.5) else ""
    sections = (2, 3, 4) if draft.chance(0.4) else (3,)
    other = draft.pick(*_OTHER)
    done = [_beside(draft, section, own, other, own_first=own_first) for section in sections]
    draft.note("other_year_captioned", strength)
    return any(done)


@operator("other_year_bare", "sheet")
def other_year_bare(draft: Draft, strength: float) -> bool:
    """Section three's table of the year before printed beside the report's own, and nothing tells which is which."""
    words = draft.pick(*_NOTHING)
    own_first = draft.chance(0.5)
    if not _beside(draft, 3, "" if own_first else words, words if own_first else "", own_first=own_first):
        return False
    draft.note("other_year_bare", strength)
    earlier = _earlier(draft, 3)
    for row in draft.figures.form.section(3):
        if any(earlier[path] != draft.truth[path] for path in row.cells):
            draft.not_provable |= set(row.cells)
    return True


@operator("other_year_misworded", "sheet")
def other_year_misworded(draft: Draft, strength: float) -> bool:
    """Tables of the year before beside the report's own, under lines worded like a heading: another section's, or the same again."""
    sections = (2, 3, 4) if draft.chance(0.4) else ((2,), (3,), (4,))[int(draft.rng.integers(3))]
    topic = int(draft.rng.integers(1, 7))
    own, other = draft.pick("", "", *_OWN_HEADINGS), draft.pick(*_OTHER_HEADINGS)
    own_first = draft.chance(0.5)
    if draft.chance(0.3):
        own, other = (words and f"{words}\n{draft.pick(*_BETWEEN)}" for words in (own, other))
    done = [section for section in sections if _beside(draft, section, own, other, own_first=own_first, topic=topic)]
    if not done:
        return False
    draft.note("other_year_misworded", strength)
    if "{last}" not in other or not (own_first or "{year}" in own):
        draft.not_provable |= {cell for section in done for cell in _changed(draft, section)}
    return True


@operator("other_year_sections", "sheet")
def other_year_sections(draft: Draft, strength: float) -> bool:
    """Sections two to four of the year before, with their headings, printed before or behind the report's own."""
    blocks = draft.sheet.blocks
    places = {n: block.section for n, block in enumerate(blocks) if isinstance(block, Heading) and block.section}
    numbers = [section for section in (2, 3, 4) if _earlier(draft, section)]
    if not {2, 5} <= set(places.values()) or 3 not in numbers or not draft.sheet.tables(3):
        return False
    own_first = draft.chance(0.5)
    note = draft.pick("", "", "附：上年度统计表", "以下为统计表。", "{last}年政府信息公开统计表")
    between = [Extra(note.format(last=draft.figures.year - 1), "note")] if note else []
    placed: list[Block] = []
    for section in numbers:
        words = heading_of(section).text
        again = Heading(draft.pick(words, words[2:], f"（{words[0]}）{words[2:]}"))
        placed += [again, _earlier_table(draft, section)]
        draft.not_provable |= _changed(draft, section)
    at = next(n for n, section in places.items() if section == (5 if own_first else 2))
    blocks[at:at] = [*between, *placed] if own_first else [*placed, *between]
    draft.note("other_year_sections", strength)
    return True


def _changed(draft: Draft, section: int) -> set[str]:
    """The cells of a section's rows in which the two years differ."""
    earlier = _earlier(draft, section)
    rows = [row for row in draft.figures.form.section(section) if any(earlier[path] != draft.figures.values[path] for path in row.cells)]
    return {path for row in rows for path in row.cells}


def _beside(draft: Draft, section: int, own: str, other: str, *, own_first: bool, topic: int = 0) -> bool:
    """Print the other year's table after the report's own or before it, each below its caption if it has one.

    ``topic``: the section whose heading words the captions take.
    """
    blocks = draft.sheet.blocks
    at, table = next(((n, b) for n, b in enumerate(blocks) if isinstance(b, Table) and b.section == section), (0, None))
    earlier = _earlier(draft, section)
    if table is None or not earlier:
        return False
    second = _earlier_table(draft, section)
    years = {"year": draft.figures.year, "last": draft.figures.year - 1, "topic": SECTIONS[topic or section], "table": _TABLES[section]}
    years |= {"number": NUMERALS[(topic or section) - 1]}
    pair = [(own, table), (other, second)]
    printed = [(words.format(**years), each) for words, each in (pair if own_first else pair[::-1])]
    placed: list[Block] = []
    for words, each in printed:
        placed += [*(Extra(line, "note") for line in words.split("\n") if line), each]
    blocks[at : at + 1] = placed
    return True


def _earlier_table(draft: Draft, section: int) -> Table:
    """A section's table of the year before; none of its cells is the report's."""
    form = draft.figures.form
    show = print_plainly(form, _earlier(draft, section))
    (table,) = (block for block in statutory_blocks(form, show, section) if isinstance(block, Table))
    for cell in (cell for row in table.rows for cell in row):
        cell.path = cell.row_path = None
    return table


def _earlier(draft: Draft, section: int) -> Mapping[str, int | Decimal | None]:
    """A section's cells of the year before; where they had another form or are not known, in section three numbers that add up as well."""
    cells = [path for row in draft.figures.form.section(section) for path in row.cells]
    before = draft.figures.before
    if all(path in before for path in cells):
        return before
    return {path: 3 * draft.truth[path] for path in cells} if section == 3 else {}
