"""The library: what goes in comes out, versions and identities, damage and clear errors."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from small_reports import small_report

from extractor.errors import LibraryError, QueryError
from extractor.library import Library, identity_of
from extractor.library.journal import Entry, Journal, pack
from extractor.library.query import VIEWS
from extractor.library.tables import LAYOUT

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library")


def test_a_report_comes_back_as_it_went_in(library: Library) -> None:
    report, document = small_report(3)
    report_id = library.add(report, document, data=document.original.encode())
    assert library.get(report_id) == report
    assert library.document(report.source.sha256) == document or library.document(report.source.sha256).lines == document.lines
    assert library.text(report.source.sha256) == document.original
    assert library.sources.data(report.source.sha256) == document.original.encode()


def test_compaction_changes_no_answer(library: Library) -> None:
    for seed in range(5):
        library.add(*small_report(seed))
    queries = [f"SELECT * EXCLUDE (segment) FROM {view} ORDER BY ALL" for view in ("reports",)]
    queries += [f"SELECT * FROM {view} ORDER BY ALL" for view in ("cells", "claims", "facts", "findings", "passages", "metrics")]
    before = [library.sql(query, limit=10_000) for query in queries]
    assert library.compact() == [1]
    assert [library.sql(query, limit=10_000) for query in queries] == before
    assert len(before[1].rows) == 5 * len(small_report()[0].cells)


def test_values_in_the_views_are_those_of_the_record(library: Library) -> None:
    report, document = small_report(4, blank=("applications.granted.research",))
    library.add(report, document)
    rows = dict(library.sql("SELECT path, value FROM cells", limit=1000).rows)
    assert rows == {path: None if value is None else Decimal(value) for path, value in report.values.items()}
    assert library.sql("SELECT status FROM cells WHERE path = 'applications.granted.research'").rows == (("blank",),)


def test_a_derived_metric_is_only_as_sure_as_its_weakest_cell(library: Library) -> None:
    library.add(*small_report(4, doubtful=("applications.refused.state_secret.total",)))
    rows = library.sql(
        "SELECT metric, status, verified FROM metrics WHERE metric IN ('applications.refused.total', 'rates.granted') ORDER BY 1"
    )
    assert rows.rows == (("applications.refused.total", "open", False), ("rates.granted", "verified", True))


def test_the_same_reading_again_adds_nothing(library: Library) -> None:
    report, document = small_report()
    first = library.add(report, document)
    again = report.model_copy(update={"source": report.source.model_copy(update={"name": "另一个名字.txt"})})
    assert library.add(again, document) == first
    assert len(library.versions(first)) == 1


def test_a_reading_that_proves_less_is_kept_but_not_current(library: Library) -> None:
    report, document = small_report()
    report_id = library.add(report, document)
    worse, _ = small_report(doubtful=("applications.granted.natural_person",))
    library.add(worse, document)
    assert [version.current for version in library.versions(report_id)] == [True, False]
    assert library.get(report_id) == report
    assert library.get(report_id, library.versions(report_id)[1].version) == worse


def test_two_texts_of_one_report_are_both_kept_and_the_later_published_counts(library: Library) -> None:
    older, document_a = small_report(1, text="甲", published="2023-01-31")
    newer, document_b = small_report(1, text="乙", published="2023-03-01", changed={"applications.granted.natural_person": 99})
    new_id = library.add(newer, document_b)
    old_id = library.add(older, document_a)
    assert [summary.id for summary in library.reports()] == [new_id]
    assert {summary.id for summary in library.reports(all_texts=True)} == {new_id, old_id}
    assert library.get(old_id) == older


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("清河县人民政府", 2022, None), ("清河县 人民政府", 2022, None), True),
        (("清河县人民政府", 2022, None), ("清河县人民政府办公室", 2022, None), False),
        (("清河县人民政府", 2022, None), ("清河县人民政府", 2021, None), False),
        (("教育局", 2022, "清河县"), ("清河县教育局", 2022, None), True),
        (("教育局", 2022, "清河县"), ("教育局", 2022, "白水县"), False),
    ],
)
def test_identity_joins_only_what_is_one_report(one: tuple[str, int, str | None], other: tuple[str, int, str | None], same: bool) -> None:
    assert (identity_of(*one) == identity_of(*other)) is same


@pytest.mark.parametrize(
    "agency",
    [
        "市教育局",
        "教育局",
        "县人民政府",
        "鼓楼区人民政府",
        "城关镇人民政府",
        "通州区教育局",
        "鼓楼区市场监督管理局",
        "红旗区财政局",
        "市中区人民政府",
        "",
        None,
    ],
)
def test_a_name_that_many_places_have_identifies_nothing(agency: str | None) -> None:
    assert identity_of(agency, 2022, None) is None


@pytest.mark.parametrize(
    "agency", ["清河县人民政府", "清河市鼓楼区人民政府", "恩施州教育局", "清河省财政厅", "教育部", "国家统计局", "内蒙古自治区财政厅"]
)
def test_a_name_of_one_place_identifies_its_report(agency: str) -> None:
    assert identity_of(agency, 2022, None) == f"{agency}·2022"


def test_reading_a_text_again_does_not_change_which_text_counts(library: Library) -> None:
    first, document = small_report(1, text="甲")
    library.add(first, document)
    counts = library.add(*small_report(1, text="乙"))
    library.add(first.model_copy(update={"title": "读得更好"}), document)
    assert [summary.id for summary in library.reports()] == [counts]


def test_reading_goes_on_while_this_process_writes(library: Library) -> None:
    library.add(*small_report(1))
    seen: list[int] = []
    with library.writing():
        reader = threading.Thread(target=lambda: seen.append(len(list(library.reports()))))
        reader.start()
        reader.join(timeout=30)
    assert seen == [1]


def test_reports_of_unnamed_agencies_do_not_hide_each_other(library: Library) -> None:
    library.add(*small_report(1, agency="市教育局", text="甲"))
    library.add(*small_report(2, agency="市教育局", text="乙"))
    assert len(list(library.reports())) == 2


def test_reports_of_one_file_have_ids_of_their_own(library: Library) -> None:
    report, document = small_report(1)
    second = small_report(2, text=document.original)[0]
    ids = library.add_all([report, second], document)
    assert len(set(ids)) == 2
    assert [library.get(one) for one in ids] == [report, second]


def test_a_report_is_found_by_id_start_of_id_and_name(library: Library) -> None:
    report_id = library.add(*small_report(7, 2021))
    assert {
        library.find(report_id),
        library.find(report_id[:5]),
        library.find("清河七县人民政府 2021"),
        library.find("清河七县人民政府 2021年"),
    } == {report_id}
    with pytest.raises(LibraryError, match="没有“不存在 2021”"):
        library.find("不存在 2021")


def test_division_codes_come_from_the_users_list_and_ambiguous_names_stay_unknown(library: Library) -> None:
    for n, agency in enumerate(["清河市白水区教育局", "白水区教育局", "清河市人民政府", "白水县人民政府", "石桥区人民政府"]):
        library.add(*small_report(n, agency=agency))
    assert {row[0] for row in library.sql("SELECT division FROM reports").rows} == {None}
    codes = "990000,大河省\n990100,清河市\n990102,白水区\n990103,石桥区\n990200,青山市\n990202,石桥区\n"
    (library.path / "divisions.csv").write_text("code,name\n" + codes, "utf-8")
    found = {row[0]: row[1:] for row in Library.open(library.path).sql("SELECT agency, division, division_parent FROM reports").rows}
    assert found["清河市白水区教育局"] == found["白水区教育局"] == ("990102", "990100")
    assert found["清河市人民政府"] == ("990100", "990000")
    assert found["白水县人民政府"] == found["石桥区人民政府"] == (None, None)
    (library.path / "divisions.csv").write_text("code,name\n12,清河市\n", "utf-8")
    with pytest.raises(LibraryError, match="第 2 行"):
        Library.open(library.path).sql("SELECT 1")
    (library.path / "divisions.csv").write_text("地名\n清河市\n", "utf-8")
    with pytest.raises(LibraryError, match="code"):
        Library.open(library.path).sql("SELECT 1")


def test_explaining_a_statement_does_not_carry_it_out(library: Library) -> None:
    library.add(*small_report())
    library.compact()
    for explain in ("EXPLAIN", "EXPLAIN ANALYZE"):
        with pytest.raises(QueryError, match="只能查询"):
            library.sql(f"{explain} COPY (SELECT 1) TO '{library.tables.folder / 'x.csv'}'")
    assert not (library.tables.folder / "x.csv").exists()


def test_no_query_changes_the_list_of_divisions(library: Library) -> None:
    with pytest.raises(QueryError, match="查询失败"):
        library.sql("WITH gone AS (DELETE FROM raw_divisions RETURNING *) SELECT * FROM gone")


def test_a_city_of_county_level_has_its_level_from_the_users_list(library: Library) -> None:
    for n, agency in enumerate(["清河市教育局", "青山市人民政府", "清河市石桥镇人民政府"]):
        library.add(*small_report(n, agency=agency, level="township" if "镇" in agency else "municipal"))
    listed = "行政区划代码,单位名称\n990000,大河省\n990100,  青山市\n990181,    清河市\n"
    (library.path / "divisions.csv").write_bytes(listed.encode("gb18030"))
    found = {row[0]: row[1:] for row in Library.open(library.path).sql("SELECT agency, level, division, division_parent FROM reports").rows}
    assert found == {
        "清河市教育局": ("county", "990181", "990100"),
        "青山市人民政府": ("municipal", "990100", "990000"),
        "清河市石桥镇人民政府": ("township", "990181", "990100"),
    }


def test_tables_that_an_older_program_made_are_made_anew_and_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.library.TELL_AT", 1)
    for seed in range(3):
        library.add(*small_report(seed))
        library.compact()
    expected = library.rows("SELECT * FROM cells ORDER BY ALL")
    for seal in library.tables.folder.glob("*/seal.json"):
        seal.write_text(seal.read_text().replace(f'"layout": {LAYOUT}', f'"layout": {LAYOUT - 1}'))
    told: list[str] = []
    again = Library.open(library.path, tell=told.append)
    assert "重做 3 段" in told[0] and told[-1].startswith("查询表 3/3")
    assert again.tables.unmade() == [] and again.rows("SELECT * FROM cells ORDER BY ALL") == expected
    told.clear()
    Library.open(library.path, tell=told.append)
    assert told == []


def test_older_tables_are_made_in_memory_while_another_process_writes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.library.TELL_AT", 1)
    library.add(*small_report(1))
    told: list[str] = []
    with library.writing():
        again = Library.open(library.path, tell=told.append)
        assert "在内存中整理" in told[-1]
        assert len(list(again.reports())) == 1
        again.close()


# ------------------------------------------------------------------------------ damage
def test_a_torn_tail_is_cut_and_the_rest_stays(library: Library) -> None:
    kept = library.add(*small_report(1))
    library.add(*small_report(2))
    path = library.journal.path(1)
    path.write_bytes(path.read_bytes()[:-7])
    again = Library.open(library.path)
    assert [summary.id for summary in again.reports()] == [kept]
    added = again.add(*small_report(3))
    assert {summary.id for summary in again.reports()} == {kept, added}
    assert again.journal.extent(1).end == path.stat().st_size


def test_damage_in_the_middle_of_the_journal_costs_only_that_event(library: Library) -> None:
    for seed in range(3):
        library.add(*small_report(seed))
    entries = list(library.journal.entries(1))
    data = bytearray(library.journal.path(1).read_bytes())
    data[entries[1].offset + entries[1].length // 2] ^= 0xFF
    library.journal.path(1).write_bytes(data)
    again = Library.open(library.path)
    assert [entry.seq for entry in again.journal.entries(1)] == [entries[0].seq, entries[2].seq]
    assert len(again.journal.extent(1).damaged) == 1
    report_id = again.add(*small_report(9))
    assert report_id in {summary.id for summary in again.reports()}
    assert again.journal.segments() == [1, 2]


@pytest.mark.parametrize("damage", ["cut", "garbage", "gone", "flipped"])
def test_damaged_parquet_is_noticed_and_made_anew_from_the_journal(library: Library, damage: str) -> None:
    for seed in range(3):
        library.add(*small_report(seed))
    library.compact()
    expected = library.sql("SELECT report_id, path, value FROM cells ORDER BY ALL", limit=2000)
    path = library.tables.folder / "00000001" / "cells.parquet"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        middle = len(data) // 2
        changed = {
            "cut": data[:-100],
            "garbage": b"not parquet",
            "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        }[damage]
        path.write_bytes(changed)
    again = Library.open(library.path)
    assert not again.tables.sound(1)
    assert again.sql("SELECT report_id, path, value FROM cells ORDER BY ALL", limit=2000) == expected
    again.compact()
    assert again.tables.sound(1)


def test_a_full_disk_leaves_the_library_as_it_was(library: Library) -> None:
    library.add(*small_report(1))
    before = library.journal.path(1).read_bytes()
    script = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from small_reports import small_report
from extractor.errors import LibraryError
from extractor.library import Library
library = Library.open({str(library.path)!r})
report, document = small_report(2)
library.sources.keep(document, None)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 500}, {len(before) + 500}))
try:
    library.add(report, document)
except LibraryError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "磁盘已满" in done.stdout
    assert library.journal.path(1).read_bytes() == before
    library.add(*small_report(2))
    assert len(list(library.reports())) == 2


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX permissions")
def test_a_read_only_library_can_be_read_and_says_why_it_cannot_be_written(library: Library, tmp_path: Path) -> None:
    library.add(*small_report(1))
    (library.path / ".lock").unlink(missing_ok=True)
    for folder, _, files in os.walk(library.path):
        for name in files:
            (Path(folder) / name).chmod(0o444)
        Path(folder).chmod(0o555)
    for parent in [tmp_path, *tmp_path.parents]:
        if parent.stat().st_uid == os.getuid() and str(parent).count("/") > 1:
            parent.chmod(parent.stat().st_mode | 0o055)
    script = f"""
