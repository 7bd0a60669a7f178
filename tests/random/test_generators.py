"""Generators: when seeds are taken, what is shared, what is refused. The numbers themselves are goldens (scenario random_numbers)."""

from __future__ import annotations

import random
import subprocess
import sys
import threading

import numpy as np
import pytest

from plaidml_compat.exceptions import PlacementError
from plaidml_compat.random import Generator, layer_generator, set_random_seed


def test_an_unseeded_layer_generator_takes_its_seed_when_built():
    set_random_seed(7)
    first, second, seeded = layer_generator(), layer_generator(), layer_generator(5)
    assert not first.is_built
    second.build()
    seeded.build()
    first.uniform((2,))
    python = random.Random(7)
    assert [second.counter, first.counter - 2 * 256] == [python.randint(1, 10**9) for _ in range(2)]
    assert seeded.counter == 5


def test_without_set_random_seed_the_seed_is_python_s_own():
    from plaidml_compat.random.keras_seeds import _LayerSeeds

    _LayerSeeds.generator = None
    random.seed(3)
    want = random.randint(1, 10**9)
    random.seed(3)
    assert layer_generator().counter == want


def test_a_counter_can_be_set():
    generator = layer_generator(5)
    first = generator.uniform((4,))
    generator.counter = 5
    assert (generator.uniform((4,)) == first).all()


def test_make_seed_is_a_pair_of_integers_and_moves_on():
    generator = layer_generator(5)
    first, second = generator.make_seed(), generator.make_seed()
    assert first != second and first[1] == 0 and all(type(x) is int for x in first)
    assert generator.counter == 5 + 2 * 256


def test_threads_share_a_generator():
    """Each number is drawn once."""
    generator, got = Generator.from_seed(1), []

    def draw():
        got.extend(generator.uniform([1]).numpy()[0] for _ in range(200))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    again = Generator.from_seed(1)
    assert sorted(got) == sorted(again.uniform([1]).numpy()[0] for _ in range(800))


def test_bad_arguments():
    generator = Generator.from_seed(1)
    with pytest.raises(ValueError, match="maxval"):
        generator.uniform([2], 0, None, dtype="int32")
    with pytest.raises(ValueError, match="received string"):
        generator.normal([2], dtype="string")
    with pytest.raises(ValueError, match="Philox"):
        Generator.from_seed(1, alg="threefry")
    with pytest.raises(ValueError, match="3 integers"):
        Generator.from_state([1, 2], "philox")
    with pytest.raises(ValueError, match="received neither"):
        Generator()


def test_numpy_state_is_left_alone():
    state = np.random.get_state()[1].copy()
    Generator.from_seed(1).uniform([100])
    layer_generator(3).normal((5,))
    Generator.from_non_deterministic_state().uniform([3])
    assert (np.random.get_state()[1] == state).all()


def test_importing_does_not_import_the_engine():
    code = "import sys, plaidml_compat.random; assert 'randomgen' not in sys.modules and 'cv2' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unseeded_draws_leave_nothing_behind(tf):
    """Only an op with a seed of its own is gone on with."""
    from plaidml_compat.random import eager

    tf.random.set_seed(1)
    for _ in range(20):
        tf.random.uniform([1])
        tf.random.shuffle([1, 2, 3])
    assert not eager._Global.streams
    first, second = (float(tf.random.uniform([], seed=5)) for _ in range(2))
    assert first != second and len(eager._Global.streams) == 1


def test_both_ways_to_make_words_agree():
    """A few words are made in Python, many by randomgen; the published test vectors, too."""
    from plaidml_compat.random import philox

    assert philox.block(0, 0) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox.block(philox.MASK128, philox.MASK64) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    pi = 0x03707344_13198A2E_85A308D3_243F6A88, 0x299F31D0_A4093822
    assert philox.block(*pi) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    python = random.Random(3)
    for i in range(200):
        counter = python.getrandbits(128) if i % 4 else philox.MASK128 - i // 8  # it wraps round
        key, many = python.getrandbits(64), philox.FEW + 1 + i % 5
        words = philox.words(many, counter, key)
        assert words.dtype == np.uint32
        for few in range(philox.FEW + 1):
            assert (philox.words(few, counter, key) == words[:few]).all()


def test_a_pair_of_seeds_is_the_generators_next_integer():
    from plaidml_compat.random import keras_seeds

    one, other = keras_seeds.layer_generator(9), Generator.from_seed(9)
    assert [one.make_seed()[0] for _ in range(30)] == [int(other.uniform_full_int([], "int64").numpy()) for _ in range(30)]


@pytest.mark.parametrize(
    "draw",
    [
        lambda tf: tf.random.gamma([3], 0.5),
        lambda tf: tf.random.poisson([3], 0.5),
        lambda tf: tf.random.truncated_normal([3]),
        lambda tf: tf.random.shuffle([1.0, 2.0, 3.0]),
        lambda tf: tf.cast(tf.random.categorical([[0.0, 0.0]], 3), tf.float32),
    ],
    ids=["gamma", "poisson", "truncated_normal", "shuffle", "categorical"],
)
def test_what_only_the_host_draws_is_refused_on_the_device(tf, draw):
    class Noise(tf.keras.layers.Layer):
        def call(self, x):
            return x + draw(tf)

    assert Noise()(np.zeros((2, 3), "f")).shape == (2, 3)
    with pytest.raises(PlacementError, match="each batch would get the same"):
        Noise()(tf.keras.Input((3,)))


@pytest.mark.parametrize(("rate", "dtype"), [(float("nan"), "float32"), (1e5, "float16"), (2.0**31, "int32")])
def test_poisson_refuses_rates_for_which_tensorflow_does_not_end(tf, rate, dtype):
    with pytest.raises(tf.errors.InvalidArgumentError, match="rates must be numbers that"):
        tf.random.poisson([2], [1.0, rate], dtype=dtype)
