/* Unit tests of lib/server/settle.c: what follows from a reply. */
#include "host.h"

static void ends_are_reported_once(void **state)
{
    static const struct {
        const char *line;
        int end;
    } cases[] = {
        {"RSET\r\n", EHLO_END_RSET},
        {"EHLO x.example\r\n", EHLO_END_HELLO},
        {"HELO x.example\r\n", EHLO_END_HELLO},
        {"QUIT\r\n", EHLO_END_SHUTDOWN},
        {"RCPT TO:<c@d.example>\r\nDATA\r\n.\r\n", EHLO_END_DELIVERED},
        {"RCPT TO:<c@d.example>\r\nDATA\r\n\n\r\n.\r\n", EHLO_END_REFUSED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 0);
        host_feed(&self, cases[i].line);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
        assert_int_equal(host_ended(&self, cases[i].end), 1);
    }
    {
        host self;
        host_init(&self);
        host_greet(&self);
        self.answers[EHLO_MAIL] = 550;
        host_feed(&self, "MAIL FROM:<a@b.example>\r\nMAIL FROM:<bad\r\nRSET\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
        assert_int_equal(host_ended(&self, EHLO_END_MAIL_REFUSED), 1);
    }
}

static void greetings_that_refuse(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.answers[EHLO_CONNECTED] = 554;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\nFOO\r\nQUIT\r\n");
    host_expect(&self, "554 No SMTP service here\r\n503 No SMTP service here\r\n503 No SMTP service here\r\n"
                       "221 mx.example.org Service closing transmission channel\r\n");
    host_init(&self);
    self.answers[EHLO_CONNECTED] = 521;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\nFOO\r\nQUIT\r\n");
    host_expect(&self,
                "521 mx.example.org does not accept mail\r\n521 mx.example.org does not accept mail\r\n"
                "221 mx.example.org Service closing transmission channel\r\n");
    host_init(&self);
    self.answers[EHLO_CONNECTED] = 421;
    host_start(&self);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static void turn(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.profile = EHLO_PROFILE_HISTORIC;
    self.config.extensions |= EHLO_EXTENSION_TURN | EHLO_EXTENSION_SAML;
    host_greet(&self);
    host_feed(&self, "TURN\r\nSAML FROM:<a@b.example>\r\nTURN\r\nRSET\r\n");
    host_expect(&self,
                "502 5.5.1 Command not implemented\r\n250 2.1.0 Requested mail action okay, completed\r\n"
                "503 5.5.1 Bad sequence of commands\r\n250 2.0.0 Requested mail action okay, completed\r\n");
    self.answers[EHLO_TURN] = 250;
    host_feed_leaving(&self, "TURN\r\n220 there\r\n", 17, 11);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TURN);
    assert_int_equal(ehlo_server_timeout(self.server), 0);
    assert_int_equal(ehlo_server_feed(self.server, "x", 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_reported_once),
        cmocka_unit_test(greetings_that_refuse),
        cmocka_unit_test(turn),
    };
    return cmocka_run_group_tests_name("server/settle", tests, NULL, NULL);
}
