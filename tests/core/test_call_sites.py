"""The line that an event is about: the program's own, through what tests it, and in a file where the code was made in memory."""

from __future__ import annotations

import copy
import dataclasses
import doctest
import importlib
import linecache
import operator
import os
import subprocess
import sys
import unittest
from unittest import mock

import pytest

from plaidml_compat import observe
from plaidml_compat.call_sites import installed_package, is_engine, is_users, own_packages


def _here():
    """The line of the caller, in the form of a site."""
    return __file__, sys._getframe(1).f_lineno


@pytest.fixture
def refused(tf):
    """The sites of what is refused while the test runs."""
    sites = []
    end = observe.subscribe(lambda e: sites.append(e.site) if e.kind == "refused" else None)
    yield sites
    end()


def test_through_what_tests_a_program(refused, monkeypatch):
    expected = [_here()]
    monkeypatch.setattr("tensorflow.image.psnr", len, raising=False)
    expected.append(_here())
    with mock.patch("tensorflow.image.ssim", create=True):
        pass
    expected.append(_here())
    unittest.TestCase().assertRaises(AttributeError, operator.attrgetter("sobel_edges"), importlib.import_module("tensorflow.image"))
    assert list(dict.fromkeys(refused)) == [(file, line + 1) for file, line in expected]


@dataclasses.dataclass
class Made:
    site: tuple = dataclasses.field(default_factory=observe.user_site)


class Asks:
    def __reduce_ex__(self, protocol):
        return observe.user_site, ()


def test_through_python_itself():
    assert copy.copy(Asks()) == _here()
    assert Made().site == _here(), "its __init__ is made in memory"


def test_hypothesis():
    hypothesis = pytest.importorskip("hypothesis")
    sites, first = [], _here()[1]

    @hypothesis.settings(max_examples=1, database=None, deadline=None)
    @hypothesis.given(hypothesis.strategies.builds(observe.user_site))
    def run(site):
        sites.append(site)

    run()
    ((file, line),) = set(sites)
    assert file == __file__ and first < line < _here()[1], "it gives its function the place of ours"


def test_code_made_in_memory_counts_for_the_line_that_runs_it():
    names = {"ask": observe.user_site, "sites": []}
    exec("def f():\n    return ask()\n\nsites.append(f())", names)
    assert names["sites"] == [(__file__, _here()[1] - 1)]
    assert eval("ask()", names) == _here()
    code = compile("ask()", "<attrs generated init Looks>", "eval")
    linecache.cache["<attrs generated init Looks>"] = (5, None, ["ask()"], "")
    try:
        assert eval(code, names) == _here()
    finally:
        del linecache.cache["<attrs generated init Looks>"]


def test_a_shells_code_counts_for_itself():
    """As IPython and Python 3.13 keep what was typed."""
    name = "<ipython-input-1-abc>"
    linecache.cache[name] = (6, None, ["ask()\n"], name)
    try:
        assert eval(compile("ask()", name, "eval"), {"ask": observe.user_site}) == (name, 1)
    finally:
        del linecache.cache[name]


def test_without_any_file_it_says_what_there_is():
    code = "from plaidml_compat import observe\nx = 1\nprint(observe.user_site())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "('<string>', 3)\n", done.stderr


def documented():
    """Says where it is.

    >>> x = 1
    >>> def ask():
    ...     return observe.user_site()
    >>> sites.append(ask())
    >>> _ = list(map(lambda _: sites.append(observe.user_site()), [1]))
    """


def test_a_doctest_counts_for_its_docstring():
    sites = []
    first = documented.__code__.co_firstlineno + 3
    for test in doctest.DocTestFinder().find(documented, "documented", globs={"observe": observe, "sites": sites}):
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
    assert sites == [(__file__, first + 2), (__file__, first + 4)]


