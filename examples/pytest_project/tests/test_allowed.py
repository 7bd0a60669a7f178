"""What is known and accepted, with the reason, is not flagged."""

import numpy as np
import pytest
import tensorflow as tf

from plaidml_compat import device_scope

pytestmark = pytest.mark.plaidml(fallback="allow", reason="turning is done once, before training")


def test_turned_on_the_host(batch):
    with device_scope("device"):
        turned = tf.image.rot90(batch)  # plaidml: ignore[host] it is done once  # allowed: fallback tf.image.rot90
    assert turned.shape == batch.shape


@pytest.mark.plaidml(unsupported="ok", reason="the other way is tested too")
def test_there_may_be_another_way():
    assert callable(getattr(tf.image, "ssim", np.mean))  # allowed: unsupported tf.image.ssim
