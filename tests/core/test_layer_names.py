"""Every name that TensorFlow 2.15 or 2.21 has under tf.keras.layers is served, or refused with a reason and a way out that exists."""

from __future__ import annotations

import functools
import re

import golden
import pytest

from plaidml_compat import UnsupportedOpError
from plaidml_compat.registry import OPS
from plaidml_compat.surface import tensorflow_names

PREFIX = "tf.keras.layers."
ATTRIBUTES = "scenario_attributes_are_there_or_refused_by_name"
"""The scenario in `keras_settings` that knows which attributes TensorFlow's objects have."""
NAMES = sorted(n for n, (kind, _) in tensorflow_names().items() if n.startswith(PREFIX) and kind in "cf")

# The image layers, which this package is for: none of them may be refused.
TF_215 = "Resizing CenterCrop Rescaling RandomCrop RandomFlip RandomTranslation RandomRotation RandomZoom RandomContrast RandomBrightness"
TF_215 += " RandomHeight RandomWidth Normalization"
KERAS_3 = "AugMix AutoContrast CutMix Equalization ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes MixUp RandAugment"
KERAS_3 += " RandomColorDegeneration RandomColorJitter RandomElasticTransform RandomErasing RandomGaussianBlur RandomGrayscale RandomHue"
KERAS_3 += " RandomInvert RandomPerspective RandomPosterization RandomSaturation RandomSharpness RandomShear Solarization Pipeline"


def find(tf, name):
    return functools.reduce(getattr, name.split(".")[1:], tf)


def test_both_surfaces_are_looked_at():
    versions = {v for n in NAMES for v in tensorflow_names()[n][1]}
    assert {"2.15.1", "2.21.0"} <= versions and len(NAMES) > 200
    assert f"{PREFIX}GroupQueryAttention" in NAMES and f"{PREFIX}experimental.preprocessing.Hashing" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_served_or_declared(tf, name):
    entry = OPS.get(name)
    if entry is None or entry.kind != "unsupported":
        assert callable(find(tf, name))
        return
    with pytest.raises(UnsupportedOpError) as caught:
        find(tf, name)
    assert str(caught.value) == f"{name} is not supported: {entry.reason}. {entry.instead}"
    assert not hasattr(tf.keras.layers, name[len(PREFIX) :])
    assert entry.reason and entry.instead[0].isupper()
    # What is to be used instead is there.
    for word in re.findall(r"tf\.[A-Za-z_0-9.]*[A-Za-z_0-9]", entry.instead):
        assert find(tf, word) is not None
    for word in re.findall(r"numpy\.\w+|zlib\.\w+|scipy\.signal\.\w+", entry.instead):
        module, _, attribute = word.rpartition(".")
        assert hasattr(pytest.importorskip(module), attribute)


def test_no_image_layer_is_declared_missing():
    for word in (TF_215 + " " + KERAS_3).split():
        for name in (PREFIX + word, f"{PREFIX}experimental.preprocessing.{word}"):
            assert name not in OPS or OPS[name].kind != "unsupported", name


def test_nothing_that_is_declared_is_unknown_to_tensorflow(tf):
    declared = [n for n, e in OPS.items() if e.kind == "unsupported"]
    recorded = golden.read_npz(golden.HERE / "goldens" / "keras_settings.npz")
    of_objects = {k.rpartition("/")[2] for k, there in recorded.items() if k.startswith(f"{ATTRIBUTES}/") and there}
    assert declared and of_objects and set(declared) <= {*tensorflow_names(), *of_objects}


def test_the_alternatives_compute_what_they_say(tf):
    """UnitNormalization by Lambda, and a transposed convolution of a sequence by one of images."""
    import numpy as np

    L, x = tf.keras.layers, np.random.RandomState(0).rand(3, 4).astype(np.float32)
    unit = L.Lambda(lambda v: tf.keras.backend.l2_normalize(v, axis=-1))
    model = tf.keras.Sequential([L.Input((4,)), unit])
    np.testing.assert_allclose(model.predict(x, verbose=0), x / np.linalg.norm(x, axis=-1, keepdims=True), rtol=1e-5)
    model = tf.keras.Sequential([L.Input((4, 2)), L.Reshape((4, 1, 2)), L.Conv2DTranspose(3, (3, 1), strides=(2, 1)), L.Reshape((-1, 3))])
    kernel = np.random.RandomState(1).rand(3, 1, 3, 2).astype(np.float32)
    model.set_weights([kernel, np.zeros(3, np.float32)])
    x = np.random.RandomState(2).rand(2, 4, 2).astype(np.float32)
    want = np.zeros((2, 9, 3), np.float32)
    for i in range(4):
        want[:, 2 * i : 2 * i + 3] += np.einsum("nc,kdc->nkd", x[:, i], kernel[:, 0])
    np.testing.assert_allclose(model.predict(x, verbose=0), want, rtol=1e-5)


def test_the_second_name_of_a_layer(tf):
    assert tf.keras.layers.Convolution3DTranspose is tf.keras.layers.Conv3DTranspose


def test_what_plaidmls_backend_only_names_is_told(tf):
    """PlaidML's functions that do nothing but raise are declared, unless something stands in for them."""
    import inspect
    import re

    import keras.backend as K
    import plaidml.keras.backend as backend

    from plaidml_compat.surface import in_tensorflow

    source = inspect.getsource(backend)
    hollow = re.findall(r"\ndef (\w+)\([^\n]*\):\n    _report_unimplemented\(", source)
    assert len(hollow) > 5
    for name in hollow:
        if not in_tensorflow(f"tf.keras.backend.{name}") or getattr(K, name).__module__.startswith("plaidml_compat"):
            continue
        with pytest.raises(AttributeError, match=r"PlaidML 0\.7\.0 has"):
            getattr(tf.keras.backend, name)
    with pytest.raises(AttributeError, match="weights differ from place to place"):
        tf.keras.layers.LocallyConnected2D  # noqa: B018
