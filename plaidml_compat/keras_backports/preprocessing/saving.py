"""Batches of generators written as image files, for people to look at."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from plaidml_compat.image_io.pil import array_to_img


def save_batch(flow: Any, images: np.ndarray, numbers: Any, names: int) -> None:
    """Write the images to the folder that the iterator was given, if any: the name has the image's number and one drawn below `names`."""
    for image, number in zip(images, numbers) if flow.save_to_dir else ():
        name = f"{flow.save_prefix}_{number}_{np.random.randint(names)}.{flow.save_format}"
        array_to_img(image, flow.data_format, scale=True).save(os.path.join(flow.save_to_dir, name))
