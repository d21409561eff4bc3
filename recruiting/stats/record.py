"""The silences on record, exactly: how many lasted as long as this one, and were then answered.

Beside every curve stands a plain count that anybody can check by hand ("14 of 120 still did").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from recruiting.stats.spells import ONE_BIT, Bools, Floats, Ints, Keys, lengths, pack, replied, sort


@dataclass(frozen=True, eq=False)
class Tail:
    """Silences that lasted at least as long as asked, and those of them that were answered."""

    lasted: Ints
    answered: Ints


@dataclass(frozen=True, eq=False)
class Column:
    """The silences of one group as rising `keys` (see `spells.pack`)."""

    keys: Keys

    def tail(self, hours: Floats, *, exclude_self: bool) -> Tail:
        """Count as `Record.tail` does, for questions about this group alone."""
        reply = pack(hours, np.ones(hours.shape, dtype=bool))
        place = np.searchsorted(self.keys, reply)
        lasted = self.keys.size - place
        if exclude_self and self.keys.size:
            open_now = reply | ONE_BIT
            nearest = np.minimum(np.searchsorted(self.keys, open_now), self.keys.size - 1)
            lasted -= self.keys[nearest] == open_now
        return Tail(lasted, self._replies_before[-1] - self._replies_before[place])

    @cached_property
    def _replies_before(self) -> Ints:
        return np.concatenate(([0], np.cumsum(replied(self.keys), dtype=np.int64)))


@dataclass(frozen=True, eq=False)
class Record:
    """Silences by group and length; two records add up to the record of both, exactly.

    `labels` (g,) int, rising, a negative one for silences of no known group; the `keys`
    (see `spells.pack`) of group i are `keys[starts[i]:starts[i + 1]]` and rise.
    """

    labels: Ints
    starts: Ints
    keys: Keys

    @classmethod
    def of(cls, hours: Floats, answered: Bools, labels: Ints, row: Ints) -> Record:
        """Sort checked silences (n,) into a record; silence i belongs to `labels[row[i]]`."""
        narrow = row.astype(np.min_scalar_type(labels.size))  # sorts faster
        keys = pack(hours, answered)[np.argsort(narrow, kind="stable")]
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=labels.size))))
        for a, b in pairwise(starts):
            sort(keys[a:b])
        return cls(labels, starts, keys)

    def __add__(self, other: Record) -> Record:
        labels = np.union1d(self.labels, other.labels)
        merged = [
            np.sort(np.concatenate((self._keys_of(label), other._keys_of(label))), kind="stable")
            for label in labels
        ]
        starts = np.concatenate(([0], np.cumsum([keys.size for keys in merged], dtype=np.int64)))
        return Record(labels, starts, np.concatenate((self.keys[:0], *merged)))

    def __len__(self) -> int:
        return self.keys.size

    def tail(self, labels: Ints, hours: Floats, *, exclude_self: bool = False) -> Tail:
        """Count, for each question, the silences of its group that lasted `hours` or longer.

        Parameters
        ----------
        labels : (m,) int
            Groups; a negative label, or one without a silence on record, asks about all.
        hours : (m,) float
            Lengths, finite and >= 0.
        exclude_self : bool
            Leave out one censored silence of exactly this length, if there is one: the question
            is then about an open silence that is itself on record as open until now.
        """
        lasted, answered = np.zeros(hours.shape, np.int64), np.zeros(hours.shape, np.int64)
        for label, rows in _by_label(labels):
            part = self._columns.get(label) or self._everything
            tail = part.tail(hours[rows], exclude_self=exclude_self)
            lasted[rows], answered[rows] = tail.lasted, tail.answered
        return Tail(lasted, answered)

    def silences_of(self, label: int) -> tuple[Floats, Bools]:
        """How long each silence of a group lasted, rising, and whether a reply ended it.

        Of all groups for a negative label, or one without a silence on record, as in `tail`.
        """
        keys = (self._columns.get(label) or self._everything).keys
        return lengths(keys), replied(keys)

    def _keys_of(self, label: int) -> Keys:
        place = int(np.searchsorted(self.labels, label))
        if place == self.labels.size or self.labels[place] != label:
            return self.keys[:0]
        return self.keys[self.starts[place] : self.starts[place + 1]]

    @cached_property
    def _columns(self) -> dict[int, Column]:
        return {int(label): Column(self._keys_of(label)) for label in self.labels if label >= 0}

    @cached_property
    def _everything(self) -> Column:
        return Column(np.sort(self.keys))


def _by_label(labels: Ints) -> Iterator[tuple[int, Ints]]:
    """Each distinct label with the rows that carry it."""
    order = np.argsort(labels, kind="stable")
    known, first = np.unique(labels[order], return_index=True)
    for label, rows in zip(known, np.split(order, first[1:]), strict=False):  # none asked: no row
        yield int(label), rows
