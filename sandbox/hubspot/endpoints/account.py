"""What concerns the account as a whole: its details and API usage, owners, pipelines, tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import not_found
from sandbox.hubspot.endpoints.call import Call
from sandbox.hubspot.portal.pipeline import DealStage, Owner, Pipeline
from sandbox.hubspot.schema.instants import to_ms, to_text
from sandbox.hubspot.schema.object_types import ObjectType

OWNERS_PAGE = 100


def usage(call: Call) -> Response:
    """GET api-usage/daily/private-apps."""
    midnight = call.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    shown = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": call.portal.settings.per_day,
        "currentUsage": call.gate.limits.used_today,
        "collectedAt": call.instant,
        "fetchStatus": "SUCCESS",
        "resetsAt": to_text(midnight),
    }
    return bodies.reply({"results": [shown]})


def refresh_token(call: Call) -> Response:
    """POST token, form-encoded."""
    form = call.request.form.to_dict()
    return bodies.reply(call.gate.tokens.refresh(form, call.now, dated=call.dated))


def details(call: Call) -> Response:
    """GET account-info details."""
    portal = call.portal
    shown: dict[str, object] = {
        "portalId": portal.settings.portal_id,
        "accountType": "STANDARD",
        "timeZone": "UTC",
        "companyCurrency": portal.currencies.home,
        "additionalCurrencies": portal.currencies.others,
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    if call.dated:
        # new in 2026-09
        shown |= {"portalName": portal.settings.portal_name, "createdAt": to_ms(portal.pipeline.created_at)}
    return bodies.reply(shown)


def list_owners(call: Call) -> Response:
    """GET owners; archived ones are listed apart."""
    limit, after, email = call.limit(OWNERS_PAGE, 500), call.after(), call.request.args.get("email")
    listed = [
        one
        for one in call.portal.owners.values()
        if one.active is not call.flag("archived") and email in {None, one.email}
    ]
    rest = [one for one in listed if one.id > after]
    more = str(rest[limit - 1].id) if len(rest) > limit else None
    return bodies.reply(bodies.paged([_owner(one, call.portal.pipeline.created_at) for one in rest[:limit]], more))


def get_owner(call: Call) -> Response:
    """GET one owner, by owner id or (idProperty=userId) by user id."""
    wanted = call.args["owner_id"]
    by_user = call.request.args.get("idProperty") == "userId"
    for one in call.portal.owners.values():
        if wanted == str(one.user_id if by_user else one.id) and one.active is not call.flag("archived"):
            return bodies.reply(_owner(one, call.portal.pipeline.created_at))
    raise not_found(f"Owner {wanted} not found")


def list_pipelines(call: Call) -> Response:
    """GET all pipelines of an object type."""
    return bodies.reply({"results": [_pipeline(one) for one in _pipelines(call)]})


def get_pipeline(call: Call) -> Response:
    """GET one pipeline."""
    return bodies.reply(_pipeline(_the_pipeline(call)))


def list_stages(call: Call) -> Response:
    """GET the stages of a pipeline."""
    return bodies.reply({"results": _pipeline(_the_pipeline(call))["stages"]})


def _the_pipeline(call: Call) -> Pipeline:
    for one in _pipelines(call):
        if one.id == call.args["pipeline_id"]:
            return one
    raise not_found(f"Pipeline {call.args['pipeline_id']} not found")


def _pipelines(call: Call) -> list[Pipeline]:
    return [call.portal.pipeline] if call.object_type is ObjectType.DEALS and not call.flag("archived") else []


def _owner(owner: Owner, created_at: datetime) -> dict[str, object]:
    user = {"userId": owner.user_id} if owner.active else {}
    return {
        "id": str(owner.id),
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        **user,
        "userIdIncludingInactive": owner.user_id,
        "createdAt": to_text(created_at),
        "updatedAt": to_text(created_at),
        "archived": not owner.active,
    }


def _pipeline(pipeline: Pipeline) -> dict[str, object]:
    instant = to_text(pipeline.created_at)
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": 0,
        "stages": [_stage(stage, instant) for stage in pipeline.stages.values()],
        "createdAt": instant,
        "updatedAt": instant,
        "archived": False,
    }


def _stage(stage: DealStage, instant: str) -> dict[str, object]:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.position,
        # both are texts, the probability with a point: "1.0"
        "metadata": {"isClosed": str(stage.closed).lower(), "probability": str(float(stage.probability))},
        "createdAt": instant,
        "updatedAt": instant,
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }
