"""Which metrics a scanned question asks for: rows, columns and rates of the forms, put together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from extractor.forms import Row, form_of, label_of
from extractor.forms.tables import Applicants, Results

from .asides import DENIED
from .query import all_metrics, counterpart, metric
from .scan import Piece, Scan

APPLICANTS = (*Applicants.model_fields, "organisations")
RESULTS = tuple(Results.model_fields)
_DEFAULTS = ("issued", "decisions", "amount_wan_yuan", "amount_yuan", "created", "prior_items")
_THINGS = re.compile(r"(?:多少|几)(?:个|项|宗|笔|次|单)|项目(?:个数|数|是|有|共|一共|多少|$|[?？])|how many|number of|projects")
_MONEY = re.compile(r"多少(?:元|钱|万元|亿)|金额|总额|花了?|费用|amount|yuan|how much|spen[dt]|value|cost")
"""What tells whether things or money are meant."""
_HOW_MANY_THINGS = re.compile(r"(?:多少|几)(?:个|项|宗|笔|次|单)?项目|项目(?:数|有|是)|\bhow many projects\b|\bnumber of projects\b")
_HOW_MUCH_MONEY = re.compile(r"(?:多少|几)(?:钱|元|万元|亿)|金额|总额|\bhow much\b|\bamount\b|\bvalue\b|\bcost\b")
"""What asks for both, where both stand in one question."""
_QUANTITY = re.compile(r"多少|几|\bhow (?:many|much)\b|\bnumber of\b")
_DENIED_BEFORE = re.compile(
    r"(?:既非|也非|亦非|亦不是|既不算|也不算|既没有?|也没有?|而非|并非|又非|既不是|也不是|而不是|不是|不算|不含"
    r"|不包括|排除|除去|除了|除开|撇开|neither|nor|not|rather than|instead of)(?: being| been| by)?\s?$"
)
_DENIED_AFTER = re.compile(
    r"(?:提出|提交|申请|来)?的?(?:申请)?(?:都)?(?:别|不要?|甭|不用)(?:算|计|包括|含|加)(?:进去|进来|在内|入|上)?|(?:之外|以外|除外)的?|(?:都|全|先|给)?(?:剔|去|刨|撇|扣|拿|排|除)(?:除|掉|开|去)(?:在外|不算)?"
)
_OTHERWISE = "applications.other_handling"
_YEARS_END = re.compile(r"\x01(?:末|底)|年末|年底|期末|\bat (?:the )?(?:year )?end\b")
_YEARS_START = re.compile(r"\x01初|年初|期初|\bat the (?:beginning|start)\b")
"""Which of the two stocks 结转 means."""
_OUTCOMES = tuple(
    f"applications.{name}.total" for name in ("granted", "partially_granted", "refused", "unavailable", "not_processed", "other_handling")
)
"""What all outcomes are made of."""
_HANDLING = re.compile("(?:怎么|如何|怎样)(?:处理|办理|答复)")
_WHO = re.compile("申请人|主体|自然人|法人|来自|applicant")
"""By what a number is to be divided."""
_OTHER_KIND = re.compile(
    r"(?<![或和及与、])其他[”\"』」]?(?:类型?|性质)?的?(?:组织|主体|申请人|法人|机构)|[“\"]其他[”\"]"
    r"|(?<!and )(?<!or )\bother\b[”\"]? (?:kinds? of )?organi[sz]ations?|organi[sz]ations? of no listed kind"
)
"""That 其他 is the last of the six kinds of applicants, not what a result is called."""
_BY_WEIGHT = ("applications.outcomes_total", "applications.granted", "applications.new_received")
OVERVIEW = (
    "applications.new_received.total",
    "applications.outcomes_total.total",
    "applications.granted.total",
    "applications.refused.total",
    "review_litigation.review.total",
    "review_litigation.litigation.total",
)
"""What “how was it” is answered with."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a question measures, as far as its own words tell."""

    keys: tuple[str, ...] = ()
    """Metric keys, in the order of the question."""
    weak: bool = False
    """Whether only general words (收到, 答复, 公开) point to them."""
    columns: tuple[str, ...] = ()
    """Columns named without a row of their own: a follow-up puts them on the row before."""
    unclear: tuple[str, ...] = ()
    """Rows between which the question does not decide (结转: 上年结转 or 结转下年)."""

    inferred: bool = False
    """Whether no listed wording names them: the question's words explain them best."""

    def unsure(self, rows: tuple[str, ...]) -> Measures:
        """The same with rows between which the question does not decide."""
        return replace(self, unclear=rows)


