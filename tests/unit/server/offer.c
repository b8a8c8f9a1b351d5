/* Unit tests of lib/server/offer.c: what EHLO offers as things are (RFC 3207 section 4.2, RFC 4954 section 4,
 * RFC 8689 section 2, RFC 4865 section 3). */
#include "host.h"

static int tells_the_time;

static void tell_the_time(host *self, const ehlo_request *request)
{
    if (tells_the_time && request->command == EHLO_EHLO)
        assert_int_equal(ehlo_server_clock(self->server, 951782400), EHLO_OK);
}

static int offers(host *self, const char *keyword)
{
    char middle[64], last[64];
    snprintf(middle, sizeof middle, "250-%s", keyword);
    snprintf(last, sizeof last, "250 %s", keyword);
    return host_holds(self->out, self->out_size, middle) || host_holds(self->out, self->out_size, last);
}

static void by_tls_leniency_and_clock(void **state)
{
    (void)state;
    for (int tls = 0; tls < 2; tls++)
        for (int lenient = 0; lenient < 2; lenient++)
            for (tells_the_time = 0; tells_the_time < 2; tells_the_time++) {
                host self;
                host_init(&self);
                self.config.service = EHLO_SERVICE_SUBMISSION;
                self.config.extensions = EHLO_EXTENSION_STARTTLS | EHLO_EXTENSION_AUTH |
                                         EHLO_EXTENSION_REQUIRETLS | EHLO_EXTENSION_FUTURERELEASE |
                                         EHLO_EXTENSION_HELP;
                self.config.auth_mechanisms = "PLAIN";
                self.config.leniencies = lenient ? EHLO_LENIENT_AUTH_WITHOUT_TLS : 0;
                self.inside = tell_the_time;
                assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
                if (tls)
                    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
                assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
                host_feed(&self, "EHLO x.example\r\n");
                assert_int_equal(offers(&self, "STARTTLS\r\n"), !tls);
                assert_int_equal(offers(&self, "REQUIRETLS\r\n"), tls);
                assert_int_equal(offers(&self, "AUTH PLAIN\r\n"), tls || lenient);
                assert_int_equal(offers(&self, "FUTURERELEASE 604800 2000-03-07T00:00:00Z\r\n"),
                                 tells_the_time);
                assert_int_equal(offers(&self, "FUTURERELEASE"), tells_the_time);
                assert_int_equal(offers(&self, "HELP\r\n"), 1);

                /* What is not offered is not known, and HELP does not name it. */
                self.out_size = 0;
                host_feed(&self, "MAIL FROM:<a@b.example> HOLDFOR=1\r\n");
                assert_memory_equal(self.out, tells_the_time ? "250" : "555", 3);
                self.out_size = 0;
                host_feed(&self, "RSET\r\nMAIL FROM:<a@b.example> REQUIRETLS\r\n");
                assert_int_equal(host_holds(self.out, self.out_size, "555"), !tls);
                self.out_size = 0;
                host_feed(&self, "RSET\r\nHELP\r\n");
                assert_int_equal(host_holds(self.out, self.out_size, "214-AUTH\r\n"), tls || lenient);
                assert_int_equal(host_holds(self.out, self.out_size, "214-STARTTLS\r\n"), !tls);
            }
}

/* A clock, too, is told where the host may narrow: nowhere else (R3). */
static void clock_elsewhere(host *self, const ehlo_request *request)
{
    int allowed = request->command == EHLO_CONNECTED || request->command == EHLO_EHLO;
    assert_int_equal(ehlo_server_clock(self->server, 1), allowed ? EHLO_OK : EHLO_MISUSE);
}

static void where_the_clock_may_be_told(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.inside = clock_elsewhere;
    host_greet(&self);
    host_feed(&self, "NOOP\r\n" HOST_ENVELOPE);
    assert_int_equal(ehlo_server_clock(self.server, 1), EHLO_MISUSE);
    assert_int_equal(ehlo_server_clock(NULL, 1), EHLO_MISUSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_tls_leniency_and_clock),
        cmocka_unit_test(where_the_clock_may_be_told),
    };
    return cmocka_run_group_tests_name("server/offer", tests, NULL, NULL);
}
