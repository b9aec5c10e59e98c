"""The index: sentences, tokens, vectors, incremental updates, one writer, rebuilding."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from small_qa import CITY, REPORTS, library_in

from extractor.errors import LibraryError, SettingsError
from extractor.library import Library
from extractor.pipeline import extract
from extractor.sources import read
from qa.ask import ask
from qa.chunks import LONGEST, Passage, chunks_of, sentences_of
from qa.index import Index
from qa.indexing import update
from qa.retrieve import fuse
from qa.store import Filter, Hit, Store
from qa.tokens import tokens
from qa.vectors import DIMENSIONS, document_vector, is_zero, question_vector

FEW = ("linlan-2020.txt", "linlan-2021.txt", "baiwei-2022.txt")


def passage(text: str, n: int = 0) -> Passage:
    return Passage("r", n, "某市人民政府", 2020, "2019", 1, ("一、总体情况",), text, "a.txt", 1, None, 0, len(text))


@given(st.text(alphabet="公开信息12.，。；！？”“（）\n ", max_size=400))
def test_sentences_are_the_passage_character_for_character(text: str) -> None:
    joined = "".join(sentence.text for sentence in sentences_of(passage(text)))
    assert joined == text[: len(joined)]
    assert not text[len(joined) :].strip()


@given(st.text(alphabet="公开信息。；", min_size=1, max_size=900))
def test_chunks_never_cut_a_sentence(text: str) -> None:
    chunks = chunks_of(passage(text))
    assert "".join(chunk.text for chunk in chunks) == "".join(sentence.text for sentence in sentences_of(passage(text)))
    assert all(len(chunk.text) <= LONGEST or len(chunk.sentences) == 1 for chunk in chunks)


def test_a_quotation_mark_stays_with_its_sentence() -> None:
    assert [s.text for s in sentences_of(passage("称“已公开。”次日又改。"))] == ["称“已公开。”", "次日又改。"]


def test_tokens_are_characters_bigrams_and_whole_numbers() -> None:
    assert tokens("公开的1,234件") == ["公", "开", "公开", "开的", "1234", "件"]


def test_the_offline_vector_product_follows_bm25() -> None:
    words = tokens("政策解读")
    question = question_vector(words, lambda _: 1.0)
    near, far = document_vector("发布政策解读三十件"), document_vector("召开培训会议两次")
    assert np.dot(question, near) > np.dot(question, far)
    assert len(near) == DIMENSIONS


def test_a_question_without_tokens_has_no_vector_and_finds_nothing(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        update(library)
        index = Index.of(library)
        assert is_zero(question_vector([], lambda _: 1.0))
        assert index.nearest("", [], Filter(), 5) == []
        index.close()


def test_an_update_takes_in_only_what_is_new(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:2]) as library:
        assert update(library).added == 2
        assert update(library).added == 0
        document = read(REPORTS / FEW[2])
        library.add_all(extract(document), document)
        assert update(library).added == 1


def test_chroma_and_the_lexical_store_hold_the_same_chunks(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        update(library)
        index = Index.of(library)
        ids = set(index.collection.get(include=[])["ids"])
        assert ids == {name for (name,) in index.store.database.execute("SELECT id FROM chunks")}
        assert {"agency", "year", "section", "sentences"} <= set(index.collection.get(limit=1, include=["metadatas"])["metadatas"][0])
        index.close()


def test_filters_hold_in_both(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        update(library)
        index = Index.of(library)
        within = Filter((CITY,), (2021,))
        for hits in (index.lexical(tokens("公开培训"), within, 20), index.nearest("公开培训", tokens("公开培训"), within, 20)):
            assert hits
            assert {(hit.chunk.passage.agency, hit.chunk.passage.year) for hit in hits} == {(CITY, 2021)}
        index.close()


def test_the_index_is_a_cache_that_can_be_made_anew(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        before = update(library)
        again = update(library, rebuild=True)
        assert (again.reports, again.chunks, again.added) == (before.reports, before.chunks, 3)
        shutil.rmtree(tmp_path / "library" / "index" / "chroma")
        assert not ask("临澜市2020年开了多少场新闻发布会？", library).abstained


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        folder = tmp_path / "library" / "index"
        folder.mkdir()
        with FileLock(folder / "lock"), pytest.raises(LibraryError, match="正在更新索引"):
            update(library, wait=0.01)


def test_a_reading_corrected_later_is_indexed_again(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        update(library)
        document = read(REPORTS / FEW[0])
        (report,) = extract(document)
        changed = report.model_copy(update={"narrative": report.narrative[:2]})
        library.add(changed, document, why="test")
        summary = update(library)
        assert summary.added == 1
        index = Index.of(library)
        assert len(index.store.passages(Filter())) == 2
        index.close()


def test_an_address_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_CHROMA_URL", "localhost:8000")
    with library_in(tmp_path / "library", FEW[:1]) as library, pytest.raises(SettingsError, match="GONGKAI_CHROMA_URL"):
        update(library)


def test_fusion_ranks_what_both_find_first() -> None:
    a, b, c = (Hit(chunks_of(passage("公开。", n))[0], 1.0) for n in range(3))
    assert [hit.chunk.passage.n for hit in fuse([a, b], [b, c], 1.0)] == [1, 0, 2]


def test_an_index_of_other_tokens_is_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path / "lexical.sqlite")
    store.replace((), [("r", 1)], [passage("公开。")], chunks_of(passage("公开。")))
    store.set_meta("tokens", "0")
    store.close()
    again = Store(tmp_path / "lexical.sqlite")
    assert again.size == 0
    again.close()


def test_large_and_small_searches_rank_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        update(library)
        index = Index.of(library)
        words = [word for word in tokens("新闻发布会") if len(word) > 1]
        small = [hit.chunk.id for hit in index.lexical(words, Filter(), 3)]
        monkeypatch.setattr("qa.store.SCAN_AT_MOST", 0)
        assert index.lexical(words, Filter(), 3)[0].chunk.id == small[0]
        index.close()


def test_an_empty_library_can_be_asked(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        assert ask("番禺区2020年新收多少件？", library).abstained
        assert ask("番禺区2020年存在哪些问题？", library).abstained