import os, sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from small_reports import small_report
from extractor.errors import LibraryError
from extractor.library import Library
import duckdb, pyarrow.parquet
if os.getuid() == 0:
    os.setuid(65534)
library = Library.open({str(library.path)!r})
print(len(list(library.reports())), library.sql("SELECT count(*) FROM cells").rows[0][0])
try:
    library.add(*small_report(2))
except LibraryError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    for folder, _, _ in os.walk(library.path):
        Path(folder).chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 200\n") and "不可写入" in done.stdout


def test_two_writers_do_not_mix(library: Library) -> None:
    other = Library.open(library.path)
    with library.writing(), pytest.raises(LibraryError, match="正被另一个进程写入"), other.writing(seconds=0.01):
        pass
    assert other.add(*small_report(1)) in {summary.id for summary in library.reports()}


def test_a_reader_sees_what_another_process_adds(library: Library) -> None:
    reader = Library.open(library.path)
    assert list(reader.reports()) == []
    library.add(*small_report(1))
    assert len(list(reader.reports())) == 1


def test_foreign_folders_and_later_formats_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("x")
    with pytest.raises(LibraryError, match="不是报告库"):
        Library.open(tmp_path / "other")
    with pytest.raises(LibraryError, match="不是报告库"):
        Library.open(tmp_path / "none", create=False)
    Library.open(tmp_path / "new")
    (tmp_path / "new" / "library.json").write_text('{"format": 99}')
    with pytest.raises(LibraryError, match="99"):
        Library.open(tmp_path / "new")


