"""Files taken into the library one after the other, telling after every step where all of them stand."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from extractor.errors import GongkaiError, SourceError
from extractor.library import Library

log = logging.getLogger("gongkai.page")
Stage = Literal["waiting", "read", "extract", "store", "done", "failed"]
"""Extracting checks too: a report comes out of it with its findings."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a file that is being taken in stands."""

    name: str
    stage: Stage
    message: str = ""
    """Why it failed."""
    reports: tuple[str, ...] = ()
    """Ids of the reports found in it."""


def take_in(library: Library, files: Sequence[Path]) -> Iterator[tuple[Taken, ...]]:
    """Read, extract, check and store files; gives where all of them stand after every step."""
    states = [Taken(file.name, "waiting") for file in files]
    for place, file in enumerate(files):
        try:
            for state in _take_one(library, file):
                states[place] = state
                yield tuple(states)
        except GongkaiError as error:
            states[place] = Taken(file.name, "failed", str(error).removeprefix(f"{file.name}："))
        except Exception as error:  # one file's bug must not stop the others
            log.exception("internal error while taking in %s", file.name)
            states[place] = Taken(file.name, "failed", f"程序内部错误 {error!r}，请带上文件报告问题 (internal error, please report it)")
        yield tuple(states)


def _take_one(library: Library, file: Path) -> Iterator[Taken]:
    from extractor.pipeline import extract
    from extractor.sources import read

    yield Taken(file.name, "read")
    document = read(file)
    yield Taken(file.name, "extract")
    reports = extract(document)
    if not reports:
        raise SourceError(f"{file.name}：没有找到政府信息公开工作年度报告 (no annual report in this file)")
    yield Taken(file.name, "store")
    kept = library.add_all(reports, document, data=file.read_bytes())
    yield Taken(file.name, "done", reports=tuple(kept))
