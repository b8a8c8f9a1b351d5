/* Unit tests of lib/server/verdict.c: the replies to a complete message, one or many (RFC 2033 section 4.2,
 * R9, PRDR, group L of docs/bad-input.md). */
#include "host.h"

enum { MANY = 1000 };

static void begin_lmtp(host *self)
{
    host_init(self);
    ehlo_server_config_lmtp(&self->config);
    host_greet(self);
}

static void begin_prdr(host *self)
{
    host_init(self);
    self->config.extensions |= EHLO_EXTENSION_PRDR;
    host_greet(self);
}

static void add_recipients(host *self, size_t count)
{
    for (size_t i = 0; i < count; i++)
        host_feed(self, "RCPT TO:<c@d.example>\r\n");
}

/* L1: which hello is whose. */
static void hellos(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    ehlo_server_config_lmtp(&self.config);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\nHELO x.example\r\nLHLO x.example\r\n");
    host_expect(&self, "500 Syntax error, command unrecognized\r\n500 Syntax error, command unrecognized\r\n"
                       "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250 CHUNKING\r\n");
    assert_int_equal(self.request.lmtp, 1);
    assert_int_equal(self.request.extended, 1);
    host_init(&self);
    host_greet(&self);
    host_feed(&self, "LHLO x.example\r\n");
    host_expect(&self, "500 5.5.1 Syntax error, command unrecognized\r\n");
}

/* L3, RFC 2033 section 4.2: 503 where SMTP has 554. */
static void no_recipients(void **state)
{
    host self;
    (void)state;
    begin_lmtp(&self);
    self.answers[EHLO_RCPT] = 550;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nDATA\r\nRCPT TO:<c@d.example>\r\n");
    self.out_size = 0;
    host_feed(&self, "DATA\r\n");
    host_expect(&self, HOST_ORDER);
}

static uint32_t next_recipient;

/* Refuses every third recipient; and looks whether they come one by one. */
static void refuse_thirds(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_DATA_RECEIVED)
        return;
    assert_int_equal(request->received.recipient, next_recipient++);
    assert_int_equal(request->received.scope, EHLO_SCOPE_RECIPIENT);
    assert_int_equal(request->received.size, 7);
    assert_int_equal(request->recipients, MANY);
    self->answers[EHLO_DATA_RECEIVED] = request->received.recipient % 3 == 2 ? 452 : EHLO_DEFAULT;
}

/* L2, R9: a reply for each, in order, without any memory for them. */
static void a_thousand_recipients(void **state)
{
    static host self;
    (void)state;
    for (int chunked = 0; chunked < 2; chunked++) {
        const char *at = self.out;
        begin_lmtp(&self);
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        add_recipients(&self, MANY);
        self.inside = refuse_thirds;
        next_recipient = 0;
        if (!chunked)
            host_feed(&self, "DATA\r\n");
        host_forget(&self);
        host_feed(&self, chunked ? "BDAT 7 LAST\r\nhello\r\nNOOP\r\n" : "hello\r\n.\r\nNOOP\r\n");
        assert_int_equal(self.decision_count, MANY + 1);
        assert_true(self.writes > 1);
        assert_true(self.longest_write <= 2048);
        self.out[self.out_size] = '\0';
        for (int i = 0; i < MANY; i++) {
            const char *reply = i % 3 == 2
                                    ? "452 4.3.1 Requested action not taken: insufficient system storage\r\n"
                                    : HOST_OK;
            assert_memory_equal(at, reply, strlen(reply));
            at += strlen(reply);
        }
        assert_string_equal(at, HOST_OK); /* NOOP's, behind all of them */
        assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
    }
}

/* Delivered to one is delivered; to none is refused. */
static uint32_t lucky;

static void accept_one(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_DATA_RECEIVED)
        self->answers[EHLO_DATA_RECEIVED] =
            request->received.scope == EHLO_SCOPE_RECIPIENT && request->received.recipient == lucky ? 250
                                                                                                    : 550;
}

static void how_it_ended(void **state)
{
    (void)state;
    for (lucky = 0; lucky < 4; lucky++) {
        host self;
        begin_lmtp(&self);
        self.inside = accept_one;
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        add_recipients(&self, 3);
        host_feed(&self, "DATA\r\n.\r\n");
        assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), lucky < 3);
        assert_int_equal(host_ended(&self, EHLO_END_REFUSED), lucky == 3);
    }
}

