"""The catalogue of readings as data: which words of a narrative speak of which place of the form, and what each can mean.

A phrase lists its readings in order; the first is what the words usually say. A stated number that fits a later reading is
explained, not a contradiction. ``firm`` phrases name the place so plainly that a number fitting no reading contradicts the
tables; the others (按时办结, 驳回, 公开) name a part or something near, so that a difference proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..forms import Form
from .topics import TOPICS, Topic


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can mean: a sum of metrics, less others."""

    name: str
    """In the form's words: “收到 = 新收 + 结转”."""
    plus: tuple[str, ...]
    """Metric keys."""
    minus: tuple[str, ...] = ()

    @property
    def metric(self) -> str:
        """The expression as one string, a metric's own key where it is one."""
        return " - ".join([" + ".join(self.plus), *self.minus])


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a narrative and what they can mean."""

    pattern: re.Pattern[str]
    topics: frozenset[Topic]
    """The topics under which the words have these meanings."""
    meanings: tuple[Meaning, ...]
    firm: bool = True
    strong: bool = False
    """Whether the words alone settle the topic and outrank weaker words in the same clause (予以公开, 上年结转)."""
    joins: bool = False
    """Whether “A和B N件” states the sum of both."""
    bare: bool = False
    """Whether the words only name the object (申请 12 件) and yield to any word that says what happened to it."""

    part: bool = False
    """Whether the words name a part of the place (按时办结): more than the whole contradicts, less proves nothing."""

    inner: bool = False
    """Whether the words name a row within a group, and so say more than the group's own name beside them."""

    @property
    def rank(self) -> int:
        """Which of several phrases in one clause is meant: the highest, then the nearest to the number."""
        return 3 if self.inner else 2 if self.strong else 0 if self.bare else 1


def _phrase(pattern: str, topics: str, *meanings: Meaning, firm: bool = True, **traits: bool) -> Phrase:
    return Phrase(re.compile(pattern), frozenset(topics.split()), meanings, firm, **traits)  # type: ignore[arg-type]


_NEW = "applications.new_received"
_IN = "applications.carried_in"
_DONE = "applications.outcomes_total"
_NEXT = "applications.carried_forward"
_HANDLED = "applications.handled"
_COLUMNS = ("business", "research", "public_interest", "legal_service", "other")


def _received(word: str, column: str = "total") -> tuple[Meaning, ...]:
    return (Meaning(f"{word} = 新收", (f"{_NEW}.{column}",)), Meaning(f"{word} = 新收 + 结转", (f"{_HANDLED}.{column}",)))


def _handled(word: str, column: str = "total") -> tuple[Meaning, ...]:
    return (Meaning(f"{word} = (七)总计", (f"{_DONE}.{column}",)), Meaning(f"{word} = 新收 + 结转", (f"{_HANDLED}.{column}",)))


