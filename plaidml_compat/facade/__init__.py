"""The facade: the module tree served as `tensorflow`, made from the registry, Keras and the list of TensorFlow's names."""
