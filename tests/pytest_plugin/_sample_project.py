"""Runs of pytest over the sample project, examples/pytest_project, and what its comments say is flagged in it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).parent.parent.parent / "examples" / "pytest_project"
MODULE = "plaidml_compat.pytest_plugin"
KINDS = {"unsupported": "refused", "fallback": "fallback", "slow": "slow"}
COMMENT = re.compile(r"# (flagged|allowed): (\w+) (\S+)")


def is_installed() -> bool:
    """Whether pytest finds the plugin by its entry point."""
    points: Any = importlib.metadata.entry_points()
    group = points.select(group="pytest11") if hasattr(points, "select") else points.get("pytest11", ())
    return any(point.value == MODULE for point in group)


ARGUMENTS = [] if is_installed() else ["-p", MODULE]


def copy(folder: Path) -> Path:
    """The project in a folder of its own, in which reports and caches may be written."""
    return Path(shutil.copytree(PROJECT, folder / "project", ignore=shutil.ignore_patterns("__pycache__", ".*_cache")))


def run(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest --plaidml in a process of its own, on the device that the comments are about."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        *ARGUMENTS,
        "-p",
        "no:cacheprovider",
        "--plaidml",
        "--plaidml-device",
        "llvm_cpu.0",
        *arguments,
    ]
    env = {**os.environ, "COLUMNS": "80", **environment}
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=100)


def report(project: Path, *arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """The same, with a report."""
    done = run(project, "--plaidml-report", "report.json", *arguments, **environment)
    assert (project / "report.json").exists(), done.stdout + done.stderr
    return done, json.loads((project / "report.json").read_text())


class Sample(NamedTuple):
    """A run of the project that is over: the copy of it, the process, the report."""

    project: Path
    done: subprocess.CompletedProcess[str]
    data: dict[str, Any]


def all_told(project: Path, **environment: str) -> Sample:
    """A run in which nothing is an error, with all that the plugin can tell of it."""
    return Sample(project, *report(project, "-rA", "-v", "--plaidml-static", "--junitxml=x.xml", **environment))


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, set[str]]:
    """Outcome -> the tests that have it, from the output with -rA."""
    found: dict[str, set[str]] = {}
    for word, nodeid in re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", done.stdout, re.M):
        found.setdefault(word.lower(), set()).add(nodeid)
    return found


class Planted(NamedTuple):
    """An op that a comment tells of."""

    file: str
    line: int
    kind: str
    op: str


def planted(word: str) -> set[Planted]:
    """What the comments `# flagged: KIND OP` or `# allowed: KIND OP` say."""
    found = set()
    for path in PROJECT.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = COMMENT.search(line)
            if match and match[1] == word:
                found.add(Planted(path.relative_to(PROJECT).as_posix(), number, KINDS[match[2]], match[3]))
    assert found
    return found


def seen(project: Path, data: dict[str, Any], where: str) -> set[Planted]:
    """A report's flags that some tests (`where`: "tests") count, or some (`where`: "allowed") allow."""
    return {Planted(Path(f["file"]).relative_to(project).as_posix(), f["line"], f["kind"], f["op"]) for f in data["flags"] if f[where]}