def test_the_journal_is_plain_gzip_lines(tmp_path: Path) -> None:
    import gzip
    import json

    journal = Journal(tmp_path / "journal")
    assert journal.append([pack({"kind": "note", "n": n}) for n in range(3)]) == [1_000_000, 1_000_001, 1_000_002]
    with gzip.open(journal.path(1), "rt", encoding="utf-8") as file:
        assert [json.loads(line)["n"] for line in file] == [0, 1, 2]


# ------------------------------------------------------------------------------ SQL
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DROP VIEW cells", "只能查询"),
        ("COPY (SELECT 1) TO '/tmp/gongkai-should-not-exist.csv'", "只能查询"),
        ("INSTALL sqlite", "只能查询"),
        ("SET memory_limit = '99GB'", "只能查询"),
        ("SELECT 1; SELECT 2", "一次只执行一条"),
        ("", "一次只执行一条"),
        ("SELEC 1", "SQL 有误"),
        ("SELECT * FROM read_csv('/etc/hostname')", "查询失败"),
        ("SELECT * FROM read_text('/etc/hostname')", "查询失败"),
        ("SELECT nothing FROM cells", "查询失败"),
    ],
)
def test_sql_reads_the_library_and_nothing_else(library: Library, query: str, message: str) -> None:
    library.add(*small_report(1))
    with pytest.raises(QueryError, match=message):
        library.sql(query)


