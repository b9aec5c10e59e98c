"""Answers that are lists, item by item: each is checked as soon as it is complete, and only what holds is handed on.

What is wrong is told the model when its answer has ended, and it is asked again; what was handed on stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from ..errors import ModelError
from .answers import correction, several
from .log import CallLog
from .manner import manner_of
from .settings import Settings
from .stream import chat_heard
from .structured import AnswerError, Message, parsed, request_for
from .wire import Errand

T = TypeVar("T", bound=BaseModel)

MOST = 40
"""Items of an answer after which no more is heard."""
REPEATED = 5
"""Times that an answer may say what it has said before it is no longer heard."""
_OPENING = re.compile(r"^\s*(?:<think>.*?</think>\s*)?(?:```(?:json)?\s*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """The list that is asked for."""

    answer: type[BaseModel]
    """The shape of a whole answer."""
    name: str
    """Its field that is the list."""
    item: type[T]
    wrong: Callable[[T], str]
    """What is wrong with an item, in one specific sentence; empty when it holds."""
    about: Callable[[T], Hashable]
    """What an item is about: a later try adds nothing about what is already told."""


def hear(
    messages: Sequence[Message], wanted: Wanted[T], settings: Settings, log: CallLog, *, errand: Errand
) -> Generator[T, None, tuple[str, ...]]:
    """The items that hold, each as soon as it is complete; returns what is still wrong, nothing for a sound answer.

    Raises ModelError or BudgetError when there is no answer at all.
    """
    manner = manner_of(settings, log)
    sieve = Sieve(wanted)
    said: list[Message] = list(messages)
    for attempt in range(1, settings.content_tries + 1):
        sieve.anew()
        text = ""
        try:
            hearing = chat_heard(request_for(said, wanted.answer, settings, manner), settings, log, errand)
            try:
                while not sieve.full:
                    text, before = next(hearing), text
                    if not text.startswith(before):
                        sieve.anew()
                    yield from sieve.take(so_far(text, wanted.name))
            except StopIteration as end:
                call = end.value
                value = parsed(call, said, wanted.answer, settings, log, manner).value
                yield from sieve.take([one.model_dump() for one in getattr(value, wanted.name)])
                if sieve.wrong:
                    log.judge(call.id, several(sieve.wrong, MOST))
            finally:
                hearing.close()
        except AnswerError as error:
            text = error.raw
            sieve.wrong.append(error.problem)
        except ModelError as error:
            if attempt == 1 and not sieve.told:
                raise
            return (*sieve.wrong, str(error))
        if not sieve.wrong or (sieve.full and sieve.told):
            break
        said = [*messages, {"role": "assistant", "content": text or "（空）"}, {"role": "user", "content": correction(sieve.wrong)}]
    return tuple(sieve.wrong)


def so_far(text: str, name: str) -> list[Any]:
    """The complete items of the list ``name`` in an answer that is still being written; none where it is no JSON."""
    bare = _OPENING.sub("", text, count=1).rstrip("` \t\r\n,")
    try:
        found = from_json(bare, allow_partial=True)
    except (ValueError, TypeError):  # TypeError: a text that ends in half a character
        return []
    items = found.get(name) if isinstance(found, dict) else None
    if not isinstance(items, list):
        return []
    return items if _closed(bare) else items[:-1]


def _closed(text: str) -> bool:
    """Whether the last item begun is complete."""
    return text.endswith(("}", "]")) and any(_parses(text + end) for end in ("]}", "}", ""))


def _parses(text: str) -> bool:
    try:
        from_json(text)
    except ValueError:
        return False
    return True


@dataclass
class Sieve(Generic[T]):
    """Which items of an answer are new and hold."""

    wanted: Wanted[T]
    told: list[T] = field(default_factory=list)
    """What was handed on."""
    wrong: list[str] = field(default_factory=list)
    """What is wrong with the answer that is being heard."""
    full: bool = False
    """Whether enough was heard of it: it goes on for ever, or in circles."""
    _seen: int = 0
    _known: set[str] = field(default_factory=set)
    _before: set[Hashable] = field(default_factory=set)

    def anew(self) -> None:
        """Another answer to the same question begins."""
        self._before = {self.wanted.about(one) for one in self.told}
        self._known = {one.model_dump_json() for one in self.told}
        self._seen, self.wrong, self.full = 0, [], False

    def take(self, items: Sequence[Any]) -> Generator[T, None, None]:
        """Those of an answer's items so far that are new and hold."""
        for raw in items[self._seen :]:
            self._seen += 1
            if self._seen > MOST or self._circles(items):
                self.full = True
                self.wrong.append("回答说个没完，请只写要点 (the answer goes on and on)")
                return
            try:
                one = self.wanted.item.model_validate(raw)
            except ValidationError:
                continue  # the whole answer's own check says what is wrong with it
            key = one.model_dump_json()
            if key in self._known:
                continue
            self._known.add(key)
            if problem := self.wanted.wrong(one):
                self.wrong.append(problem)
            elif self.wanted.about(one) not in self._before:
                self.told.append(one)
                yield one

    def _circles(self, items: Sequence[Any]) -> bool:
        """Whether the item just reached has been said too often."""
        return items[: self._seen].count(items[self._seen - 1]) > REPEATED
