"""explain() of a dataset: the tree, the cost of each step, advice for those that need it, and no trace left behind."""

from __future__ import annotations

import ast
import json
import os
import random as python_random
import threading
from types import SimpleNamespace

import numpy as np
import pytest

import plaidml_compat
from plaidml_compat import observe
from plaidml_compat.data.explaining import judging, measuring, trying
from plaidml_compat.data.explaining.proposals import Pipeline
from plaidml_compat.data.explaining.steps import steps_of
from plaidml_compat.data.running import run_of

IMAGES = np.random.RandomState(0).randint(0, 256, (24, 16, 12, 3)).astype(np.float32)
SHORT = 0.15
"""Seconds to measure where the numbers do not matter."""


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self):
        self.now = 0.0
        self.lock = threading.Lock()

    def __call__(self):
        return self.now

    def spend(self, seconds):
        with self.lock:
            self.now += seconds


def rows(dataset, **kwargs):
    return json.loads(plaidml_compat.explain(dataset, **kwargs).to_json())["rows"]


def advised(dataset, measured=None):
    """What is advised without trying it, by name."""
    node = dataset._node
    found, _ = judging.advise(Pipeline(steps_of(node), run_of(node), measured), 0.0)
    return {a.what: a for a in found}


def joined(code):
    """Code in one line."""
    return "".join(line.strip() for line in code.splitlines())


def spending(clock, seconds, result=lambda x: x):
    """A function of a dataset that takes so long, and is nothing but Python: it is called for each element."""

    def spends(x):
        clock.spend(seconds)
        return result(x.numpy() if hasattr(x, "numpy") else x)

    return spends


# ------------------------------------------------------------------------------------------------------------ the tree
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


def test_branches_stand_before_the_step_where_they_meet(tf):
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


def test_lambdas_in_one_line_are_told_apart(tf):
    k = 3
    dataset = tf.data.Dataset.range(3).map(lambda x: x + 1).map(lambda x: x + 2).map(lambda x: x * k).filter(lambda x: x + 1 > k)
    steps = [r["step"] for r in rows(dataset)[1:]]
    assert steps == ["map(lambda x: x + 1)", "map(lambda x: x + 2)", "map(lambda x: x * k)", "filter(lambda x: x + 1 > k)"]


def test_what_one_call_makes_is_named_after_it(tf, tmp_path):
    for i in range(3):
        (tmp_path / f"{i}.txt").write_text("x")
    dataset = tf.data.Dataset.list_files(str(tmp_path / "*.txt"))
    assert [r["step"] for r in rows(dataset)] == ["list_files: from_tensor_slices(...)", "list_files: shuffle(3)"]


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


# ---------------------------------------------------------------------------------------------------------------- cost
def test_own_time_of_each_step(tf):
    clock = Clock()
    dataset = tf.data.Dataset.range(50).map(spending(clock, 0.010)).batch(5).map(spending(clock, 0.005)).prefetch(1)
    found = measuring.measure(dataset._node, 3.0, clock)
    each = {path: stage.each for path, stage in found.stages.items()}
    assert each[(0, 0, 0)] == pytest.approx(0.010) and each[(0,)] == pytest.approx(0.005)
    assert each[(0, 0)] == each[(0, 0, 0, 0)] == 0 and not found.problem
    assert 0 <= found.stages[(0, 0, 0)].elements - 5 * found.stages[(0,)].elements <= 10
    explained = plaidml_compat.explain(dataset.take(3), measure=SHORT)
    assert sum(r.share for r in explained.rows) == pytest.approx(1.0) and sum(r.is_bottleneck for r in explained.rows) == 1


def test_own_time_in_threads(tf):
    """Work in threads is the step's, also where the consumer waits meanwhile; waiting is no work."""
    dataset = tf.data.Dataset.range(2000).map(spending(SimpleNamespace(spend=lambda s: threading.Event().wait(s)), 0.004), 4)
    found = measuring.measure(dataset.batch(2)._node, 0.4)
    mapped, batched = found.stages[(0,)], found.stages[()]
    assert 0.0039 <= mapped.each < 0.1 and mapped.calls >= mapped.elements > 10
    assert mapped.waits > 0 and batched.work < mapped.work / 4


def test_time_is_up_also_before_the_first_element(tf):
    clock = Clock()
    dataset = tf.data.Dataset.range(1000).map(spending(clock, 1.0)).shuffle(1000).prefetch(1)
    found = measuring.measure(dataset._node, 5.0, clock)
    assert "no element came within 5 s" in found.problem and found.rate is None
    assert clock.now < 10 and found.stages[(0, 0)].each == pytest.approx(1.0)


