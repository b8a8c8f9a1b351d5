/* Unit tests of lib/server/hello.c: the argument of HELO and EHLO. */
#include "host.h"

static void arguments(void **state)
{
    static const struct {
        const char *argument;
        uint32_t leniency; /* that it needs */
    } cases[] = {
        {" client.example", 0},
        {" a", 0},
        {" 192.0.2.1", 0}, /* a domain by the grammar */
        {" [192.0.2.1]", 0},
        {" [IPv6:2001:db8::1]", 0},
        {" my_host", EHLO_LENIENT_HELLO_UNDERSCORE},
        {" _", EHLO_LENIENT_HELLO_UNDERSCORE},
        {" 2001:db8::1", EHLO_LENIENT_HELLO_BARE_ADDRESS},
        {" client.example and more", EHLO_LENIENT_HELLO_TEXT},
        {"", UINT32_MAX},
        {" ", UINT32_MAX},
        {" two_\xc3\xa9", UINT32_MAX},
        {" \xc3\xa9.example", UINT32_MAX},
        {" a..b", UINT32_MAX},
        {" [", UINT32_MAX},
        {" []", UINT32_MAX},
        {" _ x", UINT32_MAX},
        {"  client.example", UINT32_MAX},
    };
    static const uint32_t all =
        EHLO_LENIENT_HELLO_UNDERSCORE | EHLO_LENIENT_HELLO_BARE_ADDRESS | EHLO_LENIENT_HELLO_TEXT;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int lenient = 0; lenient < 2; lenient++) {
            int good = cases[i].leniency == 0 || (lenient && cases[i].leniency != UINT32_MAX);
            char line[100];
            host self;
            host_init(&self);
            self.config.leniencies = lenient ? all : 0;
            host_start(&self);
            self.out_size = 0;
            snprintf(line, sizeof line, "HELO%s\r\n", cases[i].argument);
            host_feed(&self, line);
            host_expect(&self,
                        good ? "250 mx.example.org\r\n" : "501 Syntax error in parameters or arguments\r\n");
            assert_int_equal(host_saw(&self, EHLO_EVENT_LENIENCY_USED), good && cases[i].leniency);
            if (good && cases[i].leniency)
                assert_int_equal(self.events[0].number, cases[i].leniency);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests_name("server/hello", tests, NULL, NULL);
}
