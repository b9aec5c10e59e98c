"""Work spread over Ray: the same outcomes as from processes of this machine, on this machine or on a cluster (RAY_ADDRESS).

This process alone reads the files and writes the library. A worker gets the bytes of one file, gives back what is to be written, and
sees neither; the nodes of a cluster need Gongkai installed, but no shared storage. At most a few files per worker are under way.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import secrets
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import SettingsError
from .desk import Desk, Task
from .pool import AHEAD, Outcome, attempt
from .sources import Sources, packed
from .versions import Prepared, tool_version

JOINING = 300.0
"""Seconds that a cluster may take to give the first worker a processor."""
REACHED = 10.0
"""Seconds that the address of a cluster may take to answer."""
POLL = 0.5
"""Seconds between two looks at work that is done here, in this process."""
STORE = 512 * 2**20
"""Bytes of shared memory for files on their way to workers of this machine; used only as far as needed."""

Done = Outcome[Task, list[Prepared]]


class Seat:
    """A worker of the cluster: reads one file after the other with the desk it was given."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ready(self) -> str:
        """The version of the program here."""
        return tool_version()

    def read(self, task: Task, data: bytes) -> tuple[bool, Any, str, str]:
        """The packed document and the versions of a file, or the error in words."""
        return attempt(self._made, (task, data))

    def _made(self, given: tuple[Task, bytes]) -> tuple[str, bytes, list[Prepared]]:
        document, made = self.desk.made(*given)
        return document.source.sha256, packed(document), made


@dataclass
class _Worker:
    """A seat, and the files given to it."""

    seat: Any
    begun: Any
    """Answers when the worker has started; None from then on."""
    given: deque[tuple[Task, Any]] = field(default_factory=deque)
    """Tasks with the references to their results, the one being read first."""
    since: float = 0.0
    """When the first of them was begun."""
    alone: bool = False
    """Whether it has a file that another worker died with, and gets no second one beside it."""


def spread_on_ray(desk: Desk, tasks: Iterable[Task], *, workers: int, seconds: float = 900.0) -> Iterator[Done]:
    """Outcomes of a desk's tasks in the order in which they get done, as :func:`extractor.library.pool.spread` gives them.

    SettingsError: Ray is not installed, its cluster cannot be reached or gives no worker, or runs another version of this program.
    """
    with joined(workers) as ray, ThreadPoolExecutor(1, "gongkai-local") as here:
        team = _Team(ray, desk, workers)
        source, local = iter(tasks), deque[tuple[Task, Future[tuple[bool, Any, str, str]]]]()
        dry = False
        try:
            while True:
                while not dry and len(local) < AHEAD and (room := team.room()) is not None:
                    task, alone = team.left(room) or (next(source, None), False)
                    if task is None:
                        dry = True
                    elif task.segment is not None or task.held:
                        local.append((task, here.submit(attempt, desk, task)))
                    elif (refused := team.give(room, task, alone=alone)) is not None:
                        yield refused
                if not local and not team.busy:
                    if dry and not team.returned:
                        return
                    dry = False
                while local and local[0][1].done():
                    task, future = local.popleft()
                    yield _outcome(task, future.result())
                yield from team.collect(seconds, POLL if local else None)
                dry = dry and not team.returned
        finally:
            team.dismiss()


