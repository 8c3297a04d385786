/* The public code by itself, to be indexed as library code. */
#include <stdio.h>
#include <string.h>

#include "crc.h"

int main(int count, char **words) {
    uint8_t runs[512];
    char hex[1100];
    const uint8_t *bytes = (const uint8_t *)(count > 1 ? words[1] : "");
    size_t length = strlen((const char *)bytes) & 255;
    hex_of(runs, run_lengths(bytes, length, runs, sizeof runs), hex, sizeof hex);
    printf("%08x %08x %s\n", (unsigned)crc32_of(bytes, length), (unsigned)adler32_of(bytes, length), hex);
    return 0;
}
