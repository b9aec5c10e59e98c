"""The narrative read by a model: figures that restate a metric or stand for themselves, and what the report says of itself.

One call for each part that holds numbers; the model cites sentences by number, code finds the number in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import BudgetError, ModelError
from ..forms import Form, Metric, metrics_of
from ..model import Claim, Document, Fact, Note, Stated
from .answers import complete, several
from .figures import Standing, grounded
from .log import CallLog
from .prompts import fence_for, prompt_hash, said
from .sentences import Sentence, sentences, shown, with_numbers
from .settings import Settings
from .shapes import Particular, Told
from .structured import Message
from .usage import Tally
from .wire import Errand, TransportError

PROMPTS = ("narrative", "narrative_data")
_FATAL = frozenset({"http 400", "http 401", "http 403", "http 404"})
_SELF = re.compile(r"电话|邮箱|地址|邮编|联系人|联系方式|统计期限|信息处理费|20\d\d\s*年\s*\d+\s*月\s*\d+\s*日$")
_LONGEST = 160
"""Characters of a sentence that is shown only for what the report says of itself."""
_BESIDE = 12
"""Characters between a number and the words that say what it is, at most, for one quote to hold both."""


@dataclass(frozen=True, slots=True)
class Narrative:
    """What a model read in the narrative of one report."""

    claims: tuple[Claim, ...] = ()
    """Not yet compared with the tables: every verdict is ``not_comparable``."""
    facts: tuple[Fact, ...] = ()
    stated: tuple[Stated, ...] = ()
    notes: tuple[Note, ...] = ()


def read_narrative_with_model(
    document: Document,
    parts: Sequence[tuple[str, Sequence[range]]],
    whole: range,
    form: Form,
    settings: Settings,
    *,
    log: CallLog,
    tally: Tally | None = None,
) -> Narrative:
    """Claims, facts and particulars of one report.

    ``parts`` are the parts of the narrative by name, each as stretches of lines; ``whole`` is the report's span. Raises
    TransportError when the server refuses the key, the model or the request.
    """
    settings.require()
    tally = tally or Tally()
    head = frozenset(range(whole.start, min(whole.start + 3, whole.stop)))
    jobs = [(name, found) for name, lines in parts if (found := _worth_asking(document, lines, head))]
    if not jobs:
        return Narrative()
    with ThreadPoolExecutor(max_workers=min(len(jobs), settings.concurrency)) as pool:
        results = list(pool.map(lambda job: _read(document, job[0], job[1], form, settings, log, tally), jobs))
    metrics = {short_key(key): metric for key, metric in metrics_of(form).items()}
    claims, facts = [], []
    for each in (each for one in results for each in one.standing):
        if each.figure.metric is None:
            facts.append(_fact(document, each, settings.reader))
        else:
            claims.append(_claim(document, each, metrics[each.figure.metric], settings.reader))
    stated = [_stated(document, each, sentence, settings.reader) for one in results for each, sentence in one.stated]
    notes = [note for one in results for note in one.notes]
    return Narrative(tuple(claims), tuple(facts), tuple(dict.fromkeys(stated)), tuple(notes))


@dataclass
class _Part:
    """What came of one part."""

    standing: list[Standing] = field(default_factory=list)
    stated: list[tuple[Particular, Sentence]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def _worth_asking(document: Document, lines: Sequence[range], head: frozenset[int]) -> list[Sentence]:
    """The sentences with numbers, and those in which the report says who it is: its first lines, its date, contacts, the fee."""
    found = sentences(document, lines)
    counting = {sentence.number for sentence in with_numbers(found)}
    chosen = []
    for sentence in found:
        own = _SELF.search(sentence.text) or document.line_at(sentence.offsets[0]) in head
        if sentence.number in counting:
            chosen.append(sentence)
        elif own:
            chosen.append(Sentence(sentence.number, sentence.text[:_LONGEST], sentence.offsets[:_LONGEST]))
    return chosen


def messages_for(found: Sequence[Sentence], form: Form) -> list[Message]:
    """The messages that ask about some sentences."""
    text = shown(found)
    return said(*PROMPTS, text=text, fence=fence_for(text), metrics=metrics_for(text, form))


def short_key(key: str) -> str:
    """A metric's key as the prompt writes it, without the name of its table."""
    table, _, rest = key.partition(".")
    return key if table == "rates" else rest


def metrics_for(text: str, form: Form) -> list[tuple[str, str]]:
    """The metrics that this text may restate, by short key with a label: the sums of section three, and whatever it names."""
    keys = []
    for key, metric in metrics_of(form).items():
        table, _, rest = key.partition(".")
        name = rest.partition(".")[0]
        if table == "rates":
            wanted = "%" in text or "百分" in text or "率" in text
        elif table == "review_litigation":
            words = ("复议",) if name == "review" else ("诉讼", "起诉") if name == "litigation" else _words(key, form)
            wanted = any(word in text for word in words)
        elif not key.endswith(".total") and table == "applications":
            wanted = name == "new_received" and any(word in text for word in _words(key, form))
        else:
            sums = table == "applications" and rest.count(".") == 1 and "申请" in text
            wanted = sums or any(word in text for word in _words(key, form))
        if wanted:
            keys.append((short_key(key), metric.label.text.removesuffix("·总计").partition("(")[0]))
    return keys


