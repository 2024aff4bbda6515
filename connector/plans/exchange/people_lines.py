"""Finds the person whom a line of a file means: by CRM id, by e-mail address, or by name at the account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connector.languages.speech import _
from connector.plans.draft import Draft
from connector.plans.exchange.readings import Values
from connector.plans.finding import UnknownNameError
from connector.plans.people import add_person, find_person
from connector.plans.values import PlanError
from mappings.entities import Contact
from mappings.strategy import LOCAL_MARK

_LOCAL_ID = re.compile(LOCAL_MARK + r"[0-9a-z]{1,40}")


def find_named(draft: Draft, values: Values) -> str | None:
    """The person of a line, by the first of person, email, name that it gives; None where it gives none."""
    for column in ("person", "email", "name"):
        if text := values.get(column):
            return find_person(draft, str(text))
    return None


def find_or_add(draft: Draft, values: Values, elsewhere: Mapping[str, Contact]) -> str:
    """The person of a line about stakeholders; added where the line says that the CRM does not have them.

    `elsewhere`: contacts of other accounts that the file names, by id and by address.
    """
    given = str(values.get("person") or "")
    if _LOCAL_ID.fullmatch(given) and given not in draft.names_of_people():
        return _add(draft, values, given)
    try:
        found = find_named(draft, values)
    except UnknownNameError as fault:
        return _stranger(draft, values, elsewhere, fault)
    if found is None:
        raise PlanError(_("the line names nobody: fill person, email or name"))
    return found


def _stranger(draft: Draft, values: Values, elsewhere: Mapping[str, Contact], fault: UnknownNameError) -> str:
    contact = elsewhere.get(str(values.get("person") or str(values.get("email") or "").lower()))
    if contact is not None:
        if not values.get("external"):
            raise PlanError(
                _(
                    "this person belongs to account {account} in the CRM, not to this one",
                    account=contact.account or _("none"),
                )
            )
        person = next(id_ for id_, one in elsewhere.items() if one is contact)
        draft.admit(person, contact)
        return person
    if values.get("person") or not (values.get("placeholder") or values.get("external")):
        raise UnknownNameError(
            _("{fault}; placeholder=yes or external=WHOSE adds somebody whom the CRM does not have", fault=fault)
        )
    return _add(draft, values, None)


def _add(draft: Draft, values: Values, id_: str | None) -> str:
    name = str(values.get("name") or values.get("title") or values.get("email") or "")
    return add_person(draft, name, placeholder=bool(values.get("placeholder")), id_=id_)
