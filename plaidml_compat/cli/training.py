"""The demo's training: a small network, one epoch, on at most a hundred pictures of 64x64 pixels."""

from __future__ import annotations

import os
from typing import Any

MOST = 96
"""Pictures to train on; a processor trains a few dozen of them a second."""
BATCH = 16


def class_folders(folder: str) -> list[str]:
    """The sub-folders that are classes: two or more, or the folder is a flat one."""
    names = sorted(e.name for e in os.scandir(folder) if e.is_dir() and not e.name.startswith("."))
    return names if len(names) > 1 else []


def train(folder: str, classes: list[str]) -> dict[str, list[float]]:
    """Train for one epoch; in a flat folder, to tell pictures from pictures that stand on their heads. Returns Keras's history."""
    import tensorflow as tf

    dataset = tf.keras.utils.image_dataset_from_directory(
        folder,
        labels="inferred" if classes else None,
        label_mode="int" if classes else None,
        image_size=(64, 64),
        batch_size=BATCH if classes else BATCH // 2,
        seed=42,
    ).take(MOST // BATCH)
    if classes:
        print(f"Training a small network to tell {len(classes)} classes: {', '.join(classes[:8])}{' ...' if len(classes) > 8 else ''}")
    else:
        print("There are no class sub-folders: training a small network to tell pictures from pictures upside down")
        dataset = dataset.map(_upside_down)
    model = small_network(len(classes) or 2)
    history = model.fit(dataset, epochs=1, verbose=1)
    return history.history


def _upside_down(images: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    both = tf.concat([images, tf.image.flip_up_down(images)], 0)
    n = tf.shape(images)[0]
    return both, tf.concat([tf.zeros((n,), tf.int32), tf.ones((n,), tf.int32)], 0)


def small_network(classes: int) -> Any:
    """A small convolutional network with augmentation at its head, compiled."""
    import tensorflow as tf

    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Rescaling(1.0 / 255, input_shape=(64, 64, 3)),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(classes),
        ]
    )
    model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model
