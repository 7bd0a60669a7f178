"""Shaping, joining, slicing and making eager tensors, with the class of the error where the arguments do not fit."""

import numpy as np
from _images import attempt, levels, noise

# Ops with a device kernel run there too, and give the same numbers.
DEVICE_TOLERANCE = {}


def scenario_shape(tf, tmp_path):
    x, out = np.arange(24, dtype=np.float32).reshape(2, 3, 4), {}
    out["reshape"], out["reshape -1"] = tf.reshape(x, (4, 6)), tf.reshape(x, [-1, 2])
    out["reshape tensor"] = tf.reshape(x, tf.constant([3, 8]))
    out["reshape to vector"] = tf.reshape(x, [-1])
    out["reshape with tensors"] = tf.reshape(x, [tf.shape(x)[0], -1])
    out["reshape scalar"] = tf.reshape([5], [])
    out["wrong reshape"] = attempt(lambda: tf.reshape(x, (5, 5)))
    out["two -1"] = attempt(lambda: tf.reshape(x, (-1, -1)))
    out["shape"], out["shape int64"] = tf.shape(x), tf.shape(x, out_type=tf.int64)
    out["size"], out["rank"] = tf.size(x), tf.rank(x)
    out["static shape"] = np.array(tf.constant(x).shape.as_list())
    for axis in (0, 1, -1, 3):
        out[f"expand_dims {axis}"] = tf.expand_dims(x, axis)
    out["expand_dims of number"] = tf.expand_dims(3, 0)
    out["no such axis"] = attempt(lambda: tf.expand_dims(x, 5))
    y = x[:1, :, :1]
    out["squeeze"], out["squeeze 0"], out["squeeze both"] = tf.squeeze(y), tf.squeeze(y, axis=0), tf.squeeze(y, axis=[0, -1])
    out["squeeze 3"] = attempt(lambda: tf.squeeze(y, axis=1))
    out["transpose"], out["transpose perm"] = tf.transpose(x), tf.transpose(x, perm=[0, 2, 1])
    out["transpose wrong"] = attempt(lambda: tf.transpose(x, perm=[0, 1]))
    out["broadcast_to"] = tf.broadcast_to([1.0, 2.0], (3, 2))
    out["broadcast_to wrong"] = attempt(lambda: tf.broadcast_to([1.0, 2.0], (3, 3)))
    out["identity"] = tf.identity(x)
    out["reverse"] = tf.reverse(x, axis=[0, -1])
    out["reverse axis"] = attempt(lambda: tf.reverse(x, axis=[3]))
    out["reverse number"] = attempt(lambda: tf.reverse(x, axis=0))
    out["reverse nothing"], out["reverse int"] = tf.reverse(x, axis=[]), tf.reverse([1, 2, 3], axis=[0])
    out["transpose twice"] = attempt(lambda: tf.transpose(x, perm=[0, 0, 1]))
    out["transpose negative"] = attempt(lambda: tf.transpose(x, perm=[0, 1, -1]))
    out["reshape empty"] = tf.reshape(x[:0], (-1, 4))
    out["squeeze negative"], out["squeeze out of range"] = tf.squeeze(y, axis=-1), attempt(lambda: tf.squeeze(y, axis=3))
    out["expand_dims out of range"] = attempt(lambda: tf.expand_dims(x, -5))
    out["broadcast_to smaller"] = attempt(lambda: tf.broadcast_to(x, (3, 4)))
    out["broadcast_to new"] = tf.broadcast_to(x[0], (2, 3, 4))
    return out


