"""The warnings and errors of plaidml_compat, with their wording."""

from __future__ import annotations


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
        super().__init__(self.template.format(op=op, reason=self.reason, advice=advice).strip())

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.op, self.reason, self.advice)


class FallbackWarning(PlaidMLCompatWarning):
    """An op ran on the host although the device was asked for. The result is exact all the same."""

    template = "{op} ran on the host although the device was asked for: {reason}. {advice}"


class SlowOpWarning(PlaidMLCompatWarning):
    """An op runs where it was measured to be much slower than elsewhere."""

    template = "{op} is slow here: {reason}. {advice}"


class UnsupportedOpError(AttributeError, NotImplementedError):
    """A TensorFlow name, or a form of one, that plaidml_compat does not have.

    It is an `AttributeError`, so `hasattr` and `getattr(..., default)` keep their meaning.
    """

    def __init__(self, op: str, reason: str, advice: str = "") -> None:
        self.op, self.reason, self.advice = op, reason.rstrip("."), advice
        super().__init__(f"{op} is not supported: {self.reason}. {advice}".strip())

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.op, self.reason, self.advice)


class PlacementError(RuntimeError):
    """An op cannot run where it was asked to, and there is no exact way round it."""

    def __init__(self, op: str, reason: str, advice: str = "") -> None:
        self.op, self.reason, self.advice = op, reason.rstrip("."), advice
        super().__init__(f"{op} cannot run here: {self.reason}. {advice}".strip())

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.op, self.reason, self.advice)
