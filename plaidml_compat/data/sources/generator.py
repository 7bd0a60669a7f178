"""Dataset.from_generator: elements from a Python generator."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np

from ...errors import InvalidArgumentError, UnknownError, as_op_error
from ...exceptions import UnsupportedArgumentError
from ...registry import export
from ...tensor import as_array
from ...tensor_shape import TensorShape
from ..dataset import Dataset, source
from ..nest import leaves, map_nest, map_up_to
from ..node import UNKNOWN, Node, Run
from ..passes import Mark, Pass
from ..spec import TensorSpec


class Generator(Node):
    """Calls the generator function anew for each pass, and converts what it yields."""

    tf_name = "_FlatMapDataset"

    def __init__(self, function: Callable[..., Any], args: tuple, spec: Any) -> None:
        super().__init__()
        self._function, self._args, self._declared = function, args, spec

    def _spec(self) -> Any:
        return self._declared

    def cardinality(self) -> int:
        return UNKNOWN

    def _begin(self, run: Run, mark: Mark) -> Pass:
        return _Yielded(self._values, self.convert, mark or 0)

    def _values(self) -> Iterator[Any]:
        return iter(self._function(*(a[()] if not a.ndim else a for a in self._args)))

    def convert(self, value: Any) -> Any:
        """What was yielded, as a nest of arrays of the declared kind.

        Raises:
            InvalidArgumentError: it does not match.
        """
        declared = self._declared
        if type(declared) is TensorSpec:
            return _component(declared, value, declared.shape.rank is None)
        try:
            return map_up_to(_component, declared, value)
        except (TypeError, ValueError) as e:
            raise InvalidArgumentError(
                None,
                None,
                "TypeError: `generator` yielded an element that did not match the expected structure. "
                f"The expected structure was {declared!r}, but the yielded element was {value!r:.200}.",
            ) from e


class _Yielded(Pass):
    """What a generator yields; it begins with the first element. Going on means to run it again up to there."""

    def __init__(self, begin: Callable[[], Iterator[Any]], convert: Callable[[Any], Any], done: int) -> None:
        super().__init__()
        self._begin, self._convert, self._done = begin, convert, done
        self._values: Iterator[Any] | None = None

    def __next__(self) -> Any:
        try:
            if self._values is None:
                self._values = self._begin()
                for _ in itertools.islice(self._values, self._done):
                    pass
            value = next(self._values)
        except StopIteration:
            raise
        except Exception as e:
            raise as_op_error(e) from e
        self._done += 1
        return self._convert(value)

    def mark(self) -> Mark:
        return self._done

    def close(self) -> None:
        values, self._values = self._values, iter(())
        close = getattr(values, "close", None)
        if close is not None:
            close()


def _component(spec: TensorSpec, value: Any, as_tensor: bool = False) -> np.ndarray:
    """An array of its own: a generator may go on to write into what it yielded.

    TensorFlow lets NumPy convert, to which 1.5 is 1 where a whole number is declared, but not the only component of unknown rank.
    """
    try:
        a = as_array(value, spec.dtype) if as_tensor or spec.dtype == "string" else np.asarray(value)
        a = a.astype(spec.dtype.np_type)
    except (TypeError, ValueError, OverflowError) as e:
        # As TensorFlow's: it does not foresee numbers that no integer type holds.
        error = UnknownError if isinstance(e, OverflowError) else InvalidArgumentError
        raise error(
            None,
            None,
            "TypeError: `generator` yielded an element that could not be converted to the expected type. "
            f"The expected type was {spec.dtype.name}, but the yielded element was {value!r:.200}.",
        ) from e
    if tuple.__ne__(spec.shape, a.shape) and not spec.shape.is_compatible_with(a.shape):
        raise InvalidArgumentError(
            None,
            None,
            f"ValueError: `generator` yielded an element of shape {a.shape} where an element of shape {spec.shape} was expected.",
        )
    return a


@export("tf.data.Dataset.from_generator")
@source
def from_generator(
    generator: Callable[..., Any],
    output_types: Any = None,
    output_shapes: Any = None,
    args: tuple | None = None,
    output_signature: Any = None,
    name: str | None = None,
) -> Dataset:
    """A dataset of what a generator function yields.

    Args:
        generator: called without arguments, or with `args`, for each pass.
        output_types: nest of dtypes of an element.
        output_shapes: nest of shapes; unknown by default.
        args: tensors, given to the function as NumPy arrays.
        output_signature: nest of `tf.TensorSpec`s, instead of types and shapes.
        name: ignored.

    Raises:
        TypeError: `generator` is not callable, or neither or both of the two forms were given.
        InvalidArgumentError: when iterated: an element does not match.
        OpError: when iterated: the generator raised an error. It is of the class of that error as well.
    """
    if not callable(generator):
        raise TypeError(f"`generator` must be a Python callable. Received {generator!r}")
    if output_signature is not None:
        if output_types is not None or output_shapes is not None:
            raise TypeError("The `output_types` and `output_shapes` arguments cannot be set together with `output_signature`")
        for s in leaves(output_signature):
            if not isinstance(s, TensorSpec):
                if hasattr(s, "dtype"):  # another spec of TensorFlow's
                    raise UnsupportedArgumentError(
                        "tf.data.Dataset.from_generator",
                        f"`output_signature` must contain `tf.TensorSpec`s; received {s!r}",
                        "Yield tensors, and make another kind of them in Dataset.map",
                    )
                raise TypeError(f"`output_signature` must contain `tf.TensorSpec`s; received {s!r} of type {type(s)}")
        spec = output_signature
    elif output_types is None:
        raise TypeError("tf.data.Dataset.from_generator: give either `output_signature` or `output_types`; received neither")
    else:
        types = tuple(output_types) if isinstance(output_types, list) else output_types
        shapes = map_nest(lambda t: TensorShape(None), types) if output_shapes is None else output_shapes
        spec = map_up_to(lambda t, shape: TensorSpec(shape, t), types, shapes)
    return Dataset(Generator(generator, tuple(as_array(a) for a in args or ()), spec))