APPLICATIONS: tuple[Phrase, ...] = (
    _phrase(
        r"(?:上一?年度?|去年度?|往年|\d{4}年度?)(?:的)?(?:未办结)?(?:结转|转结|转入|遗留)|结转(?:自)?(?:上一?年度?|去年度?|往年)|年初结转|结转至?本年|上期结转",
        "applications",
        Meaning("上年结转", (f"{_IN}.total",)),
        strong=True,
    ),
    _phrase(
        r"(?:结转|转入|转到|转至|顺延|延续|(?<!流)转(?=下))(?:至|到|入)?(?:下一?年度?|次年度?|明年|翌年)|(?:下一?年度?|次年|明年)(?:度)?(?:的)?(?:结转|继续办理)|跨年(?:度)?办理|(?:年末|年底|期末)(?:的)?结转",
        "applications",
        Meaning("结转下年度", (f"{_NEXT}.total",)),
        strong=True,
    ),
    _phrase(
        r"结转|转结",
        "applications",
        Meaning("结转 = 上年结转", (f"{_IN}.total",)),
        Meaning("结转 = 结转下年度", (f"{_NEXT}.total",)),
        firm=False,
        strong=True,
    ),
    _phrase(r"新(?:收到?(?![及和与、]上?年?结转)|受理|接收|增)", "applications", Meaning("新收", (f"{_NEW}.total",)), strong=True),
    _phrase(
        r"收办|新收(?:到)?(?:及|和|与|、)(?:上年)?结转",
        "applications",
        Meaning("收办 = 新收 + 结转", (f"{_HANDLED}.total",)),
        strong=True,
    ),
    _phrase(
        r"(?:收到|受理)(?:并(?:已)?(?:全部)?(?:办理|答复|处理|办结)|处理)",
        "applications",
        *_received("收到并办理"),
        Meaning("收到并办理 = (七)总计", (f"{_DONE}.total",)),
        strong=True,
    ),
    _phrase(
        r"按(?:时|期|规定|要求)(?:予以)?(?:办结|答复|办理|回复|处理)|(?:及时|如期)(?:依法|按时|按期)?(?:予以)?(?:办结|答复|办理|回复)|其余",
        "applications",
        *_handled("按时办结"),
        firm=False,
        strong=True,
        part=True,
    ),
    _phrase(r"收到|受理|接收|接到|接受|收悉|收件|(?<![应征回验吸所])收(?=[^取费集录]|$)", "applications", *_received("收到")),
    _phrase(
        r"答复|回复|办复",
        "applications",
        *_handled("答复"),
        Meaning("答复 = (七)总计 − 其他处理", (f"{_DONE}.total",), ("applications.other_handling.total",)),
    ),
    _phrase(r"办结|办理(?!事项|情况)|处理(?!费|决定)|完成", "applications", *_handled("办结")),
    _phrase(
        r"申请(?:件|量|总量|数|总数|数量)?(?=(?:共计?|总计|合计|为|达到?|有|数量|的|[\s:：])*$)|依申请公开(?=(?:共计?|总计|合计|为|达到?|有|数量|的|[\s:：])*$)",
        "applications",
        *_received("申请"),
        Meaning("申请 = (七)总计", (f"{_DONE}.total",)),
        firm=False,
        bare=True,
    ),
)
"""What is said of applications as a whole."""

APPLICANTS: tuple[Phrase, ...] = tuple(
    _phrase(
        pattern,
        "applications",
        *(
            Meaning(f"{word}申请 = {name}", tuple(f"{row}.{column}" for column in columns))
            for name, row in (("新收", _NEW), ("新收 + 结转", _HANDLED), ("(七)总计", _DONE))
        ),
        firm=False,
    )
    for word, pattern, columns in (
        ("自然人", r"自然人|(?<!法人、)(?:公民|个人)(?:个人)?(?:申请|提出|提交)?(?=[^、和或法]{0,4}$)", ("natural_person",)),
        ("商业企业", r"商业企业|企业(?=(?:申请|提出|提交|的|共|有|约|近|超过?|\s)*$)", ("business",)),
        ("科研机构", r"科研机构", ("research",)),
        ("社会公益组织", r"(?:社会)?公益组织", ("public_interest",)),
        ("法律服务机构", r"法律服务机构|律师事务所", ("legal_service",)),
        ("法人或其他组织", r"(?<!公民[、,，和或及与])法人(?:或|和|及|与|、|或者)?(?:其他|其它|非法人)?(?:组织)?", _COLUMNS),
    )
)
"""What is said of the kinds of applicants; of new, of all or of decided applications, which the words rarely tell."""

REVIEWS: tuple[tuple[str, str, bool], ...] = (
    (r"(?:结果)?(?:予以)?维持(?:原?(?:具体)?行政行为|原答复|原行为|原判)?", "upheld", True),
    (r"结果纠正|(?:被)?纠正|(?:被)?纠错|败诉", "corrected", True),
    (r"(?:被)?撤销|变更|确认违法|责令(?:重新)?(?:履行|答复|作出)", "corrected", False),
    (r"其[他它](?:处理)?结果", "other", True),
    (r"撤回|撤诉|终止|驳回|调解|和解|不予受理|其[他它](?=[^,，。]{0,3}$)", "other", False),
    (
        r"尚未审结|未审结|未办结|(?:尚|仍|还)?(?:在|正在|处于)(?:审理|办理|审查)(?:过程)?(?:之?中)?|审理(?:之|过程)?中|待审结",
        "pending",
        True,
    ),
)
"""Words for the results of reviews and lawsuits, the column they stand in, and whether they name all of it."""

