#include "lamp.h"

static const char alphabet[] = "kmtaoeirnshluwcydgfpbvzj23456789";

static uint32_t turned(uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

void cloak_begin(Cloak *cloak, const char *phrase) {
    cloak->a = 0x1a3b9d27u;
    cloak->b = 0x51c0ffe1u;
    cloak->c = 0x7e5d42b9u;
    cloak->turn = 0;
    for (size_t i = 0; phrase[i]; i++) {
        uint32_t one = (uint8_t)phrase[i];
        cloak->a = turned(cloak->a ^ one * 0x45d9f3bu, 7) + cloak->c;
        cloak->b = turned(cloak->b + one, 13) ^ cloak->a;
        cloak->c += cloak->a * 2654435761u ^ cloak->b;
    }
    for (int i = 0; i < 29; i++)
        cloak_next(cloak);
}

uint8_t cloak_next(Cloak *cloak) {
    uint32_t step = cloak->turn++ * 0x9e3779b9u;
    cloak->a = turned(cloak->a + (cloak->b ^ step), 11);
    cloak->b ^= cloak->c >> 5 | cloak->c << 27;
    cloak->c = cloak->c * 69069u + cloak->a + 12345u;
    if (cloak->turn % 37 == 0)
        cloak->b += turned(cloak->a, (cloak->turn & 15) | 1);
    return (uint8_t)(cloak->a ^ cloak->b >> 8 ^ cloak->c >> 16);
}

void cloak_over(Cloak *cloak, uint8_t *bytes, size_t count) {
    uint8_t last = 0x5a;
    for (size_t i = 0; i < count; i++) {
        uint8_t plain = bytes[i];
        bytes[i] = (uint8_t)(plain ^ cloak_next(cloak) ^ last * 3);
        last = (uint8_t)(last + i * 7 + 1);
    }
}

size_t postcard_write(const uint8_t *bytes, size_t count, char *out, size_t room) {
    uint32_t held = 0, sum = 0x1d;
    unsigned bits = 0;
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        held = held << 8 | bytes[i];
        bits += 8;
        sum = sum * 31 + bytes[i];
        while (bits >= 5) {
            if (written + 4 > room)
                return 0;
            bits -= 5;
            out[written++] = alphabet[held >> bits & 31];
            if (written % 9 == 8)
                out[written++] = '-';
        }
    }
    if (bits)
        out[written++] = alphabet[held << (5 - bits) & 31];
    out[written++] = alphabet[sum % 29];
    out[written] = 0;
    return written;
}

size_t postcard_read(const char *text, uint8_t *out, size_t room) {
    uint32_t held = 0, sum = 0x1d;
    unsigned bits = 0;
    size_t count = 0, last = 0;
    for (size_t i = 0; text[i]; i++) {
        size_t place = 0;
        if (text[i] == '-' || text[i] == ' ')
            continue;
        while (alphabet[place] && alphabet[place] != text[i])
            place++;
        if (place >= 32)
            return 0;
        last = place;
        if (!text[i + 1])
            break;
        held = held << 5 | (uint32_t)place;
        bits += 5;
        if (bits >= 8) {
            if (count >= room)
                return 0;
            bits -= 8;
            out[count] = (uint8_t)(held >> bits);
            sum = sum * 31 + out[count++];
        }
    }
    return sum % 29 == last ? count : 0;
}
