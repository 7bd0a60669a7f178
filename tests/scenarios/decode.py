"""tf.io.decode_*: the very bits of decoded files."""

from _images import DATA_FILES, attempt, bmp, levels, png

JPEGS = ["smooth", "noise", "odd", "full", "half", "progressive", "restart", "gray", "one", "turned"]


def scenario_jpeg(tf, tmp_path):
    data = {name: (DATA_FILES / f"{name}.jpg").read_bytes() for name in JPEGS}
    return {f"{name}, {channels}": tf.io.decode_jpeg(d, channels=channels) for name, d in data.items() for channels in (0, 1, 3)}


def scenario_jpeg_names(tf, tmp_path):
    data = tf.io.read_file(str(DATA_FILES / "odd.jpg"))
    names = {
        "tf.image.decode_jpeg": tf.image.decode_jpeg,
        "tf.io.decode_image": tf.io.decode_image,
        "tf.image.decode_image": tf.image.decode_image,
    }
    return {**{k: f(data) for k, f in names.items()}, "bytes": data}


def scenario_jpeg_accurate(tf, tmp_path):
    return {n: tf.io.decode_jpeg((DATA_FILES / f"{n}.jpg").read_bytes(), dct_method="INTEGER_ACCURATE") for n in ("smooth", "odd", "noise")}


def scenario_jpeg_fast(tf, tmp_path):
    return {n: tf.io.decode_jpeg((DATA_FILES / f"{n}.jpg").read_bytes(), dct_method="INTEGER_FAST") for n in ("smooth", "odd", "noise")}


def scenario_cmyk(tf, tmp_path):
    data = (DATA_FILES / "cmyk.jpg").read_bytes()
    return {str(c): attempt(lambda c=c: tf.io.decode_jpeg(data, channels=c)) for c in (0, 1, 3, 4)}


def scenario_png(tf, tmp_path):
    files = {str(c): png(levels(7, 9, c, seed=c)) for c in (1, 2, 3, 4)}
    return {f"{name}, {c}": attempt(lambda d=d, c=c: tf.io.decode_png(d, channels=c)) for name, d in files.items() for c in (0, 1, 3, 4)}


def scenario_image(tf, tmp_path):
    gif = (DATA_FILES / "still.gif").read_bytes()
    return {
        "png": tf.io.decode_image(png(levels(5, 6, 3))),
        "png, gray": tf.io.decode_image(png(levels(5, 6, 1)), channels=3),
        "bmp": tf.io.decode_image(bmp(levels(5, 7, 3)), channels=3),
        "gif": tf.io.decode_image(gif),
        "gif, one frame": tf.io.decode_image(gif, expand_animations=False),
        "float": tf.io.decode_image(png(levels(5, 6, 3)), dtype=tf.float32),
        "jpeg float": tf.io.decode_image((DATA_FILES / "noise.jpg").read_bytes(), dtype=tf.float32),
    }


def scenario_errors(tf, tmp_path):
    jpeg = (DATA_FILES / "smooth.jpg").read_bytes()
    return {
        "truncated jpeg": attempt(lambda: tf.io.decode_jpeg(jpeg[: len(jpeg) // 2])),
        "truncated jpeg, image": attempt(lambda: tf.io.decode_image(jpeg[: len(jpeg) // 2])),
        "truncated head": attempt(lambda: tf.io.decode_jpeg(jpeg[:100])),
        "last bytes missing": attempt(lambda: tf.io.decode_jpeg(jpeg[:-2])),
        "text": attempt(lambda: tf.io.decode_jpeg(b"this is no image")),
        "text, image": attempt(lambda: tf.io.decode_image(b"this is no image")),
        "empty": attempt(lambda: tf.io.decode_jpeg(b"")),
        "channels": attempt(lambda: tf.io.decode_jpeg(jpeg, channels=2)),
        "four channels": attempt(lambda: tf.io.decode_jpeg(jpeg, channels=4)),
        "method": attempt(lambda: tf.io.decode_jpeg(jpeg, dct_method="SLOW")),
        "png as jpeg": attempt(lambda: tf.io.decode_jpeg(png(levels(5, 6, 3)))),
        "no file": attempt(lambda: tf.io.read_file(str(tmp_path / "none.jpg"))),
        "no text": attempt(lambda: tf.io.decode_jpeg(3)),
        "two texts": attempt(lambda: tf.io.decode_jpeg([jpeg, jpeg])),
    }
