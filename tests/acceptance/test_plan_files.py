"""Files of people, actions, potentials, answers and plans come back without a loss; nothing goes in by halves."""

from __future__ import annotations

import io
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from admin import Admin, Outcome
from openpyxl import Workbook, load_workbook
from planner import planner

KINDS = ("plans", "stakeholders", "objectives", "actions", "potentials", "nps", "csat", "competitors", "levers")
KINDS += ("risks", "team", "lines", "deal-roles", "reviews")


@pytest.fixture
def anna(tmp_path: Path) -> Admin:
    return planner(tmp_path)


def write(anna: Admin, text: str, name: str = "in.csv", encoding: str = "utf-8") -> str:
    path = anna.folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def imported(anna: Admin, kind: str, text: str, *options: str, encoding: str = "utf-8") -> Outcome:
    file = write(anna, text, encoding=encoding)
    return anna.run("import", kind, file, "--connection", "emea", "--json", *options)


def statuses(outcome: Outcome) -> list[str]:
    return [line["status"] for line in outcome.json["lines"]]


def reasons(outcome: Outcome) -> list[str]:
    return [line["reason"] or "" for line in outcome.json["lines"]]


def shown(anna: Admin, account: str = "Acme") -> dict[str, Any]:
    return anna.good("plan", "show", account, "--connection", "emea", "--json").json


def fill_everything(anna: Admin) -> None:
    for words in (
        ["set", "Acme", "objective==cmd|' /C calc'!A0", "potential_revenue=1234.567", "currency=EUR", "alignment=4"],
        ["set", "Acme", "--person", "7", "role=user", "stance=champion", "influence=4", "--evidence", "confirmed"],
        ["set", "Acme", "--person", "8", 'personal_stakes=@SUM("a";1), -then +more\nand a second line', "reports_to=7"],
        ["set", "Acme", "--person", "Head of IT", "--placeholder", "role=technical"],
        ["set", "Acme", "--person", "Paul; 'Partner'", "--new", "external=Partner Ltd"],
        ["add-action", "Acme", "'=1+1", "--due", "2030-01-31", "--person", "7", "--deal", "d1", "--owner", "-ben"],
        ["add", "Acme", "cell", "line=Radar", "potential=1000.5", "play=Pilot, then roll out"],
        ["add", "Acme", "answer", "person=7", "survey=nps", "score=9", "answered_on=2026-01-31"],
        ["add", "Acme", "answer", "person=7", "survey=csat", "score=4", "answered_on=2026-01-31"],
        ["add", "Acme", "issue", "Costs rise"],
        ["add", "Acme", "competitor", "(clear)", "where=Spain", "strength=4"],
        ["add", "Acme", "lever", "Second plant", "owner=ben", "due=2030-03-31"],
        ["add", "Acme", "risk", "text=- Merger", "owner=anna"],
        ["add", "Acme", "team", "Anna", "role=account_manager"],
        ["add", "Acme", "line", "source=7", "target=8", "strength=3"],
        ["add", "Acme", "deal-role", "deal=d1", "stakeholder=7", "role=coach"],
        ["review", "hold", "Acme", "light", "--attended", "anna", "--decisions", "Go on"],
    ):
        anna.good("plan", *words)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_was_exported_makes_the_same_plan_elsewhere_and_changes_nothing_here(tmp_path: Path, ending: str):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here, there = planner(tmp_path / "here"), planner(tmp_path / "there")
    fill_everything(here)
    for kind in KINDS:
        file = str(tmp_path / f"{kind}{ending}")
        here.good("export", kind, "--output", file, "--connection", "emea")
        back = here.good("import", kind, file, "--connection", "emea", "--json")
        assert set(statuses(back)) == {"unchanged"}, kind
        assert set(statuses(there.good("import", kind, file, "--connection", "emea", "--json"))) == {"changed"}
    assert without_times(shown(there)) == without_times(shown(here))


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    for part in [document, *document["stakeholders"]]:
        part["judged"] = {field: said["evidence"] for field, said in part["judged"].items()}
    return document


