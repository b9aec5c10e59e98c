"""Archives dropped on the page: their files, with the names they had; what cannot be used is said in words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from screens import unpack
from screens.unpack import unpacked


def archive(folder: Path, **files: str) -> Path:
    made = folder / "reports.zip"
    with zipfile.ZipFile(made, "w") as opened:
        for name, text in files.items():
            opened.writestr(name.replace("__", "/") + ".txt", text)
    return made


def test_an_archive_is_replaced_by_its_files_and_others_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "a.docx"
    other.write_bytes(b"PK")
    made = archive(tmp_path, one="1", folder__two="2")
    found = list(unpacked([other, made], tmp_path / "out", 50))
    assert found[0] == other
    assert [(path.name, path.read_text()) for path in found[1:] if isinstance(path, Path)] == [("one.txt", "1"), ("two.txt", "2")]


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    made = tmp_path / "evil.zip"
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("../../../outside.txt", "x")
        opened.writestr("..\\windows.txt", "y")
    found = [path for path in unpacked([made], tmp_path / "out", 50) if isinstance(path, Path)]
    assert {path.name for path in found} == {"outside.txt", "windows.txt"}
    assert all((tmp_path / "out") in path.resolve().parents for path in found)


def test_names_written_in_gbk_are_read() -> None:
    member = zipfile.ZipInfo("年报.txt".encode("gb18030").decode("cp437"))
    member.flag_bits = 0
    assert unpack._name(member) == "年报.txt"


@pytest.mark.parametrize(("files", "word"), [(60, "最多 50"), (0, "没有文件")])
def test_too_many_files_or_none_are_refused_in_words(tmp_path: Path, files: int, word: str) -> None:
    made = archive(tmp_path, **{f"f{number}": "x" for number in range(files)})
    assert [word in one[1] for one in unpacked([made], tmp_path / "out", 50) if isinstance(one, tuple)] == [True]


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "LARGEST", 1000)
    made = archive(tmp_path, big="0" * 5000)
    (told,) = unpacked([made], tmp_path / "out", 50)
    assert isinstance(told, tuple) and "MB" in told[1]


def test_a_damaged_archive_is_said_to_be_damaged(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nonsense")
    assert list(unpacked([broken], tmp_path / "out", 50)) == [("broken.zip", "压缩包已损坏，打不开 (the archive is damaged)")]
