"""Gives Keras the NumPy names and habits that NumPy dropped."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from plaidml_compat.shims.finder import stand_in
from plaidml_compat.shims.registry import replace, shim


@shim("S4", "keras.callbacks", "keras.utils.io_utils", "keras_preprocessing.sequence")
def removed_aliases(module: ModuleType) -> None:
    """Symptom: `np.Inf`, `np.string_` or `np.unicode_` was removed (NumPy 2.0 and later)."""
    import numpy as np

    stand_in(module, np, Inf=np.inf, string_=np.bytes_, unicode_=np.str_)


@shim("S7", "keras.datasets.imdb", "keras.datasets.reuters")
def object_arrays(module: ModuleType) -> None:
    """Symptom: `Object arrays cannot be loaded when allow_pickle=False`, then `inhomogeneous shape`.

    Cause: the files hold ragged lists, which `np.load` (NumPy 1.16.3 and later) and `np.array` (1.24 and later) refuse.
    Keras checks the files' hash before it loads them, so unpickling them is as safe as it was.
    """
    import numpy as np

    def array(values: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return np.array(values, *args, **kwargs)
        except ValueError:
            if args or kwargs:
                raise
            ragged = np.empty(len(values), dtype=object)
            ragged[:] = values
            return ragged

    stand_in(module, np, load=lambda file: np.load(file, allow_pickle=True), array=array)


@shim("S22", "keras.utils.conv_utils", "keras.utils.layer_utils")
def list_as_index(module: ModuleType) -> None:
    """Symptom: IndexError in `convert_kernel` (NumPy 1.23 and later).

    Cause: an array is indexed with a list of slices, which has to be a tuple.
    """
    import numpy as np

    def convert_kernel(kernel: Any) -> Any:
        """Flips the spatial axes of a convolution kernel: from Theano's format to TensorFlow's, and back."""
        kernel = np.asarray(kernel)
        if not 3 <= kernel.ndim <= 5:
            raise ValueError(f"convert_kernel: a kernel has 3 to 5 axes, this one has shape {kernel.shape}")
        return np.flip(kernel, tuple(range(kernel.ndim - 2))).copy()

    replace(module, "convert_kernel", convert_kernel)
