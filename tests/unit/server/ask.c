/* Unit tests of lib/server/ask.c: the host's answers, and the law that they stand under. */
#include "host.h"

static void codes_and_texts_are_sent(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_MAIL] = 552;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_expect(&self, "552 5.3.4 Requested mail action aborted: exceeded storage allocation\r\n");
    self.text = "Come back\nlater";
    self.enhanced = "4.7.1";
    self.answers[EHLO_MAIL] = 451;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    assert_int_equal(self.reply_status, EHLO_REPLIED);
    host_expect(&self, "451-4.7.1 Come back\r\n451 4.7.1 later\r\n");
}

static void what_is_no_answer_fails(void **state)
{
    static const int wrong[] = {EHLO_FAIL, 1, -1, 199, 600, 999, EHLO_REPLIED, 1003};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        self.answers[EHLO_MAIL] = wrong[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_HOST_FAILED), i + 1);
    }
}

static void illegal_codes_are_replaced(void **state)
{
    static const int illegal[] = {200, 220, 251, 354, 450, 521, 554};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.text = "never seen";
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        self.answers[EHLO_MAIL] = illegal[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), i + 1);
    }
    self.answers[EHLO_NOOP] = 354; /* which has no 4yz but 421 */
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "421 4.3.2 mx.example.org Service not available, closing transmission channel\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static void quit_is_always_221(void **state)
{
    static const int answers[] = {EHLO_FAIL, 221, 250, 500, 421, EHLO_DEFAULT};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        self.answers[EHLO_QUIT] = answers[i];
        host_feed(&self, "QUIT\r\n");
        host_expect(&self, "221 2.0.0 mx.example.org Service closing transmission channel\r\n");
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    }
}

static void bad_enhanced_codes_are_replaced(void **state)
{
    static const char *const wrong[] = {"", "5.1.1", "2.1", "2.1.0.0", "2.01.0", "2.1.1000", "2.1.x", "2..1", "x"};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.text = "well";
    self.answers[EHLO_NOOP] = 250;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        self.enhanced = wrong[i];
        host_feed(&self, "NOOP\r\n");
        host_expect(&self, "250 2.0.0 well\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_BAD_ENHANCED), i + 1);
    }
}

static void the_historic_profile_permits_more(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.profile = EHLO_PROFILE_HISTORIC;
    host_greet(&self);
    self.answers[EHLO_NOOP] = 200;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "200 2.0.0 OK\r\n");
}

static void later_answers(void **state)
{
    host self;
    uint64_t id;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_RCPT] = EHLO_PENDING;
    host_feed_leaving(&self, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", 54, 6);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    host_expect(&self, "250 2.1.0 Requested mail action okay, completed\r\n");
    assert_int_equal(ehlo_server_feed(self.server, "DATA\r\n", 6), 0);
    id = self.id;
    assert_int_equal(ehlo_server_reply(self.server, id - 1, 250, NULL, NULL), EHLO_STALE);
    assert_int_equal(ehlo_server_reply(self.server, id + 1, 250, NULL, NULL), EHLO_STALE);
    assert_int_equal(ehlo_server_reply(self.server, 0, 250, NULL, NULL), EHLO_STALE);
    assert_int_equal(ehlo_server_reply(self.server, id, 550, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(ehlo_server_reply(self.server, id, 250, NULL, NULL), EHLO_STALE);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    host_feed(&self, "DATA\r\n");
    host_expect(&self, "550 5.1.1 Requested action not taken: mailbox unavailable\r\n"
                       "554 5.5.1 No valid recipients\r\n");
    host_feed_leaving(&self, "RCPT TO:<c@d.example>\r\n", 23, 0);
    assert_int_equal(ehlo_server_reply(self.server, self.id, EHLO_FAIL, NULL, NULL), EHLO_REPLIED);
    host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_GONE);
}

static char long_text[4000];

static void too_long_a_text_changes_nothing(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(long_text, 'x', sizeof long_text - 1);
    self.answers[EHLO_NOOP] = EHLO_PENDING;
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, long_text), EHLO_TOO_LONG);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    host_expect(&self, "");
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, "short"), EHLO_REPLIED);
    host_expect(&self, "250 2.0.0 short\r\n");

    self.answers[EHLO_MAIL] = 250; /* inside decide it comes back as a failure */
    self.text = long_text;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    assert_int_equal(self.reply_status, EHLO_TOO_LONG);
    host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
}

