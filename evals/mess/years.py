"""Tables of another year beside the report's own in section three: told apart by captions, or by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..draft import Draft
from ..sheet import Extra, Table, applications_table, print_plainly
from .operators import operator

_OWN = (
    "{year}年情况", "本年度", "{year}年度", "（本年情况）", "（一）{year}年收到和处理政府信息公开申请情况", "1.{year}年数据",
    "{year}年度依申请公开办理情况统计表",
)  # fmt: skip
_OTHER = (
    "{last}年情况", "上年度", "附：{last}年", "（上一年度情况）", "（二）{last}年收到和处理政府信息公开申请情况", "附表：{last}年数据",
    "{last}年度依申请公开办理情况统计表", "上年情况如下：", "附{last}年同期数据，供参考",
)  # fmt: skip
_NOTHING = ("", "单位：件", "（续）", "与上年对比情况", "注：上表为{last}年数据", "{last}年、{year}年情况", "说明：{year}年口径有调整")
"""What stands between two tables and does not say of which year the one below is."""


@operator("other_year_captioned", "sheet")
def other_year_captioned(draft: Draft, strength: float) -> bool:
    """Section three's table of the year before printed beside the report's own, each told by the line before it."""
    own_first = draft.chance(0.6)
    own = draft.pick(*_OWN) if not own_first or draft.chance(0.5) else ""
    return _beside(draft, strength, "other_year_captioned", own, draft.pick(*_OTHER), own_first=own_first)


@operator("other_year_bare", "sheet")
def other_year_bare(draft: Draft, strength: float) -> bool:
    """Section three's table of the year before printed beside the report's own, and nothing tells which is which."""
    if not _beside(draft, strength, "other_year_bare", "", draft.pick(*_NOTHING), own_first=draft.chance(0.5)):
        return False
    earlier = _earlier(draft)
    for row in draft.figures.form.section(3):
        if any(earlier[path] != draft.truth[path] for path in row.cells):
            draft.not_provable |= set(row.cells)
    return True


def _beside(draft: Draft, strength: float, name: str, own: str, other: str, *, own_first: bool) -> bool:
    """Print the other year's table after the report's own or before it, the words above the second always between the two."""
    blocks = draft.sheet.blocks
    at, table = next(((n, b) for n, b in enumerate(blocks) if isinstance(b, Table) and b.section == 3), (0, None))
    if table is None:
        return False
    second = applications_table(draft.figures.form, print_plainly(draft.figures.form, _earlier(draft)))
    for cell in (cell for row in second.rows for cell in row):
        cell.path = cell.row_path = None
    tables = [(own, table), (other, second)] if own_first else [(other, second), (own, table)]
    if name == "other_year_bare" and not own_first:
        tables = [("", second), (other, table)]
    years = {"year": draft.figures.year, "last": draft.figures.year - 1}
    blocks[at : at + 1] = [block for words, each in tables for block in (*((Extra(words.format(**years), "note"),) if words else ()), each)]
    draft.note(name, strength)
    return True


def _earlier(draft: Draft) -> Mapping[str, int | Decimal | None]:
    """The cells of the year before; where it had another form or is not known, numbers that add up as well."""
    cells = [path for row in draft.figures.form.section(3) for path in row.cells]
    before = draft.figures.before
    return before if all(path in before for path in cells) else {path: 3 * draft.truth[path] for path in cells}
