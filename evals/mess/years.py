"""Tables of another year beside the report's own in section three: told apart by captions, or by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from extractor.forms import SECTIONS

from ..draft import Draft
from ..sheet import Block, Extra, Table, print_plainly, statutory_blocks
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


def _beside(draft: Draft, section: int, own: str, other: str, *, own_first: bool) -> bool:
    """Print the other year's table after the report's own or before it, each below its caption if it has one."""
    blocks = draft.sheet.blocks
    at, table = next(((n, b) for n, b in enumerate(blocks) if isinstance(b, Table) and b.section == section), (0, None))
    earlier = _earlier(draft, section)
    if table is None or not earlier:
        return False
    form = draft.figures.form
    (second,) = (block for block in statutory_blocks(form, print_plainly(form, earlier), section) if isinstance(block, Table))
    for cell in (cell for row in second.rows for cell in row):
        cell.path = cell.row_path = None
    years = {"year": draft.figures.year, "last": draft.figures.year - 1, "topic": SECTIONS[section], "table": _TABLES[section]}
    pair = [(own, table), (other, second)]
    printed = [(words.format(**years), each) for words, each in (pair if own_first else pair[::-1])]
    placed: list[Block] = []
    for words, each in printed:
        placed += [Extra(words, "note"), each] if words else [each]
    blocks[at : at + 1] = placed
    return True


def _earlier(draft: Draft, section: int) -> Mapping[str, int | Decimal | None]:
    """A section's cells of the year before; where they had another form or are not known, in section three numbers that add up as well."""
    cells = [path for row in draft.figures.form.section(section) for path in row.cells]
    before = draft.figures.before
    if all(path in before for path in cells):
        return before
    return {path: 3 * draft.truth[path] for path in cells} if section == 3 else {}
