"""Which reports contradict themselves: the findings of the library's own check, told with the cells and words they rest on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .answer import Citation, Claim, Notebook, Value, marks
from .ground import check_quote
from .proof import citation_of
from .records import Result, Row, cells_at
from .strings import say

if TYPE_CHECKING:
    from extractor.library import Library

SHOWN = 20
"""Reports told with their contradictions; the others are named."""
EACH = 3
"""Contradictions told of one report."""
_OF = r"(?:报告|年报|正文|叙述|文字|表格|表里|表内|表中|报表|表(?=[和与跟])|数字|数据|合计|总计|加总|算式|等式)"
_WRONG = (
    r"(?:自相矛盾|自己打架|打架|互相矛盾|相互矛盾|前后矛盾|有矛盾|矛盾|前后不一致?|前后不符|对不上号?|不一致|不一样|不相符|不符|不吻合|加不起来|加不拢|算不平|不平衡"
    r"|不勾稽|勾稽不[平符上]|出了?错|有(?:没有)?错误?|有差错|存在错误|错误|算错|填错|写错|差错|有误|错漏|是错的|不对(?!外|社会)|不准确?|准不准|可信|靠谱|可靠|(?:数字|数据|表格|合计)有问题)"
)
_ASKED = re.compile(rf"{_OF}[^。？?；;]{{0,16}}?{_WRONG}|{_WRONG}[^。？?；;]{{0,8}}?{_OF}|自相矛盾")
_ASKED_EN = re.compile(
    r"\b(?:contradict(?:s|ed|ing|ory|ions?)?|inconsisten(?:t|cy|cies|tly)|discrepanc(?:y|ies)|disagrees?"
    r"|(?:do|does|did)(?: not|n't) (?:add up|match|agree|tally)"
    r"|mismatch(?:es)?|mistakes?|errors?|errs?|wrong|add up wrongly)\b"
)
_OF_EN = re.compile(r"\b(?:reports?|tables?|texts?|narratives?|figures|numbers|totals|sums|themselves)\b")
_TEXT = re.compile(r"正文|叙述|文字|\b(?:text|narrative)s?\b")
_TABLES = re.compile(r"合计|总计|加总|算式|等式|表内|加不|算不平|勾稽|\b(?:sums?|totals?|add up)\b")
_SAYS = re.compile(
    r"提到|提及|写到|说到|承认|认为|更正|纠正|怎么|如何|为什么|(?:多少|几)(?:[件宗起条]|人次)|mention|admit"
    r"|correct|\bhow (?!many reports)|\bwhy\b"
)
"""What tells that the question is about what a report says of such things."""

_BESIDE = re.compile(r"\s*\((?=[^()]*[a-z]{3})[^()\u3400-\u9fff]*\)")
"""The English wording that a finding has beside its Chinese one."""


def asks_for_faults(text: str, *, english: bool) -> bool:
    """Whether a question asks for mistakes and contradictions of the reports themselves."""
    if _SAYS.search(text):
        return False
    if english:
        return bool(_ASKED_EN.search(text) and _OF_EN.search(text))
    return bool(_ASKED.search(text))


def told(result: Result, text: str, library: Library, notebook: Notebook, *, english: bool) -> tuple[list[Claim], list[Value], list[str]]:
    """The reports in scope that contradict themselves, each with what does not agree; and lines on what else a check would tell."""
    rules = "narrative." if _TEXT.search(text) else "tables." if _TABLES.search(text) else ""
    held = {row.report_id: row for row in result.rows}
    found: dict[str, list[dict[str, Any]]] = {}
    doubts: set[str] = set()
    names = ("report_id", "rule", "severity", "message", "cells", "quotes", "line")
    told_of = "severity <> 'info' AND verdict IS DISTINCT FROM 'false-alarm'"
    for row in library.rows(f"SELECT {', '.join(names)} FROM findings WHERE {told_of} ORDER BY agency, year, n"):
        finding = dict(zip(names, row, strict=True))
        if finding["report_id"] not in held or not finding["rule"].startswith(rules):
            continue
        if finding["severity"] == "error":
            found.setdefault(finding["report_id"], []).append(finding)
        else:
            doubts.add(finding["report_id"])
    kind = {"narrative.": "faults_text", "tables.": "faults_tables", "": "faults_any"}[rules]
    head = say(
        "faults_head" if found else "faults_none",
        english,
        reports=len(held),
        count=len(found),
        cases=sum(map(len, found.values())),
        kind=say(kind, english),
    )
    claims = [Claim(text=head)]
    for report_id, findings in list(found.items())[:SHOWN]:
        claims += [_told(finding, held[report_id], library, notebook, english) for finding in findings[:EACH]]
        if len(findings) > EACH:
            claims.append(Claim(text=say("faults_more", english, agency=held[report_id].agency, count=len(findings) - EACH)))
    after = [say("faults_doubts", english, count=len(doubts - set(found)))] if doubts - set(found) else []
    rest = [held[report_id] for report_id in list(found)[SHOWN:]]
    after += (
        [say("faults_rest", english, names="、".join(f"{one.agency}{one.year or ''}" for one in rest[:SHOWN]), count=len(rest))]
        if rest
        else []
    )
    values = [Value(agency=held[report_id].agency, year=held[report_id].year, metric="", value=None) for report_id in found]
    return claims, values, [*after, say("faults_check", english)]


def _told(finding: dict[str, Any], row: Row, library: Library, notebook: Notebook, english: bool) -> Claim:
    """One contradiction with the sentence and the cells it is about."""
    cited: list[int] = []
    passages = "\n".join(words for (words,) in library.rows("SELECT text FROM passages WHERE report_id = ?", [row.report_id]))
    for words in list(finding["quotes"] or ())[:1]:
        status = check_quote(words, passages)
        if status != "absent" and re.search("[\u3400-\u9fff]", words):
            place = {"line": finding["line"], "page": None, "start": None, "end": None}
            cited.append(
                notebook.cite(
                    Citation(
                        kind="sentence", source=row.source, agency=row.agency, year=row.year, path=f"findings.{finding['rule']}",
                        place=place, quote=words, status=status,
                    )
                )
            )  # fmt: skip
    cited += [
        notebook.cite(citation_of(cell)) for cell in cells_at([(row.report_id, path) for path in list(finding["cells"] or ())[:8]], library)
    ]
    message = _BESIDE.sub("", finding["message"]).strip() if not english else finding["message"]
    year = row.year or ""
    return Claim(
        text=say("fault", english, agency=row.agency, year=year, message=message, cite=marks(tuple(dict.fromkeys(cited)))),
        citations=tuple(dict.fromkeys(cited)),
    )
