/* Unit tests of lib/server/chunk.c: BDAT and BURL (RFC 3030 section 2, RFC 4468 section 3, R8, law P9,
 * group D of docs/bad-input.md). */
#include "host.h"

#define RESET   "RSET\r\n"
#define TOO_BIG "552 5.3.4 Message size exceeds fixed limit\r\n"

static void expect_content(host *self, const char *expected, size_t size)
{
    assert_int_equal(self->content_size, size);
    assert_memory_equal(self->content, expected, size);
    host_forget_content(self);
}

/* A transaction up to its recipients. */
static void begin(host *self)
{
    host_greet(self);
    host_feed(self, HOST_ENVELOPE);
    host_forget(self);
}

static void chunks_make_a_message(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    begin(&self);
    host_feed(&self, "BDAT 7\r\n.\r\nab\r\n");
    host_expect(&self, HOST_OK);
    assert_int_equal(self.request.command, EHLO_BDAT);
    assert_int_equal(self.request.received.size, 7);
    assert_int_equal(self.request.recipients, 1);
    host_feed(&self, "bdat 3 last\r\n.\r\n"); /* D2: no dot is special in a chunk */
    host_expect(&self, HOST_OK);
    assert_int_equal(self.request.command, EHLO_DATA_RECEIVED);
    assert_int_equal(self.request.received.size, 10);
    expect_content(&self, ".\r\nab\r\n.\r\n", 10);
    assert_int_equal(self.decision_count, 2); /* once for each chunk */
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    host_feed(&self, HOST_ENVELOPE "BDAT 0 LAST\r\nQUIT\r\n"); /* D11 */
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 2);
    assert_int_equal(self.content_size, 0);
}

/* D14: the same, wherever the input is cut: replies, decisions, content. */
static void every_cut(void **state)
{
    static const char octets[] =
        HOST_ENVELOPE "BDAT 4\r\nab\r\rBDAT 3\r\n\n\n\rBDAT 0\r\nBDAT 2 LAST\r\n\xff\r"
                      "BDAT 5 X\r\nabcdeRSET\r\n" HOST_ENVELOPE "BDAT 6 LAST\r\nMAIL\r\nNOOP\r\n";
    static host whole, self;
    (void)state;
    for (int policy = EHLO_REFUSE; policy <= EHLO_NORMALIZE; policy++) {
        host_init(&whole);
        whole.config.bare_cr = whole.config.bare_lf = policy;
        host_greet(&whole);
        host_feed_leaving(&whole, octets, sizeof octets - 1, 0);
        whole.out[whole.out_size] = '\0';
        for (size_t step = 0; step < 2 * sizeof octets; step++) {
            size_t used, size = sizeof octets - 1;
            host_init(&self);
            self.config.bare_cr = self.config.bare_lf = policy;
            host_greet(&self);
            if (step < sizeof octets) { /* in two */
                used = host_show(&self, octets, step);
                used += host_show(&self, octets + used, size - used);
            } else {
                used = host_drip(&self, octets, size, step - sizeof octets + 1);
            }
            assert_int_equal(used, size);
            host_expect(&self, whole.out);
            assert_int_equal(self.decision_count, whole.decision_count);
            assert_memory_equal(self.decisions, whole.decisions,
                                self.decision_count * sizeof self.decisions[0]);
            expect_content(&self, whole.content, whole.content_size);
            for (size_t i = 0, j = 0; i < self.event_count || j < whole.event_count; i++, j++) {
                while (i < self.event_count && self.events[i].reason == EHLO_EVENT_PIPELINED)
                    i++;
                while (j < whole.event_count && whole.events[j].reason == EHLO_EVENT_PIPELINED)
                    j++;
                assert_int_equal(i < self.event_count, j < whole.event_count);
                if (i < self.event_count)
                    assert_memory_equal(&self.events[i], &whole.events[j], sizeof self.events[i]);
            }
        }
    }
}

