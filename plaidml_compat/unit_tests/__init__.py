"""tf.test: `TestCase` with its assertions, made when a program first asks for it, `main`, and what tells what TensorFlow was built with."""
