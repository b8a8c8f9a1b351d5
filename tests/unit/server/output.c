/* Unit tests of lib/server/output.c: replies and events on their way out. */
#include "host.h"

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

/* The host said in this very callback that the peer is gone: its words, however long, stay unsaid, and so do
 * the replies that they would have pushed out. */
static void gone_here(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_RCPT)
        return;
    assert_int_equal(ehlo_server_disconnected(self->server), EHLO_OK);
    self->text = text;
}

static void nothing_is_written_to_who_is_gone(void **state)
{
    static const char commands[] = "NOOP\r\nNOOP\r\nNOOP\r\n" HOST_ENVELOPE "NOOP\r\n";
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    self.answers[EHLO_RCPT] = 550;
    self.inside = gone_here;
    self.writes = 0;
    host_feed_leaving(&self, commands, strlen(commands), 6);
    assert_int_equal(self.reply_status, EHLO_REPLIED);
    assert_int_equal(self.writes, 0);
    assert_int_equal(host_ended(&self, EHLO_END_DISCONNECTED), 1);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

/* `event` may be left out: the session goes as it would. */
static void no_one_needs_to_hear_events(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.callbacks.event = NULL;
    host_greet(&self);
    host_feed(&self, "FOO\r\n" HOST_ENVELOPE "RSET\r\n");
    host_expect(&self, "500 5.5.1 Syntax error, command unrecognized\r\n"
                       "250 2.1.0 Requested mail action okay, completed\r\n"
                       "250 2.1.5 Requested mail action okay, completed\r\n"
                       "250 2.0.0 Requested mail action okay, completed\r\n");
    self.write_answer = EHLO_FAIL;
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    assert_int_equal(self.event_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_cannot_break_out),
        cmocka_unit_test(a_long_reply_pushes_the_others_out),
        cmocka_unit_test(one_feed_writes_a_bounded_amount),
        cmocka_unit_test(nothing_is_written_to_who_is_gone),
        cmocka_unit_test(no_one_needs_to_hear_events),
    };
    return cmocka_run_group_tests_name("server/output", tests, NULL, NULL);
}
