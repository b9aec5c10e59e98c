"""Asking: understand, query the records, search the narrative, state what holds; step by step for a page that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from extractor.errors import ModelError, QueryError

from .answer import Answer, Citation, Claim, Notebook, Value
from .catalogue import Catalogue, catalogue_of
from .ground import check_quote
from .index import Index, update
from .model import open_question, understand, write
from .narrate import pick, quote
from .parse import parse
from .parsed import Parsed
from .query import Query, Route, counterpart
from .records import Result, run
from .render import Renderer
from .retrieve import Found, find
from .strings import say

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings

AUTO_INDEX = 500
"""Reports not yet indexed up to which asking indexes them itself."""
Turn = Answer | str | Mapping[str, Any]
"""An earlier turn: an answer, a question, or a chat message with ``role`` and ``content``."""


@dataclass(frozen=True)
class Step:
    """Something that asking has done, for a page to show."""

    name: Literal["understand", "records", "search", "write", "answer"]
    text: str
    answer: Answer | None = None
    """The answer, in the last step; in a ``write`` step what there is of it."""


def ask(
    question: str,
    library: Library,
    *,
    agency: str | None = None,
    year: int | None = None,
    route: Route | None = None,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
) -> Answer:
    """Answer a question from a library.

    ``agency`` and ``year`` limit it, ``route`` forces where the answer comes from, ``history`` are earlier turns, oldest first.
    Without ``settings`` naming a model everything is done offline. Raises QueryError for an empty question or an unknown route.
    """
    last: Answer | None = None
    for step in ask_stream(question, library, agency=agency, year=year, route=route, history=history, settings=settings):
        last = step.answer or last
    assert last is not None
    return last


def ask_stream(
    question: str,
    library: Library,
    *,
    agency: str | None = None,
    year: int | None = None,
    route: Route | None = None,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
) -> Iterator[Step]:
    """Answer a question step by step; the last step holds the answer."""
    if not question.strip():
        raise QueryError("问题是空的 (the question is empty)")
    if len(question) > 2000:
        raise QueryError(f"问题太长：{len(question)} 字，至多 2000 字 (the question has {len(question)} characters, at most 2000)")
    if route is not None and route not in get_args(Route):
        raise QueryError(f"没有名为“{route}”的路径，可选：{'、'.join(get_args(Route))} (no such route)")
    catalogue = catalogue_of(library)
    before = recall(history, library, catalogue)
    parsed = _limited(parse(_named(question, agency, year, catalogue), catalogue, before), route)
    talk = _Talk(question, parsed, library, settings, catalogue)
    talk.consult(route)
    yield Step("understand", describe(talk.parsed))
    yield from talk.steps()


@dataclass
class _Talk:
    """One question on its way to its answer."""

    question: str
    parsed: Parsed
    library: Library
    settings: Settings | None
    catalogue: Catalogue
    notebook: Notebook = field(default_factory=Notebook)
    claims: list[Claim] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    """Lines that follow the claims: coverage, remarks."""
    coverage: dict[str, Any] = field(default_factory=dict)
    retrieved: tuple[str, ...] = ()
    result: Result | None = None

    @property
    def english(self) -> bool:
        return self.parsed.english

    @property
    def model(self) -> Settings | None:
        """The settings, when a model may be asked."""
        return self.settings if self.settings is not None and self.settings.active else None

    def consult(self, route: Route | None) -> None:
        """Have the model understand a question that the parser left open."""
        if self.model is None or route is not None or not open_question(self.parsed):
            return
        try:
            self.parsed = understand(self.parsed, self.question, self.model)
        except ModelError as error:
            self.notes.append(str(error))

    def steps(self) -> Iterator[Step]:
        """The steps to the answer."""
        parsed = self.parsed
        if parsed.route in ("clarify", "out_of_scope") or (parsed.why == "unknown_agency" and parsed.route != "narrative"):
            yield Step("answer", "", self._refusal())
            return
        if parsed.route in ("records", "both") and parsed.query is not None:
            self._records(parsed.query)
            yield Step("records", self.coverage.get("text", ""), self._so_far())
        if parsed.route in ("narrative", "both"):
            self._narrative()
            yield Step("search", f"{len(self.retrieved)} 段 (passages)", self._so_far())
        if not self.claims:
            self._nothing()
        yield Step("answer", "", self._so_far())

    # ------------------------------------------------------------------ records
    def _records(self, query: Query) -> None:
        result = run(query, self.library)
        self.result = result
        renderer = Renderer(self.english, self.notebook)
        text = renderer.coverage(result.coverage)
        self.coverage = _coverage(result, text)
        if result.empty:
            self.after.append(renderer.nothing(result))
            self._near(query)
        else:
            claims, self.values = renderer.claims(result)
            self.claims += claims
            if len(claims) == 0:
                self.after.append(renderer.nothing(result))
            self._contradictions(result, renderer)
            if self.parsed.grounds:
                self._grounds(result, renderer)
        self._remarks(query, result, renderer)
        self.after.append(text)

    def _near(self, query: Query) -> None:
        """The years that the library does have of the agencies asked for."""
        for agency in query.agencies:
            held = [str(entry.year) for entry in self.catalogue.by_agency.get(agency, ()) if entry.year]
            if held and query.years and not set(query.years) & set(map(int, held)):
                joined = ("、", ", ")[self.english].join(held)
                self.after.append(say("near", self.english, items=f"{agency} {joined}"))

    def _remarks(self, query: Query, result: Result, renderer: Renderer) -> None:
        for key, detail in self.parsed.notes:
            if key == "published":
                self.after.append(say("published", self.english, year=detail, before=int(detail) - 1))
            elif key == "today":
                self.after.append(say("today", self.english, word=detail.partition("=")[0], year=detail.partition("=")[2]))
            elif key == "ignored":
                self.after.append(say("ignored", self.english, word=detail))
        used = {row.metric for row in result.rows if row.value is not None}
        for key in query.metrics:
            other = counterpart(key)
            if other in used and key in used:
                old, new = sorted((key, other), key=lambda k: "issued" in k)
                self.after.append(say("form_change", self.english, old=renderer.name(old), new=renderer.name(new)))

    def _contradictions(self, result: Result, renderer: Renderer) -> None:
        """Numbers of the narrative that contradict the ones stated, side by side with them."""
        shown = {(row.report_id, row.metric): row for row in result.rows[:20] if row.value is not None}
        if not shown:
            return
        reports = list(dict.fromkeys(report for report, _ in shown))
        rows = self.library.rows(
            f"""SELECT c.report_id, c.metric, c.value, c.quote, c.line, c.page, c.start_char, c.end_char, r.source_name
