/* limit.c - the numbers of a config, reached by their row instead of their name. */
#include "limit.h"

#include <string.h>

#define WIDTH(field) sizeof((ehlo_server_config *)0)->field

#define ROW(field, lowest, usual, highest, unit, why)                                                        \
    {.floor = lowest,                                                                                        \
     .default_value = usual,                                                                                 \
     .ceiling = highest,                                                                                     \
     .offset = offsetof(ehlo_server_config, field),                                                          \
     .width = WIDTH(field)},
static const ehlo__limit_row rows[] = {EHLO_LIMITS(ROW)};

#define NAME(field, lowest, usual, highest, unit, why) #field,
static const char names[][sizeof "max_idle_commands"] = {EHLO_LIMITS(NAME)};

#define FITS(field, lowest, usual, highest, unit, why)                                                       \
    &&sizeof #field <= sizeof names[0] && (WIDTH(field) == 8 || (WIDTH(field) == 4 && highest <= UINT32_MAX))
_Static_assert(1 EHLO_LIMITS(FITS), "a name is wider than its column, or a number than its field");

const ehlo__limit_row *ehlo__limit(size_t index)
{
    return &rows[index];
}

const char *ehlo__limit_name(size_t index)
{
    return names[index];
}

uint64_t ehlo__limit_get(const ehlo_server_config *config, size_t index)
{
    const unsigned char *field = (const unsigned char *)config + rows[index].offset;
    uint32_t narrow;
    uint64_t wide;

    if (rows[index].width == sizeof narrow) {
        memcpy(&narrow, field, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, field, sizeof wide);
    return wide;
}

uint64_t ehlo__limit_in_force(const ehlo_server_config *config, size_t index)
{
    uint64_t value = ehlo__limit_get(config, index);

    return value ? value : rows[index].ceiling;
}

void ehlo__limit_set(ehlo_server_config *config, size_t index, uint64_t value)
{
    unsigned char *field = (unsigned char *)config + rows[index].offset;
    uint32_t narrow = (uint32_t)value;

    if (rows[index].width == sizeof narrow)
        memcpy(field, &narrow, sizeof narrow);
    else
        memcpy(field, &value, sizeof value);
}
