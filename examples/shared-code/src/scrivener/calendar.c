#include <stdio.h>

#include "scriv.h"

uint32_t day_number(int32_t year, uint32_t month, uint32_t day) {
    if (month <= 2) {
        year--;
        month += 12;
    }
    int32_t era = year - 1600;
    return (uint32_t)(era * 365 + era / 4 - era / 100 + era / 400 + (int32_t)(153 * (month - 3) + 2) / 5 + (int32_t)day - 1);
}

void day_date(uint32_t number, int32_t *year, uint32_t *month, uint32_t *day) {
    uint32_t cycle = number / 146097, rest = number % 146097;
    uint32_t years = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    uint32_t in_year = rest - (365 * years + years / 4 - years / 100);
    uint32_t since_march = (5 * in_year + 2) / 153;
    *day = in_year - (153 * since_march + 2) / 5 + 1;
    *month = since_march < 10 ? since_march + 3 : since_march - 9;
    *year = (int32_t)(1600 + cycle * 400 + years + (*month <= 2));
}

uint32_t easter(int32_t year) {
    int32_t golden = year % 19, century = year / 100, rest = year % 100;
    int32_t moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    int32_t shift = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    int32_t late = (golden + 11 * moon + 22 * shift) / 451;
    int32_t month = (moon + shift - 7 * late + 114) / 31;
    int32_t day = (moon + shift - 7 * late + 114) % 31 + 1;
    return day_number(year, (uint32_t)month, (uint32_t)day);
}

int day_read(const char *text, uint32_t *number) {
    int year;
    unsigned month, day;
    if (sscanf(text, "%d-%u-%u", &year, &month, &day) != 3)
        return 0;
    if (year < 1601 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return 0;
    *number = day_number(year, month, day);
    return 1;
}
