"""One answer in a wanted shape: instructor prepares the request and parses what comes back, in a given mode.

One attempt, never a second: instructor's own loop would mix transport with content and forget the last answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ModelError
from .log import Call, CallLog
from .schema import strict
from .settings import Mode, Settings
from .wire import Errand, chat

T = TypeVar("T", bound=BaseModel)

Message = Mapping[str, str]

LONGEST = 400_000
"""Characters of an answer beyond which it is not even parsed; the longest sound answer has some ten thousand."""
_ECHOED = 20_000
"""Characters of an unusable answer that are shown to the model again."""


class AnswerError(ModelError):
    """An answer arrived and cannot be used: no JSON, cut off, outside the schema, a refusal."""

    def __init__(self, problem: str, raw: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        """What is wrong, fit to be told to the model."""
        self.raw = raw
        """The answer as it came."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A parsed answer and the call that gave it."""

    value: T
    call: Call


class Manner(BaseModel):
    """How a server wants to be asked."""

    model_config = ConfigDict(frozen=True)

    mode: Mode
    temperature: bool = True
    """Whether it takes a temperature; reasoning models refuse one."""


class _Captured(Exception):
    """The request is known; it is not sent from within instructor."""


def ask_in(
    messages: Sequence[Message],
    response_model: type[T],
    settings: Settings,
    log: CallLog,
    errand: Errand,
    manner: Manner,
) -> Answer[T]:
    """One answer, asked for in this manner.

    Raises AnswerError for an answer that cannot be parsed, ModelError when the server cannot be had, BudgetError beyond the budget.
    """
    call = chat(request_for(messages, response_model, settings, manner), settings, log, errand)
    return parsed(call, messages, response_model, settings, log, manner)


def request_for(messages: Sequence[Message], response_model: type[T], settings: Settings, manner: Manner) -> dict[str, Any]:
    """The request for an answer in this shape and manner."""
    from instructor.core.exceptions import InstructorRetryException

    found: list[dict[str, Any]] = []

    def capture(**request: Any) -> Any:
        found.append(_tightened(request))
        raise _Captured

    with suppress(InstructorRetryException):
        _created(capture, messages, response_model, settings, manner)
    return found[0]


def parsed(call: Call, messages: Sequence[Message], response_model: type[T], settings: Settings, log: CallLog, manner: Manner) -> Answer[T]:
    """The answer that a call brought, and its verdict in the log. Raises AnswerError for one that cannot be used."""
    from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException

    try:
        value = _created(lambda **_: _usable(call), messages, response_model, settings, manner)
    except IncompleteOutputException:
        raise _refused(log, call, "回答写到一半断了，请写短些 (the answer was cut off)") from None
    except InstructorRetryException as error:
        cause = error.__cause__
        raise _refused(log, call, cause.problem if isinstance(cause, AnswerError) else _what_is_wrong(cause)) from None
    log.judge(call.id, "used")
    # instructor hangs the raw response on the value, which would then equal nothing and drag its own class along.
    return Answer(response_model.model_validate(value.model_dump()), call)


def _created(send: Callable[..., Any], messages: Sequence[Message], response_model: type[T], settings: Settings, manner: Manner) -> T:
    """What instructor makes of the completion that ``send`` returns for its request."""
    sampling = {"temperature": settings.temperature} if manner.temperature and settings.temperature is not None else {}
    created: T = _patched(send, manner.mode)(
        model=settings.require(),
        messages=[dict(message) for message in messages],
        response_model=response_model,
        max_retries=0,
        strict=False,
        **sampling,
    )
    return created


def _usable(call: Call) -> Any:
    """The completion of a call, fit to be parsed. Raises AnswerError for one that holds no answer."""
    from openai.types.chat import ChatCompletion

    completion = ChatCompletion.construct(**(call.response or {}))
    if not getattr(completion, "choices", None):
        raise AnswerError("回答里没有内容 (the answer has no choices)")
    refusal = getattr(completion.choices[0].message, "refusal", None)
    if refusal:
        raise AnswerError(f"模型拒绝回答 (refused): {refusal[:200]}")
    if len(text_of(call.response)) > LONGEST:
        raise AnswerError("回答太长，请只写所要的项 (the answer is far too long)")
    if completion.choices[0].message.content:
        completion.choices[0].message.content = bare_json(completion.choices[0].message.content)
    return completion


@cache
def _modes() -> dict[Mode, Any]:
    import instructor

    return {"json_schema": instructor.Mode.JSON_SCHEMA, "tools": instructor.Mode.TOOLS, "json": instructor.Mode.JSON}


def _patched(send: Callable[..., Any], mode: Mode) -> Callable[..., Any]:
    import instructor

    return cast(Callable[..., Any], instructor.patch(create=send, mode=_modes()[mode]))


def _tightened(request: dict[str, Any]) -> dict[str, Any]:
    """The request with its schema in the strict subset, marked as strict."""
    tight = dict(request)
    shape = tight.get("response_format")
    if isinstance(shape, dict) and shape.get("type") == "json_schema":
        inner = shape["json_schema"]
        tight["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": inner["name"], "strict": True, "schema": strict(inner["schema"])},
        }
    if tight.get("tools"):
        tight["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool["function"]["name"],
                    "description": tool["function"].get("description", ""),
                    "strict": True,
                    "parameters": strict(tool["function"]["parameters"]),
                },
            }
            for tool in tight["tools"]
        ]
    return tight


def _refused(log: CallLog, call: Call, problem: str) -> AnswerError:
    log.judge(call.id, problem)
    return AnswerError(problem, text_of(call.response)[:_ECHOED])


def bare_json(text: str) -> str:
    """An answer without the thoughts before it and the code fence around it, which local models like to write."""
    text = re.sub(r"^\s*<think>.*?</think>", "", text, flags=re.DOTALL)
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return fenced.group(1) if fenced else text.strip()


def text_of(response: Mapping[str, Any] | None) -> str:
    """What the model wrote, as text or as a tool's arguments."""
    try:
        message = (response or {})["choices"][0]["message"]
        tools = message.get("tool_calls")
        return str((tools[0]["function"]["arguments"] if tools else message.get("content")) or "")
    except (KeyError, IndexError, TypeError, AttributeError):
        return ""


def _what_is_wrong(error: BaseException | None) -> str:
    if isinstance(error, ValidationError):
        parts = []
        for item in error.errors()[:8]:
            where = ".".join(str(part) for part in item["loc"])
            given = json.dumps(item.get("input"), ensure_ascii=False, default=str)[:80]
            parts.append(f"{where or 'JSON'}: {item['msg']}" + (f"，写的是 {given}" if where else ""))
        return "；".join(parts)
    return f"回答不成形 (not in the wanted form): {error}"[:500]
