"""tf.data.Dataset: elements, element_spec, cardinality and error classes of its methods."""

import numpy as np


def leaves(x):
    if isinstance(x, dict):
        return [leaf for k in sorted(x) for leaf in leaves(x[k])]
    if isinstance(x, tuple):
        return [leaf for part in x for leaf in leaves(part)]
    return [np.asarray(x)]


def seen(datasets, limit=12):
    """Elements of two passes, cardinality and spec of each dataset; the class of the error that ends a pass."""
    out = {}
    for name, dataset in datasets.items():
        for epoch in range(2):
            count = 0
            try:
                for element in dataset.as_numpy_iterator():
                    out.update({f"{name}, {epoch}, {count}, {j}": leaf for j, leaf in enumerate(leaves(element))})
                    count += 1
                    if count == limit:
                        break
            except Exception as e:
                out[f"{name}, {epoch}, error"] = np.array(type(e).__name__)
            out[f"{name}, {epoch}, count"] = np.array(count)
        out[name + ", cardinality"] = np.array(int(dataset.cardinality()))
        out[name + ", spec"] = np.array(str(dataset.element_spec))
    return out


X = np.arange(24, dtype=np.float32).reshape(6, 4)


def scenario_sources(tf, tmp_path):
    d = tf.data.Dataset
    return seen(
        {
            "slices": d.from_tensor_slices(X),
            "slices of a pair": d.from_tensor_slices((X, [1, 2, 3, 4, 5, 6])),
            "slices of a nest": d.from_tensor_slices({"a": X, "b": (X, ["x", "yy", "z", "w", "é", "q"])}),
            "slices of float64": d.from_tensor_slices(X.astype(np.float64)),
            "tensors": d.from_tensors((X, {"a": 1, "b": 2.5, "c": "s"})),
            "tensors of a list": d.from_tensors([1, 2, 3]),
            "range 5": d.range(5),
            "range 2, 9, 3": d.range(2, 9, 3),
            "range 5, 1, -2": d.range(5, 1, -2),
            "range 5, 1": d.range(5, 1),
            "range float": d.range(3, output_type=tf.float32),
            "zip": d.zip(d.range(3), d.range(5)),
            "zip of a nest": d.zip({"a": d.range(3), "b": (d.range(5), d.range(4).repeat())}),
            "zip of datasets": d.zip(datasets=(d.range(3), d.range(2))),
            "zip of a filtered one": d.zip((d.range(3).filter(lambda x: x > 0), d.range(9))),
            "zip of one": d.zip(d.range(3)),
        }
    )


def scenario_generators(tf, tmp_path):
    d = tf.data.Dataset

    def pairs():
        for i in range(4):
            yield i, [i] * 3

    def yields(*values):
        return lambda: iter(values)

    return seen(
        {
            "types and shapes": d.from_generator(pairs, (tf.int32, tf.float32), ((), (3,))),
            "signature": d.from_generator(pairs, output_signature=(tf.TensorSpec((), tf.int64), tf.TensorSpec((None,), tf.float32))),
            "types": d.from_generator(pairs, output_types=(tf.int32, tf.float32)),
            "range": d.from_generator(lambda: range(3), tf.int32),
            "batched": d.from_generator(lambda: range(3), tf.int32).batch(2),
            "arguments": d.from_generator(lambda n, s: iter([n, n + 1]), tf.int32, args=(3, "x")),
            "dictionary": d.from_generator(yields({"a": 1, "b": "x"}), {"a": tf.int32, "b": tf.string}),
            "another type": d.from_generator(yields(1, "x"), tf.int32),
            "another shape": d.from_generator(yields([1, 2]), tf.int32, output_shapes=()),
            "a pair too much": d.from_generator(yields((1, 2)), tf.int32, output_shapes=()),
            "a third": d.from_generator(yields((1, 2, 3)), (tf.int32, tf.int32)),
            "shapes that do not batch": d.from_generator(yields([1], [1, 2]), tf.int32).batch(2),
        }
    )


