"""Profiles as objects: blocks in each other, reading while they run, threads, the table and JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import warnings

import pytest
from _profiles import X, Y, row

import plaidml_compat
from plaidml_compat import observe
from plaidml_compat.report.profile import tally


def test_profiles_in_each_other_and_side_by_side(tf, clocked):
    with plaidml_compat.profile() as outer:
        clocked(X)
        with plaidml_compat.profile() as inner:
            clocked(X)
        first, second = plaidml_compat.profile(), plaidml_compat.profile()
        first.__enter__()
        clocked(X)
        second.__enter__()
        clocked(X)
        first.__exit__(None, None, None)
        clocked(X)
        second.__exit__(None, None, None)
    assert [row(p, "tf.clocked").host_calls for p in (outer, inner, first, second)] == [5, 1, 2, 2]


def test_in_a_mapped_function(tf, clocked):
    profiles = []

    def function(x):
        with plaidml_compat.profile() as p:
            y = clocked(x)
        profiles.append(p)
        return y

    list(tf.data.Dataset.range(4).map(function))
    assert [row(p, "tf.clocked").host_calls for p in profiles if p.rows] == [1] * 4


def test_it_is_read_while_it_runs_and_stays_as_it_was(tf, clocked, monkeypatch):
    monkeypatch.setattr(tally, "LOT", 4)
    p = plaidml_compat.profile()
    assert p.rows == [] and p.totals.wall_seconds == 0 and p.totals.device_share is None and "nothing yet" in str(p)
    with p:
        for i in range(10):
            clocked(X, 0.001)
            assert row(p, "tf.clocked").host_calls == i + 1
        assert "running" in repr(p)
        running = p.totals
    ended = p.to_dict()
    assert ended["totals"]["wall_seconds"] >= running.wall_seconds
    clocked(X)
    time.sleep(0.01)
    assert p.to_dict() == ended and row(p, "tf.clocked").host_calls == 10


def test_one_profile_is_of_one_block(tf):
    with plaidml_compat.profile() as p:
        with pytest.raises(RuntimeError, match=r"Make another one.*Received one that runs"):
            p.__enter__()
        tf.math.abs(X)
    with pytest.raises(RuntimeError, match="has ended"), p:
        pass
    assert row(p, "tf.math.abs").host_calls == 1


def test_an_exception_passes_and_ends_it(tf, clocked):
    p = plaidml_compat.profile()
    with pytest.raises(ZeroDivisionError), p:
        clocked(X)
        raise ZeroDivisionError
    clocked(X)
    assert row(p, "tf.clocked").host_calls == 1 and "ended" in repr(p)


def test_events_of_many_threads_at_once_are_all_counted(monkeypatch):
    monkeypatch.setattr(tally, "LOT", 50)
    event = plaidml_compat.Event("run", "tf.math.abs", "host", 0.5)

    def work():
        for _ in range(2000):
            observe.emit(event)

    with plaidml_compat.profile() as p:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        while any(t.is_alive() for t in threads):
            p.rows  # noqa: B018 - reads while they write
        for t in threads:
            t.join()
    assert p.totals.host_calls == 8000 and p.totals.host_seconds == 4000.0


def test_json_holds_everything(fitted, tmp_path):
    p, _ = fitted[True]
    p.save(tmp_path / "p.json")
    read = json.loads((tmp_path / "p.json").read_text())
    assert read == json.loads(p.to_json()) and read["schema"] == 1
    assert [r["name"] for r in read["rows"]] == [r.name for r in p.rows]
    step = next(r for r in read["rows"] if r["name"] == "train_function")
    assert step["to_device"] == {"count": 10, "bytes": X.nbytes + Y.nbytes} and step["device_seconds"] == p.rows[0].device_seconds
    assert read["totals"]["device_share"] == p.totals.device_share and read["totals"]["other_seconds"] == p.totals.other_seconds
    with pytest.raises(OSError):
        p.save(tmp_path / "nowhere" / "p.json")


def test_the_table(fitted):
    p, _ = fitted[False]
    text = str(p)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100 and text.isascii()
    assert re.search(r"(\d+) % of op time ran on the device$", lines[0])[1] in (f"{p.totals.device_share:.0%}"[:-1], "99")
    names = [line.split()[0] for line in lines if line[2:3].strip() and line.split()[0] in {r.name for r in p.rows}]
    assert names == [r.name for r in p.rows], "most seconds first"
    (step,) = [line for line in lines if line.startswith("  train_function")]
    assert step.split()[1:3] == ["5", "steps"] and step.split()[3] == f"{p.rows[0].device_seconds:.4f}"
    assert "copies: 10 (15.4 kB) to the device" in text
    assert "... 2 more" in p.text(1) and "RandomFlip" not in p.text(1)


@pytest.mark.parametrize("columns", [80, 72])
def test_the_table_is_as_wide_as_the_terminal(fitted, columns, monkeypatch):
    p, _ = fitted[False]
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow, beside = str(p), str(p.beside(__file__))
    assert max(map(len, [*narrow.splitlines(), *beside.splitlines()])) <= columns
    assert re.search(r"^  train_function +5 steps", narrow, re.MULTILINE)
    monkeypatch.setenv("COLUMNS", "300")
    assert max(map(len, str(p).splitlines())) <= 100


def test_a_block_beside_code(tf, write, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    with plaidml_compat.profile() as p:
        tf.image.random_hue(X, 0.1)
    write("code.py", "from tensorflow.image import random_hue\nimport tensorflow as tf\n\nrandom_hue(x, 0.1)\ntf.image.random_crop(x, 3)\n")
    told = p.beside("code.py")
    rows = {r.name: r for r in told.rows}
    assert (rows["tf.image.random_hue"].state, rows["tf.image.random_hue"].ran.host_calls) == ("ran", 1)
    assert [place.line for place in rows["tf.image.random_hue"].places] == [4, 1], "calls, then imports"
    assert rows["tf.image.random_crop"].state == "did not run"
    assert re.search(r"^  tf\.image\.random_hue +host code\.py:4 \+1 +1 host ", str(told), re.MULTILINE)
    assert told.to_dict()["program"] and told.to_dict()["schema"] == p.to_dict()["schema"]
    assert p.beside("no such file.py").notes


def test_a_table_of_large_numbers_and_long_names(tf):
    with warnings.catch_warnings(), plaidml_compat.profile() as p:
        long = "tf.keras.layers." + "VeryLongName" * 8
        warnings.simplefilter("ignore")
        for placement in ("host", "device"):
            observe.emit(plaidml_compat.Event("run", long, placement, 98765.4321))
            observe.emit(plaidml_compat.Event("copy", long, placement, size=123456789012))
        site = ("/home/somebody/" + "folder/" * 20 + "program.py", 12345)
        for i in range(9):
            observe.emit(plaidml_compat.Event("fallback", long, "host", 0.0, "why " * 40, "do " * 40, (site[0], i)))
    assert max(map(len, str(p).splitlines())) <= 100
    assert "6 more" in str(p) and "123.5 GB" in str(p) and "program.py:0" in str(p)


def test_importing_the_package_imports_no_report():
    code = "import sys, plaidml_compat; assert 'profile' in dir(plaidml_compat); print([m for m in sys.modules if 'plaidml_compat' in m])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "['plaidml_compat']\n"
