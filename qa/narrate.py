"""The best sentences: chosen from the passages found, quoted as they stand, or none when none answers.

Sentences that share the question's words come first; where none does, the whole narrative of the agencies asked about is read for one that
tells of the same in other words (``gist``), and what is quoted is called the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .answer import Citation, Claim, Notebook, marks
from .chunks import Chunk, Sentence, chunks_of
from .gist import MET, Word, content_words, strength, told
from .ground import check_quote
from .parsed import Parsed
from .retrieve import Found
from .strings import say
from .terms import Aspect, aspects, covered

ENOUGH = 0.55
"""Share of a question's aspects that a sentence, with its passage, must answer to."""
AROUND = 0.35
"""What the passage around a sentence counts beside the sentence itself."""
CLOSE = 0.35
"""Closeness from which on a sentence is quoted as the nearest to an open question. Of the development questions the least that a sentence
meant reached was 0.39, the most that an unanswerable one reached 0.32 but for one of 0.65."""
TOUCHED = 0.15
"""Closeness from which on a sentence shows that a report's problems, asked for in other words, are those it lists."""
TOUCH, STRANGE, PART = 0.3, 0.4, 0.4
"""In a section of shortcomings and plans: how much of a word must be met for it not to be strange there, what share of the question's
weight may be strange, and what share of it one sentence must tell."""
FAR = 2.0
"""How many times nearer a sentence must come to be quoted instead of one that shares more of the question's characters."""
_FAVOUR = 1.3
"""How much more a sentence counts that stands where problems, plans and causes are told, when one of these is asked for."""
_OPEN = re.compile(
    r"怎么|怎样|如何|为什么|为何|为啥|咋|哪里|哪儿|什么(?:地方|办法|法子|措施|原因|环节|问题)"
    r"|\b(?:how (?!many|much|often|long|old|far|large|big)|why|what (?!number|share|percentage|amount|proportion|portion|fraction|part of))"
)
"""What asks for more than a number."""
_WHY = re.compile(r"为什么|为何|为啥|怎么会|原因|缘故|缘由|\b(?:why|causes?|caused|reasons?|blamed?|due to|went wrong)\b")
_BECAUSE = re.compile(r"因为|由于|原因|出在|因此|所致|源于|导致|缘于")
_OWN = re.compile(
    r"(?:打算|准备|计划|下一步|接下来|今后|往后|以后|来年|明年)[^,，。?]{0,12}(?:怎|如何|咋|什么|哪|办法|补|改|解决)|检讨|反省|反思|自认|自承|坦承|承认|承诺"
    r"|(?:什么|哪些|啥)(?:办法|法子|措施|举措|对策|招)|(?:怎么|如何|咋|怎样)(?:解决|改|补救|补|应对|整改|弥补|办|弄|处理)|有没有(?:说|提|写)[^,，。?]{0,8}(?:怎么|如何)"
    r"|\b(?:admit(?:s|ted)?|acknowledged?|conceded?|plan(?:s|ned)? to|intends? to|promised? to|going to|fix|remedy|address|solve|improve)\b"
)
"""What asks what a report says of its own shortcomings and plans."""
_NAME = re.compile(
    r"谁|哪一?[家位天名所]|哪[个一](?:人|律师|公司|企业|法院|学校|医院|天|月)|几[月号日]|什么(?:时候|名字|日期)|叫什么|多大年纪"
    r"|(?:^ *|[,;] |\band )(?:who|when)\b|\b(?:whom|whose|which (?:law )?(?:firm|company|court|person|date|day|month|lawyer|judge))\b"
)
"""What asks for a name or a date, which only the question's own words can settle."""
_UNIT = re.compile(r"(?:多少|几)个?([人名户家所篇场条期次件项份个块元])|(?:多少|几)(?:块|毛|元)?(钱)")
_UNITS = {"名": "人名", "人": "人名", "条": "条件", "块": "元", "钱": "元", "次": "次场期", "场": "场次期", "个": "个家项", "篇": "篇条"}
"""Units in which a report may count what a question counts in this one."""
_SHARE_ASKED = re.compile(r"比例|占比|百分之|几成|比重|\b(?:proportion|share|percentage|percent|per cent)\b")
_SHARE = "%％成"
_COUNTERS = frozenset(("人次", "人数", "次数", "件数", "场次", "篇数", "户数", "份数"))
"""Words for what is counted in, which tell nothing of what is counted."""
BESIDE, FIRM = 0.55, 0.3
"""Share of the question's words that the clause of a figure in the unit asked for must tell, and the weight it must meet."""
_FIGURE = re.compile(r"\d|[一二三四五六七八九十两百]+(?=[个次期场件项条份名人家所张篇册])")
_MONEY_ASKED = re.compile(r"(?:多少|几)(?:钱|元|块|毛|角|万元)")
_MONEY = re.compile(r"元|[收免零]费|未收|没有收|不收|分文")
_PROBLEM = re.compile(
    r"问题|不足|不够|不高|不强|有待|欠缺|差距|薄弱|短板|困难|不到位|不及时|不平衡|滞后|还需|仍需|尚需|没有|未能|偏|不细|不实|不一"
)
_TURN = re.compile(
    r"下一步|下步|下一阶段|接下来|今后|(?:针对|对于|围绕)(?:上述|以上|这些|存在)[^。]{0,8}(?:问题|不足)|改进(?:措施|办法|情况|方向)|(?:打算|准备)(?:这样|从)"
    r"|(?:拟|将)(?:重点|着力|采取|从)|(?<!说)明年(?!底)|来年|新的一年|整改(?:措施|方向)|(?:打算|计划|办法|措施)(?:是|有|如下)?[:：]"
    r"|对(?:这|上述|以上)[一二三四五六几]?[条项点个]"
)
"""Where a section turns from problems to plans."""
_ITEM = re.compile(r"[一二三四五六七八九十]+(?:是|、)|[(（][一二三四五六七八九十\d]+[)）]")
_LAST_YEAR = re.compile(r"上年|去年|上一年")
"""What tells how last year's plans went, neither a problem nor a plan."""
_PLAN = re.compile(r"下一步|将|改进|加强|进一步|推进|完善|提升|拟|计划|今后|围绕|强化|深化|健全|优化|加大|着力|继续|要")