/* What is wrong with the line, and yet says how many octets come: these are swallowed, none is a command. */
static void refused_and_swallowed(void **state)
{
    static const struct {
        const char *before, *line, *reply;
        int event;
    } cases[] = {
        {"", "BDAT 6", HOST_ORDER, EHLO_EVENT_OUT_OF_ORDER}, /* D1 */
        {"", "BDAT 6 LAST", HOST_ORDER, EHLO_EVENT_OUT_OF_ORDER},
        {"MAIL FROM:<a@b.example>\r\n", "BDAT 6 LAST", HOST_ORDER, EHLO_EVENT_OUT_OF_ORDER},
        {HOST_ENVELOPE, "BDAT 6 X", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT}, /* D5, D9 */
        {HOST_ENVELOPE, "BDAT 6 FIRST", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6  LAST", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LAST LAST", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LAS", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LASTS", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LA\xc5\xbfT", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT}, /* D10 */
        {HOST_ENVELOPE,
         "BDAT 6 \xc5\x81"
         "AST",
         HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LAST\x7f", HOST_ARGUMENT, EHLO_EVENT_BAD_ARGUMENT},
        {HOST_ENVELOPE, "BDAT 6 LAST\x01", "501 5.5.2 Control character or ill-formed UTF-8 in a command\r\n",
         EHLO_EVENT_BAD_OCTET},
        {HOST_ENVELOPE, "BDAT 6 \xff", "501 5.5.2 Control character or ill-formed UTF-8 in a command\r\n",
         EHLO_EVENT_BAD_OCTET},
        {HOST_ENVELOPE, "BDAT 6 LAST\r", "500 5.5.2 Bare CR or LF in a command\r\n",
         EHLO_EVENT_BARE_LINE_END},
        {HOST_ENVELOPE, "BDAT 6 \nLAST", "500 5.5.2 Bare CR or LF in a command\r\n",
         EHLO_EVENT_BARE_LINE_END},
        {HOST_ENVELOPE "BDAT 0\r\n", "BDAT 000000000000000000000006 X", HOST_ARGUMENT,
         EHLO_EVENT_BAD_ARGUMENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t step = 1; step <= 64; step += 9) {
            char octets[128];
            host self;
            host_init(&self);
            host_greet(&self);
            host_feed(&self, cases[i].before);
            host_forget(&self);
            snprintf(octets, sizeof octets, "%s\r\nQUIT\r\nDATA\r\nBDAT 1 LAST\r\n\rNOOP\r\n", cases[i].line);
            assert_int_equal(host_drip(&self, octets, strlen(octets), step), strlen(octets));
            self.out[self.out_size] = '\0';
            assert_memory_equal(self.out, cases[i].reply, strlen(cases[i].reply));
            assert_string_equal(self.out + strlen(cases[i].reply), HOST_ORDER HOST_ORDER HOST_OK);
            assert_int_equal(self.events[0].reason, cases[i].event);
            assert_int_equal(self.events[0].command, EHLO_BDAT);
            assert_int_equal(self.decision_count, 1); /* NOOP alone */
            assert_int_equal(self.content_size, 0);
            self.out_size = 0;
            host_feed(&self, RESET HOST_ENVELOPE "BDAT 1 LAST\r\nx"); /* and then all is as new (D13) */
            host_expect(&self, HOST_OK HOST_MAIL_OK HOST_RCPT_OK HOST_OK);
            expect_content(&self, "x", 1);
        }
}

static void no_recipient_was_wanted(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.answers[EHLO_RCPT] = 550;
    host_feed(&self, HOST_ENVELOPE);
    host_forget(&self);
    host_feed(&self, "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
    host_expect(&self, "554 5.5.1 No valid recipients\r\n" HOST_OK);
    assert_int_equal(host_saw(&self, EHLO_EVENT_NO_VALID_RECIPIENTS), 1);
}

/* RFC 3030 section 2: after a refused chunk all but RSET and a hello are out of order. */
static void spoiled(void **state)
{
    static const char *const ways_out[] = {"RSET\r\n", "EHLO x.example\r\n", "HELO x.example\r\n"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        host self;
        host_init(&self);
        begin(&self);
        host_feed(&self, "BDAT 1 X\r\nx");
        host_expect(&self, HOST_ARGUMENT);
        host_feed(&self,
                  "DATA\r\nBDAT 1 LAST\r\nxRCPT TO:<c@d.example>\r\nMAIL FROM:<a@b.example>\r\nNOOP\r\n");
        host_expect(&self, HOST_ORDER HOST_ORDER HOST_ORDER HOST_ORDER HOST_OK);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 0);
        host_feed(&self, ways_out[i]);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 1);
        self.out_size = 0;
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        assert_memory_equal(self.out, "250", 3);
    }
}

/* DATA and BDAT do not mix, and BODY=BINARYMIME does not go with DATA: 503, and nothing has changed (D13). */
static void data_and_bdat_do_not_mix(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions |= EHLO_EXTENSION_BINARYMIME;
    begin(&self);
    host_feed(&self, "BDAT 1\r\na");
    host_feed(&self, "DATA\r\nRCPT TO:<c@d.example>\r\nBDAT 1 LAST\r\nb");
    host_expect(&self, HOST_OK HOST_ORDER HOST_ORDER HOST_OK);
    expect_content(&self, "ab", 2);

    host_feed(&self, "MAIL FROM:<a@b.example> BODY=BINARYMIME\r\nRCPT TO:<c@d.example>\r\n");
    host_forget(&self);
    host_feed_leaving(&self, "DATA\r\nBDAT 4 LAST\r\n\r\0\n\xff", 6 + 13 + 4, 0);
    host_expect(&self, HOST_ORDER HOST_OK);
    expect_content(&self, "\r\0\n\xff", 4); /* RFC 3030 section 3: any octets at all */
    assert_int_equal(self.event_count, 3);  /* 503, sent ahead, the end */
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
}

/* D8: numbers of every kind, in order and out of it. */
static void sizes(void **state)
{
    static const struct {
        const char *number;
        int readable;
    } cases[] = {
        {"2147483647", 1},
        {"2147483648", 1},
        {"4294967295", 1},
        {"4294967296", 1},
        {"9007199254740992", 1},
        {"9223372036854775807", 1},
        {"9223372036854775808", 1},
        {"18446744073709551614", 1},
        {"18446744073709551615", 1},
        {"018446744073709551615", 1},
        {"18446744073709551616", 0},
        {"18446744073709551617", 0},
        {"99999999999999999999", 0},
        {"100000000000000000000000000", 0},
        {"-1", 0},
        {"+5", 0},
        {"0x10", 0},
        {"", 0},
        {"5LAST", 0},
        {" 5", 0},
        {"LAST", 0},
        {"5,", 0},
        {"1e3", 0},
        {"\xd9\xa5", 0}, /* an Arabic five */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int in_order = 0; in_order < 2; in_order++)
            for (int last = 0; last < 2; last++) {
                char line[80];
                host self;
                host_init(&self);
                host_greet(&self);
                if (in_order)
                    host_feed(&self, HOST_ENVELOPE);
                host_forget(&self);
                snprintf(line, sizeof line, "BDAT %s%s\r\nQUIT\r\n", cases[i].number, last ? " LAST" : "");
                assert_int_equal(host_show(&self, line, strlen(line)), strlen(line) - 6);
                host_expect(&self, cases[i].readable ? TOO_BIG : "501 5.5.4 Syntax error in chunk size\r\n");
                assert_int_equal(
                    host_saw(&self, cases[i].readable ? EHLO_EVENT_DRAIN_LIMIT : EHLO_EVENT_BAD_CHUNK_SIZE),
                    1);
                assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
                assert_int_equal(self.decision_count, 0);
                assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), in_order);
            }
}

