"""Weights after eight steps of every optimizer, and the values of learning rate schedules."""

import numpy as np

TOLERANCE = {"*": 1e-5}


def optimizers(tf):
    new, old, rates = tf.keras.optimizers, tf.keras.optimizers.legacy, tf.keras.optimizers.schedules
    return {
        "sgd": "sgd",
        "adam": "adam",
        "SGD momentum": new.SGD(0.1, momentum=0.9),
        "SGD nesterov": new.SGD(learning_rate=0.1, momentum=0.9, nesterov=True),
        "Adam amsgrad": new.Adam(learning_rate=0.05, amsgrad=True),
        "RMSprop": new.RMSprop(0.01),
        "RMSprop centered": new.RMSprop(0.01, momentum=0.5, centered=True),
        "Adagrad": new.Adagrad(0.1),
        "Adadelta": new.Adadelta(1.0),
        "Adamax": new.Adamax(0.05),
        "Nadam": new.Nadam(0.05),
        "AdamW": new.AdamW(0.05, weight_decay=0.1),
        "Lion": new.Lion(0.01),
        "clipnorm": new.SGD(0.1, clipnorm=0.1),
        "clipvalue": new.SGD(0.1, clipvalue=0.05),
        "global_clipnorm": new.Adam(0.1, global_clipnorm=0.1),
        "weight_decay": new.SGD(0.1, weight_decay=0.2),
        "legacy SGD": old.SGD(0.1, decay=0.5, momentum=0.5),
        "legacy RMSprop": old.RMSprop(0.01),
        "legacy RMSprop momentum": old.RMSprop(0.01, momentum=0.5),
        "legacy Adam": old.Adam(0.1, decay=0.3),
        "legacy Adagrad": old.Adagrad(0.1),
        "legacy Adadelta": old.Adadelta(1.0),
        "legacy Adamax": old.Adamax(0.1),
        "ExponentialDecay": new.SGD(rates.ExponentialDecay(0.5, 3, 0.5)),
        "CosineDecay": new.Adam(rates.CosineDecay(0.1, 6, warmup_target=0.2, warmup_steps=2)),
        "PiecewiseConstantDecay": new.SGD(rates.PiecewiseConstantDecay([2, 4], [0.1, 0.01, 0.5])),
    }


def scenario_steps(tf, tmp_path):
    rng = np.random.RandomState(0)
    x, y = rng.rand(32, 4).astype("f"), rng.rand(32, 2).astype("f")
    start = [rng.randn(*s).astype("f") for s in ((4, 3), (3,), (3, 2), (2,))]
    out = {}
    for name, optimizer in optimizers(tf).items():
        model = tf.keras.Sequential([tf.keras.layers.Dense(3, activation="tanh", input_shape=(4,)), tf.keras.layers.Dense(2)])
        model.set_weights(start)
        model.compile(optimizer, "mse")
        for i in range(0, 32, 4):
            model.train_on_batch(x[i : i + 4], y[i : i + 4])
        for i, w in enumerate(model.get_weights()):
            out[f"{name} {i}"] = w
    return out


def scenario_schedules(tf, tmp_path):
    s = tf.keras.optimizers.schedules
    made = {
        "exponential": s.ExponentialDecay(0.5, 3, 0.5, staircase=True),
        "inverse": s.InverseTimeDecay(0.5, 3, 0.5),
        "polynomial": s.PolynomialDecay(0.5, 7, 0.1, 2.0),
        "polynomial cycle": s.PolynomialDecay(0.5, 3, 0.1, 2.0, cycle=True),
        "piecewise": s.PiecewiseConstantDecay([2, 4], [0.1, 0.01, 0.5]),
        "cosine": s.CosineDecay(0.5, 7, 0.1),
        "cosine warm-up": s.CosineDecay(0.1, 7, 0.1, warmup_target=0.7, warmup_steps=3),
        "restarts": s.CosineDecayRestarts(0.5, 3, 2.0, 0.9, 0.1),
        "restarts equal": s.CosineDecayRestarts(0.5, 3, 1.0, 0.9, 0.1),
    }
    return {k: np.array([float(f(i)) for i in range(14)]) for k, f in made.items()}


def scenario_learning_rate(tf, tmp_path):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
    model.compile(tf.keras.optimizers.Adam(0.02), "mse")
    seen = [float(model.optimizer.learning_rate), float(model.optimizer.lr)]
    model.optimizer.learning_rate = 0.03
    seen.append(float(model.optimizer.learning_rate.numpy()))
    model.optimizer.learning_rate.assign(0.04)
    seen.append(float(model.optimizer.lr))
    return {"seen": np.array(seen)}
