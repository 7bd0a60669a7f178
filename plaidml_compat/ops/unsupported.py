"""TensorFlow names that are not served, each with the reason and with what to use instead.

"Not built" says just that: nobody has, and nothing is known to stand in the way. Who builds one deletes its line here.
"""

from __future__ import annotations

from ..registry import unsupported

_LAYERS = "tf.keras.layers."
_OLD_LAYERS = "tf.keras.layers.experimental.preprocessing."
_OWN = "or write it as a layer of your own"


def _not_built(*names: str, instead: str) -> None:
    unsupported(*(_LAYERS + n for n in names), reason="this layer is not built yet", instead=instead)


def _for_tables_and_text(name: str, instead: str) -> None:
    reason = "this layer for tables and text is not built: the package serves image programs"
    unsupported(_LAYERS + name, _OLD_LAYERS + name, reason=reason, instead=instead)


# ------------------------------------------------------------------------------------------- tables and text
_for_tables_and_text(
    "CategoryEncoding", "One-hot with tf.keras.utils.to_categorical before the dataset is made, or tf.one_hot in Dataset.map"
)
_for_tables_and_text("Discretization", "Put numbers into bins with NumPy's digitize before the dataset is made")
_for_tables_and_text(
    "HashedCrossing", "Join the columns and hash them with zlib.crc32 before the dataset is made; the bins are not TensorFlow's"
)
_for_tables_and_text("Hashing", "Hash with zlib.crc32 before the dataset is made; the bins are not TensorFlow's")
_for_tables_and_text("IntegerLookup", "Number the values with NumPy's unique(return_inverse=True) before the dataset is made")
_for_tables_and_text("StringLookup", "Number the values with NumPy's unique(return_inverse=True) before the dataset is made")
_for_tables_and_text(
    "TextVectorization",
    "Use tf.keras.preprocessing.text.Tokenizer and tf.keras.preprocessing.sequence.pad_sequences before the dataset is made",
)
unsupported(
    _LAYERS + "DenseFeatures",
    reason="feature columns, which it takes, are not built; TensorFlow itself has dropped them since",
    instead="Make one array of all columns and pass it to tf.keras.layers.Dense",
)
unsupported(
    _OLD_LAYERS + "PreprocessingLayer",
    reason="this base class of layers with adapt() is not built",
    instead="Derive from tf.keras.layers.Layer",
)

# ------------------------------------------------------------------------------------------------- attention
_not_built(
    "Attention",
    "AdditiveAttention",
    "MultiHeadAttention",
    "GroupQueryAttention",
    instead="Write it in a layer of your own with tf.matmul, tf.nn.softmax and tf.keras.layers.Dense",
)

# --------------------------------------------------------------------------------------------- normalization
_not_built(
    "LayerNormalization",
    "RMSNormalization",
    "GroupNormalization",
    instead="Use tf.keras.layers.BatchNormalization where the model allows it, or write it as a layer of your own with tf.reduce_mean",
)
_not_built("UnitNormalization", instead="Use tf.keras.layers.Lambda(lambda x: tf.keras.backend.l2_normalize(x, axis=-1))")
_not_built(
    "SpectralNormalization",
    instead="Bound the weights with tf.keras.constraints.MaxNorm, which is not the same: it bounds rows, not the largest singular value",
)
unsupported(
    _LAYERS + "experimental.SyncBatchNormalization",
    reason="it averages over the devices of a tf.distribute strategy, and PlaidML uses one device",
    instead="Use tf.keras.layers.BatchNormalization: on one device it is the same",
)

# -------------------------------------------------------------------------------------- convolution, pooling
_not_built(
    "Conv1DTranspose",
    "Convolution1DTranspose",
    instead="Use tf.keras.layers.Conv2DTranspose with a kernel (size, 1) between two tf.keras.layers.Reshape that add and drop an axis",
)
_not_built(
    "DepthwiseConv1D",
    instead="Add an axis of size 1 with tf.keras.layers.Reshape and use tf.keras.layers.DepthwiseConv2D with a kernel (1, size)",
)
_not_built(
    "ConvLSTM1D", instead="Add an axis of size 1 with tf.keras.layers.Reshape and use tf.keras.layers.ConvLSTM2D with a kernel (1, size)"
)
_not_built("ConvLSTM3D", instead=f"Use tf.keras.layers.ConvLSTM2D on slices, {_OWN}")
for _dims in (1, 2, 3):
    for _kind in ("Average", "Max"):
        _not_built(
            f"Adaptive{_kind}Pooling{_dims}D",
            instead=f"For images of a fixed size use tf.keras.layers.{_kind}Pooling{_dims}D with a pool size that divides it, "
            f"or tf.keras.layers.Global{_kind}Pooling{_dims}D for one number a channel",
        )

