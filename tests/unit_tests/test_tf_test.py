"""tf.test beside what scenarios compare with TensorFlow: what is imported when, ragged batches, weights, processors, what is refused."""

from __future__ import annotations

import subprocess
import sys
import unittest

import numpy as np
import pytest


@pytest.fixture
def case(tf):
    class Case(tf.test.TestCase):
        def runTest(self):
            pass

    return Case()


def test_absl_is_imported_when_the_test_case_is_asked_for():
    program = """
import sys
import plaidml_compat, plaidml_compat.registry
plaidml_compat.install("llvm_cpu.0")
import tensorflow as tf
assert not tf.test.is_built_with_cuda()
tf.data.Dataset.range(3).map(lambda x: x + 1)
plaidml_compat.explain(tf.data.Dataset.range(3).batch(2))
assert not [n for n in sys.modules if n.startswith(("absl", "plaidml_compat.unit_tests.test_case"))], "too early"
events = []
plaidml_compat.subscribe(events.append, wants=("import",))
from tensorflow.test import TestCase
from absl.testing import absltest
assert TestCase is tf.test.TestCase and issubclass(TestCase, absltest.TestCase)
assert [e.op for e in events if e.kind == "import"] == ["absl.testing.absltest"], events
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_class_is_the_same_after_another_installation(tf):
    import importlib

    import plaidml_compat

    before = tf.test.TestCase
    plaidml_compat.uninstall()
    plaidml_compat.install()
    assert importlib.import_module("tensorflow").test.TestCase is before


def test_the_name_is_told_without_the_class(tf):
    from plaidml_compat.report import names

    about = names.about("tf.test.TestCase")
    assert (about.status, about.kind, about.source) == ("host", "class", "plaidml_compat")
    assert "TestCase" in dir(tf.test)


def test_an_object_made_on_use_is_made_once():
    from plaidml_compat import registry

    made = []
    with registry.temporary():

        @registry.export_on_use("plaidml_compat.dummy_name")
        def make():
            """No documentation of the object's."""
            made.append(1)
            return {"made": len(made)}

        entry = registry.OPS["plaidml_compat.dummy_name"]
        assert made == [] and entry.module == __name__
        assert entry.obj is entry.obj and entry.obj == {"made": 1} and entry.kind == "export"
        with pytest.raises(registry.RegistrationError, match="declared twice"):
            registry.export("plaidml_compat.dummy_name")(lambda: None)


def test_ragged_batches(tf, case):
    from plaidml_compat import UnsupportedOpError

    rows = tf.data.Dataset.from_tensor_slices([1, 2, 3]).map(lambda n: tf.range(n))
    batch = next(iter(rows.ragged_batch(3)))
    other = [[0], [0, 1], [0, 1, 9]]
    case.assertAllEqual(batch, [[0], [0, 1], [0, 1, 2]])
    case.assertAllEqual(batch, next(iter(rows.ragged_batch(3))))
    case.assertAllClose(batch, [[0], [0, 1], [0, 1, 2]])
    case.assertNotAllEqual(batch, other)
    case.assertNotAllClose(other, batch)
    with pytest.raises(AssertionError, match="1 != 0"):
        case.assertAllEqual(next(iter(rows.ragged_batch(1))), np.array([[0]]))
    floats = tf.data.Dataset.from_tensor_slices([1]).map(lambda n: tf.cast(tf.range(n), tf.float32))
    with pytest.raises(AssertionError, match="1 != 0"):
        case.assertAllClose(next(iter(floats.ragged_batch(1))), np.array([[0.0]], np.float32))
    with pytest.raises(UnsupportedOpError, match=r"evaluate is not supported: .*RaggedTensorValue.* Evaluate its rows, list\(batch\)"):
        case.evaluate({"a": batch})
    with pytest.raises(UnsupportedOpError, match=r"tf\.ragged\.constant is not supported: ragged tensors are not built"):
        tf.ragged.constant([[1], [2, 3]])


def test_weights_are_tensors_and_symbolic_tensors_have_no_values(tf, case):
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, kernel_initializer="ones", input_shape=(3,))])
    case.assertAllClose(model.weights[0], np.ones((3, 2)))
    case.assertAllEqual(case.evaluate(model.weights)[1], [0, 0])
    case.assertAllClose({"kernel": model.weights[0]}, {"kernel": np.ones((3, 2))})
    with pytest.raises(AttributeError, match="numpy"):
        case.assertAllEqual(model.outputs[0], [[1, 1]])


def test_element_types_from_elsewhere_are_compared_in_float32(case, monkeypatch):
    from plaidml_compat.unit_tests import near

    far = np.float16([60000]), np.float16([-60000])  # apart by more than their type holds
    monkeypatch.setattr(near, "_CUSTOM", ("float16",))
    with pytest.raises(AssertionError, match=r"not close dif = \[120000\.\]\n(.*\n)*dtype = float16"):
        case.assertAllClose(*far)