@dataclass(frozen=True, slots=True)
class Picked:
    """A sentence chosen to answer with."""

    sentence: Sentence
    chunk: Chunk
    score: float
    near: bool = False
    """Whether it tells of the question only in other words."""


def pick(parsed: Parsed, found: Found) -> list[Picked]:
    """The sentences that answer, best first; in printed order where a section is asked for."""
    if not found.hits:
        return []
    wanted = [intent for intent in parsed.intents if intent in ("problems", "plans", "charging")]
    if wanted and not found.asked:
        return _section(wanted, found)
    picked = _best(parsed, found, found.asked)
    if not picked and "，" in parsed.search:
        clauses = [aspects(clause) for clause in parsed.search.split("，")]
        parts = [_best(parsed, found, asked)[:1] for asked in clauses if sum(aspect.weight for aspect in asked) >= 0.6]
        picked = list({item.sentence.id: item for part in parts for item in part}.values()) if all(parts) else []
        return picked or _otherwise(parsed, found, wanted)
    if wanted == ["charging"] and not picked:
        return _section(wanted, found)
    if not picked:
        return _otherwise(parsed, found, wanted)
    if wanted:
        picked = [item for item in picked if item.chunk.passage.section in (0, 5, 6)] or picked
    if not parsed.number and (nearer := _nearer(parsed, found, picked[0])):
        return nearer
    top = picked[0].score
    chosen = [item for item in picked if item.score >= top - 0.15][: 2 if parsed.number else 3]
    words = content_words(parsed.wording, found.store.idf) if "plans" in wanted and found.within.agencies else ()
    return _with_remedy(chosen, _rated(parsed, found, words)) if words and len(chosen) < 3 else chosen


