"""The pytest plugin: its options, markers and fixtures. It loads in every run of pytest, and does nothing unless it is asked to."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Callable, NamedTuple

import pytest

SESSION = "plaidml_compat_session"
"""Name of the plugin that does the work, registered when it is asked for."""
ENTRY_POINT = "plaidml_compat"
"""Name under which pytest finds this plugin where the package is installed."""


class Policy(NamedTuple):
    """What may be said about one kind of thing that an op does.

    Attributes:
        about: when it is decided.
        words: a word of the command line and of an ini file -> what it does; `"warn"` is the default.
        allowing: a marker's word for letting it happen, which may be one of its own.
    """

    about: str
    words: dict[str, str]
    allowing: str

    def help(self) -> str:
        """All of it, for --help."""
        *others, last = (does + " (default)" * (word == "warn") for word, does in self.words.items())
        return f"{self.about}: {', '.join(others)}, or {last}"

    def of_marker(self) -> tuple[str, ...]:
        """The words that a marker may give."""
        return tuple(self.words) if self.allowing in self.words else (self.allowing, *self.words)


POLICIES = {
    "fallback": Policy(
        "an op that ran on the host although the device was asked for",
        {"allow": "say nothing", "warn": "say so", "error": "fail the test"},
        "allow",
    ),
    "unsupported": Policy(
        "an op that is lacking or refused, caught or not",
        {"warn": "say so", "error": "fail the test", "skip": "skip a test that fails of it"},
        "ok",
    ),
    "slow": Policy(
        "an op that ran where it was measured to be slow",
        {"warn": "say so", "error": "fail the test", "allow": "say nothing"},
        "allow",
    ),
}
"""By the setting's name. Here, as nothing else is imported to list options."""
FORMS = ("json", "md", "html", "sarif")
"""Forms of a report, which the end of its name tells; each is a module of `testing/forms/`."""


def _options() -> dict[str, dict[str, Any]]:
    """Option, and ini option -> what argparse is told of it."""
    *others, last = (f".{form}" for form in FORMS)
    return {
        "plaidml": {"help": "serve `tensorflow` from plaidml_compat, before any conftest.py imports it", "action": "store_true"},
        "plaidml_device": {
            "help": "PlaidML's id of the device, or `all` for tests that take the fixture plaidml_device",
            "metavar": "ID",
        },
        **{
            f"plaidml_{name}": {"help": policy.help(), "choices": tuple(policy.words), "metavar": "|".join(policy.words)}
            for name, policy in POLICIES.items()
        },
        "plaidml_static": {
            "help": "read the test files, and the modules of the project that they import, for ops that are missing, slow or fall back",
            "action": "store_true",
        },
        "plaidml_report": {"help": f"write what was found to FILE: {', '.join(others)} or {last}", "metavar": "FILE"},
    }


OPTIONS = _options()
_ASKING = ("plaidml", "plaidml_static")
"""Those that have the plugin do something; the others say how."""


def _marker() -> str:
    """How the marker is written."""
    words = "".join(f"{name}={'|'.join(map(repr, policy.of_marker()))}, " for name, policy in POLICIES.items())
    return f"plaidml(device=ID, {words}reason=...): what this test may do on PlaidML, whatever the command line says"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Options, and an ini option of the same name for each."""
    for name in (ENTRY_POINT, __name__):
        if not pluginmanager.has_plugin(name):
            pluginmanager.set_blocked(name)  # pytest refuses a plugin that is named twice: by `-p` or a conftest.py, and by the entry point
    group = parser.getgroup("plaidml", "TensorFlow programs on PlaidML (plaidml_compat)")

    for name, about in OPTIONS.items():
        group.addoption(_flag(name), dest=name, default=None, **about)
        kind: Any = "bool" if "action" in about else "string"
        parser.addini(name, about["help"], type=kind, default=None)


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
    config.addinivalue_line("markers", _marker())
    _start(config, config.option)


def _start(config: pytest.Config, options: Any) -> None:
    if config.pluginmanager.has_plugin(SESSION):
        return
    given = {name: value for name in OPTIONS if (value := getattr(options, name, None)) is not None}
    asked = [name for name in _ASKING if given.get(name) or _is_set(config, name)]  # both are looked at: one may be wrong
    if asked:
        if not hasattr(pytest, "version_tuple"):
            raise pytest.UsageError(
                f"--plaidml and --plaidml-static need pytest 7.0 or newer (pip install -U pytest); this is {pytest.__version__}"
            )
        from .testing.starting import start

        config.pluginmanager.register(start(config, given), SESSION)
    elif given:
        raise pytest.UsageError(_without_effect(given))


def _flag(name: str) -> str:
    """An option as it is written on the command line."""
    return f"--{name.replace('_', '-')}"


def _without_effect(given: dict[str, Any]) -> str:
    flags, ini = " and ".join(map(_flag, given)), ", ".join(f"`{name} = {value}`" for name, value in given.items())
    asking = " or ".join(map(_flag, _ASKING))
    return (
        f"{flags} {'does' if len(given) == 1 else 'do'} nothing without {asking}. Add one of these, or, for the runs that have one, write "
        f"{ini} in the ini file: that asks for nothing by itself"
    )


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
