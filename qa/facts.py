"""Figures of the narrative (政策解读 93 篇) as the library keeps them: one of them, one by year, ranked, summed or averaged.

Every figure cites the words it stands in. What agencies count under one name is not laid down in any form, and an answer over several
says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .answer import Citation, Claim, Notebook, Value, marks
from .ground import check_quote, untraced
from .parsed import Parsed
from .strings import say
from .terms import Aspect, aspects, covered
from .wording import rounded

if TYPE_CHECKING:
    from extractor.library import Library

ENOUGH = 0.75
"""Weighted share of what is asked for that a figure's own name must answer to."""
MOST = 5000
"""Figures looked at for one question."""
SHOWN = 10
_MEASURE = re.compile(r"(?:多少|几)(篇|场|条|期|次|个|人次|件|项|名|份|人|户|家|元|万元)?")
_PEOPLE = re.compile(
    r"\b(?:people|persons?|participants?|visitors?|followers?|staff|attend\w*|residents?|trainees?|experts?|volunteers?|representatives?"
    r"|supervisors?|members?|users?|subscribers?|fans?|who|employees?|officials?|cadres?|villagers?|students?|trained|callers?|times|visits?)\b"
)
"""What tells that an English question counts people."""
_BOUNDS = {
    "exact": ("", ""), "more_than": ("超过 ", "more than "), "less_than": ("近 ", "nearly "), "about": ("约 ", "about "),
    "at_least": ("不少于 ", "at least "), "at_most": ("不超过 ", "at most "),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that a report's narrative states."""

    report_id: str
    agency: str
    year: int
    n: int
    what: str
    value: Decimal
    unit: str
    bound: str
    quote: str
    line: int | None
    page: int | None
    start: int | None
    end: int | None
    source: str


_FIELDS = tuple(field.name for field in fields(Fact))


def stated(parsed: Parsed, library: Library, notebook: Notebook) -> tuple[list[Claim], list[Value], str]:
    """What the narrative's figures answer to a question, and a remark on what they leave out; nothing where none fits."""
    asked = aspects(parsed.search)
    if not parsed.figure or sum(aspect.weight for aspect in asked) < 0.6:
        return [], [], ""
    found, unsure = _chosen(_candidates(parsed, library), asked, parsed)
    chosen = _standing(found, library)
    if not chosen or (parsed.figure == "value" and len(chosen) > 1):
        return [], [], ""
    several = parsed.figure not in ("value", "trend")
    remark = say("fact_remark", parsed.english) if several else ""
    remark += say("fact_unsure", parsed.english, count=unsure) if unsure and parsed.figure != "value" else ""
    if several and parsed.figure != "rank" and len(chosen) > 1:
        return (*_totalled(parsed, chosen, library, notebook), remark)
    return (*_listed(parsed, chosen, library, notebook), remark)


def _candidates(parsed: Parsed, library: Library) -> list[Fact]:
    parts, values = ["f.year IS NOT NULL", "f.agency IS NOT NULL"], []  # type: tuple[list[str], list[Any]]
    for name, wanted in (("agency", parsed.agencies), ("year", parsed.years)):
        if wanted:
            parts.append(f"f.{name} IN ({', '.join('?' for _ in wanted)})")
            values += wanted
    if parsed.region and not parsed.agencies:
        parts.append("starts_with(f.agency, ?)")
        values.append(parsed.region)
    rows = library.rows(
        "SELECT f.report_id, f.agency, f.year, f.n, f.what, f.value, coalesce(f.unit, ''), coalesce(f.bound, 'exact'), f.quote,"
        " f.line, f.page,"
        f" f.start_char, f.end_char, r.source_name FROM facts f JOIN reports r USING (report_id) WHERE {' AND '.join(parts)}"
        f" ORDER BY f.agency, f.year, f.n LIMIT {MOST}",
        values,
    )
    return [Fact(**dict(zip(_FIELDS, (*row[:5], _plain(row[5]), *row[6:]), strict=True))) for row in rows]


def _standing(chosen: list[Fact], library: Library) -> list[Fact]:
    """The figures whose words stand as quoted in the report's narrative."""
    told: dict[str, str] = {}
    for report_id, text in library.rows(
        f"SELECT report_id, text FROM passages WHERE report_id IN ({', '.join('?' for _ in chosen) or 'NULL'})",
        [fact.report_id for fact in chosen],
    ):
        told[report_id] = told.get(report_id, "") + "\n" + text
    return [fact for fact in chosen if check_quote(fact.quote.strip(), told.get(fact.report_id, "")) in ("exact", "normalised")]


def _plain(value: Any) -> Decimal:
    number = Decimal(str(value))
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _chosen(found: Sequence[Fact], asked: tuple[Aspect, ...], parsed: Parsed) -> tuple[list[Fact], int]:
    """The one figure of each report that answers best, and how many reports have two that answer alike and differ."""
    measure = next((match[1] for match in _MEASURE.finditer(parsed.text) if match[1]), None)
    english_things = parsed.english and not _PEOPLE.search(parsed.text)
    best: dict[str, tuple[float, list[Fact]]] = {}
    for fact in found:
        score = covered(_named(asked, fact.unit), fact.what)
        if english_things and fact.unit in ("人", "名", "人次"):
            continue
        if score < ENOUGH or (measure and fact.unit and not _same_unit(measure, fact.unit)):
            continue
        known = best.get(fact.report_id)
        if known is None or score > known[0]:
            best[fact.report_id] = (score, [fact])
        elif score == known[0]:
            known[1].append(fact)
    chosen = [facts[0] for _, facts in best.values() if len({fact.value for fact in facts}) == 1]
    units = {fact.unit for fact in chosen}
    fits = len(units) <= 1 or parsed.figure in ("value", "trend")
    return (chosen, len(best) - len(chosen)) if fits else ([], 0)


def _named(asked: tuple[Aspect, ...], unit: str) -> tuple[Aspect, ...]:
    """The aspects without words for the unit, which tell nothing of what is counted (人次 of people trained, or received)."""
    kept = (replace(aspect, words=tuple(word for word in aspect.words if word != unit)) for aspect in asked)
    return tuple(aspect for aspect in kept if aspect.words)


def _same_unit(asked: str, unit: str) -> bool:
    loose = ({"件", "条", "份", "篇"}, {"个", "家", "项"}, {"次", "场", "期"}, {"人", "名", "人次"})
    return asked == unit or any(asked in group and unit in group for group in loose)


def _listed(parsed: Parsed, chosen: list[Fact], library: Library, notebook: Notebook) -> tuple[list[Claim], list[Value]]:
    english = parsed.english
    if parsed.figure == "rank":
        chosen = sorted(chosen, key=lambda fact: fact.value, reverse=not parsed.ascending)
        limit = parsed.top or SHOWN
        chosen = [fact for fact in chosen if fact.value in {one.value for one in chosen[:limit]}]
    claims: list[Claim] = []
    values: list[Value] = []
    for fact in chosen[:SHOWN]:
        number = notebook.cite(_citation(fact, library), fact.report_id)
        bound = _BOUNDS.get(fact.bound, ("", ""))[english]
        figure = f"{bound}{fact.value:,f} {fact.unit}".strip()
        known = {"agency": fact.agency, "year": fact.year, "what": fact.what, "value": figure, "quote": fact.quote.strip()}
        text = say("fact", english, **known, cite=marks((number,)))
        if untraced(_unnamed(text, fact), [fact.quote], (), [fact.year]):
            text = say(
                "quote",
                english,
                agency=fact.agency,
                year=f" {fact.year}" if english else f"{fact.year}年",
                quote=fact.quote.strip(),
                cite=marks((number,)),
            )
        claims.append(Claim(text=text, citations=(number,), by="template"))
        values.append(Value(agency=fact.agency, year=fact.year, metric="", value=fact.value))
    return claims, values


def _totalled(parsed: Parsed, chosen: list[Fact], library: Library, notebook: Notebook) -> tuple[list[Claim], list[Value]]:
    few = len(chosen) <= SHOWN
    cited = tuple(notebook.cite(_citation(fact, library), fact.report_id if few else "") for fact in chosen)
    total = sum((fact.value for fact in chosen), Decimal(0))
    value = rounded(total / len(chosen)) if parsed.figure == "average" else total
    loose = any(fact.bound != "exact" for fact in chosen)
    figure = f"{('约 ', 'about ')[parsed.english] if loose else ''}{value:,f} {chosen[0].unit}".strip()
    key = "fact_average" if parsed.figure == "average" else "fact_sum"
    years = "、".join(str(year) for year in parsed.years)
    known = {
        "what": chosen[0].what,
        "value": figure,
        "count": len(chosen),
        "years": f"{years}年" if years and not parsed.english else years,
    }
    text = say(key, parsed.english, **known, cite=marks(cited))
    return [Claim(text=text, citations=cited)], [Value(agency=None, year=None, metric="", value=value)]


def _unnamed(text: str, fact: Fact) -> str:
    return text.replace(fact.agency, "").replace(fact.what, "")


def _citation(fact: Fact, library: Library) -> Citation:
    told = "\n".join(text for (text,) in library.rows("SELECT text FROM passages WHERE report_id = ?", [fact.report_id]))
    return Citation(
        kind="sentence",
        source=fact.source,
        agency=fact.agency,
        year=fact.year,
        path=f"facts.{fact.n}",
        place={"line": fact.line, "page": fact.page, "start": fact.start, "end": fact.end},
        quote=fact.quote.strip(),
        status=check_quote(fact.quote.strip(), told),
    )