def _best(parsed: Parsed, found: Found, asked: tuple[Aspect, ...]) -> list[Picked]:
    """The sentences that answer to enough of these aspects, best first."""
    picked = []
    money = _MONEY if _MONEY_ASKED.search(parsed.wording) else None
    best = max(hit.score for hit in found.hits) or 1.0
    for hit in found.hits:
        around = covered(asked, hit.chunk.searched)
        for sentence in hit.chunk.sentences:
            own = covered(asked, sentence.text)
            score = (own + AROUND * around) / (1 + AROUND)
            if parsed.number and not (money or _FIGURE).search(sentence.text):
                continue
            if own > 0 and score >= ENOUGH:
                nearness = _nearness(asked, sentence.text) if parsed.number else 0.0
                picked.append(Picked(sentence, hit.chunk, score + 0.1 * nearness + 0.05 * hit.score / best))
    picked.sort(key=lambda item: -item.score)
    return picked


def _otherwise(parsed: Parsed, found: Found, wanted: Sequence[str]) -> list[Picked]:
    """The sentences nearest to a question that no sentence answers in its own words; a section where it asks for nothing particular."""
    words = content_words(parsed.wording, found.store.idf)
    if not words:
        return _affairs(wanted, found) if wanted else []
    if not (found.within.agencies or found.within.reports) or _NAME.search(parsed.wording):
        return []
    rated = _rated(parsed, found, words)
    if parsed.number and not wanted and (counting := _counting(rated, parsed, words, found)):
        return counting
    if parsed.number and not wanted and not _OPEN.search(parsed.wording):
        return []
    near = [item for item in rated if item.score >= CLOSE] or _own(parsed, found, words, rated)
    if not near:
        touched = any(item.score >= TOUCHED and item.chunk.passage.section == 5 for item in rated)
        return _affairs(["problems"], found) if touched and "problems" in wanted else []
    chosen = [item for item in near if item.score >= near[0].score / 2][:2]
    return _with_remedy(chosen, rated)


def _own(parsed: Parsed, found: Found, words: Sequence[Word], rated: Sequence[Picked]) -> list[Picked]:
    """What a report tells of its shortcomings and plans that comes nearest to a question about just these.

    Every thing that the question names must be touched on somewhere in the section, and a good part of it in the sentence itself.
    """
    asks = {"problems", "plans"} & set(parsed.intents) or _OWN.search(parsed.wording)
    if not asks or len(found.within.agencies) != 1 or len(parsed.years) != 1 or not words:
        return []
    own = [item for item in rated if item.chunk.passage.section == 5]
    whole = "".join(item.sentence.text for item in own)
    total = sum(word.weight for word in words)
    foreign = sum(word.weight for word in words if strength(word, whole, found.store.idf) < TOUCH * word.weight)
    if foreign > STRANGE * total:
        return []
    share = {item.sentence.id: told(words, item.sentence.text, (), "", found.store.idf).share for item in own}
    near = sorted((item for item in own if share[item.sentence.id] >= PART), key=lambda item: -share[item.sentence.id])
    return near[:1]


def _nearer(parsed: Parsed, found: Found, first: Picked) -> list[Picked]:
    """The sentences that come far nearer to a question in other words than the one that shares most of its bigrams; mostly none."""
    if not found.within.agencies or _NAME.search(parsed.wording):
        return []
    words = content_words(parsed.wording, found.store.idf)
    near = [item for item in _rated(parsed, found, words) if item.score >= CLOSE][:2] if words else []
    own = told(words, first.sentence.text, (), "", found.store.idf).closeness
    return near if near and near[0].score >= FAR * max(own, CLOSE) else []


