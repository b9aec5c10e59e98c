"""The documentation of the library: its SQL runs, and it names every view and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_reports import small_report

from extractor.library import VIEWS, Library

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "library.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", TEXT, re.S)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library.open(tmp_path_factory.mktemp("docs") / "library")
    for year in (2021, 2022):
        made.add(*small_report(1, year))
    return made


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_runs(library: Library, query: str) -> None:
    assert library.sql(query).columns


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_a_view_is_documented(library: Library, view: str) -> None:
    section = TEXT.split(f"### `{view}`\n", 1)[1].split("\n### ", 1)[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert documented == list(library.sql(f"SELECT * FROM {view}").columns)