MACHINES = [("x86_64", "x86"), ("AMD64", "x86"), ("arm64", "aarch64"), ("armv7l", "arm"), ("ppc64le", "ppc"), ("s390x", "s390x")]


@pytest.mark.parametrize(("machine", "there"), MACHINES)
def test_processors(tf, monkeypatch, machine, there):
    import platform

    monkeypatch.setattr(platform, "machine", lambda: machine)
    available = tf.test.is_cpu_target_available
    assert [n for n in ("x86", "aarch64", "arm", "ppc", "s390x") if available(n)] == [there]
    assert available("x86_64") == available("x86") and available("powerpc") == available("ppc")
    with pytest.raises(AssertionError, match="Unknown CPU target: riscv"):
        available("riscv")


def test_a_gpu_is_told(tf, monkeypatch):
    from plaidml_compat import device

    assert (tf.test.gpu_device_name(), tf.test.is_built_with_gpu_support(), tf.test.is_gpu_available()) == ("", False, False)
    monkeypatch.setattr(device, "current", lambda: "opencl_gpu.0")
    assert (tf.test.gpu_device_name(), tf.test.is_built_with_gpu_support(), tf.test.is_gpu_available()) == ("/device:GPU:0", True, True)
    assert not tf.test.is_gpu_available(cuda_only=True) and not tf.test.is_built_with_cuda() and not tf.test.is_built_with_xla()


def test_gradients_that_cannot_be(tf):
    from plaidml_compat import PlacementError, UnsupportedOpError

    with pytest.raises(UnsupportedOpError, match=r"float32 and float64 alone; argument 0 is float16\. Cast to tf\.float32"):
        tf.test.compute_gradient(tf.square, [np.float16([1])])
    with pytest.raises(PlacementError, match=r"tf\.math\.cumsum cannot run here"):
        tf.test.compute_gradient(tf.cumsum, [[1.0, 2.0]])
    moved = np.float32([1, 2])
    tf.test.compute_gradient(tf.square, [moved])
    assert moved.tolist() == [1, 2]


@pytest.mark.parametrize("name", ["Benchmark", "benchmark_config", "assert_equal_graph_def", "create_local_cluster"])
def test_what_makes_no_sense_here_says_so(tf, name):
    with pytest.raises(AttributeError, match=rf"^tf\.test\.{name} is not supported: it .* there (are|is) none of\. \w+"):
        getattr(tf.test, name)


def test_long_protos_are_compared_in_short(tf, case):
    def many(*values):
        return tf.train.Int64List(value=[*range(20_000), *values])

    with pytest.raises(AssertionError, match=r"^m :\n--- \n\+\+\+ \n@@ .*\n(.*\n)*-value: 1\n\+value: 2\n$"):
        case.assertProtoEquals(many(1), many(2), msg="m")


def test_protos_with_maps_of_messages_and_required_fields(case):
    from google.protobuf import struct_pb2

    def struct(number):
        found = struct_pb2.Struct()
        found.update({"a": {"b": number}})
        return found

    case.assertProtoEquals(struct(1.0), struct(1.00000001))
    case.assertProtoEquals(struct(1.0), struct(1.001), relative_tolerance=0.01)
    with pytest.raises(AssertionError, match=r"number_value: 1\.5"):
        case.assertProtoEquals(struct(1.0), struct(1.5), relative_tolerance=0.01)


def test_versions_stand_in_front_of_a_graph(case):
    from google.protobuf import descriptor_pb2

    file = descriptor_pb2.FileDescriptorProto(name="x")
    with pytest.raises(Exception, match=r"no field named .versions"):
        case.assertProtoEqualsVersion('name: "x"', file)


def test_a_failure_is_shown_at_the_line_of_the_test(tf):
    class Case(tf.test.TestCase):
        def test(self):
            self.assertAllClose([1.0], [2.0])

        def test_nest(self):
            self.assertAllClose({"a": [1.0]}, {"b": [2.0]})

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    assert [text.count("  File ") for _, text in result.failures] == [1, 1], result.failures


def test_numbers_of_other_kinds_are_shown_as_they_are(case):
    with pytest.raises(AssertionError, match=r"\[\[1, 2\],\s+\[3, 4\]\]"):
        case.assertAllEqual(np.array([[1, 2], [3, 4]]), np.array([[1.0, 2.0], [3.0, 5.0]]))
    case.assertAllEqual(np.array([["a"]]), np.array([[b"a"]], object))


def test_the_folder_is_where_the_environment_says(tmp_path, monkeypatch):
    import os
    import shutil

    from plaidml_compat.unit_tests.temporary import folder_of_program

    made = []
    for prefix in (str(tmp_path / "of_tests_"), ""):
        monkeypatch.setenv("TEST_TMPDIR", prefix)
        made.append(folder_of_program.__wrapped__())
    assert made[0].startswith(str(tmp_path / "of_tests_")) and os.path.isdir(made[0])
    assert not made[1].startswith(str(tmp_path))
    for folder in made:
        shutil.rmtree(folder)
