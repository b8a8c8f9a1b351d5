/* Unit tests of lib/server/words.c: the replies to HELO, EHLO and HELP. */
#include "host.h"

static void ehlo_lists_what_is_offered(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n"
                       "250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-HELP\r\n250 CHUNKING\r\n");
    assert_int_equal(self.request.extended, 1);
    assert_int_equal(self.request.hello.domain.kind, EHLO_DOMAIN_NAME);
}

static void helo_lists_nothing(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "HELO [192.0.2.1]\r\nNOOP\r\n");
    host_expect(&self, "250 mx.example.org\r\n250 Requested mail action okay, completed\r\n");
    assert_int_equal(self.request.extended, 0);
}

static void nothing_offered_is_one_line(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = 0;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250 mx.example.org\r\n");
}

static void no_limit_is_size_0(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_SIZE;
    self.config.max_size = 0;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250 SIZE 0\r\n");
}

static void the_host_may_greet(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_HELP;
    host_start(&self);
    self.out_size = 0;
    self.text = "pleased to meet you\nSTARTTLS";
    self.answers[EHLO_EHLO] = 250;
    host_feed(&self, "EHLO client.example\r\n");
    host_expect(&self, "250-mx.example.org pleased to meet you\r\n250 HELP\r\n");
}

/* A hello's reply that does not fit behind others in their block is the same as by itself. */
static void a_hello_behind_others(void **state)
{
    static char text[3 * 486], alone[4096];
    size_t noop, both;
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    memset(text, 'x', sizeof text - 1); /* three lines, of which a hello takes the first */
    text[485] = text[2 * 486 - 1] = '\n';
    self.text = text;
    self.answers[EHLO_NOOP] = self.answers[EHLO_EHLO] = 250;
    host_feed(&self, "NOOP\r\n");
    noop = self.out_size;
    host_feed(&self, "EHLO client.example\r\n");
    both = self.out_size;
    assert_true(noop + 512 <= 2048 && both > 2048);
    memcpy(alone, self.out, both);

    self.out_size = 0;
    self.writes = 0;
    host_feed(&self, "NOOP\r\nEHLO client.example\r\n");
    assert_int_equal(self.writes, 2);
    assert_int_equal(self.out_size, both);
    assert_memory_equal(self.out, alone, both);
}

