"""tf.io.decode_*: PNG of every depth and colour type, GIF with several frames, BMP, in every number of channels and dtype."""

import struct
import zlib

import numpy as np
from _images import DATA_FILES, attempt, bmp, levels


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, bits, colour, extra=b""):
    """A PNG file of (height, width, channels) whole numbers, with `extra` chunks before the data."""
    height, width = pixels.shape[:2]
    if bits == 16:
        rows = [row.astype(">u2").tobytes() for row in pixels]
    elif bits == 8:
        rows = [row.astype(np.uint8).tobytes() for row in pixels]
    else:
        rows = [np.packbits(np.unpackbits(row.astype(np.uint8).reshape(-1, 1), axis=1)[:, 8 - bits :].ravel()).tobytes() for row in pixels]
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + r for r in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def numbers(*shape, bits, seed=0):
    return np.random.RandomState(seed).randint(0, 1 << bits, shape)


def gif(frames, table, transparent=None, disposal=0):
    """A GIF file: frames are (left, top, pixels below 8); codes are written without compression."""
    height, width = frames[0][2].shape
    out = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x82, 0, 0) + np.asarray(table, np.uint8).tobytes()
    for left, top, pixels in frames:
        flags = disposal << 2 | (transparent is not None)
        out += b"\x21\xf9\x04" + struct.pack("<BHB", flags, 5, transparent or 0) + b"\0"
        out += b"\x2c" + struct.pack("<HHHHB", left, top, *pixels.shape[::-1], 0) + b"\x03"
        bits = []
        for i, p in enumerate(pixels.ravel()):
            if i % 4 == 0:
                bits += [0, 0, 0, 1]  # clear: codes stay four bits wide
            bits += [int(p) >> b & 1 for b in range(4)]
        bits += [1, 0, 0, 1]
        data = np.packbits(np.array(bits, np.uint8), bitorder="little").tobytes()
        out += b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255)) + b"\0"
    return out + b"\x3b"


def png_files():
    palette = chunk(b"PLTE", numbers(16, 3, bits=8, seed=9).astype(np.uint8).tobytes())
    deep = numbers(5, 6, 3, bits=16, seed=2)
    gray = numbers(6, 9, 1, bits=8, seed=3)
    return {
        **{f"gray {b}": png(numbers(6, 9, 1, bits=b), b, 0) for b in (1, 2, 4, 8, 16)},
        **{f"rgb {b}": png(numbers(6, 7, 3, bits=b), b, 2) for b in (8, 16)},
        **{f"palette {b}": png(numbers(6, 9, 1, bits=b), b, 3, palette) for b in (1, 2, 4)},
        **{f"gray and alpha {b}": png(numbers(5, 6, 2, bits=b), b, 4) for b in (8, 16)},
        **{f"rgb and alpha {b}": png(numbers(5, 6, 4, bits=b), b, 6) for b in (8, 16)},
        "palette, transparent": png(numbers(6, 9, 1, bits=4), 4, 3, palette + chunk(b"tRNS", bytes([0, 255, 99]))),
        "gray, transparent": png(gray, 8, 0, chunk(b"tRNS", struct.pack(">H", gray[0, 0, 0]))),
        "gray 2, transparent": png(numbers(6, 9, 1, bits=2), 2, 0, chunk(b"tRNS", b"\0\2")),
        "rgb 16, transparent": png(deep, 16, 2, chunk(b"tRNS", deep[0, 0].astype(">u2").tobytes())),
        "gamma": png(numbers(5, 6, 3, bits=8), 8, 2, chunk(b"gAMA", struct.pack(">I", 100000))),
    }


