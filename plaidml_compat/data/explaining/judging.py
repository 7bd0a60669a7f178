"""Proposals tried on this pipeline: what brings nothing here is not advised, and a gain is one that was measured."""

from __future__ import annotations

from typing import Any

from ...explanation import NOT_MEASURED, Advice
from ..node import Node
from .batching import batch_before_map
from .calls import chain_of, place
from .deadline import Stopped, run_for
from .epochs import cache_and_take, cache_of_what_cannot_fit, cache_without_end, repeat_before_shuffle, tiny_shuffle
from .filtering import filter_before_map
from .keeping import cache_before_random, random_before_cache, shuffle_before_cache
from .ordering import resize_before, shuffle_before_batch, shuffle_names
from .proposals import DRAWS, OTHER, ROUNDED, SAME, Pipeline, Proposal, Rule
from .running_ahead import map_in_threads, prefetch_at_the_end, shapes_that_change
from .steps import Step
from .trying import difference, speeds

RULES: tuple[Rule, ...] = (
    random_before_cache,
    shuffle_before_cache,
    cache_without_end,
    cache_of_what_cannot_fit,
    cache_and_take,
    repeat_before_shuffle,
    tiny_shuffle,
    cache_before_random,
    filter_before_map,
    batch_before_map,
    resize_before,
    map_in_threads,
    shuffle_before_batch,
    shuffle_names,
    prefetch_at_the_end,
    shapes_that_change,
)
_MOST = {SAME: 0.0, ROUNDED: 1e-5}
"""How much results may differ, as a part of the largest number."""
_EXPECTED = {SAME: "the same", ROUNDED: "the same, but perhaps for rounding", DRAWS: "other random numbers of the same kind"}

_PATIENCE = 3.0
"""Times as long as asked for that trying a proposal may take: the elements that are compared, and the first of each pass, come on top."""


class _Withdrawn(Exception):
    """What was tried is not advised."""


def advise(pipeline: Pipeline, seconds: float) -> tuple[list[Advice], list[str]]:
    """The advice for a pipeline.

    Args:
        pipeline: what is known of it.
        seconds: to try each proposal; 0: none is tried.

    Returns:
        The advice, and what was tried and is not advised.
    """
    advice: list[Advice] = []
    notes: list[str] = []
    failed = pipeline.measured is not None and pipeline.measured.failed
    for rule in RULES:
        for proposal in rule(pipeline):
            if failed and proposal.is_for_speed:
                continue
            try:
                advice.append(_advice(proposal, pipeline, seconds))
            except _Withdrawn as e:
                notes.append(f"tried {proposal.what} ({place(proposal.step.node.site)}): {e}")
    if failed:
        notes.append("No advice on speed: what fails cannot be compared with what is advised.")
    return advice, notes


def _advice(proposal: Proposal, pipeline: Pipeline, seconds: float) -> Advice:
    words: dict[str, Any] = {
        "gain": proposal.gain or (NOT_MEASURED if proposal.is_for_speed else ""),
        "results": proposal.results or _expected(proposal, pipeline),
    }
    measured = pipeline.measured
    code = ""
    if proposal.after is not None:
        code = chain_of(_branch(proposal.after, pipeline.last, proposal.step))
        if measured is not None and measured.rate and proposal.is_for_speed:
            if measured.first > seconds:
                words["gain"] = f"not tried: the first element took {measured.first:.3g} s"
            else:
                words.update(_tried(proposal, proposal.after, pipeline.last, seconds))
    return Advice(proposal.what, proposal.why, code, site=tuple(proposal.step.node.site), is_warning=proposal.is_warning, **words)


def _expected(proposal: Proposal, pipeline: Pipeline) -> str:
    """What becomes of the results, where nothing was compared."""
    words = _EXPECTED.get(proposal.effect, "")
    draws = proposal.effect == SAME and any(s.draws for s in pipeline.last.above())
    return words + (", for the same random numbers" if draws else "")


def _tried(proposal: Proposal, after: Node, last: Step, seconds: float) -> dict[str, Any]:
    """What was measured.

    Raises:
        _Withdrawn: it brings nothing, or does something else.
    """
    before = last.node
    most = _MOST.get(proposal.effect)

    def both() -> tuple[str, float | None, Any]:
        fits, gap = (True, None) if proposal.standing else difference(before, after)
        if fits and most is not None and (gap is None or gap > most):
            alone = difference(before, before)[1]
            if alone == 0:
                fits = False
            else:  # it draws from seeds of its own in each pass, say
                return "not compared: two passes over the pipeline as it is differ too", None, speeds(before, after, seconds)
        if not fits:
            raise _Withdrawn("not advised, the results are others")
        return "", gap, proposal.standing(seconds) if proposal.standing else speeds(before, after, seconds)

    try:
        not_compared, gap, found = run_for(seconds * _PATIENCE, both)
    except _Withdrawn:
        raise
    except Stopped as e:
        raise _Withdrawn(f"not advised, there was no end to it: {e}") from e
    except Exception as e:
        raise _Withdrawn(f"not advised, it fails: {type(e).__name__}: {e}") from e
    words: dict[str, Any] = {}
    if not_compared:
        words["results"] = not_compared
    elif most is not None:
        words["results"] = "the same, compared here" if not gap else f"the same up to {gap:.1g} of the largest number, compared here"
    elif proposal.effect == OTHER and gap is not None and not any(s.draws for s in last.above()):
        words["results"] = f"{proposal.results}; here by at most {gap:.2g} of the largest number"
    if found is None or not min(found.before) or not min(found.after):
        return words
    low, high = found.middle(found.before), found.middle(found.after)
    if not found.is_clear:
        raise _Withdrawn(f"no clear gain ({found.words()})")
    later = ", in the passes after the first" if proposal.standing else ""
    return {**words, "gain": f"measured here: {high / low:.2g}x ({found.words()}){later}", "before": low, "after": high}


def _branch(after: Node, last: Step, step: Step) -> Node:
    """The last step of the rewritten branch in which a step is; where steps meet, the others are as they were."""
    found = node = after
    at = last
    for i in step.path:
        if not isinstance(i, int) or len(node.parents) != len(at.parents):
            break
        node, met, at = node.parents[i], len(at.parents) > 1, at.parents[i]
        if met:
            found = node
    return found
