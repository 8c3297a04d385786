/* Known: keeps a book of debts. */
#include <stdio.h>
#include <string.h>

#include "../public/crc.h"
#include "scriv.h"

int main(void) {
    Book book = {0};
    char line[160], name[32], when[16], amount[32];
    uint32_t day = 0;
    int64_t pence;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%15s %31s %31s", when, name, amount) != 3 || !day_read(when, &day) ||
            !money_read(amount, &pence)) {
            fprintf(stderr, "ledger: cannot read: %s", line);
            continue;
        }
        Entry *entry = book_entry(&book, name, 1);
        if (entry) {
            entry->pence += interest(pence, day % 400, 40);
            entry->day = day;
        }
    }
    book_strike(&book, day > 365 ? day - 365 : 0);
    money_write(book_sum(&book), amount, sizeof amount);
    printf("%zu names, %s, %08x\n", book.count, amount, (unsigned)crc32_of((const uint8_t *)amount, strlen(amount)));
    book_close(&book);
    return 0;
}
