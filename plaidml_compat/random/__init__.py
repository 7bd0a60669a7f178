"""TensorFlow's random numbers, bit for bit, and who draws when.

`philox` makes the words, `distributions` turns them into numbers, `turnstile` orders the draws of parallel workers;
`stateless`, `generator`, `eager`, `keras_seeds` and `keras3_seeds` are the ways in which TensorFlow keys them.
"""

from __future__ import annotations

from .categorical import categorical, stateless_categorical
from .eager import get_seed_pair, graph_calls, in_graph, normal, set_seed, shuffle, truncated_normal, uniform
from .gamma_distribution import gamma, stateless_gamma
from .generator import Generator
from .keras3_seeds import SeedGenerator
from .keras_seeds import LayerGenerator, layer_generator, new_layer_seed, set_random_seed
from .poisson import poisson
from .stateless import stateless_normal, stateless_truncated_normal, stateless_uniform
from .turnstile import Record, Session, Watch, discarded, drew

__all__ = [
    "Generator",
    "LayerGenerator",
    "Record",
    "SeedGenerator",
    "Session",
    "Watch",
    "categorical",
    "discarded",
    "drew",
    "gamma",
    "get_seed_pair",
    "graph_calls",
    "in_graph",
    "layer_generator",
    "new_layer_seed",
    "normal",
    "poisson",
    "set_random_seed",
    "set_seed",
    "shuffle",
    "stateless_categorical",
    "stateless_gamma",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]
