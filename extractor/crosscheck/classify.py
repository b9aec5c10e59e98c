"""Decides what a quantity of the narrative is about: the phrase that names it, its possible meanings, and how plainly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..forms import Form
from .context import REACH, Spot, change_of, qualified, residue, topic_of, without_subject
from .phrases import RATES, REVIEWS, Meaning, Phrase, by_pattern, pattern_name, phrases_of
from .quantities import CASES
from .topics import TOPICS, Topic, topic_in

_DISPUTES: frozenset[Topic] = frozenset({"review", "litigation", "direct", "after_review", "both"})
_ONLY = re.compile(r"(?:均|都|各)(?:为|有|是)?[^\d,，;；。]{0,6}$")
_EACH = re.compile(r"(?:各|均|都)(?:为|有|是)?[^\d,，;；。]{0,4}$")
_VERBS = re.compile(r"收到|受理|接收|接到|办结|答复|办理|回复|处理|完成|审结|结转|申请|继续|下年度?|公开")
_JOINT = re.compile(r"(?:和|或|及|、|与|以及|或者)(?:予以|同意)?$")
_AFTER_RESULT = re.compile(r"[^,，。;；()（）\d]{0,16}[(（](?:均|全部|已)?(?:为|被|判决|裁定)?(?P<result>[^()（）\d,，;；。]{2,12})[)）]")
_ALL_RESULT = re.compile(r"(?:[^,，。;；\d]{0,8}[,，])(?:结果)?(?:均|全部)(?:为|被|予以)?(?P<result>(?:结果)?(?:维持|纠正|纠错))")
_ABOUT = re.compile(r"公开|依申请|答复")
_ALTOGETHER = re.compile(r"(?:共|共计|合计|总计|累计)(?:收办|有|为|办理)?(?:约|近|接近|超过?|逾)?")
_FIGURE = r"[\d一二三四五六七八九十百千万]"
_RECEIPTS = re.compile(
    rf"(?:收到?|受理|接收)[^。;；]*?{_FIGURE}[^。;；]{{0,8}}上一?年度?[^。;；]{{0,12}}结转[^。;；\d]{{0,8}}{_FIGURE}+[^\d。;；]{{0,4}}$"
    rf"|结转[^。;；]*?{_FIGURE}[^。;；]{{0,6}}新收[^。;；\d]{{0,20}}{_FIGURE}+[^\d。;；]{{0,4}}$"
)
"""Receipts and what was carried over, told one after the other: what follows as a bare total is both together."""
_DECIDED = re.compile(rf"(?:办结|答复|办复|办理完毕)[^。;；]{{0,12}}?{_FIGURE}")
_GRANTED = "applications.granted.total"
_WITH_PART = re.compile(r"[(（,，](?:其中)?(?:含|包括|包含)[^()（）,，。;；\d]{0,4}部分公开")
_PROACTIVELY = re.compile(r"主动公开[^,，;；。\d]{0,8}\d")
_ATTRIBUTE = re.compile(r"依申请公开|不予公开|不公开|部分公开")
_ASKED_FOR = re.compile(r"收到|受理|新收|接到|申请(?!公开)")
_PARTLY = re.compile(r"其中[^,，;；。]{0,10}公开")
_REVISED = re.compile(r"修[改订]")
_MONEY_TOPICS = {"fees": "proactive.fees.amount_wan_yuan", "procurement": "proactive.procurement.amount_yuan"}


@dataclass(frozen=True, slots=True)
class About:
    """What a quantity says: one of several meanings, the first being the usual one."""

    meanings: tuple[Meaning, ...]
    firm: bool
    """Whether a number that fits no meaning contradicts the tables."""
    topic: Topic | None
    until: int
    """End of the words that say it, an offset of the passage."""
    part: bool = False
    """Whether only a number above every meaning contradicts."""


def classify(spot: Spot, heading: str, form: Form, year: int | None = None, *, changed: bool = False) -> tuple[About, ...]:
    """What a quantity is about; none for a quantity that no table holds, several when it is said of several at once.

    A change against another year is about nothing, unless ``changed`` asks what it is that changed.
    """
    unit = spot.quantity.unit
    if unit == "%":
        return _rate(spot)
    if change_of(spot) and not changed:
        return ()
    topic, near = topic_of(spot, heading)
    if unit == "元":
        return _money(spot, topic, form)
    if unit not in CASES:
        return ()
    if unit == "" and not spot.before.strip():
        return ()
    if _attributes(spot):
        return ()
    joined = _joined(spot, heading, form)
    if joined:
        return joined
    chosen = _phrase(spot, heading, form, topic)
    if chosen is None:
        return _continued(spot, topic, form) if not near else ()
    phrase, match, inside = chosen
    topic = topic if topic in phrase.topics else next(iter(phrase.topics))
    phrase = _carried(phrase, spot, year)
    if phrase.inner and inside:
        phrase = _within(phrase, spot.before[match.end() :], form)
    plain = _plain(spot, match, topic, inside=inside)
    if phrase.bare and not (plain or (inside and _plain(spot, match, topic, inside=True, rest=False))):
        return ()
    firm = phrase.firm and plain and not qualified(spot, match.group())
    received = phrase.meanings[0].plus[0].startswith("applications.new_received")
    if received and not phrase.strong and spot.lead.endswith(("其中", "其中,", "其中，", "其中:")):
        firm = False
    if topic in ("rules", "documents") and _REVISED.search(spot.text[slice(*spot.sentence)][:REACH]):
        firm = False  # what was newly made and what was revised are told apart there, and issued together in the table
    if topic in _DISPUTES and not _ABOUT.search(heading + spot.earlier + spot.text[spot.sentence[0] : spot.clause[1]][-REACH:]):
        firm = False  # a bureau of justice counts all reviews, not only those over disclosure
    if firm and topic in _DISPUTES and _PARTLY.search(spot.text[slice(*spot.sentence)][:REACH]):
        firm = bool(_ABOUT.search(spot.text[slice(*spot.clause)]))  # all lawsuits beside “其中涉及政府信息公开的6件”
    phrase = _including(phrase, spot)
    until = spot.quantity.end + (0 if inside else len(spot.after.rstrip()))
    if topic == "both":
        return _both(spot, phrase, firm, until)
    found = [About(phrase.meanings, firm, topic, until, phrase.part)]
    found += _results(spot, topic)
    return tuple(found)


def _carried(phrase: Phrase, spot: Spot, year: int | None) -> Phrase:
    """“结转2024年度7件”: the year says which way, where 结转 alone does not; behind what was decided it is what was left over."""
    if len(phrase.meanings) != 2 or phrase.meanings[0].plus != ("applications.carried_in.total",) or year is None:
        return phrase
    near = spot.before + spot.after
    for index, named in enumerate((year - 1, year + 1)):
        if str(named) in near:
            return replace(phrase, meanings=(phrase.meanings[index],), firm=True)
    if _DECIDED.search(spot.said[: -len(spot.before) or None]):
        return replace(phrase, meanings=phrase.meanings[::-1])
    return phrase


def _attributes(spot: Spot) -> bool:
    """Whether documents are told apart by how they are disclosed: “公文707件,主动公开673件,依申请公开20件,不予公开14件”."""
    sentence = spot.text[slice(*spot.sentence)]
    clause = spot.before + spot.after
    return bool(_PROACTIVELY.search(sentence) and _ATTRIBUTE.search(clause) and not _ASKED_FOR.search(sentence))


def _including(phrase: Phrase, spot: Spot) -> Phrase:
    """“予以公开3件(含部分公开1件)”: both rows together."""
    if phrase.meanings[0].plus != (_GRANTED,) or not _WITH_PART.match(spot.text, spot.quantity.end):
        return phrase
    both = Meaning("予以公开 + 部分公开", (_GRANTED, "applications.partially_granted.total"))
    return replace(phrase, meanings=(both, *phrase.meanings))


def _within(phrase: Phrase, rest: str, form: Form) -> Phrase:
    """“因本机关不掌握等无法提供6件”: the row, or the whole group that is named after it."""
    groups = [one for one in phrases_of(form) if one.joins and one.pattern.search(rest)]
    return replace(phrase, meanings=(*phrase.meanings, *groups[0].meanings), firm=False) if groups else phrase


def _phrase(spot: Spot, heading: str, form: Form, topic: Topic | None) -> tuple[Phrase, re.Match[str], bool] | None:
    """The phrase that names the quantity: in the words before it, the strongest first, then the nearest; else after it.

    “办结的申请里有8件是本机关不掌握”: strong words that end the clause outrank weak ones before the number.
    """
    before = _best(spot, spot.before, heading, form, topic, inside=True)
    closes = spot.quantity.end + len(spot.after) >= spot.clause[1]
    if before and (before[0].rank >= 2 or not closes):
        return (*before, True)
    after = _best(spot, spot.after, heading, form, topic, inside=False)
    if after and (before is None or after[0].rank >= 2):
        return (*after, False)
    return (*before, True) if before else None


def _best(spot: Spot, text: str, heading: str, form: Form, topic: Topic | None, *, inside: bool) -> tuple[Phrase, re.Match[str]] | None:
    """The phrase of highest rank on one side of the number, the nearest among equals."""
    best: tuple[tuple[int, int, int], Phrase, re.Match[str]] | None = None
    for pattern, phrases in by_pattern(form):
        for match in pattern.finditer(text):
            for phrase in phrases:
                key = (phrase.rank, match.end() if inside else -match.start(), match.end() - match.start())
                if (best is None or key > best[0]) and _allowed(phrase, match, spot, text, heading, topic, inside=inside):
                    best = (key, phrase, match)
    return (best[1], best[2]) if best else None


def _allowed(phrase: Phrase, match: re.Match[str], spot: Spot, text: str, heading: str, topic: Topic | None, *, inside: bool) -> bool:
    """Whether a phrase can be meant here: its topic fits, and nothing else stands where its object would."""
    masked = text[: match.start()] + "\0" * (match.end() - match.start()) + text[match.end() :]
    said = topic_in(masked) or (topic_in(spot.after if inside else spot.before)) if phrase.strong else topic
    if phrase.strong:
        if said is None:
            said = topic_in(spot.lead) or topic_in(spot.earlier) or topic_in(heading)
            if said == "other" and "applications" in phrase.topics:
                said = "applications" if phrase.inner and "申请" in spot.lead + spot.earlier[-REACH // 6 :] else topic_in(spot.lead)
        return said in phrase.topics
    if topic not in phrase.topics:
        return False
    if topic_in(text) is None and topic_in(spot.before) is None and topic_in(spot.after) is None:
        tail = text[match.end() :] if inside else text[: match.start()]
        other = spot.after if inside else spot.before
        return not residue(tail) and not residue(_VERBS.sub("", other))
    if not inside:
        return not residue(_strip(spot.before, topic))
    return True


def _plain(spot: Spot, match: re.Match[str], topic: Topic | None, *, inside: bool, rest: bool = True) -> bool:
    """Whether nothing in the clause narrows what is counted: before the phrase, between it and the number, or in the rest of it."""
    head = spot.before[: match.start()] if inside else spot.before
    between = spot.before[match.end() :] if inside else spot.after[: match.start()]
    tail = (spot.after if inside else spot.after[match.end() :]) if rest else ""
    return not any(residue(_strip(text, topic)) for text in (without_subject(head), between, tail))


def _strip(text: str, topic: Topic | None = "applications") -> str:
    """The text without the names of its own topic and the verbs of handling; another topic's name is an object that counts."""
    kin = _DISPUTES | {"applications"} if topic in _DISPUTES else {"applications", topic}
    for name, pattern in TOPICS:
        if name in kin:
            text = pattern.sub("", text)
    return _VERBS.sub("", text)


