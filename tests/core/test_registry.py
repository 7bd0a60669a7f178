"""Declaring entries: what is refused, and that a declaration made elsewhere is served, dispatched and listed."""

from __future__ import annotations

import numpy as np
import pytest

from plaidml_compat import observe, registry
from plaidml_compat.registry import Limit, RegistrationError, Sample, export, layer, op, unsupported
from plaidml_compat.tensor import Tensor


@pytest.fixture(autouse=True)
def _forget(tf):  # first all that install() declares
    with registry.temporary():
        yield


def test_dummy_op_appears_everywhere_without_an_edit_to_the_package(tf):
    @op("tf.image.dummy_double")
    def dummy_double(image: Tensor, times: int = 2):
        """Doubles."""
        return image * np.asarray(times, image.dtype)

    seen = []
    end = observe.subscribe(seen.append)
    try:
        out = tf.image.dummy_double(np.ones((2, 2), np.float32), times=3)
    finally:
        end()
    assert isinstance(out, tf.Tensor)
    np.testing.assert_array_equal(out, np.full((2, 2), 3, np.float32))
    assert [(e.kind, e.op, e.placement) for e in seen] == [("run", "tf.image.dummy_double", "host")]
    assert "dummy_double" in dir(tf.image)
    assert any(e.name == "tf.image.dummy_double" and e.summary == "Doubles." for e in registry.entries())


def test_dummy_layer_appears_everywhere_without_an_edit_to_the_package(tf):
    from plaidml_compat.layers.base import PreprocessingLayer

    @layer("tf.keras.layers.DummyInvert")
    class DummyInvert(PreprocessingLayer):
        """Inverts."""

        def apply(self, inputs):
            return 255.0 - inputs

    assert tf.keras.layers.DummyInvert is DummyInvert
    assert "DummyInvert" in dir(tf.keras.layers)
    x = np.full((2, 3, 3, 1), 5, np.uint8)
    np.testing.assert_array_equal(tf.keras.layers.DummyInvert()(x), np.full((2, 3, 3, 1), 250, np.float32))
    assert any(e.name == "tf.keras.layers.DummyInvert" and e.kind == "layer" for e in registry.entries())


def test_dummy_module_of_another_package(tf):
    export("tf.addons_of_mine.answer")(42)
    assert tf.addons_of_mine.answer == 42


def test_a_name_declared_twice_is_refused():
    export("tf.twice")(1)
    with pytest.raises(RegistrationError, match=r"tf\.twice is declared twice"):
        export("tf.twice")(2)


def test_a_second_kernel_for_one_place_is_refused():
    @op("tf.one_place")
    def one(x: Tensor):
        return x

    one.kernel("device")(lambda x: x)
    one.kernel("device", on="opencl")(lambda x: x)
    with pytest.raises(RegistrationError, match="has a kernel for device on every engine already"):
        one.kernel("device")(lambda x: x)


def test_a_kernel_with_other_parameters_is_refused():
    @op("tf.other_parameters")
    def one(x: Tensor, delta: float):
        return x

    with pytest.raises(RegistrationError, match=r"must take the op's parameters \['x', 'delta'\]"):
        one.kernel("device")(lambda x: x)


def test_a_kernel_for_one_engine_goes_before_a_general_one():
    @op("tf.engines")
    def one(x: Tensor):
        return x

    general = one.kernel("device")(lambda x: x)
    narrow = one.kernel("device", on="opencl")(lambda x: x)
    assert one.find_kernel("device", "opencl").function is narrow
    assert one.find_kernel("device", "llvm_cpu").function is general
    assert one.find_kernel("host").function is one.host


@pytest.mark.parametrize("names", [(), ("image.rot90",), (3,)])
def test_names_must_be_tensorflow_names(names):
    with pytest.raises(RegistrationError):
        export(*names)(1)


def test_a_limit_of_an_unknown_kind_is_refused():
    with pytest.raises(RegistrationError, match="'odd'"):
        Limit("because", lambda x: True, kind="odd")


def test_samples_with_one_id_are_refused():
    @op("tf.sampled", samples=lambda: [Sample("a"), Sample("a")])
    def one(x: Tensor):
        return x

    with pytest.raises(RegistrationError, match="same id"):
        one.samples()


def test_the_registry_is_read_only():
    with pytest.raises(TypeError):
        registry.OPS["tf.new"] = None


