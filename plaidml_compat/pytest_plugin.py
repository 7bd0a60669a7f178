"""The pytest plugin: its options, markers and fixtures. It loads in every run of pytest, and does nothing unless it is asked to."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Callable

import pytest

SESSION = "plaidml_compat_session"
"""Name of the plugin that does the work, registered when it is asked for."""
ENTRY_POINT = "plaidml_compat"
"""Name under which pytest finds this plugin where the package is installed."""
CHOICES = {
    "fallback": ("allow", "warn", "error"),
    "unsupported": ("warn", "error", "skip"),
    "slow": ("warn", "error", "allow"),
}
"""Setting -> the words it may have on the command line and in an ini file. Here, as nothing else is imported to list options."""
FORMS = ("json", "md", "html", "sarif")
"""Forms of a report, which the end of its name tells; each is a module of `testing/forms/`."""
_NAMES = ("plaidml", *(f"plaidml_{name}" for name in ("device", *CHOICES, "static", "report")))
_HELP = {
    "fallback": "an op that ran on the host although the device was asked for: say nothing, say so (default), or fail the test",
    "unsupported": "an op that is lacking or refused, caught or not: say so (default), fail the test, or skip a test that fails of it",
    "slow": "an op that ran where it was measured to be slow: say so (default), fail the test, or say nothing",
}
_MARKER = (
    "plaidml(device=ID, fallback='allow'|'warn'|'error', unsupported='ok'|'warn'|'error'|'skip', slow='allow'|'warn'|'error', reason=...): "
    "what this test may do on PlaidML, whatever the command line says"
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Options, and an ini option of the same name for each."""
    for name in (ENTRY_POINT, __name__):
        if not pluginmanager.has_plugin(name):
            pluginmanager.set_blocked(name)  # pytest refuses a plugin that is named twice: by `-p` or a conftest.py, and by the entry point
    group = parser.getgroup("plaidml", "TensorFlow programs on PlaidML (plaidml_compat)")

    def add(name: str, help: str, **how: Any) -> None:
        group.addoption(f"--{name.replace('_', '-')}", dest=name, default=None, help=help, **how)
        kind: Any = "bool" if "action" in how else "string"
        parser.addini(name, help, type=kind, default=None)

    add("plaidml", "serve `tensorflow` from plaidml_compat, before any conftest.py imports it", action="store_true")
    add("plaidml_device", "PlaidML's id of the device, or `all` for tests that take the fixture plaidml_device", metavar="ID")
    for name, choices in CHOICES.items():
        add(f"plaidml_{name}", _HELP[name], choices=choices, metavar="|".join(choices))
    add(
        "plaidml_static",
        "read the test files, and the modules of the project that they import, for ops that are missing, slow or fall back",
        action="store_true",
    )
    *others, last = (f".{form}" for form in FORMS)
    add("plaidml_report", f"write what was found to FILE: {', '.join(others)} or {last}", metavar="FILE")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, None]:
    """Install the facade before any conftest.py can import TensorFlow."""
    _start(early_config, early_config.known_args_namespace)
    outcome = yield
    session = early_config.pluginmanager.get_plugin(SESSION)
    if outcome.excinfo is not None and session is not None:
        session.ends_early(outcome.excinfo[1])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tell of the marker; begin, where this plugin was loaded too late for `pytest_load_initial_conftests`."""
    config.addinivalue_line("markers", _MARKER)
    _start(config, config.option)


def _start(config: pytest.Config, options: Any) -> None:
    if config.pluginmanager.has_plugin(SESSION):
        return
    given = {name: value for name in _NAMES if (value := getattr(options, name, None)) is not None}
    if any(given.get(name) or _is_set(config, name) for name in ("plaidml", "plaidml_static")):
        if not hasattr(pytest, "version_tuple"):
            raise pytest.UsageError(
                f"--plaidml and --plaidml-static need pytest 7.0 or newer (pip install -U pytest); this is {pytest.__version__}"
            )
        from .testing.starting import start

        config.pluginmanager.register(start(config, given), SESSION)
    elif given:
        name, value = next(iter(given.items()))
        raise pytest.UsageError(f"--{name.replace('_', '-')} does nothing without --plaidml or --plaidml-static; received {value!r}")


def _is_set(config: pytest.Config, name: str) -> bool:
    try:
        return bool(config.getini(name))
    except (ValueError, pytest.UsageError) as e:  # the former before pytest 9
        raise pytest.UsageError(f"{name} in the ini file is true or false: {e}") from None


@pytest.fixture
def plaidml_ops(request: pytest.FixtureRequest) -> Any:
    """The events of this test so far: each has `op`, `placement`, `kind`, `reason`, `advice`, `seconds` and `site` (file, line).

    An op that ran is of the kind `"run"`; flags are `"fallback"`, `"slow"` and `"refused"`. `"call"`: a function that is no op ran;
    `"load"`: it read or decoded a file. Of models: `"build"` (an op became a part of one), `"step"` (one ran), `"compile"` and `"copy"`.
    """
    return _ask(request, "plaidml_ops", lambda session: session.events_of_test())


@pytest.fixture
def plaidml_device(request: pytest.FixtureRequest) -> str:
    """PlaidML's id of the device in use; with `--plaidml-device all` the test runs once on every device that is found."""
    return _ask(request, "plaidml_device", lambda session: session.device_of_test(getattr(request, "param", None)))


def _ask(request: pytest.FixtureRequest, name: str, question: Callable[[Any], Any]) -> Any:
    """What the session says; without one, or once the plugin failed, the test is skipped."""
    session = request.config.pluginmanager.get_plugin(SESSION)
    answer = question(session) if session is not None and session.serves else None
    if session is not None and session.guard.fault:
        pytest.skip(f"{name}: plaidml_compat's pytest plugin failed; see the end of the run")
    if answer is None:
        pytest.skip(f"{name}: there is none without --plaidml")
    return answer
