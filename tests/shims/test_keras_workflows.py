"""Trains, saves and loads Keras models of many layers, as programs do."""

from __future__ import annotations

import pytest
from shim_process import run_code

SETUP = """
import numpy as np, tempfile, pathlib
from plaidml_compat import shims
shims.install()
import keras, h5py
from keras import backend as K, callbacks as C, layers as L, models as M, optimizers as O, regularizers as R

random = np.random.RandomState(0)
x, y = random.rand(16, 8, 8, 3).astype("float32"), np.eye(4)[random.randint(0, 4, 16)]
folder = pathlib.Path(tempfile.mkdtemp())

def cnn():
    return M.Sequential([
        L.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 3)), L.MaxPooling2D(), L.BatchNormalization(),
        L.Dropout(0.25, seed=3), L.Flatten(), L.Dense(8, activation="relu"), L.Dense(4, activation="softmax")])

def train(model, x=x, y=y, **options):
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=8, verbose=0, **options).history
    assert all(np.isfinite(v).all() for v in history.values())
    return model.predict(x)
"""

WORKFLOWS = {
    "save and load": """
model = cnn()
predicted = train(model, epochs=2, validation_split=0.25)
model.save(str(folder / "model.h5"))
model.save(folder / "path.h5")
with h5py.File(folder / "file.h5", "w") as file:
    model.save(file)
with h5py.File(folder / "file.h5", "r") as file:
    loaded = [M.load_model(file)]
loaded += [M.load_model(str(folder / "model.h5")), M.load_model(folder / "path.h5")]
for other in loaded:
    assert np.allclose(other.predict(x), predicted, atol=1e-6)
assert loaded[1].train_on_batch(x, y)[0] > 0
model.save_weights(str(folder / "weights.h5"))
for other in (M.model_from_json(model.to_json()), M.model_from_yaml(model.to_yaml())):
    other.load_weights(str(folder / "weights.h5"))
    assert np.allclose(other.predict(x), predicted, atol=1e-6)
other.load_weights(str(folder / "weights.h5"), by_name=True)
other.set_weights(model.get_weights())
model.summary(print_fn=lambda line: None)
wide = M.Sequential([L.Dense(2, input_shape=(2,), name="x" * 2000 + str(i)) for i in range(40)])
wide.save_weights(str(folder / "wide.h5"))  # its names fill more than one attribute
wide.load_weights(str(folder / "wide.h5"))
""",
    "many layers": """
i = L.Input((8, 8, 3))
h = L.LeakyReLU()(L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(i)))
h = L.DepthwiseConv2D(3, padding="same")(L.SeparableConv2D(4, 3, padding="same")(h))
h = L.AveragePooling2D()(L.UpSampling2D()(L.PReLU()(L.Activation("elu")(h))))
h = L.SpatialDropout2D(0.1)(L.Cropping2D()(L.ZeroPadding2D()(h)))
h = L.Conv2DTranspose(4, 3, strides=2, padding="same")(L.GaussianNoise(0.1)(h))
h = L.concatenate([L.GlobalAveragePooling2D()(h), L.GlobalMaxPooling2D()(h)])
h = L.add([h, L.Dense(8, activation="softplus")(h)])
train(M.Model(i, L.Dense(4, activation="softmax", kernel_regularizer=R.l2(0.01), bias_regularizer=R.l2(0.01))(h)))
s = random.rand(16, 6, 5)
train(M.Sequential([L.TimeDistributed(L.Dense(3), input_shape=(6, 5)), L.SeparableConv1D(4, 3),
                    L.GlobalMaxPooling1D(), L.Dense(4, activation="softmax")]), s)
train(M.Sequential([L.Masking(0.0, input_shape=(6, 5)), L.SimpleRNN(4), L.Dense(4, activation="softmax")]), s)
""",
    "callbacks": """
model = cnn()
train(model, epochs=3, validation_data=(x, y), callbacks=[
    C.EarlyStopping(patience=1), C.ModelCheckpoint(str(folder / "w.{epoch:02d}.h5"), save_best_only=True),
    C.ModelCheckpoint(str(folder / "best.h5"), monitor="val_acc", mode="max", save_weights_only=True),
    C.ReduceLROnPlateau(patience=0), C.CSVLogger(str(folder / "log.csv")), C.TerminateOnNaN(),
    C.LearningRateScheduler(lambda epoch, rate: rate * 0.5), C.LambdaCallback(on_epoch_end=lambda e, logs: None)])
assert (folder / "log.csv").read_text().startswith("epoch,") and (folder / "best.h5").exists()
class_weights = {0: 1.0, 1: 2.0, 2: 1.0, 3: 1.0}
train(model, class_weight=class_weights)
train(model, sample_weight=np.ones(16))
""",
    "image generators": """
from keras.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array, load_img
from PIL import Image
for name in "ab":
    (folder / name).mkdir()
    for k in range(4):
        Image.fromarray(random.randint(0, 255, (12, 12, 3)).astype("uint8")).save(folder / name / f"{k}.png")
generator = ImageDataGenerator(rescale=1 / 255, rotation_range=20, zoom_range=0.2, shear_range=0.2,
                               horizontal_flip=True, width_shift_range=0.1, brightness_range=(0.5, 1.5))
flow = generator.flow_from_directory(str(folder), target_size=(8, 8), batch_size=4)
model = M.Sequential([L.Flatten(input_shape=(8, 8, 3)), L.Dense(2, activation="softmax")])
model.compile(O.SGD(0.1, momentum=0.9, nesterov=True), "categorical_crossentropy")
model.fit_generator(flow, steps_per_epoch=2, verbose=0)
assert np.isfinite(model.predict_generator(flow, steps=2)).all()
assert img_to_array(load_img(str(folder / "a" / "0.png"), target_size=(6, 6))).shape == (6, 6, 3)
assert array_to_img(np.zeros((4, 4, 3))).size == (4, 4)
import sys
assert "tensorflow" not in sys.modules
""",
    "losses fall": """
# A linear map is learnt to its closed-form solution: outputs, gradients and updates are right together.
points, slope = random.rand(64, 3), np.array([[1.0], [-2.0], [0.5]])
for optimizer in (O.SGD(0.3, momentum=0.9), O.RMSprop(0.02), O.Adam(0.1, amsgrad=True)):
    model = M.Sequential([L.Dense(1, input_shape=(3,))])
    model.compile(optimizer, "mse")
    loss = model.fit(points, points @ slope + 0.3, batch_size=16, epochs=60, verbose=0).history["loss"]
    assert loss[-1] < 1e-2 * loss[0], (type(optimizer).__name__, loss[0], loss[-1])
""",
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow(name: str) -> None:
    run_code(SETUP + WORKFLOWS[name])
