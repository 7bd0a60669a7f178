"""Arguments of samples as JSON and arrays, for another process or another TensorFlow, and the hash that tells whether they changed."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import numpy as np


def encode(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """A JSON-ready form of an argument of a sample; its arrays go to `arrays`.

    Raises:
        TypeError: a kind of value that has no such form.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, slice):
        return {"slice": [encode(v, arrays) for v in (value.start, value.stop, value.step)]}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {"tuple": [encode(v, arrays) for v in value]}
    if isinstance(value, list):
        return [encode(v, arrays) for v in value]
    if isinstance(value, dict):
        return {"dict": [[encode(k, arrays), encode(v, arrays)] for k, v in value.items()]}
    if isinstance(value, (np.dtype, type)):
        return {"dtype": np.dtype(value).name}
    if isinstance(value, np.ndarray) and value.dtype == object:
        return {"texts": [base64.b64encode(v).decode() for v in value.ravel()], "shape": list(value.shape)}
    if isinstance(value, (np.ndarray, np.generic)):
        key = f"a{len(arrays)}"
        arrays[key] = np.asarray(value)
        return {"array": key, "scalar": isinstance(value, np.generic)}
    if type(value).__name__ == "Tensor":
        return {"tensor": encode(np.asarray(value), arrays)}
    if type(value).__name__ == "DType":
        return {"dtype": value.name}
    raise TypeError(f"a sample cannot hold {type(value)}: {value!r:.100}")


def decode(value: Any, arrays: Any, tf: Any) -> Any:
    """The reverse of `encode`; tensors and dtypes become those of `tf`."""
    if isinstance(value, list):
        return [decode(v, arrays, tf) for v in value]
    if not isinstance(value, dict):
        return value
    if "float" in value:
        return float(value["float"])
    if "ellipsis" in value:
        return Ellipsis
    if "slice" in value:
        return slice(*decode(value["slice"], arrays, tf))
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    if "tuple" in value:
        return tuple(decode(v, arrays, tf) for v in value["tuple"])
    if "dict" in value:
        return {decode(k, arrays, tf): decode(v, arrays, tf) for k, v in value["dict"]}
    if "dtype" in value:
        return tf.as_dtype(value["dtype"])
    if "texts" in value:
        out = np.empty(len(value["texts"]), object)
        out[:] = [base64.b64decode(v) for v in value["texts"]]
        return out.reshape(value["shape"])
    if "tensor" in value:
        return tf.convert_to_tensor(decode(value["tensor"], arrays, tf))
    array = arrays[value["array"]]
    return array[()] if value["scalar"] else array


def sample_hash(sample: Any) -> str:
    """Hash of a sample's arguments."""
    arrays: dict[str, np.ndarray] = {}
    text = json.dumps([encode(tuple(sample.args), arrays), encode(dict(sample.kwargs), arrays)])
    digest = hashlib.sha256(text.encode())
    for key, a in arrays.items():
        digest.update(f"{key} {a.dtype.str} {a.shape} ".encode() + np.ascontiguousarray(a).tobytes())
    return digest.hexdigest()[:16]
