/* Unit tests of lib/server/bounds.c: what the config bounds of parameters' values (RFC 1870 section 6.1, RFC
 * 2852 section 2, RFC 4865 section 4.2). */
#include "host.h"

enum { NOW = 951782400 }; /* 2000-02-29T00:00:00Z */

static void tell_the_time(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_EHLO)
        assert_int_equal(ehlo_server_clock(self->server, NOW), EHLO_OK);
}

static void values(void **state)
{
    static const struct {
        uint32_t min_by, max_hold;
        const char *parameters;
        int event; /* 0: well */
    } cases[] = {
        {0, 0, "SIZE=1000", 0},
        {0, 0, "SIZE=1001", EHLO_EVENT_DECLARED_TOO_BIG},
        {0, 0, "SIZE=18446744073709551615", EHLO_EVENT_DECLARED_TOO_BIG},
        {0, 0, "SIZE=18446744073709551616", EHLO_EVENT_DECLARED_TOO_BIG},
        {120, 0, "BY=120;R", 0},
        {120, 0, "BY=119;R", EHLO_EVENT_BY_TOO_SOON},
        {120, 0, "BY=119;N", 0}, /* only what is to be returned is bounded */
        {120, 0, "BY=-5;N", 0},
        {0, 0, "BY=1;R", 0},
        {0, 3600, "HOLDFOR=3600", 0},
        {0, 3600, "HOLDFOR=3601", EHLO_EVENT_HELD_TOO_LONG},
        {0, 0, "HOLDFOR=999999999", 0},
        {0, 3600, "HOLDUNTIL=2000-02-29T01:00:00Z", 0},
        {0, 3600, "HOLDUNTIL=2000-02-29T01:00:01Z", EHLO_EVENT_HELD_TOO_LONG},
        {0, 3600, "HOLDUNTIL=2100-01-01T00:00:00Z", EHLO_EVENT_HELD_TOO_LONG},
        {0, 3600, "SIZE=1001 HOLDFOR=3601", EHLO_EVENT_DECLARED_TOO_BIG},
        {0, 0, "BY=3600;R HOLDUNTIL=2000-02-29T01:00:00Z", 0}, /* not held beyond its deliver-by time */
        {0, 0, "BY=3600;R HOLDUNTIL=2000-02-29T01:00:01Z", EHLO_EVENT_BAD_PARAMETER},
        {0, 0, "HOLDUNTIL=2000-02-29T01:00:01Z BY=3600;N", EHLO_EVENT_BAD_PARAMETER},
        {0, 0, "BY=-1;N HOLDUNTIL=2000-02-29T00:00:01Z", EHLO_EVENT_BAD_PARAMETER},
        {0, 0, "BY=3600;R HOLDFOR=3600", 0},
        {0, 0, "BY=3600;R HOLDFOR=3601", EHLO_EVENT_BAD_PARAMETER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *expected = cases[i].event == EHLO_EVENT_DECLARED_TOO_BIG
                                   ? "552 5.3.4 Message size exceeds fixed limit\r\n"
                               : cases[i].event == EHLO_EVENT_BY_TOO_SOON
                                   ? "555 5.5.4 Deliver-by time is less than the minimum\r\n"
                               : cases[i].event == EHLO_EVENT_BAD_PARAMETER ? HOST_ARGUMENT
                               : cases[i].event ? "501 5.5.4 Release time is later than the maximum\r\n"
                                                : HOST_MAIL_OK;
        char line[120];
        host self;
        host_init(&self);
        self.config.service = EHLO_SERVICE_SUBMISSION;
        self.config.extensions |= EHLO_EXTENSION_DELIVERBY | EHLO_EXTENSION_FUTURERELEASE;
        self.config.max_size = 1000;
        self.config.min_by = cases[i].min_by;
        self.config.max_hold = cases[i].max_hold;
        self.inside = tell_the_time;
        host_greet(&self);
        snprintf(line, sizeof line, "MAIL FROM:<a@b.example> %s\r\n", cases[i].parameters);
        host_feed(&self, line);
        host_expect(&self, expected);
        assert_int_equal(self.decision_count, cases[i].event == 0);
        assert_int_equal(self.event_count, cases[i].event != 0);
        if (cases[i].event)
            assert_int_equal(self.events[0].reason, cases[i].event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values)};
    return cmocka_run_group_tests_name("server/bounds", tests, NULL, NULL);
}
