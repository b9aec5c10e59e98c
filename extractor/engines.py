"""Who reads: the embedded reader alone, a model for everything, or a model only where the embedded reader is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from .model import DOUBTFUL, Admitted, Assignment, Document, Group, ModelUse, Note, Reading, Token
from .pipeline import amended
from .reading.marks import TableMarks, marks_of
from .reading.outline import Outline
from .reading.tables import read_tables

Engine = Literal["offline", "llm", "auto"]

_PARTS = (("正文前", (0, 1)), ("正文后", (5, 6)))
"""The parts of the narrative that are asked about: before the tables, and after them."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run's consent to ask a model: its settings, and the log that replays what was paid for and counts what is spent."""

    settings: Settings
    log: CallLog
    narrative: bool = True
    """Whether ``llm`` reads the narrative too."""


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

    ``llm``: the model's rows where they stand the test of print, and all that the embedded reader admits. ``auto``: the model only
    on cells that are open, unreadable or contested, or on tables that the embedded reader could not find; none for a proven report.
    Either way a reading is added and none removed, and where both have a row it is tied by the weaker evidence of the two.
    """
    offline = amend(read_tables(document, outline))
    if engine == "offline":
        return Admitted((offline,))
    marks = marks_of(document, outline)
    tally = Tally()
    settings, log = session.settings, session.log
    if engine == "auto":
        wanted = doubtful(document, (offline,), marks)
        if not wanted:
            return Admitted((offline,))
        told = _told(read_tables_with_model(document, marks, settings, log=log, only=wanted, tally=tally))
        _count_missed(told.notes, log)
        opinion = replace(told, groups=tuple(_narrowed(told.groups, lambda cell: cell in wanted)))
        added = _added(opinion, offline, amend)
        return Admitted((*_preferring((offline,), opinion), *added), use=_use(tally, session))
    told = _told(read_tables_with_model(document, marks, settings, log=log, tally=tally))
    narrative = _narrative(document, outline, marks, session, tally) if session.narrative else Narrative()
    _count_missed((*told.notes, *narrative.notes), log)
    readings = (*_added(told, offline, amend), offline)
    wanted = doubtful(document, readings, marks)
    opinion = replace(told, groups=tuple(_narrowed(told.groups, lambda cell: cell in wanted)))
    readings = _preferring(readings, opinion)
    return Admitted(readings, narrative.claims, narrative.facts, narrative.stated, narrative.notes, _use(tally, session))


def doubtful(document: Document, readings: Sequence[Reading], marks: dict[int, TableMarks]) -> frozenset[str]:
    """The cells that a model may still help with, after these readings and the identities have said what they can."""
    cells = resolve(readings, document).cells
    wanted = {path for path, evidence in cells.items() if evidence.status in DOUBTFUL}
    for section, found in marks.items():
        table = [cell for row in found.form.section(section) for cell in row.cells]
        printed = any(token.kind != "blank" for line in found.lines for token in found.tokens(line))
        if printed and all(cell not in cells or cells[cell].status == "absent" for cell in table):
            wanted.update(table)
    return frozenset(wanted)


def _told(reading: Reading) -> Reading:
    """The model's reading without the rows in which something was refused."""
    refused = {cell for note in reading.notes if note.rule == "llm.refused" for cell in note.cells}
    groups = _narrowed(reading.groups, lambda cell: cell not in refused)
    return replace(reading, groups=tuple(group for group in groups if any(group.alternatives[0].tokens)))


def _count_missed(notes: Sequence[Note], log: CallLog) -> None:
    for note in notes:
        if note.rule == "llm.unreachable":
            log.miss(note.message)


def _printed(reading: Reading) -> frozenset[str]:
    """The cells for which a reading has found anything printed."""
    return frozenset(
        cell for group in reading.groups for way in group.alternatives for cell, token in zip(group.cells, way.tokens, strict=True) if token
    )


def _added(told: Reading, offline: Reading, amend: Callable[[Reading], Reading]) -> tuple[Reading, ...]:
    """What of a model's rows enters as a reading: those that print ties to row and columns. None when there are none.

    Where a short row's values stand is for the embedded reader to list, who sees the table's other rows. A row for which it has
    nothing printed is the model's word alone: shown, never proven and no proof of anything else.
    """
    known = _printed(offline)
    groups: list[Group] = []
    for group in told.groups:
        if not group.complete or not group.placed:
            continue
        if not any(cell in known for cell in group.cells):
            groups.append(replace(group, row="unlabelled", complete=False, why=group.why or "只有模型读出这一行"))
        elif group.column != "open":
            groups.append(group)
    return (amended(replace(told, groups=tuple(groups)), amend),) if groups or told.notes else ()


def _preferring(readings: Sequence[Reading], opinion: Reading) -> tuple[Reading, ...]:
    """The readings with those ways first that the model prefers: it may choose what is shown of an open cell, never what is proven."""
    said = {cell: token for group in opinion.groups for cell, token in zip(group.cells, group.alternatives[0].tokens, strict=True)}
    return tuple(replace(one, groups=tuple(_first(group, said) for group in one.groups)) for one in readings)


def _first(group: Group, opinion: Mapping[str, Token | None]) -> Group:
    """The group with those ways first that agree with the opinion on most cells."""
    if len(group.alternatives) == 1 or not any(cell in opinion for cell in group.cells):
        return group

    def agreement(way: Assignment) -> int:
        pairs = ((token, opinion[cell]) for cell, token in zip(group.cells, way.tokens, strict=True) if cell in opinion)
        return sum(1 for token, other in pairs if (token and (token.kind, token.value)) == (other and (other.kind, other.value)))

    return replace(group, alternatives=tuple(sorted(group.alternatives, key=agreement, reverse=True)))


def _narrowed(groups: Sequence[Group], wanted: Callable[[str], bool]) -> Iterator[Group]:
    """The groups for the cells that are wanted; groups without any are left out."""
    for group in groups:
        keep = [n for n, cell in enumerate(group.cells) if wanted(cell)]
        if len(keep) == len(group.cells):
            yield group
        elif keep:
            ways = (replace(way, tokens=tuple(way.tokens[n] for n in keep)) for way in group.alternatives)
            yield replace(group, cells=tuple(group.cells[n] for n in keep), alternatives=tuple(dict.fromkeys(ways)))


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
