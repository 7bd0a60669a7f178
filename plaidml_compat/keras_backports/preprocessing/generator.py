"""ImageDataGenerator: settings of random transforms, and the iterators that apply them."""

from __future__ import annotations

import warnings
from typing import Any

import keras.backend as K
import keras_preprocessing.image as theirs
import numpy as np

from plaidml_compat.registry import export

from .affine import apply_affine_transform
from .arrays import NumpyArrayIterator
from .colours import apply_brightness_shift, apply_channel_shift
from .files import DataFrameIterator, DirectoryIterator
from .fitting import measure


@export("tf.keras.preprocessing.image.ImageDataGenerator", draws=True)
class ImageDataGenerator(theirs.ImageDataGenerator):
    """Batches of images, each transformed at random with numbers from `np.random`.

    Args:
        featurewise_center: subtract the mean of each channel, which `fit` measures.
        samplewise_center: subtract each image's mean.
        featurewise_std_normalization: divide by the standard deviation of each channel, which `fit` measures.
        samplewise_std_normalization: divide by each image's standard deviation.
        zca_whitening: whiten, by a matrix that `fit` computes.
        zca_epsilon: of the whitening.
        rotation_range: degrees.
        width_shift_range: a part of the width below 1, pixels from 1 on, an integer (whole pixels), or a list to choose from.
        height_shift_range: likewise.
        brightness_range: two numbers, or `None`.
        shear_range: degrees.
        zoom_range: two numbers, or how far from 1.
        channel_shift_range: what is added to all channels, either way.
        fill_mode: what is outside: `"constant"`, `"nearest"`, `"reflect"` or `"wrap"`.
        cval: the constant of `"constant"`.
        horizontal_flip: mirror half of the images, drawn at random.
        vertical_flip: likewise.
        rescale: what images are multiplied by once they are transformed, before they are centred, normalized and whitened.
        preprocessing_function: what is applied to each transformed image, before `rescale`.
        data_format: `"channels_last"` or `"channels_first"`; Keras' own by default.
        validation_split: the part of the images that `subset="validation"` gives.
        interpolation_order: order of the splines that interpolate.
        dtype: element type of the images; Keras' `floatx` by default.

    Raises:
        ValueError: a range, format or split that is none.
    """

    zca_whitening_matrix: Any

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            featurewise_center=featurewise_center,
            samplewise_center=samplewise_center,
            featurewise_std_normalization=featurewise_std_normalization,
            samplewise_std_normalization=samplewise_std_normalization,
            zca_whitening=zca_whitening,
            zca_epsilon=zca_epsilon,
            rotation_range=rotation_range,
            width_shift_range=width_shift_range,
            height_shift_range=height_shift_range,
            brightness_range=brightness_range,
            shear_range=shear_range,
            zoom_range=zoom_range,
            channel_shift_range=channel_shift_range,
            fill_mode=fill_mode,
            cval=cval,
            horizontal_flip=horizontal_flip,
            vertical_flip=vertical_flip,
            rescale=rescale,
            preprocessing_function=preprocessing_function,
            data_format=K.image_data_format() if data_format is None else data_format,
            validation_split=validation_split,
            interpolation_order=interpolation_order,
            dtype=K.floatx() if dtype is None else dtype,
        )

    @property
    def principal_components(self) -> Any:
        """What Keras 2.2.4, which applies it, calls `zca_whitening_matrix`."""
        return self.zca_whitening_matrix

    @principal_components.setter
    def principal_components(self, matrix: Any) -> None:
        self.zca_whitening_matrix = matrix

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches from an array of images; the arguments are those of `NumpyArrayIterator`."""
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            ignore_class_split=ignore_class_split,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches from a folder with one folder for each class; the arguments are those of `DirectoryIterator`."""
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches from files that a pandas.DataFrame names; the other arguments are those of `DirectoryIterator`.

        Args:
            dataframe: the table.
            directory: the folder of the files; `None`: the table has whole paths.
            x_col: the column of the files' names.
            y_col: the column of the labels, or a list of several.
            weight_col: the column of the weights, or `None`.
            classes: the classes that are taken, in the order in which they are numbered; all, sorted, by default.
            class_mode: also `"raw"` (the columns' values) and `"multi_output"` (a list of these).
            validate_filenames: leave out, with a warning, files that are not there or no images.
            **kwargs: arguments of older versions, which have no effect.

        Raises:
            ValueError, TypeError: the columns do not hold what `class_mode` needs.
        """
        for name, why in _OLD.items():
            if name in kwargs:
                warnings.warn(why, DeprecationWarning, stacklevel=2)
        if class_mode == "other":
            warnings.warn('`class_mode` "other" is deprecated, please use `class_mode` "raw".', DeprecationWarning, stacklevel=2)
            class_mode = "raw"
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
        )

    def apply_transform(self, x: Any, transform_parameters: dict) -> np.ndarray:
        """One image, transformed as `get_random_transform` says."""
        given, axes = transform_parameters.get, (self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1)
        steps = [given(name, default) for name, default in _STEPS.items()]
        x = apply_affine_transform(x, *steps, *axes, self.fill_mode, self.cval, self.interpolation_order)
        if given("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, given("channel_shift_intensity"), axes[2])
        if given("flip_horizontal", False):
            x = np.flip(x, axes[1])
        if given("flip_vertical", False):
            x = np.flip(x, axes[0])
        return x if given("brightness") is None else apply_brightness_shift(x, given("brightness"), False)

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Measure what images are centred, normalized and whitened by.

        Args:
            x: images, an array with four axes.
            augment: measure images that are transformed at random.
            rounds: how often each is.
            seed: of `np.random`.

        Raises:
            ValueError: `x` does not have four axes.
        """
        measure(self, x, augment, rounds, seed)


_STEPS = {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1}
"""What `apply_affine_transform` takes, in its order, and what changes nothing."""
_OLD = {
    "has_ext": "has_ext is deprecated, filenames in the dataframe have to match the exact filenames in disk.",
    "sort": "sort is deprecated, batches will be created in thesame order than the filenames provided if shuffleis set to False.",
    "drop_duplicates": "drop_duplicates is deprecated, you can drop duplicates by using the pandas.DataFrame.drop_duplicates method.",
}
