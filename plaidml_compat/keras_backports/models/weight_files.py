"""Model.save_weights and load_weights: HDF5, or a checkpoint as tf.train.Checkpoint writes it, by the name as in TensorFlow."""

from __future__ import annotations

import os
from typing import Any

import h5py
from keras.engine.network import Network
from keras.engine.saving import ask_to_proceed_with_overwrite

from plaidml_compat.checkpoints import files, state_file
from plaidml_compat.checkpoints.checkpoint import Checkpoint

from ..patching import backport, wrapping

HDF5 = (".h5", ".hdf5", ".hdf", ".he5")
_FORMATS = {None: None, "h5": "h5", "hdf5": "h5", "keras": "h5", "tf": "tf", "tensorflow": "tf"}


def is_hdf5_name(name: str) -> bool:
    """True for names of weights that TensorFlow writes as HDF5; other weights are written as a checkpoint."""
    return name.endswith((*HDF5, ".keras"))


def readable(path: Any, who: str) -> None:
    """The file is there and is HDF5.

    Raises:
        OSError: there is none, it is a folder, or it is another kind of file.
    """
    if not isinstance(path, (str, os.PathLike)):
        return
    name = os.fspath(path)
    if not os.path.exists(name):
        raise FileNotFoundError(f"No file or directory found at {name}")
    if os.path.isdir(name) or not h5py.is_hdf5(name):
        what = "a folder (a SavedModel?)" if os.path.isdir(name) else ("a .keras file" if str(name).endswith(".keras") else "no HDF5 file")
        raise OSError(f"{who}: unable to open {name!r}: it is {what}; only models saved as HDF5 ('.h5') can be loaded here")


@backport
def weights_in_files() -> None:
    """Symptom: weights cannot be saved under a name without `.h5`, for which TensorFlow writes a checkpoint."""

    @wrapping(Network, "save_weights")
    def save_weights(
        original: Any, self: Any, filepath: Any, overwrite: bool = True, save_format: str | None = None, options: Any = None
    ) -> None:
        path = os.fspath(filepath) if isinstance(filepath, os.PathLike) else filepath
        if save_format not in _FORMATS:
            raise ValueError(f'save_weights: `save_format` must be "tf" or "h5"; received {save_format!r}')
        wanted = _FORMATS[save_format]
        if not isinstance(path, str) or wanted == "h5" or (wanted is None and is_hdf5_name(path)):
            original(self, path, overwrite)
            return
        if is_hdf5_name(path):
            raise ValueError(f'save_weights: {path!r} is the name of an HDF5 file; leave out its ending, or save_format="{save_format}"')
        if not overwrite and files.exists(path) and not ask_to_proceed_with_overwrite(path + files.ENDING):
            return
        Checkpoint(self).write(path, options)
        state_file.update(os.path.dirname(path) or ".", path, [path])

    @wrapping(Network, "load_weights")
    def load_weights(original: Any, self: Any, filepath: Any, *args: Any, options: Any = None, **kwargs: Any) -> Any:
        if filepath is None:
            raise ValueError(
                "load_weights: `filepath` must be the name of a file or checkpoint; received None, which tf.train.latest_checkpoint "
                "returns where a folder has no checkpoint"
            )
        if kwargs.get("skip_mismatch") and not (args[0] if args else kwargs.get("by_name")):
            raise ValueError(
                "When calling model.load_weights, skip_mismatch can only be set to True when by_name is True: weights that are loaded by "
                "their place must fit all"
            )
        path = os.fspath(filepath) if isinstance(filepath, os.PathLike) else filepath
        if not isinstance(path, str) or is_hdf5_name(path) or (os.path.exists(path) and not files.exists(path)):
            readable(path, "load_weights")
            return original(self, path, *args, **kwargs)
        if any(args) or any(kwargs.values()):
            raise NotImplementedError(f"load_weights: {path!r} is a checkpoint, of which weights can be loaded by their place alone")
        return Checkpoint(self).read(path, options).assert_nontrivial_match()
