"""tf.errors: the errors of TensorFlow's operations, with TensorFlow's constructors and bases."""

from __future__ import annotations

import contextlib
import re
import types
from typing import Any

from .registry import export


@export("tf.errors.OpError")
class OpError(Exception):
    """An operation failed. As in TensorFlow its only base is `Exception`.

    Attributes:
        node_def: description of the graph node, here always `None` unless given.
        op: the operation, or `None`.
        message: what happened.
        error_code: TensorFlow's number for this kind of error.
    """

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int, *args: Any) -> None:
        super().__init__(message)
        self._node_def, self._op, self._message, self._error_code = node_def, op, message, error_code
        self._payloads: dict = {}

    @property
    def node_def(self) -> Any:
        """The graph node, or `None`."""
        return self._node_def

    @property
    def op(self) -> Any:
        """The operation, or `None`."""
        return self._op

    @property
    def message(self) -> str:
        """What happened."""
        return self._message

    @property
    def error_code(self) -> int:
        """TensorFlow's number for this kind of error."""
        return self._error_code

    @property
    def experimental_payloads(self) -> dict:
        """Details by key; empty here."""
        return self._payloads

    def __str__(self) -> str:
        return self._message

    def __reduce__(self) -> tuple:
        return OpError, (self._node_def, self._op, self._message, self._error_code)


class _CodedError(OpError):
    """An error of one kind."""

    code = 2

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, self.code)

    def __reduce__(self) -> tuple:
        return type(self), (self._node_def, self._op, self._message)


_KINDS = {
    "CancelledError": (1, "CANCELLED", "The operation was cancelled."),
    "UnknownError": (2, "UNKNOWN", "Something went wrong, and nothing more is known."),
    "InvalidArgumentError": (3, "INVALID_ARGUMENT", "An operation received an argument it cannot work with."),
    "DeadlineExceededError": (4, "DEADLINE_EXCEEDED", "The operation took too long."),
    "NotFoundError": (5, "NOT_FOUND", "A file or another resource was not found."),
    "AlreadyExistsError": (6, "ALREADY_EXISTS", "What was to be made exists already."),
    "PermissionDeniedError": (7, "PERMISSION_DENIED", "The caller may not do this."),
    "ResourceExhaustedError": (8, "RESOURCE_EXHAUSTED", "There was not enough memory, disk space or the like."),
    "FailedPreconditionError": (9, "FAILED_PRECONDITION", "The system is not in a state in which this can run."),
    "AbortedError": (10, "ABORTED", "The operation was aborted."),
    "OutOfRangeError": (11, "OUT_OF_RANGE", "The operation went past the end, e.g. of a dataset."),
    "UnimplementedError": (12, "UNIMPLEMENTED", "The operation is not implemented."),
    "InternalError": (13, "INTERNAL", "Something that should always hold did not."),
    "UnavailableError": (14, "UNAVAILABLE", "The runtime is not available."),
    "DataLossError": (15, "DATA_LOSS", "Data was lost or damaged."),
    "UnauthenticatedError": (16, "UNAUTHENTICATED", "The caller could not be identified."),
}


def _make(name: str, code: int, constant: str, doc: str) -> type[_CodedError]:
    cls = type(name, (_CodedError,), {"code": code, "__doc__": doc, "__module__": __name__})
    export(f"tf.errors.{name}")(cls)
    export(f"tf.errors.{constant}")(code)
    return cls


_classes = {name: _make(name, *about) for name, about in _KINDS.items()}
CancelledError = _classes["CancelledError"]
UnknownError = _classes["UnknownError"]
InvalidArgumentError = _classes["InvalidArgumentError"]
DeadlineExceededError = _classes["DeadlineExceededError"]
NotFoundError = _classes["NotFoundError"]
AlreadyExistsError = _classes["AlreadyExistsError"]
PermissionDeniedError = _classes["PermissionDeniedError"]
ResourceExhaustedError = _classes["ResourceExhaustedError"]
FailedPreconditionError = _classes["FailedPreconditionError"]
AbortedError = _classes["AbortedError"]
OutOfRangeError = _classes["OutOfRangeError"]
UnimplementedError = _classes["UnimplementedError"]
InternalError = _classes["InternalError"]
UnavailableError = _classes["UnavailableError"]
DataLossError = _classes["DataLossError"]
UnauthenticatedError = _classes["UnauthenticatedError"]


def file_error(path: str, error: OSError) -> OpError:
    """TensorFlow's error for an error of the operating system about a file."""
    kinds = (
        (FileNotFoundError, NotFoundError),
        (FileExistsError, AlreadyExistsError),
        (NotADirectoryError, FailedPreconditionError),
        (IsADirectoryError, FailedPreconditionError),
        (PermissionError, PermissionDeniedError),
    )
    kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), UnknownError)
    return kind(None, None, f"{path}; {error.strerror or error}")


_OF_AN_OP = re.compile(r"(?:tf|plaidml_compat)(?!\.keras\.layers)\.[\w.]+(?=: )")


def speak_for(error: Exception, name: str) -> None:
    """Put another name in front of an error's message, where that of an op is: a layer's, which the user wrote."""
    found = _OF_AN_OP.match(error.args[0]) if error.args and isinstance(error.args[0], str) else None
    if found:
        error.args = (name + error.args[0][found.end() :], *error.args[1:])
        if isinstance(error, OpError):
            error._message = error.args[0]


_OF_PYTHON = (
    ((ValueError, TypeError), InvalidArgumentError),
    ((NotImplementedError,), UnimplementedError),
    ((MemoryError,), ResourceExhaustedError),
    ((StopIteration,), OutOfRangeError),
)
_FIELDS = (types.MemberDescriptorType, types.GetSetDescriptorType)
_both: dict[tuple[type, type], Any] = {}


def as_op_error(error: BaseException, kind: type[_CodedError] | None = None) -> BaseException:
    """TensorFlow's error for one of another class: one that a user's function raised, to be raised `from` it, or a refusal of ours.

    It is an error of that class as well, with the same message and attributes, so that a program which catches either catches it.

    Args:
        error: what was raised, or would be. Errors of TensorFlow and those that end a program (`KeyboardInterrupt`) come back as they are.
        kind: TensorFlow's class; `None`: as TensorFlow chooses it for the error's class.
    """
    if not isinstance(error, Exception) or isinstance(error, OpError):
        return error
    theirs = type(error)
    kind = kind or next((ours for classes, ours in _OF_PYTHON if isinstance(error, classes)), UnknownError)
    try:
        if (theirs, kind) not in _both:
            own = {"__reduce__": lambda self: (as_op_error, (self._original, kind)), "__doc__": kind.__doc__, "__module__": __name__}
            _both[theirs, kind] = type(kind.__name__, (theirs, kind), own)
        both = _both[theirs, kind]
        made: Any = both.__new__(both, *error.args)
    except TypeError:  # a class that allows no subclass, or needs more than its arguments
        return kind(None, None, f"{theirs.__name__}: {error}")
    fields = {n for c in theirs.__mro__ for n, v in vars(c).items() if isinstance(v, _FIELDS) and not n.startswith("__")}
    for name in fields:
        with contextlib.suppress(AttributeError, TypeError):
            if getattr(error, name) is not None:  # a second name of None would be told in the message of `OSError`
                setattr(made, name, getattr(error, name))
    made.__dict__.update(
        error.__dict__,
        _node_def=None,
        _op=error.__dict__.get("op"),
        _message=str(error),
        _error_code=kind.code,
        _payloads={},
        _original=error,
    )
    made.args = error.args
    return made
