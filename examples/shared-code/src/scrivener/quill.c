/* Known: prints a year's feasts and quarter days. */
#include <stdio.h>
#include <stdlib.h>

#include "../public/crc.h"
#include "scriv.h"

int main(int count, char **words) {
    int32_t year = count > 1 ? atoi(words[1]) : 1843, of;
    uint32_t month, day, feast = easter(year);
    static const int32_t after[] = {-47, -2, 0, 39, 49, 60};
    static const char *const names[] = {"Shrove Tuesday", "Good Friday", "Easter Day", "Ascension", "Whit Sunday", "Corpus Christi"};
    char rent[32];
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        day_date((uint32_t)((int32_t)feast + after[i]), &of, &month, &day);
        printf("%04d-%02u-%02u %s\n", (int)of, (unsigned)month, (unsigned)day, names[i]);
    }
    size_t length = money_write(interest(4800, feast % 365, 25), rent, sizeof rent);
    printf("rent due %s (%u)\n", rent, (unsigned)adler32_of((const uint8_t *)rent, length));
    return 0;
}
