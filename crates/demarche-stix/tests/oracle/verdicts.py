#!/usr/bin/env python3
"""Verdicts of stix2-validator 3.3.2 for the oracle tests, one line of JSON each.

verdicts.py files PATH...        the verdict on each file
verdicts.py interop PATH...      the same by the interoperability profile
verdicts.py mutated SEED N PATH...   N objects made of those in the files by one change each, and their verdicts
verdicts.py objects PATH         the verdict on each line of a file of objects
verdicts.py ids SEED N PATH...   N observables made of those in the files, and the identifier that stix2 gives each
"""
import copy
import json
import logging
import random
import sys

from stix2validator import ValidationOptions, validate_file, validate_instance

logging.disable(logging.CRITICAL)


def options(interop=False):
    return ValidationOptions(version="2.1", silent=True, interop=interop)


def verdict(instance):
    try:
        result = validate_instance(instance, options())
        return result.is_valid, [str(error) for error in result.errors[:3]]
    except Exception as error:  # the validator stops at some objects
        return False, ["stopped: %s: %s" % (type(error).__name__, error)]


def objects(paths):
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        listed = content if isinstance(content, list) else content.get("objects", [content])
        for instance in listed if isinstance(listed, list) else [content]:
            if isinstance(instance, dict) and "type" in instance and "id" in instance:
                found[instance["id"]] = instance
    return [found[key] for key in sorted(found)]


TIMES = ["2016-02-30T00:00:00.000Z", "2016-05-12T08:17:27Z", "2016-05-12 08:17:27.000Z", "yesterday",
         "1999-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z", "2016-05-12T08:17:27.123456Z"]
IDS = ["malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b", "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd",
       "malware", "malware--31b940d4", "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
       "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]
VALUES = [None, True, 7, -1, 1.5, "", "text", [], ["a"], [7], {}, {"a": "b"}, 101]
ADDED = [("x_demarche_note", "kept"), ("severity", "high"), ("Colour", "red"), ("ab", "short"), ("confidence", 50),
         ("confidence", 101), ("lang", "en"), ("lang", "xx-nonsense-language"), ("revoked", "yes"), ("labels", []),
         ("labels", ["one"]), ("extensions", {}), ("extensions", {"no": {"a": 1}}),
         ("extensions", {"extension-definition--31b940d4-6f7f-459a-80ea-9c1f17b5891b": {"extension_type": "property-extension"}}),
         ("extensions", {"extension-definition--31b940d4-6f7f-459a-80ea-9c1f17b5891b": {"rank": 1}}),
         ("external_references", [{"source_name": "cve", "external_id": "CVE-14-1"}]),
         ("external_references", [{"source_name": "capec", "external_id": "CAPEC-163"}]),
         ("external_references", [{"source_name": "alone"}]),
         ("external_references", [{"source_name": "x", "url": "https://example.com/a b"}]),
         ("granular_markings", [{"selectors": ["type"], "marking_ref": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"}]),
         ("granular_markings", [{"selectors": ["nothing"], "marking_ref": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"}]),
         ("granular_markings", [{"selectors": [], "marking_ref": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"}]),
         ("object_marking_refs", ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]),
         ("kill_chain_phases", [{"kill_chain_name": "a"}]), ("data_hex", "f"), ("data_hex", "ff"), ("data_bin", "?")]


def mutate(instance, r):
    """One change; returns its name and the object."""
    made = copy.deepcopy(instance)
    names = sorted(made)
    name = r.choice(names)
    kind = r.choice(["remove", "replace", "add", "time", "id", "deep", "replace", "remove"])
    if kind == "remove":
        del made[name]
    elif kind == "replace":
        made[name] = copy.deepcopy(r.choice(VALUES))
    elif kind == "add":
        name, value = r.choice(ADDED)
        made[name] = copy.deepcopy(value)
    elif kind == "time":
        times = [key for key in names if isinstance(made[key], str) and made[key].endswith("Z") and made[key][:1] in "12"]
        name = r.choice(times) if times else "created"
        made[name] = r.choice(TIMES)
    elif kind == "id":
        refs = [key for key in names if key == "id" or key.endswith(("_ref", "_refs"))]
        name = r.choice(refs)
        value = r.choice(IDS)
        made[name] = [value] if name.endswith("_refs") else value
    else:
        nested = [key for key in names if isinstance(made[key], (dict, list)) and made[key]]
        if nested:
            name = r.choice(nested)
            inner = made[name]
            key = r.choice(sorted(inner)) if isinstance(inner, dict) else r.randrange(len(inner))
            if r.random() < 0.3:
                del inner[key]
            elif isinstance(inner[key], dict) and inner[key]:
                last = r.choice(sorted(inner[key]))
                if r.random() < 0.5:
                    del inner[key][last]
                else:
                    inner[key][last] = copy.deepcopy(r.choice(VALUES))
            else:
                inner[key] = copy.deepcopy(r.choice(VALUES))
    return "%s %s" % (kind, name), made


def say(**line):
    print(json.dumps(line, sort_keys=True))


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    if what in ("files", "interop"):
        for path in arguments:
            try:
                result = validate_file(path, options(what == "interop"))
                say(path=path, valid=bool(result.is_valid), errors=[str(result.fatal)] if result.fatal else [])
            except Exception as error:
                say(path=path, valid=False, errors=["stopped: %s" % error])
    elif what == "mutated":
        r = random.Random(int(arguments[0]))
        by_type = {}
        for instance in objects(arguments[2:]):
            by_type.setdefault(instance["type"], []).append(instance)
        for _ in range(int(arguments[1])):
            instance = r.choice(by_type[r.choice(sorted(by_type))])
            change, made = mutate(instance, r)
            valid, errors = verdict(made)
            say(change=change, object=made, valid=valid, errors=errors)
    elif what == "ids":
        import stix2

        r = random.Random(int(arguments[0]))
        known = [instance for instance in objects(arguments[2:]) if "created" not in instance]
        for _ in range(int(arguments[1])):
            made = copy.deepcopy(r.choice(known))
            texts = [key for key in sorted(made) if isinstance(made[key], str) and key in ("name", "path", "subject", "key", "body", "user_id")]
            if texts:
                made[r.choice(texts)] = "".join(r.choice('a"\\/\n\t\x01é€😀\u2028 ') for _ in range(r.randrange(1, 9)))
            for key in ("hashes", "parent_directory_ref", "extensions"):
                if key in made and r.random() < 0.3 and (key != "hashes" or "name" in made):
                    del made[key]
            made.pop("id")
            try:
                found = stix2.parse(made, allow_custom=True, version="2.1")
            except Exception:
                continue
            say(object=made, id=found.id)
    elif what == "objects":
        with open(arguments[0], encoding="utf-8") as file:
            for line in file:
                valid, errors = verdict(json.loads(line))
                say(valid=valid, errors=errors)


main()
