"""What an object's describe says of it to the running user."""

from __future__ import annotations

from sandbox.salesforce.schema.catalogue import ObjectType
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Table

SOAP_TYPES = {
    "id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int", "date": "xsd:date",
    "datetime": "xsd:dateTime", "currency": "xsd:double", "double": "xsd:double", "percent": "xsd:double",
    "address": "urn:address",
}  # fmt: skip

NEVER: dict[str, object] = dict.fromkeys(
    (
        "namePointing", "caseSensitive", "autoNumber", "deprecatedAndHidden", "dependentPicklist", "htmlFormatted",
        "encrypted", "cascadeDelete", "restrictedDelete", "writeRequiresMasterRead", "displayLocationInDecimal",
        "polymorphicForeignKey", "highScaleNumber",
    ),
    False,
) | dict.fromkeys(
    (
        "calculatedFormula", "controllerName", "extraTypeInfo", "defaultValueFormula", "relationshipOrder", "mask",
        "maskType",
    )
)  # fmt: skip
"""What no field of this org is or has."""


def summarise(table: Table, root: str) -> dict[str, object]:
    """One line of the list of all objects."""
    one = table.definition
    address = f"{root}/sobjects/{one.name}"
    return {
        "name": one.name, "label": one.label, "labelPlural": one.plural, "keyPrefix": one.prefix,
        "custom": False, "customSetting": False, "activateable": False, "createable": one.writable,
        "updateable": one.writable, "deletable": one.writable, "undeletable": one.recycled and one.writable,
        "mergeable": one.keeps_master, "queryable": True, "retrieveable": True, "searchable": False,
        "replicateable": True, "triggerable": one.writable, "layoutable": one.writable, "feedEnabled": False,
        "urls": {
            "sobject": address, "describe": f"{address}/describe", "rowTemplate": f"{address}/{{ID}}",
        },
    }  # fmt: skip


def describe(permissions: Permissions, user: str, table: Table, root: str) -> dict[str, object]:
    """The whole describe; fields that the user cannot see are left out."""
    one = table.definition
    fields = [describe_field(one, found, permissions, user) for found in permissions.visible(user, one)]
    children = [_child(name, child.object, child.field) for name, child in one.children.items()]
    return summarise(table, root) | {"fields": fields, "childRelationships": children, "recordTypeInfos": []}


def _child(name: str, object_type: str, field: str) -> dict[str, object]:
    return {"childSObject": object_type, "field": field, "relationshipName": name, "cascadeDelete": False}


def describe_field(one: ObjectType, field: Field, permissions: Permissions, user: str) -> dict[str, object]:
    """One field of the describe."""
    may_edit = permissions.edits(user, one, field)
    return NEVER | _describe_shape(field) | _describe_use(field) | {
        "createable": field.createable and may_edit, "updateable": field.updateable and may_edit,
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": choice.label, "validFor": None, "value": choice.value}
            for choice in field.choices
        ],
    }  # fmt: skip


def _describe_shape(field: Field) -> dict[str, object]:
    return {
        "name": field.name, "label": field.label, "type": field.type, "digits": field.digits,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"), "length": field.length, "byteLength": field.length * 3,
        "precision": field.precision, "scale": field.scale, "compoundFieldName": field.compound,
        "restrictedPicklist": field.restricted, "referenceTo": [field.to] if field.to else [],
        "relationshipName": field.relationship, "inlineHelpText": field.help,
        "defaultValue": False if field.type == "boolean" else None,
    }  # fmt: skip


def _describe_use(field: Field) -> dict[str, object]:
    return {
        "custom": field.custom, "permissionable": field.custom, "calculated": field.calculated,
        "nillable": not field.required and field.type not in {"id", "boolean"},
        "defaultedOnCreate": _is_defaulted(field), "filterable": field.filterable, "sortable": field.sortable,
        "groupable": field.filterable, "aggregatable": field.kind in {"number", "date", "datetime"},
        "idLookup": field.type == "id" or field.external_id, "nameField": field.name_field, "unique": field.unique,
        "externalId": field.external_id,
    }  # fmt: skip


def _is_defaulted(field: Field) -> bool:
    return field.type == "boolean" or field.owner or field.name == "CurrencyIsoCode" or not field.createable