def test_few_elements(tf):
    one = measuring.measure(tf.data.Dataset.range(1).map(spending(Clock(), 0.0))._node, SHORT)
    assert one.problem or one.elements
    assert measuring.measure(tf.data.Dataset.range(0)._node, SHORT).problem == "there is no element"
    text = str(plaidml_compat.explain(tf.data.Dataset.range(0), measure=SHORT))
    assert "there is no element" in text


def test_an_error_of_the_users_function_is_told(tf):
    def bad(x):
        if int(x) == 3:
            raise ValueError("three is too many")
        return x

    text = " ".join(str(plaidml_compat.explain(tf.data.Dataset.range(9).map(bad, num_parallel_calls=2), measure=SHORT)).split())
    assert "the pipeline failed: ValueError: three is too many" in text
    assert "in the function given to tf.data.Dataset.map at" in text and "for the element 3" in text


# ----------------------------------------------------------------------------------------------------------- no traces
def _pipeline(tf, tmp_path):
    flip = tf.keras.layers.RandomFlip(seed=3)
    count = tf.Variable(0)

    def augment(x):
        count.assign_add(1)
        x = tf.image.random_brightness(flip(x), 0.2)
        return x * python_random.random() * np.random.rand()

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(augment)
    return dataset.cache(str(tmp_path / "kept")).batch(4).map(lambda x: x + tf.random.uniform(())).prefetch(2), count


@pytest.mark.parametrize("measure", [False, SHORT])
def test_the_elements_and_draws_are_those_without_explain(tf, tmp_path, measure):
    def elements(explains, folder):
        folder.mkdir()
        tf.random.set_seed(7)
        tf.keras.utils.set_random_seed(7)
        python_random.seed(1)
        np.random.seed(1)
        dataset, count = _pipeline(tf, folder)
        if explains:
            plaidml_compat.explain(dataset, measure=measure)
            assert int(count) == 0 and not os.listdir(folder)
        first = [x.numpy() for x in dataset]
        again = [x.numpy() for x in dataset]
        return [*first, *again, np.array([int(count)]), tf.random.uniform((3,)).numpy(), np.random.rand(3)]

    with observe.Summary() as summary:
        wanted = elements(False, tmp_path / "a")
    with observe.Summary() as explained:
        got = elements(True, tmp_path / "b")
    assert explained.runs == summary.runs and len(wanted) == len(got) == 15
    for a, b in zip(wanted, got):
        np.testing.assert_array_equal(a, b)


def test_the_same_state_is_saved_afterwards(tf):
    flip = tf.keras.layers.RandomFlip(seed=3)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(flip, num_parallel_calls=2).batch(4).cache()
    plaidml_compat.explain(dataset, measure=SHORT)
    iterator = iter(dataset)
    flip2 = tf.keras.layers.RandomFlip(seed=3)
    fresh = iter(tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(flip2, num_parallel_calls=2).batch(4).cache())
    for _ in range(3):
        np.testing.assert_array_equal(next(iterator), next(fresh))
    assert iterator.save_state() == fresh.save_state()


def test_a_generator_function_is_called_once_and_closed(tf):
    begun, ended = [], []

    def numbers():
        begun.append(1)
        try:
            yield from range(5)
        finally:
            ended.append(1)

    dataset = tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), tf.int64))
    plaidml_compat.explain(dataset)
    assert not begun
    plaidml_compat.explain(dataset, measure=SHORT)
    assert len(begun) == len(ended) == 1


def test_nothing_is_printed_and_no_thread_is_left(tf, capsys):
    before = threading.active_count()
    dataset = tf.data.Dataset.range(100).map(lambda x: x + int(np.sum(x)), num_parallel_calls=2).prefetch(2)
    plaidml_compat.explain(dataset, measure=SHORT)
    assert capsys.readouterr() == ("", "")
    assert threading.active_count() <= before


