"""Who is linked to whom, and how: kept from both ends. Changing a link moves no record's modified date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from sandbox.hubspot.portal.association_types import AssociationType, AssociationTypes, Pair, TypeKey
from sandbox.hubspot.schema.object_types import ObjectType

Links: TypeAlias = dict[int, dict[int, frozenset[TypeKey]]]
NOBODY: Mapping[int, frozenset[TypeKey]] = {}


class Associations:
    """Per pair of object types: from id → to id → the types of the link."""

    def __init__(self) -> None:
        self.types = AssociationTypes()
        self._links: dict[Pair, Links] = {}
        self._shared: dict[frozenset[TypeKey], frozenset[TypeKey]] = {}

    def of(self, pair: Pair, record_id: int) -> Mapping[int, frozenset[TypeKey]]:
        """The links of one record to an object type, by the other end's id."""
        return self._links.get(pair, {}).get(record_id, NOBODY)

    def with_type(self, pair: Pair, record_id: int, key: TypeKey) -> list[int]:
        """The other ends that are linked to a record in this way."""
        return [other for other, keys in self.of(pair, record_id).items() if key in keys]

    def link(self, pair: Pair, ends: tuple[int, int], keys: Iterable[TypeKey] = ()) -> None:
        """Link two records; the unlabelled type always comes along, and a new primary takes the old one's place."""
        types = [self._known(pair, key) for key in keys]
        unlabelled = self.types.unlabelled(pair)
        if unlabelled is not None:
            types.append(unlabelled)
        for one in types:
            self._make_room(pair, ends[0], one)
        self._put(pair, ends, {one.key for one in types})
        self._put(pair[::-1], ends[::-1], {one.inverse for one in types})

    def unlink(self, pair: Pair, ends: tuple[int, int], keys: Iterable[TypeKey] | None = None) -> None:
        """Remove these types from a link, or the whole link (None); what is not there is passed over."""
        gone = set(self.of(pair, ends[0]).get(ends[1], ())) if keys is None else set(keys)
        inverses = {one.inverse for one in (self.types.find(pair, key) for key in gone) if one is not None}
        self._take(pair, ends, gone)
        self._take(pair[::-1], ends[::-1], inverses)

    def remove_record(self, object_type: ObjectType, record_id: int) -> None:
        """Drop all links of a record."""
        for pair in self._pairs_from(object_type):
            for other in list(self.of(pair, record_id)):
                self.unlink(pair, (record_id, other))

    def move_record(self, object_type: ObjectType, old: int, new: int) -> None:
        """Give all links of one record to another, as a merge does."""
        for pair in self._pairs_from(object_type):
            for other, keys in list(self.of(pair, old).items()):
                self.unlink(pair, (old, other))
                if other != new:
                    self.link(pair, (new, other), keys)

    def every(self) -> Iterator[tuple[Pair, tuple[int, int], list[str]]]:
        """Each link once (companies among themselves: from both ends), with the labels that it has."""
        for pair in self.types.pairs():
            for one, others in sorted(self._links.get(pair, {}).items()):
                for other, keys in sorted(others.items()):
                    yield pair, (one, other), self.types.labels(pair, keys)

    def _known(self, pair: Pair, key: TypeKey) -> AssociationType:
        found = self.types.find(pair, key)
        if found is None:
            raise LookupError(f"no association type {key.category} {key.type_id} from {pair[0]} to {pair[1]}")
        return found

    def _make_room(self, pair: Pair, record_id: int, one: AssociationType) -> None:
        """A contact or deal has one primary company; companies are primary for many."""
        if not one.primary or pair[0] is ObjectType.COMPANIES:
            return
        for other in self.with_type(pair, record_id, one.key):
            self.unlink(pair, (record_id, other), [one.key])

    def _pairs_from(self, object_type: ObjectType) -> list[Pair]:
        return [pair for pair in self._links if pair[0] is object_type]

    def _put(self, pair: Pair, ends: tuple[int, int], keys: set[TypeKey]) -> None:
        targets = self._links.setdefault(pair, {}).setdefault(ends[0], {})
        joined = targets.get(ends[1], frozenset()) | keys
        # a hundred thousand links share a handful of type sets
        targets[ends[1]] = self._shared.setdefault(joined, joined)

    def _take(self, pair: Pair, ends: tuple[int, int], keys: set[TypeKey]) -> None:
        targets = self._links.get(pair, {}).get(ends[0], {})
        left = targets.get(ends[1], frozenset()) - keys
        if left:
            targets[ends[1]] = left
        else:
            targets.pop(ends[1], None)
