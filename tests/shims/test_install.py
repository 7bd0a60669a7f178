"""Tests how the shims come and go, and what they must not touch."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from shim_process import run_code

SKIP_S1 = pytest.mark.skipif(sys.version_info < (3, 10), reason="collections.Iterable was removed in Python 3.10")
# Lets Keras be imported before the shims where collections.Iterable is gone.
IMPORT_KERAS_FIRST = """
import collections, collections.abc
had = hasattr(collections, "Iterable")
if not had: collections.Iterable = collections.abc.Iterable
import keras, keras.preprocessing.image
if not had: del collections.Iterable
"""


def test_import_is_light() -> None:
    code = "import sys, plaidml_compat.shims; print({'numpy', 'keras', 'plaidml', 'h5py', 'yaml'} & set(sys.modules))"
    assert run_code(code).strip() == "set()"


def test_nothing_global_changes() -> None:
    run_code("""
import collections, inspect, random, sys, warnings
import h5py, numpy as np, scipy, scipy.ndimage, six.moves, yaml
modules = [collections, collections.abc, inspect, random, h5py, np, scipy, scipy.ndimage, yaml]
import keras_preprocessing, keras_applications
names, path = [set(vars(m)) for m in modules], list(sys.meta_path)
state, seed, filters, python_state = np.random.get_state(), np.random.seed, list(warnings.filters), random.getstate()
from plaidml_compat import shims
shims.install(); shims.install()
assert len(sys.meta_path) == len(path) + 1
assert warnings.filters == filters
import keras, keras.preprocessing.image, keras.datasets.imdb
from keras import layers, models
models.Sequential([layers.Dropout(0.5, seed=1, input_shape=(3,))])
for module, before in zip(modules, names):
    new = {n for n in set(vars(module)) - before if not isinstance(vars(module)[n], type(sys))}
    assert not new, (module, new)
after = np.random.get_state()
assert all(np.array_equal(a, b) for a, b in zip(state, after)) and np.random.seed is seed
assert random.getstate() == python_state
shims.uninstall(); shims.uninstall()
assert sys.meta_path == path, sys.meta_path
assert not shims.applied() and not shims.is_installed()
""")


@SKIP_S1
def test_keras_needs_collections_iterable() -> None:
    run_code("""
from plaidml_compat import shims
shims._install(skip={"S1"})
try:
    import keras
except ImportError as error:
    assert "Iterable" in str(error)
else:
    raise AssertionError("S1 is not needed")
""")


@pytest.mark.parametrize("first", ["", IMPORT_KERAS_FIRST], ids=["before keras", "after keras"])
def test_both_namespaces_are_patched_and_restored(first: str) -> None:
    run_code(
        first
        + """
import sys
from plaidml_compat import shims
keras_first = "keras" in sys.modules
if keras_first: before = dict(vars(sys.modules["keras.backend"]))
shims.install()
import keras.backend as K, plaidml.keras.backend as P, plaidml.tile
ours = [n for n, v in vars(P).items() if str(getattr(v, "__module__", "")).startswith("plaidml_compat.shims.engine")]
assert "softplus" in ours and "slice" in ours and len(ours) > 30, ours
for name in ours:
    assert vars(K)[name] is vars(P)[name], name
assert float(K.get_value(K.softplus(K.variable([100.0])))[0]) == 100.0
assert ("S11", "plaidml.tile") in shims.applied()
shims.uninstall()
for module in (K, P):
    left = [n for n, v in vars(module).items() if str(getattr(v, "__module__", "")).startswith("plaidml_compat.shims.e")]
    assert not left, left
assert "slice" not in vars(K) and not hasattr(plaidml.tile.Value, "__pow__")
assert plaidml.tile.binary_op.__module__ == "plaidml.tile"
assert K.floatx() == "float32" and K.set_epsilon
if keras_first:
    changed = {n for n in {**before, **vars(K)} if before.get(n) is not vars(K).get(n)}
    assert not changed, changed
shims.install()
assert float(K.get_value(K.softplus(K.variable([100.0])))[0]) == 100.0
"""
    )


def test_compiled_models_run_after_uninstall() -> None:
    run_code("""
from plaidml_compat import shims
shims.install()
import numpy as np
from keras import layers, models
model = models.Sequential([layers.Dense(1, input_shape=(2,)), layers.BatchNormalization()])
model.compile("sgd", "mse")
x, y = np.ones((4, 2)), np.zeros((4, 1))
losses = [model.train_on_batch(x, y) for _ in range(2)]
predicted = model.predict(x)
shims.uninstall()
assert np.allclose(model.predict(x), predicted)
assert np.isfinite(model.train_on_batch(x, y))
fresh = models.Sequential([layers.Dense(1, input_shape=(2,))])
fresh.compile("sgd", "mse")
fresh.fit(x, y, verbose=0)
""")


def test_patch_backend() -> None:
    run_code("""