def measures(scan: Scan) -> Measures:
    """The metrics named in a question."""
    rates = tuple(dict.fromkeys(scan.keys("rate")))
    left_out = {key for piece in scan.pieces if denied(scan, piece) for _, key, _ in piece.meanings}
    named = [piece for piece in scan.pieces if any(sort == "column" for sort, _, _ in piece.meanings)]
    wanted = [piece for piece in named if not denied(scan, piece)] or named
    if any(key == "change" for piece in wanted for _, key, _ in piece.meanings):  # “项目数量…增减” names the one column
        wanted = [piece for piece in wanted if all(key != "prior_items" for _, key, _ in piece.meanings)]
    columns = tuple(dict.fromkeys(key for piece in wanted for sort, key, _ in piece.meanings if sort == "column"))
    if rates:
        return Measures(rates, columns=tuple(column for column in columns if column in APPLICANTS))
    rows = _rows(scan)
    strong = _particular([key for key, weak in rows if not weak])
    if scan.cue("carried") and not any("carried" in key or key == "applications.handled" for key in strong):
        if "applications.new_received" not in strong:
            end = _YEARS_END.search(scan.blanked) is not None
            if end == (_YEARS_START.search(scan.blanked) is not None):
                return Measures(columns=columns, unclear=("applications.carried_in", "applications.carried_forward"))
            strong = ["applications.carried_forward" if end else "applications.carried_in"]
        else:
            strong = ["applications.handled" if key == "applications.new_received" else key for key in strong]
    if "corrected" in columns and not strong and any(piece.text in ("败诉", "lost", "lose") for piece in scan.pieces):
        strong = ["review_litigation.litigation"]
    chosen = strong or _by_clause(scan) or _heaviest([key for key, _ in rows])
    if {"upheld", "corrected"} <= left_out and set(columns) <= left_out:
        columns = ("other",)
    if {f"{_OTHERWISE}.correction_overdue", f"{_OTHERWISE}.fee_overdue"} <= left_out:
        chosen = strong = [f"{_OTHERWISE}.other"]
    if columns and not strong and (sole := _sole_rows(columns)):
        chosen = strong = sole
    if columns and not strong and set(columns) <= {*RESULTS} and not any(set(columns) & set(columns_of(row)) for row in chosen):
        return Measures(columns=columns)
    things = bool(_THINGS.search(scan.blanked)) and not _MONEY.search(scan.blanked)
    if _OTHER_KIND.search(scan.blanked) and any(row.startswith("applications.") for row in chosen):
        return Measures(tuple(f"{row}.other" for row in chosen if "other" in columns_of(row)), False)
    keys = [key for row in chosen for key in (*_whole_asked(scan, row, columns), *with_columns(row, columns, counted=things))]
    keys = [key for at, key in enumerate(keys) if counterpart(key) not in keys[:at]]  # one thing that the two forms call differently
    return Measures(tuple(dict.fromkeys(keys)), bool(chosen) and not strong, columns if not chosen else ())


