"""Looks at the machine's OpenCL drivers without PlaidML, and keeps those without a device away from it.

PlaidML asks each OpenCL platform for its devices and does not look at the answer "there are none", which leaves the count
unwritten: it then walks through as many devices as happen to stand in memory, up to four billion (32 GB). Mesa's drivers on a
machine without a GPU are such platforms. A loader reads the list of drivers when it is first used, so leaving them out is possible.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VENDORS = "/etc/OpenCL/vendors"
_KINDS = {1 << 1: "CPU", 1 << 2: "GPU", 1 << 3: "accelerator"}
_PLATFORM_NAME, _DEVICE_TYPE, _DEVICE_NAME, _DEVICE_VENDOR = 0x0902, 0x1000, 0x102B, 0x102C
_EVERY_KIND = 0xFFFFFFFF
# Positions in the table of functions with which every platform object begins (the ICD extension fixes them).
_GET_PLATFORM_INFO, _GET_DEVICE_IDS, _GET_DEVICE_INFO = 1, 2, 3


@dataclass(frozen=True)
class OpenCLDevice:
    """A device that a driver offers.

    Attributes:
        name: its own name.
        vendor: who made it.
        kind: `"CPU"`, `"GPU"`, `"accelerator"` or `"other"`. PlaidML skips CPUs.
    """

    name: str
    vendor: str
    kind: str


@dataclass(frozen=True)
class Driver:
    """An installed OpenCL driver.

    Attributes:
        file: the `.icd` file that announces it.
        library: the shared library it names.
        platforms: names of its platforms.
        devices: all their devices.
        error: why the library could not be loaded, or empty.
    """

    file: str
    library: str
    platforms: tuple[str, ...] = ()
    devices: tuple[OpenCLDevice, ...] = ()
    error: str = ""


def has_library(name: str = "libOpenCL.so") -> bool:
    """Whether a shared library can be loaded. PlaidML loads `libOpenCL.so`; the packages users have often bring `libOpenCL.so.1` alone."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


@functools.lru_cache(None)
def drivers() -> tuple[Driver, ...]:
    """The installed drivers with their devices, in the order of their files; found once a process. Empty off Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(_driver(file) for file in _files())


@contextlib.contextmanager
def without_empty_drivers() -> Iterator[None]:
    """While the block first uses OpenCL, it sees only drivers that have a device."""
    found = drivers() if has_library() else ()
    good = [d.file for d in found if d.devices]
    if len(good) == len(found):
        yield
        return
    folder = tempfile.mkdtemp(prefix="plaidml_compat_opencl_")
    before = os.environ.get("OCL_ICD_VENDORS")
    try:
        for file in good:
            shutil.copy(file, folder)
        os.environ["OCL_ICD_VENDORS"] = folder
        yield
    finally:
        if before is None:
            del os.environ["OCL_ICD_VENDORS"]
        else:
            os.environ["OCL_ICD_VENDORS"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _files() -> list[str]:
    place = os.environ.get("OCL_ICD_VENDORS") or VENDORS
    if os.path.isdir(place):
        return sorted(glob.glob(os.path.join(glob.escape(place), "*.icd")))
    return [place] if place.endswith(".icd") and os.path.isfile(place) else []


def _driver(file: str) -> Driver:
    library = ""
    try:
        with open(file, encoding="utf-8", errors="replace") as f:
            library = f.readline().strip()
        platforms = _platforms(ctypes.CDLL(library))
    except (OSError, AttributeError) as e:
        return Driver(file, library, error=str(e))
    names = tuple(_text(p, _GET_PLATFORM_INFO, _PLATFORM_NAME, p) for p in platforms)
    return Driver(file, library, names, tuple(d for p in platforms for d in _devices(p)))


def _platforms(library: Any) -> list[int]:
    library.clGetExtensionFunctionAddress.restype = ctypes.c_void_p
    address = library.clGetExtensionFunctionAddress(b"clIcdGetPlatformIDsKHR")
    if not address:
        return []
    get = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p)(address)
    return _ids(lambda n, out, count: get(n, out, count))


def _devices(platform: int) -> Iterator[OpenCLDevice]:
    get = _function(platform, _GET_DEVICE_IDS, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p)
    for device in _ids(lambda n, out, count: get(platform, _EVERY_KIND, n, out, count)):
        bits = int.from_bytes(_info(platform, _GET_DEVICE_INFO, _DEVICE_TYPE, device), sys.byteorder)
        kind = next((name for bit, name in _KINDS.items() if bits & bit), "other")
        name = _text(platform, _GET_DEVICE_INFO, _DEVICE_NAME, device)
        yield OpenCLDevice(name, _text(platform, _GET_DEVICE_INFO, _DEVICE_VENDOR, device), kind)


def _ids(get: Any) -> list[int]:
    """OpenCL's way to return a list: ask for the length, then for the items. An error is an empty list."""
    count = ctypes.c_uint(0)
    if get(0, None, ctypes.byref(count)) or not count.value:
        return []
    out = (ctypes.c_void_p * count.value)()
    return [] if get(count.value, out, None) else [int(x) for x in out if x]


def _function(platform: int, position: int, *arguments: Any) -> Any:
    table = ctypes.cast(platform, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    return ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(table[position] or 0)


def _info(platform: int, position: int, what: int, of: int) -> bytes:
    get = _function(platform, position, ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p)
    size = ctypes.c_size_t(0)
    if get(of, what, 0, None, ctypes.byref(size)) or not size.value:
        return b""
    out = ctypes.create_string_buffer(size.value)
    return b"" if get(of, what, size.value, out, None) else out.raw


def _text(platform: int, position: int, what: int, of: int) -> str:
    return _info(platform, position, what, of).rstrip(b"\0").decode(errors="replace").strip()