_GROUPS: tuple[tuple[Topic, str, tuple[str, ...]], ...] = (
    ("review", "复议", ("review_litigation.review",)),
    ("litigation", "诉讼", ("review_litigation.litigation",)),
    ("direct", "未经复议直接起诉", ("review_litigation.litigation_direct",)),
    ("after_review", "复议后起诉", ("review_litigation.litigation_after_review",)),
    ("both", "复议和诉讼", ("review_litigation.review", "review_litigation.litigation")),
)


def _reviews() -> Iterator[Phrase]:
    for topic, word, groups in _GROUPS:
        firm = topic != "both"
        for pattern, column, whole in REVIEWS:
            meaning = Meaning(f"{word}·{pattern_name(column)}", tuple(f"{group}.{column}" for group in groups))
            yield _phrase(pattern, topic, meaning, firm=firm and whole, strong=True)
        totals = tuple(f"{group}.total" for group in groups)
        pending = tuple(f"{group}.pending" for group in groups)
        whole_meaning = Meaning(f"{word} = 总计", totals)
        closed = Meaning(f"{word} = 总计 − 尚未审结", totals, pending)
        yield _phrase(r"(?<!未)(?:已)?(?:审结|办结|结案)|已审理", topic, whole_meaning, closed, firm=False, strong=True)
        yield _phrase(r"胜诉", topic, Meaning(f"{word}·维持", tuple(f"{group}.upheld" for group in groups)), firm=False, strong=True)
        yield _phrase(next(p.pattern for n, p in TOPICS if n == topic), topic, whole_meaning, closed, firm=firm)


