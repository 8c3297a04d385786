#!/bin/sh
# Builds the programs of this example: the known ones into built/, the one that was found into samples/.
# Needs a C compiler (`cc`, or the one that CC names). Nothing here is harmful: the programs print text.
set -eu
cd "$(dirname "$0")"
cc=${CC:-cc}
mkdir -p built samples

lamp="src/lamplighter/cloak.c src/lamplighter/rounds.c src/lamplighter/orders.c src/lamplighter/oil.c src/public/crc.c"
scriv="src/scrivener/entries.c src/scrivener/calendar.c src/scrivener/money.c src/public/crc.c"
# Only what a program uses stays in it, as with any library.
common="-ffunction-sections -fdata-sections -Wl,--gc-sections -s"
case $(uname) in Darwin) common="" ;; esac

$cc -O2 $common -o built/lantern src/lamplighter/lantern.c $lamp
$cc -O2 $common -o built/wick src/lamplighter/wick.c $lamp
$cc -O2 $common -o built/ledger src/scrivener/ledger.c $scriv
$cc -O2 $common -o built/quill src/scrivener/quill.c $scriv
$cc -O2 $common -o built/check src/public/check.c src/public/crc.c
# Whoever wrote the one that was found has since changed how it is built.
$cc -Os $common -o samples/beacon src/lamplighter/beacon.c $lamp
echo "built: $(ls built | tr '\n' ' ')and samples/beacon"
