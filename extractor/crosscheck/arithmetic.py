"""Sums the narrative over: parts against a stated total, percentages against counts, changes against last year's report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..model import Finding, Verdict
from .claims import Statement, Tables
from .classify import classify
from .context import Spot, change_of
from .locate import Located
from .precision import same, slack_of
from .quantities import Quantity
from .rules import finding

_OPENS = re.compile(r"其中|包括|包含|分别(?:为|是)|具体为")
_REST = re.compile(r"其余|剩余|其[他它](?!处理|结果|法律)")
_GLUE = re.compile(r"[、,，;；和及]|以及")
_BARE_SHARE = re.compile(r"^[、,，(（]?\s*(?:占|占比|占总数|占全部|占总量)(?:的|为|达到?|约|[:：\s])*$")
_COMPARED = re.compile(r"同比|环比|较|比(?!例)|与|相比")
_NAMELESS = re.compile(r"[\s,，、]*(?:数量|总量|申请量|总数|件数|数)?")
_NOT_EXACT = frozenset({"about", "more_than", "less_than", "at_least", "at_most"})


@dataclass(frozen=True, slots=True)
class PartSum:
    """A stated total and the parts that follow it."""

    total: Spot
    parts: tuple[Spot, ...]


def check_parts(all_spots: Sequence[Spot], located: Located, told: Collection[int] = ()) -> Iterator[Finding]:
    """Lists opened by 其中 whose parts cannot make up the total that they are said to make up.

    ``told`` are the starts of quantities that speak of the form's own places: the tables check those better.
    """
    for one in part_sums(all_spots):
        if any(part.quantity.start in told for part in one.parts):
            continue
        total, numbers = one.total.quantity, [part.quantity.value for part in one.parts]
        stated, added = total.value, sum(numbers, Decimal(0))
        closed = bool(_REST.search(one.parts[-1].before))
        slack = slack_of([total, *(part.quantity for part in one.parts)])
        if stated < max(numbers) or abs(added - stated) <= slack or (added < stated and not closed) or _nested(numbers, stated):
            continue
        if len(numbers) < 2:
            continue
        terms = " + ".join(f"{number:f}" for number in numbers)
        head = located.quote(one.total.clause[0], one.total.quantity.end)
        tail = located.quote(one.parts[0].clause[0], one.parts[-1].quantity.end)
        line = head.place.line if head.place else located.passage.place.line
        yield finding(
            "narrative.parts",
            f"第 {line} 行所说总数为 {stated:f} {total.unit}，分项 {terms} = {added:f} (parts add up to {added:f}, total says {stated:f})",
            quotes=(head, tail),
            suggestion=f"核对各分项，或把总数 {stated:f} 改为 {added:f}",
        )


def part_sums(all_spots: Sequence[Spot]) -> Iterator[PartSum]:
    """Every “共 T，其中 a、b、c” of a passage: one list of like things in one sentence, its total just before it."""
    for index, first in enumerate(all_spots):
        opened = _OPENS.search(first.text[max(first.sentence[0], all_spots[index - 1].quantity.end if index else 0) : first.quantity.start])
        if index == 0 or not opened or not _like(all_spots[index - 1].quantity, first.quantity):
            continue
        total = all_spots[index - 1]
        gap = first.text[total.quantity.end : first.quantity.start]
        if len(gap) > 40 or gap.count("。") > 1 or total.quantity.bound in _NOT_EXACT or total.quantity.low is not None:
            continue
        if "。" in gap and not re.match(r"[^。]{0,3}。\s*(?:其中|包括|分别)", gap):
            continue
        parts = [first]
        for other in all_spots[index + 1 :]:
            between = other.text[parts[-1].quantity.end : other.quantity.start]
            if other.sentence != first.sentence or _OPENS.search(between) or re.search(r"[;；(（)）。]", between):
                break
            if other.quantity.unit == "%" and _BARE_SHARE.match(between):
                continue
            if not _like(first.quantity, other.quantity) or not _GLUE.match(between.strip()):
                break
            parts.append(other)
        if all(part.quantity.bound == "exact" and part.quantity.low is None and not change_of(part) for part in parts):
            yield PartSum(total, tuple(parts))


def _like(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities count the same kind of thing."""
    same = {"件": "件", "份": "件", "宗": "件", "起": "件", "条": "条", "篇": "条", "": "件"}
    return same.get(first.unit, first.unit) == same.get(second.unit, second.unit) and first.unit not in ("%", "元")


def _nested(numbers: Sequence[Decimal], total: Decimal) -> bool:
    """Whether the list may hold parts of parts or two ways of dividing, so that its sum proves nothing."""
    for cut in range(1, len(numbers)):
        if sum(numbers[:cut], Decimal(0)) == total or sum(numbers[cut:], Decimal(0)) == total:
            return True
    for index, number in enumerate(numbers):
        rest = sum(numbers, Decimal(0)) - number
        if rest == total and len(numbers) > 2:
            return True
        for width in range(2, len(numbers) - index):
            if sum(numbers[index + 1 : index + 1 + width], Decimal(0)) == number and number:
                return True
    return False