def test_sql_stops_at_its_limits(library: Library) -> None:
    library.add(*small_report(1))
    answer = library.sql("SELECT path FROM cells", limit=7)
    assert len(answer.rows) == 7 and answer.truncated
    with pytest.raises(QueryError, match="超过"):
        library.sql("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 3", seconds=0.2)


def test_an_empty_library_answers_with_no_rows(library: Library) -> None:
    for view in VIEWS:
        assert library.sql(f"SELECT * FROM {view}").rows == ()


def test_a_reader_follows_a_growing_journal_without_reading_it_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = Library.open(tmp_path / "library"), Library.open(tmp_path / "library")
    read: list[int] = []
    known = Journal.entries

    def counted(journal: Journal, segment: int, after: Entry | None = None) -> Iterator[Entry]:
        for entry in known(journal, segment, after):
            read.append(entry.seq)
            yield entry

    for seed in range(4):
        writer.add(*small_report(seed))
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "entries", counted)
            assert len(list(reader.reports())) == seed + 1
    assert len(read) == len(set(read)) == 4
    assert reader.rows("SELECT * FROM cells ORDER BY ALL") == Library.open(tmp_path / "library").rows("SELECT * FROM cells ORDER BY ALL")


def test_a_library_that_stands_still_is_seen_as_it_was(tmp_path: Path) -> None:
    writer, reader = Library.open(tmp_path / "library"), Library.open(tmp_path / "library")
    writer.add(*small_report(1))
    with reader.still():
        assert len(list(reader.reports())) == 1
        writer.add(*small_report(2))
        assert len(list(reader.reports())) == 1
    assert len(list(reader.reports())) == 2


def test_a_library_that_stands_still_holds_what_was_added_before(library: Library) -> None:
    library.add(*small_report(1))
    assert library.rows("SELECT count(*) FROM reports") == [(1,)]
    library.add(*small_report(2))
    with library.still():
        assert library.rows("SELECT count(*) FROM reports") == [(2,)]
        library.add(*small_report(3))
        assert library.rows("SELECT count(*) FROM reports") == [(2,)]
    assert library.rows("SELECT count(*) FROM reports") == [(3,)]
