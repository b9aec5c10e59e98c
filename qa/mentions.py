"""Which reports speak of something: the words are looked up in every narrative in scope, one sentence of each agency is quoted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .answer import Claim, Notebook
from .chunks import chunks_of
from .draft import Draft
from .index import passages_of
from .narrate import Picked, quote
from .parsed import Parsed
from .strings import say
from .terms import aspects, covered

if TYPE_CHECKING:
    from extractor.library import Library

SHOWN = 10
"""Agencies quoted; the others are named."""
MOST = 2000
"""Reports looked at."""
_SPEAKS = re.compile(
    r"(?:提到|提及|谈到|谈及|说到|讲到|写到|写了|提过|谈过|说过|写明|点到)(?:了|过)?(?:关于)?[“\"]?(?P<zh>[^“”\"，,。？?\x01]{2,20}?)[”\"]?"
    r"(?:的)?(?:这个?(?:词|问题|事))?(?:的?(?:机关|单位|部门|局|厅|政府|报告|年报)(?:都|一共)?有?(?:是)?(?:哪|谁|几|多少).*)?(?:吗|呢)?$"
    r"|\b(?:mention(?:s|ed|ing)?|talk(?:s|ed)? about|refer(?:s|red)? to|discuss(?:es|ed)?|speak of|spoke of) (?P<en>[a-z][a-z -]{2,40}?)"
    r"(?= in(?: their| the)?\b|[ \x01]*$)"
)
_THING = re.compile(
    r"^[\x01 ]*(?P<thing>[^，。？?\x01]{2,20}?)(?:这个?(?:东西|做法|项目|平台|系统|词|名称|叫法|品牌|说法))?"
    r"是(?:由)?(?:哪一?[个家些]|哪里|哪儿|谁|什么|啥)"
    r"|(?:哪一?[个家些][^，。？?\x01]{0,4}?|谁|哪里|哪儿)(?:家|最先|率先|在)?"
    r"(?:搞|推出|推行|开通|开设|启用|打造|建成|建立|办起|做|建|办|开|创建|创办|创|提出|设立|设|使用|用|上线|开展|组织|编|运营|有|叫)"
    r"(?:了|过|着)?(?P<thing2>[^，。？?\x01]{2,20}?)(?:这个?(?:东西|做法|项目|平台|系统|词|名称|叫法|品牌|说法))?(?:的)?$"
    r"|\b(?:who|which [a-z ]{2,20}?) (?:runs?|ran|launched|made|makes|created|has|had|set up|built|uses?|used|introduced|started) (?:the )?"
    r"(?P<thing3>[^?,.]{2,40}?)$|^what (?:is|was) (?:the )?(?P<thing4>[^?,.]{2,40}?)$"
)
"""What asks whose something with a name of its own is, or what it is (千人千页是哪个区做的)."""
_QUOTES = " “”\"「」《》'"
_EMPTY = re.compile(r"^(?:什么|哪些|哪|几|多少|多|这|那|过|了|what|which|it|them|this)")
ENOUGH = 0.75
"""Weighted share of the words' aspects that a sentence must have where the words do not stand there as asked."""


def spoken_of(draft: Draft) -> str:
    """What a question asks which reports speak of (哪些机关提到了数据共享); empty for every other question."""
    scanned = draft.scan
    wide = scanned.cue("whiches", "which", "enumerate", "many") and len(draft.agencies) != 1
    match = _SPEAKS.search(scanned.blanked.rstrip("?？。.! ")) if wide else None
    words = ((match["zh"] or match["en"]) if match else "").strip()
    return "" if _EMPTY.match(words) else words


def named_thing(draft: Draft) -> str:
    """The thing with a name of its own that a question asks the owner or the meaning of; empty for every other question."""
    scanned = draft.scan
    if draft.metrics or draft.unknown or scanned.keys("away") or scanned.cue("many", "most", "least", "rank", "share"):
        return ""
    match = _THING.search(scanned.blanked.rstrip("?？。.!！ 呢啊呀"))
    words = next((words for words in match.groups() if words), "") if match else ""
    thing = words.strip(_QUOTES)
    own = len(thing) >= (2 if thing != words.strip() else 4)
    return thing if own and not _EMPTY.match(thing) else ""


def speaking(parsed: Parsed, library: Library, notebook: Notebook, *, literally: bool = False) -> tuple[list[Claim], str]:
    """A sentence of each agency that speaks of it, and a line that names them all; nothing where none does.

    ``literally``: only sentences that have the words as they stand.
    """
    asked = () if literally else aspects(parsed.mentioned)
    words = tuple(dict.fromkeys((parsed.mentioned, *(asked[0].words if len(asked) == 1 else ()))))
    found: dict[str, list[Picked]] = {}
    reports = _reports(parsed, library, words)
    if not reports and not literally:
        reports = _reports(parsed, library, _parts(parsed))
    for passage in passages_of(library, reports):
        for chunk in chunks_of(passage):
            for sentence in chunk.sentences:
                literal = any(word in sentence.text for word in words)
                share = 1.0 if literal else covered(asked, sentence.text)
                if share >= ENOUGH:
                    found.setdefault(passage.agency, []).append(Picked(sentence, chunk, share + literal))
    best = max((item.score for items in found.values() for item in items), default=0.0)
    chosen = {agency: kept for agency, items in found.items() if (kept := [item for item in items if item.score > 1 or best <= 1])}
    if not chosen:
        return [], ""
    claims = quote([max(items, key=lambda item: item.score) for items in list(chosen.values())[:SHOWN]], notebook, parsed.english)
    joint = ", " if parsed.english else "、"
    return claims, say("speaking", parsed.english, words=parsed.mentioned, names=joint.join(chosen), count=len(chosen))


def _parts(parsed: Parsed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for aspect in aspects(parsed.mentioned) for word in aspect.words))


def _reports(parsed: Parsed, library: Library, words: tuple[str, ...]) -> list[str]:
    """The reports in scope whose narrative has any of these words."""
    parts = [f"({' OR '.join('contains(p.text, ?)' for _ in words) or 'false'})"]
    values: list[Any] = list(words)
    for name, wanted in (("agency", parsed.agencies), ("year", parsed.years)):
        if wanted:
            parts.append(f"p.{name} IN ({', '.join('?' for _ in wanted)})")
            values += wanted
    if parsed.region and not parsed.agencies:
        parts.append("starts_with(p.agency, ?)")
        values.append(parsed.region)
    if parsed.bureaus:
        parts.append("regexp_matches(p.agency, '(局|[^公]厅|委员会|委|中心)$')")
    rows = library.rows(f"SELECT DISTINCT p.report_id FROM passages p WHERE {' AND '.join(parts)} LIMIT {MOST}", values)
    return [report for (report,) in rows]


def settled(parsed: Parsed, words: str, *, bureaus: bool) -> Parsed:
    """The understanding of a question that asks which reports speak of something."""
    return replace(parsed, mentioned=words, bureaus=bureaus, search=words)
