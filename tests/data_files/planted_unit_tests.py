"""A test file in which some ops are unsupported or fall back, in lines that end with `PLANTED` and the op; and one test fails."""

import tensorflow as tf

import plaidml_compat


class PlantedTest(tf.test.TestCase):
    def test_clean(self):
        self.assertRaises(ValueError, tf.image.rot90, tf.zeros([3]))
        self.assertAllEqual(tf.add([1], [2]), [3])

    def test_unsupported(self):
        with self.assertRaises(AttributeError):
            tf.linalg.svd(tf.zeros([2, 2]))  # PLANTED tf.linalg.svd

    def test_fallback(self):
        with plaidml_compat.device_scope("device"):
            self.assertAllClose(tf.cumsum([1.0, 2.0]), [1.0, 3.0])  # PLANTED tf.math.cumsum

    def test_called(self):
        with plaidml_compat.device_scope("device"), self.assertRaises(AssertionError):
            self.assertRaises(ValueError, tf.math.cumprod, [1.0, 2.0])  # PLANTED tf.math.cumprod

    def test_wrong(self):
        self.assertAllClose(tf.add([1.0], [2.0]), [4.0], msg="the sum")


if __name__ == "__main__":
    tf.test.main()
