"""Ops without a device kernel on symbolic values: said where the program itself builds them into a model, and nowhere else."""

from __future__ import annotations

import ast

import pytest


@pytest.fixture
def refused(tf):
    """The names of which a scan says that they cannot be in a graph."""
    from plaidml_compat.report.scanner import judging, resolving

    def refused(program):
        tree = ast.parse(program)
        found = [judging.judge(use, "x.py") for use in resolving.uses(tree)]
        return [f.use.name for f in found if f.rule == "unsupported" and "cannot call back to the host" in f.reason and f.suggestion]

    return refused


HEAD = "import numpy as np\nimport tensorflow as tf\ni = tf.keras.Input((8, 8, 3))\na = np.ones((1, 8, 8, 3), 'float32')\n"
LAYER = "class L(tf.keras.layers.Layer):\n    def call(self, x, training=None):\n        {}\n"
PAD = LAYER.format("return tf.image.rot90(x)")
MODEL = "class M(tf.keras.Model):\n    def call(self, x):\n        return {}\n"
ROT = "tf.image.rot90"

FAILS = {
    "on an input": ("tf.image.rot90(i)", ROT),
    "by keyword": ("tf.image.rot90(image=i, k=2)", ROT),
    "behind layers": ("x = tf.keras.layers.Conv2D(3, 1)(i)\ny = tf.image.rot90(x * 2.0)", ROT),
    "behind a hoisted layer": ("x = tf.keras.layers.RandomFlip()(i)\ny = tf.keras.layers.Lambda(lambda t: tf.image.rot90(t))(x)", ROT),
    "in a list": ("tf.math.add_n([i, i])", "tf.math.add_n"),
    "not the first argument": ("tf.einsum('bijc->bjic', i)", "tf.einsum"),
    "in call": (f"{PAD}L()(i)", ROT),
    "in an inherited call": (f"{PAD}class K(L):\n    pass\nK()(i)", ROT),
    "in a lambda": ("tf.keras.layers.Lambda(lambda t: tf.image.rot90(t))(i)", ROT),
    "in a lambda, by keyword": ("l = tf.keras.layers.Lambda(function=lambda t: tf.image.rot90(t))\nl(i)", ROT),
    "in a function": ("def f(t):\n    return tf.image.rot90(t)\ntf.keras.layers.Lambda(f)(i)", ROT),
    "in a layer of a layer": (
        f"{PAD}class K(tf.keras.layers.Layer):\n    def __init__(self):\n        super().__init__()\n        self.l = L()\n"
        "    def call(self, x):\n        return self.l(x)\nK()(i)",
        ROT,
    ),
    "in a model": (f"{MODEL.format('tf.image.rot90(x)')}m = M()\nm.predict(a)", ROT),
    "behind an assignment": (LAYER.format("y = x[..., :2] + 1.0\n        return tf.image.rot90(y)") + "L()(i)", ROT),
}

RUNS = {
    "a layer on an array": f"{PAD}L()(a)",
    "a layer in map": f"{PAD}next(iter(tf.data.Dataset.from_tensors(a).map(L())))",
    "a lambda on an array": "tf.keras.layers.Lambda(lambda t: tf.image.rot90(t))(a)",
    "a lambda in map": "next(iter(tf.data.Dataset.from_tensors(a).map(tf.keras.layers.Lambda(lambda t: tf.image.rot90(t)))))",
    "a model on an array": f"{MODEL.format('tf.image.rot90(x)')}M()(a)",
    "a model made of a graph": (
        f"{MODEL.format('tf.image.rot90(x)')}    def __init__(self):\n        super().__init__(i, tf.keras.layers.Activation('relu')(i))\n"
        "m = M()\nm.predict(a)"
    ),
    "of another value": LAYER.format("tf.image.rot90(np.ones((2, 2, 3)))\n        return x") + "L()(i)",
    "of a shape": LAYER.format("tf.pad([x.shape[1]], [[0, 1]])\n        return x") + "L()(i)",
    "asked for": LAYER.format("return tf.image.rot90(x) if isinstance(x, np.ndarray) else x") + "L()(i)",
    "asked for first": LAYER.format("if not isinstance(x, np.ndarray):\n            return x\n        return tf.image.rot90(x)") + "L()(i)",
    "caught": LAYER.format("try:\n            return tf.image.rot90(x)\n        except RuntimeError:\n            return x") + "L()(i)",
    "bound again": "x = i\nx = a\ntf.image.rot90(x)",
    "in a function called earlier": "x = a\ndef f():\n    return tf.image.rot90(x)\nf()\nx = i",
    "a method called by itself": f"{PAD}y = L().call(a)\ntf.image.rot90(y)",
    "a call of its own": PAD + "    def __call__(self, x):\n        self.call(a)\n        return x\nL()(i)",
    "an op with a kernel": LAYER.format("return tf.abs(x)") + "L()(i)",
}


@pytest.mark.parametrize("case", FAILS)
def test_what_raises_an_error_is_said(refused, case):
    from plaidml_compat.exceptions import PlacementError

    program, name = FAILS[case]
    assert refused(HEAD + program) == [name]
    with pytest.raises(PlacementError, match="cannot call back"):
        exec(HEAD + program, {"__name__": "program"})


@pytest.mark.parametrize("case", RUNS)
def test_of_what_runs_nothing_is_said(refused, case):
    program = HEAD + RUNS[case]
    assert refused(program) == []
    exec(program, {"__name__": "program"})
