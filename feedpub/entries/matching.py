"""The best one-to-one assignment, and by how much each of its pairs is better than doing without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]
_LARGEST = 24
"""Entries on the smaller side up to which what does without a pair is worked out exactly."""


def assign(scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """The pairs of the assignment with the highest sum of scores, each with its margin.

    Args:
        scores: of (left, right); what is not above 0 is no pair.

    Returns:
        For each pair of the best assignment, how much is lost by the best one without that pair. In a group that is
        too large for that, only pairs that are the best of both of theirs, with half the distance to the next.
    """
    margins: dict[Pair, float] = {}
    for pairs in groups(pair for pair, score in scores.items() if score > 0):
        group = {pair: scores[pair] for pair in pairs}
        if min(len({left for left, _ in group}), len({right for _, right in group})) > _LARGEST:
            margins |= _clear(group)
            continue
        total, best = _best(group)
        for pair in best:
            rest = {one: score for one, score in group.items() if one != pair}
            margins[pair] = total - _best(rest)[0]
    return margins


def groups(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """The pairs parted into groups that share no entry, in a fixed order; no entry stands on both sides."""
    by_entry: dict[str, list[Pair]] = {}
    for pair in sorted(pairs):
        for entry in pair:
            by_entry.setdefault(entry, []).append(pair)
    seen: set[Pair] = set()
    found = []
    for start in sorted({pair for together in by_entry.values() for pair in together}):
        if start in seen:
            continue
        group, waiting = [], [start]
        seen.add(start)
        while waiting:
            pair = waiting.pop()
            group.append(pair)
            near = {other for entry in pair for other in by_entry[entry]} - seen
            seen |= near
            waiting += sorted(near)
        found.append(group)
    return found


def _clear(group: Mapping[Pair, float]) -> dict[Pair, float]:
    by_entry: dict[tuple[int, str], list[float]] = {}
    for pair, score in group.items():
        for side in (0, 1):
            by_entry.setdefault((side, pair[side]), []).append(score)
    margins = {}
    for pair, score in group.items():
        # Another that is as good stands among the scores as well, so that the next best is not below.
        next_best = max(_next(by_entry[side, pair[side]]) for side in (0, 1))
        if score > next_best:
            margins[pair] = (score - next_best) / 2
    return margins


def _next(scores: Iterable[float]) -> float:
    ordered = sorted(scores, reverse=True)
    return ordered[1] if len(ordered) > 1 else 0.0


def _best(scores: Mapping[Pair, float]) -> tuple[float, list[Pair]]:
    """The assignment with the highest sum: the Hungarian method with potentials, cubic in the entries."""
    if len(scores) <= 1:
        return sum(scores.values()), list(scores)
    lefts = sorted({left for left, _ in scores})
    rights = sorted({right for _, right in scores})
    if len(lefts) > len(rights):
        total, pairs = _best({(right, left): score for (left, right), score in scores.items()})
        return total, [(left, right) for right, left in pairs]
    # Every left entry has a column of its own at cost 0 for staying single.
    count, width = len(lefts), len(rights) + len(lefts)
    place = {right: number for number, right in enumerate(rights)}
    costs = [[0.0] * width for _ in lefts]
    for row, left in enumerate(lefts):
        for right, column in place.items():
            costs[row][column] = -scores.get((left, right), 0.0)
    taken = _hungarian(costs, count, width)
    pairs = [
        (left, rights[column])
        for left, column in zip(lefts, taken, strict=True)
        if column < len(rights) and scores.get((left, rights[column]), 0.0) > 0
    ]
    return sum(scores[pair] for pair in pairs), pairs


def _hungarian(costs: list[list[float]], count: int, width: int) -> list[int]:  # noqa: C901 - known in this form
    """For each row its column in the cheapest assignment (rows at most as many as columns)."""
    row_potential, column_potential = [0.0] * (count + 1), [0.0] * (width + 1)
    row_of, way = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, count + 1):
        row_of[0], column = row, 0
        least, used = [float("inf")] * (width + 1), [False] * (width + 1)
        while row_of[column]:
            used[column] = True
            current, delta, following = row_of[column], float("inf"), 0
            for other in range(1, width + 1):
                if used[other]:
                    continue
                cost = costs[current - 1][other - 1] - row_potential[current] - column_potential[other]
                if cost < least[other]:
                    least[other], way[other] = cost, column
                if least[other] < delta:
                    delta, following = least[other], other
            for other in range(width + 1):
                if used[other]:
                    row_potential[row_of[other]] += delta
                    column_potential[other] -= delta
                else:
                    least[other] -= delta
            column = following
        while column:
            row_of[column], column = row_of[way[column]], way[column]
    taken = [0] * count
    for column in range(1, width + 1):
        if row_of[column]:
            taken[row_of[column] - 1] = column - 1
    return taken
