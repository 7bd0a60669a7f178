"""What is said of uses: each rule, arguments that are not taken, and programs that run here, of which nothing bad may be said."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
import types
from pathlib import Path

import golden
import pytest

TESTS = Path(__file__).parent.parent


@pytest.fixture
def judged(tf):
    """The findings in a program that are about missing names, or ask for something; all of them by `every=True`."""
    from plaidml_compat.report.scanner import judging, resolving

    def judged(program, engine=None, every=False):
        tree = program if isinstance(program, ast.AST) else ast.parse("import tensorflow as tf\n" + textwrap.dedent(program))
        found = [judging.judge(use, "x.py", engine) for use in resolving.uses(tree)]
        return found if every else [f for f in found if f.reason]

    return judged


def test_every_rule(judged):
    program = """
    import keras
    tf.cast
    tf.image.rot90
    tf.ragged.stack
    tf.GradientTape
    tf.image.rot91
    keras.layers.core.Dense
    keras.layers.Dense
    """
    assert [(f.use.name, f.rule) for f in judged(program, every=True)] == [
        ("tf.cast", "device"),
        ("tf.image.rot90", "host"),
        ("tf.ragged.stack", "unsupported"),
        ("tf.GradientTape", "not-built"),
        ("tf.image.rot91", "unknown"),
        ("keras.layers.core.Dense", "device"),
        ("keras.layers.Dense", "device"),
    ]
    assert [f.use.name for f in judged(program)] == ["tf.ragged.stack", "tf.GradientTape", "tf.image.rot91"]


def test_a_class_that_is_not_served_may_be_asked_about(judged):
    program = """
    from typing import Union
    from tensorflow import RaggedTensor
    def f(x: Union[tf.Tensor, tf.RaggedTensor], g=tf.distribute.Strategy) -> tf.IndexedSlices:
        kinds = (tf.Tensor, tf.RaggedTensor)
        return isinstance(x, kinds) or isinstance(x, RaggedTensor) or issubclass(type(x), tf.keras.mixed_precision.Policy)
    """
    assert not judged(program)
    refused = """
    tf.RaggedTensor([1])
    tf.RaggedTensor.from_row_splits([1], [0])
    class Mine(tf.RaggedTensor): pass
    kind = tf.RaggedTensor
    kind.from_tensor(1)
    class Other(tf.keras.layers.Layer, kind): pass
    tf.keras.mixed_precision.Policy("float16")
    """
    found = judged(refused)
    assert [(f.use.line, f.rule, f.use.name.startswith(("tf.RaggedTensor", "tf.keras.mixed"))) for f in found] == [
        (line, "unsupported", True) for line in (3, 4, 5, 7, 8, 9)
    ]


def test_every_rule_is_one_of_the_rules_and_every_name_gets_one(tf):
    from plaidml_compat.report import names
    from plaidml_compat.report.scanner.judging import judge
    from plaidml_compat.report.scanner.rules import FAILS, RULES
    from plaidml_compat.report.scanner.uses import Use

    wrong = []
    for name in names.all_names():
        if not name.startswith("plaidml_compat."):
            found, about = judge(Use(name, 1, 1, 1, 2), "x.py"), names.about(name)
            plain = name.startswith("keras.")  # what `import keras` gives decides there
            if found.rule not in RULES or (not plain and (found.rule in FAILS) == about.works):
                wrong.append((name, found.rule, about.status))
            if found.rule in FAILS and not found.reason:
                wrong.append((name, "no reason"))
    assert not wrong


def test_reasons_are_those_of_the_registry(judged):
    from plaidml_compat import OPS

    (found,) = judged("tf.ragged.constant([1])")
    entry = OPS["tf.ragged.constant"]
    assert (found.reason, found.suggestion) == (entry.reason, entry.instead)


@pytest.mark.parametrize(
    ("program", "meant"),
    [
        ("tf.image.rot91", "tf.image.rot90"),
        ("tf.kreas.layers.Dense", "tf.keras"),
        ("tf.keras.layer.Dense", "tf.keras.layers"),
        ("from tensorflow.keras.layers import Dens", "tf.keras.layers.Dense"),
        ("import keras\nkeras.layers.Dens", "keras.layers.Dense"),
        ("tf.data.Dataset.range(3).batch(2).prefech(1)", "tf.data.Dataset.prefetch"),
        ("m = tf.keras.Sequential()\nm.evaluat(x)", "tf.keras.Sequential.evaluate"),
        ("m = tf.keras.Model(x, y)\nm.complie('sgd')", "tf.keras.Model.compile"),
    ],
)
def test_an_unknown_name_comes_with_the_closest(judged, program, meant):
    (found,) = judged(program)
    assert found.rule == "unknown" and f"did you mean '{meant}'?" in found.reason


@pytest.mark.parametrize(
    "program",
    [
        "ds = tf.data.Dataset.range(3) if x else y\nds.prefech(1)",
        "ds = tf.data.Dataset.range(3)\nds.prefech = f\nds.prefech(1)",
        "ds = tf.keras.utils.image_dataset_from_directory(x)\nds.class_names",
        "class Mine(tf.keras.Model):\n    def call(self, x):\n        return self.evaluat(x)",
        "m = tf.keras.Model(x, y)\nm.output_names\nm.inputs\nm.stop_training\nm.built\nm.history",
    ],
)
def test_what_may_be_an_attribute_of_one_object_is_not_misspelt(judged, program):
    assert not [f for f in judged(program, every=True) if f.rule == "unknown"]


@pytest.mark.parametrize(
    ("program", "use"),
    [
        ("from tensorflow.python.keras.layers import Dense", "Use tf.keras.layers.Dense"),
        ("from tensorflow.python.keras import layers", "Use tf.keras.layers"),
        ("from tensorflow.python.framework.ops import convert_to_tensor", "Use tf.convert_to_tensor"),
        ("from tensorflow.python.framework import test_util", "Use TensorFlow's public names"),
        ("import tensorflow as tf\ntf.keras.__internal__.layers.BaseRandomLayer", "Use TensorFlow's public names"),
        ("from tensorflow.core.framework import graph_pb2", "Use TensorFlow's public names"),
        ("from keras.src.layers import Dense", "Use tf.keras.layers.Dense"),
    ],
)
def test_private_names_come_with_the_public_ones(judged, program, use):
    (found,) = judged(program)
    assert (found.rule, found.suggestion) == ("unsupported", use) and "private" in found.reason


def test_a_package_of_its_own(judged):
    (found,) = judged("import tensorflow_addons as tfa\ntfa.image.rotate(x)")
    assert found.rule == "unsupported" and "real TensorFlow" in found.reason


def test_keras_by_itself_lacks_what_stands_below_tensorflow(judged):
    from plaidml_compat.report.scanner import plain_keras

    assert not judged("tf.keras.optimizers.schedules.ExponentialDecay") and not plain_keras.has("keras.optimizers.schedules")
    (found,) = judged("import keras\nkeras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)")
    assert found.rule == "unsupported" and "from tensorflow import keras" in found.suggestion


def test_names_of_compat(tf, judged):
    assert tf.compat.v2.cast is tf.cast and tf.compat.v2.keras.layers.Dense is tf.keras.layers.Dense
    assert not judged("tf.compat.v2.cast\nimport tensorflow.compat.v2 as tf2\ntf2.keras.layers.Dense")
    assert [f.rule for f in judged("tf.compat.v1.placeholder\ntf.compat.forward_compatible\ntf.summary.scalar(x)")] == ["not-built"] * 3


# ---------------------------------------------------------------------------------------------------- the device
def test_what_is_slow_on_the_device(judged):
    from plaidml_compat.report import names

    slow = names.about("tf.keras.layers.RandomFlip").slow
    assert slow, "nothing was measured to be slow: choose another layer"
    (found,) = judged("tf.keras.layers.RandomFlip(placement='device')")
    assert (found.rule, found.reason, found.suggestion) == ("slow", slow[0].reason, slow[0].advice)
    (found,) = judged("tf.keras.layers.RandomFlip(placement='device')", slow[-1].engine)
    assert found.reason == slow[-1].reason
    assert not judged("tf.keras.layers.RandomFlip(placement='device')", "an engine that nobody measured")
    assert not judged("tf.keras.layers.RandomFlip()")


def test_what_falls_back(judged):
    program = "import plaidml_compat\nwith plaidml_compat.device_scope('device'):\n    "
    (found,) = judged(f"{program}tf.image.rot90(x)")
    assert found.rule == "host" and "no device kernel" in found.reason and "PlacementError" not in found.reason and found.suggestion
    (found,) = judged(f"{program}tf.keras.layers.RandomPerspective()(x)")
    assert found.rule == "host" and "PlacementError" in found.reason and found.suggestion
    assert not judged("tf.image.rot90(x)\ntf.keras.layers.RandomPerspective()(x)")


# ----------------------------------------------------------------------------------------------------- arguments
@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("tf.keras.layers.Dense(3, units=4, name='x', input_shape=(3,), dtype='float32')", ""),
        ("tf.keras.layers.Dense(3, groups=3)", "groups"),
        ("tf.keras.layers.Conv2D(3, 3, groups=1)", ""),
        ("tf.keras.layers.GlobalAveragePooling2D(keepdims=True)", ""),
        ("tf.keras.layers.RandomFlip(seed=3, placement='host', name='x')", ""),
        ("tf.keras.layers.RandomFlip(sneed=3)", "sneed"),
        ("tf.keras.layers.LSTM(3, time_major=False)", ""),
        ("tf.cast(x, dtype=y, name='z')", ""),
        ("tf.cast(x, y, sneed=z)", "sneed"),
        ("tf.data.Dataset.range(3).map(f, num_parallel_calls=3, name='x')", ""),
        ("tf.data.Dataset.range(3).map(f, num_calls=3)", "num_calls"),
        ("tf.keras.Input(shape=(3,), batch_size=3)", ""),
        ("tf.keras.Sequential(layers=[], name='x')", ""),
        ("tf.keras.Model(inputs=x, outputs=y)", ""),
        ("tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=1.0, global_clipnorm=None)", ""),
        ("tf.train.Checkpoint(anything=x)", ""),
        ("tf.train.Example(features=x)", ""),
    ],
)
def test_arguments_that_are_not_taken(judged, call, refused):
    found = judged(call)
    assert [(f.rule, f.reason) for f in found] == ([("unsupported", f"the argument `{refused}` is not taken here")] if refused else [])


def test_several_arguments_and_those_that_cannot_be_seen(judged):
    (found,) = judged("tf.cast(x, a=1, b=2)")
    assert found.reason == "the arguments `a`, `b` are not taken here"
    assert not judged("tf.cast(x, **more)")


def test_layers_refuse_what_they_are_said_to_refuse(tf):
    """Every layer without arguments that must be given, called with every keyword that any of them has."""
    from plaidml_compat.report.scanner.arguments_taken import refused

    layers = [v for n in dir(tf.keras.layers) if isinstance(v := getattr(tf.keras.layers, n), type) and "RNN" not in n]
    made = {}
    for cls in layers:
        parameters = list(inspect.signature(cls).parameters.values())
        if not any(p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD for p in parameters):
            made[cls] = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    keywords = set().union(*made.values(), ("name", "dtype", "input_shape", "dynamic", "autocast", "groups", "keepdims", "weights"))
    said, wrong = 0, []
    for cls in made:
        for keyword in sorted(keywords):
            if refused(f"tf.keras.layers.{cls.__name__}", cls, keyword):
                said += 1
                try:
                    cls(**{keyword: None})
                except TypeError as e:
                    if "eyword" in str(e):
                        continue
                except Exception:
                    pass
                wrong.append((cls.__name__, keyword))
    assert said > 1000 and not wrong


# ------------------------------------------------------------------------------------------------- real programs
MEANT = {
    "colour_gradients.py": {"tf.GradientTape"},
    "colour_gradients_3.py": {"tf.GradientTape"},
    "core_gradients.py": {"tf.GradientTape"},
    "image_generators.py": {"tf.keras.preprocessing.image.ImageDataGenerator"},
    "image_gradients.py": {"tf.GradientTape"},
    "keras_settings.py": {"tf.keras.models.load_model"},
    "mixing_gradients.py": {"tf.GradientTape"},
    "normalization.py": {"tf.keras.layers.Normalization"},
    "quality.py": {"tf.GradientTape"},
    "random_flip.py": {"tf.keras.layers.RandomFlip"},
}
"""What fails here on purpose: gradients are recorded in TensorFlow alone; scenarios try `sneed=`, `load_model(foo=1)` and `blur=`."""
PROGRAMS = sorted(
    [
        *TESTS.glob("scenarios/*.py"),
        *TESTS.glob("data/resume_cases/*.py"),
        *TESTS.parent.glob("examples/**/*.py"),
        *TESTS.parent.glob("benchmarks/*.py"),
    ]
)


def read(path):
    """A program as it would be if it imported `tf`, which its functions get as an argument."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            node.args.args = [a for a in node.args.args if a.arg != "tf"]
    start = next((i for i, n in enumerate(tree.body) if not isinstance(n, (ast.Expr, ast.ImportFrom))), len(tree.body))
    tree.body.insert(start, ast.parse("import tensorflow as tf").body[0])
    return tree


