"""tf.compat.as_bytes and its like, tf.config.optimizer: what programs call around their computations."""

import pathlib

import numpy as np
from _images import attempt

VALUES = {
    **{"text": "\u00e9", "bytes": b"\xc3\xa9", "bytearray": bytearray(b"a"), "number": 3, "None": None},
    **{"path": pathlib.PurePosixPath("/a/b"), "numpy bytes": np.bytes_(b"a"), "numpy text": np.str_("b"), "list": [1]},
}


def told(f):
    """What f() gives and its type, or its error, as text."""

    def tell():
        found = f()
        return np.array(f"{type(found).__name__} {found!r}" if not isinstance(found, (np.generic, np.ndarray)) else "as given")

    return attempt(tell)


def scenario_text(tf, tmp_path):
    c, out = tf.compat, {}
    for name in ("as_bytes", "as_text", "as_str", "as_str_any", "path_to_str"):
        for what, value in VALUES.items():
            out[f"{name}, {what}"] = told(lambda f=getattr(c, name), v=value: f(v))
    calls = {
        "latin bytes": lambda: c.as_bytes("\u00e9", "latin-1"),
        "latin text": lambda: c.as_text(b"\xe9", encoding="latin-1"),
        "latin, any": lambda: c.as_str_any(b"\xe9", encoding="latin-1"),
        "not utf-8": lambda: c.as_text(b"\xe9"),
        "no encoding": lambda: c.as_bytes("a", "nope"),
        "tensor": lambda: c.as_bytes(tf.constant("a")),
        "tensor's bytes": lambda: c.as_str(tf.constant("a").numpy()),
    }
    return {**out, **{name: told(f) for name, f in calls.items()}}


def scenario_jit(tf, tmp_path):
    optimizer, out = tf.config.optimizer, {"at first": told(tf.config.optimizer.get_jit)}
    for value in (True, False, "autoclustering", "", 1, None, "other"):
        optimizer.set_jit(value)
        out[repr(value)] = told(optimizer.get_jit)
    optimizer.set_jit(False)
    return out


def scenario_options(tf, tmp_path):
    optimizer = tf.config.optimizer

    def now():
        return told(lambda: sorted(optimizer.get_experimental_options().items()))

    out = {"at first": now()}
    for options in (
        {"constant_folding": True, "disable_meta_optimizer": True},
        {"no such option": True},
        {"min_graph_nodes": 3, "layout_optimizer": False, "auto_mixed_precision": 1},
        {"layout_optimizer": None, "remapping": False},
        {"constant_folding": None, "disable_meta_optimizer": False, "min_graph_nodes": 0, "auto_mixed_precision": None, "remapping": None},
    ):
        optimizer.set_experimental_options(options)
        out[str(options)] = now()
    return out
