/* Unit tests of lib/server/law.c: what may be sent for a host's answer. */
#include "host.h"

static void what_is_no_answer_fails(void **state)
{
    static const int wrong[] = {EHLO_FAIL, 1, -1, 199, 600, 999, EHLO_REPLIED, 1003};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        self.answers[EHLO_MAIL] = wrong[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_HOST_FAILED), i + 1);
    }
}

static void illegal_codes_are_replaced(void **state)
{
    static const int illegal[] = {200, 220, 251, 354, 450, 521, 554};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.text = "never seen";
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++) {
        self.answers[EHLO_MAIL] = illegal[i];
        host_feed(&self, "MAIL FROM:<a@b.example>\r\n");
        host_expect(&self, "451 4.3.0 Requested action aborted: local error in processing\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), i + 1);
    }
    self.answers[EHLO_NOOP] = 354; /* which has no 4yz but 421 */
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "421 4.3.2 mx.example.org Service not available, closing transmission channel\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
}

static void quit_is_always_221(void **state)
{
    static const int answers[] = {EHLO_FAIL, 221, 250, 500, 421, EHLO_DEFAULT};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        host self;
        host_init(&self);
        host_greet(&self);
        self.answers[EHLO_QUIT] = answers[i];
        host_feed(&self, "QUIT\r\n");
        host_expect(&self, "221 2.0.0 mx.example.org Service closing transmission channel\r\n");
        assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_CLOSE);
    }
}

static void bad_enhanced_codes_are_replaced(void **state)
{
    static const char *const wrong[] = {"",         "5.1.1", "2.1",  "2.1.0.0", "2.01.0",
                                        "2.1.1000", "2.1.x", "2..1", "x"};
    host self;
    (void)state;
    host_init(&self);
    host_greet(&self);
    self.text = "well";
    self.answers[EHLO_NOOP] = 250;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        self.enhanced = wrong[i];
        host_feed(&self, "NOOP\r\n");
        host_expect(&self, "250 2.0.0 well\r\n");
        assert_int_equal(host_saw(&self, EHLO_EVENT_BAD_ENHANCED), i + 1);
    }
}

static void the_historic_profile_permits_more(void **state)
{
    host self;
    (void)state;
    host_init(&self);
    self.config.profile = EHLO_PROFILE_HISTORIC;
    host_greet(&self);
    self.answers[EHLO_NOOP] = 200;
    host_feed(&self, "NOOP\r\n");
    host_expect(&self, "200 2.0.0 OK\r\n");
}

static void the_host_may_refuse_a_piece(void **state)
{
    static const struct {
        int answer, refused;
    } cases[] = {{550, 550}, {452, 452}, {554, 554}, {EHLO_FAIL, 451},
                 {250, 451}, {354, 451}, {1, 451},   {503, 451}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        self.content_answer = cases[i].answer;
        host_receive(&self);
        host_feed(&self, "a\r\n..b\r\n.\r\n");
        assert_int_equal(self.request.received.refused, cases[i].refused);
        assert_int_equal(self.content_size, 3); /* nothing after the piece that was refused */
        assert_int_equal(self.request.received.size, 7);
        assert_int_equal(host_ended(&self, EHLO_END_REFUSED), 1);
    }
}

static void the_verdict_on_a_refused_message(void **state)
{
    static const struct {
        int answer;
        const char *reply;
    } cases[] = {
        {EHLO_DEFAULT, "554 5.6.0 Message has a bare LF\r\n"},
        {250, "554 5.6.0 Message has a bare LF\r\n"},
        {550, "550 5.7.1 Requested action not taken: mailbox unavailable\r\n"},
        {452, "452 4.3.1 Requested action not taken: insufficient system storage\r\n"},
        {EHLO_FAIL, "451 4.3.0 Requested action aborted: local error in processing\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        host self;
        host_init(&self);
        self.answers[EHLO_DATA_RECEIVED] = cases[i].answer;
        host_receive(&self);
        host_feed(&self, "\n\r\n.\r\n");
        assert_int_equal(strncmp(self.out, cases[i].reply, 4), 0);
        assert_int_equal(host_saw(&self, EHLO_EVENT_ILLEGAL_REPLY), cases[i].answer == 250);
        if (i < 2)
            host_expect(&self, cases[i].reply);
    }
}

static void own_enhanced_code_for_a_refused_message(void **state)
{
    static const char *const codes[][2] = {{"5.7.99", "554 5.7.99 mine\r\n"}, {"4.7.0", "554 5.6.0 mine\r\n"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        host self;
        host_init(&self);
        host_receive(&self);
        self.text = "mine";
        self.enhanced = codes[i][0];
        host_feed(&self, "\n\r\n.\r\n");
        host_expect(&self, codes[i][1]);
        assert_int_equal(host_saw(&self, EHLO_EVENT_BAD_ENHANCED), i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_answer_fails),
        cmocka_unit_test(illegal_codes_are_replaced),
        cmocka_unit_test(quit_is_always_221),
        cmocka_unit_test(bad_enhanced_codes_are_replaced),
        cmocka_unit_test(the_historic_profile_permits_more),
        cmocka_unit_test(the_host_may_refuse_a_piece),
        cmocka_unit_test(the_verdict_on_a_refused_message),
        cmocka_unit_test(own_enhanced_code_for_a_refused_message),
    };
    return cmocka_run_group_tests_name("server/law", tests, NULL, NULL);
}
