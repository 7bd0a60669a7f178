"""The process in which ops and layers are measured, one after the other: `asking` starts it, and starts it anew when it dies.

Run as a program with a device's id (or "", the default device) and a folder of goldens (or ""), it says `{"ready"}` and then reads
requests, a line of JSON each: `{"name", "parts"}`, parts being `[what, place]`. To each part it answers `{"found"}`, and before it whenever
it begins something `{"at": [what, place], "doing"}`: if it dies, that is what killed it. It ends, whatever it is doing, when its standard
input does: then whoever asked is gone.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import statistics
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import numpy as np

BATCHES = (32, 4)
"""Images in a batch: the smaller one where the first call on the larger takes longer than `_LONG`."""
_LONG = {"host": 2.0, "device": 12.0}
"""Seconds; those on the device are mostly compilation, which a batch of another size needs again."""
_ENOUGH = 0.4
"""Seconds that are spent on repeating a call, but for three times at least."""
_SLOW = 2.0
"""Seconds from which on one call, after two to warm up, is enough."""


class Worker:
    """Measures on one device.

    Attributes:
        folder: goldens; `None`: there are none.
        say: sends an answer.
        engine: of the device.
    """

    def __init__(self, device: str, folder: Path | None, say: Callable[[dict], None]) -> None:
        import plaidml_compat

        self.folder, self.say = folder, say
        plaidml_compat.install(device or None, fallback="error", shadow_tensorflow=True)
        self.tf: Any = importlib.import_module("tensorflow")
        from ...device import current_engine

        self.engine = current_engine()
        self._chosen: tuple[Any, dict[str, Any]] = (None, {})

    def places(self) -> dict[str, list]:
        """Of every op and layer its names, and the places where it can be measured."""
        from ...goldens import ops_of
        from ...registry import LayerEntry, Op, entries

        found = {}
        for entry in entries():
            if isinstance(entry, (Op, LayerEntry)):
                ops = ops_of(entry)
                on_device = bool(ops) and all(op.find_kernel("device", self.engine) for op in ops)
                found[entry.name] = [entry.names, ["host", "device"] if on_device else ["host"]]
        return found

    def answer(self, request: dict) -> None:
        """Measure the parts that a request asks for."""
        from ...registry import OPS

        entry = OPS[request["name"]]
        places = [p for p in ("device", "host") if ["speed", p] in request["parts"]]
        self._chosen = (None, {})
        for what, place in request["parts"]:
            try:
                found = self.error(entry, place) if what == "error" else self.speed(entry, place, places)
            except Exception as e:
                found = {"note": _said(e)}
            self.say({"found": found})

    def _begins(self, what: str, place: str, doing: str) -> None:
        self.say({"at": [what, place], "doing": doing})

    # ------------------------------------------------------------------------------------------------------ how exact
    def error(self, entry: Any, place: str) -> dict[str, Any]:
        """The largest difference from TensorFlow in all samples of an entry."""
        from ... import goldens
        from ...exceptions import PlacementError
        from ...registry import entries

        samples = entry.samples()
        if not samples:
            layers = [e.name for e in entries() if entry in getattr(e, "ops", ())]
            return {"note": "it has no samples of its own" + (f"; {layers[0]} has, which applies it" if layers else "")}
        if self.folder is None:
            return {"note": "goldens are not here"}
        worst: float | None = None
        beyond, problems = 0, []
        for sample in samples:
            self._begins("error", place, f"sample {sample.id!r}")
            try:
                with _at(place):
                    got = goldens.run(self.tf, entry, sample)
                for key, is_, should_be in goldens.side_by_side(entry, sample, got, self.folder):
                    difference = goldens.difference(is_, should_be)[0]
                    if goldens.is_draw(key) and difference:
                        raise goldens.Different(f"{entry.name}, {sample.id}: it draws other numbers")
                    worst = max(worst or 0.0, difference)
            except PlacementError as e:
                if e.reason in self._declared(entry):
                    beyond += 1
                else:
                    problems.append(f"{sample.id}: {_said(e)}")
            except goldens.StaleGolden:
                problems.append(f"{sample.id}: the golden is missing, or of another version of the sample")
            except goldens.Different as e:
                problems.append(f"differs: {e}")
            except Exception as e:
                problems.append(f"{sample.id}: {_said(e)}")
        notes = [f"beyond a limit: {beyond} of {len(samples)} samples"] if beyond else []
        if problems:
            notes.append(problems[0] + (f" ({len(problems)} of {len(samples)} samples)" if problems[1:] else ""))
        if worst is not None and np.isinf(worst):
            notes.append("differs: infinity or NaN in place of a number")
        exact = not problems and worst is not None and np.isfinite(worst)
        return {**({"note": "; ".join(notes)} if notes else {}), **({"error": worst} if exact else {})}

    def _declared(self, entry: Any) -> set[str]:
        """Why samples may be refused."""
        from ... import dispatch, goldens

        limits = [limit for op in goldens.ops_of(entry) for kernel in op.kernels for limit in kernel.limits]
        return {limit.reason for limit in [*limits, *dispatch.general_limits(self.engine)]}

    # ------------------------------------------------------------------------------------------------------- how fast
    def speed(self, entry: Any, place: str, places: list[str]) -> dict[str, Any]:
        """Images per second of the most typical call that works, and whether it gives the same bits twice.

        Args:
            entry: an op or a layer.
            place: where.
            places: where the same call should work, so that its rates can be compared.
        """
        if self._chosen[0] is not entry:
            self._chosen = (entry, self._choose(entry, places))
        chosen = self._chosen[1][place]
        if isinstance(chosen, str):
            return {"note": chosen}
        number, taken = chosen
        call = self._call(entry, number, BATCHES[taken > _LONG[place]])
        self._begins("speed", place, call.about)
        with _at(place, check=False):
            first = call.make()()
            again = call.make()
            second = again()
            start = time.perf_counter()
            again()
            seconds = [time.perf_counter() - start]
            while len(seconds) < (3 if sum(seconds) > _ENOUGH else 15) and seconds[0] < _SLOW:
                start = time.perf_counter()
                again()
                seconds.append(time.perf_counter() - start)
        rate = call.images / max(statistics.median(seconds), 1e-9)
        return {"images_per_second": float(f"{rate:.4g}"), "repeatable": _same(first, second), "call": call.about}

    def _choose(self, entry: Any, places: list[str]) -> dict[str, Any]:
        """Place -> number of the call to measure and seconds that its first run took, or why there is none."""
        from .typical_calls import calls

        problems: dict[str, str] = {}
        idle: dict[str, Any] = {}
        for number, call in enumerate(calls(self.tf, entry, BATCHES[0])):
            worked: dict[str, Any] = {}
            does_nothing = False
            for place in places:
                self._begins("speed", place, call.about)
                try:
                    small = not call.sure and places == ["host"]  # what only may take images may be made for few of them
                    one = self._call(entry, number, BATCHES[1]) if small else call
                    start = time.perf_counter()
                    with _at(place):
                        out = one.make()()
                    worked[place] = (number, (time.perf_counter() - start) * BATCHES[0] / BATCHES[small])
                    does_nothing = place == "host" and len(out) == 1 and _is_same_array(out[0], one.given)
                except Exception as e:
                    if isinstance(e, ImportError) and worked:  # OpenCV is missing: that says nothing about the call
                        worked[place] = _said(e)
                        continue
                    problems.setdefault(place, _said(e) if call.sure else "takes no images")
                    break
            if len(worked) == len(places):
                if not does_nothing:
                    return worked
                idle = idle or worked
        if idle:
            return idle
        if len(places) > 1:
            why = "no call of it works at both places" if problems else "takes no images"
            return {**self._choose(entry, places[1:]), places[0]: problems.get(places[0], why)}
        return {p: problems.get(p, "takes no images") for p in places}

    def _call(self, entry: Any, number: int, batch: int) -> Any:
        from .typical_calls import calls

        return next(call for k, call in enumerate(calls(self.tf, entry, batch)) if k == number)


@contextlib.contextmanager
def _at(place: str, check: bool = True) -> Iterator[None]:
    """At a placement; with an error where the device was asked for, and something ran on the host or nothing on the device."""
    from ... import Summary, device_scope

    with Summary() as summary, device_scope(place):
        yield
    ran = {p for _, p in summary.runs}
    if check and place == "device" and ran != {"device"}:
        raise RuntimeError("a part of it ran on the host" if ran else "nothing of it runs on the device")


def _is_same_array(result: np.ndarray, given: np.ndarray | None) -> bool:
    """Whether a call gave its images back as they were: there may be one that does more."""
    if given is None or result.shape != given.shape or result.dtype != given.dtype:
        return False
    return result.__array_interface__["data"] == given.__array_interface__["data"] and result.strides == given.strides


def _same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    """Whether results are equal bit for bit."""
    return len(first) == len(second) and all(
        a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(first, second)
    )


def _said(error: Exception) -> str:
    """An error in one short line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:160]}{'...' if len(text) > 160 else ''}" if text else type(error).__name__


def main() -> None:
    """Answer requests until standard input ends; nothing but answers goes to standard output, whatever PlaidML prints."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    requests: queue.SimpleQueue[dict] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    def say(answer: dict) -> None:
        try:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
        except OSError:
            os._exit(os.EX_IOERR)  # whoever asked is gone

    worker = Worker(sys.argv[1], Path(sys.argv[2]) if sys.argv[2] else None, say)
    from ... import device

    say({"ready": {"device": device.current(), "engine": worker.engine, "entries": worker.places()}})
    while True:
        worker.answer(requests.get())


def _listen(requests: queue.SimpleQueue[dict]) -> None:
    """Take requests; in a thread, as a kernel that hangs would not notice that whoever asked is gone."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(os.EX_OK)


if __name__ == "__main__":
    main()
