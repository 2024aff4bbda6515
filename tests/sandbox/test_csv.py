"""The data folder: what is written is read again, what is missing is filled in, what is wrong is named."""

from __future__ import annotations

import string
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.world.csv_folder import read_world, write_world
from sandbox.world.errors import WorldError
from sandbox.world.generator import generate
from sandbox.world.model import (
    Account,
    Contact,
    Deal,
    DealContact,
    LineItem,
    Product,
    Rate,
    Stage,
    StageChange,
    User,
    World,
)

# any text but the empty one, which is null in a CSV file, and halves of characters, which no file can hold
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
WORDS = st.text(string.ascii_letters + " '\",é", min_size=1, max_size=8)
MONEY = st.decimals(allow_nan=False, allow_infinity=False, places=2)
MOMENT = st.datetimes(timezones=st.just(UTC))
OFTEN_USED = {
    str: TEXT,
    str | None: st.none() | TEXT,
    Decimal: MONEY,
    Decimal | None: st.none() | MONEY,
    datetime: MOMENT,
    date | None: st.none() | st.dates(),
    list[str]: st.lists(WORDS, max_size=3),
}
KEYS = st.lists(TEXT, unique=True, min_size=1, max_size=3)
STAGE_CSV = "key,label,position,probability,closed,won\nopen,Open,1,0.5,,\nwon,Won,2,1,true,true\n"


def records(record: type, keys: list[str], **references: list[str] | None):
    """Records with these keys, whose other columns hold anything that the types allow."""
    columns = {}
    for name, hint in get_type_hints(record).items():
        columns[name] = OFTEN_USED[hint] if hint in OFTEN_USED else st.from_type(hint)
    for name, targets in references.items():
        columns[name] = st.sampled_from(targets)
    if not keys:
        return st.lists(st.builds(record, **columns), max_size=3)
    return st.tuples(*(st.builds(record, **(columns | {"key": st.just(key)})) for key in keys)).map(list)


@st.composite
def worlds(draw) -> World:
    users, accounts, contacts, stages, products, deals = (draw(KEYS) for _ in range(6))
    perhaps_user, perhaps_account = [None, *users], [None, *accounts]
    return World(
        draw(TEXT),
        draw(records(User, users)),
        draw(records(Account, accounts, parent=perhaps_account, owner=perhaps_user)),
        draw(records(Contact, contacts, account=perhaps_account, owner=perhaps_user)),
        draw(records(Stage, stages)),
        draw(records(Product, products)),
        draw(records(Deal, deals, account=perhaps_account, owner=perhaps_user, stage=stages)),
        draw(records(DealContact, [], deal=deals, contact=contacts)),
        draw(records(LineItem, draw(KEYS), deal=deals, product=[None, *products])),
        draw(records(StageChange, [], deal=deals, stage=stages)),
        draw(records(Rate, [])),
    )


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_a_written_world_is_read_again_as_it_was(world):
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder))
        assert read_world(Path(folder)) == world


def test_a_generated_world_is_read_again_as_it_was(tmp_path):
    world = generate(30, 100, 120)
    write_world(world, tmp_path / "made" / "on" / "demand")
    assert read_world(tmp_path / "made" / "on" / "demand") == world


def fill(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def test_an_empty_folder_is_an_empty_world_in_euros(tmp_path):
    assert read_world(tmp_path) == World("EUR")


def test_columns_and_files_may_be_left_out(tmp_path):
    fill(tmp_path, world="home_currency\nUSD\n", accounts="name,key\nAcme,a1\n")
    world = read_world(tmp_path)
    beginning = datetime(2020, 1, 1, tzinfo=UTC)
    assert world == World("USD", accounts=[Account("a1", "Acme", beginning, beginning)])


def test_null_like_words_are_text_and_only_the_empty_cell_is_null(tmp_path):
    fill(tmp_path, contacts="key,first_name,last_name,title,department\nc1,None,Null,NA,\n")
    (contact,) = read_world(tmp_path).contacts
    assert (contact.first_name, contact.last_name, contact.title, contact.department) == ("None", "Null", "NA", None)


def test_lists_booleans_and_instants_are_read_in_their_spellings(tmp_path):
    fill(
        tmp_path,
        contacts="key,buying_roles,departed,created_at,modified_at\n"
        "c1,CHAMPION;END_USER,TRUE,2026-01-01T01:00:00+01:00,2026-02-01\n",
    )
    (contact,) = read_world(tmp_path).contacts
    assert contact.buying_roles == ["CHAMPION", "END_USER"]
    assert contact.departed is True
    assert contact.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert contact.modified_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path):
    (tmp_path / "accounts.csv").write_bytes("\ufeffkey,name\r\na1,Müller\r\n\r\n".encode())
    assert [account.name for account in read_world(tmp_path).accounts] == ["Müller"]


