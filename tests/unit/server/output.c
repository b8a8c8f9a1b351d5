/* Unit tests of lib/server/output.c: replies and events on their way out. */
#include "host.h"

static void enhanced_codes_only_after_ehlo(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "NOOP\r\nEHLO\r\nEHLO x.example\r\nEHLO\r\nNOOP\r\nHELO x.example\r\nNOOP\r\n");
    host_expect(&self, "250 Requested mail action okay, completed\r\n"
                       "501 Syntax error in parameters or arguments\r\n"
                       "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 HELP\r\n"
                       "501 Syntax error in parameters or arguments\r\n"
                       "250 2.0.0 Requested mail action okay, completed\r\n"
                       "250 mx.example.org\r\n"
                       "250 Requested mail action okay, completed\r\n");
}

static void none_where_not_offered(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = 0;
    host_greet(&self);
    self.text = "well";
    self.enhanced = "2.0.0";
    self.answers[EHLO_NOOP] = 250;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "250 well\r\n");
}

static void texts_cannot_break_out(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.text = "a\r\n250 b\rc\x01\x7f\xc3\xa9\ttab";
    self.answers[EHLO_NOOP] = 250;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "250-2.0.0 a\r\n250 2.0.0 250 b?c????"
                       "?tab\r\n");
}

static void utf8_only_where_asked_for(void **state)
{
    static const struct {
        const char *line;
        int stays;
    } cases[] = {
        {"VRFY a\r\n", 0},        {"VRFY a SMTPUTF8\r\n", 1}, {"VRFY a smtputf8 \r\n", 1},
        {"VRFY SMTPUTF8\r\n", 0}, {"NOOP SMTPUTF8\r\n", 0},   {"VRFY aSMTPUTF8\r\n", 0},
    };
    host self;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host_init(&self);
        host_greet(&self);
        self.text = "<\xc3\xa9@b.example>\xff";
        self.answers[EHLO_VRFY] = self.answers[EHLO_NOOP] = 250;
        host_feed(&self, cases[i].line);
        self.out[self.out_size] = '\0';
        assert_int_equal(strstr(self.out, "\xc3\xa9@b.example>?") != NULL, cases[i].stays);
        assert_int_equal(self.request.smtputf8, cases[i].stays);
    }
}

static void named_rows_carry_the_hostname(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    self.text = "so long\nand thanks";
    self.answers[EHLO_QUIT] = 221;
    host_feed(&self, "QUIT\r\n");
    host_expect(&self, "221-mx.example.org so long\r\n221 and thanks\r\n");
}

static char text[1900];

static void a_long_reply_pushes_the_others_out(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(text, 'x', sizeof text - 1);
    self.text = text;
    self.answers[EHLO_RCPT] = 550;
    self.answers[EHLO_MAIL] = 250;
    self.writes = 0;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<c@d.example>\r\n");
    assert_int_equal(self.writes, 3);
    assert_true(self.longest_write <= 2048);
    assert_int_equal(self.decision_count, 3);
    for (size_t i = 0, line = 0; i < self.out_size; i++, line++) {
        assert_true(line < 512);
        if (self.out[i] == '\n')
            line = (size_t)-1;
    }
}

static void one_feed_writes_a_bounded_amount(void **state)
{
    static char commands[600];
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(text, 'x', 1100);
    text[1100] = '\0';
    self.text = text;
    self.answers[EHLO_NOOP] = 250;
    for (size_t i = 0; i < sizeof commands; i += 6)
        memcpy(commands + i, "NOOP\r\n", 6);
    assert_true(ehlo_server_feed(self.server, commands, sizeof commands) < 24);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    assert_true(self.out_size <= 2 * 2048);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enhanced_codes_only_after_ehlo),
        cmocka_unit_test(none_where_not_offered),
        cmocka_unit_test(texts_cannot_break_out),
        cmocka_unit_test(utf8_only_where_asked_for),
        cmocka_unit_test(named_rows_carry_the_hostname),
        cmocka_unit_test(a_long_reply_pushes_the_others_out),
        cmocka_unit_test(one_feed_writes_a_bounded_amount),
    };
    return cmocka_run_group_tests_name("server/output", tests, NULL, NULL);
}
