"""Exports, opened with the tools that researchers use and compared with the records."""

from __future__ import annotations

import csv
import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from small_reports import small_report

from extractor.errors import QueryError
from extractor.forms import form_of
from extractor.library import Library
from extractor.library.codebook import HARMONISED, STATES, variables
from extractor.library.export import export, replaceable
from extractor.model import Finding, Report

BLANK = "applications.granted.research"
NA = "applications.granted.legal_service"
DOUBT = "applications.granted.business"
EVIL = '=HYPERLINK("http://example.invalid","x")'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library.open(tmp_path_factory.mktemp("export") / "library")
    for seed in (1, 2):
        made.add(*small_report(seed, 2020, key="2019"))
        report, document = small_report(seed, 2022, blank=(BLANK,), doubtful=(DOUBT,))
        not_applicable = report.cells[NA].model_copy(update={"raw": "/", "printed": "not_applicable", "status": "not_applicable"})
        granted = report.applications.granted.model_copy(update={"legal_service": None})  # type: ignore[union-attr]
        applications = report.applications.model_copy(update={"granted": granted})  # type: ignore[union-attr]
        made.add(report.model_copy(update={"cells": {**report.cells, NA: not_applicable}, "applications": applications}), document)
    evil, document = small_report(3, 2021, title=EVIL, findings=(Finding(rule="x.y", severity="info", message="+1+1\x0b"),))
    made.add(evil, document)
    return made


@pytest.fixture(scope="module")
def records(library: Library) -> dict[str, Report]:
    return {summary.id: library.get(summary.id) for summary in library.reports()}


def same(value: Any, expected: Any) -> bool:
    missing = value is None or value == "" or value != value
    return expected is None if missing else expected is not None and Decimal(str(value)) == Decimal(expected)


def agrees(rows: dict[str, dict[str, Any]], records: dict[str, Report], state: str = "{}.status") -> None:
    assert set(rows) == set(records)
    for report_id, report in records.items():
        row = rows[report_id]
        for path, value in report.values.items():
            assert same(row[path], value), (report_id, path, row[path], value)
            assert row[state.format(path)] == report.cells[path].status
        other = "proactive.rules.created" if report.form == "2021" else "proactive.rules.issued"
        assert same(row[other], None) and row[state.format(other)] == "not_in_form"


def test_wide_csv_opened_by_pandas_polars_and_duckdb_holds_the_records(
    library: Library, records: dict[str, Report], tmp_path: Path
) -> None:
    done = export(library, tmp_path / "data.csv")
    assert done.reports == len(records) == 5
    frame = pd.read_csv(tmp_path / "data.csv", dtype={"report_id": str})
    agrees({row["report_id"]: row for row in frame.to_dict("records")}, records)
    assert set(frame["dataset_version"]) == {done.dataset}
    lazy = pl.read_csv(tmp_path / "data.csv", infer_schema_length=None, schema_overrides={"report_id": pl.String})
    agrees({row["report_id"]: row for row in lazy.to_dicts()}, records)
    connection = duckdb.connect()
    found = connection.execute(f"SELECT * FROM read_csv('{tmp_path / 'data.csv'}', types = {{'report_id': 'VARCHAR'}})")
    names = [column[0] for column in found.description or ()]
    agrees({row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}, records)


def test_long_csv_has_one_row_for_each_cell_in_printed_order(library: Library, records: dict[str, Report], tmp_path: Path) -> None:
    export(library, tmp_path / "data.csv", shape="long")
    frame = pd.read_csv(tmp_path / "data.csv", dtype={"report_id": str})
    assert len(frame) == sum(len(report.cells) for report in records.values())
    for report_id, report in records.items():
        part = frame[frame["report_id"] == report_id]
        assert list(part["path"]) == list(form_of(report.form).cells)
        assert all(same(value, report.value(path)) for path, value in zip(part["path"], part["value"], strict=True))


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_parquet_keeps_exact_numbers_and_versions(library: Library, records: dict[str, Report], tmp_path: Path, shape: str) -> None:
    done = export(library, tmp_path / "data.parquet", shape=shape)  # type: ignore[arg-type]
    frame = pl.read_parquet(tmp_path / "data.parquet")
    if shape == "wide":
        agrees({row["report_id"]: row for row in frame.to_dicts()}, records)
    else:
        assert frame.height == sum(len(report.cells) for report in records.values())
        assert frame.filter(pl.col("path") == "proactive.fees.amount_wan_yuan")["value"].to_list() == [Decimal("3.25")] * 3
    metadata = pl.read_parquet_metadata(tmp_path / "data.parquet")
    assert metadata["dataset_version"] == done.dataset and json.loads(metadata["codebook"])


