"""install() and uninstall(): shims, Keras on PlaidML, the facade and the hooks, put in and taken out together."""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import io
import logging
import os
import sys
import threading
from dataclasses import dataclass
from typing import Any

from .journal import Journal

log = logging.getLogger("plaidml_compat")

BACKEND = "plaidml.keras.backend"
_lock = threading.RLock()
_undo = Journal()
_installed: Installation | None = None


class _Default(str):
    """A default value, told apart from the same word passed by the caller."""


_AUTO, _WARN = _Default("auto"), _Default("warn")


@dataclass(frozen=True)
class Installation:
    """What install() set up; printing it gives one line.

    Attributes:
        device: PlaidML's id of the device in use.
        placement: the default placement.
        fallback: what happens on a fallback.
        versions: package -> version.
        ops: number of TensorFlow names served, by kind.
    """

    device: str
    placement: str
    fallback: str
    versions: dict[str, str]
    ops: dict[str, int]

    def __str__(self) -> str:
        versions = ", ".join(f"{k} {v}" for k, v in self.versions.items())
        counts = f"{self.ops['op']} ops, {self.ops['layer']} layers, {self.ops['export']} other names"
        return f"plaidml_compat on {self.device}: {counts} ({versions})"


def is_installed() -> bool:
    """True between install() and uninstall()."""
    return _installed is not None


def install(
    device: str | None = None,
    placement: str = _AUTO,
    fallback: str = _WARN,
    *,
    shadow_tensorflow: bool = False,
) -> Installation:
    """Serve `tensorflow` from Keras 2.2.4 on PlaidML. Calling it again changes only what is passed; the device of a process stays.

    Args:
        device: PlaidML's id; `None`: PLAIDML_DEVICE_IDS, else the saved PlaidML settings, else the best GPU, else llvm_cpu.0.
        placement: where ops run by default: `"auto"`, `"host"` or `"device"`.
        fallback: when the device was asked for and cannot: `"warn"`, `"allow"` (silently) or `"error"` (PlacementError).
        shadow_tensorflow: serve the facade although the real TensorFlow is installed.

    Returns:
        What was set up; `print` it for one line.

    Raises:
        RuntimeError: Keras runs on another backend already, TensorFlow is imported, or installed and not to be shadowed.
        ValueError: an unknown device, placement or fallback policy.
    """
    from . import dispatch

    global _installed
    with _lock:
        if _installed is not None:
            placement = _installed.placement if placement is _AUTO else placement
            fallback = _installed.fallback if fallback is _WARN else fallback
        placement, fallback = str(placement), str(fallback)
        dispatch.check_placement(placement)
        if fallback not in dispatch.POLICIES:
            raise ValueError(f"install: fallback must be one of {', '.join(map(repr, dispatch.POLICIES))}; received {fallback!r}")
        if _installed is None:
            _refuse_conflicts(shadow_tensorflow)
        from . import device as devices

        device_id = devices.select(device) if _installed is None or device is not None else _installed.device
        if _installed is None:
            try:
                _put_in()
            except BaseException:
                _take_out()
                raise
        _set_policy(placement, fallback)
        _installed = Installation(device_id, placement, fallback, _versions(), _count())
        log.debug("%s", _installed)
        return _installed


def _set_policy(placement: str, fallback: str) -> None:
    from . import dispatch, event_warnings

    dispatch.defaults.placement, dispatch.defaults.fallback = placement, fallback
    event_warnings.silenced.discard("fallback")
    if fallback == "allow":
        event_warnings.silenced.add("fallback")


def uninstall() -> None:
    """Take everything out again: the finders, the tensorflow modules and the hooks. Harmless when not installed.

    Keras and PlaidML stay loaded, and so does the choice of the device: a process has one.
    """
    with _lock:
        _take_out()


def _refuse_conflicts(shadow_tensorflow: bool) -> None:
    """RuntimeError for what would be mixed up with this package."""
    tf = sys.modules.get("tensorflow")
    if tf is not None:
        raise RuntimeError(
            "plaidml_compat.install: the real TensorFlow is imported in this process already. Call install() before `import tensorflow`, "
            "or run the program with `python -m plaidml_compat script.py`"
        )
    if not shadow_tensorflow and importlib.machinery.PathFinder.find_spec("tensorflow") is not None:
        raise RuntimeError(
            "plaidml_compat.install: the real TensorFlow is installed in this environment. Uninstall it, or use an environment of its own, "
            "or pass install(shadow_tensorflow=True) to serve PlaidML under its name in this process"
        )
    keras = sys.modules.get("keras")
    backend = sys.modules.get("keras.backend")
    if keras is not None and getattr(keras, "__version__", "") != "2.2.4":
        raise RuntimeError(
            f"plaidml_compat.install: Keras {getattr(keras, '__version__', '')} is imported; PlaidML needs 2.2.4. "
            "Install plaidml-keras in an environment of its own, and call install() before `import keras`"
        )
    if backend is not None and not backend.backend().startswith("plaidml"):
        raise RuntimeError(
            f"plaidml_compat.install: Keras is imported already and runs on {backend.backend()!r}. Call install() before `import keras`"
        )


