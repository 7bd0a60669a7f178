"""fit, evaluate and predict on ImageDataGenerator's batches: which images come when, transformed by which draws."""

import random

import numpy as np
from _images import noise

TOLERANCE = {"*": 2e-5}
X = noise(12, 5, 6, 3)
Y = np.arange(12.0, dtype="float32")


def model_of(tf):
    model = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(5, 6, 3)), tf.keras.layers.Dense(1)])
    model.set_weights([np.linspace(-0.1, 0.1, 90, dtype="float32").reshape(90, 1), np.zeros(1, "float32")])
    model.compile(tf.keras.optimizers.SGD(0.001), "mse")
    return model


def scenario(tf, tmp_path):
    out, seen = {}, []

    def noted(image):
        seen.append(float(image[0, 0, 0]))
        return image

    make = tf.keras.preprocessing.image.ImageDataGenerator(rotation_range=30, zoom_range=0.2, preprocessing_function=noted)
    other = tf.keras.preprocessing.image.ImageDataGenerator(horizontal_flip=True, preprocessing_function=noted)
    cases = {
        "plain": (dict(), dict()),
        "in order": (dict(shuffle=False), dict(shuffle=False)),
        "seed": (dict(seed=3), dict()),
        "batches in order": (dict(seed=3), dict(shuffle=False)),
        "validated": (dict(), dict(validation_data=other.flow(X, Y, batch_size=6))),
    }
    for name, (flow, fit) in cases.items():
        model = model_of(tf)
        np.random.seed(4)
        random.seed(4)
        history = model.fit(make.flow(X, Y, batch_size=5, **flow), epochs=2, verbose=0, **fit).history
        out.update({f"{name}, {key}": np.array(values) for key, values in history.items()})
        again = make.flow(X, Y, batch_size=5)
        out[name + ", evaluated"] = np.array([model.evaluate(again, verbose=0) for _ in range(2)])
        out[name + ", predicted again"] = model.predict(again, verbose=0)
        out[name + ", order"] = np.array(again.index_array)
        out[name + ", predicted"] = model.predict(make.flow(X, batch_size=5, seed=1, shuffle=False), verbose=0)
        out[name + ", seen"] = np.array(seen)
        out[name + ", next draw"] = np.random.rand()
        seen.clear()
    return out
