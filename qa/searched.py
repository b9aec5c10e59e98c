"""What a narrative answer was looked for in: how many reports and paragraphs, of which agencies and years."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .store import Filter, Store
from .strings import say

LISTED = 20
"""Agencies named in the JSON; the others are counted."""
NAMED = 3
"""Agencies and years named in words; beyond it they are counted, or told as a span."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The narrative that a search could find something in."""

    reports: int
    passages: int
    agencies: tuple[str, ...]
    years: tuple[int, ...]

    def payload(self, english: bool) -> dict[str, Any]:
        """As the coverage of an answer gives it."""
        return {
            "reports": self.reports,
            "passages": self.passages,
            "agencies": list(self.agencies[:LISTED]),
            "more_agencies": max(0, len(self.agencies) - LISTED),
            "years": list(self.years),
            "text": self.told(english),
        }

    def told(self, english: bool) -> str:
        """In words; empty where there was nothing to search."""
        if not self.reports:
            return ""
        joint = ("、", ", ")[english]
        many = len(self.agencies) > NAMED
        who = (f"{len(self.agencies)} 个机关", f"{len(self.agencies)} agencies")[english] if many else joint.join(self.agencies)
        key = "looked_through"
        return say(key, english, reports=self.reports, passages=self.passages, agencies=who, years=self._years(english))

    def _years(self, english: bool) -> str:
        years = self.years
        if len(years) > NAMED:
            whole = all(after == before + 1 for before, after in pairwise(years))
            told = f"{years[0]}{'—' if whole else ' … '}{years[-1]}"
        else:
            told = ("、", ", ")[english].join(map(str, years))
        return told if english or not told else f"{told}年"


def searched(store: Store, within: Filter) -> Searched:
    """What lies within a filter."""
    where, values = within.where()
    rows = store.database.execute(
        f"SELECT c.agency, c.year, count(DISTINCT c.report_id), count(*) FROM passages c WHERE {where} GROUP BY c.agency, c.year", values
    ).fetchall()
    return Searched(
        sum(row[2] for row in rows),
        sum(row[3] for row in rows),
        tuple(dict.fromkeys(str(row[0]) for row in rows)),
        tuple(sorted({int(row[1]) for row in rows if row[1] is not None})),
    )
