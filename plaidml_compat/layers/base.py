"""The base class of the preprocessing and augmentation layers: draw parameters on the host, then apply ops to them."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

import keras
import numpy as np

from .. import device, dispatch, observe, random
from ..dtypes import as_dtype
from ..exceptions import PlacementError
from ..tensor import Tensor, as_array, is_symbolic, payload
from . import hoisting

_UNSET: Any = object()


class PreprocessingLayer(keras.layers.Layer):
    """A layer without weights that calls ops: eagerly on arrays, hoisted to the host at the head of a model, on the device elsewhere.

    A subclass defines `apply` and, if it is random, `draw` and `draw_shapes`; nothing else is needed.

    Args:
        placement: `"host"`, `"device"`, `"auto"` or `None` (what is in force where the layer is called). Not saved with a model.
        **kwargs: Keras' own: name, dtype, input_shape, trainable.
    """

    draw_shapes: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    """Name and shape per image of every drawn parameter; a layer without any does the same in training and inference."""

    def __init__(self, *, placement: str | None = None, **kwargs: Any) -> None:
        if placement is not None:
            dispatch.check_placement(placement)
        self.placement = placement
        dtype = kwargs.pop("dtype", None)
        self.compute_dtype = as_dtype(dtype).name if dtype is not None else keras.backend.floatx()
        self._generator = random.layer_generator(getattr(self, "seed", None)) if self.is_random else None
        self.site = observe.user_site()
        super().__init__(dtype=self.compute_dtype, **kwargs)
        self.supports_masking = True

    draw_needs_size: ClassVar[bool] = True
    """Whether `draw` uses the height and width; on the device the layer is then refused where they are not known."""

    # ------------------------------------------------------------------------------------- what a subclass defines
    def draw(self, shape: tuple, generator: Any, single: bool = False) -> dict[str, np.ndarray]:
        """Draw the parameters of one call, all on the host: a device's sine would move pixels.

        Args:
            shape: of the images: (batch, height, width, channels), all known (but see `draw_needs_size`).
            generator: gives TensorFlow's numbers.
            single: true for one image without a batch axis, for which some TensorFlow ops draw otherwise.

        Returns:
            float32 arrays of shape (batch, *draw_shapes[name]) by name.
        """
        return {}

    @abc.abstractmethod
    def apply(self, *args: Any, **kwargs: Any) -> Any:
        """`apply(inputs, **drawn)`: the ops on a batch of images (an array, or a symbolic Tensor) with the drawn parameters."""

    def build(self, input_shape: Any) -> None:
        """Keras calls this once, before the first `call`: TensorFlow's layers take their seed then."""
        if self._generator is not None:
            self._generator.build()
        super().build(input_shape)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Shape of the result, batch size first."""
        return tuple(input_shape)

    # ----------------------------------------------------------------------------------------------------- calling
    def rank_error(self, message: str) -> Exception:
        """The error for inputs of another rank, of the class that TensorFlow's layer raises."""
        return ValueError(message)

    @property
    def is_random(self) -> bool:
        """True for a layer that draws."""
        return bool(self.draw_shapes)

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
            ValueError: a dictionary was passed, or the rank does not fit.
        """
        if isinstance(inputs, dict):
            raise ValueError(
                f"{self.op_name}: the input is one tensor, images or a batch of them; received a dict with keys {sorted(inputs)}. "
                "Pass its 'images' entry"
            )
        if is_symbolic(inputs):
            if training is not _UNSET:
                kwargs["training"] = training
            return super().__call__(inputs, **kwargs)
        return Tensor(self.on_arrays(as_array(inputs), True if training is _UNSET or training is None else bool(training), self.placement))

    def convert(self, images: np.ndarray) -> np.ndarray:
        """The images in the layer's dtype."""
        return images.astype(self.compute_dtype, copy=False)

    def on_arrays(self, images: np.ndarray, training: bool, placement: str | None) -> np.ndarray:
        """Draw and apply on arrays: eagerly, in a worker of `map`, or (on the host) at the head of a model before a step."""
        self._check_rank(images.shape)
        images = self.convert(images)
        if self._generator is not None:
            self._generator.build()
            if not training:
                return images
        single = images.ndim == 3
        if single:
            images = images[None]
        drawn = self.draw(images.shape, self._generator, single) if self.is_random else {}
        with dispatch.on_behalf_of(self.op_name), dispatch.placement_of(placement):
            out = np.asarray(self.apply(images, **drawn))
        return out[0] if single else out

    def _check_rank(self, shape: tuple) -> None:
        if len(shape) not in (3, 4):
            raise self.rank_error(
                f"{self.op_name}: inputs are (height, width, channels) or (batch, height, width, channels); received shape {tuple(shape)}"
            )

    def call(self, inputs: Any, training: Any = None) -> Any:
        """Build the layer into a graph (Keras calls this): hoisted where everything before it is, on the device elsewhere."""
        inputs = payload(inputs)
        placement = self.placement or dispatch.current_placement()
        head = hoisting.is_head(inputs)
        if head and placement != "device":
            return hoisting.hoist(self, inputs, training)
        try:
            return self._on_device(inputs, training)
        except PlacementError as e:
            if not head:
                raise
            dispatch.fall_back(self.op_name, e.reason, e.advice, self.site)
            return hoisting.hoist(self, inputs, training)

    def _on_device(self, inputs: Any, training: Any) -> Any:
        K = device.backend()
        x = inputs if device.dtype_name(inputs) == self.compute_dtype else K.cast(inputs, self.compute_dtype)
        with dispatch.on_behalf_of(self.op_name):
            if not self.is_random:
                return payload(self.apply(Tensor(x)))
            if training is not None and not training:
                return x
            if self.draw_needs_size and None in device.static_shape(inputs)[1:3]:
                raise PlacementError(
                    self.op_name,
                    "the height and width of its input are not known when the model is built",
                    "Give the model's Input a fixed size, or put the layer at the head of the model",
                )
            drawn = hoisting.drawn_placeholders(self, inputs, training)
            out = payload(self.apply(Tensor(x), **drawn))
        if training is None:
            out = K.in_train_phase(out, x)
            out._uses_learning_phase = True
        return out

    def get_config(self) -> dict[str, Any]:
        """Keras' configuration: JSON types only."""
        config = dict(super().get_config())
        config["dtype"] = self.compute_dtype
        return config
