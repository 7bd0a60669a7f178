"""A flag's line where packages are installed: a library's is the line that calls it, a project's own package has lines of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PROBE = "import tensorflow as tf\n\ndef probe():\n    return hasattr(tf, 'Graph')\n"
INSTALLED = "some_library", "in_src", "in_root", "a_folder"
TESTS = """
import some_library, in_src, in_root, a_folder, mock
import pytest

@pytest.mark.parametrize("module", [some_library, in_src, in_root, a_folder, mock], ids=lambda module: module.__name__)
def test_it(module):
    module.probe()
"""
CALLED = ("test_it.py", 6)


@pytest.fixture
def flagged(inside, pytester):
    """Runs pytest where packages are installed; test -> where it says that tf.Graph was looked for."""
    for name in INSTALLED:
        package = pytester.path / "lib" / "site-packages" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(PROBE)
    pytester.syspathinsert(pytester.path / "lib" / "site-packages")

    def run(source, *arguments):
        done = inside(source, "--plaidml", "--plaidml-report=r.json", *arguments)
        assert done.exit_code == 0, done.text
        found = [(test, f) for f in json.loads(Path("r.json").read_text())["flags"] for test in f["tests"]]
        return {test.rpartition("::")[2]: (Path(f["file"]).relative_to(pytester.path).as_posix(), f["line"]) for test, f in found}

    return run


def test_a_package_whose_source_lies_in_the_project_is_its_own(flagged, pytester):
    """It was installed from there; what has the name of a library is no library where it lies in the project."""
    for name in ("src/in_src/__init__.py", "in_root.py", "mock.py", "a_folder/data.txt"):
        (pytester.path / name).parent.mkdir(parents=True, exist_ok=True)
        (pytester.path / name).write_text(PROBE)
    for folder in (pytester.path, pytester.path / "lib" / "site-packages"):
        pytester.syspathinsert(folder)  # in front
    assert flagged(TESTS, "--import-mode=importlib") == {
        "test_it[some_library]": CALLED,
        "test_it[in_src]": ("lib/site-packages/in_src/__init__.py", 4),
        "test_it[in_root]": ("lib/site-packages/in_root/__init__.py", 4),
        "test_it[a_folder]": CALLED,
        "test_it[mock]": ("mock.py", 4),
    }


@pytest.mark.parametrize(
    "arguments", [["--pyargs", "in_src.tests"], ["lib/site-packages/in_src/tests/test_there.py"]], ids=["pyargs", "path"]
)
def test_a_package_that_holds_the_tests_is_their_own(flagged, pytester, arguments):
    tests = pytester.path / "lib" / "site-packages" / "in_src" / "tests"
    tests.mkdir()
    (tests / "__init__.py").write_text("")
    (tests / "conftest.py").write_text(PROBE + "probe()\n")
    (tests / "test_there.py").write_text(
        "import in_src, some_library\ndef test_own():\n    in_src.probe()\ndef test_library():\n    some_library.probe()\n"
    )
    found = flagged(None, *arguments)
    assert {name: place for name, place in found.items() if name.startswith("test_")} == {
        "test_own": ("lib/site-packages/in_src/__init__.py", 4),
        "test_library": ("lib/site-packages/in_src/tests/test_there.py", 5),
    }
    assert len(found) == 3 and ("lib/site-packages/in_src/tests/conftest.py", 4) in found.values(), "when it was imported"
