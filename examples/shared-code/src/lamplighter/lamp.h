/* The Lamplighters' own toolbox: all their programs carry some of it. */
#ifndef LAMP_H
#define LAMP_H
#include <stddef.h>
#include <stdint.h>

/* cloak.c: a stream of bytes from a pass phrase, and text that survives a postcard */
typedef struct { uint32_t a, b, c, turn; } Cloak;
void cloak_begin(Cloak *cloak, const char *phrase);
uint8_t cloak_next(Cloak *cloak);
void cloak_over(Cloak *cloak, uint8_t *bytes, size_t count);
size_t postcard_write(const uint8_t *bytes, size_t count, char *out, size_t room);
size_t postcard_read(const char *text, uint8_t *out, size_t room);

/* rounds.c: which lamp is due when */
typedef struct { uint32_t due, street, height; char name[24]; } Lamp;
typedef struct { Lamp *lamps; size_t count, room; uint32_t moves; } Rounds;
int rounds_add(Rounds *rounds, uint32_t due, uint32_t street, const char *name);
int rounds_take(Rounds *rounds, Lamp *lamp);
uint32_t rounds_digest(const Rounds *rounds);
void rounds_end(Rounds *rounds);

/* orders.c: the evening's orders, one per line */
typedef struct { char verb[16]; char place[24]; uint32_t minute, count; } Order;
int order_read(const char *line, Order *order);
int order_minute(const char *text, uint32_t *minute);
uint32_t order_weight(const Order *order);
size_t order_write(const Order *order, char *out, size_t room);
uint32_t dusk(uint32_t day, int32_t latitude);

/* oil.c: what a round takes */
uint32_t oil_for(const Rounds *rounds, uint32_t dusk_minute, uint32_t wind);
uint32_t cans_for(uint32_t thimbles, uint32_t cans[3]);
void chalk(char mark[6], const char *name, uint32_t minute);
uint32_t steps_of(const Rounds *rounds);
#endif
