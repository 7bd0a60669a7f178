"""`--plaidml-static`: which files are read, what becomes of the findings, and that nothing is read twice or unasked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plaidml_compat.testing import processes
from plaidml_compat.testing.imported import project_files
from plaidml_compat.testing.static import UNREAD

LIBRARY = """
import plaidml_compat
import tensorflow as tf

def missing():
    return tf.image.psnr

def ignored():
    return tf.image.psnr  # plaidml: ignore[nobody calls it]

def guarded():
    return hasattr(tf.image, "psnr")

def slow(x):
    with plaidml_compat.device_scope("device"):
        return tf.image.flip_up_down(x)

def falls_back(x):
    with plaidml_compat.device_scope("device"):
        return tf.image.rot90(x)

def fine(x):
    return tf.image.flip_up_down(tf.image.rot90(x))
"""
TESTS = """
def test_one(): import library
def test_two(): pass
"""


@pytest.fixture
def project(pytester, scans, inside):
    """Two test files that import one module; runs them here."""
    pytester.makepyfile(library=LIBRARY, test_other="import library\ndef test_three(): pass\n")
    return lambda *arguments: inside(TESTS, "--plaidml", *arguments)


def names(root, file):
    return {p.relative_to(root).as_posix() for p in project_files(root / file, root)}


def test_what_a_test_file_brings_in(tmp_path, monkeypatch):
    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    (tmp_path / "pkg" / "sub").mkdir(parents=True)
    for folder in ("pkg", "pkg/sub"):
        (tmp_path / folder / "__init__.py").write_text("")
    write(
        conftest="pytest_plugins = ['helpers']\n",
        helpers="",
        other_helpers="",
        tests__conftest="",
        tests__test_it="import pkg.sub.deep, json\nfrom pkg import near\nimport installed, sneaky, namespace.part, own_util\n",
        tests__own_util="",
        pkg__near="from . import beside\nfrom .sub import deep\nimport json\nif 0:\n    import lazily\n",
        pkg__beside="import broken\n",
        pkg__json="",
        pkg__not_imported="",
        pkg__sub__deep="from .. import near\nfrom ..up import x\n",
        pkg__up="x = 1\n",
        lazily="",
        broken="def f(:\n",
        src__sneaky="from namespace import part\n",
        namespace__part="",
        environment__site_packages__installed="",
    )
    os.rename(tmp_path / "environment" / "site_packages", tmp_path / "environment" / "site-packages")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "environment" / "site-packages")])
    assert names(tmp_path, "tests/test_it.py") == {
        *(
            "conftest.py",
            "helpers.py",
            "tests/conftest.py",
            "tests/own_util.py",
            "namespace/part.py",
            "src/sneaky.py",
            "broken.py",
            "lazily.py",
        ),
        *(f"pkg/{n}.py" for n in ("__init__", "near", "beside", "up", "sub/__init__", "sub/deep")),
    }
    assert names(tmp_path, "pkg/up.py") == {"conftest.py", "helpers.py", "pkg/__init__.py"}


def test_said_and_passed(project, scans):
    """Warnings are for the summary; a module belongs to the first file that imports it; each file is read once, in one process."""
    run = project("--plaidml-static", "-v")
    assert run.outcomes == {"plaidml-static": "passed passed", "test_one": "passed", "test_two": "passed", "test_three": "passed"}
    assert [sorted(call) for call in scans] == [["library.py", "test_it.py", "test_other.py"]]
    told = run.text.partition("without running it: ")[2]
    for line, name in ((5, "tf.image.psnr"), (15, "tf.image.flip_up_down"), (19, "tf.image.rot90")):
        assert f"library.py:{line}  {name}" in told
    assert told.startswith("3 uses") and told.count("library.py:") == 3, "nothing that is ignored, guarded or fine"


@pytest.mark.parametrize(
    ("settings", "outcome", "lines"),
    [
        (["--plaidml-unsupported=error"], "failed", [5]),
        (["--plaidml-unsupported=skip"], "skipped", [5]),
        (["--plaidml-slow=error", "--plaidml-fallback=error"], "failed", [15, 19]),
        (["--plaidml-slow=allow", "--plaidml-fallback=allow"], "passed", []),
    ],
)
def test_settings(project, settings, outcome, lines):
    run = project("--plaidml-static", "-rs", *settings)
    found = [r for r in run.reports if r.nodeid.endswith("::plaidml-static") and r.when == "call"]
    assert [r.outcome for r in found] == [outcome, "passed"] and run.exit_code == (1 if outcome == "failed" else 0)
    said = str(found[0].longrepr or "")
    assert [n for n in range(1, 30) if f"library.py:{n}:" in said] == lines
    assert ("Traceback" not in said) and (not lines or "tf.image." in said)


CHOOSING = """
import pytest
@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    yield
    items[:] = [i for i in items if i.name == "test_two"]  # as --lf does
