"""Nothing is created in another organisation than the one that a connection first met."""

from __future__ import annotations

from dataclasses import replace

import pytest
from company import Company

from connector.cli.fields import field_changes
from connector.pipeline.errors import SetupError


@pytest.mark.parametrize("apply", [False, True])
def test_kpi_fields_are_neither_planned_nor_created_in_another_organisation(company: Company, apply: bool):  # noqa: FBT001 - a parameter of pytest's
    settings = company.settings()
    assert field_changes(settings, settings.connections[0], apply=apply)
    company.sync()
    assert field_changes(settings, settings.connections[0], apply=apply)
    company.organisation.identity = replace(company.organisation.identity, id="another")
    before = {kind: dict(schema) for kind, schema in company.organisation.schema.items()}
    with pytest.raises(SetupError, match="lead to organisation another"):
        field_changes(settings, settings.connections[0], apply=apply)
    assert company.organisation.schema == before
