"""The official client library, used plainly with its models, reads and writes the simulated account."""

from __future__ import annotations

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4.models import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.companies import (
    ApiException,
    BatchInputSimplePublicObjectBatchInput,
    BatchReadInputSimplePublicObjectId,
    Filter,
    FilterGroup,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectBatchInput,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.properties.models import PropertyCreate, PropertyGroupCreate
from hubspot_portal import Portal

from sandbox.server import start


@pytest.fixture
def portal():
    return Portal(limits=False)


@pytest.fixture
def client(portal):
    with start(portal.simulator) as running:
        yield HubSpot(access_token="sandbox-token", host=running.url)


def test_the_client_lists_records_with_types_that_it_understands(client):
    page = client.crm.companies.basic_api.get_page(limit=2, properties=["name"])
    assert [one.properties["name"] for one in page.results] == ["Acme", "Acme Nordic"]
    assert page.results[0].created_at.isoformat() == "2025-03-01T09:30:00+00:00"
    rest = client.crm.companies.basic_api.get_page(limit=2, after=page.paging.next.after, properties=["name"])
    assert [one.properties["name"] for one in rest.results] == ["Zoë & Søn"]
    assert rest.paging is None


def test_the_client_gets_all_contacts(client):
    assert [one.properties["firstname"] for one in client.crm.contacts.get_all()] == ["Eva", "Max", "Ivo"]


def test_the_client_reads_histories(client, portal):
    deal = client.crm.deals.basic_api.get_by_id(portal.ids("deals")["d1"], properties_with_history=["dealstage"])
    stages = [one.value for one in deal.properties_with_history["dealstage"]]
    assert stages == ["closedwon", "proposal", "qualification"]


def test_the_client_searches(client):
    request = PublicObjectSearchRequest(
        filter_groups=[FilterGroup(filters=[Filter(property_name="name", operator="CONTAINS_TOKEN", value="acme")])],
        sorts=["-hs_object_id"],
        properties=["name"],
        limit=1,
    )
    found = client.crm.companies.search_api.do_search(request)
    assert (found.total, found.results[0].properties["name"], found.paging.next.after) == (2, "Acme Nordic", "1")


def test_the_client_reads_a_batch_and_sees_what_is_missing(client, portal):
    request = BatchReadInputSimplePublicObjectId(
        properties=["name"],
        properties_with_history=[],
        inputs=[{"id": portal.ids("companies")["a1"]}, {"id": "4711"}],
    )
    answer = client.crm.companies.batch_api.read(request)
    assert [one.properties["name"] for one in answer.results] == ["Acme"]
    assert (answer.num_errors, answer.errors[0].category) == (1, "OBJECT_NOT_FOUND")
    assert answer.errors[0].context == {"ids": ["4711"]}


def test_the_client_updates_a_batch(client, portal):
    company = portal.ids("companies")["a3"]
    rows = [SimplePublicObjectBatchInput(id=company, properties={"city": "Århus"})]
    answer = client.crm.companies.batch_api.update(BatchInputSimplePublicObjectBatchInput(inputs=rows))
    assert (answer.status, answer.results[0].properties["city"]) == ("COMPLETE", "Århus")


def test_the_client_gets_an_exception_for_an_invalid_value(client, portal):
    company = portal.ids("companies")["a3"]
    with pytest.raises(ApiException) as caught:
        client.crm.companies.basic_api.update(company, SimplePublicObjectInput(properties={"annualrevenue": "much"}))
    assert caught.value.status == 400
    assert "INVALID_INTEGER" in caught.value.body


def test_the_client_creates_archives_and_merges_companies(client):
    made = [
        client.crm.companies.basic_api.create(SimplePublicObjectInputForCreate(properties={"name": name}))
        for name in ("Twin", "Twin again", "Spare")
    ]
    client.crm.companies.basic_api.archive(made[2].id)
    archived = client.crm.companies.basic_api.get_page(archived=True, limit=10)
    assert [one.id for one in archived.results] == [made[2].id]
    merge = PublicMergeInput(primary_object_id=made[0].id, object_id_to_merge=made[1].id)
    merged = client.crm.companies.basic_api.merge(merge)
    assert client.crm.companies.basic_api.get_by_id(made[1].id).id == merged.id


def test_the_client_reads_associations_and_their_labels(client, portal):
    deals = portal.ids("deals")
    request = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": deals["d1"]}, {"id": deals["d3"]}])
    answer = client.crm.associations.v4.batch_api.get_page("deals", "contacts", request)
    labels = {one.label for target in answer.results[0].to for one in target.association_types}
    assert labels == {None, "Economic Buyer"}
    assert answer.errors[0].sub_category == "crm.associations.NO_ASSOCIATIONS_FOUND"
    defined = client.crm.associations.v4.schema.definitions_api.get_all("deals", "contacts")
    assert [(one.category, one.label) for one in defined.results] == [
        ("HUBSPOT_DEFINED", None), ("USER_DEFINED", "Economic Buyer"), ("USER_DEFINED", "Coach"),
    ]  # fmt: skip


def test_the_client_lists_the_associations_of_one_record(client, portal):
    company = portal.ids("companies")["a1"]
    page = client.crm.associations.v4.basic_api.get_page("companies", company, "contacts")
    assert [str(one.to_object_id) for one in page.results] == list(portal.ids("contacts").values())[:2]


def test_the_client_associates_two_records(client, portal):
    deal, contact = portal.ids("deals")["d3"], portal.ids("contacts")["c3"]
    client.crm.associations.v4.basic_api.create_default("deals", deal, "contacts", contact)
    page = client.crm.associations.v4.basic_api.get_page("deals", deal, "contacts")
    assert [str(one.to_object_id) for one in page.results] == [contact]
    client.crm.associations.v4.basic_api.archive("deals", deal, "contacts", contact)
    assert client.crm.associations.v4.basic_api.get_page("deals", deal, "contacts").results == []


def test_the_client_creates_a_group_and_a_property(client):
    groups, properties = client.crm.properties.groups_api, client.crm.properties.core_api
    groups.create("deals", PropertyGroupCreate(name="playmaker", label="Playmaker", display_order=-1))
    wish = PropertyCreate(
        name="threads", label="Threads", type="number", field_type="number", group_name="playmaker", options=[]
    )
    assert properties.create("deals", wish).calculated is False
    assert properties.get_by_name("deals", "threads").modification_metadata.read_only_value is False
    assert "threads" in {one.name for one in properties.get_all("deals").results}


def test_the_client_reads_owners_and_pipelines(client):
    active = client.crm.owners.owners_api.get_page()
    assert [(one.email, one.type) for one in active.results] == [("ana@seller.example", "PERSON")]
    assert [one.email for one in client.crm.owners.owners_api.get_page(archived=True).results] == ["bo@seller.example"]
    (pipeline,) = client.crm.pipelines.pipelines_api.get_all("deals").results
    assert pipeline.stages[2].metadata == {"isClosed": "true", "probability": "1.0"}


def test_the_client_refreshes_an_oauth_token(client):
    token = client.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id="sandbox-client",
        client_secret="sandbox-token",
        refresh_token="sandbox-refresh-token",
    )
    app = HubSpot(access_token=token.access_token, host=client.config["host"])
    assert len(app.crm.deals.basic_api.get_page().results) == 3


def test_the_client_reaches_the_dated_family_by_its_own_call(client):
    api = client.crm.objects.basic_api.api_client
    answer = api.call_api(
        "/crm/objects/2026-09/0-2", "GET", {}, [("limit", 1)], {}, auth_settings=["oauth2"],
        response_types_map={200: "object"}, _return_http_data_only=True,
    )  # fmt: skip
    assert len(answer["results"]) == 1
