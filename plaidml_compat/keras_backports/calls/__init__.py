"""Calling layers and models: on data they run at once, on symbolic tensors they extend the graph."""