# ------------------------------------------------------------------------------------------------ the others
_not_built("Identity", instead="Use tf.keras.layers.Activation('linear')")
_not_built(
    "EinsumDense",
    "experimental.EinsumDense",
    instead="Use tf.keras.layers.Dense, which contracts the last axis, with tf.keras.layers.Permute or Reshape around it",
)
_not_built(
    "ReversibleEmbedding", instead="Use tf.keras.layers.Embedding, and tf.keras.layers.Dense for the way back, with weights of its own"
)
_not_built(
    "AbstractRNNCell",
    instead="Derive from tf.keras.layers.Layer: tf.keras.layers.RNN takes any that has state_size and call(inputs, states)",
)
_not_built(
    "experimental.RandomFourierFeatures",
    instead="Use a tf.keras.layers.Dense with random weights and trainable=False, and tf.keras.layers.Lambda(tf.cos)",
)
_not_built("MelSpectrogram", "STFTSpectrogram", instead="Compute spectrograms with scipy.signal.stft before the dataset is made")

# ------------------------------------------------------------------------------ what PlaidML's backend lacks
_BACKEND = "tf.keras.backend."
_NO_FUNCTION = "PlaidML 0.7.0 has the name, and nothing behind it"
unsupported(
    _BACKEND + "local_conv1d",
    _BACKEND + "local_conv2d",
    _LAYERS + "LocallyConnected1D",
    _LAYERS + "LocallyConnected2D",
    reason="PlaidML 0.7.0 has no convolution whose weights differ from place to place",
    instead="Use a convolution of tf.keras.layers, which shares its weights",
)
unsupported(
    *(_BACKEND + n for n in ("foldl", "foldr", "map_fn")),
    reason=f"{_NO_FUNCTION}: its graphs have no loops",
    instead="Write the loop in Python, over a known number of steps, or use tf.foldl, tf.foldr and tf.map_fn in Dataset.map",
)
unsupported(
    *(_BACKEND + n for n in ("ctc_batch_cost", "ctc_decode", "ctc_label_dense_to_sparse")),
    reason=_NO_FUNCTION,
    instead="Compute it on the host from what predict() gives; a model cannot be trained by it here",
)
unsupported(
    _BACKEND + "print_tensor",
    reason=f"{_NO_FUNCTION}: a graph of it cannot print",
    instead="Print what predict() gives, or a callback's logs",
)
unsupported(
    *(_BACKEND + n for n in ("random_binomial", "random_bernoulli")),
    reason=_NO_FUNCTION,
    instead="Use tf.keras.layers.Dropout in a model, or draw with tf.random in Dataset.map",
)
unsupported(
    _BACKEND + "manual_variable_initialization", reason=_NO_FUNCTION, instead="Leave it out: variables have their values when they are made"
)
unsupported(
    _BACKEND + "to_dense",
    reason=f"{_NO_FUNCTION}: it has no sparse tensors",
    instead="Make dense arrays with tf.sparse.to_dense in Dataset.map",
)

# --------------------------------------------------------------------------------- other libraries' functions
for _name, _library in (("JaxLayer", "JAX"), ("FlaxLayer", "Flax, on JAX"), ("TorchModuleWrapper", "PyTorch")):
    unsupported(
        _LAYERS + _name,
        reason=f"it runs a function of {_library} inside the model, and a PlaidML graph can hold none",
        instead="Build the same layers in Keras and copy the weights with set_weights",
    )
unsupported(
    _LAYERS + "TFSMLayer",
    reason="it runs a TensorFlow SavedModel, and there is no TensorFlow here",
    instead="Build the model in Keras and load its weights from HDF5 with load_weights",
)

