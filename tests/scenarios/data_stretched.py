"""Layers that draw a size, in a dataset's function: what the dataset says of the size, and what comes."""

from __future__ import annotations

import numpy as np

IMAGES = np.random.RandomState(0).rand(4, 15, 12, 3).astype(np.float32)


def scenario(tf, tmp_path):
    found = {}
    for name, layer in (("height", tf.keras.layers.RandomHeight), ("width", tf.keras.layers.RandomWidth)):
        for batched in (False, True):
            dataset = tf.data.Dataset.from_tensor_slices(IMAGES)
            dataset = dataset.batch(2) if batched else dataset
            stretch = layer(0.4, seed=3)
            dataset = dataset.map(lambda x, stretch=stretch: stretch(x, training=True))
            key = f"{name} {'batches' if batched else 'images'}"
            found[f"{key} spec"] = np.array(str(dataset.element_spec.shape))
            found[f"{key} sizes"] = np.array([x.shape for x in dataset.as_numpy_iterator()])
    return found
