"""tf.random: generators, stateless functions, and the functions under set_seed, eagerly and in Dataset.map."""

import random

import numpy as np

# Normal numbers of float64 go through the C library's logarithm, sine and cosine, or NumPy's: half an ulp. Those of float32 are equal.
TOLERANCE = {"scenario_stateless_normal": 5e-16}

SEEDS = {"1,2": (1, 2), "0,0": (0, 0), "negative": (-5, 2**40), "ends": (2**63 - 1, -(2**63))}


def pair(seed):
    return np.array(seed, np.int64)


def scenario_stateless_uniform(tf, tmp_path):
    out = {}
    for name, seed in SEEDS.items():
        for dtype in ("float16", "float32", "float64"):
            for shape in ([], [3], [5, 7], [0], [300]):
                out[f"{name}, {dtype}, {shape}"] = tf.random.stateless_uniform(shape, pair(seed), dtype=dtype)
            out[f"{name}, {dtype}, range"] = tf.random.stateless_uniform([9], pair(seed), -0.3, 0.7, dtype=dtype)
        for dtype in ("int32", "int64"):
            out[f"{name}, {dtype}"] = tf.random.stateless_uniform([9], pair(seed), -3, 11, dtype=dtype)
            out[f"{name}, {dtype}, wide"] = tf.random.stateless_uniform([9], pair(seed), -(2**31), 2**31 - 1, dtype=dtype)
        for dtype in ("int32", "int64", "uint32", "uint64"):
            out[f"{name}, {dtype}, all"] = tf.random.stateless_uniform([9], pair(seed), None, None, dtype=dtype)
    return out


def scenario_stateless_normal(tf, tmp_path):
    out = {}
    for name, seed in SEEDS.items():
        for dtype in ("float32", "float64"):
            for shape in ([], [3], [301]):
                out[f"{name}, {dtype}, {shape}"] = tf.random.stateless_normal(shape, pair(seed), dtype=dtype)
                out[f"{name}, {dtype}, {shape}, truncated"] = tf.random.stateless_truncated_normal(shape, pair(seed), dtype=dtype)
    return out


GENERATOR_SEEDS = {str(s): s for s in (0, 1, -1, 2**64 - 3, 2**130 + 5, [7], [1, 2], [1, 2, 3])}


def scenario_generator(tf, tmp_path):
    out = {}
    for name, seed in GENERATOR_SEEDS.items():
        g = tf.random.Generator.from_seed(seed)
        calls = {
            "state": lambda g=g: np.array(g.state),
            "key": lambda g=g: g.key,
            "uniform": lambda g=g: g.uniform([4, 3], -1, 2),
            "scalar": lambda g=g: g.uniform([]),
            "seeds": lambda g=g: g.make_seeds(3),
            "int32": lambda g=g: g.uniform([5], 0, 10, dtype=tf.int32),
            "int64": lambda g=g: g.uniform([5], 0, 10, dtype=tf.int64),
            "float64": lambda g=g: g.uniform([2], dtype=tf.float64),
            "all": lambda g=g: g.uniform_full_int([3]),
            "split": lambda g=g: np.stack([x.uniform([2]) for x in g.split(2)]),
            "skip": lambda g=g: np.array(g.skip(5)),
            "skipped": lambda g=g: np.array(g.state),
            "copy": lambda g=g: tf.random.Generator(copy_from=g).uniform([2]),
        }
        out.update({f"{name}, {k}": f() for k, f in calls.items()})
        g.reset_from_seed(9)
        out[f"{name}, reset from seed"] = g.uniform([3])
        g.reset([5, 6, 7])
        out[f"{name}, reset"] = g.uniform([3])
        g.reset_from_key_counter(7, [5, 6])
        out[f"{name}, reset from key and counter"] = g.uniform([3])
    return out


def scenario_generator_normal(tf, tmp_path):
    out = {}
    for name, seed in GENERATOR_SEEDS.items():
        g = tf.random.Generator.from_seed(seed)
        out[name + ", normal"], out[name + ", truncated"], out[name + ", state"] = g.normal([7]), g.truncated_normal([9]), np.array(g.state)
    return out


OP_SEEDS = (None, 3, 0, 2**31 - 1, 2**40)
GLOBAL_SEEDS = (None, 0, 5, 2**31 - 1, 2**40 + 1, -3)


def eager(tf, draw):
    """Three rounds of calls for every pair of seeds."""
    out = {}
    for global_seed in GLOBAL_SEEDS:
        if global_seed is not None:
            tf.random.set_seed(global_seed)
        for call in range(3):
            for op_seed in OP_SEEDS:
                if global_seed is not None or op_seed is not None:
                    out.update({f"{global_seed}, {op_seed}, {call}, {k}": v for k, v in draw(op_seed).items()})
    return out


