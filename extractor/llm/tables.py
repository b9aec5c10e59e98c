"""Tables read by a model: one call a table, every string grounded, refused rows asked again, a failing sum read once more.

What comes out is a Reading like the offline one, with the ways of reading that print leaves open; ``resolve`` alone chooses.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..errors import BudgetError, ModelError
from ..forms import SECTIONS, Column, Row
from ..model import Document, Group, Note, Reading
from .answers import ask, several
from .checks import failing_rows
from .ground import Grounded, Marks, Refusal, ground
from .log import CallLog
from .placing import group_of
from .prompts import fence_for, numbered, prompt_hash, said
from .section_four import joined
from .settings import Settings
from .shapes import PrintedTable, key_of, table_shape
from .structured import AnswerError, Message
from .usage import Tally
from .wire import Errand, TransportError

logger = logging.getLogger(__name__)

PROMPTS = ("table", "table_data")
_TOLD = 8
"""Refusals of one row that are told to the model."""
_FATAL = frozenset({"http 400", "http 401", "http 403", "http 404"})


def read_tables_with_model(
    document: Document,
    marks: Mapping[int, Marks],
    settings: Settings,
    *,
    log: CallLog,
    only: Collection[str] | None = None,
    tally: Tally | None = None,
) -> Reading:
    """The tables of one report as a model reads them; ``only`` restricts it to rows with these cells.

    ``marks`` holds what is printed in each of sections two to four. A table that no usable answer could be had for has no
    groups but a note that says why (``llm.unusable``, ``llm.unreachable``, ``llm.budget``). Raises TransportError when the
    server refuses the key, the model or the request, since no table would fare better.
    """
    settings.require()
    jobs = [job for section, found in sorted(marks.items()) if (job := job_for(document, section, found, only)) is not None]
    form = next((found.form for found in marks.values()), None)
    if not jobs:
        return Reading(form.key if form else None, form.divided if form else None, (), by=settings.reader)
    tally = tally or Tally()
    with ThreadPoolExecutor(max_workers=min(len(jobs), settings.concurrency)) as pool:
        outcomes = list(pool.map(lambda job: _read(job, settings, log, tally), jobs))
    groups = tuple(group for outcome in outcomes for group in outcome.groups)
    notes = tuple(note for outcome in outcomes for note in outcome.notes)
    assert form is not None
    return Reading(form.key, form.divided, groups, by=settings.reader, notes=notes)


@dataclass(frozen=True, slots=True)
class Job:
    """One table to be read."""

    document: Document
    section: int
    marks: Marks
    rows: tuple[Row, ...]
    """The rows wanted."""
    lines: tuple[int, ...]
    """Indices of the lines shown."""

    @property
    def title(self) -> str:
        """What the log calls it."""
        return f"{self.document.source.name} 表{'二三四'[self.section - 2]}"


@dataclass
class _Outcome:
    groups: list[Group] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def job_for(document: Document, section: int, marks: Marks, only: Collection[str] | None) -> Job | None:
    """What to ask about one table; None when nothing is printed in it or nothing of it is wanted."""
    rows = tuple(row for row in marks.form.section(section) if only is None or any(cell in only for cell in row.cells))
    if not rows or not any(token.kind != "blank" for line in marks.lines for token in marks.tokens(line)):
        return None
    lines = tuple(marks.lines) if only is None or section == 4 else _near(rows, marks)
    return Job(document, section, marks, rows, lines)


def _near(rows: Sequence[Row], marks: Marks) -> tuple[int, ...]:
    """The lines on which these rows can stand: from their label to the next row's, one line more on each side.

    All lines when a label was not found, or when little would be left out.
    """
    wanted = {row.path for row in rows}
    labelled = [line for line in marks.lines if marks.labels(line)]
    if wanted - {path for line in labelled for path in marks.labels(line)}:
        return tuple(marks.lines)
    near: set[int] = set()
    for at, line in enumerate(labelled):
        if wanted & set(marks.labels(line)):
            stop = labelled[at + 1] if at + 1 < len(labelled) else min(line + 4, marks.lines.stop)
            near.update(range(max(marks.lines.start, line - 1), min(stop + 1, marks.lines.stop)))
    return tuple(sorted(near)) if len(near) < 0.7 * len(marks.lines) else tuple(marks.lines)


def messages_for(job: Job, rows: Sequence[Row], lines: Sequence[int], problems: Sequence[str] = ()) -> list[Message]:
    """The messages that ask for some rows of a table."""
    text = numbered(job.document, lines)
    return said(
        *PROMPTS,
        title=SECTIONS[job.section],
        columns=_columns(rows),
        rows=[(key_of(row), _short(row.label.full)) for row in rows],
        problems=problems,
        text=text,
        fence=fence_for(text),
    )


def _columns(rows: Sequence[Row]) -> list[str]:
    """The columns of the rows, once for all rows that share them."""
    kinds: dict[tuple[Column, ...], list[str]] = {}
    for row in rows:
        kinds.setdefault(row.columns, []).append(key_of(row))
    lines = []
    for columns, keys in kinds.items():
        heads = "、".join(column.label.text for column in columns)
        lines.append(f"{len(columns)} 列：{heads}" + (f"（{'、'.join(keys)}）" if len(kinds) > 1 else ""))
    return lines


def _short(label: str) -> str:
    """A label's first words, enough to know it by."""
    return label if len(label) <= 16 else label[:15] + "…"


