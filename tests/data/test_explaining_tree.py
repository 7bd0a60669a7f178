"""explain() of a dataset: the tree, and what its functions are made of."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
from _explaining import IMAGES, SHORT, rows

import plaidml_compat


def test_a_chain(tf):
    def halved(x):
        return tf.image.resize(x, (8, 6))

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24)
    dataset = dataset.map(halved, num_parallel_calls=tf.data.AUTOTUNE).map(lambda x: x / 255.0)
    dataset = dataset.batch(8, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
    found = rows(dataset)
    assert [r["step"] for r in found] == [
        "from_tensor_slices(...)",
        "shuffle(24)",
        "map(halved, num_parallel_calls=tf.data.AUTOTUNE)",
        "map(lambda x: x / 255.0)",
        "batch(8, drop_remainder=True)",
        "prefetch(tf.data.AUTOTUNE)",
    ]
    assert [r["cardinality"] for r in found] == [24, 24, 24, 24, 3, 3]
    assert found[0]["element"] == {"shape": [16, 12, 3], "dtype": "float32"} and found[-1]["element"]["shape"] == [8, 8, 6, 3]
    first = found[0]["line"]
    assert {r["file"] for r in found} == {__file__} and [r["line"] - first for r in found] == [0, 0, 1, 1, 2, 2]
    function, scaled = found[2]["functions"][0], found[3]["functions"][0]
    assert [r["name"] for r in function["ran"]] == ["tf.image.resize"] and function["applied"] == "per element"
    assert "tf.image.resize" in function["why"] and not function["draws"]
    assert scaled["applied"] == "whole batches" and [r["name"] for r in scaled["ran"]] == ["tf.math.truediv"]
    assert "threads" in found[2]["where"] or "thread" in found[2]["where"]
    assert found[3]["where"] == "host" and "ahead" in found[5]["where"]
    assert all(r["seconds_an_element"] is None for r in found)
    text = str(plaidml_compat.explain(dataset))
    assert "not measured" in text and max(map(len, text.splitlines())) <= 100


def test_branches_stand_before_the_step_where_they_meet(tf, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    first = tf.data.Dataset.range(4).map(lambda x: x + 1)
    dataset = tf.data.Dataset.zip((first, tf.data.Dataset.range(9))).batch(2).concatenate(tf.data.Dataset.zip((first, first)).batch(2))
    lines = str(plaidml_compat.explain(dataset)).splitlines()[2:]
    drawn = [line.split("(")[0].rstrip() for line in lines[:11]]
    assert drawn == [
        "┌ ┌ range",
        "│ │ map",
        "│ ├ range",
        "│ └ zip",
        "│ batch",
        "├ ┌ range",
        "│ │ map",
        "│ ├ range",
        "│ │ map",
        "│ └ zip",
        "│ batch",
    ]
    assert lines[11].startswith("└ concatenate(")
    json.loads(plaidml_compat.explain(dataset).to_json())


def test_plain_ascii_where_standard_output_cannot_draw(tf, monkeypatch):
    dataset = tf.data.Dataset.zip((tf.data.Dataset.range(4), tf.data.Dataset.range(9)))
    found = plaidml_compat.explain(dataset)
    monkeypatch.setattr("sys.stdout", SimpleNamespace(encoding="ascii"))
    assert str(found).isascii() and ", range" in str(found) and "` zip" in str(found)


def test_datasets_that_a_function_makes_are_branches(tf):
    dataset = tf.data.Dataset.range(4).interleave(lambda i: tf.data.Dataset.from_tensors(i).map(lambda x: x + 1).repeat(3), cycle_length=2)
    found = rows(dataset)
    assert [r["step"] for r in found] == [
        "range(4)",
        "from_tensors(...)",
        "map(lambda x: x + 1)",
        "repeat(3)",
        "interleave(lambda, cycle_length=2)",
    ]
    assert [r["name"] for r in found[2]["functions"][0]["ran"]] == ["tf.math.add"]
    measured = rows(dataset, measure=SHORT)
    assert all(r["seconds_an_element"] > 0 for r in measured)


def test_functions_that_are_no_ops_are_seen(tf):
    dataset = tf.data.Dataset.from_tensor_slices(["a"]).map(lambda p: tf.io.decode_jpeg(tf.io.read_file(p), 3))
    (ran,) = [[x["name"] for x in f["ran"]] for r in rows(dataset) for f in r["functions"]]
    assert ran == ["tf.io.read_file", "tf.image.decode_jpeg"]


def test_what_is_asked_of_the_device(tf):
    def on_device(x):
        with plaidml_compat.device_scope("device"):
            return tf.image.flip_left_right(x)

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(on_device)
    assert rows(dataset)[1]["functions"][0]["ran"] == [{"name": "tf.image.flip_left_right", "where": "device asked for", "reason": ""}]
    real = rows(dataset.take(3), measure=SHORT)[1]["functions"][0]
    assert real["ran"][0]["where"] == "device" and real["seen_on"] == "real elements"


def test_why_a_function_is_called_for_each_element(tf):
    variable = tf.Variable(1.0)
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    why = {
        name: rows(slices.map(f))[1]["functions"][0]["why"]
        for name, f in {
            "draws": lambda x: flip(x),
            "global": lambda x: tf.image.flip_up_down(x) * np.random.rand(),
            "variable": lambda x: x * variable,
            "looks": lambda x: x + 1.0 if x[0, 0, 0] > 3 else x - 1.0,
            "python": lambda x: np.zeros(3),
        }.items()
    }
    assert why["draws"] == why["global"] == "it draws random numbers"
    assert why["variable"].startswith("it uses a variable") and why["python"] == "it is plain Python"
    assert "looks" in why["looks"] or "elementwise" in why["looks"]


def test_what_cannot_be_looked_into_says_why(tf):
    def picky(x):
        if float(tf.reduce_sum(x)) == 0 or x.shape[0] != 16 or float(x[0, 0, 0]) == float(x[1, 1, 1]):
            raise ValueError("no such image")
        return x

    (function,) = rows(tf.data.Dataset.from_tensor_slices(IMAGES).map(picky))[1]["functions"]
    assert "ValueError: no such image" in function["error"] and not function["ran"]


def test_what_is_said_of_a_function_that_returns_what_it_gets(tf):
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)

    def text(function):
        return " ".join(str(plaidml_compat.explain(slices.map(function))).split())

    assert "if it does nothing else (print, count, append), it can be left out" in text(lambda x: x)
    for seed in range(8):
        tf.random.set_seed(seed)
        assert "left out" not in text(lambda x: tf.image.random_flip_left_right(x))


def test_made_up_sizes_are_not_shown(tf):
    batches = tf.data.Dataset.from_tensor_slices(IMAGES).batch(4)
    found = rows(batches.interleave(lambda b: tf.data.Dataset.from_tensors(b).map(lambda x: x / 2.0)))
    assert [r["element"]["shape"] for r in found[2:]] == [[None, 16, 12, 3]] * 3
    inner = rows(tf.data.Dataset.range(4).flat_map(lambda i: tf.data.Dataset.range(i)))[1]
    assert inner["step"] == "range(...)" and inner["cardinality"] == -2
    outside = tf.data.Dataset.range(3)
    known = rows(tf.data.Dataset.range(4).flat_map(lambda i: outside.map(lambda x: x + i)))
    assert known[1]["step"] == "range(3)" and known[1]["cardinality"] == 3
