"""What models say of themselves, what compile, save and load take and refuse, and gradients clipped in several ways."""

import operator
import os

import numpy as np

TOLERANCE = {"*": 1e-5}


def model(tf, outputs=1):
    made = tf.keras.Sequential([tf.keras.layers.Dense(outputs, input_shape=(4,), name="dense")], name="m")
    made.set_weights([np.linspace(-1, 1, 4 * outputs, dtype=np.float32).reshape(4, outputs), np.zeros(outputs, np.float32)])
    return made


def data():
    x = np.arange(16, dtype=np.float32).reshape(4, 4) / 4
    return x, np.full((4, 1), 3, np.float32)


def told(function, text=True):
    """`"done"`, or the kinds of error that it is, with its text if it has TensorFlow's."""
    try:
        function()
    except Exception as e:
        kinds = [k.__name__ for k in (AttributeError, TypeError, ValueError, OSError, RuntimeError) if isinstance(e, k)]
        return np.array(f"{' '.join(kinds) or type(e).__name__} {e if text else ''}")
    return np.array("done")


def scenario_attributes(tf, tmp_path):
    inputs = tf.keras.Input((3,), name="x")
    functional = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="d")(inputs))
    lines = []
    functional.summary(print_fn=lines.append, show_trainable=True)
    out = {"input": np.array(functional.layers[0].trainable), "summary": np.array("\n".join(lines[1:]))}
    made = model(tf)
    for when in ("new", "compiled"):
        for name in ("run_eagerly", "jit_compile", "dynamic", "compute_dtype", "variable_dtype", "dtype", "autotune_steps_per_execution"):
            out[f"{when} {name}"] = np.array(str(getattr(made, name)))
        made.compile("sgd", "mse", run_eagerly=True, jit_compile=False)
    out["submodules"] = np.array([type(v).__name__ for v in made.submodules])
    out["scope"] = np.array(tf.keras.layers.Dense(2, name="scoped").name_scope())
    return out


def scenario_files(tf, tmp_path):
    made = model(tf)
    path = os.path.join(str(tmp_path), "{}.h5").format
    made.save(path("a"))
    made.save_weights(path("w"))
    made.save(path("new/folder/b"))
    return {
        "save": told(lambda: made.save(path("h"), foo=1)),
        "save zipped": told(lambda: made.save(path("h"), zipped=True)),
        "save_model": told(lambda: tf.keras.models.save_model(made, path("h"), foo=1)),
        "save known": told(lambda: made.save(path("h"), options=None, signatures=None, save_traces=True, include_optimizer=False)),
        "save by position": told(lambda: made.save(path("h"), True, None, False), text=False),
        "load": told(lambda: tf.keras.models.load_model(path("a"), foo=1)),
        "load known": told(lambda: tf.keras.models.load_model(path("a"), compile=False, options=None)),
        "load 3": told(lambda: tf.keras.models.load_model(3), text=False),
        "load None": told(lambda: tf.keras.models.load_model(None), text=False),
        "weights": told(lambda: made.load_weights(path("w"), skip_mismatch=True), text=False),
        "weights by name": told(lambda: made.load_weights(path("w"), by_name=True, skip_mismatch=True)),
        "folder": np.array(os.listdir(os.path.join(str(tmp_path), "new/folder"))),
        "to_yaml": told(made.to_yaml),
        "from_yaml": told(lambda: tf.keras.models.model_from_yaml("a: 1")),
    }


def scenario_compile(tf, tmp_path):
    out = {}
    x, y = data()
    for given in (
        *({"loss": loss} for loss in ("huber_loss", "bce", "BCE", ["mse", "mse"], ["mae", "mse"])),
        *({n: None} for n in ("target_tensors", "distribute", "cloning")),
        {"cloning": True},
        {"experimental_run_tf_function": False},
        {"experimental_steps_per_execution": 1},
        {"target_tensors": 1},
        {"distribute": 1},
    ):
        made = model(tf)
        key = str(given)
        out[key] = told(lambda made=made, given=given: made.compile("sgd", **{"loss": "mse", **given}))
        if out[key] == "done":
            out[f"{key} loss"] = np.array(made.train_on_batch(x, y))
    out["unknown"] = told(lambda: model(tf).compile("sgd", "mse", foo=1), text=False)
    return out


