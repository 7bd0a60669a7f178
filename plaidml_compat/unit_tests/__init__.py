"""tf.test: `TestCase`, made when a program first asks for it, `main`, `compute_gradient`, and what tells what TensorFlow was built with."""
