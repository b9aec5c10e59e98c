"""Sums that may count twice: the report of a government may contain the numbers of its departments and of the places below it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .answer import Claim, Notebook
from .chunks import chunks_of
from .index import passages_of
from .narrate import Picked, quote
from .places import is_office, own_part, places_of
from .records import Row

if TYPE_CHECKING:
    from extractor.library import Library

_CONSOLIDATES = re.compile(
    r"(?:报告|年报|数据|统计)[^。；]{0,24}(?:汇总|合并|涵盖|包括|包含|不含|反映)[^。；]{0,30}(?:单位|部门|机关|镇|街|县|区|局)"
    r"|(?:汇总|合并|涵盖)[^。；]{0,40}(?:单位|部门|机关|镇|街|县|区|局)[^。；]{0,30}(?:报告|年报|数据|数字|统计)"
)
"""Where a report says whose numbers it contains."""


def counted_twice(rows: Iterable[Row]) -> tuple[str, ...]:
    """The governments among these rows beside which an agency of theirs, or of a place below, has a number of the same year."""
    stated = {(row.agency, row.year) for row in rows if row.value is not None}
    found = []
    for government, year in sorted(stated, key=lambda item: (item[0], item[1] or 0)):
        if is_government(government) and any(_below(agency, government) for agency, of in stated if of == year and agency != government):
            found.append(government)
    return tuple(dict.fromkeys(found))


def own_words(rows: Iterable[Row], governments: Iterable[str], library: Library, notebook: Notebook, *, english: bool) -> list[Claim]:
    """What these governments' reports themselves say of whose numbers they contain: a sentence of each that says so."""
    wanted = set(governments)
    reports = list(dict.fromkeys(row.report_id for row in rows if row.agency in wanted and row.value is not None))[:3]
    found: dict[str, Picked] = {}
    for passage in passages_of(library, reports):
        for chunk in chunks_of(passage):
            for sentence in chunk.sentences:
                if _CONSOLIDATES.search(sentence.text):
                    found.setdefault(passage.report_id, Picked(sentence, chunk, 1.0))
    return quote(list(found.values()), notebook, english)


def is_government(agency: str) -> bool:
    """Whether it is a government itself, whose annual report is that of the whole place; not its office nor a department."""
    return bool(places_of(agency)) and not own_part(agency) and not is_office(agency)


def _below(agency: str, government: str) -> bool:
    own, place = places_of(agency), places_of(government)
    return own[: len(place)] == place or own[:1] == place[-1:]