/* Without limits, any number that can be read is one. */
static void sizes_without_limits(void **state)
{
    static const char *const numbers[] = {"2147483648", "4294967296", "9223372036854775808",
                                          "18446744073709551615"};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char line[80];
        host self;
        host_init(&self);
        self.config.max_size = self.config.drain_limit = 0;
        begin(&self);
        snprintf(line, sizeof line, "BDAT %s LAST\r\nQUIT\r\n", numbers[i]);
        host_feed(&self, line);
        expect_content(&self, "QUIT\r\n", 6);
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        host_expect(&self, "");
        assert_int_equal(ehlo_server_timeout(self.server), self.config.content_timeout);
    }
}

/* A command line that is too long has a size that nobody will read. */
static void a_line_too_long(void **state)
{
    static char line[600] = "BDAT 1 ";
    host self;
    (void)state;
    host_init(&self);
    self.config.max_line = 512;
    begin(&self);
    memset(line + 7, 'X', sizeof line - 9);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    host_show(&self, line, sizeof line);
    host_expect(&self, "501 5.5.4 Syntax error in chunk size\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_BAD_CHUNK_SIZE), 1);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static void not_offered_or_after_helo(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions &= ~(uint32_t)EHLO_EXTENSION_CHUNKING;
    begin(&self);
    host_feed(&self, "BDAT 6 LAST\r\nNOOP\r\n"); /* 502, and nothing is swallowed */
    host_expect(&self, "502 5.5.1 Command not implemented\r\n" HOST_OK);

    host_init(&self);
    host_start(&self);
    host_feed(&self, "HELO x.example\r\n" HOST_ENVELOPE);
    host_forget(&self);
    host_feed(&self, "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"); /* RFC 5321 section 4.1.4: EHLO first */
    host_expect(&self, "503 Bad sequence of commands\r\n250 Requested mail action okay, completed\r\n");
}

/* Faults of the content are as in DATA: swallowed to the end of the chunk, refused there. */
static void faults(void **state)
{
    static const struct {
        const char *content, *reply;
        size_t handed_out;
        int event;
    } cases[] = {
        {"ab\ncd", "554 5.6.0 Message has a bare LF\r\n", 2, EHLO_EVENT_BARE_LF},
        {"ab\rcd", "554 5.6.0 Message has a bare CR\r\n", 2, EHLO_EVENT_BARE_CR},
        {"abcd\r", "554 5.6.0 Message has a bare CR\r\n", 4, EHLO_EVENT_BARE_CR},
        {"\nabcd", "554 5.6.0 Message has a bare LF\r\n", 0, EHLO_EVENT_BARE_LF},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int in_two = 0; in_two < 2;
             in_two++) { /* in one chunk, or in two of which the first is faulty */
            char octets[64];
            int at_the_end = cases[i].content[4] == '\r';
            host self;
            host_init(&self);
            begin(&self);
            snprintf(octets, sizeof octets, "BDAT 5%s\r\n%s", in_two ? "" : " LAST", cases[i].content);
            host_feed(&self, octets);
            if (in_two && at_the_end) { /* handed out, and not known to be bare before the next octet comes */
                host_expect(&self, HOST_OK);
                host_feed(&self, "BDAT 0 LAST\r\n");
            }
            host_expect(&self, cases[i].reply);
            assert_int_equal(self.request.received.refused, 554);
            assert_int_equal(self.content_size, cases[i].handed_out + (size_t)(in_two && at_the_end));
            assert_int_equal(host_saw(&self, cases[i].event), 1);
            host_forget(&self);
            host_feed(&self, "BDAT 1 LAST\r\nx");
            host_expect(&self, HOST_ORDER);
        }
}

/* Each policy for a CR that ends a chunk and is bare, or is not. */
static void a_cr_at_the_end_of_a_chunk(void **state)
{
    static const struct {
        int policy;
        const char *last, *content;
        int faults;
    } cases[] = {
        {EHLO_PASS, "BDAT 1 LAST\r\nb", "a\rb", 1},
        {EHLO_PASS, "BDAT 0 LAST\r\n", "a\r", 1},
        {EHLO_NORMALIZE, "BDAT 1 LAST\r\nb", "a\r\nb", 1},
        {EHLO_NORMALIZE, "BDAT 0 LAST\r\n", "a\r\n", 1},
        {EHLO_NORMALIZE, "BDAT 1 LAST\r\n\n", "a\r\n", 0},
        {EHLO_REFUSE, "BDAT 1 LAST\r\n\n", "a\r\n", 0},
        {EHLO_NORMALIZE, "BDAT 2 LAST\r\n\r\n", "a\r\n\r\n", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        self.config.bare_cr = cases[i].policy;
        begin(&self);
        host_feed(&self, "BDAT 2\r\na\r");
        assert_int_equal(self.request.received.size, 2); /* RFC 1870 section 5: that octet, too */
        host_feed(&self, cases[i].last);
        host_expect(&self, HOST_OK HOST_OK);
        expect_content(&self, cases[i].content, strlen(cases[i].content));
        assert_int_equal(host_saw(&self, EHLO_EVENT_BARE_CR), cases[i].faults);
    }
}

/* A CR at the end of one chunk and the LF at the start of the next are a CRLF (RFC 3030: any cut is well). */
static void a_crlf_over_two_chunks(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    begin(&self);
    host_feed(&self, "BDAT 3\r\nab\rBDAT 0\r\nBDAT 1 LAST\r\n\n");
    host_expect(&self, HOST_OK HOST_OK HOST_OK);
    expect_content(&self, "ab\r\n", 4);
    assert_int_equal(self.request.received.size, 4);
    assert_int_equal(host_saw(&self, EHLO_EVENT_BARE_CR), 0);
}

static void the_host_refuses(void **state)
{
    static const struct {
        int chunk, content;
        const char *reply;
    } cases[] = {
        {452, EHLO_DEFAULT, "452 4.3.1 Requested action not taken: insufficient system storage\r\n"},
        {EHLO_FAIL, EHLO_DEFAULT, "451 4.3.0 Requested action aborted: local error in processing\r\n"},
        {220, EHLO_DEFAULT, "451 4.3.0 Requested action aborted: local error in processing\r\n"},
        {EHLO_DEFAULT, 550, "550 5.7.1 Requested action not taken: mailbox unavailable\r\n"},
        {EHLO_DEFAULT, EHLO_FAIL, "451 4.3.0 Requested action aborted: local error in processing\r\n"},
        {250, 554, "554 5.6.0 Transaction failed\r\n"}, /* R7: what is refused already cannot be granted */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        begin(&self);
        self.answers[EHLO_BDAT] = cases[i].chunk;
        self.content_answer = cases[i].content;
        host_feed(&self, "BDAT 5\r\nabcde");
        host_expect(&self, cases[i].reply);
        assert_int_equal(host_saw(&self, EHLO_EVENT_TRANSACTION_END), 0);
        host_feed(&self, "BDAT 5\r\nQUIT\nDATA\r\n");
        host_expect(&self, HOST_ORDER HOST_ORDER);
        assert_int_equal(self.content_size, 5);
        host_feed(&self, RESET);
        assert_int_equal(host_ended(&self, EHLO_END_RSET), 1);
    }
}

/* D7: over the size limit, and exactly at it. */
static void the_size_limit(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++)
        for (int last = 0; last < 2; last++) {
            char octets[64];
            host self;
            host_init(&self);
            self.config.max_size = 10;
            self.config.drain_limit = 10;
            begin(&self);
            host_feed(&self, "BDAT 6\r\nabcdef");
            snprintf(octets, sizeof octets, "BDAT %d%s\r\n%s", (int)(4 + extra), last ? " LAST" : "",
                     extra ? "ghijk" : "ghij");
            host_forget(&self);
            host_feed(&self, octets);
            host_expect(&self, extra ? TOO_BIG : HOST_OK);
            assert_int_equal(self.content_size, 4);
            assert_int_equal(host_saw(&self, EHLO_EVENT_TOO_BIG), extra);
            if (extra)
                assert_int_equal(host_event_of(&self, EHLO_EVENT_TOO_BIG)->number, 10);
        }
}

/* Past the drain limit the session ends at once, before the octets come: exactly at it, it does not. */
static void the_drain_limit(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        host self;
        host_init(&self);
        self.config.max_size = 10;
        self.config.drain_limit = 10;
        begin(&self);
        host_feed(&self, "BDAT 6\r\nabcdef");
        self.out_size = 0;
        if (extra) {
            host_feed(&self, "BDAT 15 LAST\r\n");
            host_expect(&self, TOO_BIG);
            assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
            assert_int_equal(host_event_of(&self, EHLO_EVENT_DRAIN_LIMIT)->number, 10);
            assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
        } else {
            host_feed(&self, "BDAT 14 LAST\r\nghijklmnopqrst");
            host_expect(&self, TOO_BIG);
            assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_INPUT);
        }
    }
}

