#!/usr/bin/env python3
"""Makes the list of builds of public libraries that `libraries pack` reads.

    apt-get download $(cat crates/demarche-code/examples/libraries/packages.txt)
    collect.py FOLDER PACKAGE.deb... NAME=VERSION=LIBRARY.a... > LIST
    collect.py --templates FOLDER >> LIST

Each static library of the packages is unpacked into FOLDER and listed as it is. One for Linux is also linked whole into a
program without and with a movable base, since linkers rewrite some instructions. Other releases and processors of a
distribution come by `apt-get` with a configuration of their own; the linkers of those processors are looked for by name.

Templates of C++ become code in each program that uses them: the sources in `templates` use those of expressions, and are
compiled by every compiler that is there, at each level, as a distribution does. `CXX` names further compilers, with spaces
between them.

gnulib comes as sources, from the package of its name: `gnulib-tool --create-testdir --without-tests` with the modules that
programs copy, built with `-O2 -fstack-protector-strong -fPIE` as the distribution builds.
"""
import itertools
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

# Names that people know, by the package they come in; others lose numbers behind a dash, and `-dev`.
NAMES = [
    (r"libc6-dev", "glibc"), (r"libcrypt-dev", "libxcrypt"), (r"libklibc", "klibc"), (r"dietlibc", "dietlibc"), (r"musl-dev", "musl"), (r"libgcc-|gcc-mingw", "libgcc"),
    (r"libstdc\+\+-|g\+\+-mingw", "libstdc++"), (r"mingw-w64-.*-dev", "MinGW-w64"),
    (r"zlib1g-dev|libz-mingw", "zlib"), (r"libbz2", "bzip2"), (r"liblzma", "xz"), (r"liblz4", "lz4"),
    (r"libzstd", "zstd"), (r"libssl", "OpenSSL"), (r"libcurl4", "curl"), (r"libsqlite3", "SQLite"),
    (r"libxml2", "libxml2"), (r"libpng", "libpng"), (r"libexpat1", "expat"), (r"libpcre2", "PCRE2"),
    (r"libpcre3", "PCRE"), (r"libuv1", "libuv"), (r"libmbedtls", "mbed TLS"), (r"libssh2", "libssh2"),
    (r"libssh-", "libssh"), (r"libevent", "libevent"), (r"libprotobuf", "protobuf"), (r"libncurses", "ncurses"),
    (r"libreadline", "readline"), (r"libgmp", "GMP"), (r"nettle", "nettle"), (r"libgcrypt", "libgcrypt"),
    (r"libgpg-error", "libgpg-error"), (r"libgnutls", "GnuTLS"), (r"libjpeg", "libjpeg-turbo"),
    (r"liblua", "Lua"), (r"liblzo2", "LZO"), (r"libarchive", "libarchive"), (r"libelf", "elfutils"), (r"libcjson", "cJSON"), (r"libwolfssl", "wolfSSL"), (r"libfreetype", "FreeType"),
    (r"libglib2", "GLib"), (r"libblkid|uuid-dev", "util-linux"), (r"libnl-3", "libnl"), (r"libusb-", "libusb"),
    (r"libpcap", "libpcap"), (r"libmicrohttpd", "libmicrohttpd"), (r"libgdbm", "gdbm"), (r"libc-ares", "c-ares"),
]
# Programs have these inside whatever else they have: what others share with them is theirs.
FIRST = ["glibc", "musl", "dietlibc", "klibc", "libgcc", "libstdc++", "MinGW-w64", "libxcrypt", "zlib", "bzip2", "xz", "lz4", "zstd", "gnulib", "GMP", "nettle", "OpenSSL"]
# Checkers of memory and threads, which no released program has.
LEFT_OUT = re.compile(r"lib(a|t|l|ub|hwa)san|libmvec|_nonshared|_pic\.a$|libtsan|libm\.a$")
# Of the libraries for Windows those with code; the others are lists of imports.
RUNTIME = re.compile(r"^lib(mingw(32|ex|thrd)?|gcc|gcc_eh|stdc\+\+|supc\+\+|winpthread|ssp|atomic|quadmath|gomp|z|gcrypt|gpg-error|assuan|ksba|npth|moldname|msvcrt|ucrt)\.a$|crt\w*\.o$")
WHOLE = ["--whole-archive"]
# Symbols of whole programs that a C library refers to and that may not be missing.
DEFINED = [f"--defsym={name}=0" for name in ("_init", "_fini", "_start", "main", "__ehdr_start", "_dl_relocate_static_pie")]
LOOSE = ["--unresolved-symbols=ignore-all", "--allow-multiple-definition", "--noinhibit-exec", "-e", "0"]
COMPILERS = [*(f"g++-{version}" for version in range(9, 16)), "clang++"]
# As Debian builds its packages.
HARDENED = ["-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fPIE", "-w"]
LINKERS = {"amd64": ("ld", "elf_x86_64"), "i386": ("i686-linux-gnu-ld", "elf_i386"), "arm64": ("aarch64-linux-gnu-ld", "aarch64linux")}


