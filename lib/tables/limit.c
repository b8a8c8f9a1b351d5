/* limit.c - the table of limits, and the fields of the config that it is about. */
#include "limit.h"

#include <string.h>

static const ehlo__limit_row rows[] = {
#define X(field, floor, default_value, ceiling, unit, why)                                \
    {floor, default_value, ceiling, (uint16_t)offsetof(ehlo_server_config, field),        \
     sizeof(((ehlo_server_config *)0)->field)},
    EHLO_LIMITS(X)
#undef X
};

static const char names[][24] = {
#define X(field, floor, default_value, ceiling, unit, why) #field,
    EHLO_LIMITS(X)
#undef X
};

static const char units[][16] = {
#define X(field, floor, default_value, ceiling, unit, why) unit,
    EHLO_LIMITS(X)
#undef X
};

static const char reasons[][112] = {
#define X(field, floor, default_value, ceiling, unit, why) why,
    EHLO_LIMITS(X)
#undef X
};

size_t ehlo__limit_count(void)
{
    return sizeof rows / sizeof rows[0];
}

const ehlo__limit_row *ehlo__limit(size_t index)
{
    return &rows[index];
}

const char *ehlo__limit_name(size_t index)
{
    return names[index];
}

const char *ehlo__limit_unit(size_t index)
{
    return units[index];
}

const char *ehlo__limit_why(size_t index)
{
    return reasons[index];
}

uint64_t ehlo__limit_get(const ehlo_server_config *config, size_t index)
{
    const unsigned char *field = (const unsigned char *)config + rows[index].offset;
    uint64_t wide;
    uint32_t narrow;

    if (rows[index].width == sizeof wide) {
        memcpy(&wide, field, sizeof wide);
        return wide;
    }
    memcpy(&narrow, field, sizeof narrow);
    return narrow;
}

void ehlo__limit_set(ehlo_server_config *config, size_t index, uint64_t value)
{
    unsigned char *field = (unsigned char *)config + rows[index].offset;
    uint32_t narrow = (uint32_t)value;

    if (rows[index].width == sizeof value)
        memcpy(field, &value, sizeof value);
    else
        memcpy(field, &narrow, sizeof narrow);
}
