#include <stdio.h>
#include <stdlib.h>

#include "scriv.h"

int money_read(const char *text, int64_t *pence) {
    static const int64_t worth[3] = {240, 12, 1};
    int64_t sum = 0;
    int minus = *text == '-';
    text += minus;
    for (int part = 0; part < 3; part++) {
        char *end;
        long value = strtol(text, &end, 10);
        if (end == text || value < 0 || (part && value * worth[part] >= worth[part - 1]))
            return 0;
        sum += value * worth[part];
        if (!*end) {
            *pence = minus ? -sum : sum;
            return 1;
        }
        if (*end != '/')
            return 0;
        text = end + 1;
    }
    return 0;
}

size_t money_write(int64_t pence, char *out, size_t room) {
    const char *sign = pence < 0 ? "-" : "";
    if (pence < 0)
        pence = -pence;
    int count = snprintf(out, room, "%s%lld/%lld/%lld", sign, (long long)(pence / 240),
                         (long long)(pence % 240 / 12), (long long)(pence % 12));
    return count > 0 ? (size_t)count : 0;
}

int64_t interest(int64_t pence, uint32_t days, uint32_t per_mille) {
    int64_t whole = pence * 1000;
    for (uint32_t year = 0; year < days / 365; year++)
        whole += whole * per_mille / 1000;
    whole += whole * per_mille * (days % 365) / 365000;
    return (whole + 500) / 1000;
}