/* D6: chunks of nothing count as commands without mail; D12: the last refused one is answered by the 421. */
static void budgets(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.max_idle_commands = 4; /* EHLO is one of them */
    begin(&self);
    host_feed(&self, "BDAT 0\r\nBDAT 1\r\nxBDAT 0\r\n");
    host_expect(&self, HOST_OK HOST_OK HOST_OK);
    host_feed(&self, "BDAT 0\r\n");
    host_expect(&self,
                "421 4.7.0 mx.example.org Too many commands without mail, closing transmission channel\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);

    host_init(&self);
    self.config.max_errors = 2;
    begin(&self);
    host_feed(&self, "FOO\r\n");
    self.out_size = 0;
    assert_int_equal(host_show(&self, "BDAT 1 X\r\nxQUIT\r\n", 17), 11);
    host_expect(&self, "421 4.7.0 mx.example.org Too many errors, closing transmission channel\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    assert_int_equal(host_ended(&self, EHLO_END_SHUTDOWN), 1);
}

/* R4: a piece may be pending, in the middle and at the end of a chunk, and none of the next is taken. */
static void pending_pieces(void **state)
{
    static const char rest[] = "deBDAT 1 LAST\r\nf";
    host self;
    size_t used;
    (void)state;
    host_init(&self);
    self.content_answer = EHLO_PENDING;
    begin(&self);
    host_feed(&self, "BDAT 5\r\nabc");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_feed(self.server, rest, sizeof rest - 1), 0);
    assert_int_equal(ehlo_server_reply(self.server, self.id, EHLO_DEFAULT, NULL, NULL), EHLO_REPLIED);
    used = host_show(&self, rest, sizeof rest - 1);
    assert_int_equal(used, 2);
    host_expect(&self, ""); /* the chunk is whole, but not its piece */
    assert_int_equal(ehlo_server_reply(self.server, self.id, EHLO_DEFAULT, NULL, NULL), EHLO_REPLIED);
    used += host_show(&self, rest + used, sizeof rest - 1 - used);
    assert_int_equal(used, sizeof rest - 1);
    host_expect(&self, HOST_OK);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 452, NULL, NULL), EHLO_REPLIED);
    assert_int_equal(host_show(&self, "", 0), 0);
    host_expect(&self, "452 4.3.1 Requested action not taken: insufficient system storage\r\n");
    expect_content(&self, "abcdef", 6);
}

