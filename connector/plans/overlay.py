"""Settles what people said of stakeholders and accounts against what the CRM says of its contacts and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connector.config.connection import Authority
from connector.kpis.people import Tie, tie_of
from mappings.account_plan import AccountPlan
from mappings.entities import Account, AccountContact, Contact
from mappings.strategy import LOCAL_MARK, Stakeholder

JUDGED = ("role", "influence", "stance", "departed")
"""What both a person here and the CRM can say of somebody."""

SHARED = ("potential_revenue", "alignment", "objective")
"""What both a person here and the CRM can say of an account."""


@dataclass(frozen=True, slots=True)
class Times:
    """When each value was said, here and in the CRM, by stakeholder or account, and field.

    What is not there was never said.
    """

    local: Mapping[tuple[str, str], datetime]
    crm: Mapping[tuple[str, str], datetime]

    def crm_is_newer(self, person: str, field: str) -> bool:
        """Whether the CRM's word was said after ours; a CRM value of unknown age is not newer."""
        ours, theirs = self.local.get((person, field)), self.crm.get((person, field))
        return theirs is not None and (ours is None or theirs > ours)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person here and the CRM say different things of somebody; `holds` is what counts.

    `person` None: of the account itself.
    """

    account: str
    person: str | None
    field: str
    local: object
    crm: object
    holds: object


@dataclass(frozen=True, slots=True)
class Umpire:
    """Decides field by field whose word counts: see Authority."""

    authority: Mapping[str, Authority]
    times: Times

    def settle(self, person: str, field: str, local: object, crm: object) -> object:
        """The value that counts; unknown on one side leaves the other's."""
        if local is None or crm is None:
            return crm if local is None else local
        return crm if self.heeds_crm(person, field) else local

    def heeds_crm(self, person: str, field: str) -> bool:
        """Whether the CRM's word counts where both sides say something."""
        authority = self.authority.get(field, Authority.LOCAL)
        newer = authority is Authority.LATEST and self.times.crm_is_newer(person, field)
        return authority is Authority.CRM or newer


def hear_contacts(contacts: Mapping[str, Contact], relations: Iterable[AccountContact]) -> dict[str, Contact]:
    """The contacts with what the CRM says of them beside: role and stance of the relation to their own account."""
    own: dict[str, list[AccountContact]] = {}
    for row in relations:
        contact = contacts.get(row.contact or "")
        if row.contact and contact is not None and row.account == contact.account:
            own.setdefault(row.contact, []).append(row)
    return {id_: _heard_of(contact, tie_of(own[id_])) if id_ in own else contact for id_, contact in contacts.items()}


def overlay_contacts(
    contacts: Mapping[str, Contact],
    plans: Mapping[str, AccountPlan],
    umpire: Umpire,
    relations: Iterable[AccountContact] = (),
) -> dict[str, Contact]:
    """The contacts as they count, and with them the stakeholders whom only the plans know.

    A person of a partner or competitor is no stakeholder of the account, whatever the CRM says; one whom the CRM keeps
    at no account is where the plan says. Who was deleted in the CRM is out of view, not forgotten. `relations`: where
    the CRM says some of it.
    """
    settled = dict(contacts)
    judged = {id_: contacts[id_] for plan in plans.values() for id_ in plan.stakeholders if id_ in contacts}
    heard = hear_contacts(judged, relations) if judged else {}
    for account, plan in plans.items():
        for id_, said in plan.stakeholders.items():
            contact = contacts.get(id_)
            if contact is not None:
                settled[id_] = _judged(id_, (contact, heard[id_]), said, umpire)
                settled[id_].account = None if said.external else contact.account or account
            elif id_.startswith(LOCAL_MARK):
                settled[id_] = _local_person(account, said)
    return settled


def overlay_plans(
    accounts: Mapping[str, Account], plans: Mapping[str, AccountPlan], umpire: Umpire
) -> dict[str, AccountPlan]:
    """The plans without those of their own values that the CRM's word overrules.

    What a plan leaves open, the account's record in the CRM says.
    """
    return {id_: _heard(id_, accounts[id_], plan, umpire) if id_ in accounts else plan for id_, plan in plans.items()}


def find_placeholders(plans: Mapping[str, AccountPlan]) -> frozenset[str]:
    """The stakeholders who are known to exist and have no name yet."""
    return frozenset(id_ for plan in plans.values() for id_, said in plan.stakeholders.items() if said.placeholder)


def find_conflicts(
    contacts: Mapping[str, Contact], plans: Mapping[str, AccountPlan], umpire: Umpire
) -> Iterator[Conflict]:
    """Where a person and the CRM both know something and differ."""
    for account, plan in plans.items():
        for id_, said in plan.stakeholders.items():
            for field in JUDGED if id_ in contacts else ():
                local, crm = getattr(said, field), getattr(contacts[id_], field)
                if local is not None and crm is not None and local != crm:
                    yield Conflict(account, id_, field, local, crm, umpire.settle(id_, field, local, crm))


def find_account_conflicts(
    accounts: Mapping[str, Account], plans: Mapping[str, AccountPlan], umpire: Umpire
) -> Iterator[Conflict]:
    """The same of accounts themselves."""
    for id_, plan in plans.items():
        for field in SHARED if plan.plan and id_ in accounts else ():
            local, crm = getattr(plan.plan, field), getattr(accounts[id_], field)
            if local is not None and crm is not None and local != crm:
                yield Conflict(id_, None, field, local, crm, umpire.settle(id_, field, local, crm))


def _heard(id_: str, account: Account, plan: AccountPlan, umpire: Umpire) -> AccountPlan:
    """Also where both say the same number: the plan's may be in another currency."""
    said = plan.plan
    both = [field for field in SHARED if getattr(said, field, None) is not None and getattr(account, field) is not None]
    overruled = [field for field in both if umpire.heeds_crm(id_, field)]
    if not overruled or said is None:
        return plan
    return replace(plan, plan=said.model_copy(update=dict.fromkeys(overruled)))


def _judged(id_: str, contact: tuple[Contact, Contact], said: Stakeholder, umpire: Umpire) -> Contact:
    """Of whom a person here says something, that is held against all that the CRM says; else the record stays."""
    record, heard = contact
    words = {field: getattr(said, field) for field in JUDGED if getattr(said, field) is not None}
    values = {field: umpire.settle(id_, field, word, getattr(heard, field)) for field, word in words.items()}
    return record.model_copy(update=values)


def _heard_of(contact: Contact, tie: Tie) -> Contact:
    return contact.model_copy(update={"role": contact.role or tie.role, "stance": contact.stance or tie.stance})


def _local_person(account: str, said: Stakeholder) -> Contact:
    judged = {field: getattr(said, field) for field in JUDGED}
    home = None if said.external else account
    return Contact(account=home, last_name=said.name, title=said.title, email=said.email, **judged)
