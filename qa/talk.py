"""One question on its way to its answer: the steps, the claims as they are made, what to say when none holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from extractor.errors import LibraryError, ModelError

from .answer import Answer, Claim, Notebook, Value
from .around import contradictions, made_of, remarks, years_held
from .catalogue import Catalogue
from .facts import stated
from .faults import told
from .holdings import lacking
from .imprint import author, published
from .index import Index
from .mentions import speaking
from .model import open_question, understand
from .narrate import Picked, pick, quote, shown
from .offices import elsewhere, only_other
from .overlap import counted_twice, own_words
from .parsed import Parsed
from .query import Query, Route
from .ready import index_of
from .records import Result, run
from .render import Renderer
from .retrieve import Found, find
from .searched import Searched, searched
from .strings import say
from .verbatim import Originals
from .within import EVERYTHING, Confined, Within, confined
from .writing import write

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings


@dataclass(frozen=True)
class Step:
    """Something that asking has done, for a page to show."""

    name: Literal["understand", "records", "search", "write", "answer"]
    text: str
    answer: Answer | None = None
    """The answer as far as it goes: one claim more in each ``answer`` step, all of it in the last."""


@dataclass
class Talk:
    """One question on its way to its answer."""

    question: str
    parsed: Parsed
    library: Library
    settings: Settings | None
    catalogue: Catalogue
    within: Within = EVERYTHING
    """What the answer may draw on."""
    outside: tuple[str, ...] = ()
    """What the question asks about that lies outside of it."""
    void: bool = False
    """Whether nothing that it asks about lies inside."""
    notebook: Notebook = field(init=False)
    claims: list[Claim] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    """Lines that stand before the claims: whose number it is, where that is not whose one may think."""
    after: list[str] = field(default_factory=list)
    """Lines that follow the claims: coverage, remarks."""
    coverage: dict[str, Any] = field(default_factory=dict)
    retrieved: tuple[str, ...] = ()
    result: Result | None = None
    nearest: Picked | None = None
    """What comes nearest to a question that the narrative does not answer."""
    away: bool = False
    """Whether the model's server could not be had: it is not waited for a second time."""

    def __post_init__(self) -> None:
        self.notebook = Notebook(Originals(self.library).printed)

    @property
    def english(self) -> bool:
        return self.parsed.english

    @property
    def model(self) -> Settings | None:
        """The settings, when a model may be asked."""
        return self.settings if self.settings is not None and self.settings.active and not self.away else None

    def consult(self, route: Route | None) -> None:
        """Have the model understand a question that the parser left open."""
        if self.model is None or route is not None or not open_question(self.parsed):
            return
        from extractor.llm.wire import TransportError

        try:
            self.parsed = understand(self.parsed, self.question, self.model)
        except TransportError as error:
            self.away = True
            self.notes.append(str(error))
        except ModelError as error:
            self.notes.append(str(error))
        if self.within and not self.void:
            self._confine(confined(self.parsed, self.within, self.library))

    def _confine(self, found: Confined) -> None:
        self.parsed, self.void = found.parsed, found.empty
        self.outside = tuple(dict.fromkeys((*self.outside, *found.outside)))

    def _limits(self) -> list[str]:
        """What the limits given leave out, and how the agency was understood that they name."""
        if not self.within:
            return []
        english, scope = self.english, self.within.told(self.english)
        items = ("、", ", ")[english].join(self.outside)
        query = self.parsed.query
        wide = query is not None and query.kind in ("rank", "list", "count") and self.parsed.route in ("records", "both")
        found = [say("outside", english, scope=scope, items=items)] if items else [say("only", english, scope=scope)] if wide else []
        if items and not self.void:
            found = [("（{}）", "({})")[english].format(found[0])]
        if self.within.called:
            found.append(say("taken", english, said=self.within.called, agency=self.within.agency))
        return found

    def steps(self) -> Iterator[Step]:
        """The steps to the answer."""
        if self.void:
            yield Step("answer", "", self._finished("\n".join(self._limits()), abstained=True))
            return
        parsed = self.parsed
        if parsed.route in ("clarify", "out_of_scope") and parsed.mentioned and (claims := self._named_thing()):
            yield from self._growing(iter(claims))
            yield Step("answer", "", self._so_far())
            return
        missing = parsed.why == "unknown_agency" and (parsed.route != "narrative" or elsewhere(parsed.unknown, parsed.near))
        if parsed.route in ("clarify", "out_of_scope") or missing:
            yield Step("answer", "", self._refusal())
            return
        if parsed.route in ("records", "both") and parsed.query is not None:
            yield from self._growing(self._records(parsed.query))
            yield Step("records", self.coverage.get("text", ""), self._so_far())
        if parsed.route in ("narrative", "both"):
            for told_of, _, agency in (detail.partition("=") for key, detail in parsed.notes if key == "searched"):
                self.after.append(say("searched", self.english, name=told_of, agency=agency))
            yield from self._growing(self._narrative())
            yield Step("search", f"{len(self.retrieved)} 段 (passages)", self._so_far())
        if not self.claims:
            self._nothing()
        yield Step("answer", "", self._so_far())

    def _named_thing(self) -> list[Claim]:
        """The sentences that name the thing asked about, where any report does; the question is then one for the narrative."""
        claims, remark = speaking(self.parsed, self.library, self.notebook, literally=True)
        if claims:
            self.parsed = replace(self.parsed, route="narrative", why="")
            self.after.append(remark)
        return claims

    def _growing(self, claims: Iterator[Claim]) -> Iterator[Step]:
        """The answer after each of these claims."""
        for claim in claims:
            self.claims.append(claim)
            yield Step("answer", "", self._so_far())

    # ------------------------------------------------------------------ records
    def _records(self, query: Query) -> Iterator[Claim]:
        result = run(query, self.library)
        self.result = result
        if query.than is not None:
            self.parsed = replace(self.parsed, query=result.query)
        renderer = Renderer(self.english, self.notebook, self.parsed.text)
        used = {row.agency for row in result.rows if row.value is not None}
        for government, _, office in (detail.partition("=") for key, detail in self.parsed.notes if key == "office_only"):
            self.lead += [say("office_only", self.english, government=government, office=office)] if office in used else []
        text = renderer.coverage(result.coverage)
        self.coverage = _coverage(result, text)
        if result.empty:
            self.after.append(renderer.nothing(result) or say("holdings_none", self.english, scope=renderer.scope(query).rstrip(": ")))
            self.after += years_held(query, self.catalogue, english=self.english)
        elif self.parsed.matter not in ("", "reports"):
            yield from self._of_reports(result)
        else:
            claims, self.values = renderer.claims(result)
            yield from claims
            if query.kind in ("sum", "average") and (twice := counted_twice(result.rows)):
                yield from own_words(result.rows, twice, self.library, self.notebook, english=self.english)
            if len(claims) == 0:
                self.after.append(renderer.nothing(result))
            yield from contradictions(result, self.library, renderer)
            yield from made_of(result, self.parsed.grounds, self.library, renderer)
        self.after += remarks(self.parsed, result, renderer)
        self.after.append(text)

    def _of_reports(self, result: Result) -> list[Claim]:
        """What the library knows of the reports themselves: their contradictions, when they were published, whose they are."""
        text, english = self.parsed.text, self.english
        if self.parsed.matter == "faults":
            claims, self.values, after = told(result, text, self.library, self.notebook, english=english)
        elif self.parsed.matter == "lacking":
            claims, after = lacking(result, [(e.agency, e.year) for e in self.catalogue.entries], english=english), []
        elif self.parsed.matter == "published":
            claims, after = published(result, text, self.library, english=english)
        else:
            claims, after = author(result, self.library, self.notebook, english=english), []
        self.after += after
        return claims

    # ------------------------------------------------------------------ narrative
    def _narrative(self) -> Iterator[Claim]:
        index = index_of(self.library, self.settings, self.notes)
        try:
            reports: tuple[str, ...] = ()
            if self.result is not None and self.parsed.route == "both":
                reports = tuple(dict.fromkeys(row.report_id for row in self.result.rows[:5]))
            found = self._found(index, reports)
            self.retrieved = tuple(hit.chunk.id for hit in found.hits)
            held = len(self.claims)
            yield from self._written(found)
            if len(self.claims) == held:
                yield from self._told(found)
            self._looked_through(searched(index.store, found.within))
        finally:
            index.close()

    def _looked_through(self, extent: Searched) -> None:
        """Note which narrative was searched, and that of agencies and years asked for there is none."""
        self.coverage |= {"passages": extent.passages, "narrative": extent.payload(self.english)}
        if self.claims:
            self.after.append(extent.told(self.english))
        for agency in self.parsed.agencies if not extent.reports else ():
            held = [str(entry.year) for entry in self.catalogue.by_agency.get(agency, ()) if entry.year]
            years = "、".join(map(str, self.parsed.years))
            year = f" {years}" if self.english and years else f"{years}年" if years else ""
            known = say("held", self.english, years=("、", ", ")[self.english].join(held)) if held else ""
            self.after.append(say("no_report", self.english, agency=agency, year=year, held=known))

    def _told(self, found: Found) -> list[Claim]:
        """Offline: the figures of the narrative that answer, and the best sentences."""
        if self.parsed.mentioned:
            claims, remark = speaking(self.parsed, self.library, self.notebook)
            self.after += [remark] if remark else []
            return claims
        given = self.parsed.route == "narrative"
        figures, values, remark = stated(self.parsed, self.library, self.notebook) if given else ([], [], "")
        self.after += [remark] if remark else []
        if figures and self.parsed.figure != "value":
            self.values = values
            return figures
        self.values = values or self.values
        known = [self.notebook.citations[number - 1].quote for claim in figures for number in claim.citations]
        choice = pick(self.parsed, found)
        if figures:
            beside = [item for item in choice.answers if not item.near and not any(words in item.sentence.text for words in known)]
            return figures + quote(beside[:1], self.notebook, self.english)
        self.nearest = choice.nearest
        if choice.answers and choice.told is not None:
            found_in, read = choice.told
            more = say("found_more", self.english, shown=len(choice.answers)) if found_in > len(choice.answers) else ""
            self.after.append(say("found_in", self.english, found=found_in, read=read, more=more))
        return quote(choice.answers, self.notebook, self.english)

    def _found(self, index: Index, reports: tuple[str, ...]) -> Found:
        try:
            return find(self.parsed, index, reports=reports)
        except (ModelError, LibraryError) as error:
            self.notes.append(str(error))
            return find(self.parsed, index, reports=reports, manner="lexical")

    def _written(self, found: Found) -> Iterator[Claim]:
        """What the model writes from the sentences found, as it writes; none without a model, or when nothing of it holds."""
        if self.model is None or not found.hits:
            return
        try:
            note = yield from write(self.parsed, self.question, [hit.chunk for hit in found.hits], self.model, self.notebook)
        except ModelError as error:
            note = str(error)
        if note and note not in self.notes:
            self.notes.append(note)

    def _nothing(self) -> None:
        """What to say when no claim holds: what was searched, and what the tables do have."""
        parsed = self.parsed
        if parsed.route in ("narrative", "both"):
            who = ("、", ", ")[self.english].join(parsed.agencies) or say("everything", self.english)
            years = "、".join(map(str, parsed.years))
            scope = f"{who} {years}".strip() if self.english else f"{who}{years + '年' if years else ''}"
            extent = self.coverage.get("narrative", {})
            known = {"reports": extent.get("reports", 0), "count": extent.get("passages", 0)}
            self.after.insert(0, say("not_said", self.english, scope=scope, **known))
            if self.nearest is not None:
                self.after.insert(1, shown(self.nearest, self.notebook, self.english))
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
            unread = say("unread", self.english, words=words) if words else ""
            self.after.append(unread + (" " if unread and self.english else "") + say("instead", self.english, items=items))

    # ------------------------------------------------------------------ answers
    def _refusal(self) -> Answer:
        parsed = self.parsed
        if parsed.why == "unknown_agency":
            key = {"office": "near_office", "government": "near_government"}.get(only_other(parsed.unknown, parsed.near), "near")
            near = say(key, self.english, items=("、", ", ")[self.english].join(parsed.near[:8])) if parsed.near else ""
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
        lines = [*self.lead, *(claim.text for claim in self.claims), *(line for line in (*self.after, *self._limits()) if line)]
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
            coverage={**self.coverage, **({"within": self.within.payload()} if self.within else {})},
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
