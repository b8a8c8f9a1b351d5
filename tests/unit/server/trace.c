/* Unit tests of lib/server/trace.c: both directions, but no secret and no content (P18).  What a trace shows
 * of an exchange of AUTH is in auth.c. */
#include "host.h"

static void offer_plain(host *self)
{
    host_init(self);
    self->config.extensions |= EHLO_EXTENSION_AUTH;
    self->config.auth_mechanisms = "PLAIN";
    self->config.callbacks.trace = host_trace;
}

/* Both directions, line by line and in order; content and lines that are too long as numbers alone. */
static void what_a_trace_shows(void **state)
{
    static char line[600];
    host self;
    (void)state;
    host_init(&self);
    self.config.max_line = 512;
    self.config.extensions = 0;
    self.config.callbacks.trace = host_trace;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\nFOO \x01\r\n");
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_feed(&self, "RCPT TO:<c@d.example>\r\n");
    host_feed(&self, "DATA\r\n");
    host_feed(&self, "secret\r\n..\r\n.\r\n");
    memset(line, 'x', sizeof line - 2);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    host_feed_leaving(&self, line, sizeof line, 0);
    self.trace[self.trace_size] = '\0';
    assert_string_equal(self.trace, "S: 220 mx.example.org Service ready\n"
                                    "C: EHLO x.example\n"
                                    "C: FOO \x01\n"
                                    "S: 250 mx.example.org\n"
                                    "S: 500 Syntax error, command unrecognized\n"
                                    "C: MAIL FROM:<a@b.example>\n"
                                    "S: 250 Requested mail action okay, completed\n"
                                    "C: RCPT TO:<c@d.example>\n"
                                    "S: 250 Requested mail action okay, completed\n"
                                    "C: DATA\n"
                                    "S: 354 Start mail input; end with <CRLF>.<CRLF>\n"
                                    "C: [11]\n"
                                    "S: 250 Requested mail action okay, completed\n"
                                    "C: [598]\n"
                                    "S: 500 Line too long\n");
}

/* A blank in front makes it no command; the password in it is one all the same. */
static void no_secret_is_traced_behind_blanks(void **state)
{
    static const char *const lines[] = {" AUTH PLAIN c2VjcmV0\r\n", "\tAUTH PLAIN c2VjcmV0\r\n"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        host self;
        offer_plain(&self);
        host_greet_tls(&self);
        host_feed(&self, lines[i]);
        assert_false(host_holds(self.trace, self.trace_size, "c2VjcmV0"));
    }
}

/* Behind an AUTH that was refused a client may go on with its response: that is no command, and is not shown
 * until one comes. */
static void no_response_is_traced_behind_a_refusal(void **state)
{
    host self;
    (void)state;
    offer_plain(&self);
    host_greet_tls(&self);
    self.trace_size = 0;
    host_feed(&self, "AUTH NTLM\r\n");
    host_feed(&self, "c2VjcmV0\r\n");
    host_feed(&self, "c2VjcmV0cw==\r\n");
    host_feed(&self, "NOOP\r\n");
    host_feed(&self, "HALLO\r\n");
    self.trace[self.trace_size] = '\0';
    assert_false(host_holds(self.trace, self.trace_size, "c2VjcmV0"));
    assert_true(host_holds(self.trace, self.trace_size, "C: AUTH [4]\n"));
    assert_true(host_holds(self.trace, self.trace_size, "C: [12]\n"));
    assert_true(host_holds(self.trace, self.trace_size, "C: HALLO\n"));
}

/* Where a client ends its lines by LF alone, two of them are one. */
static void nothing_is_traced_behind_a_bare_line_end(void **state)
{
    host self;
    (void)state;
    offer_plain(&self);
    host_greet_tls(&self);
    self.trace_size = 0;
    host_feed(&self, "NOOP\nAUTH PLAIN c2VjcmV0\r\n");
    host_feed(&self, "NOOP\rAUTH PLAIN c2VjcmV0\r\n");
    assert_false(host_holds(self.trace, self.trace_size, "c2VjcmV0"));
    assert_true(host_holds(self.trace, self.trace_size, "C: NOOP[20]\n"));
}

/* What stands where the mechanism should is shown only if it is one. */
static void only_mechanisms_are_traced(void **state)
{
    host self;
    (void)state;
    offer_plain(&self);
    host_greet_tls(&self);
    self.trace_size = 0;
    host_feed(&self, "AUTH c2VjcmV0\r\n");
    host_feed(&self, "AUTH plain c2VjcmV0\r\n");
    assert_false(host_holds(self.trace, self.trace_size, "c2VjcmV0"));
    assert_true(host_holds(self.trace, self.trace_size, "C: AUTH plain[9]\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_trace_shows),
        cmocka_unit_test(no_secret_is_traced_behind_blanks),
        cmocka_unit_test(no_response_is_traced_behind_a_refusal),
        cmocka_unit_test(nothing_is_traced_behind_a_bare_line_end),
        cmocka_unit_test(only_mechanisms_are_traced),
    };

    return cmocka_run_group_tests_name("server/trace", tests, NULL, NULL);
}