/* A message that is refused already is refused for each, and each may have its own words; none is granted. */
static void refused_for_each(void **state)
{
    host self;
    (void)state;
    begin_lmtp(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 3);
    self.out_size = 0;
    host_feed(&self, "DATA\r\na\nb\r\n.\r\n");
    host_expect(&self, "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
                       "554 5.6.0 Message has a bare LF\r\n554 5.6.0 Message has a bare LF\r\n"
                       "554 5.6.0 Message has a bare LF\r\n");
    assert_int_equal(self.request.received.refused, 554);
    assert_int_equal(self.request.received.recipient, 2);
    assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
    self.inside = accept_one;
    lucky = 1;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 3);
    host_forget(&self);
    host_feed(&self, "BDAT 3 LAST\r\na\nb");
    host_expect(&self, "550 5.7.1 Requested action not taken: mailbox unavailable\r\n"
                       "554 5.6.0 Message has a bare LF\r\n"
                       "550 5.7.1 Requested action not taken: mailbox unavailable\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), 1);
    assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
}

/* Any of the verdicts may come later, and nothing is taken until it has. */
static void pending_in_the_middle(void **state)
{
    host self;
    (void)state;
    begin_lmtp(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 3);
    host_feed(&self, "DATA\r\n");
    self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
    host_forget(&self);
    assert_int_equal(host_show(&self, ".\r\nNOOP\r\n", 9), 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
        assert_int_equal(self.request.received.recipient, i);
        assert_int_equal(ehlo_server_feed(self.server, "NOOP\r\n", 6), 0);
        assert_int_equal(self.decision_count, i + 1);
        assert_int_equal(ehlo_server_reply(self.server, self.id, i == 1 ? 550 : 250, NULL, NULL),
                         EHLO_REPLIED);
        assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_STALE);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
        if (i < 2)
            assert_int_equal(host_show(&self, "NOOP\r\n", 6), 0);
    }
    assert_int_equal(host_show(&self, "NOOP\r\n", 6), 6);
    host_expect(&self,
                HOST_OK "550 5.7.1 Requested action not taken: mailbox unavailable\r\n" HOST_OK HOST_OK);
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
}

/* The peer, the service, or the time may go in the middle: what was said stands, the rest is not asked. */
static void gone_in_the_middle(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        int closes = way != 1;
        host self;
        begin_lmtp(&self);
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        add_recipients(&self, 3);
        host_feed(&self, "DATA\r\n");
        self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
        host_forget(&self);
        host_feed(&self, ".\r\n");
        assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_REPLIED);
        host_show(&self, "", 0);
        assert_int_equal(self.request.received.recipient, 1);
        host_expect(&self, HOST_OK);
        if (way == 0)
            assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
        if (way == 1)
            assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
        if (way == 2)
            assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
        if (way == 3) /* the host's own 421 */
            assert_int_equal(ehlo_server_reply(self.server, self.id, 421, NULL, "bye"), EHLO_REPLIED);
        assert_int_equal(ehlo_server_wants(self.server) == EHLO_WANTS_CLOSE, closes);
        if (closes) {
            assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_GONE);
            assert_int_equal(self.decision_count, 2);
            assert_int_equal(host_ended(&self, way ? EHLO_END_SHUTDOWN : EHLO_END_UNANSWERED), 1);
            host_expect(&self, way == 0 ? ""
                               : way == 2
                                   ? "421 4.4.2 mx.example.org Timeout, closing transmission channel\r\n"
                                   : "421 4.3.2 mx.example.org bye\r\n");
        } else { /* R19: behind the last verdict */
            self.answers[EHLO_DATA_RECEIVED] = EHLO_DEFAULT;
            assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_REPLIED);
            assert_int_equal(host_show(&self, "NOOP\r\n", 6), 0);
            host_expect(&self, HOST_OK HOST_OK
                        "421 4.3.2 mx.example.org Service shutting down, closing transmission channel\r\n");
            assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
        }
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
    }
}

/* Also between two blocks of replies, when nothing is pending. */
static void gone_between_blocks(void **state)
{
    static host self;
    (void)state;
    begin_lmtp(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 100);
    host_feed(&self, "DATA\r\n");
    host_forget(&self);
    assert_int_equal(ehlo_server_feed(self.server, ".\r\n", 3), 3);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    assert_true(self.decision_count > 10 && self.decision_count < 100);
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    assert_int_equal(host_ended(&self, EHLO_END_UNANSWERED), 1);
}

