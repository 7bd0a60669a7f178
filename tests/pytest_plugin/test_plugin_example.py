"""The sample project: every op that its comments tell of is flagged, in the line, and nothing else; the right tests fail under errors."""

from __future__ import annotations

import re
from collections import Counter
from subprocess import CompletedProcess

import pytest
from _sample_project import PROJECT, copy, outcomes, planted, seen

CLEAN = ("tests/test_augment.py", "tests/test_fixtures.py")


def test_all_that_is_planted_is_flagged_and_nothing_else(sample):
    project, done, data = sample
    assert done.returncode == 0, done.stdout
    assert seen(project, data, "tests") == planted("flagged")
    assert {k.kind for k in planted("flagged")} == {"refused", "fallback", "slow"}


def test_what_markers_allow_is_not_flagged(sample):
    project, _, data = sample
    assert seen(project, data, "allowed") == planted("allowed")
    reasons = {reason for flag in data["flags"] for reason in flag["allowed"].values()}
    assert len(reasons) == 2 and all(reason in (PROJECT / "tests/test_allowed.py").read_text() for reason in reasons)


def test_clean_tests_are_counted_without_a_flag(sample):
    clean = {nodeid: test for nodeid, test in sample.data["tests"].items() if nodeid.startswith(CLEAN)}
    assert sum(bool(test["ops"]) for test in clean.values()) >= 4 and not any(test["flags"] for test in clean.values())


def test_counts(sample):
    _, done, data = sample
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
    assert re.search(rf"^{calls['host']} op calls and \d+ other calls on the host, 1 op call on the device", done.stdout, re.M)
    assert "pictures/on_device.py" in done.stdout


def test_the_text_finds_what_the_text_shows(sample):
    """What a handler or hasattr copes with, and what a comment ignores, is no finding."""
    project, _, data = sample
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
def test_the_right_tests_fail(sample, settings, kinds, inside, monkeypatch, tmp_path):
    done = sample.done
    if settings:
        monkeypatch.chdir(copy(tmp_path))
        ran = inside(None, "--plaidml", "-rA", "-W", "default", *settings)
        done = CompletedProcess(settings, ran.exit_code, ran.result.stdout.str(), ran.result.stderr.str())
    guilty = {test for flag in sample.data["flags"] if flag["kind"] in kinds for test in flag["tests"]}
    skipped = "tests/test_quality.py::test_slope"  # its own marker says so
    found = outcomes(done)
    assert found.get("failed", set()) == guilty - {skipped}, done.stdout
    assert "error" not in found and done.returncode == (1 if guilty - {skipped} else 0)
    # As (sample) was run with --plaidml-static, it has more that passed.
    passed = {t for t in found["passed"] if not t.endswith("::plaidml-static")}
    assert passed == {t for t in outcomes(sample.done)["passed"] if not t.endswith("::plaidml-static")} - guilty
    assert re.search(r"SKIPPED \[1\] pictures.quality\.py:\d+: .*tf\.GradientTape", done.stdout)


def test_the_readme_names_what_is_there():
    text = (PROJECT / "README.md").read_text()
    files = re.findall(r"`([\w/]+\.(?:py|ini))`", text)
    assert len(files) >= 6 and all((PROJECT / f).is_file() for f in files)
