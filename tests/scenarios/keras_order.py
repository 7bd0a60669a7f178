"""The order in which fit, its validation, evaluate and predict see a shuffled dataset, and which callbacks they call."""

from __future__ import annotations

import numpy as np


def scenario(tf, tmp_path):
    x = np.arange(1, 7, dtype="float32").reshape(6, 1)
    zeros = np.zeros((6, 1), "float32")
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", input_shape=(1,))])
    model.compile(tf.keras.optimizers.SGD(0.0), "mae")
    seen = []

    class Losses(tf.keras.callbacks.Callback):
        """The loss of every batch, which is its element, from the running means; of validation and evaluate negative."""

        def on_epoch_begin(self, epoch, logs=None):
            self.train = []

        def on_test_begin(self, logs=None):
            self.test = []

        def on_train_batch_end(self, batch, logs=None):
            self.train.append(round(float(logs["loss"]) * (len(self.train) + 1) - sum(self.train)))
            seen.append(self.train[-1])

        def on_test_batch_end(self, batch, logs=None):
            self.test.append(round(float(logs["loss"]) * (len(self.test) + 1) - sum(self.test)))
            seen.append(-self.test[-1])

    def shuffled(seed):
        return tf.data.Dataset.from_tensor_slices((x, zeros)).shuffle(6, seed=seed).batch(1)

    def taken():
        out = np.array(seen, np.int32)
        seen.clear()
        return out

    train, val = shuffled(3), shuffled(4)
    out = {}
    model.fit(train, validation_data=val, epochs=2, verbose=0, callbacks=[Losses()])
    out["fit"] = taken()
    model.evaluate(train, verbose=0, callbacks=[Losses()])
    out["evaluate"] = taken()
    for k in range(2):
        out[f"predict {k}"] = model.predict(train, verbose=0).ravel().astype(np.int32)
    out["iterate"] = np.array([int(a) for a, _ in train], np.int32)
    model.fit(train, epochs=2, steps_per_epoch=3, verbose=0, callbacks=[Losses()])
    out["steps"] = taken()
    return out