def pattern_name(column: str) -> str:
    """A result column in the form's words."""
    return {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计"}[column]


def _proactive(form: Form) -> Iterator[Phrase]:
    old = form.key == "2019"
    for topic, row, word in (("documents", "normative_documents", "规范性文件"), ("rules", "rules", "规章")):
        stem = f"proactive.{row}"
        made = Meaning(f"{word} = {'本年新制作' if old else '本年制发'}", (f"{stem}.{'created' if old else 'issued'}",))
        held = Meaning(f"{word} = {'对外公开总数' if old else '现行有效'}", (f"{stem}.{'total_public' if old else 'in_force'}",))
        shown = (Meaning(f"{word} = 本年新公开", (f"{stem}.disclosed",)),) if old else ()
        yield _phrase(r"(?:新)?(?:制发|制作|制定|印发|出台)", topic, made, *shown)
        if not old:
            yield _phrase(r"废止", topic, Meaning(f"{word} = 本年废止", (f"{stem}.repealed",)))
        yield _phrase(r"现行有效|(?:对外)?公开[^,，。]{0,8}总数|对外公开[^,，。]{0,10}累计", topic, held)
        yield _phrase(word, topic, *(shown or (made,)), *((made,) if old else ()), held, firm=False, bare=True)
        yield _phrase(r"新?公开|发布|公布", topic, *(shown or (made,)), *((made,) if old else ()), held, firm=False)
    for topic, word in (("licensing", "行政许可"), ("penalties", "行政处罚"), ("coercion", "行政强制")):
        stem = f"proactive.{topic}"
        yield _phrase(r"处理决定(?:数量|数)?|作出[^,，。]{0,10}决定", topic, Meaning(f"{word}处理决定", (f"{stem}.decisions",)))
        yield _phrase(f"{word}(?:决定)?|{word[2:]}决定", topic, Meaning(f"{word}处理决定", (f"{stem}.decisions",)), firm=False, bare=True)
        if old:
            items = (f"{stem}.prior_items", f"{stem}.change")
            yield _phrase(
                r"事项|项目",
                topic,
                Meaning(f"{word}项目数 = 上一年 + 增减", items),
                Meaning(f"{word}处理决定", (f"{stem}.decisions",)),
                firm=False,
            )
    if old:
        yield _phrase(r"金额|资金|总额", "procurement", Meaning("采购总金额", ("proactive.procurement.amount_yuan",)), firm=False)
        yield _phrase(r"采购", "procurement", Meaning("采购项目", ("proactive.procurement.projects",)), firm=False)
    else:
        yield _phrase(r"收费|收入|金额", "fees", Meaning("行政事业性收费", ("proactive.fees.amount_wan_yuan",)), firm=False)


_LOOSE = {
    "applications.unavailable.not_held": (
        r"(?:本机关|本单位)?不掌握(?:的)?(?:相关|有关)?(?:政府)?(?:信息|情况)?"
        r"|非本(?:行政)?(?:机关|单位|部门)掌握(?:的)?(?:政府)?(?:信息)?|(?:政府)?信息不存在"
    ),
    "applications.unavailable.needs_creation": "需?(?:要)?另行制作",
    "applications.not_processed.petition": "信访举报|信访类",
}
"""More words for rows of the form; a difference under them proves nothing."""


def _outcomes(form: Form) -> Iterator[Phrase]:
    """Rows and groups of 本年度办理结果 by the wordings of the form."""
    groups: dict[str, tuple[str, str]] = {}
    for row in form.section(3):
        parts = row.path.split(".")
        if len(parts) == 3 and row.groups:
            groups.setdefault(parts[1], (row.groups[-1].text, f"applications.{parts[1]}.total"))
    for name, key in groups.values():
        yield _phrase(re.escape(name), "applications", Meaning(name, (key,)), strong=True, joins=True)
    yield _phrase(
        r"(?<!不)(?<!未)(?:予以|同意|可以|决定)公开|已公开|全部(?:予以)?公开(?=(?:的|了|共|有|答复)*$)|(?:^|(?<=[、，,：:；;（(中]))(?:全部)?公开(?=(?:的|了|共|有|答复)*$)",
        "applications",
        Meaning("予以公开", ("applications.granted.total",)),
        strong=True,
        joins=True,
    )
    yield _phrase(
        r"(?:予以|同意)?部分公开|区分处理",
        "applications",
        Meaning("部分公开", ("applications.partially_granted.total",)),
        strong=True,
        joins=True,
    )
    yield _phrase(
        r"不同意公开|拒绝公开|不公开", "applications", Meaning("不予公开", ("applications.refused.total",)), firm=False, strong=True
    )
    for row in form.section(3):
        if not row.groups or row.label.text in ("其他", "其他处理"):
            continue
        total = (f"{row.path}.total",)
        exact = sorted({_bare(text) for text in (row.label.text, *row.label.printed)}, key=len, reverse=True)
        yield _phrase("|".join(map(re.escape, exact)), "applications", Meaning(row.label.text, total), strong=True, inner=True)
        loose = [re.escape(text) for text in row.label.spoken if text not in exact]
        for pattern in ("|".join(loose), _LOOSE.get(row.path, "")):
            if pattern:
                yield _phrase(pattern, "applications", Meaning(row.label.text, total), firm=False, strong=True, inner=True)


def _bare(label: str) -> str:
    return label.split("(")[0]


@cache
def phrases_of(form: Form) -> tuple[Phrase, ...]:
    """The whole catalogue for a form, most specific first."""
    return (*_outcomes(form), *APPLICATIONS, *APPLICANTS, *_reviews(), *_proactive(form))


@cache
def by_pattern(form: Form) -> tuple[tuple[re.Pattern[str], tuple[Phrase, ...]], ...]:
    """The catalogue by pattern: words that mean the like under several topics are looked for once."""
    found: dict[re.Pattern[str], list[Phrase]] = {}
    for phrase in phrases_of(form):
        found.setdefault(phrase.pattern, []).append(phrase)
    return tuple((pattern, tuple(phrases)) for pattern, phrases in found.items())


RATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:按时|按期)?(?:办结|答复|办复|办理|回复)率"), ("rates.completed",)),
    (re.compile(r"部分公开率|公开(?:和|与|及|或)部分公开(?:的)?(?:比例|占比|率)"), ("rates.granted_or_partial",)),
    (re.compile(r"(?:予以)?(?<!不予)(?<!主动)公开率"), ("rates.granted", "rates.granted_or_partial")),
    (re.compile(r"不予公开率|拒绝率"), ("rates.refused",)),
    (re.compile(r"无法提供率"), ("rates.unavailable",)),
    (re.compile(r"复议(?:案件)?(?:被)?纠[正错]率"), ("rates.review_corrected",)),
    (re.compile(r"败诉率|诉讼(?:案件)?(?:被)?纠[正错]率"), ("rates.litigation_corrected",)),
)
"""Rates by name; never firm, since every report chooses its own denominator."""
