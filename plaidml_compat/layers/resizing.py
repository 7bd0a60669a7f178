"""The layer Resizing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import random
from ..dtypes import as_dtype
from ..ops.core.cast import cast
from ..ops.core.slicing import getitem
from ..ops.image.pad_images import pad_images
from ..ops.image.resize import METHODS, resize
from ..ops.image.smart_resize import crop_box, interpolation_method, pad_widths
from ..registry import Sample, layer
from ._image_kinds import every_kind
from .bounding_boxes import clip_to_image_size, convert_format
from .image_layer import ImageLayer


def _samples() -> Iterator[Sample]:
    r = np.random.RandomState(0)
    images = r.rand(2, 11, 9, 3).astype(np.float32)
    for interpolation in METHODS:
        yield Sample(interpolation, (images, images[0]), {"height": 6, "width": 13, "interpolation": interpolation})
    yield Sample("cropped", (images, images[0]), {"height": 4, "width": 7, "crop_to_aspect_ratio": True})
    for height, width in ((5, 12), (7, 3), (13, 9)):
        for interpolation in ("bilinear", "nearest", "bicubic", "lanczos3"):
            how = {"height": height, "width": width, "interpolation": interpolation}
            key = f"{height}x{width}-{interpolation}"
            yield Sample(f"padded-{key}", (images, images[0]), {**how, "pad_to_aspect_ratio": True, "fill_value": 0.5}, oracle="2.21")
            yield Sample(f"antialias-{key}", (images,), {**how, "antialias": True}, oracle="2.21")
            yield Sample(f"cropped-antialias-{key}", (images,), {**how, "antialias": True, "crop_to_aspect_ratio": True}, oracle="2.21")
    first = np.moveaxis(images, -1, 1)
    whole, wide = (images * 255).astype(np.uint8), {"height": 5, "width": 12, "pad_to_aspect_ratio": True, "dtype": "uint8"}
    for fill_value in (300, -1):
        for interpolation in ("bilinear", "nearest"):
            how = {**wide, "fill_value": fill_value, "interpolation": interpolation}
            yield Sample(f"wrapped-{fill_value}-{interpolation}", (whole, whole[0]), how, oracle="2.21", tolerance=1)
    yield Sample("channels-first", (first, first[0]), {"height": 4, "width": 7, "data_format": "channels_first"}, oracle="2.21")
    yield Sample("kinds", every_kind(), {"height": 7, "width": 4}, tolerance=0.0255)


@layer(
    "tf.keras.layers.Resizing",
    "tf.keras.layers.experimental.preprocessing.Resizing",
    ops=[resize, pad_images, getitem],
    samples=_samples,
    tolerance=1e-4,
    parity="to 1e-4 of the value range; nearest is exact. Padding, antialias, data_format, masks and boxes are Keras 3's; "
    "the result's dtype is TensorFlow 2.15's, the layer's, for images of whole numbers too",
    traits=["resizes"],
)
class Resizing(ImageLayer):
    """Resizes images, in training and inference alike.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        interpolation: a method of `tf.image.resize`; segmentation masks are always resized by `"nearest"`.
        crop_to_aspect_ratio: crop the image centrally to the result's aspect ratio first, instead of distorting it.
        pad_to_aspect_ratio: put a border around the image first, instead of distorting it.
        fill_mode: `"constant"`.
        fill_value: of the border.
        antialias: filter before shrinking (see `tf.image.resize`).
        data_format: see `ImageLayer`.
        **kwargs: see `ImageLayer`.

    Raises:
        NotImplementedError: an unknown interpolation (TensorFlow's class).
        ValueError: another fill mode, or both ways of keeping the aspect ratio at once.
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._method = interpolation_method(interpolation)
        if fill_mode != "constant":
            raise ValueError(f"Resizing: `fill_mode` must be 'constant'; received fill_mode={fill_mode!r}")
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError("Resizing: only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be True; received both")
        self.height, self.width = height, width
        self.interpolation, self.antialias = interpolation, bool(antialias)
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = crop_to_aspect_ratio, pad_to_aspect_ratio
        self.fill_mode, self.fill_value = fill_mode, fill_value
        super().__init__(data_format=data_format, **kwargs)

    def convert(self, images: np.ndarray) -> np.ndarray:
        """As they are: `resize` makes float32 of them, and of whole numbers more exactly; nearest keeps the layer's own dtype."""
        if self.pad_to_aspect_ratio and self._border(images.dtype) != self.fill_value:
            # Called on their own, images of whole numbers get a border of whole numbers, which wraps around in Keras 3.
            if random.in_graph():
                return images.astype(self.compute_dtype, copy=False)
            return images if float(self.fill_value).is_integer() else images.astype(np.float32)
        if self._method == "nearest":
            return images.astype(self.compute_dtype, copy=False)
        return images

    def apply(self, inputs: Any) -> Any:
        out = self._resized(inputs, self._method)
        return out if out.dtype == self.compute_dtype else cast(out, self.compute_dtype)

    def apply_to_masks(self, masks: np.ndarray) -> Any:
        return self._resized(masks, "nearest")

    def _resized(self, images: Any, method: str) -> Any:
        new = self.height, self.width
        if not (self.crop_to_aspect_ratio or self.pad_to_aspect_ratio):
            return resize(images, new, method=method, antialias=self.antialias)
        height, width = self.size_of(images)
        if self.crop_to_aspect_ratio:
            images = getitem(images, (slice(None), *crop_box(height, width, new)))
        elif any(pad_widths(height, width, new)):
            images = pad_images(images, *pad_widths(height, width, new), self._border(images.dtype))
        return resize(images, new, method=method, antialias=self.antialias)

    def _border(self, dtype: Any) -> float:
        """The fill value in images of a dtype (a float in others than of whole numbers)."""
        dtype = np.dtype(as_dtype(dtype).name)
        return int(np.int64(self.fill_value).astype(dtype)) if dtype.kind in "iu" else self.fill_value

    def apply_to_boxes(self, boxes: dict, size: tuple[int, int]) -> dict[str, np.ndarray]:
        new = self.height, self.width
        none = (boxes["boxes"] == -1).all(-1) | (boxes["boxes"] == 0).all(-1)  # rows that only fill up the batch
        corners = convert_format(boxes, self.bounding_box_format, "xyxy", *size)
        scale, move = self._placed(np.float32(size[0]), np.float32(size[1]))
        clipped = clip_to_image_size({**corners, "boxes": corners["boxes"] * scale + move}, *new)
        clipped["boxes"] = np.where(none[..., None], np.float32(0), clipped["boxes"])
        return convert_format(clipped, "xyxy", self.bounding_box_format, *new)

    def _placed(self, height: np.float32, width: np.float32) -> tuple[np.ndarray, np.ndarray]:
        """By what Keras 3 multiplies the corners of boxes, and what it adds then, twice (x, y)."""
        new = np.array([self.width, self.height] * 2, np.float32)
        old = np.array([width, height] * 2)
        scale, move = new / old, np.zeros(4, np.float32)
        if self.pad_to_aspect_ratio:
            scale[:] = scale.min()
            move = (new - old * scale) // 2
        elif self.crop_to_aspect_ratio:
            ratio, wide = width / height, width / height > np.float32(self.width / self.height)
            larger = np.array([self.height * ratio, self.height] if wide else [self.width, self.width / ratio], np.float32)
            scale, move = np.tile(larger, 2) / old, -((np.tile(larger, 2) - new) // 2)
        return scale, move

    def output_size(self, height: int | None, width: int | None) -> tuple[int | None, int | None]:
        return self.height, self.width

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "height": self.height,
            "width": self.width,
            "interpolation": self.interpolation,
            "crop_to_aspect_ratio": self.crop_to_aspect_ratio,
        }
        # TensorFlow 2.15 knows no more: a layer that needs no more can be loaded there.
        further = {"pad_to_aspect_ratio": False, "fill_mode": "constant", "fill_value": 0.0, "antialias": False}
        return {**config, **{k: getattr(self, k) for k, default in further.items() if getattr(self, k) != default}}