def name_of(package):
    for pattern, name in NAMES:
        if re.match(pattern, package):
            return name
    return re.sub(r"(-\d[\d.]*)*(-mingw-w64)?-dev$", "", package)


def version_of(version):
    version = version.replace("%3a", ":").split(":")[-1]
    upstream = version.rsplit("-", 1)[0]
    return re.split(r"\+|~(?!\d{8})|\.?dfsg|-", upstream)[0]


def unpack(deb, folder):
    target = os.path.join(folder, re.sub(r"\W+", "-", deb.removesuffix(".deb"))[-120:])
    if not os.path.isdir(target):
        subprocess.run(["dpkg-deb", "-x", deb, target], check=True)
    return target


def linked(archive, architecture):
    """The library as whole programs; none where it cannot be linked alone."""
    linker, emulation = LINKERS[architecture]
    for kind, options in (("fixed", ["--defsym=_DYNAMIC=0"]), ("movable", ["-pie", "--no-dynamic-linker"])):
        out = f"{archive}.{kind}"
        run([linker, "-m", emulation, *options, *DEFINED, *WHOLE, archive, "--no-whole-archive", *LOOSE, "-o", out])
        if os.path.exists(out):
            yield out


def linked_for_windows(archive):
    """The library, or an object of the runtime, as a whole program for Windows: its objects are not read as they are."""
    processor = "i686" if "i686" in archive or "/32/" in archive else "x86_64"
    libraries = [f"-l{name}" for name in ("mingw32", "mingwex", "msvcrt", "kernel32", "user32", "advapi32", "ws2_32")]
    folder = f"/usr/{processor}-w64-mingw32/lib"
    out = f"{archive}.exe"
    run([f"{processor}-w64-mingw32-ld", *WHOLE, archive, "--no-whole-archive", "-L", folder,
         "--start-group", *libraries, "--end-group", *LOOSE, "-o", out])
    return [out] if os.path.exists(out) else []


def run(command):
    if not os.path.exists(command[-1]):
        subprocess.run(command, stderr=subprocess.DEVNULL)


def builds(deb, folder):
    package, version, architecture = os.path.basename(deb).removesuffix(".deb").split("_")
    found = []
    for parent, _, files in sorted(os.walk(unpack(deb, folder))):
        for file in sorted(files):
            path = os.path.join(parent, file)
            if os.path.islink(path) or LEFT_OUT.search(file) or not file.endswith((".a", ".o")):
                continue
            if "mingw" in package:
                found.extend(linked_for_windows(path) if RUNTIME.search(file) else [])
                continue
            found.append(path)
            if file.endswith(".a") and architecture in LINKERS:
                found.extend(linked(path, architecture))
    return [(name_of(package), version_of(version), path) for path in found]


def templates(folder):
    """An object of each source of templates, by each compiler, level and edition of the language."""
    sources = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")
    compilers = [*COMPILERS, *os.environ.get("CXX", "").split()]
    os.makedirs(folder, exist_ok=True)
    for source, compiler in itertools.product(sorted(os.listdir(sources)), compilers):
        for level, edition in itertools.product(("-O2", "-O3", "-Os"), (14, 17, 20)):
            out = os.path.join(os.path.abspath(folder), f"{source}.{os.path.basename(compiler)}{level}.{edition}.o")
            path = os.path.join(sources, source)
            if shutil.which(compiler):
                run([compiler, level, f"-std=gnu++{edition}", *HARDENED, "-c", path, "-o", out])
            if os.path.exists(out):
                print("templates", "", out, sep="\t")


def main():
    if sys.argv[1] == "--templates":
        return templates(sys.argv[2])
    folder, *files = sys.argv[1:]
    debs = [file for file in files if file.endswith(".deb")]
    built = [file.split("=") for file in files if not file.endswith(".deb")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = [line for lines in pool.map(lambda deb: builds(os.path.abspath(deb), folder), debs) for line in lines]
    lines += [(name, version, path) for name, version, archive in built for path in (archive, *linked(archive, "amd64"))]
    rank = {name: place for place, name in enumerate(FIRST)}
    numbers = lambda version: [int(part) for part in re.findall(r"\d+", version)]
    for line in sorted(lines, key=lambda line: (rank.get(line[0], len(rank)), line[0], numbers(line[1]), line[2])):
        print(*line, sep="\t")


main()
