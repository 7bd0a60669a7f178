"""Arguments that TensorFlow's layers have got since Keras 2.2.4: which are refused, which change nothing, and where they stand."""

from __future__ import annotations

from plaidml_compat.argument_limits import flag, only
from plaidml_compat.registry import Limit, limit_calls

_LAYERS = "tf.keras.layers."
_END_OF_CONV = (
    "use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint"
)
_GROUPS = only(
    "groups",
    1,
    "other than 1: PlaidML has no grouped convolutions",
    "Split the channels with tf.split and join the results of a layer for each with tf.keras.layers.Concatenate",
)
limit_calls(
    *(f"{_LAYERS}Conv{n}D" for n in (1, 2, 3)),
    limits=[_GROUPS],
    parameters=f"filters kernel_size strides padding data_format dilation_rate groups activation {_END_OF_CONV}",
)
limit_calls(
    *(f"{_LAYERS}Conv{n}DTranspose" for n in (2, 3)),
    limits=[_GROUPS],
    parameters=f"filters kernel_size strides padding output_padding data_format dilation_rate activation {_END_OF_CONV}",
)
limit_calls(*(f"{_LAYERS}SeparableConv{n}D" for n in (1, 2)), limits=[_GROUPS])
limit_calls(
    _LAYERS + "DepthwiseConv2D",
    limits=[_GROUPS],
    parameters="kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias depthwise_initializer "
    "bias_initializer depthwise_regularizer bias_regularizer activity_regularizer depthwise_constraint bias_constraint",
)
limit_calls(
    _LAYERS + "BatchNormalization",
    limits=[
        flag("renorm", "(batch renormalization) is not built"),
        only("virtual_batch_size", None, "is not built", "Train with batches of that size"),
        only("adjustment", None, "is not built"),
        Limit("several axes are not built", lambda axis=-1: isinstance(axis, (list, tuple)) and len(axis) > 1, advice="Give one axis"),
    ],
    parameters="axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer moving_variance_initializer "
    "beta_regularizer gamma_regularizer beta_constraint gamma_constraint synchronized",
    without_effect=("synchronized", "fused"),  # there is one device
)
limit_calls(
    _LAYERS + "UpSampling2D",
    limits=[
        Limit(
            "`interpolation` is 'nearest' or 'bilinear' in a PlaidML graph",
            lambda interpolation="nearest": interpolation in ("area", "bicubic", "gaussian", "lanczos3", "lanczos5", "mitchellcubic"),
            advice="Use one of these, or tf.image.resize in Dataset.map",
        )
    ],
)
_IN_TIME = [
    flag("time_major", "is not built", "Put the batch first, with tf.keras.layers.Permute or tf.transpose"),
    flag("zero_output_for_mask", "is not built", "Multiply the output by the mask"),
]
_CELL = (
    "use_bias kernel_initializer recurrent_initializer bias_initializer{} kernel_regularizer recurrent_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint recurrent_constraint bias_constraint"
)
_STEPS = "dropout recurrent_dropout return_sequences return_state go_backwards stateful"
limit_calls(_LAYERS + "SimpleRNN", limits=_IN_TIME)
limit_calls(_LAYERS + "RNN", limits=_IN_TIME, parameters="cell return_sequences return_state go_backwards stateful unroll time_major")
limit_calls(
    _LAYERS + "LSTM",
    limits=_IN_TIME,
    parameters=f"units activation recurrent_activation {_CELL.format(' unit_forget_bias')} {_STEPS} time_major unroll",
)
limit_calls(
    _LAYERS + "GRU",
    limits=_IN_TIME,
    parameters=f"units activation recurrent_activation {_CELL.format('')} {_STEPS} unroll time_major reset_after",
)
limit_calls(
    _LAYERS + "ConvLSTM2D",
    limits=_IN_TIME,
    parameters="filters kernel_size strides padding data_format dilation_rate activation recurrent_activation "
    f"{_CELL.format(' unit_forget_bias')} return_sequences return_state go_backwards stateful dropout recurrent_dropout",
)
limit_calls(
    _LAYERS + "Bidirectional",
    limits=[only("backward_layer", None, "is not built", "Call both layers and join the results with tf.keras.layers.Concatenate")],
    parameters="layer merge_mode weights backward_layer",
)
limit_calls(
    _LAYERS + "Embedding",
    limits=[flag("sparse", "would give a tf.SparseTensor, which no model here takes")],
    parameters="input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer embeddings_constraint mask_zero "
    "input_length sparse",
)
_SEED = only("seed", None, "is not served: the device draws")
limit_calls(_LAYERS + "GaussianNoise", limits=[_SEED], parameters="stddev seed")
limit_calls(_LAYERS + "GaussianDropout", limits=[_SEED], parameters="rate seed")
_OF_INPUTS = [
    flag("ragged", "needs tf.RaggedTensor, which is not there", "Pad the elements to one size, with Dataset.padded_batch"),
    only("type_spec", None, "is not served", "Give `shape` and `dtype`"),
    Limit(
        "a model's inputs are numbers",
        lambda dtype=None: getattr(dtype, "name", dtype) == "string",
        advice="Turn texts into numbers in Dataset.map",
    ),
]
limit_calls(_LAYERS + "InputLayer", limits=_OF_INPUTS, parameters="input_shape batch_size dtype input_tensor sparse name ragged type_spec")
limit_calls("tf.keras.Input", limits=_OF_INPUTS, parameters="shape batch_size name dtype sparse tensor ragged type_spec")
limit_calls(
    _LAYERS + "Layer",
    limits=[
        flag("dynamic", "is not built: a PlaidML graph calls no Python", "Write the layer with tf functions that have a device kernel"),
        Limit(
            "`rng_type` other than 'legacy_stateful' and `force_generator` draw other numbers, which are not built",
            lambda rng_type=None, force_generator=False: bool(force_generator) or rng_type not in (None, "legacy_stateful"),
            advice="Leave it out",
        ),
    ],
    parameters="trainable name dtype dynamic",
    without_effect=("autocast", "implementation"),
)
limit_calls(
    _LAYERS + "InputSpec",
    limits=[flag("allow_last_axis_squeeze", "is not built")],
    parameters="dtype shape ndim max_ndim min_ndim axes allow_last_axis_squeeze name",
    without_effect="name",
)
