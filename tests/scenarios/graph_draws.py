"""Random calls in graphs within graphs: branches, loops, functions mapped along an axis, and tf.functions, in Dataset.map and eagerly."""

import numpy as np
from data_random_functions import rows


def made(tf, seed):
    """Functions of a number with random calls in branches, loops and functions; `seed`: of each random call."""

    def u():
        return tf.random.uniform([], seed=seed)

    def grey():
        return tf.image.random_brightness(tf.zeros([1, 1, 3]), 0.5, seed=seed)

    traced, again = tf.function(u), tf.function(lambda: u() + 10 * traced())
    three = tf.range(3.0)

    def by(i):
        return tf.cast(i % 3, tf.int32)

    def many(i):
        first = tf.cond(i % 2 == 0, u, lambda: -u())
        second = tf.cond(u() > 0.5, lambda: u() + u(), lambda: tf.cond(u() > 0.5, u, lambda: -u()))
        return first, second, u(), traced(), again(), again(), u()

    def after(s):
        # Each round waits for the one before: else TensorFlow runs them side by side, in any order.
        return tf.cond(s >= 0, u, u)

    return {
        "cond": lambda i: tf.cond(u() > 0.5, u, lambda: -u()),
        "cond and after": lambda i: (tf.cond(u() > 0.5, lambda: u() + u(), u), u()),
        "images": lambda i: tf.cond(u() > 0.5, grey, lambda: 1 + grey()),
        "shuffled": lambda i: tf.cond(i % 2 == 0, lambda: tf.random.shuffle(tf.range(4), seed=seed), lambda: tf.range(4)),
        "stateless": lambda i: tf.cond(i % 2 == 0, lambda: tf.random.stateless_uniform([], [1, 2]), u),
        "switch": lambda i: tf.switch_case(by(i), [u, lambda: -u(), lambda: u() + u()]),
        # Of two branches TensorFlow draws now for one element, now for the next.
        "switch, default": lambda i: tf.switch_case(by(i), {0: u, 1: lambda: -u()}, default=lambda: 1 + u()),
        "case": lambda i: tf.case([(i % 3 == 0, u), (i % 3 == 1, lambda: -u())], default=lambda: u() + u()),
        "case, none": lambda i: tf.case([(i % 3 == 0, u), (i % 3 < 3, lambda: -u())]),
        "while": lambda i: tf.while_loop(lambda s: after(s) < 0.7, lambda s: s + after(s), [0.0]),
        "rounds": lambda i: tf.while_loop(lambda n, s: n < 3, lambda n, s: (n + 1, s + 10.0**n * after(s)), (0.0, u()))[1],
        "map_fn": lambda i: (tf.map_fn(lambda j: u() + j, three[:1]), u()),
        "foldl": lambda i: tf.foldl(lambda a, b: a + after(a), three[:2], 0.0),
        "foldr": lambda i: tf.foldr(lambda a, b: a + after(a), three),
        "scan": lambda i: tf.scan(lambda a, b: a + after(a), three),
        "function": lambda i: (u(), traced(), traced(), u()),
        "nested function": lambda i: (again(), u(), again()),
        "many": many,
    }


def scenario_mapped(tf, tmp_path):
    d, out = tf.data.Dataset, {}
    for seed, op_seed in ((42, None), (42, 3), (0, None)):
        tf.random.set_seed(seed)
        for name, function in made(tf, op_seed).items():
            dataset = d.range(6).map(function)
            out[f"{seed}, {op_seed}, {name}"] = rows(dataset)
        functions = made(tf, op_seed)
        out[f"{seed}, {op_seed}, threads"] = rows(
            d.range(6).map(functions["many"], 1).prefetch(2).map(lambda *v: (v[0], functions["cond"](0)))
        )
    tf.random.set_seed(42)
    functions = made(tf, None)
    out["filter"] = rows(d.range(12).filter(lambda i: functions["cond"](i) > 0))
    out["scan"] = rows(d.range(6).scan(0.0, lambda s, i: (s + functions["cond"](i), s)))
    out["reduce"] = np.asarray(d.range(6).reduce(0.0, lambda s, i: s + functions["cond"](i)))
    return out


