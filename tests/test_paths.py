"""From what a user names to the files to read."""

from __future__ import annotations

from pathlib import Path

from extractor.paths import expand


def test_a_folder_stands_for_its_known_files_in_a_persons_order(tmp_path: Path) -> None:
    for name in ("10.txt", "2.txt", "1.pdf", "note.json", ".hidden.txt", "~$lock.docx", "deep/3.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.relative_to(tmp_path).as_posix() for path in expand([tmp_path])] == ["1.pdf", "2.txt", "10.txt", "deep/3.html"]


def test_a_named_file_is_taken_whatever_it_is_called_and_only_once(tmp_path: Path) -> None:
    file = tmp_path / "report.dat"
    file.write_text("x")
    assert expand([file, str(file)]) == (file,)


def test_a_pattern_is_matched_and_a_name_that_matches_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert expand([str(tmp_path / "*.txt")]) == (tmp_path / "a.txt",)
    assert expand([str(tmp_path / "*.pdf")]) == (tmp_path / "*.pdf",)


def test_a_file_with_brackets_in_its_name_is_itself(tmp_path: Path) -> None:
    file = tmp_path / "报告[1].txt"
    file.write_text("x")
    assert expand([str(file)]) == (file,)