static void a_pending_chunk(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.answers[EHLO_BDAT] = EHLO_PENDING;
    begin(&self);
    assert_int_equal(host_show(&self, "BDAT 1\r\naBDAT 1 LAST\r\nb", 23), 9);
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
    assert_int_equal(ehlo_server_reply(self.server, self.id, 250, NULL, "one octet"), EHLO_REPLIED);
    host_expect(&self, "250 2.0.0 one octet\r\n");
    host_feed(&self, "BDAT 1 LAST\r\nb");
    host_expect(&self, HOST_OK);
}

/* R19: within a chunk, the 421 comes behind its reply; the time-out's at once. */
static void endings_within_a_chunk(void **state)
{
    static const char bye[] =
        "421 4.3.2 mx.example.org Service shutting down, closing transmission channel\r\n";
    (void)state;
    for (int last = 0; last < 2; last++)
        for (int refused = 0; refused < 2; refused++) {
            char expected[200];
            host self;
            host_init(&self);
            begin(&self);
            if (refused)
                host_feed(&self, RESET);
            host_forget(&self);
            host_feed(&self, last ? "BDAT 5 LAST\r\nab" : "BDAT 5\r\nab");
            assert_int_equal(ehlo_server_shutdown(self.server), EHLO_OK);
            host_expect(&self, "");
            assert_int_equal(host_show(&self, "cdeNOOP\r\n", 9), 3);
            snprintf(expected, sizeof expected, "%s%s", refused ? HOST_ORDER : HOST_OK, bye);
            host_expect(&self, expected);
            assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
            if (!refused)
                assert_int_equal(host_ended(&self, last ? EHLO_END_DELIVERED : EHLO_END_SHUTDOWN), 1);
        }
    for (int gone = 0; gone < 2; gone++) {
        host self;
        host_init(&self);
        begin(&self);
        host_feed(&self, "BDAT 5 LAST\r\nab");
        if (gone)
            assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
        else
            assert_int_equal(ehlo_server_timed_out(self.server), EHLO_OK);
        host_expect(&self, gone ? "" : "421 4.4.2 mx.example.org Timeout, closing transmission channel\r\n");
        assert_int_equal(host_ended(&self, gone ? EHLO_END_DISCONNECTED : EHLO_END_SHUTDOWN), 1);
        assert_int_equal(ehlo_server_feed(self.server, "cde", 3), 0);
    }
}

