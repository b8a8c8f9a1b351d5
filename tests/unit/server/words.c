/* Unit tests of lib/server/words.c: the replies to HELO, EHLO and HELP. */
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
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250 CHUNKING\r\n");
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
    self.text = "pleased to meet you\nSTARTTLS";
    self.answers[EHLO_EHLO] = 250;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org pleased to meet you\r\n250 HELP\r\n");
}

/* A hello's reply that does not fit behind others in their block is the same as by itself. */
static void a_hello_behind_others(void **state)
{
    static char text[3 * 486], alone[4096];
    size_t noop, both;
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(text, 'x', sizeof text - 1); /* three lines, of which a hello takes the first */
    text[485] = text[2 * 486 - 1] = '\n';
    self.text = text;
    self.answers[EHLO_NOOP] = self.answers[EHLO_EHLO] = 250;
    host_feed(&self, "NOOP\r\n");
    noop = self.out_size;
    host_feed(&self, "EHLO client.example\r\n");
    both = self.out_size;
    assert_true(noop + 512 <= 2048 && both > 2048);
    memcpy(alone, self.out, both);

    self.out_size = 0;
    self.writes = 0;
    host_feed(&self, "NOOP\r\nEHLO client.example\r\n");
    assert_int_equal(self.writes, 2);
    assert_int_equal(self.out_size, both);
    assert_memory_equal(self.out, alone, both);
}

static void help_is_a_fixed_text(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, "HELP\r\n");
    host_expect(&self, "214-2.0.0 HELO\r\n214-2.0.0 EHLO\r\n214-2.0.0 MAIL\r\n214-2.0.0 RCPT\r\n"
                       "214-2.0.0 DATA\r\n214-2.0.0 VRFY\r\n214-2.0.0 RSET\r\n214-2.0.0 HELP\r\n"
                       "214-2.0.0 NOOP\r\n214-2.0.0 QUIT\r\n214-2.0.0 BDAT\r\n214 2.0.0 Help message\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ehlo_lists_what_is_offered),  cmocka_unit_test(helo_lists_nothing),
        cmocka_unit_test(nothing_offered_is_one_line), cmocka_unit_test(no_limit_is_size_0),
        cmocka_unit_test(the_host_may_greet),          cmocka_unit_test(help_is_a_fixed_text),
        cmocka_unit_test(a_hello_behind_others),
    };
    return cmocka_run_group_tests_name("server/words", tests, NULL, NULL);
}
