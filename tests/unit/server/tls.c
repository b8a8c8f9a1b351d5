/* Unit tests of lib/server/tls.c: STARTTLS and TLS from the first octet (RFC 3207 section 4, RFC 8314
 * section 3.3, R18, law P8, group B of docs/bad-input.md). */
#include "host.h"

#define READY "220 2.0.0 Ready to start TLS\r\n"

static void offer_tls(host *self)
{
    host_init(self);
    self->config.extensions |= EHLO_EXTENSION_STARTTLS | EHLO_EXTENSION_AUTH | EHLO_EXTENSION_REQUIRETLS;
    self->config.auth_mechanisms = "PLAIN";
}

/* Up to the handshake. */
static void shake_hands(host *self)
{
    host_greet(self);
    host_feed(self, "STARTTLS\r\n");
    host_expect(self, READY);
    assert_int_equal(ehlo_server_wants(self->server), EHLO_WANTS_TLS);
}

static void the_session_begins_anew(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    host_greet(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    host_expect(&self,
                "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250-CHUNKING\r\n250 STARTTLS\r\n");
    host_feed(&self, "starttls \t\r\n");
    host_expect(&self, READY);
    assert_int_equal(self.request.tls, 0);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TLS);
    assert_int_equal(ehlo_server_feed(self.server, NULL, 0), 0); /* nothing came: nothing is lost */
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TLS);
    assert_int_equal(ehlo_server_timeout(self.server), self.config.command_timeout);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    host_expect(&self, ""); /* no second greeting: RFC 3207 section 4 */
    assert_int_equal(ehlo_server_feed(self.server, NULL, 0), 0);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);

    host_feed(&self, "MAIL FROM:<a@b.example>\r\n"); /* B4: no hello any more, and no enhanced codes */
    host_expect(&self, "503 Bad sequence of commands\r\n");
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(self.request.tls, 1);
    assert_int_equal(self.request.extended, 0);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250-CHUNKING\r\n"
                       "250-AUTH PLAIN\r\n250 REQUIRETLS\r\n");
    host_feed(&self, "STARTTLS\r\n"); /* under TLS: 503, whatever stands behind it */
    host_expect(&self, HOST_ORDER);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
}

static void where_it_is_refused(void **state)
{
    static const struct {
        const char *before, *line, *reply;
    } cases[] = {
        {"EHLO x.example\r\n", "STARTTLS x", HOST_ARGUMENT},
        {"EHLO x.example\r\n", "STARTTLS\tx", "500 5.5.1 Syntax error, command unrecognized\r\n"},
        {"EHLO x.example\r\n", "STARTTLS\n", "500 5.5.2 Bare CR or LF in a command\r\n"},
        {"EHLO x.example\r\nMAIL FROM:<a@b.example>\r\n", "STARTTLS", HOST_ORDER},
        {"EHLO x.example\r\n" HOST_ENVELOPE, "STARTTLS", HOST_ORDER},
        {"NOOP\r\n", "STARTTLS", "503 Bad sequence of commands\r\n"},
        {"HELO x.example\r\n", "STARTTLS", "503 Bad sequence of commands\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[32];
        host self;
        offer_tls(&self);
        host_start(&self);
        host_feed(&self, cases[i].before);
        host_forget(&self);
        snprintf(line, sizeof line, "%s\r\n", cases[i].line);
        host_feed(&self, line);
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.decision_count, 0);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    }
    {
        host self;
        host_init(&self);
        host_greet(&self);
        host_feed(&self, "STARTTLS\r\n");
        host_expect(&self, "502 5.5.1 Command not implemented\r\n");
    }
}

