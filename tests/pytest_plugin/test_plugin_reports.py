"""`--plaidml-report`: every form says the same, escapes what it is given, is valid, and is written however the run ends."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from plaidml_compat.pytest_plugin import FORMS
from plaidml_compat.testing import forms, reporting
from plaidml_compat.testing.findings import Findings, Found
from plaidml_compat.testing.recording import COUNTED, Flag, Record
from plaidml_compat.testing.reports import Report
from plaidml_compat.testing.settings import Settings

SCHEMA = Path(__file__).parent.parent / "data_files" / "sarif-schema-2.1.0.json"
ODD = "<script>alert(1)</script> | **`&\"'\n\ud800"
POLICY = {"refused": "error", "fallback": "warn", "slow": "warn"}


def scanned(folder, **about):
    where = {"path": str(folder / "lib.py"), "line": 3, "column": 1, "end_line": 3, "end_column": 9, "cell": None, "file_line": None}
    what = {"name": "tf.slow", "rule": "slow", "reason": "it is slow", "suggestion": "Wait", "code": "", "ignored": None, "guarded": False}
    return {**where, **what, **about}


@pytest.fixture
def found(tf, tmp_path, monkeypatch):
    """A report with a flag of each kind, one that is allowed, odd characters, and what the scanner found."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_it.py").write_text("one\n  tf.image.psnr(x)\nthree\n")
    file = str(tmp_path / "test_it.py")
    flags = {
        "refused": Flag("refused", "tf.image.psnr", ODD, ODD, file, 2),
        "fallback": Flag("fallback", "tf.image.rot90", "no kernel", "", file, 3),
        "slow": Flag("slow", "tf.slow", "slow", "wait", str(tmp_path / "lib.py"), 3),
    }
    findings = Findings(str(tmp_path))

    def add(nodeid, policy, reason, *kinds):
        record = Record()
        record.count("run", "tf.image.rot90", "host", 2)
        for kind in kinds:
            record.flags[flags[kind]] += 1
        record.count("call", "tf.random.normal", "host")
        record.count("step", "train_function", "device", 3, 0.5)
        findings.tests[nodeid] = Found(record, policy, reason)

    add("test_it.py::test_a[<b>|]", POLICY, "", "refused", "slow")
    add("test_it.py::test_b", {**POLICY, "fallback": "allow"}, "once", "fallback", "refused")
    more = scanned(tmp_path, name="tf.other", line=7, end_line=7)
    ignored = scanned(tmp_path, name="tf.ignored", line=8, end_line=8, ignored="a joke")
    unread = scanned(tmp_path, path=str(tmp_path / "broken.py"), name="", rule="unread", reason="no Python", line=None, column=None)
    return Report(Settings(), findings, [scanned(tmp_path), more, ignored, unread], 1)


def written(report, form):
    reporting.write(f"report.{form}", report)
    return Path(f"report.{form}").read_text("utf-8")


def test_json(found, tmp_path):
    data = json.loads(written(found, "json"))
    documented = set(re.findall(r"`(\w+)`", Report.to_dict.__doc__))
    assert set(data) <= documented and set(data["flags"][0]) <= documented and set(data["tests"]["test_it.py::test_b"]) <= documented
    assert all(f'"{name}": n' in Report.to_dict.__doc__ for name in data["others"])
    assert data["others"] == {"calls": 2, "built": 0, "steps": 6}
    other = [["call", "tf.random.normal", "host", 1, 0.0], ["step", "train_function", "device", 3, 0.5]]
    assert data["tests"]["test_it.py::test_b"]["others"] == other
    assert data["placements"] == {"host": 4, "device": 0} and data["exit_code"] == 1 and data["root"] == str(tmp_path)
    flags = {f["kind"]: f for f in data["flags"]}
    assert {kind: flag["rule"] for kind, flag in flags.items()} == {"refused": "not-built", "fallback": "host", "slow": "slow"}
    assert all(f'`"{word}"`' in Report.to_dict.__doc__ for word in ("unsupported", "not-built", "unknown", "host", "slow", *COUNTED[1:]))
    assert flags["refused"]["tests"] == ["test_it.py::test_a[<b>|]", "test_it.py::test_b"] and flags["refused"]["reason"] == ODD
    assert flags["fallback"]["tests"] == [] and flags["fallback"]["allowed"] == {"test_it.py::test_b": "once"}
    assert len(data["static"]) == 4


