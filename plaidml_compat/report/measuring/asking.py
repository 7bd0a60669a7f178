"""Measuring every op and layer on this machine, on the host and on a device: `measure`."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

from ... import __version__, threads
from ...goldens import recorded_here
from .measurements import Measured, Measurements

WHAT = ("error", "speed")
_START = 120.0
_WORKER = (sys.executable, "-m", f"{__package__}.worker")


class MeasuringFailed(RuntimeError):
    """No measurement is possible: the message says why."""


def measure(
    device_id: str | None = None,
    names: Iterable[str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    goldens: str | os.PathLike[str] | None = None,
    *,
    timeout: float = 60.0,
) -> Measurements:
    """Measure ops and layers: speed on batches of images, agreement with TensorFlow, and whether results repeat.

    All of it happens in a process of its own, which is started anew when it dies or hangs. It takes minutes.

    Args:
        device_id: PlaidML's id of the device; `None`: the default device.
        names: TensorFlow names of ops and layers; `None`: all that the registry has.
        progress: called before each with its name, how many are done, and how many there are; and with "" when all are done.
        goldens: folder of arrays recorded from TensorFlow; `None`: those of the checkout that this package runs from, where it does.
        timeout: seconds after which one call of an op, with what is compiled for it, counts as hanging.

    Raises:
        ValueError: a name of no op and no layer, or a folder without goldens.
        MeasuringFailed: the device cannot be used.
    """
    folder = recorded_here() if goldens is None else Path(goldens)
    if goldens is not None and not any(Path(goldens).glob("*.npz")):
        raise ValueError(f"measure: goldens is a folder of .npz files recorded from TensorFlow; received {os.fspath(goldens)!r}")
    process = _Process(device_id, folder)
    try:
        about = process.start()
        todo = _wanted(about["entries"], names)
        rows = {}
        for number, (name, places) in enumerate(todo.items()):
            if progress is not None:
                progress(name, number, len(todo))
            rows[name] = _row(process, name, places, timeout)
        if progress is not None:
            progress("", len(todo), len(todo))
    finally:
        process.close()
    today = datetime.date.today().isoformat()
    return Measurements(machine(), about["device"], about["engine"], today, __version__, True, rows)


def machine() -> str:
    """This machine's processors, in words."""
    with contextlib.suppress(OSError, StopIteration), open("/proc/cpuinfo", encoding="utf-8") as f:
        found = next(line.partition(":")[2] for line in f if line.startswith("model name"))
        model = " ".join(re.sub(r"\((R|TM)\)|\b(Processor|CPU)\b|@.*", " ", found, flags=re.IGNORECASE).split())
        return f"{threads.cores()} cores, {model}"
    return f"{threads.cores()} cores"


def _wanted(entries: dict[str, list], names: Iterable[str] | None) -> dict[str, list[str]]:
    """Name of an op or a layer -> places."""
    every = {alias: name for name, (aliases, _) in entries.items() for alias in aliases}
    if names is None:
        return {name: places for name, (_, places) in entries.items()}
    asked = list(names)
    strange = [n for n in asked if n not in every]
    if strange:
        raise ValueError(f"measure: names are those of ops and layers, such as 'tf.image.resize'; received {strange[0]!r}")
    return {every[n]: entries[every[n]][1] for n in asked}


def _row(process: _Process, name: str, places: list[str], timeout: float) -> dict[str, Measured]:
    """What was measured of one op or layer, at every place."""
    parts = [(what, place) for what in WHAT for place in places]
    found: dict[str, dict[str, Any]] = {place: {} for place in places}
    notes: dict[str, list[str]] = {place: [] for place in places}
    while parts:
        at, doing = parts[0], ""
        try:
            process.ask({"name": name, "parts": parts})
            while parts:
                answer = process.hear(timeout)
                if "at" in answer:
                    at, doing = tuple(answer["at"]), answer["doing"]
                    continue
                what, place = parts.pop(0)
                at, doing = parts[0] if parts else at, ""
                note = answer["found"].pop("note", "")
                notes[place] += [f"{what}: {note}"] if note else []
                found[place].update(answer["found"])
        except _Died as e:
            what, place = at
            notes[place].append(f"{what}: {e}" + (f" ({doing})" if doing else ""))
            parts.remove(at)
    return {place: Measured(**found[place], note="; ".join(notes[place])) for place in places}


class _Died(Exception):
    """The process is gone; the message says how."""


class _Process:
    """The process that measures: started when it is asked something, and anew where it died."""

    def __init__(self, device_id: str | None, folder: Path | None) -> None:
        self._command = [*_WORKER, device_id or "", str(folder or "")]
        self._child: subprocess.Popen[str] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> dict[str, Any]:
        """Start it; returns the device's id, its engine, and where what can be measured.

        Raises:
            MeasuringFailed: it did not start.
        """
        self._said.truncate(0)
        root = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        # A session of its own: Ctrl-C at the terminal is for us, who end it.
        self._child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._lines = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self._child.stdout, self._lines), daemon=True).start()
        try:
            return self.hear(_START)["ready"]
        except _Died as e:
            raise MeasuringFailed(f"measure: {self._last_words() or e}") from None

    def ask(self, request: dict) -> None:
        """Send it a request."""
        if self._child is None:
            self.start()
        assert self._child is not None and self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # hear() says so
            self._child.stdin.write(json.dumps(request) + "\n")
            self._child.stdin.flush()

    def hear(self, timeout: float) -> dict[str, Any]:
        """Its next answer.

        Raises:
            _Died: it died, or said nothing for `timeout` seconds and was ended.
        """
        assert self._child is not None
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            self.stop()
            raise _Died(f"no answer within {timeout:g} s") from None
        if line:
            return json.loads(line)
        os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOWAIT)  # what it ended with, before the rest of its group is ended
        code = self.stop()
        raise _Died(f"the process died of {signal.Signals(-code).name}" if code < 0 else f"the process ended with exit code {code}")

    def close(self) -> None:
        """End it for good."""
        self.stop()
        self._said.close()

    def stop(self) -> int:
        """End it and what it started, if it runs; returns its exit code."""
        child, self._child = self._child, None
        if child is None:
            return 0
        with contextlib.suppress(ProcessLookupError, PermissionError):  # none of them is left; nothing but a process that ended is
            os.killpg(child.pid, signal.SIGKILL)  # it leads its session
        code = child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()  # type: ignore[union-attr]
        return code

    def _last_words(self) -> str:
        """The last line of what it wrote to standard error."""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def _read(lines: Any, into: queue.SimpleQueue[str]) -> None:
    """Put every line into a queue, and an empty one at the end."""
    with contextlib.suppress(ValueError, OSError):
        for line in lines:
            into.put(line)
    into.put("")