def scenario_eager(tf, tmp_path):
    r = tf.random
    return eager(
        tf,
        lambda seed: {
            "uniform": r.uniform([5], seed=seed),
            "int32": r.uniform([5], 0, 100, dtype=tf.int32, seed=seed),
            "float64": r.uniform([5], dtype=tf.float64, seed=seed),
            "shuffle": r.shuffle(np.arange(11), seed=seed),
            "shuffle rows": r.shuffle(np.arange(26, dtype=np.float32).reshape(13, 2), seed=seed),
            "one": r.shuffle(np.arange(1), seed=seed),
            "none": r.uniform([0], seed=seed),
        },
    )


def scenario_eager_normal(tf, tmp_path):
    r = tf.random
    return eager(tf, lambda seed: {"normal": r.normal([5], 2, 3, seed=seed), "truncated": r.truncated_normal([5], seed=seed)})


def draw_gamma(tf, seed=None):
    g = tf.random.gamma
    return {
        "below one": g([7], 0.2, seed=seed),
        "several": g([3], [0.5, 4.0], beta=[[1.0], [2.0]], seed=seed),
        "float64": g([2], 1.0, dtype=tf.float64, seed=seed),
        "none": g([0], 1.0, seed=seed),
        "one": g([], 0.7, beta=3.0, seed=seed),
    }


def scenario_gamma(tf, tmp_path):
    return eager(tf, lambda seed: draw_gamma(tf, seed))


def scenario_map_gamma(tf, tmp_path):
    return mapped(tf, lambda i: (*draw_gamma(tf).values(), *draw_gamma(tf, 4).values(), tf.random.uniform([2])))


def draw_poisson(tf, seed=None):
    p = tf.random.poisson
    return {
        "few": p([7], 2.5, seed=seed),
        "many": p([7], 40.0, dtype=tf.float64, seed=seed),
        "several": p([2, 3], [[0.5, 9.9], [10.0, 30.0]], dtype=tf.int32, seed=seed),
        "a tensor's": p([2], tf.constant([3, 12]), seed=seed),
        "none": p([0], 1.0, seed=seed),
        "one": p([], 1e5, dtype=tf.int64, seed=seed),
    }


def scenario_poisson(tf, tmp_path):
    return eager(tf, lambda seed: draw_poisson(tf, seed))


def scenario_map_poisson(tf, tmp_path):
    return mapped(tf, lambda i: (*draw_poisson(tf).values(), *draw_poisson(tf, 4).values()))


def scenario_set_random_seed(tf, tmp_path):
    tf.keras.utils.set_random_seed(11)
    return {"tf": tf.random.uniform([4]), "numpy": np.random.rand(3), "python": np.array([random.random() for _ in range(3)])}


def mapped(tf, draw):
    """A function that draws, mapped over elements: two passes for each global seed."""
    out = {}
    for seed in (5, 0):
        tf.random.set_seed(seed)
        for name, dataset in {"": tf.data.Dataset.range(4).map(draw), ", repeated": tf.data.Dataset.range(3).map(draw).repeat(2)}.items():
            for epoch in range(2):
                for i, element in enumerate(dataset):
                    out.update({f"{seed}{name}, {epoch}, {i}, {j}": v for j, v in enumerate(element)})
    return out


def draw_uniform(tf):
    r = tf.random
    return r.uniform([]), r.uniform([2], seed=3), r.uniform([], 0, 99, dtype=tf.int32), r.shuffle(np.arange(9)), r.uniform([2], seed=3)


def draw_normal(tf):
    return tf.random.normal([2]), tf.random.normal([], seed=4), tf.random.truncated_normal([3])


def scenario_map(tf, tmp_path):
    return mapped(tf, lambda _: draw_uniform(tf))


def scenario_map_normal(tf, tmp_path):
    return mapped(tf, lambda _: draw_normal(tf))


def scenario_layer_seeds(tf, tmp_path):
    """Unseeded layers take their seeds when they are built: in the order of calls, or when a dataset's function is given."""
    tf.keras.utils.set_random_seed(7)
    layers, x, out = tf.keras.layers, np.arange(64, dtype=np.float32).reshape(8, 2, 4, 1), {}
    a, b, c = layers.RandomFlip("horizontal"), layers.RandomFlip("vertical"), layers.RandomFlip()
    for name, layer in {"c": c, "a": a, "b": b}.items():
        out[name] = layer(x, training=True)
    tf.keras.utils.set_random_seed(7)
    first, second = layers.RandomFlip("horizontal"), layers.RandomFlip("horizontal")
    dataset = tf.data.Dataset.from_tensor_slices(x).batch(4).map(lambda images: second(images, training=True))
    out["first, made first, called last"] = first(x, training=True)
    out["second"] = np.concatenate([np.asarray(images) for images in dataset])
    return out
