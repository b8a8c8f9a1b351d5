/* limit.h - the numbers of a config: what each may be, and how to get at it. */
#ifndef EHLO_TABLES_LIMIT_H
#define EHLO_TABLES_LIMIT_H

#include <ehlo/server.h>

#include "limits.def"

/* The index of each row. */
#define EHLO__LIMIT(field, lowest, usual, highest, unit, why) EHLO__LIMIT_##field,
enum { EHLO_LIMITS(EHLO__LIMIT) EHLO__LIMIT_COUNT };
#undef EHLO__LIMIT

typedef struct ehlo__limit_row {
    uint64_t floor;
    uint64_t default_value;
    uint64_t ceiling;
    uint16_t offset; /* of the field in ehlo_server_config */
    uint8_t width;   /* its octets: 4 or 8 */
} ehlo__limit_row;

/* A row, and the name of its field. */
const ehlo__limit_row *ehlo__limit(size_t index);
const char *ehlo__limit_name(size_t index);

/* The field of a config.  The value must not be wider than it is. */
uint64_t ehlo__limit_get(const ehlo_server_config *config, size_t index);
uint64_t ehlo__limit_in_force(const ehlo_server_config *config, size_t index); /* 0 is the ceiling */
void ehlo__limit_set(ehlo_server_config *config, size_t index, uint64_t value);

#endif
