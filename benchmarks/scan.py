"""Seconds that `plaidml-compat scan` takes for 1,000 programs, start included, by what it spends them on.

    python benchmarks/scan.py

The programs are made: training scripts, pipelines and models of some 200 lines, every eighth a notebook, no two alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL, FILES, ROUNDS = 10.0, 1000, 3

HEAD = '''"""Trains model {n} on pictures in folders."""

import argparse
import os

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers as L

SIZE = {size}
'''
PIPELINE = '''

def load_{n}(folder, training=True, batch_size={size}):
    """A dataset of pictures, augmented when training."""
    dataset = tf.keras.utils.image_dataset_from_directory(
        os.path.join(folder, "train" if training else "test"),
        image_size=(SIZE, SIZE),
        batch_size=batch_size,
        shuffle=training,
        seed={n},
    )
    names = dataset.class_names
    augment = tf.keras.Sequential([L.RandomFlip("horizontal"), L.RandomRotation({n} / 100), L.RandomZoom(0.2)])

    def prepare(images, labels):
        images = tf.cast(images, tf.float32) / 255.0
        images = tf.image.adjust_brightness(images, 0.1 * {n})
        images = tf.image.random_{draw}(images, 0.5, 1.5)
        return images, tf.one_hot(labels, len(names))

    dataset = dataset.map(prepare, num_parallel_calls=tf.data.AUTOTUNE)
    if training:
        dataset = dataset.map(lambda x, y: (augment(x, training=True), y)).repeat()
    return dataset.prefetch(tf.data.AUTOTUNE), names
'''
MODEL = '''

class Block{n}(keras.layers.Layer):
    """Two convolutions and a shortcut."""

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.first = L.Conv2D(filters, {n} % 3 + 1, padding="same", activation="relu")
        self.second = L.Conv2D(filters, 3, padding="same")
        self.normalize = keras.layers.BatchNormalization()

    def call(self, inputs, training=None):
        x = self.normalize(self.second(self.first(inputs)), training=training)
        return tf.nn.relu(x + inputs) if x.shape[-1] == inputs.shape[-1] else tf.nn.relu(x)


def build_{n}(classes, width={size}):
    inputs = keras.Input((SIZE, SIZE, 3))
    x = L.Rescaling(1.0 / 255)(inputs)
    for filters in (width, 2 * width, 4 * width):
        x = Block{n}(filters)(x)
        x = L.MaxPooling2D()(x)
    outputs = L.Dense(classes, activation="softmax")(L.Dropout(0.5)(L.GlobalAveragePooling2D()(x)))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
'''
OTHER = '''

def summarize_{n}(values, limit={size}):
    """Plain Python, as most of a program is."""
    rows = {{}}
    for i, value in enumerate(sorted(values, key=lambda v: (len(str(v)), v))):
        if i > limit and value not in rows:
            break
        rows[value] = rows.get(value, 0) + 1
    total = np.asarray([v for v in rows.values() if v]).sum()
    text = ", ".join(f"{{name}}: {{count / max(total, 1):.1%}}" for name, count in rows.items())
    return {{"total": int(total), "text": text, "seed": {n}}}
'''
MAIN = """

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    arguments = parser.parse_args()
    train, names = load_{n}(arguments.folder)
    model = build_{n}(len(names))
    callbacks = [tf.keras.callbacks.EarlyStopping(patience=3), keras.callbacks.ModelCheckpoint("model_{n}.h5")]
    model.fit(train, epochs={size}, steps_per_epoch=100, callbacks=callbacks)
    print(tf.image.ssim(np.zeros((8, 8, 1)), np.zeros((8, 8, 1)), 1.0), summarize_{n}(names))


if __name__ == "__main__":
    main()
"""
DRAWS = ("contrast", "saturation", "brightness", "hue")


def program(n: int) -> str:
    """The text of a program."""
    draw = random.Random(n)

    def filled(part: str, number: int) -> str:
        return part.format(n=number, size=draw.randrange(16, 256), draw=draw.choice(DRAWS))

    middle = [PIPELINE, MODEL, *[OTHER] * 10]
    draw.shuffle(middle)
    return "".join(filled(part, n) for part in [HEAD, *middle, MAIN])


def make(folder: Path, count: int) -> int:
    """Write the programs; returns the number of their lines."""
    lines = 0
    for n in range(count):
        text = program(n)
        lines += text.count("\n")
        into = folder / f"package_{n % 20}"
        into.mkdir(exist_ok=True)
        if n % 8:
            (into / f"program_{n}.py").write_text(text)
        else:
            cells = [{"cell_type": "code", "metadata": {}, "source": part.splitlines(True)} for part in text.split("\n\n\n")]
            cells.insert(0, {"cell_type": "code", "metadata": {}, "source": ["%matplotlib inline\n", "!pip list"]})
            (into / f"notebook_{n}.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}, indent=1))
    return lines


def timed(command: list[str]) -> tuple[float, float]:
    """Of several runs of a command, medians of (seconds by the clock, seconds of the processor)."""
    rounds = []
    for _ in range(ROUNDS):
        before, start = os.times(), time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds, after = time.perf_counter() - start, os.times()
        if done.returncode not in (0, 1) or done.stderr:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr}")
        used = after.children_user + after.children_system - before.children_user - before.children_system
        rounds.append((seconds, used))
    clock, processor = zip(*rounds)
    return statistics.median(clock), statistics.median(processor)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "scan.md")
    options = parser.parse_args()
    ours = [sys.executable, "-m", "plaidml_compat", "scan"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").touch()
        rows = {"start (one empty file)": timed([*ours, str(folder / "empty.py")])}
        lines = make(folder, options.files)
        rows.update({f"the whole, format {form}": timed([*ours, name, "--format", form]) for form in ("text", "json", "sarif")})
        found = json.loads(subprocess.run([*ours, name, "--format", "json"], stdout=subprocess.PIPE, text=True).stdout)["totals"]
    uses = f"{found['uses']:,} uses of TensorFlow found, {found['failing']:,} of them missing"
    made = f"{options.files:,} programs, every eighth a notebook, {lines:,} lines"
    text = f"Seconds for {made}; {uses}. {_machine()}; one process; medians of {ROUNDS} runs.\n\n"
    text += "| what | by the clock | of the processor |\n| --- | --- | --- |\n"
    text += "".join(f"| {what} | {clock:.1f} | {used:.1f} |\n" for what, (clock, used) in rows.items())
    text += f"\nGoal: less than {GOAL:.0f} s by the clock.\n"
    options.out.write_text(text)
    print(text)
    return 0 if max(clock for clock, _ in rows.values()) < GOAL else 1


def _machine() -> str:
    processor = next((s.partition(": ")[2] for s in Path("/proc/cpuinfo").read_text().splitlines() if s.startswith("model name")), "?")
    return f"{processor}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
