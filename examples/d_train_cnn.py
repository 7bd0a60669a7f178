"""Train a small network on a folder of pictures, with augmentation inside the model, and save it."""

import argparse

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", help="a folder with one sub-folder of pictures a class")
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--save", metavar="FILE.h5", help="where to save the trained model")
parser.add_argument("--predictions", metavar="FILE.npy", help="where to save its predictions of all pictures")
args = parser.parse_args()

keras.utils.set_random_seed(3)
loading = dict(validation_split=0.2, seed=42, image_size=(64, 64), batch_size=16)
train_ds = keras.utils.image_dataset_from_directory(args.folder, subset="training", **loading)
val_ds = keras.utils.image_dataset_from_directory(args.folder, subset="validation", **loading)

model = tf.keras.Sequential(
    [
        layers.Rescaling(1.0 / 255, input_shape=(64, 64, 3)),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(len(train_ds.class_names)),
    ]
)
model.compile(
    optimizer="adam",
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(train_ds, validation_data=val_ds, epochs=args.epochs)
print("history:", sorted(history.history))
print("accuracy:", [round(float(a), 3) for a in history.history["accuracy"]])
print("val_accuracy:", [round(float(a), 3) for a in history.history["val_accuracy"]])

loss, accuracy = model.evaluate(val_ds, verbose=0)
everything = keras.utils.image_dataset_from_directory(args.folder, shuffle=False, image_size=(64, 64), batch_size=16)
logits = model.predict(everything, verbose=0)
expected = np.concatenate([labels for _, labels in everything])
print(f"evaluate: loss {loss:.3f} accuracy {accuracy:.3f}")
print("predict:", logits.shape, "accuracy", round(float((logits.argmax(axis=1) == expected).mean()), 3))

if args.save:
    model.save(args.save)
if args.predictions:
    np.save(args.predictions, logits)