def scenario_transformations(tf, tmp_path):
    d = tf.data.Dataset
    made = {
        "batch": d.from_tensor_slices((X, {"k": np.arange(6)})).batch(4),
        "batch, drop": d.from_tensor_slices(X).batch(4, True),
        "batch of batches": d.range(10).batch(3).batch(2),
        "batch of text": d.from_tensor_slices(["a", "bb", "c"]).batch(2),
        "unbatch": d.range(10).batch(3).unbatch(),
        "unbatch, drop": d.range(10).batch(3, True).unbatch(),
        "repeat nothing": d.range(0).repeat(),
        "filter": d.range(9).filter(lambda x: x > 3),
        "filter without end": d.range(9).repeat().filter(lambda x: x > 3),
        "filter nothing": d.range(0).filter(lambda x: x > 3),
        "enumerate": d.from_tensor_slices(["a", "b"]).enumerate(start=5),
        "enumerate pairs": d.zip((d.range(3), d.range(3))).enumerate(),
        "concatenate": d.range(3).concatenate(d.range(2)),
        "concatenate after no end": d.range(3).repeat().concatenate(d.range(2)),
        "concatenate shapes": d.from_tensor_slices(X).batch(4).concatenate(d.from_tensor_slices(X).batch(2, True)),
        "shard 0": d.range(10).shard(3, 0),
        "shard 2": d.range(10).shard(3, 2),
        "shard without end": d.range(10).repeat().shard(3, 2),
        "cache": d.range(3).cache(),
        "prefetch": d.range(3).prefetch(tf.data.AUTOTUNE),
        "apply": d.range(5).apply(lambda x: x.batch(2)),
        "map to a nest": d.range(3).map(lambda x: {"a": x, "b": [x, x]}),
        "map of pairs": d.zip((d.range(3), d.range(3))).map(lambda a, b: (a, (b, 1.5, "s"))),
        "map in parallel": d.range(3).map(lambda x: (x,), num_parallel_calls=2),
        "map of a dictionary": d.from_tensors({"a": 1, "b": 2}).map(lambda x: x["a"]),
        "map without end": d.range(3).repeat().map(lambda x: x),
        "map of batches": d.range(6).batch(4).map(lambda x: x),
        "map to a constant": d.range(3).map(lambda x: True),
    }
    for count in (None, 0, 1, 2, -1):
        made[f"repeat {count}"] = d.range(3).repeat(count)
    for count in (0, 2, 9, -1):
        made[f"take {count}"], made[f"skip {count}"] = d.range(4).take(count), d.range(4).skip(count)
        made[f"take {count} without end"] = d.range(4).repeat().take(count)
        made[f"skip {count} without end"] = d.range(4).repeat().skip(count)
    return seen(made)


def scenario_reductions(tf, tmp_path):
    d = tf.data.Dataset
    state = d.range(5).reduce((np.int64(0), {"n": 0}), lambda s, x: (s[0] + x, {"n": s[1]["n"] + 1}))
    options = tf.data.Options()
    options.deterministic = True
    options.threading.private_threadpool_size = 3
    kept = d.range(3).with_options(options).batch(2).options()
    return {
        "sum": d.range(5).reduce(np.int64(0), lambda s, x: s + x),
        "nest, sum": state[0],
        "nest, count": state[1]["n"],
        "len": np.array(len(d.range(7).batch(2))),
        "options": np.array([kept.deterministic, kept.threading.private_threadpool_size]),
        "constants": np.array([tf.data.AUTOTUNE, tf.data.INFINITE_CARDINALITY, tf.data.UNKNOWN_CARDINALITY]),
    }


def scenario_errors(tf, tmp_path):
    d = tf.data.Dataset
    cases = {
        "len without end": lambda: len(d.range(3).repeat()),
        "len unknown": lambda: len(d.range(3).filter(lambda x: True)),
        "batch 0": lambda: list(d.range(3).batch(0)),
        "batch -1": lambda: list(d.range(3).batch(-1)),
        "shuffle 0": lambda: list(d.range(3).shuffle(0)),
        "shuffle -1": lambda: list(d.range(3).shuffle(-1)),
        "prefetch -5": lambda: list(d.range(3).prefetch(-5)),
        "parallel 0": lambda: list(d.range(3).map(lambda x: x, num_parallel_calls=0)),
        "slices of two lengths": lambda: d.from_tensor_slices(([1, 2], [1, 2, 3])),
        "slices of a scalar": lambda: d.from_tensor_slices(3),
        "slices of nothing": lambda: d.from_tensor_slices(()),
        "zip of nothing": lambda: d.zip(),
        "zip of a list": lambda: d.zip([d.range(1)]),
        "zip of a number": lambda: d.zip((1,)),
        "concatenate types": lambda: d.range(3).concatenate(d.from_tensor_slices(X)),
        "apply": lambda: d.range(3).apply(lambda x: 3),
        "filter": lambda: list(d.range(3).filter(lambda x: x)),
        "shard 2 of 2": lambda: d.range(3).shard(2, 2),
        "shard of 0": lambda: d.range(3).shard(0, 0),
        "map of a number": lambda: d.range(3).map(3),
        "unbatch of scalars": lambda: d.range(3).unbatch(),
        "range by 0": lambda: list(d.range(1, 2, 0)),
        "range of nothing": lambda: d.range(),
        "generator": lambda: d.from_generator(3, tf.int32),
        "generator without types": lambda: d.from_generator(lambda: 1),
        "no files": lambda: list(d.list_files(str(tmp_path / "none" / "*"))),
        "the end": lambda: iter(d.range(0)).get_next(),
        "no such method": lambda: d.range(1).nosuch,
        "no such option": lambda: setattr(tf.data.Options(), "xx", 1),
    }
    out = {}
    for name, f in cases.items():
        try:
            f()
            out[name] = np.array("no error")
        except Exception as e:
            out[name] = np.array(type(e).__name__)
    return out
