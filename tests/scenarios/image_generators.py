"""tf.keras.preprocessing.image.ImageDataGenerator on arrays: its settings, draws, batches and their order, fit, what is refused."""

import warnings

import numpy as np
from _images import attempt, levels, noise

TOLERANCE = {"*": 1e-6, "scenario_levels": 4e-5, "scenario_whitening": 2e-4}
DRAWN = dict(rotation_range=40, width_shift_range=0.3, height_shift_range=0.2, shear_range=15.0, zoom_range=0.4)
SETTINGS = {
    "plain": {},
    "rotation": dict(rotation_range=40),
    "shift": dict(width_shift_range=0.3, height_shift_range=0.2),
    "shift by pixels": dict(width_shift_range=2.0, height_shift_range=3),
    "shift from list": dict(width_shift_range=[-2, 0, 1], height_shift_range=[0.1, 0.3]),
    "shear": dict(shear_range=15.0),
    "zoom": dict(zoom_range=[0.5, 0.9]),
    "all": DRAWN,
    "order": dict(interpolation_order=3, fill_mode="reflect", **DRAWN),
    "order 0": dict(interpolation_order=0, fill_mode="constant", cval=0.5, **DRAWN),
    "wrap": dict(fill_mode="wrap", **DRAWN),
    "flips": dict(horizontal_flip=True, vertical_flip=True),
    "channels": dict(channel_shift_range=0.4),
    "brightness": dict(brightness_range=(0.4, 1.6)),
    "everything": dict(channel_shift_range=0.2, brightness_range=[0.7, 1.2], horizontal_flip=True, rescale=0.5, **DRAWN),
    "function": dict(preprocessing_function=lambda x: x * 2 + 1, rescale=0.25),
    "sample": dict(samplewise_center=True, samplewise_std_normalization=True),
    "double": dict(dtype="float64", **DRAWN),
}
X, Y = noise(7, 6, 8, 3), np.arange(7) % 2


def plain(element):
    """The arrays of a batch."""
    return [
        a for part in (element if isinstance(element, (tuple, list)) else [element]) for a in (part if isinstance(part, list) else [part])
    ]


def batches(flow, count):
    """The first batches as arrays, by number and place."""
    return {f"{i}, {j}": a for i in range(count) for j, a in enumerate(plain(next(flow)))}


def named(name, arrays):
    return {f"{name}, {key}": a for key, a in arrays.items()}


def scenario_settings(tf, tmp_path):
    make, out = tf.keras.preprocessing.image.ImageDataGenerator, {}
    for name, how in SETTINGS.items():
        np.random.seed(3)
        out.update(named(name, batches(make(**how).flow(X, Y, batch_size=3), 3)))
        first = make(data_format="channels_first", **how).flow(X.transpose(0, 3, 1, 2), batch_size=3, seed=2, shuffle=False)
        if name not in ("brightness", "everything"):  # Pillow has images whose channels come last alone
            out.update(named(name + ", first", batches(first, 1)))
        out[name + ", next draw"] = np.random.rand()
    return out


def scenario_levels(tf, tmp_path):
    make, x, out = tf.keras.preprocessing.image.ImageDataGenerator, levels(4, 6, 8, 3), {}
    np.random.seed(5)
    out.update(named("brightness", batches(make(brightness_range=(0.2, 1.8)).flow(x, batch_size=4), 2)))
    out.update(named("shift", batches(make(channel_shift_range=80.0).flow(x, batch_size=4), 1)))
    out.update(named("both", batches(make(channel_shift_range=80.0, brightness_range=(0.2, 1.8)).flow(x * np.float32(1.5) - 9), 1)))
    out.update(named("all", batches(make(**DRAWN).flow(x[..., :1], batch_size=4), 1)))
    out.update(named("small", batches(make(dtype="uint8", **DRAWN).flow(x, batch_size=4), 1)))
    out.update(named("scaled", batches(make(rescale=1 / 255, **DRAWN).flow(x, batch_size=4), 1)))
    return out


def scenario_parameters(tf, tmp_path):
    generator, out = tf.keras.preprocessing.image.ImageDataGenerator(**SETTINGS["everything"]), {}
    drawn = generator.get_random_transform((6, 8, 3), seed=9)
    out.update({"drawn, " + k: np.array(v, "float64") for k, v in drawn.items()})
    out["applied"] = generator.apply_transform(X[0], drawn)
    out["some"] = generator.apply_transform(X[0], {"theta": 12.0, "flip_vertical": True})
    out["transformed"] = generator.random_transform(X[1], seed=9)
    out["standard"] = generator.standardize(np.copy(X[0]))
    batch = np.copy(X)
    out["same array"] = np.array(generator.standardize(batch) is batch)
    names = "zoom_range brightness_range channel_axis row_axis col_axis interpolation_order dtype data_format mean std zca_whitening_matrix"
    out["settings"] = np.array(str([getattr(generator, name) for name in names.split()]))
    return out