/* D4: the limit of a command line counts from its own start. */
static void lines_behind_chunks(void **state)
{
    static char octets[2200];
    host self;
    (void)state;
    host_init(&self);
    begin(&self);
    memset(octets, 'x', sizeof octets);
    memcpy(octets, "BDAT 8\r\n12345678RSET\r\nNOOP ", 27);
    memcpy(octets + sizeof octets - 2, "\r\n", 2);
    host_feed_leaving(&self, octets, sizeof octets, 0);
    host_expect(&self, HOST_OK HOST_OK "500 5.5.2 Line too long\r\n");
}

/* RFC 3030 section 2: the octets of a chunk stand right behind its line; nothing was sent ahead, also where
 * PIPELINING is not offered. */
static void octets_of_a_chunk_are_not_sent_ahead(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_CHUNKING;
    self.config.pipelined = EHLO_REFUSE;
    host_greet(&self);
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
    host_feed(&self, "RCPT TO:<c@d.example>\r\n");
    host_forget(&self);
    host_feed(&self, "BDAT 5\r\nabcde");
    host_feed(&self, "BDAT 5 LAST\r\nfghij");
    host_feed(&self, "NOOP\r\n");
    assert_int_equal(host_saw(&self, EHLO_EVENT_PIPELINED), 0);
    expect_content(&self, "abcdefghij", 10);
    assert_int_equal(self.decision_count, 3);
}