/* RFC 2033 section 4.3: a refused BDAT LAST has as many replies as there are recipients; one that is not the
 * last has one, and so has one without recipients in SMTP, but none here. */
static void refused_chunks(void **state)
{
    static const struct {
        size_t recipients;
        const char *line;
        size_t replies;
        const char *reply;
    } cases[] = {
        {3, "BDAT 5 LAST\x01", 1, "501 5.5.2 Control character or ill-formed UTF-8 in a command\r\n"},
        {3, "BDAT 5 LAST\n", 1, "500 5.5.2 Bare CR or LF in a command\r\n"}, /* "LAST\n" is no LAST */
        {3, "BDAT 5 X", 1, HOST_ARGUMENT},
        {1, "BDAT 1 X\r\nxBDAT 5 LAST", 1, HOST_ORDER},
        {3, "BDAT 1 X\r\nxBDAT 5 LAST", 3, HOST_ORDER},
        {100, "BDAT 1 X\r\nxBDAT 5 LAST", 100, HOST_ORDER},
        {3, "BDAT 1 X\r\nxBDAT 5", 1, HOST_ORDER},
        {0, "BDAT 5 LAST", 0, HOST_ORDER},
        {0, "BDAT 5", 1, HOST_ORDER},
    };
    static host self;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char octets[64];
        const char *at = self.out;
        int is_second = strstr(cases[i].line, "\r\n") != NULL;
        begin_lmtp(&self);
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        add_recipients(&self, cases[i].recipients);
        host_forget(&self);
        snprintf(octets, sizeof octets, "%s\r\nQUIT\nNOOP\r\n", cases[i].line);
        host_feed(&self, octets);
        self.out[self.out_size] = '\0';
        if (is_second) {
            assert_memory_equal(at, HOST_ARGUMENT, strlen(HOST_ARGUMENT));
            at += strlen(HOST_ARGUMENT);
        }
        for (size_t n = 0; n < cases[i].replies; n++, at += strlen(cases[i].reply))
            assert_memory_equal(at, cases[i].reply, strlen(cases[i].reply));
        assert_string_equal(at, HOST_OK);
        assert_int_equal(self.decision_count, 1);
        assert_int_equal(self.event_count, 1 + is_second); /* an error of the peer's, once */
        host_forget(&self);
        host_feed(&self, "BDAT 0\r\nDATA\r\nRSET\r\n");
        host_expect(&self, HOST_ORDER HOST_ORDER HOST_OK);
    }
}

/* Which is no end of data that may be stored: the host was never asked. */
static void gone_in_a_refused_chunk(void **state)
{
    static host self;
    (void)state;
    begin_lmtp(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 100);
    host_forget(&self);
    host_feed(&self, "BDAT 1 X\r\nx");
    assert_int_equal(ehlo_server_feed(self.server, "BDAT 1 LAST\r\nx", 14), 14);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    assert_int_equal(self.decision_count, 0);
    assert_int_equal(host_ended(&self, EHLO_END_DISCONNECTED), 1);
}

/* The verdicts count as one command of the peer's: one error, and with the last one allowed a 421. */
static void refused_chunks_count_once(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    ehlo_server_config_lmtp(&self.config);
    self.config.max_errors = 2;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    add_recipients(&self, 3);
    host_feed(&self, "BDAT 1 X\r\nx");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
    self.out_size = 0;
    host_feed(&self, "BDAT 1 LAST\r\nx");
    host_expect(&self, "421 4.7.0 mx.example.org Too many errors, closing transmission channel\r\n");
}

/* ---- PRDR ------------------------------------------------------------------------------------- */

#define FOLLOWS "353 A reply for each recipient follows\r\n"

static size_t asked;

static void look_at_scopes(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_DATA_RECEIVED)
        return;
    assert_int_equal(request->received.recipient, asked < request->recipients ? asked : 0);
    assert_int_equal(request->received.scope,
                     asked < request->recipients ? EHLO_SCOPE_RECIPIENT : EHLO_SCOPE_MESSAGE);
    self->answers[EHLO_DATA_RECEIVED] = asked == 1 ? 550 : EHLO_DEFAULT;
    asked++;
}

