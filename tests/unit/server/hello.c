/* Unit tests of lib/server/hello.c: HELO, EHLO and their reply. */
#include "host.h"

static void ehlo_lists_what_is_offered(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 HELP\r\n");
    assert_int_equal(self.request.extended, 1);
    assert_int_equal(self.request.hello.domain.kind, EHLO_DOMAIN_NAME);
}

static void helo_lists_nothing(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "HELO [192.0.2.1]\r\nNOOP\r\n");
    host_expect(&self, "250 mx.example.org\r\n250 Requested mail action okay, completed\r\n");
    assert_int_equal(self.request.extended, 0);
}

static void nothing_offered_is_one_line(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = 0;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250 mx.example.org\r\n");
}

static void no_limit_is_size_0(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_SIZE;
    self.config.max_size = 0;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250 SIZE 0\r\n");
}

static void the_host_may_greet(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_HELP;
    host_start(&self);
    self.out_size = 0;
    self.text = "pleased to meet you\nyou there";
    self.answers[EHLO_EHLO] = 250;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org pleased to meet you\r\n250-you there\r\n250 HELP\r\n");
}

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
    static const uint32_t all = EHLO_LENIENT_HELLO_UNDERSCORE | EHLO_LENIENT_HELLO_BARE_ADDRESS | EHLO_LENIENT_HELLO_TEXT;
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
            host_expect(&self, good ? "250 mx.example.org\r\n" : "501 Syntax error in parameters or arguments\r\n");
            assert_int_equal(host_saw(&self, EHLO_EVENT_LENIENCY_USED), good && cases[i].leniency);
            if (good && cases[i].leniency)
                assert_int_equal(self.events[0].number, cases[i].leniency);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ehlo_lists_what_is_offered), cmocka_unit_test(helo_lists_nothing),
        cmocka_unit_test(nothing_offered_is_one_line), cmocka_unit_test(no_limit_is_size_0),
        cmocka_unit_test(the_host_may_greet),         cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests_name("server/hello", tests, NULL, NULL);
}
