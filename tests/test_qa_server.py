"""The MCP tools, called through a client of the same process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_qa import CITY, library_in
from typer.testing import CliRunner

from cli import app
from extractor.errors import LibraryError
from qa.server import server

pytest.importorskip("mcp")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with library_in(tmp_path / "library", ("linlan-2020.txt", "linlan-2021.txt")):
        return tmp_path / "library"


def call(folder: Path, tool: str, **arguments: Any) -> dict[str, Any]:
    import anyio

    made = server(folder)
    result = anyio.run(lambda: made.call_tool(tool, arguments))
    content = result.content if hasattr(result, "content") else result[0]
    return dict(json.loads(content[0].text))


def test_the_four_tools_are_there(folder: Path) -> None:
    import anyio

    assert {tool.name for tool in anyio.run(server(folder).list_tools)} == {"ask", "query", "check", "show"}


def test_ask_gives_the_contract(folder: Path) -> None:
    assert "1,396" in call(folder, "ask", question="临澜市2020年新收多少件？")["answer"]


def test_ask_takes_the_questions_before(folder: Path) -> None:
    asked = call(folder, "ask", question="那2021年呢？", history=["临澜市2020年新收多少件？"])
    assert "1,557" in asked["answer"]
    assert "1,557" not in call(folder, "ask", question="那2021年呢？")["answer"]


def test_ask_keeps_to_the_agency_and_year_given(folder: Path) -> None:
    asked = call(folder, "ask", question="2020年新收多少件？", agency="临澜市", year=2021)
    assert asked["abstained"]
    assert "2020年不在其中" in asked["answer"]
    assert "没有机关" in call(folder, "ask", question="新收多少件？", agency="不存在局")["error"]


def test_a_metric_that_no_form_has_is_told_with_those_near(folder: Path) -> None:
    slip = call(folder, "query", query={"kind": "value", "metrics": ["applications.new_recieved.total"], "agencies": [CITY]})
    assert slip.keys() == {"error"}
    assert "applications.new_received.total（" in slip["error"]
    assert "validation error" not in slip["error"]
    words = call(folder, "query", query={"metrics": ["本年新收政府信息公开申请数量"]})
    assert "applications.new_received.total" in words["error"]


def test_a_field_that_a_query_does_not_have_is_named(folder: Path) -> None:
    assert "agency" in call(folder, "query", query={"agency": CITY})["error"]


def test_the_schema_of_a_query_is_still_closed(folder: Path) -> None:
    import anyio

    tool = next(tool for tool in anyio.run(server(folder).list_tools) if tool.name == "query")
    assert "applications.new_received.total" in json.dumps(tool.model_dump(mode="json"))


def test_query_gives_rows_and_cells(folder: Path) -> None:
    found = call(
        folder, "query", query={"kind": "value", "metrics": ["applications.new_received.total"], "agencies": [CITY], "years": [2021]}
    )
    assert found["rows"][0]["value"] == "1557"
    assert found["cells"][0]["path"] == "applications.new_received.total"


def test_show_gives_one_cell_with_its_place(folder: Path) -> None:
    cells = call(folder, "show", report=f"{CITY} 2020", cell="applications.new_received.total")["cells"]
    assert cells["applications.new_received.total"]["value"] == "1396"


def test_check_gives_findings(folder: Path) -> None:
    assert isinstance(call(folder, "check", report=f"{CITY} 2020")["findings"], list)


def test_an_error_is_told_and_not_thrown(folder: Path) -> None:
    assert "error" in call(folder, "show", report="没有的机关 1999")


def test_there_must_be_a_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        server(tmp_path / "none")


def test_the_command_prints_the_contract(folder: Path) -> None:
    done = CliRunner().invoke(app, ["ask", "临澜市2020年新收多少件？", "--library", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["citations"][0]["quote"] == "1396"


def test_the_index_command_says_what_it_did(folder: Path) -> None:
    done = CliRunner().invoke(app, ["index", "--library", str(folder)])
    assert done.exit_code == 0, done.output
    assert "2 份报告" in done.output
