"""What the scanner finds: a use of a TensorFlow name in a program, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Use:
    """A place in a program where a TensorFlow name is used.

    Attributes:
        name: the name, in full: `"tf.keras.layers.RandomFlip"`, `"tf.data.Dataset.map"` for a method of a dataset.
        line: first line, from 1.
        column: first column, from 1.
        end_line: last line.
        end_column: the column behind the last character, from 1.
        on_device: whether the program asks for the device there: in `device_scope("device")`, or by `placement="device"`.
        guarded: whether the program itself copes with its absence: in `try` with a handler for it, in `hasattr`, in `getattr` with a
            default.
        keywords: names of the keyword arguments of a call of it; `None`: it is not called, or the call has `**`.
        positional: number of positional arguments of a call of it; `None`: as `keywords`, or the call has `*`.
        defined: a class of the program defines this method in TensorFlow's place.
        in_graph: whether it is called on a value that is certainly symbolic.
        literals: arguments of a call that are written out, by name or place. This and the rest is for judging alone: no report has it.
        of_instance: whether it was found on an instance, which is its first argument.
        own_texts: whether the program gives texts a meaning of its own, see `calls_refused.names_texts`.
    """

    name: str
    line: int
    column: int
    end_line: int
    end_column: int
    on_device: bool = False
    guarded: bool = False
    keywords: tuple[str, ...] | None = None
    positional: int | None = None
    defined: bool = False
    in_graph: bool = False
    literals: tuple[tuple[str | int, Any], ...] = field(default=(), compare=False)
    of_instance: bool = field(default=False, compare=False)
    own_texts: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Suppression:
    """Why a finding does not count.

    Attributes:
        reason: empty where none is given.
        in_source: whether it is written in the program.
    """

    reason: str
    in_source: bool = True


@dataclass(frozen=True)
class Finding:
    """What is said about one use.

    Attributes:
        path: the file, as it was given or found below a given folder.
        use: what was found there.
        rule: of `rules.RULES`.
        reason: why, as a clause; empty for what simply works.
        suggestion: what to do instead.
        cell: number of the notebook's code cell, from 1; `use.line` counts within it. `None`: not a notebook.
        ignored: the reason given in the comment that says to ignore it; `None`: it counts.
        code: the line of the program where it begins, without what stands around it.
        file_line: where that line stands in a notebook's JSON, from 1; `None`: not a notebook.
        level: `"note"`, `"warning"` or `"error"`; `None`: what the rule says. See `scanning.severity`.
        suppressions: why it does not count, beside a comment.
    """

    path: str
    use: Use
    rule: str
    reason: str = ""
    suggestion: str = ""
    cell: int | None = None
    ignored: str | None = None
    code: str = ""
    file_line: int | None = None
    level: str | None = None
    suppressions: tuple[Suppression, ...] = ()
