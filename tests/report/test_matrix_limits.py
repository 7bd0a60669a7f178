"""Forms of calls that are refused stand in their names' rows, in every format, as limits of device kernels do."""

from __future__ import annotations

import json

import pytest

from plaidml_compat import registry
from plaidml_compat.registry import Limit, limit_calls
from plaidml_compat.report import refusals
from plaidml_compat.report.about import CallLimit
from plaidml_compat.report.matrix.formats import FORMATS, Reading, render

CONV, GATHER, SAVE = "tf.keras.layers.Conv2D", "tf.gather", "tf.keras.Model.save"


def reasons(row, inherited=False):
    return [x.reason for x in row.limits if x.inherited == inherited]


def test_every_declared_limit_is_in_the_row_of_its_name(whole, rows):
    from plaidml_compat.report import names

    declared = {name: limits for name, limits in registry.CALLS.items() if limits}
    assert {CONV, GATHER, SAVE, "tf.linalg.matmul"} <= set(declared)
    for name, limits in declared.items():
        row = rows.get(name) or whole.only([name]).rows[0]
        assert names.about(name).works and [x.reason for x in limits] == reasons(row)[: len(limits)], name
        assert [x.advice for x in limits] == [x.advice for x in row.limits][: len(limits)], name


def test_other_names_of_the_same_have_them_too(rows):
    assert reasons(rows["tf.keras.layers.Convolution2D"]) == reasons(rows[CONV]) != []
    assert reasons(rows["tf.matmul"]) == reasons(rows["tf.linalg.matmul"]) != []
    assert not rows["tf.keras.layers.Flatten"].same_as and reasons(rows["tf.keras.layers.Flatten"]) == []


def test_those_of_a_class_hold_for_the_classes_derived_from_it(rows):
    of_layers = reasons(rows["tf.keras.layers.Layer"])
    assert any("`dynamic`" in x for x in of_layers)
    for name in (CONV, "tf.keras.layers.RandomFlip", "tf.keras.layers.Flatten"):
        assert reasons(rows[name], inherited=True) == of_layers, name
    assert rows["tf.keras.Sequential"].limits == (), "its constructor hands nothing on"


def test_a_method_has_its_class_s(rows):
    assert any(".keras format" in x for x in reasons(rows[SAVE]))
    assert refusals.limits("tf.keras.Sequential.save") == rows[SAVE].limits
    assert refusals.limits("tf.keras.Sequential.summary") == refusals.limits("tf.nothing") == ()


def test_what_is_declared_later_is_seen(rows):
    with registry.temporary():
        limit_calls("tf.keras.layers.Flatten", limits=[Limit("late", lambda data_format=None: False, advice="wait")])
        assert refusals.limits("tf.keras.layers.Flatten")[0] == CallLimit("tf.keras.layers.Flatten", "late", "wait")
    assert refusals.limits("tf.keras.layers.Flatten") == rows["tf.keras.layers.Flatten"].limits


def test_arguments_that_change_nothing_are_no_limits(rows):
    assert not any("change nothing" in x.reason for row in rows.values() for x in row.limits)


# ----------------------------------------------------------------------------------------------------------- formats
@pytest.fixture(scope="module")
def texts(whole):
    some = whole.only([CONV, GATHER, SAVE, "tf.keras.layers.Layer"])
    return {form: " ".join(render(form, some, Reading("details", width=10_000)).split()) for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_them_with_what_to_do(texts, rows, form):
    from html import unescape

    from plaidml_compat.report.markdown import escaped

    text = unescape(texts[form])
    for name in (CONV, GATHER, SAVE, "tf.keras.layers.Layer"):
        for x in rows[name].limits:
            for said in (x.reason, x.advice):
                said = escaped(said) if form == "markdown" else json.dumps(said)[1:-1] if form == "json" else said
                assert said in text, (name, said)


def test_json_tells_of_whom_they_are_declared(texts):
    row = next(r for r in json.loads(texts["json"])["rows"] if r["name"] == CONV)
    own, *inherited = row["limits"]
    assert own["of"] == CONV and "groups" in own["reason"] and own["advice"] and own["inherited"] is False
    assert {x["of"] for x in inherited if x["inherited"]} == {"tf.keras.layers.Layer"}


def test_markdown_says_what_holds_for_derived_classes_once(texts):
    assert "* `tf.keras.layers.Layer`: *limit*: `dynamic` is not built" in texts["markdown"]
    assert f"* `{GATHER}`: *limit*: `batch_dims` other than 0" in texts["markdown"]


def test_the_page_has_them_apart_from_those_of_the_device(texts):
    assert "<dt>Limits</dt><dd>`groups` other than 1" in texts["html"]


def test_a_row_refers_to_the_class_whose_limits_hold_too(texts, rows):
    assert f"{CONV}: device (class) limit `groups` other than 1" in texts["text"]
    assert texts["text"].count("limits those of tf.keras.layers.Layer too") == 1
    assert '<dd>those of <a href="#tf.keras.layers.Layer">tf.keras.layers.Layer</a> too</dd>' in texts["html"]
