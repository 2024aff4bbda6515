"""Who may run and who ran: pauses, and what each run keeps of itself."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from admin import DAY, Admin

from connector.config.load import load_settings
from connector.schedule.scheduler import reconcile_scheduled, run_scheduled
from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))


def runs(admin: Admin) -> list[dict]:
    return admin.good("runs", "--json").json


def test_paused_connection_is_left_alone_by_hand_and_on_the_schedule(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    settings = load_settings(admin.configure(extra='    schedule: "0 3 1 1 *"\n'), {"TOKEN": "sandbox-token"})
    admin.good("fields", "apply")
    assert admin.good("pause", "hubspot", "--author", "Zoe", "--json").json["by"] == "Zoe"
    assert "already, by Zoe" in admin.good("pause", "hubspot", "--author", "Max").out
    admin.control("DELETE", "hubspot", "log")
    refused = admin.run("sync", *AS_OF)
    assert (refused.code, "paused since" in refused.err, "--even-paused" in refused.err) == (4, True, True)
    assert admin.run("reconcile").code == 4
    (connection,) = settings.connections
    assert [run(settings, connection, Event()) for run in (run_scheduled, reconcile_scheduled)] == [False, False]
    assert admin.requests("hubspot") == []
    (line,) = admin.good("status", "--json").json
    assert (line["paused"]["by"], line["next_run_at"], line["last_run"]) == ("Zoe", None, None)
    assert "by Zoe" in admin.good("status").out
    assert admin.sync(*AS_OF, "--even-paused")["hubspot"]["status"] == "done"
    assert "runs again" in admin.good("resume", "hubspot").out
    assert "was not paused" in admin.good("resume", "hubspot").out
    assert admin.sync(*AS_OF)["hubspot"]["status"] == "done"


def test_pause_of_an_unknown_connection_is_one_line(open_admin: Callable[..., Admin], tiny_world: World):
    admin = open_admin(tiny_world, "hubspot")
    admin.configure()
    refused = admin.run("pause", "hubspt")
    assert (refused.code, 'did you mean "hubspot"?' in refused.err) == (2, True)


def test_run_keeps_who_started_it_and_with_what(open_admin: Callable[..., Admin], tiny_world: World):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    path = admin.configure()
    admin.good("fields", "apply")
    admin.sync(*AS_OF)
    admin.environ["PLAYMAKER_STARTED_BY"] = "Zoe"
    path.write_text(path.read_text().replace("mapping:", "max_change: 0.9\n    mapping:"))
    admin.sync(*AS_OF)
    path.write_text(path.read_text().replace("{influence:", "{title: null, influence:"))
    admin.sync(*AS_OF)
    run_scheduled(settings := load_settings(path, {"TOKEN": "sandbox-token"}), settings.connections[0], Event())
    last, third, second, first = (run for run in runs(admin) if run["command"] == "sync")
    assert [run["started_by"] for run in (first, second, third, last)] == ["cron", "Zoe", "Zoe", "serve"]
    assert first["program"] == "0.1.0"
    assert first["formulas"] == last["formulas"]
    assert first["mapping"] == second["mapping"] != third["mapping"]
    assert len({run["configuration"] for run in (first, second, third)}) == 3
    assert third["configuration"] == last["configuration"]