static void the_host_may_refuse(void **state)
{
    static const struct {
        int answer;
        const char *reply;
    } cases[] = {{454, "454 4.7.0 TLS not available due to temporary reason\r\n"},
                 {EHLO_FAIL, "454 4.7.0 TLS not available due to temporary reason\r\n"},
                 {250, "454 4.7.0 TLS not available due to temporary reason\r\n"},
                 {501, HOST_ARGUMENT},
                 {502, "502 5.5.1 Command not implemented\r\n"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        offer_tls(&self);
        host_greet(&self);
        self.answers[EHLO_STARTTLS] = cases[i].answer;
        host_feed(&self,
                  "STARTTLS\r\nMAIL FROM:<a@b.example>\r\n"); /* what stands behind is a command, then */
        self.out[self.out_size] = '\0';
        assert_memory_equal(self.out, cases[i].reply, strlen(cases[i].reply));
        assert_string_equal(self.out + strlen(cases[i].reply), HOST_MAIL_OK);
        assert_int_equal(host_saw(&self, EHLO_EVENT_PIPELINED), 1);
        assert_int_equal(host_saw(&self, EHLO_EVENT_AHEAD_OF_TLS), 0);
        assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
        host_feed(&self, "RSET\r\n");
        self.answers[EHLO_STARTTLS] = EHLO_DEFAULT;
        self.out_size = 0;
        host_feed(&self, "STARTTLS\r\n");
        host_expect(&self, READY);
    }
}

/* Whatever came in the clear behind STARTTLS ends the session: B1, B2, B3; and a single octet does. */
static void surplus_octets_end_it(void **state)
{
    static const char *const surplus[] = {"RSET\r\n", "NO",           "\r",
                                          "\n",       "\x16\x03\x01", "EHLO x\r\nMAIL FROM:<>\r\n"};
    enum { IN_THE_SAME, IN_THE_NEXT, WHILE_PENDING, WAYS };
    (void)state;
    for (size_t i = 0; i < sizeof surplus / sizeof surplus[0]; i++)
        for (int way = 0; way < WAYS; way++) {
            char octets[64];
            size_t behind = strlen(surplus[i]);
            host self;
            offer_tls(&self);
            host_greet(&self);
            snprintf(octets, sizeof octets, "STARTTLS\r\n%s", surplus[i]);
            if (way == WHILE_PENDING) {
                self.answers[EHLO_STARTTLS] = EHLO_PENDING;
                host_feed(&self, "STARTTLS\r\n");
                assert_int_equal(ehlo_server_feed(self.server, surplus[i], behind), 0);
                assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
                assert_int_equal(ehlo_server_reply(self.server, self.id, 220, NULL, NULL), EHLO_REPLIED);
            } else if (way == IN_THE_NEXT) {
                host_feed(&self, "STARTTLS\r\n");
                assert_int_equal(ehlo_server_feed(self.server, surplus[i], behind), 0);
            } else {
                assert_int_equal(ehlo_server_feed(self.server, octets, 10 + behind), 10);
            }
            host_expect(&self, READY);
            assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
            assert_int_equal(self.decision_count, 1);
            assert_int_equal(host_event_of(&self, EHLO_EVENT_AHEAD_OF_TLS)->code, 0);
            assert_int_equal(host_event_of(&self, EHLO_EVENT_AHEAD_OF_TLS)->command, EHLO_STARTTLS);
            assert_int_equal(self.event_count, 1);
            assert_int_equal(ehlo_server_tls_started(self.server), EHLO_GONE);
            assert_int_equal(ehlo_server_feed(self.server, surplus[i], behind), 0);
            host_expect(&self, "");
        }
}

/* Where the command and what is behind it were shown at once, and the answer comes later. */
static void surplus_in_the_same_feed_and_a_later_answer(void **state)
{
    (void)state;
    for (int good = 0; good < 2; good++) {
        host self;
        offer_tls(&self);
        host_greet(&self);
        self.answers[EHLO_STARTTLS] = EHLO_PENDING;
        assert_int_equal(host_show(&self, "STARTTLS\r\nRSET\r\n", 16), 10);
        assert_int_equal(ehlo_server_reply(self.server, self.id, good ? 220 : 454, NULL, NULL), EHLO_REPLIED);
        assert_int_equal(ehlo_server_wants(self.server), good ? EHLO_WANTS_CLOSE : EHLO_WANTS_FEED);
        assert_int_equal(host_saw(&self, EHLO_EVENT_AHEAD_OF_TLS), good);
        self.out_size = 0;
        assert_int_equal(host_show(&self, "RSET\r\n", 6), good ? 0 : 6);
        host_expect(&self, good ? "" : HOST_OK);
    }
}

/* With 454 they are what they were: commands, also where they came while the answer was pending. */
static void surplus_and_a_refusal(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    host_greet(&self);
    self.answers[EHLO_STARTTLS] = EHLO_PENDING;
    host_feed(&self, "STARTTLS\r\n");
    assert_int_equal(ehlo_server_feed(self.server, "NOOP\r\n", 6), 0);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 454, NULL, NULL), EHLO_REPLIED);
    self.out_size = 0;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, HOST_OK);
    self.answers[EHLO_STARTTLS] = EHLO_DEFAULT; /* nor are they held against the next one */
    host_feed(&self, "STARTTLS\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TLS);
}

