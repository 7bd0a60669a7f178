"""Device kernels as parts of a PlaidML graph: values, dtypes, shapes and gradients are TensorFlow's (scenario core_gradients)."""

from __future__ import annotations

import golden
import numpy as np
import pytest

NAME = "core_gradients"


def names():
    """The functions of the scenario."""
    arrays, _ = golden.read(NAME)
    return sorted({k.partition("/")[2].partition(", gradient")[0] for k in arrays})


@pytest.fixture
def case(tf, request):
    """Builds a function of the scenario: graph values of x, y and the result."""
    from plaidml_compat import device
    from plaidml_compat.tensor import Tensor

    module = golden.load_scenario(NAME)

    def build(name, batch):
        K = device.backend()
        x, y = (K.placeholder(shape=(batch, *a.shape[1:])) for a in (module.X, module.Y))
        return K, x, y, module.functions(tf)[name](Tensor(x), Tensor(y))

    return module, build


@pytest.mark.parametrize("batch", [2, None], ids=["static", "any batch"])
@pytest.mark.parametrize("name", names())
def test_equals_tensorflow(case, name, batch):
    from plaidml_compat.tensor import payload

    module, build = case
    want = golden.expected(NAME, "scenario", golden.scenario_hash(NAME))
    K, x, y, result = build(name, batch)
    value = payload(result)
    loss = K.sum(value * K.variable(module.weights(want[name].shape)))
    got = K.function([x, y], [value, *K.gradients(loss, [x, y])])([module.X, module.Y])
    golden.assert_same(got[0], want[name], 2e-6 * max(1.0, float(np.abs(want[name]).max())), name)
    assert result.dtype == want[name].dtype
    if batch:
        assert result.shape == want[name].shape
    for of, g in zip("xy", got[1:]):
        expected = want[f"{name}, gradient of {of}"]
        if not expected.any():
            assert not np.any(g), f"{name}: the gradient of {of} is 0"
        else:
            golden.assert_same(g, expected, 2e-5, f"{name}, gradient of {of}")


def test_a_cast_without_a_gradient_is_refused(tf):
    """PlaidML's gradient through float32 to float64 is 0: weights before it would not be trained, without a word."""
    from plaidml_compat import PlacementError, device
    from plaidml_compat.tensor import Tensor

    x = Tensor(device.backend().placeholder(shape=(2, 3)))
    with pytest.raises(PlacementError, match="gradient through a change between float32 and float64"):
        tf.cast(x * 2.0, tf.float64)