static void prdr(void **state)
{
    (void)state;
    for (int chunked = 0; chunked < 2; chunked++) {
        host self;
        begin_prdr(&self);
        host_feed(&self, "MAIL FROM:<a@b.example> PRDR\r\n");
        add_recipients(&self, 2);
        self.inside = look_at_scopes;
        asked = 0;
        if (!chunked)
            host_feed(&self, "DATA\r\n");
        self.out_size = 0;
        host_feed(&self, chunked ? "BDAT 1 LAST\r\nx" : ".\r\n");
        host_expect(&self,
                    FOLLOWS HOST_OK "550 5.7.1 Requested action not taken: mailbox unavailable\r\n" HOST_OK);
        assert_int_equal(asked, 3);
        assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    }
}

/* The last one counts, whatever was said of each. */
static void prdr_ends_with_the_message(void **state)
{
    host self;
    (void)state;
    begin_prdr(&self);
    host_feed(&self, "MAIL FROM:<a@b.example> PRDR\r\n");
    add_recipients(&self, 2);
    self.inside = accept_one;
    lucky = 0;
    host_feed(&self, "DATA\r\n.\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
    assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
}

/* One recipient, a message that is refused already, or nobody asked for it: one reply. */
static void no_prdr(void **state)
{
    static const struct {
        const char *mail, *content, *reply;
        size_t recipients;
    } cases[] = {
        {"MAIL FROM:<a@b.example> PRDR\r\n", ".\r\n", HOST_OK, 1},
        {"MAIL FROM:<a@b.example>\r\n", ".\r\n", HOST_OK, 2},
        {"MAIL FROM:<a@b.example> PRDR\r\n", "\n\r\n.\r\n", "554 5.6.0 Message has a bare LF\r\n", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        begin_prdr(&self);
        host_feed(&self, cases[i].mail);
        add_recipients(&self, cases[i].recipients);
        host_feed(&self, "DATA\r\n");
        self.out_size = 0;
        host_feed(&self, cases[i].content);
        host_expect(&self, cases[i].reply);
        assert_int_equal(self.request.received.scope, EHLO_SCOPE_MESSAGE);
    }
    {
        host self; /* and not offered is unknown */
        host_init(&self);
        host_greet(&self);
        host_feed(&self, "MAIL FROM:<a@b.example> PRDR\r\n");
        host_expect(&self, "555 5.5.4 MAIL FROM/RCPT TO parameters not recognized or not implemented\r\n");
    }
}

/* It is the engine's alone: from a host it is an illegal code, wherever the verdict stands. */
static void no_host_may_send_353(void **state)
{
    (void)state;
    for (int with_prdr = 0; with_prdr < 2; with_prdr++)
        for (int later = 0; later < 2; later++) {
            const char *failed = "451 4.3.0 Requested action aborted: local error in processing\r\n";
            host self;
            begin_prdr(&self);
            host_feed(&self, with_prdr ? "MAIL FROM:<a@b.example> PRDR\r\n" : "MAIL FROM:<a@b.example>\r\n");
            add_recipients(&self, 2);
            host_feed(&self, "DATA\r\n");
            self.answers[EHLO_DATA_RECEIVED] = later ? EHLO_PENDING : 353;
            self.out_size = 0;
            host_feed(&self, ".\r\n");
            for (int i = 0; later && i < (with_prdr ? 3 : 1); i++) {
                assert_int_equal(ehlo_server_reply(self.server, self.id, 353, NULL, NULL), EHLO_REPLIED);
                host_show(&self, "", 0);
            }
            assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), with_prdr ? 3 : 1);
            self.out[self.out_size] = '\0';
            if (with_prdr)
                assert_memory_equal(self.out, FOLLOWS, strlen(FOLLOWS));
            assert_string_equal(self.out + self.out_size - strlen(failed), failed);
            assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hellos),
        cmocka_unit_test(no_recipients),
        cmocka_unit_test(a_thousand_recipients),
        cmocka_unit_test(how_it_ended),
        cmocka_unit_test(refused_for_each),
        cmocka_unit_test(pending_in_the_middle),
        cmocka_unit_test(gone_in_the_middle),
        cmocka_unit_test(gone_between_blocks),
        cmocka_unit_test(refused_chunks),
        cmocka_unit_test(gone_in_a_refused_chunk),
        cmocka_unit_test(refused_chunks_count_once),
        cmocka_unit_test(prdr),
        cmocka_unit_test(prdr_ends_with_the_message),
        cmocka_unit_test(no_prdr),
        cmocka_unit_test(no_host_may_send_353),
    };
    return cmocka_run_group_tests_name("server/verdict", tests, NULL, NULL);
}
