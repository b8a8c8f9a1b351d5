/* Unit tests of lib/server/order.c: whether a command may come now (RFC 5321 section 4.1.4, RFC 3207 section
 * 4, RFC 4954 sections 4 and 6). */
#include "host.h"

/* Everything that there is for a service, enabled. */
static void enable(host *self, int service)
{
    host_init(self);
    self->config.service = service;
    self->config.profile = EHLO_PROFILE_HISTORIC;
    self->config.extensions = 0;
    for (uint32_t bit = 1; bit; bit <<= 1) {
        self->config.extensions |= bit;
        self->config.auth_mechanisms = "PLAIN";
        if (ehlo_server_config_problem(&self->config))
            self->config.extensions &= ~bit;
    }
    self->answers[EHLO_AUTH] = 235;
}

static const char *const lines[] = {
    "HELO x.example",
    "EHLO x.example",
    "LHLO x.example",
    "MAIL FROM:<a@b.example>",
    "SEND FROM:<a@b.example>",
    "SOML FROM:<a@b.example>",
    "SAML FROM:<a@b.example>",
    "RCPT TO:<c@d.example>",
    "DATA",
    "VRFY a",
    "EXPN a",
    "HELP",
    "NOOP",
    "RSET",
    "TURN",
    "BDAT 0",
    "BURL imap:x LAST",
    "STARTTLS",
    "AUTH PLAIN Zg==",
    "ETRN a.example",
    "ATRN a.example",
    "XCLIENT NAME=a",
    "XFORWARD NAME=a",
};

static int starts(const char *line, const char *const *verbs)
{
    for (; *verbs; verbs++)
        if (!strncmp(line, *verbs, strlen(*verbs)))
            return 1;
    return 0;
}

static int code_of(host *self, const char *line)
{
    char octets[64];
    int code;
    host_forget(self);
    snprintf(octets, sizeof octets, "%s\r\n", line);
    host_feed(self, octets);
    self->out[self->out_size] = '\0';
    assert_int_equal(sscanf(self->out, "%3d", &code), 1);
    return code;
}

/* RFC 3207 section 4: but for NOOP, EHLO, STARTTLS and QUIT all is 530; AUTH is 538 there, as it is always.
 */
static void before_tls_that_is_demanded(void **state)
{
    static const char *const allowed[] = {"EHLO", "LHLO", "NOOP", "STARTTLS", NULL}, *const auth[] = {"AUTH",
                                                                                                      NULL};
    static host self;
    (void)state;
    for (int service = EHLO_SERVICE_SMTP; service <= EHLO_SERVICE_LMTP; service++)
        for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
            int code;
            enable(&self, service);
            self.config.demands = EHLO_DEMAND_TLS;
            host_greet(&self);
            code = code_of(&self, lines[i]);
            if (code == 500 || code == 502)
                assert_int_equal(
                    host_saw(&self, EHLO_EVENT_UNKNOWN_COMMAND) + host_saw(&self, EHLO_EVENT_NOT_ENABLED), 1);
            else if (starts(lines[i], allowed))
                assert_in_range(code, 220, 250);
            else
                assert_int_equal(code, starts(lines[i], auth) ? 538 : 530);
        }
}

/* RFC 4954 section 6: what a demand for AUTH stops, and what needs it without any demand. */
static void before_auth(void **state)
{
    static const char *const always[] = {"BURL", "ATRN", NULL}, *const demanded[] = {"MAIL", "SEND", "SOML",
                                                                                     "SAML", "VRFY", "EXPN",
                                                                                     "TURN", "ETRN", NULL},
                             *const in_mail[] = {"BURL", NULL};
    static host self;
    (void)state;
    for (int service = EHLO_SERVICE_SMTP; service <= EHLO_SERVICE_LMTP; service++)
        for (int demands = 0; demands < 2; demands++)
            for (int done = 0; done < 2; done++)
                for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
                    int is_refused, code;
                    enable(&self, service);
                    self.config.demands = demands ? EHLO_DEMAND_AUTH : 0;
                    host_greet_tls(&self);
                    if (done)
                        host_feed(&self, "AUTH PLAIN Zg==\r\n");
                    code = code_of(&self, lines[i]);
                    if (code == 500 || (code == 502 && host_saw(&self, EHLO_EVENT_NOT_ENABLED)))
                        continue; /* not of this service */
                    is_refused = !done && !starts(lines[i], in_mail) &&
                                 (starts(lines[i], always) || (demands && starts(lines[i], demanded)));
                    assert_int_equal(code == 530, is_refused);
                    assert_int_equal(host_saw(&self, EHLO_EVENT_AUTH_REQUIRED), is_refused);
                }
}

/* No extension is in use after HELO, and none of their commands; nor before any hello. */
static void after_helo(void **state)
{
    static const char *const extended[] = {"BDAT", "BURL",    "STARTTLS", "AUTH", "ETRN",
                                           "ATRN", "XCLIENT", "XFORWARD", NULL};
    static host self;
    (void)state;
    for (int hello = 0; hello < 2; hello++)
        for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
            int code;
            enable(&self, EHLO_SERVICE_SMTP);
            host_start(&self);
            if (hello)
                host_feed(&self, "HELO x.example\r\n");
            code = code_of(&self, lines[i]);
            if (starts(lines[i], extended) && code != 502)
                assert_int_equal(code, 503);
        }
}

/* A command that is not enabled is 502 wherever it comes; one of another service is unknown. */
static void not_enabled_comes_first(void **state)
{
    static const char *const of_extensions[] = {"STARTTLS x", "AUTH",   "ETRN", "ATRN", "XCLIENT",
                                                "XFORWARD",   "EXPN",   "SEND", "SOML", "SAML",
                                                "TURN",       "BDAT x", "BURL", "HELP"};
    static host self;
    (void)state;
    for (int place = 0; place < 3; place++)
        for (size_t i = 0; i < sizeof of_extensions / sizeof of_extensions[0]; i++) {
            host_init(&self);
            self.config.extensions = 0;
            host_start(&self);
            if (place)
                host_feed(&self, "EHLO x.example\r\n");
            if (place == 2)
                host_feed(&self, HOST_ENVELOPE);
            assert_int_equal(code_of(&self, of_extensions[i]), 502);
            assert_int_equal(host_saw(&self, EHLO_EVENT_NOT_ENABLED), 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_tls_that_is_demanded),
        cmocka_unit_test(before_auth),
        cmocka_unit_test(after_helo),
        cmocka_unit_test(not_enabled_comes_first),
    };
    return cmocka_run_group_tests_name("server/order", tests, NULL, NULL);
}
