"""Generators: when seeds are taken, what is shared, what is refused. The numbers themselves are goldens (scenario random_numbers)."""

from __future__ import annotations

import random
import subprocess
import sys
import threading

import numpy as np
import pytest

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
