"""explain() of a dataset leaves no trace: elements, draws, files and threads are as without it."""

from __future__ import annotations

import os
import random as python_random
import threading

import numpy as np
import pytest
from _explaining import IMAGES, SHORT

import plaidml_compat
from plaidml_compat.random.keras_seeds import new_layer_seed


def _pipeline(tf, tmp_path):
    flip = tf.keras.layers.RandomFlip(seed=3)
    count = tf.Variable(0)

    def augment(x):
        count.assign_add(1)
        x = tf.image.random_brightness(flip(x), 0.2)
        return x * python_random.random() * np.random.rand()

    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(augment)
    return dataset.cache(str(tmp_path / "kept")).batch(4).map(lambda x: x + tf.random.uniform(())).prefetch(2), count


@pytest.mark.parametrize("measure", [False, SHORT])
def test_the_elements_and_draws_are_those_without_explain(tf, tmp_path, measure):
    def elements(explains, folder):
        folder.mkdir()
        tf.random.set_seed(7)
        tf.keras.utils.set_random_seed(7)
        python_random.seed(1)
        np.random.seed(1)
        dataset, count = _pipeline(tf, folder)
        if explains:
            plaidml_compat.explain(dataset, measure=measure)
            assert int(count) == 0 and not os.listdir(folder)
        first = [x.numpy() for x in dataset]
        again = [x.numpy() for x in dataset]
        return [*first, *again, np.array([int(count)]), tf.random.uniform((3,)).numpy(), np.random.rand(3)]

    with plaidml_compat.Summary() as summary:
        wanted = elements(False, tmp_path / "a")
    with plaidml_compat.Summary() as explained:
        got = elements(True, tmp_path / "b")
    assert explained.runs == summary.runs and len(wanted) == len(got) == 15
    for a, b in zip(wanted, got):
        np.testing.assert_array_equal(a, b)


def test_the_same_state_is_saved_afterwards(tf):
    flip = tf.keras.layers.RandomFlip(seed=3)
    dataset = tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(flip, num_parallel_calls=2).batch(4).cache()
    plaidml_compat.explain(dataset, measure=SHORT)
    iterator = iter(dataset)
    flip2 = tf.keras.layers.RandomFlip(seed=3)
    fresh = iter(tf.data.Dataset.from_tensor_slices(IMAGES).shuffle(24, seed=5).map(flip2, num_parallel_calls=2).batch(4).cache())
    for _ in range(3):
        np.testing.assert_array_equal(next(iterator), next(fresh))
    assert iterator.save_state() == fresh.save_state()


def test_a_generator_function_is_called_once_and_closed(tf):
    begun, ended = [], []

    def numbers():
        begun.append(1)
        try:
            yield from range(5)
        finally:
            ended.append(1)

    dataset = tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), tf.int64))
    plaidml_compat.explain(dataset)
    assert not begun
    plaidml_compat.explain(dataset, measure=SHORT)
    assert len(begun) == len(ended) == 1


def test_nothing_is_printed_and_no_thread_is_left(tf, capsys):
    before = threading.active_count()
    dataset = tf.data.Dataset.range(100).map(lambda x: x + int(np.sum(x)), num_parallel_calls=2).prefetch(2)
    plaidml_compat.explain(dataset, measure=SHORT)
    assert capsys.readouterr() == ("", "")
    assert threading.active_count() <= before


def test_layers_made_in_a_function_take_no_seeds(tf):
    def first_seed(explains):
        tf.keras.utils.set_random_seed(3)
        dataset = tf.data.Dataset.from_tensor_slices(IMAGES).map(lambda x: tf.keras.layers.RandomRotation(0.3)(x))
        if explains:
            plaidml_compat.explain(dataset, measure=0.05)
        return new_layer_seed()

    assert first_seed(True) == first_seed(False)
