"""The whole way and back with clients of others: clients.py BASE COLLECTION

Needs taxii2-client 2.3.0 and cytaxii2. The user is `analyst` with the password `secret`.
"""

import json
import sys
import uuid

import taxii2client.v21 as taxii
from cytaxii2 import cytaxii2

BASE, COLLECTION = sys.argv[1:]
USER, PASSWORD = "analyst", "secret"


def indicator(day=1, identifier=None):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": identifier or f"indicator--{uuid.uuid4()}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": f"2026-01-{day:02}T00:00:00.000Z",
        "x_kept": [1, {"two": None}],
    }


def with_taxii2_client():
    server = taxii.Server(f"{BASE}/taxii2/", user=USER, password=PASSWORD)
    assert server.title and server.default.url == f"{BASE}/api1/", server.default.url
    [root] = server.api_roots
    assert root.max_content_length > 0
    assert root.versions == ["application/taxii+json;version=2.1"]
    [collection] = root.collections
    assert collection.id == COLLECTION and collection.can_read and collection.can_write
    assert collection.get_objects() == {}

    objects = [indicator() for _ in range(25)]
    status = collection.add_objects({"objects": objects})
    assert status.status == "complete" and status.success_count == 25, status
    status.refresh()
    again = collection.add_objects({"objects": objects})
    assert again.success_count == 25 and again.failure_count == 0
    assert root.get_status(status.id).success_count == 25

    pages = list(taxii.as_pages(collection.get_objects, per_request=10))
    assert [len(page["objects"]) for page in pages] == [10, 10, 5]
    assert [one for page in pages for one in page["objects"]] == objects
    pages = list(taxii.as_pages(collection.get_manifest, per_request=10))
    records = [one for page in pages for one in page["objects"]]
    assert [one["id"] for one in records] == [one["id"] for one in objects]
    later = collection.get_objects(added_after=records[19]["date_added"])
    assert later["objects"] == objects[20:]

    first = objects[0]["id"]
    newer = indicator(day=2, identifier=first)
    collection.add_objects({"objects": [newer]})
    assert collection.get_object(first)["objects"] == [newer]
    assert collection.get_object(first, version="first")["objects"] == [objects[0]]
    assert len(collection.get_object(first, version="all")["objects"]) == 2
    assert collection.object_versions(first)["versions"] == [objects[0]["modified"], newer["modified"]]
    assert collection.get_objects(type="malware") == {}
    assert len(collection.get_objects(id=[first, objects[1]["id"]])["objects"]) == 2

    collection.delete_object(first)
    try:
        collection.get_object(first)
    except Exception as error:
        assert "404" in str(error), error
    else:
        raise AssertionError("a deleted object is still there")


def with_cytaxii2():
    client = cytaxii2.cytaxii2(f"{BASE}/taxii2/", USER, PASSWORD)
    discovery = client.discovery_request()
    assert discovery["status_code"] == 200, discovery
    # It takes the default root for an absolute address, which the standard allows for https only.
    client.api_root = BASE + discovery["response"]["default"]
    assert client.root_discovery()["status_code"] == 200
    assert client.collection_request()["response"]["collections"][0]["id"] == COLLECTION
    assert client.collection_data_request(COLLECTION)["response"]["can_write"]
    one = indicator()
    added = client.inbox_request(COLLECTION, json.dumps({"objects": [one]}))
    assert added["status_code"] == 202, added
    polled = client.poll_request(COLLECTION, object_id=one["id"])
    assert polled["response"]["objects"] == [one], polled
    page = client.poll_request(COLLECTION, limit=20, object_type="indicator")["response"]
    rest = client.poll_request(COLLECTION, limit=20, object_type="indicator", next=page["next"])["response"]
    assert len(page["objects"]) == 20 and rest["objects"][-1] == one
    wrong = cytaxii2.cytaxii2(f"{BASE}/taxii2/", USER, "wrong").discovery_request()
    assert wrong["status_code"] == 401 and wrong["response"]["http_status"] == "401"


with_taxii2_client()
with_cytaxii2()
