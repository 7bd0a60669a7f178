"""Ops for which the device is asked."""

import tensorflow as tf

import plaidml_compat


def turned(pictures):
    """Turned by a quarter: there is no kernel for that, so it happens on the host."""
    with plaidml_compat.device_scope("device"):
        return tf.image.rot90(pictures)  # flagged: fallback tf.image.rot90


def mirrored(pictures):
    """Mirrored: copying pictures to the device and back takes longer than mirroring them."""
    with plaidml_compat.device_scope("device"):
        return tf.image.flip_up_down(pictures)  # flagged: slow tf.image.flip_up_down
