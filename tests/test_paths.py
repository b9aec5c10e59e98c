"""From what a user names to the files to read."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from extractor.paths import expand, spelled

ROOT = Path(__file__).resolve().parent.parent


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


def test_a_name_in_another_encoding_is_read_and_one_in_none_is_made_legible() -> None:
    names = {b"\xe6\x8a\xa5\xe5\x91\x8a.txt": "报告.txt", "报告.txt".encode("gbk"): "报告.txt", b"bad\xff.txt": "bad\ufffd.txt"}
    assert {data: spelled(data.decode("utf-8", "surrogateescape")) for data in names} == names
    mixed = "数据".encode() + b"/" + "报告.txt".encode("gbk")
    assert spelled(mixed.decode("utf-8", "surrogateescape")) == "数据/报告.txt"
    assert spelled("报\ud800告") == "报\ufffd告"


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are a matter of Linux")
def test_a_file_whose_name_is_no_utf8_is_read_stored_and_told(tmp_path: Path) -> None:
    text = (ROOT / "reports" / "baiwei-2022.txt").read_bytes()
    for name, data in ((b"bad\xff.txt", text), ("报告.txt".encode("gbk"), text + b"\n"), (b"empty\xff.txt", b"")):
        (tmp_path / os.fsdecode(name)).write_bytes(data)
    into = ["--out", str(tmp_path / "out"), "--library", str(tmp_path / "library")]
    for extra in ([], ["--retry", "failed"]):
        done = CliRunner().invoke(app, ["extract", str(tmp_path), *into, *extra])
        assert done.exit_code == 3 and "内部错误" not in done.output
        assert "empty\ufffd.txt：文件是空的" in done.output
    told = CliRunner().invoke(app, ["sql", "SELECT name FROM failures", "--format", "csv", "--library", str(tmp_path / "library")])
    assert told.output.split() == ["name", "empty\ufffd.txt"]
    run = CliRunner().invoke(app, ["extract", str(tmp_path), "--out", str(tmp_path / "out")])
    assert run.exit_code == 3
    records = (tmp_path / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["source"]["name"] for line in records} == {"bad\ufffd.txt", "报告.txt"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_folder_a_pipe_and_a_device_are_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", tmp_path, Path("/dev/zero"), Path()):
        done = CliRunner().invoke(app, ["show", str(path)])
        assert done.exit_code == 3
        assert f"✗ {path.name or '.'}：是文件夹或设备" in done.output
    assert CliRunner().invoke(app, ["extract", str(tmp_path / "pipe.txt"), "--out", str(tmp_path / "out")]).exit_code == 3
