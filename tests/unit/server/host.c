/* Unit tests of lib/server/host.c: the commands that a host adds (R24). */
#include "host.h"

enum { FIRST = EHLO_HOST_COMMAND, SECOND, THIRD, FOURTH };

static const ehlo_host_command commands[] = {
    {.verb = "XPING",
     .phases = EHLO_HOST_BEFORE_HELLO | EHLO_HOST_BETWEEN | EHLO_HOST_TRANSACTION,
     .codes = {250, 450, 550}},
    {.verb = "XSAFE", .phases = EHLO_HOST_BETWEEN, .needs = EHLO_DEMAND_TLS, .codes = {211}},
    {.verb = "XWHO",
     .phases = EHLO_HOST_BETWEEN | EHLO_HOST_TRANSACTION,
     .needs = EHLO_DEMAND_AUTH,
     .codes = {252, 451}},
    {.verb = "X0123456789A",
     .phases = EHLO_HOST_TRANSACTION,
     .codes = {200, 211, 214, 250, 251, 252, 450, 451, 452, 550, 551, 559}},
};

static void add_commands(host *self)
{
    host_init(self);
    self->config.commands = commands;
    self->config.command_count = sizeof commands / sizeof commands[0];
    self->config.extensions |= EHLO_EXTENSION_AUTH;
    self->config.auth_mechanisms = "PLAIN";
    self->answers[EHLO_AUTH] = 235;
}

static char argument[64];

static void keep_argument(host *self, const ehlo_request *request)
{
    (void)self;
    snprintf(argument, sizeof argument, "%.*s", (int)request->argument.size,
             request->argument.size ? request->argument.data : "");
}

static void asked_as_its_index(void **state)
{
    host self;
    (void)state;
    add_commands(&self);
    assert_null(ehlo_server_config_problem(&self.config));
    host_greet(&self);
    self.inside = keep_argument;
    host_feed(&self, "xPing  any thing \xc3\xa9 \r\n");
    host_expect(&self, HOST_OK);
    assert_int_equal(self.request.command, FIRST);
    assert_string_equal(argument, " any thing \xc3\xa9");
    host_feed(&self, "XPING\r\nXPINGS\r\nXPIN\r\n");
    host_expect(&self, HOST_OK "500 5.5.1 Syntax error, command unrecognized\r\n"
                               "500 5.5.1 Syntax error, command unrecognized\r\n");
    assert_string_equal(argument, "");
    host_feed(&self, "XPING \x01\r\n");
    host_expect(&self, "501 5.5.2 Control character or ill-formed UTF-8 in a command\r\n");
    host_feed(&self, HOST_ENVELOPE "x0123456789a\r\n");
    assert_int_equal(self.request.command, FOURTH);
    assert_int_equal(self.request.recipients, 1);
}