def _whole_asked(scan: Scan, row: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The row's own number where a clause asks for it and a later one for a part of it (新收多少件，其中自然人多少；几个项目，多少钱)."""
    own = columns_of(row)
    if "projects" in own and _HOW_MANY_THINGS.search(scan.blanked) and _HOW_MUCH_MONEY.search(scan.blanked) and not columns:
        return (f"{row}.projects", f"{row}.amount_yuan")
    if not columns or "total" in columns or "total" not in own:
        return ()
    asked = _asking(scan)
    whole = [span for span in asked if row in _keys_in(scan, span, "row") and not _keys_in(scan, span, "column")]
    part = [span for span in asked if _keys_in(scan, span, "column") & set(columns) and not _keys_in(scan, span, "row")]
    return (f"{row}.total",) if whole and part and whole[0] < part[0] else ()


def _asking(scan: Scan) -> list[tuple[int, int]]:
    """The clauses of a question that each ask how many."""
    spans = [(match.start(), match.end()) for match in re.finditer(r"[^，,、；;。?？]+", scan.blanked)]
    return [span for span in spans if _QUANTITY.search(scan.blanked[slice(*span)])]


def _by_clause(scan: Scan) -> list[str]:
    """The rows that general words name one by one, each in a clause that asks how many (答复了几件，公开了几件); empty for one clause."""
    rows = [[key for key in _BY_WEIGHT if key in _keys_in(scan, span, "row")] for span in _asking(scan)]
    named = list(dict.fromkeys(found[0] for found in rows if found))
    return named if len(named) > 1 else []


def _keys_in(scan: Scan, span: tuple[int, int], wanted: str) -> set[str]:
    """The rows or columns that a stretch of the question names for certain."""
    inside = [piece for piece in scan.pieces if span[0] <= piece.start < span[1]]
    return {key for piece in inside for sort, key, weak in piece.meanings if sort == wanted and not (weak and sort == "column")}


def denied(scan: Scan, piece: Piece) -> bool:
    """Whether a row or column is named only to be left out (既非维持也非纠正, 公司的别算进去, 要另行制作的那类不算, 许可之外的…)."""
    text, end = scan.blanked, piece.start + len(piece.text)
    if _DENIED_BEFORE.search(text[: piece.start]) or _DENIED_AFTER.match(text[end:]):
        return True
    start = max(text.rfind(mark, 0, piece.start) for mark in ",，;；。:") + 1
    until = min((at for at in (text.find(mark, end) for mark in ",，;；。:") if at >= 0), default=len(text))
    return bool(DENIED.search(text[start:until]))


def on_row(key: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics of the row of ``key`` in other columns; empty where the row has none of them."""
    stem = key.rpartition(".")[0]
    return tuple(f"{stem}.{column}" for column in columns if f"{stem}.{column}" in _keys())


def parts_of(keys: tuple[str, ...], asked: str) -> tuple[str, ...]:
    """What one number of section three is made of: its rows, the groups of all outcomes, or its kinds of applicants.

    ``asked``: the question, which may say by what the number is to be divided.
    """
    if len(keys) != 1 or not keys[0].startswith("applications.") or not keys[0].endswith(".total"):
        return ()
    if _HANDLING.search(asked):
        return _OUTCOMES
    if _WHO.search(asked) or keys[0].startswith(("applications.new_received", "applications.carried")):
        return on_row(keys[0], tuple(column for column in APPLICANTS if column not in ("total", "organisations")))
    return _OUTCOMES if keys[0] == "applications.outcomes_total.total" else children(keys[0])


def rate_as_share(key: str, column: str) -> tuple[str, str] | None:
    """Numerator and denominator of a rate among the applicants of one column (个人申请的办结率); None where the form has no such cells."""
    rate = metric(key)
    parts = [_summing(tuple(f"{path.rpartition('.')[0]}.{column}" for path in paths)) for paths in (rate.terms, rate.over)]
    return (parts[0], parts[1]) if parts[0] and parts[1] else None


def _summing(paths: tuple[str, ...]) -> str:
    """The metric that adds up just these cells; empty where there is none."""
    return next((key for key in all_metrics() if not metric(key).over and sorted(metric(key).terms) == sorted(paths)), "")


def children(key: str) -> tuple[str, ...]:
    """The rows that a group's metric adds up, in the same column; empty for a single row."""
    stem, _, column = key.rpartition(".")
    return tuple(k for k in all_metrics() if k.startswith(f"{stem}.") and k.endswith(f".{column}") and k.count(".") == stem.count(".") + 2)


def grouped(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The metrics to add up: that of a group alone, where its rows are named one by one."""
    if len(keys) < 2:
        return keys
    cells = [path for key in keys for path in metric(key).terms]
    whole_of = (key for key in all_metrics() if not metric(key).over and sorted(metric(key).terms) == sorted(cells))
    return next(((key,) for key in whole_of), keys)


def whole(key: str) -> str | None:
    """What a metric is naturally a share of: its row's total, its group's, or all outcomes; None where there is no such whole."""
    stem, _, column = key.rpartition(".")
    if stem.startswith("review_litigation.litigation_") and column == "total":
        return "review_litigation.litigation.total"
    if stem.startswith("review_litigation."):
        return f"{stem}.total" if column != "total" else None
    if not stem.startswith("applications."):
        return None
    if column != "total":
        return f"{stem}.total"
    if stem in ("applications.new_received", "applications.carried_in"):
        return "applications.handled.total"
    return None if stem in ("applications.outcomes_total", "applications.handled") else "applications.outcomes_total.total"


@cache
def _keys() -> frozenset[str]:
    return frozenset(all_metrics())


@cache
def _columns_of() -> dict[str, tuple[str, ...]]:
    rows: dict[str, list[str]] = {}
    for key in all_metrics():
        stem, _, column = key.rpartition(".")
        rows.setdefault(stem, []).append(column)
    return {stem: tuple(columns) for stem, columns in rows.items()}


def columns_of(row: str) -> tuple[str, ...]:
    """The columns that a row or group has."""
    return _columns_of().get(row, ())


def _sole_rows(columns: tuple[str, ...]) -> list[str]:
    """The row that alone has one of these columns (采购总金额 stands only under 政府集中采购)."""
    found = []
    for column in columns:
        having = [stem for stem, own in _columns_of().items() if column in own and stem.startswith("proactive.")]
        everywhere = [stem for stem, own in _columns_of().items() if column in own]
        found += having if len(having) == 1 == len(everywhere) else []
    return list(dict.fromkeys(found))


def _rows(scan: Scan) -> list[tuple[str, bool]]:
    """The rows named, with whether only a general word names them."""
    pieces = [piece for piece in scan.pieces if not denied(scan, piece)]
    pieces = pieces if any(sort == "row" for piece in pieces for sort, _, _ in piece.meanings) else scan.pieces
    found = [(key, weak) for piece in pieces for sort, key, weak in piece.meanings if sort == "row"]
    return list(dict.fromkeys(found))


def _particular(rows: list[str]) -> list[str]:
    """Rows without the groups of which a member is named too, and without verbs that section four borrows."""
    rows = [row for row in rows if not any(other.startswith(f"{row}.") for other in rows)]
    if any(row.startswith("review_litigation.litigation_") for row in rows):
        rows = [row for row in rows if row not in ("review_litigation.litigation", "review_litigation.review")]
    if any(row.startswith(("review_litigation.", "proactive.")) for row in rows):
        kept = [row for row in rows if not row.startswith("applications.") or row.count(".") > 1]
        rows = kept or rows
    if any(row.startswith(("applications.unavailable.", "applications.not_processed.")) for row in rows):
        rows = [row for row in rows if row != "applications.refused"]  # “turned away because it did not exist” names the ground
    if "applications.handled" in rows:
        rows = [row for row in rows if row not in ("applications.new_received", "applications.carried_in")]
    return list(dict.fromkeys(rows))


def _heaviest(rows: list[str]) -> list[str]:
    for row in _BY_WEIGHT:
        if row in rows:
            return [row]
    return rows[:1]


def with_columns(row: str, named: tuple[str, ...], *, counted: bool = False) -> tuple[str, ...]:
    """A row's metrics in the columns named; in its main column where none fits, that of things where they are counted, not paid for."""
    own = _columns_of().get(row, ())
    fitting = [column for column in named if column in own and not (column == "other" and row.startswith("applications."))]
    if fitting:
        return tuple(f"{row}.{column}" for column in fitting)
    if "total" in own:
        return (f"{row}.total",)
    if counted and "projects" in own:
        return (f"{row}.projects",)
    return tuple(f"{row}.{column}" for column in _DEFAULTS if column in own)[:1]


@cache
def row_of(key: str) -> Row | None:
    """The row of the form in which a metric's cells stand; None for sums over rows and rates."""
    for form in (form_of("2021"), form_of("2019")):
        if (row := form.by_path.get(key.rpartition(".")[0])) is not None:
            return row
    return None


def applicant_label(column: str) -> str:
    """What a column of applicants is called."""
    return "法人或其他组织" if column == "organisations" else label_of(Applicants, column).text
