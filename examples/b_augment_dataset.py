"""Flip and rotate the pictures of a folder while they are loaded."""

import argparse

import tensorflow as tf

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", help="a folder with one sub-folder of pictures a class")
args = parser.parse_args()

tf.keras.utils.set_random_seed(7)
dataset = tf.keras.utils.image_dataset_from_directory(
    args.folder,
    labels="inferred",
    label_mode="categorical",
    image_size=(224, 224),
    batch_size=32,
    shuffle=True,
    seed=42,
)

augment = tf.keras.Sequential(
    [
        tf.keras.layers.RandomFlip("horizontal"),
        tf.keras.layers.RandomRotation(0.1),
    ]
)
dataset = dataset.map(lambda x, y: (augment(x, training=True), y))

for images, labels in dataset:
    pixels = images.numpy()
    left, right = pixels[:, :, :112].mean(), pixels[:, :, 112:].mean()
    means = f"mean {pixels.mean():.3f} left {left:.3f} right {right:.3f}"
    print(images.shape, images.dtype.name, means, "classes", labels.numpy().argmax(axis=1)[:8])