def test_an_unsupported_name_says_why_and_what_instead(tf):
    from plaidml_compat import UnsupportedOpError

    unsupported("tf.image.dummy_missing", reason="nobody wrote it", instead="Use tf.image.rot90")
    with pytest.raises(UnsupportedOpError, match=r"tf\.image\.dummy_missing is not supported: nobody wrote it\. Use tf\.image\.rot90"):
        tf.image.dummy_missing  # noqa: B018
    assert not hasattr(tf.image, "dummy_missing")
    assert "dummy_missing" not in dir(tf.image)


def test_a_redefinition_from_the_same_place_replaces_the_first(tf):
    def declare(factor):
        @op("tf.image.dummy_again")
        def again(image: Tensor):
            return image * np.float32(factor)

    declare(2)
    declare(3)
    assert float(tf.image.dummy_again(np.float32(1))) == 3


def test_a_layer_declared_after_install_is_in_keras_and_loads(tf, tmp_path):
    import keras

    from plaidml_compat.layers.base import PreprocessingLayer

    @layer("tf.keras.layers.DummyLate")
    class DummyLate(PreprocessingLayer):
        def apply(self, inputs):
            return inputs

    assert keras.layers.DummyLate is DummyLate
    model = tf.keras.Sequential([tf.keras.layers.DummyLate(input_shape=(4, 4, 1)), tf.keras.layers.Flatten()])
    model.save(str(tmp_path / "late.h5"))
    assert isinstance(tf.keras.models.load_model(str(tmp_path / "late.h5"), compile=False).layers[0], DummyLate)


def test_a_limit_that_cannot_be_called_is_refused():
    @op("tf.limited")
    def limited(image: Tensor, k: int):
        return image

    with pytest.raises(RegistrationError, match=r"tf\.limited: `when` of the limit 'odd' is called with the arguments \['image', 'k'\]"):
        limited.kernel("device", limits=[Limit("odd", lambda image: True)])


def test_an_op_without_tensors_is_refused():
    with pytest.raises(RegistrationError, match="needs a parameter annotated TensorLike"):

        @op("tf.no_tensors")
        def no_tensors(image, k):
            return image


def test_a_dataset_method_that_would_never_be_found_is_refused(tf):
    with pytest.raises(RegistrationError, match=r"tf\.data\.Dataset\.element_spec: the class Dataset defines this itself"):
        export("tf.data.Dataset.element_spec")(lambda self: None)


@pytest.mark.parametrize("block", [registry.temporary, registry.all_or_nothing])
def test_kernels_added_to_known_ops_are_forgotten_too(block):
    @op("plaidml_compat.dummy")
    def dummy(image: Tensor):
        return image

    @dummy.kernel("device")
    def _(image):
        return image

    with pytest.raises(ZeroDivisionError), block():

        @dummy.kernel("device", on="opencl")
        def _(image):
            return image

        assert dummy.find_kernel("device", "opencl").on == "opencl"
        raise ZeroDivisionError
    assert [(k.placement, k.on) for k in dummy.kernels] == [("host", None), ("device", None)]


def test_traits_are_declared_or_told_by_a_layers_class(tf):
    entries = {e.name: e for e in registry.entries()}

    def having(trait):
        return {name for name, e in entries.items() if trait in e.traits}

    assert {"tf.image.resize", "tf.keras.layers.Resizing", "tf.keras.layers.RandomWidth"} <= having("resizes")
    assert {"tf.io.read_file", "tf.image.decode_jpeg"} <= having("reads")
    assert not {"tf.io.write_file", "tf.io.TFRecordWriter", "tf.io.gfile.exists", "tf.io.FixedLenFeature"} & having("reads")
    assert {"tf.keras.layers.RandomRotation", "tf.image.flip_left_right"} <= having("keeps_size")
    others = ("CenterCrop", "RandomCrop", "RandomHeight", "RandomWidth", "Pipeline", "MaxNumBoundingBoxes", "Resizing")
    assert not {f"tf.keras.layers.{n}" for n in others} & having("keeps_size") and "tf.image.pad_to_bounding_box" not in having(
        "keeps_size"
    )
    assert entries["tf.keras.layers.RandomFlip"].draws and not entries["tf.keras.layers.Resizing"].draws
    with pytest.raises(RegistrationError, match=r"traits are among keeps_size, .*received \['large'\]"):

        @op("tf.image.dummy_large", traits=["large"])
        def dummy(image: Tensor):
            return image