def _rated(parsed: Parsed, found: Found, words: Sequence[Word]) -> list[Picked]:
    """Every sentence in scope by how near it comes to the question's words, nearest first."""
    telling = bool({"problems", "plans", "reasons"} & set(parsed.intents)) or bool(_OPEN.search(parsed.wording))
    why = bool(_WHY.search(parsed.wording))
    rated = []
    for passage in found.passages():
        cut = [(sentence, chunk) for chunk in chunks_of(passage) for sentence in chunk.sentences]
        for at, (sentence, chunk) in enumerate(cut):
            around = [cut[other][0].text for other in (at - 1, at + 1) if 0 <= other < len(cut)]
            how = told(words, sentence.text, around, " ".join(passage.heading), found.store.idf)
            favour = _FAVOUR if (telling and passage.section == 5) or (why and _BECAUSE.search(sentence.text)) else 1.0
            rated.append(Picked(sentence, chunk, how.closeness * favour, near=True))
    return sorted(rated, key=lambda item: -item.score)


def _with_remedy(chosen: list[Picked], rated: Sequence[Picked]) -> list[Picked]:
    """The sentences chosen, and the nearest of those that tell what is planned about the problem that the first one tells."""
    known = {item.sentence.id for item in chosen}
    remedy = next((item for item in rated if item.sentence.id not in known and item.score > 0 and _remedies(item, chosen[0])), None)
    return [*chosen, remedy] if remedy else chosen


def _remedies(item: Picked, first: Picked) -> bool:
    """Whether a sentence tells what is planned about a problem that another one of the same report tells."""
    if first.chunk.passage.section != 5 or item.chunk.passage.report_id != first.chunk.passage.report_id:
        return False
    return item.chunk.passage.section == 5 and (item.chunk.passage.n, item.sentence.start) > (first.chunk.passage.n, first.sentence.start)


def _counting(rated: Sequence[Picked], parsed: Parsed, words: Sequence[Word], found: Found) -> list[Picked]:
    """The sentence whose clause states, beside a word of the question, a figure in the unit asked for, or any where none is named."""
    if parsed.figure == "average":
        return []
    asked = _UNIT.search(parsed.wording)
    unit = _SHARE if _SHARE_ASKED.search(parsed.wording) else _UNITS.get(asked[1] or asked[2], asked[1]) if asked else ""
    figure = re.compile(rf"(?:\d|(?<![每同这那某])[一二三四五六七八九十百千万余多])\s*(?:[余多]\s*)?[{unit}](?!次)") if unit else _FIGURE
    if asked and asked[0].endswith("人") and "人次" in parsed.wording:
        figure = re.compile(r"[\d一二三四五六七八九十百千万余多]\s*人次")
    named = [word for word in words if word.text not in _COUNTERS]
    best: tuple[float, Picked] | None = None
    for item in rated:
        for clause in re.split("[,，;；。]", item.sentence.text):
            if not figure.search(clause):
                continue
            how = told(named, clause, (), "", found.store.idf)
            met = how.met > 0 or any(strength(word, clause, found.store.idf) >= MET * word.weight for word in words)
            if (met and item.score >= CLOSE) or (unit and how.share >= BESIDE and how.met >= FIRM):
                score = max(item.score, how.share)
                best = (score, item) if best is None or score > best[0] else best
    return [best[1]] if best else []


def _section(wanted: Sequence[str], found: Found) -> list[Picked]:
    """The sentences of the section found that tell of problems, plans or charges."""
    return _listed(wanted, [hit.chunk for hit in found.hits])


def _affairs(wanted: Sequence[str], found: Found) -> list[Picked]:
    """What the reports in scope list as their problems or plans; of the passages found where none has such a section."""
    own = [chunk for passage in found.passages() if passage.section == 5 for chunk in chunks_of(passage)]
    return _listed(wanted, own) if own and "charging" not in wanted else _section(wanted, found)


