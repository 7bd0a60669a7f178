"""The stream of events: readers that come and go in many threads at once, and kinds that are made on demand."""

from __future__ import annotations

import sys
import threading

import pytest

from plaidml_compat import observe

EVENT = observe.Event("run", "tf.math.abs", "host")


@pytest.fixture
def switching():
    """Threads take turns as often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_readers_come_and_go_in_many_threads(switching):
    before, failures = observe._readers, []

    def work():
        try:
            for k in range(300):
                heard = []
                end = observe.subscribe(heard.append, ["run"], wants=["call"])
                for _ in range(3):
                    observe.emit(EVENT)
                end()
                mine = [e for e in heard if e.op == EVENT.op]
                if len(mine) < 3:
                    failures.append(f"{3 - len(mine)} events lost in round {k}")
        except BaseException as e:
            failures.append(repr(e))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failures == []
    assert observe._readers == before, "every reader that ended is gone"
    assert "run" not in observe._sited or any("run" in r.sited for r in before)
    assert observe.is_wanted("call") == any("call" in r.wants for r in before)


def test_what_is_made_on_demand_goes_to_those_who_ask():
    asked, others = [], []
    ends = [observe.subscribe(asked.append, wants=["call"]), observe.subscribe(others.append)]
    try:
        assert observe.is_wanted("call")
        for kind in ("call", "import", "run"):
            observe.emit(EVENT._replace(kind=kind))
    finally:
        for end in ends:
            end()
    assert [e.kind for e in asked] == ["call", "run"] and [e.kind for e in others] == ["run"]
    ends[0]()  # ending twice does nothing
    assert not observe.is_wanted("import")
