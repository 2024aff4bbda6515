"""The properties API: definitions and their groups."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, conflict, invalid, not_found, row_error
from sandbox.hubspot.endpoints.call import Call
from sandbox.hubspot.endpoints.new_property import changed, definition_from
from sandbox.hubspot.schema.definitions import Group, Property, describe

BATCH = 100


def list_properties(call: Call) -> Response:
    """GET all, in one answer."""
    listed = call.collection.catalogue.listed(archived=call.flag("archived"))
    return bodies.reply({"results": [describe(one) for one in listed]})


def get_property(call: Call) -> Response:
    """GET one."""
    return bodies.reply(describe(_known(call, call.args["name"])))


def create_property(call: Call) -> Response:
    """POST one: 201, or 409 where it exists."""
    return bodies.reply(describe(_create(call, call.body())), 201)


def create_properties(call: Call) -> Response:
    """POST batch/create: 201, or 207 with the ones that could not be made."""
    made: list[object] = []
    errors: list[Mapping[str, object]] = []
    for row in call.inputs(BATCH):
        try:
            made.append(describe(_create(call, row)))
        except ApiError as error:
            context = {"name": [str(row.get("name"))]}
            errors.append(row_error(str(error.body.get("category")), str(error), context=context))
    return call.batch(made, errors, 201)


def read_properties(call: Call) -> Response:
    """POST batch/read by name; unknown names are left out and reported."""
    names = [str(row.get("name")) for row in call.inputs(BATCH)]
    found = {name: call.collection.catalogue.live(name) for name in names}
    errors = [
        row_error("OBJECT_NOT_FOUND", f"Property {name} not found", context={"name": [name]})
        for name, one in found.items()
        if one is None
    ]
    return call.batch([describe(one) for one in found.values() if one is not None], errors)


def update_property(call: Call) -> Response:
    """PATCH a custom property; its name never changes."""
    definition = _custom(call)
    changed(definition, call.body(), call.collection.catalogue, call.now)
    return bodies.reply(describe(definition))


def archive_property(call: Call) -> Response:
    """DELETE a custom property: it disappears from definitions, records and writes."""
    call.collection.catalogue.archive(_custom(call), call.now)
    return bodies.nothing()


def list_groups(call: Call) -> Response:
    """GET all groups."""
    return bodies.reply({"results": [_group(one) for one in call.collection.catalogue.groups.values()]})


def get_group(call: Call) -> Response:
    """GET one group."""
    group = call.collection.catalogue.groups.get(call.args["name"])
    if group is None:
        raise not_found(f"Property group {call.args['name']} not found")
    return bodies.reply(_group(group))


def create_group(call: Call) -> Response:
    """POST a group: 201, or 409 where it exists."""
    sent, groups = call.body(), call.collection.catalogue.groups
    name, label = sent.get("name"), sent.get("label")
    if not isinstance(name, str) or not isinstance(label, str) or not name or not label:
        raise invalid("name and label are required.")
    if name in groups:
        raise conflict(f"Property group {name} already exists.")
    order = sent.get("displayOrder")
    groups[name] = Group(name, label, order if isinstance(order, int) else -1)
    return bodies.reply(_group(groups[name]), 201)


def list_validations(call: Call) -> Response:
    """GET the validation rules of a type: each property that has some."""
    rules = [{"ruleType": "MAX_LENGTH", "ruleArguments": ["10"]}]
    ruled = [name for kind, name in call.portal.settings.validated if call.collection.object_type.value == kind]
    return bodies.reply({"results": [{"propertyName": name, "propertyValidationRules": rules} for name in ruled]})


def _create(call: Call, sent: Mapping[str, object]) -> Property:
    catalogue = call.collection.catalogue
    definition = definition_from(sent, catalogue, call.now, dated=call.dated)
    if catalogue.live(definition.name) is not None:
        raise conflict(f"A property named '{definition.name}' already exists.")
    catalogue.add(definition)
    return definition


def _known(call: Call, name: str) -> Property:
    definition = call.collection.catalogue.properties.get(name)
    if definition is None or not definition.listed or (definition.archived_at is not None) is not call.flag("archived"):
        raise not_found(f"Property {name} not found")
    return definition


def _custom(call: Call) -> Property:
    definition = _known(call, call.args["name"])
    if definition.hubspot_defined:
        raise invalid(f"{definition.name} is defined by HubSpot and cannot be changed.")
    return definition


def _group(group: Group) -> dict[str, object]:
    return {"name": group.name, "label": group.label, "displayOrder": group.display_order, "archived": False}
