"""What is kept of requests and answers tells what happened, and nothing of anybody."""

from __future__ import annotations

import json

import pytest

from connector.log.scrubbing import Cleaner

CLEANER = Cleaner(["s3cret-value"])


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/crm/v3/objects/contacts/501?archived=false", "/crm/v3/objects/contacts/501?archived=false"),
        (
            "/query?q=SELECT+Id+FROM+Contact+WHERE+Name%3D%27O%5C%27Hara%27",
            "/query?q=SELECT Id FROM Contact WHERE Name='…'",
        ),
        ("/query?q=WHERE+Id%3D%27003000000000001AAA%27", "/query?q=WHERE Id='003000000000001AAA'"),
        ("/contacts/anna%40acme.example", "/contacts/[redacted]"),
        ("/x?token=s3cret-value", "/x?token=[redacted]"),
    ],
)
def test_a_path_keeps_ids_and_loses_what_people_wrote(path: str, kept: str):
    assert CLEANER.path(path) == kept


def test_an_answer_keeps_codes_fields_and_ids_and_loses_values():
    error = {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": 'Property "playmaker_champions": "Anna Auersperg" (anna@acme.example) is no number',
        "errors": [{"code": "INVALID", "context": {"id": ["7"], "value": ["Anna Auersperg"]}}],
        "properties": {"firstname": "Anna", "amount": 5},
    }
    told = CLEANER.error(json.dumps(error).encode())
    assert "Anna" not in told
    assert "acme.example" not in told
    kept = ("VALIDATION_ERROR", "playmaker_champions", "INVALID", '"7"', "is no number")
    assert [word for word in kept if word not in told] == []


@pytest.mark.parametrize("body", [b"<html>Anna</html>", b'{"message": "Anna', b"\xff\xfe"])
def test_an_answer_that_is_no_json_is_told_by_its_size(body: bytes):
    assert CLEANER.error(body) == f"(no JSON, {len(body)} bytes)"