# -------------------------------------------------------------------------------------------------------------- advice
def test_a_good_pipeline_gets_no_advice(tf):
    flip = tf.keras.layers.RandomFlip()
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(lambda x: tf.image.resize(x, (8, 8)), num_parallel_calls=tf.data.AUTOTUNE)
    dataset = dataset.cache().shuffle(24).batch(8).map(flip, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    assert advised(dataset).keys() <= {"batch before map"}  # the resize, whose results are kept
    assert not advised(tf.data.Dataset.range(8).map(lambda x: x * 2).batch(4))


def test_batch_before_map(tf):
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    flip, crop = tf.keras.layers.RandomFlip(), tf.keras.layers.Resizing(8, 6)
    found = advised(slices.map(flip).map(crop).map(lambda x: x / 255.0).batch(8))["batch before map"]
    ast.parse(found.code)
    assert joined(found.code) == (
        f"dataset = (tf.data.Dataset.from_tensor_slices(...).batch(8).map({flip.name}).map({crop.name}).map(lambda x: x / 255.0))"
    )
    assert found.gain == "not measured" and found.before is None and "random numbers" in found.results
    deterministic = advised(slices.map(lambda x: tf.image.flip_left_right(x)).batch(8))["batch before map"]
    assert deterministic.results.startswith("the same")
    for name, function in {
        "elementwise": lambda x: x + 1.0,  # applied to whole batches already
        "one draw for all": lambda x: tf.image.random_brightness(x, 0.2),
        "first axis": lambda x: tf.reverse(x, [0]),
        "sum": lambda x: tf.reduce_sum(x),
        "refuses": lambda x: tf.ensure_shape(x, (16, 12, 3)),
    }.items():
        assert "batch before map" not in advised(slices.map(function).batch(8)), name


def test_resize_before_what_works_on_every_pixel(tf):
    L = tf.keras.layers
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    rotate, small, large = L.RandomRotation(0.1), L.Resizing(8, 6), L.Resizing(32, 24)
    found = advised(slices.map(lambda x: rotate(x)).map(lambda x: small(x)).batch(4))
    (advice,) = [a for what, a in found.items() if what.startswith("resize before")]
    assert advice.what == "resize before tf.keras.layers.RandomRotation" and "16x12" in advice.why and "8x6" in advice.why
    assert "pixels change" in advice.results
    (within,) = [a for what, a in advised(slices.map(lambda x: small(rotate(x)))).items() if what.startswith("resize before")]
    assert not within.code and "within the function" in within.gain
    crop = L.CenterCrop(12, 10)
    for good in (
        slices.map(lambda x: small(x)).map(lambda x: rotate(x)),
        slices.map(lambda x: rotate(x)).map(lambda x: large(x)),
        slices.map(lambda x: small(crop(x))),
    ):
        assert not [what for what in advised(good) if what.startswith("resize before")]


def test_cache_before_what_is_random(tf):
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)

    def resized(x):
        return tf.image.resize(x, (8, 6))

    found = advised(slices.shuffle(24).map(resized).map(flip).batch(4))["cache before random steps"]
    assert ".map(resized).cache().shuffle(24).map(" in joined(found.code)
    assert "cache before random steps" not in advised(slices.map(resized).cache().map(flip).batch(4))
    assert "cache before random steps" not in advised(slices.map(resized).batch(4))
    assert "cache before random steps" not in advised(slices.repeat().map(resized).map(flip))


def test_what_cache_would_repeat_is_warned_of(tf):
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    found = advised(slices.map(flip).cache().batch(4))["random before cache"]
    assert found.is_warning and ".cache().map(" in found.code and "Warning" in found.lines()[0]
    assert "random before cache" not in advised(slices.cache().map(flip).batch(4))
    assert advised(slices.shuffle(24).cache())["shuffle before cache"].code.endswith(".cache().shuffle(24)")
    for fine in (
        slices.cache().shuffle(24),
        slices.shuffle(24).cache().shuffle(24),
        slices.shuffle(9, reshuffle_each_iteration=False).cache(),
    ):
        assert "shuffle before cache" not in advised(fine)


def test_shuffles(tf):
    names = tf.data.Dataset.range(5000)
    big = names.map(lambda x: tf.zeros((64, 64, 3)) + float(len(str(x.numpy()))))
    assert ".shuffle(4000).map(" in joined(advised(big.shuffle(4000))["shuffle before the elements are large"].code)
    assert "shuffle before the elements are large" not in advised(names.shuffle(4000))
    assert ".shuffle(40).batch(4)" in advised(names.batch(4).shuffle(10))["shuffle before batch"].code
    for fine in (names.shuffle(10).batch(4), names.batch(4).unbatch().shuffle(10)):
        assert "shuffle before batch" not in advised(fine)


