"""Texts that TensorFlow knows and this package does not are foreseen where they are certain to be looked up, and nowhere else."""

from __future__ import annotations

import pytest

TEXTS = """
tf.keras.activations.get("mish")
tf.keras.activations.deserialize("mish")
tf.keras.optimizers.get("ftrl")
tf.keras.optimizers.get({"class_name": "Ftrl", "config": {}})
tf.keras.optimizers.deserialize({"class_name": "Ftrl", "config": {}})
tf.keras.losses.get("categorical_focal_crossentropy")
tf.keras.metrics.get(identifier="F1Score")
tf.keras.constraints.get("radial_constraint")
"""


def test_texts_by_which_something_is_looked_up(tf, lines):
    from plaidml_compat import UnsupportedArgumentError

    assert lines(TEXTS) == list(range(1, 1 + TEXTS.strip().count("\n") + 1))
    for line in TEXTS.strip().splitlines():
        with pytest.raises(UnsupportedArgumentError):
            exec(line, {"tf": tf})


SOUND_TEXTS = """
tf.keras.activations.get("relu")
tf.keras.initializers.get("glorot_uniform")
tf.keras.regularizers.get("l2")
tf.keras.optimizers.get({"class_name": "SGD", "config": {"name": "ftrl"}})
tf.keras.losses.get("mse")
tf.keras.metrics.get("mae")
tf.keras.activations.deserialize("mish", custom_objects={"mish": abs})
tf.keras.activations.deserialize("mish", custom)
tf.keras.layers.Dense(3, activation="elu", kernel_initializer="he_normal", kernel_constraint="non_neg")
"""


def test_texts_for_what_is_here(tf, told):
    assert [(f.use.line, f.reason) for f in told("import tensorflow as tf" + SOUND_TEXTS) if f.reason] == []
    for line in SOUND_TEXTS.strip().splitlines():
        exec(line, {"tf": tf, "custom": {"mish": abs}})


def test_texts_with_a_meaning_of_the_programs_own(tf, lines):
    use = 'tf.keras.layers.Dense(3, activation="mish")\n'
    assert lines(use) == [1]
    assert lines(f'tf.keras.utils.get_custom_objects().update({{"mish": abs}})\n{use}') == []
    assert lines(f'with tf.keras.utils.custom_object_scope({{"mish": abs}}):\n    {use}') == []
    with tf.keras.utils.custom_object_scope({"mish": abs}):
        assert tf.keras.layers.Dense(3, activation="mish").activation is abs


def test_the_scanner_and_a_look_up_lack_the_same(tf, refused):
    """Every text by which TensorFlow's names of a family may be asked for."""
    from plaidml_compat import UnsupportedArgumentError, missing

    texts = [(family, text) for family in sorted(missing.FAMILIES) for text in missing._texts(family)]
    lacking = set()
    for family, text in texts:
        try:
            getattr(tf.keras, family.rpartition(".")[2]).get(text)
        except UnsupportedArgumentError:
            lacking.add((family, text))
        except (ValueError, TypeError):  # a name that is no text for anything, as `get`
            continue
    program = "".join(f"{family}.get({text!r})\n" for family, text in texts)
    foreseen = {texts[line - 2] for line, *_ in refused(f"import tensorflow as tf\n{program}")}
    assert foreseen == lacking and {("tf.keras.optimizers", "ftrl"), ("tf.keras.activations", "mish")} <= foreseen


def test_texts_are_spelled_as_tensorflow_finds_them(tf, lines):
    """TensorFlow 2.15 finds optimizers whatever the capitals, and nothing else."""
    from plaidml_compat import UnsupportedArgumentError

    program = 'tf.keras.optimizers.get("FTRL")\ntf.keras.activations.get("Mish")\ntf.keras.initializers.get("lecunnormal")'
    assert lines(program) == [1]
    raised = []
    for line in program.splitlines():
        with pytest.raises(ValueError) as caught:
            exec(line, {"tf": tf})
        raised.append(isinstance(caught.value, UnsupportedArgumentError))
    assert raised == [True, False, False]


def test_the_names_behind_texts_are_collected_once(tf):
    import keras

    from plaidml_compat import export, missing, registry

    family = "tf.keras.activations"
    assert missing._texts(family) is missing._texts(family)
    assert missing.named(family, "mish")[0] == f"{family}.mish"
    with registry.temporary():
        export(f"{family}.mish")(lambda x: x)
        assert missing.named(family, "mish") is None, "what is declared later counts"
    vars(keras.activations).pop("mish", None)  # declared names stay in Keras' modules, where other tests would find it
    assert missing.named(family, "mish") is not None
