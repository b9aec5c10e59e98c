"""Shares of several agencies: in the order asked for, and no more of them than are asked for."""

from __future__ import annotations

import re
from decimal import Decimal

from .query import Kind
from .records import Result, Row
from .scan import Scan

SHOWN = 30
"""Agencies whose shares are told."""
_WHO = re.compile(
    r"谁|哪(?:[一几]?[个家]|些)?(?:行政)?(?:机关|单位|部门|地方|委办局|局|厅|区|县|市|州|旗|省|镇|乡|街道|政府|家)"
    r"|\b(?:who|(?:which|what) (?:\w+ )?"
    r"(?:agenc|bod(?:y|ies)|bureau|department|district|count|cit(?:y|ies)|government|organ|office|unit|place|town))"
)
"""What asks which agency."""


def shares_in_order(result: Result) -> tuple[Row, ...]:
    """The rows of a share: as they stand where agencies are named, else by the share, the places asked for with ties."""
    query = result.query
    stated = [row for row in result.rows if row.value is not None and row.over]
    if query.agencies or len(stated) < 2:
        return result.rows
    ordered = sorted(stated, key=_share, reverse=query.order == "desc")
    last = _share(ordered[min(query.limit or SHOWN, len(ordered)) - 1])
    shown = [row for row in ordered if (_share(row) >= last if query.order == "desc" else _share(row) <= last)]
    return tuple(shown[: max(query.limit or SHOWN, SHOWN)])


def _share(row: Row) -> Decimal:
    return (row.value or Decimal(0)) / (row.over or Decimal(1))


def of_everyone(scanned: Scan, kind: Kind) -> Kind | None:
    """The kind of query over all agencies that a question is, which names none of them; None where it must say which agency it means.

    A question that asks *which agency* needs none: its shares are put in order, its numbers listed.
    """
    who = bool(_WHO.search(scanned.blanked))
    apart = scanned.cue("each", "enumerate") and bool(scanned.keys("unit"))
    if kind == "share":
        return "share" if who or apart else None
    return "list" if kind == "value" and (who or apart) else None
