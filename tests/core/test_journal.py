"""What the journal puts back, what it leaves alone, and that it keeps no class alive."""

from __future__ import annotations

import gc
import types
import weakref

from plaidml_compat.journal import MISSING, Journal


class Base:
    def method(self):
        return "base"

    @staticmethod
    def fixed():
        return "fixed"


def test_puts_back_what_was_there():
    class Derived(Base):
        pass

    module, table, before = types.ModuleType("m"), {"old": 1}, dict(vars(Base))
    module.name = 1
    journal = Journal()
    assert journal.set(module, "name", 2) == 1 and journal.set(module, "name", 3) == 2 and journal.set(module, "new", 4) is MISSING
    assert journal.set_item(table, "old", 5) == 1 and journal.set_item(table, "new", 6) is MISSING
    journal.set(Base, "method", lambda self: "ours")
    journal.set(Base, "fixed", staticmethod(lambda: "ours"))
    journal.set(Derived, "method", lambda self: "derived")
    assert (module.name, table, Base.fixed(), Base().method(), Derived().method()) == (3, {"old": 5, "new": 6}, "ours", "ours", "derived")
    journal.undo()
    assert module.name == 1 and not hasattr(module, "new") and table == {"old": 1}
    assert dict(vars(Base)) == before and "method" not in vars(Derived) and not len(journal)


def test_two_journals_may_replace_what_one_class_has():
    class Shared(Base):
        pass

    first, second = Journal(), Journal()
    first.set(Shared, "method", lambda self: "first")
    second.set(Shared, "method", lambda self: "second")
    second.undo()
    assert Shared().method() == "first"
    first.undo()
    assert Shared().method() == "base" and not any(name.startswith("__plaidml") for name in vars(Shared))


def test_leaves_what_others_replaced_since():
    module, table, theirs = types.ModuleType("m"), {}, object()

    class Own:
        method = None

    journal = Journal()
    journal.set(module, "name", object())
    journal.set(Own, "method", object())
    journal.set_item(table, "key", object())
    module.name = Own.method = table["key"] = theirs
    journal.undo()
    assert module.name is Own.method is table["key"] is theirs


def test_latest_first():
    done = []
    journal = Journal()
    for i in range(3):
        journal.add(lambda i=i: done.append(i))
    journal.undo()
    journal.undo()
    assert done == [2, 1, 0]


def test_keeps_no_class_alive():
    def make():
        class Own(Base):
            def method(self):
                return super().method()  # a cell of the method holds the class

        original = Own.method
        journal.set(Own, "method", lambda self: original(self))
        return weakref.ref(Own)

    journal = Journal()
    alive = [make() for _ in range(3)]
    gc.collect()
    assert [r() for r in alive] == [None] * 3 and not len(journal)
    journal.undo()