def test_a_deal_without_times_has_those_of_its_stage_changes(tmp_path):
    fill(
        tmp_path,
        stages=STAGE_CSV,
        deals="key,name,stage\nd1,Deal,won\n",
        stage_changes="deal,stage,at\nd1,won,2026-03-02T00:00:00Z\nd1,open,2026-01-02T00:00:00Z\n",
        line_items="key,deal,quantity,unit_price,amount\nl1,d1,1,2,2\n",
    )
    world = read_world(tmp_path)
    (deal,), (item,) = world.deals, world.line_items
    assert (deal.created_at, deal.modified_at) == (
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert item.created_at == deal.created_at


def test_nothing_is_filled_in_as_changed_before_it_was_made(tmp_path):
    fill(
        tmp_path,
        accounts="key,name,created_at,modified_at\na1,A,,2010-01-01T00:00:00Z\na2,B,2030-01-01T00:00:00Z,\n",
    )
    for account in read_world(tmp_path).accounts:
        assert account.created_at == account.modified_at


def test_without_a_file_of_stage_changes_each_deal_has_entered_its_stage_when_it_was_made(tmp_path):
    fill(
        tmp_path,
        stages=STAGE_CSV,
        deals="key,name,stage,amount,close_date,created_at\nd1,Deal,open,12.50,2026-04-01,2026-01-01T00:00:00Z\n",
    )
    assert read_world(tmp_path).stage_changes == [
        StageChange("d1", "open", datetime(2026, 1, 1, tzinfo=UTC), Decimal("12.50"), date(2026, 4, 1)),
    ]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("accounts", "key,name,owned\na1,A,\n", ["accounts.csv", "line 1", "'owned'", "owner"]),
        ("accounts", "name\nA\n", ["accounts.csv", "line 1", "key"]),
        ("accounts", "key,name,name\na1,A,A\n", ["accounts.csv", "line 1", "twice"]),
        ("accounts", "key,name,employees\na1,A,3\na2,B,many\n", ["accounts.csv", "line 3", "employees", "'many'"]),
        ("accounts", "key,name\na1\n", ["accounts.csv", "line 2", "1 cells"]),
        ("accounts", "key,name\na1,\n", ["accounts.csv", "line 2", "column name", "empty"]),
        ("accounts", "key,name\na1,A\na1,B\n", ["accounts.csv", "line 3", "column key", "'a1'"]),
        ("accounts", "key,name,strategic\na1,A,maybe\n", ["line 2", "strategic", "true or false"]),
        ("accounts", "key,name,annual_revenue\na1,A,NaN\n", ["line 2", "annual_revenue", "number"]),
        ("accounts", 'key,name,annual_revenue\na1,A,"1,234"\n', ["line 2", "annual_revenue", "thousands"]),
        ("accounts", "key,name,created_at\na1,A,0001-01-01T00:00:00+05:00\n", ["line 2", "created_at", "instant"]),
        ("accounts", "key,name,parent\na1,A,a9\n", ["accounts.csv", "line 2", "parent", "'a9'"]),
        ("accounts", 'key,name\na1,"A\n', ["accounts.csv", "CSV"]),
        ("accounts", "", ["accounts.csv", "empty"]),
        ("deals", "key,name,stage,close_date\nd1,D,open,31/12/2026\n", ["deals.csv", "close_date", "2026-10-31"]),
        ("deals", "key,name,stage\nd1,D,gone\n", ["deals.csv", "line 2", "stage", "'gone'"]),
        ("acounts", "key,name\n", ["acounts.csv", "accounts.csv"]),
        ("world", "home_currency\n", ["world.csv", "one row"]),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_column(tmp_path, file, content, words):
    fill(tmp_path, **{"stages": STAGE_CSV, file: content})
    with pytest.raises(WorldError) as wrong:
        read_world(tmp_path)
    message = str(wrong.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_a_file_in_another_encoding_and_a_missing_folder_are_named(tmp_path):
    (tmp_path / "accounts.csv").write_bytes("key,name\na1,Müller\n".encode("latin-1"))
    with pytest.raises(WorldError, match=r"accounts\.csv is not UTF-8"):
        read_world(tmp_path)
    with pytest.raises(WorldError, match="nowhere"):
        read_world(tmp_path / "nowhere")


def test_a_folder_of_a_world_that_never_was_written_by_us_can_be_written_back(tmp_path):
    fill(tmp_path, stages=STAGE_CSV, deals="key,name,stage\nd1,Deal,open\n")
    world = read_world(tmp_path)
    write_world(world, tmp_path / "copy")
    assert read_world(tmp_path / "copy") == world
