"""The doctor's checks of installed packages: present, new enough, importable, and none in the way."""

from __future__ import annotations

import importlib
import importlib.metadata as metadata
import importlib.util
import os
import re
import sysconfig
from collections.abc import Iterator

from .check import BROKEN, NOTE, OK, Check

MODULES = {
    "absl-py": "absl",
    "plaidml": "",  # imported by the device checks, in processes of their own
    "plaidml-keras": "",
    "opencv-python-headless": "cv2",
    "protobuf": "google.protobuf",
    "pillow": "PIL",
    "pyyaml": "yaml",
}
"""Package -> module, where their names differ."""
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:(==|>=)\s*([0-9.]+))?")


def checks() -> Iterator[Check]:
    """One check a required package, and one for each package that is in the way."""
    try:
        wanted = [r for r in metadata.requires("plaidml-compat") or () if "extra ==" not in r]
    except metadata.PackageNotFoundError:
        yield Check("plaidml_compat", NOTE, "runs from a source folder: versions of packages are not known", "pip install . in that folder")
        wanted = ["plaidml==0.7.0", "plaidml-keras==0.7.0"]
    for text in wanted:
        yield requirement(text)
    keras = _version("keras")
    if keras is not None and keras != "2.2.4":
        yield Check("keras", BROKEN, f"{keras}; PlaidML needs 2.2.4", "pip install keras==2.2.4, in an environment of its own")
    yield from in_the_way()


def requirement(text: str) -> Check:
    """Whether a requirement such as `numpy>=2.0.0` is met and its module can be imported."""
    match = _REQUIREMENT.match(text)
    assert match, text
    name, how, bound = match.groups()
    version = _version(name)
    cure = f'pip install "{name}{how or ""}{bound or ""}"'
    if version is None:
        return Check(name, BROKEN, "is not installed", cure)
    if bound and not (_numbers(version) == _numbers(bound) if how == "==" else _numbers(version) >= _numbers(bound)):
        return Check(name, BROKEN, f"{version} is installed; needed is {how}{bound}", cure)
    module = MODULES.get(name.lower(), name)
    try:
        if module:
            importlib.import_module(module)
    except Exception as e:  # a broken wheel raises anything
        found = f"{version} is installed but `import {module}` fails: {type(e).__name__}: {e}"
        return Check(name, BROKEN, found, f"{cure} --force-reinstall")
    return Check(name, OK, version)


def in_the_way() -> Iterator[Check]:
    """Packages that can disturb."""
    if importlib.util.find_spec("tensorflow") is not None:
        yield Check(
            "tensorflow",
            NOTE,
            "the real TensorFlow is installed here; install() refuses to hide it",
            "Use an environment of its own, or run programs with --shadow-tensorflow",
        )
    if _version("enum34") is not None:
        where = os.path.join(sysconfig.get_paths()["purelib"], "enum")
        yield Check(
            "enum34",
            NOTE,
            f"plaidml brought this Python 2 backport: {where}. Python itself never sees it, tools that put site-packages first fail on it",
            "pip uninstall -y enum34, should a tool complain about `enum`",
        )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(n) for n in re.findall(r"\d+", re.split(r"[a-z+-]", version)[0])]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
