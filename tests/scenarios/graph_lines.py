"""Random calls in `if`, `while`, `for`, `and`, `or` and `a if b else c` over tensors, of which AutoGraph makes graphs."""

import numpy as np
from data_random_functions import rows


def functions(tf, seed=None):
    """Functions of a number; branches stand in lines of their own: Python before 3.11 does not tell where in a line it is."""

    def u():
        return tf.random.uniform([], seed=seed)

    def after(s):
        # A round of a loop waits for the one before: else TensorFlow runs them side by side, in any order.
        return tf.cond(s >= 0, u, u)

    def simple(i):
        x = tf.zeros([])
        if u() > 0.5:
            x = u()
        return x, u()

    def chain(i):
        if u() > 0.8:
            x = u()
        elif u() > 0.5:
            x = -u()
        else:
            x = 10 + u()
        return x

    def twice(i):
        x = tf.zeros([])
        if u() > 0.5:
            x += u()
        if not u() > 0.5:
            x += 10 * u() + 100 * u()
        return x, u()

    def nested(i):
        x = tf.zeros([])
        if u() > 0.3:
            x += u()
            if u() > 0.5:
                x += 10 * u()
            else:
                if u() > 0.5:
                    x += 100 * u()
                x -= 10 * u()
            x += 1000 * u()
        return x

    def helper(x):
        if u() > 0.5:
            x = x + u()
        return x

    def called(i):
        return helper(helper(tf.zeros([]))) + 10 * helper(u())

    def called_in_branch(i):
        x = tf.zeros([])
        if u() > 0.5:
            x = helper(u())
        return x, helper(x)

    def both(i):
        x = tf.zeros([])
        if (
            u() > 0.3  # in the graph of the function
            and u() > 0.3  # in that of a branch
        ):
            x = u()
        return x, u()

    def either(i):
        x = tf.zeros([])
        if (
            u() > 0.7  # in the graph of the function
            or u() > 0.7  # in that of a branch
            or u() > 0.7  # in that of a branch in the branch
        ):
            x += u()
        else:
            x -= u()
        return x, u()

    def mixed(i):
        x = tf.zeros([])
        if (
            u() > 0.7  # in the graph of the function
            or not (
                u() > 0.7  # in that of a branch
                and u() > 0.7  # in that of a branch in the branch
            )
        ):
            x += u()
        return x, u()

    def truth(i):
        whole = (
            u() > 0.5  # in the graph of the function
            and u() > 0.5  # in that of a branch
        )
        return tf.cast(whole, tf.float32) + u()

    def with_python(i, training=True):
        x = tf.zeros([])
        if training and u() > 0.5:
            x = u()
        if u() > 0.5 and training:
            x = x + 10 * u()
        if training:
            x = x + 100 * u()
        return x, u()

    def ternary(i):
        return (
            u()
            if u() > 0.5
            else -u()
        )  # fmt: skip

    def unrolled(i):
        x = tf.zeros([])
        for n in range(3):
            if u() > 0.5:
                x += 10.0**n * u()
        return x

    def listed(i):
        return [helper(tf.cast(n, tf.float32)) for n in range(2)]

    def early(i):
        if u() > 0.5:
            return tf.constant(0.0)
        y = u()
        return y + 10 * u()

    def early_else(i):
        x = u()
        if x > 0.5:
            y = u()
        else:
            return x
        return y + 10 * u()

    def early_nested(i):
        x = u()
        if i % 2 == 0:
            if x > 0.5:
                return x
            return 1 + u()
        return 10 + u()

    def in_with(i):
        x = tf.zeros([])
        with tf.name_scope("a"):
            if u() > 0.5:
                x = u()
        return x

    def images(i):
        x = tf.zeros([1, 1, 3])
        if u() < 0.8:
            x = tf.image.random_brightness(x, 0.8, seed=seed)
        if u() < 0.8:
            x = tf.image.random_contrast(x + tf.reshape(tf.range(3.0), [1, 1, 3]), 0.2, 0.8, seed=seed)
        return x

    def branches(i):
        x = tf.zeros([])
        if u() > 0.5:
            x = tf.cond(u() > 0.5, lambda: helper(u()), u)
        return x, tf.cond(u() > 0.5, lambda: helper(u()), u)

    def rounds(i):
        s = tf.zeros([])
        for n in tf.range(3):
            s = s + 10.0 ** tf.cast(n, tf.float32) * after(s)
        return s, u()

    def rounds_of_rows(i):
        s = tf.zeros([])
        for row in tf.constant([[1.0, 2.0], [3.0, 4.0]]):
            s = s + after(s) * row[0]
        return s + 10 * after(s)

    def rounds_in_rounds(i):
        s = tf.zeros([])
        for _ in tf.range(2):
            s += after(s)
            for _ in tf.range(2):
                s += 10 * after(s)
        return s

    def rounds_twice(i):
        s = tf.zeros([])
        for _ in range(2):
            for _ in tf.range(2):
                s += after(s)
        return s

    def asked_in_rounds(i):
        s = tf.zeros([])
        for _ in tf.range(3):
            if after(s) > 0.5:
                s += after(s)
            else:
                s += 2 * after(s)
        return s

    def skipped(i):
        s = tf.zeros([])
        for _ in tf.range(3):
            if after(s) > 0.5:
                continue
            s += after(s)
        return s

    def left(i):
        s = tf.zeros([])
        for _ in tf.range(4):
            if after(s) > 0.7:
                break
            s += after(s)
        return s, u()

    def until(i):
        s = tf.zeros([])
        while s < 1.0:
            s += after(s)
        return s, u()

    def until_and(i):
        s, n = tf.zeros([]), tf.constant(0)
        while s < 2.0 and n < 3:
            s += after(s)
            n += 1
        return s

    own = {name: f for name, f in locals().items() if name not in ("tf", "seed", "u", "after", "helper")}
    return own


def scenario_mapped(tf, tmp_path, number=None):
    d, out = tf.data.Dataset, {}
    for seed, op_seed in ((42, None), (7, 3)):
        tf.random.set_seed(seed)
        for name, function in functions(tf, op_seed).items():
            out[f"{seed}, {op_seed}, {name}"] = rows(d.range(6).map(function, number))
    return out


VARIANTS = {"scenario_mapped": [{"number": 3}]}


def scenario_functions(tf, tmp_path):
    tf.random.set_seed(42)
    out = {}
    for name, function in functions(tf).items():
        traced = tf.function(function)
        results = [traced(tf.constant(i % 2)) for i in range(6)]
        out[name] = np.array([np.ravel(np.asarray(r)) for r in results])

    class Model:
        def __init__(self, prob):
            self.prob = prob

        @tf.function
        def execute(self):
            return tf.random.uniform([]) < self.prob

        @tf.function
        def call(self, x):
            if self.execute():
                x = tf.image.random_brightness(x, 0.8)
            return x

    one, two = Model(0.8), Model(0.5)
    x = tf.zeros([1, 1, 3])
    out["methods"] = np.stack([np.asarray(m.call(x)) for m in (one, two, one, two, two)])
    out["methods in map"] = rows(tf.data.Dataset.range(6).map(lambda i: (one.call(x), two.call(x))))
    return out
