"""Clauses: one that asks the tables for a number, beside another that asks the narrative."""

from __future__ import annotations

import re

from .draft import Draft
from .manner import ASKS, CAUSE, OPEN_ASKS, WHEREIN
from .scan import content


def other_clause(draft: Draft) -> str:
    """A clause that asks the narrative for something, beside one that asks the tables for a number; empty where there is none."""
    text = draft.scan.blanked
    rows = {piece.start for piece in draft.scan.pieces if any(sort in ("row", "rate") and not weak for sort, _, weak in piece.meanings)}
    start, told = 0, -1
    found, tables = "", False
    for clause in re.split(r"(?<=[？?。；;，,])", text):
        end = start + len(clause)
        words = [word for word in draft.words if word in clause]
        asks = bool(ASKS.search(clause))
        open_asks = tables and OPEN_ASKS.search(clause)
        if any(start <= at < end for at in rows):
            if words and open_asks:
                found = draft.search(start, end)
            elif words and tables and not asks:
                told = start if told < 0 else told  # what the next clause asks about (对乱贴“商业秘密”标签的合同，它说要怎么管)
            elif words:
                return ""
            tables = tables or asks
        elif asks and (words or (open_asks and told >= 0)):
            found = draft.search(told if told >= 0 else start, end)
        elif words:
            return ""
        start = end
    return found if tables else ""


def open_clause(draft: Draft) -> str:
    """A clause that asks where or why (栽在什么地方), after one that asks the tables for a number; empty where there is none."""
    text, start, tables = draft.scan.blanked, 0, False
    for clause in re.split(r"(?<=[？?。；;，,])", text):
        end = start + len(clause)
        inside = [piece for piece in draft.scan.pieces if start <= piece.start < end]
        sorts = ("row", "rate") if CAUSE.search(clause) else ("row", "rate", "column")
        rows = any(sort in sorts and not weak for piece in inside for sort, _, weak in piece.meanings)
        told = OPEN_ASKS.search(clause) and any(start <= run.start < end and content(run.text) for run in draft.scan.residual)
        if tables and not rows and "\x01" not in clause and (WHEREIN.search(clause) or told):
            return draft.search(start, end) or clause.strip(" ,，?？。")
        tables = tables or (rows and bool(ASKS.search(clause)))
        start = end
    return ""
