"""What becomes of a test that falls back, is slow or needs what is missing, under every setting, in every phase."""

from __future__ import annotations

import sys

import pytest
from _outcome_sample import ERRORS, EXPECTED, HEAD, TESTS, line_of


@pytest.mark.parametrize(
    ("column", "arguments"), list(enumerate([(), ERRORS, ("--plaidml-unsupported=skip",)])), ids=["warn", "error", "skip"]
)
def test_outcomes(inside, column, arguments):
    run = inside(TESTS, "--plaidml", *arguments)
    assert run.outcomes == {name: outcomes[column] for name, outcomes in EXPECTED.items()}
    assert run.exit_code == 1


def test_outcomes_without_the_plugin_are_those_of_warn(inside):
    run = inside(TESTS, "--strict-markers")  # the marker is known without --plaidml
    ours = {n: o for n, (o, _, _) in EXPECTED.items()}
    # Nobody reads markers then, and a line warns once in a process.
    assert run.outcomes == {**ours, "test_wrong_marker_of_fixture": "passed", "test_expected_warning": "failed"}
    assert "plaidml" not in {title for report in run.reports for title, _ in report.sections}


def test_a_failure_names_op_line_reason_and_alternative(inside):
    run = inside(TESTS, "--plaidml", *ERRORS, "-k", "test_fallback or test_setup or test_lacking or test_slow or test_parameters")
    line = line_of("        return tf.image.rot90(IMAGES)")
    run.result.stdout.fnmatch_lines(
        [
            "*_ ERROR at setup of test_setup _*",
            "*_ test_fallback _*",
            "tf.image.rot90 ran on the host although the device was asked for: it has no device kernel",
            f"    test_it.py:{line}: return tf.image.rot90(IMAGES)",
            "    Leave it out of device_scope('device'), or pass fallback='allow' to install()",
            'This is an error here (fallback=error); @pytest.mark.plaidml(fallback="allow", reason=...) allows it',
            "FAILED test_it.py::test_fallback - PlaidMLFlag: tf.image.rot90 ran on the ho*",
            "FAILED test_it.py::test_slow - PlaidMLFlag: tf.image.flip_left_right is slow*",
            "ERROR test_it.py::test_setup - PlaidMLFlag: tf.image.rot90 ran on the host al*",
        ]
    )
    lacking = str(run.report("test_lacking").longrepr)
    where = f"test_it.py:{line_of('    return tf.GradientTape()')}: return tf.GradientTape()"
    assert "tf.GradientTape is not supported here: TensorFlow 2.15.1 has it" in lacking and where in lacking
    assert "plaidml-compat matrix --family tf" in lacking
    assert str(run.report("test_parameters[probes]").longrepr).splitlines()[-1] == (
        'This is an error here (unsupported=error); @pytest.mark.plaidml(unsupported="ok", reason=...) allows it'
    )


def test_tb_line_points_at_the_users_line(inside, pytester):
    run = inside(TESTS, "--plaidml", *ERRORS, "--tb=line", "-k", "test_fallback or test_slow")
    line = line_of("        return tf.image.rot90(IMAGES)")
    run.result.stdout.fnmatch_lines([f"{pytester.path}/test_it.py:{line}: PlaidMLFlag: tf.image.rot90 ran*"])


def test_a_failure_of_its_own_says_what_was_flagged(inside):
    run = inside(TESTS, "--plaidml", "--show-capture=no", "-k", "other_failure")
    assert "rot90 ran on the host" in str(run.report("test_other_failure_after_fallback").longrepr)
    assert "tf.Graph is not supported" in str(run.report("test_other_failure_after_probe").longrepr)
    assert "plaidml" not in str(run.report("test_other_failure").longrepr).replace("plaidml_compat", "")


