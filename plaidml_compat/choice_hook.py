"""Who hears that a program asks a tensor for its truth, or goes through its elements: random/branches.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable


class _Heard:
    """Who hears it; nobody until `bind_choices` is called."""

    truth: Callable[[bool], None] = staticmethod(lambda value: None)
    elements: Callable[[Iterator[Any]], Iterator[Any]] = staticmethod(lambda elements: elements)


def bind_choices(truth: Callable[[bool], None], elements: Callable[[Iterator[Any]], Iterator[Any]]) -> None:
    """Let `truth(value)` hear what `Tensor.__bool__` gives, and give what `elements(...)` makes of a tensor's elements."""
    _Heard.truth, _Heard.elements = staticmethod(truth), staticmethod(elements)


def chosen(value: bool) -> bool:
    """The value, heard of; called by the method that the program's line calls."""
    _Heard.truth(value)
    return value


def gone_through(elements: Iterator[Any]) -> Iterator[Any]:
    """The elements, heard of; called likewise."""
    return _Heard.elements(elements)
