"""Settings of a scan: in setup.cfg, in pyproject.toml, and what they cannot mean."""

from __future__ import annotations

import os
import sys

import pytest
from _scans import scanned

from plaidml_compat.report.scanner import settings
from plaidml_compat.report.scanner.scanning import scan
from plaidml_compat.report.scanner.settings import Settings, SettingsError

pytestmark = pytest.mark.usefixtures("tf")


CFG = """[metadata]
name = x

[plaidml_compat:scan]
select = unsupported, not-built
ignore = not-built
exclude =
    old/*
    junk
per-file-ignores =
    tests/*: unsupported slow
device = llvm_cpu.0
"""
TOML = """[tool.plaidml_compat.scan]
select = ["unsupported", "not-built"]
ignore = ["not-built"]
exclude = ["old/*", "junk"]
per-file-ignores = {"tests/*" = ["unsupported", "slow"]}
device = "llvm_cpu.0"
"""


def has_toml():
    try:
        settings.importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError:
        return False
    return True


@pytest.mark.parametrize(("name", "text"), [("setup.cfg", CFG), ("pyproject.toml", TOML)])
def test_settings_are_the_same_in_both_files(write, tmp_path, monkeypatch, name, text):
    if name == "pyproject.toml" and not has_toml():
        pytest.skip("no tomllib and no tomli")
    write(name, text)
    write("pkg/sub/a.py", "")
    found = settings.find(os.path.join("pkg", "sub", "a.py"))
    assert found.select == ("unsupported", "not-built") and found.ignore == ("not-built",) and found.engine == "llvm_cpu"
    assert found.exclude == (f"{tmp_path}/old/*", "junk") and found.source == str(tmp_path / name)
    assert found.per_file_ignores == ((f"{tmp_path}/tests/*", ("unsupported", "slow")),)
    monkeypatch.chdir("pkg")
    assert settings.find("sub") == found, "wherever it is asked for"


def test_settings_decide(write, missing):
    body = f"import tensorflow as tf\n{missing}\ntf.no_such_name_at_all\n"
    for name in ("a.py", "old/a.py", "tests/a.py"):
        write(name, body)
    write("setup.cfg", "[plaidml_compat:scan]\nexclude = old/*\nper-file-ignores = tests/*: unknown\n")
    found = scan(["."], settings.find(".")).findings
    assert [(f.path.replace(os.sep, "/"), f.rule) for f in found] == [
        ("a.py", "not-built"),
        ("a.py", "unknown"),
        ("tests/a.py", "not-built"),
    ]


def test_the_nearest_file_with_settings_counts(write):
    write("setup.cfg", "[plaidml_compat:scan]\nignore = slow\n")
    write("pkg/setup.cfg", "[metadata]\nname = plaidml_compat\n")
    write("pkg/deep/setup.cfg", "[plaidml_compat:scan]\nignore = host\n")
    assert settings.find("pkg").ignore == ("slow",)
    assert settings.find("pkg/deep").ignore == ("host",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("selec = slow", "'select'"),
        ("select = slow, unsuported", "'unsupported'"),
        ("per-file-ignores = tests: sow", "'slow'"),
        ("per-file-ignores = tests", "GLOB: RULES"),
        ("device = geforce", "llvm_cpu"),
        ("device = llvm_cpu.0\ndevice = x", "setup.cfg"),
    ],
)
def test_what_settings_cannot_mean(write, text, says):
    write("setup.cfg", f"[plaidml_compat:scan]\n{text}\n")
    with pytest.raises(SettingsError) as e:
        settings.find(".")
    assert says in str(e.value) and "setup.cfg" in str(e.value)


@pytest.mark.skipif(not has_toml(), reason="no tomllib and no tomli")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.plaidml_compat.scan]\nselect = 'slow'", "list of strings"),
        ("[tool.plaidml_compat.scan]\nper-file-ignores = ['x']", "table of lists"),
        ("[tool.plaidml_compat.scan]\ndevice = 1", "a string"),
        ("[tool.plaidml_compat]\nscan = 1", "must be a table"),
        ("[tool.plaidml_compat.scan", "no TOML"),
    ],
)
def test_what_toml_cannot_mean(write, text, says):
    write("pyproject.toml", text)
    with pytest.raises(SettingsError, match=says):
        settings.find(".")


@pytest.mark.skipif(not has_toml(), reason="no tomllib and no tomli")
def test_settings_in_both_files(write):
    write("pyproject.toml", TOML)
    write("setup.cfg", CFG)
    with pytest.raises(SettingsError, match="two files"):
        settings.find(".")


def test_a_pyproject_that_this_python_cannot_read(write, monkeypatch, tmp_path):
    def refuse(name):
        raise ImportError(name)

    write("pyproject.toml", TOML)
    monkeypatch.setattr(settings.importlib, "import_module", refuse)
    assert settings.find(".") == Settings(unread=str(tmp_path / "pyproject.toml"))
    write("pyproject.toml", "[project]\nname = 'x'\n")
    assert settings.find(".") == Settings()


def test_rules_are_selected_and_ignored(write, missing):
    text = f"import tensorflow as tf\n{missing}\ntf.constant(1)\ntf.no_such_name_at_all\n"
    for asked, rules in (
        ({}, 3),
        ({"select": ("unknown",)}, 1),
        ({"ignore": ("unknown",)}, 2),
        ({"select": ("unknown", "slow"), "ignore": ("unknown",)}, 0),
    ):
        assert len(scanned(write, text, **asked).findings) == rules
    assert {f.rule for f in scanned(write, text).shown} == {"not-built", "unknown"}
    assert len(scanned(write, text, select=settings.rules_of(["all"])).shown) == 3
    assert scanned(write, text, exit_zero=True).exit_code == 0
