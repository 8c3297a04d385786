#!/usr/bin/env python3
"""PyMISP's reading of an event from standard input: the number of its attributes, or the first fault."""
import json
import sys

from pymisp import MISPEvent


def main():
    event = MISPEvent()
    try:
        event.from_dict(**json.load(sys.stdin))
    except Exception as error:  # any fault is one of ours
        print("fault: %s: %s" % (type(error).__name__, error))
        return
    inner = [attribute for found in event.objects for attribute in found.attributes]
    print("%d attributes, %d objects" % (len(event.attributes) + len(inner), len(event.objects)))


main()
