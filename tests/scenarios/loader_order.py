"""image_dataset_from_directory: which files come in which order, over three epochs, for every way of seeding."""

import numpy as np
from _images import numbered_folder, numbers


def epochs(dataset, count=3):
    """The numbers of the files, a row an epoch, and the labels of the last epoch."""
    rows, labels = [], []
    for _ in range(count):
        row, labels = [], []
        for batch in dataset:
            images, label = batch if isinstance(batch, tuple) else (batch, np.zeros(0))
            row.append(numbers(images))
            labels.append(np.atleast_1d(np.asarray(label)))
        rows.append(np.concatenate(row))
    return np.stack(rows), np.concatenate(labels)


def load(tf, folder, **how):
    return tf.keras.utils.image_dataset_from_directory(folder, **{"image_size": (1, 1), **how})


def sizes(dataset):
    """Sizes of the batches."""
    return np.array([len(numbers(x)) for x, _ in dataset])


def scenario_batch_2(tf, tmp_path):
    folder = numbered_folder(tmp_path / "f", [21, 20, 20])
    dataset = load(tf, folder, labels="inferred", label_mode="categorical", batch_size=2, shuffle=True, seed=42)
    order, labels = epochs(dataset)
    paths = ["/".join(p.replace("\\", "/").split("/")[-2:]) for p in dataset.file_paths]
    return {"order": order, "labels": labels, "paths": np.array(paths), "classes": np.array(dataset.class_names), "sizes": sizes(dataset)}


def scenario_batch_2_global_seed(tf, tmp_path):
    tf.random.set_seed(7)
    order, labels = epochs(load(tf, numbered_folder(tmp_path / "f", [21, 20, 20]), batch_size=2, seed=42))
    return {"order": order, "labels": labels}


def scenario_batch_32(tf, tmp_path):
    order, labels = epochs(load(tf, numbered_folder(tmp_path / "f", [150, 151]), batch_size=32, shuffle=True, seed=42))
    return {"order": order, "labels": labels}


def scenario_batch_32_global_seed(tf, tmp_path):
    tf.random.set_seed(123)
    order, labels = epochs(load(tf, numbered_folder(tmp_path / "f", [150, 151]), batch_size=32, shuffle=True, seed=42))
    return {"order": order, "labels": labels}


def scenario_no_seed(tf, tmp_path):
    tf.keras.utils.set_random_seed(5)
    folder = numbered_folder(tmp_path / "f", [30, 30])
    first, _ = epochs(load(tf, folder, batch_size=4))
    second, _ = epochs(load(tf, folder, batch_size=4))
    return {"first": first, "second": second}


def scenario_seed_zero(tf, tmp_path):
    order, _ = epochs(load(tf, numbered_folder(tmp_path / "f", [20, 21]), batch_size=4, seed=0))
    return {"order": order}


def scenario_big_seed(tf, tmp_path):
    order, _ = epochs(load(tf, numbered_folder(tmp_path / "f", [20, 21]), batch_size=4, seed=2**31 + 5))
    return {"order": order}


def scenario_one_epoch_interrupted(tf, tmp_path):
    dataset = load(tf, numbered_folder(tmp_path / "f", [20, 21]), batch_size=4, seed=3)
    first = numbers(next(iter(dataset))[0])
    taken = np.concatenate([numbers(x) for x, _ in dataset.take(2)])
    order, _ = epochs(dataset, 2)
    return {"first": first, "taken": taken, "order": order}


def scenario_two_iterators(tf, tmp_path):
    dataset = load(tf, numbered_folder(tmp_path / "f", [20, 21]), batch_size=4, seed=3)
    a, b = iter(dataset), iter(dataset)
    out = [numbers(next(it)[0]) for it in (a, b, a, b)]
    return {"order": np.stack(out)}


def scenario_no_shuffle(tf, tmp_path):
    order, labels = epochs(load(tf, numbered_folder(tmp_path / "f", [10, 11]), batch_size=4, shuffle=False), 1)
    return {"order": order, "labels": labels}


def scenario_no_batch(tf, tmp_path):
    order, labels = epochs(load(tf, numbered_folder(tmp_path / "f", [20, 21]), batch_size=None, seed=11))
    return {"order": order, "labels": labels}


def scenario_subsets(tf, tmp_path):
    folder, out = numbered_folder(tmp_path / "f", [20, 21, 9]), {}
    for subset in ("training", "validation"):
        out[subset], out[subset + " labels"] = epochs(load(tf, folder, batch_size=4, seed=9, validation_split=0.3, subset=subset))
        out[subset + " in order"], _ = epochs(load(tf, folder, batch_size=4, shuffle=False, validation_split=0.3, subset=subset), 1)
    train, validation = load(tf, folder, batch_size=4, seed=9, validation_split=0.3, subset="both")
    out["both, training"], _ = epochs(train)
    out["both, validation"], _ = epochs(validation)
    return out


def scenario_label_modes(tf, tmp_path):
    folder, out = numbered_folder(tmp_path / "f", [4, 5]), {}
    for mode in ("int", "categorical", "binary"):
        out[mode], out[mode + " labels"] = epochs(load(tf, folder, label_mode=mode, batch_size=4, seed=1), 1)
    out["None"], _ = epochs(load(tf, folder, label_mode=None, batch_size=4, seed=1), 1)
    out["no labels"], _ = epochs(load(tf, folder, labels=None, label_mode=None, batch_size=4, seed=1), 1)
    out["given"], out["given labels"] = epochs(load(tf, folder, labels=[5, 3, 0, 1, 2, 7, 4, 6, 8], batch_size=4, seed=1), 1)
    out["class names"], out["class names labels"] = epochs(load(tf, folder, class_names=["b", "a"], batch_size=4, seed=1), 1)
    return out