def scenario_join(tf, tmp_path):
    a, b = np.arange(6, dtype=np.int32).reshape(2, 3), np.arange(6, 12, dtype=np.int32).reshape(2, 3)
    out = {}
    for axis in (0, 1, -1):
        out[f"concat {axis}"], out[f"stack {axis}"] = tf.concat([a, b], axis), tf.stack([a, b], axis)
    out["stack numbers"], out["stack mixed"] = tf.stack([1, 2, 3]), tf.stack([1.5, 2])
    out["concat one"] = tf.concat([a], 0)
    out["concat wrong"] = attempt(lambda: tf.concat([a, b[:1]], 1))
    out["concat types"] = attempt(lambda: tf.concat([a, b.astype("float32")], 0))
    out["concat scalars"] = attempt(lambda: tf.concat([1, 2], 0))
    out["stack wrong"] = attempt(lambda: tf.stack([a, b[:1]]))
    out["stack tensor types"] = attempt(lambda: tf.stack([tf.constant(1), tf.constant(1.5)]))
    out["stack nothing"] = attempt(lambda: tf.stack([]))
    for i, part in enumerate(tf.unstack(a, axis=1)):
        out[f"unstack {i}"] = part
    for i, part in enumerate(tf.split(a, 3, axis=1)):
        out[f"split {i}"] = part
    for i, part in enumerate(tf.split(a, [1, 2], axis=1)):
        out[f"split sizes {i}"] = part
    out["split wrong"] = attempt(lambda: tf.split(a, 2, axis=1)[0])
    out["tile"] = tf.tile(a, [2, 1])
    out["tile all"], out["tile nothing"] = tf.tile(a, [2, 3]), tf.tile(a, [1, 1])
    out["tile 0"], out["tile negative"] = tf.tile(a, [0, 1]), attempt(lambda: tf.tile(a, [-1, 1]))
    out["concat axis"], out["concat ranks"] = attempt(lambda: tf.concat([a, b], 2)), attempt(lambda: tf.concat([a, b[0]], 0))
    out["concat lists"], out["concat floats"] = tf.concat([[1, 2], [3]], 0), tf.concat([[1.5], [2]], 0)
    out["concat bools"] = tf.concat([[True], [False]], 0)
    out["concat tensor and list"] = tf.concat([tf.constant([1.5]), [2]], 0)
    out["stack axis"] = attempt(lambda: tf.stack([a, b], 3))
    out["stack bools"], out["stack floats"] = tf.stack([True, False]), tf.stack([[1.5], [2.5]], axis=1)
    out["stack tensor and number"] = tf.stack([tf.constant(1.5), 2])
    out["stack shape"] = tf.stack([tf.shape(a)[0], 3])
    out["unstack axis"] = attempt(lambda: tf.unstack(a, axis=2)[0])
    out["unstack number"] = attempt(lambda: tf.unstack(a, num=5)[0])
    out["split rest"] = tf.split(a, [1, -1], axis=1)[1]
    out["split sizes wrong"] = attempt(lambda: tf.split(a, [1, 1], axis=1)[0])
    out["split axis"] = attempt(lambda: tf.split(a, 2, axis=5)[0])
    out["tile wrong"] = attempt(lambda: tf.tile(a, [2]))
    return out


def scenario_make(tf, tmp_path):
    out = {"zeros": tf.zeros((2, 3)), "zeros int": tf.zeros([2], tf.int32), "ones": tf.ones((2,), "uint8"), "ones scalar": tf.ones(())}
    out["fill"], out["fill int"] = tf.fill([2, 2], 1.5), tf.fill((3,), 7)
    out["zeros_like"], out["ones_like"] = tf.zeros_like(levels(2, 2)), tf.ones_like([1.5, 2.5])
    out["ones_like as"] = tf.ones_like([1.5], dtype=tf.int32)
    out["range"], out["range float"] = tf.range(5), tf.range(0.5, 2.0, 0.25)
    out["range step"], out["range down"], out["range dtype"] = tf.range(2, 9, 3), tf.range(5, 0, -2), tf.range(3, dtype=tf.float32)
    out["range 0"] = attempt(lambda: tf.range(0, 5, 0))
    out["range int64"], out["range mixed"] = tf.range(tf.constant(3, tf.int64)), tf.range(1, 3.5)
    out["range backwards"], out["range of tensors"] = attempt(lambda: tf.range(3, 1)), tf.range(tf.constant(1), tf.constant(4))
    out["range dtype of float"] = attempt(lambda: tf.range(2.5, dtype=tf.int32))
    out["range 1-D"] = attempt(lambda: tf.range([3]))
    out["zeros of tensor"], out["zeros of number"] = tf.zeros(tf.constant([2, 1])), attempt(lambda: tf.zeros(3))
    out["zeros text"], out["zeros bool"] = tf.zeros((1,), tf.string), tf.zeros((2,), tf.bool)
    out["zeros_like int"], out["ones_like int"] = tf.zeros_like([[1, 2]]), tf.ones_like([[1, 2]])
    out["ones_like bool"], out["zeros_like as"] = tf.ones_like([True, False]), tf.zeros_like([1, 2], dtype=tf.float64)
    out["fill bool"], out["fill wrong"] = tf.fill([2], True), attempt(lambda: tf.fill([2], [1, 2]))
    out["range tenths"], out["range float64"] = tf.range(0.0, 1.0, 0.1), tf.range(tf.constant(0.1, tf.float64), 2.0, 0.3)
    out["range long"], out["linspace long"] = tf.range(0.1, 40.0, 0.07), tf.linspace(0.1, 7.3, 101)
    out["linspace 1-D"] = tf.linspace([0.0, 1.0], [5.0, 2.5], 4)
    out["linspace 1-D axis"] = tf.linspace([0.0, 1.0], [5.0, 2.5], 4, axis=-1)
    out["linspace float64"] = tf.linspace(tf.constant(0.1, tf.float64), 0.7, 7)
    out["linspace int"] = tf.linspace(0, 10, 3)
    out["linspace one"], out["linspace none"] = tf.linspace(2.0, 3.0, 1), attempt(lambda: tf.linspace(2.0, 3.0, 0))
    out["one_hot negative depth"] = attempt(lambda: tf.one_hot([0], -1))
    out["one_hot axis wrong"] = attempt(lambda: tf.one_hot([0], 2, axis=3))
    out["eye batch"] = tf.eye(2, batch_shape=[2])
    out["linspace"] = tf.linspace(0.0, 1.0, 5)
    out["eye"], out["eye shape"] = tf.eye(3), tf.eye(2, 3)
    out["one_hot"] = tf.one_hot([0, 2, 5, -1], 4)
    out["one_hot values"] = tf.one_hot([0, 2], 3, on_value=5.0, off_value=-1.0)
    out["one_hot axis"] = tf.one_hot([[0, 2], [1, 1]], 3, axis=0)
    out["one_hot dtype"] = tf.one_hot(np.array([1, 0], np.uint8), 2, dtype=tf.int32)
    out["one_hot number"] = tf.one_hot(1, 3)
    out["one_hot of float"] = attempt(lambda: tf.one_hot([0.5], 3))
    out["negative size"] = attempt(lambda: tf.zeros((-1,)))
    return out


