#include "crc.h"

uint32_t crc32_of(const uint8_t *bytes, size_t count) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

uint32_t adler32_of(const uint8_t *bytes, size_t count) {
    uint32_t low = 1, high = 0;
    for (size_t i = 0; i < count; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

size_t run_lengths(const uint8_t *bytes, size_t count, uint8_t *out, size_t room) {
    size_t written = 0;
    for (size_t i = 0; i < count;) {
        size_t run = 1;
        while (i + run < count && run < 255 && bytes[i + run] == bytes[i])
            run++;
        if (written + 2 > room)
            return 0;
        out[written++] = (uint8_t)run;
        out[written++] = bytes[i];
        i += run;
    }
    return written;
}

size_t hex_of(const uint8_t *bytes, size_t count, char *out, size_t room) {
    static const char digits[] = "0123456789abcdef";
    if (room < 2 * count + 1)
        return 0;
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * count] = 0;
    return 2 * count;
}