def _joined(spot: Spot, heading: str, form: Form) -> tuple[About, ...]:
    """“予以公开和部分公开N件”: the sum of both, or each of them when the words say 各 or 均."""
    hits: list[tuple[int, int, Phrase]] = []
    for phrase in phrases_of(form):
        if phrase.joins:
            hits += [(match.start(), match.end(), phrase) for match in phrase.pattern.finditer(spot.before)]
    hits = sorted(_outermost(hits), key=lambda hit: hit[0])
    if len(hits) < 2 or topic_in(heading + spot.lead + spot.before) in ("other", "documents", "rules"):
        return ()
    chain = [hits[-1]]
    for hit in reversed(hits[:-1]):
        if not _JOINT.fullmatch(spot.before[hit[1] : chain[-1][0]].replace("的", "").strip()):
            break
        chain.insert(0, hit)
    if len(chain) < 2 or residue(_strip(spot.before[chain[-1][1] :])):
        return ()
    meanings = [hit[2].meanings[0] for hit in chain]
    until = spot.quantity.end
    if _ONLY.search(spot.before) or spot.quantity.value == 0:
        return tuple(About((meaning,), True, "applications", until) for meaning in meanings)
    total = Meaning(" + ".join(meaning.name for meaning in meanings), tuple(key for meaning in meanings for key in meaning.plus))
    return (About((total,), True, "applications", until),)


