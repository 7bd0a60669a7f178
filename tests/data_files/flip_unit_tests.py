"""A test file as programs for TensorFlow have it: `tf.test.TestCase`, absl's parameters, `tf.test.main()`; every test passes."""

import importlib.util
import os

import numpy as np
from absl.testing import parameterized

if importlib.util.find_spec("tensorflow") is None:
    import plaidml_compat

    plaidml_compat.install()

import tensorflow as tf


class FlipTest(tf.test.TestCase, parameterized.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.images = np.arange(2 * 3 * 4 * 3, dtype=np.float32).reshape(2, 3, 4, 3)

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.get_temp_dir(), "image.npy")
        np.save(self.path, self.images)

    @parameterized.named_parameters(("left_right", "flip_left_right", 2), ("up_down", "flip_up_down", 1))
    def test_flip(self, name, axis):
        flipped = getattr(tf.image, name)(np.load(self.path))
        self.assertAllEqual(flipped, np.flip(self.images, axis))
        self.assertNotAllEqual(flipped, self.images)
        self.assertShapeEqual(self.images, flipped)
        self.assertDTypeEqual(flipped, np.float32)

    @parameterized.parameters(tf.float32, tf.uint8)
    def test_range(self, dtype):
        with self.subTest("converted"):
            converted = tf.image.convert_image_dtype(self.images / 255, dtype)
            self.assertAllInRange(converted, 0, 1 if dtype == tf.float32 else 255)
        self.assertEqual(converted.dtype, dtype)

    def test_random_flip(self):
        layer = tf.keras.layers.RandomFlip("horizontal", seed=3)
        flipped = self.evaluate(layer(self.images, training=True))
        for image, before in zip(flipped, self.images):
            self.assertTrue((image == before).all() or (image == before[:, ::-1]).all())
        self.assertAllClose(layer(self.images, training=False), self.images)

    def test_seeds(self):
        first = tf.random.uniform([3])
        tf.random.set_seed(87654321)
        self.assertAllEqual(first, tf.random.uniform([3]))
        self.assertNear(np.random.RandomState(87654321).rand(), np.random.rand(), 1e-12)

    def test_dataset(self):
        def half(x):
            self.assertAllLess(x, 10.0)
            return x / 2

        batches = list(tf.data.Dataset.from_tensor_slices([1.0, 2.0, 4.0]).map(half).batch(2))
        self.assertLen(batches, 2)
        self.assertAllClose({"all": batches}, {"all": [[0.5, 1.0], [2.0]]})

    def test_errors(self):
        with self.assertRaisesIncompatibleShapesError():
            tf.add([1.0, 2.0], [1.0, 2.0, 3.0])
        with self.assertRaisesOpError("."):
            tf.debugging.assert_equal([1], [2])
        self.assertRaises(ValueError, tf.image.rot90, tf.zeros([3]))

    def test_training(self):
        model = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(3, 4, 3)), tf.keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        before = self.evaluate(model.weights)
        model.fit(self.images / 100, np.ones((2, 2), np.float32), verbose=0)
        self.assertNotAllClose(before[0], model.get_weights()[0])
        self.assertAllClose(model.predict(self.images, verbose=0), model(self.images), rtol=1e-4, atol=1e-4)

    def test_session(self):
        self.fail("TensorFlow itself skips a test of that name")

    @tf.test.disable_with_predicate(lambda: not tf.test.is_built_with_cuda(), "needs CUDA")
    def test_cuda(self):
        self.fail("skipped")

    def test_session_block(self):
        with self.cached_session() as session:
            self.assertAllEqual(session.run({"a": tf.constant([1, 2])})["a"], [1, 2])


if __name__ == "__main__":
    tf.test.main()