def test_nothing_bad_is_said_of_programs_that_run_here(judged):
    from plaidml_compat.report.scanner.rules import FAILS

    said, uses = {}, 0
    for path in PROGRAMS:
        found = judged(read(path), every=True)
        uses += len(found)
        failing = {f.use.name for f in found if f.rule in FAILS and not f.use.guarded}
        if failing:
            said[path.name] = failing
    assert said == MEANT and uses > 5000


def test_what_is_suggested_works(tf, judged):
    from plaidml_compat.report import names

    for program in ("tf.keras.__version__", "tf.logging.set_verbosity", "keras.quantizers.Quantizer", "tf.image.resise", "tf.imge.resize"):
        (found,) = judged(f"import keras\n{program}")
        meant = re.search("did you mean '([^']+)'", found.reason)
        assert meant is None or names.about(meant[1]).works, (program, found.reason)
    (found,) = judged("tf.imge.resize(x, s)")
    assert "did you mean 'tf.image'" in found.reason


def test_what_keras_3_has_is_not_unknown(judged):
    for program in ("from keras import layers, ops", "from tensorflow.keras import ops"):
        (found,) = [f for f in judged(program, every=True) if f.rule != "device"]
        assert (found.rule, found.use.name.rpartition(".")[2]) == ("not-built", "ops") and "does not have it yet" in found.reason


