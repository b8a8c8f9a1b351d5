/* Unit tests of lib/server/dispatch.c: one command line and the questions that it meets. */
#include "host.h"

static void refusals(void **state)
{
    static const struct {
        const char *line;
        size_t size;
        int event;
        const char *reply;
    } cases[] = {
        {"\r\n", 2, EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 "},
        {"FOO bar\r\n", 9, EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 "},
        {"NOOPS\r\n", 7, EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 "},
        {"NOOP\tx\r\n", 8, EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 "},
        {" NOOP\r\n", 7, EHLO_EVENT_UNKNOWN_COMMAND, "500 5.5.1 "},
        {"NOOP a\nb\r\n", 10, EHLO_EVENT_BARE_LINE_END, "500 5.5.2 "},
        {"NOOP a\rb\r\n", 10, EHLO_EVENT_BARE_LINE_END, "500 5.5.2 "},
        {"NOOP\r\r\n", 7, EHLO_EVENT_BARE_LINE_END, "500 5.5.2 "},
        {"NOOP \0\r\n", 8, EHLO_EVENT_BAD_OCTET, "501 5.5.2 "},
        {"NOOP \x7f\r\n", 8, EHLO_EVENT_BAD_OCTET, "501 5.5.2 "},
        {"NOOP \xff\r\n", 8, EHLO_EVENT_BAD_OCTET, "501 5.5.2 "},
        {"VRFY \xc3\r\n", 8, EHLO_EVENT_BAD_OCTET, "501 5.5.2 "},
        {"VRFY\r\n", 6, EHLO_EVENT_BAD_ARGUMENT, "501 5.5.4 "},
        {"VRFY  \t\r\n", 9, EHLO_EVENT_BAD_ARGUMENT, "501 5.5.4 "},
        {"RSET x\r\n", 8, EHLO_EVENT_BAD_ARGUMENT, "501 5.5.4 "},
        {"QUIT now\r\n", 10, EHLO_EVENT_BAD_ARGUMENT, "501 5.5.4 "},
        {"EXPN list\r\n", 11, EHLO_EVENT_NOT_ENABLED, "502 5.5.1 "},
        {"TURN\r\n", 6, EHLO_EVENT_NOT_ENABLED, "502 5.5.1 "},
        {"SEND FROM:<a@b.example>\r\n", 25, EHLO_EVENT_NOT_ENABLED, "502 5.5.1 "},
        {"RCPT TO:<a@b.example>\r\n", 23, EHLO_EVENT_OUT_OF_ORDER, "503 5.5.1 "},
        {"DATA\r\n", 6, EHLO_EVENT_OUT_OF_ORDER, "503 5.5.1 "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        host_feed_leaving(&self, cases[i].line, cases[i].size, 0);
        assert_memory_equal(self.out, cases[i].reply, strlen(cases[i].reply));
        assert_int_equal(self.event_count, 1);
        assert_int_equal(self.events[0].reason, cases[i].event);
        assert_int_equal(self.decision_count, 0);
        self.out_size = 0;
        host_feed(&self, "NOOP\r\n"); /* and the session goes on */
        host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n");
    }
}

static void what_is_let_pass(void **state)
{
    static const char *const lines[] = {"noop\r\n",      "NoOp\r\n",   "NOOP \t \r\n", "NOOP any thing\r\n",
                                        "RSET \r\n",     "RSET\t\r\n", "VRFY a b\r\n", "VRFY \xc3\xa9\r\n",
                                        "HELP NOOP\r\n", "HELP\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        host_feed(&self, lines[i]);
        assert_int_equal(self.event_count, 0);
        assert_int_equal(self.decision_count, 1);
        assert_int_equal(self.out[0], '2');
    }
}

static void other_protocols(void **state)
{
    static const char *const lines[] = {"GET / HTTP/1.1\r\n", "POST /x\r\n", "CONNECT a:25 HTTP/1.1\r\n",
                                        "get\r\n"};
    host self;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        host_init(&self);
        host_greet(&self);
        host_feed(&self, lines[i]);
        host_expect(&self, "421 4.7.0 mx.example.org This is SMTP, closing transmission channel\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_WRONG_PROTOCOL), 1);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    }
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    assert_int_equal(ehlo_server_feed(self.server, "\x16\x03\x01", 3), 0);
    host_expect(&self, "421 mx.example.org This is SMTP, closing transmission channel\r\n");
}

static void long_lines(void **state)
{
    static char line[3000];
    (void)state;
    for (size_t size = 2047; size <= 2050; size++) {
        host self;
        host_init(&self);
        host_greet(&self);
        memset(line, 'x', size);
        memcpy(line, "NOOP ", 5);
        memcpy(line + size - 2, "\r\n", 2);
        host_feed_leaving(&self, line, size, 0);
        host_expect(&self, size <= 2048 ? "250 2.0.0 Requested mail action okay, completed\r\n"
                                        : "500 5.5.2 Line too long\r\n");
        host_feed(&self, "NOOP\r\n");
        host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n");
    }
}

static void a_long_line_in_drips(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.max_line = 512;
    host_greet(&self);
    for (int i = 0; i < 512; i++)
        assert_int_equal(ehlo_server_feed(self.server, NULL, 0), 0);
    {
        static char line[512];
        memset(line, 'x', sizeof line);
        for (size_t shown = 1; shown < sizeof line; shown++)
            assert_int_equal(ehlo_server_feed(self.server, line, shown), 0);
        assert_int_equal(ehlo_server_feed(self.server, line, sizeof line), sizeof line);
    }
    host_feed(&self, "\n");
    host_feed(&self, "\r");
    host_feed(&self, "\r");
    host_expect(&self, "");
    host_feed(&self, "\n");
    host_expect(&self, "500 5.5.2 Line too long\r\n");
    host_feed_leaving(&self, "GET ", 4, 4);
}

static void a_long_line_of_another_protocol(void **state)
{
    static char line[600];
    host self;
    (void)state;
    host_init(&self);
    self.config.max_line = 512;
    host_greet(&self);
    memset(line, 'x', sizeof line);
    memcpy(line, "GET /", 5);
    host_feed_leaving(&self, line, sizeof line, sizeof line);
    assert_int_equal(host_saw(&self, EHLO_EVENT_WRONG_PROTOCOL), 1);
}

static void budgets(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.max_errors = 3;
    host_greet(&self);
    host_feed(&self, "x\r\nx\r\nx\r\n");
    host_expect(&self, "500 5.5.1 Syntax error, command unrecognized\r\n"
                       "500 5.5.1 Syntax error, command unrecognized\r\n"
                       "421 4.7.0 mx.example.org Too many errors, closing transmission channel\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);

    host_init(&self);
    self.config.max_idle_commands = 3;
    host_greet(&self); /* EHLO was the first */
    host_feed(&self,
              "NOOP\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n.\r\nNOOP\r\nNOOP\r\n");
    self.out_size = 0;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self,
                "421 4.7.0 mx.example.org Too many commands without mail, closing transmission channel\r\n");
}

static void commands_sent_ahead(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nRSET\r\nNOOP\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_PIPELINED), 0);
    host_feed(&self, "NOOP\r\nNOOP\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_PIPELINED), 1);
    host_init(&self);
    self.config.pipelined = EHLO_REFUSE;
    host_greet(&self);
    host_feed(&self, "NOOP\r\nNOOP\r\n");
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n"
                       "503 5.5.0 Command sent ahead without PIPELINING\r\n"
                       "250 2.0.0 Requested mail action okay, completed\r\n");
}

static void a_long_line_is_not_refused_twice(void **state)
{
    static char lines[3000];
    host self;
    (void)state;
    host_init(&self);
    self.config.pipelined = EHLO_REFUSE;
    host_greet(&self);
    memset(lines, 'x', sizeof lines);
    memcpy(lines, "NOOP\r\n", 6);
    memcpy(lines + sizeof lines - 2, "\r\n", 2);
    host_feed_leaving(&self, lines, sizeof lines, 0);
    self.out_size = 0;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n");
}

static void nothing_behind_a_closed_door(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.answers[EHLO_CONNECTED] = 554;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO a\nb\r\nQUIT\n\r\nFOO \x01\r\n");
    host_expect(&self, "503 No SMTP service here\r\n503 No SMTP service here\r\n503 No SMTP service here\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals),
        cmocka_unit_test(what_is_let_pass),
        cmocka_unit_test(other_protocols),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(a_long_line_in_drips),
        cmocka_unit_test(a_long_line_of_another_protocol),
        cmocka_unit_test(budgets),
        cmocka_unit_test(commands_sent_ahead),
        cmocka_unit_test(a_long_line_is_not_refused_twice),
        cmocka_unit_test(nothing_behind_a_closed_door),
    };
    return cmocka_run_group_tests_name("server/dispatch", tests, NULL, NULL);
}
