"""Keep within what a server allows and a user will pay: calls at once, requests and tokens per minute, the budget."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from ..errors import BudgetError
from .log import CallLog
from .settings import Settings
from .usage import Usage

_MINUTE = 60.0


class Gate:
    """Lets calls to one server through; shared by every thread of the process."""

    def __init__(self, concurrency: int, rpm: int | None, tpm: int | None) -> None:
        self._slots = threading.BoundedSemaphore(concurrency)
        self._rpm = rpm
        self._tpm = tpm
        self._recent: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def entered(self, tokens: int) -> Iterator[None]:
        """Wait for a free slot and for room in the minute, then hold the slot."""
        with self._slots:
            while (wait := self._wait(tokens)) > 0:
                time.sleep(wait)
            yield

    def _wait(self, tokens: int) -> float:
        """Seconds until this call has room; 0 when it has, and then it is counted."""
        with self._lock:
            now = time.monotonic()
            while self._recent and now - self._recent[0][0] >= _MINUTE:
                self._recent.popleft()
            full = self._rpm is not None and len(self._recent) >= self._rpm
            spent = sum(count for _, count in self._recent)
            crowded = self._tpm is not None and bool(self._recent) and spent + tokens > self._tpm
            if full or crowded:
                return max(_MINUTE - (now - self._recent[0][0]), 0.01)
            self._recent.append((now, tokens))
            return 0.0


@cache
def gate(server: str, concurrency: int, rpm: int | None, tpm: int | None) -> Gate:
    """The process's gate to a server."""
    return Gate(concurrency, rpm, tpm)


def check_budget(settings: Settings, log: CallLog, tokens: int, what: str) -> None:
    """BudgetError when a call of about so many tokens would go beyond what the run may spend."""
    spent: Usage = log.usage
    if settings.budget_tokens is not None and spent.tokens + tokens > settings.budget_tokens:
        raise BudgetError(
            f"预算用完：已用 {spent.tokens} 词元，上限 {settings.budget_tokens}，“{what}”没有再问模型 "
            f"(token budget of {settings.budget_tokens} spent; {what} was not sent)"
        )
    if settings.budget is not None:
        about = settings.cost(tokens, 0)
        used = spent.cost or 0
        if about is not None and used + about > settings.budget:
            raise BudgetError(
                f"预算用完：已花 {used:.4f}，上限 {settings.budget}，“{what}”没有再问模型 "
                f"(budget of {settings.budget} spent; {what} was not sent)"
            )
