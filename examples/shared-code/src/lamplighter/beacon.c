/* Found on the museum's computer: nobody says who wrote it. It hides tonight's round in a postcard. */
#include <stdio.h>
#include <string.h>

#include "../public/crc.h"
#include "lamp.h"

static uint32_t tide(uint32_t hour, uint32_t moon) {
    uint32_t level = 300;
    for (uint32_t i = 0; i <= hour % 24; i++)
        level = (level * 13 + moon * 7 + i * i) % 611;
    return level;
}

static size_t harbour(const Rounds *rounds, char *out, size_t room) {
    size_t written = 0;
    for (size_t i = 0; i < rounds->count && written + 40 < room; i++) {
        const Lamp *lamp = &rounds->lamps[i];
        char mark[6];
        chalk(mark, lamp->name, lamp->due);
        written += (size_t)snprintf(out + written, room - written, "%s/%u/%u%s;", lamp->name,
                                    (unsigned)lamp->due, (unsigned)tide(lamp->due / 60, lamp->street), mark);
    }
    return written;
}

int main(int count, char **words) {
    Rounds rounds = {0};
    Cloak cloak;
    Order order;
    char line[128], text[256], card[640];
    while (fgets(line, sizeof line, stdin))
        if (!order_read(line, &order))
            rounds_add(&rounds, order.minute, order_weight(&order), order.place);
    size_t length = harbour(&rounds, text, sizeof text);
    uint32_t cans[3];
    fprintf(stderr, "%u of oil in %u, %u steps\n", (unsigned)oil_for(&rounds, 990, 7),
            (unsigned)cans_for(oil_for(&rounds, 990, 7), cans), (unsigned)steps_of(&rounds));
    cloak_begin(&cloak, count > 1 ? words[1] : "low water");
    cloak_over(&cloak, (uint8_t *)text, length);
    if (postcard_write((const uint8_t *)text, length, card, sizeof card))
        printf("%s %08x\n", card, (unsigned)crc32_of((const uint8_t *)text, length));
    rounds_end(&rounds);
    return 0;
}