def scenario_png(tf, tmp_path):
    out = {}
    for name, data in png_files().items():
        for channels in (0, 1, 3, 4):
            out[f"{name}, {channels}"] = attempt(lambda d=data, c=channels: tf.io.decode_png(d, channels=c))
            out[f"{name}, {channels}, 16"] = attempt(lambda d=data, c=channels: tf.io.decode_png(d, channels=c, dtype=tf.uint16))
        for dtype in (tf.uint8, tf.uint16, tf.float32):
            out[f"{name}, image {dtype.name}"] = attempt(lambda d=data, t=dtype: tf.io.decode_image(d, dtype=t))
    data = png_files()["rgb 8"]
    out["half"] = attempt(lambda: tf.io.decode_png(data[: len(data) // 2]))
    out["damaged"] = attempt(lambda: tf.io.decode_png(data[:60] + bytes([data[60] ^ 1]) + data[61:]))
    return out


def gif_files():
    table = numbers(8, 3, bits=8, seed=4)
    whole, part, other = numbers(7, 8, bits=3), numbers(3, 4, bits=3, seed=1), numbers(7, 8, bits=3, seed=2)
    made = {"one": gif([(0, 0, whole)], table), "one, transparent": gif([(0, 0, whole)], table, 3)}
    for disposal in range(4):
        made[f"three, disposal {disposal}"] = gif([(0, 0, whole), (2, 1, part), (0, 0, other)], table, 5, disposal)
        made[f"opaque, disposal {disposal}"] = gif([(0, 0, whole), (2, 1, part), (0, 0, other)], table, None, disposal)
    return made


def scenario_gif(tf, tmp_path):
    out = {}
    for name, data in gif_files().items():
        out[name] = attempt(lambda d=data: tf.io.decode_gif(d))
        for how in ("jpeg", "png", "bmp"):
            out[f"{name}, by {how}"] = attempt(lambda d=data, h=how: getattr(tf.io, "decode_" + h)(d))
        for channels in (0, 1, 3, 4):
            for expand in (True, False):
                out[f"{name}, {channels}, {expand}"] = attempt(
                    lambda d=data, c=channels, e=expand: tf.io.decode_image(d, channels=c, expand_animations=e)
                )
        out[f"{name}, uint16"] = attempt(lambda d=data: tf.io.decode_image(d, dtype=tf.uint16))
        out[f"{name}, float32"] = attempt(lambda d=data: tf.io.decode_image(d, dtype=tf.float32))
    return out


def bmp_file(pixels, top_down=False):
    """A BMP file of 8, 24 or 32 bits a pixel."""
    height, width, channels = pixels.shape
    rows = pixels if top_down else pixels[::-1]
    data = b"".join(r.tobytes() + b"\0" * (-channels * width % 4) for r in rows)
    table = bytes(1024) if channels == 1 else b""
    size = (width, -height if top_down else height)
    start = 54 + len(table)
    head = struct.pack("<IIIIiiHHIIiiII", start + len(data), 0, start, 40, *size, 1, 8 * channels, 0, len(data), 0, 0, 0, 0)
    return b"BM" + head + table + data


def scenario_bmp(tf, tmp_path):
    files = {str(c): bmp_file(levels(5, 7, c)) for c in (1, 3, 4)}
    files["top down"] = bmp_file(levels(5, 7, 3), True)
    files["last byte missing"] = bmp_file(levels(5, 7, 3))[:-1]
    files["half"] = bmp(levels(5, 7, 3))[:80]
    out = {}
    for name, data in files.items():
        for channels in (0, 1, 3, 4):
            out[f"{name}, {channels}"] = attempt(lambda d=data, c=channels: tf.io.decode_bmp(d, channels=c))
            out[f"{name}, image {channels}"] = attempt(lambda d=data, c=channels: tf.io.decode_image(d, channels=c))
        out[f"{name}, by png"] = attempt(lambda d=data: tf.io.decode_png(d))
        if name != "top down":  # TensorFlow 2.15 itself crashes on those two
            out[f"{name}, uint16"] = attempt(lambda d=data: tf.io.decode_image(d, dtype=tf.uint16))
            out[f"{name}, float32"] = attempt(lambda d=data: tf.io.decode_image(d, dtype=tf.float32))
    return out


def scenario_jpeg(tf, tmp_path):
    out = {}
    for name in ("cmyk", "gray", "smooth", "odd", "half"):
        data = (DATA_FILES / f"{name}.jpg").read_bytes()
        for channels in (0, 1, 3, 4):
            out[f"{name}, {channels}"] = attempt(lambda d=data, c=channels: tf.io.decode_image(d, channels=c))
        for dtype in (tf.uint16, tf.float32):
            out[f"{name}, {dtype.name}"] = attempt(lambda d=data, t=dtype: tf.io.decode_image(d, dtype=t))
        out[f"{name}, png uint16"] = attempt(lambda d=data: tf.io.decode_png(d, dtype=tf.uint16))
        out[f"{name}, gif"] = attempt(lambda d=data: tf.io.decode_gif(d))
        for ratio in (2, 4, 8):
            out[f"{name}, 1/{ratio}"] = attempt(lambda d=data, r=ratio: tf.io.decode_jpeg(d, ratio=r))
        out[f"{name}, plain upsampling"] = attempt(lambda d=data: tf.io.decode_jpeg(d, fancy_upscaling=False))
    smooth = (DATA_FILES / "smooth.jpg").read_bytes()
    out["bytes after the end"] = tf.io.decode_jpeg(smooth + b"xxxx")
    out["bytes before the end"] = tf.io.decode_jpeg(smooth[:-2] + b"junkjunk" + smooth[-2:])
    out["bytes before the end, half"] = attempt(lambda: tf.io.decode_jpeg(smooth[:500] + b"junkjunk" + smooth[500:700]))
    return out


def scenario_smart_resize(tf, tmp_path):
    f, out = tf.keras.preprocessing.image.smart_resize, {}
    for shape in ((9, 14, 3), (2, 20, 7, 1)):
        x = levels(*shape)
        for size in ((5, 5), (4, 9), (11, 3)):
            for how in ("bilinear", "nearest", "area"):
                out[f"{shape}, {size}, {how}"] = f(x, size, interpolation=how)
    out["class"] = np.array([type(f(x, (3, 3))).__name__ == "ndarray", type(f(tf.constant(x), (3, 3))).__name__ == "ndarray"])
    out["size"], out["rank"] = attempt(lambda: f(x, (1, 2, 3))), attempt(lambda: f(x[0, 0], (3, 3)))
    return out


TOLERANCE = {"scenario_smart_resize": 1e-4 * 255}
