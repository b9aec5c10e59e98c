"""How commands end: in every encoding, with a closed pipe, an unwritable place, a bug of the program; one line, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from extractor.errors import SourceError
from screens.exits import INTERNAL, PIPE, UNREAD, USAGE, ending, make_printable

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "reports" / "linlan-2021.txt"
CLEAN = ROOT / "reports" / "baiwei-2022.txt"
run = CliRunner()
in_posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")


def gongkai(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "import cli; cli.main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, **environment}, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_every_encoding_prints_tables_and_help(encoding: str) -> None:
    for words in (("show", REPORT), ("--help",)):
        done = gongkai(*words, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode(encoding)


def test_a_console_of_chinese_windows_reads_signs_that_look_alike() -> None:
    text = gongkai("show", REPORT, PYTHONIOENCODING="gbk").stdout.decode("gbk")
    assert "562 √" in text and "451 ×" in text and "\\u" not in text


def test_output_for_programs_reads_back_as_it_was_in_every_encoding() -> None:
    plain, ascii_only = (json.loads(gongkai("check", REPORT, "--json", PYTHONIOENCODING=name).stdout) for name in ("utf-8", "ascii"))
    assert plain == ascii_only
    assert "政府" in json.dumps(plain, ensure_ascii=False)


def test_a_character_beyond_the_first_plane_is_escaped_as_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+", encoding="ascii") as file:
        monkeypatch.setattr(sys, "stdout", file)
        make_printable(["check", "--json"])
        file.write('"𠮷✓é"')
        file.seek(0)
        assert json.loads(file.read()) == "𠮷✓é"


@in_posix
def test_a_closed_pipe_is_no_contradiction_and_says_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "import cli; cli.main()", "check", str(CLEAN), "--json"]
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr.strip()) == (PIPE, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_the_output_is_told_in_one_line() -> None:
    command = [sys.executable, "-c", "import cli; cli.main()", "show", str(REPORT)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert done.returncode == USAGE
    assert done.stderr.decode().strip().splitlines() == ["✗ 输出读写失败：磁盘已满，请腾出空间 (disk full)"]


@in_posix
@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_output_is_no_error(closed: int) -> None:
    inner = [sys.executable, "-c", "import cli; cli.main()", "show", str(CLEAN)]
    code = f"import os; os.close({closed}); os.execv({sys.executable!r}, {inner!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False)
    assert (done.returncode, b"Traceback" in done.stdout + done.stderr) == (0, False)


@pytest.mark.parametrize(
    "words",
    [
        ["extract", str(CLEAN), "--out", "{file}"],
        ["extract", str(CLEAN), "--out", "{file}/below"],
        ["label", str(CLEAN), "--out", "{file}/label.json"],
        ["label", str(CLEAN), "--out", "{folder}"],
        ["eval", "bundled", "--save-baseline", "{file}/baseline.json"],
        ["check", str(CLEAN), "--html", "{file}/page.html"],
    ],
    ids=lambda words: " ".join(words[::2]),
)
def test_a_place_that_cannot_be_written_is_named_in_one_line(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    taken = tmp_path / "taken.txt"
    taken.write_text("kept", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    done = run.invoke(cli.app, [word.format(file=taken, folder=tmp_path / "folder") for word in words])
    assert done.exit_code == USAGE, done.output
    assert isinstance(done.exception, SystemExit)
    assert re.search(r"^✗ “.*(taken\.txt|folder)", done.stderr, re.MULTILINE) and "内部错误" not in done.output
    assert taken.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    "words", [["check", "{report}", "--html", "{report}"], ["label", "{report}", "--out", "{report}"]], ids=lambda w: w[0]
)
def test_a_report_is_not_written_over_by_what_is_made_of_it(words: list[str], tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_bytes(CLEAN.read_bytes())
    (tmp_path / "same.txt").symlink_to(report)
    for target in (report, tmp_path / "same.txt"):
        done = run.invoke(cli.app, [*(word.format(report=report) for word in words[:-1]), str(target)])
        assert done.exit_code == USAGE and f"“{target}”就是要读的报告" in done.stderr
    folder = run.invoke(cli.app, [*(word.format(report=report) for word in words[:-1]), str(tmp_path)])
    assert folder.exit_code == USAGE and "是文件夹" in folder.stderr
    assert report.read_bytes() == CLEAN.read_bytes()


def test_a_bug_of_the_program_is_neither_a_contradiction_nor_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*args: object, **keywords: object) -> int:
        raise RuntimeError("三心二意")

    monkeypatch.setattr("screens.checking.run", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = run.invoke(cli.app, ["check", str(CLEAN)])
    assert done.exit_code == INTERNAL
    (line,) = done.stderr.strip().splitlines()
    (kept,) = tmp_path.iterdir()
    assert "内部错误 RuntimeError: 三心二意" in line and str(kept) in line
    assert "in broken" in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "甲.txt"), USAGE),
        (PermissionError(errno.EACCES, "Permission denied", "甲.txt"), USAGE),
        (OSError(errno.EIO, "Input/output error", "甲.txt"), USAGE),
        (ZeroDivisionError("甲.txt"), INTERNAL),
        (SourceError("甲.txt"), UNREAD),
    ],
)
def test_every_error_ends_with_its_status_and_one_line_that_names_it(error: Exception, status: int) -> None:
    found, line = ending(error)
    assert found == status
    assert "甲.txt" in line and "\n" not in line


def test_the_statuses_stand_in_the_help_and_in_the_readme() -> None:
    told = "".join(run.invoke(cli.app, ["--help"]).output.split())
    written = (ROOT / "README.md").read_text(encoding="utf-8")
    for status in (0, 1, USAGE, UNREAD, INTERNAL, PIPE):
        assert re.search(rf"[：；]{status}[^0-9]", told)
        assert re.search(rf"[：；]{status} ", written.partition("退出状态")[2].partition("\n\n")[0])
