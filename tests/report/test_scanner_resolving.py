"""Programs of a few lines, and the TensorFlow names that are used in them."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest


@pytest.fixture
def uses(tf):
    from plaidml_compat.report.scanner import resolving

    return lambda program: resolving.uses(ast.parse(textwrap.dedent(program)))


@pytest.fixture
def used(uses):
    """The names used in a program, in the order of its text."""
    return lambda program: [u.name for u in uses(program)]


DENSE, RESIZE = "tf.keras.layers.Dense", "tf.image.resize"


@pytest.mark.parametrize(
    "program",
    [
        "import tensorflow as tf\ntf.keras.layers.Dense",
        "import tensorflow\ntensorflow.keras.layers.Dense",
        "import tensorflow.keras\ntensorflow.keras.layers.Dense",
        "import tensorflow.keras.layers as L\nL.Dense",
        "from tensorflow import keras\nkeras.layers.Dense",
        "from tensorflow.keras import layers as L\nL.Dense",
        "from tensorflow.keras.layers import *\nDense",
        "from tensorflow import *\nkeras.layers.Dense",
        "import tensorflow as tf\nlayers = tf.keras.layers\nL = layers\nL.Dense",
        "import tensorflow as tf\na, (b, c) = 1, (tf.keras, 2)\nb.layers.Dense",
        "import tensorflow as tf\n(k := tf.keras)\nk.layers.Dense",
        "import tensorflow as tf\ngetattr(tf.keras, 'layers').Dense",
        "import tensorflow as tf\ngetattr(tf.keras.layers, 'Dense')",
        "import importlib\nimportlib.import_module('tensorflow.keras.layers').Dense",
        "from importlib import import_module as get\nget('tensorflow').keras.layers.Dense",
        "tf = __import__('tensorflow.keras')\ntf.keras.layers.Dense",
        "import tensorflow as tf\ndef f():\n    return tf.keras.layers.Dense",
        "import tensorflow as tf\nclass A:\n    layers = tf.keras.layers\n    d = layers.Dense",
        "import tensorflow as tf\nclass A:\n def __init__(self):\n  self.l = tf.keras.layers\n def f(self):\n  self.l.Dense",
        "import tensorflow as tf\nclass A:\n def f(self):\n  self.l.Dense\n def __init__(self):\n  self.l = tf.keras.layers",
        "def f():\n    global tf\n    import tensorflow as tf\ndef g():\n    f()\n    tf.keras.layers.Dense",
        "def f():\n    k = None\n    def g():\n        nonlocal k\n        import tensorflow.keras as k\n    g()\n    k.layers.Dense",
        "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\ntf.keras.layers.Dense",
        "import tensorflow as tf\nif x:\n    L = tf.keras.layers\nelse:\n    L = None\nL.Dense",
        "if x:\n    from tensorflow import keras\nelif y:\n    keras = None\nkeras.layers.Dense",
        "import tensorflow as tf\nL = other\nfor i in y:\n    L = tf.keras.layers\nL.Dense",
        "import tensorflow as tf\nL = 3\nL = tf.keras.layers\nL.Dense",
        "import tensorflow as tf\n@tf.keras.layers.Dense\ndef f(): pass",
        "import tensorflow as tf\ndef f(x=tf.keras.layers.Dense): pass",
        "import tensorflow as tf\ndef f(x: tf.keras.layers.Dense): pass",
        "import tensorflow as tf\nlambda: tf.keras.layers.Dense",
        "import tensorflow as tf\n[tf.keras.layers.Dense for i in x]",
        "import tensorflow as tf\n[L.Dense for L in [tf.keras.layers]]",
        "import tensorflow as tf\nf'{tf.keras.layers.Dense:{x}}'",
        "import tensorflow as tf\nclass A(tf.keras.layers.Dense): pass",
        "import tensorflow as tf\nwith a as b, c:\n    while x:\n        tf.keras.layers.Dense",
        "import tensorflow as tf\nasync def f():\n    async with a:\n        await tf.keras.layers.Dense",
        "import tensorflow as tf\ntf.keras.layers.Dense.__name__",
        "from tensorflow.compat.v2 import keras\nkeras.layers.Dense",
    ],
)
def test_the_name_is_found_however_it_is_reached(used, program):
    assert [n.replace("tf.compat.v2.", "tf.") for n in used(program)] == [DENSE]


@pytest.mark.parametrize(
    "program",
    [
        "tf.image.resize",
        "import tensorflow as tf\ndef f(tf):\n    tf.image.resize",
        "import tensorflow as tf\nlambda tf: tf.image.resize",
        "import tensorflow as tf\n[tf.image.resize for tf in x]",
        "import tensorflow as tf\ndef f():\n    tf = x\n    tf.image.resize",
        "import tensorflow as tf\ntf = x\ntf.image.resize",
        "import tensorflow as tf\ndel tf\ntf.image.resize",
        "import tensorflow as tf\nfor tf in x:\n    tf.image.resize",
        "import tensorflow as tf\nwith x as tf:\n    tf.image.resize",
        "try:\n    pass\nexcept E as tf:\n    tf.image.resize",
        "class A:\n    import tensorflow as tf\n    def f(self):\n        tf.image.resize",
        "from . import tf\ntf.image.resize",
        "import tensorflowjs as tf\ntf.image.resize",
        "import tensorflow as tf\n'tf.image.resize'  # tf.image.resize",
        "import tensorflow as tf\nprint(tf.keras.layers, tf.__name__, tf.__file__)",
        "import tensorflow as tf\nraise SystemExit\ntf.image.resize",
        "from tensorflow.image import *\nfrom mine import resize\nresize",
        "from tensorflow.image import *\nfrom mine import *\nresize",
    ],
)
def test_what_is_not_tensorflows_is_no_use(used, program):
    assert used(program) == []


def test_an_import_of_a_name_is_a_use_and_so_is_what_is_done_with_it(uses):
    found = uses("from tensorflow.keras.layers import Conv2D as C, Dense\nC(3, 3)\n")
    assert [(u.name, u.line, u.keywords) for u in found] == [
        ("tf.keras.layers.Conv2D", 1, None),
        (DENSE, 1, None),
        ("tf.keras.layers.Conv2D", 2, ()),
    ]


def test_keras_by_itself_keeps_its_name(used):
    program = "import keras\nfrom keras import layers\nfrom keras.layers.core import Dense\nkeras.layers.Dense\nlayers.Dense\nDense"
    assert used(program) == ["keras.layers.core.Dense", "keras.layers.Dense", "keras.layers.Dense", "keras.layers.core.Dense"]


def test_places_are_those_of_the_text(uses):
    program = "import tensorflow as tf\nx = tf.image.resize(y, (1, 2))\n"
    program += 'tf.data.Dataset.range(\n    3).map(f) \\\n    .batch(2)\ngetattr(tf, "cast")'
    lines = program.split("\n")
    found = [(u.name, u.line, lines[u.line - 1][u.column - 1 : u.end_column - 1]) for u in uses(program) if u.line == u.end_line]
    assert found == [
        (RESIZE, 2, "tf.image.resize"),
        ("tf.data.Dataset.range", 3, "tf.data.Dataset.range"),
        ("tf.data.Dataset.map", 4, "map"),
        ("tf.data.Dataset.batch", 5, "batch"),
        ("tf.cast", 6, 'getattr(tf, "cast")'),
    ]


def test_arguments_of_calls(uses):
    program = "import tensorflow as tf\ntf.cast(x, dtype=y)\ntf.cast(*x, name=z)\ntf.cast(x, **y)\ntf.cast\n"
    assert [(u.positional, u.keywords) for u in uses(program)] == [(1, ("dtype",)), (None, ("name",)), (None, None), (None, None)]


@pytest.mark.parametrize(
    "program",
    [
        "tf.data.Dataset.range(3).map(f).sparse_batch(2)",
        "d = tf.data.TFRecordDataset(f)\nd = d.map(f)\nd.sparse_batch(2)",
        "d = tf.keras.utils.image_dataset_from_directory(p).map(f)\nd.sparse_batch(2)",
        "a, b = tf.keras.utils.image_dataset_from_directory(p, subset='both')\na.map(f).sparse_batch(2)",
        "a, b = tf.keras.utils.split_dataset(d)\na.map(f).sparse_batch(2)",
        "d = tf.data.Dataset.from_tensors(3).apply(tf.data.experimental.unique()).map(f)\nd.sparse_batch(2)",
        "def make(n):\n    d = tf.data.Dataset.range(n)\n    return d.map(f)\nmake(3).sparse_batch(2)",
        "make = lambda n: tf.data.Dataset.range(n)\nmake(3).map(f).sparse_batch(2)",
        "def both():\n    return tf.data.Dataset.range(1), tf.data.Dataset.range(1)\na, b = both()\nb.map(f).sparse_batch(2)",
        "def use(d: tf.data.Dataset):\n    return d.map(f).sparse_batch(2)",
        "def use(d: 'tf.data.Dataset | None' = None):\n    return d.map(f).sparse_batch(2)",
        "from typing import Optional\ndef use(d: Optional[tf.data.Dataset]):\n    return d.map(f).sparse_batch(2)",
        "def make() -> tf.data.Dataset:\n    return somewhere.make()\nmake().map(f).sparse_batch(2)",
        "d: tf.data.Dataset = somewhere.make()\nd.map(f).sparse_batch(2)",
        "class A:\n def __init__(self):\n  self.d = tf.data.Dataset.range(3)\n def go(self):\n  self.d.map(f).sparse_batch(2)",
        "class A:\n    def d(self):\n        return tf.data.Dataset.range(3)\n    def go(self):\n        self.d().map(f).sparse_batch(2)",
        "class A:\n    @property\n    def d(self):\n        return tf.data.Dataset.range(3)\nA().d.map(f).sparse_batch(2)",
        "for d in (tf.data.Dataset.range(3), 4):\n    d.map(f).sparse_batch(2)",
        "d = tf.data.Dataset.range(3)\nif x:\n    d = d.map(f)\nd.sparse_batch(2)",
        "def g(x):\n    return g(x) if x else tf.data.Dataset.range(3)\ng(1).map(f).sparse_batch(2)",
        "getattr(tf.data.Dataset.range(3), 'map')(f).sparse_batch(2)",
    ],
)
def test_methods_of_datasets(used, program):
    found = used("import tensorflow as tf\n" + program)
    assert "tf.data.Dataset.map" in found and found[-1] == "tf.data.Dataset.sparse_batch"


@pytest.mark.parametrize(
    "program",
    [
        "d = tf.data.Dataset.range(3)\nd = list(d)\nd.map(f)",
        "def make():\n    yield tf.data.Dataset.range(3)\nmake().map(f)",
        "@mine\ndef make():\n    return tf.data.Dataset.range(3)\nmake().map(f)",
        "tf.keras.utils.image_dataset_from_directory(p).class_names",
        "def use(d):\n    return d.map(f)",
    ],
)
def test_what_need_not_be_a_method_of_datasets(used, program):
    assert not {"tf.data.Dataset.map", "tf.data.Dataset.class_names"} & set(used("import tensorflow as tf\n" + program))


def test_methods_that_are_certainly_missing(used):
    program = """
    import tensorflow as tf
    optimizer = tf.keras.optimizers.Adam(0.1)
    optimizer.apply_gradients(x)
    optimizer.learning_rate
    model = tf.keras.Sequential()
    model.export(x)
    model.fit(x)
    model.of_mine(x)
    class Mine(tf.keras.Model):
        def call(self, x):
            self.add_metric(x)
            self.predict_step(x)
        def predict_step(self, x):
            return x
    """
    assert [n for n in used(program) if n.rpartition(".")[2].islower()] == [
        "tf.keras.optimizers.Optimizer.apply_gradients",
        "tf.keras.Model.export",
        "tf.keras.Model.add_metric",
        "tf.keras.Model.predict_step",
    ]


def test_methods_of_variables_that_are_missing(used):
    program = "import tensorflow as tf\nv = tf.Variable([1.0])\nv.assign([2.0])\nv.numpy()\nv.name\nv.scatter_nd_update(i, x)"
    assert used(program) == ["tf.Variable", "tf.Variable.scatter_nd_update"]


@pytest.mark.parametrize("line", ["model.export = f", "setattr_like = 3\nother.export = f"])
def test_a_method_that_the_program_sets_itself(used, line):
    program = f"import tensorflow as tf\nmodel = tf.keras.Sequential()\n{line}\nmodel.export(x)"
    assert used(program) == ["tf.keras.Sequential"]


def test_a_name_that_the_program_sets_itself(used):
    assert used("import tensorflow as tf\ntf.mine = 3\ntf.mine(4)") == []


def test_modules_and_names_that_nobody_has_are_one_use(used):
    program = """
    import tensorflow as tf
    import tensorflow.nosuch.thing
    from tensorflow.contrib import slim
    from tensorflow.python.keras.layers import Dense
    tf.contrib.layers.conv2d(x)
    tf.nope.a.b
    """
    assert used(program) == [
        "tf.nosuch.thing",
        "tf.contrib.slim",
        "tf.python.keras.layers.Dense",
        "tf.contrib.layers.conv2d",
        "tf.nope.a.b",
    ]


def test_a_package_of_its_own_is_found_where_it_is_imported(used):
    program = "import tensorflow_addons as tfa\nfrom tensorflow_datasets.core import x\ntfa.image.rotate(x)\nx.y"
    assert used(program) == ["tensorflow_addons", "tensorflow_datasets"]


@pytest.mark.parametrize(
    ("program", "guarded"),
    [
        ("tf.nope", False),
        ("hasattr(tf, 'nope')", True),
        ("getattr(tf, 'nope', None)", True),
        ("getattr(tf, 'nope')", False),
        ("if hasattr(tf, 'x') and hasattr(tf, 'nope'):\n    tf.nope", True),
        ("hasattr(tf, 'nope') and tf.nope", True),
        ("tf.nope if hasattr(tf, 'nope') else None", True),
        ("if not hasattr(tf, 'nope'):\n    pass\nelse:\n    tf.nope", True),
        ("if hasattr(tf, 'nope'):\n    pass\nelse:\n    tf.nope", False),
        ("def f():\n    if not hasattr(tf, 'nope'):\n        return\n    tf.nope", True),
        ("if hasattr(tf, 'other'):\n    tf.nope", False),
        ("try:\n    tf.nope\nexcept AttributeError:\n    pass", True),
        ("try:\n    tf.nope\nexcept (KeyError, ImportError):\n    pass", True),
        ("try:\n    tf.nope\nexcept:\n    pass", True),
        ("try:\n    tf.nope\nexcept KeyError:\n    pass", False),
        ("try:\n    tf.nope\nexcept Exception:\n    raise ValueError", False),
        ("try:\n    tf.nope\nexcept Exception:\n    print(1)\n    sys.exit(3)", False),
        ("try:\n    x\nexcept Exception:\n    tf.nope", False),
        ("try:\n    tf.nope\nfinally:\n    pass", False),
        ("try:\n    def f():\n        tf.nope\nexcept Exception:\n    pass", False),
        ("import contextlib\nwith contextlib.suppress(AttributeError):\n    tf.nope", True),
        ("if tf.__version__ < '2':\n    tf.nope", True),
        ("if int(tf.__version__[0]) < 2:\n    def f():\n        tf.nope", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tensorflow import nope", True),
        ("def f():\n    x: tf.nope = 3", True),
        ("def f(x: tf.nope): pass", False),
        ("from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    tf.nope", False),
    ],
)
def test_where_the_program_copes_with_what_is_missing(uses, program, guarded):
    found = [u for u in uses("import tensorflow as tf\n" + program) if u.name == "tf.nope"]
    assert found and found[-1].guarded is guarded


def test_a_guarded_import_guards_what_is_done_with_the_name(uses):
    program = "try:\n    from tensorflow import nope, cast\nexcept ImportError:\n    nope = None\nif nope:\n    nope.x()\n"
    assert {(u.name, u.line, u.guarded) for u in uses(program)} == {
        ("tf.nope", 2, True),
        ("tf.cast", 2, True),
        ("tf.nope", 5, True),
        ("tf.nope.x", 6, True),
    }


def test_annotations_that_python_does_not_evaluate(uses):
    program = "from __future__ import annotations\nimport tensorflow as tf\ndef f(x: tf.nope) -> tf.nope: pass"
    assert [u.guarded for u in uses(program)] == [True, True]


@pytest.mark.parametrize(
    ("program", "on_device"),
    [
        ("tf.cast(x, y)", False),
        ("with plaidml_compat.device_scope('device'):\n    tf.cast(x, y)", True),
        ("from plaidml_compat import device_scope as d\nwith d('device'):\n    x.map(lambda x: tf.cast(x, y))", True),
        ("with plaidml_compat.device_scope('device'):\n    def f(x):\n        tf.cast(x, y)", True),
        ("with plaidml_compat.device_scope('device'):\n    with plaidml_compat.device_scope('host'):\n        tf.cast(x, y)", False),
        ("with plaidml_compat.device_scope('device'):\n    pass\ntf.cast(x, y)", False),
        ("with plaidml_compat.device_scope('host'):\n    tf.cast(x, y)", False),
        ("with device_scope('device'):\n    tf.cast(x, y)", False),
        ("plaidml_compat.install(placement='device')\ntf.cast(x, y)", True),
        ("plaidml_compat.install(None, 'device')\ntf.cast(x, y)", True),
        ("plaidml_compat.install('device')\ntf.cast(x, y)", False),
        ("tf.keras.layers.RandomFlip(placement='device')", True),
        ("tf.keras.layers.RandomFlip(placement='host')", False),
    ],
)
def test_where_the_program_asks_for_the_device(uses, program, on_device):
    found = uses("import tensorflow as tf, plaidml_compat\n" + program)
    assert [u.on_device for u in found] == [on_device]


@pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python has no match")
def test_match(used):
    program = """
    import tensorflow as tf
    match x:
        case tf.Tensor(y) if tf.cast(y, z):
            k = tf.keras
        case [tf]:
            tf.image.resize
        case tf.string:
            k = 3
    k.layers.Dense
    """
    assert used(program) == ["tf.Tensor", "tf.cast", "tf.string", DENSE]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python has no except*")
def test_groups_of_errors(uses):
    found = uses("import tensorflow as tf\ntry:\n    tf.nope\nexcept* AttributeError:\n    tf.cast")
    assert [(u.name, u.guarded) for u in found] == [("tf.nope", True), ("tf.cast", False)]


@pytest.mark.parametrize("annotation", ["a\\0b", "(", " tf.cast", ""])
def test_annotations_that_cannot_be_parsed(used, annotation):
    assert used(f"import tensorflow as tf\ndef f(x: '{annotation}'):\n    tf.cast") == ["tf.cast"]


def test_recursion_ends(used):
    program = """
    import tensorflow as tf
    def f(x):
        return g(x)
    def g(x):
        return f(x).map(tf.cast)
    class A(A):
        pass
    f(3).x
    A().y
    """
    assert used(program) == ["tf.cast"]


def test_nothing_of_the_program_runs(used, tmp_path, monkeypatch):
    (tmp_path / "mine_of_the_scanned.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)
    assert used("import mine_of_the_scanned\nimport tensorflow as tf\nopen('made', 'w')\ntf.cast") == ["tf.cast"]
    assert "mine_of_the_scanned" not in sys.modules