static void where_and_before_what(void **state)
{
    enum { BEFORE, BETWEEN, WITHIN, SPOILED, PLACES };
    static const char *const before[] = {
        [BEFORE] = "NOOP\r\n",
        [BETWEEN] = "EHLO x.example\r\n",
        [WITHIN] = "EHLO x.example\r\nMAIL FROM:<a@b.example>\r\n",
        [SPOILED] = "EHLO x.example\r\n" HOST_ENVELOPE "BDAT 1 X\r\nx",
    };
    (void)state;
    for (int tls = 0; tls < 2; tls++)
        for (int auth = 0; auth <= tls; auth++)
            for (int place = 0; place < PLACES; place++)
                for (int i = 0; i < 4; i++) {
                    uint32_t here = place == BEFORE    ? EHLO_HOST_BEFORE_HELLO
                                    : place == BETWEEN ? EHLO_HOST_BETWEEN
                                                       : EHLO_HOST_TRANSACTION;
                    int is_here = (commands[i].phases & here) != 0;
                    int wants_tls = (commands[i].needs & EHLO_DEMAND_TLS) && !tls;
                    int wants_auth = (commands[i].needs & EHLO_DEMAND_AUTH) && (!auth || place == BEFORE);
                    char line[32], code[8];
                    host self;
                    add_commands(&self);
                    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
                    if (tls)
                        assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
                    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
                    if (auth && place != BEFORE)
                        host_feed(&self, "EHLO x.example\r\nAUTH PLAIN Zg==\r\n");
                    host_feed(&self, before[place]);
                    host_forget(&self);
                    snprintf(line, sizeof line, "%s\r\n", commands[i].verb);
                    host_feed(&self, line);
                    snprintf(code, sizeof code, "%d",
                             wants_tls    ? 530
                             : !is_here   ? 503
                             : wants_auth ? 530
                                          : commands[i].codes[0]);
                    assert_memory_equal(self.out, code, 3);
                    assert_int_equal(self.decision_count, is_here && !wants_tls && !wants_auth);
                    assert_int_equal(host_saw(&self, EHLO_EVENT_TLS_REQUIRED), wants_tls);
                    self.out_size = 0; /* and nothing moved */
                    host_feed(&self, place == BETWEEN ? "MAIL FROM:<a@b.example>\r\n" : "DATA\r\n");
                    assert_memory_equal(self.out, place == BETWEEN ? "250" : "503", 3);
                }
}

static void demands_of_the_config_count_too(void **state)
{
    host self;
    (void)state;
    add_commands(&self);
    self.config.demands = EHLO_DEMAND_TLS | EHLO_DEMAND_AUTH;
    host_greet(&self);
    host_feed(&self, "XPING\r\n");
    host_expect(&self, "530 5.7.0 Must issue a STARTTLS command first\r\n");
    self.id = 0;
    host_greet_tls(&self);
    host_feed(&self, "XPING\r\n");
    host_expect(&self, "530 5.7.0 Authentication required\r\n");
}

/* Not behind a closed door, and not within content. */
static void nowhere_else(void **state)
{
    host self;
    (void)state;
    add_commands(&self);
    self.answers[EHLO_CONNECTED] = 554;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "XPING\r\n");
    host_expect(&self, "503 No SMTP service here\r\n");
    assert_int_equal(self.decision_count, 1);

    add_commands(&self);
    host_receive(&self);
    host_feed(&self, "XPING\r\n.\r\n");
    host_expect(&self, HOST_OK);
    assert_int_equal(self.content_size, 7);
}

/* Its own codes, and those that answer any command; nothing else, and what stands in is of its own row. */
static void codes(void **state)
{
    static const struct {
        const char *line;
        int command, answer;
        const char *reply;
    } cases[] = {
        {"XPING\r\n", FIRST, EHLO_DEFAULT, HOST_OK},
        {"XPING\r\n", FIRST, 550, "550 5.0.0 Requested action not taken: mailbox unavailable\r\n"},
        {"XPING\r\n", FIRST, 450, "450 4.0.0 Requested mail action not taken: mailbox unavailable\r\n"},
        {"XPING\r\n", FIRST, 500, "500 5.5.1 Syntax error, command unrecognized\r\n"},
        {"XPING\r\n", FIRST, 501, HOST_ARGUMENT},
        {"XPING\r\n", FIRST, 502, "502 5.5.1 Command not implemented\r\n"},
        {"XPING\r\n", FIRST, 503, HOST_ORDER},
        {"XPING\r\n", FIRST, 421,
         "421 4.3.2 mx.example.org Service not available, closing transmission channel\r\n"},
        {"XWHO\r\n", THIRD, 451, "451 4.0.0 Requested action aborted: error in processing\r\n"},
    };
    static const int illegal[] = {200, 221, 251, 334, 354, 353, 452, 451, 551, 554, 555, EHLO_FAIL, 1};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        add_commands(&self);
        host_greet_tls(&self);
        host_feed(&self, "AUTH PLAIN Zg==\r\n");
        host_forget(&self);
        self.answers[cases[i].command] = cases[i].answer;
        host_feed(&self, cases[i].line);
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.event_count, 0);
        assert_int_equal(ehlo_server_wants(self.server) == EHLO_WANTS_CLOSE, cases[i].answer == 421);
    }
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        host self;
        add_commands(&self);
        host_greet_tls(&self);
        self.answers[FIRST] = self.answers[SECOND] = illegal[i];
        host_feed(&self, "XPING\r\n"); /* R12: a 4yz of the row's own */
        host_expect(&self, "450 4.0.0 Requested mail action not taken: mailbox unavailable\r\n");
        assert_int_equal(
            host_saw(&self, illegal[i] < 200 ? EHLO_EVENT_HOST_FAILED : EHLO_EVENT_ILLEGAL_REPLY), 1);
        host_feed(&self, "XSAFE\r\n"); /* which has none */
        host_expect(&self,
                    "421 4.3.2 mx.example.org Service not available, closing transmission channel\r\n");
    }
}

