/* Unit tests of lib/server/config.c: the defaults, and what may be wrong. */
#include "host.h"

#include "tables/limit.h"

static void defaults_are_safe(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_null(ehlo_server_config_problem(&self.config));
    assert_int_equal(self.config.max_recipients, 1000);
    assert_int_equal(self.config.max_line, 2048);
    assert_int_equal(self.config.bare_cr, EHLO_REFUSE);
    assert_int_equal(self.config.bare_lf, EHLO_REFUSE);
    assert_int_equal(self.config.nul, EHLO_REFUSE);
    assert_int_equal(self.config.leniencies, 0);
    assert_int_equal(self.config.profile, EHLO_PROFILE_STANDARD);
    assert_int_equal(self.config.extensions & EHLO_EXTENSION_EXPN, 0);
}

static void interop_sets_what_real_mail_needs(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    ehlo_server_config_interop(&self.config);
    assert_int_equal(self.config.leniencies, EHLO_LENIENT_SPACE_AFTER_COLON | EHLO_LENIENT_MISSING_BRACKETS |
                                                 EHLO_LENIENT_HELLO_UNDERSCORE |
                                                 EHLO_LENIENT_HELLO_BARE_ADDRESS);
    assert_int_equal(self.config.bare_lf, EHLO_REFUSE);
    assert_null(ehlo_server_config_problem(&self.config));
}

static char long_name[300];

/* Each breaks one thing; the message names it. */
static void problems_name_the_field(void **state)
{
    host good, bad;
    (void)state;
    host_init(&good);
    memset(long_name, 'a', sizeof long_name - 1);
#define BREAKS(change, word)                                                                                 \
    do {                                                                                                     \
        const char *problem;                                                                                 \
        bad = good;                                                                                          \
        change;                                                                                              \
        problem = ehlo_server_config_problem(&bad.config);                                                   \
        assert_non_null(problem);                                                                            \
        assert_non_null(strstr(problem, word));                                                              \
    } while (0)
    BREAKS(bad.config.hostname = NULL, "hostname");
    BREAKS(bad.config.hostname = "", "hostname");
    BREAKS(bad.config.hostname = "two words", "hostname");
    BREAKS(bad.config.hostname = "a\r\nb", "hostname");
    BREAKS(bad.config.hostname = "m\xc3\xbc.example", "hostname"); /* a reply needs ASCII */
    BREAKS(bad.config.hostname = long_name, "hostname");
    BREAKS(bad.config.callbacks.write = NULL, "write");
    BREAKS(bad.config.callbacks.decide = NULL, "decide");
    BREAKS(bad.config.max_line = 511, "max_line");
    BREAKS(bad.config.max_line = 65537, "max_line");
    BREAKS(bad.config.max_text_line = 999, "max_text_line");
    BREAKS(bad.config.max_size = UINT64_MAX, "max_size");
    BREAKS(bad.config.extensions = UINT32_MAX, "extensions");
    BREAKS(bad.config.extensions |= EHLO_EXTENSION_SEND, "extensions");
    BREAKS(bad.config.extensions &= ~(uint32_t)EHLO_EXTENSION_8BITMIME, "extensions");
    BREAKS(bad.config.leniencies = UINT32_MAX, "leniencies");
    BREAKS(bad.config.profile = 2, "profile");
    BREAKS(bad.config.bare_cr = 3, "bare_cr");
    BREAKS(bad.config.bare_lf = -1, "bare_lf");
    BREAKS(bad.config.nul = EHLO_NORMALIZE, "nul");
    BREAKS(bad.config.long_line = EHLO_NORMALIZE, "long_line");
    BREAKS(bad.config.eight_bit = 9, "eight_bit");
    BREAKS(bad.config.pipelined = 9, "pipelined");
    BREAKS(bad.config.reserved[7] = 1, "reserved");
    BREAKS(bad.config.reserved_number = 1, "reserved");
    BREAKS(bad.config.callbacks.reserved[0] = (void (*)(void))host_init, "reserved");
#undef BREAKS
    assert_non_null(ehlo_server_config_problem(NULL));
}

