"""Model.compile with tf.keras' parameters; the graph is made when the first batch shows what is fed."""

from __future__ import annotations

import inspect
from typing import Any

import keras.backend as K
import keras.optimizers
from keras.engine.training import Model

from ..patching import backport, patch
from .adopting import adopt
from .compiled import Compiled
from .forward import outputs_for, phase_of
from .trainable import as_compiled, note_trainable

_COMPILED_WITH = "_plaidml_compat_compiled_with"
"""Holds the optimizer of the compile() here; with another one the model was compiled elsewhere since."""
_WITH_PHASE = "_plaidml_compat_predicts_with_phase"


def compiled(model: Any, required: bool = True) -> Any:
    """The model's Compiled, or `None` while it is not built.

    Raises:
        RuntimeError: the model was not compiled.
    """
    if getattr(model, "optimizer", None) is None:
        if required:
            raise RuntimeError("You must compile your model before training/testing. Use `model.compile(optimizer, loss)`.")
        return None
    if model.__dict__.get(_COMPILED_WITH) is not model.optimizer:
        adopt(model)
    if not model.built or not model.outputs:
        return None
    state = model.__dict__.get("_plaidml_compat_compiled")
    if state is None or state.model_outputs != [id(v) for v in model.outputs]:
        state = Compiled(model, *model._compile_arguments)
        object.__setattr__(model, "_plaidml_compat_compiled", state)
        model.metrics_names = state.names
        with as_compiled(model):
            model._collected_trainable_weights = model.trainable_weights
        model._is_compiled = True
    return state


def _compile(
    self: Any,
    optimizer: Any = "rmsprop",
    loss: Any = None,
    metrics: Any = None,
    loss_weights: Any = None,
    weighted_metrics: Any = None,
    run_eagerly: bool | None = None,
    steps_per_execution: int | None = None,
    jit_compile: bool | None = None,
    pss_evaluation_shards: int = 0,
    sample_weight_mode: Any = None,
    **kwargs: Any,
) -> None:
    """Configure the model for training, as tf.keras.Model.compile does.

    `run_eagerly`, `steps_per_execution`, `jit_compile` and `pss_evaluation_shards` change no result and are accepted; the first and the
    third can be read as attributes.

    Args:
        optimizer: name, config or instance.
        loss: name, function or loss object; a list or a dictionary by output name for several outputs.
        metrics: names, functions or metric objects, per output as `loss`.
        loss_weights: factors of the outputs' losses.
        weighted_metrics: metrics that take sample weights into account.
        run_eagerly: accepted.
        steps_per_execution: accepted.
        jit_compile: accepted.
        pss_evaluation_shards: accepted.
        sample_weight_mode: accepted; weights may have any shape that lines up with the losses.
        **kwargs: what TensorFlow 1 had and TensorFlow still takes: `target_tensors` and `distribute`, which must be `None`, and others
            without effect.

    Raises:
        TypeError: another keyword.
        ValueError: losses or metrics that do not exist or do not fit the outputs.
    """
    _check_keywords(kwargs)
    self.optimizer = keras.optimizers.get(optimizer)
    self.run_eagerly, self.jit_compile = bool(run_eagerly), jit_compile
    self.loss = loss if loss is not None else []
    if not isinstance(inspect.getattr_static(type(self), "metrics", None), property):  # else the program's own: see own_steps
        self.metrics = metrics or []
    self.loss_weights, self.weighted_metrics, self.sample_weight_mode = loss_weights, weighted_metrics, sample_weight_mode
    self._compile_arguments = (loss, metrics, weighted_metrics, loss_weights)
    self.__dict__[_COMPILED_WITH] = self.optimizer
    note_trainable(self)
    for name in ("_plaidml_compat_compiled", "_plaidml_compat_explicit", "_plaidml_compat_outputs", "_plaidml_compat_functions"):
        self.__dict__.pop(name, None)
    self.train_function = self.test_function = self.predict_function = None
    self.stateful_metric_names, self.stateful_metric_functions, self.metrics_updates = [], [], []
    self._function_kwargs = {}
    self._is_compiled = True
    self.metrics_names = []
    compiled(self)


_WITHOUT_EFFECT = ("cloning", "experimental_run_tf_function", "experimental_steps_per_execution", "from_serialized")


def _check_keywords(given: dict) -> None:
    if given.get("target_tensors") is not None:
        raise ValueError(f"`target_tensors` argument is not supported when executing eagerly. Received: {given['target_tensors']}.")
    if given.get("distribute") is not None:
        raise ValueError(
            "`distribute` argument in compile is not available in TF 2.0. Please create the model under the `strategy.scope()`. "
            f"Received: {given['distribute']}."
        )
    unknown = sorted(set(given) - {"target_tensors", "distribute", *_WITHOUT_EFFECT})
    if unknown:
        raise TypeError(f"Invalid keyword argument(s) in `compile()`: {unknown}. Valid ones are those of tf.keras.Model.compile")


def _make_train_function(self: Any) -> None:
    """Make the training function for the targets the losses suggest: load_model needs the optimizer's weights to exist."""
    state = compiled(self)
    if self.train_function is None and state is not None:
        graph = state.graph("train")
        self.train_function, self.total_loss, self.targets = graph.function, graph.total_loss, graph.targets


def _make_test_function(self: Any) -> None:
    """Make the test function for the targets the losses suggest."""
    state = compiled(self)
    if self.test_function is None and state is not None:
        self.test_function = state.graph("test").function


def _make_predict_function(self: Any) -> None:
    """Make the function that predicts."""
    if self.__dict__.get("predict_function") is None:
        outputs, _, updates, _ = outputs_for(self, False)
        updates = [*updates, *self.state_updates]
        phase = phase_of([*outputs, *updates])
        self.predict_function = K.function(self._feed_inputs + phase, outputs, updates=updates, name="predict_function")
        self.__dict__[_WITH_PHASE] = (self.predict_function, bool(phase))


def predicts_with_phase(model: Any) -> bool:
    """True when the function that predicts, made here or by Keras alone, takes the learning phase as its last input."""
    function, phase = model.__dict__.get(_WITH_PHASE, (None, False))
    return phase if function is model.predict_function else model._uses_dynamic_learning_phase()


@backport
def compiling() -> None:
    """Symptom: no loss classes, TensorFlow's metric names, weights or reductions in compile()."""
    patch(Model, "compile", _compile)
    patch(Model, "_make_train_function", _make_train_function)
    patch(Model, "_make_test_function", _make_test_function)
    patch(Model, "_make_predict_function", _make_predict_function)
