"""What people say of texts that the library has: manifests, corrections taken back, the call log that pays for re-reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_reports import small_report
from test_library_corrections import CELL, printed
from test_sources_second import TRUTH, once
from test_sources_second import printed as ruled_pdf

from extractor.errors import LibraryError
from extractor.library import Library, correct
from extractor.library.bulk import Engine, Run, run_bulk
from extractor.library.calls import call_log, library_in_use, settings_in
from extractor.manifest import read_manifest
from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

ADDRESS = "https://example.gov.cn/a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(printed(), "utf-8")
    (tmp_path / "in" / "b.txt").write_text(printed().replace("2022", "2021"), "utf-8")
    return tmp_path


def run(folder: Path, lines: str = "", *, again: bool = False) -> tuple[Run, list[tuple[object, ...]]]:
    """A run over the folder with a manifest of these lines; then the versions: name, year, url, who, why."""
    manifest = None
    if lines:
        (folder / "m.csv").write_text("file,url,retrieved_at,agency,year\n" + lines, "utf-8")
        manifest = read_manifest(folder / "m.csv")
    with Library.open(folder / "library") as library:
        done = run_bulk(library, sorted((folder / "in").iterdir()), Engine(), workers=0, manifest=manifest, again=again)
        return done, library.rows("SELECT source_name, year, url, who, why FROM versions ORDER BY version")


def current(folder: Path, name: str) -> Report:
    with Library.open(folder / "library") as library:
        (found,) = (one.id for one in library.reports() if one.source_name == name)
        return library.get(found)


def test_a_manifest_for_files_in_the_library_adds_a_version_without_reading_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder)
    before = current(folder, "a.txt")
    monkeypatch.setattr("extractor.sources.read_bytes", None)
    done, versions = run(folder, f"in/a.txt,{ADDRESS},2024-03-01,,\n")
    assert (done.done, done.skipped, done.placed, done.new) == (0, 2, 1, 1)
    name, year, url, who, why = versions[-1]
    assert (len(versions), name, year, url) == (3, "a.txt", 2022, ADDRESS) and who and "m.csv" in str(why)
    after = current(folder, "a.txt")
    assert (after.source.url, after.source.retrieved_at) == (ADDRESS, "2024-03-01")
    assert after.model_copy(update={"source": before.source}) == before


def test_the_same_manifest_again_adds_nothing_and_a_further_one_adds_only_what_is_new(folder: Path) -> None:
    line = f"in/a.txt,{ADDRESS},2024-03-01,,\n"
    run(folder, line)
    assert (run(folder, line)[0].new, run(folder)[0].new) == (0, 0)
    done, versions = run(folder, "in/a.txt,,,,2019\nin/b.txt,https://example.gov.cn/b,,,\n")
    assert (done.placed, len(versions)) == (2, 4)
    after = current(folder, "a.txt")
    assert after.source.url == ADDRESS and [one.rule for one in after.findings].count("source.manifest") == 1
    assert run(folder, "in/a.txt,,,,2022\n")[0].placed == 1
    assert "source.manifest" not in [one.rule for one in current(folder, "a.txt").findings]


def test_of_two_files_with_one_content_the_first_line_counts_in_every_run(folder: Path) -> None:
    (folder / "in" / "c.txt").write_bytes((folder / "in" / "a.txt").read_bytes())
    lines = f"in/a.txt,{ADDRESS},,,\nin/c.txt,https://example.gov.cn/c,,,\n"
    run(folder)
    assert [run(folder, lines)[0].placed for _ in range(3)] == [1, 0, 0]
    assert current(folder, "a.txt").source.url == ADDRESS


def test_where_a_file_came_from_outlives_a_new_reading_and_a_correction(folder: Path) -> None:
    run(folder)
    run(folder, f"in/a.txt,{ADDRESS},,,2019\n")
    done, versions = run(folder, again=True)
    assert (done.done, done.new, len(versions)) == (2, 0, 3)
    with Library.open(folder / "library") as library:
        _, after = correct(library, library.find("清河三县人民政府 2022"), CELL, "7", why="原件")
    assert after.source.url == ADDRESS and "source.manifest" in [one.rule for one in after.findings]
    assert current(folder, "a.txt") == after


def test_a_corrected_year_can_be_taken_back(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library")
    document = read_bytes(printed().encode(), "a.txt")
    report_id = library.add(extract(document)[0], document)
    correct(library, report_id, "year", "2018", why="看错")
    _, after = correct(library, report_id, "year", "撤回", why="封面是 2022")
    assert after.year == library.get(report_id).year == 2022


def test_a_kept_pdf_is_resolved_with_both_its_renderings_when_it_is_corrected(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library")
    data = ruled_pdf(boxes=4)
    document = read_bytes(data, "a.pdf")
    (report,) = extract(document)
    assert report.cells != once(document).cells
    report_id = library.add(report, document, data=data)
    kept = library.document(document.source.sha256)
    assert kept.second is not None and kept.second().places == document.second().places  # type: ignore[misc]
    cell = "applications.granted.natural_person"
    _, after = correct(library, report_id, cell, str(TRUTH[cell]), why="原件")
    assert {path: one.status for path, one in after.cells.items() if path != cell} == {
        path: one.status for path, one in report.cells.items() if path != cell
    }


def test_a_pdf_without_its_bytes_is_resolved_with_what_is_kept(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library")
    document = read_bytes(ruled_pdf(boxes=4), "a.pdf")
    report_id = library.add(extract(document)[0], document)
    _, after = correct(library, report_id, "year", "2022", why="封面")
    _, again = correct(library, report_id, "applications.granted.business", "1", why="原件")
    assert (after.year, again.year) == (2022, 2022)


def test_the_call_log_lies_in_the_library_unless_the_user_names_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_LLM_LOG", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    library = Library.open(tmp_path / "library").path
    assert settings_in(library).log_path == call_log(library) == library / "llm.sqlite"
    assert settings_in(None).log_path == tmp_path / "cache" / "gongkai" / "llm.sqlite"
    monkeypatch.setenv("GONGKAI_LLM_LOG", str(tmp_path / "own.sqlite"))
    assert settings_in(library).log_path == settings_in(None).log_path == tmp_path / "own.sqlite"


def test_the_library_in_use_is_the_one_named_or_the_default_one_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_LIBRARY", str(tmp_path / "library"))
    assert library_in_use() is None
    Library.open(tmp_path / "library")
    assert library_in_use() == tmp_path / "library"
    with pytest.raises(LibraryError, match="不是报告库"):
        library_in_use(tmp_path / "none")


def test_reports_added_by_hand_take_up_what_was_said_too(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library")
    report, document = small_report()
    library.write({"kind": "manifest", "sha256": report.source.sha256, "file": "x", "url": ADDRESS})
    assert library.get(library.add(report, document)).source.url == ADDRESS
