"""A manifest tells where files came from; what it claims and the report denies is a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from evals.generate import one
from extractor.errors import SettingsError
from extractor.library import Library
from extractor.manifest import entered, read_manifest
from extractor.pipeline import extract_file

HEAD = "file,url,retrieved_at,agency,year\n"


@pytest.fixture
def report_file(tmp_path: Path) -> Path:
    made = one(50, 0)
    path = tmp_path / "reports" / "a.txt"
    path.parent.mkdir()
    path.write_bytes(made.data)
    return path


def listed(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_address_and_date_go_into_the_source_and_true_claims_are_quiet(report_file: Path, tmp_path: Path) -> None:
    (report,) = extract_file(report_file)
    text = f"{HEAD}reports/a.txt,http://example.gov.cn/a,2024-03-01,{report.agency},{report.year}\n"
    manifest = read_manifest(listed(tmp_path / "m.csv", text))
    found = entered(report, manifest.entry(report_file))
    assert (found.source.url, found.source.retrieved_at) == ("http://example.gov.cn/a", "2024-03-01")
    assert found.findings == report.findings


def test_claims_that_the_report_denies_are_findings_and_change_nothing(report_file: Path, tmp_path: Path) -> None:
    (report,) = extract_file(report_file)
    manifest = read_manifest(listed(tmp_path / "m.csv", f"{HEAD}a.txt,,,某某市人民政府,2016\n"))
    found = entered(report, manifest.entry(report_file))
    assert [finding.rule for finding in found.findings[len(report.findings) :]] == ["source.manifest"] * 2
    assert (found.agency, found.year) == (report.agency, report.year)


def test_chinese_heads_and_gb18030_are_understood(tmp_path: Path) -> None:
    manifest = read_manifest(listed(tmp_path / "m.csv", "文件,网址,年份\na.txt,http://example.gov.cn,2023年\n", "gb18030"))
    entry = manifest.entry("elsewhere/a.txt")
    assert entry is not None
    assert (entry.url, entry.year) == ("http://example.gov.cn", 2023)


def test_a_name_that_two_lines_share_is_found_by_path_only(tmp_path: Path) -> None:
    manifest = read_manifest(listed(tmp_path / "m.csv", "file,year\nx/a.txt,2021\ny/a.txt,2022\n"))
    assert manifest.entry("a.txt") is None
    entry = manifest.entry(tmp_path / "y" / "a.txt")
    assert entry is not None
    assert entry.year == 2022


@pytest.mark.parametrize(("text", "message"), [("name,url\na,b\n", "file 一列"), (f"{HEAD}a.txt,,,,23\n", "第 2 行：年份“23”")])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_manifest(listed(tmp_path / "m.csv", text))


def test_a_manifest_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="打不开清单"):
        read_manifest(tmp_path / "none.csv")


def test_extract_keeps_the_manifest_in_records_and_library(report_file: Path, tmp_path: Path) -> None:
    manifest = listed(tmp_path / "m.csv", f"{HEAD}reports/a.txt,http://example.gov.cn/a,2024-03-01,,2016\n")
    command = ["extract", str(report_file), "--manifest", str(manifest)]
    done = CliRunner().invoke(cli.app, [*command, "--out", str(tmp_path / "out"), "--library", str(tmp_path / "library")])
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "out" / "records.jsonl").read_text(encoding="utf-8"))
    assert record["source"]["url"] == "http://example.gov.cn/a"
    assert "source.manifest" in {finding["rule"] for finding in record["findings"]}
    with Library.open(tmp_path / "library") as library:
        (report_id,) = library.latest()
        assert library.get(report_id).source.url == "http://example.gov.cn/a"
