"""tf.config.optimizer: how TensorFlow rewrites and compiles graphs; kept, without effect on results or speed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...registry import export

_ALWAYS_TOLD = ("disable_model_pruning", "disable_meta_optimizer")
_TOLD_WHEN_SET = (
    *("layout_optimizer", "constant_folding", "shape_optimization", "remapping", "arithmetic_optimization", "dependency_optimization"),
    *("loop_optimization", "function_optimization", "debug_stripper", "scoped_allocator_optimization", "pin_to_host_optimization"),
    *("implementation_selector", "auto_mixed_precision", "use_plugin_optimizers", "auto_mixed_precision_onednn_bfloat16"),
    "auto_mixed_precision_mkl",
)


class _Optimizer:
    """What programs have set."""

    jit = False
    options: ClassVar[dict[str, Any]] = {}


@export("tf.config.optimizer.set_jit")
def set_jit(enabled: bool | str) -> None:
    """Accepted without effect: there is no XLA here, which changes no results.

    Args:
        enabled: True or `"autoclustering"`; anything else switches it off.
    """
    _Optimizer.jit = enabled in (True, "autoclustering")


@export("tf.config.optimizer.get_jit")
def get_jit() -> str:
    """`"autoclustering"` if `tf.config.optimizer.set_jit` switched it on, else an empty text."""
    return "autoclustering" if _Optimizer.jit else ""


@export("tf.config.optimizer.set_experimental_options")
def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Accepted without effect: what PlaidML does to graphs has no such switches.

    Args:
        options: names and values to change; names that TensorFlow does not know are ignored, as there.
    """
    _Optimizer.options.update(options)


@export("tf.config.optimizer.get_experimental_options")
def get_experimental_options() -> dict[str, Any]:
    """The options that were set, and the two that always have a value."""
    kept = {name: value for name, value in _Optimizer.options.items() if value is not None}
    told = {name: bool(kept[name]) for name in _TOLD_WHEN_SET if name in kept}
    told.update({name: kept.get(name, False) for name in _ALWAYS_TOLD})
    if kept.get("min_graph_nodes"):
        told["min_graph_nodes"] = kept["min_graph_nodes"]
    return told
