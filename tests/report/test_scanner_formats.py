"""A scan as text, JSON, SARIF and GitHub's commands: complete, escaped, and valid by the official schema."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from rich.console import Console

from plaidml_compat.report import names
from plaidml_compat.report.scanner.formats import github, sarif, text
from plaidml_compat.report.scanner.formats import json as json_format
from plaidml_compat.report.scanner.rules import RULES
from plaidml_compat.report.scanner.scanning import ScanReport, scan, severity
from plaidml_compat.report.scanner.settings import Settings, rules_of
from plaidml_compat.report.scanner.sources import Problem
from plaidml_compat.report.scanner.uses import Finding, Suppression, Use

SCHEMA = Path(__file__).parent.parent / "data_files" / "sarif-schema-2.1.0.json"
ODD = "odd, 100% é: name.py"


@pytest.fixture
def folder(tmp_path, monkeypatch, missing):
    """A program of every kind: failing, guarded, ignored, working, unreadable, in a notebook, under an odd name."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / ODD).write_text(
        f"import tensorflow as tf\n\nx = {missing}(1)\ny = 'é'; tf.no_such_name_at_all\nif hasattr(tf, 'no_other_name'):\n    pass\n"
        f"z = {missing}(1)  # plaidml: ignore[a joke: 100%]\ntf.constant(1)  # plaidml: ignore\n{missing}  # plaidml: ignore\n"
    )
    (tmp_path / "broken.py").write_text("x = 1\ndef f(:\n")
    cells = [{"cell_type": "code", "source": ["import tensorflow as tf\n", "\n", f"{missing}\n", "1 +\n"][: 4 - keep]} for keep in (1, 0)]
    (tmp_path / "n.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}, indent=1))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def everything(*paths):
    return scan(paths or ["."], Settings(select=RULES))


def errors(document):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text()))
    return [e.message for e in validator.iter_errors(document)]


# ---------------------------------------------------------------------------------------------------------------- SARIF
@pytest.mark.parametrize("asked", [None, RULES])
def test_sarif_is_valid(folder, asked):
    report = scan(["."], Settings(select=asked))
    document = json.loads(sarif.render(report))
    assert errors(document) == []
    (run,) = document["runs"]
    assert len(run["results"]) == len(report.told) and len(report.told) == (5 if asked is None else len(report.findings))
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == list(RULES)


def test_the_schema_refuses_what_is_wrong(folder):
    document = sarif.to_dict(everything())
    document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    document["runs"][0]["results"][1]["level"] = "fatal"
    assert len(errors(document)) == 2


def test_sarif_of_nothing_and_of_what_has_no_place(folder):
    assert errors(sarif.to_dict(ScanReport())) == []
    use = Use("tf.x", 1, 1, 1, 5)
    report = ScanReport(
        (Finding("<stdin>", use, "unknown", "why"), Finding("../up.py", use, "unknown", "why")), (Problem("nowhere", "why"),)
    )
    document = sarif.to_dict(report)
    assert errors(document) == []
    standard, above = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in document["runs"][0]["results"])
    assert "uri" not in standard and above["uri"].startswith("file:///") and above["uri"].endswith("/up.py") and "uriBaseId" not in above


