"""tf.keras' optimizers and learning rate schedules, with TensorFlow's names, defaults and formulas."""
