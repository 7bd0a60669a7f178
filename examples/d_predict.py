"""Load a model that d_train_cnn.py saved, and predict the classes of a folder's pictures."""

import argparse

import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", help="the saved model, FILE.h5")
parser.add_argument("folder", help="the folder of pictures")
parser.add_argument("--predictions", metavar="FILE.npy", help="where to save the predictions")
args = parser.parse_args()

model = tf.keras.models.load_model(args.model)
everything = tf.keras.utils.image_dataset_from_directory(args.folder, shuffle=False, image_size=(64, 64), batch_size=16)
logits = model.predict(everything, verbose=0)
print("predict:", logits.shape, "classes", logits.argmax(axis=1)[:16])

if args.predictions:
    np.save(args.predictions, logits)
