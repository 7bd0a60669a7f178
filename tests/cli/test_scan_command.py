"""`scan`: exit codes, options, where its result goes; and beside an installed TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from plaidml_compat import cli
from plaidml_compat.report import names

MISSING = "tf.no_such_name_at_all"


@pytest.fixture
def scan(tf, tmp_path, monkeypatch, capsys):
    """Run `scan` in a folder with a program that works and one that does not: (exit code, output, errors)."""
    (tmp_path / "good.py").write_text("import tensorflow as tf\ntf.constant(1)\n")
    (tmp_path / "bad.py").write_text(f"import tensorflow as tf\n{MISSING}\n")
    monkeypatch.chdir(tmp_path)

    def scan(*arguments):
        try:
            code = cli.main(["scan", *arguments])
        except SystemExit as e:
            code = e.code
        return code, *capsys.readouterr()

    return scan


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.py"], 0),
        (["bad.py"], 1),
        (["."], 1),
        ([".", "--exit-zero"], 0),
        ([".", "--ignore", "unknown"], 0),
        ([".", "--select", "not-built,unsupported"], 0),
        ([".", "--select", "not built, unsupported"], 0),
        ([".", "--select", "slow", "--select", "unknown"], 1),
        ([".", "--exclude", "bad*"], 0),
        (["good.py", "nowhere.py"], 2),
        (["good.py", "nowhere.py", "--exit-zero"], 2),
        (["good.py", "--device", "opencl_some_gpu.0"], 0),
    ],
)
def test_exit_codes(scan, arguments, code):
    found, out, err = scan(*arguments)
    assert found == code and err == ""
    assert (MISSING in out) == (code == 1 or arguments == [".", "--exit-zero"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "PATH"),
        ([".", "--select", "unknwon"], "'unknown'"),
        ([".", "--ignore", "slow,sow"], "'slow'"),
        ([".", "--device", "geforce"], "llvm_cpu"),
        ([".", "--select", ""], "no rule is left"),
        ([".", "--select", "unknown", "--ignore", "unknown"], "no rule is left"),
        ([".", "--ignore", "all"], "no rule is left"),
        ([".", "--format", "xml"], "sarif"),
        ([".", "--statistics", "--format", "json"], "--statistics"),
        ([".", "-o", os.path.join("no", "folder", "x")], "cannot be written"),
    ],
)
def test_wrong_usage(scan, arguments, says):
    code, out, err = scan(*arguments)
    assert code == 2 and says in err and out == ""


def test_settings_of_the_project_and_the_command_line(scan, tmp_path):
    (tmp_path / "setup.cfg").write_text("[plaidml_compat:scan]\nignore = unknown\n")
    assert scan("bad.py")[0] == 0
    assert scan("bad.py", "--ignore", "slow")[0] == 1
    (tmp_path / "setup.cfg").write_text("[plaidml_compat:scan]\nignor = unknown\n")
    code, out, err = scan("bad.py")
    assert code == 2 and "'ignore'" in err and "setup.cfg" in err and out == ""


def test_a_file_that_this_python_cannot_read_is_said_once(scan, tmp_path, monkeypatch):
    from plaidml_compat.report.scanner import settings

    (tmp_path / "pyproject.toml").write_text("[tool.plaidml_compat.scan]\nignore = ['unknown']\n")
    monkeypatch.setattr(settings, "_from_toml", lambda path: settings._NO_READER)
    code, _, err = scan("bad.py", "good.py")
    assert code == 1 and err.count("pyproject.toml") == 1 and "tomli" in err


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_forms_and_files(scan, tmp_path, form):
    code, printed, _ = scan(".", "--format", form)
    assert code == 1 and MISSING in printed and printed.endswith("\n")
    assert scan(".", "--format", form, "--output", "out.txt") == (1, "", "")
    assert (tmp_path / "out.txt").read_text() == printed
    if form in ("json", "sarif"):
        json.loads(printed)


def test_what_is_left_out_is_counted(scan):
    assert "0 of 2 uses of TensorFlow in 2 files." in scan(".", "--select", "slow")[1]
    found = json.loads(scan(".", "--select", "slow", "--format", "json")[1])["totals"]
    assert (found["uses"], found["left_out"]) == (0, 2)


def test_statistics(scan):
    code, out, _ = scan(".", "--statistics", "--select", "all")
    assert code == 1 and [line.split()[:2] for line in out.splitlines()[:2]] == [["1", "unknown"], ["1", names.about("tf.constant").status]]


def test_slow_depends_on_the_device(scan, tmp_path):
    slow = [(n, {s.engine for s in names.about(n).slow}) for n in names.all_names() if n.startswith("tf.image.")]
    name, engines = next((n, e) for n, e in slow if e)
    program = f"import tensorflow as tf\nimport plaidml_compat\nwith plaidml_compat.device_scope('device'):\n    {name}(x)\n"
    (tmp_path / "slow.py").write_text(program)
    for engine in names.DEVICE_ENGINES:
        out = scan("slow.py", "--device", f"{engine}_of_some_maker.0")[1]
        assert ("1 slow" in out) == (engine in engines)
    assert "1 slow" in scan("slow.py")[1]


def test_help_says_what_the_exit_codes_mean(scan, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = scan("--help")
    assert code == 0 and "ignore-file" in out and "Exit code 1" in out and max(map(len, out.splitlines())) <= 80


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """A process of its own beside an installed TensorFlow, with a device chosen that is gone."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "site" / "tensorflow").mkdir(parents=True)
    (folder / "site" / "tensorflow" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (folder / "a.py").write_text(f"import tensorflow as tf\nprint('run')\n{MISSING}\n")
    paths = os.pathsep.join([str(folder / "site"), os.environ["PYTHONPATH"]])
    environment = {**os.environ, "PYTHONPATH": paths, "PLAIDML_DEVICE_IDS": "gone.3"}
    command = [sys.executable, "-m", "plaidml_compat", "scan", "-", "a.py", "--format", "json"]
    text = f"import tensorflow as tf\n{MISSING}\n"
    return subprocess.run(command, input=text, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_a_reader_that_goes_away(tmp_path):
    (tmp_path / "a.py").write_text("import tensorflow as tf\n" + f"{MISSING}\n" * 3000)
    command = [sys.executable, "-m", "plaidml_compat", "scan", "a.py"]
    child = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout.readline()
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(120), said) == (141, b"")


def test_beside_a_real_tensorflow_nothing_is_imported_run_or_printed(process):
    assert process.stderr == "" and process.returncode == 1
    found = json.loads(process.stdout)
    assert [(f["path"], f["line"], f["name"]) for f in found["findings"]] == [("<stdin>", 2, MISSING), ("a.py", 3, MISSING)]
