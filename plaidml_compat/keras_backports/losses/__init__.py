"""Loss functions and loss classes, with TensorFlow's numbers on arrays and in a graph."""