def test_a_skip_gives_the_reason(inside):
    run = inside(TESTS, "--plaidml", "--plaidml-unsupported=skip", "-rs", "-k", "wide_lacking or test_imports")
    line = line_of("    return tf.GradientTape()")
    run.result.stdout.fnmatch_lines(
        [f"SKIPPED [[]2] test_it.py:{line}: plaidml: tf.GradientTape is not supported here: TensorFlow 2.15.1*"]
    )
    run.result.stdout.fnmatch_lines(["SKIPPED [[]1] test_it.py:*: plaidml: tf.keras.applications.EfficientNetV2B0 is not supported here:*"])


def test_allowed_fallbacks_and_slow_ops_do_not_warn(inside):
    run = inside(
        TESTS, "--plaidml", "--plaidml-fallback=allow", "--plaidml-slow=allow", "-W", "error", "-k", "fallback or slow or unit_setup"
    )
    assert run.outcomes["test_slow"] == run.outcomes["test_fallback"] == run.outcomes["test_unit_setup"] == "passed"
    assert "warnings summary" not in run.text and "rot90" not in run.result.stdout.str().partition("= plaidml =")[2]


def test_a_warning_that_is_an_error_counts_all_the_same(inside):
    run = inside(TESTS, "--plaidml", "-W", "error::plaidml_compat.FallbackWarning", "-k", "test_fallback or test_expected_warning")
    assert run.outcomes == {"test_fallback": "failed", "test_expected_warning": "passed"}
    run.result.stdout.fnmatch_lines(["E * plaidml_compat.exceptions.FallbackWarning: tf.image.rot90*", "*1 op in 2 tests"])


SUBTESTS = (
    HEAD
    + """
class TestSub(unittest.TestCase):
    def test_sub(self):
        for op in (fall_back, tf.math.abs, lack):
            with self.subTest(op=op.__name__):
                op(*([1] if op is tf.math.abs else []))

    def test_all_pass(self):
        for i in range(2):
            with self.subTest(i=i):
                fall_back()
"""
)


def test_subtests(inside):
    run = inside(SUBTESTS, "--plaidml", "--plaidml-fallback=error")
    run.result.stdout.fnmatch_lines_random(
        [
            "FAILED test_it.py::TestSub::test_all_pass - PlaidMLFlag: tf.image.rot90 ran o*",
            "FAILED test_it.py::TestSub::test_sub - *",
            "    tf.GradientTape  test_it.py:*  (1 test)",
            "    tf.image.rot90  test_it.py:*  (2 tests)",
        ]
    )


def test_a_failure_leaves_out_what_is_allowed(inside):
    source = (
        HEAD
        + """
@pytest.mark.plaidml(fallback="allow")
def test_allowed():
    fall_back(); probe()
    assert False
"""
    )
    text = str(inside(source, "--plaidml").report("test_allowed").longrepr)
    assert "tf.Graph is not supported here" in text and "rot90 ran on the host" not in text


def test_a_part_that_fails_says_what_was_flagged_in_it(inside):
    """A subtest has a report of its own, before the test's phase is over."""
    source = (
        HEAD
        + """
class TestSub(unittest.TestCase):
    def test_sub(self):
        with self.subTest(i=1):
            fall_back(); self.fail()
"""
    )
    run = inside(source, "--plaidml")
    assert "rot90 ran on the host" in str(next(r for r in run.reports if r.failed).longrepr)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups of exceptions came with Python 3.11")
def test_a_group_is_skipped_where_all_of_it_lacked_something(inside):
    source = (
        HEAD
        + """
def lacked():
    try:
        lack()
    except AttributeError as e:
        return e

def test_all(): raise ExceptionGroup("all", [lacked(), ExceptionGroup("inner", [lacked()])])
def test_some(): raise ExceptionGroup("some", [lacked(), ValueError()])
"""
    )
    run = inside(source, "--plaidml", "--plaidml-unsupported=skip")
    assert run.outcomes == {"test_all": "skipped", "test_some": "failed"}


