"""Questions about one generated report, with answers taken from its label and the places they rest on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from extractor.forms import metrics_of

from .label import Label, Question, Support
from .world import Figures

_METRICS = (
    ("applications.new_received.total", ("新收政府信息公开申请多少件", "本年新收了多少件申请")),
    ("applications.carried_in.total", ("上年结转的申请有多少件",)),
    ("applications.carried_forward.total", ("结转下年度继续办理的申请有多少件",)),
    ("applications.outcomes_total.total", ("办理结果总计多少件", "一共办结多少件申请")),
    ("applications.granted.total", ("予以公开的有多少件",)),
    ("applications.partially_granted.total", ("部分公开了多少件",)),
    ("applications.refused.total", ("不予公开的一共多少件", "拒绝公开了多少件")),
    ("applications.unavailable.total", ("无法提供的一共多少件",)),
    ("applications.unavailable.not_held.total", ("因本机关不掌握相关信息而无法提供的有多少件",)),
    ("applications.new_received.natural_person", ("自然人提出的新收申请有多少件",)),
    ("applications.new_received.business", ("商业企业提出的新收申请有多少件",)),
    ("review_litigation.review.total", ("因信息公开引起的行政复议有多少件",)),
    ("review_litigation.review.corrected", ("行政复议被纠正的有几件",)),
    ("review_litigation.litigation.total", ("信息公开行政诉讼一共几件",)),
    ("proactive.penalties.decisions", ("行政处罚处理决定有多少",)),
    ("proactive.licensing.decisions", ("行政许可处理决定有多少",)),
)

_UNANSWERABLE = (
    ("{agency}{year}年政府信息公开工作经费是多少？", "not_in_form"),
    ("{agency}{year}年外国人提出的申请有多少件？", "not_in_form"),
    ("{agency}{year}年平均多少天答复一件申请？", "not_in_form"),
    ("{agency}2005年新收申请多少件？", "other_year"),
    ("{agency}的信息公开工作做得比邻近地区更有诚意吗？", "opinion"),
    ("澜山国防部{year}年新收申请多少件？", "other_agency"),
)


def ask_about(rng: np.random.Generator, figures: Figures, label: Label) -> tuple[Question, ...]:
    """Some questions about the report: values, one on a fact of the narrative, and one that it cannot answer."""
    return tuple(_asked(rng, figures, label))


def _asked(rng: np.random.Generator, figures: Figures, label: Label) -> Iterator[Question]:
    agency, year, stem = figures.agency.name, figures.year, label.source.partition("_")[0]
    if label.form:
        values, known = label.values, metrics_of(figures.form)
        for number in rng.permutation(len(_METRICS))[:3]:
            key, wordings = _METRICS[int(number)]
            metric = known[key]
            answer = metric.value(values)
            support = tuple(Support(source=label.source, cell=term) for term in metric.terms)
            yield Question(
                id=f"{stem}-{number}", text=f"{agency}{year}年{rng.choice(list(wordings))}？", route="records",
                slots={"metric": key, "agency": agency, "year": year}, answer=answer, unit=metric.label.unit, support=support,
                answerable=answer is not None, why="" if answer is not None else "blank",
            )  # fmt: skip
    if label.facts:
        fact = label.facts[int(rng.integers(len(label.facts)))]
        if fact.bound == "exact" and sum(other.what == fact.what for other in label.facts) == 1:
            yield Question(
                id=f"{stem}-fact", text=f"{agency}{year}年{fact.what}有多少{fact.unit}？", route="narrative", kind="passage",
                slots={"agency": agency, "year": year}, answer=fact.value, unit=fact.unit,
                support=(Support(source=label.source, start=fact.start, end=fact.end),),
            )  # fmt: skip
    text, why = _UNANSWERABLE[int(rng.integers(len(_UNANSWERABLE)))]
    route = "out_of_scope" if why == "opinion" else "records"
    yield Question(id=f"{stem}-none", text=text.format(agency=agency, year=year), route=route, answerable=False, why=why)