def test_sarif_places_lead_to_the_text(folder, missing):
    report = everything()
    (run,) = sarif.to_dict(report)["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    for finding, result in zip(report.told, run["results"]):
        physical = result["locations"][0]["physicalLocation"]
        root = run["originalUriBaseIds"][physical["artifactLocation"]["uriBaseId"]]["uri"]
        uri = physical["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri) and not uri.startswith("/")
        path = Path(unquote(urlsplit(urljoin(root, uri)).path))
        region = physical["region"]
        line = path.read_text().split("\n")[region["startLine"] - 1]
        last = finding.use.name.rpartition(".")[2]
        if finding.cell:
            assert missing in line and result["locations"][0]["logicalLocations"][0]["name"] == f"cell {finding.cell}"
        else:
            assert last in line[region["startColumn"] - 1 : region["endColumn"] - 1] and region["snippet"]["text"] == line.strip()


def test_sarif_levels_and_suppressions(folder):
    report = everything()
    results = sarif.to_dict(report)["runs"][0]["results"]
    assert [r["level"] for r in results] == [severity(f) for f in report.told]
    assert {r["level"] for r in results} == {"error", "note"}
    assert [s["justification"] for r in results for s in r["suppressions"] if "justification" in s] == ["a joke: 100%"]
    assert sum(bool(r["suppressions"]) for r in results) == 2 and all("suppressions" in r for r in results)
    guarded = next(r for r, f in zip(results, report.told) if f.use.guarded)
    assert guarded["level"] == "note" and guarded["ruleId"] == "unknown"


def test_sarif_tells_what_could_not_be_read(folder):
    (invocation,) = sarif.to_dict(everything())["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"] and invocation["exitCode"] == 2
    told = invocation["toolExecutionNotifications"]
    assert [n["level"] for n in told] == ["error", "error", "note"]
    broken, cell, note = (n["locations"][0]["physicalLocation"] for n in told)
    assert broken["artifactLocation"]["uri"] == "broken.py" and broken["region"]["startLine"] == 2
    raw = (folder / "n.ipynb").read_text().split("\n")
    assert "1 +" in raw[cell["region"]["startLine"] - 1] and note["region"]["startLine"] == 8
    (invocation,) = sarif.to_dict(everything("pkg"))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] and invocation["exitCode"] == 1


def test_fingerprints_stay_when_lines_move(folder, missing):
    def prints():
        results = sarif.to_dict(everything("pkg"))["runs"][0]["results"]
        return [r["partialFingerprints"]["use/v1"] for r in results]

    file = folder / "pkg" / ODD
    before = prints()
    assert len(set(before)) == len(before) > 4
    file.write_text("# moved\n\n\n" + file.read_text().replace("\nx = ", "\n\n\nif True:\n    x = "))
    assert prints() == before
    file.write_text(file.read_text() + f"x = {missing}(1)\n")
    assert prints()[: len(before)] == before and len(set(prints())) == len(before) + 1


# ----------------------------------------------------------------------------------------------------------------- JSON
def test_json_has_everything(folder, missing):
    report = everything()
    found = json.loads(json_format.render(report))
    assert found["schema"] == json_format.SCHEMA and found["exit_code"] == report.exit_code == 2
    assert len(found["findings"]) == len(report.findings) == found["totals"]["uses"]
    for row, finding in zip(found["findings"], report.findings):
        assert (row["name"], row["line"], row["column"], row["path"]) == (
            finding.use.name,
            finding.use.line,
            finding.use.column,
            finding.path,
        )
        assert (row["rule"], row["reason"], row["cell"], row["ignored"]) == (finding.rule, finding.reason, finding.cell, finding.ignored)
    assert found["totals"]["failing"] == sum(row["fails"] for row in found["findings"]) == len(report.failing) > 0
    assert found["totals"]["ignored"] == 2 and sum(found["totals"]["rules"].values()) == len(report.findings) - 2
    assert [(p["path"], p["line"]) for p in found["problems"]] == [("broken.py", 2), ("n.ipynb", 4)]
    assert [n["line"] for n in found["notes"]] == [8] and found["files"] == list(report.files)


def test_json_takes_values_that_it_cannot_hold(tf, write):
    write("a.py", 'import tensorflow as tf\ntf.constant(b"a")\ntf.constant({1, 2})\ntf.constant([3j, ...])\n')
    found = json.loads(json_format.render(scan(["a.py"])))["findings"]
    assert len(found) == 3 and not {"literals", "of_instance", "own_texts"} & set(found[0])


def test_json_counts_the_limits_of_device_kernels(tf, tmp_path):
    limited = next(n for n in names.all_names() if n.startswith("tf.image.") and names.about(n).limits)
    (tmp_path / "a.py").write_text(f"import tensorflow as tf\n{limited}\n")
    (row,) = json_format.to_dict(everything(str(tmp_path)))["findings"]
    about = names.about(limited)
    assert row["limits"] == len(about.limits) > 0 and row["engines"] == list(about.engines)


# --------------------------------------------------------------------------------------------------------------- GitHub
def parsed(line):
    command, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()

    def back(value):
        return value.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")

    return command, {k: back(v) for k, _, v in (p.partition("=") for p in properties.split(","))}, back(message)


def test_github_commands_can_be_read_back(folder, missing):
    report = scan(["."])
    commands = [parsed(line) for line in github.render(report).splitlines()]
    assert len(commands) == len(report.shown) + 3
    assert [c for c, _, _ in commands] == ["error", "error", "notice"] + ["error"] * len(report.shown)
    by_title = {p["title"]: p for _, p, _ in commands}
    first = by_title["unknown: tf.no_such_name_at_all"]
    assert first == {**first, "file": f"pkg/{ODD}", "line": "4", "endLine": "4", "col": "10", "endColumn": "32"}
    raw = (folder / "n.ipynb").read_text().split("\n")
    assert missing in raw[int(by_title[f"not-built: {missing} (cell 1)"]["line"]) - 1]
    for (_, _, message), finding in zip(commands[3:], report.shown):
        assert finding.reason in message and finding.suggestion.rstrip(".") in message


def test_github_escapes_line_ends(tf):
    finding = Finding("a,b:c%.py", Use("tf.x", 1, 1, 3, 5), "unknown", "50 %0A of\r\nwhat: is, not")
    (line,) = github.render(ScanReport((finding,))).splitlines()
    command, properties, message = parsed(line)
    assert (command, properties["file"], properties["endLine"]) == ("error", "a,b:c%.py", "3") and "col" not in properties
    assert message == "tf.x: 50 %0A of\r\nwhat: is, not."


# ----------------------------------------------------------------------------------------------------------------- text
def test_text_has_a_line_a_finding(folder, missing):
    report = scan(["."])
    lines = text.render(report).splitlines()
    assert lines[0].startswith("broken.py:2:7: error: it is not the syntax of Python")
    about = names.about(missing)
    assert f"{os.path.join('pkg', ODD)}:3:5: not-built {missing}: {about.reason}. {about.instead}." in lines
    assert sum(f" {missing}: " in line for line in lines) == 2, "one in the file, one in the notebook; what is ignored is not shown"
    assert f"n.ipynb:cell 1:3:1: not-built {missing}" in "\n".join(lines)
    assert sum(": note: there is nothing to ignore" in line for line in lines) == 1


def test_totals(folder, missing):
    report = scan(["."])
    assert text.totals(report) == [
        f"{len(report.findings)} uses of TensorFlow in 2 files (1 more could not be read, 1 only in part): "
        f"2 unknown, 2 not-built, 1 {names.about('tf.constant').status}, 2 ignored.",
        f"Most often missing: {missing} (2), tf.no_such_name_at_all (1).",
        "Not shown: 1 that work and 1 that the program copes without (--select all shows them).",
    ]
    assert text.totals(scan([], Settings()))[0] == "0 uses of TensorFlow in 0 files."
    assert "Not shown" not in "".join(text.totals(everything()))


def test_statistics_count_names(folder, missing):
    lines = text.render(scan(["."]), statistics=True).splitlines()
    assert lines[2].split()[:3] == ["2", "not-built", f"{missing}:"] and lines[3].split()[:2] == ["1", "unknown"]


def shown(report, width=80, **options):
    out = io.StringIO()
    text.show(report, Console(file=out, width=width, force_terminal=True, color_system=None), **options)
    return out.getvalue()


def test_the_terminal_shows_the_same_within_80_columns(folder, missing):
    for report in (scan(["."]), everything()):
        out = shown(report)
        assert max(map(len, out.split("\n"))) <= 80
        words = " ".join(out.split())
        for finding in report.shown:
            assert finding.reason in words and finding.suggestion in words and finding.use.name in words
            assert f"{finding.path}:" in out
        assert "y = 'é'; tf.no_such_name_at_all" in out and "could not be read" in words
        for line in text.totals(report):
            assert line in words
    assert out.count(missing) >= 3 and "tf.constant" in out
    assert f"     2  not-built  {missing}" in shown(scan(["."]), statistics=True)


def test_long_names_get_a_line_of_their_own_and_long_lines_are_cut(tf):
    use = Use("tf.keras.utils." + "x" * 40, 1, 1, 1, 5)
    finding = Finding("a/rather/long/path/to/a/program.py", use, "unknown", "why", "what", code="f(" + "1, " * 60 + ")")
    out = shown(ScanReport((finding,)))
    assert max(map(len, out.split("\n"))) <= 80 and f"\n    {use.name}\n" in out and "1, 1, 1" in out and "…" in out


def test_nothing_on_a_terminal_obeys_the_program(tf, tmp_path):
    (tmp_path / "a.py").write_text("import tensorflow as tf\ntf.no_such_name_at_all; x = '\x1b[2J\t[red]'\n")
    out = shown(scan([str(tmp_path / "a.py")]), 200)
    assert "\x1b" not in out and "[red]" in out


def test_names_of_files_that_are_no_text(tf, tmp_path, monkeypatch, missing):
    monkeypatch.chdir(tmp_path)
    try:
        Path(os.fsdecode(b"a\xff.py")).write_text(f"import tensorflow as tf\n{missing}\n")
    except OSError:
        pytest.skip("this file system has no such names")
    report = scan(["."])
    assert len(report.findings) == 1
    for made in (text.render(report), github.render(report), json_format.render(report), sarif.render(report)):
        made.encode()
    assert "a%FF.py" in sarif.render(report)


def test_what_is_selected_is_shown(folder):
    report = scan(["."], Settings(select=rules_of(["all"])))
    assert len(report.shown) == sum(f.ignored is None for f in report.findings)
    assert "runs on the" in text.render(report) and "copes with its absence" in text.render(report)


def test_sarif_of_a_finding_with_a_level_and_suppressions_of_its_own():
    finding = Finding("a.py", Use("tf.x", 1, 1, 1, 5), "unsupported", "why", ignored="a comment", level="warning")
    more = dataclasses.replace(finding, ignored=None, suppressions=(Suppression("a marker"), Suppression("", in_source=False)))
    first, second = sarif.to_dict(ScanReport((finding, more), ()))["runs"][0]["results"]
    assert [first["level"], second["level"]] == ["warning", "warning"] and first["suppressions"][0]["justification"] == "a comment"
    assert second["suppressions"] == [{"kind": "inSource", "justification": "a marker"}, {"kind": "external"}]
