"""Taking Keras 1's reading of arguments off the layers leaves the other backports of constructors in place, however often it is done."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import plaidml_compat
plaidml_compat.install("llvm_cpu.0")
import keras

class Own(keras.Model):
    pass

keras.layers.Own = Own
for _ in range(2):
    plaidml_compat.uninstall()
    plaidml_compat.install()
    import tensorflow as tf
    x = tf.keras.Input((16, 16, 3))
    conv = tf.keras.layers.Conv2D(8, 4, 4)
    model = tf.keras.Model(x, conv(x))
    print(type(x).__name__, conv.strides, tf.keras.layers.LSTM(3).get_config()["recurrent_activation"])
"""


def test_constructors_after_another_install():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Tensor (4, 4) sigmoid"] * 2, done.stderr
