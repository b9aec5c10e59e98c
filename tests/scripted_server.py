"""A chat server for tests: real HTTP on loopback, right answers from a label, and misbehaviour by plan. It is no model.

Chat completions (JSON Schema, tools, plain JSON, streaming) and embeddings. What a request asks for is read from its schema
and its numbered lines, as a model would; ``Truth`` holds what a careful reader would answer.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from scripted_answers import answer, embedded
from scripted_faults import FAULTS, TRANSPORT, Fault, Plan
from scripted_stream import HARMLESS, STREAM_FAULTS, Broken, refused, streamed
from scripted_truth import Answer, Truth, truth_of

__all__ = ["FAULTS", "HARMLESS", "HONEST", "STREAM_FAULTS", "TRANSPORT", "Fault", "Plan", "ScriptedServer", "Truth", "truth_of"]

HONEST = Plan()
"""No fault at all."""


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    body: bytes
    fault: str | None
    answered: bool = False


class ScriptedServer:
    """The server on a free port of 127.0.0.1, as a context manager."""

    def __init__(
        self,
        truths: Sequence[Truth] = (),
        plan: Plan = HONEST,
        *,
        modes: Iterable[str] = ("json_schema", "tools", "json"),
        scripts: Sequence[Callable[[Answer], str | None]] = (),
        takes_temperature: bool = True,
        bodies: Callable[[Answer], bytes | None] | None = None,
        promised: int | None = None,
        key: str | None = None,
        hang: float = 60.0,
        written: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self.truths = truths
        self.plan = plan
        self.modes = frozenset(modes)
        self.scripts = scripts
        """Own answers to requests: each gets the request and returns the content or None."""
        self.bodies = bodies
        """Whole replies to requests, whatever they are; None for a reply as usual."""
        self.promised = promised
        """The length that such a reply claims to have; None: its own."""
        self.takes_temperature = takes_temperature
        self.key = key
        """The key it accepts; None accepts any."""
        self.hang = hang
        self.written = written
        """Told of every piece of a stream after it was written; a stream waits for it to return."""
        self.seen: list[Seen] = []
        self.tokens = Counter[str]()
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.counts = Counter[bytes]()
        self._http = _Http(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def answered(self) -> list[Seen]:
        return [request for request in self.seen if request.answered]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.send({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = json.loads(body)
            with server.lock:
                server.counts[body] += 1
                count = server.counts[body]
                probe = "Copied" in body.decode()
                fault = server.plan.fault if not probe and server.plan.strikes(body, count) else None
                seen = Seen(self.path, body, fault)
                server.seen.append(seen)
            given = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            if server.key is not None and given != server.key:
                self.send({"error": {"message": f"Incorrect API key provided: {given}", "code": "invalid_api_key"}}, 401)
            elif fault in TRANSPORT and self.misbehaves(fault):
                return
            elif why := refused(request, fault):
                self.send({"error": {"message": why}}, 400)
            elif server.bodies is not None and (odd := server.bodies(request)) is not None:
                self.raw(odd)
            elif self.path.endswith("/embeddings"):
                seen.answered = True
                self.send(embedded(request))
            else:
                status, reply = answer(request, server, fault)
                if status == 200:
                    with server.lock:
                        server.tokens["in"] += reply["usage"]["prompt_tokens"]
                        server.tokens["out"] += reply["usage"]["completion_tokens"]
                seen.answered = True
                if request.get("stream") and status == 200 and fault != "stream_ignored":
                    self.stream(reply, request, fault)
                else:
                    self.send(reply, status)

        def misbehaves(self, fault: str | None) -> bool:
            """Do what the fault does; False when an answer follows all the same."""
            if fault == "http_429":
                self.send({"error": {"message": "slow down"}}, 429, {"Retry-After": "0"})
            elif fault == "http_500":
                self.send({"error": {"message": "broken"}}, 500)
            elif fault == "hang":
                server.stopping.wait(server.hang)
                self.close_connection = True
            elif fault == "reset":
                self.breaks()
            else:
                time.sleep(0.02)
                return False
            return True

        def send(self, reply: Any, status: int = 200, headers: Mapping[str, str] = {}) -> None:
            data = json.dumps(reply, ensure_ascii=False).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        def raw(self, data: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(server.promised or len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.close_connection = True

        def stream(self, reply: Answer, request: Answer, fault: str | None) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for written in streamed(reply, request, fault, server):
                    self.wfile.write(written)
                    server.written(written)
            except Broken:
                self.breaks()

        def breaks(self) -> None:
            """Reset the connection."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

    return Handler
