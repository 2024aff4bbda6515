"""Builds what the commands about CRM fields need: the CRM as whoever creates fields, and the fields wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.base import CRM, FieldSpec, Organisation, Ownership
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.translation import translator_for
from connector.pipeline.preflight import choose_specs, refuse_another, refuse_collisions
from connector.plans.input_fields import input_specs
from connector.store.crm_fields import OwnField, read_own_fields
from connector.store.ledger import KnownOrganisation, read_organisation
from connector.wiring.jobs import FIELDS, build_mapping, build_terms, open_crm, open_ledger, read_clock
from connector.wiring.spending import spending


@dataclass(frozen=True, slots=True)
class FieldDesk:
    """Everything about the fields of one connection. `own`: what is recorded as ours; `user`: who will write them."""

    crm: CRM
    organisation: Organisation
    specs: tuple[FieldSpec, ...]
    own: tuple[OwnField, ...]
    user: str | None

    @property
    def ownership(self) -> Ownership:
        """What adapters must know of it."""
        return Ownership({field.key: field.identity for field in self.own}, self.user)


@contextmanager
def open_desk(settings: Settings, connection: Connection, *, inputs: bool) -> Iterator[FieldDesk]:
    """Log in as who creates fields. `inputs`: those that reps fill, too. Raises SetupError for another organisation."""
    with open_ledger(settings) as store, store.reading() as ledger:
        known, own = read_organisation(ledger, connection.name), tuple(read_own_fields(ledger, connection.name))
    known, user = _ask_run_identity(settings, connection, known)
    with open_crm(settings, connection.for_setup()) as crm, spending(settings, connection, FIELDS, crm):
        organisation = crm.check()
        refuse_another(connection.name, known, organisation)
        specs = _choose(settings, connection, crm, organisation, inputs=inputs)
        yield FieldDesk(crm, organisation, specs, own, user)


def _ask_run_identity(
    settings: Settings, connection: Connection, known: KnownOrganisation | None
) -> tuple[KnownOrganisation | None, str | None]:
    """Where another identity creates the fields: which organisation the runs' identity leads to, and who that is."""
    if connection.auth_setup is None:
        return known, None
    with open_crm(settings, connection) as crm, spending(settings, connection, FIELDS, crm):
        organisation = crm.check()
        refuse_another(connection.name, known, organisation)
        met = KnownOrganisation(organisation.id, organisation.name, organisation.currency, None)
        return known or met, crm.running_user()


def _choose(
    settings: Settings, connection: Connection, crm: CRM, organisation: Organisation, *, inputs: bool
) -> tuple[FieldSpec, ...]:
    mapping = build_mapping(settings, connection)
    terms = build_terms(settings, connection, None, read_clock())
    specs = choose_specs(crm, terms, connection.kpi_fields, organisation)
    refuse_collisions(specs, mapping)
    if inputs:
        specs += input_specs(mapping, organisation, translator_for(settings.language))
    return tuple(specs)