def test_what_a_spreadsheet_would_run_is_written_as_text(anna: Admin, tmp_path: Path):
    anna.good("plan", "set", "Acme", "objective==HYPERLINK(1)")
    assert '"\'=HYPERLINK(1)"' in anna.good("export", "plans", "--connection", "emea").out
    anna.good("export", "plans", "--connection", "emea", "--output", str(tmp_path / "out.xlsx"))
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_dry_run_says_what_the_import_then_does(anna: Admin):
    text = "account,person,stance\na,7,champion\na,8,opponent\n"
    dry = imported(anna, "stakeholders", text, "--dry-run")
    assert shown(anna)["stakeholders"][0]["judged"] == {}
    real = imported(anna, "stakeholders", text)
    assert (dry.code, real.code) == (0, 0)
    assert dry.json["lines"] == real.json["lines"]
    assert (dry.json["imported"], real.json["imported"]) == (False, True)
    assert statuses(imported(anna, "stakeholders", text)) == ["unchanged", "unchanged"]


def test_a_file_with_a_line_that_cannot_be_used_imports_nothing(anna: Admin):
    text = "account,person,stance\na,7,champion\na,8,friend\n"
    refused = imported(anna, "stakeholders", text)
    assert refused.code == 2
    assert "stance" in reasons(refused)[1]
    assert "nothing was imported" in refused.err
    assert "stance" not in {key for one in shown(anna)["stakeholders"] for key in one["judged"]}
    skipped = imported(anna, "stakeholders", text, "--skip-refused")
    assert (skipped.code, statuses(skipped)) == (5, ["changed", "refused"])
    assert imported(anna, "stakeholders", text, "--dry-run").code == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a,,,Ben Smith", "one of 8, 9"),
        ("a,,,Zoe Martain", 'did you mean "Zoé Martin"'),
        ("a,,cleo@nord.test,", "belongs to account b"),
        ("a,20,,", "belongs to account b"),
        ("a,,,", "names nobody"),
        ("Acmee,7,,", 'did you mean "Acme"'),
        (",,nobody@nowhere.test,", "does not say which account"),
        ("a,7,,,,,,too,many", "more cells"),
    ],
)
def test_people_and_accounts_that_cannot_be_told_are_refused(anna: Admin, line: str, reason: str):
    refused = imported(anna, "stakeholders", f"account,person,email,name,stance\n{line}\n")
    assert refused.code == 2
    assert reason in reasons(refused)[0]


def test_people_are_found_by_address_without_their_account(anna: Admin):
    assert imported(anna, "stakeholders", "email,stance\nZOE@acme.test,champion\n").code == 0
    assert {one["person"]: one["stance"] for one in shown(anna)["stakeholders"]}["7"] == "champion"


def test_somebody_whom_a_later_line_brings_may_be_named_before(anna: Admin):
    text = "account,name,placeholder,reports_to\na,Buyer,yes,Head of IT\na,Head of IT,yes,8\n"
    assert statuses(imported(anna, "stakeholders", text)) == ["changed", "changed"]
    assert statuses(imported(anna, "stakeholders", text)) == ["unchanged", "unchanged"]


def test_lines_that_make_a_circle_are_refused(anna: Admin):
    refused = imported(anna, "stakeholders", "account,person,reports_to\na,7,8\na,8,7\n")
    assert refused.code == 2
    assert "circle" in reasons(refused)[1]


