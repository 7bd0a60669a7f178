"""Tests that fall back, are slow or need what is missing, and what becomes of each under three settings."""

from __future__ import annotations

HEAD = """
import threading, unittest, warnings
import numpy as np, pytest
import tensorflow as tf
import plaidml_compat

IMAGES = np.zeros((2, 4, 4, 3), "float32")

def fall_back():
    with plaidml_compat.device_scope("device"):
        return tf.image.rot90(IMAGES)

def be_slow():
    with plaidml_compat.device_scope("device"):
        return tf.image.flip_left_right(IMAGES)

def lack():
    return tf.GradientTape()

def probe():
    return hasattr(tf, "Graph")
"""

TESTS = (
    HEAD
    + """
allowed = pytest.mark.plaidml(fallback="allow", unsupported="ok", slow="allow", reason="known")

def test_clean():
    tf.math.add(1, 2)

def test_fallback():
    fall_back()

def test_slow():
    be_slow()

def test_lacking():
    lack()

def test_probe():
    assert not probe()

def test_swallowed_exception():
    with pytest.raises(AttributeError):
        lack()

def test_swallowed_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fall_back()

def test_expected_warning():
    with pytest.warns(plaidml_compat.FallbackWarning, match="rot90"):
        fall_back()

def test_in_thread():
    thread = threading.Thread(target=fall_back)
    thread.start()
    thread.join()

def test_in_dataset():
    for _ in tf.data.Dataset.from_tensor_slices(IMAGES).map(lambda x: fall_back(), num_parallel_calls=2):
        pass

@allowed
def test_allowed_fallback():
    fall_back()

@allowed
def test_allowed_slow():
    be_slow()

@allowed
def test_allowed_probe():
    probe()

@allowed
def test_allowed_lacking():
    lack()

def test_other_failure():
    assert tf.math.add(1, 2) == 4

def test_other_failure_after_fallback():
    fall_back()
    assert False, "of its own"

def test_other_failure_after_probe():
    probe()
    assert False, "of its own"

def test_raises_from():
    try:
        lack()
    except AttributeError as e:
        raise RuntimeError("no tape") from e

def test_gives_up_in_handler():
    try:
        lack()
    except AttributeError:
        pytest.fail("no tape")

def test_imports():
    from tensorflow.keras.applications import EfficientNetV2B0

def test_skips_itself():
    fall_back()
    pytest.skip("of its own")

@pytest.mark.skip(reason="of its own")
def test_skipped():
    fall_back()

@pytest.mark.xfail
def test_xfail_fallback():
    fall_back()

@pytest.mark.xfail
def test_xfail_lacking():
    lack()

@pytest.mark.xfail(strict=True)
def test_xfail_strict_clean():
    tf.math.add(1, 2)

@pytest.mark.xfail(strict=True)
def test_xfail_strict_fallback():
    fall_back()

@pytest.mark.xfail(raises=ZeroDivisionError)
def test_xfail_raises():
    fall_back()

@pytest.fixture
def falls_back():
    fall_back()

@pytest.fixture
def falls_back_later():
    yield
    fall_back()

@pytest.fixture
def lacks():
    lack()

def test_setup(falls_back): pass
def test_teardown(falls_back_later): pass
def test_setup_lacking(lacks): pass

@pytest.fixture(scope="module")
def wide():
    fall_back()

def test_wide_first(wide): pass
def test_wide_second(wide): pass

@pytest.fixture(scope="module")
def wide_lacking():
    lack()

def test_wide_lacking_first(wide_lacking): pass
def test_wide_lacking_second(wide_lacking): pass

@pytest.fixture
def allows(request):
    request.applymarker(pytest.mark.plaidml(fallback="allow"))

def test_marker_of_fixture(allows):
    fall_back()

@pytest.fixture
def mistakes(request):
    request.applymarker(pytest.mark.plaidml(fallbak="allow"))

def test_wrong_marker_of_fixture(mistakes):
    pass

@pytest.mark.parametrize("op", [fall_back, pytest.param(fall_back, marks=allowed), probe], ids=["falls", "allowed", "probes"])
def test_parameters(op):
    op()

class TestUnit(unittest.TestCase):
    def setUp(self):
        if self._testMethodName == "test_unit_setup":
            fall_back()

    def test_unit_setup(self): pass
    def test_unit_fallback(self): fall_back()
    def test_unit_lacking(self): lack()
    def test_unit_probe(self): probe()
    def test_unit_other(self): fall_back(); self.fail("of its own")
    def test_unit_skip(self): self.skipTest("of its own")

    @unittest.expectedFailure
    def test_unit_expected(self): lack()
"""
)

