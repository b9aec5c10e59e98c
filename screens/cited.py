"""Citations of an answer as the page shows them: chips in the text, and the panels that they open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extractor.model import Place, Report
from extractor.view import MARKS, CellView, cell_of, english_caption, equations_of, tables_of

from .drawing import excerpt, safe, view
from .shelf import Shelf
from .words import Lang, say

if TYPE_CHECKING:  # imported when the first question is asked, or soon after the page has opened
    from qa.answer import Answer, Citation

    from .figures import Figure

Lines = tuple[tuple[str, tuple["Figure", ...]], ...]
"""The lines of an answer, each with the figures that stand in it."""
GRAVEST = ("contested", "open", "unreadable", "absent", "blank", "not_applicable", "deduced", "read", "corrected", "verified")
"""States, the one that says most against a number first."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A button in the text that opens what a number rests on."""

    label: str
    at: str
    """What it opens, within the turn: the number of a citation, or ``f`` and that of a figure."""
    state: str
    title: str
    computed: bool
    """Whether it opens how the number comes from several cells, not one place."""


@dataclass(frozen=True, slots=True)
class Term:
    """One cell in what a number is made of."""

    number: int
    """Its citation."""
    name: str
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that are added up."""

    name: str
    """Whose they are; empty where there is nothing to tell apart."""
    total: str
    terms: tuple[Term, ...]


def lines_of(shelf: Shelf, answer: Answer) -> Lines:
    """The lines of an answer with a figure behind every number whose cells are known."""
    from .figures import cut

    return cut(answer, values_of(shelf, answer.citations))


def values_of(shelf: Shelf, citations: Sequence[Citation]) -> dict[int, Decimal]:
    """The values of the cells cited, by number of citation."""
    cells = {number: cited for number, cited in enumerate(citations, 1) if cited.kind == "cell"}
    if not cells:
        return {}
    sources, paths = ({getattr(cited, name) for cited in cells.values()} for name in ("source", "path"))
    rows = shelf.rows(
        "SELECT r.source_name, r.agency, r.year, c.path, c.value FROM cells c JOIN reports r USING (report_id) "
        f"WHERE r.source_name IN ({', '.join('?' * len(sources))}) AND c.path IN ({', '.join('?' * len(paths))})",
        [*sorted(sources), *sorted(paths)],
    )
    known = {tuple(row[:4]): Decimal(row[4]) for row in rows if row[4] is not None}
    found = {number: known.get((cited.source, cited.agency, cited.year, cited.path)) for number, cited in cells.items()}
    return {number: value for number, value in found.items() if value is not None}


# ---------------------------------------------------------------- in the text
def pieces(answer: Answer, lines: Lines, line: int) -> list[str | Chip]:
    """A line of an answer as text and chips."""
    text, figures = lines[line]
    first = sum(len(own) for _, own in lines[:line])
    made: list[str | Chip] = []
    shown = 0
    for place, figure in enumerate(figures, first):
        before = text[shown : figure.at]
        if figure.number:  # number, unit and chip stay on one line
            at = before.rfind(figure.number)
            before = before[:at] + before[at:].replace(" ", "\u00a0") + "\u2060" if at >= 0 else before
        made += [before] if before else []
        made += _chips(answer, figure, place)
        shown = figure.at
    return [*made, text[shown:]] if text[shown:] else made


def _chips(answer: Answer, figure: Figure, place: int) -> list[Chip]:
    if figure.single:
        return [
            Chip(str(number), str(number), state_of(answer.citations[number - 1]), cited_as(answer.citations[number - 1]), False)
            for number in figure.cited
        ]
    states = [state_of(answer.citations[number - 1]) for number in figure.cited]
    return [Chip(figure.label, f"f{place}", min(states, key=_gravity), "", True)]


def _gravity(state: str) -> int:
    return GRAVEST.index(state) if state in GRAVEST else 0


def state_of(cited: Citation) -> str:
    """The state whose colour a citation has: the cell's own, or by how its quote was found."""
    if cited.kind == "cell":
        return cited.status if cited.status in MARKS else "read"
    return {"exact": "verified", "normalised": "read", "elsewhere": "open"}.get(cited.status, "contested")


def cited_as(cited: Citation) -> str:
    """A citation in one line: whose, which year, what stands there."""
    return f"{cited.agency or cited.source} {cited.year or ''}：{cited.quote}"


def referenced(found: Answer, lines: Lines, lang: Lang) -> str:
    """An answer with its references, to be pasted elsewhere; the numbers carry their own marks there too."""
    told = []
    for text, figures in lines:
        for figure in reversed(figures):
            mark = "".join(f"〔{number}〕" for number in figure.cited) if figure.single else f"〔{figure.label}〕"
            text = text[: figure.at] + mark + text[figure.at :]
        told.append(text)
    for number, cited in enumerate(found.citations, 1):
        line = cited.place.get("line")
        where = "，" + say(lang, "source.line", line=line) if line else ""
        told.append(f"〔{number}〕{cited.agency or ''}{cited.year or ''} {cited.source}{where}：“{cited.quote}”")
    return "\n".join(told)


# ---------------------------------------------------------------- beside the text
def opened(shelf: Shelf, lang: Lang, answer: Answer, lines: Lines, turn: str, at: str) -> str:
    """The panel that a chip opens: a citation (``3``; ``3:f1`` when it was opened from a figure's), or a figure (``f1``)."""
    number, _, origin = at.partition(":")
    figure = _figure(lines, number)
    if figure is not None:
        return _figure_html(shelf, lang, answer, figure, turn, number)
    if not number.isdecimal() or not 0 < int(number) <= len(answer.citations):
        return ""
    back = _figure(lines, origin)
    return _citation_html(
        shelf, lang, answer.citations[int(number) - 1], number, f"{turn}:{origin}" if back else "", back.label if back else ""
    )


