"""Metrics for questions whose words no list has: the row or column that their words explain best, where that is clear."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .explain import SHORT, Meant, column_meant, grams, related, row_tokens, rows_meant
from .limits import PUBLIC, other_measure
from .measures import APPLICANTS, RESULTS, Measures, columns_of, with_columns
from .scan import Piece, Run, Scan

_ASKING = frozenset({"cue", "unit", "intent", "away", "place"})
_SURE = 0.3
"""Share of a question's words that an inferred row must explain where general words point elsewhere."""
_SURELY = 0.6
"""The same for a column that only one unexplained run means."""
_STOCKS = {"applications.carried_in", "applications.carried_forward"}
"""What was left at the beginning and at the end of a year: words for a backlog mean either, wording of the form decides."""
_COVERED = 0.45
"""Share of an unexplained run's words that the row must have for the run to count as explained."""


@dataclass(frozen=True, slots=True)
class Inferred:
    """Metrics inferred from words, and the runs that they explain."""

    measured: Measures
    explained: tuple[Run, ...] = ()
    words: str = ""
    """What was read as something else than it says, for the answer to name; empty where nothing was inferred."""


def inferred(scan: Scan, measured: Measures) -> Inferred:
    """The metrics of a question with what its unlisted words add: a row, one row of a group, a column."""
    if measured.keys and measured.keys[0].startswith("rates."):
        return Inferred(measured)
    columns = tuple(dict.fromkeys(scan.keys("column"))) or measured.columns
    named = list(dict.fromkeys(key.rpartition(".")[0] for key in measured.keys))
    row = _row(scan, measured, named)
    stem = row.key if row is not None else named[0] if len(named) == 1 else ""
    added = _column(scan, stem, row is not None) if stem and not set(columns) & set(columns_of(stem)) else None
    if row is None and added is None:
        explained = tuple(run for run in scan.residual if stem and _explains(run.text, stem, None))
        return Inferred(measured, explained)
    keys = with_columns(stem, (*columns, added) if added else columns) or measured.keys
    explained = tuple(run for run in scan.residual if _explains(run.text, stem if row is not None else "", added))
    read = "".join(run.text for run in explained)
    alone = columns if not measured.keys else ()
    return Inferred(Measures(tuple(dict.fromkeys(keys)), measured.weak and row is None, alone, inferred=True), explained, read)


def _row(scan: Scan, measured: Measures, named: list[str]) -> Meant | None:
    """A row that the question's words mean beyond the rows named: instead of a general word, within a group, or better than all."""
    if measured.unclear:
        return rows_meant(_asked(scan), [key.removesuffix(".total") for key in measured.unclear])
    if measured.weak and len(named) > 1:
        return None  # each is named in a clause of its own
    if not named or measured.weak:
        row = rows_meant(_asked(scan, general=False)) or rows_meant(_asked(scan))
        if row is None or row.share < _SURE or _told(scan) or (row.key.startswith("applications.") and other_measure(scan)):
            return None
        return row
    if named == ["review_litigation.litigation"]:
        return None  # which of the two kinds is meant is a turn of phrase, read by ``disputes``
    if len(named) == 1 and (
        below := [key for key in row_tokens() if key != named[0] and related(key, named[0]) and key.startswith(named[0])]
    ):
        row = rows_meant(_asked(scan, without=named[0], noise=False), below, besides=named[0])
        if row is not None:
            return row
    row = rows_meant(_asked(scan))
    if row is not None and {row.key, *named} >= _STOCKS and len(named) == 1:
        return None
    if row is not None and any(key.startswith((f"{row.key}.", f"{row.key}_")) for key in named):
        return None
    if row is None or row.key in named or not any(_explains(run.text, row.key, None) and grams(run.text) for run in scan.residual):
        return None
    return row if any(key.startswith(row.key.rpartition(".")[0]) for key in named) else None


def _asked(scan: Scan, without: str = "", *, general: bool = True, noise: bool = True) -> str:
    """The question without agencies, years and query words; also without the words of one row, general words for rows, or noise."""
    text = list(scan.blanked)
    for start, end in scan.asides if scan.rows_outside else ():
        text[start:end] = "\x01" * (end - start)
    for piece in scan.pieces:
        names = any((sort == "row" and key == without) or (sort == "column" and len(piece.text) > 1) for sort, key, _ in piece.meanings)
        kept = any(key == "none" or (key == "total" and len(scan.times.years) < 2) for _, key, _ in piece.meanings)
        names = names or (not general and any(sort == "row" and weak for sort, _, weak in piece.meanings))
        names = names or (not noise and all(sort == "noise" for sort, _, _ in piece.meanings) and len(piece.text) > 1)
        if names or (_queried(piece) and not kept):
            text[piece.start : piece.start + len(piece.text)] = "\x01" * len(piece.text)
    return "".join(text)


def _queried(piece: Piece) -> bool:
    return all(sort in _ASKING for sort, _, _ in piece.meanings)


def _told(scan: Scan) -> bool:
    """Whether something that only the narrative tells of is named."""
    return any(all(sort == "topic" for sort, _, _ in piece.meanings) for piece in scan.pieces)


def _column(scan: Scan, stem: str, inferred_row: bool) -> str | None:
    """A column of this row that the unexplained words mean; words of section four and of documents may be as short as one character."""
    own = set(columns_of(stem)) - {"total", "other"}
    if own & {*RESULTS, "repealed", "in_force", "total_public"} and not own & {"natural_person"}:
        meant = column_meant(_asked(scan, without=stem), own, least=SHORT)
        return meant.key if meant is not None else None
    if not own & {*APPLICANTS}:
        return None
    for run in scan.residual:
        if re.search("[a-z]", run.text) and grams(run.text) & row_tokens().get(stem, frozenset()):
            continue
        meant = column_meant(run.text, own)
        if (
            meant is not None
            and meant.share >= _SURELY
            and run.text not in PUBLIC
            and not (inferred_row and _explains(run.text, stem, None))
        ):
            return meant.key
    return None


def touches(run: str, metrics: tuple[str, ...]) -> bool:
    """Whether a run has any word of the rows that were inferred."""
    return any(grams(run) & row_tokens().get(key.rpartition(".")[0], frozenset()) for key in metrics)


def _explains(run: str, row: str, column: str | None) -> bool:
    """Whether a run's words are mostly those of the row or column chosen."""
    if re.search("[a-z]", run):
        known = row_tokens().get(row, frozenset()) | row_tokens("column").get(column or "", frozenset())
        return bool(grams(run) & known)
    letters = [at for at, char in enumerate(run) if "\u3400" <= char <= "\u9fff"]
    if not letters:
        return False
    rows, columns = row_tokens(), row_tokens("column")
    above = row.rpartition(".")[0] if row.count(".") > 1 else ""
    known = rows.get(row, frozenset()) | rows.get(above, frozenset()) | columns.get(column or "", frozenset())
    covered = {at + step for at in range(len(run)) for size in (1, 2) if run[at : at + size] in known for step in range(size)}
    return len(covered & set(letters)) >= _COVERED * len(letters)
