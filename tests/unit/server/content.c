/* Unit tests of lib/server/content.c: pieces, policies, sizes, early refusals (R4, R7). */
#include "host.h"

#define GOOD "250 2.0.0 Requested mail action okay, completed\r\n"

static void expect_content(host *self, const char *expected)
{
    self->content[self->content_size] = '\0';
    assert_string_equal(self->content, expected);
    assert_int_equal(self->content_size, strlen(expected));
    self->content_size = 0;
}

static void dots_are_unstuffed(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_receive(&self);
    host_feed(&self, "..\r\n.a\r\nb.\r\n\r\n...\r\n.\r\n");
    expect_content(&self, ".\r\na\r\nb.\r\n\r\n..\r\n");
    host_expect(&self, GOOD);
    assert_int_equal(self.request.received.size, 16);
    assert_int_equal(self.request.received.refused, 0);
}

static void an_empty_message(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_receive(&self);
    host_feed(&self, ".\r\n");
    expect_content(&self, "");
    host_expect(&self, GOOD);
}

/* Each fault under each policy: what is handed out, what is replied. */
static void policies(void **state)
{
    static const struct {
        const char *content;
        size_t size;
        int event;
        const char *refused, *passed, *normalized;
        size_t passed_size;
    } cases[] = {
        {"a\nb\r\n.\r\n", 8, EHLO_EVENT_BARE_LF, "a", "a\nb\r\n", "a\r\nb\r\n", 5},
        {"a\rb\r\n.\r\n", 8, EHLO_EVENT_BARE_CR, "a", "a\rb\r\n", "a\r\nb\r\n", 5},
        {"a\0b\r\n.\r\n", 8, EHLO_EVENT_NUL, "a", "a\0b\r\n", NULL, 5},
        {"a\xc3\xa9\r\n.\r\n", 8, EHLO_EVENT_EIGHT_BIT, "a", "a\xc3\xa9\r\n", NULL, 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int policy = EHLO_REFUSE; policy <= EHLO_NORMALIZE; policy++) {
            host self;
            host_init(&self);
            if (policy == EHLO_NORMALIZE && !cases[i].normalized)
                continue;
            self.config.bare_lf = self.config.bare_cr = policy;
            self.config.nul = self.config.eight_bit = policy == EHLO_NORMALIZE ? EHLO_REFUSE : policy;
            host_receive(&self);
            host_feed_leaving(&self, cases[i].content, cases[i].size, 0);
            assert_int_equal(host_saw(&self, cases[i].event), 1);
            if (policy == EHLO_REFUSE) {
                expect_content(&self, cases[i].refused);
                assert_memory_equal(self.out, "554 5.6.", 8);
                assert_int_equal(self.request.received.refused, 554);
                assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
            } else if (policy == EHLO_PASS) {
                assert_int_equal(self.content_size, cases[i].passed_size);
                assert_memory_equal(self.content, cases[i].passed, cases[i].passed_size);
                host_expect(&self, GOOD);
            } else {
                expect_content(&self, cases[i].normalized);
                host_expect(&self, GOOD);
            }
        }
}

static void events_come_once_a_message(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.bare_lf = EHLO_NORMALIZE;
    self.config.bare_cr = EHLO_PASS;
    host_receive(&self);
    host_feed(&self, "a\nb\nc\rd\re\n\r\n.\r\n");
    expect_content(&self, "a\r\nb\r\nc\rd\re\r\n\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_BARE_LF), 1);
    assert_int_equal(host_saw(&self, EHLO_EVENT_BARE_CR), 1);
    self.out_size = 0;
    host_feed(&self, HOST_ENVELOPE "DATA\r\n\n\r\n.\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_BARE_LF), 2);
}

static void body_8bitmime_allows_8_bits(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.eight_bit = EHLO_REFUSE;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example> BODY=8BITMIME\r\nRCPT TO:<c@d.example>\r\nDATA\r\n");
    self.out_size = 0;
    host_feed(&self, "\xff\r\n.\r\n");
    host_expect(&self, GOOD);
    assert_int_equal(host_saw(&self, EHLO_EVENT_EIGHT_BIT), 0);
}

static void long_lines(void **state)
{
    static char line[1003 + 5];
    (void)state;
    for (int policy = EHLO_REFUSE; policy <= EHLO_PASS; policy++)
        for (size_t length = 999; length <= 1001; length++) { /* CRLF included */
            int too_long = length > 1000;
            host self;
            host_init(&self);
            self.config.long_line = policy;
            host_receive(&self);
            memset(line, 'x', length - 2);
            strcpy(line + length - 2, "\r\n.\r\n");
            host_feed(&self, line);
            assert_int_equal(host_saw(&self, EHLO_EVENT_LONG_LINE), too_long);
            assert_int_equal(self.content_size, too_long && policy == EHLO_REFUSE ? 998 : length);
            host_expect(&self, too_long && policy == EHLO_REFUSE
                                   ? "554 5.6.0 Message has a line that is too long\r\n"
                                   : GOOD);
        }
}

static void the_size_limit(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        host self;
        host_init(&self);
        self.config.max_size = 10;
        host_receive(&self);
        host_feed(&self, extra ? "12345678 \r\n.\r\n" : "12345678\r\n.\r\n");
        assert_int_equal(self.content_size, 10);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TOO_BIG), extra);
        host_expect(&self, extra ? "552 5.3.4 Message size exceeds fixed limit\r\n" : GOOD);
    }
}

