"""The label format: published schema, loader, errors a person understands."""

import json

import jsonschema
import pytest

from evals.label import SCHEMA_FILE, Label, load_label, parse_label, schema
from extractor.errors import LabelError
from extractor.forms import form_of


def small_label(**changes):
    rows = {row.path: tuple(0 for _ in row.columns) for row in form_of("2021").rows}
    return Label(**{"source": "a.txt", "sha256": "0" * 64, "form": "2021", "divided": True, "rows": rows, **changes})


def test_the_published_schema_is_the_models_own():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema()


def test_a_dumped_label_fits_the_published_schema_and_loads_unchanged(tmp_path):
    label = small_label(
        agency="云亭县人民政府", year=2021, not_provable=("applications.granted",), printed={"proactive.fees.amount_wan_yuan": "blank"}
    )
    jsonschema.Draft202012Validator(json.loads(schema())).validate(json.loads(label.dump()))
    path = tmp_path / "a.json"
    path.write_text(label.dump(), encoding="utf-8")
    assert load_label(path) == label


def test_a_row_stands_for_all_its_cells_in_not_provable():
    label = small_label(not_provable=("applications.granted", "applications.new_received.total"))
    assert not label.provable("applications.granted.business")
    assert not label.provable("applications.new_received.total")
    assert label.provable("applications.new_received.business")


@pytest.mark.parametrize(
    "change, named",
    [
        ({"rows": {}}, "rows do not fit form"),
        ({"printed": {"applications.granted.nobody": "blank"}}, "is no cell"),
        ({"not_provable": ("applications.nothing",)}, "is no row or cell"),
    ],
)
def test_a_label_that_does_not_fit_its_form_is_refused(change, named):
    data = json.loads(small_label().dump()) | json.loads(json.dumps(change))
    with pytest.raises(LabelError, match=named):
        parse_label(json.dumps(data), "b.json")


def test_a_misspelt_field_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(LabelError, match=r"b\.json.*agancy"):
        parse_label(json.dumps(json.loads(small_label().dump()) | {"agancy": "x"}), "b.json")
    with pytest.raises(LabelError, match=r"gone\.json"):
        load_label(tmp_path / "gone.json")


def test_the_documentation_names_every_operator_and_metric():
    from evals.mess import OPERATORS
    from evals.metrics import METRICS
    from evals.sets import ROOT

    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    missing = [name for name in (*OPERATORS, *(info.key for info in METRICS)) if f"`{name}`" not in text]
    assert missing == []
