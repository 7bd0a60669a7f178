"""Regular expressions of RE2, which TensorFlow uses, as Python's `re` reads them."""

from __future__ import annotations

import functools
import re
import warnings

from ...errors import InvalidArgumentError
from ...exceptions import UnsupportedArgumentError

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_SPACE = "\\t\\n\\f\\r "
_LETTERS = frozenset("abfnrtvdDwWbBA")
"""Escapes that mean the same in both; `\\b` in a class means nothing in RE2."""

_FLAGS = re.compile(r"\(\?([ims]*)(?:-([ims]+))?([:)])")
_REPEAT = re.compile(r"[*+?]\??|\{\d+(?:,\d*)?\}\??")


class _Translation:
    """A pattern on its way, read from the left."""

    def __init__(self, op: str, pattern: str) -> None:
        self._op, self._pattern, self._i = op, pattern, 0
        self._out: list[str] = []
        # Flags that hold from somewhere to the end of the group that they are in, for each open group.
        self._flags: list[list[str]] = [[]]
        self._multiline = bool(re.search(r"\(\?[is]*m", pattern))

    def _bad(self, what: str) -> Exception:
        return InvalidArgumentError(None, None, f"{self._op}: Invalid pattern: {self._pattern}, error: {what}")

    def _beyond(self, what: str) -> Exception:
        return UnsupportedArgumentError(
            self._op,
            f"the pattern has {what}, and Python's re, which is used here, has none; received {self._pattern!r:.200}",
            "Write it as a class of characters",
        )

    def run(self) -> str:
        """The pattern for `re`."""
        pattern = self._pattern
        while self._i < len(pattern):
            c = pattern[self._i]
            if c == "\\":
                self._out.append(self._escape())
            elif c == "[":
                self._out.append(self._class())
            elif c == "(":
                self._out.append(self._open())
            else:
                self._i += 1
                self._out.append(self._plain(c))
        self._out.append(self._close())
        return "".join(self._out)

    def _close(self) -> str:
        return ")" * len(self._flags[-1])

    def _plain(self, c: str) -> str:
        if c == ")":
            end = self._close() + ")"
            if len(self._flags) > 1:
                self._flags.pop()
            return end
        if c == "|":
            return self._close() + "|" + "".join(self._flags[-1])
        if c == "$":
            # Without (?m) the end of the text alone, not a line feed before it.
            return "$" if self._multiline else r"\Z"
        self._i -= 1
        found = _REPEAT.match(self._pattern, self._i)
        if found is None:
            self._i += 1
            return "\\{" if c == "{" else c
        self._i = found.end()
        again = _REPEAT.match(self._pattern, self._i)
        if again is not None:
            raise self._bad(f"bad repetition operator: {found[0]}{again[0]}")
        return found[0]

    def _open(self) -> str:
        rest = self._pattern[self._i :]
        flags = _FLAGS.match(rest)
        if flags is not None and (flags[1] or flags[2] or flags[3] == ":"):
            self._i += flags.end()
            start = "(?" + flags[1] + ("-" + flags[2] if flags[2] else "") + ":"
            if flags[3] == ":":
                self._flags.append([])
            else:
                self._flags[-1].append(start)
            return start
        if rest.startswith("(?") and not re.match(r"\(\?P<\w+>", rest):
            raise self._bad(f"invalid perl operator: {rest[:3]}")
        self._i += 1
        self._flags.append([])
        return "("

    def _escape(self) -> str:
        rest = self._pattern[self._i + 1 :]
        if not rest:
            raise self._bad("trailing \\")
        c = rest[0]
        if c == "Q":
            text, end, _ = rest[1:].partition("\\E")
            self._i += 2 + len(text) + len(end)
            return re.escape(text)
        self._i += 2
        if c in "sS":
            return f"[{'^' if c == 'S' else ''}{_SPACE}]"
        if c == "z":
            return r"\Z"
        return "\\" + self._same(c, rest)

    def _same(self, c: str, rest: str) -> str:
        """An escape without its backslash that means the same in both."""
        if c == "x":
            wide = re.match(r"x\{([0-9A-Fa-f]{1,6})\}", rest)
            if wide is not None:
                self._i += wide.end() - 1
                return f"U{int(wide[1], 16):08x}"
            return c
        if c in "pPC":
            raise self._beyond(f"\\{c}")
        if c in _LETTERS or not c.isalnum():
            return c
        if c == "0":
            return c
        raise self._bad(f"invalid escape sequence: \\{c}")

    def _class(self) -> str:
        pattern, start = self._pattern, self._i
        i = start + 1
        out = "["
        if pattern[i : i + 1] == "^":
            out, i = "[^", i + 1
        first = True
        while True:
            if i >= len(pattern):
                raise self._bad(f"missing ]: {pattern[start:]}")
            c = pattern[i]
            if c == "]" and not first:
                break
            first = False
            posix = re.match(r"\[:(\^?)(\w+):\]", pattern[i:])
            if posix is not None:
                if posix[1] or posix[2] not in _POSIX:
                    raise self._beyond(posix[0]) if posix[1] else self._bad(f"invalid character class range: {posix[0]}")
                out, i = out + _POSIX[posix[2]], i + posix.end()
            elif c == "\\" and i + 1 < len(pattern):
                c = pattern[i + 1]
                self._i = i + 2
                out += _SPACE if c == "s" else "\\S\\v" if c == "S" else "\\" + self._same(c, pattern[i + 1 :])
                i = self._i
            else:
                out, i = out + ("\\" + c if c in "[]" else c), i + 1
        self._i = i + 1
        return out + "]"


@functools.lru_cache(256)
def compiled(op: str, pattern: bytes) -> re.Pattern[str]:
    """A pattern, which works on text decoded by `decoded`.

    Raises:
        InvalidArgumentError: RE2 does not read it.
        UnsupportedArgumentError: Python's `re` cannot express it.
    """
    text = decoded(pattern)
    translated = _Translation(op, text).run()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of classes that another Python may read otherwise
            return re.compile(translated, re.ASCII)
    except re.error as e:
        raise InvalidArgumentError(None, None, f"{op}: Invalid pattern: {text}, error: {e}") from e


def decoded(text: bytes) -> str:
    """Text as characters; bytes that are no UTF-8 stay what they are."""
    return text.decode("utf-8", "surrogateescape")


def encoded(text: str) -> bytes:
    """The reverse."""
    return text.encode("utf-8", "surrogateescape")
