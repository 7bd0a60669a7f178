"""tf.keras.utils.text_dataset_from_directory: a folder of text files as a dataset."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.dataset import AUTOTUNE, Dataset
from ..ops.strings.substr import substr
from ..registry import OPS, export
from .files import read_file
from .indexing import check_classes, check_labels, check_split, encode, index, part_of

FORMATS = (".txt",)


@export("tf.keras.utils.text_dataset_from_directory", "tf.keras.preprocessing.text_dataset_from_directory")
def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
) -> Dataset | list[Dataset]:
    """A dataset of (texts, labels) from the `.txt` files below a directory, in TensorFlow's own order for the same seed.

    Prints "Found N files belonging to M classes.", as TensorFlow does.

    Args:
        directory: with one folder for each class when labels are inferred.
        labels: `"inferred"` from the folders, `None`, or a list with one integer for each file, in the order of their names.
        label_mode: `"int"` (int32 numbers), `"categorical"` (float32 rows with a single one), `"binary"` (float32, shape (1,)) or
            `None` (texts only).
        class_names: the folders, in the order in which they are numbered; sorted by default.
        batch_size: texts in a batch; `None`: single texts.
        max_length: bytes of a text that are kept; `None`: all.
        shuffle: another order for each pass; otherwise that of the names.
        seed: of the order.
        validation_split: part of the files kept for validation, between 0 and 1.
        subset: `"training"`, `"validation"` or `"both"`, with `validation_split`.
        follow_links: also look into folders that are links.

    Returns:
        A dataset of strings, shape (batch,), with the attribute `class_names`; for `subset="both"` a list of two.

    Raises:
        ValueError: contradictory arguments, or no files.
        NotFoundError: there is no such directory, or, when iterated, a file is gone.
    """
    check_labels(labels, class_names, label_mode, "text")
    if labels is None or label_mode is None:
        labels = label_mode = None
    check_split(validation_split, subset, shuffle, seed)
    drawn = np.random.randint(10**6) if seed is None else seed
    paths, numbers, names = index(directory, labels, FORMATS, class_names, shuffle, drawn, follow_links)
    check_classes(names, label_mode)
    both = subset == "both"
    chosen = [part_of(paths, numbers, validation_split, part) for part in (("training", "validation") if both else (subset,))]
    for (found, _), what in zip(chosen, ("training text", "validation text") if both else ("text",)):
        if not found:
            raise ValueError(f"No {what} files found in directory {directory}. Allowed format: {FORMATS[0]}")
    made: list[Any] = []
    for found, of_these in chosen:
        shuffled = shuffle and not made  # of both parts, the one for validation keeps its order
        texts = _texts(found, encode(of_these, label_mode, len(names)), max_length)
        dataset: Any = _batches(texts, batch_size, drawn if shuffled else None)
        dataset.class_names = names
        made.append(dataset)
    return made if both else made[0]


def _texts(paths: list[str], labels: np.ndarray | None, max_length: int | None) -> Dataset:
    def load(path: Any) -> Any:
        text = read_file(path)
        return text if max_length is None else substr(text, 0, max_length)

    slices = OPS["tf.data.Dataset.from_tensor_slices"].obj
    texts = slices(paths).map(load, num_parallel_calls=AUTOTUNE)
    return texts if labels is None else OPS["tf.data.Dataset.zip"].obj((texts, slices(labels)))


def _batches(dataset: Dataset, batch_size: int | None, seed: int | None) -> Dataset:
    """Batches of a dataset; `seed=None`: in this order."""
    dataset = dataset.prefetch(AUTOTUNE)
    if seed is not None:
        dataset = dataset.shuffle(1024 if batch_size is None else batch_size * 8, seed=seed)
    return dataset if batch_size is None else dataset.batch(batch_size)
