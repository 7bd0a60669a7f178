"""tf.nn.depthwise_conv2d refuses what TensorFlow makes odd sizes of. The numbers are goldens (scenario convolution)."""

from __future__ import annotations

import numpy as np
import pytest

from plaidml_compat import UnsupportedArgumentError


def test_strides_with_dilations_are_refused(tf):
    with pytest.raises(UnsupportedArgumentError, match="another size"):
        tf.nn.depthwise_conv2d(np.ones((1, 7, 9, 1), "f"), np.ones((3, 3, 1, 1), "f"), [1, 2, 2, 1], "SAME", dilations=[2, 2])
