"""Load single pictures, and make a dataset of the arrays."""

import argparse
import os

import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", help="a folder with one sub-folder of pictures a class")
args = parser.parse_args()

images, labels = [], []
for label, name in enumerate(sorted(os.listdir(args.folder))):
    for file in sorted(os.listdir(os.path.join(args.folder, name)))[:10]:
        image = tf.keras.preprocessing.image.load_img(os.path.join(args.folder, name, file), target_size=(96, 96))
        images.append(tf.keras.preprocessing.image.img_to_array(image))
        labels.append(label)
images = np.array(images)
labels = np.array(labels)
print(images.shape, images.dtype, f"mean {images.mean():.3f}")

dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)
print(dataset.element_spec)
for batch, classes in dataset:
    print(batch.shape, batch.dtype.name, f"mean {batch.numpy().mean():.3f}", "classes", classes.numpy())
