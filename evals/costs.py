"""What asking a model costs beside the customary way: the whole report in one instructor call with the nested record model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from pydantic import BaseModel, create_model

from extractor.forms import Applications, Form, Proactive2019, Proactive2021, ReviewLitigation

from .faults import Outcome, Subject, doubtful_cells, measure, scripted


class _Claim(BaseModel):
    metric: str
    value: float
    quote: str


class _Fact(BaseModel):
    what: str
    value: float
    unit: str
    quote: str


class _Lean(BaseModel):
    """A model whose JSON Schema says neither defaults nor descriptions, nor titles but its own."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"title": cls.__name__} | cast(dict[str, Any], _bare(super().model_json_schema(*args, **kwargs)))


def _bare(schema: Any) -> Any:
    """A schema without what only tells about it; a property may bear such a name."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    named = {key: {name: _bare(one) for name, one in schema[key].items()} for key in ("properties", "$defs") if key in schema}
    return {key: _bare(value) for key, value in schema.items() if key not in ("default", "title", "description")} | named


def customary_model(form: Form, *, narrative: bool, lean: bool = False) -> type[BaseModel]:
    """The nested record as one response model, as tutorials do it: this package's own models, their schema as Pydantic writes it.

    ``lean`` leaves out of the schema what an answer does not need: the defaults, which repeat every empty row, titles, descriptions.
    """
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
    return create_model("AnnualReport", __base__=_Lean if lean else BaseModel, **fields)


def customary_tokens(
    found: Sequence[Subject], fault: str | None, share: float, *, narrative: bool, lean: bool = False
) -> tuple[int, int, int]:
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
            wanted = customary_model(form, narrative=narrative, lean=lean)
            try:
                client.create(model="scripted", messages=messages, response_model=wanted, max_retries=3)
            except (InstructorRetryException, IncompleteOutputException, AssertionError):
                failed += 1
        return len(running.seen), sum(running.tokens.values()), failed


def token_table(found: Sequence[Subject]) -> str:
    """Tokens by way of asking, without faults and with a tenth of the answers unusable, as Markdown."""
    lines = ["| 方式 | 故障 | 请求 | 词元 | 每份 | 与惯常方式之比 |", "|---|---|---:|---:|---:|---:|"]
    count = len(found)
    for fault, share in ((None, 0.0), ("invalid_json", 0.1)):
        name = f"{fault} {share:.0%}" if fault else "无"
        for narrative in (False, True):
            what = "表与正文" if narrative else "三张表"
            requests, base, failed = customary_tokens(found, fault, share, narrative=narrative)
            lost = f"，{failed} 份失败" if failed else ""
            lines.append(f"| 惯常：整份一次（{what}{lost}） | {name} | {requests} | {base:,} | {base / count:,.0f} | 100% |")
            requests, least, failed = customary_tokens(found, fault, share, narrative=narrative, lean=True)
            lost = f"，{failed} 份失败" if failed else ""
            lines.append(
                f"| 同上，结构不写默认值、标题、说明{lost} | {name} | {requests} | {least:,} | {least / count:,.0f} | {least / base:.0%} |"
            )
            outcome = measure(found, "llm", fault, share, narrative=narrative)
            lines.append(_spent(f"llm（{what}）", name, outcome, base, count))
        # Beside the customary call for tables and narrative, the last one asked above.
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