def test_json_lines_hold_whole_records(library: Library, records: dict[str, Report], tmp_path: Path) -> None:
    done = export(library, tmp_path / "data.jsonl")
    for line in (tmp_path / "data.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        about = record.pop("export")
        assert Report.model_validate(record) == records[about["report_id"]]
        assert about["dataset_version"] == done.dataset


def test_stata_file_has_values_states_and_labels(library: Library, records: dict[str, Report], tmp_path: Path) -> None:
    export(library, tmp_path / "data.dta")
    frame = pd.read_stata(tmp_path / "data.dta")
    short = {one.key: one.short for one in variables()}
    rows = {}
    for row in frame.to_dict("records"):
        known = {key: row[name] for key, name in short.items()} | {f"{key}.status": row[f"{name}_st"] for key, name in short.items()}
        rows[row["report_id"]] = known
    agrees(rows, records)
    with pd.io.stata.StataReader(tmp_path / "data.dta") as reader:
        assert reader.variable_labels()["a_granted_np"].startswith("予以公开")
        assert "dataset" in reader.data_label


def test_sqlite_file_has_all_tables(library: Library, records: dict[str, Report], tmp_path: Path) -> None:
    export(library, tmp_path / "data.sqlite")
    database = sqlite3.connect(tmp_path / "data.sqlite")
    try:
        cells = database.execute("SELECT report_id, path, value, status FROM cells").fetchall()
        assert len(cells) == sum(len(report.cells) for report in records.values())
        assert all(same(value, records[report_id].value(path)) for report_id, path, value, _ in cells)
        assert database.execute("SELECT count(*) FROM codebook").fetchone()[0] == len(variables()) + len(STATES)
        assert dict(database.execute("SELECT * FROM about"))["tool_version"]
    finally:
        database.close()


def test_workbook_has_data_tables_findings_series_and_codebook_and_no_formula(
    library: Library, records: dict[str, Report], tmp_path: Path
) -> None:
    export(library, tmp_path / "data.xlsx")
    book = openpyxl.load_workbook(tmp_path / "data.xlsx")
    assert book.sheetnames == ["说明", "报告", "表格", "系列", "单元格", "发现", "跨报告", "编码本"]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert EVIL in {cell.value for row in book["报告"].iter_rows() for cell in row}
    rows = list(book["单元格"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == sum(len(report.cells) for report in records.values())
    assert all(same(row[7], records[row[0]].value(row[4])) for row in rows)
    table = [[cell.value for cell in row] for row in book["表格"].iter_rows()]
    assert any(row[1] == "(一)予以公开" for row in table)
    series = {(row[0], row[1]): row for row in book["系列"].iter_rows(min_row=2, values_only=True)}
    total = series["清河一县人民政府", "applications.new_received.total"]
    assert total[3:6] == (small_report(1, 2020, key="2019")[0].value("applications.new_received.total"), None, small_report(1)[0].value(
        "applications.new_received.total"
    ))  # fmt: skip


def test_no_text_in_csv_becomes_a_formula(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "data.csv")
    with (tmp_path / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for name, text in row.items():
                assert not text.startswith(("=", "+", "@", "\t", "\r")), (name, text)
                assert not text.startswith("-") or float(text) < 0


def test_blank_not_applicable_and_unverified_stay_apart(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "data.csv", where="year = 2022 AND agency = ?", values=["清河一县人民政府"])
    frame = pd.read_csv(tmp_path / "data.csv")
    assert len(frame) == 1
    row = frame.iloc[0]
    assert (row[f"{BLANK}.status"], row[f"{NA}.status"], row[f"{DOUBT}.status"]) == ("blank", "not_applicable", "open")
    assert pd.isna(row[BLANK]) and pd.isna(row[NA]) and not pd.isna(row[DOUBT])


def test_both_forms_run_through_one_series(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "data.parquet")
    for row in pl.read_parquet(tmp_path / "data.parquet").to_dicts():
        for series in HARMONISED:
            assert row[series.key] == row[series.keys[row["form"]]]
        handled = [value for key, value in row.items() if key.startswith("applications.other_handling.") and key.endswith(".total")]
        assert row["applications.other_handling.total"] is not None and any(value is not None for value in handled)


def test_the_codebook_knows_every_cell_and_its_short_names_are_short_and_distinct() -> None:
    known = {one.key: one for one in variables()}
    for key in ("2019", "2021"):
        for cell in form_of(key).cells:
            assert key in known[cell].forms
    shorts = [one.short for one in variables()]
    assert len(set(shorts)) == len(shorts) and max(map(len, shorts)) <= 28
    assert known["rates.granted"].formula and known["series.rules.made"].note


def test_the_same_data_has_the_same_dataset_version(library: Library, tmp_path: Path) -> None:
    first = export(library, tmp_path / "a.csv").dataset
    assert export(library, tmp_path / "b.jsonl").dataset == first
    assert export(library, tmp_path / "c.csv", where="year = 2022").dataset != first


def test_an_unknown_ending_and_an_unwritable_place_are_said_plainly(library: Library, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"不认识“\.doc”"):
        export(library, tmp_path / "data.doc")
    (tmp_path / "file").write_text("")
    with pytest.raises(QueryError, match="写不进去"):
        export(library, tmp_path / "file" / "data.csv")


@pytest.mark.parametrize("shape", ["wide", "long"])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "jsonl", "dta", "sqlite"])
def test_an_export_takes_the_place_of_an_export_and_of_nothing_else(library: Library, tmp_path: Path, ending: str, shape: str) -> None:
    path = tmp_path / f"x.{ending}"
    path.touch()
    for _ in range(2):
        export(library, path, shape=shape)  # type: ignore[arg-type]
        assert replaceable(path)
    report = openpyxl.Workbook()
    report.create_sheet("表三").append(["予以公开", 562])
    report.save(tmp_path / "report.xlsx")
    for data in ((tmp_path / "report.xlsx").read_bytes(), "一、总体情况".encode(), b"PK\x03\x04 damaged"):
        path.write_bytes(data)
        with pytest.raises(QueryError, match="不覆盖"):
            export(library, path, shape=shape)  # type: ignore[arg-type]
        assert path.read_bytes() == data


def test_a_workbook_of_too_many_reports_is_refused(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.sheets.MOST_REPORTS", 4)
    with pytest.raises(QueryError, match=r"5 份报告放进一个工作簿太多（最多 4）"):
        export(library, tmp_path / "data.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_library_exports_heads_only(tmp_path: Path) -> None:
    empty = Library.open(tmp_path / "library")
    for name in ("a.csv", "a.xlsx", "a.parquet", "a.jsonl", "a.dta", "a.sqlite"):
        assert export(empty, tmp_path / name).reports == 0
    assert len(pd.read_csv(tmp_path / "a.csv")) == 0
