"""Who and when: the agencies and years a library holds, and the names that questions call them by."""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from .english import ANOTHER_ORGAN, organ_around
from .lists import by_cores, joined_to_places, listed
from .organs import SHORT, akin, called_in_english, spelt
from .places import Closeness, Mention, is_office, names_of, own_part, places_of, short
from .words import lexicon

if TYPE_CHECKING:
    from extractor.library import Library


@dataclass(frozen=True, slots=True)
class Entry:
    """A report as the catalogue knows it."""

    report_id: str
    agency: str
    year: int | None
    form: str | None
    divided: bool | None
    scope: str
    published: str | None
    source: str


@dataclass(frozen=True)
class Catalogue:
    """Every report of a library by agency and year."""

    entries: tuple[Entry, ...]
    _pinyin: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def agencies(self) -> tuple[str, ...]:
        """The names of the agencies, in the order of the library."""
        return tuple(dict.fromkeys(entry.agency for entry in self.entries))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The report years, earliest first."""
        return tuple(sorted({entry.year for entry in self.entries if entry.year is not None}))

    @cached_property
    def by_agency(self) -> dict[str, tuple[Entry, ...]]:
        """Reports by agency, earliest first."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.agency, []).append(entry)
        return {name: tuple(sorted(items, key=lambda entry: entry.year or 0)) for name, items in found.items()}

    @cached_property
    def names(self) -> dict[str, dict[str, Closeness]]:
        """For every name a question may use: the agencies it can mean and how closely it names each."""
        found: dict[str, dict[str, Closeness]] = {}
        ranks = {"named": 0, "loose": 1, "office_for_government": 2}
        for agency in self.agencies:
            for name, how in names_of(agency):
                known = found.setdefault(name, {})
                if agency not in known or ranks[how] < ranks[known[agency]]:
                    known[agency] = how
        return found

    @cached_property
    def regions(self) -> dict[str, tuple[str, ...]]:
        """Places above an agency's own (广州市, 广州) and the agencies below them."""
        found: dict[str, list[str]] = {}
        for agency in self.agencies:
            places = places_of(agency)
            for depth in range(1, len(places)):
                prefix = "".join(places[:depth])
                for name in {prefix, places[depth - 1], short(places[depth - 1])}:
                    if len(name) >= 2:
                        found.setdefault(name, []).append(agency)
        return {name: tuple(dict.fromkeys(agencies)) for name, agencies in found.items()}

    @cached_property
    def longest(self) -> int:
        """Length of the longest name."""
        return max((len(name) for name in (*self.names, *self.regions)), default=0)

    def mentions(self, text: str) -> list[Mention]:
        """The agencies named in a normalised question, longest names first, without overlap."""
        found: list[Mention] = []
        at = 0
        while at < len(text):
            for length in range(min(self.longest, len(text) - at), 1, -1):
                known = self.names.get(text[at : at + length])
                if known and not _cut(text, at, length):
                    found.append(_chosen(known, at, at + length))
                    at += length
                    break
            else:
                at += 1
        return listed(
            text, self.abbreviated(text, joined_to_places(by_cores(text, found, self.departments))), self.departments
        ) or self.romanised(text)

    def organ_of(self, text: str, mention: Mention) -> Mention:
        """A place in an English question as the organ of it that the words around name (the general office of the 岚砚市 government)."""
        places = places_of(mention.agencies[0])
        here = tuple(agency for agency in self.agencies if places_of(agency) == places)
        if mention.how != "loose" or not places or own_part(mention.agencies[0]):
            return mention
        found = organ_around(text, mention.start, mention.end, here)
        return found if found.how == "named" and len(found.agencies) == 1 else mention

    def listed_in_english(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Departments of an English list whose place is said once (…, or the district housing and construction bureau)."""
        found: list[Mention] = []
        places = {places_of(mention.agencies[0]) for mention in mentions}
        if len(places) != 1 or not mentions:
            return found
        here = [(agency, own_part(agency)) for agency in self.agencies if places_of(agency) in places and own_part(agency)]
        for match in ANOTHER_ORGAN.finditer(text):
            fitting = called_in_english(match.group(), here)
            if len(fitting) == 1 and not any(match.start() < m.end and m.start < match.end() for m in (*mentions, *found)):
                found.append(Mention(fitting, "named", match.start(), match.end()))
        return [mention for mention in found if all(mention.agencies != other.agencies for other in mentions)]

    def region_in(self, text: str) -> tuple[str, int, int] | None:
        """A place above agencies named in a question (“广州市各区”), with its span; None when there is none."""
        for length in range(min(self.longest, len(text)), 1, -1):
            for at in range(len(text) - length + 1):
                if text[at : at + length] in self.regions:
                    return text[at : at + length], at, at + length
        return None

    @cached_property
    def departments(self) -> dict[str, tuple[str, ...]]:
        """Agencies that are departments, by every place that begins their name or part of it; ``""`` holds all of them."""
        found: dict[str, list[str]] = {"": []}
        for agency in self.agencies:
            places = places_of(agency)
            if not own_part(agency):
                continue
            found[""].append(agency)
            for name in {*places, *(short(place) for place in places), "".join(places)}:
                found.setdefault(name, []).append(agency)
        return {name: tuple(dict.fromkeys(agencies)) for name, agencies in found.items()}

    def abbreviated(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions with departments called by an abbreviation of their name (区资规局): one after a place, or alone."""
        found: list[Mention] = []
        for mention in mentions:
            name = text[mention.start : mention.end]
            called = SHORT.match(text, mention.end) if mention.how == "loose" else None
            pool = self.departments.get(name, ()) if called else ()
            fitting = tuple(a for a in pool if called and spelt(called.group(), own_part(a)))
            how: Closeness = "named"
            if called and not fitting:
                fitting, how = tuple(a for a in pool if akin(called.group(), own_part(a))), "taken"
            end = called.end() if called else mention.end
            if mention.how == "loose" and not fitting:
                (fitting, end), how = self._tailless(text, mention.end, self.departments.get(name, ())), "taken"
            fitting = tuple(a for a in fitting if places_of(a) and name in (places_of(a)[-1], short(places_of(a)[-1]))) or fitting
            found.append(Mention(fitting, how, mention.start, end) if fitting else mention)
        if found:
            return found
        for name in sorted(self.departments, key=len, reverse=True):
            at = text.find(name) if name else -1
            called = SHORT.match(text, at + len(name)) if at >= 0 else None
            fitting = tuple(a for a in self.departments[name] if called and spelt(called.group(), own_part(a)))
            if called and fitting:
                return [Mention(fitting, "named", at, called.end())]
            if called and (fitting := tuple(a for a in self.departments[name] if akin(called.group(), own_part(a)))):
                return [Mention(fitting, "taken", at, called.end())]
            if at >= 0:
                fitting, end = self._tailless(text, at + len(name), self.departments[name])
                if fitting:
                    return [Mention(fitting, "taken", at, end)]
        for start in range(len(text)):
            called = SHORT.match(text, start)
            fitting = tuple(
                a
                for a in self.departments[""]
                if called and len(called.group()) > 2 and spelt(called.group().lstrip("省市区县州"), own_part(a))
            )
            if called and fitting:
                return [Mention(fitting, "loose", start, called.end())]
        return []

    def _tailless(self, text: str, start: int, pool: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
        """The one department called without 局 or 厅 (芷峤医保2021年…), before the year, a row or the end; and where it ends."""
        for length in (4, 3, 2):
            core, after = text[start : start + length], text[start + length :]
            if len(core) < length or not re.fullmatch("[\u3400-\u9fff]+", core):
                continue
            fitting = tuple(a for a in pool if any(spelt(core + tail, own_part(a)) for tail in ("局", "厅", "委")))
            if len(fitting) == 1 and (not after or after[0] in "\x01 ,，" or _names_row(after)):
                return fitting, start + length
        return (), start

    def romanised(self, text: str) -> list[Mention]:
        """The agencies whose place is named in Latin letters."""
        if not re.search(r"[a-z]{3}", text):
            return []
        names = self._romanised_names()
        found: list[Mention] = []
        words = list(re.finditer(r"[a-z']+", text))
        at = 0
        while at < len(words):
            for size in (4, 3, 2, 1):
                group = words[at : at + size]
                spelling = "".join(re.sub(r"'s$", "", word.group()).replace("'", "") for word in group)
                known = names.get(spelling) if len(group) == size else None
                if known:
                    found.append(organ_around(text, group[0].start(), group[-1].end(), known))
                    at += size
                    break
            else:
                at += 1
        return found

    def _romanised_names(self) -> dict[str, tuple[str, ...]]:
        if "names" not in self._pinyin:
            from pypinyin import Style, pinyin

            found: dict[str, list[str]] = {}
            for agency in self.agencies:
                places = places_of(agency)
                if not places:
                    continue
                brief = short(places[-1])
                spellings = [product(*pinyin(name, style=Style.NORMAL, heteronym=True)) for name in (brief, places[-1])]
                for spelt_out in dict.fromkeys("".join(parts) for several in spellings for parts in several):
                    found.setdefault(spelt_out, []).append(agency)
            self._pinyin["names"] = {name: tuple(agencies) for name, agencies in found.items()}
        return self._pinyin["names"]


def _names_row(text: str) -> bool:
    """Whether a text begins with wording of a row, a rate or a column of the forms."""
    known = lexicon()
    return any(
        any(sort in ("row", "rate", "column") and not weak for sort, _, weak in known.get(text[:length], ())) for length in range(6, 1, -1)
    )


_BEFORE_KIND = frozenset("除算含那这并而但换又还再的和与及同跟比对由在把将从问看下上请查该本我给是成作、，,。：:（( \x01")


def _cut(text: str, at: int, length: int) -> bool:
    """Whether a name is only part of what stands there: 市政府 as the end of 松霭市政府, 省政府办 as the beginning of 省政府办结."""
    if length > 2 and text[at + length - 1] == "办" and text[at + length : at + length + 1] in tuple("公结理完件事得成复"):
        return True
    return text[at] in "省市区县镇州" and at > 0 and text[at - 1] not in _BEFORE_KIND and text[at + 1 : at + 2] in ("政", "府", "人")


def _chosen(known: dict[str, Closeness], start: int, end: int) -> Mention:
    """The agencies a name most plausibly means: the closest; a government before its office."""
    for how in ("named", "loose", "office_for_government"):
        names = [name for name, closeness in known.items() if closeness == how]
        if how == "loose" and names:
            names = [name for name in names if not is_office(name)] or names
        if names:
            return Mention(tuple(names), how, start, end)
    raise AssertionError("a known name has agencies")


_CATALOGUES: weakref.WeakKeyDictionary[Any, tuple[object, Catalogue]] = weakref.WeakKeyDictionary()


def state_of(library: Library) -> object:
    """What changes whenever something is added to a library."""
    return tuple((segment, library.journal.size(segment)) for segment in library.journal.segments())


def catalogue_of(library: Library) -> Catalogue:
    """The library's agencies and years; read again only when something was added to it."""
    state = state_of(library)
    known = _CATALOGUES.get(library)
    if known is None or known[0] != state:
        rows = library.rows(
            "SELECT report_id, agency, year, form, divided, scope, published, source_name FROM reports"
            " WHERE agency IS NOT NULL ORDER BY version"
        )
        known = (state, Catalogue(tuple(Entry(*row) for row in rows)))
        _CATALOGUES[library] = known
    return known[1]
