"""What is packaged: data files, metadata, README's commands, and bounds that are what CI tests."""

from __future__ import annotations

import configparser
import importlib.metadata as metadata
import importlib.util
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DATA = ("py.typed", "costs.json", "tensorflow_names.txt")


def config():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", DATA)
def test_data_files(name):
    file = resources.files("plaidml_compat").joinpath(name)
    assert file.is_file()
    packaged = config()["options.package_data"]
    package, _, base = f"plaidml_compat/{name}".rpartition("/")
    assert base in re.split(r"[,\s]+", packaged[package.replace("/", ".")])


def installed():
    """The installed distribution, not the egg-info that a build leaves in the source folder; there is none where only that is used."""
    found = [d for d in metadata.distributions(name="plaidml-compat") if d.read_text("RECORD") is not None]
    return found[0] if found else pytest.skip("plaidml-compat is not installed")


def test_installed_files():
    files = {str(f) for f in installed().files}
    for name in (*DATA, "__main__.py", "cli/run.py", "data/transforms/map.py"):
        assert f"plaidml_compat/{name}" in files
    assert not any(f.startswith(("tests/", "benchmarks/", "examples/", "tools/")) for f in files)


def test_metadata():
    import plaidml_compat

    about = installed().metadata
    assert about["Name"].replace("_", "-") == "plaidml-compat"
    assert about["Requires-Python"] == ">=3.9"
    assert installed().version == plaidml_compat.__version__
    assert {"test", "dev"} <= set(about.get_all("Provides-Extra"))
    (script,) = (e for e in installed().entry_points if e.group == "console_scripts")
    assert (script.name, script.value) == ("plaidml-compat", "plaidml_compat.cli:main")


def test_console_script():
    installed()
    script = Path(sys.executable).with_name("plaidml-compat")
    import plaidml_compat

    out = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert out.stdout == f"plaidml_compat {plaidml_compat.__version__}\n"


def test_every_dependency_has_a_bound_that_ci_tests():
    lines = load(ROOT / ".ci" / "lower_bounds.py").constraints()
    assert {"plaidml==0.7.0", "plaidml-keras==0.7.0"} <= set(lines)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+==[0-9.]+", line) for line in lines), lines
    assert len(lines) == len({line.partition("==")[0].lower() for line in lines})


def test_readme_commands():
    commands = load(ROOT / ".ci" / "readme_command.py").command
    for n, last in ((1, "demo"), (2, "-m pytest")):
        command = commands(n)
        assert "\n" not in command, "one command"
        assert command.startswith("python3 -m venv ") and "pip install" in command and command.endswith(last)
    with pytest.raises(SystemExit):
        commands(3)


def test_nothing_names_this_machine():
    """No absolute path of whoever wrote it."""
    home = re.compile(r"/(home|root|work|Users)/\w")
    for file in (ROOT / "plaidml_compat").rglob("*.py"):
        assert not home.search(file.read_text()), file
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "setup.cfg", "pyproject.toml", ".ci/run"):
        assert not home.search((ROOT / name).read_text()), name
