"""Results in words: templates that state numbers, order, ties, the state of the cells and what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from .answer import Citation, Claim, Notebook, Value, marks
from .ground import untraced
from .query import Query, known_to, metric
from .records import SHOWN, CellRef, Coverage, Result, Row
from .strings import mark, say, why


class Renderer:
    """Writes the claims of one answer in one language."""

    def __init__(self, english: bool, notebook: Notebook) -> None:
        self.english = english
        self.notebook = notebook

    # ------------------------------------------------------------------ names and numbers
    def name(self, key: str) -> str:
        """What a metric is called."""
        known = metric(key)
        if self.english:
            return re.sub(r", total$", "", known.label.english)
        text = re.sub(r"\(.*?\)", "", known.label.text)
        if key == "applications.outcomes_total.total":
            return "办理结果总计"
        if key.startswith("review_litigation.") and key.endswith(".total"):
            return text.removesuffix("·总计") + "总数"
        text = text.replace("总计·", "办理结果总计·") if key.startswith("applications.outcomes_total.") else text
        return text.removesuffix("·总计")

    def number(self, value: Decimal, key: str) -> str:
        """A value with its unit."""
        if metric(key).kind == "rate":
            return percent(value)
        text = f"{value:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if self.english else f" {text} {metric(key).label.unit}"

    def agency(self, row: Row | CellRef) -> str:
        """An agency's name with the space that the language needs."""
        return row.agency

    def year(self, year: int | None) -> str:
        """A year as part of a sentence."""
        return "" if year is None else f" {year}" if self.english else f"{year}年"

    def scope(self, query: Query) -> str:
        """The scope of a query in words: years, places, kinds of agency."""
        years = "、".join(map(str, query.years)) if not self.english else ", ".join(map(str, query.years))
        parts = [f"{years}年" if years and not self.english else years]
        if query.agencies and len(query.agencies) <= 4:
            parts.append(("、" if not self.english else ", ").join(query.agencies))
        if query.region:
            parts.append(query.region)
        if query.unit and not self.english:
            parts.append(f"各{query.unit}")
        text = (" " if self.english else "").join(part for part in parts if part)
        return f"{text}: " if text and self.english else text

    # ------------------------------------------------------------------ claims
    def claims(self, result: Result) -> tuple[list[Claim], list[Value]]:
        """The claims a result supports, and their numbers; numbers that the cells do not bear out are left out."""
        kind = result.query.kind
        if not result.query.metrics:
            return self._reports(result)
        write = {
            "value": self._values,
            "compare": self._compare,
            "trend": self._trend,
            "rank": self._rank,
            "sum": self._sum,
            "share": self._share,
            "count": self._count,
            "list": self._list,
        }[kind]
        claims, values = write(result)
        claims = [claim.model_copy(update={"text": re.sub(r"(?<=[，：（]) ", "", claim.text)}) for claim in claims]
        return [claim for claim in claims if self._holds(claim, result, values)], values

    def cite(self, rows: Iterable[Row], result: Result) -> tuple[int, ...]:
        """Citations of the cells behind these rows."""
        reports = {row.report_id: row for row in rows}
        wanted = {
            (row.report_id, path)
            for row in reports.values()
            for key in dict.fromkeys((*(r.metric for r in rows if r.report_id == row.report_id), result.query.over))
            for path in _terms(key, row)
        }
        return tuple(self.notebook.cite(citation_of(cell)) for cell in result.cells if (cell.report_id, cell.path) in wanted)

    def _values(self, result: Result) -> tuple[list[Claim], list[Value]]:
        rows = [row for row in result.rows if row.value is not None]
        return [self._value(row, result) for row in rows], [_value(row) for row in rows]

    def _value(self, row: Row, result: Result) -> Claim:
        assert row.value is not None
        cited = self.cite([row], result)
        text = say(
            "value",
            self.english,
            agency=row.agency,
            year=self.year(row.year),
            name=self.name(row.metric),
            value=self.number(row.value, row.metric),
            mark=mark(row.status, self.english),
            cite=marks(cited),
        )
        return Claim(text=text, citations=cited)

    def _compare(self, result: Result) -> tuple[list[Claim], list[Value]]:
        claims, values = self._values(result)
        rows = [row for row in result.rows if row.value is not None]
        if len(rows) == 2:
            first, second = rows if len({row.year for row in rows}) == 1 else sorted(rows, key=lambda row: -(row.year or 0))
            claims.append(Claim(text=self._difference(first, second), citations=tuple(n for claim in claims for n in claim.citations)))
        return claims, values

    def _difference(self, first: Row, second: Row) -> str:
        names = [self._which(row, first, second) for row in (first, second)]
        assert first.value is not None and second.value is not None
        gap = first.value - second.value
        if not gap:
            return say("equal", self.english, first=names[0], second=names[1])
        more = ("more", "fewer")[gap < 0] if self.english else ("多", "少")[gap < 0]
        change = f"({percent(abs(gap) / second.value)})" if second.value and metric(first.metric).kind != "rate" else ""
        change = change if self.english else change.replace("(", "（").replace(")", "）")
        return say(
            "difference",
            self.english,
            first=names[0],
            second=names[1],
            more=more,
            value=self.number(abs(gap), first.metric),
            percent=change,
        )

    def _which(self, row: Row, first: Row, second: Row) -> str:
        """What tells two compared rows apart."""
        if first.agency != second.agency:
            return row.agency
        return self.year(row.year).strip() if first.year != second.year else self.name(row.metric)

    def _trend(self, result: Result) -> tuple[list[Claim], list[Value]]:
        claims: list[Claim] = []
        for agency in dict.fromkeys(row.agency for row in result.rows):
            rows = sorted((row for row in result.rows if row.agency == agency and row.value is not None), key=lambda row: row.year or 0)
            if not rows:
                continue
            joint, colon = ("; ", ": ") if self.english else ("，", "")
            items = joint.join(
                f"{self.year(row.year).strip()}{colon}{self.number(row.value, row.metric)}{mark(row.status, self.english)}"
                for row in rows
                if row.value is not None
            )
            cited = self.cite(rows, result)
            text = say("trend", self.english, agency=agency, name=self.name(rows[-1].metric), items=items + marks(cited))
            if len(rows) > 1:
                text += self._change(rows[0], rows[-1])
            claims.append(Claim(text=text, citations=cited))
        return claims, [_value(row) for row in result.rows if row.value is not None]

    def _change(self, first: Row, last: Row) -> str:
        assert first.value is not None and last.value is not None
        gap = last.value - first.value
        more = ("up", "down")[gap < 0] if self.english else ("增加", "减少")[gap < 0]
        change = f"（{percent(abs(gap) / first.value)}）" if first.value and metric(first.metric).kind != "rate" else ""
        change = change.replace("（", " (").replace("）", ")") if self.english else change
        return say(
            "change", self.english, first=first.year, last=last.year, more=more, value=self.number(abs(gap), first.metric), percent=change
        )

    def _rank(self, result: Result) -> tuple[list[Claim], list[Value]]:
        query, rows = result.query, list(result.rows)
        values = [_value(row) for row in rows]
        if query.focus and (own := [row for row in rows if row.agency == query.focus and row.value is not None]):
            return [self._place(row, result) for row in own], [_value(row) for row in own]
        if query.limit == 1:
            return [self._first(rows, result)], values
        order = (("highest first", "lowest first") if self.english else ("从高到低", "从低到高"))[query.order == "asc"]
        head = say("rank_head", self.english, scope=self.scope(query), name=self.name(query.metrics[0]), order=order)
        return [Claim(text="\n".join([head, *(self._line(row, result) for row in rows)]), citations=self.cite(rows, result))], values

    def _place(self, row: Row, result: Result) -> Claim:
        assert row.value is not None
        cited = self.cite([row], result)
        known = {
            "agency": row.agency,
            "year": self.year(row.year),
            "name": self.name(row.metric),
            "value": self.number(row.value, row.metric),
        }
        text = say("place", self.english, **known, count=result.coverage.used, place=row.place, cite=marks(cited))
        return Claim(text=text, citations=cited)

    def _first(self, rows: Sequence[Row], result: Result) -> Claim:
        query, best = result.query, rows[0]
        assert best.value is not None
        several_years = len(query.years) != 1
        names = ("、", ", ")[self.english].join(row.agency + (self.year(row.year) if several_years else "") for row in rows[:SHOWN])
        most = (("highest", "lowest") if self.english else ("最多", "最少"))[query.order == "asc"]
        if not self.english and metric(query.metrics[0]).kind == "rate":
            most = "最低" if query.order == "asc" else "最高"
        cited = self.cite(rows, result)
        key = "rank_tie" if len(rows) > 1 else "rank_one"
        value = self.number(best.value, best.metric) + mark(best.status, self.english)
        known = {"scope": self.scope(query), "name": self.name(best.metric), "most": most, "names": names, "value": value}
        return Claim(text=say(key, self.english, **known, count=len(rows), cite=marks(cited)), citations=cited)

    def _line(self, row: Row, result: Result) -> str:
        assert row.value is not None
        known = {"agency": row.agency, "year": self.year(row.year) if len(result.query.years) != 1 else ""}
        known |= {
            "value": self.number(row.value, row.metric),
            "mark": mark(row.status, self.english),
            "cite": marks(self.cite([row], result)),
        }
        return say("rank_line", self.english, place=row.place or "·", **known)

    def _sum(self, result: Result) -> tuple[list[Claim], list[Value]]:
        assert result.total is not None
        query = result.query
        total = self.number(result.total, query.metrics[0])
        cited = self.cite(result.rows, result)
        doubtful = sum(row.status in ("contested", "open") for row in result.rows)
        total += say("doubtful", self.english, count=doubtful) if doubtful else ""
        known = {"scope": self.scope(query), "name": self.name(query.metrics[0]), "value": total, "count": len(result.rows)}
        return [Claim(text=say("sum", self.english, **known, cite=marks(cited)), citations=cited)], [_whole(query, result.total)]

    def _share(self, result: Result) -> tuple[list[Claim], list[Value]]:
        claims, values = [], []
        over = result.query.over
        for row in result.rows:
            if row.value is None or not row.over or over is None:
                continue
            cited = self.cite([row], result)
            known = {"agency": row.agency, "year": self.year(row.year), "name": self.name(row.metric), "whole": self.name(over)}
            known |= {
                "share": percent(row.value / row.over),
                "part": self.number(row.value, row.metric).strip(),
                "total": self.number(row.over, over).strip(),
            }
            claims.append(
                Claim(text=say("share", self.english, **known, mark=mark(row.status, self.english), cite=marks(cited)), citations=cited)
            )
            values.append(Value(agency=row.agency, year=row.year, metric=row.metric, value=row.value / row.over))
        return claims, values

    def _condition(self, query: Query) -> str:
        name = self.name(query.metrics[0])
        if query.where is None:
            return name
        bound = self.number(query.where.value, query.metrics[0]).strip()
        words = {">": "超过", ">=": "不少于", "<": "不到", "<=": "不超过", "=": "为"}
        return f"{name} {query.where.op} {bound}" if self.english else f"{name}{words[query.where.op]} {bound} "

    def _count(self, result: Result) -> tuple[list[Claim], list[Value]]:
        assert result.total is not None
        shown = result.rows[:SHOWN]
        cited = self.cite(shown, result)
        names = ("、", ", ")[self.english].join(row.agency + (self.year(row.year) if len(result.query.years) != 1 else "") for row in shown)
        names = (f" ({names})" if self.english else f"（{names}{'等' if len(result.rows) > len(shown) else ''}）") if names else ""
        known = {"scope": self.scope(result.query), "condition": self._condition(result.query), "count": f" {result.total} "}
        return [Claim(text=say("count", self.english, **known, names=names, cite=marks(cited)), citations=cited)], [
            _whole(result.query, result.total)
        ]

    def _list(self, result: Result) -> tuple[list[Claim], list[Value]]:
        known = {"scope": self.scope(result.query), "condition": self._condition(result.query)}
        if not result.rows:
            return [Claim(text=say("none", self.english, **known))], []
        shown = result.rows[: 3 * SHOWN]
        head = say("list_head", self.english, **known, count=f" {len(result.rows)} ")
        more = [f"… {len(result.rows) - len(shown)}"] if len(result.rows) > len(shown) else []
        text = "\n".join([head, *(self._line(row, result) for row in shown), *more])
        return [Claim(text=text, citations=self.cite(shown, result))], [_value(row) for row in result.rows]

    def _reports(self, result: Result) -> tuple[list[Claim], list[Value]]:
        shown = result.rows[:SHOWN]
        names = ("、", ", ")[self.english].join(f"{row.agency}{self.year(row.year)}" for row in shown)
        names = (f" ({names})" if self.english else f"（{names}{'等' if len(result.rows) > SHOWN else ''}）") if names else ""
        scope = self.scope(result.query)
        scope = f" ({scope.rstrip(': ')})" if self.english and scope else scope
        text = say("count_reports", self.english, scope=scope, count=len(result.rows), names=names)
        return [Claim(text=text)], [_whole(result.query, Decimal(len(result.rows)))]

    # ------------------------------------------------------------------ beside the answer
    def coverage(self, coverage: Coverage) -> str:
        """What the answer could use and what is missing."""
        items = [
            f"{item.agency}{self.year(item.year)}{'：' if not self.english else ': '}{why(item.reason, self.english)}"
            for item in coverage.missing[:6]
        ]
        extra = len(coverage.missing) - 6 + coverage.more_missing
        items += [f"… {extra}"] if extra > 0 else []
        missing = say("missing", self.english, items=("；", "; ")[self.english].join(items)) if items else ""
        return say("coverage", self.english, library=coverage.library, reports=coverage.reports, used=coverage.used, missing=missing)

    def nothing(self, result: Result) -> str:
        """Why a query has no value, report by report."""
        lines = []
        for item in result.coverage.missing[:5]:
            if item.reason == "no_report":
                lines.append(say("no_report", self.english, agency=item.agency, year=self.year(item.year), held=""))
            else:
                known = {"agency": item.agency, "year": self.year(item.year), "name": self.name(result.query.metrics[0])}
                lines.append(say("no_value", self.english, **known, reason=why(item.reason, self.english)))
        return "\n".join(lines)

    def _holds(self, claim: Claim, result: Result, values: Sequence[Value]) -> bool:
        """Whether every number of a claim follows from the cells cited, computed anew."""
        return not untraced(
            _unnamed(claim.text, result), (), supported(result), (*result.query.years, *(row.year or 0 for row in result.rows))
        )


