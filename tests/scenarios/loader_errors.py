"""image_dataset_from_directory: the class of the error for bad arguments and bad files."""

import numpy as np
from _images import DATA_FILES, attempt, numbered_folder


def attempt_all(tf, folder, **how):
    """Read one epoch, or the class name of the error."""

    def read():
        dataset = tf.keras.utils.image_dataset_from_directory(folder, **{"image_size": (4, 4), "batch_size": 2, **how})
        for _ in dataset:
            pass
        return np.array("no error")

    return attempt(read)


def scenario_arguments(tf, tmp_path):
    folder = numbered_folder(tmp_path / "f", [3, 2, 2])
    cases = {
        "missing folder": dict(folder=str(tmp_path / "none")),
        "label_mode": dict(label_mode="x"),
        "color_mode": dict(color_mode="x"),
        "interpolation": dict(interpolation="x"),
        "labels": dict(labels="x"),
        "labels of another length": dict(labels=[0, 1]),
        "labels None": dict(labels=None),
        "class_names": dict(class_names=["a", "b"]),
        "class_names unknown": dict(class_names=["a", "b", "x"]),
        "class_names without inference": dict(labels=[0] * 7, class_names=["a"]),
        "binary of three": dict(label_mode="binary"),
        "split 0": dict(validation_split=0, subset="training", seed=1),
        "split 1": dict(validation_split=1.0, subset="training", seed=1),
        "split without subset": dict(validation_split=0.5, seed=1),
        "subset without split": dict(subset="training", seed=1),
        "subset": dict(validation_split=0.5, subset="x", seed=1),
        "split without seed": dict(validation_split=0.5, subset="training"),
        "split without seed or shuffle": dict(validation_split=0.5, subset="training", shuffle=False),
        "empty subset": dict(validation_split=0.01, subset="validation", seed=1),
        "image_size": dict(image_size=4),
        "image_size of three": dict(image_size=(4, 4, 3)),
        "unknown argument": dict(size=3),
        "crop": dict(crop_to_aspect_ratio="x"),
        "batch 0": dict(batch_size=0),
        "negative seed": dict(seed=-1),
        "seed text": dict(seed="a"),
        "integer path": dict(folder=3),
    }
    return {k: attempt_all(tf, **{"folder": folder, **v}) for k, v in cases.items()}


def scenario_files(tf, tmp_path):
    def case(name, files):
        for path, data in files.items():
            path = tmp_path / name / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return str(tmp_path / name)

    jpeg = (DATA_FILES / "noise.jpg").read_bytes()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty classes" / "a").mkdir(parents=True)
    (tmp_path / "file").write_text("x")
    return {
        "empty": attempt_all(tf, str(tmp_path / "empty")),
        "empty classes": attempt_all(tf, str(tmp_path / "empty classes")),
        "no folder but a file": attempt_all(tf, str(tmp_path / "file")),
        "only other files": attempt_all(tf, case("other", {"a/x.txt": b"x"})),
        "no classes": attempt_all(tf, case("flat", {"x.jpg": jpeg})),
        "text": attempt_all(tf, case("text", {"a/x.jpg": b"text"})),
        "empty file": attempt_all(tf, case("none", {"a/x.jpg": b""})),
        "truncated": attempt_all(tf, case("half", {"a/x.jpg": jpeg[: len(jpeg) // 2]})),
        "second is truncated": attempt_all(tf, case("second", {"a/x.jpg": jpeg, "a/y.jpg": jpeg[:200], "a/z.jpg": jpeg}), shuffle=False),
        "hidden": attempt_all(tf, case("hidden", {"a/.x.jpg": jpeg, "a/y.jpg": jpeg, ".b/z.jpg": jpeg})),
        "capitals": attempt_all(tf, case("capitals", {"a/X.JPG": jpeg, "a/y.Jpeg": jpeg})),
        "wrong ending": attempt_all(tf, case("wrong", {"a/x.png": jpeg})),
    }
