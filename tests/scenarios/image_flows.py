"""ImageDataGenerator.flow_from_directory and flow_from_dataframe: files, labels, order, sizes, printed lines, what is refused."""

import contextlib
import importlib.util
import io
import warnings
from pathlib import Path

import numpy as np
from _frames import Frame
from _images import attempt, levels, mixed_folder, numbered_folder, numbers, png

TOLERANCE = {"*": 4e-5}
VARIANTS = {"scenario_frame": [{"pandas": True}] if importlib.util.find_spec("pandas") else []}


def plain(batch):
    """The arrays of a batch."""
    parts = batch if isinstance(batch, (tuple, list)) else [batch]
    return [np.asarray(a) for part in parts for a in (part if isinstance(part, list) else [part])]


def told(call):
    """What a call returns, and what it prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = call()
    return found, np.array(said.getvalue())


def scenario_directory(tf, tmp_path):
    # Versions of Pillow resize an image that is higher than wide, as the BMP is, differently.
    folder, out = mixed_folder(tmp_path / "f", without=["still.gif", "picture.bmp"]), {}
    make = tf.keras.preprocessing.image.ImageDataGenerator
    cases = {
        "plain": dict(target_size=(11, 10)),
        "bilinear": dict(target_size=(11, 10), interpolation="bilinear"),
        "lanczos": dict(target_size=[11, 10], interpolation="lanczos", color_mode="grayscale"),
        "kept": dict(target_size=(11, 10), keep_aspect_ratio=True, interpolation="bicubic"),
        "alpha": dict(target_size=(6, 7), color_mode="rgba", class_mode="binary"),
        "sparse": dict(target_size=(6, 7), class_mode="sparse", classes=["two", "one"]),
        "input": dict(target_size=(6, 7), class_mode="input", batch_size=2),
        "none": dict(target_size=(6, 7), class_mode=None, batch_size=4, shuffle=False),
        "seed": dict(target_size=(6, 7), seed=5, batch_size=4),
        "training": dict(target_size=(4, 4), subset="training", shuffle=False),
        "validation": dict(target_size=(4, 4), subset="validation", shuffle=False),
    }
    np.random.seed(1)
    for name, how in cases.items():
        flow, out[name + ", said"] = told(lambda how=how: make(validation_split=0.4, rotation_range=20).flow_from_directory(folder, **how))
        for i in range(2):
            out.update({f"{name}, {i}, {j}": a for j, a in enumerate(plain(next(flow)))})
        out[name + ", files"] = np.array([Path(f).as_posix() for f in flow.filenames])
        out[name + ", labels"] = np.asarray(flow.labels)
        known = (flow.samples, flow.num_classes, flow.class_indices, flow.image_shape, flow.split, flow.subset, flow.keep_aspect_ratio)
        out[name + ", known"] = np.array(str(known))
        out[name + ", kind"] = np.array(isinstance(flow, tf.keras.preprocessing.image.DirectoryIterator))
    first = make(data_format="channels_first", brightness_range=None, zoom_range=0.3).flow_from_directory(folder, (6, 7), batch_size=2)
    out.update({f"first, {j}": a for j, a in enumerate(plain(next(first)))})
    double = tf.keras.preprocessing.image.DirectoryIterator(folder, make(dtype="float64"), (5, 4), dtype="float64", keep_aspect_ratio=True)
    out.update({f"by itself, {j}": a for j, a in enumerate(plain(double[0]))})
    bright = make(brightness_range=(0.3, 1.5), rescale=1 / 255).flow_from_directory(folder, (6, 7))
    out.update({f"bright, {j}": a for j, a in enumerate(plain(next(bright)))})
    return {**out, "next draw": np.random.rand()}


def scenario_order(tf, tmp_path):
    folder, out = numbered_folder(tmp_path / "f", [5, 3, 4]), {}
    np.random.seed(8)
    for name, how in {"plain": {}, "seed": dict(seed=3), "in order": dict(shuffle=False)}.items():
        flow = tf.keras.preprocessing.image.ImageDataGenerator().flow_from_directory(folder, (1, 1), batch_size=5, **how)
        found = [next(flow)[0] for _ in range(4)]
        flow.reset()
        out[name] = np.concatenate([numbers(b) for b in [*found, next(flow)[0], flow[1][0]]])
    return out


def table(folder, pandas):
    """Six files, one of which is not there, and labels of many kinds."""
    for i in range(5):
        (folder / f"{i}.png").write_bytes(png(levels(6 + i, 7, 3, seed=i)))
    columns = {
        "filename": [f"{i}.png" for i in range(6)],
        "class": ["b", "a", "b", "a", "c", "a"],
        "two": ["b", "a", "b", "a", "b", "a"],
        "many": [["b", "a"], ["a"], ("c",), "b", ["a", "c"], ["c"]],
        "x": [0.5, 1.5, 2.5, 3.5, 4.5, 5.5],
        "y": [0, 1, 2, 3, 4, 5],
    }
    if not pandas:
        return Frame(columns)
    import pandas as pd

    return pd.DataFrame(columns)


def scenario_frame(tf, tmp_path, pandas=False):
    frame, out, size = table(tmp_path, pandas), {}, {"target_size": (5, 4)}
    make = tf.keras.preprocessing.image.ImageDataGenerator(validation_split=0.4, zoom_range=0.3)
    cases = {
        "plain": {},
        "classes": dict(classes=["c", "a"]),
        "binary": dict(class_mode="binary", y_col="two"),
        "sparse": dict(class_mode="sparse", classes=["c", "b", "a"], batch_size=2),
        "many": dict(y_col="many", seed=3),
        "raw": dict(class_mode="raw", y_col="x", weight_col="y"),
        "raw two": dict(class_mode="raw", y_col=["x", "y"], shuffle=False),
        "other": dict(class_mode="other", y_col="y", interpolation="bicubic"),
        "multi": dict(class_mode="multi_output", y_col=["x", "y"]),
        "input": dict(class_mode="input", weight_col="x"),
        "none": dict(class_mode=None, classes=["a"], color_mode="grayscale"),
        "training": dict(subset="training"),
        "validation": dict(subset="validation", has_ext=True, sort=False, drop_duplicates=False),
    }
    np.random.seed(7)
    for name, how in cases.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            flow, out[name + ", said"] = told(lambda how=how: make.flow_from_dataframe(frame, str(tmp_path), **size, **how))
        out[name + ", heard"] = np.array(str([(w.category.__name__, str(w.message)) for w in caught]))
        out.update({f"{name}, {j}": a for j, a in enumerate(plain(next(flow)))})
        known = (flow.filenames, flow.samples, getattr(flow, "class_indices", None), getattr(flow, "classes", None))
        out[name + ", known"] = np.array(str(known))
        out[name + ", kind"] = np.array(isinstance(flow, tf.keras.preprocessing.image.Iterator))
    absolute = Frame({"filename": [str(tmp_path / "3.png")], "class": ["x"]})
    out["absolute"] = next(make.flow_from_dataframe(absolute, validate_filenames=False, **size))[0]
    return {**out, "next draw": np.random.rand()}


def scenario_refused(tf, tmp_path):
    (tmp_path / "f").mkdir()
    folder, frame = mixed_folder(tmp_path / "g"), table(tmp_path / "f", False)
    make = tf.keras.preprocessing.image.ImageDataGenerator(validation_split=0.3)

    def files(**how):
        return make.flow_from_directory(folder, **how)

    def rows(**how):
        return make.flow_from_dataframe(frame, str(tmp_path / "f"), **how)

    cases = {
        "mode": lambda: files(class_mode="raw"),
        "colours": lambda: files(color_mode="cmyk"),
        "subset": lambda: files(subset="test"),
        "interpolation": lambda: next(files(interpolation="cubic")),
        "no folder": lambda: make.flow_from_directory(str(tmp_path / "x")),
        "no class": lambda: files(classes=["three"]).samples,
        "unknown": lambda: files(crop=True),
        "frame mode": lambda: rows(class_mode="x"),
        "frame multi": lambda: rows(class_mode="multi_output"),
        "frame binary": lambda: rows(class_mode="binary"),
        "frame given": lambda: rows(class_mode="binary", classes=["a"]),
        "frame numbers": lambda: rows(y_col="x"),
        "frame sparse numbers": lambda: rows(y_col="x", class_mode="sparse"),
        "frame weights": lambda: rows(weight_col="class"),
        "frame names": lambda: rows(x_col="x"),
        "frame column": lambda: rows(y_col="z"),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: attempt(case) for name, case in cases.items()}


def scenario_saved(tf, tmp_path):
    folder, saved, out = mixed_folder(tmp_path / "f", without=["still.gif"]), tmp_path / "saved", {}
    saved.mkdir()
    np.random.seed(2)
    make = tf.keras.preprocessing.image.ImageDataGenerator(rescale=0.2, rotation_range=20)
    flow = make.flow_from_directory(folder, (8, 6), batch_size=4, save_to_dir=str(saved), save_prefix="p", save_format="png")
    next(flow)
    for path in sorted(saved.iterdir()):
        out[path.name] = tf.keras.utils.img_to_array(tf.keras.utils.load_img(str(path)))
    return {**out, "next draw": np.random.rand()}
