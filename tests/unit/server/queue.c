/* Unit tests of lib/server/queue.c: the arguments of ETRN and ATRN (RFC 1985 section 5, RFC 2645
 * section 5.2.1). */
#include "host.h"

static void begin(host *self)
{
    host_init(self);
    self->config.extensions |= EHLO_EXTENSION_AUTH | EHLO_EXTENSION_ETRN | EHLO_EXTENSION_ATRN;
    self->config.auth_mechanisms = "PLAIN";
    self->answers[EHLO_AUTH] = 235;
    host_greet_tls(self);
    host_feed(self, "AUTH PLAIN Zg==\r\n");
    host_forget(self);
}

static void etrn(void **state)
{
    static const struct {
        const char *argument, *name; /* NULL: refused */
        char option;
    } cases[] = {
        {" a.example", "a.example", 0},
        {" localhost", "localhost", 0},
        {" @a.example", "a.example", '@'},
        {" #uucp/queue!1", "uucp/queue!1", '#'},
        {" ##", "#", '#'},
        {" #@", "@", '#'},
        {" [192.0.2.1]", "[192.0.2.1]", 0},
        {"", NULL, 0},
        {" @", NULL, 0},
        {" #", NULL, 0},
        {" @@a.example", NULL, 0},
        {" a..example", NULL, 0},
        {" a.example b.example", NULL, 0},
        {" #a b", NULL, 0},
        {"  a.example", NULL, 0},
        {" m\xc3\xbc.example", NULL, 0},
        {" #m\xc3\xbc", NULL, 0},
        {" -a.example", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[80];
        host self;
        begin(&self);
        self.answers[EHLO_ETRN] = 250;
        snprintf(line, sizeof line, "ETRN%s\r\n", cases[i].argument);
        host_feed(&self, line);
        assert_int_equal(self.decision_count, cases[i].name != NULL);
        host_expect(&self, cases[i].name ? "250 2.0.0 OK, queuing started\r\n" : HOST_ARGUMENT);
        if (!cases[i].name)
            continue;
        assert_string_equal(self.name, cases[i].name);
        assert_int_equal(self.request.etrn.option, cases[i].option);
    }
}

static void atrn(void **state)
{
    static const struct {
        const char *argument;
        int good;
    } cases[] = {
        {"", 1},
        {" a.example", 1},
        {" a.example,b.example", 1},
        {" a.example,b.example,c.d.e.example", 1},
        {" a", 0}, /* RFC 2645: at least one dot */
        {" a.example,b", 0},
        {" a.example,", 0},
        {" ,a.example", 0},
        {" a.example,,b.example", 0},
        {" a.example, b.example", 0},
        {" a.example b.example", 0},
        {" a.example.", 0},
        {" .example", 0},
        {" [192.0.2.1]", 0},
        {" m\xc3\xbc.example", 0},
        {" a.example,m\xc3\xbc.example", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[80];
        host self;
        begin(&self);
        snprintf(line, sizeof line, "ATRN%s\r\n", cases[i].argument);
        host_feed(&self, line);
        assert_int_equal(self.decision_count, cases[i].good);
        host_expect(&self, cases[i].good ? "450 4.7.1 ATRN request refused\r\n" : HOST_ARGUMENT); /* R12 */
    }
}

/* RFC 2645 section 5.2.1: only who said who he is; and then the roles are exchanged. */
static void atrn_needs_auth_and_turns(void **state)
{
    host self;
    (void)state;
    begin(&self);
    self.answers[EHLO_ATRN] = 250;
    assert_int_equal(host_show(&self, "ATRN a.example\r\n220 there\r\n", 27), 16);
    host_expect(&self, "250 2.0.0 OK now reversing the connection\r\n");
    assert_int_equal(ehlo_server_wants(self.server), EHLO_WANTS_TURN);

    host_init(&self);
    self.config.extensions |= EHLO_EXTENSION_AUTH | EHLO_EXTENSION_ATRN;
    self.config.auth_mechanisms = "PLAIN";
    host_greet_tls(&self);
    host_feed(&self, "ATRN a.example\r\n");
    host_expect(&self, "530 5.7.0 Authentication required\r\n");
    assert_int_equal(self.decision_count, 0);
}

static void where_they_are_out_of_order(void **state)
{
    host self;
    (void)state;
    begin(&self);
    host_feed(&self, "ETRN a.example\r\nMAIL FROM:<a@b.example>\r\nETRN a.example\r\nATRN\r\n");
    host_expect(&self, "458 4.3.0 Unable to queue messages\r\n" HOST_MAIL_OK HOST_ORDER HOST_ORDER);
    host_feed(&self, "RSET\r\nHELO x.example\r\n");
    self.out_size = 0;
    host_feed(&self, "ETRN a.example\r\n");
    host_expect(&self, "503 Bad sequence of commands\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(etrn),
        cmocka_unit_test(atrn),
        cmocka_unit_test(atrn_needs_auth_and_turns),
        cmocka_unit_test(where_they_are_out_of_order),
    };
    return cmocka_run_group_tests_name("server/queue", tests, NULL, NULL);
}
