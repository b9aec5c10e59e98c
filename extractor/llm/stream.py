"""A chat request whose answer is heard while it is written: server-sent events, and in the end the body that a whole reply would have had.

A server that cannot stream, or cannot count tokens while it streams, is asked in the way it can, and that is remembered.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .log import Call, CallLog, content_key
from .settings import Settings
from .usage import estimate_tokens
from .wire import Errand, Failure, Going, TransportError, attempted, client_of, failure_of, replayed, sent

if TYPE_CHECKING:
    import openai

LONGEST = 400_000
"""Characters of an answer beyond which no more is heard; the longest sound answer has some ten thousand."""
_WAYS: tuple[dict[str, Any], ...] = ({"stream": True, "stream_options": {"include_usage": True}}, {"stream": True}, {})
"""What is added to a request: some servers refuse to count tokens while they stream (400 or 422), some to stream."""
_REFUSED = frozenset({"http 400", "http 422"})
_LINE = re.compile(rb"\r\n|\n|\r")
_FIELDS = (b":", b"event:", b"id:", b"retry:")
"""Lines of an event that are no data."""
_PARTS = ("content", "refusal")
_MOST_BYTES = 8_000_000


def chat_heard(request: Mapping[str, Any], settings: Settings, log: CallLog, errand: Errand) -> Generator[str, None, Call]:
    """The answer to a chat request on the terms of :func:`wire.chat`, yielding its text so far whenever it has grown.

    A text that does not begin with the one before it is another try's. The key in the log is that of the same request unstreamed.
    """
    key = content_key(request, settings.base_url)
    known = replayed(key, log, errand)
    if known is not None:
        return known
    client = client_of(settings.key, settings.base_url, settings.timeout)
    server = f"{settings.base_url} {settings.model} stream"
    remembered = int(log.manner(server) or 0)
    for way in range(remembered, len(_WAYS)):
        asked = {**request, **_WAYS[way]}
        try:
            call = yield from attempted(asked, key, settings, log, errand, partial(_heard, client, asked, settings))
        except TransportError as error:
            if error.status not in _REFUSED or way == len(_WAYS) - 1:
                raise
            continue
        if way != remembered:
            log.remember(server, str(way))
        return call
    raise AssertionError("a loop over at least one way returns or raises")


def _heard(client: openai.OpenAI, request: Mapping[str, Any], settings: Settings) -> Going:
    """One request over the network, heard until it says that it is done."""
    if not request.get("stream"):
        return (yield from sent(lambda: client.chat.completions.with_raw_response.create(**request), settings))
    reply = Reply()
    late = False
    try:
        with client.chat.completions.with_streaming_response.create(**request) as response:
            until = time.monotonic() + settings.timeout
            for payload in events(response.iter_bytes()):
                if late := time.monotonic() > until or len(reply.text) > LONGEST:
                    break
                if payload and reply.takes(payload):
                    yield reply.text
                if reply.done or reply.error:
                    break
    except Exception as error:
        failure = failure_of(error, settings)
        if not reply.finish:
            return Failure("cut", failure.error) if reply.text and failure.status == "reset" else failure
    if reply.error:
        return Failure(reply.status, settings.scrub(reply.error)[:500])
    if reply.whole is None and not (reply.done or reply.finish):
        return Failure("endless", "", passing=False) if late else Failure("cut", "没有结束的标记 (no end was marked)")
    return reply.body(request)


def events(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The data of each event; nothing (b"") for every other piece that came, so that a server that only keeps alive is noticed.

    A body that is no event stream but a JSON object is one event.
    """
    held, data, plain = b"", [], None
    for chunk in chunks:
        held += chunk
        if plain is None and held.strip():
            plain = held.lstrip().startswith(b"{")
        if len(held) > _MOST_BYTES:
            raise ValueError(f"{len(held)} bytes in one event")
        if plain:
            yield b""
            continue
        *lines, held = _LINE.split(held)
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif line:
                yield b"" if line.startswith(_FIELDS) else line
            elif data:
                yield b"\n".join(data)
                data = []
        yield b""
    if plain:
        yield held
    elif data or held.startswith(b"data:"):
        yield b"\n".join([*data, *([held[5:].removeprefix(b" ")] if held.startswith(b"data:") else [])])


@dataclass
class Reply:
    """What has been heard of an answer."""

    said: dict[str, str] = field(default_factory=dict)
    """Text by part of the message: content, refusal, the arguments of a tool."""
    tool: str = ""
    finish: str | None = None
    usage: dict[str, Any] | None = None
    whole: dict[str, Any] | None = None
    """The body of a server that did not stream."""
    done: bool = False
    error: str = ""
    """What went wrong on the way; ``status`` says whose fault it was."""
    status: str = "garbled"

    @property
    def text(self) -> str:
        """The text that an answer is parsed from."""
        return self.said.get("arguments") or self.said.get("content", "")

    def takes(self, payload: bytes) -> bool:
        """Take an event in; whether the text has grown."""
        if payload.strip() == b"[DONE]":
            self.done = True
            return False
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            self.error = f"不是 JSON：{payload[:80].decode('utf-8', 'replace')}"
            return False
        if told.get("error"):
            self.error, self.status = str(told["error"]), "http 500"
            return False
        if isinstance(told.get("usage"), dict):
            self.usage = told["usage"]
        first = _first(told.get("choices"))
        if isinstance(first.get("message"), dict) and not self.said:
            self.whole, self.done = told, True
            return False
        if isinstance(first.get("finish_reason"), str):
            self.finish = first["finish_reason"]
        return self._adds(first.get("delta"))

    def _adds(self, delta: object) -> bool:
        if not isinstance(delta, dict):
            return False
        before = len(self.text)
        for name in _PARTS:
            if isinstance(delta.get(name), str):
                self.said[name] = _joined(self.said.get(name, ""), delta[name])
        called = _first(delta.get("tool_calls")).get("function")
        if isinstance(called, dict):
            self.tool = self.tool or str(called.get("name") or "")
            if isinstance(called.get("arguments"), str):
                self.said["arguments"] = _joined(self.said.get("arguments", ""), called["arguments"])
        return len(self.text) > before

    def body(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as a whole reply would have brought it; tokens that the server does not count are estimated."""
        if self.whole is not None:
            return self.whole
        message: dict[str, Any] = {"role": "assistant", "content": self.said.get("content"), "refusal": self.said.get("refusal")}
        if "arguments" in self.said:
            function = {"name": self.tool, "arguments": self.said["arguments"]}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        usage = self.usage or {
            "prompt_tokens": estimate_tokens(str(request.get("messages"))),
            "completion_tokens": estimate_tokens(self.text),
            "estimated": True,
        }
        return {
            "object": "chat.completion",
            "model": request.get("model"),
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish or "stop"}],
            "usage": usage,
        }


def _first(several: object) -> dict[str, Any]:
    """The first object of a list, where there is one."""
    first = several[0] if isinstance(several, list) and several else None
    return first if isinstance(first, dict) else {}


def _joined(text: str, more: str) -> str:
    """The text with more behind it, the halves of a character that came in two events put together."""
    if not ("\ud800" <= text[-1:] <= "\udbff" and "\udc00" <= more[:1] <= "\udfff"):
        return text + more
    return text[:-1] + (text[-1] + more[0]).encode("utf-16-le", "surrogatepass").decode("utf-16-le") + more[1:]