def check_shares(all_spots: Sequence[Spot], located: Located, tables: Tables) -> Iterator[Finding]:
    """“N 件，占 P%” whose percentage no total in the text or the tables can explain."""
    wholes = {Decimal(value) for value in _wholes(tables) if value}
    for index, spot in enumerate(all_spots[1:], start=1):
        share, count = spot.quantity, all_spots[index - 1]
        between = spot.text[count.quantity.end : share.start]
        if share.unit != "%" or share.bound != "exact" or share.low is not None or not _BARE_SHARE.match(between.strip()):
            continue
        if count.quantity.unit in ("%", "元") or count.quantity.bound != "exact" or count.sentence != spot.sentence:
            continue
        before = [
            other
            for other in all_spots[: index - 1]
            if _like(other.quantity, count.quantity) and other.quantity.end > count.sentence[0] - 120
        ]
        stated = [other.quantity.value for other in before]
        bases = {base: Decimal(0) for base in wholes} | {other.quantity.value: slack_of([other.quantity]) for other in before}
        slack = slack_of([count.quantity])
        usable = {base: off for base, off in bases.items() if base and base + off >= count.quantity.value - slack}
        listed = bool(before) and re.search(r"共|总|其中|分别|按", spot.text[before[0].clause[0] : count.quantity.start])
        if not listed or any(_is_share(share, count.quantity.value, base, slack, off) for base, off in usable.items()):
            continue
        base = max(stated)
        exact = count.quantity.value * 100 / base
        printed = exact.quantize(min(share.step, Decimal("0.1")))
        line = located.place(spot.clause[0], share.end).line
        yield finding(
            "narrative.share",
            f"第 {line} 行 {count.quantity.value:f} 写作占 {share.value:f}%，按文中总数 {base:f} 应为 {printed:f}%"
            f" ({count.quantity.value:f} of {base:f} is {printed:f} %, not {share.value:f} %)",
            quotes=(located.quote(count.clause[0], share.end),),
            suggestion="核对数量、总数和百分比，文中和表中的总数都不能得出这个比例",
        )


def _wholes(tables: Tables) -> Iterator[int | Decimal | None]:
    for key in (
        "applications.new_received.total",
        "applications.handled.total",
        "applications.outcomes_total.total",
        "review_litigation.review.total",
        "review_litigation.litigation.total",
    ):
        yield tables.metrics[key].value(tables.values)


def _is_share(share: Quantity, part: Decimal, whole: Decimal, part_off: Decimal, whole_off: Decimal) -> bool:
    """Within one unit of the last printed digit: shares are rounded, cut off, or nudged so that they add up to 100.

    A part or a whole told in 万 may itself be off by as much as its last digit is worth.
    """
    least, most = (part - part_off) * 100 / (whole + whole_off), (part + part_off) * 100 / max(whole - whole_off, Decimal(1))
    return least - share.step <= share.value <= most + share.step


def check_changes(
    all_spots: Sequence[Spot], found: Sequence[Statement], located: Located, tables: Tables, previous: Tables | None
) -> Iterator[tuple[Spot, str, Verdict, Finding | None]]:
    """Changes against last year: (where, metric, verdict, finding). Without last year's report nothing is judged."""
    for spot in all_spots:
        sign = change_of(spot)
        if not sign or (spot.quantity.unit != "%" and spot.quantity.unit not in ("件", "份", "宗", "条", "项", "个", "起")):
            continue
        base = _base(spot, found, located, tables)
        if base is None:
            continue
        meanings = base.about.meanings
        metric = meanings[0].plus[0]
        if previous is None:
            yield spot, metric, "not_comparable", None
            continue
        changes = []
        for meaning in meanings:
            now, before = tables.value(meaning), previous.value(meaning)
            if now is not None and before is not None:
                changes.append((now, before))
        verdict: Verdict = "not_comparable"
        problem: Finding | None = None
        if any(_is_change(spot.quantity, sign, now, before) for now, before in changes):
            verdict = "agrees"
        elif changes and base.about.firm and spot.quantity.bound == "exact" and base.scope == "own":
            now, before = changes[0]
            verdict, problem = "contradicts", _wrong_change(spot, located, sign, now, before)
        yield spot, metric, verdict, problem


def _base(spot: Spot, found: Sequence[Statement], located: Located, tables: Tables) -> Statement | None:
    """The statement whose change it is: what its own clause names, or the one just before it in the same sentence."""
    named = _COMPARED.split(spot.before)[0]
    if len(named) >= 2:
        bare = replace(spot, quantity=replace(spot.quantity, unit="件"), before=named, after="")
        abouts = classify(bare, " ".join(located.passage.heading[-1:]), tables.form, tables.report.year, changed=True)
        if abouts:
            return Statement(spot, abouts[0], located, "own", "")
        if not _NAMELESS.fullmatch(named.strip()):
            return None
    near = [one for one in found if one.spot.sentence == spot.sentence and one.spot.quantity.end <= spot.quantity.start]
    if not near:
        return None
    last = max(near, key=lambda one: one.spot.quantity.end)
    between = spot.text[last.spot.quantity.end : spot.quantity.start]
    return last if len(between) <= 24 and last.spot.quantity.unit != "%" else None


def _is_change(quantity: Quantity, sign: int, now: Decimal, before: Decimal) -> bool:
    if quantity.unit == "%" and before == 0:
        return True
    exact = (now - before) * 100 / before if quantity.unit == "%" else now - before
    return same(sign * quantity.value, quantity.step, exact)


def _wrong_change(spot: Spot, located: Located, sign: int, now: Decimal, before: Decimal) -> Finding:
    share = spot.quantity.unit == "%"
    right = (now - before) * 100 / before if share else now - before
    shown = f"{right.quantize(Decimal('0.01')):f}%" if share else f"{right:f}"
    said = f"{sign * spot.quantity.value:f}{'%' if share else ''}"
    quote = located.quote(spot.clause[0], spot.quantity.end)
    line = quote.place.line if quote.place else 0
    return finding(
        "narrative.year_on_year",
        f"第 {line} 行写变化为 {said}，上年报告为 {before:f}、本年为 {now:f}，应为 {shown} ({shown}, not {said})",
        quotes=(quote,),
        suggestion="核对上年报告和同比口径",
    )
