"""Samples inside a graph whose batch size is not known, as in a model: the values are TensorFlow's, and as many as there are images."""

from __future__ import annotations

import golden
import golden_calls
import numpy as np
import pytest
from golden_calls import listing

MOST = 2
"""Samples of each op: the first whose first tensor has axes enough."""


def ops():
    return [r["name"] for r in listing() if r["kind"] == "op" and r["device"] and r["samples"]]


def in_graph(entry, sample):
    """The results of a sample whose first tensor is fed, with an unknown batch size; `None` where that tensor has no axes."""
    from plaidml_compat import arguments, device
    from plaidml_compat.tensor import Tensor, payload

    bound = entry.signature.bind(*sample.args, **sample.kwargs)
    bound.apply_defaults()
    values = bound.arguments
    name = entry.tensor_args[0]
    raw, plain = dict(values), dict(values)
    arguments.to_arrays(entry, plain)
    fed = plain[name]
    if not isinstance(fed, np.ndarray) or fed.ndim < 2 or fed.dtype.kind not in "fiu":
        return None
    K = device.backend()
    x = K.placeholder(shape=(None, *fed.shape[1:]), dtype=fed.dtype.name)
    out = entry(**{**raw, name: Tensor(x)})
    outs = [payload(t) for t in golden_calls.flat(out)]
    return K.function([x], outs)([fed])


@pytest.mark.parametrize("name", ops())
def test_in_a_graph_of_any_batch_size(tf, name):
    from plaidml_compat import OPS, PlacementError, device

    entry = OPS[name]
    kernel = entry.find_kernel("device", device.current_engine())
    done = 0
    for sample in entry.samples():
        if done == MOST:
            break
        try:
            got = in_graph(entry, sample)
        except PlacementError:
            continue
        if got is None:
            continue
        done += 1
        want = golden.expected(golden.golden_name(entry, sample), sample.id, golden.sample_hash(sample))
        tolerance = max(entry.tolerance, sample.tolerance or 0.0, (kernel.tolerance or 0.0) if kernel else 0.0)
        assert [np.shape(g) for g in got] == [want[str(i)].shape for i in range(len(got))], sample.id
        for i, g in enumerate(got):
            golden.assert_same(np.asarray(g), want[str(i)], tolerance, f"{name}, {sample.id}")
    if not done:
        pytest.skip("no sample of it is a batch that a graph takes")
