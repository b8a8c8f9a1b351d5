/* Unit tests of lib/server/ending.c: shutdown, time-out, disconnection (R13, R19, R25). */
#include "host.h"

#define BYE       "421 4.3.2 mx.example.org Service shutting down, closing transmission channel\r\n"
#define TIMED_OUT "421 4.4.2 mx.example.org Timeout, closing transmission channel\r\n"

static void is_dead(host *self)
{
    assert_int_equal(ehlo_server_wants(self->server), EHLO_WANTS_CLOSE);
    self->out_size = 0;
    assert_int_equal(ehlo_server_feed(self->server, "NOOP\r\n", 6), 0);
    assert_int_equal(ehlo_server_shutdown(self->server), EHLO_GONE);
    assert_int_equal(ehlo_server_timed_out(self->server), EHLO_GONE);
    assert_int_equal(ehlo_server_disconnected(self->server), EHLO_GONE);
    assert_int_equal(ehlo_server_timeout(self->server), 0);
    host_expect(self, "");
}

static void shutdown_when_idle(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, HOST_ENVELOPE);
    self.out_size = 0;
    assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
    host_expect(&self, BYE);
    assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
    is_dead(&self);
}

static void shutdown_waits_for_the_verdict(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, HOST_ENVELOPE "DATA\r\nhello\r\n");
    self.out_size = 0;
    assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
    host_expect(&self, "");
    self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
    host_feed(&self, ".\r\n");
    host_expect(&self, "");
    assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_REPLIED);
    host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n" BYE);
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    is_dead(&self);
}

static void shutdown_answers_what_is_pending(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_MAIL] = EHLO_PENDING;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
    host_expect(&self, BYE);
    assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, NULL), EHLO_GONE);
    is_dead(&self);
}

static int shut_at, shut_answer;

static void shut_inside(host *self, const ehlo_request *request)
{
    if (request->command == shut_at) {
        assert_int_equal(ehlo_server_shutdown(self->server), EHLO_OK);
        self->answers[request->command] = shut_answer;
    }
}

static void shutdown_inside_a_callback(void **state)
{
    static const int answers[] = {EHLO_DEFAULT, EHLO_PENDING, EHLO_FAIL, 550};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        self.inside = shut_inside;
        shut_at = EHLO_RCPT;
        shut_answer = answers[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        self.out_size = 0;
        host_feed(&self, "RCPT TO:<c@d.example>\r\n");
        host_expect(&self, BYE);
        is_dead(&self);
    }
    {
        host self;
        host_init(&self);
        host_greet(&self);
        self.inside = shut_inside;
        shut_at = EHLO_DATA_RECEIVED;
        shut_answer = EHLO_DEFAULT;
        host_feed(&self, HOST_ENVELOPE "DATA\r\n");
        self.out_size = 0;
        host_feed(&self, ".\r\n");
        host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n" BYE);
        assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    }
}

static void time_out(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.command_timeout = 10;
    self.config.content_timeout = 20;
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_timeout(self.server), 0);
    host_greet(&self);
    assert_int_equal(ehlo_server_timeout(self.server), 10);
    host_feed(&self, HOST_ENVELOPE "DATA\r\n");
    assert_int_equal(ehlo_server_timeout(self.server), 20);
    self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
    host_feed(&self, "half a li");
    self.out_size = 0;
    assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
    host_expect(&self, "421 4.4.2 mx.example.org Timeout, closing transmission channel\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
    is_dead(&self);
}

static void time_out_while_a_piece_is_pending(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.content_answer = EHLO_PENDING;
    host_receive(&self);
    host_feed_leaving(&self, "a\r\nb\r\n", 6, 0);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
    host_expect(&self, TIMED_OUT);
    assert_int_equal(host_saw(&self, EHLO_EVENT_TIMED_OUT), 1);
    assert_int_equal(self.events[0].command, EHLO_ANY_COMMAND); /* a piece is no command */
    assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
    assert_int_equal(ehlo_server_reply(self.server, self.id, EHLO_DEFAULT, NULL, NULL), EHLO_GONE);
    is_dead(&self);
}

static void disconnection(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, HOST_ENVELOPE "DATA\r\nhel");
    self.out_size = 0;
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    host_expect(&self, "");
    assert_int_equal(host_ended(&self, EHLO_END_DISCONNECTED), 1);
    is_dead(&self);

    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_DATA_RECEIVED] = EHLO_PENDING;
    host_feed(&self, HOST_ENVELOPE "DATA\r\n.\r\n");
    assert_int_equal(ehlo_server_timeout(self.server), 0);
    assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
    assert_int_equal(host_ended(&self, EHLO_END_UNANSWERED), 1);
}