def _outermost(hits: list[tuple[int, int, Phrase]]) -> Iterable[tuple[int, int, Phrase]]:
    """The hits that do not stand inside a longer one, by span."""
    spans = {(start, end): phrase for start, end, phrase in hits}
    for (start, end), phrase in sorted(spans.items(), key=lambda item: item[0]):
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans):
            yield start, end, phrase


def _both(spot: Spot, phrase: Phrase, firm: bool, until: int) -> tuple[About, ...]:
    """Reviews and lawsuits in one breath: each of them, or together."""
    usual = phrase.meanings[0]
    if len(usual.plus) == 2 and (spot.quantity.value == 0 or _EACH.search(spot.before)):
        column = pattern_name(usual.plus[0].rpartition(".")[2])
        each: tuple[tuple[Topic, str, str], ...] = (("review", "复议", usual.plus[0]), ("litigation", "诉讼", usual.plus[1]))
        return tuple(About((Meaning(f"{word}·{column}", (key,)),), True, topic, until) for topic, word, key in each)
    return (About(phrase.meanings, firm, "both", until),)


def _results(spot: Spot, topic: Topic | None) -> list[About]:
    """“行政复议1件(结果纠正)”, “行政诉讼3件，均为结果维持”: the number said of a result as well."""
    if topic not in _DISPUTES:
        return []
    rest = spot.text[spot.quantity.end : spot.sentence[1]]
    match = _AFTER_RESULT.match(rest) or _ALL_RESULT.match(rest)
    if not match:
        return []
    group = {
        "review": "review_litigation.review",
        "litigation": "review_litigation.litigation",
        "direct": "review_litigation.litigation_direct",
        "after_review": "review_litigation.litigation_after_review",
    }.get(topic or "")
    if group is None:
        return []
    for pattern, column, whole in REVIEWS:
        if whole and re.fullmatch(pattern, match["result"]):
            meaning = Meaning(pattern_name(column), (f"{group}.{column}",))
            return [About((meaning,), False, topic, spot.quantity.end + match.end())]
    return []


