"""What a misbehaving model server does to the result, and what asking costs: ``python -m evals.faults [--tokens]``.

The server is scripted (``tests/scripted_server.py``): it answers from the labels and misbehaves by plan. It is no model; the
table shows what grounding and the identities stop, not how well any model reads.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, create_model

from extractor.engines import Engine, Session, doubtful
from extractor.errors import SettingsError
from extractor.forms import Form
from extractor.llm.log import CallLog
from extractor.llm.narrative import short_key
from extractor.llm.settings import Settings, load_settings
from extractor.model import Document
from extractor.pipeline import extract
from extractor.reading.marks import marks_of
from extractor.reading.outline import outlines
from extractor.reading.tables import read_tables
from extractor.sources import read_bytes

from .label import Label, LabelClaim, LabelFact
from .scoring import CaseResult, score
from .sets import Case, cases_of, load_case

SERVER = Path(__file__).resolve().parent.parent / "tests" / "scripted_server.py"
SHARES = (0.1, 1.0)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True)
class Subject:
    """A labelled report with what the scripted server answers about it."""

    case: Case
    document: Document
    label: Label
    group: str
    truth: Any
    """``scripted_server.Truth``."""
    settled: CaseResult | None = None
    """The embedded reader's result where it leaves nothing in doubt: ``auto`` asks nothing and gives the same."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run over all subjects came to."""

    name: str
    share: float
    engine: Engine
    results: tuple[CaseResult, ...]
    requests: int
    """Everything sent, failed requests included."""
    tokens: int
    refused: int
    """Findings that say what was not taken from the model."""

    def count(self, metric: str) -> tuple[int, int]:
        """Numerator and denominator of a metric over all subjects."""
        pairs = [result.counts.get(metric, (0, 0)) for result in self.results]
        return sum(hit for hit, _ in pairs), sum(of for _, of in pairs)

    @property
    def silent(self) -> int:
        """Cells called verified that are wrong or must not be called so."""
        return sum(len(result.silent) for result in self.results)


