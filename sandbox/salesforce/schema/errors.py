"""What the org refuses, in Salesforce's own codes and words (REST API guide, "Status Codes and Error Responses")."""

from __future__ import annotations

from collections.abc import Sequence


class ApiError(Exception):
    """A refusal: of a whole request, or of one row of a collection where the others go on."""

    def __init__(self, code: str, message: str, fields: Sequence[str] = (), *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = list(fields)
        self.status = status

    def body(self) -> list[dict[str, object]]:
        """The answer to a request that fails as a whole."""
        body: dict[str, object] = {"message": self.message, "errorCode": self.code}
        return [body | ({"fields": self.fields} if self.fields else {})]

    def row(self) -> dict[str, object]:
        """How the result of one row of a collection tells it; here the code is called `statusCode`."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields}


class MalformedRequestError(ApiError):
    """The body cannot be read at all, so that a collection fails as a whole: unknown fields, wrong JSON types."""


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """No such path, object or record."""
    return ApiError("NOT_FOUND", message, status=404)


def no_such_column(field: str, object_type: str) -> MalformedRequestError:
    """A write to a field that does not exist, or that field-level security hides; the words are the same."""
    return MalformedRequestError("INVALID_FIELD", f"No such column '{field}' on sobject of type {object_type}")
