/* Public code that anybody may use; it tells nobody from nobody. */
#ifndef CRC_H
#define CRC_H
#include <stddef.h>
#include <stdint.h>
uint32_t crc32_of(const uint8_t *bytes, size_t count);
uint32_t adler32_of(const uint8_t *bytes, size_t count);
size_t run_lengths(const uint8_t *bytes, size_t count, uint8_t *out, size_t room);
size_t hex_of(const uint8_t *bytes, size_t count, char *out, size_t room);
#endif
