"""Classes and functions registered as `package>Name`: what they are called in configurations, and that they are found again."""

import json

import numpy as np
from _datasets import told


def _objects(tf):
    k = tf.keras
    register = k.utils.register_keras_serializable

    @register("pkg")
    class Layer(k.layers.Dense):
        pass

    @register("pkg", name="act")
    def activation(x):
        return x * 2

    @register()
    class Regularizer(k.regularizers.Regularizer):
        def __init__(self, factor=0.25):
            self.factor = factor

        def __call__(self, x):
            return self.factor * tf.reduce_sum(x)

        def get_config(self):
            return {"factor": self.factor}

    @register("pkg")
    class Initializer(k.initializers.Initializer):
        def __call__(self, shape, dtype=None, **kwargs):
            return tf.ones(shape, dtype or "float32")

        def get_config(self):
            return {}

    @register(package="pkg")
    class Constraint(k.constraints.Constraint):
        def __call__(self, w):
            return w

        def get_config(self):
            return {}

    @register("pkg")
    class Loss(k.losses.Loss):
        def call(self, y_true, y_pred):
            return tf.reduce_mean(y_true - y_pred, axis=-1)

    @register("pkg")
    def loss(y_true, y_pred):
        return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)

    @register("pkg")
    class Metric(k.metrics.MeanSquaredError):
        pass

    @register("pkg")
    class Optimizer(k.optimizers.SGD):
        pass

    @register("pkg")
    class Schedule(k.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.125

        def get_config(self):
            return {}

    @register("pkg", "Net")
    class Model(k.Model):
        pass

    return {name: value for name, value in locals().items() if name not in ("k", "register", "tf")}


def _layer(o, name="d", units=2):
    parts = {"kernel_regularizer": o["Regularizer"](), "kernel_initializer": o["Initializer"](), "kernel_constraint": o["Constraint"]()}
    return o["Layer"](units, activation=o["activation"], name=name, **parts)


def _registered(config):
    """The registered names in a configuration, however it holds them, and how often."""
    if isinstance(config, dict):
        name = config.get("registered_name")
        inner = [n for key, part in config.items() if key != "registered_name" for n in _registered(part)]
        return sorted(inner + [name] * (isinstance(name, str) and ">" in name))
    if isinstance(config, (list, tuple)):
        return sorted(n for part in config for n in _registered(part))
    return [config] if isinstance(config, str) and ">" in config else []


def scenario_names(tf, tmp_path):
    o, k = _objects(tf), tf.keras
    out = {f"name of {name}": np.array(k.utils.get_registered_name(v)) for name, v in o.items()}
    find = k.saving.get_registered_object
    found = [find("pkg>Layer") is o["Layer"], find("Custom>Regularizer") is o["Regularizer"], find("Layer"), find("x", {"x": 1}, {"x": 2})]
    found += [find("x", None, {"x": 2}), find("pkg>act", {"pkg>act": 3}) is o["activation"], k.utils.get_registered_name(k.layers.Dense)]
    found += [k.utils.get_custom_objects() is k.saving.get_custom_objects(), k.utils.get_custom_objects()["pkg>Net"] is o["Model"]]
    with k.utils.custom_object_scope({"mine": 5}), k.saving.custom_object_scope({"other": 6}):
        found += [find("mine"), k.utils.get_registered_object("other")]
    cases = {
        "no config": lambda: k.utils.register_keras_serializable("pkg")(int),
        "no hash": lambda: k.utils.get_registered_name([]),
        "no name": lambda: k.utils.get_registered_name(3),
        "a plain function": lambda: k.utils.get_registered_name(_layer),
    }
    return {**out, "found": np.array(str([*found, find("mine")])), **told(cases)}


def scenario_serialized(tf, tmp_path):
    o, k = _objects(tf), tf.keras

    def legacy(module, obj):
        return str(module.serialize(obj, use_legacy_format=True))

    out = {
        "activation": legacy(k.activations, o["activation"]),
        "regularizer": legacy(k.regularizers, o["Regularizer"]()),
        "constraint": legacy(k.constraints, o["Constraint"]()),
        "initializer": legacy(k.initializers, o["Initializer"]()),
        "loss": legacy(k.losses, o["Loss"]()),
        "loss function": legacy(k.losses, o["loss"]),
        "metric": legacy(k.metrics, o["Metric"]()),
        "metric function": legacy(k.metrics, o["loss"]),
        "optimizer": k.optimizers.serialize(o["Optimizer"](), use_legacy_format=True)["class_name"],
        "layer": k.layers.serialize(_layer(o), use_legacy_format=True)["class_name"],
        "in the layer": str(_registered(_layer(o).get_config())),
        "in a wrapper": str(_registered(k.layers.TimeDistributed(_layer(o)).get_config())),
        "schedule": str(_registered(k.optimizers.schedules.serialize(o["Schedule"]()))),
        "of the optimizer": str(_registered(o["Optimizer"](o["Schedule"]()).get_config())),
    }
    got = {
        "activation": k.activations.get("pkg>act") is o["activation"],
        "loss": k.losses.get("pkg>loss") is o["loss"],
        "metric": k.metrics.get("pkg>loss") is o["loss"],
        "loss class": type(k.losses.get("pkg>Loss")) is o["Loss"],
        "initializer": type(k.initializers.get("pkg>Initializer")) is o["Initializer"],
        "optimizer": type(k.optimizers.get({"class_name": "pkg>Optimizer", "config": {}})) is o["Optimizer"],
    }
    cases = {"by its own name": lambda: k.losses.get("loss"), "a function by its own": lambda: k.activations.get("activation")}
    return {**{key: np.array(text) for key, text in out.items()}, **{f"get {n}": np.array(v) for n, v in got.items()}, **told(cases)}


def scenario_models(tf, tmp_path):
    o, k = _objects(tf), tf.keras
    sequential = k.Sequential([k.layers.Input((3,)), _layer(o)])
    x = k.Input((4, 3))
    # TensorFlow 2.15 writes a layer within a wrapper, and cannot read it.
    functional = o["Model"](x, _layer(o, "inner")(k.layers.Dense(3, kernel_initializer="ones")(x)))
    outer = k.Sequential([k.layers.Input((4, 3)), functional])
    out = {}
    images = np.arange(12, dtype=np.float32).reshape(1, 4, 3) / 8
    for name, model in (("sequential", sequential), ("functional", functional), ("outer", outer)):
        again = k.models.model_from_json(model.to_json())
        copy = type(model).from_config(model.get_config())
        out[f"{name}, config"] = np.array(str(_registered(model.get_config())))
        out[f"{name}, json"] = np.array(str(_registered(json.loads(model.to_json())["config"])))
        out[f"{name}, classes"] = np.array(str([type(m.layers[-1]).__name__ for m in (again, copy)]))
        data = images[0] if name == "sequential" else images
        out[f"{name}, results"] = np.stack([m.predict(data, verbose=0) for m in (model, again, copy)])
    return out


def scenario_saved(tf, tmp_path):
    o, k = _objects(tf), tf.keras
    # What stands inside a layer or an optimizer TensorFlow 2.15 writes to HDF5 and cannot read.
    model = k.Sequential([k.layers.Input((3,)), o["Layer"](2, kernel_initializer="ones")])
    x, y = np.float32([[1, 2, 3], [4, 5, 6]]), np.float32([[1, 2], [3, 4]])
    out = {}
    for name, loss in (("object", o["Loss"]()), ("function", o["loss"])):
        model.compile(o["Optimizer"](0.125), loss, metrics=[o["Metric"](), o["loss"]])
        model.fit(x, y, verbose=0)
        path = str(tmp_path / f"{name}.h5")
        model.save(path)
        again = k.models.load_model(path)
        before, after = (m.evaluate(x, y, verbose=0, return_dict=True) for m in (model, again))
        out[f"{name}, kinds"] = np.array(str([type(again.layers[-1]).__name__, type(again.optimizer).__name__, sorted(after)]))
        out[f"{name}, evaluated"] = np.array([[d[key] for key in sorted(d)] for d in (before, after)])
        again.fit(x, y, verbose=0)
        out[f"{name}, trained on"] = again.get_weights()[0]
    return out


TOLERANCE = {"scenario_saved": 1e-5, "scenario_models": 1e-5}
