"""Work spread over processes that may crash or hang: each outcome comes back with the item it belongs to.

Unlike the pools of the standard library, one that dies takes nothing with it but the item it was at, and an item that takes
too long is given up. At most a few items per worker are under way, so a long run needs no more memory than a short one.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from ..errors import GongkaiError

Item = TypeVar("Item")
Result = TypeVar("Result")
STARTING = 60.0
"""Seconds allowed for a new process to load before its first item's time counts."""
AHEAD = 2
"""Items given to a worker at a time: the next lies ready while the first one's result is written."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of an item."""

    item: Item
    result: Result | None
    kind: str = ""
    """Class of the error; ``died`` or ``timeout`` when the process was lost; empty when all went well."""
    reason: str = ""
    """The error in words."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    items: deque[Any] = field(default_factory=deque)
    since: float = 0.0
    """When the first of ``items`` was begun."""


def spread(
    work: Callable[[Item], Result], items: Iterable[Item], *, workers: int, seconds: float = 900.0
) -> Iterator[Outcome[Item, Result]]:
    """Outcomes of ``work`` over ``items`` in the order in which they get done; in this process when ``workers`` is 0.

    ``work`` must be importable by name. ``seconds`` is the time allowed for one item.
    """
    if workers == 0:
        for item in items:
            ok, result, kind, reason = attempt(work, item)
            yield Outcome(item, result if ok else None, kind, reason)
        return
    context = multiprocessing.get_context("spawn")
    source = iter(items)
    team = [_hire(context, work) for _ in range(workers)]
    returned: deque[Item] = deque()
    dry = False
    try:
        while True:
            while not dry and len((worker := min(team, key=lambda one: len(one.items))).items) < AHEAD:
                try:
                    item = returned.popleft() if returned else next(source)
                except StopIteration:
                    dry = True
                else:
                    _give(worker, item)
            if not any(worker.items for worker in team):
                return
            busy = [worker for worker in team if worker.items]
            first = min(worker.since for worker in busy) + seconds
            seen = time.monotonic()  # what is not there is late only as of this look: the caller may be busy between two outcomes
            ready = set(wait([worker.pipe for worker in busy], timeout=max(0.0, first - seen)))
            for worker in busy:
                if worker.pipe in ready:
                    collected = _collect(worker)
                    if collected is None:
                        continue
                    outcome = collected
                elif seen - worker.since >= seconds:
                    worker.process.kill()
                    late = f"处理超过 {seconds:g} 秒，已放弃 (took longer than {seconds:g} s)"
                    outcome = Outcome(worker.items.popleft(), None, "timeout", late)
                else:
                    continue
                if outcome.kind in ("died", "timeout"):
                    returned.extend(worker.items)
                    dry = dry and not returned
                    _dismiss(worker)
                    team[team.index(worker)] = _hire(context, work)
                yield outcome
    finally:
        for worker in team:
            _dismiss(worker)


def _hire(context: Any, work: Callable[[Any], Any]) -> _Worker:
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, work), daemon=True)
    with _deaf_children():
        process.start()
    there.close()
    return _Worker(process, here)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started here never hear Ctrl-C: this process does, and ends them in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _give(worker: _Worker, item: Any) -> None:
    if not worker.items:
        worker.since = time.monotonic() + STARTING
    worker.items.append(item)
    try:
        worker.pipe.send(item)
    except OSError:
        return


def _collect(worker: _Worker) -> Outcome[Any, Any] | None:
    """The outcome of the worker's first item; None when it only says that it has begun."""
    try:
        answer = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(timeout=10)
        code = worker.process.exitcode
        return Outcome(
            worker.items.popleft(), None, "died", f"处理进程意外结束，退出码 {code} (the working process died, exit code {code})"
        )
    worker.since = time.monotonic()
    if answer is None:
        return None
    ok, result, kind, reason = answer
    return Outcome(worker.items.popleft(), result if ok else None, kind, reason)


def _dismiss(worker: _Worker) -> None:
    worker.pipe.close()
    if worker.items:
        worker.process.kill()
    worker.process.join(timeout=10)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """A worker's life: an item, its result, the next; it ends when the other side of the pipe is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            item = pipe.recv()
            pipe.send(None)
            pipe.send(attempt(work, item))
    except (EOFError, OSError):
        return


def attempt(work: Callable[[Any], Any], item: Any) -> tuple[bool, Any, str, str]:
    """Whether work on an item went well, its result, and else the class of the error and the error in words."""
    try:
        return (True, work(item), "", "")
    except GongkaiError as error:
        return (False, None, type(error).__name__, str(error))
    except Exception as error:  # one file's bug must not stop the other 99,999
        return (False, None, type(error).__name__, f"程序内部错误：{error!r} (internal error)"[:500])
