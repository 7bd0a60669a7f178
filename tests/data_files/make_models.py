"""Makes tensorflow_model.h5 and tensorflow_model.npz with the real TensorFlow 2.15: run it with a Python that has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent


def main() -> None:
    """Write a small trained CNN, its configuration and what it predicts."""
    tf.keras.utils.set_random_seed(1)
    layers, keras = tf.keras.layers, tf.keras
    image = keras.Input((8, 8, 3), name="image")
    x = layers.RandomFlip("horizontal")(layers.Rescaling(2.0)(image))
    x = layers.Conv2D(3, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    y = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.Conv2DTranspose(2, 3, strides=2, activation="swish")(layers.Add()([x, y]))
    x = layers.UpSampling2D(2, interpolation="bilinear")(x)
    x = layers.GlobalAveragePooling2D()(layers.Concatenate()([x, x]))
    inner = keras.Sequential([layers.Dense(3, activation="gelu", kernel_regularizer=keras.regularizers.l2(0.01)), layers.Dropout(0.5)])
    model = keras.Model(image, layers.Dense(2, activation="softmax")(inner(x)))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy", "mae"])
    images, labels = np.random.RandomState(0).rand(4, 8, 8, 3).astype("f"), np.array([0, 1, 1, 0])
    model.fit(images, labels, verbose=0)
    model.save(HERE / "tensorflow_model.h5")
    np.savez(
        HERE / "tensorflow_model.npz",
        images=images,
        labels=labels,
        predicted=model.predict(images, verbose=0),
        evaluated=model.evaluate(images, labels, verbose=0),
        json=np.array(model.to_json()),
    )


if __name__ == "__main__":
    main()
