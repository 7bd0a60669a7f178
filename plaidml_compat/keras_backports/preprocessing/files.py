"""DirectoryIterator and DataFrameIterator: batches of transformed images from files."""

from __future__ import annotations

from typing import Any

import keras.backend as K
import keras_preprocessing.image as theirs
import numpy as np
from keras.preprocessing.image import Iterator
from keras_preprocessing.image.iterator import BatchFromFilesMixin

from plaidml_compat.image_io.pil import img_to_array, load_img
from plaidml_compat.registry import export

from .saving import save_batch


class _FileBatches(BatchFromFilesMixin):
    """What both do once they know their files. It stands before Keras' class, which calls the shorter `set_processing_attrs` behind it."""

    keep_aspect_ratio = False

    def set_processing_attrs(
        self,
        image_data_generator: Any,
        target_size: Any,
        color_mode: str,
        data_format: str,
        save_to_dir: Any,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        """Keep how files become images of a batch."""
        super().set_processing_attrs(
            image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format, subset, interpolation
        )
        self.keep_aspect_ratio = keep_aspect_ratio

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        images = np.zeros((len(index_array), *self.image_shape), self.dtype)
        for i, j in enumerate(index_array):
            images[i] = self._image(self.filepaths[j])
        save_batch(self, images, index_array, 10**7)
        labels = self._labels(images, index_array)
        if labels is None:
            return images
        return (images, labels) if self.sample_weight is None else (images, labels, self.sample_weight[index_array])

    def _image(self, path: str) -> np.ndarray:
        how = {"color_mode": self.color_mode, "target_size": self.target_size, "interpolation": self.interpolation}
        with load_img(path, keep_aspect_ratio=self.keep_aspect_ratio, **how) as file:
            image = img_to_array(file, data_format=self.data_format)
        if self.image_data_generator:
            transform = self.image_data_generator.get_random_transform(image.shape)
            image = self.image_data_generator.standardize(self.image_data_generator.apply_transform(image, transform))
        return image

    def _labels(self, images: np.ndarray, index_array: np.ndarray) -> Any:
        if self.class_mode == "input":
            return images.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.array([self.classes[j] for j in index_array], self.dtype)
        if self.class_mode == "categorical":
            labels = np.zeros((len(images), len(self.class_indices)), self.dtype)
            for i, j in enumerate(index_array):
                labels[i, self.classes[j]] = 1  # several, where an image has several classes
            return labels
        if self.class_mode == "multi_output":
            return [column[index_array] for column in self.labels]
        return self.labels[index_array] if self.class_mode == "raw" else None


@export("tf.keras.preprocessing.image.DirectoryIterator", draws=True)
class DirectoryIterator(_FileBatches, theirs.DirectoryIterator, Iterator):
    """Batches of images from a folder with one folder for each class, each transformed. Prints how many it found.

    Args:
        directory: the folder.
        image_data_generator: the `ImageDataGenerator` that transforms, or `None`.
        target_size: height and width to which images are resized.
        color_mode: `"rgb"`, `"rgba"` or `"grayscale"`.
        classes: the folders, in the order in which they are numbered; sorted by default.
        class_mode: `"categorical"`, `"binary"`, `"sparse"`, `"input"` (the images themselves) or `None` (no labels).
        batch_size: images in a batch.
        shuffle: another order for each pass.
        seed: of the draws of each batch.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        save_to_dir: a folder for the images, or `None`.
        save_prefix: how the names of these files begin.
        save_format: their ending.
        follow_links: also look into folders that are links.
        subset: `"training"` or `"validation"`, where the generator has a `validation_split`.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"` or `"lanczos"`.
        keep_aspect_ratio: crop images to the proportions of `target_size` before resizing.
        dtype: element type of the images; Keras' `floatx` by default.

    Raises:
        ValueError: an unknown `class_mode`, `color_mode` or `subset`.
    """

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self.keep_aspect_ratio = keep_aspect_ratio
        super().__init__(
            directory,
            image_data_generator,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=K.image_data_format() if data_format is None else data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            dtype=K.floatx() if dtype is None else dtype,
        )


class DataFrameIterator(_FileBatches, theirs.DataFrameIterator, Iterator):
    """Batches of images from files that a pandas.DataFrame names, each transformed: see `ImageDataGenerator.flow_from_dataframe`."""

    @staticmethod
    def _filter_classes(df: Any, y_col: str, classes: Any) -> tuple[Any, list]:
        rows, found = theirs.DataFrameIterator._filter_classes(df, y_col, classes)
        return rows, list(dict.fromkeys(classes)) if classes else found  # numbered in the order given
