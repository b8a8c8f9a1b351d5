/* Unit tests of lib/server/envelope.c: the arguments of MAIL and RCPT. */
#include "host.h"

static char mailbox[100];
static size_t declared;
static uint32_t params_seen;

static void remember(host *self, const ehlo_request *request)
{
    const ehlo_path *path = request->command == EHLO_RCPT ? &request->rcpt.path : &request->mail.path;
    (void)self;
    if (request->command != EHLO_MAIL && request->command != EHLO_RCPT)
        return;
    snprintf(mailbox, sizeof mailbox, "%.*s", (int)path->mailbox.size,
             path->mailbox.data ? path->mailbox.data : "");
    declared = (size_t)request->declared_size;
    params_seen = (request->command == EHLO_RCPT ? request->rcpt.params : request->mail.params)->given;
}

static void requests_carry_what_was_said(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.inside = remember;
    host_feed(&self, "mail from:<@x.example,@y.example:a@b.example> SIZE=123 body=8bitmime SMTPUTF8\r\n");
    assert_string_equal(mailbox, "a@b.example");
    assert_int_equal(declared, 123);
    assert_int_equal(params_seen,
                     1u << EHLO_PARAMETER_SIZE | 1u << EHLO_PARAMETER_BODY | 1u << EHLO_PARAMETER_SMTPUTF8);
    assert_int_equal(self.request.smtputf8, 1);
    host_feed(&self, "RCPT TO:<\xc3\xa9@d.example>\r\n");
    assert_string_equal(mailbox, "\xc3\xa9@d.example");
    assert_int_equal(self.request.rcpt.index, 0);
    assert_int_equal(self.request.recipients, 0);
    assert_int_equal(self.request.declared_size, 123);
    self.answers[EHLO_RCPT] = 550;
    host_feed(&self, "RCPT TO:<no@d.example>\r\n");
    self.answers[EHLO_RCPT] = EHLO_DEFAULT;
    host_feed(&self, "RCPT TO:<Postmaster>\r\n");
    assert_int_equal(self.request.rcpt.index, 1);
    host_feed(&self, "RSET\r\nMAIL FROM:<>\r\n");
    assert_string_equal(mailbox, "");
    assert_int_equal(self.request.smtputf8, 0);
    assert_int_equal(self.request.recipients, 0);
    assert_int_equal(self.request.declared_size, 0);
}

static void paths_and_parameters_are_refused(void **state)
{
    static const struct {
        const char *line, *reply;
    } cases[] = {
        {"MAIL", "501 5.5.4"},
        {"MAIL FROM", "501 5.5.4"},
        {"MAIL FROM:", "501 5.1.7"},
        {"MAIL TO:<a@b.example>", "501 5.5.4"},
        {"MAIL FROM: <a@b.example>", "501 5.1.7"},
        {"MAIL FROM:a@b.example", "501 5.1.7"},
        {"MAIL FROM:<a@b.example", "501 5.1.7"},
        {"MAIL FROM:<a@b.example>x", "501 5.1.7"},
        {"MAIL FROM:<a@b.example>SIZE=1", "501 5.1.7"},
        {"MAIL FROM:<Postmaster>", "501 5.1.7"},
        {"MAIL FROM:<\xc3\xa9@b.example>", "550 5.6.7"},
        {"MAIL FROM:<a@b.example> FOO=1", "555 5.5.4"},
        {"MAIL FROM:<a@b.example> SIZE=1 SIZE=1", "501 5.5.4"},
        {"MAIL FROM:<a@b.example> SIZE=", "501 5.5.4"},
        {"MAIL FROM:<a@b.example> SIZE=33554433", "552 5.3.4"},
        {"MAIL FROM:<a@b.example> SIZE=18446744073709551616", "552 5.3.4"},
        {"MAIL FROM:<a@b.example> SIZE=99999999999999999999", "552 5.3.4"},
        {"MAIL FROM:<a@b.example> SIZE=000000000000000000001", "501 5.5.4"},
        {"MAIL FROM:<a@b.example> SIZE=33554432", "250 2.1.0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[200];
        host self;
        host_init(&self);
        host_greet(&self);
        snprintf(line, sizeof line, "%s\r\n", cases[i].line);
        host_feed(&self, line);
        assert_memory_equal(self.out, cases[i].reply, 9);
        assert_int_equal(self.decision_count, cases[i].reply[0] == '2');
    }
}

static void no_parameters_after_helo(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "HELO x.example\r\nMAIL FROM:<a@b.example> SIZE=1\r\n");
    host_expect(
        &self,
        "250 mx.example.org\r\n555 MAIL FROM/RCPT TO parameters not recognized or not implemented\r\n");
}

static void leniencies(void **state)
{
    static const struct {
        const char *line;
        uint32_t needs;
    } cases[] = {
        {"MAIL FROM: <a@b.example>\r\n", EHLO_LENIENT_SPACE_AFTER_COLON},
        {"MAIL FROM:   <a@b.example> SIZE=1\r\n", EHLO_LENIENT_SPACE_AFTER_COLON},
        {"MAIL FROM:a@b.example\r\n", EHLO_LENIENT_MISSING_BRACKETS},
        {"MAIL FROM:a@b.example SIZE=1\r\n", EHLO_LENIENT_MISSING_BRACKETS},
        {"MAIL FROM: a@b.example\r\n", EHLO_LENIENT_MISSING_BRACKETS | EHLO_LENIENT_SPACE_AFTER_COLON},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint32_t allowed = 0; allowed < 4; allowed++) {
            host self;
            host_init(&self);
            self.config.leniencies = allowed;
            host_greet(&self);
            host_feed(&self, cases[i].line);
            assert_int_equal(self.out[0], (cases[i].needs & ~allowed) == 0 ? '2' : '5');
        }
}

static void the_recipient_limit(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.max_recipients = 2;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<c@d.example>\r\n");
    self.out_size = 0;
    host_feed(&self, "RCPT TO:<c@d.example>\r\nDATA\r\n");
    host_expect(&self, "452 4.5.3 Too many recipients\r\n354 Start mail input; end with <CRLF>.<CRLF>\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_carry_what_was_said), cmocka_unit_test(paths_and_parameters_are_refused),
        cmocka_unit_test(no_parameters_after_helo),     cmocka_unit_test(leniencies),
        cmocka_unit_test(the_recipient_limit),
    };
    return cmocka_run_group_tests_name("server/envelope", tests, NULL, NULL);
}
