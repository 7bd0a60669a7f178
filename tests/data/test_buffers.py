"""Memory that goes round: never while somebody refers to it, and not without bound."""

from __future__ import annotations

import gc
import os
import threading

import numpy as np
import pytest

from plaidml_compat import buffers


@pytest.fixture(autouse=True)
def nothing_free():
    gc.collect()
    buffers._free.clear()
    yield
    buffers._free.clear()


def test_memory_is_used_again():
    first = buffers.empty((1000, 1000), np.float32)
    address = first.ctypes.data
    view = first[10:20].T
    del first
    assert buffers.empty((1000, 1000), np.float32).ctypes.data != address  # `view` refers to it
    del view
    assert buffers.empty((500, 2000), np.float32).ctypes.data == address


@pytest.mark.parametrize(
    "hold",
    [
        lambda a: a[:, 1:3, ::2],
        lambda a: memoryview(a.reshape(-1)),
        lambda a: a.view(np.uint8).reshape(-1)[5:9],
        lambda a: np.broadcast_to(a, (2, *a.shape)),
        lambda a: np.lib.stride_tricks.as_strided(a, (3,), (4,)),
        lambda a: a.ravel().data.cast("B"),
        lambda a: np.frombuffer(a, np.int32),
        lambda a: np.from_dlpack(a),
        lambda a: a.ctypes,
        lambda a: a.flat,
        lambda a: a.view(np.recarray),
    ],
)
def test_whatever_refers_to_memory_keeps_it(hold):
    array = buffers.empty((40, 50, 100), np.float32)
    address, held = array.ctypes.data, hold(array)
    del array
    gc.collect()
    others = [buffers.empty((40, 50, 100), np.float32) for _ in range(3)]
    assert address not in [o.ctypes.data for o in others]
    del held
    gc.collect()
    assert buffers.empty((40, 50, 100), np.float32).ctypes.data == address


def test_small_large_and_object_arrays_are_numpys():
    assert buffers.empty((3,), np.float32).base is None
    assert buffers.empty((buffers.LARGEST + 1,), np.uint8).base is None
    assert buffers.empty((buffers.SMALLEST,), object).base is None
    assert buffers.empty((0, 7), np.float64).shape == (0, 7)


def free_bytes():
    return sum(block.nbytes for blocks in buffers._free.values() for block in blocks)


def test_what_is_kept_is_bounded():
    held = [buffers.empty((1 << 20,), np.uint8) for _ in range(50)]
    del held
    assert free_bytes() == buffers.KEEP << 20
    large = [buffers.empty((buffers.KEEP_BYTES // 2 + 1,), np.uint8) for _ in range(3)]
    del large
    assert free_bytes() == (buffers.KEEP << 20) + buffers.KEEP_BYTES // 2 + 1
    for i in range(20):
        buffers.empty(((1 << 19) + i,), np.uint8)
    assert len(buffers._free) == buffers.SIZES and free_bytes() < 4 << 20


def test_a_size_that_is_in_use_stays_while_others_come_and_go():
    address = buffers.empty((1 << 20,), np.uint8).ctypes.data
    for i in range(20):
        buffers.empty(((1 << 19) + i,), np.uint8)
        assert buffers.empty((1 << 20,), np.uint8).ctypes.data == address


def test_threads_never_share_memory():
    wrong = []

    def work(k):
        held = []
        for i in range(300):
            a = buffers.empty((1 << 17,), np.uint32)
            a[:] = k * 1000 + i
            held.append((a, k * 1000 + i))
            if len(held) > i % 5:
                b, value = held.pop(0)
                if (b != value).any():
                    wrong.append(value)
                if i % 3:
                    cycle = [b]
                    cycle.append(cycle)  # the garbage collector frees it, in whichever thread it runs
                    del cycle

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_process_does_not_wait_for_the_parents_lock():
    with buffers._lock:
        child = os.fork()
        if child == 0:
            done = threading.Thread(target=lambda: buffers.empty((1 << 20,), np.uint8), daemon=True)
            done.start()
            done.join(10)
            os._exit(done.is_alive())
    assert os.waitpid(child, 0)[1] == 0


def test_copy():
    for array in (np.arange(1 << 18).reshape(512, -1)[:, ::2], np.array(["a", None], object), np.arange(3)):
        made = buffers.copy(array)
        assert (made == array).all() and made.dtype == array.dtype and not np.shares_memory(made, array)
