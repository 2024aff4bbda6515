"""Which CRM field types a converter can plainly not read, by the type words of the CRMs.

A type word that no family lists (another CRM's, a field made by an adapter) is never refused: its values are judged one
by one as they come.
"""

from __future__ import annotations

_FAMILIES = {
    "text": ("string", "textarea", "email", "phone", "phone_number", "url", "encryptedstring"),
    "number": ("number", "double", "currency", "percent", "int", "long"),
    "yes/no": ("bool", "boolean"),
    "picklist": ("enumeration", "picklist", "multipicklist", "combobox"),
    "date": ("date", "datetime"),
    "time of day": ("time",),
    "reference": ("reference", "id"),
    "compound": ("address", "location", "object_coordinates", "json", "base64", "complexvalue"),
}
_FAMILY = {word: family for family, words in _FAMILIES.items() for word in words}

_NEVER = {"compound", "time of day"}
_NOT_A_NUMBER = {"text", "yes/no", "picklist", "date", "reference"}
_NOT_A_DATE = {"text", "number", "yes/no", "picklist", "reference"}
_NOT_A_WORD = {"number", "yes/no", "date", "reference"}
_NOT_A_TRUTH = {"number", "date", "reference"}
_UNREADABLE = {
    "number": _NOT_A_NUMBER,
    "fraction": _NOT_A_NUMBER,
    "percent": _NOT_A_NUMBER,
    "whole": _NOT_A_NUMBER,
    "date": _NOT_A_DATE,
    "moment": _NOT_A_DATE,
    "role": _NOT_A_WORD,
    "stance": _NOT_A_WORD,
    "influence": _NOT_A_WORD - {"number"},
    "rating": _NOT_A_WORD - {"number"},
    "survey": _NOT_A_WORD,
    "boolean": _NOT_A_TRUTH,
    "employment": _NOT_A_TRUTH,
    "reference": {"yes/no", "date"},
    "domain": {"number", "yes/no", "date", "picklist", "reference"},
}


def can_read(converter: str, crm_type: str) -> bool:
    """Whether values of a CRM field of this type can ever be what the converter gives."""
    family = family_of(crm_type)
    return family not in _NEVER and family not in _UNREADABLE.get(converter, set())


def family_of(crm_type: str) -> str | None:
    """What a CRM field of this type holds (text, number, yes/no, picklist, date, …); None for a type we do not know."""
    return _FAMILY.get(crm_type.lower())
