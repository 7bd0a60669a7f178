"""Which files of a project a test file brings in: what it imports, and what pytest and Python load beside it; nothing is run."""

from __future__ import annotations

import ast
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..report.profile.program_files import is_own


def project_files(file: Path, root: Path) -> Iterator[Path]:
    """The files below `root` that a test file imports, and those that they import, in the order in which they are found.

    Args:
        file: a test file, or a conftest.py.
        root: pytest's root folder.
    """
    seen, todo = {_real(file)}, [file]
    roots = [_real(root)]
    for conftest in _conftests(file, root):
        if _real(conftest) not in seen:
            seen.add(_real(conftest))
            todo.append(conftest)
            yield conftest
    while todo:
        current = todo.pop(0)
        for path in _loaded_by(current, root):
            real = _real(path)
            if real not in seen and is_own(real, roots):
                seen.add(real)
                todo.append(path)
                yield path


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _conftests(file: Path, root: Path) -> Iterator[Path]:
    for folder in file.parents:
        conftest = folder / "conftest.py"
        if conftest.is_file():
            yield conftest
        if folder == root:
            return


def _loaded_by(file: Path, root: Path) -> Iterator[Path]:
    """Packages that the file is in, and the modules that its text imports."""
    top = file.parent
    while (top / "__init__.py").is_file():
        yield top / "__init__.py"
        top = top.parent
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about its text are told when it is imported
            tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return  # the scanner says so
    folders = [top, root, root / "src", *(Path(p) for p in sys.path if p)]
    for start, name in _imported(tree, file):
        yield from _files_of(name, [start] if start is not None else folders)


def _imported(tree: ast.Module, file: Path) -> Iterator[tuple[Path | None, str]]:
    """(the folder that a relative import starts from, dotted name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((None, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = file.parents[node.level - 1] if 0 < node.level <= len(file.parents) else None
            base = node.module or ""
            yield start, base
            yield from ((start, f"{base}.{alias.name}".strip(".")) for alias in node.names)
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytest_plugins" for t in node.targets):
            texts = (n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant) and isinstance(n.value, str))
            yield from ((None, text) for text in texts)


def _files_of(name: str, folders: Iterable[Path]) -> list[Path]:
    """The files that importing a module runs: its packages' and its own, in the first folder that has it."""
    parts = [p for p in name.split(".") if p]
    for folder in folders:
        base = folder.joinpath(*parts)
        own = next((p for p in (base / "__init__.py", base.with_name(f"{base.name}.py")) if p.is_file()), None)
        if own is not None:
            packages = (folder.joinpath(*parts[:i], "__init__.py") for i in range(1, len(parts)))
            return [*(p for p in packages if p.is_file()), own]
    return []
