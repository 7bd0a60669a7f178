"""Makes the image files in this folder with Pillow; they are committed, so that every test reads the same bytes."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent


def picture(height, width, seed, roughness):
    """Something like a photograph: smooth shapes of several scales, and grain."""
    random, out = np.random.RandomState(seed), np.zeros((height, width, 3))
    for size in (2, 4, 8, 16):
        small = Image.fromarray(random.randint(0, 256, (size, size, 3)).astype(np.uint8))
        out += np.asarray(small.resize((width, height), Image.BICUBIC), float) * {2: 0.5, 4: 0.25, 8: 0.15, 16: 0.1}[size]
    return Image.fromarray(np.clip(out + random.randn(height, width, 3) * roughness, 0, 255).astype(np.uint8))


def main():
    """Write the files."""
    files = {
        "smooth.jpg": (picture(48, 64, 1, 2), dict(quality=90)),
        "noise.jpg": (picture(32, 32, 2, 60), dict(quality=75)),
        "odd.jpg": (picture(37, 53, 3, 8), dict(quality=85)),
        "full.jpg": (picture(33, 41, 4, 8), dict(quality=92, subsampling=0)),
        "half.jpg": (picture(35, 39, 5, 8), dict(quality=80, subsampling=1)),
        "progressive.jpg": (picture(40, 40, 6, 5), dict(quality=85, progressive=True)),
        "restart.jpg": (picture(32, 48, 7, 5), dict(quality=85, restart_marker_blocks=2)),
        "gray.jpg": (picture(30, 45, 8, 10).convert("L"), dict(quality=90)),
        "cmyk.jpg": (picture(24, 24, 9, 5).convert("CMYK"), dict(quality=90)),
        "one.jpg": (picture(1, 1, 10, 0), dict(quality=90)),
        "still.gif": (picture(19, 23, 11, 5).convert("P", palette=Image.ADAPTIVE, colors=16), {}),
    }
    exif = Image.Exif()
    exif[0x0112] = 6
    files["turned.jpg"] = (picture(20, 36, 12, 5), dict(quality=90, exif=exif))
    for name, (image, how) in files.items():
        data = io.BytesIO()
        image.save(data, "GIF" if name.endswith("gif") else "JPEG", **how)
        (HERE / name).write_bytes(data.getvalue())


if __name__ == "__main__":
    main()
