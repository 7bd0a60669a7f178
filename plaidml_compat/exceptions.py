"""The warnings and errors of plaidml_compat, with their wording."""

from __future__ import annotations

from typing import Any, Callable

_teller: Callable[[Any], None] | None = None


def bind_teller(function: Callable[[Any], None]) -> None:
    """Call `function` with every error of these classes that is made: what a program catches happened all the same. `observe` binds it."""
    global _teller
    _teller = function


class PlaidMLCompatWarning(UserWarning):
    """Base class of the warnings about one op; `op`, `reason` and `advice` are attributes.

    Attributes:
        op: TensorFlow name of the op, e.g. `"tf.image.rot90"`.
        reason: why it happened.
        advice: what to do about it.
    """

    template = "{op}: {reason}. {advice}"

    def __init__(self, op: str, reason: str, advice: str = "") -> None:
        self.op, self.reason, self.advice = op, reason.rstrip("."), advice
        super().__init__(op, self.reason, advice)  # whoever makes it anew, from another process, does so from `args`

    def __str__(self) -> str:
        return self.template.format(op=self.op, reason=self.reason, advice=self.advice).strip()


class FallbackWarning(PlaidMLCompatWarning):
    """An op ran on the host although the device was asked for. The result is exact all the same."""

    template = "{op} ran on the host although the device was asked for: {reason}. {advice}"


class SlowOpWarning(PlaidMLCompatWarning):
    """An op runs where it was measured to be much slower than elsewhere."""

    template = "{op} is slow here: {reason}. {advice}"


class _Refusal(Exception):
    """An error about one op; `op`, `reason` and `advice` are attributes."""

    template = "{op}: {reason}. {advice}"

    def __init__(self, op: str, reason: str, advice: str = "") -> None:
        self._tell(op, reason, advice)
        if _teller is not None:
            _teller(self)

    def _tell(self, op: str, reason: str, advice: str) -> None:
        self.op, self.reason, self.advice = op, reason.rstrip("."), advice
        super().__init__(self.template.format(op=op, reason=self.reason, advice=advice).strip())

    def __reduce__(self) -> tuple[Any, tuple[type, str, str, str]]:
        return _again, (type(self), self.op, self.reason, self.advice)


def _again(cls: type[_Refusal], op: str, reason: str, advice: str) -> _Refusal:
    """An error that came from another process: it did not happen here."""
    error = cls.__new__(cls, op, reason, advice)
    error._tell(op, reason, advice)
    return error


class UnsupportedOpError(_Refusal, NotImplementedError):
    """What TensorFlow can do and plaidml_compat cannot: the base of the next two."""

    template = "{op} is not supported: {reason}. {advice}"


class UnsupportedNameError(UnsupportedOpError, AttributeError):
    """A TensorFlow name that plaidml_compat does not have.

    It is an `AttributeError`, so `hasattr` and `getattr(..., default)` keep their meaning.
    """


class UnsupportedArgumentError(UnsupportedOpError, ValueError, TypeError):
    """An argument, a value of one or a form of a call that TensorFlow takes and plaidml_compat does not.

    It is what Python and Keras raise for a wrong argument, and no `AttributeError`: where a property builds a layer, `getattr` with a
    default would swallow that.
    """

    template = "{op}: {reason}. {advice}"


class PlacementError(_Refusal, RuntimeError):
    """An op cannot run where it was asked to, and there is no exact way round it."""

    template = "{op} cannot run here: {reason}. {advice}"
