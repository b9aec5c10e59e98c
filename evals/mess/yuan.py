"""Amounts of money that the narrative tells to fewer digits than the table prints."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from extractor.model import Bound

from ..draft import Draft
from ..label import LabelClaim
from ..sheet import Heading, Paragraph
from .operators import operator

_WAYS: tuple[tuple[str, str, str, Bound], ...] = (
    ("", "", ROUND_HALF_UP, "exact"),
    ("", "", ROUND_FLOOR, "exact"),
    ("约", "", ROUND_HALF_UP, "about"),
    ("超过", "", ROUND_FLOOR, "more_than"),
    ("", "余", ROUND_FLOOR, "more_than"),
    ("近", "", ROUND_CEILING, "less_than"),
)
"""Words before the amount and before its unit, the rounding that keeps them true, and what they bound."""


@operator("amounts_rounded", "sheet")
def amounts_rounded(draft: Draft, strength: float) -> bool:
    """The narrative tells the amount of section two in 万元 or 亿元, rounded, cut off, or as 近, 超过, 余, 约."""
    for metric, words, unit in (
        ("proactive.fees.amount_wan_yuan", "行政事业性收费金额", 10_000),
        ("proactive.procurement.amount_yuan", "政府集中采购总金额", 1),
    ):
        amount = draft.figures.values.get(metric)
        at = next((n for n, block in enumerate(draft.sheet.blocks) if isinstance(block, Heading) and block.section == 1), None)
        if not amount or at is None:
            continue
        yuan = Decimal(amount) * unit
        scales = [(name, scale) for name, scale in (("亿元", 10**8), ("万元", 10**4)) if yuan >= scale] or [("元", 1)]
        name, scale = scales[int(draft.rng.integers(0, len(scales)))]
        step = Decimal(1).scaleb(-int(draft.rng.integers(0, 3))) if scale > 1 else Decimal(1)
        before, after, way, bound = _WAYS[int(draft.rng.integers(0, len(_WAYS)))]
        shown = (yuan / scale).quantize(step, rounding=way)
        claim = LabelClaim(metric=metric, value=shown * scale / unit, bound=bound, verdict="agrees", start=0, end=0)
        told = draft.marks.wrap(f"{words}{before}{shown}{after}{name}", claim)
        draft.sheet.blocks.insert(at + 1, Paragraph(f"全年{told}。"))
        draft.note("amounts_rounded", strength)
        return True
    return False
