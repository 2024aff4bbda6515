"""A French company at its terminal: all that is said is French, and what programs read stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from admin import DAY, Admin
from planner import planner

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
FIXED, NARROW = "\u00a0", "\u202f"


@pytest.fixture
def anna(tmp_path: Path) -> Admin:
    """Anna fills plans in French."""
    admin = planner(tmp_path)
    config = tmp_path / "config.yaml"
    config.write_text(f"language: fr\n{config.read_text()}")
    return admin


def test_a_plan_is_shown_in_french(anna: Admin):
    told = anna.good("plan", "set", "Acme", "--connection", "emea", "objective=Grandir", "potential_revenue=1234567.5")
    assert f"Acme{FIXED}: modifié par anna" in told.out
    anna.good("plan", "set", "Acme", "--person", "Zoé Martin", "stance=champion", "personal_stakes=Promotion")
    out = anna.good("plan", "show", "Acme").out
    assert "Personnes" in out
    assert "promoteur" in out
    assert f"1{NARROW}234{NARROW}567,5" in out
    assert not {"People", "stance", "reports to", "field"} & set(out.split())


def test_a_review_is_prepared_in_french(anna: Admin):
    anna.good("plan", "review", "add", "Acme", "deep", "--due", "2030-01-31")
    assert "position de chaque partie prenante" in anna.good("plan", "review", "agenda", "Acme", "deep").out
    page = anna.good("export", "plan", "Acme").out
    assert "responsable de compte; direction commerciale" in page
    assert "account_manager" not in page.replace("\\", "")


def test_files_are_refused_with_the_words_and_columns_of_french(anna: Admin):
    def refused(name: str, *lines: str) -> str:
        if lines:
            (anna.folder / name).write_text("\n".join(lines))
        run = anna.run("import", "stakeholders", str(anna.folder / name), "--connection", "emea")
        return run.out + run.err

    assert "promoteur, neutre, opposant" in refused("a.csv", "compte;nom;position", "Acme;Zoé Martin;ami")
    assert "enjeux personnels" in refused("b.csv", "compte;nom;couleur", "Acme;Zoé Martin;bleu")
    assert "ce fichier ou ce dossier n'existe pas" in refused("absent.csv")


def test_what_plans_lack_is_told_in_french(anna: Admin):
    out = anna.good("plan", "gaps", "Acme").out
    assert f"que veut atteindre le client{FIXED}? (objective)" in out
    assert f"qui a le rôle technique{FIXED}? (personne n'est connu)" in out
    assert f"Zoé Martin{FIXED}: inconnu{FIXED}: rôle, influence, position" in out


def test_faults_are_told_in_french_and_keep_their_exit_code(anna: Admin):
    unknown = anna.run("plan", "set", "Acmé Corp.", "objective=x")
    assert unknown.code == 2
    assert f"playmaker: compte{FIXED}: rien ne s'appelle «{FIXED}Acmé Corp.{FIXED}»" in unknown.err
    assert f"vouliez-vous dire «{FIXED}" in anna.run("plan", "show", "Acmee").err
    fault = json.loads(anna.run("kpis", "--connection", "eme", "--json").out)["error"]
    assert fault["kind"] == "setup"
    assert fault["message"].startswith(f"aucune connexion ne s'appelle «{FIXED}eme{FIXED}»")


def test_a_broken_configuration_is_told_of_in_french(anna: Admin):
    config = anna.folder / "config.yaml"
    config.write_text(config.read_text().replace("currency: EUR", "curency: EUR"))
    told = anna.run("status")
    assert told.code == 2
    assert f"clé inconnue, vouliez-vous dire «{FIXED}currency{FIXED}»" in told.err
    config.write_text(config.read_text().replace("curency: EUR", ""))
    assert f"manque{FIXED}: ajoutez-le" in anna.run("status").err


def test_an_import_is_reported_in_french(anna: Admin):
    file = anna.folder / "personnes.csv"
    file.write_text("account,person,role\na,Zoé Martin,technique\na,Nadie,coach\n")
    told = anna.run("import", "stakeholders", str(file), "--connection", "emea", "--skip-refused")
    assert told.code == 5
    assert "Refusé" in told.out
    assert f"rien ne s'appelle «{FIXED}Nadie{FIXED}»" in told.out
    assert f"1 ligne importée, sans changement{FIXED}: 0, refus{FIXED}: 1" in told.err


def test_json_has_the_same_keys_and_codes_in_every_language(anna: Admin):
    file = anna.folder / "personnes.csv"
    file.write_text("account,person,role\na,Zoé Martin,technique\n")
    (line,) = anna.good("import", "stakeholders", str(file), "--connection", "emea", "--json").json["lines"]
    assert line["status"] == "changed"
    assert {change["new"] for change in line["changes"] if change["field"] == "role"} == {"technical"}


@pytest.mark.parametrize("crm", ["hubspot"], indirect=True)
def test_a_sync_its_status_and_its_figures_are_told_in_french(open_admin, small_world: World, crm: str):
    admin = open_admin(small_world, crm, limits=False)
    admin.configure(top="language: fr")
    admin.good("fields", "apply")
    assert "inchangé" in admin.good("sync", *AS_OF).out
    status = admin.good("status").out
    assert {"Connexions", "organisation", "réalisée"} <= set(status.split())
    assert f"prévision d'appels d'API{FIXED}:" in status
    figures = admin.good("kpis").out
    assert {"valeur", "statut", "enregistrements"} <= set(figures.split())
    assert "échantillon faible" in figures
