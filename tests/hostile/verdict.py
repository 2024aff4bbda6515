"""After the storm: what was lost, doubled, wrong or written where we have no business."""

from __future__ import annotations

from dataclasses import dataclass, field

from expected_fields import compare_fields
from expected_mirror import compare_mirror
from expected_rows import read_rows
from hostile_site import AS_OF, Site

A_QUIET_DAY = 26 * 3600
CONNECTION_DATABASE = "playmaker.db"


@dataclass
class Verdict:
    """Faults found, one line each; all lists empty: all is well."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """All faults."""
        parts = {"lost": self.lost, "doubled": self.doubled, "wrong": self.wrong, "stray": self.stray}
        return [f"{name}: {line}" for name, lines in parts.items() for line in lines]


def judge(site: Site) -> Verdict:
    """Let a quiet day pass, sync once, and compare; then sync once more, which must write nothing.

    Records that vanished without a trace are found by a reconciliation, as promised.
    """
    site.advance(A_QUIET_DAY)
    if site.untraceable:
        assert site.run("reconcile", "--repair", "--json").code == 0
        site.untraceable = False
    site.run("retry")  # what was refused for a while may be parked, and what it was refused for is mended
    _calm_sync(site, *AS_OF)
    rows = read_rows(site)
    lost, doubled, wrong = compare_mirror(site.folder / CONNECTION_DATABASE, rows)
    wrong += compare_fields(site, rows, _refused(site))
    wrong += [f"reconciliation: {one}" for one in _reconcile(site)]
    again = _calm_sync(site, *AS_OF)
    if again["written"]:
        wrong.append(f"a second quiet sync wrote {again['written']} records")
    return Verdict(lost, doubled, wrong, list(site.stray))


def _calm_sync(site: Site, *arguments: str) -> dict[str, int]:
    outcome = site.run("sync", "--json", *arguments)
    assert outcome.code in {0, 5}, outcome.err + outcome.out
    counts: dict[str, int] = outcome.json["connections"][0]
    return counts


def _reconcile(site: Site) -> list[str]:
    """What the program itself finds to differ."""
    (found,) = site.run("reconcile", "--json").json
    return [] if found["status"] == "agrees" else [str(found["kinds"])]


def _refused(site: Site) -> set[str]:
    listed = site.run("errors", "--json")
    return {one["id"] for one in listed.json} if listed.code == 0 else set()
