"""Workers of a cluster that die, hang or go away: only a file that is the cause is given up. The cluster is played, with its own clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_reports import read_small, write_orders

from extractor.library import cluster
from extractor.library.desk import Desk, Task
from extractor.library.versions import tool_version

SECONDS = 10.0


class LostError(Exception):
    """What the played cluster raises for a result that does not come any more."""


class Reference:
    """A result to come: when it is there, and whether its worker dies of it."""

    def __init__(self, name: str, at: float, answer: object, *, fatal: bool = False) -> None:
        self.name, self.at, self.answer, self.fatal = name, at, answer, fatal
        self.lost = self.passed_on = False


class Handle:
    """A worker of the played cluster; it works off what it is given one after the other."""

    def __init__(self, played: Played, starting: float) -> None:
        self.played, self.free = played, played.now + starting
        self.given: list[Reference] = []
        self.ready = SimpleNamespace(remote=lambda: self.take("", 0.0, tool_version()))
        self.read = SimpleNamespace(remote=self.told)
        self.ends: float | None = None
        """When the machine it runs on goes away."""
        self.dead = False

    def take(self, name: str, took: float, answer: object, *, fatal: bool = False) -> Reference:
        self.free = max(self.free, self.played.now) + took
        self.given.append(Reference(name, self.free, answer, fatal=fatal))
        return self.given[-1]

    def told(self, task: Task, data: bytes) -> Reference:
        assert task.path is not None
        order, took = self.played.orders.get(task.path.name, ("read", 1.0))
        self.played.read.append(task.path.name)
        if order == "fail":
            return self.take(task.path.name, took, (False, None, "SourceError", "encrypted"))
        answer: tuple[bool, object, str, str] = (True, (task.sha256, b"", []), "", "")
        return self.take(task.path.name, math.inf if order == "hang" else took, answer, fatal=order == "die")

    def look(self) -> None:
        """Pass on what is done by now; when it has died, all is lost that was not passed on before."""
        ends = min((one.at for one in self.given if one.fatal), default=math.inf) if self.ends is None else self.ends
        self.dead = self.dead or ends <= self.played.now
        for one in self.given:
            one.lost = one.lost or (self.dead and not one.passed_on)
            one.passed_on = one.passed_on or (not one.lost and one.at <= self.played.now)


class Played:
    """A cluster with a clock of its own, of which the code under test sees as much as of Ray."""

    exceptions = SimpleNamespace(RayError=LostError)

    def __init__(self, orders: dict[str, tuple[str, float]]) -> None:
        self.orders = orders
        """What becomes of a file, and after how many seconds."""
        self.now = 0.0
        self.handles: list[Handle] = []
        self.read: list[str] = []
        """Names of the files as they were given to a worker."""

    def remote(self, **_: object) -> Any:
        return lambda seat: SimpleNamespace(remote=self.hire)

    def hire(self, desk: Desk) -> Handle:
        self.handles.append(Handle(self, starting=3.0))
        return self.handles[-1]

    def put(self, value: object) -> object:
        return value

    def kill(self, handle: Handle) -> None:
        handle.dead = True

    def get(self, reference: Reference) -> object:
        if reference.lost:
            raise LostError(reference.name)
        return reference.answer

    def wait(self, waiting: list[Reference], *, num_returns: int, timeout: float) -> tuple[list[Reference], list[Reference]]:
        moments = {one.at for one in waiting} | {handle.ends for handle in self.handles if handle.ends is not None}
        for moment in (*sorted(moment for moment in moments if self.now < moment <= self.now + timeout), self.now + timeout):
            ready = self._there(waiting)
            if len(ready) >= num_returns or not timeout:
                break
            self.now = moment
        ready = self._there(waiting)
        return ready, [one for one in waiting if one not in ready]

    def _there(self, waiting: list[Reference]) -> list[Reference]:
        for handle in self.handles:
            handle.look()
        return [one for one in waiting if one.passed_on or one.lost]


@contextmanager
def played(orders: dict[str, tuple[str, float]]) -> Iterator[Played]:
    """A played cluster in Ray's place, and its clock in that of the system."""
    made = Played(orders)

    @contextmanager
    def joined(workers: int) -> Iterator[Played]:
        yield made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "joined", joined)
        patch.setattr(cluster, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=lambda seconds: None))
        patch.setattr(cluster, "Sources", lambda library: SimpleNamespace(put=lambda *_: None))
        yield made


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_orders(tmp_path_factory.mktemp("in"), 8)


def spread(files: list[Path], workers: int) -> Iterator[tuple[str, str]]:
    """Name and kind of failure, file by file, as they get done."""
    desk = Desk(files[0].parent / "library", read_small, "offline", "run")
    for outcome in cluster.spread_on_ray(desk, (Task(file) for file in files), workers=workers, seconds=SECONDS):
        assert outcome.item.path is not None
        yield outcome.item.path.name, outcome.kind


def test_a_file_whose_result_is_lost_on_the_way_is_not_blamed_for_its_workers_death(files: list[Path]) -> None:
    with played({files[3].name: ("die", 0.0)}) as cluster_played:
        found = dict(spread(files, 1))
    assert found == {file.name: "died" if file is files[3] else "" for file in files}
    assert cluster_played.read.count(files[2].name) == 2, "its result was there when the worker died, and was not passed on"


def test_a_machine_that_goes_away_costs_no_file(files: list[Path]) -> None:
    with played({}) as cluster_played:
        outcomes = spread(files, 2)
        found = [next(outcomes)]
        cluster_played.handles[0].ends = cluster_played.now + 0.5
        found += outcomes
    assert sorted(found) == [(file.name, "") for file in files]


def test_a_file_that_got_done_while_this_process_was_busy_is_not_late(files: list[Path]) -> None:
    with played({files[1].name: ("read", 5.0)}) as cluster_played:
        found = {}
        for name, kind in spread(files, 2):
            cluster_played.now += 100 * SECONDS  # the library is being written
            found[name] = kind
    assert found == {file.name: "" for file in files}


ORDER = st.tuples(st.sampled_from(["read", "read", "read", "fail", "die", "hang"]), st.sampled_from([0.0, 0.5, 1.0, 4.0]))
KINDS = {"read": "", "fail": "SourceError", "die": "died", "hang": "timeout"}


@given(orders=st.lists(ORDER, min_size=8, max_size=8), workers=st.integers(1, 3))
def test_each_file_has_one_outcome_and_it_is_its_own(files: list[Path], orders: list[tuple[str, float]], workers: int) -> None:
    with played({file.name: order for file, order in zip(files, orders, strict=True)}):
        found = sorted(spread(files, workers))
    assert found == [(file.name, KINDS[order]) for file, (order, _) in zip(files, orders, strict=True)]