def _continued(spot: Spot, topic: Topic | None, form: Form) -> tuple[About, ...]:
    """“信息公开类行政诉讼情况：共3件”, “新收9件，上年结转2件，共11件”: a bare number that goes on about what was named before."""
    if topic == "applications" and _ALTOGETHER.fullmatch(spot.before.strip()) and not residue(spot.after) and _RECEIPTS.search(spot.lead):
        handled = Meaning("共 = 新收 + 结转", ("applications.handled.total",))
        return (About((handled,), True, topic, spot.quantity.end),)
    if topic not in _DISPUTES or topic == "both" or residue(spot.before) or residue(_strip(spot.after, topic)):
        return ()
    totals = [phrase for phrase in phrases_of(form) if topic in phrase.topics and not phrase.strong]
    return (About(totals[0].meanings, False, topic, spot.quantity.end),) if totals else ()


def _money(spot: Spot, topic: Topic | None, form: Form) -> tuple[About, ...]:
    key = _MONEY_TOPICS.get(topic or "")
    if key is None or not re.search(r"金额|收费|资金|总额|收入", spot.before) or "免" in spot.before:
        return ()
    known = {cell for row in form.section(2) for cell in row.cells}
    if key not in known:
        return ()
    firm = not residue(re.sub(r"行政事业性|政府集中采购|集中采购|收费|金额|采购|总额|收取|实现|公布", "", spot.before))
    return (About((Meaning("收费金额" if topic == "fees" else "采购总金额", (key,)),), firm, topic, spot.quantity.end),)


def _rate(spot: Spot) -> tuple[About, ...]:
    found = [
        (match.end(), keys)
        for pattern, keys in RATES
        for match in pattern.finditer(spot.before)
        if not residue(re.sub(r"[达到为至超过约近]", "", spot.before[match.end() :]))
    ]
    if not found or change_of(spot):
        return ()
    keys = max(found)[1]
    if keys == ("rates.completed",) and topic_in(spot.lead + spot.before) == "other":
        return ()
    return (About(tuple(Meaning(_rate_name(key), (key,)) for key in keys), False, "applications", spot.quantity.end),)


def _rate_name(key: str) -> str:
    return {
        "rates.granted": "予以公开 ÷ (七)总计",
        "rates.granted_or_partial": "(予以公开 + 部分公开) ÷ (七)总计",
        "rates.refused": "不予公开 ÷ (七)总计",
        "rates.unavailable": "无法提供 ÷ (七)总计",
        "rates.completed": "(七)总计 ÷ (新收 + 结转)",
        "rates.review_corrected": "复议纠正 ÷ 复议总计",
        "rates.litigation_corrected": "诉讼纠正 ÷ 诉讼总计",
    }.get(key, key)
