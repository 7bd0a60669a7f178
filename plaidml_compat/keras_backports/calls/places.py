"""Takes some values out of the arguments of a call, leaving their places, and puts others in."""

from __future__ import annotations

from typing import Any, Callable


class Place:
    """Stands for the value of that number."""

    def __init__(self, index: int) -> None:
        self.index = index


def take_out(value: Any, wanted: Callable[[Any], bool], same: Callable[[Any, Any], bool], found: list) -> Any:
    """The nest with a Place for each value that is wanted.

    Args:
        value: lists, tuples and dictionaries of anything.
        wanted: says which values to take.
        same: says that a value is one found already, and gets its place.
        found: the values, in the order of their places; extended here.
    """
    if type(value) in (list, tuple):
        return type(value)(take_out(v, wanted, same, found) for v in value)
    if isinstance(value, dict):
        return {k: take_out(v, wanted, same, found) for k, v in value.items()}
    if not wanted(value):
        return value
    index = next((i for i, seen in enumerate(found) if same(seen, value)), len(found))
    if index == len(found):
        found.append(value)
    return Place(index)


def put_in(value: Any, values: list) -> Any:
    """The nest with the values at their places."""
    if isinstance(value, Place):
        return values[value.index]
    if type(value) in (list, tuple):
        return type(value)(put_in(v, values) for v in value)
    if isinstance(value, dict):
        return {k: put_in(v, values) for k, v in value.items()}
    return value