def _words(key: str, form: Form) -> tuple[str, ...]:
    """The words by which a narrative calls a cell: of its row, or of its column in rows by applicant."""
    if key not in form.cells:
        return metrics_of(form)[key].label.spoken
    column, row = form.column(key).label, form.row(key).label
    label = column if key.startswith("applications.") and not key.endswith(".total") else row
    return (label.text, *label.spoken)


def _read(document: Document, name: str, found: Sequence[Sentence], form: Form, settings: Settings, log: CallLog, tally: Tally) -> _Part:
    given = {sentence.number: sentence for sentence in found}
    metrics = {short_key(key): metric for key, metric in metrics_of(form).items()}

    def check(answer: Told) -> list[str]:
        return [*grounded(answer.figures, given, metrics)[1], *filter(None, (_misquoted(each, given) for each in answer.stated))]

    def worth(answer: Told) -> int:
        return len(grounded(answer.figures, given, metrics)[0]) + sum(not _misquoted(each, given) for each in answer.stated)

    errand = Errand("narrative", f"{document.source.name} {name}", prompt_hash(*PROMPTS), tally)
    try:
        result = complete(messages_for(found, form), Told, settings, log, errand=errand, check=check, worth=worth)
    except ModelError as error:
        return _Part(notes=[_failed(errand.subject, error)])
    if result.value is None:
        return _Part(notes=[Note("llm.unusable", f"{errand.subject}：模型的回答始终不能用：{several(result.complaints)}")])
    standing, _ = grounded(result.value.figures, given, metrics)
    stated = [(each, given[each.sentence]) for each in result.value.stated if not _misquoted(each, given)]
    wrong = several(result.complaints)
    return _Part(standing, stated, [Note("llm.refused", f"{errand.subject}：模型的回答有一部分没有采用：{wrong}")] if wrong else [])


def _failed(subject: str, error: ModelError) -> Note:
    if isinstance(error, BudgetError):
        return Note("llm.budget", str(error))
    if isinstance(error, TransportError) and error.status in _FATAL:
        raise error
    return Note("llm.unreachable", f"{subject}：{error}")


def _claim(document: Document, each: Standing, metric: Metric, by: str) -> Claim:
    figure = each.figure
    place = document.place(*each.sentence.span(*_clause(each)))
    share = metric.kind == "rate"
    value = each.value / 100 if share else each.value
    if metric.key.endswith("amount_wan_yuan") and "元" in figure.unit:
        value /= Decimal(10_000)
    return Claim(
        metric=metric.key,
        value=value,
        bound=figure.bound,
        scope=figure.scope,
        quote=document.quote(place),
        place=place,
        verdict="not_comparable",
        by=by,
    )


def _fact(document: Document, each: Standing, by: str) -> Fact:
    place = document.place(*each.sentence.span(*_clause(each)))
    what = each.figure.what.strip()[:40] or each.sentence.text[max(0, each.start - 16) : each.start]
    figure = each.figure
    return Fact(what=what, value=each.value, unit=figure.unit, bound=figure.bound, quote=document.quote(place), place=place, by=by)


def _clause(each: Standing) -> tuple[int, int]:
    """The clause up to a number, stretched over the words beside it that say what it is: 1份答复被申请行政复议."""
    text = each.sentence.text
    start = max((text.rfind(mark, 0, each.start) + 1 for mark in "，,、：:；;（("), default=0)
    start, end = min(start, each.start), max(each.end, each.start + 1)
    words = each.figure.what.strip()
    spans = [(match.start(), match.end()) for match in re.finditer(re.escape(words), text)] if words else []
    near = [span for span in spans if span[0] - each.end <= _BESIDE and each.start - span[1] <= _BESIDE]
    if near:
        first, last = min(near, key=lambda span: max(span[0] - each.end, each.start - span[1]))
        start, end = min(start, first), max(end, last)
    return start, end


def _misquoted(each: Particular, given: dict[int, Sentence]) -> str:
    sentence = given.get(each.sentence)
    if sentence is None:
        return f"{each.field}：没有编号为 {each.sentence} 的句子"
    if not each.value.strip() or _found(each.value, sentence) is None:
        return f"{each.field} 写成“{each.value[:40]}”，第 {each.sentence} 句里没有这些字，请照抄"
    return ""


def _found(value: str, sentence: Sentence) -> tuple[int, int] | None:
    """Where a value stands in a sentence, white space apart; digits at its ends stand whole."""
    bare = [(sign, at) for at, sign in enumerate(sentence.text) if not sign.isspace()]
    text = "".join(sign for sign, _ in bare)
    wanted = "".join(value.split())
    at = text.find(wanted)
    while at >= 0:
        stop = at + len(wanted)
        cut = (wanted[0].isdigit() and text[at - 1 : at].isdigit()) or (wanted[-1].isdigit() and text[stop : stop + 1].isdigit())
        if not cut:
            return bare[at][1], bare[stop - 1][1] + 1
        at = text.find(wanted, at + 1)
    return None


def _stated(document: Document, each: Particular, sentence: Sentence, by: str) -> Stated:
    span = _found(each.value, sentence)
    assert span is not None
    place = document.place(*sentence.span(*span))
    return Stated(field=each.field, value="".join(each.value.split()), quote=document.quote(place), place=place, by=by)