def test_markdown(found):
    text = written(found, "md")
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    for table in tables:
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(columns) == 1, "nothing in a cell ends it"
    assert len(tables) == 6 and "\\<script>" in text and "<script>" not in text.replace("\\<script>", "")
    assert "4 op calls and 2 other calls on the host; 6 steps of models on the device" in text and "## Not built" in text
    assert "| tf.random.normal | function | host | 2 |" in text and "| train_function | step of a model | device | 6 |" in text
    assert "| tf.image.rot90 | 4 | 0 |" in text and "tf.ignored" not in text and "broken.py" in text


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def test_html(found):
    page = Tags()
    page.feed(written(found, "html"))
    allowed = "html head meta title style body h1 p h2 div table thead tbody tr th td"
    assert set(page.tags) == set(allowed.split()), "no script, and no tag out of a reason"
    assert ODD.replace("\ud800", "\\ud800") in page.texts and "test_it.py::test_a[<b>|], test_it.py::test_b" in page.texts
    assert page.tags.count("table") == 6 and "tf.ignored" not in page.texts


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_html_in_a_browser(found, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    written(found, "html")
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        faults = []
        page.on("console", lambda m: faults.append(m.text))
        page.on("dialog", lambda d: faults.append(d.message))
        page.goto((tmp_path / "report.html").as_uri())
        assert page.locator("td", has_text="alert(1)").first.is_visible() and faults == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wide tables scroll by themselves"
        assert page.locator("td").first.bounding_box()["width"] > 60
        browser.close()


def errors(document):
    jsonschema = pytest.importorskip("jsonschema")
    return [e.message for e in jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).iter_errors(document)]


