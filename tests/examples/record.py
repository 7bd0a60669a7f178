"""Record what the examples print under the real TensorFlow, for test_examples.py.

    python tests/examples/record.py /path/to/the/python/of/tensorflow

Runs in plaidml_compat's environment (it makes the photographs); the examples run in TensorFlow's.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
PICTURES = 240
MAKE = ["--count", str(PICTURES)]
NAMES = ("a_load_folder", "b_augment_dataset", "c_arrays")

if __name__ == "__main__":
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        subprocess.run([sys.executable, EXAMPLES / "make_photos.py", photos, *MAKE], check=True)
        digest = hashlib.sha256()
        for file in sorted(photos.rglob("*.jpg")):
            digest.update(file.read_bytes())
        output = {
            n: subprocess.run(
                [sys.argv[1], EXAMPLES / f"{n}.py", photos], check=True, capture_output=True, text=True, env=environment
            ).stdout
            for n in NAMES
        }
        version = subprocess.run(
            [sys.argv[1], "-c", "import tensorflow; print(tensorflow.__version__)"],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        ).stdout.strip()
    recorded = {"tensorflow": version, "make_photos": MAKE, "pictures": PICTURES, "photographs": digest.hexdigest(), "output": output}
    (HERE / "recorded.json").write_text(json.dumps(recorded, indent=1) + "\n")
