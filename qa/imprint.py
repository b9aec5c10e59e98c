"""When and by whom the reports were published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .answer import Claim, Notebook
from .chunks import chunks_of
from .holdings import SHOWN, years_of
from .index import passages_of
from .narrate import Picked, quote
from .records import Result, Row
from .strings import say

if TYPE_CHECKING:
    from extractor.library import Library

_LATER = re.compile(r"最[晚后迟]|\blatest\b|\blast\b")
_SOONER = re.compile(r"最[早先]|\bearliest\b|\bfirst\b")
_SIGNED = re.compile(r"(?:本报告|本年度报告|本年报|年度报告)[^，。；]{0,6}由[^，。；]{2,30}(?:编制|编写|撰写|起草|汇总)")
"""Where a report says who drew it up."""


def published(result: Result, text: str, library: Library, *, english: bool) -> tuple[list[Claim], list[str]]:
    """When the reports in scope were published, by their own date; and a line for those that bear none."""
    known = dict(library.rows("SELECT report_id, published FROM reports WHERE published IS NOT NULL"))
    dated = [(known[row.report_id], row) for row in result.rows if row.report_id in known]
    lacking = [row for row in result.rows if row.report_id not in known]
    late, soon = _LATER.search(text), _SOONER.search(text)
    if (late or soon) and len(dated) > 1:
        dated.sort(key=lambda item: item[0], reverse=bool(late))
        dated = [item for item in dated if item[0] == dated[0][0]]
    said = ({"agency": row.agency, "year": row.year or "", "date": _date(date, english)} for date, row in dated[:SHOWN])
    claims = [Claim(text=say("published_on", english, **known_of)) for known_of in said]
    names = _named(lacking, english)
    return claims, [say("published_unsaid", english, names=names)] if lacking else []


def _date(date: str, english: bool) -> str:
    parts = date.split("-")
    return date if english else "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _named(rows: Sequence[Row], english: bool) -> str:
    names = [f"{row.agency} {row.year or ''}".strip() if english else f"{row.agency}{row.year or ''}年度" for row in rows[:10]]
    more = len(rows) - 10
    return (", " if english else "、").join(names) + (f" … {more}" if more > 0 else "")


def author(result: Result, library: Library, notebook: Notebook, *, english: bool) -> list[Claim]:
    """Whose reports they are, and the sentence that says who drew them up where there is one."""
    claims = []
    for agency in dict.fromkeys(row.agency for row in result.rows[:SHOWN]):
        held = years_of([row.year for row in result.rows if row.agency == agency and row.year is not None], english)
        claims.append(Claim(text=say("author", english, agency=agency, years=held)))
    for passage in passages_of(library, [row.report_id for row in result.rows[:SHOWN]]):
        for chunk in chunks_of(passage):
            told = [Picked(sentence, chunk, 1.0) for sentence in chunk.sentences if _SIGNED.search(sentence.text)]
            claims += quote(told[:1], notebook, english)
    return claims
