"""Notebooks: cells, magics, places in the JSON, and what is no notebook."""

from __future__ import annotations

import io
import json
import sys
import types

import pytest
from _scans import places

from plaidml_compat.report.scanner import notebooks, scanning
from plaidml_compat.report.scanner.scanning import scan

pytestmark = pytest.mark.usefixtures("tf")


def book(*cells, **changes):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"language": "python"}}, "cells": list(cells), **changes}


def code(text, as_list=True):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": text.splitlines(True) if as_list else text}


def test_cells_lines_and_places_in_the_json(write, missing):
    text = {"cell_type": "markdown", "source": [missing]}
    cells = [code("import tensorflow as tf\n\n"), text, code(""), code(f"x = 1\ny = {missing}(\n    1,\n    2)"), code(f"{missing}", False)]
    raw = json.dumps(book(*cells), indent=1)
    write("n.ipynb", raw)
    first, second = scan(["n.ipynb"]).findings
    assert (first.cell, first.use.line, first.use.column, first.code) == (3, 2, 5, f"y = {missing}(")
    assert (second.cell, second.use.line, second.use.end_line) == (4, 1, 1)
    lines = raw.split("\n")
    assert lines[first.file_line - 1].strip() == json.dumps(f"y = {missing}(\n") + ","
    assert lines[second.file_line - 1].strip() == f'"source": "{missing}"'


def test_old_notebooks(write, missing):
    old = {
        "nbformat": 3,
        "metadata": {},
        "worksheets": [{"cells": [{"cell_type": "code", "input": f"import tensorflow as tf\n{missing}"}]}],
    }
    write("n.ipynb", json.dumps(old))
    assert places(scan(["n.ipynb"])) == [("n.ipynb", 2, 1, missing)]


MAGICS = """%matplotlib inline
!pip install \\
    tensorflow
if True:
    !ls {x}
    %cd ..
    NAME(1)
files = !ls
a, b = %env X
?NAME
NAME?
NAME.x??   # comment
text = '''
%not a magic
!nor this
is it?
'''
y = (8
     % NAME(2))
z = 8 \\
    % NAME(3)
%time NAME(4)
%timeit -n 10 -r3 NAME(
    5)
%time
%%not_at_the_top
"""


def test_magics_are_made_harmless_without_moving_a_line(write, missing):
    lines = MAGICS.replace("NAME", missing).split("\n")
    write("n.ipynb", json.dumps(book(code("import tensorflow as tf"), code("\n".join(lines)))))
    report = scan(["n.ipynb"])
    assert not report.problems
    expected = [(n, line.index(missing) + 1) for n, line in enumerate(lines, 1) if f"{missing}(" in line]
    assert [(f.use.line, f.use.column) for f in report.findings] == expected and len(expected) == 5
    assert [f.code for f in report.findings] == [lines[n - 1].strip() for n, _ in expected], "the line is shown as it was written"


@pytest.mark.parametrize(
    ("magic", "read"), [("time", True), ("capture out", True), ("bash", False), ("writefile x.py", False), ("html", False)]
)
def test_cell_magics(write, missing, magic, read):
    write("n.ipynb", json.dumps(book(code("import tensorflow as tf"), code(f"\n%%{magic}\n{missing}"), code(missing))))
    report = scan(["n.ipynb"])
    assert [(f.cell, f.use.line) for f in report.findings] == [(2, 3)] * read + [(3, 1)]
    assert not report.problems


def test_python_is_left_as_it_is():
    for text in ("x = 8 %2\n", "x = '''\n%time\n'''\n", "x = (1\n% 2)\n", "# what is it?\n%time x\n"):
        assert notebooks.without_magics(text).count("\n") == text.count("\n")
    assert notebooks.without_magics("x = '''\n%time\n'''\n") == "x = '''\n%time\n'''\n"


def test_a_timed_statement_of_which_the_parser_warns(write, missing):
    write("n.ipynb", json.dumps(book(code(f"import tensorflow as tf\n%time {missing}('\\d')"))))
    assert places(scan(["n.ipynb"])) == [("n.ipynb", 2, 7, missing)]


def test_a_broken_cell_does_not_keep_the_others_from_being_read(write, missing):
    write("n.ipynb", json.dumps(book(code("import tensorflow as tf"), code("x = 1\ndef f(:\n  y"), code(missing)), indent=1))
    report = scan(["n.ipynb"])
    (problem,) = report.problems
    assert (problem.cell, problem.line) == (2, 2)
    assert [(f.cell, f.use.line) for f in report.findings] == [(3, 1)] and report.exit_code == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b'{"cells": [}', "broken JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'{"nbformat": 4}', "not a notebook"),
        (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "not a notebook"),
        (b'{"cells": [{"cell_type": "code", "source": 1}]}', "not a notebook"),
        (b"\xff\xff", "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (json.dumps(book(metadata={"kernelspec": {"language": "R"}})).encode(), "of r, not of Python"),
        (json.dumps(book(code("'\ud800'"))).encode(), "cannot be parsed"),
    ],
)
def test_what_is_no_notebook(write, data, reason):
    write("n.ipynb", data)
    (problem,) = scan(["n.ipynb"]).problems
    assert reason in problem.reason and problem.suggestion


@pytest.mark.parametrize("notebook", [False, True])
def test_standard_input(write, monkeypatch, missing, notebook):
    text = f"import tensorflow as tf\n{missing}\n"
    data = json.dumps(book(code(text))) if notebook else text
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data.encode())))
    (finding,) = scan(["-"]).findings
    assert finding.path == scanning.STANDARD_INPUT and finding.use.line == 2 and finding.cell == (1 if notebook else None)