def _put_in() -> None:
    from . import event_warnings, observe, shims

    _set_environment("KERAS_BACKEND", BACKEND)
    shims.install()
    _undo.add(shims.uninstall)
    with contextlib.redirect_stderr(io.StringIO()):  # "Using ... backend."
        import keras
    if not keras.backend.backend().startswith("plaidml"):
        raise RuntimeError(f"plaidml_compat.install: Keras started on {keras.backend.backend()!r} although KERAS_BACKEND={BACKEND}")
    _hook_backend()
    from . import call_guards, extensions, keras_backports

    keras_backports.install()
    _undo.add(keras_backports.uninstall)
    load_entries()
    call_guards.install()  # before packages are loaded: one that declares what cannot be enforced is left out
    _undo.add(call_guards.uninstall)
    extensions.load()
    _serve_facade()
    _extend_keras()
    _undo.add(observe.subscribe(event_warnings.warn_once))
    event_warnings.forget_warnings()


def load_entries() -> None:
    """Import every module of this package that declares entries."""
    from . import layers, ops

    ops.load()
    for name in (
        "tensor",
        "errors",
        "random",
        "data",
        "image_io",
        "files",
        "records.entries",
        "variable",
        "nesting",
        "checkpoints",
        "checkpoints.iterators",
        "facade.core",
        "facade.dimensions",
        "unit_tests.entries",
        "unit_tests.gradients",
    ):
        importlib.import_module(f"{__package__}.{name}")
    layers.load()


def _set_environment(name: str, value: str) -> None:
    before = os.environ.get(name)
    os.environ[name] = value

    def restore() -> None:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

    _undo.add(restore)


def _hook_backend() -> None:
    from . import custom_gradients
    from .layers import hoisting, hosted_function
    from .shims.backend_patch import patch_backend

    K = importlib.import_module("keras.backend")
    # shims.uninstall() puts the originals back.
    patch_backend("function", hosted_function.function_hook(K.function))
    patch_backend("gradients", hoisting.gradients_hook(custom_gradients.gradients_hook(K.gradients)))


def _serve_facade() -> None:
    from .facade import modules

    finder = modules.FacadeFinder()
    sys.meta_path.insert(0, finder)

    def remove() -> None:
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(finder)
        for name in modules.loaded():
            del sys.modules[name]

    _undo.add(remove)


def _extend_keras() -> None:
    """`import keras; keras.layers.RandomFlip` works, and load_model needs no list of custom objects: also for what is declared later."""
    from . import registry
    from .facade import keras_modules

    for entry in registry.entries():
        _add_to_keras(entry)
    _undo.add(registry.on_declare(_add_to_keras))
    keras_modules.install(_undo)


def _add_to_keras(entry: Any) -> None:
    import keras

    if entry.kind == "unsupported":
        return
    for name in entry.names:
        if not name.startswith(("tf.keras.", "keras.")):
            continue
        path, _, attribute = (name[len("tf.") :] if name.startswith("tf.") else name).rpartition(".")
        try:
            module = importlib.import_module(path)
        except ImportError:
            continue
        _undo.set_item(module.__dict__, attribute, entry.obj)
        if entry.kind == "layer":
            _undo.set_item(keras.utils.get_custom_objects(), attribute, entry.obj)


def _take_out() -> None:
    global _installed
    _undo.undo()
    _set_policy("auto", "warn")
    _installed = None


def _versions() -> dict[str, str]:
    import importlib.metadata as metadata

    from . import __version__

    packages = ("plaidml", "plaidml-keras", "keras", "numpy")
    return {"plaidml_compat": __version__, **{p: metadata.version(p) for p in packages}}


def _count() -> dict[str, int]:
    from .registry import entries

    kinds = [e.kind for e in entries()]
    return {k: kinds.count(k) for k in ("op", "layer", "export", "unsupported")}
