"""Calls made from samples: what is blown up, what stays, and what an op without samples is called with."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from plaidml_compat import OPS, Sample, registry
from plaidml_compat.report.measuring import typical_calls
from plaidml_compat.report.measuring.typical_calls import calls


def first(tf, name, batch=4):
    return next(calls(tf, OPS[name], batch))


def blown(images, *more, batch=8, every=True):
    """The arguments of an op whose first is its images, blown up."""
    values = {"images": images, **{f"x{i}": v for i, v in enumerate(more)}}
    return list(typical_calls._blown_up(values, tuple(values), batch, every).values())


def test_images_are_repeated():
    image = np.arange(2 * 3 * 5 * 3, dtype=np.float32).reshape(2, 3, 5, 3)
    (large,) = blown(image)
    assert large.shape == (8, 224, 224, 3)
    for i, y, x in ((0, 0, 0), (1, 2, 4), (7, 223, 200)):
        assert (large[i, y, x] == image[i % 2, y % 3, x % 5]).all()


def test_one_image_gets_a_batch():
    assert blown(np.ones((3, 5, 4), np.uint8))[0].shape == (8, 224, 224, 4)


def test_what_has_a_value_an_image_gets_one_for_each():
    images = np.zeros((2, 3, 5, 3), np.float32)
    factors, matrices, mask = np.float32([1, 2]), np.ones((2, 8)), np.ones((2, 3, 5, 1), np.uint8)
    _, f, m, k = blown(images, factors, matrices, mask)
    assert f.tolist() == [1, 2] * 4
    assert (m.shape, k.shape) == ((8, 8), (8, 224, 224, 1))


def test_what_has_not_stays():
    images = np.zeros((2, 3, 5, 3), np.float32)
    colours, pairs, text = np.ones(3), np.array([4, 6]), np.array(["a", "b"], object)
    assert [np.shape(v) for v in blown(images, colours, pairs, text, 0.5, every=False)[1:]] == [(3,), (2,), (2,), ()]
    # One of size 1 goes with images of any size.
    assert blown(images, np.ones((2, 1, 1, 3)))[1].shape == (8, 1, 1, 3)


def test_arguments_that_are_no_tensors_stay(tf):
    call = first(tf, "tf.image.crop_to_bounding_box")
    (out,) = call.make()()
    assert call.images == 4 and out.shape == (4, 4, 3, 3)


def test_of_samples_one_in_float32_with_three_channels_is_taken():
    kinds = [((2, 3, 4, 1), "uint8"), ((2, 3, 4, 3), "uint8"), ((2, 3, 4, 1), "float32"), ((3, 4, 3), "float32"), ((2, 3, 4, 3), "float32")]
    ranks = [typical_calls._rank(np.zeros(s, d)) for s, d in kinds]
    assert sorted(ranks) == ranks[::-1]
    assert typical_calls._rank(None) == ()


@pytest.mark.parametrize("name", ["tf.keras.layers.RandomRotation", "tf.keras.layers.CutMix", "tf.keras.layers.MaxNumBoundingBoxes"])
def test_a_layer_is_called_as_in_its_sample(tf, name):
    call = first(tf, name)
    out = call.make()()
    assert out and all(len(a) == 4 for a in out)
    assert any(a.shape == (4, 224, 224, 3) for a in out)
    assert all((a == b).all() for a, b in zip(out, call.make()()))


def test_a_dictionary_keeps_its_images_together_with_what_is_beside_them():
    inputs = {"labels": np.arange(2), "images": np.zeros((2, 3, 5, 3)), "bounding_boxes": {"boxes": np.ones((2, 6, 4))}}
    (out,) = blown(inputs)
    assert {k: np.shape(v) for k, v in out.items() if k != "bounding_boxes"} == {"labels": (8,), "images": (8, 224, 224, 3)}
    assert out["bounding_boxes"]["boxes"].shape == (8, 6, 4)


def test_an_op_without_samples_is_called_as_its_layer_calls_it(tf):
    op = OPS["plaidml_compat.rotate"]
    assert not op.samples()
    call = first(tf, op.name)
    assert "as in tf.keras.layers.RandomRotation" in call.about
    assert call.make()()[0].shape == (4, 224, 224, 3)


def test_looking_at_a_call_changes_nothing_for_other_threads(tf):
    op = OPS["tf.image.flip_up_down"]
    kernels, image = list(op.kernels), np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    seen = []

    def while_it_looks():
        elsewhere = threading.Thread(target=lambda: seen.append(tf.image.flip_up_down(image).numpy()))
        elsewhere.start()
        elsewhere.join()
        return lambda: tf.image.flip_up_down(image)

    values = typical_calls._caught(op, typical_calls.Call(while_it_looks, "", 1, image))
    assert (values["image"] == image).all() and op.kernels == kernels
    assert len(seen) == 1 and (seen[0] == image[::-1]).all()
    assert (tf.image.flip_up_down(image).numpy() == image[::-1]).all()


def test_tensors_of_an_op_without_images_become_images(tf):
    call = first(tf, "tf.math.subtract")
    assert not call.sure and call.make()()[0].shape == (4, 224, 224, 3)
    clip = first(tf, "tf.clip_by_value")
    (out,) = clip.make()()
    assert (out.min(), out.max()) == (-1.0, 1.5)  # the numbers of its sample


def test_an_op_of_texts_takes_no_images(tf):
    assert not list(calls(tf, OPS["tf.strings.length"], 4))


def test_what_needs_more_than_tensors_and_has_no_sample_is_not_guessed(tf):
    with registry.temporary():

        @registry.op("plaidml_compat.dummy_needs_a_number")
        def dummy(x: TensorLike, number: int):  # noqa: F821
            """A dummy."""
            return x

        assert not list(calls(tf, dummy, 4))


def test_a_sample_decides_the_order_of_arguments(tf):
    with registry.temporary():
        sample = Sample("a", (np.zeros((2, 3, 4, 3), np.float32),), {"scale": 2.0})

        @registry.op("plaidml_compat.dummy_scale", samples=lambda: [sample])
        def dummy(x: TensorLike, offset: float = 1.0, *, scale: float = 5.0):  # noqa: F821
            """A dummy."""
            return x * scale + offset

        (out,) = first(tf, dummy.name).make()()
        assert out.shape == (4, 224, 224, 3) and (out == 1.0).all()
