"""Runs an engine over cases: in parallel, resumable, nothing lost, everything stored that a repetition needs."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path

from extractor.errors import GongkaiError, SettingsError
from extractor.model import Report

from .label import Label
from .scoring import CaseResult, score
from .sets import ROOT, Case, cases_of, load_case

Engine = Callable[[bytes, str], Sequence[Report]]
"""From a file's bytes and name to its reports."""

LIMIT = 120
"""Seconds after which a case counts as failed."""
_ASKING = ("llm", "auto")
"""Engines that ask the configured model."""
_SAME = ("sets", "engine", "model", "server", "structured", "temperature", "code")
"""Settings that results of one run share."""
_NOT_CODE = {".pyc", ".png", ".jpg"}
_PACKAGES = ("gongkai", "pydantic", "ortools", "numpy", "instructor", "openai", "chromadb")


@dataclass(frozen=True)
class Run:
    """The results of one run, with what it was."""

    settings: dict[str, object]
    results: tuple[CaseResult, ...]
    folder: Path | None = None


def offline(data: bytes, name: str) -> Sequence[Report]:
    """The embedded reader."""
    from extractor.pipeline import extract
    from extractor.sources import read_bytes

    return extract(read_bytes(data, name))


def engine_of(name: str) -> Engine:
    """``offline``, ``llm``, ``auto``, or ``module:function`` for a reader of one's own."""
    if name == "offline":
        return offline
    if name in _ASKING:
        return _with_model(name)
    module, _, function = name.partition(":")
    try:
        found: Engine = getattr(importlib.import_module(module), function or "read")
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"没有名为“{name}”的引擎，可用 offline、llm、auto 或 模块:函数 (no such engine): {error}") from error
    return found


def _with_model(name: str) -> Engine:
    """A reader that may ask the configured model."""

    def read(data: bytes, file: str) -> Sequence[Report]:
        from extractor import pipeline
        from extractor.sources import read_bytes

        extract: Callable[..., Sequence[Report]] = pipeline.extract
        return extract(read_bytes(data, file), engine=name)

    return read


def check_engine(engine: str | Engine) -> None:
    """Raise SettingsError before anything is measured: no such engine, or no model named for one that asks a model."""
    if callable(engine):
        return
    engine_of(engine)
    if engine in _ASKING:
        from extractor.llm.settings import load_settings

        load_settings().require()


def run_case(case: Case, engine: str | Engine, limit: int = LIMIT) -> CaseResult:
    """Read one case and score it; whatever goes wrong is a failed case, never an exception."""
    try:
        data, name, label, group = load_case(case)
    except (GongkaiError, OSError) as trouble:
        return CaseResult(case=case.id, group=case.set, error=str(trouble))
    started = time.perf_counter()
    report, error = None, ""
    try:
        with time_limit(limit):
            reader = engine_of(engine) if isinstance(engine, str) else engine
            report = _pick(reader(data, name), label)
            error = "" if report else "没有读出任何报告 (no report)"
    except GongkaiError as trouble:
        error = str(trouble)
    except (Exception, TimeoutError) as trouble:
        error = f"{type(trouble).__name__}: {trouble}"[:300]
    return score(case.id, group, label, report, error=error, seconds=time.perf_counter() - started)


def _died(data: bytes, name: str) -> Sequence[Report]:
    raise GongkaiError("读取进程崩溃 (the reading process died)")