static void own_words(void **state)
{
    host self;
    (void)state;
    add_commands(&self);
    host_greet(&self);
    self.answers[FIRST] = 250;
    self.text = "pong\nand ping";
    self.enhanced = "2.7.1";
    host_feed(&self, "XPING\r\n");
    host_expect(&self, "250-2.7.1 pong\r\n250 2.7.1 and ping\r\n");
    self.text = NULL;
    self.answers[FIRST] = EHLO_PENDING;
    host_feed(&self, "XPING\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 550, "5.7.1", "no"), EHLO_REPLIED);
    host_expect(&self, "550 5.7.1 no\r\n");
}

/* They are of no use without mail, and HELP has them. */
static void counted_and_listed(void **state)
{
    host self;
    (void)state;
    add_commands(&self);
    self.config.max_idle_commands = 4;
    host_greet(&self);
    host_feed(&self, "HELP\r\n");
    assert_true(host_holds(self.out, self.out_size,
                           "\r\n214-2.0.0 XPING\r\n214-2.0.0 XSAFE\r\n214-2.0.0 XWHO\r\n"
                           "214-2.0.0 X0123456789A\r\n214 2.0.0 Help message\r\n"));
    self.out_size = 0;
    host_feed(&self, "XPING\r\n");
    host_expect(&self, HOST_OK);
    host_feed(&self, "XPING\r\n");
    host_expect(&self,
                "421 4.7.0 mx.example.org Too many commands without mail, closing transmission channel\r\n");
}

static void thirty_two_of_them(void **state)
{
    static ehlo_host_command many[33];
    static char verbs[33][8];
    host self;
    (void)state;
    for (int i = 0; i < 33; i++) {
        snprintf(verbs[i], sizeof verbs[i], "X%d", i);
        many[i] = (ehlo_host_command){.verb = verbs[i], .phases = EHLO_HOST_BETWEEN, .codes = {250}};
    }
    host_init(&self);
    self.config.commands = many;
    self.config.command_count = 32;
    host_greet(&self);
    for (int i = 0; i < 32; i++) {
        char line[300];
        snprintf(line, sizeof line, "%s\r\n", verbs[i]);
        host_feed(&self, line);
        host_expect(&self, HOST_OK);
        assert_int_equal(self.request.command, EHLO_HOST_COMMAND + i);
    }
    self.config.command_count = 33;
    assert_string_equal(ehlo_server_config_problem(&self.config), "commands is not set, or has more than 32");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asked_as_its_index),
        cmocka_unit_test(where_and_before_what),
        cmocka_unit_test(demands_of_the_config_count_too),
        cmocka_unit_test(nowhere_else),
        cmocka_unit_test(codes),
        cmocka_unit_test(own_words),
        cmocka_unit_test(counted_and_listed),
        cmocka_unit_test(thirty_two_of_them),
    };
    return cmocka_run_group_tests_name("server/host", tests, NULL, NULL);
}
