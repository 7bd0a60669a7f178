"""What a profile says: of each op, layer and function of the device, and of all of them together."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("op", "layer", "loading", "function", "other")
"""`loading`: files read and decoded. `function`: a function of the device, such as a training step. `other`: a function of TensorFlow's
that is no op, such as `tf.random.normal`, or a random one that calls ops, as `tf.image.random_brightness` does."""


@dataclass(frozen=True)
class Clock:
    """Seconds of a block.

    Attributes:
        wall: from its beginning to its end, or until now.
        covered: of these, with something running that counts, in whatever thread.
        imported: spent in imports of libraries that ops and functions made when they first needed them; in no row.
    """

    wall: float = 0.0
    covered: float = 0.0
    imported: float = 0.0


@dataclass(frozen=True)
class Place:
    """A line of the program.

    Attributes:
        file: as Python names it in tracebacks.
        line: from 1.
        count: how often it happened there.
        seconds: spent there in ops, where it is about runs of them.
    """

    file: str
    line: int
    count: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Reason:
    """Why something did not run as asked, or slowly.

    Attributes:
        kind: `"fallback"` (it ran on the host though the device was asked for), `"slow"`, `"refused"` (it raised an error).
        reason: why, as a clause.
        advice: what to do.
        count: how often.
        places: where in the program, most frequent first.
    """

    kind: str
    reason: str
    advice: str
    count: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Copies:
    """Arrays that went to the device, or came from it.

    Attributes:
        count: number of arrays.
        bytes: their size, together.
    """

    count: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class ProfileRow:
    """What one op, layer or function of the device did.

    Attributes:
        name: TensorFlow's; a layer's ops count under the layer's. Of a function of the device, Keras' name for it.
        kind: one of `KINDS`.
        host_calls: runs on the host; of a function that is no op, calls. A layer counts one for each op that it runs; a function of
            elementwise ops that `Dataset.map` applies to many elements at once counts one for all of these.
        device_calls: runs on the device, called one by one; of a function, its steps.
        host_seconds: in host kernels and functions, without what ran inside and counts by itself, and without imports of libraries; of
            all threads, added up.
        device_seconds: the same on the device; copies and compilations are included, as the caller waits for them.
        built: how often it was built into a graph, whose steps it is then a part of.
        to_device: arrays sent for it.
        from_device: arrays that came back.
        compilations: runs that were the first with arrays of these shapes, and compiled.
        compile_seconds: of these runs; they are in `device_seconds` too.
        reasons: fallbacks, what was slow, what was refused.
        places: lines that called it; empty unless the profile was asked for `sites`.
    """

    name: str
    kind: str
    host_calls: int = 0
    device_calls: int = 0
    host_seconds: float = 0.0
    device_seconds: float = 0.0
    built: int = 0
    to_device: Copies = Copies()
    from_device: Copies = Copies()
    compilations: int = 0
    compile_seconds: float = 0.0
    reasons: tuple[Reason, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def seconds(self) -> float:
        """On the host and on the device."""
        return self.host_seconds + self.device_seconds

    def number_of(self, kind: str) -> int:
        """How often there was a reason of a kind: `"fallback"`, `"slow"` or `"refused"`."""
        return sum(r.count for r in self.reasons if r.kind == kind)


@dataclass(frozen=True)
class Totals:
    """The whole profile in numbers.

    Attributes:
        wall_seconds: from the block's beginning to its end, or until now.
        covered_seconds: of these, with at least one op, step or other function running, in whatever thread.
        import_seconds: spent in imports of libraries (OpenCV, Pillow) that ops made when they first needed them; no op time.
        host_seconds: op time on the host: seconds of all host calls, of all threads, added up; it may exceed wall time.
        device_seconds: op time on the device: seconds of ops called there one by one and of steps.
        host_calls: calls of ops on the host.
        device_calls: calls of ops on the device, one by one.
        other_calls: calls of TensorFlow's functions that are no ops.
        steps: calls of functions of the device.
        built: how often an op was built into a graph.
        fallbacks: runs on the host though the device was asked for.
        refused: errors that said that something is not supported, or cannot run where it was asked to.
        to_device: arrays sent to the device.
        from_device: arrays that came back.
        compilations: first runs of something on the device with arrays of their shapes.
        compile_seconds: of these runs.
    """

    wall_seconds: float
    covered_seconds: float
    import_seconds: float
    host_seconds: float
    device_seconds: float
    host_calls: int
    device_calls: int
    other_calls: int
    steps: int
    built: int
    fallbacks: int
    refused: int
    to_device: Copies
    from_device: Copies
    compilations: int
    compile_seconds: float

    @property
    def op_seconds(self) -> float:
        """Op time on the host and on the device."""
        return self.host_seconds + self.device_seconds

    @property
    def device_share(self) -> float | None:
        """The part of op time that ran on the device, 0 to 1: seconds of ops called there and of steps over all op seconds.

        `None` where there was no op time.
        """
        return self.device_seconds / self.op_seconds if self.op_seconds else None

    @property
    def other_seconds(self) -> float:
        """Wall time in which nothing ran that is counted: Python, imports at the top of files, waiting, other libraries."""
        return max(self.wall_seconds - self.covered_seconds, 0.0)


def totals_of(rows: list[ProfileRow], clock: Clock) -> Totals:
    """The sums over rows."""

    def copies(way: str) -> Copies:
        each = [getattr(r, way) for r in rows]
        return Copies(sum(c.count for c in each), sum(c.bytes for c in each))

    return Totals(
        wall_seconds=clock.wall,
        covered_seconds=clock.covered,
        import_seconds=clock.imported,
        host_seconds=sum(r.host_seconds for r in rows),
        device_seconds=sum(r.device_seconds for r in rows),
        host_calls=sum(r.host_calls for r in rows if r.kind != "other"),
        device_calls=sum(r.device_calls for r in rows if r.kind != "function"),
        other_calls=sum(r.host_calls for r in rows if r.kind == "other"),
        steps=sum(r.device_calls for r in rows if r.kind == "function"),
        built=sum(r.built for r in rows),
        fallbacks=sum(r.number_of("fallback") for r in rows),
        refused=sum(r.number_of("refused") for r in rows),
        to_device=copies("to_device"),
        from_device=copies("from_device"),
        compilations=sum(r.compilations for r in rows),
        compile_seconds=sum(r.compile_seconds for r in rows),
    )
