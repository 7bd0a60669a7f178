"""Advice on the order of steps: resizing before what works on every pixel, shuffling before batch and before decoding."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

from ... import wording
from ..transforms.batch import Batch
from ..transforms.cache import Cache
from ..transforms.map import Map
from ..transforms.shuffle import Shuffle
from ..transforms.unbatch import Unbatch
from .aside import anew
from .calls import as_called, call_of
from .contents import Content
from .proposals import (
    OTHER,
    SAME,
    Pipeline,
    Proposal,
    bytes_of,
    has,
    is_elementwise,
    line_of,
    mapped,
    pixels_of,
    resizes,
    rewritten,
)
from .steps import spec_or_none

_MUCH = 1 << 26
"""Bytes from which a shuffle's buffer is worth a word."""


def resize_before(pipeline: Pipeline) -> Iterator[Proposal]:
    """A resize that makes images smaller, after steps that work on every pixel."""
    for step in pipeline.steps(Map):
        content = step.content
        if content is None or not any(map(resizes, content.names)):
            continue
        before, after = pixels_of(step.parent.node), pixels_of(step.node)
        if before is None or after is None or math.prod(after) >= math.prod(before):
            continue
        earlier = step.parent
        if (
            isinstance(earlier.node, Map)
            and _only_resizes(content)
            and _keeps_size(earlier.content)
            and pixels_of(earlier.parent.node) == before
        ):
            new = mapped(earlier, mapped(step, earlier.parent.node))
            if spec_or_none(new) != spec_or_none(step.node):
                continue
            names = ", ".join(dict.fromkeys(_of_pixels(earlier.content)))
            yield Proposal(
                f"resize before {names}",
                f"{names} works on {_size(before)} pixels, of which {_size(after)} are left by the resize after it.",
                earlier,
                rewritten(pipeline.last, step.node, new),
                OTHER,
                "pixels change a little: resizing and warping do not commute; where edges are filled in shows it most",
            )
            continue
        before_resize = list(itertools.takewhile(lambda n: not resizes(n), content.names))
        first = next((n for n in before_resize if has(n, "keeps_size")), "")
        # What is between them must keep the size too: a pad or a crop counts pixels of the large image.
        if first and all(has(n, "keeps_size") or is_elementwise(n) for n in before_resize[before_resize.index(first) :]):
            resize = content.names[len(before_resize)]
            yield Proposal(
                f"resize before {first}",
                f"in {content.name}, {first} works on {_size(before)} pixels before {resize} makes them {_size(after)}: "
                f"call {resize} first.",
                step,
                None,
                OTHER,
                "pixels change a little: resizing and warping do not commute",
                gain="not measured: it is a change within the function",
            )


def _only_resizes(content: Content) -> bool:
    """Whether it does nothing but resize, and what does the same to each number."""
    return not content.draws and all(resizes(n) or is_elementwise(n) for n in content.names)


def _of_pixels(content: Content | None) -> list[str]:
    """What works on every pixel, and keeps the size."""
    return [n for n in content.names if has(n, "keeps_size")] if content else []


def _keeps_size(content: Content | None) -> bool:
    """Whether a function works on every pixel, and does nothing that depends on how many there are: a pad or a crop does."""
    return content is not None and bool(_of_pixels(content)) and all(has(n, "keeps_size") or is_elementwise(n) for n in content.names)


def _size(pixels: tuple[int, int]) -> str:
    return f"{pixels[0]}x{pixels[1]}"


def shuffle_before_batch(pipeline: Pipeline) -> Iterator[Proposal]:
    """A shuffle that moves whole batches."""
    for step in pipeline.steps(Shuffle):
        for above in line_of(step.parent):
            if isinstance(above.node, (Cache, Unbatch)):
                break
            if type(above.node) is Batch:
                old: Any = step.node
                batch: Any = above.node
                size = None if old._size is None else old._size * batch._size
                new = as_called(Shuffle(batch.parent, size, old._seeds), old, buffer_size=size)
                moved = rewritten(pipeline.last, old, rewritten(step.parent, batch, anew(batch, (new,))))
                yield Proposal(
                    "shuffle before batch",
                    f"shuffle stands behind batch, and moves whole batches of {batch._size}: which elements are together in one "
                    "never changes.",
                    step,
                    moved,
                    OTHER,
                    "another order, and other elements together in a batch",
                    is_for_speed=False,
                )
                break


def shuffle_names(pipeline: Pipeline) -> Iterator[Proposal]:
    """A shuffle whose buffer holds large elements that are made of small ones."""
    for step in pipeline.steps(Shuffle):
        node: Any = step.node
        if node.parent.indexed() is not None:
            continue
        count = node.cardinality() if node._size is None else node._size if node.cardinality() < 0 else min(node._size, node.cardinality())
        held = count * bytes_of(node.parent)
        if not _MUCH <= held < math.inf:
            continue
        maps, at = [], step.parent
        while isinstance(at.node, Map):
            maps.append(at)
            at = at.parent
        least = count * bytes_of(at.node)
        if not maps or least > held / 10:
            continue
        shuffled = anew(node, (at.node,))
        new: Any = shuffled
        for m in reversed(maps):
            new = mapped(m, new)
        draws = any(m.draws for m in maps)
        yield Proposal(
            "shuffle before the elements are large",
            f"the buffer of {count:,} elements takes {wording.memory(held)} by their shapes; before {call_of(maps[-1].node)} "
            f"it takes {wording.memory(least)}, and the first element does not wait for it to be filled.",
            step,
            rewritten(pipeline.last, node, new),
            OTHER if draws else SAME,
            "the same order; random numbers fall to other elements" if draws else "",
            is_for_speed=False,
            gain="memory, by the shapes above; speed not measured",
        )
