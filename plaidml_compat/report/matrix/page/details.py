"""What opens below a row: all that is declared about a name, then what was measured, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from urllib.parse import quote

from .. import words
from ..row import Row
from .columns import Group


def of(row: Row, groups: Sequence[Group]) -> str:
    """A list of terms and descriptions; terms of which nothing is known are left out."""
    terms = ((term, [d for d in said if d]) for term, said in _terms(row, groups))
    return f"<dl>{''.join(f'<dt>{term}</dt>' + ''.join(f'<dd>{d}</dd>' for d in said) for term, said in terms if said)}</dl>"


def advice(instead: str) -> str:
    """What to do, set apart from why; empty where there is nothing."""
    return f'<span class="do">{escape(instead)}</span>' if instead else ""


def link(text: str, state: str) -> str:
    """To a state of this page: the name of a row, or what the script keeps in the address."""
    return f'<a href="#{quote(state, safe="=")}">{escape(text)}</a>'


def _terms(row: Row, groups: Sequence[Group]) -> Iterator[tuple[str, Iterable[str]]]:
    model, declared = row.in_model, row.declared
    yield "Why", [escape(row.reason)]
    yield "What to do", [advice(row.instead)]
    yield "Limits", [*_with_advice(words.limits_of_calls(row)), *(f"those of {link(c, c)} too" for c in words.limiting_classes(row))]
    yield "In a model", [escape(model.words)]
    yield "Limits on the device", _with_advice(words.limits_on_device(row))
    yield "Slow on the device", _with_advice(words.slow(row))
    yield "Agreement", [escape(declared.parity)]
    yield "Tolerance", [words.tolerance(declared)]
    yield "Repeated", [escape(words.repeats(declared))]
    yield "Measured by the project", [_measured(row, g) for g in groups if row.works and not g.here]
    yield "Measured here", [_measured(row, g) for g in groups if row.works and g.here]
    yield "Same as", [link(row.same_as, row.same_as)] if row.same_as else []
    yield "Served by", [escape(row.source)]
    yield "In TensorFlow", [escape(", ".join(row.versions))]


def _with_advice(said: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{escape(what)} {advice(do)}" for what, do in said]


def _measured(row: Row, group: Group) -> str:
    if group.measurement is None:
        return escape(group.where)
    return escape(f"{group.where}: {words.found(row, group.measurement) or 'not measured'}")