def _pick(reports: Sequence[Report], label: Label) -> Report | None:
    """The report that the label is about; the first where none names its agency and year."""
    for report in reports:
        if (report.agency, report.year) == (label.agency, label.year):
            return report
    return reports[0] if reports else None


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the body after some seconds (in a main thread; elsewhere there is no limit)."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"超过 {seconds} 秒 (took longer than {seconds} s)")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(
    sets: Sequence[str],
    *,
    engine: str | Engine = "offline",
    jobs: int = 1,
    folder: Path | None = None,
    limit: int = LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Measure an engine over sets. With a ``folder`` every finished case is stored there at once, and a repetition goes on."""
    check_engine(engine)
    cases = cases_of(sets)
    settings = settings_of(sets, engine, cases)
    done = _resume(folder, settings) if folder else {}
    for result in _run(cases, done, engine, jobs, limit, progress):
        done[result.case] = result
        if folder:
            _append(folder / "cases.jsonl", result)
    return Run(settings, tuple(done[case.id] for case in cases), folder)


def _run(
    cases: Sequence[Case],
    done: dict[str, CaseResult],
    engine: str | Engine,
    jobs: int,
    limit: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[CaseResult]:
    left = [case for case in cases if case.id not in done]
    results = (run_case(case, engine, limit) for case in left) if jobs <= 1 or callable(engine) else _parallel(left, engine, jobs, limit)
    for count, result in enumerate(results, 1):
        if progress:
            progress(len(cases) - len(left) + count, len(cases))
        yield result


def _parallel(cases: Sequence[Case], engine: str, jobs: int, limit: int) -> Iterator[CaseResult]:
    """Cases on several processes; when a process dies, each case still open is tried once more on a process of its own."""
    finished: set[str] = set()
    context = get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, context) as pool:
            futures = [pool.submit(run_case, case, engine, limit) for case in cases]
            for future in as_completed(futures):
                result = future.result()
                finished.add(result.case)
                yield result
        return
    except BrokenProcessPool:
        pass
    for case in cases:
        if case.id in finished:
            continue
        try:
            with ProcessPoolExecutor(1, context) as pool:
                yield pool.submit(run_case, case, engine, limit).result()
        except BrokenProcessPool:
            yield run_case(case, _died, limit)


# ------------------------------------------------------------------ what is stored
def settings_of(sets: Sequence[str], engine: str | Engine, cases: Sequence[Case]) -> dict[str, object]:
    """Everything needed to repeat a run: sets, engine, code, versions, machine."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "sets": list(sets),
        "cases": len(cases),
        "engine": engine if isinstance(engine, str) else f"{engine.__module__}:{getattr(engine, '__name__', 'engine')}",
        **_asked(engine),
        "code": fingerprint(),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "versions": versions,
    }


def _asked(engine: str | Engine) -> dict[str, object]:
    """The model and how it is asked; empty for an engine that asks none."""
    if engine not in _ASKING:
        return {"model": "", "server": "", "structured": "", "temperature": None}
    from extractor.llm.settings import load_settings

    found = load_settings()
    return {"model": found.model or "", "server": found.base_url, "structured": found.structured, "temperature": found.temperature}


def fingerprint() -> str:
    """A hash of the project's own code, prompts and tables included, so that results of different code are never mixed."""
    digest = hashlib.sha256()
    for package in ("extractor", "evals"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and path.suffix not in _NOT_CODE and path.parent.name != "baselines":
                data = path.read_bytes()
                digest.update(f"{path.relative_to(ROOT).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


def _resume(folder: Path, settings: dict[str, object]) -> dict[str, CaseResult]:
    """Results that an interrupted run of the same settings left; starts the folder where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / "run.json"
    if stored.is_file():
        before = json.loads(stored.read_text(encoding="utf-8"))
        changed = [key for key in _SAME if before.get(key) != settings[key]]
        if changed:
            raise SettingsError(
                f"{folder} 中的评测与现在的设置不同（{'、'.join(changed)}），请换一个 --run 名称 (run was made with other settings)"
            )
        return {result.case: result for result in read_results(folder / "cases.jsonl")}
    started = {**settings, "command": sys.argv, "started": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    stored.write_text(json.dumps(started, ensure_ascii=False, indent=1), encoding="utf-8")
    return {}


def _append(path: Path, result: CaseResult) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(result.model_dump_json(exclude_defaults=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_results(path: Path) -> list[CaseResult]:
    """Stored results; a last line that was cut short by a crash is left out and will be measured again."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(CaseResult.model_validate_json(line))
        except ValueError:
            continue
    return found