def _read(job: Job, settings: Settings, log: CallLog, tally: Tally) -> _Outcome:
    outcome = _Outcome()
    found: dict[str, Grounded] = {}
    refused: dict[str, list[str]] = {}
    try:
        _first(job, settings, log, tally, found, refused)
        doubtful = failing_rows(job.section, job.marks.form, found)
        if doubtful:
            _again(job, settings, log, tally, found, refused, doubtful)
    except BudgetError as error:
        outcome.notes.append(Note("llm.budget", str(error), tuple(cell for row in job.rows for cell in row.cells)))
    except AnswerError as error:
        outcome.notes.append(_note(job, "llm.unusable", f"{job.title}：模型的回答始终不能用：{error.problem}"))
    except TransportError as error:
        if error.status in _FATAL:
            raise
        outcome.notes.append(_note(job, "llm.unreachable", f"{job.title}：{error}"))
    except ModelError as error:
        outcome.notes.append(_note(job, "llm.unreachable", f"{job.title}：{error}"))
    rows = [each for each in found.values() if any(each.tokens) or each.lines]
    outcome.groups += joined(job.section, rows, job.document, job.marks) or [group_of(each, job.document, job.marks) for each in rows]
    for path, messages in refused.items():
        cells = job.marks.form.row(path).cells
        outcome.notes.append(Note("llm.refused", f"模型的回答有一部分没有采用：{several(messages)}", cells))
    return outcome


def _note(job: Job, rule: str, message: str) -> Note:
    return Note(rule, message, tuple(cell for row in job.rows for cell in row.cells))


def _first(job: Job, settings: Settings, log: CallLog, tally: Tally, found: dict[str, Grounded], refused: dict[str, list[str]]) -> None:
    """Ask for all rows, then again for those that were refused, until the tries run out; the best attempt of each row is kept."""
    rows, lines, problems = job.rows, job.lines, list[str]()
    error: AnswerError | None = None
    for attempt in range(settings.content_tries):
        try:
            fresh, refusals = _asked(job, rows, lines, problems, "table" if attempt == 0 else "again", settings, log, tally)
        except AnswerError as problem:
            error, problems = problem, [problem.problem]
            continue
        error = None
        _keep(found, refused, fresh, refusals)
        if not refused:
            return
        rows = tuple(row for row in job.rows if row.path in refused)
        lines = _around(job, rows, found)
        problems = [message for messages in refused.values() for message in messages[:_TOLD]]
    if error is not None and not found:
        raise error


def _again(
    job: Job,
    settings: Settings,
    log: CallLog,
    tally: Tally,
    found: dict[str, Grounded],
    refused: dict[str, list[str]],
    doubtful: Sequence[Row],
) -> None:
    """Read once more, never twice, the lines of rows that a failing sum runs through: what is printed?"""
    lines = _around(job, doubtful, found)
    problems = [f"{key_of(row)}：请再看一遍这一行印的是什么" for row in doubtful]
    try:
        fresh, refusals = _asked(job, doubtful, lines, problems, "again", settings, log, tally)
    except (AnswerError, BudgetError, TransportError) as error:
        logger.info("second look at %s failed: %s", job.title, error)
        return
    _keep(found, refused, fresh, refusals, instead=True)


def _asked(
    job: Job, rows: Sequence[Row], lines: Sequence[int], problems: Sequence[str], kind: str, settings: Settings, log: CallLog, tally: Tally
) -> tuple[list[Grounded], list[Refusal]]:
    errand = Errand(kind, job.title, prompt_hash(*PROMPTS), tally)
    answer = ask(messages_for(job, rows, lines, problems), table_shape(rows), settings, log, errand)
    table: PrintedTable = answer.value
    fresh, refusals = ground(table.rows, {key_of(row): row for row in rows}, job.document, job.marks, frozenset(lines))
    if refusals:
        log.judge(answer.call.id, "；".join(refusal.message for refusal in refusals))
    return fresh, refusals


def _keep(
    found: dict[str, Grounded],
    refused: dict[str, list[str]],
    fresh: Sequence[Grounded],
    refusals: Sequence[Refusal],
    *,
    instead: bool = False,
) -> None:
    """Take a row's new attempt when it has fewer faults than the old one (``instead``: also when it has as few)."""
    for each in fresh:
        path = each.row.path
        wrong = [refusal.message for refusal in refusals if refusal.row == path]
        old = found.get(path)
        if old is not None and (len(wrong), 0 if instead else 1) > (len(old.refusals), 0):
            continue
        if old is not None and instead and _taken(each, found):
            continue
        found[path] = each
        refused.pop(path, None)
        if wrong:
            refused[path] = wrong


def _taken(each: Grounded, found: Mapping[str, Grounded]) -> bool:
    """Whether another row already holds one of its tokens."""
    return any(other.spans & each.spans for path, other in found.items() if path != each.row.path)


def _around(job: Job, rows: Sequence[Row], found: Mapping[str, Grounded]) -> tuple[int, ...]:
    """The lines to look at again: those cited and those where the labels stand, with a line on each side."""
    if job.section == 4:
        return job.lines
    near = set(_near(rows, job.marks))
    near.update(line + k for row in rows if row.path in found for line in found[row.path].lines for k in (-1, 0, 1))
    return tuple(sorted(near & set(job.lines))) or job.lines