def test_steps_of_a_models_own_are_refused_as_fit_does(judged):
    program = """
    class Mine(tf.keras.Model):
        def train_step(self, data):
            return {}
        def call(self, x):
            return x
    class Other:
        def train_step(self, data):
            return {}
    """
    (found,) = [f for f in judged(textwrap.dedent(program), every=True) if f.reason]
    assert (found.rule, found.use.name, found.use.line) == ("unsupported", "tf.keras.Model.train_step", 4)
    assert "does not call it" in found.reason and "add_loss" in found.suggestion


RUN = ("array_functions", "core_array", "core_image", "core_math", "core_promotion", "data_methods", "mapping", "random_numbers", "strings")


@pytest.mark.parametrize("name", RUN)
def test_what_a_program_asks_for_was_found_in_it(tf, tmp_path, monkeypatch, name):
    """But for what it asks for with `getattr` and a computed name."""
    from plaidml_compat.facade import modules, names
    from plaidml_compat.report.scanner import resolving

    asked = {}
    original = modules.FacadeModule.__getattr__

    def traced(self, attribute):
        value = original(self, attribute)
        frame = sys._getframe(1)
        if not isinstance(value, types.ModuleType):
            place = frame.f_code.co_filename, frame.f_lineno
            asked.setdefault(place, set()).add(names.canonical(f"{modules.to_tf(self.__name__)}.{attribute}"))
        return value

    path = golden.SCENARIOS / f"{name}.py"
    module = golden.load_scenario(name)
    monkeypatch.setattr(modules.FacadeModule, "__getattr__", traced)
    for i, function in enumerate(golden.scenario_functions(module).values()):
        (tmp_path / str(i)).mkdir()
        function(tf, tmp_path / str(i))
    monkeypatch.undo()
    lines = path.read_text().split("\n")
    found = {names.canonical(u.name) for u in resolving.uses(read(path))}
    wanted = {n for (file, line), of in asked.items() if file == str(path) and "getattr(" not in lines[line - 1] for n in of}
    assert len(wanted) > 5
    assert not {w for w in wanted if not any(f == w or f.startswith(f"{w}.") for f in found)}


def test_a_thousand_files_take_seconds(tf):
    """The limit is ten times what was measured, for machines that are busy."""
    import time

    from plaidml_compat.report.scanner import judging, resolving

    trees = [read(p) for p in PROGRAMS]
    lines = sum(len(p.read_text().split("\n")) for p in PROGRAMS)
    began = time.process_time()
    for tree in trees:
        for use in resolving.uses(tree):
            judging.judge(use, "x.py")
    assert (time.process_time() - began) / lines * 200_000 < 50