static void the_drain_limit(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        host self;
        host_init(&self);
        self.config.max_size = 10;
        self.config.drain_limit = 10;
        host_receive(&self);
        host_feed_leaving(&self, extra ? "1234567890123456789\r\n" : "123456789012345678\r\n",
                          extra ? 21 : 20, 0);
        assert_int_equal(host_saw(&self, EHLO_EVENT_DRAIN_LIMIT), extra);
        assert_int_equal(ehlo_server_wants(self.server), extra ? EHLO_WANTS_CLOSE : EHLO_WANTS_INPUT);
        host_expect(&self, extra ? "552 5.3.4 Message size exceeds fixed limit\r\n" : "");
    }
}

static void own_words_for_a_refusal(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_receive(&self);
    self.text = "No line feeds here";
    host_feed(&self, "\n\r\n.\r\n");
    host_expect(&self, "554 5.6.0 No line feeds here\r\n");
}

static void pending_pieces(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.content_answer = EHLO_PENDING;
    host_receive(&self);
    assert_int_equal(ehlo_server_feed(self.server, "a\r\n..b\r\n.\r\n", 11), 3);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_feed(self.server, "..b\r\n.\r\n", 8), 0);
    assert_int_equal(ehlo_server_reply(self.server, self.id, EHLO_DEFAULT, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_FEED);
    assert_int_equal(ehlo_server_feed(self.server, "..b\r\n.\r\n", 8), 5);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 550, "5.7.1", "unread"), EHLO_REPLIED);
    assert_int_equal(ehlo_server_feed(self.server, ".\r\n", 3), 3);
    expect_content(&self, "a\r\n.b\r\n");
    assert_memory_equal(self.out, "550 5.7.1 ", 10);
}

static void no_content_callback_throws_it_away(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.callbacks.content = NULL;
    host_receive(&self);
    host_feed(&self, "hello\r\n.\r\n");
    host_expect(&self, GOOD);
    assert_int_equal(self.request.received.size, 7);
}

static void a_normalized_line_feed_ends_its_line(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.bare_lf = EHLO_NORMALIZE;
    self.config.long_line = EHLO_REFUSE;
    host_receive(&self);
    for (int i = 0; i < 200; i++)
        host_feed(&self, "short line\n");
    host_feed(&self, "\r\n.\r\n");
    host_expect(&self, GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_are_unstuffed),
        cmocka_unit_test(an_empty_message),
        cmocka_unit_test(policies),
        cmocka_unit_test(events_come_once_a_message),
        cmocka_unit_test(body_8bitmime_allows_8_bits),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(the_size_limit),
        cmocka_unit_test(the_drain_limit),
        cmocka_unit_test(own_words_for_a_refusal),
        cmocka_unit_test(pending_pieces),
        cmocka_unit_test(no_content_callback_throws_it_away),
        cmocka_unit_test(a_normalized_line_feed_ends_its_line),
    };
    return cmocka_run_group_tests_name("server/content", tests, NULL, NULL);
}
