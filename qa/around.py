"""What stands around a number: what it is made of, figures of the narrative that contradict it, what a reader should know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .answer import Citation, Claim
from .catalogue import Catalogue
from .ground import check_quote
from .overlap import counted_twice
from .parsed import Parsed
from .query import Query, counterpart
from .records import Result, Row, run
from .render import Renderer
from .strings import mark, say

if TYPE_CHECKING:
    from extractor.library import Library


def contradictions(result: Result, library: Library, renderer: Renderer) -> Iterator[Claim]:
    """Numbers of the narrative that contradict the ones stated, side by side with them."""
    stated = {(row.report_id, row.metric): row for row in result.rows[:20] if row.value is not None}
    if not stated:
        return
    reports = list(dict.fromkeys(report for report, _ in stated))
    rows = library.rows(
        f"""SELECT c.report_id, c.metric, c.value, c.quote, c.line, c.page, c.start_char, c.end_char, r.source_name
FROM claims c JOIN reports r USING (report_id)
WHERE c.verdict = 'contradicts' AND c.scope = 'own' AND c.report_id IN ({", ".join("?" for _ in reports)})""",
        reports,
    )
    for report, key, value, words, line, page, start, end, source in rows:
        row = stated.get((report, key))
        if row is None or row.value is None:
            continue
        narrative = "\n".join(text for (text,) in library.rows("SELECT text FROM passages WHERE report_id = ?", [report]))
        place = {"line": line, "page": page, "start": start, "end": end}
        status = check_quote(words, narrative)
        said = Citation(
            kind="sentence", source=source, agency=row.agency, year=row.year, path=f"claims.{key}", place=place, quote=words, status=status
        )
        number = renderer.notebook.cite(said, report)
        text = say(
            "contradiction",
            renderer.english,
            claimed=renderer.number(value, key).strip(),
            said=f"〔{number}〕",
            value=renderer.number(row.value, key).strip(),
        )
        yield Claim(text=text, citations=(number, *renderer.cite([row], result)))


def made_of(result: Result, grounds: tuple[str, ...], library: Library, renderer: Renderer) -> Iterator[Claim]:
    """What the number is made of, for the agencies it names; nothing where no ``grounds`` are asked for."""
    leading = [row for row in result.rows if row.value is not None][:3]
    if not leading or not grounds:
        return
    query = Query(
        kind="compare",
        metrics=grounds,
        agencies=tuple(dict.fromkeys(row.agency for row in leading)),
        years=tuple(dict.fromkeys(row.year for row in leading if row.year)),
    )
    parts = run(query, library)
    for row in leading:
        own = sorted((r for r in parts.rows if r.report_id == row.report_id and r.value), key=lambda r: -(r.value or 0))
        cited = renderer.cite(own or [r for r in parts.rows if r.report_id == row.report_id], parts)
        known = {"agency": row.agency, "year": renderer.year(row.year), "name": renderer.name(row.metric), "cite": ""}
        items = ("; " if renderer.english else "、").join(_part(r, renderer) for r in own)
        yield Claim(text=say("grounds" if own else "grounds_none", renderer.english, **known, items=items), citations=cited)


def _part(row: Row, renderer: Renderer) -> str:
    """One row of a number's breakdown, with its state."""
    assert row.value is not None
    name = renderer.name(row.metric).rpartition("·")[2]
    return f"{name}{': ' if renderer.english else ''}{renderer.number(row.value, row.metric)}{mark(row.status, renderer.english)}"


def remarks(parsed: Parsed, result: Result, renderer: Renderer) -> list[str]:
    """How names and years were taken, what was not used, which numbers are lacking, what is counted twice, what changed with the form."""
    english, query = renderer.english, result.query
    found = [say("no_agency", english, name=name, near="").strip() for name in parsed.unknown] if parsed.agencies else []
    for key, detail in parsed.notes:
        before, _, after = detail.partition("=")
        if key == "published":
            found.append(say("published", english, year=detail, before=int(detail) - 1))
        elif key == "today":
            found.append(say("today", english, word=before, year=after))
        elif key == "taken":
            found.append(say("taken", english, said=before, agency=after))
        elif key == "ignored":
            found.append(say("ignored", english, word=detail))
    if query.kind in ("sum", "average") and (twice := counted_twice(result.rows)):
        found.append(say("counted_twice", english, names=("、", ", ")[english].join(twice[:5])))
    used = {row.metric for row in result.rows if row.value is not None}
    if used and query.kind == "value":
        found += [say("lacking", english, name=renderer.name(key)) for key in query.metrics if not {key, counterpart(key)} & used]
    for key in query.metrics:
        other = counterpart(key)
        if other in used and key in used:
            old, new = sorted((key, other), key=lambda k: "issued" in k)
            found.append(say("form_change", english, old=renderer.name(old), new=renderer.name(new)))
    return found


def years_held(query: Query, catalogue: Catalogue, *, english: bool) -> list[str]:
    """The years that the library does have of the agencies asked for."""
    found = []
    for agency in query.agencies:
        held = [str(entry.year) for entry in catalogue.by_agency.get(agency, ()) if entry.year]
        if held and query.years and not set(query.years) & set(map(int, held)):
            found.append(say("near", english, items=f"{agency} {('、', ', ')[english].join(held)}"))
    return found
