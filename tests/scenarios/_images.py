"""Images and folders of images for scenarios: the same numbers and bytes everywhere, without a library."""

import struct
import zlib
from pathlib import Path

import numpy as np

DATA_FILES = Path(__file__).resolve().parent.parent / "data_files"


def noise(*shape, seed=0, top=1.0):
    """Uniform float32 numbers below `top`."""
    return (np.random.RandomState(seed).rand(*shape) * top).astype(np.float32)


def levels(*shape, seed=0):
    """Uniform uint8 numbers."""
    return np.random.RandomState(seed).randint(0, 256, shape).astype(np.uint8)


def png(pixels):
    """An (h, w, 1 | 2 | 3 | 4) uint8 array as the bytes of a PNG file."""
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bmp(pixels):
    """An (h, w, 3) uint8 array as the bytes of a BMP file."""
    height, width, _ = pixels.shape
    rows = b"".join(r[:, ::-1].tobytes() + b"\0" * (-3 * width % 4) for r in pixels[::-1])
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 54 + len(rows), 0, 54, 40, width, height, 1, 24, 0, len(rows), 0, 0, 0, 0) + rows


def numbered_folder(folder, counts):
    """A folder of classes `a`, `b`, ... of 1x1 PNG files whose pixel is (number // 256, number % 256, class)."""
    number = 0
    for label, count in enumerate(counts):
        below = Path(folder) / "abcdefgh"[label]
        below.mkdir(parents=True)
        for i in range(count):
            (below / f"{i:04d}.png").write_bytes(png(np.array([[[number // 256, number % 256, label]]], np.uint8)))
            number += 1
    return str(folder)


def numbers(images):
    """The numbers in a batch of such images."""
    pixels = np.asarray(images).reshape(-1, 3)
    return (np.rint(pixels[:, 0]) * 256 + np.rint(pixels[:, 1])).astype(np.int32)


def mixed_folder(folder, without=()):
    """Two classes of real files: JPEGs of several kinds, a PNG, a BMP and a GIF, of different sizes; fewer if asked."""
    folder = Path(folder)
    for below, names in {"one": ["smooth.jpg", "noise.jpg", "gray.jpg"], "two": ["odd.jpg", "still.gif"]}.items():
        (folder / below).mkdir(parents=True)
        for name in names:
            (folder / below / name).write_bytes((DATA_FILES / name).read_bytes())
    (folder / "one" / "picture.png").write_bytes(png(levels(20, 31, 3, seed=5)))
    (folder / "two" / "picture.bmp").write_bytes(bmp(levels(33, 18, 3, seed=6)))
    (folder / "two" / "notes.txt").write_text("not an image")
    for name in without:
        next(folder.rglob(name)).unlink()
    return str(folder)


def attempt(f):
    """Result of f(), or the class name of its error."""
    try:
        return f()
    except Exception as e:
        return np.array(type(e).__name__)


def made(f):
    """`"made"`, or the class name of the error of f()."""
    return attempt(lambda: np.array("made" if f() is not None else "None"))
