"""What assertions of `tf.test.TestCase` say, without what NumPy adds, which differs from version to version."""

import re

import numpy as np


def case_of(tf):
    """An instance of a class derived from `tf.test.TestCase`."""

    class Case(tf.test.TestCase):
        maxDiff = None

        def runTest(self):
            pass

    return Case()


def plain_text(text):
    """Without NumPy's own part, the modules of classes, and the types that NumPy 2 writes around scalars."""
    text = re.split(r"Mismatched elements|(?:x and y )?nan location mismatch", text)[0]
    text = re.sub("^.*(?= : Error: a)", "", text)
    text = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", text)
    text = re.sub(r"np\.\w+\(((?:[^()]|\([^()]*\))*)\)", r"\1", text)
    text = re.sub(r"np\.(True|False)_", r"\1", text)
    return text.replace("ResourceVariable", "Variable")


def said(f):
    """What a call returns, or the class of its error and what that says."""
    try:
        found = f()
    except Exception as e:
        return np.array(f"{type(e).__name__}: {plain_text(str(e))}")
    return np.array(f"returns {plain_text(repr(found))}")


def all_said(cases):
    """The same for cases by name."""
    return {name: said(f) for name, f in cases.items()}