def test_sizes_that_change(tf):
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    assert "24 elements in batches of 5" in advised(slices.batch(5))["batches of one size"].why
    for fine in (slices.batch(6), slices.batch(5, drop_remainder=True), slices.repeat().batch(5)):
        assert "batches of one size" not in advised(fine)
    height = tf.keras.layers.RandomHeight(0.3)
    stretched = slices.batch(6).map(lambda x: height(x))
    assert "RandomHeight" in advised(stretched)["images of one size"].why
    assert "images of one size" not in advised(stretched.map(lambda x: tf.image.resize(x, (8, 8))))
    seen = measuring.measure(stretched._node, SHORT)
    assert f"{len(seen.shapes)} different sizes were seen" in advised(stretched, seen)["images of one size"].why


def test_prefetch_and_threads(tf, monkeypatch):
    monkeypatch.setattr("plaidml_compat.data.explaining.running_ahead.cores", lambda run: 4)
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)
    crop = tf.keras.layers.Resizing(8, 6)
    assert {"map in threads", "prefetch at the end"} <= advised(slices.map(crop)).keys()
    threaded = slices.map(crop, num_parallel_calls=2)
    assert not {"map in threads", "prefetch at the end"} & advised(threaded).keys()
    assert "prefetch at the end" not in advised(slices.map(crop).prefetch(1))
    assert not {"map in threads", "prefetch at the end"} & advised(slices.map(lambda x: x + 1.0)).keys()
    # Measured: only where the function takes the time.
    clock = Clock()
    fast = slices.map(crop).batch(4).map(spending(clock, 0.01), num_parallel_calls=2)
    assert "map in threads" not in advised(fast, measuring.measure(fast._node, 0.5, clock))
    slow = slices.map(spending(clock, 0.01)).batch(4)
    assert "map in threads" in advised(slow, measuring.measure(slow._node, 0.5, clock))


def test_a_gain_is_one_that_was_measured_and_no_gain_no_advice(tf, monkeypatch):
    crop = tf.keras.layers.Resizing(8, 6)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(crop).batch(4)
    for rates, is_advised in (((100.0, 250.0), True), ((100.0, 80.0), False)):
        monkeypatch.setattr(judging, "speeds", lambda before, after, seconds: trying.Speeds((rates[0],) * 3, (rates[1],) * 3))
        found = plaidml_compat.explain(dataset, measure=SHORT)
        batched = [a for a in found.advice if a.what == "batch before map"]
        assert bool(batched) == is_advised
        if is_advised:
            assert batched[0].gain == "measured here: 2.5x (100 -> 250 elements/s)"
            assert (batched[0].before, batched[0].after) == rates and "compared here" in batched[0].results
        else:
            assert any("tried batch before map" in note and "no clear gain (100 -> 80" in note for note in found.notes)


def test_speeds_are_those_of_the_two_pipelines(tf):
    clock = Clock()
    slow = tf.data.Dataset.range(40).map(spending(clock, 0.010))
    fast = tf.data.Dataset.range(40).map(spending(clock, 0.004))
    found = trying.speeds(slow._node, fast._node, 20.0, clock)
    assert found.is_clear and found.middle(found.before) == pytest.approx(100, rel=0.1)
    assert found.middle(found.after) == pytest.approx(250, rel=0.1)
    assert not trying.speeds(fast._node, slow._node, 20.0, clock).is_clear
    some = tf.data.Dataset.from_tensors([4.0, 2.0])
    assert (
        trying.difference(some._node, some.map(lambda x: x + 1)._node) == (True, 0.25)
        and not trying.difference(slow._node, slow.batch(2)._node)[0]
    )


def test_a_cache_is_tried_as_later_passes_have_it(tf):
    flip = tf.keras.layers.RandomFlip()

    def slowly(x):
        threading.Event().wait(0.003)
        return tf.image.resize(x, (8, 6))

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(slowly).map(flip).batch(4)
    found = {a.what: a for a in plaidml_compat.explain(dataset, measure=0.6).advice}["cache before random steps"]
    assert found.after > 1.5 * found.before and "in the passes after the first" in found.gain


def test_what_is_given_is_checked(tf):
    dataset = tf.data.Dataset.range(3)
    with pytest.raises(ValueError, match=r"`measure` is True, False or a number of seconds above 0; received -1"):
        plaidml_compat.explain(dataset, measure=-1)
    with pytest.raises(TypeError, match="`data` is for models"):
        plaidml_compat.explain(dataset, data=IMAGES)
    with pytest.raises(TypeError, match="an iterator is not: pass the dataset"):
        plaidml_compat.explain(iter(dataset))
    with pytest.raises(TypeError, match=r"put the layer into a tf\.keras\.Sequential"):
        plaidml_compat.explain(tf.keras.layers.RandomFlip())
