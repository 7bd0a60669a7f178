"""From a program's syntax tree to the uses of TensorFlow's names in it; nothing of the program is imported or run."""

from __future__ import annotations

import ast

from .statements import Statements
from .uses import Use


def uses(tree: ast.Module) -> list[Use]:
    """Every use of a TensorFlow name in a program, in the order of its lines; needs `install()`.

    Args:
        tree: the program; columns count as in it, in bytes of UTF-8, but from 1.

    Returns:
        One use a place and name. Of `tf.keras.layers.Dense` that is one; modules as such are none. Of what the program imports under
        another name, or makes with `getattr` and a literal, it is the full name; methods of datasets are `tf.data.Dataset.NAME`, other
        methods are there where they are missing here for certain.
    """
    reader = Statements()
    reader.read_module(tree)
    return reader.found.uses()
