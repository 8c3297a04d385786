#include <stdio.h>
#include <string.h>

#include "lamp.h"

static const char *word(const char *text, char *out, size_t room) {
    size_t count = 0;
    while (*text == ' ' || *text == '\t')
        text++;
    while (*text && *text != ' ' && *text != '\t' && *text != '\n') {
        if (count + 1 < room)
            out[count++] = *text;
        text++;
    }
    out[count] = 0;
    return text;
}

int order_minute(const char *text, uint32_t *minute) {
    uint32_t parts[2] = {0, 0}, part = 0, digits = 0;
    for (; *text; text++) {
        if (*text == ':' && part == 0 && digits) {
            part = 1;
            digits = 0;
        } else if (*text >= '0' && *text <= '9' && digits < 2) {
            parts[part] = parts[part] * 10 + (uint32_t)(*text - '0');
            digits++;
        } else {
            return 0;
        }
    }
    if (!part || digits != 2 || parts[0] > 23 || parts[1] > 59)
        return 0;
    *minute = parts[0] * 60 + parts[1];
    return 1;
}

int order_read(const char *line, Order *order) {
    char time[8], number[8];
    memset(order, 0, sizeof *order);
    line = word(line, order->verb, sizeof order->verb);
    line = word(line, order->place, sizeof order->place);
    line = word(line, time, sizeof time);
    word(line, number, sizeof number);
    if (strcmp(order->verb, "light") && strcmp(order->verb, "douse") && strcmp(order->verb, "trim"))
        return -1;
    if (!order->place[0] || !order_minute(time, &order->minute))
        return -2;
    for (size_t i = 0; number[i]; i++) {
        if (number[i] < '0' || number[i] > '9')
            return -3;
        order->count = order->count * 10 + (uint32_t)(number[i] - '0');
    }
    if (!order->count)
        order->count = 1;
    return 0;
}

uint32_t order_weight(const Order *order) {
    uint32_t weight = order->count * 12 + (order->minute > 1080 ? 40 : 7);
    switch (order->verb[0]) {
    case 'l': weight += 90; break;
    case 'd': weight += 25 + order->minute / 48; break;
    case 't': weight ^= 0x33; break;
    default: return 0;
    }
    for (size_t i = 0; order->place[i]; i++)
        weight += (uint32_t)order->place[i] * (i % 3 + 1);
    return weight % 1009;
}

size_t order_write(const Order *order, char *out, size_t room) {
    int count = snprintf(out, room, "%s %s at %02u:%02u, %u lamp%s", order->verb, order->place,
                         (unsigned)order->minute / 60, (unsigned)order->minute % 60,
                         (unsigned)order->count, order->count == 1 ? "" : "s");
    return count > 0 && (size_t)count < room ? (size_t)count : 0;
}

/* The minute at which lamps are lit, by day of the year and degrees north, from a parabola. */
uint32_t dusk(uint32_t day, int32_t latitude) {
    int32_t from_june = (int32_t)(day % 365) - 172;
    if (from_june < 0)
        from_june = -from_june;
    if (from_june > 182)
        from_june = 365 - from_june;
    int32_t swing = latitude * 5 / 3 + latitude * latitude / 60;
    int32_t minute = 1080 + swing - swing * 2 * from_june * from_june / (182 * 182);
    if (minute < 700)
        return 700;
    return minute > 1400 ? 1400u : (uint32_t)minute;
}
