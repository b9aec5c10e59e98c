"""Sentences that state a report's figures in the phrases of published reports, each labelled with what it claims.

A phrase can mean more than one thing (收到 = 新收, or 新收 + 结转); whatever is chosen, the label names the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from extractor.forms import Metric, metrics_of
from extractor.model import Verdict

from .label import Contradiction, LabelClaim, LabelFact
from .numbers import Stated, money, percent, state
from .sheet import Marks
from .world import Figures, rng_for

NEW, CARRIED, HANDLED = "applications.new_received.total", "applications.carried_in.total", "applications.handled.total"
OUTCOMES, FORWARD = "applications.outcomes_total.total", "applications.carried_forward.total"
REVIEW, LITIGATION = "review_litigation.review", "review_litigation.litigation"


class Teller:
    """Tells the figures of one report; every clause it returns carries the marks of its label."""

    def __init__(self, rng: np.random.Generator, figures: Figures, marks: Marks, *, wrong: int = 0) -> None:
        self.rng = rng
        self.more = rng_for("further", figures.agency.name, figures.year)
        self.figures = figures
        self.marks = marks
        self.wrong = wrong
        """How many claims still have to be told wrongly (the agency's own mistakes)."""
        self.metrics: dict[str, Metric] = metrics_of(figures.form)
        self.unit = str(rng.choice(["件", "件", "件", "宗", "份"]))
        self.space = " " if rng.random() < 0.35 else ""

    # ------------------------------------------------------------------ words
    def pick(self, *words: str) -> str:
        """One of the words."""
        return str(self.rng.choice(list(words)))

    def value(self, metric: str) -> int | Decimal | None:
        """A metric's true value in this report."""
        return self.metrics[metric].value(self.figures.values)

    def number(self, stated: Stated, unit: str) -> str:
        """The number with its unit, spaced as this report does it."""
        return f"{self.space}{stated.text}{self.space}{unit}"

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return bool(self.rng.random() < share)

    # ------------------------------------------------------------------ claims
    def claim(self, template: str, metric: str, *, also: tuple[str, ...] = (), reading: str = "", value: int | None = None) -> str:
        """A clause with ``{}`` for the number; told wrongly when a mistake is due and no reading would excuse it."""
        told = self.value(metric) if value is None else value
        if not isinstance(told, int):
            return ""
        verdict: Verdict = "explained" if value is not None and value != self.value(metric) else "agrees"
        stated = state(self.rng, told)
        mistaken = False
        if self.wrong and told > 3 and stated.bound == "exact" and self.chance(0.5):
            off = told + int(self.rng.choice([-2, -1, 1, 2, 10]))
            readings = {self.value(key) for key in (metric, *also)} | {told} | self._excuses(metric)
            if off not in readings and off > 0:
                stated, verdict, reading, mistaken = Stated("", str(off), "", Decimal(off), "exact"), "contradicts", "", True
                self.wrong -= 1
        label = LabelClaim(
            metric=metric, also=also, value=stated.value, bound=stated.bound, verdict=verdict, reading=reading,
            table_value=_decimal(self.value(metric)), start=0, end=0,
        )  # fmt: skip
        payload: LabelClaim | tuple[LabelClaim, Contradiction] = label
        if mistaken:
            payload = (label, Contradiction(kind="narrative", cells=self.metrics[metric].terms))
        return self.marks.wrap(template.format(self.number(stated, self.unit)), payload)

    def _excuses(self, metric: str) -> set[int | Decimal | None]:
        """Other values that usage would excuse: 收办 or 办结 as any of the four, disputes without those still pending."""
        if metric in (NEW, HANDLED, OUTCOMES):
            return {self.value(key) for key in (NEW, HANDLED, OUTCOMES)}
        group, _, column = metric.rpartition(".")
        total, pending = self.value(metric), self.metrics.get(f"{group}.pending")
        left_out = pending.value(self.figures.values) if pending and column == "total" else None
        return {total - left_out} if isinstance(total, int) and isinstance(left_out, int) else set()

    def aside(self, template: str, metric: str, value: Decimal, unit: str, scope: str) -> str:
        """A clause about a metric of another year, of a sub-unit, or about its change."""
        label = LabelClaim(metric=metric, value=value, scope=scope, verdict="not_comparable", start=0, end=0, optional=True)
        text = f"{value}{unit}" if unit != "%" else percent(abs(value))[0]
        return self.marks.wrap(template.format(f"{self.space}{text}"), label)

    def fact(self, template: str, number: int, unit: str, what: str) -> str:
        """A clause about a quantity that no table holds."""
        stated = state(self.rng, number, rounding=0.35)
        label = LabelFact(value=stated.value, unit=unit, bound=stated.bound, what=what, start=0, end=0)
        return self.marks.wrap(template.format(self.number(stated, unit)), label)

    # ------------------------------------------------------------------ sentences
    def applications(self) -> list[str]:
        """What section one says about applications."""
        new, carried = self.value(NEW), self.value(CARRIED)
        assert isinstance(new, int)
        assert isinstance(carried, int)
        whole = self.pick("全年", f"{self.figures.year}年", "本年度", "一年来", f"{self.figures.year}年，{self.figures.agency.short}")
        if new + carried == 0:
            nothing = LabelClaim(metric=NEW, also=(HANDLED,), value=Decimal(0), verdict="agrees", start=0, end=0, optional=True)
            return [self.marks.wrap(f"{whole}{self.pick('未收到', '没有收到')}{self.pick('政府信息公开申请', '依申请公开件')}。", nothing)]
        told = [self._received(whole, new, carried)]
        if self.chance(0.75):
            told.append(self._handled(new, carried))
        if self.chance(0.55):
            told.append(self._outcomes())
        if self.chance(0.3):
            told.append(self._rate())
        if self.chance(0.35) and self.figures.before:
            told.append(self._compared(new))
        if self.figures.units and self.chance(0.5):
            told.append(self._units())
        return [sentence for sentence in (*told, *self._further(new, carried, told)) if sentence]

    def _further(self, new: int, carried: int, told: list[str]) -> list[str]:
        """More ways to say it, from a random source of their own: adding one leaves every other sentence as it was."""
        main, self.rng = self.rng, self.more
        try:
            if carried and self.chance(0.2):
                told[0] = self._added_up()
            told[:] = [self._reworded(sentence) for sentence in told]
            sentences = [self._applicants()] if self.chance(0.3) else []
            return [*sentences, self._reasons()] if self.chance(0.35) else sentences
        finally:
            self.rng = main

    def _reworded(self, text: str) -> str:
        """Other words for the same, in some reports."""
        swaps = (("结转至下年度", "结转下年"), ("结转下年度继续办理", "结转下一年度办理"))
        return next((text.replace(old, new) for old, new in swaps if old in text and self.chance(0.3)), text)

    def _added_up(self) -> str:
        """Both parts of what was to be handled, then their sum."""
        first = self.claim(f"{self.pick('全年', '本年度')}新收{self.pick('信息公开申请', '公众提出的申请')}{{}}", NEW)
        second = self.claim(self.pick("加上上年结转的{}", "连同上年结转{}"), CARRIED)
        return f"{first}，{second}，{self.claim('共{}', HANDLED, reading='new_received + carried_in')}。"

    def _received(self, whole: str, new: int, carried: int) -> str:
        subject = self.pick("政府信息公开申请", "信息公开申请", "依申请公开", "政府信息依申请公开申请")
        way = self.rng.integers(4)
        ambiguous = (HANDLED,)
        if way == 0:  # 收办 is always 新收 + 结转
            reading = "new_received + carried_in"
            text = self.claim(f"{whole}共{self.pick('收办', '新收及结转')}{subject}{{}}", HANDLED, reading=reading)
            if self.chance(0.7):
                text += f"，其中{self.claim('新收{}', NEW)}、{self.claim(self.pick('上年结转{}', '上年度结转{}', '结转上年{}'), CARRIED)}"
            return f"{text}。"
        verb = self.pick("收到", "受理", "共受理", "共收到")
        if way == 1 and carried:  # 收到 may stand for 新收 + 结转
            reading = "new_received + carried_in"
            text = self.claim(f"{whole}{verb}{subject}{{}}", NEW, also=ambiguous, reading=reading, value=new + carried)
            return f"{text}（{self.pick('含', '包括')}{self.claim('上年结转{}', CARRIED)}）。" if self.chance(0.6) else f"{text}。"
        verb = self.pick(verb, "新收", "新收到")
        also = () if verb.startswith("新") else ambiguous
        text = self.claim(f"{whole}{verb}{subject}{{}}", NEW, also=also, reading="new_received")
        if carried and self.chance(0.6):
            text += "，" + self.claim(self.pick("上年结转{}", "上年度结转{}", "结转上年申请{}"), CARRIED)
        return f"{text}。"

    def _handled(self, new: int, carried: int) -> str:
        verb = self.pick("办结", "答复", "办理", "已办结", "按时办结", "依法答复")
        whole_pool = new + carried != self.value(OUTCOMES) and self.chance(0.2) and verb in ("办理", "答复")
        if whole_pool:
            reading = "new_received + carried_in"
            text = self.claim(f"{verb}{{}}", OUTCOMES, also=(HANDLED,), reading=reading, value=new + carried)
        else:
            text = self.claim(f"{verb}{{}}", OUTCOMES, also=(HANDLED,), reading="outcomes_total")
        if self.value(FORWARD) and self.chance(0.6):
            text += "，" + self.claim(
                self.pick("结转下年度继续办理{}", "{}结转下年", "结转至下年度{}", "结转下年{}", "另有{}结转下一年度办理"), FORWARD
            )
        return f"{self.pick('', '其中，', '截至年底，')}{text}。"

    def _outcomes(self) -> str:
        order = [
            ("予以公开{}", "applications.granted.total"),
            ("部分公开{}", "applications.partially_granted.total"),
            ("不予公开{}", "applications.refused.total"),
            ("无法提供{}", "applications.unavailable.total"),
            ("不予处理{}", "applications.not_processed.total"),
            ("其他处理{}", "applications.other_handling.total"),
        ]
        chosen = [(text, key) for text, key in order if self.value(key) or self.chance(0.15)]
        if not chosen:
            return ""
        if self.chance(0.4):
            chosen = chosen[: max(1, len(chosen) - 1)]
        clauses = self.pick("、", "，").join(self.claim(text, key) for text, key in chosen)
        return f"{self.pick('从办理结果看，', '按结果分，', '其中：', '答复结果为：')}{clauses}。"

    def _applicants(self) -> str:
        natural, business = "applications.new_received.natural_person", "applications.new_received.business"
        if not self.value(natural):
            return ""
        text = self.claim(self.pick("自然人提出{}", "自然人申请{}", "来自自然人的{}"), natural)
        if self.value(business):
            text += "、" + self.claim(self.pick("商业企业提出{}", "商业企业{}", "企业申请{}"), business)
        return f"{self.pick('新收申请中，', '按申请人分，', '从申请主体看，')}{text}。"

    def _reasons(self) -> str:
        order = [
            (("本机关不掌握相关信息{}", "因不掌握相关信息无法提供{}", "不掌握{}"), "applications.unavailable.not_held.total"),
            (("没有现成信息需要另行制作{}", "需另行制作{}"), "applications.unavailable.needs_creation.total"),
            (("属于信访举报投诉类{}", "信访举报投诉类申请{}"), "applications.not_processed.petition.total"),
            (("重复申请{}",), "applications.not_processed.duplicate.total"),
            (("涉及第三方合法权益{}", "保护第三方合法权益{}"), "applications.refused.third_party_rights.total"),
            (("属于过程性信息{}", "属于四类过程性信息{}"), "applications.refused.process_information.total"),
            (("属于国家秘密{}",), "applications.refused.state_secret.total"),
        ]
        chosen = [(self.pick(*texts), key) for texts, key in order if self.value(key)][: int(self.rng.integers(1, 4))]
        if not chosen:
            return ""
        lead = self.pick("未能公开的主要原因：", "不能公开的情形包括：", "其中，")
        return lead + "、".join(self.claim(text, key) for text, key in chosen) + "。"

    def _rate(self) -> str:
        key, text = [("rates.granted", "予以公开率为{}"), ("rates.completed", "办结率{}"), ("rates.unavailable", "无法提供率{}")][
            int(self.rng.integers(3))
        ]
        share = self.value(key)
        if share is None:
            return ""
        printed, stated = percent(Decimal(share), int(self.rng.integers(0, 3)))
        label = LabelClaim(
            metric=key, value=stated, verdict="agrees", table_value=Decimal(share).quantize(Decimal("0.000001")), start=0, end=0
        )
        return self.marks.wrap(text.format(printed), label) + "。"

    def _compared(self, new: int) -> str:
        before = self.figures.before[NEW]
        if not isinstance(before, int) or not before:
            return ""
        if self.chance(0.3):
            return self.aside("上一年度为{}", NEW, Decimal(before), self.unit, "previous") + "。"
        share = percent(Decimal(new - before) / before)[1]
        word = self.pick("同比增长{}", "较上年增长{}") if share >= 0 else self.pick("同比下降{}", "较上年减少{}")
        return self.aside(f"新收申请{word}", NEW, share, "%", "change") + "。"

    def _units(self) -> str:
        parts = [
            self.aside(f"{name.removeprefix(self.figures.agency.region)}{{}}", NEW, Decimal(str(values[NEW])), self.unit, "unit")
            for name, values in self.figures.units
        ]
        return f"从受理单位看，{'、'.join(parts)}。"

    def disputes(self) -> list[str]:
        """What section one says about review and litigation."""
        return [text for text in (self._dispute(REVIEW), self._dispute(LITIGATION)) if text]

    def _dispute(self, group: str) -> str:
        total, pending = self.value(f"{group}.total"), self.value(f"{group}.pending")
        name = self.pick("行政复议", "行政复议案件") if group == REVIEW else self.pick("行政诉讼", "行政诉讼案件")
        if not isinstance(total, int) or not isinstance(pending, int):
            return ""
        if total == 0:
            if self.chance(0.5):
                return ""
            none = LabelClaim(metric=f"{group}.total", value=Decimal(0), verdict="agrees", start=0, end=0, optional=True)
            return self.marks.wrap(f"{self.pick('未发生', '没有发生')}因信息公开引发的{name}。", none)
        lead = self.pick("因政府信息公开", "涉及政府信息公开的", "全年信息公开类")
        if pending and total > pending and self.chance(0.3):  # leaves out what is not decided yet
            return self.claim(f"{lead}{name}已审结{{}}", f"{group}.total", reading="total - pending", value=total - pending) + "。"
        text = self.claim(f"{lead}{name}{{}}", f"{group}.total")
        if self.chance(0.5):
            parts: list[tuple[str, str]] = [
                ("结果维持{}", "upheld"),
                ("结果纠正{}", "corrected"),
                ("其他结果{}", "other"),
                ("尚未审结{}", "pending"),
            ]
            text += "，其中" + "、".join(self.claim(word, f"{group}.{key}") for word, key in parts)
        elif group == LITIGATION and self.chance(0.5):
            direct, after = "review_litigation.litigation_direct.total", "review_litigation.litigation_after_review.total"
            text += f"（{self.claim('未经复议直接起诉{}', direct)}，{self.claim('复议后起诉{}', after)}）"
        return f"{text}。"

    def proactive(self) -> list[str]:
        """What section one says about section two's figures."""
        values = self.figures.values
        if self.figures.form.key == "2021":
            stem = "proactive.normative_documents"
            options: list[Callable[[], str]] = [
                lambda: self.claim(f"{self.pick('制发', '印发')}行政规范性文件{{}}", f"{stem}.issued"),
                lambda: self.claim("废止行政规范性文件{}", f"{stem}.repealed"),
                lambda: self.claim("现行有效行政规范性文件{}", f"{stem}.in_force"),
                lambda: self.claim("作出行政许可处理决定{}", "proactive.licensing.decisions"),
                lambda: self.claim("作出行政处罚决定{}", "proactive.penalties.decisions"),
            ]
            fee = values["proactive.fees.amount_wan_yuan"]
            if fee:
                options.append(
                    lambda: self._amount("行政事业性收费金额{}", "proactive.fees.amount_wan_yuan", Decimal(fee), Decimal(fee) * 10_000)
                )
        else:
            stem = "proactive.normative_documents"
            options = [
                lambda: self.claim("新制作规范性文件{}", f"{stem}.created"),
                lambda: self.claim("主动公开规范性文件总数{}", f"{stem}.total_public"),
                lambda: self.claim("作出行政许可决定{}", "proactive.licensing.decisions"),
            ]
            spent = values["proactive.procurement.amount_yuan"]
            if spent:
                options.append(
                    lambda: self._amount("政府集中采购总金额{}", "proactive.procurement.amount_yuan", Decimal(spent), Decimal(spent))
                )
        chosen = self.rng.permutation(len(options))[: int(self.rng.integers(0, 4))]
        clauses = [clause for clause in (options[int(number)]() for number in chosen) if clause]
        return ["，".join(clauses) + "。"] if clauses else []

    def _amount(self, template: str, metric: str, value: Decimal, yuan: Decimal) -> str:
        label = LabelClaim(metric=metric, value=value, verdict="agrees", table_value=value, start=0, end=0)
        return self.marks.wrap(template.format(money(self.rng, yuan)), label)


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
