"""Load a folder of photographs, one sub-folder a class, in batches."""

import argparse

import tensorflow as tf

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", help="a folder with one sub-folder of pictures a class")
args = parser.parse_args()

print("devices:", [device.name for device in tf.config.list_physical_devices()])

dataset = tf.keras.utils.image_dataset_from_directory(
    args.folder,
    labels="inferred",
    label_mode="categorical",
    image_size=(224, 224),
    batch_size=32,
    shuffle=True,
    seed=42,
)
print("classes:", dataset.class_names)
print("first files:", [path.replace("\\", "/").split("/")[-1] for path in dataset.file_paths[:4]])

count = 0
for images, labels in dataset:
    count += len(images)
    print(images.shape, images.dtype.name, f"mean {images.numpy().mean():.3f}", "classes", labels.numpy().argmax(axis=1)[:8])
print(count, "pictures")