def test_a_doctest_whose_place_is_unknown_counts_for_its_file():
    sites = []
    text = ">>> sites.append(observe.user_site())\n"
    globs = {"observe": observe, "sites": sites}
    nowhere = doctest.DocTest([*doctest.DocTestParser().get_examples(text)], globs, "x", __file__, None, text)
    assert doctest.DocTestRunner(verbose=False).run(nowhere).failed == 0
    assert sites == [(__file__, 1)]


def test_whose_a_file_is(tf):
    import keras
    import numpy

    assert is_engine(keras.__file__) and not is_users(keras.__file__) and is_engine(observe.__file__)
    assert not is_users(mock.__file__) and not is_engine(mock.__file__), "what mock looks for, the program looks for"
    assert not is_users("<frozen importlib._bootstrap>") and is_users("<string>") and is_users(__file__)
    assert not is_users(numpy.__file__) and not is_engine(numpy.__file__)
    assert (installed_package(numpy.__file__), installed_package("/x/site-packages/one.py"), installed_package(__file__)) == (
        "numpy",
        "one",
        "",
    )


ASK = "def ask():\n    from plaidml_compat import observe\n    return observe.user_site()\n"


@pytest.fixture
def other_modules():
    """Modules of these names are others while the test runs."""
    names = "some_library", "our_package", "mock", "execnet", "absl"
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    yield
    for name in names:
        sys.modules.pop(name, None)
    sys.modules.update(before)


@pytest.fixture
def site_packages(tmp_path, monkeypatch, other_modules):
    """A folder beside Python: installs packages that say where they are."""
    folder = tmp_path / "lib" / "site-packages"

    def install(*names, text=ASK):
        for name in names:
            (folder / name).mkdir(parents=True)
            (folder / name / "__init__.py").write_text(text)
        return folder

    monkeypatch.syspath_prepend(str(folder))
    return install


def test_what_is_installed_is_a_library(site_packages):
    site_packages("some_library", "our_package")
    library, ours = map(importlib.import_module, ("some_library", "our_package"))
    assert library.ask() == _here() and ours.ask() == _here()
    end, again = own_packages(["our_package"]), own_packages(["our_package", "other"])
    assert library.ask() == _here() and ours.ask() == (ours.__file__, 3), "its source is the program's"
    end()
    assert ours.ask() == (ours.__file__, 3)
    again()
    again()
    assert ours.ask() == _here()


def test_what_lies_elsewhere_is_the_programs(tmp_path, monkeypatch, other_modules):
    """Also a module that is called as a library is."""
    for name in ("mock", "execnet", "absl"):
        (tmp_path / f"{name}.py").write_text(ASK)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("mock", "execnet", "absl"):
        assert importlib.import_module(name).ask() == (str(tmp_path / f"{name}.py"), 3)


def test_the_program_may_be_installed(site_packages, tmp_path, monkeypatch):
    """It runs by `python -m`, or by the script that its installer has written; who runs others' programs is not the program."""
    folder = site_packages("our_program", "some_library", "pytest")
    (folder / "our_program" / "tool.py").write_text(
        "from plaidml_compat.observe import user_site\nimport some_library\n"
        "def main():\n    print(user_site())\n    print(some_library.ask())\nif __name__ == '__main__':\n    main()\n"
    )
    (folder / "pytest" / "__main__.py").write_text("from plaidml_compat.call_sites import is_users\nprint(is_users(__file__))\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])}
    tool = str(folder / "our_program" / "tool.py")

    def said(*command, **more):
        done = subprocess.run([sys.executable, *command], env={**environment, **more}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert said("-m", "our_program.tool") == [str((tool, 4)), str((tool, 5))]
    script = tmp_path / "bin" / "tool"
    script.parent.mkdir()
    script.write_text("import sys\nfrom our_program.tool import main\nsys.exit(main())\n")
    assert said(str(script)) == [str((str(script), 3))] * 2, "a script of one's own"
    assert said(str(script), PYTHONUSERBASE=str(tmp_path)) == [str((tool, 4)), str((tool, 5))], "one that an installer has written"
    assert said("-m", "pytest") == ["False"]
