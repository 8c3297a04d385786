#!/usr/bin/env python3
"""The verdict of Attack Flow's schema 2.0.0 on a bundle from standard input: flow.py FOLDER, where FOLDER has the schemas."""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

BASES = ("http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/",
         "https://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/master/schemas/")


def main():
    folder = pathlib.Path(sys.argv[1])
    resources = []
    for path in sorted((folder / "oasis-schemas").rglob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(schema, default_specification=DRAFT202012)
        inside = path.relative_to(folder / "oasis-schemas").as_posix()
        resources += [(base + inside, resource) for base in BASES]
        if "$id" in schema:
            resources.append((schema["$id"], resource))
    schema = json.loads((folder / "attack-flow/attack-flow-schema-2.0.0.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, registry=Registry().with_resources(resources))
    bundle = json.load(sys.stdin)
    faults = []
    checked = 0
    for instance in bundle["objects"]:
        if instance["type"].startswith("attack-") and instance["type"] != "attack-pattern":
            checked += 1
            faults += ["%s: %s" % (instance["id"], error.message) for error in validator.iter_errors(instance)]
    print("valid" if checked and not faults else faults[:5] or "no object of Attack Flow")


main()
