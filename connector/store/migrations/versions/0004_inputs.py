"""What reps fill in about accounts in the CRM: strategic alignment and the client's main objective."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Give accounts the two columns."""
    op.add_column("crm_account", sa.Column("alignment", sa.Integer()))
    op.add_column("crm_account", sa.Column("objective", sa.String()))