def test_sarif(found):
    document = json.loads(written(found, "sarif"))
    assert errors(document) == []
    (run,) = document["runs"]
    results = {r["message"]["text"].split(":")[0]: r for r in run["results"]}
    assert sorted(results) == ["tf.ignored", "tf.image.psnr", "tf.image.rot90", "tf.other", "tf.slow"] and len(run["results"]) == 5
    assert {name: (r["ruleId"], r["level"]) for name, r in results.items()} == {
        "tf.image.psnr": ("not-built", "error"),
        "tf.image.rot90": ("host", "warning"),
        "tf.slow": ("slow", "warning"),
        "tf.other": ("slow", "warning"),
        "tf.ignored": ("slow", "warning"),
    }
    suppressed = {name: r["suppressions"] for name, r in results.items() if r["suppressions"]}
    assert suppressed == {
        "tf.image.rot90": [{"kind": "inSource", "justification": "once"}],
        "tf.ignored": [{"kind": "inSource", "justification": "a joke"}],
    }
    place = results["tf.image.psnr"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "test_it.py"
    region = {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 19, "snippet": {"text": "tf.image.psnr(x)"}}
    assert place["region"] == region
    (invocation,) = run["invocations"]
    assert invocation["exitCode"] == 1 and not invocation["executionSuccessful"]
    assert "no Python" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_of_a_refusal_by_something_that_is_here(found, tmp_path):
    """It refused an argument: its name has another status."""
    record = Record()
    record.flags[Flag("refused", "tf.math.abs", "no such argument", "", str(tmp_path / "lib.py"), 3)] += 1
    found.findings.tests["test_c"] = Found(record, POLICY)
    results = json.loads(forms.render("sarif", found))["runs"][0]["results"]
    assert [r["ruleId"] for r in results if r["message"]["text"].startswith("tf.math.abs")] == ["unsupported"]
    assert {r["message"]["text"].split(":")[0]: r["level"] for r in results}["tf.image.rot90"] == "warning", "each has its own"


def test_what_the_whole_run_allows_is_suppressed_outside_of_the_source(found):
    run = Report(Settings(fallback="allow"), found.findings, [], 0)
    results = json.loads(forms.render("sarif", run))["runs"][0]["results"]
    (rot90,) = (r for r in results if r["ruleId"] == "host")
    assert [s["kind"] for s in rot90["suppressions"]] == ["external"]


def test_every_form_is_there_and_told_of():
    """A module for each, and the texts that list them."""
    modules = {path.stem for path in Path(forms.__file__).parent.glob("*.py")}
    assert {name for name in modules if not name.startswith("_")} == set(FORMS)
    root = Path(__file__).parent.parent.parent
    for file in ("README.md", "examples/pytest_project/README.md"):
        text = (root / file).read_text()
        assert all(f".{form}" in text for form in FORMS), file


@pytest.mark.parametrize("form", FORMS)
def test_of_nothing(tf, tmp_path, monkeypatch, form):
    monkeypatch.chdir(tmp_path)
    text = written(Report(Settings(), Findings(str(tmp_path)), [], 5), form)
    assert "plaidml_compat" in text
    assert form != "sarif" or errors(json.loads(text)) == []


# ---------------------------------------------------------------------------------------------------------- in a run
def test_refused_at_the_start(inside, pytester):
    """Not when all tests have run. From an ini file, it is meant as seen from that."""
    pytester.mkdir("folder.json")
    tests = "def test_it(): open('ran', 'w').close()"
    for name, says in (
        ("nowhere/r.json", "there is no folder"),
        ("folder.json", "it is a folder"),
        ("r.txt", "ends with"),
        ("out/.md", "ends with"),
    ):
        run = inside(tests, "--plaidml", f"--plaidml-report={name}")
        assert run.exit_code == 4 and says in run.text and f"{name!r}" in run.text
    assert not Path("ran").exists()


def test_from_an_ini_file(inside, pytester, monkeypatch):
    """It names the file from where it stands; the tests may go elsewhere meanwhile."""
    tests = "import os\ndef test_it(): os.chdir('..')"
    pytester.makeini("[pytest]\nplaidml_report = out/r.json\nplaidml = true\n")
    (pytester.path / "out").mkdir()
    assert inside(tests, "-q").exit_code == 0
    assert json.loads((pytester.path / "out" / "r.json").read_text())["exit_code"] == 0


@pytest.mark.parametrize(
    ("tests", "exit_code"),
    [
        ("def test_b(): hasattr(tf, 'Graph'); assert False", 1),
        ("def test_b(): hasattr(tf, 'Graph'); raise KeyboardInterrupt", 2),
        ("import pytest\ndef test_b(): hasattr(tf, 'Graph'); pytest.exit('enough', 7)", 7),
        ("def test_b(): pass\nraise ImportError", 2),
    ],
)
def test_written_however_the_run_ends(inside, pytester, tests, exit_code):
    pytester.makepyfile(test_a="import tensorflow as tf\nprobe = hasattr(tf.image, 'psnr')\ndef test_a(): hasattr(tf.image, 'ssim')\n")
    pytester.makepyfile(test_it=f"import tensorflow as tf\n{tests}")
    with contextlib.suppress(KeyboardInterrupt):  # which pytester passes on
        inside(None, "--plaidml", "--plaidml-report=r.json")
    data = json.loads(Path("r.json").read_text())
    assert data["exit_code"] == exit_code
    ran = "ImportError" not in tests
    assert {f["op"]: f["tests"] for f in data["flags"]} == {
        "tf.image.psnr": ["test_a.py"],
        **({"tf.image.ssim": ["test_a.py::test_a"], "tf.Graph": ["test_it.py::test_b"]} if ran else {}),
    }, "what a test did before it was interrupted, too"
