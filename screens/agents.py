"""The library for agents at the page's own address: ``/mcp`` (streamable HTTP), the same tools as ``gongkai mcp``."""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from extractor.errors import GongkaiError
from extractor.library.calls import settings_in

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

log = logging.getLogger("gongkai.page")
PATH = "/mcp"
MISSING = "没有安装 mcp：pip install 'gongkai[mcp]' (the package mcp is not installed)"
LOCKED = "需要用户名和密码：HTTP Basic，同网页 (name and password of the page, as HTTP Basic)"


def available() -> bool:
    """Whether the package that speaks MCP is installed."""
    return find_spec("mcp") is not None


class Agents:
    """An ASGI application that answers MCP; the protocol's package is imported when the first agent calls.

    Stateless: every request stands alone, so that a restart of the page ends nobody's session.
    """

    def __init__(self, library: Path, auth: tuple[str, str] | None, hosts: list[str]) -> None:
        self.library = library
        self.auth = auth
        """Name and password of the page, asked of agents too."""
        self.hosts = hosts
        """Values of ``Host`` that are answered: a page elsewhere cannot reach this one through the visitor's browser."""
        self._server: MCPServer[Any] | None = None
        self._made = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self.admits(Request(scope)):
            refused = PlainTextResponse(LOCKED, 401, {"www-authenticate": 'Basic realm="gongkai", charset="UTF-8"'})
            return await refused(scope, receive, send)
        try:
            server = await self._ready()
        except GongkaiError as error:
            return await PlainTextResponse(str(error), 503)(scope, receive, send)
        from mcp.server.transport_security import TransportSecuritySettings

        origins = [f"http://{host}" for host in self.hosts]
        app = server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            transport_security=TransportSecuritySettings(
                enable_dns_rebinding_protection=bool(self.hosts), allowed_hosts=self.hosts, allowed_origins=origins
            ),
        )
        async with server.session_manager.run():
            await app(scope, receive, send)

    def admits(self, request: Request) -> bool:
        """Whether a request carries the page's name and password, or none are asked for."""
        if self.auth is None:
            return True
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            told = base64.b64decode(given, validate=True) if kind.lower() == "basic" else b""
        except ValueError:
            return False
        return hmac.compare_digest(told, ":".join(self.auth).encode())

    async def _ready(self) -> MCPServer[Any]:
        async with self._made:
            if self._server is None:
                self._server = await asyncio.to_thread(self._make)
            return self._server

    def _make(self) -> MCPServer[Any]:
        from qa.server import server

        settings = settings_in(self.library)
        return server(self.library, settings if settings.active else None)


def mount(app: Any, library: Path, auth: tuple[str, str] | None, hosts: list[str]) -> None:
    """Answer MCP in the page's server, before any of the page's own addresses."""
    agents = Agents(library, auth, hosts)
    app.router.routes.insert(0, Route(PATH, endpoint=agents, methods=["GET", "POST", "DELETE"]))
