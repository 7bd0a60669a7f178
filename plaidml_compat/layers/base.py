"""The base class of the preprocessing layers: they call ops, on the host or inside a graph, with parameters drawn on the host."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

import keras
import numpy as np

from .. import device, dispatch, observe, random
from ..dtypes import as_dtype, without_policy
from ..exceptions import PlacementError
from ..ops.core.cast import cast
from ..tensor import Tensor, as_array, is_symbolic, payload
from . import graph_marks, hoisting

_UNSET: Any = object()
_NO_MATTER_IN_GRAPHS = ("name", "trainable", "seed", "batch_input_shape", "bounding_box_format")


class PreprocessingLayer(keras.layers.Layer):
    """A layer that calls ops: eagerly on arrays, hoisted to the host at the head of a model, on the device elsewhere.

    A subclass defines `apply` and, if it is random, `draw` and `draw_shapes`; nothing else is needed.

    Args:
        placement: `"host"`, `"device"`, `"auto"` or `None` (what is in force where the layer is called). Not saved with a model.
        **kwargs: Keras' own: name, dtype, input_shape, trainable.
    """

    draw_shapes: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    """Name and shape per image of every drawn parameter, where that does not depend on the images (else see `drawn_shapes`)."""

    draw_needs_size: ClassVar[bool] = True
    """Whether `draw` uses the height and width; on the device the layer is then refused where they are not known."""

    draws_in_inference: ClassVar[bool] = False
    """Whether TensorFlow's layer draws, and drops what it drew, where it does nothing: its next draw differs."""

    only_in_training: ClassVar[bool | None] = None
    """Whether inference differs from training (see `infer`); `None`: for layers that draw."""

    casts_in_inference: ClassVar[bool] = True
    """Whether TensorFlow's layer, called on its own, gives its dtype in inference too; some of Keras 3's leave integers as they are."""

    host_only: ClassVar[tuple[str, str]] = ("", "")
    """Why the layer cannot be a part of a PlaidML graph and what to do instead; empty: it can."""

    def __init__(self, *, placement: str | None = None, **kwargs: Any) -> None:
        if placement is not None:
            dispatch.check_placement(placement)
        self.placement = placement
        dtype = without_policy(kwargs.pop("dtype", None))
        self.compute_dtype = as_dtype(dtype).name if dtype is not None else keras.backend.floatx()
        self._generator = self.make_generator(getattr(self, "seed", None)) if self.is_random else None
        self.site = observe.user_site()
        super().__init__(dtype=self.compute_dtype, **kwargs)
        self.supports_masking = True

    # ------------------------------------------------------------------------------------- what a subclass defines
    def make_generator(self, seed: int | None) -> Any:
        """The generator that `draw` gets: TensorFlow 2.15's."""
        return random.layer_generator(seed)

    def draw(self, shape: tuple, generator: Any, single: bool = False) -> dict[str, Any]:
        """Draw the parameters of one call, all on the host: a device's sine would move pixels.

        Args:
            shape: of the images: (batch, height, width, channels), all known (but see `draw_needs_size`).
            generator: gives TensorFlow's numbers.
            single: true for one image without a batch axis, for which some TensorFlow ops draw otherwise.

        Returns:
            float32 arrays of shape (batch, *drawn_shapes[name]) by name; anything for a layer that is `host_only`.
        """
        return {}

    def drawn_shapes(self, shape: tuple) -> Mapping[str, tuple[int, ...]]:
        """Name and shape per image of every drawn parameter for images of a shape (batch, height, width, channels)."""
        return self.draw_shapes

    @abc.abstractmethod
    def apply(self, *args: Any, **kwargs: Any) -> Any:
        """`apply(inputs, **drawn)`: the ops on a batch of images (an array, or a symbolic Tensor) with the drawn parameters."""

    def infer(self, inputs: Any) -> Any:
        """What a layer that differs in inference does there, on a batch of images: by default nothing."""
        return inputs

    def build(self, input_shape: Any) -> None:
        """Keras calls this once, before the first `call`: TensorFlow 2.15's layers take their seed then."""
        if self._generator is not None:
            self._generator.build()
        super().build(input_shape)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Shape of the result, batch size first."""
        return tuple(input_shape)

    def rank_error(self, message: str, rank: int) -> Exception:
        """The error for inputs of a rank that the layer does not take, of the class that TensorFlow's layer raises."""
        return ValueError(message)

    def settings(self) -> dict[str, Any]:
        """What a graph of the device computes with that the layer is built into: its configuration, as far as it matters there."""
        return {k: v for k, v in self.get_config().items() if k not in _NO_MATTER_IN_GRAPHS}

    def check_inputs(self, shape: tuple) -> None:
        """Refuse inputs of a shape that the layer does not take: (batch, height, width, channels) or one image, by default."""
        if len(shape) not in (3, 4):
            raise self.rank_error(
                f"{self.op_name}: inputs are (height, width, channels) or (batch, height, width, channels); received shape {tuple(shape)}",
                len(shape),
            )

    def convert(self, images: np.ndarray) -> np.ndarray:
        """The images in the layer's dtype."""
        return images.astype(self.compute_dtype, copy=False)

    # ----------------------------------------------------------------------------------------------------- calling
    @property
    def is_random(self) -> bool:
        """True for a layer that draws."""
        return self.draws_numbers()

    @classmethod
    def draws_numbers(cls) -> bool:
        """Whether layers of this class draw: they define `draw`, or what is drawn."""
        return bool(cls.draw_shapes) or cls.draw is not PreprocessingLayer.draw

    @property
    def asks_training(self) -> bool:
        """True for a layer that does something else in inference than in training."""
        return self.is_random if self.only_in_training is None else self.only_in_training

    @property
    def op_name(self) -> str:
        """The TensorFlow name under which messages and summaries speak of this layer."""
        return f"tf.keras.layers.{type(self).__name__}"

    def __call__(self, inputs: Any, training: Any = _UNSET, **kwargs: Any) -> Any:
        """Call the layer on images.

        Args:
            inputs: (batch, height, width, channels) or (height, width, channels), arrays or tensors of any number type.
            training: whether to augment. Layers called on their own do (TensorFlow 2.15's default is True); inside a
                model, fit() augments, evaluate() and predict() do not.

        Returns:
            A tensor of the layer's dtype.

        Raises:
            ValueError: a dictionary was passed, or images of different sizes, or the rank does not fit.
            TypeError: another keyword.
        """
        if is_symbolic(inputs):
            if training is not _UNSET:
                kwargs["training"] = training
            return super().__call__(inputs, **kwargs)
        self.refuse_keywords(kwargs)
        if type(self).call.__module__.startswith(__package__):
            return self._on_data(inputs, True if training is None else training)
        # A subclass of the user's own: its `call` counts, and finds this class's by `super()`.
        given = {} if training is _UNSET or not takes_training(self) else {"training": training}
        return self.call(inputs if isinstance(inputs, dict) else Tensor(self.to_array(inputs)), **given)

    def _on_data(self, inputs: Any, training: Any) -> Any:
        acts = True if training is _UNSET else bool(training)
        if isinstance(inputs, dict):
            return self.on_dictionary(inputs, acts)
        return Tensor(self.on_arrays(self.to_array(inputs), acts, self.placement))

    def refuse_keywords(self, kwargs: dict[str, Any]) -> None:
        """Refuse keywords of a call that the layer does not know.

        Raises:
            TypeError: there are any.
        """
        if kwargs:
            raise TypeError(f"{type(self).__name__}.call() got an unexpected keyword argument {next(iter(kwargs))!r}; it takes `training`")

    def on_dictionary(self, data: dict, training: bool) -> dict[str, Any]:
        """Images with what belongs to them: for layers that take them.

        Raises:
            ValueError: this one does not.
        """
        raise ValueError(
            f"{self.op_name}: the input is one tensor, images or a batch of them; received a dict with keys {sorted(data)}. "
            "Pass its 'images' entry"
        )

    def to_array(self, inputs: Any) -> np.ndarray:
        """The inputs as one array.

        Raises:
            ValueError: they are images of different sizes.
        """
        if isinstance(inputs, (list, tuple)):
            shapes = {np.shape(i) for i in inputs}
            if len(shapes) > 1:
                raise ValueError(
                    f"{self.op_name}: a batch is one array, so its images have one size (ragged tensors are not supported); resize them "
                    f"one by one in Dataset.map, before batch(). Received shapes {sorted(map(str, shapes))[:4]}"
                )
        return as_array(inputs)

    def on_arrays(self, images: np.ndarray, training: bool, placement: str | None) -> np.ndarray:
        """Draw and apply on arrays: eagerly, in a worker of `map`, or (on the host) at the head of a model before a step."""
        return self.transform(images, training or not self.asks_training, placement)[0]

    def transform(self, images: np.ndarray, acts: bool, placement: str | None) -> tuple[np.ndarray, dict[str, Any]]:
        """Draw and apply on arrays, or infer.

        Args:
            images: a batch or one image.
            acts: whether the layer does what it does in training.
            placement: of its ops.

        Returns:
            The result, and what was drawn for it.
        """
        self.check_inputs(images.shape)
        if acts or self.casts_in_inference or is_cast_beforehand(images):
            images = self.convert(images)
        if self._generator is not None:
            self._generator.build()
        single = images.ndim == 3
        batch = images[None] if single else images
        drawn = self.draw(batch.shape, self._generator, single) if self.is_random and (acts or self.draws_in_inference) else {}
        if not acts:
            drawn = {}
        out = self._run(placement, self.apply if acts else self.infer, batch, **drawn)
        return (out[0] if single else out), drawn

    def _run(self, placement: str | None, function: Any, *args: Any, **kwargs: Any) -> np.ndarray:
        with dispatch.on_behalf_of(self.op_name), dispatch.placement_of(placement):
            return np.asarray(function(*args, **kwargs))

    def call(self, inputs: Any, training: Any = _UNSET) -> Any:
        """Build the layer into a graph (Keras calls this): hoisted where everything before it is, on the device elsewhere.

        On data, for subclasses: do at once what the layer does.
        """
        if not is_symbolic(inputs):
            return self._on_data(inputs, training)
        inputs, training = payload(inputs), None if training is _UNSET else training
        placement = self.placement or dispatch.current_placement()
        head = hoisting.is_head(inputs)
        if head and placement != "device":
            return hoisting.hoist(self, inputs, training)
        if self.placement == "host":
            raise PlacementError(
                self.op_name,
                "placement='host' was asked for, and a layer before it runs on the device: a PlaidML graph cannot call back to the host",
                "Put it at the head of the model, before any layer with weights, or leave `placement` out",
            )
        try:
            return self._on_device(inputs, training)
        except PlacementError as e:
            if not head:
                raise
            dispatch.fall_back(self.op_name, e.reason, e.advice, self.site)
            return hoisting.hoist(self, inputs, training, e.reason)

    def _on_device(self, inputs: Any, training: Any) -> Any:
        K = device.backend()
        if self.host_only[0]:
            raise PlacementError(self.op_name, *self.host_only)
        x = inputs if device.dtype_name(inputs) == self.compute_dtype else K.cast(inputs, self.compute_dtype)
        call = hoisting.LayerCall(self, inputs, training, settings=graph_marks.settings_of(self))
        never = self.asks_training and training is not None and not training
        draws = self.is_random and (self.draws_in_inference or not never)
        if draws and self.draw_needs_size and None in device.static_shape(inputs)[1:3]:
            raise PlacementError(
                self.op_name,
                "the height and width of its input are not known when the model is built",
                "Give the model's Input a fixed size, or put the layer at the head of the model",
            )
        with dispatch.on_behalf_of(self.op_name):
            if never:
                out = self._result(self.infer, x)
                if out is x and draws:
                    out = K.identity(x)
            else:
                drawn = hoisting.drawn_placeholders(call) if self.is_random else {}
                out = self._result(self.apply, x, **drawn)
                if self.asks_training and training is None:
                    out = graph_marks.in_train_phase(out, self._result(self.infer, x))
                if out is x and draws:  # the learning phase is fixed
                    out = K.identity(x)
        if out is not x:
            graph_marks.mark(out, call)
        return out

    def _result(self, function: Any, x: Any, **drawn: Any) -> Any:
        """A function of a graph's value, in the layer's dtype."""
        out = function(Tensor(x), **drawn)
        dtype = device.dtype_name(payload(out))
        return payload(out if dtype == self.compute_dtype else cast(out, self.compute_dtype))

    def get_config(self) -> dict[str, Any]:
        """Keras' configuration: JSON types only."""
        config = dict(super().get_config())
        config["dtype"] = self.compute_dtype
        return config


def serialize(layer: Any) -> dict[str, Any]:
    """A layer as it stands in another one's configuration."""
    return keras.layers.serialize(layer)


def deserialize(config: Any) -> Any:
    """The layer of a configuration; a layer is itself."""
    return keras.layers.deserialize(config) if isinstance(config, dict) else config


def is_cast_beforehand(array: np.ndarray) -> bool:
    """Whether Keras 3 gives an array the layer's dtype before the layer sees it: floats, and in a graph all numbers."""
    return array.dtype.kind == "f" or (random.in_graph() and array.dtype.kind in "iub")


def takes_training(layer: Any) -> bool:
    """Whether calls of a layer have an argument `training`."""
    return keras.utils.generic_utils.has_arg(layer.call, "training")
