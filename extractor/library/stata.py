"""A Stata file: short names, Chinese labels, and a coded state beside every number, since a missing value alone cannot say why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .codebook import STATES, variables
from .flat import LONG, REPORT, draft, number, state_of
from .versions import tool_version

if TYPE_CHECKING:
    from .export import Export

NAMES = ("report_id", "agency", "year", "form", "path", "section", "caption", "value", "status", "verified", "raw", "line", "page")
"""Columns of the long file."""
_LONG_LABELS = {"value": "数值；为空的原因见 status", "status": "状态 state", "path": "字段路径 field", "caption": "中文名称 label"}


def write_stata(job: Export, path: Path) -> tuple[Path, ...]:
    """Write the file: in wide shape ``x`` with its state in ``x_st`` for every variable, in long shape one row a cell."""
    columns, labels, coded = _long(job) if job.shape == "long" else _wide(job)
    count = len(next(iter(columns.values())))
    columns |= {"dataset_version": text([job.dataset] * count), "tool_version": text([tool_version()] * count)}
    frame = pd.DataFrame(columns)
    with draft(path) as made:
        frame.to_stata(
            made,
            version=118,
            write_index=False,
            data_label=f"gongkai {tool_version()} dataset {job.dataset}"[:80],
            variable_labels=labels,
            value_labels={name: {code: state for state, code in STATES.items()} for name in coded},
        )
    return (path,)


def text(values: Iterable[Any]) -> Any:
    """A column of text; Stata has no missing text but the empty one."""
    return np.array(["" if value is None else str(value).replace("\x00", "") for value in values], dtype=object)


def _numbers(values: Iterable[Any]) -> Any:
    return np.array([np.nan if value is None else float(value) for value in values], dtype="float64")


def _codes(values: Iterable[str]) -> Any:
    return np.array([STATES[value] for value in values], dtype="int8")


def _long(job: Export) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    indices = [LONG.index(name) for name in NAMES]
    gathered: dict[str, list[Any]] = {name: [] for name in NAMES}
    for row in job.long():
        for name, index in zip(NAMES, indices, strict=True):
            gathered[name].append(row[index])
    columns: dict[str, Any] = {}
    for name, values in gathered.items():
        if name == "status":
            columns[name] = _codes(values)
        elif name in ("year", "section", "value", "verified", "line", "page"):
            columns[name] = _numbers(values)
        else:
            columns[name] = text(values)
    return columns, _LONG_LABELS, ["status"]


def _wide(job: Export) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    about: dict[str, list[Any]] = {name: [] for name in REPORT}
    values: dict[str, list[Any]] = {one.short: [] for one in variables()}
    states: dict[str, list[str]] = {one.short: [] for one in variables()}
    for wide in job.wide():
        for name in REPORT:
            about[name].append(wide.about[name])
        for one in variables():
            values[one.short].append(number(wide.values.get(one.key)))
            states[one.short].append(state_of(wide, one))
    columns: dict[str, Any] = {name: _numbers(column) if name in ("version", "year") else text(column) for name, column in about.items()}
    for one in variables():
        columns[one.short] = _numbers(values[one.short])
        columns[f"{one.short}_st"] = _codes(states[one.short])
    labels = {one.short: f"{one.label} {one.english}"[:80] for one in variables()}
    labels |= {f"{one.short}_st": f"{one.label}·状态"[:80] for one in variables()}
    return columns, labels, [f"{one.short}_st" for one in variables()]
