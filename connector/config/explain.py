"""Pydantic's findings as faults: what to do, in the words of the configuration, never with the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.config.document import Document
from connector.config.faults import Fault, KeyPath, PlacedError, find_nearest, join_choices, suggest
from connector.languages.speech import _, mark
from mappings.shape import MappingError

_MESSAGES = {
    "missing": mark("missing: add it"),
    "string_type": mark("must be text: put it in quotes"),
    "string_too_short": mark("empty: give it a value or remove the line"),
    "string_too_long": mark("must be at most {max_length} characters long"),
    "int_type": mark("must be a whole number"),
    "int_parsing": mark("must be a whole number"),
    "int_from_float": mark("must be a whole number"),
    "decimal_type": mark("must be a number"),
    "decimal_parsing": mark("must be a number"),
    "float_type": mark("must be a number"),
    "float_parsing": mark("must be a number"),
    "finite_number": mark("must be a number"),
    "bool_type": mark("must be true or false"),
    "bool_parsing": mark("must be true or false"),
    "greater_than": mark("must be greater than {gt}"),
    "greater_than_equal": mark("must be {ge} or more"),
    "less_than_equal": mark("must be {le} or less"),
    "less_than": mark("must be less than {lt}"),
    "model_type": mark("must be a mapping, one `key: value` per line"),
    "dict_type": mark("must be a mapping, one `key: value` per line"),
    "list_type": mark("must be a list, one `- item` per line"),
    "tuple_type": mark("must be a list, one `- item` per line"),
}
_PATTERNS = {
    r"^[A-Z]{3}$": mark("must be an ISO 4217 code in capitals, like EUR"),
    r"^[a-z0-9][a-z0-9_-]*$": mark("must be lower-case letters, digits, - and _ only"),
}


def explain(
    error: ValidationError, model: type[BaseModel], document: Document, known: Iterable[KeyPath]
) -> list[Fault]:
    """One fault per finding; those at or under a path in `known` are reported already and left out."""
    reported = {*known, *_find_misspelt(error, model)}
    return [
        Fault(message, path, document.find_line(path))
        for detail in error.errors(include_url=False)
        for path, message in _find(detail, model)
        if not any(path[:n] in reported for n in range(len(path) + 1))
    ]


def _find_misspelt(error: ValidationError, model: type[BaseModel]) -> Iterator[KeyPath]:
    """The keys that are missing because they stand there misspelt: the unknown key is what to mend."""
    details = error.errors(include_url=False)
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    for path in (detail["loc"] for detail in details if detail["type"] == "extra_forbidden"):
        nearest = find_nearest(str(path[-1]), _known_keys(model, path[:-1]))
        if nearest and (*path[:-1], nearest) in missing:
            yield (*path[:-1], nearest)


def _find(detail: ErrorDetails, model: type[BaseModel]) -> Iterator[tuple[KeyPath, str]]:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    match detail.get("ctx", {}).get("error"):
        case MappingError() as cause:
            yield from (_place(line, path[:-1]) for line in cause.lines)
        case PlacedError() as cause:
            yield (*path, *cause.path), str(cause)
        case ValueError() as cause:
            yield path, str(cause)
        case _:
            yield path, _say(detail, path, model)


def _place(line: str, above: KeyPath) -> tuple[KeyPath, str]:
    """A line of MappingError begins with its place: `mapping.contact.role: there is no …`."""
    place, _, message = line.partition(": ")
    return (*above, *place.split(".")), message


def _say(detail: ErrorDetails, path: KeyPath, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _("unknown key{hint}", hint=suggest(str(path[-1]), _known_keys(model, path[:-1])))
    if kind != "missing" and detail["input"] is None:
        return _("empty: give it a value or remove the line")
    if kind in {"literal_error", "enum"}:
        return _("must be {choices}", choices=_read_choices(context))
    if kind == "string_pattern_mismatch":
        return _(_PATTERNS.get(context["pattern"], mark("is not written as it should be")))
    return _(_MESSAGES.get(kind, mark("is not a value that fits here")), **context)


def _read_choices(context: Mapping[str, Any]) -> str:
    words = str(context["expected"]).replace(" or ", ", ").split(", ")
    return join_choices([word.strip("'") for word in words])


def _known_keys(annotation: object, path: KeyPath) -> set[str]:
    """The keys of the model that stands at this path below the annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            return set(annotation.model_fields)
        field = annotation.model_fields.get(str(path[0]))
        return _known_keys(field.annotation, path[1:]) if field else set()
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return set().union(*(_known_keys(argument, path) for argument in arguments))
    if origin is Annotated:
        return _known_keys(arguments[0], path)
    if origin in {list, tuple}:
        return _known_keys(arguments[0], path[1:])
    return _known_keys(arguments[1], path[1:]) if origin is dict else set()