# ------------------------------------------------------------------------------------------------- datasets
_DATASET, _DATA = "tf.data.Dataset.", "tf.data.experimental."
unsupported(
    _DATASET + "sparse_batch",
    _DATA + "dense_to_sparse_batch",
    reason="its batches are sparse tensors, for which neither PlaidML nor the layers here have operations",
    instead="Use tf.data.Dataset.padded_batch, or ragged_batch, whose batches are lists of arrays",
)
unsupported(
    _DATASET + "fingerprint",
    reason="it is a hash of TensorFlow's graph of the dataset, and there is no such graph here",
    instead="Compare what the dataset is made from",
)
unsupported(
    _DATA + "to_variant",
    _DATA + "from_variant",
    reason="tensors of TensorFlow's type variant, which hold a dataset inside a graph, do not exist here",
    instead="Pass the dataset itself: functions of the program, and of Dataset.map, take and return datasets",
)
unsupported(
    _DATA + "index_table_from_dataset",
    _DATA + "table_from_dataset",
    _DATA + "DatasetInitializer",
    reason="filling the tables of tf.lookup from datasets is not built",
    instead="Take keys and values from dataset.as_numpy_iterator(), and give them to tf.lookup.KeyValueTensorInitializer",
)
unsupported(
    _DATA + "make_saveable_from_iterator",
    _DATA + "CheckpointInputPipelineHook",
    reason="it is for the sessions and estimators of TensorFlow 1, of which there are none here",
    instead="Use iterator.save_state() and restore_state()",
)
unsupported(
    _DATA + "get_model_proto",
    reason="it describes the model by which TensorFlow tunes a pipeline's threads, and there is no such model here",
    instead="Measure the pipeline by iterating over it",
)
unsupported(
    _DATA + "distributed_save",
    *(
        f"{_DATA}service.{name}"
        for name in (
            "CrossTrainerCache",
            "DispatchServer",
            "DispatcherConfig",
            "ShardingPolicy",
            "WorkerConfig",
            "WorkerServer",
            "distribute",
            "from_dataset_id",
            "register_dataset",
        )
    ),
    reason="it is a part of TensorFlow's data service, which spreads a pipeline over other machines, and there is no such service here",
    instead="Give each process its part with tf.data.Dataset.shard",
)


# --------------------------------------------------------------------------------------------------- checkpoints
unsupported(
    "tf.train.CheckpointView",
    "tf.train.TrackableView",
    "tf.train.checkpoints_iterator",
    "tf.train.experimental.PythonState",
    reason="of checkpoints, what scripts save and restore with is built",
    instead="Use tf.train.Checkpoint and tf.train.CheckpointManager; tf.train.list_variables tells what is in one",
)


# -------------------------------------------------------------------------------------------------------- strings
_STRINGS = "tf.strings."
unsupported(
    _STRINGS + "bytes_split",
    _STRINGS + "ngrams",
    _STRINGS + "unicode_decode",
    _STRINGS + "unicode_decode_with_offsets",
    _STRINGS + "unicode_encode",
    _STRINGS + "unicode_script",
    _STRINGS + "unicode_split",
    _STRINGS + "unicode_split_with_offsets",
    _STRINGS + "unicode_transcode",
    _STRINGS + "unsorted_segment_join",
    reason="of tf.strings, what image and CSV programs use is built",
    instead="Work on the text in Python before the dataset is made, or on tensor.numpy().decode()",
)
unsupported(
    _STRINGS + "to_hash_bucket",
    _STRINGS + "to_hash_bucket_fast",
    _STRINGS + "to_hash_bucket_strong",
    reason="TensorFlow's hashes of strings are not built",
    instead="Hash with zlib.crc32 before the dataset is made; the buckets are not TensorFlow's",
)
unsupported(
    _STRINGS + "format",
    reason="text made from tensors as tf.print writes them is not built",
    instead="Use tf.strings.as_string and tf.strings.join, or str.format on tensor.numpy()",
)
unsupported(
    "tf.io.match_filenames_once",
    reason="it makes a variable of TensorFlow 1's sessions",
    instead="Use tf.io.matching_files or tf.io.gfile.glob",
)


# ----------------------------------------------------------------------------------------------------- callbacks
unsupported(
    "tf.keras.callbacks.TensorBoard",
    reason="its files are written by TensorFlow, which is not here",
    instead="Use tf.keras.callbacks.CSVLogger, or read what fit() returns: history.history",
    instances=(),
)
