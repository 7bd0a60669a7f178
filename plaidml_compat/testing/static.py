"""`--plaidml-static`: the scanner's findings for test files and the modules of the project that they import, as items of their own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import processes, properties
from .guarding import Guard, guarded
from .imported import project_files
from .recording import shortened
from .settings import KINDS, Settings
from .sharing import Sharing

NAME = "plaidml-static"
PROPERTY = "plaidml_compat_static"
"""Name of the user property in which findings travel, as JSON."""
UNREAD = "unread"
"""Rule of what the scanner could not read."""
_FILES = ["files"]
"""What the list of all files that are scanned is shared as."""
_KIND_OF = {rule: kind for kind, about in KINDS.items() for rule in about.rules}
"""Rule of a finding -> the kind of event that it foresees."""


class StaticError(Exception):
    """A file uses what is an error; its text says where and why."""


class StaticFile(pytest.File):
    """A Python file that is scanned."""

    scans: Scans

    def collect(self) -> Iterator[pytest.Item]:
        """One item."""
        item = StaticItem.from_parent(self, name=NAME)
        item.scans = self.scans
        yield item


class StaticItem(pytest.Item):
    """The findings in a file, and in the modules that it is the first to import."""

    scans: Scans

    def runtest(self) -> None:
        """Fail, skip or pass, as the settings say.

        Raises:
            StaticError: it uses what is an error.
        """
        found = self.scans.of(self.path)
        if found is None:
            pytest.skip("plaidml: the plugin failed; see the end of the run")
        if found:
            self.user_properties.append((PROPERTY, json.dumps(found)))
        counting = [f for f in found if f["ignored"] is None]
        wrong = [f for f in counting if self.scans.policy(f) == "error"]
        if wrong:
            raise StaticError("\n".join(text(f) for f in wrong))
        skipped = [f for f in counting if self.scans.policy(f) == "skip"]
        if skipped:
            pytest.skip(" ".join(text(skipped[0]).split()))

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The findings, without a traceback: nothing ran."""
        if isinstance(excinfo.value, StaticError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """What pytest calls it."""
        return self.path, 0, NAME


class Scans:
    """A plugin of pytest's: scans all files at once, in a process of its own, when the first result is asked for.

    Nothing of that happens in this process: without --plaidml the `tensorflow` here is the real one.

    Attributes:
        guard: the plugin's own faults.
        sharing: has workers of pytest-xdist scan once.
    """

    def __init__(self, settings: Settings, config: pytest.Config, guard: Guard) -> None:
        self._settings, self._root, self.guard = settings, config.rootpath, guard
        self.sharing = Sharing(config)
        self._files: list[str] | None = None
        self._failed: list[str] = []
        self._findings: dict[str, list[dict[str, Any]]] | None = None
        self._gathered: dict[tuple[Any, ...], dict[str, Any]] = {}

    def pytest_collect_file(self, file_path: Path, parent: Any) -> pytest.Collector | None:
        """An item of its own for every test file and conftest.py."""
        patterns = [*parent.config.getini("python_files"), "conftest.py"]
        if file_path.suffix != ".py" or not (parent.session.isinitpath(file_path) or any(file_path.match(p) for p in patterns)):
            return None
        return self._static_file(parent, file_path)

    def _static_file(self, parent: Any, path: Path) -> StaticFile:
        file: StaticFile = StaticFile.from_parent(parent, path=path)
        file.scans = self
        return file

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is scanned all the same, though pytest has found none of its items that were asked for."""
        if report.failed:
            self._failed.append(str(self._root / report.nodeid.partition("::")[0]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Once all other plugins have chosen: the file of a chosen test is scanned, whatever its own item is called."""
        self._choose(session)

    @guarded
    def _choose(self, session: pytest.Session) -> None:
        session.items[:] = self._with_files(session)
        chosen = [str(item.path) for item in session.items if isinstance(item, StaticItem)]
        files = list(dict.fromkeys([*chosen, *(f for f in self._failed if f.endswith(".py") and os.path.isfile(f))]))
        self._files = self.sharing.once(_FILES, lambda: files)

    def _with_files(self, session: pytest.Session) -> Iterator[pytest.Item]:
        """The chosen items, each file's own in front of its first test."""
        there = {item.path for item in session.items if isinstance(item, StaticItem)}
        left_out = tuple(session.config.getoption("deselect", None) or ())
        for item in session.items:
            file: Any = item.getparent(pytest.File)
            if file is not None and file.path not in there and file.path.suffix == ".py":
                there.add(file.path)
                made = self._static_file(file.parent, file.path).collect()
                yield from (own for own in made if not own.nodeid.startswith(left_out))
            yield item

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the findings of items that ran in other processes: each may have another file that is the first to import a module."""
        self._gather(report)

    @guarded
    def _gather(self, report: pytest.TestReport) -> None:
        for findings in properties.read(report, PROPERTY, list):
            self._note(findings)

    def _note(self, findings: list[dict[str, Any]]) -> None:
        for f in findings:
            self._gathered.setdefault((f["path"], f["line"], f["column"], f["name"]), f)

    def policy(self, finding: dict[str, Any]) -> str:
        """What is to be done about a finding: `"allow"`, `"warn"`, `"error"` or `"skip"`; what cannot be read was not checked."""
        return "error" if finding["rule"] == UNREAD else self._settings.policy(_KIND_OF[finding["rule"]])

    @guarded
    def of(self, file: Path) -> list[dict[str, Any]]:
        """What is not allowed in a test file and in the modules that it is the first to import; `None` after a fault."""
        if self._findings is None:
            files = self._files or []
            self._findings = self.sharing.once(files, lambda: self._scan(files))
        return self._findings.get(str(file), [])

    def all(self, ignored: bool = False) -> list[dict[str, Any]]:
        """All that was found here and in other processes, whether or not the items have run.

        Args:
            ignored: what comments ignore too.
        """
        self._note_all()
        found = (f for f in self._gathered.values() if ignored or f["ignored"] is None)
        return sorted(found, key=lambda f: (f["path"], f["line"] or 0, f["column"] or 0))

    def instead_of_running(self, file: str, error: BaseException | None, serves: bool) -> str:
        """What is told where pytest ends for want of a conftest.py.

        Args:
            file: the conftest.py, which is read alone.
            error: why it cannot be imported.
            serves: `tensorflow` is the facade.
        """
        self._files = [file]
        lines = ["--plaidml-static: pytest imports conftest.py before it looks for tests, so that none of them was read."]
        if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "tensorflow" and not serves:
            lines.append("There is no TensorFlow here: with --plaidml too it is served, and the tests are read.")
        return "\n".join([*lines, *map(text, self.all())])

    @guarded
    def _note_all(self) -> None:
        if self._files is None:  # a controller collects nothing itself
            self._files = self.sharing.once(_FILES, list)
        for file in self._files or []:
            self._note(self.of(Path(file)) or [])

    def _scan(self, files: list[str]) -> dict[str, list[dict[str, Any]]]:
        owner = {os.path.realpath(file): file for file in files}
        given = list(files)
        for file in files:
            for module in map(str, project_files(Path(file), self._root)):
                if os.path.realpath(module) not in owner:
                    owner[os.path.realpath(module)] = file
                    given.append(module)
        found: dict[str, list[dict[str, Any]]] = {}
        for finding in self._run(given):
            counts = finding["reason"] and not finding["guarded"]  # without a reason it simply runs on the host
            if finding["rule"] == UNREAD or (counts and self.policy(finding) != "allow"):
                found.setdefault(owner[os.path.realpath(finding["path"])], []).append(finding)
        return found

    def _run(self, files: list[str]) -> list[dict[str, Any]]:
        if not files:
            return []
        device = self._device()
        arguments = ["--format", "json", "--select", ",".join(_KIND_OF), *(["--device", device] if device else []), "--", *files]
        scan = processes.command("plaidml_compat.cli", "main(['scan', *sys.argv[1:]])", *arguments)
        done = subprocess.run(scan, capture_output=True, text=True, encoding="utf-8")
        if done.returncode not in (0, 1, 2) or not done.stdout:
            raise RuntimeError(f"plaidml-compat scan failed with exit code {done.returncode}:\n{done.stderr[-2000:]}")
        answer = json.loads(done.stdout)
        return [*answer["findings"], *map(_unread, answer["problems"])]

    def _device(self) -> str | None:
        """The device that decides what is slow; `None`: any, as nothing or more than one is asked for."""
        if self._settings.device is None and self._settings.serves:
            from .. import device

            return device.current()
        return None if self._settings.device == "all" else self._settings.device


def _unread(problem: dict[str, Any]) -> dict[str, Any]:
    """A file that could not be read, in the form of a finding."""
    nothing = {"name": "", "end_line": problem["line"], "end_column": problem["column"], "ignored": None, "guarded": False, "code": ""}
    return {**nothing, **problem, "rule": UNREAD}


def place(finding: dict[str, Any], folder: str = "") -> str:
    """File and line, where there is one, as seen from a folder."""
    return ":".join(str(p) for p in (shortened(finding["path"], folder), finding["line"]) if p)


def text(finding: dict[str, Any]) -> str:
    """What and why, and what to do."""
    lines = [": ".join(filter(None, (place(finding), finding["name"], finding["reason"])))]
    return "\n".join([*lines, *([f"    {finding['suggestion']}"] if finding["suggestion"] else [])])