/* No half of a line survives the switch: what was shown before it is not looked for after it. */
static void the_input_begins_anew(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    shake_hands(&self);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_feed(self.server, "N", 1), 0);
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_SHOWN_LESS), 0);
    host_expect(&self, "250 Requested mail action okay, completed\r\n");
}

/* TLS within TLS is another protocol, as at the start. */
static void a_handshake_in_the_handshake(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    shake_hands(&self);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_feed(self.server, "\x16\x03\x01", 3), 0);
    assert_int_equal(host_saw(&self, EHLO_EVENT_WRONG_PROTOCOL), 1);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

/* R18: when it is not due. */
static void tls_started_at_the_wrong_time(void **state)
{
    host self;
    ehlo_server_memory memory;
    (void)state;
    assert_int_equal(ehlo_server_tls_started(NULL), EHLO_MISUSE);
    memset(&memory, 0, sizeof memory);
    assert_int_equal(ehlo_server_tls_started((ehlo_server *)&memory), EHLO_GONE);

    offer_tls(&self);
    self.answers[EHLO_CONNECTED] = EHLO_PENDING;
    host_start(&self); /* the greeting is pending: too late for TLS from the first octet */
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 220, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    host_feed(&self, "EHLO x.example\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    self.answers[EHLO_STARTTLS] = EHLO_PENDING;
    host_feed(&self, "STARTTLS\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE); /* no 220 yet */
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 220, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    host_feed(&self, "EHLO x.example\r\n" HOST_ENVELOPE "DATA\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    host_feed(&self, ".\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    host_feed(&self, "QUIT\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_GONE);
}

static void busy(ehlo_server *server)
{
    assert_int_equal(ehlo_server_tls_started(server), EHLO_BUSY);
    assert_int_not_equal(ehlo_server_wants(server), EHLO_WANTS_TLS); /* the 220 is not out */
}

static void busy_in_decide(host *self, const ehlo_request *request)
{
    (void)request;
    busy(self->server);
}

static void busy_in_write(host *self)
{
    busy(self->server);
}

static void not_inside_a_callback(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    self.inside = busy_in_decide;
    self.inside_write = busy_in_write;
    shake_hands(&self);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
}

/* Errors, commands without mail and failed AUTHs stay counted: no budget is renewed by a handshake. */
static void counters_stay(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    self.config.max_errors = 3;
    host_greet(&self);
    host_feed(&self, "FOO\r\nFOO\r\nSTARTTLS\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    self.out_size = 0;
    host_feed(&self, "FOO\r\n");
    host_expect(&self, "421 mx.example.org Too many errors, closing transmission channel\r\n");

    offer_tls(&self);
    self.config.max_idle_commands = 4; /* EHLO, NOOP, STARTTLS, and one more */
    host_greet(&self);
    host_feed(&self, "NOOP\r\nSTARTTLS\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    host_expect(&self, "421 mx.example.org Too many commands without mail, closing transmission channel\r\n");

    offer_tls(&self);
    self.config.leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
    self.config.max_auth_failures = 2;
    host_greet(&self);
    host_feed(&self, "AUTH PLAIN Zg==\r\nSTARTTLS\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    self.out_size = 0;
    host_feed(&self, "AUTH PLAIN Zg==\r\n");
    host_expect(&self,
                "421 4.7.0 mx.example.org Too many failed authentications, closing transmission channel\r\n");
}

/* Who was authenticated in the clear is not any more, and may do it again (RFC 3207 section 4.2). */
static void who_it_was_is_forgotten(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    self.config.leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
    self.answers[EHLO_AUTH] = 235;
    host_greet(&self);
    host_feed(&self, "AUTH PLAIN Zg==\r\nNOOP\r\n");
    assert_int_equal(self.request.authenticated, 1);
    host_feed(&self, "STARTTLS\r\n");
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    host_feed(&self, "EHLO x.example\r\n");
    assert_int_equal(self.request.authenticated, 0);
    self.out_size = 0;
    host_feed(&self, "AUTH PLAIN Zg==\r\n");
    host_expect(&self, "235 2.7.0 Authentication successful\r\n");
}

/* P7, P8: nothing but counters and TLS itself differs from a session that never said anything in the clear.
 */
static void nothing_of_before_is_left(void **state)
{
    static host self, other;
    (void)state;
    for (int early = 0; early < 2; early++) {
        offer_tls(&self);
        self.config.leniencies = EHLO_LENIENT_EARLY_TALKER | EHLO_LENIENT_AUTH_WITHOUT_TLS;
        assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
        if (early)
            assert_int_equal(ehlo_server_feed(self.server, "x", 1), 0);
        assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
        host_feed(&self, "EHLO x.example\r\nVRFY a SMTPUTF8\r\nAUTH PLAIN Zg==\r\n" HOST_ENVELOPE
                         "BDAT 3 LAST\r\na\r\nEHLO x.example\r\nSTARTTLS\r\n");
        assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
        host_feed(&self, "NOOP\r\n");
        assert_int_equal(self.request.early_talker, early); /* R20: a fact that stays */

        offer_tls(&other);
        other.config.leniencies = self.config.leniencies;
        host_greet_tls(&other);
        host_forget(&self);
        host_forget(&other);
        host_feed(&self, "EHLO x.example\r\n" HOST_ENVELOPE "DATA\r\na\r\n.\r\n");
        host_feed(&other, "EHLO x.example\r\n" HOST_ENVELOPE "DATA\r\na\r\n.\r\n");
        other.out[other.out_size] = '\0';
        host_expect(&self, other.out);
        assert_int_equal(self.decision_count, other.decision_count);
    }
}

static void tls_from_the_first_octet(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    self.config.demands = EHLO_DEMAND_TLS;
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_OK);
    host_expect(&self, ""); /* C7: the greeting waits for start */
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_MISUSE);
    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
    assert_int_equal(self.request.tls, 1);
    host_expect(&self, "220 mx.example.org Service ready\r\n");
    host_feed(&self, "EHLO x.example\r\n");
    self.out[self.out_size] = '\0';
    assert_null(strstr(self.out, "STARTTLS"));
    assert_non_null(strstr(self.out, "250-AUTH PLAIN\r\n"));
    self.out_size = 0;
    host_feed(&self, "STARTTLS\r\nMAIL FROM:<a@b.example>\r\n");
    host_expect(&self, HOST_ORDER HOST_MAIL_OK);
}

/* RFC 3207 section 4: "a server may require TLS": all but what leads there is 530. */
static void tls_demanded(void **state)
{
    static const char *const refused[] = {"MAIL FROM:<a@b.example>",
                                          "RCPT TO:<a@b.example>",
                                          "DATA",
                                          "VRFY a",
                                          "RSET",
                                          "HELP",
                                          "HELO x.example",
                                          "BDAT 0 LAST"};
    host self;
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char line[64];
        offer_tls(&self);
        self.config.demands = EHLO_DEMAND_TLS;
        host_greet(&self);
        snprintf(line, sizeof line, "%s\r\n", refused[i]);
        host_feed(&self, line);
        if (strncmp(line, "HELO", 4)) /* a hello's reply has no enhanced code */
            host_expect(&self, "530 5.7.0 Must issue a STARTTLS command first\r\n");
        else
            host_expect(&self, "530 Must issue a STARTTLS command first\r\n");
        assert_int_equal(self.decision_count, 0);
    }
    host_feed(&self, "EHLO x.example\r\nNOOP\r\nQUIT\r\n");
    assert_int_equal(self.decision_count, 3);
}

/* The 220 that could not be written starts nothing; nor does one behind which the host wants to go. */
static void no_handshake_without_a_220(void **state)
{
    host self;
    (void)state;
    offer_tls(&self);
    host_greet(&self);
    self.write_answer = EHLO_FAIL;
    host_feed(&self, "STARTTLS\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    assert_int_equal(ehlo_server_tls_started(self.server), EHLO_GONE);
}

static void go_in_write(host *self)
{
    assert_int_equal(ehlo_server_shutdown(self->server), EHLO_OK);
}

/* Nothing is said into a handshake: not by shutdown, time-out or the peer's leaving. */
static void nothing_is_said_into_a_handshake(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        host self;
        offer_tls(&self);
        host_greet(&self);
        if (way == 3)
            self.inside_write = go_in_write;
        host_feed(&self, "STARTTLS\r\n");
        host_expect(&self, READY);
        assert_int_equal(self.event_count, way == 3);
        if (way == 0)
            assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
        if (way == 1)
            assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
        if (way == 2)
            assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
        host_expect(&self, "");
        assert_int_equal(self.event_count, way == 2 ? 0 : 1);
        if (way != 2)
            assert_int_equal(self.events[0].code, 0);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
        assert_int_equal(ehlo_server_tls_started(self.server), EHLO_GONE);
    }
}

/* What comes between the command's line and its answer does not depend on the cut, but for the surplus. */
static void the_line_in_every_cut(void **state)
{
    static const char octets[] = "EHLO x.example\r\nSTARTTLS\r\n";
    (void)state;
    for (size_t step = 1; step < sizeof octets; step++) {
        host self;
        offer_tls(&self);
        host_start(&self);
        assert_int_equal(host_drip(&self, octets, sizeof octets - 1, step), sizeof octets - 1);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TLS);
        assert_int_equal(host_saw(&self, EHLO_EVENT_AHEAD_OF_TLS), 0);
    }
}

/* ---- XCLIENT: the same for another client's name ---------------------------------------------- */

static void offer_xclient(host *self)
{
    offer_tls(self);
    self->config.extensions |= EHLO_EXTENSION_XCLIENT;
    self->config.leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
}

static void xclient_begins_anew(void **state)
{
    host self;
    (void)state;
    offer_xclient(&self);
    host_greet(&self);
    self.answers[EHLO_XCLIENT] = 220;
    self.answers[EHLO_AUTH] = 235;
    host_feed(&self, "AUTH PLAIN Zg==\r\nXCLIENT NAME=spike.porcupine.org ADDR=168.100.189.2\r\n");
    host_expect(&self, "235 2.7.0 Authentication successful\r\n220 mx.example.org Service ready\r\n");
    assert_int_equal(self.request.attributes.params != NULL, 1);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_expect(&self, "503 Bad sequence of commands\r\n");
    host_feed(&self, "EHLO spike.porcupine.org\r\nNOOP\r\n");
    assert_int_equal(self.request.authenticated, 0);
    assert_int_equal(self.request.extended, 1);
}

/* And TLS stays: it is the connection's, not the client's. */
static void xclient_keeps_tls(void **state)
{
    host self;
    (void)state;
    offer_xclient(&self);
    host_greet_tls(&self);
    self.answers[EHLO_XCLIENT] = 220;
    host_feed(&self, "XCLIENT ADDR=168.100.189.2\r\nEHLO x.example\r\n");
    assert_int_equal(self.request.tls, 1);
    self.out_size = 0;
    host_feed(&self, "STARTTLS\r\n");
    host_expect(&self, HOST_ORDER);
}

static void xclient_refused_changes_nothing(void **state)
{
    static const struct {
        const char *line, *reply;
    } cases[] = {
        {"XCLIENT NAME=a.example", "550 5.7.0 Insufficient authorization\r\n"},
        {"XCLIENT FOO=a", HOST_ARGUMENT},
        {"XCLIENT NAME", HOST_ARGUMENT},
        {"XCLIENT NAME=", HOST_ARGUMENT},
        {"XCLIENT NAME=a+0Ab", HOST_ARGUMENT},
        {"XCLIENT NAME=a NAME=b", HOST_ARGUMENT},
        {"XCLIENT", HOST_ARGUMENT}, /* XCLIENT_README: at least one */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[64];
        host self;
        offer_xclient(&self);
        host_greet(&self);
        snprintf(line, sizeof line, "%s\r\n", cases[i].line);
        host_feed(&self, line);
        host_expect(&self, cases[i].reply);
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        host_expect(&self, HOST_MAIL_OK);
        host_feed(&self, "XCLIENT NAME=a.example\r\n"); /* not in a transaction */
        host_expect(&self, HOST_ORDER);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_session_begins_anew),
        cmocka_unit_test(where_it_is_refused),
        cmocka_unit_test(the_host_may_refuse),
        cmocka_unit_test(surplus_octets_end_it),
        cmocka_unit_test(surplus_in_the_same_feed_and_a_later_answer),
        cmocka_unit_test(surplus_and_a_refusal),
        cmocka_unit_test(the_input_begins_anew),
        cmocka_unit_test(a_handshake_in_the_handshake),
        cmocka_unit_test(tls_started_at_the_wrong_time),
        cmocka_unit_test(not_inside_a_callback),
        cmocka_unit_test(counters_stay),
        cmocka_unit_test(who_it_was_is_forgotten),
        cmocka_unit_test(nothing_of_before_is_left),
        cmocka_unit_test(tls_from_the_first_octet),
        cmocka_unit_test(tls_demanded),
        cmocka_unit_test(no_handshake_without_a_220),
        cmocka_unit_test(nothing_is_said_into_a_handshake),
        cmocka_unit_test(the_line_in_every_cut),
        cmocka_unit_test(xclient_begins_anew),
        cmocka_unit_test(xclient_keeps_tls),
        cmocka_unit_test(xclient_refused_changes_nothing),
    };
    return cmocka_run_group_tests_name("server/tls", tests, NULL, NULL);
}
