"""TensorFlow's random numbers, bit for bit, and who draws when.

`philox` makes the words, `distributions` turns them into numbers, `turnstile` orders the draws of parallel workers;
`stateless`, `generator`, `eager` and `keras_seeds` are the four ways in which TensorFlow keys them.
"""

from __future__ import annotations

from .eager import get_seed_pair, graph_calls, normal, set_seed, shuffle, truncated_normal, uniform
from .generator import Generator
from .keras_seeds import LayerGenerator, layer_generator, new_layer_seed, set_random_seed
from .stateless import stateless_normal, stateless_truncated_normal, stateless_uniform
from .turnstile import Session, discarded

__all__ = [
    "Generator",
    "LayerGenerator",
    "Session",
    "discarded",
    "get_seed_pair",
    "graph_calls",
    "layer_generator",
    "new_layer_seed",
    "normal",
    "set_random_seed",
    "set_seed",
    "shuffle",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]
