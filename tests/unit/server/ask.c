/* Unit tests of lib/server/ask.c: what the host is asked, and what its answers do. */
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

static int ended;

/* The peer turns out to be gone while the host is told that its enhanced code does not fit. */
static void gone_in_an_event(void *ctx, ehlo_server *server, const ehlo_event *event)
{
    (void)ctx;
    if (event->reason == EHLO_EVENT_BAD_ENHANCED)
        assert_int_equal(ehlo_server_disconnected(server), EHLO_OK);
    if (event->reason == EHLO_EVENT_TRANSACTION_END)
        ended = event->end;
}

/* R3: then nothing can be said any more, and nothing was delivered as far as the client knows. */
static void an_event_takes_the_place_of_an_answer(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.callbacks.event = gone_in_an_event;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_feed(&self, "RCPT TO:<c@d.example>\r\n");
    self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
    host_feed(&self, "DATA\r\n");
    host_feed(&self, ".\r\n");
    assert_int_equal(ehlo_server_reply(self.server, self.request.id, 250, "9.9.9", NULL), EHLO_REPLIED);
    assert_int_equal(ended, EHLO_END_UNANSWERED);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_texts_are_sent),
        cmocka_unit_test(later_answers),
        cmocka_unit_test(too_long_a_text_changes_nothing),
        cmocka_unit_test(a_reply_inside_counts_or_is_withdrawn),
        cmocka_unit_test(an_event_takes_the_place_of_an_answer),
    };
    return cmocka_run_group_tests_name("server/ask", tests, NULL, NULL);
}
