"""What a scan is asked for, and where projects write it down: setup.cfg and pyproject.toml."""

from __future__ import annotations

import configparser
import importlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...device import ENGINES, engine_of
from ...facade.names import closest
from ..about import STATUSES
from .rules import RULES, of_status
from .uses import Finding
from .walking import anchored, matches

SECTION = "plaidml_compat:scan"
TABLE = ("tool", "plaidml_compat", "scan")
KEYS = ("select", "ignore", "exclude", "per-file-ignores", "device")


class SettingsError(ValueError):
    """A setting that means nothing; the message says what to write instead."""


@dataclass(frozen=True)
class Settings:
    """What a scan is asked for.

    Attributes:
        select: rules to report; `None`: all, of which people are shown those that ask for something to be done.
        ignore: rules not to report.
        exclude: globs of files and folders to pass over below named folders: with a slash relative to the current folder, or else a name.
        per_file_ignores: globs of the same form -> rules not to report there.
        device: PlaidML's id of the device meant, which decides what is slow there; it need not be here. `None`: any.
        exit_zero: whether what would raise an error is left out of the exit code.
        source: the file that they come from; empty: none.
        unread: a pyproject.toml with settings that this Python cannot read; empty: none.

    Raises:
        SettingsError: an unknown rule or device, or no rule is left.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    device: str | None = None
    exit_zero: bool = False
    source: str = ""
    unread: str = ""

    def __post_init__(self) -> None:
        where = f"{self.source}: " if self.source else ""
        for name, given in [
            ("select", self.select or ()),
            ("ignore", self.ignore),
            *(("per-file-ignores", r) for _, r in self.per_file_ignores),
        ]:
            for rule in given:
                if rule not in RULES:
                    rules = ", ".join(RULES)
                    raise SettingsError(f"{where}{name}: there is no such rule{closest(rule, RULES)} (rules: {rules}); received {rule!r}")
        selected = RULES if self.select is None else self.select
        if not set(selected) - set(self.ignore):
            asked = f"select: {', '.join(selected) or 'nothing'}; ignore: {', '.join(self.ignore) or 'nothing'}"
            raise SettingsError(f"{where}no rule is left to report. Select one that is not ignored; received {asked}")
        if self.device is not None and self.engine not in ENGINES:
            raise SettingsError(
                f"{where}device: PlaidML's ids begin with one of {', '.join(ENGINES)} (`plaidml-compat devices` lists those here); "
                f"received {self.device!r}"
            )

    @property
    def engine(self) -> str | None:
        """The engine of the device meant; `None`: any."""
        return None if self.device is None else engine_of(self.device)

    def reports(self, finding: Finding) -> bool:
        """Whether a finding is to be reported."""
        if finding.rule in self.ignore or (self.select is not None and finding.rule not in self.select):
            return False
        parts = finding.path.replace(os.sep, "/").split("/")
        return not any(finding.rule in rules and matches(finding.path, [anchored(glob)], parts) for glob, rules in self.per_file_ignores)


def rules_of(words: Iterable[str]) -> tuple[str, ...]:
    """Rules from a list in which `all` stands for all of them."""
    return tuple(r for w in words for r in (RULES if w == "all" else [w]))


def find(start: str) -> Settings:
    """The settings of the project that a file or folder is in: of the nearest folder upwards that has some.

    Raises:
        SettingsError: they cannot be read, or hold what means nothing.
    """
    folder = os.path.abspath(start)
    folder = folder if os.path.isdir(folder) else os.path.dirname(folder)
    unread = ""
    while True:
        found = {}
        for name, reader in (("pyproject.toml", _from_toml), ("setup.cfg", _from_cfg)):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                table = reader(path)
                if table is _NO_READER:
                    unread = unread or path
                elif table is not None:
                    found[path] = table
        if len(found) > 1:
            raise SettingsError(f"the scan's settings stand in two files; keep those of one; received {' and '.join(found)}")
        for path, table in found.items():
            return _made(path, table, unread)
        above = os.path.dirname(folder)
        if above == folder:
            return Settings(unread=unread)
        folder = above


_NO_READER: dict[str, Any] = {}


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as f:
            return f.read()
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(f"{path} cannot be read: {e}") from e


def _from_toml(path: str) -> dict[str, Any] | None:
    """The table of ours in a pyproject.toml, `None` where there is none."""
    text = _text(path)
    if "plaidml_compat" not in text:
        return None
    try:
        toml = importlib.import_module("tomllib")
    except ImportError:
        try:
            toml = importlib.import_module("tomli")
        except ImportError:
            return _NO_READER
    try:
        table = toml.loads(text)
    except ValueError as e:
        raise SettingsError(f"{path} is no TOML: {e}") from e
    for key in TABLE:
        table = table.get(key) if isinstance(table, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        raise SettingsError(f"{path}: {'.'.join(TABLE)} must be a table; received {table!r}")
    return None if table is None else {**table}


def _from_cfg(path: str) -> dict[str, Any] | None:
    """The section of ours in a setup.cfg, its lists split, `None` where there is none."""
    text = _text(path)
    if SECTION not in text:
        return None
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read_string(text, path)
    except configparser.Error as e:
        raise SettingsError(f"{path} cannot be read: {e}") from e
    if not config.has_section(SECTION):
        return None
    table: dict[str, Any] = dict(config[SECTION])
    for key in ("select", "ignore", "exclude"):
        if key in table:
            table[key] = split(table[key])
    if "per-file-ignores" in table:
        pairs = [line.rpartition(":") for line in table["per-file-ignores"].splitlines() if line.strip()]
        for pattern, colon, rules in pairs:
            if not colon or not pattern.strip():
                raise SettingsError(f"{path}: per-file-ignores: each line is `GLOB: RULES`; received {pattern + colon + rules!r}")
        table["per-file-ignores"] = {p.strip(): split(r) for p, _, r in pairs}
    return table


def split(text: str) -> list[str]:
    """What stands between commas, spaces and line ends; a status of the matrix is the rule for it, spaces and all."""
    for status in STATUSES:
        text = text.replace(status, of_status(status))
    return text.replace(",", " ").split()


def _made(path: str, table: Mapping[str, Any], unread: str) -> Settings:
    folder = os.path.dirname(path)
    for key, value in table.items():
        if key not in KEYS:
            raise SettingsError(f"{path}: there is no such setting{closest(key, KEYS)} (settings: {', '.join(KEYS)}); received {key!r}")
        right = (
            isinstance(value, str)
            if key == "device"
            else isinstance(value, Mapping) and all(_is_list(v) for v in value.values())
            if key == "per-file-ignores"
            else _is_list(value)
        )
        if not right:
            form = {"device": "a string", "per-file-ignores": "a table of lists of strings"}.get(key, "a list of strings")
            raise SettingsError(f"{path}: {key} must be {form}; received {value!r}")
    return Settings(
        select=rules_of(table["select"]) if "select" in table else None,
        ignore=rules_of(table.get("ignore", ())),
        exclude=tuple(anchored(p, folder) for p in table.get("exclude", ())),
        per_file_ignores=tuple((anchored(p, folder), rules_of(r)) for p, r in table.get("per-file-ignores", {}).items()),
        device=table.get("device"),
        source=path,
        unread=unread,
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)
