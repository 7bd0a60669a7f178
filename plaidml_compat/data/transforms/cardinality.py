"""Dataset.cardinality: how many elements there are."""

from __future__ import annotations

import numpy as np

from ...registry import export
from ...tensor import Tensor
from ..dataset import Dataset


@export("tf.data.Dataset.cardinality", "tf.data.experimental.cardinality")
def cardinality(dataset: Dataset) -> Tensor:
    """The number of elements, int64: `tf.data.INFINITE_CARDINALITY`, or `UNKNOWN_CARDINALITY` where it takes a pass to tell."""
    return Tensor(np.array(dataset._node.cardinality(), np.int64))
