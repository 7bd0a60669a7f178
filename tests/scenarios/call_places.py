"""Which arguments functions, classes and methods take by position, where limits of their calls are declared: their names, in order."""

import inspect
import operator

import numpy as np

NAMES = """
gather linalg.matmul keras.Input keras.Model.save keras.activations.deserialize keras.activations.serialize keras.backend.rnn
keras.backend.sparse_categorical_crossentropy keras.callbacks.BackupAndRestore keras.callbacks.CallbackList
keras.callbacks.ModelCheckpoint keras.constraints.deserialize keras.constraints.serialize keras.initializers.deserialize
keras.initializers.serialize keras.layers.BatchNormalization keras.regularizers.deserialize keras.regularizers.serialize
keras.layers.Bidirectional keras.layers.Conv1D keras.layers.Conv2D keras.layers.Conv2DTranspose keras.layers.Conv3D
keras.layers.Conv3DTranspose keras.layers.ConvLSTM2D keras.layers.DepthwiseConv2D keras.layers.Embedding keras.layers.GRU
keras.layers.GaussianDropout keras.layers.GaussianNoise keras.layers.InputLayer keras.layers.InputSpec keras.layers.LSTM
keras.layers.Layer keras.layers.RNN keras.layers.SeparableConv1D keras.layers.SeparableConv2D keras.layers.SimpleRNN
keras.layers.UpSampling2D keras.layers.deserialize keras.layers.serialize keras.metrics.AUC keras.models.clone_model
keras.models.save_model keras.optimizers.Optimizer keras.preprocessing.text.Tokenizer keras.preprocessing.text.hashing_trick
keras.preprocessing.text.one_hot keras.utils.Progbar keras.utils.plot_model random.Generator
random.Generator.from_key_counter random.Generator.from_non_deterministic_state random.Generator.from_seed
random.Generator.from_state random.stateless_normal random.stateless_truncated_normal random.stateless_uniform
""".split()


def scenario(tf, tmp_path):
    out = {}
    for name in NAMES:
        found = operator.attrgetter(name)(tf)
        parameters = inspect.signature(found.__init__ if inspect.isclass(found) else found).parameters.values()
        places = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        out[name] = np.array(" ".join(n for n in places if n != "self"))
    return out