def scripted() -> ModuleType:
    """The scripted server's module; SettingsError outside a checkout."""
    if "scripted_server" in sys.modules:
        return sys.modules["scripted_server"]
    if not SERVER.is_file():
        raise SettingsError(f"没有 {SERVER.name}：这项测量要在源码目录里运行 (run this from a checkout)")
    spec = importlib.util.spec_from_file_location("scripted_server", SERVER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scripted_server"] = module
    spec.loader.exec_module(module)
    return module


def subjects(sets: Iterable[str]) -> list[Subject]:
    """The labelled reports of some sets; those without tables, or in files of several reports, are left out."""
    server = scripted()
    found: list[Subject] = []
    for case in cases_of(sets):
        data, name, label, group = load_case(case)
        document = read_bytes(data, name)
        listed = outlines(document)
        if label.form is None or len(listed) != 1:
            continue
        truth = server.truth_of(document, marks_of(document, listed[0]), label.values)
        truth.record = record_of(document, label)
        truth.figures = list(figures_of(document, label))
        truth.stated = [{"field": "agency", "value": label.agency, "line_text": _bare(label.agency)}] if label.agency else []
        alone = None if doubtful_cells(document) else score(case.id, group, label, extract(document)[0])
        found.append(Subject(case, document, label, group, truth, alone))
    return found


def record_of(document: Document, label: Label) -> dict[str, Any]:
    """The label as the nested record that the customary call asks for."""
    record: dict[str, Any] = {"title": label.title, "agency": label.agency, "year": label.year}
    for path, value in label.values.items():
        *above, last = path.split(".")
        inner = record
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = str(value) if isinstance(value, Decimal) else value
    everything: tuple[LabelClaim | LabelFact, ...] = (*label.claims, *label.facts)
    quoted = [(told, document.original[told.start : told.end]) for told in everything]
    record["claims"] = [{"metric": t.metric, "value": float(t.value), "quote": q} for t, q in quoted if isinstance(t, LabelClaim)]
    record["facts"] = [{"what": t.what, "value": float(t.value), "unit": t.unit, "quote": q} for t, q in quoted if isinstance(t, LabelFact)]
    return record


def figures_of(document: Document, label: Label) -> Iterable[dict[str, Any]]:
    """The labelled claims and facts as a careful reader would cite them."""
    everything: tuple[LabelClaim | LabelFact, ...] = (*label.claims, *label.facts)
    for told in everything:
        text = document.original[told.start : told.end]
        for match in _NUMBER.finditer(text):
            value = Decimal(match.group().replace(",", ""))
            if any(value * scale == told.value for scale in (1, 10_000, 100_000_000, Decimal("0.01"))):
                metric = getattr(told, "metric", None)
                yield {
                    "number": match.group(),
                    "unit": getattr(told, "unit", "件"),
                    "what": getattr(told, "what", "")[:20],
                    "metric": short_key(metric) if metric else None,
                    "scope": "own" if getattr(told, "scope", "own") == "own" else "part",
                    "bound": told.bound,
                    "line_text": _bare(text),
                }
                break


def _bare(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


def settings_for(url: str, folder: Path) -> Settings:
    """Settings that fail fast: a scripted server need not be waited for."""
    return load_settings(
        base_url=url,
        model="scripted",
        api_key="test",
        log_path=folder / "log.sqlite",
        backoff=0,
        timeout=0.5,
        transport_tries=2,
        concurrency=4,
    )


def measure(
    found: Sequence[Subject], engine: Engine, fault: str | None, share: float, *, seed: int = 1, narrative: bool = False
) -> Outcome:
    """Read every subject by an engine while the server misbehaves."""
    server = scripted()
    plan = server.Plan(fault, share, seed)
    results: list[CaseResult] = []
    refused = 0
    with tempfile.TemporaryDirectory() as folder, server.ScriptedServer([one.truth for one in found], plan, hang=1.0) as running:
        settings = settings_for(running.url, Path(folder))
        with CallLog(settings.log_path) as log:
            for subject in found:
                if engine == "auto" and subject.settled is not None:
                    results.append(subject.settled)
                    continue
                report = extract(subject.document, engine=engine, session=Session(settings, log, narrative))[0]
                results.append(score(subject.case.id, subject.group, subject.label, report))
                refused += sum(finding.rule.startswith("llm.") for finding in report.findings)
        return Outcome(fault or "none", share, engine, tuple(results), len(running.seen), sum(running.tokens.values()), refused)


# --------------------------------------------------------------------------- the customary way
class _Claim(BaseModel):
    metric: str
    value: float
    quote: str


class _Fact(BaseModel):
    what: str
    value: float
    unit: str
    quote: str


def customary_model(form: Form, *, narrative: bool) -> type[BaseModel]:
    """The nested record as one response model, as tutorials do it."""
    from extractor.forms import Applications, Proactive2019, Proactive2021, ReviewLitigation

    proactive: Any = Proactive2021 if form.key == "2021" else Proactive2019
    fields: dict[str, Any] = {
        "title": (str | None, None),
        "agency": (str | None, None),
        "year": (int | None, None),
        "proactive": (proactive, ...),
        "applications": (Applications, ...),
        "review_litigation": (ReviewLitigation, ...),
    }
    if narrative:
        fields |= {"claims": (list[_Claim], ...), "facts": (list[_Fact], ...)}
    return create_model("AnnualReport", **fields)


def customary_tokens(found: Sequence[Subject], fault: str | None, share: float, *, narrative: bool) -> tuple[int, int, int]:
    """Requests, tokens and failed reports when each report is one instructor call with ``max_retries=3``."""
    import instructor
    from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
    from openai import OpenAI

    server = scripted()
    failed = 0
    with server.ScriptedServer([one.truth for one in found], server.Plan(fault, share, 1), hang=1.0) as running:
        client = instructor.from_openai(
            OpenAI(base_url=running.url, api_key="test", max_retries=2, timeout=0.5), mode=instructor.Mode.TOOLS
        )
        for subject in found:
            form = subject.label.statutory
            assert form is not None
            messages: Any = [
                {"role": "system", "content": "从报告中抽取下列各项，没有的写 null。"},
                {"role": "user", "content": subject.document.text},
            ]
            try:
                client.create(model="scripted", messages=messages, response_model=customary_model(form, narrative=narrative), max_retries=3)
            except (InstructorRetryException, IncompleteOutputException, AssertionError):
                failed += 1
        return len(running.seen), sum(running.tokens.values()), failed


# --------------------------------------------------------------------------- tables
def fault_table(found: Sequence[Subject], faults: Sequence[str], engines: Sequence[Engine]) -> str:
    """The fault table as Markdown."""
    lines = [
        "| 故障 fault | 调用占比 | 引擎 | 格正确 | 已核实 | 静默错误 | 请求 | 词元 | 未采用的回答 |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for fault, share in [("", 0.0), *((fault, share) for fault in faults for share in SHARES)]:
        for engine in engines:
            lines.append(_row(measure(found, engine, fault or None, share)))
            sys.stderr.write(lines[-1] + "\n")
    return "\n".join(lines)


def _row(outcome: Outcome) -> str:
    right, of = outcome.count("cells_right")
    verified, cells = outcome.count("verified_share")
    shares = f"{right / of:.2%} | {verified / cells:.2%}" if of and cells else "— | —"
    name = "（无）" if outcome.name == "none" else outcome.name
    return (
        f"| {name} | {outcome.share:.0%} | {outcome.engine} | {shares} | {outcome.silent} | {outcome.requests} | {outcome.tokens:,} | "
        f"{outcome.refused} |"
    )


def token_table(found: Sequence[Subject]) -> str:
    """Tokens by way of asking, without faults and with a tenth of the answers unusable, as Markdown."""
    lines = ["| 方式 | 故障 | 请求 | 词元 | 每份 | 与惯常方式之比 |", "|---|---|---:|---:|---:|---:|"]
    count = len(found)
    for fault, share in ((None, 0.0), ("invalid_json", 0.1), ("truncated", 0.1)):
        name = f"{fault} {share:.0%}" if fault else "无"
        for narrative in (False, True):
            what = "表与正文" if narrative else "三张表"
            requests, base, failed = customary_tokens(found, fault, share, narrative=narrative)
            lost = f"，{failed} 份失败" if failed else ""
            lines.append(f"| 惯常：整份一次（{what}{lost}） | {name} | {requests} | {base:,} | {base / count:,.0f} | 100% |")
            outcome = measure(found, "llm", fault, share, narrative=narrative)
            lines.append(_spent(f"llm（{what}）", name, outcome, base, count))
        outcome = measure(found, "auto", fault, share)
        lines.append(_spent("auto", name, outcome, base, count))
    asked = [one for one in found if one.settled is None]
    cells = sum(len(doubtful_cells(one.document)) for one in asked)
    alone = measure(asked, "auto", None, 0.0)
    lines.append("")
    lines.append(
        f"auto：{len(found)} 份中 {len(found) - len(asked)} 份没有疑格，请求 0 次；其余 {len(asked)} 份共 {cells} 个疑格，"
        f"每个疑格 {alone.tokens / cells:,.0f} 词元，每份 {alone.tokens / len(asked):,.0f} 词元。"
        if asked
        else "auto：没有一份有疑格，请求 0 次。"
    )
    return "\n".join(lines)


def _spent(way: str, fault: str, outcome: Outcome, base: int, count: int) -> str:
    return f"| {way} | {fault} | {outcome.requests} | {outcome.tokens:,} | {outcome.tokens / count:,.0f} | {outcome.tokens / base:.0%} |"


def doubtful_cells(document: Document) -> frozenset[str]:
    """The cells that ``auto`` would ask about."""
    outline = outlines(document)[0]
    return doubtful(document, (read_tables(document, outline),), marks_of(document, outline))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; exit status 1 when any run has a silent error."""
    server = scripted()
    parser = argparse.ArgumentParser(prog="python -m evals.faults", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=["seeds", "generated:200:7:mixed"])
    parser.add_argument("--faults", nargs="*", default=list(server.FAULTS), choices=list(server.FAULTS))
    parser.add_argument("--engines", nargs="+", default=["llm", "auto"], choices=["llm", "auto"])
    parser.add_argument("--tokens", action="store_true", help="tokens beside the customary way instead of the fault table")
    chosen = parser.parse_args(arguments)
    found = subjects(chosen.sets)
    text = token_table(found) if chosen.tokens else fault_table(found, chosen.faults, chosen.engines)
    sys.stdout.write(f"{len(found)} 份：{'、'.join(chosen.sets)}\n\n{text}\n")
    silent = re.findall(r"^\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\| ([1-9]\d*) \|", text, re.MULTILINE)
    return 1 if silent and not chosen.tokens else 0


if __name__ == "__main__":
    sys.exit(main())
