"""What a person (or the generator) says is in a report: the label format, its JSON Schema, its loader.

A label file is JSON in UTF-8 that fits ``evals/label.schema.json``. Offsets count characters of the decoded source text
(without a byte-order mark), from 0; lines count from 1. A label never repeats sentences of the report.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractor.errors import LabelError
from extractor.forms import Form, FormKey, form_of
from extractor.model import Bound, Level, Scope, Verdict

SCHEMA_FILE = Path(__file__).with_name("label.schema.json")

Value = int | Decimal | None
"""A cell's value; None where nothing is printed and nothing forces a value. Money is decimal in the unit of its field."""

PrintedKind = Literal["blank", "absent", "not_applicable", "unreadable", "impossible"]
"""What is printed instead of a plain number; a cell that is not listed prints its number."""

Span = tuple[int, int]
"""First character and the one after the last, as offsets of the decoded text."""


class LabelPart(BaseModel):
    """A part of a label; unknown fields are errors, so that a misspelt one cannot pass unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelClaim(LabelPart):
    """A number in the narrative that restates a metric."""

    metric: str
    """A key of ``extractor.forms.metrics``."""
    also: tuple[str, ...] = ()
    """Metrics that the phrase may as well mean: 收到 names 新收, or 新收 + 结转."""
    value: Decimal
    """As stated, with 万 and 亿 expanded; percentages as shares (0.125 for 12.5%)."""
    bound: Bound = "exact"
    scope: str = "own"
    """``own`` for this report's agency and year, ``unit`` for a sub-unit, ``previous`` for the year before, ``change`` for a
    difference against it."""
    optional: bool = False
    """A number that is only implied (未发生行政复议); a reader may leave it out."""
    verdict: Verdict
    reading: str = ""
    """The reading of the phrase under which it agrees, as dotted metrics: ``new_received + carried_in``."""
    table_value: Decimal | None = None
    start: int
    end: int
    """The span of the clause that states it."""


class LabelFact(LabelPart):
    """Any other quantity in the narrative that a reader may ask about."""

    value: Decimal
    unit: str
    bound: Bound = "exact"
    what: str = ""
    """A short name for it in the labeller's own words; never a sentence of the report."""
    start: int
    end: int


class Contradiction(LabelPart):
    """A place where the report contradicts itself: the agency's mistake, not the reader's."""

    kind: str
    """``sum_off``, ``total_zero``, ``balance_off``, ``digits_swapped``, ``narrative`` …"""
    cells: tuple[str, ...]
    """The cells that hold the mistake (for ``narrative``: the metric's cells)."""
    identities: tuple[str, ...] = ()
    """Ids of the identities of the form that fail because of it."""
    intended: tuple[Value, ...] = ()
    """What the cells would have to hold, in the order of ``cells``, where that is known."""
    start: int | None = None
    end: int | None = None
    """The span of the narrative that contradicts the tables."""


class Support(LabelPart):
    """A place an answer rests on: a cell, or a span of the narrative of a report."""

    source: str = ""
    """File name of the report; empty for the label's own."""
    cell: str | None = None
    """Dotted path of the cell or metric."""
    start: int | None = None
    end: int | None = None


class Question(LabelPart):
    """A question with its answer and the places it rests on, or one that the reports cannot answer."""

    id: str
    text: str
    route: Literal["records", "narrative", "both", "clarify", "out_of_scope"]
    kind: str = "value"
    """``value``, ``rank``, ``compare``, ``trend``, ``sum``, ``share``, ``count``, ``list``, ``passage``."""
    slots: dict[str, str | int | tuple[str, ...] | tuple[int, ...] | None] = Field(default_factory=dict)
    """What a typed query should contain: ``metric``, ``agency``, ``year``, ``applicant``, ``order``, ``limit`` …"""
    answer: Value | str | tuple[str, ...] = None
    """A number, a name, or names in order; None for a question without an answer."""
    unit: str = ""
    support: tuple[Support, ...] = ()
    answerable: bool = True
    why: str = ""
    """Why it cannot be answered: ``not_stated``, ``other_agency``, ``other_year``, ``not_in_form``, ``opinion``, ``blank``."""
    language: Literal["zh", "en"] = "zh"
    follows: str | None = None
    """Id of the question before it, for a follow-up."""
    tags: tuple[str, ...] = ()


class Applied(LabelPart):
    """A mess operator or mistake that the generator applied."""

    name: str
    strength: float = Field(ge=0, le=1)
    cells: tuple[str, ...] = ()
    """The cells whose print it touched; empty for one that touches labels, narrative or the whole text."""


