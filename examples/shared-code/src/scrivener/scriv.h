/* The Scriveners' own toolbox. */
#ifndef SCRIV_H
#define SCRIV_H
#include <stddef.h>
#include <stdint.h>

/* entries.c: a book of entries by name */
typedef struct Entry { struct Entry *next; char name[32]; int64_t pence; uint32_t day; } Entry;
typedef struct { Entry *shelf[61]; size_t count; } Book;
Entry *book_entry(Book *book, const char *name, int make);
int64_t book_sum(const Book *book);
size_t book_strike(Book *book, uint32_t before);
void book_close(Book *book);

/* calendar.c: days since 1 March 1600 */
uint32_t day_number(int32_t year, uint32_t month, uint32_t day);
void day_date(uint32_t number, int32_t *year, uint32_t *month, uint32_t *day);
uint32_t easter(int32_t year);
int day_read(const char *text, uint32_t *number);

/* money.c: pounds, shillings and pence */
int money_read(const char *text, int64_t *pence);
size_t money_write(int64_t pence, char *out, size_t room);
int64_t interest(int64_t pence, uint32_t days, uint32_t per_mille);
#endif
