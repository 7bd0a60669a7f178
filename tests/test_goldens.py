"""Every sample of the registry, at every placement, against what the real TensorFlow gave; and every limit of a device kernel."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import golden
import golden_calls
import numpy as np
import pytest
from golden_calls import listing

PLACES = ("host", "device")


def samples(place):
    """(name, sample id) of what can run there."""
    rows = [r for r in listing() if place == "host" or r["device"]]
    return [(r["name"], s) for r in rows for s in r["samples"]]


def find(name, sample_id):
    """The entry and the sample."""
    from plaidml_compat import OPS

    entry = OPS[name]
    return entry, next(s for s in entry.samples() if s.id == sample_id)


@pytest.fixture
def place(request, monkeypatch, tf):
    """A placement. On the device, host kernels raise, so do fallbacks, and `check()` wants to have seen the device at work."""
    import plaidml_compat
    from plaidml_compat import dispatch, registry

    if request.param == "host":
        with plaidml_compat.device_scope("host"):
            yield lambda: False
        return

    for entry in registry.entries():
        if entry.kind == "op":

            def refuse(*args, _name=entry.name, **kwargs):
                raise AssertionError(f"{_name} ran its host kernel in a device test")

            host, *others = entry.kernels
            monkeypatch.setattr(entry, "kernels", [dataclasses.replace(host, function=refuse), *others])
    monkeypatch.setattr(dispatch.defaults, "fallback", "error")

    def check():
        placements = {p for _, p in summary.runs}
        assert placements == {"device"}, f"ran at {placements or 'no placement'}, not on the device alone"
        golden_calls.ran_on_device.update(n for n, _ in summary.runs)
        return True

    with plaidml_compat.Summary() as summary, plaidml_compat.device_scope("device"):
        yield check


@pytest.mark.filterwarnings("ignore::plaidml_compat.SlowOpWarning")
@pytest.mark.parametrize(
    ("place", "name", "sample_id"), [pytest.param(p, n, s, id=f"{n}-{s}-{p}") for p in PLACES for n, s in samples(p)], indirect=["place"]
)
def test_equals_tensorflow(tf, place, name, sample_id):
    from plaidml_compat import PlacementError, device, dispatch, goldens

    engine = device.current_engine()
    general = {limit.reason for limit in dispatch.general_limits(engine)}
    entry, sample = find(name, sample_id)
    try:
        got = goldens.run(tf, entry, sample)
    except PlacementError as e:
        if e.reason in general | {limit.reason for op in golden_calls.ops_of(entry) for kernel in op.kernels for limit in kernel.limits}:
            pytest.skip(f"beyond a limit: {e.reason}")
        raise
    on_device = place()
    golden_calls.compare(entry, sample, got, engine if on_device else None)


def test_every_golden_is_used():
    known = {g for r in listing() for g in r["goldens"]} | set(golden.scenario_names())
    left_over = {p.name[: -len(".npz")] for p in golden.GOLDENS.glob("*.npz")} - known
    assert not left_over, f"goldens of no entry and no scenario: delete {sorted(left_over)} in {golden.GOLDENS}"


def limits():
    """Every limit of a device kernel."""
    return [pytest.param(r["name"], *limit, id=f"{r['name']}-{limit[0]}-{limit[1]}") for r in listing() for limit in r["limits"]]


@pytest.mark.parametrize(("name", "kernel_index", "limit_index", "kind", "reason", "on"), limits())
def test_limit_is_needed(tf, device_id, name, kernel_index, limit_index, kind, reason, on):
    """Without the limit the kernel fails or gives other numbers: else the limit can go."""
    if kind == "slow":
        pytest.skip("slow, not wrong: measured by benchmarks/")
    from plaidml_compat import OPS, arguments, device, dispatch

    if not {None, device.engine_of(device_id)}.issuperset(on):
        pytest.skip(f"a kernel, or a limit seen to be needed, on {' and '.join(filter(None, on))} only")
    entry = OPS[name]
    kernel = entry.kernels[kernel_index]
    limit = kernel.limits[limit_index]
    met = []
    for sample in entry.samples():
        bound = entry.signature.bind(*sample.args, **sample.kwargs)
        bound.apply_defaults()
        arguments.to_arrays(entry, bound.arguments)
        if dispatch.refusal(entry, [limit], bound.arguments):
            met.append(sample.id)
    assert met, f"{name}: no sample meets the limit {reason!r}: add one"
    right = [sample_id for sample_id in met if is_right_without(device_id, name, kernel_index, sample_id)]
    if len(right) == len(met):
        skip_where_drivers_differ(device_id)
    assert len(right) < len(met), f"{name}: without the limit {reason!r} the kernel is right for {', '.join(right)}: the limit can go"


def skip_where_drivers_differ(device_id):
    """A limit for OpenCL holds for all its drivers, and was seen to be needed on software OpenCL, as CI has it."""
    if device_id.startswith("opencl") and "llvmpipe" not in device_id:
        pytest.skip("this OpenCL driver does not need the limit, others do")


def is_right_without(device_id, name, kernel_index, sample_id):
    """Whether a sample has TensorFlow's result on the device without a kernel's limits; in a process of its own, which may die."""
    command = [sys.executable, golden_calls.__file__, "lift", device_id, name, str(kernel_index), sample_id]
    try:
        done = subprocess.run(command, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        return False
    assert done.stdout.startswith(b"ready"), done.stderr.decode()
    return not done.returncode


def test_limits_of_every_kernel_are_needed(tf, device_id):
    """The limits that all device kernels share, on samples of tf.math.add."""
    from plaidml_compat import OPS, device, dispatch

    entry = OPS["tf.math.add"]
    engine = device.engine_of(device_id)
    for limit in (g for g in dispatch.general_limits(engine) if g.seen_on in (None, engine)):
        met = []
        for sample in entry.samples():
            bound = entry.signature.bind(*sample.args, **sample.kwargs)
            bound.apply_defaults()
            if dispatch.refusal(entry, [limit], bound.arguments):
                met.append(sample.id)
        assert met, f"no sample of tf.math.add meets the limit {limit.reason!r}"
        if all(is_right_without(device_id, entry.name, golden_calls.EVERY_KERNEL, s) for s in met):
            skip_where_drivers_differ(device_id)
            raise AssertionError(f"the limit can go: {limit.reason}")


# ------------------------------------------------------------------------------------------------ the harness itself
class Made:
    """A sample-like thing."""

    def __init__(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs


def test_hash_sees_every_input():
    x = np.arange(4, dtype=np.float32)
    first = golden.sample_hash(Made(x, 1, a=(1.5, None)))
    assert first == golden.sample_hash(Made(x.copy(), 1, a=(1.5, None)))
    others = [
        Made(x + 1, 1, a=(1.5, None)),
        Made(x, 2, a=(1.5, None)),
        Made(x, 1, a=(1.5, 0)),
        Made(x, 1, a=[1.5, None]),
        Made(x.astype("f8"), 1),
    ]
    assert first not in {golden.sample_hash(o) for o in others}


@pytest.mark.parametrize(
    ("got", "want", "tolerance", "same"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0, True),
        ([1.0, 2.0], [1.0, 2.5], 0.4, False),
        ([1.0, 2.0], [1.0, 2.5], 0.5, True),
        ([1.0, np.nan], [1.0, np.nan], 0, True),
        ([1.0, np.nan], [1.0, 0.0], 1e9, False),
        ([np.inf, 0.0], [np.inf, 0.0], 0, True),
        ([np.inf, 0.0], [-np.inf, 0.0], 1e9, False),
        ([1.0], [1.0, 1.0], 0, False),
        ([1], [1.0], 0, False),
        (np.array([255, 0], np.uint8), np.array([0, 0], np.uint8), 254, False),
        (np.array([2**62 + 1]), np.array([2**62]), 0, False),
        ([True], [False], 0, False),
        (["a"], ["b"], 0, False),
        (["a"], ["a"], 0, True),
    ],
)
def test_comparison(got, want, tolerance, same):
    want = golden.plain(np.array(want))
    if same:
        golden.assert_same(np.array(got), want, tolerance, "x")
    else:
        with pytest.raises(AssertionError, match="x"):
            golden.assert_same(np.array(got), want, tolerance, "x")


@pytest.mark.parametrize(("ulps", "same"), [(0, False), (1, False), (2, True)])
def test_comparison_by_units_in_the_last_place(ulps, same):
    want = np.array([1, 3e30, np.inf, np.nan, 0], np.float32)
    got = want.copy()
    got[1] = np.nextafter(np.nextafter(want[1], np.float32(np.inf)), np.float32(np.inf))
    if same:
        golden.assert_same(got, want, 0.0, "x", ulps)
    else:
        with pytest.raises(AssertionError, match="x: 1 of 5"):
            golden.assert_same(got, want, 0.0, "x", ulps)
    for at, other in ((2, 3e38), (3, 0), (0, np.inf)):
        wrong = want.copy()
        wrong[at] = other
        with pytest.raises(AssertionError):
            golden.assert_same(wrong, want, 0.0, "x", ulps)


def test_stale_goldens_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(golden, "GOLDENS", tmp_path)
    golden.write("tf.x", {"a/0": np.zeros(2)}, {"inputs": {"a": "1"}})
    assert list(golden.expected("tf.x", "a", "1")) == ["0"]
    for part, inputs in (("a", "2"), ("b", "1")):
        with pytest.raises(golden.StaleGolden, match=r"record_golden.py .* tf\.x"):
            golden.expected("tf.x", part, inputs)
    with pytest.raises(golden.StaleGolden, match="no golden"):
        golden.expected("tf.y", "a", "1")
