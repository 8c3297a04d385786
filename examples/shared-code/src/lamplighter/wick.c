/* Known since summer: turns a message into a postcard, and back. */
#include <stdio.h>
#include <string.h>

#include "../public/crc.h"
#include "lamp.h"

int main(int count, char **words) {
    uint8_t bytes[256];
    char card[640];
    Cloak cloak;
    size_t length;
    if (count < 3) {
        fputs("wick PHRASE MESSAGE, or wick -r PHRASE POSTCARD\n", stderr);
        return 2;
    }
    if (count == 4 && !strcmp(words[1], "-r")) {
        length = postcard_read(words[3], bytes, sizeof bytes - 1);
        cloak_begin(&cloak, words[2]);
        cloak_over(&cloak, bytes, length);
        bytes[length] = 0;
        puts((const char *)bytes);
        return length ? 0 : 1;
    }
    length = strlen(words[2]) < sizeof bytes ? strlen(words[2]) : sizeof bytes;
    memcpy(bytes, words[2], length);
    cloak_begin(&cloak, words[1]);
    cloak_over(&cloak, bytes, length);
    if (!postcard_write(bytes, length, card, sizeof card))
        return 1;
    printf("%s %u\n", card, (unsigned)adler32_of(bytes, length));
    return 0;
}
