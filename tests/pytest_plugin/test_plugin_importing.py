"""What test modules and conftest.py files do when they are imported counts, and may fail or skip them."""

from __future__ import annotations

import pytest
from _outcome_sample import ERRORS

IMPORTING = {
    "test_lacking": "import tensorflow as tf\ntf.GradientTape()\ndef test(): pass\n",
    "test_name": "from tensorflow.keras.applications import EfficientNetV2B0\ndef test(): pass\n",
    "test_other": "import no_such_module_anywhere\ndef test(): pass\n",
    "test_probing": "import tensorflow as tf\nhasattr(tf, 'Graph')\ndef test(): pass\n",
    "test_allowing": (
        "import pytest, tensorflow as tf\npytestmark = pytest.mark.plaidml(unsupported='ok', reason='known')\n"
        "hasattr(tf, 'Graph')\ndef test(): pass\n"
    ),
}


@pytest.mark.parametrize(
    ("arguments", "failing", "skipped"),
    [
        ((), {"test_lacking", "test_name", "test_other"}, set()),
        (ERRORS, {"test_lacking", "test_name", "test_other", "test_probing"}, set()),
        (("--plaidml-unsupported=skip",), {"test_other"}, {"test_lacking", "test_name"}),
    ],
    ids=["warn", "error", "skip"],
)
def test_modules_that_fail_or_probe_when_imported(inside, pytester, arguments, failing, skipped):
    pytester.makepyfile(**IMPORTING)
    run = inside(None, "--plaidml", *arguments, "--continue-on-collection-errors", "-rsE")
    reports = {r.nodeid.partition(".")[0]: r for r in run.result.reprec.getreports("pytest_collectreport") if r.nodeid.endswith(".py")}
    assert {name for name, r in reports.items() if r.failed} == failing
    assert {name for name, r in reports.items() if r.skipped} == skipped
    assert run.exit_code == 1
    passed = {r.nodeid.partition(".")[0] for r in run.reports if r.when == "call" and r.passed}
    assert passed == set(IMPORTING) - failing - skipped
    flagged = run.result.stdout.str().partition("= plaidml =")[2]
    assert "tf.Graph  test_probing.py:2  (1 imported module)" in flagged and "test_allowing" not in flagged
    if skipped:
        run.result.stdout.fnmatch_lines(["SKIPPED [[]1] test_name.py:1: plaidml: tf.keras.applications.EfficientNetV2B0 is not supported*"])
    if "test_probing" in failing:
        run.result.stdout.fnmatch_lines(['*; pytestmark = pytest.mark.plaidml(unsupported="ok", reason=...) in the module allows it'])
        run.result.stdout.fnmatch_lines(["ERROR test_probing.py - PlaidMLFlag: tf.Graph is not supported here: Tens*"])


def test_a_failing_collection_interrupts_as_pytest_has_it(inside, pytester):
    pytester.makepyfile(**IMPORTING)
    assert inside(None, "--plaidml", *ERRORS).exit_code == 2


CONFTEST = "import tensorflow as tf\nprobed = hasattr(tf, 'Graph')\n"


def test_conftest(inside, pytester):
    pytester.makeconftest(CONFTEST)
    run = inside("def test_it(): pass\n", "--plaidml", "--plaidml-unsupported=skip")
    assert run.outcomes == {"test_it": "passed"}
    run.result.stdout.fnmatch_lines(["not built: 1 op in 1 imported module", "    tf.Graph  conftest.py:2  (1 imported module)"])
    run = inside(None, "--plaidml", *ERRORS)
    assert run.exit_code == 4
    run.result.stderr.fnmatch_lines(["ERROR: in conftest.py:", "tf.Graph is not supported here: *", "    conftest.py:2: probed = hasattr*"])
    said = "This is an error here (unsupported=error); no marker applies to a conftest.py: leave the op out, or do it in a fixture, *"
    run.result.stderr.fnmatch_lines([said])
    assert "pytest.mark" not in run.text
    # What it advises does help.
    pytester.makeconftest(
        "import pytest, tensorflow as tf\n@pytest.fixture(scope='session', autouse=True)\ndef probes(): hasattr(tf, 'Graph')\n"
    )
    marked = "import pytest\n@pytest.mark.plaidml(unsupported='ok')\ndef test_marked(): pass\n"
    run = inside(f"{marked}def test_it(): pass\n", "--plaidml", *ERRORS)
    assert run.outcomes == {"test_marked": "passed", "test_it": "error"}


def test_conftest_of_a_folder(inside, pytester):
    pytester.mkdir("inner").joinpath("conftest.py").write_text(CONFTEST)
    pytester.path.joinpath("inner", "test_inner.py").write_text("def test_it(): pass\n")
    run = inside(None, "--plaidml", *ERRORS)
    assert run.exit_code == 2
    run.result.stdout.fnmatch_lines(["*tf.Graph is not supported here*", "    inner/conftest.py:2: probed = hasattr*"])
    run.result.stdout.fnmatch_lines(["This is an error here (unsupported=error); no marker applies to a conftest.py: *"])
    assert "pytest.mark" not in run.text