def scenario_gather(tf, tmp_path):
    x = np.arange(24, dtype=np.float32).reshape(4, 3, 2)
    out = {"gather": tf.gather(x, [3, 0, 0]), "gather axis": tf.gather(x, [2, 1], axis=1), "gather scalar": tf.gather(x, 1)}
    out["gather 2-D"] = tf.gather(x, [[0, 1], [2, 3]])
    out["out of range"] = attempt(lambda: tf.gather(x, [4]))
    out["negative"] = attempt(lambda: tf.gather(x, [-1]))
    out["float index"] = attempt(lambda: tf.gather(x, [0.5]))
    t = tf.constant(x)
    out["index"], out["negative index"], out["step"] = t[1], t[-1, 1:], t[::2, ::-1]
    out["several"], out["new axis"], out["ellipsis"] = t[1:3, 0], t[:, None, 0, tf.newaxis], t[..., 1]
    out["by tensors"] = t[tf.constant(1) : tf.constant(3)]
    out["too many"] = attempt(lambda: t[0, 0, 0, 0])
    out["float"] = attempt(lambda: t[0.5])
    out["list"] = attempt(lambda: t[[0, 1]])
    out["list of 3"], out["list in tuple"] = attempt(lambda: t[[1, 2, 1]]), attempt(lambda: t[[0, 1], 1])
    out["vector tensor"], out["bool tensor"] = attempt(lambda: t[tf.constant([0, 1])]), attempt(lambda: t[True])
    out["mask"], out["mask of rows and columns"] = t[x[:, 0, 0] > 6], t[x[:, :, 0] > 6]
    out["number array"], out["int64"] = t[np.array(2)], t[np.int64(1), tf.constant(2, tf.int64)]
    out["nothing"], out["past the end"], out["negative stop"] = t[2:2], t[1:99, -9:2], t[:-1, ::2]
    out["step down"], out["two ellipses"] = t[3:0:-2], attempt(lambda: t[..., 0, ...])
    out["step 0"] = attempt(lambda: t[::0])
    out["out of range below"] = attempt(lambda: t[-5])
    return out


def scenario_random(tf, tmp_path):
    tf.random.set_seed(9)
    out = {"uniform": tf.random.uniform((3, 4)), "uniform again": tf.random.uniform((3, 4)), "op seed": tf.random.uniform((5,), seed=4)}
    out["op seed again"] = tf.random.uniform((5,), seed=4)
    out["range"] = tf.random.uniform((5,), -2.0, 3.0, seed=1)
    out["int"] = tf.random.uniform((7,), 0, 10, dtype=tf.int32, seed=2)
    out["stateless"] = tf.random.stateless_uniform((4,), seed=(1, 2))
    out["stateless int"] = tf.random.stateless_uniform((4,), seed=(1, 2), minval=0, maxval=100, dtype=tf.int32)
    generator = tf.random.Generator.from_seed(5)
    out["generator"], out["generator again"] = generator.uniform((3,)), generator.uniform((2, 2))
    out["no bounds"] = attempt(lambda: tf.random.uniform((2,), dtype=tf.int32))
    tf.random.set_seed(9)
    out["set_seed again"] = tf.random.uniform((3, 4))
    tf.keras.utils.set_random_seed(9)
    out["set_random_seed"], out["numpy"] = tf.random.uniform((3,)), np.random.rand(2)
    return out


def scenario_numpy(tf, tmp_path):
    t = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    out = {"array": np.array(t), "numpy": t.numpy(), "np.mean": np.asarray(np.mean(t)), "np.sum axis": np.asarray(np.sum(t, axis=0))}
    out["np.sqrt"] = np.asarray(np.sqrt(t))
    out["np.stack"] = np.stack([t, t])
    out["index of list"] = np.array([10, 20, 30][tf.constant(1)])
    out["format"] = np.array(f"{tf.constant(1.5):.2f}")
    out["tolist"] = np.array(t.numpy().tolist())
    out["text"] = np.array(tf.constant("ab").numpy())
    out["shape list"] = np.array(list(t.shape))
    out["dtype name"] = np.array(t.dtype.name)
    out["equal dtypes"] = np.array([t.dtype == tf.float32, t.dtype == "float32", t.dtype == np.float32, t.dtype == tf.float64])
    out["ndim"] = np.array([t.ndim, t.shape.rank, len(t.shape)])
    out["attribute"] = attempt(lambda: t.nothing)
    out["image mean"] = np.asarray(np.mean(noise(2, 2)))
    return out
