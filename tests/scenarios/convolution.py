"""tf.nn.conv2d, depthwise_conv2d: strides, padding, dilations, groups, dtypes, errors."""

import itertools

from _images import attempt, noise

TOLERANCE = {"*": 4e-6, "scenario_halves": 2e-3}
X, W = noise(2, 7, 9, 4) - 0.5, noise(3, 2, 4, 6, seed=1) - 0.5
PADDINGS = ("SAME", "VALID", [[0, 0], [1, 2], [3, 0], [0, 0]])


def scenario_conv2d(tf, tmp_path):
    out = {}
    for strides, padding, dilations in itertools.product((1, 2, [2, 1], [1, 1, 3, 1]), PADDINGS, (None, 2, [1, 2], [1, 2, 3, 1])):
        out[f"{strides}, {padding}, {dilations}"] = tf.nn.conv2d(X, W, strides, padding, dilations=dilations)
    conv = tf.nn.conv2d
    out["groups"], out["each channel"] = conv(X, W[:, :, :2], 1, "SAME"), conv(X, W[:, :, :1, :4], 1, "SAME")
    out["float64"] = conv(X.astype("float64"), W.astype("float64"), 1, "SAME")
    out["int32"] = conv((X * 99).astype("int32"), (W * 99).astype("int32"), 1, "SAME")
    out["as the images"] = conv(tf.constant(X), W.astype("float64"), 1, "SAME")
    out["axes"] = conv(X[None], W, 1, "VALID")
    out["one by one"] = conv(X, W[:1, :1], [1], "VALID")
    out["no images"], out["no filters"] = conv(X[:0], W, 1, "SAME"), conv(X, W[..., :0], 1, "SAME")
    out["no room"] = conv(X[:, :2], W, 1, "VALID")
    out["a variable"] = conv(X, tf.Variable(W), 1, "SAME", name="mine")
    return out


def scenario_depthwise(tf, tmp_path):
    out, w = {}, W[..., :2]
    for stride, padding in itertools.product((1, 2, 3), PADDINGS):
        out[f"{stride}, {padding}"] = tf.nn.depthwise_conv2d(X, w, [1, stride, stride, 1], padding)
    for dilations, padding in itertools.product(([2, 2], [1, 3]), PADDINGS):
        out[f"{dilations}, {padding}"] = tf.nn.depthwise_conv2d(X, w, [1, 1, 1, 1], padding, dilations=dilations)
    out["float64"] = tf.nn.depthwise_conv2d(X.astype("float64"), w.astype("float64"), (1, 1, 1, 1), "SAME")
    out["no images"] = tf.nn.depthwise_conv2d(X[:0], w, [1, 1, 1, 1], "SAME")
    return out


def scenario_halves(tf, tmp_path):
    x, w = X.astype("float16"), W.astype("float16")
    return {"conv2d": tf.nn.conv2d(x, w, 1, "SAME"), "depthwise": tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME")}


def scenario_errors(tf, tmp_path):
    conv, depth, ones, v = tf.nn.conv2d, tf.nn.depthwise_conv2d, [1, 1, 1, 1], W[..., :2]
    calls = {
        "channels first": lambda: conv(X[..., :2].transpose(0, 3, 1, 2), W[:, :, :2], 1, "SAME", "NCHW"),
        "channels": lambda: conv(X, W[:, :, :3], 1, "SAME"),
        "groups": lambda: conv(X, W[:, :, :2, :5], 1, "SAME"),
        "three strides": lambda: conv(X, W, [1, 1, 1], "SAME"),
        "no stride": lambda: conv(X, W, 0, "SAME"),
        "batch": lambda: conv(X, W, [2, 1, 1, 1], "SAME"),
        "padding": lambda: conv(X, W, 1, "same"),
        "negative": lambda: conv(X, W, 1, [[0, 0], [-1, 0], [0, 0], [0, 0]]),
        "batch padded": lambda: conv(X, W, 1, [[1, 0], [1, 0], [0, 0], [0, 0]]),
        "three pairs": lambda: conv(X, W, 1, [[1, 0], [0, 0], [1, 0]]),
        "a word": lambda: conv(X, W, 1, "EXPLICIT"),
        "too large": lambda: conv(X[:, :1], W, 1, "VALID"),
        "one image": lambda: conv(X[0], W, 1, "VALID"),
        "flat filters": lambda: conv(X, W[0], 1, "VALID"),
        "int64": lambda: conv(X.astype("int64"), W.astype("int64"), 1, "VALID"),
        "two dtypes": lambda: conv(tf.constant(X), tf.constant(W, tf.float64), 1, "VALID"),
        "three dilations": lambda: conv(X, W, 1, "SAME", dilations=[1, 1, 1]),
        "batch dilated": lambda: conv(X, W, 1, "SAME", dilations=[2, 1, 1, 1]),
        "no dilation": lambda: conv(X, W, 1, "SAME", dilations=0),
        "depthwise, a stride": lambda: depth(X, v, 1, "SAME"),
        "depthwise, two strides": lambda: depth(X, v, [1, 1], "SAME"),
        "depthwise, other strides": lambda: depth(X, v, [1, 1, 2, 1], "SAME"),
        "depthwise, batch": lambda: depth(X, v, [2, 1, 1, 1], "SAME"),
        "depthwise, a dilation": lambda: depth(X, v, ones, "SAME", dilations=2),
        "depthwise, channels": lambda: depth(X, v[:, :, :3], ones, "SAME"),
        "depthwise, int32": lambda: depth(X.astype("int32"), v.astype("int32"), ones, "SAME"),
        "depthwise, too large": lambda: depth(X[:, :1], v, ones, "VALID"),
        "depthwise, one image": lambda: depth(X[0], v, ones, "VALID"),
        "depthwise, padding": lambda: depth(X, v, ones, "other"),
        "depthwise, two dtypes": lambda: depth(tf.constant(X), tf.constant(v, tf.float64), ones, "SAME"),
    }
    return {name: attempt(f) for name, f in calls.items()}
