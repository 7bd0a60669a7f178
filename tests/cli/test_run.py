"""Programs run through the command line behave as under plain python: both are run on the same programs and compared.

Installing takes most of a second. So every program runs without it, and one of each kind with it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import pytest

PLAIN = [sys.executable]
OURS = [sys.executable, "-m", "plaidml_compat", "--quiet"]
ALONE = [sys.executable, "-m", "_run_alone", "--quiet"]
HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, cwd, **kwargs):
    kwargs.setdefault("input", "")
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, **kwargs)


def compare(args, cwd, installed=False, of_plain=lambda stderr: stderr, **kwargs):
    """What plain python gives, after ours was found to be the same; `of_plain` is the part of its stderr that is to be the same."""
    plain = run([*PLAIN, *args], cwd, **kwargs)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([HERE, os.environ["PYTHONPATH"]])}
    for command, how in ((ALONE, {"env": env}), (OURS, {})) if installed else ((ALONE, {"env": env}),):
        ours = run([*command, *args], cwd, **how, **kwargs)
        assert (ours.returncode, ours.stdout, ours.stderr) == (plain.returncode, plain.stdout, of_plain(plain.stderr))
    return plain


def without_runpy(stderr):
    """Plain python's traceback of `-m` begins in runpy and importlib, in which we have no part."""
    stderr = re.sub(r'  File "[^"]*(runpy|importlib)[^"]*", line \d+, in \w+\n(    [^\n]*\n)*', "", stderr)
    # Of a module that cannot be compiled no frame is left: python then leaves out the headline.
    return re.sub(r'^Traceback [^\n]*\n(?=  File "[^"]*", line \d+\n)', "", stderr)


ABOUT = """
import sys
g = dict(globals())
print(sorted((k, str(v)) for k, v in g.items() if k not in ("g", "__loader__", "__spec__")))
print(type(g["__loader__"]).__name__, g["__spec__"] and g["__spec__"].name)
print(sys.argv, sys.path[0], sys.modules["__main__"].__dict__ is globals())
"""

PROGRAMS = {
    "about": ABOUT,
    "ends": "print('a')",
    "exit 3": "import sys; sys.exit(3)",
    "exit with words": "import sys; sys.exit('words')",
    "exit without code": "raise SystemExit",
    "raises": "def f(x):\n    return 1 / x\n\nf(0)\n",
    "chained": "try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('v') from e\n",
    "interrupted": "raise KeyboardInterrupt",
    "syntax error": "x = 1\nx =\n",
    "own hook": "import sys\nsys.excepthook = lambda k, v, t: print('hook', k.__name__, t.tb_lineno, t.tb_next)\n1/0\n",
    "hook that exits": "import sys\nsys.excepthook = lambda k, v, t: sys.exit(7)\n1/0\n",
    "at exit": "import atexit\natexit.register(print, 'bye')\n1/0\n",
    "thread": "import threading\nthreading.Thread(target=lambda: (threading.main_thread().join(), print('late'))).start()\n",
    "thread raises": "import threading\nt = threading.Thread(target=lambda: 1/0, name='T')\nt.start()\nt.join()\nprint('on')\n",
    "input": "print(input() + '!')",
    "dataclass": "import dataclasses, pickle\n@dataclasses.dataclass\nclass P:\n    x: int\n"
    "print(pickle.loads(pickle.dumps(P(1))), __annotations__)\n",
    "source": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))\n",
    "own bytes": "# -*- coding: latin-1 -*-\nprint(len('\xe9'))\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_script(name, tmp_path):
    (tmp_path / "sub").mkdir()
    script = tmp_path / "sub" / "demo.py"
    script.write_text(PROGRAMS[name], encoding="latin-1")
    installed = name in ("about", "raises", "interrupted", "at exit", "thread", "thread raises", "source")
    compare(["sub/demo.py", "a", "--device", "-m"], tmp_path, installed, input="line\n")


@pytest.mark.parametrize("name", ["about", "exit 3", "raises", "interrupted", "syntax error"])
def test_module(name, tmp_path):
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("print('package', __name__)")
    (package / "__main__.py").write_text(PROGRAMS[name])
    (tmp_path / "single.py").write_text(PROGRAMS[name])
    for module in ("pack", "pack.__main__", "single"):
        installed = (module, name) in [("pack", "about"), ("single", "raises"), ("single", "syntax error")]
        compare(["-m", module, "a", "--quiet"], tmp_path, installed, without_runpy)


@pytest.mark.parametrize("name", ["about", "exit 3", "raises", "interrupted", "syntax error", "chained"])
def test_code(name, tmp_path):
    compare(["-c", PROGRAMS[name], "a", "--fallback"], tmp_path, name in ("about", "raises"))


