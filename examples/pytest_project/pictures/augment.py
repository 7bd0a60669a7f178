"""Ops that plaidml_compat has, where they are fast."""

import tensorflow as tf


def thumbnails(pictures, size=8):
    """Pictures scaled to squares of values from 0 to 1."""
    return tf.image.resize(pictures, (size, size)) / 255.0


def augmented(pictures, seed=1):
    """A dataset of pictures, each mirrored or not."""
    flip = tf.keras.layers.RandomFlip("horizontal", seed=seed)
    return tf.data.Dataset.from_tensor_slices(pictures).batch(2).map(lambda x: flip(x, training=True))
