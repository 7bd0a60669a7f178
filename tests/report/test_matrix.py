"""The matrix as data: a row for every name, limits by engine, what is declared apart from what was measured, and totals."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from _measurements import HERE, SHIPPED

from plaidml_compat import registry
from plaidml_compat.registry import Limit
from plaidml_compat.report import names
from plaidml_compat.report.matrix import building as matrix
from plaidml_compat.report.matrix.row import Declared, InModel
from plaidml_compat.report.measuring.measurements import Measured
from plaidml_compat.surface import tensorflow_names
from plaidml_compat.tensor import TensorLike

ALIAS = "tf.keras.layers.experimental.preprocessing.RandomFlip"


def test_every_name_has_one_row(whole):
    assert [r.name for r in whole.rows] == names.all_names()
    assert {n for n, (kind, _) in tensorflow_names().items() if kind != "M"} <= {r.name for r in whole.rows}
    assert {"tf.keras.layers.Dense", "tf.data.Dataset.map", "tf.image.ssim", "keras.ops.abs", "plaidml_compat.rotate"} <= set(
        names.all_names()
    )


def test_it_is_ready_for_json(whole):
    found = whole.to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_totals(whole):
    found = whole.to_dict()["totals"]
    abouts = [names.about(n) for n in names.all_names()]
    of_tensorflow = [a for a in abouts if not a.name.startswith("plaidml_compat.")]
    assert found["names"] == len(of_tensorflow) and found["beside"] == len(abouts) - len(of_tensorflow) > 10
    assert Counter(found["by_status"]) == Counter(a.status for a in of_tensorflow)
    assert found["served"] == sum(a.works for a in of_tensorflow)
    assert list(found["by_family"])[-1] == "plaidml_compat"
    counted = {f: Counter(a.status for a in abouts if a.family == f) for f in {a.family for a in abouts}}
    assert {f: +Counter(c) for f, c in found["by_family"].items()} == counted
    assert found["in_model"]["host, at the head only"] == sum(bool(a.head_only) for a in abouts if a.name == a.canonical) > 0
    assert found["measured"] == found["measured_here"] == 0


def test_a_name_that_is_not_built_says_just_that(whole):
    missing = [r for r in whole.rows if r.status == "not built"]
    assert missing
    for r in missing:
        known = {k for k, v in vars(r).items() if v and k not in ("in_model", "declared")}
        assert known - {"same_as"} == {"name", "family", "kind", "status", "reason", "versions"}, r
        assert "does not have it yet" in r.reason
        assert (r.in_model, r.declared) == (InModel(), Declared())


def test_what_is_not_served_or_not_on_the_device_has_a_reason(whole):
    for r in whole.rows:
        if r.status == "unsupported" or r.in_model.where in ("no", "host, at the head only"):
            assert r.reason and r.instead, r.name
        assert bool(r.in_model.limits) == (r.in_model.where == "device within limits"), r.name


def test_layers_of_ours_are_on_the_host_at_the_head_of_a_model(rows):
    assert rows["tf.keras.layers.RandomFlip"].in_model.words == "on the device; on the host at the head of a model"
    assert rows["tf.keras.layers.Dense"].in_model.words == "on the device"
    assert rows["tf.keras.layers.RandAugment"].in_model.words == "at the head of a model alone, on the host"
    assert rows["tf.keras.layers.RandAugment"].in_model.where == "host, at the head only"


def test_an_alias_is_named_as_one(rows):
    assert rows[ALIAS].same_as == "tf.keras.layers.RandomFlip"
    assert rows["tf.keras.layers.RandomFlip"].same_as == ""
    assert rows["tf.losses.mse"].same_as == "tf.keras.losses.mean_squared_error"


@pytest.fixture
def declare(whole):
    """Declares an op with these device kernels, engine -> limits, and gives its row."""

    def row(kernels, engines=None):
        with registry.temporary():

            @registry.op("plaidml_compat.example")
            def op(x: TensorLike) -> TensorLike:
                """An example."""
                return x

            for engine, limits in kernels.items():
                op.kernel("device", on=engine, limits=limits)(lambda x: x)
            return next(r for r in matrix.build(engines=engines).rows if r.name == "plaidml_compat.example")

    return row


LARGE, ODD = Limit("large", lambda x: False), Limit("odd", lambda x: False, advice="make it even")


def limits(row):
    return [(x.engine, x.reason) for x in row.in_model.limits]


def test_without_a_device_kernel(declare):
    found = declare({})
    assert (found.status, found.in_map, found.in_model.where) == ("host", "host", "no")
    assert "no device kernel" in found.in_model.reason


def test_a_kernel_for_one_engine(declare):
    kernels = {"opencl": [ODD]}
    found = declare(kernels).in_model
    assert (found.where, found.engines) == ("device within limits", ("opencl",))
    assert found.words == "on the device (opencl alone), within limits"
    elsewhere = declare(kernels, ["llvm_cpu"]).in_model
    assert (elsewhere.where, elsewhere.engines, elsewhere.limits) == ("no", (), ())
    assert elsewhere.reason == "its device kernel is for opencl"
    assert declare(kernels, ["opencl"]).in_model.limits == (names.Bound("plaidml_compat.example", None, "wrong", "odd", "make it even"),)


def test_a_limit_counts_on_the_engines_whose_kernel_has_it(declare):
    """Where an engine has a kernel of its own, the general one is never used."""
    assert limits(declare({None: [LARGE, ODD]})) == [(None, "large"), (None, "odd")]
    kernels = {None: [LARGE, ODD], "llvm_cpu": [LARGE]}
    assert limits(declare(kernels)) == [(None, "large"), ("opencl", "odd")]
    assert limits(declare(kernels, ["llvm_cpu"])) == [(None, "large")]
    assert limits(declare(kernels, ["opencl"])) == [(None, "large"), ("opencl", "odd")]
    assert declare({None: [ODD], "llvm_cpu": []}, ["llvm_cpu"]).in_model.where == "device"


# ------------------------------------------------------------------------------------------------------ measurements
def test_what_was_measured_stands_apart_from_what_is_declared(whole):
    measured = matrix.build([SHIPPED, HERE])
    assert [replace(r, measured=()) for r in measured.rows] == whole.rows
    cells = next(r for r in measured.rows if r.name == "tf.cast").measured
    assert [(measured.about.measurements[c.source].machine, c.where, c.found) for c in cells] == [
        ("another machine", "device", Measured(7.0)),
        ("this machine", "host", Measured(100.0, 0.0, True)),
        ("this machine", "device", Measured(5.0, 0.5, False, call="a sample")),
    ]
    assert [m.here for m in measured.about.measurements] == [False, True]


def test_measurements_of_one_device_stay_apart(whole):
    older = replace(HERE, date="2025-01-01", rows={"tf.cast": {"host": Measured(1.0)}})
    both = matrix.build([older, HERE])
    row = next(r for r in both.rows if r.name == "tf.cast")
    assert [row.cells(m)[0].found.images_per_second for m in both.about.measurements] == [1.0, 100.0]
    listed = both.to_dict()
    ids = [m["id"] for m in listed["about"]["measurements"]]
    assert {c["measurement"] for r in listed["rows"] for c in r["measured"]} == set(ids) and len(set(ids)) == 2


def test_what_other_packages_declare_can_be_left_out(whole, monkeypatch):
    from plaidml_compat import extensions

    with registry.temporary():
        registry.export("plaidml_compat.example")(lambda x: x)
        monkeypatch.setitem(extensions._packages, "plaidml_compat.example", "a-package")
        row = next(r for r in matrix.build().rows if r.name == "plaidml_compat.example")
        assert row.source == "a-package"
        assert matrix.build(built_in=True).rows == whole.rows
    assert extensions.package_of("plaidml_compat.example") == ""


def test_measurements_are_found_under_every_name(whole):
    found = {r.name: r.measured for r in matrix.build([HERE]).rows}
    assert found[ALIAS] == found["tf.keras.layers.RandomFlip"] != ()
    assert found["tf.identity"] == ()


def test_rows_with_a_number_are_counted_as_measured(whole):
    found = matrix.build([SHIPPED, HERE]).totals
    assert (found.measured_here, found.measured) == (2, 2)  # a note is no number, an alias no other op
    found = matrix.build([SHIPPED]).totals
    assert (found.measured_here, found.measured) == (0, 1)


def test_an_engine_has_its_own_measurements_alone(whole):
    found = matrix.build([SHIPPED, HERE], ["opencl"], "opencl_y.0")
    assert (found.about.device, found.about.engine) == ("opencl_y.0", "opencl")
    assert [m.machine for m in found.about.measurements] == ["another machine"]
    assert {c.source for r in found.rows for c in r.measured} == {m.id for m in found.about.measurements}
    assert {s.engine for r in found.rows for s in r.slow} <= {"opencl"}


# ----------------------------------------------------------------------------------------------------------- filters
def named(found):
    return [r.name for r in found.rows]


def test_filters(whole):
    assert named(whole.only(["tf.image.resize", "tensorflow.image.rot90"])) == ["tf.image.resize", "tf.image.rot90"]
    assert named(whole.only(["resize"])) == ["keras.ops.image.resize", "tf.image.resize"]
    assert named(whole.only(["RandomFlip"])) == ["tf.keras.layers.RandomFlip"], "its alias is the same"
    assert named(whole.only([ALIAS])) == [ALIAS]
    assert named(whole.only(["tf.nest.*"])) == [n for n in names.all_names() if n.startswith("tf.nest.")] != []
    both = whole.only(families=["tf.image", "tf.io"], statuses=["unsupported", "not built"])
    assert {(r.family, r.status) for r in both.rows} == {("tf.image", "not built"), ("tf.io", "not built"), ("tf.io", "unsupported")}
    assert both.about.filters == {"families": ["tf.image", "tf.io"], "statuses": ["unsupported", "not built"]}
    assert both.totals.names == len(both.rows)
    assert whole.only(["tf.nothing.*"]).rows == []
    assert {r.family for r in whole.only(families=["tf"]).rows} == {"tf"}
    part = named(whole.only(families=["tf.keras.optimizers.legacy"]))
    assert part == [n for n in names.all_names() if n.startswith("tf.keras.optimizers.legacy.")] != []


def test_names_outside_the_matrix(whole):
    assert [(r.name, r.status) for r in whole.only(["tf.image.resizes"]).rows] == [("tf.image.resizes", "unknown")]
    assert "resize" in whole.only(["tf.image.resizes"]).rows[0].reason
    assert [r.same_as for r in whole.only(["keras.layers.Dense"]).rows] == ["tf.keras.layers.Dense"]


def test_a_family_that_is_none(whole):
    with pytest.raises(ValueError, match=r"no name is in the family 'tf.imgae'.*did you mean 'tf.image'"):
        whole.only(families=["tf.imgae"])
