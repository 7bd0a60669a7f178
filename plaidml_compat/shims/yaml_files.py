"""Lets Keras read the YAML that it writes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.finder import stand_in
from plaidml_compat.shims.registry import shim


@shim("S6", "keras.engine.saving")
def yaml_loader(module: ModuleType) -> None:
    """Symptom: `load() missing 1 required positional argument: 'Loader'` in `model_from_yaml` (PyYAML 6).

    Cause: `yaml.load` has no default loader any more. `to_yaml` writes tuples as `!!python/tuple`, which the safe
    loader refuses; the one used here knows that tag and no other, so it runs no code from the file.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """The safe loader, and tuples."""

    def construct_tuple(loader: Any, node: Any) -> tuple[Any, ...]:
        return tuple(loader.construct_sequence(node, deep=True))

    Loader.add_constructor("tag:yaml.org,2002:python/tuple", construct_tuple)
    stand_in(module, yaml, load=lambda stream: yaml.load(stream, Loader=Loader))
