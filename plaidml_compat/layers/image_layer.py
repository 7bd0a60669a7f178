"""The base classes of the image layers: a drawn transformation for images, and the same one for labels, boxes and masks beside them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Callable

import numpy as np

from .. import device, random
from ..ops.image._device_limits import size_of
from ..tensor import Tensor, as_array, is_symbolic, payload
from .base import PreprocessingLayer, is_cast_beforehand
from .bounding_boxes import FORMATS, as_boxes

DATA_FORMATS = ("channels_first", "channels_last")


class ImageLayer(PreprocessingLayer):
    """A layer that transforms images and, in a dictionary, what belongs to them.

    A dictionary holds `images` and any of `labels`, `segmentation_masks` and `bounding_boxes`, a dictionary of `boxes`
    (batch, number, 4) and `labels` (batch, number); without the batch axis for one image. The result is a new dictionary; other
    entries stay as they are. In TensorFlow 2.15 layers take no dictionaries: what they do with them is Keras 3's.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; `None`: channels last, as TensorFlow 2.15's layers have it.
        bounding_box_format: of the boxes in dictionaries, one of `FORMATS`.
        **kwargs: see `PreprocessingLayer`.

    Raises:
        ValueError: an unknown format.
    """

    def __init__(self, *, data_format: str | None = None, bounding_box_format: str | None = None, **kwargs: Any) -> None:
        if data_format is not None and data_format not in DATA_FORMATS:
            raise ValueError(f"{type(self).__name__}: `data_format` must be one of {DATA_FORMATS}; received data_format={data_format!r}")
        if bounding_box_format is not None and str(bounding_box_format).lower() not in FORMATS:
            raise ValueError(
                f"{type(self).__name__}: `bounding_box_format` must be one of {', '.join(FORMATS)}; received {bounding_box_format!r}"
            )
        self.data_format = data_format or self.default_data_format()
        self.bounding_box_format = bounding_box_format
        super().__init__(**kwargs)

    def default_data_format(self) -> str:
        """The data format of a layer that was not given one."""
        return "channels_last"

    # ------------------------------------------------------------------------------------- what a subclass defines
    # Each is called with arrays of a whole batch, in training only, and with what `draw` gave.
    def apply_to_labels(self, *args: Any, **kwargs: Any) -> Any:
        """`apply_to_labels(labels, **drawn)`: the labels (batch, ...) after the transformation, by default the same."""
        return args[0]

    def apply_to_masks(self, *args: Any, **kwargs: Any) -> Any:
        """`apply_to_masks(masks, **drawn)`: segmentation masks (batch, height, width, channels) after it, by default the same."""
        return args[0]

    def apply_to_boxes(self, *args: Any, **kwargs: Any) -> dict[str, np.ndarray]:
        """`apply_to_boxes(boxes, size, **drawn)`: bounding boxes after the transformation, by default the same.

        `boxes` is a dictionary of `boxes` (batch, number, 4) float32 in `bounding_box_format` and `labels` (batch, number), `size`
        the height and width of the images before the transformation.
        """
        return args[0]

    def infer_masks(self, masks: np.ndarray) -> Any:
        """Segmentation masks in inference, beside what `infer` makes of images: by default the same."""
        return masks

    def infer_boxes(self, boxes: dict, size: tuple[int, int]) -> dict[str, np.ndarray]:
        """Bounding boxes in inference: by default the same. For the arguments see `apply_to_boxes`."""
        return boxes

    def size_of(self, images: Any) -> tuple[int, int]:
        """Height and width of the images given to `apply`.

        Raises:
            PlacementError: they belong to a graph, and are not known there.
        """
        return size_of(self.op_name, payload(images)) if is_symbolic(images) else images.shape[1:3]

    def output_size(self, height: int | None, width: int | None) -> tuple[int | None, int | None]:
        """Height and width of the result for images of a size; `None`: not known beforehand."""
        return height, width

    @classmethod
    def keeps_image_size(cls) -> bool:
        """Whether images keep their size: neither `output_size` nor `compute_output_shape` is defined anew."""
        return cls.output_size is ImageLayer.output_size and cls.compute_output_shape is ImageLayer.compute_output_shape

    # ----------------------------------------------------------------------------------------------------- calling
    @property
    def channels_first(self) -> bool:
        """Whether the layer's inputs and outputs have their channels before height and width."""
        return self.data_format == "channels_first"

    def transform(self, images: np.ndarray, acts: bool, placement: str | None) -> tuple[np.ndarray, dict[str, Any]]:
        if not self.channels_first:
            return super().transform(images, acts, placement)
        self.check_inputs(images.shape)
        out, drawn = super().transform(np.moveaxis(images, -3, -1), acts, placement)
        return np.moveaxis(out, -1, -3), drawn

    def on_dictionary(self, data: dict, training: bool) -> dict[str, Any]:
        """Transform the images of a dictionary, and in the same way what is beside them.

        Raises:
            ValueError: there are no images, their rank does not fit, or there are boxes and the layer knows no format of them.
        """
        if "images" not in data:
            raise ValueError(f"{self.op_name}: a dictionary needs the key 'images'; received the keys {sorted(map(str, data))}")
        leaves: dict[str, Any] = {k: self._leaf(v) for k, v in data.items()}
        images = leaves["images"]
        acts = training or not self.asks_training
        leaves["images"], drawn = self.transform(images, acts, self.placement)
        single = images.ndim == 3
        if "bounding_boxes" in leaves:
            if not self.bounding_box_format:
                raise ValueError(
                    f"{self.op_name}: the input has 'bounding_boxes'; say how they are written: "
                    f"{type(self).__name__}(..., bounding_box_format='xyxy'), one of {', '.join(FORMATS)}"
                )
            boxes = as_boxes(leaves["bounding_boxes"], single)
            size = images.shape[-2:] if self.channels_first else images.shape[-3:-1]
            boxes = self.apply_to_boxes(boxes, size, **drawn) if acts else self.infer_boxes(boxes, size)
            leaves["bounding_boxes"] = {k: v[0] if single else v for k, v in boxes.items()}
        if "labels" in leaves and acts:
            leaves["labels"] = self._beside(self.apply_to_labels, leaves["labels"], single, drawn)
        if "segmentation_masks" in leaves:
            on_masks = functools.partial(self._on_masks, self.apply_to_masks if acts else self.infer_masks)
            leaves["segmentation_masks"] = self._beside(on_masks, leaves["segmentation_masks"], single, drawn)
        return {k: _tensors(v) for k, v in leaves.items()}

    def _leaf(self, value: Any) -> Any:
        """An array of a dictionary in the dtype that Keras 3 gives it: floats, and in a dataset's function everything, the layer's."""
        if isinstance(value, dict):
            return {k: self._leaf(v) for k, v in value.items()}
        a = self.to_array(value)
        return a.astype(self.compute_dtype, copy=False) if is_cast_beforehand(a) else a

    def _beside(self, function: Callable[..., Any], value: np.ndarray, single: bool, drawn: dict[str, Any]) -> np.ndarray:
        out = self._run(self.placement, function, value[None] if single else value, **drawn)
        return out[0] if single else out

    def _on_masks(self, function: Callable[..., Any], masks: np.ndarray, **drawn: Any) -> np.ndarray:
        if not self.channels_first:
            return function(masks, **drawn)
        return np.moveaxis(np.asarray(function(np.moveaxis(masks, 1, -1), **drawn)), -1, 1)

    def _on_device(self, inputs: Any, training: Any) -> Any:
        if not self.channels_first:
            return super()._on_device(inputs, training)
        K = device.backend()
        return K.permute_dimensions(super()._on_device(K.permute_dimensions(inputs, (0, 2, 3, 1)), training), (0, 3, 1, 2))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Shape of the result, batch size first (if there is one)."""
        rows = -2 if self.channels_first else -3
        shape = list(input_shape)
        shape[rows : rows + 2 or None] = self.output_size(shape[rows], shape[rows + 1])
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if self.data_format != ImageLayer.default_data_format(self):
            config["data_format"] = self.data_format
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config


class Keras3ImageLayer(ImageLayer):
    """An image layer that only Keras 3 has: it draws as layers there do, and knows Keras' own data format.

    Args:
        **kwargs: see `ImageLayer`.
    """

    def default_data_format(self) -> str:
        return device.backend().image_data_format()

    def make_generator(self, seed: int | None) -> Any:
        """Keras 3's seed generator."""
        return random.SeedGenerator(seed)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}


def _tensors(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _tensors(v) for k, v in value.items()}
    return Tensor(as_array(value))
