"""Reading a library with SQL: the documented views, and single statements under limits of time and rows."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ..errors import QueryError
from .divisions import Divisions
from .schema import TABLES
from .tables import Part

_REPORT = """report_id, seq AS version, agency, agency_key, year, form, divided, title, scope, level, region, published, source_name,
    sha256, format, origin, url, retrieved_at, engine, tool, cells, verified, provable, open, contested, errors, warnings, identity,
    why, who, added_at, run, segment, "offset", length"""

VIEWS: dict[str, tuple[str, str]] = {
    "texts": (
        "每个文本一行（同一机关同一年度可有几个文本），取当前版本；preferred 为真者计入 reports。",
        f"""WITH made AS (
    SELECT seq, report_id, seq AS since FROM raw_versions WHERE current
    UNION ALL SELECT target, report_id, seq FROM raw_pointers),
latest AS (SELECT report_id AS id, arg_max(seq, since) AS version, min(seq) AS first FROM made GROUP BY report_id),
live AS (SELECT {_REPORT}, first FROM raw_versions JOIN latest ON seq = latest.version)
SELECT live.* EXCLUDE (first) REPLACE (CASE WHEN d.county_city AND level = 'municipal' THEN 'county' ELSE level END AS level),
    d.division, d.division_name, d.division_parent,
    row_number() OVER (PARTITION BY coalesce(identity, report_id) ORDER BY published DESC NULLS LAST, first DESC) = 1 AS preferred
FROM live LEFT JOIN raw_divisions d ON d.agency IS NOT DISTINCT FROM live.agency AND d.region IS NOT DISTINCT FROM live.region""",
    ),
    "reports": (
        "报告：每个机关每个年度一行；同一年度有几个文本时取发布日期最晚的一个。",
        "SELECT * EXCLUDE (preferred) FROM texts WHERE preferred",
    ),
    "versions": ("所有文本的所有版本。", f"SELECT {_REPORT}, current FROM raw_versions"),
    "cells": (
        "单元格：reports 中每份报告的每个单元格一行。value 为空时看 status。",
        "SELECT r.report_id, r.agency, r.year, r.form, c.* EXCLUDE (seq) FROM raw_cells c JOIN reports r ON c.seq = r.version",
    ),
    "claims": (
        "叙述部分复述表格的数，及其与表格的比较。",
        "SELECT r.report_id, r.agency, r.year, c.* EXCLUDE (seq) FROM raw_claims c JOIN reports r ON c.seq = r.version",
    ),
    "facts": (
        "叙述部分的其他数量。",
        "SELECT r.report_id, r.agency, r.year, c.* EXCLUDE (seq) FROM raw_facts c JOIN reports r ON c.seq = r.version",
    ),
    "findings": (
        "发现：报告自身的矛盾、读取的疑问；verdict 为人的判断。",
        """SELECT r.report_id, r.agency, r.year, f.* EXCLUDE (seq), v.verdict, v.note AS verdict_note
FROM raw_findings f JOIN reports r ON f.seq = r.version
LEFT JOIN (SELECT finding_id, arg_max(verdict, seq) AS verdict, arg_max(note, seq) AS note FROM raw_verdicts GROUP BY 1) v
    USING (finding_id)""",
    ),
    "passages": (
        "叙述：前言、第一、五、六部分的段落和表间说明。",
        "SELECT r.report_id, r.agency, r.year, c.* EXCLUDE (seq) FROM raw_passages c JOIN reports r ON c.seq = r.version",
    ),
    "metrics": (
        "指标：单元格 (cell)、合计 (sum)、比率 (rate，以小数存放)，连同所用单元格中最弱的状态。",
        """SELECT r.report_id, r.agency, r.year, r.form, m.* EXCLUDE (seq) FROM (
    SELECT seq, metric, kind, label, unit, value, status, verified, missing FROM raw_derived
    UNION ALL
    SELECT seq, path, 'cell', caption, NULL, CAST(value AS DOUBLE), status, verified, CAST(value IS NULL AS INTEGER) FROM raw_cells) m
JOIN reports r ON m.seq = r.version""",
    ),
    "corrections": ("人对读取结果的更正。", "SELECT * FROM raw_corrections"),
    "manifests": ("清单所说的文件来源 (--manifest)；每个来源以最后一条为准。", "SELECT * FROM raw_manifests"),
    "verdicts": ("人对发现的判断。", "SELECT * FROM raw_verdicts"),
    "drawn": ("抽来人工核对的单元格 (gongkai audit)。", "SELECT * FROM raw_drawn"),
    "judgements": (
        "人对抽取的单元格的判断；每次抽样的每格以最后一条为准。",
        "SELECT * FROM raw_judgements QUALIFY row_number() OVER (PARTITION BY draw, report_id, path ORDER BY seq DESC) = 1",
    ),
    "failures": (
        "未能读取的文件：每个文件最近一次失败，后来读成的不再列出。",
        """SELECT * FROM raw_failures f
