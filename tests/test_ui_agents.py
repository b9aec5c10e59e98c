"""The page's address for agents: the tools of ``gongkai mcp`` over HTTP, under the page's password, closed to other sites."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_qa import library_in
from starlette.applications import Starlette
from starlette.testclient import TestClient

from screens import agents

pytest.importorskip("mcp")

HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with library_in(tmp_path / "library", ("linlan-2020.txt",)):
        return tmp_path / "library"


def client(folder: Path, auth: tuple[str, str] | None = None) -> Iterator[TestClient]:
    app = Starlette()
    agents.mount(app, folder, auth, ["127.0.0.1:7860"])
    with TestClient(app, base_url=ADDRESS) as made:
        yield made


@pytest.fixture
def open_page(folder: Path) -> Iterator[TestClient]:
    yield from client(folder)


@pytest.fixture
def locked_page(folder: Path) -> Iterator[TestClient]:
    yield from client(folder, ("reader", "s:e"))


def call(page: TestClient, method: str, headers: dict[str, str] | None = None, **about: Any) -> Any:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": about}
    return page.post(agents.PATH, json=body, headers={**HEADERS, **(headers or {})})


def test_an_agent_asks_and_gets_a_cited_answer(open_page: TestClient) -> None:
    arguments = {"question": "临澜市2020年新收多少件？"}
    answer = call(open_page, "tools/call", name="ask", arguments=arguments)
    assert answer.status_code == 200
    assert "1,396" in answer.json()["result"]["content"][0]["text"]


def test_requests_stand_alone_and_may_follow_each_other(open_page: TestClient) -> None:
    for _ in range(2):
        tools = call(open_page, "tools/list").json()["result"]["tools"]
        assert {tool["name"] for tool in tools} == {"ask", "query", "check", "show"}


@pytest.mark.parametrize("given", ["", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"reader:wrong").decode(), "Bearer x"])
def test_without_the_pages_password_nothing_is_told(locked_page: TestClient, given: str) -> None:
    refused = call(locked_page, "tools/list", {"authorization": given})
    assert refused.status_code == 401 and "ask" not in refused.text


def test_with_the_pages_password_an_agent_is_served(locked_page: TestClient) -> None:
    told = "Basic " + base64.b64encode(b"reader:s:e").decode()
    assert call(locked_page, "tools/list", {"authorization": told}).status_code == 200


def test_another_site_cannot_reach_it_through_a_visitors_browser(open_page: TestClient) -> None:
    assert call(open_page, "tools/list", {"host": "evil.example"}).status_code == 421
    assert call(open_page, "tools/list", {"origin": "http://evil.example"}).status_code == 403
