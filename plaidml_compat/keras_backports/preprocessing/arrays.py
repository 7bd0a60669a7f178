"""NumpyArrayIterator: batches of transformed images from an array."""

from __future__ import annotations

import warnings
from typing import Any

import keras.backend as K
import numpy as np
from keras.preprocessing.image import Iterator

from plaidml_compat.registry import export

from .saving import save_batch

_NAME = "NumpyArrayIterator"


@export("tf.keras.preprocessing.image.NumpyArrayIterator", draws=True)
class NumpyArrayIterator(Iterator):
    """Batches of images from an array, each transformed.

    Args:
        x: images, or a pair: images, and an array or a list of arrays that batches have beside them.
        y: labels, or `None`.
        image_data_generator: the `ImageDataGenerator` that transforms.
        batch_size: images in a batch.
        shuffle: another order for each pass.
        sample_weight: weights, or `None`.
        seed: of the draws of each batch.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        save_to_dir: a folder for the images, or `None`.
        save_prefix: how the names of these files begin.
        save_format: their ending.
        subset: `"training"` or `"validation"`, where the generator has a `validation_split`.
        ignore_class_split: both subsets need not have the same labels.
        dtype: element type of the images; Keras' `floatx` by default.

    Raises:
        ValueError: lengths differ, images do not have four axes, `subset` is unknown, or the subsets have different labels.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        self.dtype = K.floatx() if dtype is None else dtype
        beside: list = []
        if isinstance(x, (tuple, list)):
            x, others = x[0], x[1]
            beside = [np.asarray(o) for o in (others if isinstance(others, list) else [others])]
        for what, others in {"each array beside the images": beside, "`y`": [y], "`sample_weight`": [sample_weight]}.items():
            for other in others:
                if other is not None and len(other) != len(x):
                    raise ValueError(f"{_NAME}: the images and {what} should have the same length; received {len(x)} and {len(other)}")
        if subset is not None:
            part = _part(subset, int(len(x) * image_data_generator._validation_split), None if ignore_class_split else y)
            x, beside, y = x[part], [o[part] for o in beside], None if y is None else y[part]
        self.x, self.x_misc = np.asarray(x, dtype=self.dtype), beside
        if self.x.ndim != 4:
            raise ValueError(f"{_NAME}: the images should have rank 4; received an array with shape {self.x.shape}")
        data_format = K.image_data_format() if data_format is None else data_format
        axis = 3 if data_format == "channels_last" else 1
        if self.x.shape[axis] not in (1, 3, 4):
            warnings.warn(
                f'{_NAME} is set to use the data format convention "{data_format}" (channels on axis {axis}), i.e. expected either 1, 3, '
                f"or 4 channels on axis {axis}. However, it was passed an array with shape {self.x.shape} ({self.x.shape[axis]} channels).",
                stacklevel=2,
            )
        self.y = None if y is None else np.asarray(y)
        self.sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        self.image_data_generator, self.data_format = image_data_generator, data_format
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        images = np.zeros((len(index_array), *self.x.shape[1:]), self.dtype)
        for i, j in enumerate(index_array):
            transform = self.image_data_generator.get_random_transform(self.x.shape[1:])
            image = self.image_data_generator.apply_transform(self.x[j].astype(self.dtype), transform)
            images[i] = self.image_data_generator.standardize(image)
        save_batch(self, images, index_array, 10**4)
        found = [images, *(o[index_array] for o in self.x_misc)] if self.x_misc else images
        if self.y is None:
            return found
        weights = () if self.sample_weight is None else (self.sample_weight[index_array],)
        return (found, self.y[index_array], *weights)


def _part(subset: str, split: int, y: Any) -> slice:
    """Which images the subset has; `y=None`: whatever labels these have."""
    if subset not in ("training", "validation"):
        raise ValueError(f'{_NAME}: invalid subset name; expected "training" or "validation", received {subset!r}')
    if y is not None and not np.array_equal(np.unique(y[:split]), np.unique(y[split:])):
        raise ValueError(
            f"{_NAME}: training and validation subsets have different number of classes after the split. Shuffle the arrays if they are "
            "sorted by the label, or pass ignore_class_split=True if these are no classes"
        )
    return slice(None, split) if subset == "validation" else slice(split, None)