def scenario_order(tf, tmp_path):
    make, out, y = tf.keras.preprocessing.image.ImageDataGenerator(validation_split=0.4), {}, np.arange(11)
    x = np.arange(11.0).reshape(11, 1, 1, 1) * np.ones((1, 2, 2, 1))
    np.random.seed(6)
    for name, how in {
        "plain": {},
        "seed": dict(seed=4),
        "in order": dict(shuffle=False),
        "seed in order": dict(seed=4, shuffle=False),
    }.items():
        flow = make.flow(x, y, batch_size=4, **how)
        found = [next(flow)[1] for _ in range(5)] + [flow[1][1], flow[0][1]]
        flow.reset()
        found += [next(flow)[1], next(flow)[1]]
        flow.on_epoch_end()
        found += [flow[2][1], flow.next()[1]]
        out[name] = np.concatenate(found)
        out[name + ", counts"] = np.array([len(flow), flow.n, flow.batch_size, flow.batch_index, flow.total_batches_seen])
    for subset in ("training", "validation"):
        flow = make.flow(x, y, batch_size=4, subset=subset, ignore_class_split=True, sample_weight=None, shuffle=False)
        out.update(named(subset, batches(flow, 2)))
    extra = make.flow((x, [y * 2, y[:, None] * 0.5]), y, batch_size=4, sample_weight=y + 1, shuffle=False)
    out.update(named("extra", batches(extra, 3)))
    out.update(named("extra alone", batches(make.flow((x, y), batch_size=4, subset="validation", shuffle=False), 1)))
    single = tf.keras.preprocessing.image.NumpyArrayIterator(x, y, make, batch_size=3)
    out.update(named("by itself", batches(single, 2)))
    kinds = [isinstance(f, getattr(tf.keras.preprocessing.image, n)) for f in (extra, single) for n in ("Iterator", "NumpyArrayIterator")]
    return {**out, "kinds": np.array(kinds), "past the end": attempt(lambda: single[9])}


def scenario_fitted(tf, tmp_path):
    make, out = tf.keras.preprocessing.image.ImageDataGenerator, {}
    settings = {
        "center": dict(featurewise_center=True),
        "std": dict(featurewise_center=True, featurewise_std_normalization=True),
        "rescaled": dict(featurewise_center=True, featurewise_std_normalization=True, rescale=0.5),
        "first": dict(featurewise_center=True, featurewise_std_normalization=True, data_format="channels_first"),
    }
    for name, how in settings.items():
        x = X.transpose(0, 3, 1, 2) if name == "first" else X
        generator = make(**how)
        generator.fit(x)
        out[name + ", mean"] = generator.mean
        out[name + ", std"] = np.array("none") if generator.std is None else generator.std
        out.update(named(name, batches(generator.flow(x, shuffle=False, batch_size=4), 1)))
        turned = make(rotation_range=30, **how)
        turned.fit(x, augment=True, rounds=2, seed=8)
        out.update(named(name + ", augmented", {"mean": turned.mean, "next draw": np.random.rand()}))
    return out


def scenario_whitening(tf, tmp_path):
    out, x = {}, noise(12, 3, 2, 1, seed=3)
    for dtype in ("float32", "float64"):
        generator = tf.keras.preprocessing.image.ImageDataGenerator(
            featurewise_center=True, zca_whitening=True, zca_epsilon=1e-2, dtype=dtype
        )
        generator.fit(x)
        out[dtype + ", matrix"] = generator.zca_whitening_matrix
        out.update(named(dtype, batches(generator.flow(x, shuffle=False), 1)))
        out[dtype + ", batch"] = generator.standardize(x[:5].astype(dtype))
    return out


def scenario_warnings(tf, tmp_path):
    make, out = tf.keras.preprocessing.image.ImageDataGenerator, {}

    def heard(call):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call()
        return np.array(str([str(w.message) for w in caught]))

    out["whitening"] = heard(lambda: make(zca_whitening=True, featurewise_std_normalization=True))
    out["std"] = heard(lambda: make(featurewise_std_normalization=True, samplewise_std_normalization=True))
    full = dict(featurewise_center=True, featurewise_std_normalization=True)
    out["not fitted"] = heard(lambda: make(**full).standardize(np.copy(X)))
    out["not whitened"] = heard(lambda: make(featurewise_center=True, zca_whitening=True).standardize(np.copy(X)))
    out["channels"] = heard(lambda: make().flow(noise(2, 3, 4, 5)))
    out["channels fitted"] = heard(lambda: make().fit(noise(2, 3, 4, 5)))
    return out


def scenario_refused(tf, tmp_path):
    make = tf.keras.preprocessing.image.ImageDataGenerator
    split = make(validation_split=0.5)
    cases = {
        "format": lambda: make(data_format="last"),
        "split": lambda: make(validation_split=1.5),
        "zoom": lambda: make(zoom_range=(1, 2, 3)),
        "brightness": lambda: make(brightness_range=0.5),
        "rank": lambda: make().flow(X[0]),
        "fit rank": lambda: make().fit(X[0]),
        "lengths": lambda: make().flow(X, Y[:3]),
        "weights": lambda: make().flow(X, Y, sample_weight=Y[:3]),
        "extra": lambda: make().flow((X, Y[:3])),
        "subset": lambda: split.flow(X, Y, subset="test"),
        "classes": lambda: split.flow(X, np.arange(7), subset="training"),
        "order": lambda: next(make(rotation_range=9, interpolation_order=9).flow(X)),
        "unknown": lambda: make(blur=3),
        "two channels bright": lambda: next(make(brightness_range=(0.1, 0.2)).flow(noise(2, 3, 4, 2)[..., :1].repeat(2, -1))),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: attempt(case) for name, case in cases.items()}


def scenario_saved(tf, tmp_path):
    generator, out = tf.keras.preprocessing.image.ImageDataGenerator(**DRAWN), {}
    np.random.seed(2)
    next(generator.flow(noise(3, 6, 8, 3) * 50 + 20, batch_size=3, save_to_dir=str(tmp_path), save_prefix="p", save_format="bmp"))
    for path in sorted(tmp_path.iterdir()):
        out[path.name] = tf.keras.utils.img_to_array(tf.keras.utils.load_img(str(path)))
    return {**out, "next draw": np.random.rand()}