def test_the_second_line_about_the_same_person_is_refused(anna: Admin):
    refused = imported(anna, "stakeholders", "account,person,email,stance\na,7,,champion\na,,zoe@acme.test,neutral\n")
    assert "line 2 is about the same one" in reasons(refused)[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_of_spreadsheets_are_understood(anna: Admin, encoding: str, separator: str):
    objective = "Développer l'été; 20 €, puis\tplus"
    rows = [["Account", "Objective", "Tier"], ["a", f'"{objective}"', "A"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    assert imported(anna, "plans", text, encoding=encoding).code == 0
    assert shown(anna)["plan"]["objective"] == objective


def test_an_encoding_that_cannot_be_told_is_refused(anna: Admin):
    path = anna.folder / "in.csv"
    path.write_bytes(b"\xef\xbb\xbfaccount,objective\na,\xff\xfe\xfa\n")
    refused = anna.run("import", "plans", str(path), "--connection", "emea")
    assert refused.code == 2
    assert "save it as UTF-8" in refused.err


@pytest.mark.parametrize(
    ("written", "read"),
    [("1 234,50", "1234.50"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1200", "1200"), ("12,5", "12.5")],
)
def test_amounts_are_read_as_people_write_them(anna: Admin, written: str, read: str):
    assert imported(anna, "plans", f"account;potential_revenue\na;{written}\n").code == 0
    assert shown(anna)["plan"]["potential_revenue"] == read


def test_an_amount_that_could_be_two_is_refused_unless_its_column_decides(anna: Admin):
    refused = imported(anna, "plans", "account;potential_revenue\na;1,234\n")
    assert "decimal mark" in reasons(refused)[0]
    assert imported(anna, "plans", "account;potential_revenue\na;1,234\nb;12,5\n").code == 0
    assert shown(anna)["plan"]["potential_revenue"] == "1.234"


def test_a_date_that_could_be_two_is_refused_unless_its_column_decides(anna: Admin):
    refused = imported(anna, "plans", "account,started_on\na,03/04/2026\n")
    assert "day/month or month/day" in reasons(refused)[0]
    assert imported(anna, "plans", "account,started_on\na,03/04/2026\nb,25/12/2026\n").code == 0
    assert shown(anna)["plan"]["started_on"] == "2026-04-03"
    assert imported(anna, "plans", "account;started_on\na;03/04/2026\nb;12/25/2026\n").code == 0
    assert shown(anna)["plan"]["started_on"] == "2026-03-04"


def test_where_semicolons_part_the_cells_the_day_comes_first(anna: Admin):
    assert imported(anna, "plans", "account;started_on\na;03/04/2026\n").code == 0
    assert shown(anna)["plan"]["started_on"] == "2026-04-03"


@pytest.mark.parametrize(
    ("cell", "reason"), [("31/02/2026", "does not exist"), ("soon", "no date"), ("1/2/26", "no date")]
)
def test_what_is_no_date_is_refused(anna: Admin, cell: str, reason: str):
    assert reason in reasons(imported(anna, "plans", f"account;started_on\na;{cell}\n"))[0]


def test_a_formula_in_a_cell_is_refused_and_never_run(anna: Admin):
    refused = imported(anna, "plans", "account,objective\na,=cmd|' /C calc'!A0\n")
    assert "formula" in reasons(refused)[0]
    book = Workbook()
    book.active.append(["account", "alignment"])
    book.active.append(["a", "=1+1"])
    written = io.BytesIO()
    book.save(written)
    (anna.folder / "in.xlsx").write_bytes(written.getvalue())
    workbook = anna.run("import", "plans", str(anna.folder / "in.xlsx"), "--connection", "emea", "--json")
    assert (workbook.code, "B2 holds a formula" in reasons(workbook)[0]) == (2, True)


def test_a_workbook_of_a_spreadsheet_is_read_with_its_numbers_and_dates(anna: Admin):
    book = Workbook()
    book.active.append(["Account name", "Potential revenue", "Started on", "Tier", None])
    book.active.append(["acme", 1200.5, date(2026, 3, 1), 2, None])
    book.active.append([None] * 5)
    book.save(anna.folder / "in.xlsx")
    anna.good("import", "plans", str(anna.folder / "in.xlsx"), "--connection", "emea")
    plan = shown(anna)["plan"]
    assert (plan["potential_revenue"], plan["started_on"], plan["tier"]) == ("1200.5", "2026-03-01", "2")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("account,stanse\na,x\n", 'did you mean "stance"'),
        ("stance,role\nx,y\n", "which account is meant"),
        ("account,person,person\na,7,7\n", "there twice"),
        ("", "no column names"),
        ('account,person\na,"7\n', "quote"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_whole(anna: Admin, content: str, reason: str):
    refused = imported(anna, "stakeholders", content)
    assert refused.code == 2
    assert reason in refused.err


@pytest.mark.parametrize("name", ["in.xlsx", "in.xls", "gone.csv"])
def test_what_is_no_file_of_ours_is_refused_in_one_line(anna: Admin, name: str):
    if name.startswith("in"):
        write(anna, "nonsense", name)
    refused = anna.run("import", "plans", str(anna.folder / name), "--connection", "emea")
    assert refused.code == 2
    assert len(refused.err.strip().splitlines()) == 1


def test_actions_are_imported_once_and_keep_the_date_first_promised(anna: Admin):
    first = "account,title,due,owner,stakeholder\na,Call Zoé,2030-01-31,anna,zoe@acme.test\n"
    assert statuses(imported(anna, "actions", first)) == ["changed"]
    assert statuses(imported(anna, "actions", first)) == ["unchanged"]
    imported(anna, "actions", first.replace("2030-01-31", "2030-02-28"))
    (action,) = shown(anna)["actions"]
    assert (action["first_due"], action["due"], action["stakeholder"]) == ("2030-01-31", "2030-02-28", "7")


def test_answers_that_nobody_signed_are_each_one_of_their_own(anna: Admin):
    text = "account,score,answered_on\na,9,2026-01-31\na,9,2026-01-31\n"
    assert statuses(imported(anna, "nps", text)) == ["changed", "changed"]
    assert statuses(imported(anna, "nps", text)) == ["unchanged", "unchanged"]
    assert len(shown(anna)["answers"]) == 2


FRENCH = """Parties prenantes;;;;;
Compte;Personne;Rôle;Position;À identifier;Parti
a;7;Décideur;Promoteur;non;non
a;9;utilisateur;opposante;;(effacer)
"""


def test_titles_and_words_may_be_french_and_stand_under_a_heading(anna: Admin):
    assert statuses(imported(anna, "stakeholders", FRENCH, encoding="cp1252")) == ["changed", "changed"]
    people = {one["person"]: one for one in shown(anna)["stakeholders"]}
    assert [(people[id_]["role"], people[id_]["stance"]) for id_ in ("7", "9")] == [
        ("economic", "champion"),
        ("user", "opponent"),
    ]
    actions = "Compte;Quoi faire;Statut;Responsable\na;Appeler;terminée;anna\n"
    assert imported(anna, "actions", actions).code == 0
    assert shown(anna)["actions"][0]["status"] == "done"


def test_a_french_company_exports_french_files_and_imports_them(anna: Admin):
    config = anna.folder / "config.yaml"
    config.write_text("language: fr" + config.read_text())
    anna.good("plan", "set", "Acme", "--person", "7", "role=user", "departed=false")
    out = anna.good("export", "stakeholders", "--connection", "emea", "--separator", "semicolon").out
    assert '"rôle";"preuve du rôle"' in out
    assert '"utilisateur";"supposé"' in out
    assert statuses(imported(anna, "stakeholders", out)) == ["unchanged"]


def test_a_refused_line_is_named_as_a_spreadsheet_numbers_it_and_its_cell_as_the_file_does(anna: Admin):
    text = 'Compte;Personne;Enjeux personnels\na;7;"Veut\nêtre promue"\na;8;=1+1\n'
    refused = imported(anna, "stakeholders", text).json["lines"][1]
    assert refused["line"] == 3
    assert refused["reason"].startswith("Enjeux personnels: ")


def test_a_value_is_taken_back_only_by_the_word_for_it(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "7", "stance=champion", "personal_stakes=A promotion")
    line = "account,person,stance,personal_stakes\na,7,{},{}\n"
    assert statuses(imported(anna, "stakeholders", line.format("", ""))) == ["unchanged"]
    told = imported(anna, "stakeholders", line.format("(clear)", "(clear)")).json["lines"][0]["changes"]
    assert [(one["field"], one["new"]) for one in told] == [("stance", None), ("personal_stakes", None)]
    anna.good("plan", "add", "Acme", "competitor", "Rival")
    id_ = shown(anna)["competitors"][0]["id"]
    assert "needs name" in reasons(imported(anna, "competitors", f"account,id,name\na,{id_},(clear)\n"))[0]


def test_what_is_called_so_stands_for_an_id_that_is_not_there(anna: Admin):
    assert (
        imported(anna, "deal-roles", "account,deal_name,stakeholder_name,role\na,radar fleet,Zoé Martin,coach\n").code
        == 0
    )
    (part,) = shown(anna)["deal_parts"]
    assert (part["deal"], part["stakeholder"]) == ("d1", "7")


def test_the_sheet_of_a_workbook_is_found_and_errors_in_it_are_refused(anna: Admin):
    book = Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("people")
    sheet.append(["Our people at Acme"])
    sheet.merge_cells("A1:C1")
    for row in ([], ["Account", "Person", "Influence"], ["a", 7, "high"], [], ["a", 8, "#N/A"]):
        sheet.append(row)
    book.save(anna.folder / "in.xlsx")
    told = anna.run("import", "stakeholders", str(anna.folder / "in.xlsx"), "--connection", "emea", "--json")
    assert [(one["line"], one["reason"]) for one in told.json["lines"]] == [
        (4, None),
        (6, "C6 holds an error of the spreadsheet: put a value there"),
    ]


def test_a_review_is_imported_with_all_that_is_known_of_it(anna: Admin):
    text = "account,kind,held_on,attended,decisions\na,approfondie,2026-01-31,anna; ben,Go on\n"
    assert statuses(imported(anna, "reviews", text)) == ["changed"]
    assert statuses(imported(anna, "reviews", text)) == ["unchanged"]
    (review,) = shown(anna)["reviews"]
    assert (review["kind"], review["due"], review["attended"]) == ("deep", "2026-01-31", "anna; ben")
    assert "not come yet" in reasons(imported(anna, "reviews", "account,kind,held_on\na,light,2090-01-31\n"))[0]
    assert "needs kind" in reasons(imported(anna, "reviews", "account,held_on\na,2026-02-28\n"))[0]


def test_answers_about_satisfaction_are_a_file_of_their_own(anna: Admin):
    assert imported(anna, "csat", "email,score,answered_on\nzoe@acme.test,4,2026-01-31\n").code == 0
    assert "1 to 5" in reasons(imported(anna, "csat", "email,score,answered_on\nzoe@acme.test,9,2026-02-28\n"))[0]
    assert [one["survey"] for one in anna.good("export", "csat", "--connection", "emea", "--json").json] == ["csat"]
    assert anna.good("export", "nps", "--connection", "emea", "--json").json == []


def test_a_template_of_everybody_is_exported_to_be_filled_in(anna: Admin):
    out = anna.good("export", "stakeholders", "Acme", "--all", "--connection", "emea", "--json")
    assert [row["person"] for row in out.json] == ["8", "9", "7"]
    assert {row["role"] for row in out.json} == {None}
    assert "personnel file" in out.err


def test_an_exported_file_is_its_owners_alone(anna: Admin):
    anna.good("plan", "set", "Acme", "tier=A")
    anna.good("export", "plans", "--output", str(anna.folder / "out.csv"), "--connection", "emea")
    assert stat.S_IMODE((anna.folder / "out.csv").stat().st_mode) == 0o600


def test_of_several_connections_one_must_be_named(anna: Admin):
    refused = anna.run("import", "plans", write(anna, "account,tier\na,A\n"))
    assert (refused.code, "--connection emea or us" in refused.err) == (2, True)
