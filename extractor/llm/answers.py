"""Answers that pass a check: what is wrong is told exactly, and the best attempt is kept when tries run out.

Transport is repeated in ``wire``; here only content is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from ..errors import ModelError
from .log import CallLog
from .manner import manner_of
from .settings import Settings
from .structured import Answer, AnswerError, Message, T, ask_in
from .wire import Errand

MOST = 40
"""Problems of an answer that a model is told at once."""


@dataclass(frozen=True, slots=True)
class Completion(Generic[T]):
    """What several attempts came to."""

    value: T | None
    """The best attempt; None when none could be parsed."""
    complaints: tuple[str, ...]
    """What is still wrong with it; empty for a sound answer."""
    attempts: int
    prompt: str
    """Hash of the prompt file, for the report."""


def ask(messages: Sequence[Message], response_model: type[T], settings: Settings, log: CallLog, errand: Errand) -> Answer[T]:
    """One answer in the shape of ``response_model``.

    Raises AnswerError for an answer that cannot be parsed, ModelError when the server cannot be had, BudgetError beyond the budget.
    """
    return ask_in(messages, response_model, settings, log, errand, manner_of(settings, log))


def complete(
    messages: Sequence[Message],
    response_model: type[T],
    settings: Settings,
    log: CallLog,
    *,
    errand: Errand,
    check: Callable[[T], Sequence[str]] | None = None,
    worth: Callable[[T], int] | None = None,
) -> Completion[T]:
    """An answer that passes ``check``, asking again with its complaints until the tries run out.

    ``check`` returns what is wrong, one specific sentence each; ``worth`` how much of an answer is sound, so that an emptier
    answer is no cure. The attempt worth most, then the one with the fewest complaints, is kept.
    Raises ModelError or BudgetError only when not even one answer could be had.
    """
    best: T | None = None
    complaints: tuple[str, ...] = ()
    top = (0, 0)
    said: list[Message] = list(messages)
    for attempt in range(1, settings.content_tries + 1):
        try:
            answer = ask(said, response_model, settings, log, errand)
        except AnswerError as error:
            wrong: tuple[str, ...] = (error.problem,)
            given = error.raw
        except ModelError:
            if attempt == 1:
                raise
            break
        else:
            wrong = tuple(check(answer.value)) if check else ()
            given = answer.value.model_dump_json()
            rank = (worth(answer.value) if worth else 0, -len(wrong))
            if best is None or rank > top:
                best, complaints, top = answer.value, wrong, rank
            if not wrong:
                break
            log.judge(answer.call.id, several(wrong, MOST))
        if best is None:
            complaints = wrong
        said = [*messages, {"role": "assistant", "content": given or "（空）"}, {"role": "user", "content": correction(wrong)}]
    return Completion(best, complaints, attempt, errand.prompt)


def correction(wrong: Sequence[str]) -> str:
    """The message that asks for an answer again."""
    return "上面的回答有下列问题，请改正后重新给出完整的 JSON：\n" + "\n".join(f"- {problem}" for problem in wrong[:MOST])


def several(problems: Sequence[str], most: int = 8) -> str:
    """The first of some problems in one sentence, and how many there are."""
    return "；".join(problems[:most]) + (f"；等 {len(problems)} 处" if len(problems) > most else "")