# Test: the outcome with everything a warning; with everything an error; with what is missing a skip.
EXPECTED = {
    "test_clean": ("passed", "passed", "passed"),
    "test_fallback": ("passed", "failed", "passed"),
    "test_slow": ("passed", "failed", "passed"),
    "test_lacking": ("failed", "failed", "skipped"),
    "test_probe": ("passed", "failed", "passed"),
    "test_swallowed_exception": ("passed", "failed", "passed"),
    "test_swallowed_warning": ("passed", "failed", "passed"),
    "test_expected_warning": ("passed", "failed", "passed"),
    "test_in_thread": ("passed", "failed", "passed"),
    "test_in_dataset": ("passed", "failed", "passed"),
    "test_allowed_fallback": ("passed", "passed", "passed"),
    "test_allowed_slow": ("passed", "passed", "passed"),
    "test_allowed_probe": ("passed", "passed", "passed"),
    "test_allowed_lacking": ("failed", "failed", "failed"),
    "test_other_failure": ("failed", "failed", "failed"),
    "test_other_failure_after_fallback": ("failed", "failed", "failed"),
    "test_other_failure_after_probe": ("failed", "failed", "failed"),
    "test_raises_from": ("failed", "failed", "skipped"),
    "test_gives_up_in_handler": ("failed", "failed", "failed"),
    "test_imports": ("failed", "failed", "skipped"),
    "test_skips_itself": ("skipped", "skipped", "skipped"),
    "test_skipped": ("skipped", "skipped", "skipped"),
    "test_xfail_fallback": ("xpassed", "xfailed", "xpassed"),
    "test_xfail_lacking": ("xfailed", "xfailed", "xfailed"),
    "test_xfail_strict_clean": ("failed", "failed", "failed"),
    "test_xfail_strict_fallback": ("failed", "xfailed", "failed"),
    "test_xfail_raises": ("xpassed", "failed", "xpassed"),
    "test_setup": ("passed", "error", "passed"),
    "test_teardown": ("passed", "passed error", "passed"),
    "test_setup_lacking": ("error", "error", "skipped"),
    "test_wide_first": ("passed", "error", "passed"),
    "test_wide_second": ("passed", "error", "passed"),
    "test_wide_lacking_first": ("error", "error", "skipped"),
    "test_wide_lacking_second": ("error", "error", "skipped"),
    "test_marker_of_fixture": ("passed", "passed", "passed"),
    "test_wrong_marker_of_fixture": ("error", "error", "error"),
    "test_parameters[falls]": ("passed", "failed", "passed"),
    "test_parameters[allowed]": ("passed", "passed", "passed"),
    "test_parameters[probes]": ("passed", "failed", "passed"),
    "test_unit_setup": ("passed", "failed", "passed"),
    "test_unit_fallback": ("passed", "failed", "passed"),
    "test_unit_lacking": ("failed", "failed", "skipped"),
    "test_unit_probe": ("passed", "failed", "passed"),
    "test_unit_other": ("failed", "failed", "failed"),
    "test_unit_skip": ("skipped", "skipped", "skipped"),
    "test_unit_expected": ("xfailed", "xfailed", "xfailed"),
}


def line_of(code):
    """Where a line is in the file of the tests."""
    return 1 + TESTS.strip().splitlines().index(code)


ERRORS = ("--plaidml-fallback=error", "--plaidml-unsupported=error", "--plaidml-slow=error")
