"""What a test case's `session()` and `cached_session()` give where functions run eagerly: nearly nothing, as in TensorFlow."""

from __future__ import annotations

from typing import Any, NoReturn


class EagerSessionWarner:
    """What `session()` gives: it has nothing."""

    def __getattr__(self, attr: str) -> NoReturn:
        raise AttributeError(
            "Trying to access properties or call methods on the result of self.session(), self.cached_session(), etc while eager "
            "execution is enabled. If you're porting this test case to TF 2.0, either adapt the test to work with eager execution or "
            "insert a call to tf.disable_eager_execution() in the main() function of this test file."
        )


class FakeEagerSession:
    """What `cached_session()` gives: its `run` evaluates.

    Args:
        test_case: whose `evaluate` it calls.
    """

    def __init__(self, test_case: Any) -> None:
        self._test_case = test_case

    def run(self, fetches: Any, *args: Any, **kwargs: Any) -> Any:
        """The values of tensors.

        Raises:
            RuntimeError: there are other arguments: nothing can be fed.
        """
        short = "when eager execution is enabled (in this case, sess.run(t) is shorthand for t.numpy()"
        if kwargs.pop("feed_dict", None):
            raise RuntimeError(f"feed_dict is not supported {short}")
        if args or kwargs:
            raise RuntimeError(f"Optional args are not supported {short}")
        return self._test_case.evaluate(fetches)