from plaidml_compat import shims
from plaidml_compat.shims.backend_patch import patch_backend
try:
    patch_backend("relu", None)
except RuntimeError as error:
    assert "not imported" in str(error)
else:
    raise AssertionError
shims.install()
import keras.backend as K, plaidml.keras.backend as P
shipped = K.function
ours = lambda *args: "ours"
assert patch_backend("function", ours) is shipped
assert K.function is P.function is ours
shims.uninstall()
assert K.function is P.function is shipped
""")


def test_two_threads_import_and_install() -> None:
    run_code("""
import threading
from plaidml_compat import shims
threads = [threading.Thread(target=shims.install) for _ in range(4)]
threads.append(threading.Thread(target=__import__, args=("plaidml",)))
for t in threads: t.start()
for t in threads: t.join(60)
assert not any(t.is_alive() for t in threads)
import sys, keras
assert sum(type(f).__name__ == "ShimFinder" for f in sys.meta_path) == 1
""")


def test_sources_of_shimmed_modules_can_be_read() -> None:
    run_code("""
from plaidml_compat import shims
shims.install()
import importlib.resources, inspect, linecache
import keras.callbacks, plaidml.op
assert "class EarlyStopping" in inspect.getsource(keras.callbacks)
assert keras.callbacks.__loader__.get_data(keras.callbacks.__file__)
assert keras.callbacks.np.zeros(3).sum() == 0 and "zeros" in dir(keras.callbacks.np)
""")


@pytest.mark.parametrize("writable", [True, False], ids=["home", "read-only home"])
def test_keras_json_is_honoured_without_its_backend(tmp_path: Path, writable: bool) -> None:
    home = tmp_path / "home"
    (home / ".keras").mkdir(parents=True)
    settings = {"floatx": "float64", "epsilon": 1e-5, "backend": "tensorflow", "image_data_format": "channels_first"}
    (home / ".keras" / "keras.json").write_text(json.dumps(settings))
    code = """
import os
del os.environ["KERAS_HOME"]
if not os.environ["WRITABLE"]:  # root may write anywhere, so the check itself is told
    access = os.access
    os.access = lambda path, mode, **k: mode != os.W_OK and access(path, mode, **k)
from plaidml_compat import shims
shims.install()
import keras.backend as K
assert "KERAS_HOME" not in os.environ
assert (K.floatx(), K.epsilon(), K.image_data_format()) == ("float64", 1e-5, "channels_first")
assert K.backend() == "plaidml.keras.backend"
assert K.dtype(K.variable([1.0])) == "float64"
"""
    run_code(code, HOME=str(home), KERAS_HOME="", WRITABLE="yes" if writable else "")


def test_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("no directory")
    code = "import os; del os.environ['KERAS_HOME']\nfrom plaidml_compat import shims; shims.install(); import keras"
    run_code(code, HOME=str(home), KERAS_HOME="")


def test_scipy_statistics_are_not_imported() -> None:
    code = """
import sys
from plaidml_compat import shims
shims._install(skip={skip})
import numpy as np
import keras.backend as K
def names():
    return "scipy.stats" in sys.modules
print(names())
values = K.get_value(K.truncated_normal((2000,), 1.0, 0.5, seed=3))
print(names())
from scipy.stats import truncnorm
np.testing.assert_allclose(values, 1 + truncnorm.rvs(-2, 2, size=2000, random_state=3) / 2, atol=1e-6)
shims.uninstall()
assert np.abs(K.get_value(K.truncated_normal((500,)))).max() <= 2  # PlaidML's own still finds SciPy
"""
    assert run_code(code.replace("{skip}", "()")).split() == ["False", "False"]
    assert run_code(code.replace("{skip}", "{'S29'}")).split()[0] == "True"


def test_graphs_of_any_depth() -> None:
    run_code("""
import sys
from plaidml_compat import shims
shims.install()
import keras.backend as K, numpy as np
x = K.placeholder((2, 2))
h = x
for _ in range(2000):
    h = h * 2.0
from plaidml_compat.shims.engine.graph import same_expression
def squares():
    y = x
    for _ in range(1500):
        y = y * y
    return y
assert same_expression(squares(), squares(), ())  # 2**1500 paths
assert not same_expression(squares(), h, ())
# PlaidML takes a product of two equal chains for a product with itself.
def chain(n=20):
    y = x
    for _ in range(n):
        y = y + 1.0
    return y
value = np.array([[1.0, 2.0], [3.0, 4.0]])
got = K.function([x], [K.dot(chain(), chain())])([value])[0]
np.testing.assert_allclose(got, (value + 20) @ (value + 20))
""")
