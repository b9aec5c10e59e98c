"""The vectors beside the words: where they are kept, that they are all there, and what asking does when they cannot be had."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from scripted_server import ScriptedServer
from small_qa import REPORTS, library_in
from typer.testing import CliRunner

from cli import app
from extractor.errors import LibraryError
from extractor.library import Library
from extractor.llm.settings import Settings
from extractor.pipeline import extract
from extractor.sources import read
from qa import chroma
from qa.ask import ask
from qa.index import Index
from qa.indexing import update

FEW = ("linlan-2020.txt", "linlan-2021.txt")
URL = "http://127.0.0.1:9"
QUESTION = "临澜市2020年开了多少场新闻发布会？"


def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of what stands for a server of its own, at the address that is set from now on."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    made = chromadb.PersistentClient(path=str(folder / "server"), settings=ChromaSettings(anonymized_telemetry=False))
    own = chroma.client
    monkeypatch.setattr(chroma, "client", lambda place: made if chroma.address() else own(place))
    monkeypatch.setenv("GONGKAI_CHROMA_URL", URL)
    return made


def away(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a server that is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("GONGKAI_CHROMA_URL", place)
    return place


def held(library: Library, settings: Settings | None = None) -> int:
    index = Index.of(library, settings)
    try:
        return int(index.collection.count())
    finally:
        index.close()


def chosen(server: ScriptedServer, folder: Path, **more: Any) -> Settings:
    return Settings(
        OPENAI_BASE_URL=server.url, GONGKAI_EMBEDDING_MODEL="bge-small", GONGKAI_BACKOFF=0, GONGKAI_TIMEOUT=0.5,
        GONGKAI_TRANSPORT_TRIES=1, GONGKAI_LLM_LOG=folder / "log.sqlite", **more,
    )  # fmt: skip


def test_another_address_is_another_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        first = update(library)
        server = served(tmp_path, monkeypatch)
        again = update(library)
        assert (again.added, bool(again.anew)) == (2, True)
        assert [known.count() for known in server.list_collections()] == [first.chunks]
        assert update(library).added == 0
        monkeypatch.delenv("GONGKAI_CHROMA_URL")
        assert update(library).added == 2
        assert held(library) == first.chunks


def test_collections_taken_away_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        server = served(tmp_path, monkeypatch)
        first = update(library)
        for known in server.list_collections():
            server.delete_collection(known.name)
        again = update(library)
        assert again.added == 2
        assert f"有 0 段，应有 {first.chunks} 段" in again.anew
        assert held(library) == first.chunks


def test_vectors_lost_one_by_one_are_noticed(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        first = update(library)
        index = Index.of(library)
        index.collection.delete(ids=index.collection.get(limit=1, include=[])["ids"])
        index.close()
        assert update(library).added == 2
        assert held(library) == first.chunks
        assert update(library).anew == ""


def test_what_an_interrupted_writer_left_is_written_again_and_nothing_else(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW) as library:
        first = update(library)
        index = Index.of(library)
        report = next(iter(index.store.indexed))
        index.store.begin_vectors([report])
        index.collection.delete(where={"report": report})
        index.close()
        again = update(library)
        assert (again.added, again.anew) == (1, "")
        assert held(library) == first.chunks


def test_asking_fills_an_emptied_store_before_it_is_ranked_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW) as library, ScriptedServer() as model:
        server = served(tmp_path, monkeypatch)
        settings = chosen(model, tmp_path)
        assert ask(QUESTION, library, settings=settings).notes == ()
        count = held(library, settings)
        for known in server.list_collections():
            server.delete_collection(known.name)
        answer = ask(QUESTION, library, settings=settings)
        assert (answer.notes, held(library, settings)) == ((), count)


def test_too_many_missing_vectors_are_told_and_not_ranked_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.ready.AUTO_INDEX", 1)
    with library_in(tmp_path / "library", FEW) as library, ScriptedServer() as model:
        update(library)
        asked = len(model.seen)
        answer = ask(QUESTION, library, settings=chosen(model, tmp_path))
        assert any("2 份报告还没有向量" in note and "只按词检索" in note for note in answer.notes)
        assert len(model.seen) == asked
        assert any("34" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("fused", [True, False])
def test_without_the_server_the_words_answer_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fused: bool) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library, ScriptedServer() as model:
        settings = chosen(model, tmp_path) if fused else None
        update(library, settings)
        place = away(monkeypatch)
        document = read(REPORTS / FEW[1])
        library.add_all(extract(document), document)
        for year in (2020, 2021):
            answer = ask(f"临澜市{year}年有什么问题", library, settings=settings)
            assert {citation.year for citation in answer.citations} == {year}
            assert any("只按词检索" in note and place in note for note in answer.notes)
        with pytest.raises(LibraryError, match="GONGKAI_CHROMA_URL"):
            update(library, settings)
        monkeypatch.delenv("GONGKAI_CHROMA_URL")
        assert update(library, settings).reports == 2
        assert held(library, settings) > 0


def test_a_server_lost_between_two_questions_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW) as library, ScriptedServer() as model:
        settings = chosen(model, tmp_path)
        assert ask(QUESTION, library, settings=settings).notes == ()
        monkeypatch.setattr(chroma, "client", lambda place: (_ for _ in ()).throw(LibraryError("向量库不在")))
        answer = ask(QUESTION, library, settings=settings)
        assert any("向量库不在" in note for note in answer.notes)
        assert any("34" in citation.quote for citation in answer.citations)


def test_a_lost_embedding_model_costs_no_vectors(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        with ScriptedServer() as model:
            update(library, settings := chosen(model, tmp_path))
        count = held(library, settings)
        with ScriptedServer() as gone:
            settings = chosen(gone, tmp_path)
        document = read(REPORTS / FEW[1])
        library.add_all(extract(document), document)
        answer = ask("临澜市2021年有什么问题", library, settings=settings)
        assert {citation.year for citation in answer.citations} == {2021}
        assert any("只按词检索" in note and "向量模型 bge-small（" in note for note in answer.notes)
        assert held(library, settings) == count


def test_notes_stand_in_the_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        away(monkeypatch)
        assert any("只按词检索" in note for note in ask(QUESTION, library).payload()["notes"])


# ---------------------------------------------------------------------- one writer
def test_a_waiting_writer_says_for_whom_it_waits(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        folder = tmp_path / "library" / "index"
        folder.mkdir()
        (folder / "writer").write_text("4711")
        told: list[str] = []
        with FileLock(folder / "lock"), pytest.raises(LibraryError, match=r"进程 4711.*等了 0.01 秒"):
            update(library, wait=0.01, waiting=told.append)
        assert len(told) == 1
        assert "进程 4711" in told[0]
        assert update(library, waiting=told.append).added == 1
        assert len(told) == 1
        assert not (folder / "writer").exists()


def test_the_writer_notes_its_process_while_it_writes(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]) as library:
        note = tmp_path / "library" / "index" / "writer"
        seen: list[str] = []
        update(library, progress=lambda _done, _all: seen.append(note.read_text()))
        assert seen == [str(os.getpid())]


def test_the_command_waits_aloud_and_ends_with_an_error(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", FEW[:1]):
        folder = tmp_path / "library" / "index"
        folder.mkdir()
        with FileLock(folder / "lock"):
            done = CliRunner().invoke(app, ["index", "--wait", "0.01", "--library", str(tmp_path / "library")])
        assert done.exit_code == 2
        assert done.stderr.index("最多等 0.01 秒") < done.stderr.index("✗")


def test_asking_while_another_program_writes_uses_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.ready.PATIENCE", 0.01)
    with library_in(tmp_path / "library", FEW[:1]) as library:
        update(library)
        document = read(REPORTS / FEW[1])
        library.add_all(extract(document), document)
        with FileLock(tmp_path / "library" / "index" / "lock"):
            answer = ask(QUESTION, library)
        assert any("34" in citation.quote for citation in answer.citations)
        assert any("正在更新索引" in note for note in answer.notes)