"""
ONE, OTHER = ["library.py", "test_it.py"], ["library.py", "test_other.py"]


@pytest.mark.parametrize(
    ("arguments", "read", "names"),
    [
        (("-k", "test_three"), OTHER, ["plaidml-static", "test_three"]),
        (("test_it.py::test_two",), ONE, ["plaidml-static", "test_two"]),
        (("-m", "wanted"), OTHER, ["plaidml-static", "test_three"]),
        (("-k", "static and other"), OTHER, ["plaidml-static"]),
        (("test_other.py::plaidml-static",), OTHER, ["plaidml-static"]),
        (("--deselect", "test_it.py::test_one", "test_it.py"), ONE, ["plaidml-static", "test_two"]),
        (("--deselect", "test_it.py::plaidml-static", "test_it.py"), None, ["test_one", "test_two"]),
        (("--deselect", "test_it.py", "test_it.py"), None, []),
        (("--doctest-modules", "-k", "library.doubled"), ["library.py"], ["library.doubled", "plaidml-static"]),
        (("-p", "choosing"), ONE, ["plaidml-static", "test_two"]),
    ],
)
def test_chosen_tests(project, scans, pytester, arguments, read, names):
    """The file of a test that runs is read, whatever chose it, and no other one."""
    pytester.makepyfile(
        library=LIBRARY + '\ndef doubled(x):\n    """\n    >>> doubled(2)\n    4\n    """\n    return 2 * x\n',
        test_other="import library, pytest\n@pytest.mark.wanted\ndef test_three(): pass\n",
    )
    pytester.makeini("[pytest]\nmarkers = wanted\n")
    pytester.makepyfile(choosing=CHOOSING)
    pytester.syspathinsert()
    run = project("--plaidml-static", *arguments)
    assert sorted(run.outcomes) == names and set(run.outcomes.values()) <= {"passed"}
    assert [sorted(call) for call in scans] == ([read] if read else [])
    assert ("without running it" in run.text) == bool(read)


def test_not_asked_for(project, scans):
    run = project()
    assert run.outcomes == {"test_one": "passed", "test_two": "passed", "test_three": "passed"} and scans == []


def test_what_cannot_be_read_was_not_checked(project, scans, pytester):
    """It fails, and is told, also where nothing runs."""
    pytester.makepyfile(broken="import tensorflow as tf\ndef f(:\n", test_other="def test_three():\n    import broken\n")
    run = project("--plaidml-static", "--collect-only")
    assert "<StaticItem plaidml-static>" in run.text and run.exit_code == 0 and run.reports == []
    assert "broken.py:2" in run.text and "library.py:5  tf.image.psnr" in run.text
    run = project("--plaidml-static", "-k", "static", "--plaidml-unsupported=skip", "--plaidml-report=r.json")
    assert run.exit_code == 1 and len(scans) == 2
    (failed,) = (r for r in run.reports if r.failed)
    assert failed.nodeid == "test_other.py::plaidml-static" and "broken.py:2" in str(failed.longrepr)
    assert UNREAD in {f["rule"] for f in json.loads((pytester.path / "r.json").read_text())["static"]}


def test_without_serving_tensorflow(outside, pytester):
    """Nothing of this package is installed in the process: it may have the real TensorFlow, or none."""
    pytester.makepyfile(
        library=LIBRARY,
        test_it="""
        import sys
        def test_it():
            assert "keras" not in sys.modules and "plaidml" not in sys.modules and "tensorflow" not in sys.modules
        def test_needs_it():
            import library
        """,
    )
    Path("tests").mkdir()
    Path("test_it.py").rename("tests/test_it.py")
    pytester.makeini("[pytest]\nplaidml_static = true\nplaidml_unsupported = error\n")
    result = outside("-v", "--import-mode=importlib")
    result.stdout.re_match_lines(
        [r"tests.test_it\.py::plaidml-static FAILED.*", r"tests.test_it\.py::test_it PASSED.*", r".*library\.py:5: tf\.image\.psnr: .*"]
    )


BROKEN = {
    "conftest": "",
    "test_a": "import no_such_module, tensorflow as tf\ndef test_a(): tf.image.psnr\n",
    "test_b": "import library\ndef test_b(): pass\n",
}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, ["test_a.py:2  tf.image.psnr", "library.py:5  tf.image.psnr"]),
        (("test_a.py::test_a",), 4, ["test_a.py:2  tf.image.psnr"]),  # pytest's own code: no such test
        (("-k", "nothing"), 2, ["test_a.py:2  tf.image.psnr"]),
    ],
    ids=["all", "named", "other names"],
)
def test_files_that_cannot_be_imported(inside, scans, pytester, arguments, code, told):
    pytester.makepyfile(library=LIBRARY, **BROKEN)
    run = inside(None, "--plaidml-static", "--plaidml-report=r.json", *arguments)
    assert run.exit_code == code and not run.reports
    section = run.text.partition("without running it: ")[2]
    assert [where for where in told if where in section] == told and section.count("psnr") == len(told)
    found = json.loads((pytester.path / "r.json").read_text())["static"]
    assert {f["line"] for f in found if f["name"] == "tf.image.psnr"} == ({2, 5, 8} if len(told) == 2 else {2})


def test_a_conftest_that_cannot_be_imported(outside, inside, scans, pytester):
    """It is read, and what reads the tests too is named."""
    pytester.makeconftest("import tensorflow as tf\ndef quality(): return tf.image.psnr\n")
    pytester.makepyfile(test_it="def test_it(): pass\n")
    result = outside("--plaidml-static")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        [
            "--plaidml-static: pytest imports conftest.py before *",
            "There is no TensorFlow here: with --plaidml too it is served, and the tests are read.",
            "*conftest.py:2: tf.image.psnr: *",
            "ImportError while loading conftest *",
        ]
    )
    assert "plugin failed" not in result.stderr.str()
    assert inside(None, "--plaidml-static", "--plaidml").exit_code == 0 and scans == [["conftest.py", "test_it.py"]]


def test_q_reads_nothing_for_the_summary(project, scans):
    assert project("--plaidml-static", "--collect-only", "-q").exit_code == 0 and scans == []


@pytest.mark.parametrize(("code", "output"), [(3, "{}"), (-9, "{}"), (0, "")])
def test_a_scanner_that_fails(inside, pytester, monkeypatch, code, output):
    """It is told with its own words, and decides nothing."""

    def command(*arguments):
        return [sys.executable, "-c", f"import os, sys; print({output!r}, end='', flush=True); sys.stderr.write('no ' + 'luck'); {ends}"]

    ends = f"sys.exit({code})" if code >= 0 else f"sys.stderr.flush(); os.kill(os.getpid(), {-code})"
    monkeypatch.setattr(processes, "command", command)
    run = inside(TESTS, "--plaidml-static", "-k", "static or two")
    assert run.outcomes == {"plaidml-static": "skipped", "test_two": "passed"} and run.exit_code == 0
    assert f"plaidml-compat scan failed with exit code {code}:\nno luck" in run.text


def test_a_process_finds_what_this_one_finds(tmp_path):
    """A file in the folder that it is started in does not hide a module of Python's."""
    (tmp_path / "json.py").write_text("raise ImportError")
    command = processes.command("plaidml_compat.nesting", "__name__ + sys.argv[1]", "!")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr.strip() == "plaidml_compat.nesting!"
