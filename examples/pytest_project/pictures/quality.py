"""How much two pictures differ, with or without TensorFlow's own ops for that."""

import numpy as np
import tensorflow as tf


def noise_ratio(first, second):
    """The peak signal-to-noise ratio."""
    try:
        return tf.image.psnr(first, second, 255.0)  # flagged: unsupported tf.image.psnr
    except AttributeError:
        return 20 * np.log10(255.0) - 10 * np.log10(np.mean((first - second) ** 2))


def sharpest(pictures):
    """The number of the picture with the strongest edges."""
    if hasattr(tf.image, "sobel_edges"):  # flagged: unsupported tf.image.sobel_edges
        return int(tf.argmax(tf.reduce_mean(abs(tf.image.sobel_edges(pictures)), axis=[1, 2, 3, 4])))
    return int(np.argmax([np.abs(np.diff(p, axis=1)).mean() for p in pictures]))


def slope(of, at):
    """The derivative of a function of pictures."""
    with tf.GradientTape() as tape:  # flagged: unsupported tf.GradientTape
        tape.watch(at)
        value = of(at)
    return tape.gradient(value, at)
