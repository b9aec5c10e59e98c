"""What the tables' checks say to a person: rows, columns and sums in the form's words, Chinese first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..forms import Form, Identity, Row
from ..model import Document

SECTION_NAMES = {2: "表二", 3: "表三", 4: "表四"}
"""The tables of sections two to four as people number them."""

_SIDES = {
    "column": ("(一)至(六)各项之和", "(七)总计", "outcomes", "outcomes total"),
    "balance": ("一 + 二", "(七)总计 + 四", "received + carried in", "outcomes total + carried forward"),
}


def row_name(form: Form, row: Row) -> str:
    """Where a row stands: ``表三 第3行 予以公开``."""
    number = form.section(row.section).index(row) + 1
    return f"{SECTION_NAMES[row.section]} 第{number}行 {row.label.full}"


def cell_name(form: Form, cell: str) -> str:
    """Where a cell stands: ``表三 第3行 (一)予以公开·自然人``."""
    return f"{row_name(form, form.row(cell))}·{form.column(cell).label.text}"


def identity_name(form: Form, identity: Identity) -> str:
    """Where an identity stands: a row or a column of its table."""
    if identity.kind in ("row", "group"):
        return row_name(form, form.row(identity.right[0]))
    return f"表三 {form.column(identity.right[0]).label.text}列"


def broken_sum(form: Form, identity: Identity, values: Mapping[str, int | None]) -> str:
    """Both numbers of an identity that fails, Chinese and English: ``…：3 + 4 = 7，总计写 8 (row 3: 3 + 4 = 7, printed total 8)``."""
    left, right = _side(identity.left, values), _side(identity.right, values)
    name = identity_name(form, identity)
    known = all(values.get(cell) is not None for cell in identity.cells)
    if identity.kind in ("row", "group"):
        row = form.row(identity.right[0])
        place = f"section {row.section}, row {form.section(row.section).index(row) + 1}"
        if known:
            return f"{name}：{left}，总计写 {right} ({place}: parts {left}, printed total {right})"
        return f"{name}：已读出的各项 {left}，总计写 {right}，空缺处填什么都不能相符 ({place}: known parts {left}, printed total {right})"
    what, that, what_en, that_en = _SIDES[identity.kind]
    column = form.column(identity.right[0]).label.english
    if known:
        return f"{name}：{what} {left}，{that} {right} ({column}: {what_en} {left}, {that_en} {right})"
    return f"{name}：{what}已读出 {left}，{that}已读出 {right}，空缺处填什么都不能相符 ({column}: {what_en} {left}, {that_en} {right})"


def _side(cells: Sequence[str], values: Mapping[str, int | None]) -> str:
    numbers = [value for cell in cells if (value := values.get(cell)) is not None]
    if len(cells) == 1:
        return str(numbers[0]) if numbers else "空"
    shown = [number for number in numbers if number] or [0]
    total = sum(numbers)
    return f"{' + '.join(map(str, shown))} = {total}" if len(shown) > 1 else f"= {total}"


def lines_of(document: Document, indices: Sequence[int]) -> str:
    """``原文第 85、86 行`` for indices into the document's lines; empty for none."""
    numbers = list(dict.fromkeys(document.lines[index].number for index in indices if 0 <= index < len(document.lines)))
    if not numbers:
        return ""
    shown = "、".join(map(str, numbers)) if len(numbers) <= 4 else f"{numbers[0]}–{numbers[-1]}"
    return f"原文第 {shown} 行"


def identities_named(form: Form, identities: Sequence[Identity], limit: int = 3) -> str:
    """Up to ``limit`` identities by name, for use inside a sentence."""
    names = [f"“{identity_name(form, identity)}”" for identity in identities[:limit]]
    return "、".join(names) + ("等" if len(identities) > limit else "")
