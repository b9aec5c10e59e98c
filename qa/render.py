"""Results in words: templates that state numbers, order, ties, the state of the cells and what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from .answer import Claim, Notebook, Value, marks
from .holdings import described
from .proof import citation_of, holds, terms_of
from .query import Query, metric
from .records import SHOWN, Result, Row
from .shares import shares_in_order
from .strings import mark, say
from .wording import Wording, percent


class Renderer(Wording):
    """Writes the claims of one answer in one language."""

    def __init__(self, english: bool, notebook: Notebook, asked: str = "") -> None:
        super().__init__(english)
        self.notebook = notebook
        self.asked = asked
        """The question, which says whether reports, agencies or years are to be listed."""

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
            "average": self._average,
            "share": self._share,
            "count": self._count,
            "list": self._list,
        }[kind]
        claims, values = write(result)
        claims = [claim.model_copy(update={"text": re.sub(r"(?<=[，：（]) | (?=的报告)", "", claim.text)}) for claim in claims]
        return [claim for claim in claims if holds(claim, result)], values

    def cite(self, rows: Iterable[Row], result: Result) -> tuple[int, ...]:
        """Citations of the cells behind these rows."""
        rows = list(rows)
        reports = {row.report_id: row for row in rows}
        wanted = {
            (row.report_id, path)
            for row in reports.values()
            for key in dict.fromkeys((*(r.metric for r in rows if r.report_id == row.report_id), result.query.over))
            for path in terms_of(key, row)
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
        if result.query.limit == 1:
            ordered = sorted(
                (r for r in result.rows if r.value is not None), key=lambda r: r.value or 0, reverse=result.query.order == "desc"
            )
            return [self._value(row, result) for row in ordered], [_value(row) for row in ordered]
        claims, values = self._values(result)
        rows = [row for row in result.rows if row.value is not None]
        if len(rows) == 2:
            first, second = rows if rows[0].agency != rows[1].agency else sorted(rows, key=lambda row: -(row.year or 0))
            claims.append(Claim(text=self._difference(first, second), citations=tuple(n for claim in claims for n in claim.citations)))
        return claims, values

    def _difference(self, first: Row, second: Row) -> str:
        names = [self._which(row, first, second) for row in (first, second)]
        assert first.value is not None and second.value is not None
        gap = first.value - second.value
        if not gap:
            return say("equal", self.english, first=names[0], second=names[1])
        more = ("more", "fewer")[gap < 0] if self.english else ("多", "少")[gap < 0]
        more = more if metric(first.metric).kind != "rate" else ("higher", "lower")[gap < 0] if self.english else ("高", "低")[gap < 0]
        change = f"({percent(abs(gap) / second.value)})" if second.value and metric(first.metric).kind != "rate" else ""
        change = f" {change}" if self.english and change else change.replace("(", "（").replace(")", "）")
        return say(
            "difference",
            self.english,
            first=names[0],
            second=names[1],
            more=more,
            value=self.gap(gap, first.metric),
            percent=change,
        )

    def _which(self, row: Row, first: Row, second: Row) -> str:
        """What tells two compared rows apart."""
        if first.agency != second.agency:
            return row.agency + (self.year(row.year) if first.year != second.year else "")
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
                text += (" " if self.english else "") + self._change(rows[0], rows[-1])
            claims.append(Claim(text=text, citations=cited))
        return claims, [_value(row) for row in result.rows if row.value is not None]

    def _change(self, first: Row, last: Row) -> str:
        assert first.value is not None and last.value is not None
        gap = last.value - first.value
        more = ("up", "down")[gap < 0] if self.english else ("增加", "减少")[gap < 0]
        change = f"（{percent(abs(gap) / first.value)}）" if first.value and metric(first.metric).kind != "rate" else ""
        change = change.replace("（", " (").replace("）", ")") if self.english else change
        return say("change", self.english, first=first.year, last=last.year, more=more, value=self.gap(gap, first.metric), percent=change)

    def _rank(self, result: Result) -> tuple[list[Claim], list[Value]]:
        query, rows = result.query, list(result.rows)
        values = [_value(row) for row in rows]
        if query.measure != "value":
            return self._growth(result), values
        if query.focus and (own := [row for row in rows if row.agency == query.focus and row.value is not None]):
            return [self._place(row, result) for row in own], [_value(row) for row in own]
        if query.limit == 1 or (query.nth is not None and rows):
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

    def _growth(self, result: Result) -> list[Claim]:
        """A ranking by change or growth: both numbers, the difference and its share, in order."""
        query = result.query
        words = {
            ("growth", "desc"): ("增幅，从高到低", "by growth, highest first"),
            ("growth", "asc"): ("增幅，从低到高", "by growth, lowest first"),
            ("change", "desc"): ("增减，增加多的在前", "by change, largest increase first"),
            ("change", "asc"): ("增减，减少多的在前", "by change, largest decrease first"),
        }[query.measure, query.order][self.english]
        earlier = {(row.agency, row.year): row for row in result.earlier}
        lines: list[str] = []
        cited: list[int] = []
        for row in result.rows[: 3 * SHOWN]:
            first = earlier.get((row.agency, query.base if query.base is not None else (row.year or 0) - 1))
            if first is None or first.value is None or row.value is None:
                continue
            numbers = self.cite([row, first], result)
            cited += numbers
            gap = row.value - first.value
            more = ("up", "down")[gap < 0] if self.english else ("增加", "减少")[gap < 0]
            share = f"，{percent(abs(gap) / first.value)}" if first.value and metric(row.metric).kind != "rate" else ""
            known = {
                "agency": row.agency, "first": first.year, "last": row.year, "more": more,
                "percent": share.replace("，", ", ") if self.english else share,
                "before": self.number(first.value, first.metric), "value": self.number(row.value, row.metric),
                "gap": self.gap(gap, row.metric), "mark": mark(row.status, self.english), "cite": marks(numbers),
            }  # fmt: skip
            lines.append(f"{row.place}. " + say("growth_line", self.english, **known))
        head = say("rank_head", self.english, scope=self.scope(query), name=self.name(query.metrics[0]), order=words)
        return [Claim(text="\n".join([head, *lines]), citations=tuple(dict.fromkeys(cited)))]

    def _first(self, rows: Sequence[Row], result: Result) -> Claim:
        query, best = result.query, rows[0]
        assert best.value is not None
        several_years = len(query.years) != 1
        names = ("、", ", ")[self.english].join(row.agency + (self.year(row.year) if several_years else "") for row in rows[:SHOWN])
        most = (("highest", "lowest") if self.english else ("最多", "最少"))[query.order == "asc"]
        if query.nth is not None:
            most = f"number {query.nth} ({most} first)" if self.english else f"第 {query.nth} {most[-1]}"
        if not self.english and metric(query.metrics[0]).kind == "rate" and query.nth is None:
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
        return say("rank_line", self.english, place=f"{row.place}." if row.place else "·", **known)

    def _sum(self, result: Result) -> tuple[list[Claim], list[Value]]:
        assert result.total is not None
        query = result.query
        total = self.number(result.total, query.metrics[0])
        cited = self.cite(result.rows, result)
        doubtful = sum(row.status in ("contested", "open") for row in result.rows)
        total += say("doubtful", self.english, count=doubtful) if doubtful else ""
        names = (" and " if self.english else "与").join(self.name(key) for key in query.metrics)
        known = {"scope": self.scope(query), "name": names, "value": total, "count": len({row.report_id for row in result.rows})}
        return [Claim(text=say("sum", self.english, **known, cite=marks(cited)), citations=cited)], [_whole(query, result.total)]

    def _average(self, result: Result) -> tuple[list[Claim], list[Value]]:
        query = result.query
        if result.total is None:
            return [], []
        cited = self.cite(result.rows, result)
        doubtful = sum(row.status in ("contested", "open") for row in result.rows)
        mean = self.number(result.total, query.metrics[0]) + (say("doubtful", self.english, count=doubtful) if doubtful else "")
        known = {"scope": self.scope(query), "name": self.name(query.metrics[0]), "value": mean, "count": len(result.rows)}
        return [Claim(text=say("average", self.english, **known, cite=marks(cited)), citations=cited)], [_whole(query, result.total)]

    def _share(self, result: Result) -> tuple[list[Claim], list[Value]]:
        claims, values = [], []
        over = result.query.over
        for row in shares_in_order(result):
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
        if result.query.limit and claims and over:
            most = (("highest", "lowest") if self.english else ("最高", "最低"))[result.query.order == "asc"]
            names = {"name": self.name(result.query.metrics[0]), "whole": self.name(over), "most": most}
            head = say("share_most", self.english, scope=self.scope(result.query), **names)
            claims[0] = claims[0].model_copy(update={"text": head + claims[0].text})
        return claims, values

    def _condition(self, query: Query) -> str:
        name = ("、", ", ")[self.english].join(self.name(key) for key in query.metrics)
        name += ("均", "")[self.english] if len(query.metrics) > 1 else ""
        if query.where is None:
            return name
        bound = self.number(query.where.value, query.metrics[0]).strip()
        bound = bound if query.than is None else f"{query.than} ({bound})" if self.english else f"{query.than}（{bound}）"
        words = {">": "超过", ">=": "不少于", "<": "不到", "<=": "不超过", "=": "为"}
        text = f"{name} {query.where.op} {bound}" if self.english else f"{name}{words[query.where.op]} {bound} "
        if query.also is None:
            return text
        bound = self.number(query.also.value, query.metrics[0]).strip()
        return f"{text} and {query.also.op} {bound}" if self.english else f"{text}且{words[query.also.op]} {bound} "

    def _count(self, result: Result) -> tuple[list[Claim], list[Value]]:
        assert result.total is not None
        met = list({row.report_id: row for row in reversed(result.rows)}.values())[::-1]
        shown = met[:SHOWN]
        held = {row.report_id for row in shown}
        cited = self.cite([*(row for row in result.rows if row.report_id in held), *result.earlier], result)
        names = ("、", ", ")[self.english].join(row.agency + (self.year(row.year) if len(result.query.years) != 1 else "") for row in shown)
        names = (f" ({names})" if self.english else f"（{names}{'等' if len(met) > len(shown) else ''}）") if names else ""
        known = {
            "scope": self.scope(result.query),
            "condition": self._condition(result.query),
            "count": result.total if self.english else f" {result.total} ",
        }
        return [Claim(text=say("count", self.english, **known, names=names, cite=marks(cited)), citations=cited)], [
            _whole(result.query, result.total)
        ]

    def _list(self, result: Result) -> tuple[list[Claim], list[Value]]:
        known = {"scope": self.scope(result.query), "condition": self._condition(result.query)}
        if not result.rows:
            return [Claim(text=say("none", self.english, **known), citations=self.cite(result.earlier, result))], []
        if result.query.where is None:
            return self._list_all(result)
        if len(result.query.metrics) > 1:
            met = len({row.report_id for row in result.rows})
            return self._list_all(result, say("list_head", self.english, **known, count=met if self.english else f" {met} "))
        shown = result.rows[: 3 * SHOWN]
        head = say("list_head", self.english, **known, count=len(result.rows) if self.english else f" {len(result.rows)} ")
        more = [f"… {len(result.rows) - len(shown)}"] if len(result.rows) > len(shown) else []
        text = "\n".join([head, *(self._line(row, result) for row in shown), *more])
        return [Claim(text=text, citations=self.cite([*shown, *result.earlier], result))], [_value(row) for row in result.rows]

    def _list_all(self, result: Result, head: str = "") -> tuple[list[Claim], list[Value]]:
        """The numbers of all reports in scope, a report a line, in the order of the first of its numbers."""
        reports: dict[str, list[Row]] = {}
        for row in result.rows:
            reports.setdefault(row.report_id, []).append(row)
        wanted = list(dict.fromkeys(row.metric for row in result.rows))
        lines = list(reports.values())[: 3 * SHOWN]
        if len(wanted) == 1:
            items = [self._line(rows[0], result) for rows in lines]
        else:
            items = [self._several(sorted(rows, key=lambda row: wanted.index(row.metric)), result) for rows in lines]
        more = [f"… {len(reports) - len(lines)}"] if len(reports) > len(lines) else []
        names = ("、", ", ")[self.english].join(self.name(key) for key in result.query.metrics)
        head = head or say("list_all", self.english, scope=self.scope(result.query), name=names, count=len(reports))
        cited = self.cite([row for rows in lines for row in rows], result)
        return [Claim(text="\n".join([head, *items, *more]), citations=cited)], [_value(row) for row in result.rows]

    def _several(self, rows: Sequence[Row], result: Result) -> str:
        """A report's numbers in one line."""
        numbers = ("，", "; ")[self.english].join(
            f"{self.name(row.metric)}{': ' if self.english else ''}{self.number(row.value, row.metric)}{mark(row.status, self.english)}"
            for row in rows
            if row.value is not None
        )
        known = {"agency": rows[0].agency, "year": self.year(rows[0].year) if len(result.query.years) != 1 else ""}
        return say("rank_line", self.english, place="·", **known, value=numbers, mark="", cite=marks(self.cite(rows, result)))

    def _reports(self, result: Result) -> tuple[list[Claim], list[Value]]:
        scope = self.scope(result.query)
        scope = f" ({scope.rstrip(': ')})" if self.english and scope else scope
        return described(result, self.asked, scope, english=self.english)


def _value(row: Row) -> Value:
    return Value(agency=row.agency, year=row.year, metric=row.metric, value=row.value)


def _whole(query: Query, value: Decimal) -> Value:
    return Value(agency=None, year=None, metric=query.metrics[0] if query.metrics else "", value=value)
