"""The arguments of a call, by TensorFlow's places and names, made those of the function that is served."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Container, Iterable
from typing import Any, Callable

from .call_limits import Declared, check_call
from .declarations import RegistrationError


class Binder:
    """Binds calls of one function as TensorFlow would, refuses what is declared, and leaves out what the function does not know.

    Args:
        name: TensorFlow's, under which it is declared.
        declared: what is.
        signature: of the function, without `self`.
        known: more keywords that it takes, through its `**kwargs`.
    """

    def __init__(self, name: str, declared: Declared, signature: inspect.Signature, known: Container[str] = ()) -> None:
        self._name, self._declared, self._signature, self._known = name, declared, signature, known
        own = [p.name for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self._any_number = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values()) and declared.parameters is None
        self._order = tuple(own) if declared.parameters is None else declared.parameters
        arguments = declared.arguments
        named = {p.name for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD}
        self._dropped = {n for n in arguments if n not in named and n not in known}
        # Most calls need no look: as many arguments by position mean the same here and there, and no limit looks at them or the keywords.
        self._watched = arguments | set(declared.ours)
        self._same = _leading(here == declared.ours.get(there, there) for there, here in zip(self._order, own))
        self._most = min(self._same, _leading(n not in arguments for n in self._order))

    def bind(self, args: tuple, kwargs: dict[str, Any], spoken: Callable[[], str] | None = None) -> tuple[tuple, dict[str, Any]]:
        """The arguments for the function, by place and by name.

        Args:
            args: of the call.
            kwargs: of the call.
            spoken: tells the name for messages, where it is another.

        Raises:
            UnsupportedArgumentError: the call meets a limit.
            TypeError: more arguments than TensorFlow takes, or one that is given twice.
        """
        __tracebackhide__ = True
        if len(args) <= self._most and self._watched.isdisjoint(kwargs):
            return args, kwargs
        order, ours, said = self._order, self._declared.ours, spoken or (lambda: self._name)
        if len(args) > len(order) and not self._any_number:
            raise TypeError(f"{said()}() takes at most {len(order)} arguments by position; received {len(args)}")
        placed = dict(zip(order, args))
        for name in kwargs:
            if name in placed:
                raise TypeError(f"{said()}() got multiple values for argument {name!r}")
        check_call(self._name, {**placed, **kwargs}, said)
        by_name = [*list(placed.items())[self._same :], *kwargs.items()]
        left = args[: self._same] if len(args) <= len(order) else args
        return left, {ours.get(n, n): value for n, value in by_name if n not in self._dropped}

    def signature(self) -> inspect.Signature:
        """How TensorFlow's is called: its parameters in its order, then those that are by name alone here.

        Raises:
            RegistrationError: an argument that must be given comes after one that may be left out.
        """
        own, ours = dict(self._signature.parameters), self._declared.ours
        if self._declared.parameters is None:
            return self._signature
        found = []
        for name in self._order:
            p = own.pop(ours.get(name, name), None) or inspect.Parameter(
                name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=self._declared.default(name)
            )
            found.append(p.replace(name=name, kind=p.POSITIONAL_OR_KEYWORD))
        for p in own.values():
            if p.kind is not p.VAR_POSITIONAL:
                found.append(p if p.kind is p.VAR_KEYWORD else p.replace(kind=p.KEYWORD_ONLY))
        try:
            return self._signature.replace(parameters=found)
        except ValueError as e:
            raise RegistrationError(f"limit_calls: {self._name}: parameters={' '.join(self._order)!r}: {e}") from None


def _leading(answers: Iterable[bool]) -> int:
    """How many are true before the first that is not."""
    return sum(itertools.takewhile(bool, answers))