def test_a_test_s_policy_ends_with_it(inside, pytester):
    pytester.makeconftest(
        """
import warnings
import numpy as np, tensorflow as tf, plaidml_compat

def pytest_runtest_logfinish(nodeid):
    with warnings.catch_warnings(record=True) as caught, plaidml_compat.device_scope("device"):
        warnings.simplefilter("always")
        tf.image.rot90(np.zeros((1, 2, 2, 1), "float32"))
    print(nodeid, "warned of", len(caught), file=open("warned", "a"))
"""
    )
    source = "import pytest\n@pytest.mark.plaidml(fallback='allow')\ndef test_1(): pass\n"
    inside(source, "--plaidml")
    assert (pytester.path / "warned").read_text().split()[-1] == "1"


def test_async_tests_are_left_to_others(inside):
    source = HEAD + "async def test_async():\n    fall_back()\n"
    assert inside(source, "--plaidml").outcomes == inside(source).outcomes


@pytest.mark.parametrize(("arguments", "ran"), [(["-x"], 2), (["--maxfail=2"], 3)], ids=["x", "maxfail"])
def test_flags_that_are_errors_count_as_failures(inside, arguments, ran):
    source = HEAD + "".join(f"def test_{i}():\n    {'tf.math.abs(1)' if i == 0 else 'fall_back()'}\n" for i in range(4))
    run = inside(source, "--plaidml", "--plaidml-fallback=error", *arguments)
    assert len(run.outcomes) == ran and run.exit_code == 1


def test_last_failed(inside, pytester):
    source = HEAD + "def test_clean(): pass\ndef test_flagged(): fall_back()\n"
    cache = "-p", "cacheprovider"
    inside(source, "--plaidml", "--plaidml-fallback=error", *cache)
    run = inside(None, "--plaidml", "--plaidml-fallback=error", "--lf", *cache)
    assert run.outcomes == {"test_flagged": "failed"}


def test_nothing_leaks_into_the_next_test(inside):
    source = (
        HEAD
        + """
from plaidml_compat import dispatch, installation

@pytest.mark.plaidml(fallback="allow", slow="allow")
def test_1():
    plaidml_compat.device_scope("device").__enter__()
    plaidml_compat.install(placement="device", fallback="error")
    with pytest.raises(plaidml_compat.PlacementError):
        tf.image.rot90(IMAGES)

def test_2(plaidml_ops):
    assert dispatch.current_placement() == "auto" and dispatch.defaults.fallback == "warn"
    tf.image.rot90(IMAGES)
    assert [e.kind for e in plaidml_ops] == ["run"]
    with pytest.warns(plaidml_compat.SlowOpWarning):
        be_slow()
    with pytest.warns(plaidml_compat.FallbackWarning):
        fall_back()

def test_3():
    with pytest.warns(plaidml_compat.FallbackWarning):  # at the same line again
        fall_back()
    plaidml_compat.uninstall()

def test_4():
    assert plaidml_compat.is_installed()

@pytest.fixture(scope="module")
def on_device():
    with plaidml_compat.device_scope("device"):
        yield

def test_5(on_device):
    assert dispatch.current_placement() == "device"

def test_6(on_device):
    assert dispatch.current_placement() == "device"
"""
    )
    run = inside(source, "--plaidml")
    assert run.outcomes == {f"test_{i}": "passed" for i in range(1, 7)}, run.text


def test_the_run_leaves_nothing_behind(inside):
    from plaidml_compat import call_sites, dispatch, event_warnings, observe

    before = dispatch.defaults.fallback, set(event_warnings.silenced), len(observe._readers), list(call_sites._own)
    inside(HEAD + "def test_it(): fall_back()\n", "--plaidml", "--plaidml-fallback=allow", "--plaidml-slow=allow")
    assert (dispatch.defaults.fallback, set(event_warnings.silenced), len(observe._readers), list(call_sites._own)) == before


def test_exit_codes_are_pytests(inside, pytester):
    assert inside("def test_it(): pass\n", "--plaidml").exit_code == 0
    assert inside(None, "--plaidml", "-k", "nothing").exit_code == 5
    assert inside(None, "--plaidml", "no_such_file.py").exit_code == 4
    assert inside(None, "--plaidml", "--collect-only").exit_code == 0
    assert inside("import pytest\ndef test_it(): pytest.exit('now', 7)\n", "--plaidml").exit_code == 7
