"""tf.strings.regex_replace and regex_full_match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Union

import numpy as np

from ...registry import Sample, op
from ...tensor import TensorLike
from ._each import each, one_text
from ._re2 import compiled, decoded, encoded


def _replace_samples() -> Iterator[Sample]:
    yield Sample("a group", ("/data/rose/1.jpg", r".*/(\w+)/[^/]*\.jpg$", r"\1"))
    yield Sample("once", ("aXbX", "X", "", False))
    yield Sample("several", (np.array([[b"a1", b"b22"], [b"", b"3"]], object), r"\d+", "#"))


def _match_samples() -> Iterator[Sample]:
    yield Sample("a name", ("cat.jpg", r"\w+\.(jpg|png)"))
    yield Sample("several", (np.array([[b"a", b"b"], [b"", b"ab"]], object), "[ab]"))


@op("tf.strings.regex_replace", accepts={"input": "string"}, samples=_replace_samples, parity="equal")
def regex_replace(input: TensorLike, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None) -> TensorLike:
    r"""What a regular expression matches, replaced.

    Args:
        input: strings of any shape.
        pattern: a regular expression as RE2 reads it, which knows no lookahead and no references backwards. `\p` is not built, and
            upper and lower case are those of ASCII.
        rewrite: what comes instead; `\1` is what the first group matched, `\0` everything.
        replace_global: everywhere, and not only for the first time.
        name: ignored.

    Returns:
        Strings, of the same shape.

    Raises:
        InvalidArgumentError: RE2 does not read the pattern, or an argument is no scalar.
        UnsupportedArgumentError: Python's `re` cannot express the pattern.
    """
    expression = compiled("tf.strings.regex_replace", one_text("tf.strings.regex_replace", "pattern", pattern))
    parts = _rewrite(decoded(one_text("tf.strings.regex_replace", "rewrite", rewrite)))
    if any(isinstance(p, int) and p > expression.groups for p in parts):
        return input.copy()  # so does TensorFlow
    return each(lambda s: encoded(_replaced(expression, decoded(s), parts, replace_global)), input)


def _rewrite(text: str) -> list[Union[str, int]]:
    """Texts, and numbers of groups, up to the first escape that there is not."""
    parts: list[Union[str, int]] = []
    i = 0
    while i < len(text):
        if text[i] != "\\":
            parts.append(text[i])
            i += 1
            continue
        escaped = text[i + 1 : i + 2]
        if escaped == "\\":
            parts.append("\\")
        elif escaped and escaped in "0123456789":
            parts.append(int(escaped))
        else:
            break
        i += 2
    return parts


def _replaced(expression: re.Pattern[str], text: str, parts: list[Union[str, int]], everywhere: bool) -> str:
    out: list[str] = []
    at, last = 0, -1
    while at <= len(text):
        found = expression.search(text, at)
        if found is None:
            break
        out.append(text[at : found.start()])
        if found.end() == found.start() == last:
            # RE2 finds nothing right behind what it found, unlike Python.
            out.append(text[found.start() : found.start() + 1])
            at = found.start() + 1
            last = -1
            continue
        out += [p if isinstance(p, str) else found[p] or "" for p in parts]
        at = last = found.end()
        if not everywhere:
            break
    out.append(text[at:])
    return "".join(out)


@op("tf.strings.regex_full_match", accepts={"input": "string"}, samples=_match_samples, parity="equal")
def regex_full_match(input: TensorLike, pattern: Any, name: str | None = None) -> TensorLike:
    """Whether a regular expression matches all of a string.

    Args:
        input: strings of any shape.
        pattern: a regular expression, as for `tf.strings.regex_replace`.
        name: ignored.

    Returns:
        bool, of the same shape.

    Raises:
        InvalidArgumentError: RE2 does not read the pattern, or it is no scalar.
        UnsupportedArgumentError: Python's `re` cannot express the pattern.
    """
    expression = compiled("tf.strings.regex_full_match", one_text("tf.strings.regex_full_match", "pattern", pattern))
    return each(lambda s: expression.fullmatch(decoded(s)) is not None, input, bool)