static void the_trace_hides_content(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.callbacks.trace = host_trace;
    begin(&self);
    self.trace_size = 0;
    host_feed(&self, "BDAT 6\r\nabcdef");
    host_feed(&self, "BDAT 2 LAST\r\ngh");
    self.trace[self.trace_size] = '\0';
    assert_string_equal(self.trace,
                        "C: BDAT 6\nC: [6]\nS: 250 2.0.0 Requested mail action okay, completed\n"
                        "C: BDAT 2 LAST\nC: [2]\nS: 250 2.0.0 Requested mail action okay, completed\n");
}

/* ---- BURL ------------------------------------------------------------------------------------- */

#define DELIVERED "250 2.5.0 Requested mail action okay, completed\r\n"

static void begin_submission(host *self)
{
    host_init(self);
    ehlo_server_config_submission(&self->config);
    self->config.extensions |= EHLO_EXTENSION_BURL;
    self->config.burl_sources = "imap";
    self->config.auth_mechanisms = "PLAIN";
    self->answers[EHLO_AUTH] = 235;
    host_greet_tls(self);
    host_feed(self, "AUTH PLAIN Zg==\r\n" HOST_ENVELOPE);
    host_forget(self);
}

static void burl_last_delivers(void **state)
{
    host self;
    (void)state;
    begin_submission(&self);
    self.answers[EHLO_BURL] = 250;
    host_feed(&self, "BURL imap://a@mail.example/x;uid=1 LAST\r\n");
    host_expect(&self, DELIVERED);
    assert_int_equal(self.request.command, EHLO_BURL);
    assert_int_equal(self.request.burl.last, 1);
    assert_string_equal(self.name, "imap://a@mail.example/x;uid=1");
    assert_int_equal(self.decision_count, 1);
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    host_feed(&self, "RCPT TO:<c@d.example>\r\n"); /* E1: the transaction is over */
    host_expect(&self, HOST_ORDER);
}