/* Every message that there is, each from a config that deserves it. */
static void problems_of_services_and_additions(void **state)
{
    static const ehlo_host_command no_verb = {.verb = NULL, .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   lower = {.verb = "xa", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   empty = {.verb = "", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   longer = {.verb = "X123456789012",
                                             .phases = EHLO_HOST_BETWEEN,
                                             .codes = {250}},
                                   known = {.verb = "NOOP", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   off = {.verb = "TURN", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   foreign = {.verb = "GET", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                   twice[2] = {{.verb = "XA", .phases = EHLO_HOST_BETWEEN, .codes = {250}},
                                               {.verb = "XA", .phases = EHLO_HOST_BETWEEN, .codes = {250}}},
                                   nowhere = {.verb = "XA", .codes = {250}},
                                   elsewhere = {.verb = "XA", .phases = 8, .codes = {250}},
                                   needy = {.verb = "XA", .phases = 1, .needs = 4, .codes = {250}},
                                   mute = {.verb = "XA", .phases = 1},
                                   asking = {.verb = "XA", .phases = 1, .codes = {250, 354}},
                                   odd = {.verb = "XA", .phases = 1, .codes = {250, 199}},
                                   high = {.verb = "XA", .phases = 1, .codes = {560}},
                                   strange = {.verb = "XA", .phases = 1, .codes = {250}, .reserved = 1};
    static const ehlo_host_parameter no_keyword = {.keyword = NULL, .command = EHLO_MAIL},
                                     hyphen = {.keyword = "-A", .command = EHLO_MAIL},
                                     dotted = {.keyword = "A.B", .command = EHLO_MAIL},
                                     there = {.keyword = "size", .command = EHLO_MAIL},
                                     spaced = {.keyword = "A B", .command = EHLO_MAIL},
                                     nameless = {.keyword = "", .command = EHLO_MAIL},
                                     of_data = {.keyword = "XA", .command = EHLO_DATA},
                                     value = {.keyword = "XA", .command = EHLO_RCPT, .value = 3},
                                     reserved = {.keyword = "XA", .command = EHLO_RCPT, .reserved = 1};
    static char long_word[600];
    static const char *const no_word[] = {NULL}, *const blank[] = {"A  B"}, *const punctuated[] = {"-A"},
                             *const control[] = {"A\tB"}, *const endless[] = {long_word},
                             *const last[] = {"A "}, *const there_already[] = {"size 1"},
                             *const signed_word[] = {"A=B"}, *const good_words[] = {"XA", "XB a=b !"};
    host good, bad;
    (void)state;
    memset(long_word, 'A', sizeof long_word - 1);
    host_init(&good);
    good.config.auth_mechanisms = "PLAIN";
    assert_null(ehlo_server_config_problem(&good.config));
#define SAYS(change, message)                                                                                \
    do {                                                                                                     \
        bad = good;                                                                                          \
        change;                                                                                              \
        assert_non_null(ehlo_server_config_problem(&bad.config));                                            \
        assert_string_equal(ehlo_server_config_problem(&bad.config), message);                               \
        assert_int_equal(ehlo_server_init(bad.server, &bad.config, NULL), EHLO_BAD_CONFIG);                  \
    } while (0)
    SAYS(bad.config.service = 3, "service is not a service");
    SAYS(bad.config.service = -1, "service is not a service");
    SAYS(bad.config.extensions |= EHLO_EXTENSION_BURL,
         "extensions holds one that this service may not offer");
    SAYS(bad.config.service = EHLO_SERVICE_LMTP; bad.config.extensions |= EHLO_EXTENSION_PRDR,
                                                 "extensions holds one that this service may not offer");
    SAYS(bad.config.extensions |= EHLO_EXTENSION_TURN,
         "extensions holds SEND, SOML, SAML or TURN, which need EHLO_PROFILE_HISTORIC");
    SAYS(bad.config.extensions |= EHLO_EXTENSION_ATRN, "extensions holds one that requires another: 8BITMIME "
                                                       "for SMTPUTF8 and BURL, CHUNKING for BINARYMIME, "
                                                       "AUTH for ATRN");
    SAYS(bad.config.extensions = EHLO_EXTENSION_BINARYMIME,
         "extensions holds one that requires another: 8BITMIME for SMTPUTF8 and BURL, CHUNKING for "
         "BINARYMIME, "
         "AUTH for ATRN");
    SAYS(bad.config.demands = 4, "demands holds a bit that is no demand");
    SAYS(bad.config.demands = EHLO_DEMAND_AUTH, "demands holds AUTH, which extensions does not");
    good.config.extensions |= EHLO_EXTENSION_AUTH;
    {
        static const char *const lists[] = {NULL,           "",
                                            " PLAIN",       "PLAIN ",
                                            "PLAIN  LOGIN", "PLAIN,LOGIN",
                                            "PL\tAIN",      "A12345678901234567890",
                                            "PL\xc3\xa4IN"};
        for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
            SAYS(bad.config.auth_mechanisms = lists[i],
                 "auth_mechanisms is not set, or not names of SASL mechanisms parted by single spaces");
        bad = good;
        bad.config.auth_mechanisms = "A1234567890123456789 X_Y-Z";
        assert_null(ehlo_server_config_problem(&bad.config));
    }
    SAYS(bad.config.priority_policy = "",
         "priority_policy is not a name of 1 to 20 letters, digits, and - . _");
    SAYS(bad.config.priority_policy = "A:B",
         "priority_policy is not a name of 1 to 20 letters, digits, and - . _");
    SAYS(bad.config.solicitation_classes = "a  b",
         "solicitation_classes is not words parted by single spaces");
    SAYS(bad.config.burl_sources = "a\r\nb", "burl_sources is not words parted by single spaces");
    SAYS(bad.config.parameter_count = 1, "parameters is not set, or has more than 32");
    SAYS(bad.config.parameter_count = 33;
         bad.config.parameters = &no_keyword, "parameters is not set, or has more than 32");
#define PARAMETER(row)                                                                                       \
    SAYS(bad.config.parameter_count = 1;                                                                     \
         bad.config.parameters = &row, "parameters: one is malformed, or is one already")
    PARAMETER(no_keyword);
    PARAMETER(hyphen);
    PARAMETER(dotted);
    PARAMETER(there);
    PARAMETER(spaced);
    PARAMETER(nameless);
    PARAMETER(of_data);
    PARAMETER(value);
    PARAMETER(reserved);
#undef PARAMETER
    SAYS(bad.config.keyword_count = 1, "keywords is not set, or has more than 32");
    SAYS(bad.config.keyword_count = 33;
         bad.config.keywords = blank, "keywords is not set, or has more than 32");
#define KEYWORD(list)                                                                                        \
    SAYS(bad.config.keyword_count = 1;                                                                       \
         bad.config.keywords = list,                                                                         \
         "keywords: one is not a keyword of its own and words parted by single spaces")
    KEYWORD(no_word);
    KEYWORD(blank);
    KEYWORD(punctuated);
    KEYWORD(control);
    KEYWORD(endless);
    KEYWORD(last);
    KEYWORD(there_already);
    KEYWORD(signed_word);
#undef KEYWORD
    bad = good;
    bad.config.keyword_count = 2;
    bad.config.keywords = good_words;
    assert_null(ehlo_server_config_problem(&bad.config));
    SAYS(bad.config.command_count = 1, "commands is not set, or has more than 32");
    SAYS(bad.config.command_count = 33;
         bad.config.commands = twice, "commands is not set, or has more than 32");
#define COMMAND(row, message) SAYS(bad.config.command_count = 1; bad.config.commands = &row, message)
    COMMAND(no_verb, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(lower, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(empty, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(longer, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(known, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(off, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(foreign, "commands: a verb is not 1 to 12 capital letters and digits, or is one already");
    COMMAND(nowhere, "commands: phases or needs are not among those that there are");
    COMMAND(elsewhere, "commands: phases or needs are not among those that there are");
    COMMAND(needy, "commands: phases or needs are not among those that there are");
    COMMAND(mute, "commands: codes are none, or not all 2yz, 4yz or 5yz");
    COMMAND(asking, "commands: codes are none, or not all 2yz, 4yz or 5yz");
    COMMAND(odd, "commands: codes are none, or not all 2yz, 4yz or 5yz");
    COMMAND(high, "commands: codes are none, or not all 2yz, 4yz or 5yz");
    COMMAND(strange, "commands: a reserved field is not zero");
#undef COMMAND
    SAYS(bad.config.command_count = 2; bad.config.commands = twice, "commands: a verb is there twice");
#undef SAYS
}

/* RFC 6710 section 3: one policy, and no second word behind it. */
static void a_priority_policy_is_one_word(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.priority_policy = "MIXER";
    assert_null(ehlo_server_config_problem(&self.config));
    self.config.priority_policy = "MIXER STANAG4406";
    assert_non_null(ehlo_server_config_problem(&self.config));
}

static void presets(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    ehlo_server_config_submission(&self.config);
    assert_int_equal(self.config.service, EHLO_SERVICE_SUBMISSION);
    assert_int_equal(self.config.demands, EHLO_DEMAND_AUTH);
    assert_non_null(ehlo_server_config_problem(&self.config)); /* which mechanisms, only the host knows */
    self.config.auth_mechanisms = "PLAIN";
    assert_null(ehlo_server_config_problem(&self.config));
    assert_int_equal(ehlo_server_line_limit(&self.config), 12288);
    host_init(&self);
    ehlo_server_config_lmtp(&self.config);
    assert_int_equal(self.config.service, EHLO_SERVICE_LMTP);
    assert_int_equal(self.config.demands, 0);
    assert_null(ehlo_server_config_problem(&self.config));
}

static void zero_is_no_limit(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        ehlo__limit_set(&self.config, i, 0);
    assert_null(ehlo_server_config_problem(&self.config));
    host_greet(&self);
    for (int i = 0; i < 300; i++) {
        host_feed(&self, "FOO\r\nNOOP\r\n");
        self.event_count = self.decision_count = self.out_size = 0;
    }
    assert_int_equal(ehlo_server_timeout(self.server), 0);
}

static void the_line_limit_is_the_table_s(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    assert_int_equal(ehlo_server_line_limit(&self.config), 2048);
    self.config.max_line = 0;
    for (size_t i = 0; i < EHLO__LIMIT_COUNT; i++)
        if (!strcmp(ehlo__limit_name(i), "max_line"))
            assert_int_equal(ehlo_server_line_limit(&self.config), ehlo__limit(i)->ceiling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_safe),
        cmocka_unit_test(interop_sets_what_real_mail_needs),
        cmocka_unit_test(problems_name_the_field),
        cmocka_unit_test(problems_of_services_and_additions),
        cmocka_unit_test(presets),
        cmocka_unit_test(a_priority_policy_is_one_word),
        cmocka_unit_test(zero_is_no_limit),
        cmocka_unit_test(the_line_limit_is_the_table_s),
    };
    return cmocka_run_group_tests_name("server/config", tests, NULL, NULL);
}
