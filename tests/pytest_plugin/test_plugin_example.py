"""The sample project: every op that its comments tell of is flagged, in the line, and nothing else; the right tests fail under errors."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from _sample_project import PROJECT, copy, outcomes, planted, report, run, seen

CLEAN = ("tests/test_augment.py", "tests/test_fixtures.py")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def plain(project):
    """A run with nothing but a report: (process, report)."""
    return report(project, "-rA", "--plaidml-static")


def test_all_that_is_planted_is_flagged_and_nothing_else(project, plain):
    done, data = plain
    assert done.returncode == 0, done.stdout
    assert seen(project, data, "tests") == planted("flagged")
    assert {k.kind for k in planted("flagged")} == {"refused", "fallback", "slow"}


def test_what_markers_allow_is_not_flagged(project, plain):
    _, data = plain
    assert seen(project, data, "allowed") == planted("allowed")
    reasons = {reason for flag in data["flags"] for reason in flag["allowed"].values()}
    assert len(reasons) == 2 and all(reason in (PROJECT / "tests/test_allowed.py").read_text() for reason in reasons)


def test_clean_tests_are_counted_without_a_flag(plain):
    _, data = plain
    clean = {nodeid: test for nodeid, test in data["tests"].items() if nodeid.startswith(CLEAN)}
    assert len(clean) >= 4 and all(test["ops"] and not test["flags"] for test in clean.values())


def test_counts(plain):
    done, data = plain
    calls = Counter()
    for test in data["tests"].values():
        for _, at, n, seconds in test["ops"]:
            calls[at] += n
            assert seconds > 0
    assert data["placements"] == dict(calls) and calls["device"] == 1, "mirrored() alone has a device kernel"
    # tests/test_fixtures.py says so itself
    assert data["tests"]["tests/test_fixtures.py::test_one_op_on_the_host"]["ops"][0][:3] == ["tf.image.flip_left_right", "host", 1]
    turned = next(f for f in data["flags"] if f["kind"] == "fallback" and f["tests"])
    assert turned["tests"] == ["tests/test_on_device.py::test_turned", "tests/test_on_device.py::test_turned_back"]
    assert re.search(rf"^{calls['host']} op calls on the host, 1 on the device", done.stdout, re.M)
    assert "pictures/on_device.py" in done.stdout


def test_the_text_finds_what_the_text_shows(project, plain):
    """What a handler or hasattr copes with, and what a comment ignores, is no finding."""
    _, data = plain
    counting = {(f["path"][len(str(project)) + 1 :], f["line"], f["name"]) for f in data["static"] if f["ignored"] is None}
    coped_with = {"tf.image.psnr", "tf.image.sobel_edges"}
    assert counting == {(p.file, p.line, p.op) for p in planted("flagged") if p.op not in coped_with}
    (ignored,) = (f for f in data["static"] if f["ignored"] is not None)
    assert ignored["name"] == "tf.image.rot90" and ignored["path"].endswith("test_allowed.py")


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ((), ()),
        (("--plaidml-unsupported", "error"), ("refused",)),
        (("--plaidml-fallback", "error", "--plaidml-slow", "error"), ("fallback", "slow")),
    ],
)
def test_the_right_tests_fail(project, plain, settings, kinds):
    _, data = plain
    done = plain[0] if not settings else run(project, "-rA", *settings)
    guilty = {test for flag in data["flags"] if flag["kind"] in kinds for test in flag["tests"]}
    skipped = "tests/test_quality.py::test_slope"  # its own marker says so
    found = outcomes(done)
    assert found.get("failed", set()) == guilty - {skipped}, done.stdout
    assert "error" not in found and done.returncode == (1 if guilty - {skipped} else 0)
    # As (plain) was run with --plaidml-static, it has more that passed.
    passed = {t for t in found["passed"] if not t.endswith("::plaidml-static")}
    assert passed == {t for t in outcomes(plain[0])["passed"] if not t.endswith("::plaidml-static")} - guilty
    assert re.search(r"SKIPPED \[1\] pictures.quality\.py:\d+: .*tf\.GradientTape", done.stdout)


def test_the_readme_names_what_is_there():
    text = (PROJECT / "README.md").read_text()
    files = re.findall(r"`([\w/]+\.(?:py|ini))`", text)
    assert len(files) >= 6 and all((PROJECT / f).is_file() for f in files)