static int returned_behind_a_reply;

static void reply_first(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_NOOP)
        return;
    assert_int_equal(ehlo_server_reply(self->server, request->id, 250, NULL, "mine"), EHLO_REPLIED);
    assert_int_equal(ehlo_server_reply(self->server, request->id, 250, NULL, "twice"), EHLO_STALE);
    self->answers[EHLO_NOOP] = returned_behind_a_reply;
}

static void a_reply_inside_counts_or_is_withdrawn(void **state)
{
    static const int counts[] = {EHLO_REPLIED, EHLO_PENDING, EHLO_DEFAULT};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.inside = reply_first;
    for (size_t i = 0; i < 3; i++) {
        returned_behind_a_reply = counts[i];
        host_feed(&self, "NOOP\r\n");
        host_expect(&self, "250 2.0.0 mine\r\n");
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
    }
    returned_behind_a_reply = EHLO_FAIL;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "421 4.3.2 mx.example.org Service not available, closing transmission channel\r\n");
}

static void try_everything(ehlo_server *server, uint64_t id)
{
    assert_int_equal(ehlo_server_feed(server, "QUIT\r\n", 6), 0);
    assert_int_equal(ehlo_server_start(server), EHLO_BUSY);
    assert_int_equal(ehlo_server_timed_out(server), EHLO_BUSY);
    assert_int_equal(ehlo_server_reply(server, id, 250, NULL, NULL), EHLO_BUSY);
    (void)ehlo_server_wants(server);
    (void)ehlo_server_timeout(server);
}

static void inside_content(host *self, const ehlo_piece *piece)
{
    try_everything(self->server, piece->id);
    assert_int_equal(ehlo_server_offer(self->server, 0), EHLO_MISUSE);
}

static void inside_event(host *self, const ehlo_event *event)
{
    (void)event;
    try_everything(self->server, self->id);
}

static void inside_write(host *self)
{
    try_everything(self->server, self->id);
}

static void inside_decide(host *self, const ehlo_request *request)
{
    assert_int_equal(ehlo_server_feed(self->server, "QUIT\r\n", 6), 0);
    assert_int_equal(ehlo_server_start(self->server), EHLO_BUSY);
    assert_int_equal(ehlo_server_timed_out(self->server), EHLO_BUSY);
    assert_int_equal(ehlo_server_reply(self->server, request->id + 1, 250, NULL, NULL), EHLO_STALE);
}

static void callbacks_cannot_reenter(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.inside = inside_decide;
    self.inside_content = inside_content;
    self.inside_event = inside_event;
    self.inside_write = inside_write;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nFOO\r\nDATA\r\nhi\r\n.\r\n");
    host_expect(&self, "250 2.1.0 Requested mail action okay, completed\r\n"
                       "250 2.1.5 Requested mail action okay, completed\r\n"
                       "500 5.5.1 Syntax error, command unrecognized\r\n"
                       "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
                       "250 2.0.0 Requested mail action okay, completed\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_texts_are_sent),
        cmocka_unit_test(what_is_no_answer_fails),
        cmocka_unit_test(illegal_codes_are_replaced),
        cmocka_unit_test(quit_is_always_221),
        cmocka_unit_test(bad_enhanced_codes_are_replaced),
        cmocka_unit_test(the_historic_profile_permits_more),
        cmocka_unit_test(later_answers),
        cmocka_unit_test(too_long_a_text_changes_nothing),
        cmocka_unit_test(a_reply_inside_counts_or_is_withdrawn),
        cmocka_unit_test(callbacks_cannot_reenter),
    };
    return cmocka_run_group_tests_name("server/ask", tests, NULL, NULL);
}
