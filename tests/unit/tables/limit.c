/* Unit tests of lib/tables/limit.c: each row reaches its own field and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tables/limit.h"

static size_t index_of(const char *name)
{
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        if (!strcmp(ehlo__limit_name(i), name))
            return i;
    fail_msg("no limit %s", name);
    return 0;
}

static void names_reach_their_fields(void **state)
{
    ehlo_server_config config = {0};
    (void)state;
    config.max_size = 1;
    config.drain_limit = UINT64_MAX;
    config.max_recipients = 3;
    config.max_errors = 4;
    config.max_idle_commands = 5;
    config.max_line = 6;
    config.max_text_line = 7;
    config.command_timeout = UINT32_MAX;
    config.content_timeout = 9;
    config.max_auth_failures = 10;
    config.max_transactions = 11;
    config.min_by = 12;
    config.max_hold = 13;
#define HAS(field) assert_true(ehlo__limit_get(&config, index_of(#field)) == config.field)
    HAS(max_size);
    HAS(drain_limit);
    HAS(max_recipients);
    HAS(max_errors);
    HAS(max_idle_commands);
    HAS(max_line);
    HAS(max_text_line);
    HAS(command_timeout);
    HAS(content_timeout);
    HAS(max_auth_failures);
    HAS(max_transactions);
    HAS(min_by);
    HAS(max_hold);
#undef HAS
    assert_int_equal(EHLO__LIMIT_COUNT, 13);
}

/* Setting one changes its octets alone. */
static void no_other_field_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++) {
        const ehlo__limit_row *row = ehlo__limit(i);
        const uint64_t values[] = {0, 1, row->floor, row->default_value, row->ceiling};
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
            ehlo_server_config config, before;
            memset(&config, 0xa5, sizeof config);
            before = config;
            ehlo__limit_set(&config, i, values[v]);
            assert_true(ehlo__limit_get(&config, i) == values[v]);
            memcpy((char *)&config + row->offset, (const char *)&before + row->offset, row->width);
            assert_memory_equal(&config, &before, sizeof config);
        }
    }
}

static void floor_default_ceiling(void **state)
{
    (void)state;
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++) {
        const ehlo__limit_row *row = ehlo__limit(i);
        assert_true(row->floor >= 1); /* 0 is "no limit" */
        assert_true(row->default_value == 0 || row->floor <= row->default_value);
        assert_true(row->default_value <= row->ceiling);
        assert_true(row->width == 8 || (row->width == 4 && row->ceiling <= UINT32_MAX));
    }
}

/* RFC 5321 sections 4.5.3.1 and 4.5.3.2: no default is below what a server must bear. */
static void defaults_are_what_the_rfc_asks_for(void **state)
{
    (void)state;
    assert_true(ehlo__limit(index_of("max_line"))->floor >= 512);
    assert_true(ehlo__limit(index_of("max_text_line"))->floor >= 1000);
    assert_true(ehlo__limit(index_of("max_size"))->default_value >= 65536);
    assert_true(ehlo__limit(index_of("max_recipients"))->default_value >= 100);
    assert_true(ehlo__limit(index_of("command_timeout"))->default_value >= 300);
    for (size_t i = 0; i < EHLO__LIMIT_COUNT;
         i++) /* no limit at all: MAILs, and the least of BY (RFC 2852) */
        assert_int_equal(ehlo__limit(i)->default_value == 0,
                         i == EHLO__LIMIT_max_transactions || i == EHLO__LIMIT_min_by);
    assert_true(ehlo__limit(EHLO__LIMIT_max_transactions)->ceiling <=
                999999);                                                  /* RFC 9422 section 4: six digits */
    assert_true(ehlo__limit(EHLO__LIMIT_min_by)->ceiling <= 999999999);   /* RFC 2852 section 4: nine */
    assert_true(ehlo__limit(EHLO__LIMIT_max_hold)->ceiling <= 999999999); /* RFC 4865 section 3: nine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_reach_their_fields),
        cmocka_unit_test(no_other_field_changes),
        cmocka_unit_test(floor_default_ceiling),
        cmocka_unit_test(defaults_are_what_the_rfc_asks_for),
    };

    return cmocka_run_group_tests_name("tables/limit", tests, NULL, NULL);
}
