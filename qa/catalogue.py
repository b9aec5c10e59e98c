"""Who and when: the agencies and years a library holds, and the names that questions call them by."""

from __future__ import annotations

import re
import unicodedata
import weakref
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from .organs import SHORT, akin, called_in_english, named_until, spelt
from .words import lexicon

if TYPE_CHECKING:
    from extractor.library import Library

Closeness = Literal["named", "loose", "taken", "office_for_government", "stranger"]
"""``named``: the question says which organ; ``loose``: only the place; ``taken``: an abbreviation mixes names of
one department; ``office_for_government``: the question names the government
and the library has only its office; ``stranger``: it names a department of the place that the library does not have."""

_OFFICE = re.compile(r"(?:人民政府|政府|行政公署|管理委员会|管委会)?办公[室厅]$")
_GOVERNMENT = re.compile(r"(?:人民政府|行政公署|管理委员会|管委会)$")
_ABBREVIATED = {
    "住房和城乡建设": "住建",
    "住房和建设": "住建",
    "住房城乡建设": "住建",
    "人力资源和社会保障": "人社",
    "医疗保障": "医保",
    "文化广电旅游体育": "文旅",
    "文化广电旅游": "文旅",
    "文化广电和旅游": "文旅",
    "文化和旅游": "文旅",
    "发展和改革": "发改",
    "自然资源和规划": "自规",
    "规划和自然资源": "规自",
    "卫生健康": "卫健",
    "市场监督管理": "市监",
    "城市管理": "城管",
    "交通运输": "交通",
    "应急管理": "应急",
    "生态环境": "环保",
    "工业和信息化": "工信",
    "农业农村": "农业",
    "退役军人事务": "退役军人",
    "国有资产监督管理": "国资",
    "行政审批服务": "审批",
}
"""What people call a department, by the core of its name."""
_KINDS = (
    "特别行政区",
    "自治州",
    "自治县",
    "自治区",
    "自治旗",
    "开发区",
    "新区",
    "地区",
    "街道",
    "省",
    "市",
    "盟",
    "县",
    "区",
    "旗",
    "镇",
    "乡",
)
_ITEM = re.compile(rf"(?:、|，|,|和|与|跟|及|以及) ?(?P<name>{SHORT.pattern})")
"""One more department of a list."""
_BEFORE = re.compile(r"(?:^|[,，、。:：\x01年度])(?P<name>[\u3400-\u9fff]{1,6}(?:局|厅|委))(?:、|和|与|跟|及|以及)$")
"""A department of a list before the one that is known."""
_CORES = re.compile(
    r"的?(?P<cores>[\u3400-\u9fff]{2,5}(?:[、,](?![、,])[\u3400-\u9fff]{2,5})*(?:[、,和与及]|以及)[\u3400-\u9fff]{2,5}?)"
    r"(?:这|那|等)?(?:(?:[一两二三四五六七八九\d]+[个家]|几[个家])?(?P<tail>局|部门|单位|厅|委办局|委)|(?=[,，]|这|那))"
)
"""Departments of one place named by their cores, the ending said once (芷峤市财政、交通、医保三个局)."""
_DROP = re.compile(
    r"(?:壮族|回族|维吾尔|土家族|苗族|侗族|藏族|彝族|布依族|朝鲜族|蒙古|哈尼族|傣族|白族|各族|瑶族)*(?:自治州|自治县|自治区)$"
)
_SUFFIX = re.compile(f"(?:{'|'.join(_KINDS)})$")


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


