"""How much longer programs take under `plaidml_compat.profile()`.

    python benchmarks/profiling.py [--device ID] [--rounds N]

Each program runs alternately without and with a profile; processor seconds of all threads are compared, as wall time on a machine that
does something else as well is not. Reading the profile's rows is included.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np


def programs(tf: Any) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    L, numbers = tf.keras.layers, np.random.RandomState(0)
    augment = tf.keras.Sequential([L.RandomFlip(), L.RandomRotation(0.1)])

    def pipeline(size: int, count: int) -> Callable[[], object]:
        images = numbers.uniform(0, 255, (count, size, size, 3)).astype(np.float32)

        def one(image: Any) -> Any:
            return tf.image.resize(tf.image.flip_left_right(image), (size * 3 // 4, size * 3 // 4))

        dataset = tf.data.Dataset.from_tensor_slices(images).map(one).batch(32).map(lambda x: augment(x, training=True))
        return lambda: sum(1 for _ in dataset)

    model = tf.keras.Sequential([L.Rescaling(1 / 255.0, input_shape=(32, 32, 3)), L.RandomFlip(), L.Flatten(), L.Dense(10)])
    model.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = numbers.uniform(0, 255, (640, 32, 32, 3)).astype(np.float32), numbers.randint(0, 10, 640)
    four = np.zeros(4, np.float32)
    return {
        "flip, resize, batch, augment 224x224 images": pipeline(224, 128),
        "the same with 64x64 images": pipeline(64, 512),
        "fit, 20 steps of a very small model": lambda: model.fit(x, y, batch_size=32, verbose=0),
        "10,000 calls of tf.abs on 4 numbers": lambda: [tf.abs(four) for _ in range(10_000)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="PlaidML's id; the default device without it")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "profiling")
    options = parser.parse_args()

    import plaidml_compat

    device = plaidml_compat.install(options.device).device
    import tensorflow as tf

    results = []
    for name, program in programs(tf).items():
        program()  # compiles
        plain, ratios, events = [], [], 0
        for k in range(options.rounds):
            took = {}
            for profiled in (False, True) if k % 2 else (True, False):
                start = time.process_time()
                if profiled:
                    with plaidml_compat.profile() as p:
                        program()
                    events = sum(r.host_calls + r.device_calls for r in p.rows)
                else:
                    program()
                took[profiled] = time.process_time() - start
            plain.append(took[False])
            ratios.append(took[True] / took[False])
        results.append({"program": name, "seconds": statistics.median(plain), "calls": events, "ratio": statistics.median(ratios)})
        print(results[-1])
    about = {"device": device, "python": platform.python_version(), "rounds": options.rounds}
    options.output.with_suffix(".json").write_text(json.dumps({"about": about, "results": results}, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(_markdown(results, device))


def _markdown(results: list[dict[str, Any]], device: str) -> str:
    lines = [
        f"Processor seconds of programs under `plaidml_compat.profile()` over those without, on {device} (medians of alternating runs;",
        "reading the rows included). It costs about a microsecond a call of an op.",
        "",
        "| program | calls counted | seconds without | with / without |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {r['program']} | {r['calls']:,} | {r['seconds']:.3f} | {r['ratio']:.3f} |" for r in results]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
