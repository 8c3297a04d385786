#include <stdlib.h>
#include <string.h>

#include "scriv.h"

static size_t shelf_of(const char *name) {
    size_t shelf = 7;
    while (*name)
        shelf = shelf * 131 + (unsigned char)(*name++ | 32);
    return shelf % 61;
}

Entry *book_entry(Book *book, const char *name, int make) {
    Entry **place = &book->shelf[shelf_of(name)];
    for (; *place; place = &(*place)->next) {
        int order = strcmp((*place)->name, name);
        if (order == 0)
            return *place;
        if (order > 0)
            break;
    }
    if (!make)
        return NULL;
    Entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return NULL;
    strncpy(entry->name, name, sizeof entry->name - 1);
    entry->next = *place;
    *place = entry;
    book->count++;
    return entry;
}

int64_t book_sum(const Book *book) {
    int64_t sum = 0;
    for (size_t shelf = 0; shelf < 61; shelf++)
        for (const Entry *entry = book->shelf[shelf]; entry; entry = entry->next)
            sum += entry->pence;
    return sum;
}

size_t book_strike(Book *book, uint32_t before) {
    size_t struck = 0;
    for (size_t shelf = 0; shelf < 61; shelf++) {
        Entry **place = &book->shelf[shelf];
        while (*place) {
            Entry *entry = *place;
            if (entry->day < before && entry->pence == 0) {
                *place = entry->next;
                free(entry);
                struck++;
                book->count--;
            } else {
                place = &entry->next;
            }
        }
    }
    return struck;
}

void book_close(Book *book) {
    for (size_t shelf = 0; shelf < 61; shelf++) {
        while (book->shelf[shelf]) {
            Entry *entry = book->shelf[shelf];
            book->shelf[shelf] = entry->next;
            free(entry);
        }
    }
    book->count = 0;
}
