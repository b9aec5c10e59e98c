"""A chat server for tests: real HTTP on loopback, right answers from a label, and misbehaviour by plan. It is no model.

Chat completions (JSON Schema, tools, plain JSON, streaming) and embeddings. What a request asks for is read from its schema
and its numbered lines, as a model would; ``Truth`` holds what a careful reader would answer.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self, get_args

from extractor.forms import Row
from extractor.llm.ground import Marks
from extractor.llm.usage import estimate_tokens
from extractor.model import Document, Token

Fault = Literal[
    "invalid_json",
    "truncated",
    "schema_violated",
    "refused",
    "digits_changed",
    "rows_swapped",
    "rows_shifted",
    "rows_invented",
    "zeros_for_blanks",
    "totals_fixed",
    "http_429",
    "http_500",
    "hang",
    "reset",
    "slow",
    "obedient",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
TRANSPORT = frozenset({"http_429", "http_500", "hang", "reset", "slow"})

Answer = dict[str, Any]
Values = Mapping[str, int | Decimal | None]

_NUMBERED = re.compile(r"^(\d+): (.*)$", re.MULTILINE)
_ORDER = re.compile(r"(?:忽略|无视|ignore)[^\n]{0,40}(?:填|写|改|set|write)[^\n]{0,12}?(\d+)", re.IGNORECASE)


@dataclass
class Truth:
    """What a careful reader answers about one document."""

    lines: frozenset[str]
    """Texts of the numbered lines."""
    rows: dict[str, tuple[list[str | None], list[int]]]
    """By key of the row: its printed strings and line numbers; a row that is not printed is missing."""
    record: Answer = field(default_factory=dict)
    """The nested record that the customary single call asks for."""
    figures: list[Answer] = field(default_factory=list)
    """Figures of the narrative, with ``line_text`` instead of a sentence number."""
    stated: list[Answer] = field(default_factory=list)
    """Metadata, likewise."""


@dataclass(frozen=True)
class Plan:
    """Which fault, in which share of the calls."""

    fault: Fault | None = None
    share: float = 0.0
    seed: int = 0

    def strikes(self, body: bytes, seen: int) -> bool:
        """Whether this request, sent for the ``seen``-th time, meets the fault: decided by its content, whatever the order."""
        digest = hashlib.sha256(b"%d %d " % (self.seed, seen) + body).digest()
        return self.fault is not None and int.from_bytes(digest[:4]) / 2**32 < self.share


# --------------------------------------------------------------------------- answers from a label
def truth_of(document: Document, marks: Mapping[int, Marks], values: Values) -> Truth:
    """What is printed for each row, found by holding the labelled values against the lines of the document."""
    rows: dict[str, tuple[list[str | None], list[int]]] = {}
    for section, found in marks.items():
        if section == 4:
            rows.update(_section_four(found, values))
            continue
        at = found.lines.start
        for row in found.form.section(section):
            place = _find(row, found, values, at)
            if place is not None:
                cells, lines = place
                rows[row.path.partition(".")[2]] = (cells, [line + 1 for line in lines])
                at = min(lines) if len(found.labels(max(lines))) > 1 else max(lines)
    texts = frozenset(_bare(document.text[line.start : line.end]) for line in document.lines)
    return Truth(texts, rows)


def _find(row: Row, marks: Marks, values: Values, at: int) -> tuple[list[str | None], list[int]] | None:
    wanted = [values.get(cell) for cell in row.cells]
    own = [line for line in marks.lines if row.path in marks.labels(line)]
    starts = [line + k for line in own for k in (0, 1, 2, 3, -1)] or list(range(at, min(at + 12, marks.lines.stop)))
    best: tuple[list[str | None], list[int]] | None = None
    for size in (1, 2, 3, len(row.cells)):
        for start in starts:
            window = [line for line in range(start, start + size) if line in marks.lines]
            others = {path for line in window for path in marks.labels(line)} - {row.path}
            if len(window) < size or (others and not any(row.path in marks.labels(line) for line in window)):
                continue
            tokens = [token for line in window for token in marks.tokens(line) if token.kind not in ("blank", "unreadable")]
            cells = _fill(tokens, wanted, row, marks) or _fill(list(_moved(tokens, window, marks)), wanted, row, marks)
            if cells is not None and (best is None or cells.count(None) < best[0].count(None)):
                best = cells, [line for line in window if marks.tokens(line)]
    return best


def _moved(tokens: Sequence[Token], window: Sequence[int], marks: Marks) -> Iterable[Token]:
    """The tokens with those of the last line first: a value that slid to the next line."""
    last = [token for token in marks.tokens(window[-1]) if token in tokens]
    return [*last, *(token for token in tokens if token not in last)]


def _fill(tokens: Sequence[Token], wanted: Sequence[int | Decimal | None], row: Row, marks: Marks) -> list[str | None] | None:
    """The printed strings in their cells, when the tokens are the wanted values in order with only zeros and nulls left out."""
    if not tokens:
        return None

    def place(at: int, used: int) -> list[str | None] | None:
        if at == len(wanted):
            return [] if used == len(tokens) else None
        if used < len(tokens):
            token = tokens[used]
            value = marks.fit(token, row.cells[at]).value
            empty = token.kind != "number" and wanted[at] is None
            if empty or (value is not None and wanted[at] is not None and Decimal(value) == Decimal(wanted[at] or 0)):
                rest = place(at + 1, used + 1)
                if rest is not None:
                    return [token.raw, *rest]
            for count in range(2, len(wanted) - at + 1):
                pieces = [str(value) for value in wanted[at : at + count]]
                if "".join(pieces) == token.raw:
                    rest = place(at + count, used + 1)
                    if rest is not None:
                        return [*pieces, *rest]
        if not wanted[at]:
            rest = place(at + 1, used)
            if rest is not None:
                return [None, *rest]
        return None

    return place(0, 0)


def _section_four(marks: Marks, values: Values) -> dict[str, tuple[list[str | None], list[int]]]:
    rows = marks.form.section(4)
    lines = [line for line in marks.lines if any(token.kind == "number" for token in marks.tokens(line))]
    found: dict[str, tuple[list[str | None], list[int]]] = {}
    wanted = [values.get(cell) for row in rows for cell in row.cells]
    whole = Row(rows[0].path, 4, rows[0].label, (), tuple(column for row in rows for column in row.columns))
    for size in range(1, len(lines) + 1):
        for start in range(len(lines) - size + 1):
            window = lines[start : start + size]
            tokens = [token for line in window for token in marks.tokens(line) if token.kind not in ("blank", "unreadable")]
            cells = _fill(tokens, wanted, whole, marks)
            if cells is not None:
                for number, row in enumerate(rows):
                    found[row.path.partition(".")[2]] = (cells[number * 5 : number * 5 + 5], [line + 1 for line in window])
                return found
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


# --------------------------------------------------------------------------- the server
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
        plan: Plan = Plan(),
        *,
        modes: Iterable[str] = ("json_schema", "tools", "json"),
        scripts: Sequence[Callable[[Answer], str | None]] = (),
        takes_temperature: bool = True,
        key: str | None = None,
        hang: float = 60.0,
    ) -> None:
        self.truths = truths
        self.plan = plan
        self.modes = frozenset(modes)
        self.scripts = scripts
        """Own answers to requests: each gets the request and returns the content or None."""
        self.takes_temperature = takes_temperature
        self.key = key
        """The key it accepts; None accepts any."""
        self.hang = hang
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
            elif self.path.endswith("/embeddings"):
                seen.answered = True
                self.send(_embedded(request))
            else:
                status, reply = answer(request, server, fault)
                if status == 200:
                    with server.lock:
                        server.tokens["in"] += reply["usage"]["prompt_tokens"]
                        server.tokens["out"] += reply["usage"]["completion_tokens"]
                seen.answered = True
                if request.get("stream") and status == 200:
                    self.stream(reply)
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
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
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

        def stream(self, reply: Answer) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            text = reply["choices"][0]["message"]["content"] or ""
            head = {"id": reply["id"], "object": "chat.completion.chunk", "created": 0, "model": reply["model"]}
            for at in range(0, len(text), 16):
                chunk = head | {"choices": [{"index": 0, "delta": {"content": text[at : at + 16]}, "finish_reason": None}]}
                self.wfile.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())
            last = head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": reply["usage"]}
            self.wfile.write(f"data: {json.dumps(last)}\n\ndata: [DONE]\n\n".encode())
            self.close_connection = True

    return Handler


def _embedded(request: Answer) -> Answer:
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    data = []
    for number, text in enumerate(texts):
        digest = hashlib.sha256(text.encode()).digest()
        data.append({"object": "embedding", "index": number, "embedding": [byte / 255 for byte in digest[:16]]})
    tokens = sum(map(estimate_tokens, texts))
    return {"object": "list", "model": request["model"], "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


# --------------------------------------------------------------------------- answering
def answer(request: Answer, server: ScriptedServer, fault: str | None) -> tuple[int, Answer]:
    """Status and body of the reply to a chat request."""
    mode, schema = _wanted(request)
    if mode not in server.modes:
        return 400, {"error": {"message": f"response_format {mode} is not supported"}}
    if not server.takes_temperature and "temperature" in request:
        return 400, {"error": {"message": "temperature is not supported with this model"}}
    text = "\n".join(str(message["content"]) for message in request["messages"])
    content = next((made for script in server.scripts if (made := script(request)) is not None), None)
    if content is None:
        right = _right(schema, text, server.truths)
        content = json.dumps(
            _wrong(right, schema, text, fault, random.Random(repr((server.plan.seed, text)))), ensure_ascii=False, separators=(",", ":")
        )
    finish, refusal = "stop", None
    if fault == "invalid_json":
        content = content[:-1] + ",]"
    elif fault == "truncated":
        content, finish = content[: len(content) // 2], "length"
    elif fault == "refused":
        content, refusal = "", "I cannot help with that."
    message: Answer = {"role": "assistant", "content": content, "refusal": refusal}
    if mode == "tools":
        name = request["tools"][0]["function"]["name"]
        message["content"] = None
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": content}}]
        if refusal:
            del message["tool_calls"]
    prompt = estimate_tokens(text)
    if mode != "json":
        prompt += estimate_tokens(json.dumps(schema, ensure_ascii=False))
    tokens = {"prompt_tokens": prompt, "completion_tokens": estimate_tokens(content)}
    return 200, {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": tokens | {"total_tokens": sum(tokens.values())},
    }


def _wanted(request: Answer) -> tuple[str, Answer]:
    """The mode of a request and the schema it wants answered."""
    if request.get("tools"):
        return "tools", request["tools"][0]["function"]["parameters"]
    shape = request.get("response_format") or {}
    if shape.get("type") == "json_schema":
        return "json_schema", shape["json_schema"]["schema"]
    text = str(request["messages"][0]["content"])
    at = text.find('{\n  "')
    return "json", json.JSONDecoder().raw_decode(text[at:])[0] if at >= 0 else {}


def _right(schema: Answer, text: str, truths: Sequence[Truth]) -> Answer:
    """The right answer to whatever the schema asks."""
    properties = schema.get("properties", {})
    if "digits" in properties:
        return {"digits": re.findall(r"\d{8}", text)[-1]}
    shown = {int(number): line for number, line in _NUMBERED.findall(text)}
    truth = _truth_for([_bare(line) for line in shown.values()] or [_bare(line) for line in text.splitlines()], truths)
    if truth is None:
        return {name: [] for name in properties}
    if "rows" in properties:
        keys = _enum(schema, "row")
        found = {key: truth.rows[key] for key in keys if key in truth.rows}
        return {"rows": [{"row": key, "cells": cells, "lines": lines} for key, (cells, lines) in found.items() if set(lines) <= set(shown)]}
    if "figures" in properties:
        told = {"figures": truth.figures, "stated": truth.stated}
        return {name: [cited for one in ones if (cited := _cited(one, shown))] for name, ones in told.items()}
    return {name: value for name, value in truth.record.items() if name in properties}


def _cited(told: Answer, shown: Mapping[int, str]) -> Answer | None:
    number = next((number for number, line in shown.items() if told["line_text"] in _bare(line)), None)
    if number is None:
        return None
    return {"sentence": number, **{name: value for name, value in told.items() if name != "line_text"}}


def _truth_for(lines: Sequence[str], truths: Sequence[Truth]) -> Truth | None:
    scores = [sum(len(line) for line in set(lines) if line and line in truth.lines) for truth in truths]
    return truths[scores.index(max(scores))] if scores and max(scores) > 0 else None


def _enum(schema: Answer, name: str) -> list[str]:
    for part in (schema, *schema.get("$defs", {}).values()):
        found = part.get("properties", {}).get(name, {})
        if "enum" in found:
            return list(found["enum"])
        if "const" in found:
            return [found["const"]]
    return []


# --------------------------------------------------------------------------- faults in the content
def _wrong(right: Answer, schema: Answer, text: str, fault: str | None, chance: random.Random) -> Answer:
    """The answer with a fault in it; the right one where the fault does not apply."""
    if fault == "schema_violated":
        return {"answer": right, "note": "as you wished"}
    if fault == "obedient":
        order = _ORDER.search(text)
        return _every_cell(right, lambda _: order.group(1)) if order else right
    if "rows" in right:
        return _wrong_table(right, _enum(schema, "row"), fault, chance)
    if fault == "digits_changed":
        return {name: [_changed_figure(one, chance) for one in told] if isinstance(told, list) else told for name, told in right.items()}
    return right


def _every_cell(right: Answer, change: Callable[[str | None], str | None]) -> Answer:
    rows = [row | {"cells": [change(cell) for cell in row["cells"]]} for row in right.get("rows", [])]
    told = [one | {"number": change(one.get("number"))} for one in right.get("figures", [])]
    return right | ({"rows": rows} if "rows" in right else {}) | ({"figures": told} if "figures" in right else {})


def _changed_figure(one: Any, chance: random.Random) -> Any:
    if isinstance(one, dict) and str(one.get("number", "")).isdecimal():
        return one | {"number": _changed(one["number"], chance)}
    return one


def _changed(digits: str, chance: random.Random) -> str:
    at = chance.randrange(len(digits))
    other = chance.choice([digit for digit in "123456789" if digit != digits[at]])
    return digits[:at] + other + digits[at + 1 :]


def _wrong_table(right: Answer, keys: Sequence[str], fault: str | None, chance: random.Random) -> Answer:
    rows: list[Answer] = json.loads(json.dumps(right["rows"]))
    if fault == "digits_changed":
        for row in rows:
            filled = [at for at, cell in enumerate(row["cells"]) if cell and cell.isdecimal()]
            if filled and chance.random() < 0.5:
                at = chance.choice(filled)
                row["cells"][at] = _changed(row["cells"][at], chance)
    elif fault == "rows_swapped":
        for at in range(0, len(rows) - 1, 2):
            if len(rows[at]["cells"]) == len(rows[at + 1]["cells"]):
                for name in ("cells", "lines"):
                    rows[at][name], rows[at + 1][name] = rows[at + 1][name], rows[at][name]
    elif fault == "rows_shifted":
        for row in rows:
            row["cells"] = [*row["cells"][1:], None] if chance.random() < 0.5 else [None, *row["cells"][:-1]]
    elif fault == "rows_invented":
        given = {row["row"] for row in rows}
        width, line = (len(rows[0]["cells"]), rows[0]["lines"]) if rows else (7, [1])
        rows += [{"row": key, "cells": ["1"] * width, "lines": line} for key in keys if key not in given]
        rows += [row | {"cells": ["2"] * len(row["cells"])} for row in rows[:1]]
    elif fault == "zeros_for_blanks":
        for row in rows:
            row["cells"] = ["0" if cell is None else cell for cell in row["cells"]]
    elif fault == "totals_fixed":
        for row in rows:
            _fixed(row)
    return {"rows": rows}


def _fixed(row: Answer) -> None:
    """The row with its last cell, or where that is right its first, changed so that the sum comes out or seems corrected."""
    cells = row["cells"]
    if len(cells) < 5 or not all(cell is None or cell.isdecimal() for cell in cells):
        return
    total = sum(int(cell or 0) for cell in cells[:-1])
    if str(total) != cells[-1]:
        cells[-1] = str(total)
    else:
        cells[0], cells[-1] = str(int(cells[0] or 0) + 1), str(total + 1)
