"""load_img, img_to_array, array_to_img, save_img: the pixels, sizes and types."""

import numpy as np
from _images import DATA_FILES, attempt, levels, noise, png


def scenario_load_img(tf, tmp_path):
    image, path, out = tf.keras.preprocessing.image, str(DATA_FILES / "odd.jpg"), {}
    out["plain"] = image.img_to_array(image.load_img(path))
    for how in ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"):
        out[how] = image.img_to_array(image.load_img(path, target_size=(20, 31), interpolation=how))
        out["larger, " + how] = image.img_to_array(image.load_img(path, target_size=(45, 60), interpolation=how))
    out["default"] = image.img_to_array(image.load_img(path, target_size=(24, 24)))
    out["same size"] = image.img_to_array(image.load_img(path, target_size=(37, 53)))
    out["grayscale"] = image.img_to_array(image.load_img(path, color_mode="grayscale", target_size=(10, 12)))
    out["rgba"] = image.img_to_array(image.load_img(path, color_mode="rgba", target_size=(10, 12)))
    out["keep_aspect_ratio"] = image.img_to_array(image.load_img(path, target_size=(20, 20), keep_aspect_ratio=True))
    out["list"] = image.img_to_array(image.load_img(path, target_size=[20, 20]))
    out["gray file"] = image.img_to_array(image.load_img(str(DATA_FILES / "gray.jpg"), target_size=(8, 8)))
    out["turned"] = image.img_to_array(image.load_img(DATA_FILES / "turned.jpg"))
    return out


def scenario_channels(tf, tmp_path):
    out = {}
    for channels in (1, 2, 3, 4):
        path = tmp_path / f"{channels}.png"
        path.write_bytes(png(levels(5, 7, channels, seed=channels)))
        for mode in ("rgb", "rgba", "grayscale"):
            out[f"{channels} as {mode}"] = tf.keras.utils.img_to_array(tf.keras.utils.load_img(str(path), color_mode=mode))
    return out


def scenario_img_to_array(tf, tmp_path):
    image = tf.keras.utils.load_img(str(DATA_FILES / "noise.jpg"), target_size=(6, 8))
    f = tf.keras.utils.img_to_array
    return {
        "uint8": f(image, dtype="uint8"),
        "float64": f(image, dtype="float64"),
        "first": f(image, data_format="channels_first"),
        "of array": f(levels(4, 5, 3)),
        "of array, 2-D": f(levels(4, 5)),
        "1-D": attempt(lambda: f(levels(4))),
        "format": attempt(lambda: f(image, data_format="channels")),
        "stack": np.array([f(image), f(image)]),
    }


def scenario_array_to_img(tf, tmp_path):
    f = tf.keras.utils.array_to_img
    return {
        "scaled": np.asarray(f(noise(4, 5, 3))),
        "not scaled": np.asarray(f(levels(4, 5, 3).astype("float32"), scale=False)),
        "gray": np.asarray(f(noise(4, 5, 1))),
        "rgba": np.asarray(f(noise(4, 5, 4))),
        "constant": np.asarray(f(np.full((3, 3, 3), 7.0))),
        "two channels": attempt(lambda: f(noise(4, 5, 2))),
        "2-D": attempt(lambda: f(noise(4, 5))),
    }


def scenario_save_img(tf, tmp_path):
    path = str(tmp_path / "x.png")
    tf.keras.utils.save_img(path, levels(6, 7, 3).astype("float32"), scale=False)
    tf.keras.preprocessing.image.save_img(path + ".png", noise(6, 7, 3))
    return {
        "back": tf.keras.utils.img_to_array(tf.keras.utils.load_img(path)),
        "scaled": tf.keras.utils.img_to_array(tf.keras.utils.load_img(path + ".png")),
    }


def scenario_errors(tf, tmp_path):
    f, path = tf.keras.utils.load_img, str(DATA_FILES / "odd.jpg")
    (tmp_path / "text.jpg").write_text("no image")
    half = (DATA_FILES / "smooth.jpg").read_bytes()[:700]
    (tmp_path / "half.jpg").write_bytes(half)
    return {
        "no file": attempt(lambda: f(str(tmp_path / "none.jpg"))),
        "no image": attempt(lambda: f(str(tmp_path / "text.jpg"))),
        "truncated": attempt(lambda: np.asarray(f(str(tmp_path / "half.jpg")))),
        "interpolation": attempt(lambda: f(path, target_size=(8, 8), interpolation="cubic")),
        "color_mode": attempt(lambda: f(path, color_mode="cmyk")),
        "number": attempt(lambda: f(3)),
    }