def scenario_clipping(tf, tmp_path):
    out = {}
    x, y = data()
    for kind in ("SGD", "Adam", "legacy.SGD", "legacy.Adam"):
        for limits in (
            {"clipnorm": 0.5, "clipvalue": 0.2},
            {"clipvalue": 0.2, "global_clipnorm": 0.6},
            {"clipnorm": 0.5, "global_clipnorm": 0.6},
            {"clipnorm": 0.5, "clipvalue": 0.2, "global_clipnorm": 0.6},
        ):
            made, key = model(tf), f"{kind} {sorted(limits)}"
            cls = operator.attrgetter(kind)(tf.keras.optimizers)
            try:
                made.compile(cls(0.1, **limits), "mse")
            except ValueError:
                out[key] = np.array("ValueError")
                continue
            made.fit(x, y, epochs=2, verbose=0, shuffle=False)
            for i, w in enumerate(made.get_weights()):
                out[f"{key} {i}"] = w
    return out


def scenario_errors(tf, tmp_path):
    x, _ = data()
    made = model(tf, 2)
    made.compile("sgd", "sparse_categorical_crossentropy")

    def fit(class_weight):
        made.fit(x, np.array([0, 1, 0, 1]), class_weight=class_weight, verbose=0)

    out = {
        "rate": told(lambda: tf.keras.optimizers.Adam(learning_rate="a"), text=False),
        "balanced": told(lambda: fit("balanced"), text=False),
        "not from 0": told(lambda: fit({1: 1.0, 2: 1.0})),
        "three of four": told(lambda: made.predict(x[:, :3], verbose=0), text=False),
    }
    try:
        fit({0: 1.0})
    except tf.errors.InvalidArgumentError:
        out["a class without weight"] = np.array("InvalidArgumentError")
    apps = tf.keras.applications
    for name in ("MobileNetV2", "ResNet50", "InceptionResNetV2", "VGG16", "DenseNet121", "InceptionV3", "Xception", "NASNetMobile"):
        out[name] = told(lambda name=name: getattr(apps, name)(weights=None, foo=1))
    for name in ("MobileNetV2", "DenseNet121", "VGG16"):
        out[f"{name} last"] = np.array(getattr(apps, name)(weights=None, input_shape=(32, 32, 3)).layers[-1].name)
    return out


def scenario_operators(tf, tmp_path):
    tf.keras.backend.clear_session()  # layers are numbered anew
    i = tf.keras.Input((3,), name="x")
    made = tf.keras.Model(i, [i * 2 + 1, 1 + i, tf.add(i, 1), tf.nn.relu(i) - i / 3, i[:, 1:]], name="m")
    rows = []
    made.summary(print_fn=rows.append, line_length=160)
    first = [row.split(")")[0].strip() + ")" for row in rows if "OpLambda" in row]
    out = {"layers": np.array(sorted(first))}
    for name, function in (("add", tf.add), ("less", tf.less), ("maximum", tf.maximum)):
        try:
            function(tf.ones((2, 3)), tf.ones((4, 3)))
        except tf.errors.InvalidArgumentError as e:
            out[name] = np.array(["Incompatible shapes: [2,3] vs. [4,3]" in str(e), "incompatible" in str(e)])
    return out


ATTRIBUTES = (
    "tf.keras.Model.compiled_loss",
    "tf.keras.Model.compiled_metrics",
    "tf.keras.Model.distribute_strategy",
    "tf.keras.Model.dtype_policy",
    "tf.keras.layers.Layer.dtype_policy",
    "tf.keras.layers.Layer.distribute_strategy",
)
"""Of objects: the lists of TensorFlow's names hold classes' methods alone."""


def scenario_attributes_are_there_or_refused_by_name(tf, tmp_path):
    """What TensorFlow's objects have not is an AttributeError and no more in both."""
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    objects, out = {"tf.keras.Model": model, "tf.keras.layers.Layer": model.layers[0]}, {}
    for name in ATTRIBUTES:
        owner, _, attribute = name.rpartition(".")
        try:
            getattr(objects[owner], attribute)
            out[name] = np.array(True)
        except AttributeError as e:
            out[name] = np.array(type(e) is not AttributeError)
    return out
