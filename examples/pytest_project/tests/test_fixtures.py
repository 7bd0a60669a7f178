"""What ran, and where."""

import tensorflow as tf


def test_one_op_on_the_host(batch, plaidml_ops):
    tf.image.flip_left_right(batch)
    assert [(e.op, e.placement) for e in plaidml_ops if e.kind == "run"] == [("tf.image.flip_left_right", "host")]


def test_the_device_has_a_name(plaidml_device):
    assert plaidml_device.count(".") >= 1