def scenario_functions(tf, tmp_path):
    """Graphs of tf.functions called eagerly: what is traced anew, what goes on, and what set_seed does to them."""
    out = {}

    def u(seed=None):
        return tf.random.uniform([], seed=seed)

    def times(function, n=4):
        results = []
        for _ in range(n):
            result = function()
            parts = result if isinstance(result, (list, tuple)) else [result]
            results.append(np.concatenate([np.ravel(np.asarray(p)).astype(np.float64) for p in parts]))
        return np.stack(results)

    for seed in (None, 3):
        tf.random.set_seed(42)
        for name, function in made(tf, seed).items():
            one = tf.constant(0)
            # Again for the same graph, with another value.
            traced = tf.function(function)
            out[f"{seed}, {name}"] = np.concatenate([times(lambda f=traced, n=n: f(one + n), 1) for n in (0, 1, 2, 3, 0, 1)])

    tf.random.set_seed(42)
    f = tf.function(u)
    out["a function"] = times(f)
    out["of its own"] = times(tf.function(u))
    out["eager numbers"] = times(u, 2)
    tf.random.set_seed(42)
    out["the seed set again"] = times(f, 2)
    out["eager numbers again"] = times(u, 2)
    tf.random.set_seed(43)
    out["another seed"] = times(f, 2)
    out["traced with another seed"] = times(tf.function(u), 2)
    out["in a dataset made with another seed"] = rows(tf.data.Dataset.range(3).map(lambda i: (f(), u())))
    out["after that"] = times(f, 2)

    tf.random.set_seed(42)
    plus = tf.function(lambda x, y=0: tf.cast(x, tf.float32) + tf.cast(y, tf.float32) + u())
    zero = tf.constant(0.0)
    given = [
        *(0, 1, 0, 0.0, True, zero, tf.constant(5.0), np.float32(3), tf.zeros(1), tf.zeros(2), np.zeros(2, np.float32), tf.zeros(1)),
        *(tf.constant(1), tf.Variable(1.0), tf.Variable(2.0), tf.zeros(1)),
    ]
    for n, x in enumerate(given):
        out[f"retraced {n}"] = times(lambda x=x: plus(x), 1)
    out["by name"] = np.concatenate([times(f, 1) for f in (lambda: plus(x=zero), lambda: plus(zero, 0), lambda: plus(zero, y=0))])
    nested = tf.function(lambda data: data["a"][0] + u())
    out["nests"] = np.concatenate([times(lambda k=k: nested({"a": [zero, k]}), 1) for k in (1, 1, 2, "x", None, 1)])

    signed = tf.function(lambda x: tf.reduce_sum(x) + u(), input_signature=[tf.TensorSpec(None)])
    out["signature"] = np.concatenate([times(lambda x=x: signed(x), 1) for x in (0.0, tf.zeros(1), tf.zeros([2, 2]))])

    class Model:
        @tf.function
        def call(self, x):
            return x + u()

        @tf.function(autograph=False)
        def other(self, x):
            return x + u() + 10 * self.call(x)

    one, two = Model(), Model()
    calls = (one.call, two.call, one.call, one.other, two.other, one.call, one.other)
    out["methods"] = np.concatenate([times(lambda c=c: c(zero), 1) for c in calls])

    tf.config.run_functions_eagerly(True)
    tf.random.set_seed(42)
    out["run eagerly"] = times(f, 2)
    tf.config.run_functions_eagerly(False)

    tf.keras.utils.set_random_seed(42)
    layer = tf.keras.layers.RandomBrightness(0.5)
    in_function = tf.function(lambda x: (layer(x, training=True), tf.random.shuffle(tf.range(6)), tf.image.random_contrast(x, 0.2, 0.8)))
    image = tf.constant(np.arange(12.0).reshape(1, 2, 2, 3), tf.float32)
    out["layers"] = times(lambda: (*in_function(image), layer(image, training=True)))
    return out
