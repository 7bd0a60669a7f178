"""`plaidml_ops` and `plaidml_device`: what they give, to whom, and that it is one test's alone."""

from __future__ import annotations

import inspect

from _outcome_sample import HEAD


def test_events_of_a_test(inside):
    source = (
        HEAD
        + """
def test_empty(plaidml_ops):
    assert len(plaidml_ops) == 0 and repr(plaidml_ops) == "no events"

def test_order_and_fields(plaidml_ops):
    tf.math.abs(1)
    fall_back()
    hasattr(tf, "Graph")
    assert [(e.kind, e.op, e.placement) for e in plaidml_ops] == [
        ("run", "tf.math.abs", "host"), ("fallback", "tf.image.rot90", "host"),
        ("run", "tf.image.rot90", "host"), ("refused", "tf.Graph", "")]
    ran, fell, again, lacked = plaidml_ops
    assert ran.seconds > 0 and again.seconds > 0 and ran.reason == ""
    assert fell.reason == "it has no device kernel" and "device_scope" in fell.advice
    assert "has it, this version" in lacked.reason
    with open(__file__) as f:
        lines = f.read().splitlines()
    assert "tf.image.rot90" in lines[fell.site[1] - 1] and fell.site[0] == __file__
    assert "tf.Graph" not in repr(ran) and "fallback tf.image.rot90 host it has no device kernel" in repr(plaidml_ops)
    assert plaidml_ops.of("tf.math.abs") == [ran] and plaidml_ops[-1] is lacked and plaidml_ops[:2] == [ran, fell]

def test_device(plaidml_ops):
    with plaidml_compat.device_scope("device"):
        tf.image.flip_left_right(IMAGES)
    assert ("run", "device") in [(e.kind, e.placement) for e in plaidml_ops.of("tf.image.flip_left_right")]

def test_thread(plaidml_ops):
    thread = threading.Thread(target=fall_back)
    thread.start()
    thread.join()
    assert [e.kind for e in plaidml_ops] == ["fallback", "run"]

@pytest.fixture(scope="module")
def made():
    return tf.math.abs(1)

@pytest.fixture
def made_again(made):
    return tf.math.negative(made)

def test_fixtures_count_for_the_first_that_needs_them(made_again, plaidml_ops):
    assert [e.op for e in plaidml_ops] == ["tf.math.abs", "tf.math.negative"]

def test_fixtures_of_wider_scope_are_not_made_again(plaidml_ops, made_again):
    assert [e.op for e in plaidml_ops] == ["tf.math.negative"]

def test_silent_where_allowed(plaidml_ops):
    fall_back()
    assert plaidml_ops[0].kind == "fallback"

test_silent_where_allowed = pytest.mark.plaidml(fallback="allow")(test_silent_where_allowed)

def test_asked_for_later(request):
    tf.math.abs(1)
    later = request.getfixturevalue("plaidml_ops")
    assert len(later) == 0
    tf.math.negative(1)
    assert [e.op for e in later] == ["tf.math.negative"]

class TestUnit(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def ops(self, plaidml_ops):
        self.plaidml_ops = plaidml_ops

    def setUp(self):
        tf.math.abs(1)

    def test_unit(self):
        self.assertEqual([e.op for e in self.plaidml_ops], ["tf.math.abs"])

    def test_unit_again(self):
        self.assertEqual(len(self.plaidml_ops), 1)
"""
    )
    run = inside(source, "--plaidml")
    assert set(run.outcomes.values()) == {"passed"} and len(run.outcomes) == 10, run.text


def test_events_of_functions_and_models(inside, tmp_path):
    """All that is counted, and what belongs to it; each with the line of the test, seconds where they are measured."""
    source = (
        HEAD
        + f"""
FILE = {str(tmp_path / "x.png")!r}
"""
        + """
def line():
    import sys
    return __file__, sys._getframe(1).f_lineno

def test_functions(plaidml_ops):
    made = tf.random.normal([2]); here = line()
    tf.io.write_file(FILE, tf.io.encode_png(np.zeros((2, 2, 3), "uint8")))
    tf.io.decode_png(tf.io.read_file(FILE))
    found = [(e.kind, e.op.rpartition(".")[2]) for e in plaidml_ops]
    assert found == [("call", "normal"), ("call", "encode_png"), ("call", "write_file"),
                     ("load", "read_file"), ("call", "read_file"), ("load", "decode_png"), ("call", "decode_png")]
    assert plaidml_ops[0].site == here and all(e.seconds > 0 and e.placement == "host" for e in plaidml_ops)

def test_model(plaidml_ops):
    layer = tf.keras.layers.Rescaling(2, placement="device", input_shape=(4, 4, 1)); built = line()
    model = tf.keras.Sequential([layer, tf.keras.layers.Flatten()])
    model.predict(np.zeros((1, 4, 4, 1), "float32")); ran = line()
    kinds = [e.kind for e in plaidml_ops]
    assert kinds.count("build") == kinds.count("step") == kinds.count("compile") == 1 and kinds.count("copy") == 2
    of = {e.kind: e for e in plaidml_ops}
    assert of["step"].site == of["compile"].site == of["copy"].site == ran and of["step"].seconds > 0
    assert of["build"].op == "tf.keras.layers.Rescaling" and built[1] <= of["build"].site[1] < ran[1]

def test_sites_of_runs(plaidml_ops):
    tf.math.abs(1); here = line()
    assert [e.site for e in plaidml_ops] == [here]

def test_nobody_asks():
    from plaidml_compat import observe
    assert "run" not in observe._sited, "what is kept costs those alone that ask"
"""
    )
    run = inside(source, "--plaidml")
    assert set(run.outcomes.values()) == {"passed"} and len(run.outcomes) == 4, run.text


def test_the_docstring_names_all_kinds():
    from plaidml_compat.pytest_plugin import plaidml_ops
    from plaidml_compat.testing.recorder import _KEPT

    text = inspect.getsource(getattr(plaidml_ops, "__wrapped__", None) or plaidml_ops._get_wrapped_function())
    assert [kind for kind in _KEPT if f'`"{kind}"`' not in text] == []


def test_an_assertion_shows_the_events(inside):
    run = inside(HEAD + "def test_it(plaidml_ops):\n    fall_back()\n    assert not plaidml_ops\n", "--plaidml")
    run.result.stdout.fnmatch_lines(["E *assert not fallback tf.image.rot90 host it has no device kernel*"])


def test_device_of_the_process(inside, device_id):
    run = inside(f"def test_it(plaidml_device): assert plaidml_device == {device_id!r}\n", "--plaidml")
    assert run.outcomes == {"test_it": "passed"}
    run = inside(None, "--plaidml", "--plaidml-device", device_id)
    assert run.outcomes == {"test_it": "passed"}


def test_without_the_option_they_skip(inside, scans):
    source = "def test_ops(plaidml_ops): pass\ndef test_device(plaidml_device): pass\n"
    run = inside(source, "-rs")
    assert run.outcomes == {"test_ops": "skipped", "test_device": "skipped"}
    run.result.stdout.fnmatch_lines_random(
        ["SKIPPED*plaidml_ops: there is none without --plaidml", "SKIPPED*plaidml_device: there is none*"]
    )
    assert inside(None, "--plaidml-static", "-k", "test_ops").outcomes["test_ops"] == "skipped"
