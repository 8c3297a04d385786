"""What dnfile reads in assemblies of .NET: one line of JSON for each."""

import json
import logging
import sys

import dnfile

logging.disable(logging.CRITICAL)


def version(row):
    return ".".join(
        str(getattr(row, part)) for part in ("MajorVersion", "MinorVersion", "BuildNumber", "RevisionNumber")
    )


def described(path):
    file = dnfile.dnPE(path)
    tables = file.net.mdtables

    def rows(name):
        table = getattr(tables, name)
        return table.rows if table else []

    outer = {id(row.NestedClass.row): row.EnclosingClass.row for row in rows("NestedClass")}

    def name(row):
        full = (str(row.TypeNamespace) + "." if str(row.TypeNamespace) else "") + str(row.TypeName)
        return name(outer[id(row)]) + "/" + full if id(row) in outer else full

    methods = set()
    for row in rows("TypeDef"):
        for method in (index.row for index in row.MethodList):
            is_bytecode = method is not None and not (
                method.ImplFlags.miNative or method.ImplFlags.miOPTIL or method.ImplFlags.miRuntime
            )
            if is_bytecode and method.Rva:
                methods.add(name(row) + "::" + str(method.Name))
    assembly = rows("Assembly")[0] if rows("Assembly") else None
    return {
        "runtime": file.net.metadata.struct.Version.rstrip(b"\0").decode(),
        "counts": {
            "types": len(rows("TypeDef")),
            "methods": len(rows("MethodDef")),
            "bodies": sum(1 for row in rows("MethodDef") if row.Rva),
            "fields": len(rows("Field")),
            "type_references": len(rows("TypeRef")),
            "member_references": len(rows("MemberRef")),
        },
        "mvid": str(rows("Module")[0].Mvid),
        "module": str(rows("Module")[0].Name),
        "name": str(assembly.Name) if assembly else None,
        "version": version(assembly) if assembly else None,
        "references": [[str(row.Name), version(row)] for row in rows("AssemblyRef")],
        "native": [str(row.Name) for row in rows("ModuleRef")],
        "resources": [str(row.Name) for row in rows("ManifestResource")],
        "methods": sorted(methods),
    }


for path in sys.argv[1:]:
    print(json.dumps(described(path)))
