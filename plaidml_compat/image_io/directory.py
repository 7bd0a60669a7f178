"""tf.keras.utils.image_dataset_from_directory: a folder of images as a dataset."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..data.dataset import Dataset, scalar_int
from ..errors import InvalidArgumentError, NotFoundError
from ..ops.image.resize import target_size
from ..ops.image.smart_resize import interpolation_method
from ..registry import export
from ..tensor import as_array
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
) -> Any:
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
    _check_labels(labels, class_names, label_mode)
    if labels is None or label_mode is None:
        labels = label_mode = None
    if color_mode not in _CHANNELS:
        raise ValueError(f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}')
    method = interpolation_method(interpolation)
    _check_split(validation_split, subset, shuffle, seed)
    if seed is None:
        seed = np.random.randint(10**6)
    paths, numbers, names = _index(directory, labels, class_names, shuffle, seed, follow_links)
    if label_mode == "binary" and len(names) != 2:
        raise ValueError(f'When passing `label_mode="binary"`, there must be exactly 2 class_names. Received: class_names={names}')

    recipe = Recipe(target_size(image_size), _CHANNELS[color_mode], method, bool(crop_to_aspect_ratio))

    parts: list[tuple[str | None, str, bool]]
    if subset == "both":
        parts = [("training", "training images", bool(shuffle)), ("validation", "validation images", False)]
    else:
        parts = [(subset, "images", bool(shuffle))]
    made = []
    for part, what, shuffled in parts:
        chosen, chosen_numbers = _split(paths, numbers, validation_split, part)
        if not chosen:
            raise ValueError(f"No {what} found in directory {directory}. Allowed formats: {FORMATS}")
        encoded = _encode(chosen_numbers, label_mode, len(names))
        made.append(_make(chosen, encoded, names, recipe, batch_size, seed if shuffled else None))
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


def _check_labels(labels: Any, class_names: Any, label_mode: Any) -> None:
    if not (labels is None or (isinstance(labels, str) and labels == "inferred")):
        if not isinstance(labels, (list, tuple)):
            raise ValueError(
                "`labels` argument should be a list/tuple of integer labels, of the same size as the number of image files in the target "
                'directory. If you wish to infer the labels from the subdirectory names in the target directory, pass `labels="inferred"`. '
                f"If you wish to get a dataset that only contains images (no labels), pass `labels=None`. Received: labels={labels}"
            )
        if class_names:
            raise ValueError(
                f'You can only pass `class_names` if `labels="inferred"`. Received: labels={labels}, and class_names={class_names}'
            )
    if label_mode not in ("int", "categorical", "binary", None):
        raise ValueError(f'`label_mode` argument must be one of "int", "categorical", "binary", or None. Received: label_mode={label_mode}')


def _check_split(split: Any, subset: Any, shuffle: Any, seed: Any) -> None:
    if split and not 0 < split < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1, received: {split}")
    if bool(split) != bool(subset):
        raise ValueError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f'`subset` must be either "training", "validation" or "both", received: {subset}')
    if split and shuffle and seed is None:
        raise ValueError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that there is no "
            "overlap between the training and validation subset."
        )


def _index(directory: Any, labels: Any, class_names: Any, shuffle: Any, seed: Any, follow_links: bool) -> tuple[list[str], Any, list[str]]:
    """(paths, labels, class names) of the files, in their first order."""
    directory = os.fspath(directory)
    if labels == "inferred":
        folders = [f for f in sorted(_list(directory)) if os.path.isdir(os.path.join(directory, f)) and not f.startswith(".")]
        class_names = class_names or folders
        if set(class_names) != set(folders):
            raise ValueError(
                "The `class_names` passed did not match the names of the subdirectories of the target directory. "
                f"Expected: {folders}, but received: {class_names}"
            )
    else:
        folders = class_names = [""]
    number_of = {name: i for i, name in enumerate(class_names)}
    paths: list[str] = []
    numbers: Any = []
    for folder in folders:
        found = list(_valid_files(os.path.join(directory, folder), follow_links))
        paths += found
        numbers += [number_of[folder]] * len(found)
    if labels is not None and labels != "inferred":
        if len(labels) != len(paths):
            raise ValueError(
                "Expected the lengths of `labels` to match the number of files in the target directory. len(labels) is "
                f"{len(labels)} while we found {len(paths)} files in directory {directory}."
            )
        numbers, class_names = labels, sorted(set(labels))
    else:
        numbers = np.array(numbers, np.int32)
    print(f"Found {len(paths)} files belonging to {len(class_names)} classes.", flush=True)
    if shuffle:
        np.random.RandomState(seed).shuffle(paths)
        if isinstance(numbers, tuple):
            raise TypeError("'tuple' object does not support item assignment: give `labels` as a list to shuffle them")
        numbers = numbers if isinstance(numbers, np.ndarray) else list(numbers)
        np.random.RandomState(seed).shuffle(numbers)
    return paths, numbers, class_names


def _list(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError) as e:
        raise NotFoundError(None, None, f"Could not find directory {directory}") from e


def _valid_files(folder: str, follow_links: bool) -> Iterator[str]:
    """The image files below a folder, sorted by folder, then by name."""
    for root, _, names in sorted(os.walk(folder, followlinks=follow_links), key=lambda found: found[0]):
        for name in sorted(names):
            if name.lower().endswith(FORMATS):
                yield os.path.join(root, name)


def _split(paths: list[str], numbers: Any, split: float | None, subset: str | None) -> tuple[list[str], Any]:
    if not split:
        return paths, numbers
    n = int(split * len(paths))
    if subset == "training":
        print(f"Using {len(paths) - n} files for training.", flush=True)
        return paths[:-n], numbers[:-n]
    print(f"Using {n} files for validation.", flush=True)
    return paths[-n:], numbers[-n:]


def _encode(numbers: Any, label_mode: str | None, classes: int) -> np.ndarray | None:
    if label_mode is None:
        return None
    labels = as_array(numbers)
    if label_mode == "binary":
        return labels.astype(np.float32)[:, None]
    if label_mode == "categorical":
        return (labels[:, None] == np.arange(classes)).astype(np.float32)
    return labels
