/* Unit tests of lib/server/call.c: nothing but what R3 allows works inside a callback. */
#include "host.h"

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
        cmocka_unit_test(callbacks_cannot_reenter),
    };
    return cmocka_run_group_tests_name("server/call", tests, NULL, NULL);
}
