"""Quotes called exact are the source's own characters, at the place that is given with them."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from small_qa import CITY, REPORTS, library_in

from extractor.library import Library
from extractor.pipeline import extract
from extractor.sources import read
from qa.answer import Answer
from qa.ask import ask

REPORT = "linlan-2022.txt"
ASKED = "临澜市2022年有什么问题"


def with_text(folder: Path, text: str) -> Library:
    """A library of one report, which prints this."""
    (folder / REPORT).write_text(text, encoding="utf-8")
    library = Library.open(folder / "library")
    document = read(folder / REPORT)
    library.add_all(extract(document), document)
    return library


def original(library: Library) -> str:
    return library.text(library.rows("SELECT sha256 FROM reports")[0][0])


def slices(answer: Answer, text: str) -> list[tuple[str, str, str]]:
    """Of every sentence cited: its quote, what stands at its place, its status."""
    return [(c.quote, text[c.place["start"] : c.place["end"]], c.status) for c in answer.citations if c.kind == "sentence"]


@pytest.mark.parametrize("question", [ASKED, "临澜市2022年下一步有什么打算", "临澜市2022年举办了几期培训", "临澜市2022年审核了多少件公文"])
def test_an_exact_quote_stands_in_the_file_where_it_is_said_to_stand(tmp_path: Path, question: str) -> None:
    with with_text(tmp_path, (REPORTS / REPORT).read_text(encoding="utf-8")) as library:
        answer = ask(question, library)
        found = slices(answer, original(library))
        assert found
        assert all(status == "exact" and quote == stands for quote, stands, status in found)
        assert all(quote in answer.answer for quote, _, _ in found)


def test_two_sentences_of_a_paragraph_have_each_its_own_place(tmp_path: Path) -> None:
    with with_text(tmp_path, (REPORTS / REPORT).read_text(encoding="utf-8")) as library:
        places = [(c.place["start"], c.place["end"]) for c in ask(ASKED, library).citations]
        assert len(places) == len(set(places)) > 2
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_a_sentence_broken_over_lines_is_called_normalised_and_delimited_all_the_same(tmp_path: Path) -> None:
    text = (REPORTS / REPORT).read_text(encoding="utf-8").replace("没有减少，集中在征收", "没有减少，集中\n在征收")
    with with_text(tmp_path, text) as library:
        quote, stands, status = next(one for one in slices(ask(ASKED, library), original(library)) if "征收" in one[0])
        assert (status, stands.replace("\n", "")) == ("normalised", quote.replace(",", "，").replace(";", "；"))
        assert "\n" in stands


def test_full_width_figures_are_quoted_as_they_are_printed(tmp_path: Path) -> None:
    text = (REPORTS / REPORT).read_text(encoding="utf-8").replace("举办培训7期", "举办培训７期")
    with with_text(tmp_path, text) as library:
        found = slices(ask("临澜市2022年举办了几期培训", library), original(library))
        assert any("培训７期" in quote and quote == stands and status == "exact" for quote, stands, status in found)


def test_a_sentence_in_traditional_characters_is_quoted_as_it_was_read_and_not_called_exact(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", ("songai-education-2020.txt",)) as library:
        text = original(library)
        found = slices(ask("松霭市教育局2020年下一步打算做什么？", library), text)
        assert any("通知" in quote for quote, _, _ in found)
        assert {status for _, _, status in found} == {"normalised"}
        assert all(stands in text and len(stands) >= len(quote) for quote, stands, _ in found)


def test_without_the_source_no_quote_is_called_exact(tmp_path: Path) -> None:
    with with_text(tmp_path, (REPORTS / REPORT).read_text(encoding="utf-8")) as library:
        for folder in ("documents", "sources"):
            shutil.rmtree(tmp_path / "library" / folder, ignore_errors=True)
        answer = ask(ASKED, library)
        assert {citation.status for citation in answer.citations} == {"normalised"}
        assert {citation.agency for citation in answer.citations} == {CITY}
