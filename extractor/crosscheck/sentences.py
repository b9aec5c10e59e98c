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


_TERMS = 7
"""Terms of a sum that are written out; of longer sums only the result is told."""
_LONG = 16
"""Characters of a row's label that a sentence bears; the form's longest has 36."""


def row_name(form: Form, row: Row) -> str:
    """Where a row stands: ``表三 第3行 (一)予以公开``; a label's explanations are left out."""
    number = [each.path for each in form.section(row.section)].index(row.path) + 1
    text = row.label.text.partition("(")[0]
    if len(text) > _LONG:
        text = text.partition("、")[0]
    return f"{SECTION_NAMES[row.section]} 第{number}行 {row.label.ordinal}{text}"


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
    beyond = "" if known else "，空缺处填什么都不能相符"
    if identity.kind in ("row", "group"):
        row = form.row(identity.right[0])
        place = f"section {row.section}, row {form.section(row.section).index(row) + 1}"
        what = ("" if "=" in left else "各项之和 ") if known else "已读出的各项之和 "
        parts = "parts" if known else "known parts"
        return f"{name}：{what}{left}，总计写 {right}{beyond} ({place}: {parts} {left}, printed total {right})"
    what, that, what_en, that_en = _SIDES[identity.kind]
    column = form.column(identity.right[0]).label.english
    read = "" if known else "已读出"
    return f"{name}：{what}{read} {left}，{that}{read} {right}{beyond} ({column}: {what_en} {left}, {that_en} {right})"


def _side(cells: Sequence[str], values: Mapping[str, int | None]) -> str:
    """One side of an identity: ``3 + 4 = 7`` without its zeros, or only the sum where there is one term or many."""
    numbers = [value for cell in cells if (value := values.get(cell)) is not None]
    if not numbers:
        return "空"
    shown = [number for number in numbers if number]
    if not 1 < len(shown) <= _TERMS:
        return str(sum(numbers))
    return f"{' + '.join(map(str, shown))} = {sum(numbers)}"


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