static void burl_and_bdat(void **state)
{
    host self;
    (void)state;
    begin_submission(&self);
    self.answers[EHLO_BURL] = 250;
    host_feed(&self, "BDAT 3\r\na\r\nBURL imap:x\r\nBDAT 1 LAST\r\nb");
    host_expect(&self, HOST_OK DELIVERED HOST_OK);
    expect_content(&self, "a\r\nb", 4);
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    host_feed(&self, HOST_ENVELOPE "BURL imap:x\r\nBURL imap:y LAST\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 2);
    self.out_size = 0;
    host_feed(&self, HOST_ENVELOPE "BURL imap:x\r\nDATA\r\n");
    assert_true(host_holds(self.out, self.out_size, DELIVERED HOST_ORDER));
}

static void burl_refused(void **state)
{
    host self;
    (void)state;
    begin_submission(&self);
    host_feed(&self, "BURL imap:x\r\nBDAT 1 LAST\r\nxBURL imap:x LAST\r\n" RESET); /* R12: 554 by default */
    host_expect(&self, "554 5.6.6 Transaction failed\r\n" HOST_ORDER HOST_ORDER HOST_OK);
    host_forget(&self);
    host_feed(&self, HOST_ENVELOPE "BURL imap:x LAST\r\n");
    host_expect(&self, HOST_MAIL_OK HOST_RCPT_OK "554 5.6.6 Transaction failed\r\n");
    assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
}

static void burl_arguments(void **state)
{
    static const char *const wrong[] = {"BURL",
                                        "BURL LAST",
                                        "BURL :x",
                                        "BURL imap:",
                                        "BURL imap",
                                        "BURL imap:x FIRST",
                                        "BURL imap:x  LAST",
                                        "BURL imap:x\xc3\xa9",
                                        "BURL imap:x LAST LAST"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char line[64];
        host self;
        begin_submission(&self);
        snprintf(line, sizeof line, "%s\r\n", wrong[i]);
        host_feed(&self, line);
        host_expect(&self, HOST_ARGUMENT);
        assert_int_equal(self.decision_count, 0);
        host_feed(&self, "BDAT 0 LAST\r\n" RESET); /* nothing has changed */
        host_expect(&self, HOST_OK HOST_OK);
    }
}

/* RFC 4468 section 3: whoever may read mail must have said who he is, whatever the config demands. */
static void burl_needs_auth(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.service = EHLO_SERVICE_SUBMISSION;
    self.config.extensions |= EHLO_EXTENSION_BURL;
    begin(&self);
    host_feed(&self, "BURL imap:x LAST\r\n");
    host_expect(&self, "530 5.7.0 Authentication required\r\n");
    assert_int_equal(self.decision_count, 0);
}

static void burl_pending(void **state)
{
    (void)state;
    for (int last = 0; last < 2; last++) {
        host self;
        begin_submission(&self);
        self.answers[EHLO_BURL] = EHLO_PENDING;
        host_feed(&self, last ? "BURL imap:x LAST\r\n" : "BURL imap:x\r\n");
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_REPLY);
        assert_int_equal(ehlo_server_disconnected(self.server), EHLO_OK);
        assert_int_equal(host_ended(&self, last ? EHLO_END_UNANSWERED : EHLO_END_DISCONNECTED), 1);
    }
}

/* A CR that ends the chunk before is content before the URL's, and comes out before the host is asked. */
static void burl_behind_a_cr(void **state)
{
    (void)state;
    for (int last = 0; last < 2; last++) {
        host self;
        begin_submission(&self);
        self.config.bare_cr = EHLO_PASS;
        self.answers[EHLO_BURL] = 250;
        host_feed(&self, "BDAT 2\r\na\r");
        host_feed(&self, last ? "BURL imap:x LAST\r\n" : "BURL imap:x\r\n");
        expect_content(&self, "a\r", 2);
        if (!last)
            host_feed(&self, "BDAT 1 LAST\r\nb");
        assert_int_equal(host_ended(&self, EHLO_END_DELIVERED), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_make_a_message),
        cmocka_unit_test(every_cut),
        cmocka_unit_test(refused_and_swallowed),
        cmocka_unit_test(no_recipient_was_wanted),
        cmocka_unit_test(spoiled),
        cmocka_unit_test(data_and_bdat_do_not_mix),
        cmocka_unit_test(sizes),
        cmocka_unit_test(sizes_without_limits),
        cmocka_unit_test(a_line_too_long),
        cmocka_unit_test(not_offered_or_after_helo),
        cmocka_unit_test(faults),
        cmocka_unit_test(a_cr_at_the_end_of_a_chunk),
        cmocka_unit_test(a_crlf_over_two_chunks),
        cmocka_unit_test(the_host_refuses),
        cmocka_unit_test(the_size_limit),
        cmocka_unit_test(the_drain_limit),
        cmocka_unit_test(budgets),
        cmocka_unit_test(pending_pieces),
        cmocka_unit_test(a_pending_chunk),
        cmocka_unit_test(endings_within_a_chunk),
        cmocka_unit_test(lines_behind_chunks),
        cmocka_unit_test(octets_of_a_chunk_are_not_sent_ahead),
        cmocka_unit_test(the_trace_hides_content),
        cmocka_unit_test(burl_last_delivers),
        cmocka_unit_test(burl_and_bdat),
        cmocka_unit_test(burl_refused),
        cmocka_unit_test(burl_arguments),
        cmocka_unit_test(burl_needs_auth),
        cmocka_unit_test(burl_pending),
        cmocka_unit_test(burl_behind_a_cr),
    };
    return cmocka_run_group_tests_name("server/chunk", tests, NULL, NULL);
}