class Label(LabelPart):
    """Everything that is known to be true about one report in one file."""

    source: str
    """File name, without folders."""
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """Of the file's bytes."""
    title: str | None = None
    agency: str | None = None
    year: int | None = None
    """The year reported on."""
    form: FormKey | None = None
    """None for a report without tables (or before 2019)."""
    divided: bool | None = None
    """Whether 其他处理 has three rows; None without tables."""
    scope: Scope = "unknown"
    level: Level = "unknown"
    region: str | None = None
    published: str | None = None
    """ISO date, where the source tells it."""
    rows: dict[str, tuple[Value, ...]] = Field(default_factory=dict)
    """Values of every row of the form, by dotted row path, in the order of its columns."""
    printed: dict[str, PrintedKind] = Field(default_factory=dict)
    """Cells that do not print a plain number, by dotted path. A value beside one is proven by the identities."""
    not_provable: tuple[str, ...] = ()
    """Cells (a row stands for all its cells) whose value rests on printed order or position alone, or that several readings
    fill differently: the labelled value may be given, but never called verified."""
    places: dict[str, Span] = Field(default_factory=dict)
    """Where cells are printed, as far as known."""
    contradictions: tuple[Contradiction, ...] = ()
    claims: tuple[LabelClaim, ...] = ()
    facts: tuple[LabelFact, ...] = ()
    claims_complete: bool = True
    """Whether ``claims`` lists every claim of the narrative, so that others found count as false."""
    sections: dict[int, int] = Field(default_factory=dict)
    """Line on which each statutory section starts."""
    questions: tuple[Question, ...] = ()
    mess: tuple[Applied, ...] = ()
    layout: str = ""
    """How the generator laid out the text."""
    by: str = ""
    """Who labelled it: ``person``, ``generator``, ``reading`` (a start that nobody has corrected yet)."""
    note: str = ""

    @model_validator(mode="after")
    def _fits_its_form(self) -> Label:
        form = self.statutory
        expected = {row.path: len(row.columns) for row in form.rows} if form else {}
        if set(self.rows) != set(expected):
            odd = sorted(set(self.rows) ^ set(expected))
            raise ValueError(f"rows do not fit form {self.form}: {', '.join(odd[:4])}")
        for path, values in self.rows.items():
            if len(values) != expected[path]:
                raise ValueError(f"{path} has {len(values)} values, the form has {expected[path]} columns")
        cells = set(form.cells) if form else set()
        for path in (*self.printed, *self.places):
            if path not in cells:
                raise ValueError(f"{path} is no cell of form {self.form}")
        for path in self.not_provable:
            if path not in cells and path not in expected:
                raise ValueError(f"not_provable: {path} is no row or cell of form {self.form}")
        return self

    @property
    def statutory(self) -> Form | None:
        """The form that the label follows; None without tables."""
        return form_of(self.form, self.divided) if self.form else None

    @property
    def values(self) -> dict[str, Value]:
        """Every cell's value by dotted path, in printed order."""
        form = self.statutory
        rows = form.rows if form else ()
        return {cell: value for row in rows for cell, value in zip(row.cells, self.rows[row.path], strict=True)}

    def provable(self, path: str) -> bool:
        """Whether a cell may be called verified at all."""
        return path not in self.not_provable and path.rpartition(".")[0] not in self.not_provable

    def dump(self) -> str:
        """The label as a JSON file: one row of a table on one line, so that a person can correct it."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return "{\n" + ",\n".join(f" {json.dumps(key)}: {_spread(value)}" for key, value in data.items()) + "\n}\n"


def _spread(value: object) -> str:
    """JSON with each entry of an object or list of objects on a line of its own."""
    if (
        isinstance(value, dict)
        and value
        and not (len(value) > 60 and all(isinstance(item, list) and len(item) == 2 for item in value.values()))
    ):
        inner = ",\n".join(f"  {json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items())
        return "{\n" + inner + "\n }"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)


def schema() -> str:
    """The label format as JSON Schema, as published in ``label.schema.json``."""
    described = Label.model_json_schema()
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    described["title"] = "Gongkai label"
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def parse_label(text: str, name: str) -> Label:
    """A label from its JSON text; ``name`` stands in the error when it does not fit."""
    try:
        return Label.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "整份标注"
        raise LabelError(
            f"{name}：标注不合格式，{where}：{first['msg']}（共 {error.error_count()} 处）(label does not fit its schema)"
        ) from error


def load_label(path: Path) -> Label:
    """The label in a file; raises LabelError naming file and field."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path.name}：标注文件读不出 (label file cannot be read): {error}") from error
    return parse_label(text, path.name)


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes, as labels and sources name it."""
    return hashlib.sha256(data).hexdigest()


def write_schema(path: Path = SCHEMA_FILE) -> None:
    """Publish the JSON Schema beside the module."""
    path.write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    write_schema()
