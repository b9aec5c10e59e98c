"""A scripted server's answers: what a request asks for is read from its schema and its numbered lines, as a model would."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from scripted_faults import spoilt
from scripted_truth import Answer, Truth, bare

from extractor.llm.usage import estimate_tokens

if TYPE_CHECKING:
    from scripted_server import ScriptedServer

STATEMENTS = 3
"""Statements that an answer consists of at most."""
_ASKED = re.compile("^问题：(.*)$", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d+): (.*)$", re.MULTILINE)


def answer(request: Answer, server: ScriptedServer, fault: str | None) -> tuple[int, Answer]:
    """Status and body of the reply to a chat request."""
    mode, schema = wanted(request)
    if mode not in server.modes:
        return 400, {"error": {"message": f"response_format {mode} is not supported"}}
    if not server.takes_temperature and "temperature" in request:
        return 400, {"error": {"message": "temperature is not supported with this model"}}
    text = "\n".join(str(message["content"]) for message in request["messages"])
    content = next((made for script in server.scripts if (made := script(request)) is not None), None)
    if content is None:
        right = _right(schema, text, server.truths)
        chance = random.Random(repr((server.plan.seed, text)))
        content = json.dumps(spoilt(right, enum_of(schema, "row"), text, fault, chance), ensure_ascii=False, separators=(",", ":"))
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


def wanted(request: Answer) -> tuple[str, Answer]:
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
    if "claims" in properties or "answerable" in properties:
        asked = _ASKED.findall(text)[-1]
        return {"claims": _told(asked, shown)} if "claims" in properties else _query(asked)
    numbered = {number: bare(line) for number, line in shown.items()}
    if "rows" in properties:
        truth = _best(truths, lambda one: one.shows(numbered))
    else:
        told = [bare(line) for line in (shown.values() if shown else text.splitlines())]
        truth = _best(truths, lambda one: one.says(told))
    if truth is None:
        return {name: [] for name in properties}
    if "rows" in properties:
        keys = enum_of(schema, "row")
        found = {key: truth.rows[key] for key in keys if key in truth.rows}
        return {"rows": [{"row": key, "cells": cells, "lines": lines} for key, (cells, lines) in found.items() if set(lines) <= set(shown)]}
    if "figures" in properties:
        wanted = {"figures": truth.figures, "stated": truth.stated}
        return {name: [cited for one in ones if (cited := _cited(one, shown))] for name, ones in wanted.items()}
    return {name: value for name, value in truth.record.items() if name in properties}


def _told(question: str, shown: Mapping[int, str]) -> list[Answer]:
    """Statements copied from the sentences that share most characters with the question."""
    pairs = {question[at : at + 2] for at in range(len(question) - 1)}
    best = sorted(shown, key=lambda number: -sum(pair in shown[number] for pair in pairs))[:STATEMENTS]
    return [{"text": re.split("[。；]", shown[number])[0], "sentences": [number]} for number in best]


def _query(question: str) -> Answer:
    """What a question asks of the tables: the new applications of natural persons, or nothing that they hold."""
    told = {"kind": "value", "row": "applications.new_received", "column": "natural_person", "order": "desc", "measure": "value"}
    return {"answerable": "新收" in question, **told}


def _cited(told: Answer, shown: Mapping[int, str]) -> Answer | None:
    number = next((number for number, line in shown.items() if told["line_text"] in bare(line)), None)
    if number is None:
        return None
    return {"sentence": number, **{name: value for name, value in told.items() if name != "line_text"}}


def _best(truths: Sequence[Truth], score: Callable[[Truth], int]) -> Truth | None:
    scores = [score(truth) for truth in truths]
    return truths[scores.index(max(scores))] if scores and max(scores) > 0 else None


def enum_of(schema: Answer, name: str) -> list[str]:
    for part in (schema, *schema.get("$defs", {}).values()):
        found = part.get("properties", {}).get(name, {})
        if "enum" in found:
            return list(found["enum"])
        if "const" in found:
            return [found["const"]]
    return []


def embedded(request: Answer) -> Answer:
    """A vector for each text, made of its hash."""
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    data = []
    for number, text in enumerate(texts):
        digest = hashlib.sha256(text.encode()).digest()
        data.append({"object": "embedding", "index": number, "embedding": [byte / 255 for byte in digest[:16]]})
    tokens = sum(map(estimate_tokens, texts))
    return {"object": "list", "model": request["model"], "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
