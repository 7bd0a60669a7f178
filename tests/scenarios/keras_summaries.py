"""Model.summary(): its text, and activations of the classifiers of tf.keras.applications."""

import numpy as np

WIDE = "a_layer_with_quite_a_long_name_that_does_not_fit"


def lines(model, **how):
    """What a summary prints, with names that do not count how many layers there were."""
    found = []
    model.summary(print_fn=found.append, **how)
    return np.array("\n".join(found))


def chain(tf):
    layers = tf.keras.layers
    inner = tf.keras.Sequential([layers.Dense(3, input_shape=(4,), name="first"), layers.Dense(2, name="second")], name="inner")
    return tf.keras.Sequential(
        [layers.InputLayer((4,), name="in"), inner, layers.BatchNormalization(name=WIDE), layers.Dense(5, name="last")], name="outer"
    )


def branches(tf):
    layers = tf.keras.layers
    x = tf.keras.Input((8, 8, 3), name="x")
    inner = tf.keras.Sequential([layers.Conv2D(4, 3, input_shape=(8, 8, 3), name="conv"), layers.Flatten(name="flat")], name="inner")
    shared = layers.Dense(3, name="shared")
    a, b = inner(x), layers.GlobalAveragePooling2D(name="mean")(x)
    joined = layers.Concatenate(name="joined")([shared(layers.Dense(7, name="a")(a)), shared(layers.Dense(7, name="b")(b))])
    return tf.keras.Model(x, joined, name="branches")


def scenario_texts(tf, tmp_path):
    out = {}
    for make in (chain, branches):
        model = make(tf)
        model.layers[0].trainable = model.layers[-1].trainable = False
        for how in (
            {},
            {"expand_nested": True},
            {"show_trainable": True},
            {"expand_nested": True, "show_trainable": True, "line_length": 90},
            {"line_length": 120, "positions": [30, 70, 90, 120] if make is branches else [30, 90, 120]},
            {"layer_range": ["inner", "last"] if make is chain else ["mean", "shared"]},
            {"layer_range": ["last", ".*"] if make is chain else ["shared", "in.*"]},
        ):
            out[f"{make.__name__} {sorted(how)}{how.get('layer_range', '')}"] = lines(model, **how)
        for wrong in (["no", "layer"], ["inner"], [1, 2]):
            try:
                lines(model, layer_range=wrong)
            except ValueError as e:
                out[f"{make.__name__} {wrong}"] = np.array(f"ValueError {e}")
    return out


def scenario_classifiers(tf, tmp_path):
    out = {}
    apps = tf.keras.applications
    for name, size in (("MobileNet", 32), ("MobileNetV2", 32), ("VGG16", 32), ("DenseNet121", 32)):
        for activation in ("softmax", None, "sigmoid"):
            made = getattr(apps, name)(weights=None, input_shape=(size, size, 3), classes=3, classifier_activation=activation)
            last = made.layers[-1]
            function = last.activation
            out[f"{name} {activation}"] = np.array(f"{function.__name__} {tuple(made.output_shape)}")
    try:
        apps.MobileNetV2(input_shape=(96, 96, 3), classifier_activation="relu")
    except ValueError as e:
        out["with weights"] = np.array(f"ValueError {e}".partition("; Received")[0])
    bare = apps.MobileNetV2(weights=None, input_shape=(32, 32, 3), include_top=False, classifier_activation="relu")
    out["without top"] = np.array(str(tuple(bare.output_shape)))
    return out