FROM claims c JOIN reports r USING (report_id)
WHERE c.verdict = 'contradicts' AND c.scope = 'own' AND c.report_id IN ({", ".join("?" for _ in reports)})""",
            reports,
        )
        for report, key, value, words, line, page, start, end, source in rows:
            row = shown.get((report, key))
            if row is None or row.value is None:
                continue
            told = "\n".join(text for (text,) in self.library.rows("SELECT text FROM passages WHERE report_id = ?", [report]))
            number = self.notebook.cite(
                Citation(
                    kind="sentence",
                    source=source,
                    agency=row.agency,
                    year=row.year,
                    path=f"claims.{key}",
                    place={"line": line, "page": page, "start": start, "end": end},
                    quote=words,
                    status=check_quote(words, told),
                )
            )
            text = say(
                "contradiction",
                self.english,
                claimed=renderer.number(value, key).strip(),
                said=f"〔{number}〕",
                value=renderer.number(row.value, key).strip(),
            )
            self.claims.append(Claim(text=text, citations=(number, *renderer.cite([row], result))))

    def _grounds(self, result: Result, renderer: Renderer) -> None:
        """What the number is made of, for the agencies it names."""
        leading = [row for row in result.rows if row.value is not None][:3]
        if not leading:
            return
        query = Query(
            kind="compare",
            metrics=self.parsed.grounds,
            agencies=tuple(dict.fromkeys(row.agency for row in leading)),
            years=tuple(dict.fromkeys(row.year for row in leading if row.year)),
        )
        parts = run(query, self.library)
        for row in leading:
            own = sorted((r for r in parts.rows if r.report_id == row.report_id and r.value), key=lambda r: -(r.value or 0))
            cited = renderer.cite(own or [r for r in parts.rows if r.report_id == row.report_id], parts)
            known = {"agency": row.agency, "year": renderer.year(row.year), "name": renderer.name(row.metric), "cite": ""}
            joint = "; " if self.english else "、"
            items = joint.join(f"{renderer.name(r.metric).rpartition('·')[2]}{renderer.number(r.value, r.metric)}" for r in own if r.value)
            self.claims.append(Claim(text=say("grounds" if own else "grounds_none", self.english, **known, items=items), citations=cited))

    # ------------------------------------------------------------------ narrative
    def _narrative(self) -> None:
        index = index_of(self.library, self.settings, self.notes)
        try:
            reports: tuple[str, ...] = ()
            if self.result is not None and self.parsed.route == "both":
                reports = tuple(dict.fromkeys(row.report_id for row in self.result.rows[:5]))
            found = self._found(index, reports)
            self.retrieved = tuple(hit.chunk.id for hit in found.hits)
            self.claims += self._written(found) or quote(pick(self.parsed, found), self.notebook, self.english)
            searched = len(index.store.passages(found.within)) if found.within.agencies or found.within.reports else index.store.size
            self.coverage |= {"passages": searched}
        finally:
            index.close()

    def _found(self, index: Index, reports: tuple[str, ...]) -> Found:
        try:
            return find(self.parsed, index, reports=reports)
        except ModelError as error:
            self.notes.append(str(error))
            return find(self.parsed, index, reports=reports, manner="lexical")

    def _written(self, found: Found) -> list[Claim]:
        """What the model writes from the sentences found; empty without a model, or when nothing of it holds."""
        if self.model is None or not found.hits:
            return []
        try:
            return write(self.parsed, self.question, [hit.chunk for hit in found.hits], self.model, self.notebook)
        except ModelError as error:
            self.notes.append(str(error))
            return []

    def _nothing(self) -> None:
        """What to say when no claim holds: what was searched, and what the tables do have."""
        parsed = self.parsed
        if parsed.route in ("narrative", "both"):
            who = ("、", ", ")[self.english].join(parsed.agencies) or say("everything", self.english)
            years = "、".join(map(str, parsed.years))
            scope = f"{who} {years}".strip() if self.english else f"{who}{years + '年' if years else ''}"
            self.after.insert(0, say("not_said", self.english, scope=scope, count=self.coverage.get("passages", 0)))
            if parsed.query is not None and parsed.query.metrics and parsed.query.agencies:
                self._offer(parsed.query)

    def _offer(self, query: Query) -> None:
        """The number of the tables that comes nearest to a question they cannot answer."""
        result = run(query, self.library)
        renderer = Renderer(self.english, Notebook())
        claims, _ = renderer.claims(result) if not result.empty else ([], [])
        words = ("、", ", ")[self.english].join(self.parsed.words)
        if claims:
            items = "".join(claim.text.split("〔")[0].rstrip("。.") for claim in claims[:2])
            self.after.append(say("unread", self.english, words=words) + say("instead", self.english, items=items))

    # ------------------------------------------------------------------ answers
    def _refusal(self) -> Answer:
        parsed = self.parsed
        if parsed.why == "unknown_agency":
            near = say("near", self.english, items=("、", ", ")[self.english].join(parsed.near)) if parsed.near else ""
            text = " ".join(say("no_agency", self.english, name=name, near=near).strip() for name in parsed.unknown)
        elif parsed.route == "clarify":
            renderer = Renderer(self.english, self.notebook)
            options = [
                renderer.name(f"{o}.total" if o.count(".") == 1 and o.startswith("applications.") else o) if "." in o else o
                for o in parsed.options
            ]
            text = say(
                parsed.why if parsed.why in ("which_agency", "which_row") else "what",
                self.english,
                options=("、", ", ")[self.english].join(options),
            )
        else:
            text = say("out_of_scope", self.english)
        return self._finished(text, abstained=True)

    def _so_far(self) -> Answer:
        lines = [claim.text for claim in self.claims] + [line for line in self.after if line]
        return self._finished("\n".join(lines), abstained=not self.claims)

    def _finished(self, text: str, *, abstained: bool) -> Answer:
        subject = (
            tuple(dict.fromkeys(v.agency for v in self.values if v.agency)) if self.result and self.result.query.kind == "rank" else ()
        )
        return Answer(
            question=self.question,
            answer=text,
            route=self.parsed.route,
            query=self.parsed.query,
            citations=tuple(self.notebook.citations),
            coverage=self.coverage,
            abstained=abstained,
            claims=tuple(self.claims),
            values=tuple(self.values),
            retrieved=self.retrieved,
            language="en" if self.english else "zh",
            notes=tuple(self.notes),
            parsed=replace(self.parsed, subject=subject),
        )


def _coverage(result: Result, text: str) -> dict[str, Any]:
    coverage = result.coverage
    return {
        "library": coverage.library,
        "reports": coverage.reports,
        "used": coverage.used,
        "missing": [{"agency": item.agency, "year": item.year, "reason": item.reason} for item in coverage.missing],
        "more_missing": coverage.more_missing,
        "text": text,
    }


# ---------------------------------------------------------------------- what is asked about
def recall(history: Sequence[Turn], library: Library, catalogue: Catalogue) -> Parsed | None:
    """How the last question before this one was understood, each in the light of those before it."""
    before: Parsed | None = None
    for turn in history:
        if isinstance(turn, Answer):
            before = turn.parsed or before
            continue
        if isinstance(turn, Mapping):
            if turn.get("role", "user") != "user" or not isinstance(turn.get("content"), str):
                continue
            turn = str(turn["content"])
        if turn.strip():
            before = parse(turn, catalogue, before)
            if before.query is not None and before.query.kind == "rank" and before.query.metrics:
                leading = tuple(dict.fromkeys(row.agency for row in run(before.query, library).rows))
                before = replace(before, subject=leading[:3])
    return before


def _named(question: str, agency: str | None, year: int | None, catalogue: Catalogue) -> str:
    """The question with the agency and year given beside it, where it names none itself."""
    if agency and not catalogue.mentions(question):
        question = f"{agency} {question}"
    return f"{year}年 {question}" if year and str(year) not in question else question


def _limited(parsed: Parsed, route: Route | None) -> Parsed:
    """The understanding with its route forced."""
    if route is None or route == parsed.route:
        return parsed
    if route in ("records", "both") and parsed.query is None:
        raise QueryError("没有听出要查的指标，不能按表格回答；可换个说法，或用 --route narrative (no metric in the question)")
    return replace(parsed, route=route, why="")


def describe(parsed: Parsed) -> str:
    """How a question was understood, in one line."""
    parts: list[str] = [parsed.route]
    if parsed.query is not None:
        query = parsed.query
        parts += [query.kind, "、".join(query.metrics[:3]), "、".join(query.agencies[:3]), "、".join(map(str, query.years))]
    return " · ".join(part for part in parts if part)


def index_of(library: Library, settings: Settings | None, notes: list[str]) -> Index:
    """The library's index, brought up to date when little is missing."""
    index = Index.of(library, settings)
    todo, gone = index.stale(library)
    if not todo and not gone:
        return index
    if len(todo) <= AUTO_INDEX:
        index.close()
        try:
            update(library, settings)
        except ModelError as error:
            notes.append(str(error))
            update(library)
            return Index.of(library)
        return Index.of(library, settings)
    notes.append(f"{len(todo)} 份报告尚未编入索引，请运行 gongkai index (reports not indexed)")
    return index
