"""tf.keras.utils.image_dataset_from_directory: a folder of images as a dataset."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.dataset import Dataset, scalar_int
from ..errors import InvalidArgumentError
from ..ops.image.resize import target_size
from ..ops.image.smart_resize import interpolation_method
from ..registry import export
from .indexing import check_classes, check_labels, check_split, encode, index, part_of
from .loader import ImageFiles, Recipe

FORMATS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


@export("tf.keras.utils.image_dataset_from_directory", "tf.keras.preprocessing.image_dataset_from_directory")
def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    **kwargs: Any,
) -> Dataset | list[Dataset]:
    """A dataset of (images, labels) from the files below a directory, in TensorFlow's own order for the same seed.

    Prints "Found N files belonging to M classes.", as TensorFlow does.

    Args:
        directory: with one folder for each class when labels are inferred.
        labels: `"inferred"` from the folders, `None`, or a list with one integer for each file, in the order of their names.
        label_mode: `"int"` (int32 numbers), `"categorical"` (float32 rows with a single one), `"binary"` (float32, shape (1,)) or
            `None` (images only).
        class_names: the folders, in the order in which they are numbered; sorted by default.
        color_mode: `"rgb"`, `"rgba"` or `"grayscale"`.
        batch_size: images in a batch; `None`: single images.
        image_size: height and width to which images are resized.
        shuffle: another order for each pass; otherwise that of the names.
        seed: of the order.
        validation_split: part of the files kept for validation, between 0 and 1.
        subset: `"training"`, `"validation"` or `"both"`, with `validation_split`.
        interpolation: a method of `tf.image.resize`.
        follow_links: also look into folders that are links.
        crop_to_aspect_ratio: crop images to the proportions of `image_size` before resizing.
        **kwargs: `smart_resize`, an older name of `crop_to_aspect_ratio`.

    Returns:
        A dataset of float32 images in 0..255, with the attributes `class_names` and `file_paths`; for `subset="both"` a list of two.

    Raises:
        ValueError: contradictory arguments, or no files.
        NotFoundError: there is no such directory.
        InvalidArgumentError: when iterated: a file is no image, or damaged.
    """
    if "smart_resize" in kwargs:
        crop_to_aspect_ratio = kwargs.pop("smart_resize")
    if kwargs:
        raise TypeError(f"Unknown keywords argument(s): {tuple(kwargs)}")
    check_labels(labels, class_names, label_mode, "image")
    if labels is None or label_mode is None:
        labels = label_mode = None
    if color_mode not in _CHANNELS:
        raise ValueError(f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}')
    method = interpolation_method(interpolation)
    check_split(validation_split, subset, shuffle, seed)
    drawn = np.random.randint(10**6) if seed is None else seed
    paths, numbers, names = index(directory, labels, FORMATS, class_names, shuffle, drawn, follow_links)
    check_classes(names, label_mode)

    recipe = Recipe(target_size(image_size), _CHANNELS[color_mode], method, bool(crop_to_aspect_ratio))

    parts: list[tuple[str | None, str, bool]]
    if subset == "both":
        parts = [("training", "training images", bool(shuffle)), ("validation", "validation images", False)]
    else:
        parts = [(subset, "images", bool(shuffle))]
    made = []
    for part, what, shuffled in parts:
        chosen, chosen_numbers = part_of(paths, numbers, validation_split, part)
        if not chosen:
            raise ValueError(f"No {what} found in directory {directory}. Allowed formats: {FORMATS}")
        encoded = encode(chosen_numbers, label_mode, len(names))
        made.append(_make(chosen, encoded, names, recipe, batch_size, drawn if shuffled else None))
    return made if subset == "both" else made[0]


def _make(paths: list[str], labels: np.ndarray | None, names: list[str], recipe: Recipe, batch_size: Any, seed: int | None) -> Dataset:
    """The dataset of these files; `seed=None`: in this order."""
    size = None if batch_size is None else scalar_int(batch_size, "image_dataset_from_directory: `batch_size`")
    if size is not None and size < 1:
        raise InvalidArgumentError(None, None, f"image_dataset_from_directory: batch_size must be greater than zero; received {size}")
    made: Any = Dataset(ImageFiles(paths, labels, recipe, size, None if seed is None else (1024 if size is None else size * 8, seed)))
    made.class_names = names
    made.file_paths = paths
    return made
