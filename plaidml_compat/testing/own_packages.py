"""Which installed packages are the project's own: those that hold the tests which are asked for, or have their source beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..call_sites import installed_package


def names(config: pytest.Config) -> set[str]:
    """The names by which they are imported.

    Args:
        config: pytest's, as it is before conftest.py files are imported.
    """
    return {*_that_hold_tests(config), *_of_sources(config.rootpath), *_of_sources(config.rootpath / "src")} - {""}


def _that_hold_tests(config: pytest.Config) -> Iterator[str]:
    known = config.known_args_namespace
    for argument in known.file_or_dir or [str(config.invocation_params.dir)]:
        path = str(argument).partition("::")[0]
        yield installed_package(os.path.join(os.path.abspath(config.invocation_params.dir / path), ""))
        if known.pyargs and os.sep not in path:
            yield path.partition(".")[0]


def _of_sources(folder: Path) -> Iterator[str]:
    """What a folder would give to an import: its packages and modules."""
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return
    for path in found:
        if path.suffix == ".py" or (path / "__init__.py").is_file():
            yield path.stem