static const char *value_after(host *self, const char *keyword)
{
    static char value[600];
    char *at;
    self->out[self->out_size] = '\0';
    at = strstr(self->out, keyword);
    assert_non_null(at);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

/* What stands behind the keywords of the extensions. */
static void values_of_keywords(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_DELIVERBY;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\n");
    assert_string_equal(value_after(&self, "DELIVERBY"),
                        "DELIVERBY"); /* no least: no value (RFC 2852 section 2) */

    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_DELIVERBY | EHLO_EXTENSION_MT_PRIORITY |
                             EHLO_EXTENSION_NO_SOLICITING | EHLO_EXTENSION_LIMITS | EHLO_EXTENSION_XCLIENT |
                             EHLO_EXTENSION_XFORWARD | EHLO_EXTENSION_AUTH | EHLO_EXTENSION_RRVS;
    self.config.leniencies = EHLO_LENIENT_AUTH_WITHOUT_TLS;
    self.config.auth_mechanisms = "SCRAM-SHA-256 PLAIN";
    self.config.priority_policy = "MIXER";
    self.config.solicitation_classes = "net.example:ADV org.example:ADV:ADLT";
    self.config.min_by = 240;
    self.config.max_transactions = 50;
    self.config.max_recipients = 100;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    host_expect(&self, "250-mx.example.org\r\n250-AUTH SCRAM-SHA-256 PLAIN\r\n250-DELIVERBY 240\r\n"
                       "250-MT-PRIORITY MIXER\r\n250-RRVS\r\n"
                       "250-NO-SOLICITING net.example:ADV org.example:ADV:ADLT\r\n"
                       "250-LIMITS MAILMAX=50 RCPTMAX=100\r\n"
                       "250-XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT\r\n"
                       "250 XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE\r\n");
}

/* RFC 9422 section 4: at most six digits, and never 0; section 3: one or more of them, or no keyword at all.
 */
static void limits(void **state)
{
    static const struct {
        uint32_t transactions, recipients;
        const char *reply;
    } cases[] = {
        {0, 100, "250-mx.example.org\r\n250 LIMITS RCPTMAX=100\r\n"},
        {999999, 0, "250-mx.example.org\r\n250 LIMITS MAILMAX=999999\r\n"},
        {1, 999999, "250-mx.example.org\r\n250 LIMITS MAILMAX=1 RCPTMAX=999999\r\n"},
        {1, 1000000, "250-mx.example.org\r\n250 LIMITS MAILMAX=1\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        self.config.extensions = EHLO_EXTENSION_LIMITS;
        self.config.max_transactions = cases[i].transactions;
        self.config.max_recipients = cases[i].recipients;
        host_start(&self);
        self.out_size = 0;
        host_feed(&self, "EHLO x.example\r\n");
        host_expect(&self, cases[i].reply);
    }
}

/* RFC 9422 section 3 has one or more of them behind the keyword: where there is none, there is no keyword. */
static void no_limits_are_not_announced(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = EHLO_EXTENSION_LIMITS;
    self.config.max_recipients = 0;
    host_start(&self);
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    host_expect(&self, "250 mx.example.org\r\n");
}

/* 32 keywords of the host's, of 480 octets: several writes, and each of whole lines. */
static size_t whole_until;

static void lines_are_whole(host *self)
{
    assert_true(self->out_size - whole_until <= 2048);
    assert_int_equal(self->out[self->out_size - 1], '\n');
    whole_until = self->out_size;
}

static void many_long_keywords(void **state)
{
    static char keywords[32][481];
    static const char *list[32];
    static host self;
    const char *at;
    (void)state;
    host_init(&self);
    for (int i = 0; i < 32; i++) {
        memset(keywords[i], 'x', 480);
        snprintf(keywords[i], 8, "X%02d", i);
        keywords[i][3] = ' ';
        list[i] = keywords[i];
    }
    self.config.keywords = list;
    self.config.keyword_count = 32;
    self.inside_write = lines_are_whole;
    whole_until = 0;
    host_start(&self);
    host_feed(&self, "EHLO x.example\r\n");
    assert_true(self.writes > 7);
    self.out[self.out_size] = '\0';
    at = strstr(self.out, "250-CHUNKING\r\n");
    assert_non_null(at);
    at += strlen("250-CHUNKING\r\n");
    for (int i = 0; i < 32; i++, at += 4 + 480 + 2) {
        assert_memory_equal(at, i < 31 ? "250-" : "250 ", 4);
        assert_memory_equal(at + 4, keywords[i], 480);
        assert_memory_equal(at + 4 + 480, "\r\n", 2);
    }
    assert_string_equal(at, "");
    host_feed(&self, "MAIL FROM:<a@b.example>\r\n"); /* the session goes on */
    assert_string_equal(self.out + whole_until - strlen(HOST_MAIL_OK), HOST_MAIL_OK);
    whole_until = self.out_size = 0;
    host_feed(&self, "HELO x.example\r\n"); /* none behind HELO */
    host_expect(&self, "250 mx.example.org\r\n");
}

/* A greet that is longer than its line must not come out as keywords. */
static void a_long_greet_makes_no_keywords(void **state)
{
    static char greet[700];
    host self;
    (void)state;
    host_init(&self);
    self.config.extensions = 0;
    host_start(&self);
    memset(greet, 'x', sizeof greet - 1);
    memcpy(greet + 512 - sizeof "250-mx.example.org " - 1, "STARTTLS", 8);
    self.text = greet;
    self.answers[EHLO_EHLO] = 250;
    self.out_size = 0;
    host_feed(&self, "EHLO x.example\r\n");
    assert_true(self.out_size <= 512);
    assert_memory_equal(self.out, "250 mx.example.org x", 20);
    assert_false(host_holds(self.out, self.out_size, "\r\n250"));
}

static void help_is_a_fixed_text(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    host_feed(&self, "HELP\r\n");
    host_expect(&self, "214-2.0.0 HELO\r\n214-2.0.0 EHLO\r\n214-2.0.0 MAIL\r\n214-2.0.0 RCPT\r\n"
                       "214-2.0.0 DATA\r\n214-2.0.0 VRFY\r\n214-2.0.0 RSET\r\n214-2.0.0 HELP\r\n"
                       "214-2.0.0 NOOP\r\n214-2.0.0 QUIT\r\n214-2.0.0 BDAT\r\n214 2.0.0 Help message\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ehlo_lists_what_is_offered),
        cmocka_unit_test(helo_lists_nothing),
        cmocka_unit_test(nothing_offered_is_one_line),
        cmocka_unit_test(no_limit_is_size_0),
        cmocka_unit_test(the_host_may_greet),
        cmocka_unit_test(help_is_a_fixed_text),
        cmocka_unit_test(a_hello_behind_others),
        cmocka_unit_test(values_of_keywords),
        cmocka_unit_test(limits),
        cmocka_unit_test(many_long_keywords),
        cmocka_unit_test(a_long_greet_makes_no_keywords),
        cmocka_unit_test(no_limits_are_not_announced),
    };
    return cmocka_run_group_tests_name("server/words", tests, NULL, NULL);
}