def _figure(lines: Lines, at: str) -> Figure | None:
    figures = [one for _, own in lines for one in own]
    return figures[int(at[1:])] if at[:1] == "f" and at[1:].isdecimal() and int(at[1:]) < len(figures) else None


def _figure_html(shelf: Shelf, lang: Lang, answer: Answer, figure: Figure, turn: str, at: str) -> str:
    from .quantities import printed, worked_out

    values = values_of(shelf, answer.citations)
    groups = [_group(lang, answer, figure, part, values) for part in figure.parts]
    sums = [sum((values[number] for number in part), Decimal(0)) for part in figure.parts if all(number in values for number in part)]
    result = worked_out(figure.how, sums) if len(sums) == len(figure.parts) else None
    totals = [printed(one, share=False) for one in sums]
    if figure.how == "sum" and len(figure.parts) == 1:
        totals = [printed(values[number], share=False) for number in figure.parts[0]] if result is not None else []
    return view(
        "figure.html",
        lang,
        figure=figure,
        turn=turn,
        at=at,
        how=say(lang, f"figure.{figure.how}", count=len(figure.cited)),
        formula=formula(figure.how, totals) if result is not None else "",
        result="" if result is None else printed(result, share=figure.how in ("share", "points", "growth")),
        groups=groups,
        state=min((state_of(answer.citations[number - 1]) for number in figure.cited), key=_gravity),
    )


def formula(how: str, numbers: Sequence[str]) -> str:
    """How a number is worked out, in numbers: ``131 ÷ 1534``; a long sum without its zeros."""
    if how in ("sum", "mean"):
        kept = [number for number in numbers if number != "0"] if len(numbers) > 4 else list(numbers)
        added = " + ".join(kept) or "0"
        return added if how == "sum" else f"({added}) ÷ {len(numbers)}"
    if how == "share":
        return " ÷ ".join(numbers)
    if how == "points":
        return f"{numbers[0]} ÷ {numbers[1]} − {numbers[2]} ÷ {numbers[3]}"
    if how == "difference":
        return _less(numbers)
    if how == "growth":
        return f"({_less(numbers)}) ÷ {numbers[1]}"
    return ""


def _less(numbers: Sequence[str]) -> str:
    large, small = sorted(numbers[:2], key=Decimal, reverse=True)
    return f"{large} − {small}"


def _group(lang: Lang, answer: Answer, figure: Figure, part: tuple[int, ...], values: Mapping[int, Decimal]) -> Group:
    from .quantities import printed

    cited = [answer.citations[number - 1] for number in part]
    who = {(one.agency, one.year) for one in cited}
    everyone = {(answer.citations[number - 1].agency, answer.citations[number - 1].year) for number in figure.cited}
    name = ""
    if len(who) == 1 and len(everyone) > 1:
        agency, year = next(iter(who))
        told = [agency or "", str(year or "")] if len({one[0] for one in everyone}) > 1 else [str(year or "")]
        name = " ".join(word for word in told if word)
    known = [values[number] for number in part if number in values]
    total = printed(sum(known, Decimal(0)), share=False) if len(known) == len(part) > 1 else ""
    return Group(name, total, tuple(_term(lang, number, answer.citations[number - 1], values) for number in part))


def _term(lang: Lang, number: int, cited: Citation, values: Mapping[int, Decimal]) -> Term:
    from .quantities import printed

    if cited.kind != "cell":
        return Term(number, f"“{cited.quote}”", "", state_of(cited))
    value = values.get(number)
    return Term(number, caption(lang, cited.path), cited.quote if value is None else printed(value, share=False), state_of(cited))


def caption(lang: Lang, path: str) -> str:
    """The statutory name of a cell, its section's own numbering left out."""
    from qa.query import metric

    if lang == "en":
        return english_caption(path)
    return metric(path).label.text


def _citation_html(shelf: Shelf, lang: Lang, cited: Citation, number: str, back: str, back_label: str) -> str:
    """What a citation rests on: the cell in its row and line, or the sentence in its paragraph."""
    about: dict[str, Any] = {"cell": None, "row": "", "equations": (), "excerpt": "", "report_id": ""}
    report_id = shelf.id_of(cited.source, cited.agency, cited.year)
    if report_id:
        report = shelf.report(report_id)
        document = shelf.document(report)
        about["report_id"] = report_id
        place = _place(cited)
        if cited.kind == "cell":
            cell: CellView = cell_of(report, cited.path)
            about |= {"cell": cell, "equations": equations_of(report, cited.path), "row": safe(_row_html(report, lang, cited.path))}
            place = cell.evidence.place
        if document and place:
            about["excerpt"] = excerpt(document, place, lang)
    return view("citation.html", lang, cited=cited, number=number, state=state_of(cited), back=back, back_label=back_label, **about)


def _row_html(report: Report, lang: Lang, path: str) -> str:
    """The row of the form in which a cell stands, one column a line, the cell marked."""
    row = next((row for table in tables_of(report) for row in table.rows if row.path == path.rpartition(".")[0]), None)
    return view("row.html", lang, row=row, path=path) if row else ""


def _place(cited: Citation) -> Place | None:
    place = cited.place
    if place.get("line") is None or place.get("start") is None:
        return None
    return Place(line=place["line"] or 1, start=place["start"] or 0, end=place.get("end") or place["start"] or 0, page=place.get("page"))
