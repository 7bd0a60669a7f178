"""What is told about a name is what then happens."""

from __future__ import annotations

import functools
import types

import pytest


@pytest.fixture
def names(tf):
    from plaidml_compat.report import names

    return names


def reached(tf, name):
    """The object that a program gets by this name; what it raises otherwise."""
    import keras

    roots = {"tf": tf, "keras": keras, "plaidml_compat": __import__("plaidml_compat")}
    root, *path = name.split(".")
    return functools.reduce(getattr, path, roots[root])


def test_every_name_is_told_as_it_is(tf, names):
    wrong = []
    for name in names.all_names():
        found = names.about(name)
        try:
            obj = reached(tf, name)
            if names.may_be_asked_about(name):
                obj()
            here, why = True, ""
        except AttributeError as e:
            here, why = False, str(e)
        plain = name.startswith("keras.") or found.kind == "method"  # what Python itself says there has no reason
        if found.works != here or not (here or plain or found.reason in why):
            wrong.append((name, found.status, found.reason, why))
    assert not wrong


def test_names_are_those_of_tensorflow_and_of_the_registry(tf, names):
    from plaidml_compat import OPS, surface

    listed = names.all_names()
    assert listed == sorted(set(listed)) and set(OPS) <= set(listed)
    modules = {n for n, (kind, _) in surface.tensorflow_names().items() if kind == "M"}
    assert set(surface.tensorflow_names()) - set(listed) == modules
    assert isinstance(tf.keras.layers, types.ModuleType) and "tf.keras.layers" in modules


def in_a_graph(entry, sample):
    """Build an op's sample into a graph; `None`, or why it cannot be."""
    import numpy as np

    from plaidml_compat import PlacementError, arguments, device

    values = arguments.bind(entry, sample.args, dict(sample.kwargs))
    arguments.to_arrays(entry, values)
    for name in entry.tensor_args:
        if isinstance(values[name], np.ndarray) and values[name].ndim:
            values[name] = device.backend().placeholder(shape=values[name].shape, dtype=values[name].dtype.name)
            break
    else:
        return ""
    try:
        entry(**values)
    except PlacementError as e:
        return e.reason
    return None


def test_ops_are_on_the_device_where_a_graph_takes_them(tf, names):
    from plaidml_compat import device, registry

    engine, seen = device.current_engine(), {"device": 0, "host": 0}
    for entry in registry.entries():
        if entry.kind != "op" or not entry.samples():
            continue
        found = names.about(entry.name)
        outcomes = []
        for sample in entry.samples():
            try:
                outcomes.append(in_a_graph(entry, sample))
            except Exception:  # a sample that no graph takes for other reasons: unknown sizes, texts
                continue
        if not outcomes or set(outcomes) == {""}:
            continue
        no_kernel = all(o and "no device kernel" in o for o in outcomes if o != "")
        assert no_kernel == (engine not in found.engines), (entry.name, found.engines, outcomes)
        seen[found.status] += 1
    assert min(seen.values()) > 5, seen


def test_layers(tf, names):
    L = "tf.keras.layers."
    height = names.about(L + "RandomHeight")
    assert (height.status, height.engines) == ("host", ()) and "another size in every step" in height.head_only
    with pytest.raises(Exception, match="another size in every step"):
        tf.keras.Sequential([tf.keras.layers.Conv2D(1, 1, input_shape=(4, 4, 1)), tf.keras.layers.RandomHeight(0.5)])
    flip = names.about(L + "RandomFlip")
    assert flip.status == "device" and flip.in_map and flip.determinism is names.Determinism.SEEDS
    assert names.about(L + "Rescaling").determinism is names.Determinism.SAME
    dense = names.about(L + "Dense")
    assert (dense.status, dense.source, dense.in_map) == ("device", "Keras 2.2.4", False)
    assert names.about("tf.keras.callbacks.History").status == "host"


def test_spellings_of_one_name_are_one(tf, names):
    assert names.about("keras.layers.RandomFlip").canonical == names.about("tf.keras.layers.RandomFlip").canonical
    old = names.about("tf.keras.layers.experimental.preprocessing.RandomFlip")
    assert old.name != old.canonical == "tf.keras.layers.RandomFlip"
    assert names.about("tf.losses.Huber").canonical == "tf.keras.losses.Huber"
    assert names.about("tf.keras.ops.abs").canonical == names.about("keras.ops.abs").canonical == "keras.ops.abs"


def test_what_is_declared_later_is_told(tf, names):
    import plaidml_compat
    from plaidml_compat import registry

    assert names.about("plaidml_compat.dummy_name").status == "unknown"
    with registry.temporary():
        plaidml_compat.export("plaidml_compat.dummy_name", draws=True)(lambda: None)
        found = names.about("plaidml_compat.dummy_name")
        assert found.status == "host" and found.determinism is names.Determinism.SEEDS
    assert names.about("plaidml_compat.dummy_name").status == "unknown"


def test_a_placement_of_an_export_is_checked(tf):
    from plaidml_compat import registry

    with pytest.raises(registry.RegistrationError, match="placement is one of host, device; received 'gpu'"):
        registry.export("plaidml_compat.dummy_name", placement="gpu")(lambda: None)
