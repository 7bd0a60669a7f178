"""How functions of tensors are called: names of the parameters, their order and their defaults."""

import inspect
import operator

from _signatures import parameters

NAMES = """
pad repeat slice roll gather_nd cumsum math.cumprod sort argsort math.top_k unique unique_with_counts math.bincount math.count_nonzero
sequence_mask searchsorted meshgrid norm tensordot einsum add_n math.divide_no_nan math.confusion_matrix scatter_nd
tensor_scatter_nd_update bitcast stop_gradient histogram_fixed_width math.atan2 math.rint nn.log_softmax reduce_logsumexp
debugging.assert_equal debugging.assert_none_equal debugging.assert_less debugging.assert_near debugging.assert_rank
debugging.assert_rank_at_least debugging.assert_rank_in debugging.assert_shapes debugging.assert_positive debugging.assert_type
debugging.assert_scalar debugging.assert_integer debugging.assert_all_finite debugging.check_numerics debugging.Assert
debugging.is_numeric_tensor map_fn vectorized_map foldl foldr scan random.categorical random.stateless_categorical
image.random_crop image.stateless_random_crop image.rot90 image.transpose image.per_image_standardization image.resize_with_pad
image.random_saturation image.stateless_random_saturation image.random_hue image.stateless_random_hue timestamp no_op
config.run_functions_eagerly lookup.StaticHashTable lookup.KeyValueTensorInitializer lookup.TextFileInitializer
keras.utils.timeseries_dataset_from_array keras.utils.split_dataset keras.utils.text_dataset_from_directory
""".split()


def scenario(tf, tmp_path):
    out = {}
    for name in NAMES:
        found = operator.attrgetter(name)(tf)
        out[name] = parameters(found.__init__, 1) if inspect.isclass(found) else parameters(found)
    return out
