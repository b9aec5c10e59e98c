"""What the cells that a claim cites add up to: every number they bear out, with the citations it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Literal

from extractor.forms import Metric, form_of, metrics_of
from qa.answer import Answer, Claim
from qa.wording import percent, rounded

How = Literal["cell", "sum", "share", "points", "difference", "growth", "mean", "together"]
"""How a number comes from its parts. ``cell``: printed there. ``sum``: all parts added. ``share``: the first over the second.
``points``: one share less another (four parts). ``difference``: the first less the second. ``growth``: that, over the second.
``mean``: the parts' mean. ``together``: it rests on all of them, without a sum to show."""
Parts = tuple[tuple[int, ...], ...]
"""Groups of citations, by number from 1; the cells of a group are added up."""
FORMS = (form_of("2021"), form_of("2019"), form_of("2021", False), form_of("2019", True))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that cited cells bear out."""

    key: str
    """The metric."""
    how: How
    parts: Parts
    value: Decimal
    agency: str | None
    year: int | None
    asked: bool
    """Whether it is what the question asks for, not just one cell of that."""

    @property
    def printed(self) -> str:
        """As an answer writes it, without thousands separators or a sign."""
        return printed(abs(self.value), share=self.how in ("share", "points", "growth"))

    @property
    def cited(self) -> tuple[int, ...]:
        """All its citations, in order."""
        return tuple(dict.fromkeys(number for part in self.parts for number in part))


def printed(value: Decimal, *, share: bool) -> str:
    """A number as an answer writes it, without thousands separators."""
    if share:
        return percent(value)
    text = f"{rounded(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantities(answer: Answer, claim: Claim, values: Mapping[int, Decimal]) -> list[Quantity]:
    """The numbers that the cells cited by a claim hold or add up to, those asked for first; ``values`` are the cells' own."""
    reports: dict[tuple[str, str | None, int | None], dict[str, int]] = {}
    for number in dict.fromkeys(claim.citations):
        cited = answer.citations[number - 1]
        if cited.kind == "cell" and number in values:
            reports.setdefault((cited.source, cited.agency, cited.year), {}).setdefault(cited.path, number)
    query = answer.query
    keys = (*query.metrics, *((query.over,) if query.over else ())) if query else ()
    found: list[Quantity] = []
    for (_, agency, year), cells in reports.items():
        own: dict[Parts, Quantity] = {}
        known = [made for key in dict.fromkeys(keys) if (made := _metric(key, cells))]
        for metric in known:
            parts = tuple(tuple(cells[path] for path in terms) for terms in (metric.terms, metric.over) if terms)
            how: How = "share" if metric.over else "cell" if len(metric.terms) == 1 else "sum"
            _add(own, metric.key, how, parts, values, agency, year, True)
        if query and query.over and len(known) > 1 and known[-1].key == query.over:
            for metric in known[:-1]:
                parts = tuple(tuple(cells[path] for path in terms) for terms in (metric.terms, known[-1].terms))
                _add(own, metric.key, "share", parts, values, agency, year, False)
        for path, number in cells.items():
            _add(own, path, "cell", ((number,),), values, agency, year, False)
        found += own.values()
    return found


def changes(found: Sequence[Quantity]) -> Iterator[Quantity]:
    """What two of these differ by, and that as a share of one of them; the last less the first before all others."""
    ordered = sorted(found, key=lambda one: one.year or 0)
    pairs = [(ordered[-1], ordered[0])] if len(ordered) > 1 else []
    pairs += [(b, a) for a, b in combinations(ordered, 2)] + [(a, b) for a, b in combinations(ordered, 2)]
    for one, base in dict.fromkeys(pairs):
        if (one.how == "share") != (base.how == "share"):
            continue
        how: How = "points" if one.how == "share" else "difference"
        parts = (*one.parts, *base.parts)
        yield Quantity(one.key, how, parts, abs(one.value - base.value), one.agency, one.year, False)
        if base.value and one.how != "share":
            yield Quantity(one.key, "growth", parts, abs(one.value - base.value) / abs(base.value), one.agency, one.year, False)


def wholes(found: Sequence[Quantity]) -> Iterator[Quantity]:
    """The sum and the mean of numbers that are no shares."""
    if len(found) > 1 and all(one.how in ("cell", "sum") for one in found):
        total = sum((one.value for one in found), Decimal(0))
        parts = tuple(part for one in found for part in one.parts)
        yield Quantity(found[0].key, "sum", parts, total, None, None, True)
        yield Quantity(found[0].key, "mean", parts, total / len(found), None, None, True)


def worked_out(how: How, values: Sequence[Decimal]) -> Decimal | None:
    """The number that the sums of its parts make; None where there is none to make, or it divides by 0."""
    if how in ("cell", "sum"):
        return sum(values, Decimal(0))
    if how == "mean":
        return sum(values, Decimal(0)) / len(values)
    if how == "share":
        return values[0] / values[1] if values[1] else None
    if how == "points":
        return abs(values[0] / values[1] - values[2] / values[3]) if values[1] and values[3] else None
    if how in ("difference", "growth"):
        gap = abs(values[0] - values[1])
        return gap if how == "difference" else gap / abs(values[1]) if values[1] else None
    return None


def _metric(key: str, cells: Mapping[str, int]) -> Metric | None:
    """The metric in the form of which all its cells are cited; the one with the most where several are."""
    fitting = [one for form in FORMS if (one := metrics_of(form).get(key)) and all(path in cells for path in (*one.terms, *one.over))]
    return max(fitting, key=lambda one: len(one.terms), default=None)


def _add(
    own: dict[Parts, Quantity],
    key: str,
    how: How,
    parts: Parts,
    values: Mapping[int, Decimal],
    agency: str | None,
    year: int | None,
    asked: bool,
) -> None:
    value = worked_out(how, [sum((values[number] for number in part), Decimal(0)) for part in parts])
    if value is not None and parts not in own:
        own[parts] = Quantity(key, how, parts, value, agency, year, asked)
