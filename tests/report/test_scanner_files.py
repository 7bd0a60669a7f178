"""Which files a scan reads, and what it says of those that are no programs."""

from __future__ import annotations

import os

import pytest
from _scans import places

from plaidml_compat.report.scanner import scanning, sources, walking
from plaidml_compat.report.scanner.scanning import scan
from plaidml_compat.report.scanner.sources import Problem

pytestmark = pytest.mark.usefixtures("tf")


# -------------------------------------------------------------------------------------------------------------- walking
def test_folders_are_walked_in_order(write, tmp_path):
    for name in ("b/z.py", "b/a.ipynb", "a.py", "c.pyi", "d.txt", "b.py", "lib/mod.py"):
        write(name, "")
    for skipped in (".git", ".venv", "node_modules", "__pycache__", "build", ".ipynb_checkpoints"):
        write(f"b/{skipped}/x.py", "")
    write("environment/lib/x.py", "")
    write("environment/pyvenv.cfg", "")
    found = list(walking.find(["."]))
    assert found == ["a.py", os.path.join("b", "a.ipynb"), os.path.join("b", "z.py"), "b.py", os.path.join("lib", "mod.py")]
    assert list(walking.find(["lib", ".", "a.py"])) == [found[-1], *found[:-1]]
    assert list(walking.find([os.path.join("b", "build"), "d.txt"])) == [os.path.join("b", "build", "x.py"), "d.txt"]


def test_a_package_whose_source_is_here_is_the_project(write, tmp_path):
    """Its tests import it, as another program does which has it installed."""
    program = "import keras_cv\nimport tensorflow_hub\n"
    for file in ("keras_cv/__init__.py", "src/tensorflow_hub/__init__.py"):
        write(file, "")
    for file in ("keras_cv/layers/a.py", "tests/b.py"):
        write(file, program)
        assert places(scan([file])) == [], file
    other = tmp_path.parent / "other.py"
    other.write_text(program)
    assert [f.use.name for f in scan([other]).findings] == ["keras_cv", "tensorflow_hub"]


def test_links_in_a_circle(write, tmp_path):
    write("pkg/x.py", "")
    os.symlink(tmp_path, tmp_path / "pkg" / "up")
    os.symlink(tmp_path / "pkg", tmp_path / "again")
    os.symlink(tmp_path / "nowhere.py", tmp_path / "dangling.py")
    assert list(walking.find(["."])) == [os.path.join("pkg", "x.py"), "dangling.py"]
    (problem,) = scan(["."]).problems
    assert problem.path == "dangling.py" and "No such file" in problem.reason


def test_pipes_below_a_folder_are_not_waited_for(write, tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    assert list(walking.find(["."])) == []


def test_a_folder_that_cannot_be_read(write, monkeypatch):
    write("pkg/x.py", "")

    def refuse(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(walking.os, "scandir", refuse)
    report = scan(["pkg"])
    (problem,) = report.problems
    assert problem.path == "pkg" and "Permission denied" in problem.reason and report.exit_code == 2


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (["x.py"], {"pkg/y.py", "pkg/sub/z.py"}),
        (["sub"], {"x.py", "pkg/x.py", "pkg/y.py"}),
        (["pkg/*.py"], {"x.py"}),
        (["pkg/sub/"], {"x.py", "pkg/x.py", "pkg/y.py"}),
        (["./pkg/x.py", "z*"], {"x.py", "pkg/y.py"}),
    ],
)
def test_exclude(write, globs, left, tmp_path):
    for name in ("x.py", "pkg/x.py", "pkg/y.py", "pkg/sub/z.py"):
        write(name, "")
    assert {f.replace(os.sep, "/") for f in walking.find(["."], globs)} == left
    assert len(list(walking.find([str(tmp_path)], [tmp_path.parent.name]))) == 4, "names above the folder do not count"
    assert list(walking.find(["x.py"], ["x.py"])) == ["x.py"], "what is named is read"


