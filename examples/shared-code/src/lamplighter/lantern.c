/* Known since spring: reads the evening's orders and prints the round. */
#include <stdio.h>
#include <string.h>

#include "../public/crc.h"
#include "lamp.h"

int main(int count, char **words) {
    Rounds rounds = {0};
    char line[128], text[160];
    Order order;
    Lamp lamp;
    uint32_t evening = dusk(count > 1 ? (uint32_t)strlen(words[1]) * 31 : 80, 52);
    while (fgets(line, sizeof line, stdin)) {
        if (order_read(line, &order) == 0)
            rounds_add(&rounds, order.minute + order_weight(&order) % 5, order.count, order.place);
        else
            fprintf(stderr, "lantern: not an order: %s", line);
    }
    printf("dusk is at minute %u, round %08x\n", (unsigned)evening, (unsigned)rounds_digest(&rounds));
    uint32_t cans[3];
    char mark[6];
    printf("%u cans for %u steps\n", (unsigned)cans_for(oil_for(&rounds, evening, 6), cans),
           (unsigned)steps_of(&rounds));
    while (rounds_take(&rounds, &lamp)) {
        chalk(mark, lamp.name, lamp.due);
        snprintf(text, sizeof text, "%u %s %s", (unsigned)lamp.due, lamp.name, mark);
        printf("%s %08x\n", text, (unsigned)crc32_of((const uint8_t *)text, strlen(text)));
    }
    rounds_end(&rounds);
    return 0;
}
