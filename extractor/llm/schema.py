"""JSON Schemas as servers accept them: the strict subset that constrained decoding and OpenAI's strict mode share."""

from __future__ import annotations

from typing import Any

_KEPT = frozenset({"type", "properties", "required", "items", "enum", "anyOf", "$ref", "$defs", "description", "additionalProperties"})


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A Pydantic schema in the strict subset: closed objects, every property required, no keyword outside the subset.

    What the dropped keywords demanded (lengths, bounds, patterns) is checked in code after the answer.
    """
    closed: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "const":
            closed["enum"] = [value]
        elif name not in _KEPT or (name == "description" and "properties" in schema):
            continue
        elif name in ("properties", "$defs"):
            closed[name] = {key: strict(inner) for key, inner in value.items()}
        elif name == "items":
            closed[name] = strict(value)
        elif name == "anyOf":
            closed[name] = [strict(inner) for inner in value]
        else:
            closed[name] = value
    if closed.get("type") == "object":
        closed.setdefault("properties", {})
        closed["required"] = list(closed["properties"])
        closed["additionalProperties"] = False
    if "$ref" in closed:
        return {"$ref": closed["$ref"]}
    return closed


def violations(schema: dict[str, Any], where: str = "$") -> list[str]:
    """Where a schema leaves the strict subset: keywords, open objects, optional properties, untyped values."""
    found = [f"{where}: keyword {name!r}" for name in schema if name not in _KEPT]
    if not {"type", "anyOf", "$ref", "enum"} & schema.keys():
        found.append(f"{where}: no type")
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            found.append(f"{where}: additionalProperties is not false")
        if sorted(schema.get("required", [])) != sorted(properties):
            found.append(f"{where}: not every property is required")
    for group in ("properties", "$defs"):
        for name, inner in schema.get(group, {}).items():
            found += violations(inner, f"{where}.{name}")
    if "items" in schema:
        found += violations(schema["items"], f"{where}[]")
    for number, inner in enumerate(schema.get("anyOf", [])):
        found += violations(inner, f"{where}|{number}")
    return found