@pytest.mark.parametrize("args", [["nowhere.py"], ["-m", "nowhere"], ["-m", "nowhere.inside"], ["-m", "bad"], ["-m", "pack"], ["empty"]])
def test_what_cannot_start(args, tmp_path):
    (tmp_path / "bad.py").write_text("import nowhere_either\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("")
    (tmp_path / "empty").mkdir()
    assert compare(args, tmp_path, args in (["nowhere.py"], ["-m", "bad"]), without_runpy).returncode


def test_folder_zip_and_standard_input(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__main__.py").write_text("import beside\n" + ABOUT)
    (tmp_path / "folder" / "beside.py").write_text("print('beside')")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as z:
        for file in (tmp_path / "folder").iterdir():
            z.write(file, file.name)
    for args in (["folder", "a"], ["packed.zip"], ["-", "a"]):
        assert "__main__" in compare(args, tmp_path, args == ["packed.zip"], input=ABOUT).stdout


def test_a_link_to_a_script_finds_its_neighbours(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "script.py").write_text("import beside\n" + ABOUT)
    (tmp_path / "real" / "beside.py").write_text("")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "script.py")
    plain = compare(["link.py"], tmp_path)
    assert (plain.returncode, plain.stderr) == (0, "")


@pytest.mark.usefixtures("heeds_ctrl_c")
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupt_from_the_keyboard(tmp_path):
    (tmp_path / "waits.py").write_text("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    ends = []
    for command in (PLAIN, OURS):
        with subprocess.Popen([*command, "waits.py"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
            assert p.stdout.readline() == "ready\n"
            time.sleep(0.5)  # it is asleep by then
            p.send_signal(signal.SIGINT)
            ends.append((p.wait(30), p.stderr.read()))
    assert ends[0] == ends[1]
    assert ends[0][0] == -signal.SIGINT


CHILDREN = """
import multiprocessing as mp, sys
from concurrent.futures import ProcessPoolExecutor
import tensorflow as tf, plaidml_compat

def work(n, again=False):
    now = plaidml_compat.install()
    told = [now.device, now.placement, now.fallback, [int(x) for x in tf.data.Dataset.range(n)]]
    if again:  # a daemon may not start processes
        with ProcessPoolExecutor(1, mp.get_context("spawn")) as executor:
            told.append(executor.submit(work, n + 1).result(60))
    return told

if __name__ == "__main__":
    plaidml_compat.install(placement="host")
    with ProcessPoolExecutor(1, mp.get_context(sys.argv[1])) as executor:
        print(executor.submit(work, 2, sys.argv[1] == "spawn").result(60))
"""


@pytest.mark.parametrize("how", ["spawn", pytest.param("forkserver", marks=pytest.mark.skipif(os.name != "posix", reason="fork"))])
def test_processes_that_the_program_starts(how, tmp_path):
    """They import its main module, and with it tensorflow: also those that they start themselves."""
    (tmp_path / "s.py").write_text(CHILDREN)
    out = run([*OURS, "--device", "llvm_cpu.0", "--fallback", "allow", *(["s.py"] if how == "spawn" else ["-m", "s"]), how], tmp_path)
    told = ["llvm_cpu.0", "host", "allow", [0, 1]]
    if how == "spawn":
        told = [*told, [*told[:3], [0, 1, 2]]]
    assert (out.returncode, out.stdout) == (0, f"{told}\n"), out.stderr


USES_TF = """
import tensorflow as tf, plaidml_compat
x = tf.ones((2, 4, 4, 3))
tf.image.flip_left_right(x)
with plaidml_compat.device_scope("device"):
    tf.image.flip_left_right(x)
    tf.image.flip_up_down(x)
hasattr(tf.linalg, "svd")
"""


@pytest.mark.parametrize("ending", ["", "raise ValueError('boom')"])
def test_summary_when_it_ends(ending, tmp_path):
    (tmp_path / "s.py").write_text(USES_TF + ending)
    out = run([sys.executable, "-m", "plaidml_compat", "--summary-json", "out.json", "s.py"], tmp_path)
    assert out.returncode == bool(ending)
    summary = out.stderr.partition("plaidml_compat: ")[2]
    assert re.search(r"tf\.image\.flip_left_right +host +1 +device +1", summary), out.stderr
    assert re.search(r"tf\.image\.flip_up_down +host +0 +device +1", summary), out.stderr
    if ending:
        assert out.stderr.index("ValueError: boom") < out.stderr.index("plaidml_compat: ")
    written = json.loads((tmp_path / "out.json").read_text())
    row = next(r for r in written["ops"] if r["op"] == "tf.image.flip_left_right")
    assert (row["host"], row["device"], row["fallbacks"], row["reasons"]) == (1, 1, 0, [])
    assert (written["schema"], written["device"]) == (1, "llvm_cpu.0")
    assert written["compilations"] == 2
    assert [(r["op"], os.path.basename(r["file"]), r["line"], r["count"]) for r in written["refused"]] == [("tf.linalg.svd", "s.py", 8, 1)]
    assert "1 refused" in summary and "! tf.linalg.svd: refused at s.py:8: " in summary
    assert os.listdir(tmp_path) and not [f for f in os.listdir(tmp_path) if f.startswith(".out")]


def test_summary_left_out(tmp_path):
    command = [sys.executable, "-m", "plaidml_compat", "--no-summary", "-c", "import tensorflow as tf; tf.abs(1.)"]
    assert run(command, tmp_path).stderr == ""  # --quiet: in all of these tests


def test_fallback_policies(tmp_path):
    code = (
        "import tensorflow as tf, plaidml_compat\n"
        "layer = tf.keras.layers.Equalization()\n"
        "with plaidml_compat.device_scope('device'):\n"
        "    layer(tf.ones((1, 8, 8, 3)), training=True)\n"
    )
    (tmp_path / "s.py").write_text(code)
    outs = {f: run([sys.executable, "-m", "plaidml_compat", "--fallback", f, "s.py"], tmp_path) for f in ("allow", "warn", "error")}
    assert [outs[f].returncode for f in ("allow", "warn", "error")] == [0, 0, 1]
    assert "FallbackWarning" not in outs["allow"].stderr
    assert f"{tmp_path / 's.py'}:4: FallbackWarning: tf.keras.layers.Equalization" in outs["warn"].stderr
    assert "PlacementError: tf.keras.layers.Equalization" in outs["error"].stderr
    assert "(" in outs["allow"].stderr.splitlines()[-1], "the summary gives the reason"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "there is no program to run"),
        (["--device"], "expected one argument"),
        (["--device", "gpu.7", "-c", "1"], "there is no device 'gpu.7'. Usable here: llvm_cpu.0"),
        (["--fallback", "maybe", "-c", "1"], "invalid choice: 'maybe'"),
        (["--summary-json", "no/such/place.json", "-c", "1"], "--summary-json: there is no folder"),
        (["--profile-json", "no/such/place.json", "-c", "1"], "--profile-json: there is no folder"),
        (["--profile-json", ".", "-c", "1"], "is a folder"),
        (["--profile-json", "-", "-c", "1"], "standard output belongs to the program"),
        (["--summary-json=-", "-c", "1"], "standard output belongs to the program"),
        (["--profile", "--quiet", "-c", "1"], "--quiet --profile-json FILE"),
        (["-m"], "argument expected for the -m option"),
        (["--devise", "x", "-c", "1"], "--devise"),
    ],
)
def test_wrong_options(args, says, tmp_path):
    out = run([sys.executable, "-m", "plaidml_compat", *args], tmp_path)
    assert out.returncode == 2
    assert says in out.stderr
    assert "Traceback" not in out.stderr


def test_a_script_named_like_a_sub_command(tmp_path):
    (tmp_path / "demo").write_text("print('a script')")
    for args in (["./demo"], ["run", "--quiet", "demo"], ["--quiet", "--", "demo"]):
        assert run([sys.executable, "-m", "plaidml_compat", *args], tmp_path).stdout == "a script\n"


def test_help_and_version(tmp_path):
    import plaidml_compat

    out = run([sys.executable, "-m", "plaidml_compat", "--help"], tmp_path)
    assert out.returncode == 0
    for word in ("demo", "doctor", "devices", "--device ID", "--fallback", "--shadow-tensorflow", "-m MODULE"):
        assert word in out.stdout
    out = run([sys.executable, "-m", "plaidml_compat", "--version"], tmp_path)
    assert out.stdout == f"plaidml_compat {plaidml_compat.__version__}\n"


def test_the_real_tensorflow_is_hidden_only_when_asked_to(tmp_path):
    real = tmp_path / "real" / "tensorflow"
    real.mkdir(parents=True)
    (real / "__init__.py").write_text("raise AssertionError('the real TensorFlow was imported')")
    path = os.pathsep.join([os.environ["PYTHONPATH"], str(real.parent)])
    code = ["-c", "import tensorflow as tf; print(tf.__version__)"]
    out = run([*OURS, *code], tmp_path, env={**os.environ, "PYTHONPATH": path})
    assert out.returncode == 2
    assert "the real TensorFlow is installed" in out.stderr and "Traceback" not in out.stderr
    out = run([*OURS, "--shadow-tensorflow", *code], tmp_path, env={**os.environ, "PYTHONPATH": path})
    assert (out.returncode, out.stdout.endswith("+plaidml\n")) == (0, True), out.stderr
