"""What can be known about a TensorFlow name, as data."""

from __future__ import annotations

import enum
from dataclasses import dataclass

STATUSES = ("device", "host", "unsupported", "not built", "unknown")
"""`device`: a PlaidML device can run it, at least inside a model. `host`: it runs on the host alone. `unsupported`: it is not here, and the
reason is declared. `not built`: nobody has built it yet. `unknown`: TensorFlow has no such name."""
OF_TENSORFLOW = tuple(s for s in STATUSES if s != "unknown")
"""Those that a name of TensorFlow's can have."""


class Determinism(enum.Enum):
    """What repeats."""

    SAME = "same"
    """The same result for the same arguments."""
    SEEDS = "seeds"
    """TensorFlow's random numbers for the same seed."""


@dataclass(frozen=True)
class Bound:
    """A limit of a device kernel.

    Attributes:
        op: the op whose kernel it is.
        engine: the only engine whose kernel has it; `None`: every one.
        kind: `"wrong"`, `"crash"` or `"slow"`: what would happen without it.
        reason: why.
        advice: what to do.
    """

    op: str
    engine: str | None
    kind: str
    reason: str
    advice: str


@dataclass(frozen=True)
class CallLimit:
    """A form of a call that is refused, wherever it would run.

    Attributes:
        of: the name of which it is declared: this one or another one of it, or a class that it derives from.
        reason: why.
        advice: what to do.
        inherited: whether it is declared of a class that it derives from.
    """

    of: str
    reason: str
    advice: str
    inherited: bool = False


@dataclass(frozen=True)
class Slowness:
    """Where an op called on its own was measured to be slow on the project's machines."""

    op: str
    engine: str
    reason: str
    advice: str


@dataclass(frozen=True)
class About:
    """What is known about a name, all of it declared: nothing here was measured on this machine, and nothing ran.

    Attributes:
        name: as it was asked for.
        canonical: the name that the registry uses first.
        family: the part of TensorFlow that it belongs to, e.g. `"tf.image"`.
        kind: `"op"`, `"layer"`, or of what is no op: `"class"`, `"function"`, `"method"`, `"property"`, `"module"`, `"constant"`.
        status: one of `STATUSES`.
        source: who serves it: `"plaidml_compat"`, `"Keras 2.2.4"`, a package that declares ops of its own, or nobody: `""`.
        engines: on which of PlaidML's engines it can run inside a model.
        head_only: why it can be at the head of a model alone, where it runs on the host; empty: it is not bound to that.
        in_map: whether it is an op or a layer that runs in `Dataset.map`, on the host.
        reason: why it is not here, or is on the host alone.
        instead: what to use instead.
        limits: of its device kernels.
        slow: where its device kernels were measured to be slow.
        parity: agreement with TensorFlow, in words.
        tolerance: largest difference from TensorFlow that one of its samples may have; `None`: it has no samples.
        device_tolerances: (engine, the same for its kernel), where that is larger.
        determinism: what repeats; `None`: not declared.
        versions: of TensorFlow that have it.
    """

    name: str
    canonical: str
    family: str
    kind: str
    status: str
    source: str = ""
    engines: tuple[str, ...] = ()
    head_only: str = ""
    in_map: bool = False
    reason: str = ""
    instead: str = ""
    limits: tuple[Bound, ...] = ()
    slow: tuple[Slowness, ...] = ()
    parity: str = ""
    tolerance: float | None = None
    device_tolerances: tuple[tuple[str, float], ...] = ()
    determinism: Determinism | None = None
    versions: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """True for a name that is served."""
        return self.status in ("device", "host")
