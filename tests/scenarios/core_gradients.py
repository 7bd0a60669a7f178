"""Values and gradients of functions of two tensors, as they are written in a custom layer or a loss.

Also read by tests/core/test_graph_kernels.py, which builds them as PlaidML graphs.
"""

import numpy as np

LATER = ["tf.GradientTape"]
TOLERANCE = {"*": 2e-5}

X = np.array([[0.5, -1.5, 2.0], [0.0, 3.0, 3.0]], np.float32)
Y = np.array([[1.5], [-2.0]], np.float32)


def functions(tf):
    """By name, f(x, y) for tensors in the shapes of X and Y."""
    row = tf.constant([True, False, True])
    return {
        "sqrt of abs": lambda x, y: tf.sqrt(tf.abs(x) + 1.0) + y,
        "sign": lambda x, y: tf.sign(x) * x + y,
        "relu": lambda x, y: tf.nn.relu(x) + y,
        "clip": lambda x, y: tf.clip_by_value(x, -1.0, 2.5) * y,
        "maximum": lambda x, y: tf.maximum(x, y) + y * y,
        "minimum": lambda x, y: tf.minimum(x, y) * x,
        "maximum of number": lambda x, y: tf.maximum(x, 1.0) + y,
        "where": lambda x, y: tf.where(x > 0.3, x * x, y) + y * y,
        "where row": lambda x, y: tf.where(row, x, y),
        "where numbers": lambda x, y: tf.where(x > y, 1.0, 0.0) * x + y,
        "matmul with itself": lambda x, y: tf.matmul(x, x, transpose_b=True) + y,
        "matmul of batch": lambda x, y: tf.matmul(tf.stack([x, x * 2]), tf.transpose(x))[0] * y,
        "negative": lambda x, y: -x * y,
        "number minus": lambda x, y: (1 - x) - y,
        "divide": lambda x, y: x / y + 1 / y,
        "power": lambda x, y: (tf.abs(x) + 0.5) ** 2 + y,
        "squared difference": lambda x, y: tf.math.squared_difference(x, y),
        "mean": lambda x, y: tf.reduce_mean(x, axis=1, keepdims=True) * y,
        "max": lambda x, y: tf.reduce_max(x, axis=0) * y,
        "max of equals": lambda x, y: tf.reduce_max(x, axis=1, keepdims=True) * y,
        "min of all": lambda x, y: tf.reduce_min(x) * y,
        "variance": lambda x, y: tf.math.reduce_variance(x, axis=1) * y,
        "std": lambda x, y: tf.math.reduce_std(x) * y,
        "sum": lambda x, y: tf.reduce_sum(x * y, axis=[0]),
        "sum of all": lambda x, y: tf.reduce_sum(x) * y,
        "index": lambda x, y: x[1, ::-1] * y + x[:, None, 1],
        "concat": lambda x, y: tf.concat([x, y], 1),
        "stack": lambda x, y: tf.stack([x, x * x], axis=1) * y[:, None],
        "reshape": lambda x, y: tf.reshape(x, [3, -1]) * tf.reshape(y, [2]),
        "to scalar": lambda x, y: tf.reshape(tf.reduce_sum(x, keepdims=True), []) * y,
        "squeeze": lambda x, y: tf.squeeze(y) * tf.transpose(x),
        "reverse": lambda x, y: tf.reverse(x, [1]) * x * y,
        "softmax": lambda x, y: tf.nn.softmax(x) * y,
        "softmax of columns": lambda x, y: tf.nn.softmax(x, axis=0) * y,
        "sigmoid and tanh": lambda x, y: tf.sigmoid(x) * tf.tanh(y),
        "exp and log": lambda x, y: tf.exp(x) + tf.math.log(y * y),
        "sin and cos": lambda x, y: tf.sin(x) * tf.cos(y),
        "tile": lambda x, y: tf.tile(x, [1, 2]) * y,
        "expand_dims": lambda x, y: tf.expand_dims(x, 1) * y,
        "ones and zeros": lambda x, y: tf.ones_like(x) * y + tf.zeros_like(x),
        "bool as float": lambda x, y: tf.cast(x > 0, tf.float32) * x + y,
        "float as bool": lambda x, y: tf.cast(tf.cast(x, tf.bool), tf.float32) * x + y,
        "comparisons": lambda x, y: tf.cast(tf.not_equal(x, y), tf.float32) * x + tf.cast(x <= y, tf.float32) * y,
        "list": lambda x, y: x + [1, 2, 3] + y,
        "array": lambda x, y: x * np.array([1.5, 2, 3]) + y,
        "size": lambda x, y: tf.cast(tf.shape(x)[1], tf.float32) * x + y,
        "reshape to own size": lambda x, y: tf.reshape(x, [tf.shape(x)[0], 3, 1]) * tf.reshape(y, [2, 1, 1]),
        "brightness": lambda x, y: tf.image.adjust_brightness(tf.stack([x, x], -1), 0.25)[..., 0] + y,
        "flip": lambda x, y: tf.image.flip_left_right(tf.stack([x, x], -1))[..., 1] * y,
        "integers": lambda x, y: tf.cast(tf.cast(x * 10, tf.int32) + 1, tf.float32) * y,
        "bytes wrap": lambda x, y: tf.cast(tf.cast(tf.abs(x) * 80, tf.uint8) + 200, tf.float32) * y,
        "bytes to floats": lambda x, y: tf.cast(tf.cast(tf.abs(x) * 80, tf.uint8), tf.float32) / 255.0 * y,
    }


def weights(shape):
    """What the results are multiplied by before they are summed up: no two elements alike."""
    return np.linspace(1, 2, int(np.prod(shape))).reshape(shape).astype(np.float32)


def scenario(tf, tmp_path):
    out = {}
    for name, f in functions(tf).items():
        x, y = tf.constant(X), tf.constant(Y)
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            result = f(x, y)
            loss = tf.reduce_sum(result * weights(result.shape))
        out[name] = result
        for of, gradient in zip("xy", tape.gradient(loss, [x, y])):
            out[f"{name}, gradient of {of}"] = tf.zeros((1,)) if gradient is None else gradient
    return out