WHERE NOT EXISTS (SELECT 1 FROM raw_versions v WHERE v.sha256 = f.sha256 AND v.seq > f.seq)
    AND NOT EXISTS (SELECT 1 FROM raw_reads r WHERE r.sha256 = f.sha256 AND r.seq > f.seq)
    AND NOT EXISTS (SELECT 1 FROM raw_reads r WHERE r.path = f.path AND r.seq > f.seq)
QUALIFY row_number() OVER (PARTITION BY coalesce(sha256, path) ORDER BY seq DESC) = 1""",
    ),
}
"""Views by name: what each holds, and its SQL over the raw tables."""

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "2GB",
    "threads": "2",
    "temp_directory": str(Path(tempfile.gettempdir()) / "gongkai-duckdb"),
}


_DIVISIONS = pa.schema(
    [
        *((name, pa.string()) for name in ("agency", "region", "division", "division_name", "division_parent")),
        ("county_city", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    """Whether there were more rows than the limit."""


def connect(parts: Sequence[Part], folder: Path, divisions: Divisions | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the views over these parts; it can read nothing else and change nothing on disk."""
    connection = duckdb.connect(":memory:", config=dict(_SETTINGS))
    connection.execute("SET parquet_metadata_cache = true")
    for table in TABLES:
        sources: list[str] = []
        files = [f"{part.folder / table}.parquet" for part in parts if part.folder]
        if files:
            sources.append("SELECT * FROM read_parquet([" + ", ".join(_quoted(file) for file in files) + "])")
        for part in parts:
            if part.tables is not None and part.tables[table].num_rows:
                connection.register(f"memory_{table}_{part.segment}", part.tables[table])
                sources.append(f"SELECT * FROM memory_{table}_{part.segment}")
        if not sources:
            sources.append(
                "SELECT " + ", ".join(f'CAST(NULL AS {_sql_type(f.type)}) AS "{f.name}"' for f in TABLES[table]) + " WHERE false"
            )
        connection.execute(f"CREATE VIEW raw_{table} AS " + " UNION ALL ".join(sources))
    _place_agencies(connection, divisions)
    for name, (text, sql) in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {sql}")
        connection.execute(f"COMMENT ON VIEW {name} IS {_quoted(text)}")
    connection.execute(f"SET allowed_directories = [{_quoted(str(folder))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def run(connection: duckdb.DuckDBPyConnection, query: str, *, limit: int = 1000, seconds: float = 30.0) -> Answer:
    """One SELECT under limits; QueryError when it is anything else, fails, or takes too long."""
    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as error:
        raise QueryError(f"SQL 有误：{_plain(error)} (SQL error)") from error
    if len(statements) != 1:
        raise QueryError(f"一次只执行一条语句，收到 {len(statements)} 条 (exactly one statement, got {len(statements)})")
    if statements[0].type != duckdb.StatementType.SELECT:  # EXPLAIN too: EXPLAIN ANALYZE carries out what it explains
        kind = statements[0].type.name
        raise QueryError(f"只能查询，不能执行 {kind}；请写 SELECT … (read-only: {kind} is not allowed)")
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        result = connection.execute(statements[0])
        columns = tuple(str(column[0]) for column in result.description or ())
        rows = result.fetchmany(limit + 1)
    except duckdb.InterruptException as error:
        raise QueryError(
            f"查询超过 {seconds:g} 秒，已停止；请缩小范围或用 --seconds 放宽 (query took longer than {seconds:g} s)"
        ) from error
    except duckdb.Error as error:
        raise QueryError(f"查询失败：{_plain(error)} (query failed)") from error
    finally:
        timer.cancel()
    connection.abort()
    return Answer(columns, tuple(tuple(row) for row in rows[:limit]), len(rows) > limit)


def _place_agencies(connection: duckdb.DuckDBPyConnection, divisions: Divisions | None) -> None:
    """Agencies with their divisions, as raw_divisions; none without a list of codes. Held outside, so that no query can change it."""
    rows: list[dict[str, str | bool | None]] = []
    if divisions is not None:
        for agency, region in connection.execute("SELECT DISTINCT agency, region FROM raw_versions").fetchall():
            found = divisions.find(agency, region)
            if found is not None:
                above = divisions.parent(found)
                about = {"division": found.code, "division_name": found.name, "division_parent": above.code if above else None}
                rows.append({"agency": agency, "region": region, **about, "county_city": found.county_city})
    connection.register("raw_divisions", pa.Table.from_pylist(rows, schema=_DIVISIONS))


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:400]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sql_type(type_: Any) -> str:
    names = {"string": "VARCHAR", "int32": "INTEGER", "int64": "BIGINT", "bool": "BOOLEAN", "double": "DOUBLE"}
    text = str(type_)
    if text.startswith("decimal"):
        return "DECIMAL(38, 6)"
    return "VARCHAR[]" if text.startswith("list") else names[text]
