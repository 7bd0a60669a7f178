"""Sizes that TensorFlow's layers refuse, when they are made or when they are called."""

import numpy as np


def at_construction(layers):
    return {
        "Conv2D(0, 3)": lambda: layers.Conv2D(0, 3),
        "Conv1D(-1, 3)": lambda: layers.Conv1D(-1, 3),
        "Conv3D(0, 3)": lambda: layers.Conv3D(0, 3),
        "Conv2D(4, 0)": lambda: layers.Conv2D(4, 0),
        "Conv2D(4, (3, -1))": lambda: layers.Conv2D(4, (3, -1)),
        "Conv2D strides 0": lambda: layers.Conv2D(4, 3, strides=0),
        "Conv2D strides -1": lambda: layers.Conv2D(4, 3, strides=-1),
        "Conv2D dilation 0": lambda: layers.Conv2D(4, 3, dilation_rate=0),
        "Conv2DTranspose(0, 3)": lambda: layers.Conv2DTranspose(0, 3),
        "Conv2DTranspose strides 0": lambda: layers.Conv2DTranspose(4, 3, strides=(1, 0)),
        "DepthwiseConv2D(0)": lambda: layers.DepthwiseConv2D(0),
        "DepthwiseConv2D strides 0": lambda: layers.DepthwiseConv2D(3, strides=0),
        "SeparableConv2D(0, 3)": lambda: layers.SeparableConv2D(0, 3),
        "Dense(-3)": lambda: layers.Dense(-3),
        "Embedding(0, 3)": lambda: layers.Embedding(0, 3),
        "Embedding(3, 0)": lambda: layers.Embedding(3, 0),
        "LSTM(0)": lambda: layers.LSTM(0),
        "GRU(units=-1)": lambda: layers.GRU(units=-1),
        "SimpleRNN(0)": lambda: layers.SimpleRNN(0),
        "MaxPooling2D(0)": lambda: layers.MaxPooling2D(0),
        "AveragePooling1D(-1)": lambda: layers.AveragePooling1D(-1),
        "MaxPooling3D strides -1": lambda: layers.MaxPooling3D(2, strides=-1),
        "UpSampling2D(0)": lambda: layers.UpSampling2D(0),
        "UpSampling3D((1, -2, 1))": lambda: layers.UpSampling3D((1, -2, 1)),
        "ZeroPadding1D(-1)": lambda: layers.ZeroPadding1D(-1),
        "Cropping1D(-1)": lambda: layers.Cropping1D(-1),
        "Permute((0, 1))": lambda: layers.Permute((0, 1)),
    }


def at_calls(layers):
    return {
        "Cropping1D(5)": (layers.Cropping1D(5), (8, 3)),
        "Cropping2D(5)": (layers.Cropping2D(5), (8, 8, 3)),
        "Cropping2D(4)": (layers.Cropping2D(4), (8, 8, 3)),
        "ZeroPadding2D(-1)": (layers.ZeroPadding2D(-1), (8, 8, 3)),
        "ZeroPadding3D(-5)": (layers.ZeroPadding3D(-5), (8, 8, 8, 3)),
        "UpSampling1D(0)": (layers.UpSampling1D(0), (8, 3)),
        "UpSampling1D(-1)": (layers.UpSampling1D(-1), (8, 3)),
        "RepeatVector(-1)": (layers.RepeatVector(-1), (8,)),
        "Reshape((0,))": (layers.Reshape((0,)), (8,)),
        "Reshape((3,))": (layers.Reshape((3,)), (8,)),
        "Reshape((-1, 3))": (layers.Reshape((-1, 3)), (8,)),
        "Reshape((4, -2))": (layers.Reshape((4, -2)), (8,)),
        "Reshape((2, 4))": (layers.Reshape((2, 4)), (8,)),
        "ConvLSTM2D(0, 3)": (layers.ConvLSTM2D(0, 3), (2, 8, 8, 3)),
        "MaxPooling2D strides 0": (layers.MaxPooling2D(2, strides=0), (8, 8, 3)),
    }


def scenario_at_construction(tf, tmp_path):
    out = {}
    for name, make in at_construction(tf.keras.layers).items():
        try:
            make()
        except ValueError as e:
            out[name] = np.array(f"{type(e).__name__} {e}")
    return out


def scenario_on_data(tf, tmp_path):
    out = {}
    for name, (layer, shape) in at_calls(tf.keras.layers).items():
        try:
            out[name] = np.array(layer(np.ones((2, *shape), np.float32)).shape)
        except tf.errors.InvalidArgumentError:
            out[name] = np.array("InvalidArgumentError")
        except ValueError:
            out[name] = np.array("ValueError")
    return out


def scenario_in_models(tf, tmp_path):
    layers = tf.keras.layers
    out = {}
    too_small = {
        "Conv2D(4, 9)": (layers.Conv2D(4, 9), (8, 8, 3)),
        "DepthwiseConv2D(9)": (layers.DepthwiseConv2D(9), (8, 8, 3)),
        "MaxPooling2D(9)": (layers.MaxPooling2D(9), (8, 8, 3)),
        "AveragePooling1D(9)": (layers.AveragePooling1D(9), (8, 3)),
    }
    for name, (layer, shape) in {**at_calls(layers), **too_small}.items():
        if name in (
            "UpSampling1D(0)",
            "UpSampling1D(-1)",
            "RepeatVector(-1)",
            "Reshape((4, -2))",
        ):  # TensorFlow raises it when the model runs
            continue
        try:
            out[name] = np.array([n or -1 for n in layer(tf.keras.Input(shape)).shape])
        except ValueError:
            out[name] = np.array("ValueError")
    return out
