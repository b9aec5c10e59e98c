"""Who reads: the embedded reader alone, a model for everything, or a model only where the embedded reader is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from .crosscheck import resolve
from .forms import form_of
from .llm.log import CallLog
from .llm.narrative import Narrative, read_narrative_with_model
from .llm.settings import Settings, load_settings
from .llm.tables import read_tables_with_model
from .llm.usage import Tally
from .model import Admitted, Document, Group, ModelUse, Reading
from .reading.marks import TableMarks, marks_of
from .reading.outline import Outline
from .reading.tables import read_tables

Engine = Literal["offline", "llm", "auto"]

_DOUBTFUL = frozenset({"open", "unreadable", "contested"})
_PARTS = (("正文一", (0, 1)), ("正文五", (5,)), ("正文六", (6,)))


@dataclass(frozen=True, slots=True)
class Session:
    """One run's consent to ask a model: its settings, and the log that replays what was paid for and counts what is spent."""

    settings: Settings
    log: CallLog


@contextmanager
def opened(session: Session | None, **settings: object) -> Iterator[Session]:
    """This session, or one of its own with the settings of the environment and these on top.

    Raises SettingsError when no model is named.
    """
    if session is not None:
        session.settings.require()
        yield session
        return
    wanted = load_settings(**settings)
    wanted.require()
    with CallLog(wanted.log_path) as log:
        yield Session(wanted, log)


def read_with(engine: Engine, document: Document, outline: Outline, session: Session, amend: Callable[[Reading], Reading]) -> Admitted:
    """What the readers of one report admit, by an engine; ``amend`` puts a person's corrections into each reading.

    ``llm``: the model's rows where they stand the test of print, the embedded reader's elsewhere. ``auto``: the model only on
    cells that are open, unreadable or contested, or on tables that the embedded reader could not find; none for a proven report.
    """
    offline = amend(read_tables(document, outline))
    if engine == "offline":
        return Admitted((offline,))
    marks = marks_of(document, outline)
    tally = Tally()
    settings, log = session.settings, session.log
    if engine == "auto":
        wanted = doubtful(document, offline, marks)
        if not wanted:
            return Admitted((offline,))
        told = _only(read_tables_with_model(document, marks, settings, log=log, only=wanted, tally=tally), wanted)
        return Admitted((amend(told), offline), use=_use(tally, session))
    told = _only(read_tables_with_model(document, marks, settings, log=log, tally=tally), None)
    narrative = _narrative(document, outline, marks, session, tally)
    covered = {cell for group in told.groups for cell in group.cells}
    rest = replace(offline, groups=tuple(_without(offline.groups, covered)))
    return Admitted((amend(told), rest), narrative.claims, narrative.facts, narrative.stated, narrative.notes, _use(tally, session))


def doubtful(document: Document, offline: Reading, marks: dict[int, TableMarks]) -> frozenset[str]:
    """The cells that ``auto`` asks about, after the embedded reading and the identities have said what they can."""
    cells = resolve([offline], document).cells
    wanted = {path for path, evidence in cells.items() if evidence.status in _DOUBTFUL}
    for section, found in marks.items():
        table = [cell for row in found.form.section(section) for cell in row.cells]
        printed = any(token.kind != "blank" for line in found.lines for token in found.tokens(line))
        if printed and all(cell not in cells or cells[cell].status == "absent" for cell in table):
            wanted.update(table)
    return frozenset(wanted)


def _only(reading: Reading, wanted: Collection[str] | None) -> Reading:
    """The model's groups without the rows it was refused, and without cells it was not asked about."""
    refused = {cell for note in reading.notes if note.rule == "llm.refused" for cell in note.cells}
    groups = []
    for group in reading.groups:
        keep = [n for n, cell in enumerate(group.cells) if cell not in refused and (wanted is None or cell in wanted)]
        if keep and any(group.alternatives[0].tokens):
            groups.append(_narrowed(group, keep))
    return replace(reading, groups=tuple(groups))


def _without(groups: Sequence[Group], covered: Collection[str]) -> Iterator[Group]:
    for group in groups:
        keep = [n for n, cell in enumerate(group.cells) if cell not in covered]
        if keep:
            yield _narrowed(group, keep)


def _narrowed(group: Group, keep: Sequence[int]) -> Group:
    """The group for some of its cells."""
    if len(keep) == len(group.cells):
        return group
    ways = (replace(way, tokens=tuple(way.tokens[n] for n in keep)) for way in group.alternatives)
    return replace(group, cells=tuple(group.cells[n] for n in keep), alternatives=tuple(dict.fromkeys(ways)))


def _narrative(document: Document, outline: Outline, marks: dict[int, TableMarks], session: Session, tally: Tally) -> Narrative:
    form = next((found.form for found in marks.values()), form_of("2021"))
    stretches = {0: outline.preamble, **outline.sections}
    parts = [(name, [stretches[number] for number in numbers if number in stretches]) for name, numbers in _PARTS]
    return read_narrative_with_model(document, parts, outline.span, form, session.settings, log=session.log, tally=tally)


def _use(tally: Tally, session: Session) -> ModelUse | None:
    usage = tally.usage
    requests = usage.calls + usage.replayed
    if not requests:
        return None
    return ModelUse(
        model=session.settings.require(),
        prompts=tuple(sorted(tally.prompts)),
        requests=requests,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
    )
