/* limit.h - what the table of limits says, by index: 0 to below ehlo__limit_count(). */
#ifndef EHLO_TABLES_LIMIT_H
#define EHLO_TABLES_LIMIT_H

#include <ehlo/server.h>

#include "limits.def"

typedef struct ehlo__limit_row {
    uint64_t floor;
    uint64_t default_value;
    uint64_t ceiling;
    uint16_t offset; /* of the field in ehlo_server_config */
    uint16_t width;  /* its octets: 4 or 8 */
} ehlo__limit_row;

size_t ehlo__limit_count(void);
const ehlo__limit_row *ehlo__limit(size_t index);
const char *ehlo__limit_name(size_t index);
const char *ehlo__limit_unit(size_t index);
const char *ehlo__limit_why(size_t index);

/* The field of a config. */
uint64_t ehlo__limit_get(const ehlo_server_config *config, size_t index);
void ehlo__limit_set(ehlo_server_config *config, size_t index, uint64_t value);

#endif
