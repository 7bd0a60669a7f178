"""`demo`: augments pictures and trains a small network on them within a minute, and shows what ran where."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Any

from ..errors import OpError
from ..writing_files import writing

PICTURES, SIZE = 96, (320, 240)
"""What the demo makes where no folder is given."""
STOPPED = 130


def main(arguments: list[str], prog: str) -> int:
    """Run the demo; 0 when all went well, 2 for a folder that cannot be used, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Load pictures, flip and rotate them, train a small network on them for one epoch; at most a minute in all. "
        "Writes a contact sheet of originals and augmented pictures side by side.",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="pictures, in class sub-folders or not; default: a few made on the spot")
    parser.add_argument(
        "-o", "--output", default="plaidml_compat_demo.png", metavar="FILE.png", help="the contact sheet (default %(default)s)"
    )
    parser.add_argument("--device", metavar="ID", help="PlaidML device (see: plaidml-compat devices)")
    options = parser.parse_args(arguments)
    if options.folder and not os.path.isdir(options.folder):
        parser.error(f"there is no folder {options.folder!r}")
    where = os.path.dirname(os.path.abspath(options.output))
    if not os.path.isdir(where):
        parser.error(f"--output: there is no folder {where!r}")

    made = None if options.folder else tempfile.mkdtemp(prefix="plaidml_compat_demo_")
    job = _Job(options.folder or str(made), options.device, made is not None)
    try:
        # Compiling for a device takes seconds in which Python sees no signal: this thread stays free to.
        while job.is_alive():
            job.join(0.1)
        if isinstance(job.error, (ValueError, RuntimeError, OSError, ImportError, OpError)):
            print(f"{prog}: error: {job.error}", file=sys.stderr)
            return 2
        if job.error is not None:
            raise job.error
        with writing(options.output) as f:
            job.sheet.save(f, "PNG")
        print(f"Originals and augmented pictures side by side: {options.output}")
        return 0
    except KeyboardInterrupt:
        if made:
            shutil.rmtree(made, ignore_errors=True)
        sys.stdout.write("\x1b[?25h" if sys.stdout.isatty() else "")  # a progress bar hides the cursor
        print("\nstopped", file=sys.stderr, flush=True)
        sys.stdout.flush()
        os._exit(STOPPED)  # the other thread may sit in the device's compiler
    finally:
        if made:
            shutil.rmtree(made, ignore_errors=True)


class _Job(threading.Thread):
    """The demo's work.

    Attributes:
        error: what was wrong with the folder or device, or `None`.
        sheet: the contact sheet, a Pillow image.
    """

    def __init__(self, folder: str, device: str | None, make: bool) -> None:
        super().__init__(daemon=True, name="demo")
        self.error: Exception | None = None
        self.sheet: Any = None
        self._folder, self._device, self._make = folder, device, make
        self.start()

    def run(self) -> None:
        try:
            self.sheet = run(self._folder, self._device, self._make)
        except Exception as e:  # handed to the main thread
            self.error = e


@dataclass(frozen=True)
class _Pipeline:
    """What the pictures are read with: pairs (original, augmented), labels, and how many there are."""

    pairs: Any
    names: list[str]
    count: int


def run(folder: str, device: str | None, make: bool) -> Any:
    """Do it all and print what happens. Returns the contact sheet.

    Args:
        folder: pictures, in class sub-folders or not.
        device: PlaidML device, or `None` for the default.
        make: fill the folder with pictures first.

    Raises:
        ValueError: the folder holds no picture, or there is no such device.
    """
    import plaidml_compat

    from . import photos, training

    if make:
        print(f"Making {PICTURES} pictures: {photos.write_pictures(folder, PICTURES, SIZE)}")
    installation = plaidml_compat.install(device)
    print(installation)
    with plaidml_compat.Summary() as summary:
        pipeline = _load(folder)
        sheet = _augment(pipeline)
        training.train(folder, pipeline.names)
    print(f"The network was trained on {installation.device}; what prepared its pictures:")
    print(summary.text())
    return sheet


def _load(folder: str) -> _Pipeline:
    import tensorflow as tf

    from . import training

    tf.keras.utils.set_random_seed(42)  # the same sheet each time
    classes = training.class_folders(folder)
    dataset = tf.keras.utils.image_dataset_from_directory(
        folder,
        labels="inferred" if classes else None,
        label_mode="categorical" if classes else None,
        image_size=(224, 224),
        batch_size=16,
        seed=42,
    )
    augment = tf.keras.Sequential([tf.keras.layers.RandomFlip("horizontal"), tf.keras.layers.RandomRotation(0.1)])
    if classes:
        pairs = dataset.map(lambda x, y: (x, augment(x, training=True)), num_parallel_calls=tf.data.AUTOTUNE)
    else:
        pairs = dataset.map(lambda x: (x, augment(x, training=True)), num_parallel_calls=tf.data.AUTOTUNE)
    return _Pipeline(pairs.prefetch(2), classes, len(dataset.file_paths))


def _augment(pipeline: _Pipeline, most_seconds: float = 10.0) -> Any:
    """Flip and rotate the pictures, all or as many as the time allows, and make the contact sheet from the first ones."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from . import sheet

    start, seen, picture = time.perf_counter(), 0, None
    columns = TextColumn("Flipping and rotating"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}")
    with Progress(*columns) as progress:
        task = progress.add_task("", total=pipeline.count, rate="")
        for originals, augmented in pipeline.pairs:
            if picture is None:
                picture = sheet.contact_sheet(originals.numpy(), augmented.numpy())
            seen += len(originals)
            elapsed = time.perf_counter() - start
            progress.update(task, completed=seen, rate=f"{seen / elapsed:.0f} pictures/s")
            if elapsed > most_seconds:
                break
    return picture
