"""Names, numbers, years and scope in the words of an answer, and what an answer could not use."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from .query import Query, metric
from .records import Coverage, Result
from .strings import say, why

CENT = Decimal("0.01")
"""To what a mean is rounded when it is printed."""


class Wording:
    """How one language says names and numbers."""

    def __init__(self, english: bool) -> None:
        self.english = english

    def name(self, key: str) -> str:
        """What a metric is called."""
        known = metric(key)
        if self.english:
            return re.sub(r", total$", "", known.label.english).replace("10,000 yuan", "ten thousand yuan")
        text = re.sub(r"\(.*?\)", "", known.label.text)
        if key == "applications.outcomes_total.total":
            return "办理结果总计"
        if key.startswith("review_litigation.") and key.endswith(".total"):
            return text.removesuffix("·总计") + "总数"
        text = text.replace("总计·", "办理结果总计·") if key.startswith("applications.outcomes_total.") else text
        return text.removesuffix("·总计")

    def number(self, value: Decimal, key: str) -> str:
        """A value with its unit."""
        if metric(key).kind == "rate":
            return percent(value)
        text = f"{rounded(value):,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if self.english else f" {text} {metric(key).label.unit}"

    def gap(self, value: Decimal, key: str) -> str:
        """How far two values lie apart, with its unit: shares differ by percentage points."""
        if metric(key).kind != "rate":
            return self.number(abs(value), key)
        points = percent(abs(value)).removesuffix("%")
        return f"{points} percentage points" if self.english else f" {points} 个百分点"

    def year(self, year: int | None) -> str:
        """A year as part of a sentence."""
        return "" if year is None else f" {year}" if self.english else f"{year}年"

    def scope(self, query: Query) -> str:
        """The scope of a query in words: years, places, kinds of agency."""
        years = "、".join(map(str, query.years)) if not self.english else ", ".join(map(str, query.years))
        parts = [f"{years}年" if years and not self.english else years]
        if query.agencies and len(query.agencies) <= 4:
            parts.append(("、" if not self.english else ", ").join(query.agencies))
        if query.region:
            parts.append(query.region)
        if query.unit and not self.english:
            parts.append(f"各{query.unit}")
        if query.without:
            names = ("、", ", ")[self.english].join(query.without)
            parts.append(f"(without {names})" if self.english else f"（不含{names}）")
        text = (" " if self.english else "").join(part for part in parts if part)
        return f"{text}: " if text and self.english else text

    def coverage(self, coverage: Coverage) -> str:
        """What the answer could use and what is missing."""
        items = [
            f"{item.agency}{self.year(item.year)}{'：' if not self.english else ': '}{why(item.reason, self.english)}"
            for item in coverage.missing[:6]
        ]
        extra = len(coverage.missing) - 6 + coverage.more_missing
        items += [f"… {extra}"] if extra > 0 else []
        missing = say("missing", self.english, items=("；", "; ")[self.english].join(items)) if items else ""
        return say("coverage", self.english, library=coverage.library, reports=coverage.reports, used=coverage.used, missing=missing)

    def nothing(self, result: Result) -> str:
        """Why a query has no value, report by report."""
        lines = []
        for item in result.coverage.missing[:5]:
            if item.reason == "no_report":
                lines.append(say("no_report", self.english, agency=item.agency, year=self.year(item.year), held=""))
            else:
                known = {"agency": item.agency, "year": self.year(item.year), "name": self.name(result.query.metrics[0])}
                lines.append(say("no_value", self.english, **known, reason=why(item.reason, self.english)))
        return "\n".join(lines)


def percent(share: Decimal) -> str:
    """A share as a percentage with two decimals."""
    text = f"{share * 100:.2f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def rounded(value: Decimal) -> Decimal:
    """A number as it is printed: at most two decimals more than none, four where money has them."""
    places = -int(value.as_tuple().exponent)
    return value.quantize(CENT, ROUND_HALF_EVEN) if places > 6 else value
