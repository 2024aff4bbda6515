"""Mistakes in a plan reach the status in the CRM whatever figures an admin has written there."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.fields import kpi_specs
from connector.kpis.registry import Wording
from connector.kpis.result import Kpi, Status
from connector.languages.translation import Translator
from connector.pipeline.diff import Held, changed_values

NOW = datetime(2026, 6, 30, tzinfo=UTC)
KPIS = {
    "champions": Kpi(2, Status.OK, 2),
    "plan_health": Kpi(60, Status.OK, 1, findings=("no_objective",)),
    "win_rate": Kpi(None, Status.NO_DATA, 0),
}


def test_the_status_tells_mistakes_in_a_plan_where_its_health_is_not_written():
    chosen = {"plan_health": None, "win_rate": None}
    specs = kpi_specs(Wording(KpiSettings(), "EUR"), chosen, str, multi_currency=False)
    by_name = {spec.name: spec for spec in specs if spec.kind is Kind.ACCOUNT}
    written = changed_values(by_name, KPIS, Held({}), NOW, Translator())
    assert written["champions"] == 2
    assert "plan_health" not in written
    assert written["status"] == "plan: no objective"
