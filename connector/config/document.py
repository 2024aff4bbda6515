"""A YAML file as data, together with the line on which each key stands.

Keys are text as written (`1:` and `no:` included), numbers with a point are exact (`Decimal`), dates stay text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import yaml

from connector.config.faults import ConfigError, Fault, KeyPath
from connector.languages.speech import _

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq", "merge"))


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed file; `places` maps each key path to its line, counted from 1."""

    data: object
    places: Mapping[KeyPath, int]

    def find_line(self, path: KeyPath) -> int | None:
        """The line of this key, else of the nearest key around it."""
        return next((self.places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.places), None)


class _Loader(yaml.SafeLoader):
    """The safe loader with exact numbers and without dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute, narrowed
        start: [(tag, pattern) for tag, pattern in resolvers if tag != f"{_TAG}timestamp"]
        for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _construct_exactly(loader: _Loader, node: yaml.ScalarNode) -> Decimal | float:
    try:
        return Decimal(node.value.replace("_", ""))
    except InvalidOperation:
        return loader.construct_yaml_float(node)  # .inf, .nan and 1:30.5


_Loader.add_constructor(f"{_TAG}float", _construct_exactly)


def parse(text: str, file: str) -> Document:
    """Read one YAML document; `file` is its name in errors. Raises ConfigError for anything that is not plain YAML."""
    try:
        return _load(_Loader(text), file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(file, [Fault(_explain(error), line=mark.line + 1 if mark else None)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(file, [Fault(_("holds a control character: remove it"), line=line)]) from None
    except (ValueError, KeyError, RecursionError):  # !!int and !!bool over other words, thousands of brackets
        raise ConfigError(file, [Fault(_("holds something that YAML cannot read as a value"))]) from None


def _load(loader: _Loader, file: str) -> Document:
    node = loader.get_single_node()
    if node is None:
        raise ConfigError(file, [Fault(_("is empty: copy config.example.yaml and change it"))])
    places: dict[KeyPath, int] = {}
    if faults := list(_survey(node, (), (), places)):
        raise ConfigError(file, faults)
    return Document(loader.construct_document(node), places)


def _survey(
    node: yaml.Node, path: KeyPath, above: tuple[yaml.Node, ...], places: dict[KeyPath, int]
) -> Iterator[Fault]:
    """Note the line of everything below this node, and yield what cannot be read."""
    line = node.start_mark.line + 1
    places.setdefault(path, line)
    if node in above:
        yield Fault(_("an alias (*) inside its own anchor (&) has no end: write it out"), path, line)
    elif node.tag not in _PLAIN_TAGS:
        yield Fault(_("tags (!) are not used here: put the value in quotes"), path, line)
    elif isinstance(node, yaml.MappingNode):
        yield from _survey_pairs(node, path, (*above, node), places)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _survey(item, (*path, index), (*above, node), places)


def _survey_pairs(
    node: yaml.MappingNode, path: KeyPath, above: tuple[yaml.Node, ...], places: dict[KeyPath, int]
) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield Fault(_("a key must be one word"), path, line)
        elif key.tag == f"{_TAG}merge":
            yield from _survey_merged(value, path, above, places)
        else:
            if key.value in seen:
                yield Fault(
                    _("given twice, first on line {first}: remove one", first=seen[key.value]), (*path, key.value), line
                )
            key.tag = f"{_TAG}str"
            seen[key.value] = places[*path, key.value] = line
            yield from _survey(value, (*path, key.value), above, places)


def _survey_merged(
    node: yaml.Node, path: KeyPath, above: tuple[yaml.Node, ...], places: dict[KeyPath, int]
) -> Iterator[Fault]:
    """Keys merged by `<<` stand on their own line, in the mapping that takes them in."""
    for part in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        yield from _survey(part, path, above, places)


def _explain(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's finding in words that quote nothing of the file but single characters."""
    problem = error.problem or ""
    if r"'\t'" in problem:
        return _("a tab cannot indent YAML: use spaces")
    if "alias" in f"{problem} {error.context}":
        return _("a value that starts with * must be in quotes (a schedule too)")
    if isinstance(error, yaml.composer.ComposerError) and "single document" in (error.context or ""):
        return _("only one document belongs in the file: remove the line ---")
    if "mapping values are not allowed" in problem:
        return _("not YAML: a key needs a blank after its colon, and a value with a colon in it needs quotes")
    if isinstance(error, yaml.scanner.ScannerError):
        return _("not YAML: {problem}", problem=problem)
    return _("not YAML: check the indentation, the brackets and the quotes around here")
