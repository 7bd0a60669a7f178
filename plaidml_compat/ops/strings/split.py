"""tf.strings.split: the parts of a string between separators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...exceptions import UnsupportedArgumentError
from ...registry import Sample, op
from ...tensor import TensorLike
from ...trial_flag import made_up_length
from ._each import one_text, texts


def _samples() -> Iterator[Sample]:
    yield Sample("a path", ("/data/flowers/roses/12.jpg", "/"))
    yield Sample("white space", (" a  b\tc ",))
    yield Sample("once", ("a,b,,c", ",", 1))
    yield Sample("nothing", ("",))


def _check(input: Any, sep: Any = None, maxsplit: Any = -1, name: str | None = None) -> None:
    if len(input.shape):
        raise UnsupportedArgumentError(
            "tf.strings.split",
            "the parts of several strings differ in number, and TensorFlow returns a tf.RaggedTensor, which there is none of; received "
            f"strings of shape {tuple(input.shape)}",
            "Split one string at a time, in Dataset.map before batch",
        )


@op("tf.strings.split", accepts={"input": "string"}, check=_check, samples=_samples, parity="equal")
def split(input: TensorLike, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> TensorLike:
    """The parts of one string between separators.

    Args:
        input: a scalar string.
        sep: the separator; `None` or empty: runs of white space, of which those at both ends are dropped.
        maxsplit: how often it is split at most; below 0: without limit.
        name: ignored.

    Returns:
        Strings, of shape (parts,).

    Raises:
        InvalidArgumentError: `sep` is no scalar.
        UnsupportedArgumentError: `input` is no scalar.
    """
    separator = b"" if sep is None else one_text("tf.strings.split", "sep", sep)
    length = made_up_length()
    if length is not None:
        return texts([b""] * length)
    return texts(_parts(input[()], separator, int(maxsplit)))


def _parts(text: bytes, separator: bytes, most: int) -> list[bytes]:
    if most == 0:
        return [text]
    if separator:
        return text.split(separator, most)
    parts = text.split(None, most)
    # Python leaves out what remains after the last split where that is empty; TensorFlow does not.
    return [*parts, b""] if len(parts) == most else parts
