"""Arguments that functions and classes beside TensorFlow's layers have got since Keras 2.2.4: refused, or without effect."""

from __future__ import annotations

from plaidml_compat.argument_limits import flag, only
from plaidml_compat.registry import limit_calls

limit_calls(
    "tf.keras.models.clone_model",
    limits=[only("clone_function", None, "is not built", "Build the new model from the layers' configurations")],
    parameters="model input_tensors clone_function",
)
limit_calls(
    "tf.keras.backend.sparse_categorical_crossentropy",
    limits=[only("ignore_class", None, "is not built here", "Use tf.keras.losses.SparseCategoricalCrossentropy(ignore_class=...)")],
    parameters="target output from_logits axis ignore_class",
)
limit_calls(
    "tf.keras.backend.rnn",
    limits=[
        flag("time_major", "is not built", "Put the batch first"),
        flag("zero_output_for_mask", "is not built", "Multiply the output by the mask"),
        only("return_all_outputs", True, "is not built", "Take the last output"),
    ],
    parameters="step_function inputs initial_states go_backwards mask constants unroll input_length time_major zero_output_for_mask "
    "return_all_outputs",
)
_ANALYZER = only("analyzer", None, "is not built", "Split the texts before, and join the words with `split`")
limit_calls("tf.keras.preprocessing.text.one_hot", limits=[_ANALYZER], parameters="input_text=text n filters lower split analyzer")
limit_calls("tf.keras.preprocessing.text.hashing_trick", limits=[_ANALYZER], parameters="text n hash_function filters lower split analyzer")
limit_calls(
    "tf.keras.preprocessing.text.Tokenizer",
    limits=[_ANALYZER],
    parameters="num_words filters lower split char_level oov_token analyzer",
)
limit_calls(
    "tf.keras.utils.Progbar",
    limits=[only("unit_name", "step", "is not built")],
    parameters="target width verbose interval stateful_metrics unit_name",
)
limit_calls(
    "tf.keras.callbacks.CallbackList",
    limits=[
        flag("add_history", "is not built", "Add tf.keras.callbacks.History() to the list"),
        flag("add_progbar", "is not built", "Add tf.keras.callbacks.ProgbarLogger() to the list"),
        only("model", None, "is not built", "Call set_model(model)"),
    ],
    parameters="callbacks add_history add_progbar model",
)
limit_calls(
    "tf.keras.utils.plot_model",
    limits=[
        *(flag(n, "is not built") for n in ("show_dtype", "expand_nested", "show_layer_activations", "show_trainable")),
        only("dpi", 96, "other than 96 is not built"),
        only("layer_range", None, "is not built", "Plot a model of these layers alone"),
    ],
    parameters="model to_file show_shapes show_dtype show_layer_names rankdir expand_nested dpi layer_range show_layer_activations "
    "show_trainable",
)
_LEGACY = "use_legacy_format"  # configurations have the form of Keras 2.2.4 here, whatever it says
limit_calls("tf.keras.initializers.serialize", parameters=f"initializer {_LEGACY}", without_effect=_LEGACY)
limit_calls("tf.keras.regularizers.serialize", parameters=f"regularizer {_LEGACY}", without_effect=_LEGACY)
limit_calls("tf.keras.constraints.serialize", parameters=f"constraint {_LEGACY}", without_effect=_LEGACY)
limit_calls("tf.keras.layers.serialize", parameters=f"layer {_LEGACY}", without_effect=_LEGACY)
limit_calls("tf.keras.activations.serialize", parameters=f"activation {_LEGACY}", without_effect=_LEGACY)
limit_calls("tf.keras.activations.deserialize", parameters=f"name custom_objects {_LEGACY}", without_effect=_LEGACY)
limit_calls(
    *(f"tf.keras.{module}.deserialize" for module in ("initializers", "layers", "regularizers", "constraints")),
    parameters=f"config custom_objects {_LEGACY}",
    without_effect=_LEGACY,
)
