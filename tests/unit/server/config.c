/* Unit tests of lib/server/config.c: the defaults, and what may be wrong. */
#include "host.h"

#include "tables/limit.h"

static void defaults_are_safe(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_null(ehlo_server_config_problem(&self.config));
    assert_int_equal(self.config.max_recipients, 1000);
    assert_int_equal(self.config.max_line, 2048);
    assert_int_equal(self.config.bare_cr, EHLO_REFUSE);
    assert_int_equal(self.config.bare_lf, EHLO_REFUSE);
    assert_int_equal(self.config.nul, EHLO_REFUSE);
    assert_int_equal(self.config.leniencies, 0);
    assert_int_equal(self.config.profile, EHLO_PROFILE_STANDARD);
    assert_int_equal(self.config.extensions & EHLO_EXTENSION_EXPN, 0);
}

static void interop_sets_what_real_mail_needs(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    ehlo_server_config_interop(&self.config);
    assert_int_equal(self.config.leniencies, EHLO_LENIENT_SPACE_AFTER_COLON | EHLO_LENIENT_MISSING_BRACKETS |
                                                 EHLO_LENIENT_HELLO_UNDERSCORE |
                                                 EHLO_LENIENT_HELLO_BARE_ADDRESS);
    assert_int_equal(self.config.bare_lf, EHLO_REFUSE);
    assert_null(ehlo_server_config_problem(&self.config));
}

static char long_name[300];

/* Each breaks one thing; the message names it. */
static void problems_name_the_field(void **state)
{
    host good, bad;
    (void)state;
    host_init(&good);
    memset(long_name, 'a', sizeof long_name - 1);
#define BREAKS(change, word)                                                                                 \
    do {                                                                                                     \
        const char *problem;                                                                                 \
        bad = good;                                                                                          \
        change;                                                                                              \
        problem = ehlo_server_config_problem(&bad.config);                                                   \
        assert_non_null(problem);                                                                            \
        assert_non_null(strstr(problem, word));                                                              \
    } while (0)
    BREAKS(bad.config.hostname = NULL, "hostname");
    BREAKS(bad.config.hostname = "", "hostname");
    BREAKS(bad.config.hostname = "two words", "hostname");
    BREAKS(bad.config.hostname = "a\r\nb", "hostname");
    BREAKS(bad.config.hostname = "m\xc3\xbc.example", "hostname"); /* a reply needs ASCII */
    BREAKS(bad.config.hostname = long_name, "hostname");
    BREAKS(bad.config.callbacks.write = NULL, "write");
    BREAKS(bad.config.callbacks.decide = NULL, "decide");
    BREAKS(bad.config.max_line = 511, "max_line");
    BREAKS(bad.config.max_line = 65537, "max_line");
    BREAKS(bad.config.max_text_line = 999, "max_text_line");
    BREAKS(bad.config.max_size = UINT64_MAX, "max_size");
    BREAKS(bad.config.extensions = UINT32_MAX, "extensions");
    BREAKS(bad.config.extensions |= EHLO_EXTENSION_SEND, "extensions");
    BREAKS(bad.config.extensions &= ~(uint32_t)EHLO_EXTENSION_8BITMIME, "extensions");
    BREAKS(bad.config.leniencies = UINT32_MAX, "leniencies");
    BREAKS(bad.config.profile = 2, "profile");
    BREAKS(bad.config.bare_cr = 3, "bare_cr");
    BREAKS(bad.config.bare_lf = -1, "bare_lf");
    BREAKS(bad.config.nul = EHLO_NORMALIZE, "nul");
    BREAKS(bad.config.long_line = EHLO_NORMALIZE, "long_line");
    BREAKS(bad.config.eight_bit = 9, "eight_bit");
    BREAKS(bad.config.pipelined = 9, "pipelined");
    BREAKS(bad.config.reserved[7] = 1, "reserved");
    BREAKS(bad.config.reserved_number = 1, "reserved");
    BREAKS(bad.config.callbacks.reserved[0] = (void (*)(void))host_init, "reserved");
#undef BREAKS
    assert_non_null(ehlo_server_config_problem(NULL));
}

static void zero_is_no_limit(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        ehlo__limit_set(&self.config, i, 0);
    assert_null(ehlo_server_config_problem(&self.config));
    host_greet(&self);
    for (int i = 0; i < 300; i++) {
        host_feed(&self, "FOO\r\nNOOP\r\n");
        self.event_count = self.decision_count = self.out_size = 0;
    }
    assert_int_equal(ehlo_server_timeout(self.server), 0);
}

static void the_line_limit_is_the_table_s(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_line_limit(&self.config), 2048);
    self.config.max_line = 0;
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        if (!strcmp(ehlo__limit_name(i), "max_line"))
            assert_int_equal(ehlo_server_line_limit(&self.config), ehlo__limit(i)->ceiling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_safe),
        cmocka_unit_test(interop_sets_what_real_mail_needs),
        cmocka_unit_test(problems_name_the_field),
        cmocka_unit_test(zero_is_no_limit),
        cmocka_unit_test(the_line_limit_is_the_table_s),
    };
    return cmocka_run_group_tests_name("server/config", tests, NULL, NULL);
}