@dataclass(frozen=True, slots=True)
class Mention:
    """An agency, or several that share a name, found in a question."""

    agencies: tuple[str, ...]
    how: Closeness
    start: int
    end: int


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
                for name in {prefix, places[depth - 1], _short(places[depth - 1])}:
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
        return self._listed(text, self.abbreviated(text, self._joined(self._cores(text, found)))) or self.romanised(text)

    def _cores(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions with a list of departments whose ending is said once, each found for itself; as they are where one is not."""
        found: list[Mention] = []
        for mention in mentions:
            match = _CORES.match(text, mention.end) if mention.how == "loose" else None
            places = places_of(mention.agencies[0])
            pool = [agency for agency in self.departments.get(places[-1], ()) if places_of(agency) == places] if match and places else []
            listed: list[Mention] = []
            for part in re.finditer(r"[^、,和与及以]+", match["cores"]) if match and pool else ():
                fitting = tuple(a for a in pool if any(spelt(part.group() + tail, own_part(a)) for tail in ("局", "厅", "委")))
                if len(fitting) == 1:
                    start = mention.end + part.start()
                    listed.append(Mention(fitting, "named", start, start + len(part.group())))
            parts = len(re.findall(r"[^、,和与及以]+", match["cores"])) if match else 0
            if match and parts > 1 and len(listed) == parts:
                found += [*listed[:-1], Mention(listed[-1].agencies, "named", listed[-1].start, match.end())]
                found[-parts] = Mention(found[-parts].agencies, "named", mention.start, found[-parts].end)
            else:
                found.append(mention)
        return found

    def _joined(self, mentions: list[Mention]) -> list[Mention]:
        """The mentions with a place and a bare department right after it as one (临澜市教育局): a stranger where the place has no such department."""
        found: list[Mention] = []
        for mention in mentions:
            before = found[-1] if found else None
            if before is None or before.end != mention.start or (before.how, mention.how) != ("loose", "loose"):
                found.append(mention)
                continue
            if any(own_part(agency) for agency in before.agencies) or not all(own_part(agency) for agency in mention.agencies):
                found.append(mention)
                continue
            here = {places_of(agency) for agency in before.agencies}
            own = tuple(agency for agency in mention.agencies if places_of(agency) in here)
            joined = (
                Mention(own, "named", before.start, mention.end) if own else Mention(before.agencies, "stranger", before.start, mention.end)
            )
            found[-1] = joined
        return found

    def _listed(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions with departments of a list whose place is said once (岚砚市府办、文广旅局、生态环境局)."""
        added: list[Mention] = []
        for mention in mentions:
            places = places_of(mention.agencies[0])
            at = mention.end
            while places and (item := _ITEM.match(text, at)):
                at = item.end()
                if any(other.start < item.end() and item.start("name") < other.end for other in mentions):
                    break
                pool = [a for a in self.departments.get(places[-1], ()) if places_of(a) == places]
                fitting = tuple(a for a in pool if spelt(item["name"], own_part(a)))
                how: Closeness = "named" if fitting else "taken"
                fitting = fitting or tuple(a for a in pool if akin(item["name"], own_part(a)))
                if len(fitting) != 1:
                    break
                added.append(Mention(fitting, how, item.start("name"), item.end()))
        mentions = sorted((*mentions, *added), key=lambda mention: mention.start)
        return self._named_before(text, mentions)

    def _named_before(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions with a department joined to the next one and named before it (文广旅局和生态环境局，岚砚市这两个局)."""
        found: list[Mention] = []
        for mention in mentions:
            joined = _BEFORE.search(text[: mention.start])
            places = places_of(mention.agencies[0]) if len(mention.agencies) == 1 and own_part(mention.agencies[0]) else ()
            if joined and places and not any(other.end > joined.start("name") for other in found):
                pool = [a for a in self.departments.get(places[-1], ()) if places_of(a) == places]
                fitting = tuple(a for a in pool if spelt(joined["name"], own_part(a)) or akin(joined["name"], own_part(a)))
                if len(fitting) == 1 and fitting != mention.agencies:
                    found.append(Mention(fitting, "taken", *joined.span("name")))
            found.append(mention)
        return found

    def organ_of(self, text: str, mention: Mention) -> Mention:
        """A place in an English question as the organ of it that the words around name (the general office of the 岚砚市 government)."""
        places = places_of(mention.agencies[0])
        here = tuple(agency for agency in self.agencies if places_of(agency) == places)
        if mention.how != "loose" or not places or own_part(mention.agencies[0]):
            return mention
        found = _organ_in_english(text, mention.start, mention.end, here)
        return found if found.how == "named" and len(found.agencies) == 1 else mention

    def listed_in_english(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Departments of an English list whose place is said once (…, or the district housing and construction bureau)."""
        found: list[Mention] = []
        places = {places_of(mention.agencies[0]) for mention in mentions}
        if len(places) != 1 or not mentions:
            return found
        here = [(agency, own_part(agency)) for agency in self.agencies if places_of(agency) in places and own_part(agency)]
        for match in _ANOTHER_ORGAN.finditer(text):
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
            for name in {*places, *(_short(place) for place in places), "".join(places)}:
                found.setdefault(name, []).append(agency)
        return {name: tuple(dict.fromkeys(agencies)) for name, agencies in found.items()}

    def abbreviated(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """The mentions with departments called by an abbreviation of their name (区资规局): one after a place, or alone."""
        found: list[Mention] = []
        for mention in mentions:
            name = text[mention.start : mention.end]
            short = SHORT.match(text, mention.end) if mention.how == "loose" else None
            pool = self.departments.get(name, ()) if short else ()
            fitting = tuple(a for a in pool if short and spelt(short.group(), own_part(a)))
            how: Closeness = "named"
            if short and not fitting:
                fitting, how = tuple(a for a in pool if akin(short.group(), own_part(a))), "taken"
            end = short.end() if short else mention.end
            if mention.how == "loose" and not fitting:
                (fitting, end), how = self._tailless(text, mention.end, self.departments.get(name, ())), "taken"
            fitting = tuple(a for a in fitting if places_of(a) and name in _names(places_of(a)[-1])) or fitting
            found.append(Mention(fitting, how, mention.start, end) if fitting else mention)
        if found:
            return found
        for name in sorted(self.departments, key=len, reverse=True):
            at = text.find(name) if name else -1
            short = SHORT.match(text, at + len(name)) if at >= 0 else None
            fitting = tuple(a for a in self.departments[name] if short and spelt(short.group(), own_part(a)))
            if short and fitting:
                return [Mention(fitting, "named", at, short.end())]
            if short and (fitting := tuple(a for a in self.departments[name] if akin(short.group(), own_part(a)))):
                return [Mention(fitting, "taken", at, short.end())]
            if at >= 0:
                fitting, end = self._tailless(text, at + len(name), self.departments[name])
                if fitting:
                    return [Mention(fitting, "taken", at, end)]
        for start in range(len(text)):
            short = SHORT.match(text, start)
            fitting = tuple(
                a
                for a in self.departments[""]
                if short and len(short.group()) > 2 and spelt(short.group().lstrip("省市区县州"), own_part(a))
            )
            if short and fitting:
                return [Mention(fitting, "loose", start, short.end())]
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
                    found.append(_organ_in_english(text, group[0].start(), group[-1].end(), known))
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
                short = _short(places[-1])
                spellings = [product(*pinyin(name, style=Style.NORMAL, heteronym=True)) for name in (short, places[-1])]
                for spelt_out in dict.fromkeys("".join(parts) for several in spellings for parts in several):
                    found.setdefault(spelt_out, []).append(agency)
            self._pinyin["names"] = {name: tuple(agencies) for name, agencies in found.items()}
        return self._pinyin["names"]


_KIND_WORDS = re.compile(
    r"(?:'s|\s+(?:district|county|city|municipal|municipality|province|provincial|people's|government|town|township|the))*", re.IGNORECASE
)


_ORGAN_IN_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s+(?:bureau|department|commission|office) of (?:[a-z&]+,? ?){1,5}"), "after"),
    (
        re.compile(
            r"\s+(?:(?!(?:in|of|did|does|was|were|is|had|have|receive|refuse|grant|than|or)\b)[a-z&,-]+\s+){1,6}?"
            r"(?:bureau|department|commission|administration|committee)\b"
        ),
        "after",
    ),
    (
        re.compile(
            r"(?:(?:bureau|department|commission|administration|committee) of "
            r"(?:[a-z&,-]+\s+){1,5}?(?:of|in|for|at)|office of)\s+(?:the\s+)?$"
        ),
        "before",
    ),
    (
        re.compile(r"(?:\b(?!the\b|did\b)[a-z&-]+,?\s+){1,5}?(?:bureau|department|commission|office)\s+(?:of|in|for|at)\s+(?:the\s+)?$"),
        "before",
    ),
)
"""Where a department stands beside a place in an English question."""


_ANOTHER_ORGAN = re.compile(
    r"\b(?:the )?(?:district|city|municipal|county|provincial|its|same)(?:'s)? (?:(?!(?:in|of|did|does|was|were|or|and the)\b)[a-z&,-]+ ){1,6}?"
    r"(?:bureau|department|commission|administration)\b"
)
"""A department named by the kind of its place alone."""


def _names_row(text: str) -> bool:
    """Whether a text begins with wording of a row, a rate or a column of the forms."""
    known = lexicon()
    return any(
        any(sort in ("row", "rate", "column") and not weak for sort, _, weak in known.get(text[:length], ())) for length in range(6, 1, -1)
    )


def organ_in_english(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The one of these agencies that an English text calls by its department, without its place (“And the Transport Bureau?”)."""
    fitting = called_in_english(text, [(agency, own_part(agency)) for agency in known])
    return fitting if len(fitting) == 1 else ()


def _organ_in_english(text: str, start: int, end: int, known: tuple[str, ...]) -> Mention:
    """Which of a place's agencies an English text means: a department named beside it, its office, or else its government."""
    tail = _KIND_WORDS.match(text, end)
    end = tail.end() if tail else end
    office = re.match(r"\s+(?:general\s+)?office\b", text[end:])
    if office:
        end += office.end()
        return Mention(tuple(a for a in known if _OFFICE.search(clean(a))) or known, "named", start, end)
    owns = [(agency, own_part(agency)) for agency in known]
    for pattern, side in _ORGAN_IN_ENGLISH:
        match = pattern.match(text, end) if side == "after" else pattern.search(text[:start])
        if match is None:
            continue
        if "office" in match.group():
            return Mention(tuple(a for a in known if _OFFICE.search(clean(a))) or known, "named", min(start, match.start()), end)
        span = (start, end + named_until(match.group())) if side == "after" else (match.start(), end)
        if fitting := called_in_english(match.group(), owns):
            return Mention(fitting, "named", *span)
        if not re.search(r"\band\b", match.group()):
            return Mention(known, "stranger", *span)
    governments = tuple(a for a in known if not own_part(a) and not _OFFICE.search(clean(a)))
    return Mention(governments or known, "loose", start, end)


def own_part(agency: str) -> str:
    """A department's name without its places: 自然资源局; empty for a government or its office."""
    name = clean(agency)
    places = "".join(places_of(name))
    rest = name[len(places) :] if name.startswith(places) else name
    return "" if _OFFICE.fullmatch(rest) or _GOVERNMENT.fullmatch(rest) or not rest else rest


def _names(place: str) -> tuple[str, ...]:
    return (place, _short(place))


_BEFORE_KIND = frozenset("除算含那这并而但换又还再的和与及同跟比对由在把将从问看下上请查该本我给是、，,。：:（( \x01")


def _cut(text: str, at: int, length: int) -> bool:
    """Whether a name is only part of what stands there: 市政府 as the end of 松霭市政府, 省政府办 as the beginning of 省政府办结."""
    if length > 2 and text[at + length - 1] == "办" and text[at + length : at + length + 1] in tuple("结理完件事得成复"):
        return True
    return text[at] in "省市区县镇州" and at > 0 and text[at - 1] not in _BEFORE_KIND and text[at + 1 : at + 2] in ("政", "府", "人")


def clean(text: str) -> str:
    """Compatibility forms and spaces gone."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@cache
def places_of(name: str) -> tuple[str, ...]:
    """The places a name begins with, from the largest: 广州市番禺区人民政府 → 广州市, 番禺区; the longest chain, of the most links."""
    name = clean(name)
    best: tuple[str, ...] = ()
    for length in range(2, min(len(name), 12) + 1):
        piece = name[:length]
        if not any(piece.endswith(kind) and len(piece) > len(kind) for kind in _KINDS) or piece.endswith(("城市", "门市")):
            continue
        chain = (piece, *places_of(name[length:]))
        if (len("".join(chain)), len(chain)) > (len("".join(best)), len(best)):
            best = chain
    return best


def names_of(agency: str) -> list[tuple[str, Closeness]]:
    """What a question may call an agency: its full name, and shorter ones by place."""
    name = clean(agency)
    office = bool(_OFFICE.search(name))
    core = _OFFICE.sub("", name) if office else _GOVERNMENT.sub("", name)
    places = places_of(core)
    found: list[tuple[str, Closeness]] = [(name, "named")]
    if not places or "".join(places) != core:
        return found + _department(core, places)
    stems = {core, places[-1], _short(places[-1])}
    if len(places) > 1:
        stems |= {_short(places[-2]) + places[-1], _short(places[-2]) + _short(places[-1]), places[-2] + places[-1]}
    for stem in stems:
        if len(stem) < 2:
            continue
        if office:
            tails = ("人民政府办公室", "人民政府办公厅", "政府办公室", "政府办公厅", "人民政府办", "政府办", "府办", "办公室")
            found += [(stem + tail, "named") for tail in tails]
            found += [(stem + tail, "office_for_government") for tail in ("人民政府", "政府")]
        else:
            found += [(stem + tail, "named") for tail in ("人民政府", "政府")]
        found.append((stem, "loose"))
    kind = places[-1][-1]
    ends = ("政府办公室", "政府办公厅", "政府办", "府办", "府办公室", "府办公厅") if office else ("政府", "人民政府")
    return found + [(kind + end, "loose") for end in ends]


def _department(core: str, places: tuple[str, ...]) -> list[tuple[str, Closeness]]:
    """Names of a department: with its place shortened, or alone (“教育局”)."""
    place = "".join(places)
    if not places or not core.startswith(place):
        return []
    own = core[len(place) :]
    if len(own) < 2:
        return []
    last = places[-1]
    found: list[tuple[str, Closeness]] = []
    for name in (own, *(own.replace(full, short) for full, short in _ABBREVIATED.items() if full in own)):
        for called in (name, name.removesuffix("委员会") + "委") if name.endswith("委员会") else (name,):
            found += [(place + called, "named"), (last + called, "named"), (_short(last) + called, "named")]
            found += [(last[-1] + called, "loose"), (called, "loose")]
        if name[-1] in "局厅委":
            found.append((f"{name[:-1]}部门", "loose"))
    return found


def _short(place: str) -> str:
    """A place without its kind: 番禺区 → 番禺; unchanged when one character would be left."""
    short = _DROP.sub("", place)
    short = _SUFFIX.sub("", short) if short == place else short
    return short if len(short) >= 2 else place


def _chosen(known: dict[str, Closeness], start: int, end: int) -> Mention:
    """The agencies a name most plausibly means: the closest; a government before its office."""
    for how in ("named", "loose", "office_for_government"):
        names = [name for name, closeness in known.items() if closeness == how]
        if how == "loose" and names:
            names = [name for name in names if not _OFFICE.search(name)] or names
        if names:
            return Mention(tuple(names), how, start, end)
    raise AssertionError("a known name has agencies")


def is_office(agency: str) -> bool:
    """Whether an agency is the office of a government."""
    return bool(_OFFICE.search(clean(agency)))


def unit_of(agency: str) -> str:
    """The kind of place an agency belongs to: 区 for 广州市番禺区人民政府; 局 for a department; 办公室 for an office."""
    name = clean(agency)
    if _OFFICE.search(name):
        return "办公室"
    core = _GOVERNMENT.sub("", name)
    return "街道" if core.endswith("街道") else core[-1:]


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
