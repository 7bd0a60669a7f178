"""tf.test.TestCase in a run: what is seeded, how tests end, how its methods are called; what else there is of tf.test."""

import importlib.util
import os
import random
import sys
import unittest
from pathlib import Path

import numpy as np
from _images import attempt
from _signatures import parameters
from _unit_tests import all_said, case_of, plain_text

SAMPLE = Path(__file__).resolve().parent.parent / "data_files" / "flip_unit_tests.py"
TOLERANCE = {"*": 1e-6}


def outcomes(tests):
    """How each test ended."""
    result = unittest.TestResult()
    tests.run(result)
    ended = {"failure": result.failures, "error": result.errors, "skipped": result.skipped, "expected": result.expectedFailures}
    out = {}
    for kind, found in ended.items():
        for test, text in found:
            said = text if kind == "skipped" else text.rpartition("Error: ")[2].strip()
            out[str(test).partition(" ")[0]] = np.array(f"{kind}: {plain_text(said)}")
    return {**out, "number": np.array(result.testsRun), "successful": np.array(result.wasSuccessful())}


def scenario_sample(tf, tmp_path):
    spec = importlib.util.spec_from_file_location("flip_unit_tests", SAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return outcomes(unittest.defaultTestLoader.loadTestsFromModule(module))


def scenario_seeds(tf, tmp_path):
    out = {}

    class Case(tf.test.TestCase):
        def draw(self):
            out[self._testMethodName + " python"] = np.array(random.random())
            out[self._testMethodName + " numpy"] = np.random.rand(3)
            out[self._testMethodName + " uniform"] = tf.random.uniform([3])
            out[self._testMethodName + " normal"] = tf.random.normal([3], seed=4)
            out[self._testMethodName + " shuffled"] = np.array([int(v) for v in tf.data.Dataset.range(9).shuffle(9)])
            flip = tf.keras.layers.RandomFlip()
            out[self._testMethodName + " layer"] = flip(np.arange(8 * 4, dtype=np.float32).reshape(8, 2, 2, 1), training=True)

        test_a = test_b = draw

    class Unseeded(tf.test.TestCase):
        def __init__(self, *args):
            super().__init__(*args)
            self._set_default_seed = False

        def test_c(self):
            out["other seed"] = tf.random.uniform([3])

    for case in ("test_a", "test_b"):
        assert outcomes(Case(case))["successful"]
    tf.random.set_seed(5)
    assert outcomes(Unseeded("test_c"))["successful"]
    return out


def scenario_ends(tf, tmp_path):
    class Case(tf.test.TestCase):
        def test_thread(self):
            done = []
            thread = self.checkedThread(done.append, args=(1,))
            thread.start()
            thread.join()
            assert done == [1] and not thread.is_alive()

        def test_thread_raises(self):
            thread = self.checkedThread(target=lambda **kwargs: self.assertAllEqual(kwargs["a"], 2), kwargs={"a": 1})
            thread.start()
            thread.join()

        def test_thread_not_joined(self):
            self.checkedThread(int).start()

        def test_thread_not_started(self):
            self.checkedThread(int)

        def test_session(self):
            raise AssertionError

        def test_predicate(self):
            raise AssertionError

        test_predicate = tf.test.disable_with_predicate(lambda: True, "that is why")(test_predicate)

        def test_other_predicate(self):
            self.fail("runs")

        test_other_predicate = tf.test.disable_with_predicate(lambda: False, "that is why")(test_other_predicate)

        def test_temporary(self):
            folder = self.get_temp_dir()
            assert os.path.isdir(folder) and folder == self.get_temp_dir()

        def test_captured(self):
            with self.captureWritesToStream(sys.__stderr__) as captured:
                os.write(2, b"that is it\n")
                sys.__stderr__.write("and more")
                sys.__stderr__.flush()
                self.assertEqual(captured.contents(), "that is it\nand more")

        def test_captured_where_nothing_is_written(self):
            with self.captureWritesToStream(sys.__stderr__):
                pass
            self.captureWritesToStream(object()).__enter__()

    return outcomes(unittest.defaultTestLoader.loadTestsFromTestCase(Case))


def scenario_sessions(tf, tmp_path):
    t, out = case_of(tf), {}
    with t.session() as session:
        out.update(all_said({"session": lambda: session.run(1)}))
    with t.cached_session(use_gpu=False) as session:
        out.update(
            all_said(
                {
                    "run": lambda: session.run([tf.constant([1])]),
                    "feed nothing": lambda: session.run(tf.constant([1]), feed_dict={}),
                    "feed": lambda: session.run(tf.constant([1]), feed_dict={1: 2}),
                    "options": lambda: session.run(tf.constant([1]), options=3),
                    "more": lambda: session.run(tf.constant([1]), {1: 2}),
                }
            )
        )
    with t.test_session() as session:
        out["test session"] = np.array(str(session))
    return out


def scenario_in_datasets(tf, tmp_path):
    t = case_of(tf)

    def checked(v):
        t.assertAllLess(v, 3.0)
        t.assertNear(v, 1.0, 5.0)
        return v + 1

    elements = iter(tf.data.Dataset.from_tensor_slices([1.0, 2.0, 5.0]).map(checked))
    return {str(i): attempt(lambda: next(elements)) for i in range(3)}


def scenario_signatures(tf, tmp_path):
    case = tf.test.TestCase
    out = {name: parameters(getattr(tf.test, name)) for name in FUNCTIONS}
    out.update((name, np.array(plain_text(str(parameters(getattr(case, name)))))) for name in METHODS)
    return {**out, "__init__": parameters(case.__init__), "class": np.array(issubclass(case, unittest.TestCase))}


METHODS = """
setUp setUpClass tearDown get_temp_dir captureWritesToStream assertProtoEquals assertProtoEqualsVersion assertStartsWith evaluate session
cached_session test_session checkedThread assertNear assertArrayNear assertNDArrayNear evaluate_if_both_tensors assertAllClose
assertAllCloseAccordingToType assertNotAllClose assertAllEqual assertNotAllEqual assertAllGreater assertAllLess assertAllGreaterEqual
assertAllLessEqual assertAllInRange assertAllInSet assertDTypeEqual assertRaisesWithPredicateMatch assertRaisesOpError
assertRaisesIncompatibleShapesError assertShapeEqual assertDeviceEqual assertDictEqual assertRaisesRegexp assertItemsEqual
assertLen assertEmpty assertSameElements assertBetween create_tempfile create_tempdir
""".split()
FUNCTIONS = """
main disable_with_predicate gpu_device_name is_built_with_cuda is_built_with_gpu_support is_built_with_rocm is_built_with_xla
is_gpu_available with_eager_op_as_function
""".split()


def scenario_functions(tf, tmp_path):
    test = tf.test
    kept = test.with_eager_op_as_function(int), test.with_eager_op_as_function(only_as_function=True)(int)
    return {
        "gpu": np.array(test.gpu_device_name()),
        "built": np.array([test.is_built_with_cuda(), test.is_built_with_rocm(), test.is_built_with_gpu_support()]),
        "available": np.array(test.is_gpu_available()),
        "class": np.array([k is int for k in kept]),
        "synchronized": np.array(str(test.experimental.sync_devices())),
    }