def supported(result: Result) -> set[Decimal]:
    """Every number that the cells of a result bear out: cells, metrics computed from them, sums, shares, differences, counts and places."""
    cells: dict[str, dict[str, int | Decimal | None]] = {}
    for cell in result.cells:
        cells.setdefault(cell.report_id, {})[cell.path] = cell.value
    found: set[Decimal] = {Decimal(n) for n in (result.coverage.used, result.coverage.reports, len(result.rows), result.matching)}
    computed: list[Decimal] = []
    for row in result.rows:
        known = known_to(row.metric, row.form, row.divided) if row.metric and row.form else None  # type: ignore[arg-type]
        value = known.value(cells.get(row.report_id, {})) if known else None
        if value is None:
            continue
        computed.append(Decimal(value))
        if row.place is not None:
            found.add(Decimal(row.place))
        if row.over is not None and result.query.over and row.form:
            whole = known_to(result.query.over, row.form, row.divided)  # type: ignore[arg-type]
            below = whole.value(cells.get(row.report_id, {})) if whole else None
            if below:
                found |= {Decimal(below), Decimal(value) / Decimal(below)}
    found.update(computed)
    if result.query.where:
        found.add(result.query.where.value)
    if result.query.kind == "sum" and result.total is not None:
        whole_cited = len(computed) == len(result.rows)
        found.add(sum(computed, Decimal(0)) if whole_cited else result.total)
        found.add(Decimal(sum(row.status in ("contested", "open") for row in result.rows)))
    if result.query.kind in ("compare", "trend"):
        for first in computed:
            for second in computed:
                found.add(abs(first - second))
                if second:
                    found.add(abs(first - second) / second)
    return found


def _unnamed(text: str, result: Result) -> str:
    """The text without names of agencies and metrics, whose digits are no figures."""
    for name in {row.agency for row in result.rows}:
        text = text.replace(name, "")
    return re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)


def percent(share: Decimal) -> str:
    """A share as a percentage with two decimals."""
    text = f"{share * 100:.2f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def citation_of(cell: CellRef) -> Citation:
    """The citation of a cell."""
    place = {"line": cell.line, "page": cell.page, "start": cell.start, "end": cell.end}
    quote = cell.raw if cell.raw is not None else ""
    return Citation(
        kind="cell", source=cell.source, agency=cell.agency, year=cell.year, path=cell.path, place=place, quote=quote, status=cell.status
    )


def _terms(key: str | None, row: Row) -> tuple[str, ...]:
    known = known_to(key, row.form, row.divided) if key and row.form in ("2019", "2021") else None  # type: ignore[arg-type]
    return (*known.terms, *known.over) if known else ()


def _value(row: Row) -> Value:
    return Value(agency=row.agency, year=row.year, metric=row.metric, value=row.value)


def _whole(query: Query, value: Decimal) -> Value:
    return Value(agency=None, year=None, metric=query.metrics[0] if query.metrics else "", value=value)