class _Team:
    """The workers of one run, and what is under way."""

    def __init__(self, ray: Any, desk: Desk, workers: int) -> None:
        self.ray, self.desk = ray, desk
        self.returned: deque[tuple[Task, bool]] = deque()
        """Tasks of lost workers that are to be read again, and whether alone."""
        self._make = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Seat)
        self._sources = Sources(desk.library)
        self._abroad = ray.put(replace(desk, library=type(desk.library)()))
        """What a worker needs, sent once; the place of the library means nothing to it."""
        self._data: dict[Any, bytes] = {}
        """The bytes of files under way, to be kept beside their reports."""
        self.workers = [self._hire() for _ in range(workers)]

    @property
    def busy(self) -> bool:
        """Whether any file is with a worker."""
        return any(worker.given for worker in self.workers)

    def room(self) -> _Worker | None:
        """The worker that has most room for another file; None when all have enough."""
        free = [worker for worker in self.workers if worker.begun is None and not worker.alone and len(worker.given) < AHEAD]
        if not free and not any(worker.begun is None for worker in self.workers):
            self._await()
            return self.room()
        return min(free, key=lambda worker: len(worker.given), default=None)

    def left(self, worker: _Worker) -> tuple[Task, bool] | None:
        """What a lost worker left behind, for this one, and whether it is to be alone with it: then only one that has nothing else."""
        if not self.returned or (self.returned[0][1] and worker.given):
            return None
        return self.returned.popleft()

    def give(self, worker: _Worker, task: Task, *, alone: bool) -> Done | None:
        """Read a file here and send it to a worker; gives the outcome at once when it cannot be read."""
        ok, data, kind, reason = attempt(self.desk.taken, task)
        if not ok:
            return Outcome(task, None, kind, reason)
        reference = worker.seat.read.remote(task, data)
        self._data[reference] = data
        if not worker.given:
            worker.since = time.monotonic()
        worker.given.append((task, reference))
        worker.alone = alone
        return None

    def collect(self, seconds: float, patience: float | None) -> Iterator[Done]:
        """What has got done; waits for something, but no longer than ``patience``. Lost workers are replaced."""
        busy = [worker for worker in self.workers if worker.given]
        waiting = [worker.given[0][1] for worker in busy] + [worker.begun for worker in self.workers if worker.begun is not None]
        if not waiting:
            time.sleep(patience or 0.0)
            return
        first = min((worker.since + seconds for worker in busy), default=time.monotonic() + JOINING)
        left = max(0.0, first - time.monotonic())
        self.ray.wait(waiting, num_returns=1, timeout=left if patience is None else min(left, patience))
        seen = time.monotonic()  # what is not there is late only as of this look: this process may be kept busy between two outcomes
        ready, _ = self.ray.wait(waiting, num_returns=len(waiting), timeout=0)  # whatever else is there by now
        for worker in list(self.workers):
            if worker.begun is not None:
                if worker.begun in ready:
                    self._welcome(worker)
            elif worker.given and worker.given[0][1] in ready:
                outcome = self._result(worker)
                if outcome is not None:
                    yield outcome
            elif worker.given and seen - worker.since >= seconds:
                yield self._lost(worker, "timeout", f"处理超过 {seconds:g} 秒，已放弃 (took longer than {seconds:g} s)")

    def dismiss(self) -> None:
        """End all workers."""
        for worker in self.workers:
            with suppress(Exception):
                self.ray.kill(worker.seat)

    def _result(self, worker: _Worker) -> Done | None:
        """The outcome of a worker's first file; None when the worker died and it is not certain that this file was the cause.

        A worker that dies takes with it what it has sent but Ray has not yet passed on, so that a file which was done looks like the
        one that ended it; and the node of a cluster that goes away takes whatever was read there. A file is therefore given up only
        when a worker died that had nothing else; all others are read again, each by a worker of its own.
        """
        task, reference = worker.given[0]
        try:
            answer = self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            if not worker.alone:
                self._replace(worker, alone=True)
                return None
            kind = type(error).__name__
            return self._lost(worker, "died", f"Ray 上的处理进程意外结束：{kind} (the working process on Ray died: {kind})")
        worker.given.popleft()
        worker.since, worker.alone = time.monotonic(), False
        data = self._data.pop(reference)
        outcome = _outcome(task, answer)
        if outcome.kind:
            return outcome
        sha256, document, made = answer[1]
        self._sources.put(sha256, lambda: document, data if self.desk.keep_bytes else None)
        return Outcome(task, made)

    def _lost(self, worker: _Worker, kind: str, reason: str) -> Done:
        """Replace a worker; its first file is given up, the others are read by somebody else."""
        task, reference = worker.given.popleft()
        self._data.pop(reference, None)
        self._replace(worker, alone=False)
        return Outcome(task, None, kind, reason)

    def _replace(self, worker: _Worker, *, alone: bool) -> None:
        """Put another in a worker's place; the files it was given are read by somebody else, each alone or not."""
        with suppress(Exception):
            self.ray.kill(worker.seat)
        for task, reference in worker.given:
            self._data.pop(reference, None)
            self.returned.append((task, alone))
        self.workers[self.workers.index(worker)] = self._hire()

    def _hire(self) -> _Worker:
        seat = self._make.remote(self._abroad)
        return _Worker(seat, seat.ready.remote())

    def _welcome(self, worker: _Worker) -> None:
        """Take a worker that has started into service."""
        try:
            there = self.ray.get(worker.begun)
        except self.ray.exceptions.RayError as error:
            told = " ".join(str(error).split())[-300:]
            raise SettingsError(
                f"Ray 的处理进程启动不了；各节点须装有同一版本的 gongkai：{told} (workers cannot start: install gongkai on every node)"
            ) from error
        if there != tool_version():
            raise SettingsError(
                f"Ray 节点上的 gongkai 是 {there}，这里是 {tool_version()}；请装同一版本 (the cluster runs another version of gongkai)"
            )
        worker.begun = None

    def _await(self) -> None:
        """Wait until at least one worker has started."""
        starting = [worker.begun for worker in self.workers]
        ready, _ = self.ray.wait(starting, num_returns=1, timeout=JOINING)
        if not ready:
            raise SettingsError(
                f"Ray 在 {JOINING:g} 秒内没有给出处理器；集群也许已满，或少要几个 --workers (the cluster gave no processor)"
            )
        for worker in self.workers:
            if worker.begun in ready:
                self._welcome(worker)


def _outcome(task: Task, answer: tuple[bool, Any, str, str]) -> Done:
    ok, result, kind, reason = answer
    return Outcome(task, result if ok else None, kind, reason)


@contextmanager
def joined(workers: int) -> Iterator[Any]:
    """Ray, connected: to the cluster at RAY_ADDRESS, else to one of its own on this machine that only this machine reaches."""
    if importlib.util.find_spec("ray") is None:
        raise SettingsError("没有安装 Ray：pip install 'gongkai[ray]'，或用 --on processes (Ray is not installed: the extra ray brings it)")
    address = os.environ.get("RAY_ADDRESS") or "local"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    how: dict[str, Any] = {"configure_logging": False, "logging_level": logging.CRITICAL, "log_to_driver": False}
    if address == "local":
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # Ray's own switch for listening on the loopback address only
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        how |= {"num_cpus": workers, "include_dashboard": False, "object_store_memory": STORE}
    else:
        _check_reachable(address)
    import ray

    logging.getLogger("ray").setLevel(logging.CRITICAL)
    mine = not ray.is_initialized()
    if mine:
        try:
            ray.init(address=address, **how)
        except Exception as error:  # Ray raises its own, gRPC's and the system's
            told = " ".join(str(error).split())[:300]
            raise SettingsError(f"连不上 Ray（{address}）：{told} (cannot connect to Ray)") from error
    try:
        yield ray
    finally:
        if mine:
            ray.shutdown()


def _check_reachable(address: str) -> None:
    """Raise SettingsError when nobody listens at an address of the form host:port, which Ray itself finds out after minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACHED).close()
    except OSError as error:
        raise SettingsError(
            f"连不上 Ray：RAY_ADDRESS={address} 没有应答（{error.strerror or error}）；请核对，或去掉它而用本机 (nobody answers there)"
        ) from error
