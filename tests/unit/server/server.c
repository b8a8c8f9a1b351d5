/* Unit tests of lib/server/server.c: made, started, fed, asked what it wants. */
#include "host.h"

static void memory_is_checked(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_size(), sizeof self.memory);
    assert_int_equal(ehlo_server_init(NULL, &self.config, NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_init(self.server, NULL, NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_init((ehlo_server *)(void *)((char *)self.server + 4), &self.config, NULL),
                     EHLO_MISUSE);
    self.config.hostname = "";
    assert_int_equal(ehlo_server_init(self.server, &self.config, NULL), EHLO_BAD_CONFIG);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static void zeroed_memory_is_over(void **state)
{
    ehlo_server_memory memory;
    ehlo_server *server = (ehlo_server *)&memory;
    (void)state;
    memset(&memory, 0, sizeof memory);
    assert_int_equal(ehlo_server_wants(server), EHLO_WANTS_CLOSE);
    assert_int_equal(ehlo_server_feed(server, "NOOP\r\n", 6), 0);
    assert_int_equal(ehlo_server_start(server), EHLO_GONE);
    assert_int_equal(ehlo_server_reply(server, 1, 250, NULL, NULL), EHLO_GONE);
    assert_int_equal(ehlo_server_shutdown(server), EHLO_GONE);
    assert_int_equal(ehlo_server_timed_out(server), EHLO_GONE);
    assert_int_equal(ehlo_server_disconnected(server), EHLO_GONE);
    assert_int_equal(ehlo_server_timeout(server), 0);
}

static void null_is_defined(void **state)
{
    (void)state;
    assert_int_equal(ehlo_server_wants(NULL), EHLO_WANTS_CLOSE);
    assert_int_equal(ehlo_server_feed(NULL, "", 0), 0);
    assert_int_equal(ehlo_server_start(NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_reply(NULL, 1, 250, NULL, NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_shutdown(NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_timed_out(NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_disconnected(NULL), EHLO_MISUSE);
    assert_int_equal(ehlo_server_first_id(NULL, 1), EHLO_MISUSE);
    assert_int_equal(ehlo_server_offer(NULL, 0), EHLO_MISUSE);
    assert_int_equal(ehlo_server_max_size(NULL, 1), EHLO_MISUSE);
}

static void starts_once(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    host_expect(&self, "220 mx.example.org Service ready\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
    assert_int_equal(ehlo_server_start(self.server), EHLO_MISUSE);
    host_expect(&self, "");
}

static void ids_start_where_told(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_first_id(self.server, 0), EHLO_MISUSE);
    assert_int_equal(ehlo_server_first_id(self.server, 1000), EHLO_OK);
    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
    assert_int_equal(self.id, 1000);
    assert_int_equal(ehlo_server_first_id(self.server, 5), EHLO_MISUSE);
}

static void a_group_leaves_in_one_write(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.writes = 0;
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@f.example>\r\nDATA\r\n");
    assert_int_equal(self.writes, 1);
    host_expect(&self, "250 2.1.0 Requested mail action okay, completed\r\n"
                       "250 2.1.5 Requested mail action okay, completed\r\n"
                       "250 2.1.5 Requested mail action okay, completed\r\n"
                       "354 Start mail input; end with <CRLF>.<CRLF>\r\n");
}

static void a_full_block_wants_feed(void **state)
{
    host self;
    char lines[6 * 100];
    size_t used;
    (void)state;
    host_init(&self);
    self.config.max_idle_commands = 1000;
    host_greet(&self);
    for (size_t i = 0; i < 100; i++)
        memcpy(lines + 6 * i, "NOOP\r\n", 6);
    used = ehlo_server_feed(self.server, lines, sizeof lines);
    assert_true(used > 0 && used < sizeof lines);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    assert_true(self.out_size <= 2048);
    host_feed_leaving(&self, lines + used, sizeof lines - used, 0);
    assert_int_equal(self.decision_count, 100);
    assert_true(self.longest_write <= 2048);
}

static void unused_octets_are_shown_again(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    assert_int_equal(ehlo_server_feed(self.server, "NOO", 3), 0);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
    assert_int_equal(ehlo_server_feed(self.server, "NOOP\r", 5), 0);
    assert_int_equal(ehlo_server_feed(self.server, "NOOP\r\nNO", 8), 6);
    host_expect(&self, "250 2.0.0 Requested mail action okay, completed\r\n");
    assert_int_equal(ehlo_server_feed(self.server, "N", 1), 0); /* fewer than the 2 left over */
    assert_int_equal(host_saw(&self, EHLO_EVENT_SHOWN_LESS), 1);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    host_expect(&self, "");
}

static void early_talker_is_refused(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_feed(self.server, "EHLO x\r\n", 8), 0);
    assert_int_equal(ehlo_server_feed(self.server, "EHLO x\r\n", 8), 0);
    assert_int_equal(host_saw(&self, EHLO_EVENT_EARLY_TALKER), 1);
    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
    assert_int_equal(self.decision_count, 0);
    host_expect(&self, "554 mx.example.org Client spoke before the greeting\r\n");
    host_feed(&self, "EHLO x\r\nQUIT\r\n");
    host_expect(&self, "503 No SMTP service here\r\n"
                       "221 mx.example.org Service closing transmission channel\r\n");
}

static void early_talker_while_the_greeting_is_pending(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.answers[EHLO_CONNECTED] = EHLO_PENDING;
    host_start(&self);
    assert_int_equal(ehlo_server_feed(self.server, "x", 1), 0);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 220, NULL, "hello"), EHLO_REPLIED);
    host_expect(&self, "554 mx.example.org Client spoke before the greeting\r\n");
}

static void early_talker_may_be_allowed(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.leniencies = EHLO_LENIENT_EARLY_TALKER;
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_feed(self.server, "NOOP\r\n", 6), 0);
    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
    assert_int_equal(self.request.early_talker, 1);
    assert_int_equal(host_saw(&self, EHLO_EVENT_LENIENCY_USED), 1);
    host_expect(&self, "220 mx.example.org Service ready\r\n");
}

static void narrow(host *self, const ehlo_request *request)
{
    int narrows = request->command == EHLO_CONNECTED || request->command == EHLO_EHLO;
    int expected = narrows ? EHLO_OK : EHLO_MISUSE;
    assert_int_equal(ehlo_server_offer(self->server, ~(uint32_t)EHLO_EXTENSION_8BITMIME), expected);
    assert_int_equal(ehlo_server_max_size(self->server, 1000), expected);
    if (narrows)
        assert_int_equal(ehlo_server_max_size(self->server, 2000), EHLO_OK); /* does not widen */
}

static void a_session_can_be_narrowed(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.inside = narrow;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\nNOOP\r\n");
    host_expect(&self, "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-ENHANCEDSTATUSCODES\r\n"
                       "250-HELP\r\n250 CHUNKING\r\n250 2.0.0 Requested mail action okay, completed\r\n");
    assert_int_equal(ehlo_server_offer(self.server, 0), EHLO_MISUSE);
}

static void a_session_can_be_moved(void **state)
{
    host self;
    ehlo_server_memory copy;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    copy = self.memory;
    memset(&self.memory, 0xa5, sizeof self.memory);
    self.server = (ehlo_server *)&copy;
    self.out_size = 0;
    host_feed(&self, "RCPT TO:<c@d.example>\r\n");
    host_expect(&self, "250 2.1.5 Requested mail action okay, completed\r\n");
}

static void narrow_in_the_second_hello(host *self, const ehlo_request *request)
{
    if (request->command == EHLO_EHLO && self->decision_count > 2)
        assert_int_equal(ehlo_server_offer(self->server, 0), EHLO_OK);
    if (request->command == EHLO_HELO)
        assert_int_equal(ehlo_server_offer(self->server, 0), EHLO_MISUSE);
}

static void a_refused_hello_narrows_nothing(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.inside = narrow_in_the_second_hello;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\n");
    self.answers[EHLO_EHLO] = 550;
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\nMAIL FROM:<a@b.example> SIZE=1\r\nRSET\r\n");
    host_expect(&self, "550 Not implemented\r\n250 2.1.0 Requested mail action okay, completed\r\n"
                       "250 2.0.0 Requested mail action okay, completed\r\n");
    self.answers[EHLO_EHLO] = EHLO_DEFAULT;
    host_feed(&self, "EHLO x.example\r\nMAIL FROM:<a@b.example> SIZE=1\r\n");
    host_expect(&self, "250 mx.example.org\r\n"
                       "555 MAIL FROM/RCPT TO parameters not recognized or not implemented\r\n");
    host_feed(&self, "HELO x.example\r\n");
}

static void narrow_too_late(host *self, const ehlo_request *request)
{
    if (request->command != EHLO_EHLO)
        return;
    assert_int_equal(ehlo_server_reply(self->server, request->id, 250, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(ehlo_server_offer(self->server, 0), EHLO_MISUSE);
}

static void narrowing_comes_before_the_reply(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.inside = narrow_too_late;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\n");
}

static void ids_are_never_0(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.answers[EHLO_CONNECTED] = EHLO_PENDING;
    assert_int_equal(ehlo_server_init(self.server, &self.config, &self), EHLO_OK);
    assert_int_equal(ehlo_server_first_id(self.server, UINT64_MAX), EHLO_OK);
    assert_int_equal(ehlo_server_start(self.server), EHLO_OK);
    assert_true(self.id == UINT64_MAX);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 220, NULL, NULL), EHLO_REPLIED);
    self.id = 0; /* the host checks that they grow */
    host_feed(&self, "NOOP\r\n");
    assert_true(self.id == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_checked),
        cmocka_unit_test(zeroed_memory_is_over),
        cmocka_unit_test(null_is_defined),
        cmocka_unit_test(starts_once),
        cmocka_unit_test(ids_start_where_told),
        cmocka_unit_test(a_group_leaves_in_one_write),
        cmocka_unit_test(a_full_block_wants_feed),
        cmocka_unit_test(unused_octets_are_shown_again),
        cmocka_unit_test(early_talker_is_refused),
        cmocka_unit_test(early_talker_while_the_greeting_is_pending),
        cmocka_unit_test(early_talker_may_be_allowed),
        cmocka_unit_test(a_session_can_be_narrowed),
        cmocka_unit_test(a_session_can_be_moved),
        cmocka_unit_test(a_refused_hello_narrows_nothing),
        cmocka_unit_test(narrowing_comes_before_the_reply),
        cmocka_unit_test(ids_are_never_0),
    };
    return cmocka_run_group_tests_name("server/server", tests, NULL, NULL);
}