static void disconnect_inside(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_DATA_RECEIVED)
        assert_int_equal(ehlo_server_disconnected(self->server), EHLO_OK);
}

static void disconnection_inside_a_callback(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.inside = disconnect_inside;
    host_feed(&self, HOST_ENVELOPE "DATA\r\n");
    self.out_size = 0;
    host_feed(&self, ".\r\n");
    host_expect(&self, "");
    assert_int_equal(host_ended(&self, EHLO_END_UNANSWERED), 1);
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 0);
    is_dead(&self);
}

static void shut_in_event(host *self, const ehlo_event *event)
{
    if (event->reason == EHLO_EVENT_LENIENCY_USED)
        assert_int_equal(ehlo_server_shutdown(self->server), EHLO_OK);
}

static void gone_in_event(host *self, const ehlo_event *event)
{
    if (event->reason == EHLO_EVENT_LENIENCY_USED)
        assert_int_equal(ehlo_server_disconnected(self->server), EHLO_OK);
}

static void nothing_is_asked_behind_a_note(void **state)
{
    (void)state;
    for (int gone = 0; gone < 2; gone++) {
        host self;
        host_init(&self);
        self.config.leniencies = EHLO_LENIENT_SPACE_AFTER_COLON;
        host_greet(&self);
        self.inside_event = gone ? gone_in_event : shut_in_event;
        host_feed(&self, "MAIL FROM: <a@b.example>\r\n");
        assert_int_equal(self.decision_count, 0);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 0);
        host_expect(&self, gone ? "" : BYE);
        is_dead(&self);
    }
}

static void a_failed_write_ends_it(void **state)
{
    static const int answers[] = {EHLO_FAIL, EHLO_PENDING, 250, -1};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        self.write_answer = answers[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_WRITE_FAILED), 1);
        assert_int_equal(host_ended(&self, EHLO_END_DISCONNECTED), 1);
        is_dead(&self);
    }
}

static void too_late(host *self, const ehlo_event *event)
{
    if (event->reason != EHLO_EVENT_TRANSACTION_END)
        return;
    assert_int_equal(ehlo_server_wants(self->server), EHLO_WANTS_CLOSE);
    assert_int_equal(ehlo_server_shutdown(self->server), EHLO_GONE);
    assert_int_equal(ehlo_server_disconnected(self->server), EHLO_GONE);
}

/* The last event comes when the session is over already: nothing can be asked for in it. */
static void over_in_its_last_event(void **state)
{
    (void)state;
    for (int timed_out = 0; timed_out < 2; timed_out++) {
        host self;
        host_init(&self);
        host_greet(&self);
        host_feed(&self, HOST_ENVELOPE);
        self.out_size = 0;
        self.inside_event = too_late;
        assert_int_equal(timed_out ? ehlo_server_timed_out(self.server) : ehlo_server_shutdown(self.server),
                         EHLO_OK);
        assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
        host_expect(&self, timed_out ? TIMED_OUT : BYE);
        is_dead(&self);
    }
}

static void before_the_greeting(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
    host_expect(&self, "421 mx.example.org Service shutting down, closing transmission channel\r\n");
    is_dead(&self);
}

static void nothing_is_said_once_the_roles_are_turned(void **state)
{
    (void)state;
    for (int timed_out = 0; timed_out < 2; timed_out++) {
        host self;
        host_init(&self);
        self.config.profile = EHLO_PROFILE_HISTORIC;
        self.config.extensions |= EHLO_EXTENSION_TURN;
        self.answers[EHLO_TURN] = 250;
        host_greet(&self);
        host_feed(&self, "TURN\r\n");
        self.out_size = 0;
        if (timed_out)
            assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
        else
            assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
        host_expect(&self, "");
        assert_int_equal(self.event_count, 1);
        assert_int_equal(self.events[0].code, 0);
        is_dead(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shutdown_when_idle),
        cmocka_unit_test(shutdown_waits_for_the_verdict),
        cmocka_unit_test(shutdown_answers_what_is_pending),
        cmocka_unit_test(shutdown_inside_a_callback),
        cmocka_unit_test(time_out),
        cmocka_unit_test(time_out_while_a_piece_is_pending),
        cmocka_unit_test(disconnection),
        cmocka_unit_test(disconnection_inside_a_callback),
        cmocka_unit_test(nothing_is_asked_behind_a_note),
        cmocka_unit_test(a_failed_write_ends_it),
        cmocka_unit_test(over_in_its_last_event),
        cmocka_unit_test(before_the_greeting),
        cmocka_unit_test(nothing_is_said_once_the_roles_are_turned),
    };
    return cmocka_run_group_tests_name("server/ending", tests, NULL, NULL);
}
