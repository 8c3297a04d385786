#include <string.h>

#include "lamp.h"

/* Oil for a round, in thimbles: long nights take more, and windy ones more again. */
uint32_t oil_for(const Rounds *rounds, uint32_t dusk_minute, uint32_t wind) {
    uint32_t thimbles = 0;
    for (size_t i = 0; i < rounds->count; i++) {
        const Lamp *lamp = &rounds->lamps[i];
        uint32_t hours = lamp->due > dusk_minute ? (lamp->due - dusk_minute) / 60 : 9;
        thimbles += 4 + hours * 11 / 3;
        if (wind > 5 && lamp->street % 3 == 1)
            thimbles += (wind - 5) * hours / 2 + 1;
    }
    return thimbles - thimbles / 17;
}

/* Cans of 96, 40 and 7 thimbles, as few as there are; gives how many. */
uint32_t cans_for(uint32_t thimbles, uint32_t cans[3]) {
    static const uint32_t sizes[3] = {96, 40, 7};
    uint32_t all = 0;
    for (int i = 0; i < 3; i++) {
        cans[i] = thimbles / sizes[i];
        thimbles %= sizes[i];
        all += cans[i];
    }
    if (thimbles) {
        cans[2]++;
        all++;
    }
    return all;
}

/* A mark that is chalked on the door: who was here, and when, in five strokes. */
void chalk(char mark[6], const char *name, uint32_t minute) {
    static const char strokes[] = "/\\|-=+x";
    uint32_t sum = 0x61c9;
    for (size_t i = 0; name[i]; i++)
        sum = (sum << 3 | sum >> 13) * 197 + (uint8_t)name[i];
    for (int i = 0; i < 5; i++) {
        mark[i] = strokes[(sum + minute / 15 * (i + 3)) % 7];
        sum = sum / 7 + minute * 1021;
    }
    mark[5] = 0;
}

/* How far a round goes, in steps, where streets are 140 apart and every third has stairs. */
uint32_t steps_of(const Rounds *rounds) {
    uint32_t steps = 0, at = 0;
    for (size_t i = 0; i < rounds->count; i++) {
        uint32_t to = rounds->lamps[i].street;
        uint32_t far = to > at ? to - at : at - to;
        steps += far * 140 + (to % 3 == 0 ? 52 : 0) + (uint32_t)strlen(rounds->lamps[i].name) % 8;
        at = to;
    }
    return steps;
}
