#include <stdlib.h>
#include <string.h>

#include "lamp.h"

static int sooner(const Lamp *left, const Lamp *right) {
    if (left->due != right->due)
        return left->due < right->due;
    return left->street * 17 + left->height < right->street * 17 + right->height;
}

static void exchange(Rounds *rounds, size_t left, size_t right) {
    Lamp lamp = rounds->lamps[left];
    rounds->lamps[left] = rounds->lamps[right];
    rounds->lamps[right] = lamp;
    rounds->moves++;
}

int rounds_add(Rounds *rounds, uint32_t due, uint32_t street, const char *name) {
    if (rounds->count == rounds->room) {
        size_t room = rounds->room ? rounds->room * 2 : 6;
        Lamp *lamps = realloc(rounds->lamps, room * sizeof *lamps);
        if (!lamps)
            return 0;
        rounds->lamps = lamps;
        rounds->room = room;
    }
    Lamp *lamp = &rounds->lamps[rounds->count];
    memset(lamp, 0, sizeof *lamp);
    lamp->due = due % 1440;
    lamp->street = street;
    lamp->height = 3 + (street ^ due) % 5;
    strncpy(lamp->name, name, sizeof lamp->name - 1);
    size_t place = rounds->count++;
    while (place && sooner(&rounds->lamps[place], &rounds->lamps[(place - 1) / 2])) {
        exchange(rounds, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
    return 1;
}

int rounds_take(Rounds *rounds, Lamp *lamp) {
    if (!rounds->count)
        return 0;
    *lamp = rounds->lamps[0];
    rounds->lamps[0] = rounds->lamps[--rounds->count];
    for (size_t place = 0;;) {
        size_t first = place, below = 2 * place + 1;
        if (below < rounds->count && sooner(&rounds->lamps[below], &rounds->lamps[first]))
            first = below;
        if (below + 1 < rounds->count && sooner(&rounds->lamps[below + 1], &rounds->lamps[first]))
            first = below + 1;
        if (first == place)
            return 1;
        exchange(rounds, place, first);
        place = first;
    }
}

uint32_t rounds_digest(const Rounds *rounds) {
    uint32_t digest = 0x811c9dc5u ^ rounds->moves;
    for (size_t i = 0; i < rounds->count; i++) {
        const Lamp *lamp = &rounds->lamps[i];
        for (size_t at = 0; lamp->name[at]; at++)
            digest = (digest ^ (uint8_t)lamp->name[at]) * 16777619u;
        digest ^= lamp->due << 9 ^ lamp->street * 40503u;
    }
    return digest;
}

void rounds_end(Rounds *rounds) {
    if (rounds->lamps)
        memset(rounds->lamps, 0, rounds->room * sizeof *rounds->lamps);
    free(rounds->lamps);
    rounds->lamps = NULL;
    rounds->count = rounds->room = 0;
}
