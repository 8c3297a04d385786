#!/usr/bin/env python3
"""Brings the pages beside the manual into the book, so that links to them lead somewhere.

mdBook runs it (book.toml) and takes the book from standard input to standard output as JSON.
In the repository a page of the manual links to ../GLOSSARY.md, and GLOSSARY.md to docs/routes.md;
in the book all of them are chapters of one folder. Links to anything else of the repository become plain text.
"""

import json
import pathlib
import re
import sys

# File of the repository, its page in the book, and its name in the table of contents.
PAGES = [
    ("README.md", "project.md", "The project"),
    ("GLOSSARY.md", "GLOSSARY.md", "Glossary"),
    ("SHORTCOMINGS.md", "SHORTCOMINGS.md", "Shortcomings"),
    ("BENCHMARKS.md", "BENCHMARKS.md", "Benchmarks"),
    ("ARCHITECTURE.md", "ARCHITECTURE.md", "Architecture"),
    ("CONTRIBUTING.md", "CONTRIBUTING.md", "Contributing"),
    ("CHANGELOG.md", "CHANGELOG.md", "Changelog"),
]
PAGE_OF = {file: page for file, page, _ in PAGES}
# mdBook makes the first page of the manual the index of the book.
FIRST = {"README.md": "index.md"}
LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]*)((?:#[^)\s]*)?)\)")


def of_manual(link):
    """A link of a page of the manual."""
    words, path, fragment = link.groups()
    if path.startswith("../"):
        page = PAGE_OF.get(path[3:])
        return f"[{words}]({page}{fragment})" if page else words
    return link.group()


def of_project(link):
    """A link of a page beside the manual."""
    words, path, fragment = link.groups()
    if not path or "://" in path:
        return link.group()
    manual = path.removeprefix("docs/")
    page = FIRST.get(manual, manual) if manual != path else PAGE_OF.get(path)
    return f"[{words}]({page}{fragment})" if page else words


def rewritten(items):
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            chapter["content"] = LINK.sub(of_manual, chapter["content"])
            rewritten(chapter["sub_items"])


def chapter(root, file, page, name):
    text = (root / file).read_text(encoding="utf-8")
    return {
        "Chapter": {
            "name": name,
            "content": LINK.sub(of_project, text),
            "number": None,
            "sub_items": [],
            "path": page,
            "source_path": None,
            "parent_names": [],
        }
    }


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    context, book = json.load(sys.stdin)
    root = pathlib.Path(context["root"]).resolve().parent
    items = book["items"]
    rewritten(items)
    items.append({"PartTitle": "The project"})
    items.extend(chapter(root, *page) for page in PAGES)
    json.dump(book, sys.stdout)


main()
