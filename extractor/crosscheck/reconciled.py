"""What localisation found, in words: what would make a table's identities hold, and which cells to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ..forms import Form
from ..model import Evidence, Finding, Quote
from .localise import Explanation, Localisation, localise
from .rules import finding
from .sentences import SECTION_NAMES, cell_name, row_name
from .slips import MOVED, Slip

SHOWN = 3
"""Explanations told in full; the number of all is told beside them."""
_CELLS = 12
"""A finding that would point at more cells than this points at none."""

Values = Mapping[str, int | Decimal | None]


def localised(form: Form, cells: Mapping[str, Evidence], values: Values) -> tuple[Localisation, ...]:
    """What is wrong in the tables of a resolved report, as far as they print plain numbers."""
    printed: dict[str, int | None] = {}
    for cell, evidence in cells.items():
        value = values[cell]
        plain = evidence.printed == "number" and evidence.status != "open"
        printed[cell] = value if plain and isinstance(value, int) else None
    return localise(form, printed)


def suggestions(form: Form, found: Sequence[Localisation], values: Values) -> dict[str, str]:
    """For every failing identity that can be explained, by id: what would make it hold, and all the others with it."""
    cells = {identity.id: frozenset(identity.cells) for identity in form.identities}
    return {name: _told(form, one, values, cells[name]) for one in found for name in one.failing if one.explanations}


def suspects(
    form: Form, found: Sequence[Localisation], cells: Mapping[str, Evidence], values: Values, *, copied: bool
) -> Iterator[Finding]:
    """The cells that may be wrong, and what they would be: one finding for each mistake that all explanations suppose, one for
    what they do not agree on."""
    for one in found:
        best = _best(one)
        if not best:
            continue
        agreed = [slip for slip in best[0].slips if all(slip in other.slips for other in best)]
        prefix = "本文本中" if copied else ""
        alone = len(best) == 1 and len(agreed) == 1
        for slip in agreed:
            verdict = "数字清楚而位置像是错了：" if slip.kind in MOVED else "原数保留未改："
            rest = "，则全部等式成立" if alone else "，连同其他改动，则全部等式成立"
            message = f"{prefix}{verdict}若{_supposed(form, slip, values)}{rest} (the smallest change that reconciles the sums)"
            yield _suspect(message, [slip], cells)
        open_ = [slip for other in best for slip in other.slips if slip not in agreed]
        if open_:
            table = SECTION_NAMES[form.row(open_[0].changes[0][0]).section]
            told = _told(form, one, values, skip=agreed)
            message = f"{prefix}{table}哪里有误不能断定，原数保留未改：{told} (several changes as small reconcile the sums)"
            yield _suspect(message, open_, cells)


def _suspect(message: str, slips: Sequence[Slip], cells: Mapping[str, Evidence]) -> Finding:
    touched = tuple(dict.fromkeys(cell for slip in slips for cell, _ in slip.changes))
    named = touched if len(touched) <= _CELLS or len(slips) == 1 else ()
    quotes = [Quote(text=cells[cell].raw or "", place=cells[cell].place) for cell in named[:8] if cell in cells and cells[cell].raw]
    return finding("tables.suspect", message, cells=named, quotes=quotes)


def _best(one: Localisation) -> list[Explanation]:
    """The explanations with the fewest mistakes; none where nothing was found."""
    return [e for e in one.explanations if len(e.slips) == len(one.explanations[0].slips)]


def _told(form: Form, one: Localisation, values: Values, within: frozenset[str] | None = None, skip: Sequence[Slip] = ()) -> str:
    """What would make all identities hold; with ``within`` only what concerns these cells of one identity."""
    best = [[slip for slip in e.slips if slip not in skip and (within is None or _concerns(slip, within))] for e in _best(one)]
    told = list(dict.fromkeys("，并且".join(_supposed(form, slip, values) for slip in slips) for slips in best))
    aim = "全部等式成立" if sum(map(len, best)) == sum(len(e.slips) for e in _best(one)) else "此式成立" if within else "其余等式成立"
    if len(told) == 1:
        return f"若{told[0]}，则{aim}"
    count = f"{len(told)} 种" if one.complete else f"至少 {len(told)} 种"
    shown = "；".join(f"{mark}{text}" for mark, text in zip("①②③④⑤", told[:SHOWN], strict=False))
    return f"有 {count}改法能使{aim}：{shown}{'；……' if len(told) > SHOWN else ''}"


def _concerns(slip: Slip, within: frozenset[str]) -> bool:
    return any(cell in within for cell, _ in slip.changes)


def _supposed(form: Form, slip: Slip, values: Values) -> str:
    """What one slip supposes: ``表三 第3行 (一)予以公开·商业企业为 4（现为 3）``."""
    if len(slip.changes) == 1:
        cell, value = slip.changes[0]
        return f"{cell_name(form, cell)}为 {value}（现为 {values[cell]}）"
    if slip.kind == "total_zero":
        return f"漏填（写 0）的 {len(slip.changes)} 处总计补上各项之和"
    names = [form.column(cell).label.text for cell, _ in slip.changes]
    assert slip.row is not None
    row = row_name(form, slip.row)
    match slip.kind:
        case "swapped":
            return f"{row}的{names[0]}与{names[1]}互换"
        case "merged":
            (first, one), (_, two) = slip.changes
            return f"{row}{names[0]}的 {values[first]} 是 {one} 与 {two} 两格连写"
        case "shifted":
            new = dict(slip.changes)
            return f"{row}的数错开了一格，应为 {_row(slip.row.cells, new, values)}"
        case "columns":
            a, b = (form.column(f"{slip.row.path}.{key}").label.text for key in slip.columns)
            assert slip.with_row is not None
            last = f"至{row_name(form, slip.with_row)}" if slip.with_row != slip.row else ""
            return f"{row}{last}的{a}与{b}两列互换"
        case "rows":
            assert slip.with_row is not None
            return f"{row}与{row_name(form, slip.with_row)}两行互换"
    return "、".join(f"{cell_name(form, cell)}为 {value}（现为 {values[cell]}）" for cell, value in slip.changes)


def _row(cells: Sequence[str], new: Mapping[str, int], values: Values) -> str:
    return "、".join(str(new.get(cell, values[cell])) for cell in cells)