def _listed(wanted: Sequence[str], chunks: Sequence[Chunk]) -> list[Picked]:
    """The sentences of these chunks that tell of problems, plans or charges, in printed order."""
    ordered = sorted({chunk.id: chunk for chunk in chunks}.values(), key=lambda c: (c.passage.report_id, c.passage.n, c.sentences[0].start))
    sentences = [(sentence, chunk) for chunk in ordered for sentence in chunk.sentences]
    if "charging" in wanted:
        chosen = [(s, c) for s, c in sentences if re.search("收费|费用|处理费|收取", s.text)]
    else:
        chosen = _told(wanted, sentences) or sentences
    return [Picked(sentence, chunk, 1.0) for sentence, chunk in chosen[: 6 if len(wanted) == 1 else 8]]


def _told(wanted: Sequence[str], sentences: Sequence[tuple[Sentence, Chunk]]) -> list[tuple[Sentence, Chunk]]:
    """The sentences that tell of problems or plans: those before and behind the turn to plans; where a report has none by their words.

    The items of a list are what the sentence that opens the list is.
    """
    turning = {chunk.passage.report_id for sentence, chunk in sentences if _TURN.search(sentence.text)}
    turned: set[str] = set()
    past: set[str] = set()
    kind, before, chosen = "", "", []
    for sentence, chunk in sentences:
        report, text = chunk.passage.report_id, sentence.text.strip()
        if _TURN.search(text):
            turned.add(report)
        if _LAST_YEAR.search(text):
            past.add(report)
        elif _PROBLEM.search(text):
            past.discard(report)
        if report in past:
            kind = ""
        elif report in turning:
            kind = "plans" if report in turned else "problems"
        elif not (kind and (_ITEM.match(text) or before.endswith((";", "；")))):
            problem, plan = len(_PROBLEM.findall(text)), len(_PLAN.findall(text))
            kind = "problems" if problem and problem >= plan else "plans" if plan else ""
        before = text
        if kind in wanted:
            chosen.append((sentence, chunk))
    return chosen


def _nearness(asked: tuple[Aspect, ...], text: str) -> float:
    """1 when a figure stands directly beside what is asked for, falling to 0 at twenty characters."""
    figures = [match.start() for match in _FIGURE.finditer(text)]
    places = [m.end() for a in asked if a.weight > 0.5 for word in a.words for m in re.finditer(re.escape(word), text.lower())]
    gap = min((abs(figure - place) for figure in figures for place in places), default=99)
    return max(0.0, 1 - gap / 20)


def quote(picked: Sequence[Picked], notebook: Notebook, english: bool) -> list[Claim]:
    """Claims that quote the sentences, each checked against its passage."""
    return [_claim(item, notebook, english) for item in picked]


def _claim(item: Picked, notebook: Notebook, english: bool) -> Claim:
    passage = item.chunk.passage
    number = notebook.cite(cite(item.sentence, item.chunk), passage.report_id)
    text = notebook.citations[number - 1].quote
    year = "" if passage.year is None else f" {passage.year}" if english else f"{passage.year}年"
    return Claim(
        text=say("quote_near" if item.near else "quote", english, agency=passage.agency, year=year, quote=text, cite=marks((number,))),
        citations=(number,),
        by="quote",
    )


def cite(sentence: Sentence, chunk: Chunk) -> Citation:
    """The citation of a sentence."""
    passage = chunk.passage
    text = sentence.text.strip()
    at = passage.text.find(text)
    start = None if passage.start is None or at < 0 else passage.start
    number = sentence.id.rpartition(".")[2]
    return Citation(
        kind="sentence",
        source=passage.source,
        agency=passage.agency,
        year=passage.year,
        path=f"narrative.{passage.n}.{number}",
        place={"line": passage.line, "page": passage.page, "start": start, "end": passage.end},
        quote=text,
        status=check_quote(text, passage.text),
    )
