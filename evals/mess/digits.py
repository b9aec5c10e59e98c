"""Other ways to write the same numbers: full width, separators, signs, money in 万 and 亿; what is printed stays true."""

from __future__ import annotations

from decimal import Decimal

from ..draft import Draft
from ..sheet import GridCell
from .operators import operator

_FULL = str.maketrans("0123456789+-.", "０１２３４５６７８９＋－．")
AMOUNT = "proactive.procurement.amount_yuan"


def _values(draft: Draft, *sections: int) -> list[GridCell]:
    return [cell for table in draft.sheet.tables() if table.section in sections for cell in table.values() if cell.text]


@operator("fullwidth_digits", "sheet")
def fullwidth_digits(draft: Draft, strength: float) -> bool:
    """Full-width digits and signs."""
    cells = [cell for cell in _values(draft, 2, 3, 4) if draft.chance(0.1 + strength * 0.9)]
    for cell in cells:
        cell.text = cell.text.translate(_FULL)
    draft.note("fullwidth_digits", strength, [cell.path for cell in cells if cell.path])
    return bool(cells)


@operator("thousands_separated", "sheet")
def thousands_separated(draft: Draft, strength: float) -> bool:
    """A comma between groups of three digits."""
    comma = draft.pick(",", ",", "，")
    touched = []
    for cell in _values(draft, 2, 3, 4):
        sign = cell.text[0] if cell.text[0] in "+-" else ""
        digits = cell.text.removeprefix(sign)
        if digits.isascii() and digits.isdigit() and len(digits) > 3 and draft.chance(0.4 + strength * 0.6):
            cell.text = sign + f"{int(digits):,}".replace(",", comma)
            touched.append(cell.path or "")
    if touched:
        draft.note("thousands_separated", strength, touched)
    return bool(touched)


@operator("signs_varied", "sheet")
def signs_varied(draft: Draft, strength: float) -> bool:
    """Changes with a full-width or typographic sign, or an arrow word: 增262, 减52."""
    touched = []
    for cell in _values(draft, 2):
        if cell.path and cell.path.endswith(".change") and cell.text[0] in "+-":
            minus = cell.text[0] == "-"
            sign = draft.pick("－", "−", "﹣") if minus else draft.pick("＋", "+ ", "")
            cell.text = sign + cell.text[1:]
            touched.append(cell.path)
    if touched:
        draft.note("signs_varied", strength, touched)
    return bool(touched)


@operator("money_formats", "sheet")
def money_formats(draft: Draft, strength: float) -> bool:
    """Amounts in 万元 or 亿元 inside the cell, with separators, or without any unit."""
    cell, amount = draft.cell(AMOUNT), draft.values.get(AMOUNT)
    if cell is None or amount is None:
        return False
    yuan = Decimal(amount)
    way = int(draft.rng.integers(5 if yuan else 4))
    if way == 0:
        shown = (yuan / 10**8).quantize(Decimal("0.01"))
        cell.text, value = f"{shown}亿元", shown * 10**8
    elif way == 1:
        shown = (yuan / 10**4).quantize(Decimal("0.01"))
        cell.text, value = f"{shown}{draft.pick('万元', ' 万元', '（万元）')}", shown * 10**4
    elif way == 2:
        cell.text, value = f"{yuan:,}{draft.pick('元', ' 元', '元人民币')}", yuan
    elif way == 3:
        cell.text, value = f"人民币{yuan}元", yuan
    else:
        cell.text, value = str(yuan), Decimal(-1)
        draft.printed[AMOUNT] = "impossible"
    draft.values[AMOUNT] = None if value < 0 else value
    draft.note("money_formats", strength, [AMOUNT])
    return True
