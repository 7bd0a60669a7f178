"""Arguments of layers given by position: the shapes and settings that they make."""

from __future__ import annotations

import numpy as np


def scenario(tf, tmp_path):
    L = tf.keras.layers
    image, row = tf.keras.Input((16, 16, 3)), tf.keras.Input((12, 5))
    calls = {
        "Conv2D strides": (L.Conv2D(8, 4, 4), image),
        "Conv2D padding": (L.Conv2D(8, 3, 2, "same"), image),
        "Conv2DTranspose": (L.Conv2DTranspose(4, 3, 2), image),
        "SeparableConv2D": (L.SeparableConv2D(4, 3, 2), image),
        "DepthwiseConv2D": (L.DepthwiseConv2D(3, 2, "same"), image),
        "Conv1D": (L.Conv1D(4, 3, 2), row),
        "MaxPooling2D": (L.MaxPooling2D(2, 3, "same"), image),
        "AveragePooling2D": (L.AveragePooling2D(3, 2), image),
        "MaxPooling1D": (L.MaxPooling1D(2, 3), row),
        "Dense": (L.Dense(6, "relu"), row),
        "UpSampling2D": (L.UpSampling2D(2, None, "bilinear"), image),
        "ZeroPadding2D": (L.ZeroPadding2D(((1, 2), (0, 3))), image),
        "Cropping2D": (L.Cropping2D(2), image),
        "LSTM": (L.LSTM(3, "relu"), row),
        "GRU": (L.GRU(3, "tanh", "sigmoid"), row),
        "BatchNormalization": (L.BatchNormalization(-1, 0.9, 1e-3), image),
        "Dropout": (L.Dropout(0.5, None, 3), row),
        "GaussianNoise": (L.GaussianNoise(0.1), row),
        "LeakyReLU": (L.LeakyReLU(0.2), row),
        "Embedding": (L.Embedding(10, 4, "uniform"), tf.keras.Input((7,))),
    }
    found = {}
    for name, (layer, x) in calls.items():
        found[f"{name} shape"] = np.array(str([None if s is None else int(s) for s in layer(x).shape]))
        config = layer.get_config()
        known = ("strides", "padding", "activation", "recurrent_activation", "momentum", "rate", "pool_size", "kernel_size")
        found[f"{name} settings"] = np.array(str([(k, np.array(config[k]).tolist()) for k in known if k in config]))
    return found
