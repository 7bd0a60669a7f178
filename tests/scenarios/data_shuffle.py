"""Dataset.shuffle: the order of elements, for every way of seeding, through everything that follows."""

import numpy as np


def order(dataset, epochs, limit=None):
    """The elements of several passes, a row each."""
    rows = []
    for _ in range(epochs):
        row = []
        for x in dataset:
            row.append(np.atleast_1d(np.asarray(x)))
            if len(row) == limit:
                break
        rows.append(np.concatenate(row) if row else np.zeros(0, np.int64))
    return np.stack(rows)


def scenario_buffers(tf, tmp_path):
    out = {}
    for seed in (None, 0, 5, 2**31 - 1):
        if seed is not None:
            tf.random.set_seed(seed)
        for n in (0, 1, 7, 100):
            for size in (1, 3, 8, 64, 1000):
                for op_seed in (3, 0, 2**40) if seed is None else (3, 0, None):
                    dataset = tf.data.Dataset.range(n).shuffle(size, seed=op_seed)
                    out[f"{seed}, {n}, {size}, {op_seed}"] = order(dataset, 3)
    return out


def scenario_pipelines(tf, tmp_path):
    out, data = {}, tf.data.Dataset
    for seed in (None, 5):
        if seed is not None:
            tf.random.set_seed(seed)
        how = {"seed": 9 if seed is None else None}
        ten = data.range(10)
        once = ten.shuffle(4, **how)
        made = {
            "the same each time": (data.range(20).shuffle(5, reshuffle_each_iteration=False, **how), 3),
            "repeated": (once.repeat(3), 2),
            "after repeat": (ten.repeat(3).shuffle(4, **how), 2),
            "the same, repeated": (ten.shuffle(4, reshuffle_each_iteration=False, **how).repeat(3), 2),
            "twice": (ten.shuffle(4, **how).shuffle(5, **how), 2),
            "unknown size": (ten.shuffle(-2, **how), 2),
            "cached": (ten.shuffle(4, **how).cache(), 2),
            "after cache": (ten.cache().shuffle(4, **how), 2),
            "prefetched batches": (ten.shuffle(4, **how).prefetch(2).batch(4, drop_remainder=True), 3),
            "mapped": (ten.shuffle(4, **how).map(lambda x: x, num_parallel_calls=2), 3),
            "concatenated": (data.range(3).concatenate(ten.shuffle(4, **how)), 2),
        }
        for name, (dataset, epochs) in made.items():
            out[f"{seed}, {name}"] = order(dataset, epochs)
        out[f"{seed}, without end"] = order(ten.shuffle(4, **how).repeat(), 1, 35)
        shared = ten.shuffle(4, **how)
        mapped, batched = shared.map(lambda x: x), shared.batch(3)
        out[f"{seed}, shared"] = np.concatenate([order(mapped, 1), order(batched, 2), order(mapped, 1)])
        apart = data.zip((shared.take(5), shared.skip(5)))
        out[f"{seed}, zipped with itself"] = np.array([[int(a), int(b)] for a, b in apart])
    return out


def scenario_two_iterators(tf, tmp_path):
    """A pass takes its seeds when it begins, not with its first element."""
    out, data = {}, tf.data.Dataset
    for name, dataset in {
        "mapped": data.range(10).shuffle(10, seed=4).map(lambda x: x),
        "prefetched": data.range(10).shuffle(10, seed=4).prefetch(1).repeat(2),
        "zipped": data.zip((data.range(10), data.range(10).shuffle(10, seed=4))).map(lambda a, b: b),
    }.items():
        first, second = iter(dataset), iter(dataset)
        out[name] = np.array([int(next(it)) for it in (second, first) * 8])
    return out


def scenario_list_files(tf, tmp_path):
    for i in range(12):
        (tmp_path / f"f{i}.txt").write_text("")
    pattern = str(tmp_path / "*.txt")

    def names(dataset):
        return np.array([np.asarray(x).item().decode().replace("\\", "/").split("/")[-1] for x in dataset])

    out = {"sorted": names(tf.data.Dataset.list_files(pattern, shuffle=False))}
    out["patterns"] = names(tf.data.Dataset.list_files([str(tmp_path / "f1*"), str(tmp_path / "f2*")], shuffle=False))
    for seed in (None, 7):
        tf.random.set_seed(3)
        dataset = tf.data.Dataset.list_files(pattern, seed=seed)
        out[f"shuffled, {seed}"] = np.stack([names(dataset) for _ in range(3)])
    return out
