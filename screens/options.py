"""What the options of the commands may be: choices of a few words, and options that many commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

LibraryPath = Annotated[
    Path | None, typer.Option("--library", help="资料库，默认 GONGKAI_LIBRARY 或 library (the library)", show_default=False)
]


class Engine(StrEnum):
    """Who reads: the embedded reader, the configured model too, or the model only where the reader is in doubt."""

    offline = "offline"
    llm = "llm"
    auto = "auto"


class Where(StrEnum):
    """Where the workers of a bulk run are."""

    processes = "processes"
    ray = "ray"


class Retry(StrEnum):
    """Which files to read again."""

    failed = "failed"


class Shape(StrEnum):
    """One row a report, or one row a cell."""

    wide = "wide"
    long = "long"


class Rows(StrEnum):
    """How rows of a query are printed."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


class Severity(StrEnum):
    """How grave a finding is."""

    error = "error"
    warning = "warning"
    info = "info"


class Way(StrEnum):
    """Where an answer comes from."""

    records = "records"
    narrative = "narrative"
    both = "both"