# -------------------------------------------------------------------------------------------------------------- sources
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfimport tensorflow as tf\nx = '\xc3\xa9'; tf.image.NAME\n",
        b"# -*- coding: latin-1 -*-\nimport tensorflow as tf; x = 0\nx = '\xe9'; tf.image.NAME\n".replace(b"; x = 0", b""),
        b"import tensorflow as tf\r\nx = '\xc3\xa9'; tf.image.NAME\r\n",
        b"import tensorflow as tf\rx = '\xc3\xa9'; tf.image.NAME",
        b"import tensorflow as tf\nx = '\xc3\xa9'; tf.image.NAME",
    ],
)
def test_encodings_line_ends_and_columns_in_characters(write, data, missing):
    write("a.py", data.replace(b"tf.image.NAME", missing.encode()))
    report = scan(["a.py"])
    (finding,) = report.findings
    assert (finding.use.column, finding.use.end_column) == (10, 10 + len(missing)) and finding.use.name == missing
    assert finding.use.line == 2 + data.startswith(b"# -*-") and finding.code == f"x = 'é'; {missing}"
    assert not report.problems


@pytest.mark.parametrize(
    ("data", "line", "reason", "suggestion"),
    [
        (b"x = 1\ny = '\xe9'\n", 2, "not utf-8", "UTF-8"),
        (b"# coding: klingon\n", 1, "klingon", "UTF-8"),
        (b"# coding: hex\n", 1, "encoding", "UTF-8"),
        (b"x = 1\n\0\0ELF", 2, "null bytes", "--exclude"),
        ("x = 1".encode("utf-16"), None, "UTF-16", "UTF-8"),
        (b"x = 1\nprint 'hello'\n", 2, "syntax of Python", "Python 2"),
        (b"try:\n    x\nexcept ValueError, e:\n    pass\n", 3, "syntax of Python", "Python 2"),
        (b"x = 1\ndef f(:\n", 2, "syntax of Python", "Correct it"),
        (b"x = " + b"(" * 5000 + b")" * 5000, None, "", ""),
        (b"x = " + b"-" * 100_000 + b"1", None, "", ""),
    ],
)
def test_what_is_no_program_is_said_and_the_others_are_read(write, data, line, reason, suggestion, missing):
    write("a.py", data)
    write("b.py", f"import tensorflow as tf\n{missing}")
    report = scan(["."])
    (problem,) = report.problems
    assert problem.path == "a.py" and reason in problem.reason and suggestion in problem.suggestion
    assert problem.suggestion and (line is None or problem.line == line)
    assert places(report) == [("b.py", 2, 1, missing)] and report.files == ("b.py",)
    assert report.exit_code == 2


def test_long_sums_are_no_problem_or_a_problem_said(write):
    write("a.py", "import tensorflow as tf\nx = " + " + ".join(["tf.constant(1)"] * 3000))
    report = scan(["a.py"])
    assert len(report.findings) == 3000 or "nested too deeply" in report.problems[0].reason


def test_empty_and_missing_files_and_folders(write, tmp_path):
    write("a.py", "")
    report = scan(["a.py", "nowhere.py", "no/folder"])
    assert report.files == ("a.py",) and [p.path for p in report.problems] == ["nowhere.py", "no/folder"]
    (tmp_path / "empty").mkdir()
    report = scan(["empty"])
    assert report.exit_code == 0 and "no Python file" in report.notes[0].reason


def test_warnings_of_the_parser_are_not_the_scans(write):
    write("a.py", "import tensorflow as tf\nx = '\\d' if 1 is 1 else tf.constant(0)\n")
    assert len(scan(["a.py"]).findings) == 1


def test_before_install(write, monkeypatch):
    monkeypatch.setattr(scanning, "is_installed", lambda: False)
    with pytest.raises(RuntimeError, match="install"):
        scan(["."])


def test_a_problem_knows_its_place():
    source = sources.read("x.py", b"def f(:\n")
    tree, problems = sources.parse(source)
    assert tree is None and problems[0].line == 1 and isinstance(problems[0], Problem)
