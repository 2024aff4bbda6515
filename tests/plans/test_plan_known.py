"""What is known of many accounts at once, for exports and imports."""

from __future__ import annotations

from time import process_time

from acme_mirror import NAME, acme
from sqlalchemy import Engine

from adapters.base import Kind
from connector.plans.known import read_known
from connector.store.mirror_tables import TABLES

ACCOUNTS = [f"x{number}" for number in range(3000)]


def test_much_is_known_of_many_accounts_within_seconds_and_each_has_its_own(memory: Engine):
    people = [(f"{account}p{number}", account) for account in ACCOUNTS for number in range(6)]
    with acme(memory) as store:
        heads = [{"connection": NAME, "id": account, "name": account} for account in ACCOUNTS]
        store.execute(TABLES[Kind.ACCOUNT].insert(), heads)
        store.execute(
            TABLES[Kind.CONTACT].insert(), [{"connection": NAME, "id": id_, "account": home} for id_, home in people]
        )
        ties = [{"connection": NAME, "id": id_, "account": home, "contact": id_} for id_, home in people]
        store.execute(TABLES[Kind.ACCOUNT_CONTACT].insert(), ties)
        began = process_time()
        known = read_known(store, NAME, [*ACCOUNTS, "a"], {})
        assert process_time() - began < 5
    assert list(known["x7"].contacts) == [f"x7p{number}" for number in range(6)]
    assert list(known["a"].deals) == ["d1", "d2"]
    assert [link.contact for link in known["a"].deal_contacts] == ["8"]
