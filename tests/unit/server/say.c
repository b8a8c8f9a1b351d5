/* Unit tests of lib/server/say.c: the reply to a command, in whose words, and with which enhanced code. */
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
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250 CHUNKING\r\n"
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

/* RFC 2034 section 4: on each line of each 2yz, 4yz and 5yz, those of the extensions included. */
static void enhanced_codes_of_extensions(void **state)
{
    static const struct {
        const char *line;
        int command, answer;
        const char *reply;
    } cases[] = {
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 235, "235 2.7.0 Authentication successful\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 432, "432 4.7.12 A password transition is needed\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 454, "454 4.7.0 Temporary authentication failure\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 525, "525 5.7.13 User account disabled\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 534, "534 5.7.9 Authentication mechanism is too weak\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 538, /* its remark is not sent */
         "538 5.7.11 Encryption required for requested authentication mechanism\r\n"},
        {"AUTH PLAIN Zg==\r\n", EHLO_AUTH, 334, "334 \r\n"},
        {"ETRN a.example\r\n", EHLO_ETRN, 253, "253 2.0.0 OK, pending messages started\r\n"},
        {"ETRN a.example\r\n", EHLO_ETRN, 459, "459 4.7.1 Node not allowed\r\n"},
        {"XFORWARD NAME=a\r\n", EHLO_XFORWARD, 250, HOST_OK},
        {"XCLIENT NAME=a\r\n", EHLO_XCLIENT, 220, "220 mx.example.org Service ready\r\n"}, /* a greeting */
        {"MAIL FROM:<a@b.example>\r\n", EHLO_MAIL, 450,
         "450 4.7.15 Requested mail action not taken: mailbox unavailable\r\n"}, /* RFC 6710 section 4.1 */
        {"MAIL FROM:<a@b.example>\r\n", EHLO_MAIL, 530, "530 5.7.0 Authentication required\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        self.config.extensions |= EHLO_EXTENSION_AUTH | EHLO_EXTENSION_ETRN | EHLO_EXTENSION_XCLIENT |
                                  EHLO_EXTENSION_XFORWARD | EHLO_EXTENSION_MT_PRIORITY;
        self.config.auth_mechanisms = "PLAIN";
        host_greet_tls(&self);
        self.answers[cases[i].command] = cases[i].answer;
        host_feed(&self, cases[i].line);
        host_expect(&self, cases[i].reply);
        assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), 0);
    }
}

/* Rows of an extension are for sessions that have it. */
static void rows_of_extensions_need_them(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_MAIL] = 450;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
    self.answers[EHLO_MAIL] = 530;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enhanced_codes_only_after_ehlo), cmocka_unit_test(none_where_not_offered),
        cmocka_unit_test(utf8_only_where_asked_for),      cmocka_unit_test(named_rows_carry_the_hostname),
        cmocka_unit_test(enhanced_codes_of_extensions),   cmocka_unit_test(rows_of_extensions_need_them),
    };
    return cmocka_run_group_tests_name("server/say", tests, NULL, NULL);
}
