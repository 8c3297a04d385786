/* A program that is packed for the tests of what UPX packs:
   ELF: gcc -O2 -s wick.c, for each processor, then upx 4.2.2 with --nrv2b, --nrv2d, --nrv2e or --lzma.
   PE: the same with -nostartfiles -Dmain=start -Wl,-e,start -Wl,--disable-runtime-pseudo-reloc,--disable-auto-import. */
#include <stdio.h>
#include <string.h>

static const char table[2048] = "the quick brown fox jumps over the lazy dog";

static unsigned mix(unsigned a, unsigned b) { return (a ^ b) * 16777619u + (a >> 3); }

__attribute__((noinline)) unsigned hash(const char *text)
{
    unsigned hash = 2166136261u;
    while (*text) hash = mix(hash, (unsigned char)*text++);
    return hash;
}

__attribute__((noinline)) int find(const char *word)
{
    for (int place = 0; place < 2000; place++)
        if (!strncmp(table + place, word, 3)) return place;
    return -1;
}

__attribute__((noinline)) void show(int number)
{
    puts("place");
    if (number > 100) puts("far"); else puts("near");
}

int main(int count, char **arguments)
{
    for (int index = 1; index < count; index++) {
        show(find(arguments[index]));
        if (hash(arguments[index]) == 7) puts("seven");
    }
    return count;
}
