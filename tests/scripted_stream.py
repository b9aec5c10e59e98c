"""How a scripted server streams an answer, and how it goes wrong at it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

from scripted_truth import Answer

if TYPE_CHECKING:
    from scripted_server import ScriptedServer

StreamFault = Literal[
    "stream_ignored",  # the whole reply at once, as if no stream had been asked for
    "stream_refused",  # 400 to any request for a stream
    "stream_options_refused",  # 400 to a request for a stream with its tokens counted
    "stream_uncounted",  # no tokens counted, though asked for
    "stream_unmarked",  # no [DONE] at the end
    "stream_lingers",  # left open after the end
    "stream_shredded",  # bytes cut anywhere, CR LF, comments between
    "stream_cut",  # ended halfway as if all were well
    "stream_reset",  # the connection broken halfway
    "stream_stalls",  # silence halfway
    "stream_garbage",  # something that is no JSON halfway
    "stream_error",  # an error of the server halfway
    "stream_endless",  # signs of life and nothing else, for ever, halfway
    "stream_twice",  # every event sent twice
    "stream_loops",  # the last item of the answer again and again
]
"""What only a stream can do wrong."""
STREAM_FAULTS: tuple[StreamFault, ...] = get_args(StreamFault)
HARMLESS = frozenset(STREAM_FAULTS[:7])
"""Those under which the answer arrives whole all the same."""
PIECE = 16
"""Characters of an event."""


class Broken(Exception):
    """The connection is to be broken here."""


def refused(request: Answer, fault: str | None) -> str:
    """Why a streamed request is turned away; empty when it is not."""
    if fault == "stream_refused" and request.get("stream"):
        return "stream is not supported"
    if fault == "stream_options_refused" and request.get("stream_options"):
        return "Extra inputs are not permitted: stream_options"
    return ""


def streamed(reply: Answer, request: Answer, fault: str | None, server: ScriptedServer) -> Iterator[bytes]:
    """The bytes of a streamed answer, one write after the other; raises Broken where the connection is to break."""
    counted = bool(request.get("stream_options")) and fault != "stream_uncounted"
    written = [_event(one) for one in _chunks(reply, counted, fault)]
    half = max(1, len(written) // 2)
    if fault == "stream_shredded":
        whole = b": hello\r\n\r\n" + b"".join(written).replace(b"\n", b"\r\n") + b"data: [DONE]\r\n\r\n"
        yield from (whole[at : at + 7] for at in range(0, len(whole), 7))
        return
    for at, event in enumerate(written):
        if at == half and fault in ("stream_cut", "stream_reset", "stream_stalls", "stream_garbage", "stream_error", "stream_endless"):
            yield from _halfway(fault, server)
            return
        yield event
        if fault == "stream_twice":
            yield event
    if fault != "stream_unmarked" and fault != "stream_lingers":
        yield b"data: [DONE]\n\n"
    if fault == "stream_lingers":
        server.stopping.wait(server.hang)


def _halfway(fault: str, server: ScriptedServer) -> Iterator[bytes]:
    if fault == "stream_reset":
        raise Broken
    if fault == "stream_stalls":
        server.stopping.wait(server.hang)
    elif fault == "stream_garbage":
        yield b'data: {"choices": [{"delta": {"content": "\xff\xfe\n\n'
    elif fault == "stream_error":
        yield b'data: {"error": {"message": "out of memory"}}\n\n'
    elif fault == "stream_endless":
        while not server.stopping.wait(0.01):
            yield b": still here\n\n"


def _chunks(reply: Answer, counted: bool, fault: str | None) -> Iterator[Answer]:
    head = {"id": reply["id"], "object": "chat.completion.chunk", "created": 0, "model": reply["model"]}
    choice = reply["choices"][0]
    message = choice["message"]
    called = message.get("tool_calls")
    text = called[0]["function"]["arguments"] if called else message["content"] or ""
    if called:
        yield head | {
            "choices": [_choice({"tool_calls": [{"index": 0, **called[0], "function": {"name": called[0]["function"]["name"]}}]})]
        }
    else:
        yield head | {"choices": [_choice({"role": "assistant", "content": ""})]}
    for piece in _looped(text) if fault == "stream_loops" else _pieces(text):
        delta = {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} if called else {"content": piece}
        yield head | {"choices": [_choice(delta)]}
    if message.get("refusal"):
        yield head | {"choices": [_choice({"refusal": message["refusal"]})]}
    yield head | {"choices": [_choice({}, choice["finish_reason"])]}
    if counted:
        yield head | {"choices": [], "usage": reply["usage"]}


def _choice(delta: Answer, finish: str | None = None) -> Answer:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _pieces(text: str) -> Iterator[str]:
    yield from (text[at : at + PIECE] for at in range(0, len(text), PIECE))


def _looped(text: str) -> Iterator[str]:
    """The text up to the end of its list, then the last item some thousand times."""
    try:
        told: Any = json.loads(text)
        name, items = next((name, value) for name, value in told.items() if isinstance(value, list) and value)
    except (ValueError, AttributeError, StopIteration):
        yield from _pieces(text)
        return
    last = json.dumps(items[-1], ensure_ascii=False)
    start = json.dumps({name: items}, ensure_ascii=False)[:-2]
    yield from _pieces(start)
    yield from itertools.repeat("," + last, 2000)


def _event(chunk: Answer) -> bytes:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()
