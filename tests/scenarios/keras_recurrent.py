"""LSTM and GRU with their default arguments and given weights."""

from __future__ import annotations

import numpy as np

TOLERANCE = {"*": 1e-6}


def scenario(tf, tmp_path):
    x = np.sin(np.arange(2 * 5 * 3)).reshape(2, 5, 3).astype("float32")
    out = {}
    for name in ("LSTM", "GRU", "SimpleRNN"):
        model = tf.keras.Sequential([getattr(tf.keras.layers, name)(4, input_shape=(5, 3))])
        weights = [np.cos(np.arange(np.prod(w.shape)) + i).reshape(w.shape).astype("float32") for i, w in enumerate(model.get_weights())]
        model.set_weights(weights)
        out[f"{name} shapes"] = np.array([len(w.ravel()) for w in weights], np.int32)
        out[name] = model.predict(x, verbose=0)
    return out
