/* Unit tests of lib/tables/event.c: every event has words, and the table permits its reply wherever the
 * event can come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ehlo/server.h>

#include "tables/command.h"
#include "tables/event.h"
#include "tables/extension.h"

static void words_for_all(void **state)
{
    (void)state;
    for (int reason = 1; reason < EHLO_EVENT_COUNT; reason++) {
        assert_true(strlen(ehlo_event_text(reason)) > 0);
        for (int other = 1; other < reason; other++)
            assert_string_not_equal(ehlo_event_text(reason), ehlo_event_text(other));
    }
    for (int end = 1; end < EHLO_END_COUNT; end++) {
        assert_true(strlen(ehlo_end_text(end)) > 0);
        for (int other = 1; other < end; other++)
            assert_string_not_equal(ehlo_end_text(end), ehlo_end_text(other));
    }
    assert_string_equal(ehlo_event_text(EHLO_EVENT_TIMED_OUT), "the peer was silent for too long");
    assert_string_equal(ehlo_event_text(EHLO_EVENT_TRANSACTION_END), "a mail transaction ended");
    assert_string_equal(ehlo_end_text(EHLO_END_DELIVERED), "delivered");
}

static void no_words_for_none(void **state)
{
    static const int none[] = {EHLO_EVENT_NONE, -1, EHLO_EVENT_COUNT, INT32_MIN, INT32_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_string_equal(ehlo_event_text(none[i]), "");
    assert_string_equal(ehlo_end_text(EHLO_END_NONE), "");
    assert_string_equal(ehlo_end_text(-1), "");
    assert_string_equal(ehlo_end_text(EHLO_END_COUNT), "");
    assert_string_equal(ehlo__event_reply(EHLO_EVENT_NONE), "");
    assert_string_equal(ehlo__event_enhanced(EHLO_EVENT_NONE), "");
}

static void a_reply_is_whole(void **state)
{
    (void)state;
    for (int reason = 1; reason < EHLO_EVENT_COUNT; reason++) {
        const ehlo__event_row *row = ehlo__event(reason);
        const char *enhanced = ehlo__event_enhanced(reason), *reply = ehlo__event_reply(reason);
        int has_no_enhanced = reason == EHLO_EVENT_EARLY_TALKER || reason == EHLO_EVENT_SERVICE_REFUSED ||
                              reason == EHLO_EVENT_SERVICE_DECLINED; /* no hello is ever accepted then */
        int is_unsaid = reason == EHLO_EVENT_AHEAD_OF_TLS;           /* the peer waits for a handshake */
        assert_int_equal(row->code != 0 && !has_no_enhanced, strlen(enhanced) > 0);
        assert_int_equal(row->code != 0, strlen(reply) > 0);
        assert_true(row->code != 0 || row->effect == (is_unsaid ? EHLO__EFFECT_CLOSE : EHLO__EFFECT_REPORT));
        if (row->code == 0)
            continue;
        assert_true(row->code >= 400); /* the engine grants nothing by itself */
        if (!has_no_enhanced)
            assert_int_equal(enhanced[0] - '0', ehlo_reply_severity(row->code));
        for (size_t i = 0; reply[i]; i++)
            assert_in_range(reply[i], 32, 126);
        if (strchr(reply, '<'))
            assert_memory_equal(reply, "<domain> ", 9);
        if (row->code == 421)
            assert_int_equal(row->effect, EHLO__EFFECT_CLOSE);
    }
}

/* Those that can meet every command, known or unknown, enabled or not. */
static const int with_all[] = {
    EHLO_EVENT_UNKNOWN_COMMAND, EHLO_EVENT_LINE_TOO_LONG,   EHLO_EVENT_BARE_LINE_END,
    EHLO_EVENT_BAD_OCTET,       EHLO_EVENT_NOT_ENABLED,     EHLO_EVENT_OUT_OF_ORDER,
    EHLO_EVENT_BAD_ARGUMENT,    EHLO_EVENT_PIPELINED,       EHLO_EVENT_SERVICE_REFUSED,
    EHLO_EVENT_WRONG_PROTOCOL,  EHLO_EVENT_TOO_MANY_ERRORS, EHLO_EVENT_TOO_MANY_COMMANDS,
    EHLO_EVENT_SHUTDOWN,        EHLO_EVENT_TIMED_OUT,       EHLO_EVENT_TLS_REQUIRED,
    EHLO_EVENT_AUTH_REQUIRED,
};

/* The others, and what they can meet. */
static const struct {
    int reason;
    int commands[8];
} with_some[] = {
    {EHLO_EVENT_NO_VALID_RECIPIENTS, {EHLO_DATA, EHLO_BDAT, EHLO_BURL}},
    {EHLO_EVENT_BAD_REVERSE_PATH, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_UTF8_REVERSE_PATH, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_DECLARED_TOO_BIG, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_BY_TOO_SOON, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_HELD_TOO_LONG, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_TOO_MANY_TRANSACTIONS, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML}},
    {EHLO_EVENT_AUTH_NEEDS_TLS, {EHLO_AUTH}},
    {EHLO_EVENT_UNKNOWN_MECHANISM, {EHLO_AUTH}},
    {EHLO_EVENT_INITIAL_RESPONSE, {EHLO_AUTH}},
    {EHLO_EVENT_BAD_BASE64, {EHLO_AUTH}},
    {EHLO_EVENT_AUTH_CANCELLED, {EHLO_AUTH}},
    {EHLO_EVENT_AUTH_LINE_TOO_LONG, {EHLO_AUTH}},
    {EHLO_EVENT_TOO_MANY_AUTH_STEPS, {EHLO_AUTH}},
    {EHLO_EVENT_TOO_MANY_AUTH_FAILURES, {EHLO_AUTH}},
    {EHLO_EVENT_BAD_CHUNK_SIZE, {EHLO_BDAT}},
    {EHLO_EVENT_UNKNOWN_PARAMETER, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML, EHLO_RCPT}},
    {EHLO_EVENT_BAD_PARAMETER, {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML, EHLO_RCPT}},
    {EHLO_EVENT_BAD_FORWARD_PATH, {EHLO_RCPT}},
    {EHLO_EVENT_UTF8_FORWARD_PATH, {EHLO_RCPT}},
    {EHLO_EVENT_TOO_MANY_RECIPIENTS, {EHLO_RCPT}},
    {EHLO_EVENT_EARLY_TALKER, {EHLO_CONNECTED}},
    {EHLO_EVENT_SERVICE_DECLINED, {EHLO_CONNECTED}}, /* whatever the command: RFC 7504 section 3 */
    {EHLO_EVENT_SHUTDOWN, {EHLO_CONNECTED, EHLO_DATA_RECEIVED}},
    {EHLO_EVENT_TIMED_OUT, {EHLO_CONNECTED, EHLO_DATA_RECEIVED}},
    {EHLO_EVENT_DRAIN_LIMIT, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_BARE_CR, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_BARE_LF, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_NUL, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_LONG_LINE, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_EIGHT_BIT, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
    {EHLO_EVENT_TOO_BIG, {EHLO_DATA_RECEIVED, EHLO_BDAT}},
};

enum { ALL = sizeof with_all / sizeof with_all[0], SOME = sizeof with_some / sizeof with_some[0] };

static void the_lists_leave_none_out(void **state)
{
    (void)state;
    for (int reason = 1; reason < EHLO_EVENT_COUNT; reason++) {
        int found = ehlo__event(reason)->code == 0;
        for (size_t i = 0; i < ALL; i++)
            found |= with_all[i] == reason;
        for (size_t i = 0; i < SOME; i++)
            found |= with_some[i].reason == reason;
        assert_true(found);
    }
}

static void permitted_with_every_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALL; i++)
        for (int command = EHLO_ANY_COMMAND; command < EHLO__COMMAND_COUNT; command++)
            if (ehlo__command(command)->argument != EHLO__ARGUMENT_MOMENT)
                assert_true(
                    ehlo_reply_permitted(command, ehlo__event(with_all[i])->code, EHLO_PROFILE_STANDARD));
}

/* Under the profile under which the command can be enabled. */
static void permitted_with_some(void **state)
{
    (void)state;
    for (size_t i = 0; i < SOME; i++)
        for (size_t c = 0; with_some[i].commands[c]; c++) {
            int command = with_some[i].commands[c];
            int profile = ehlo__command(command)->extension & ehlo__extensions_historic()
                              ? EHLO_PROFILE_HISTORIC
                              : EHLO_PROFILE_STANDARD;
            assert_true(ehlo_reply_permitted(command, ehlo__event(with_some[i].reason)->code, profile));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_for_all),
        cmocka_unit_test(no_words_for_none),
        cmocka_unit_test(a_reply_is_whole),
        cmocka_unit_test(the_lists_leave_none_out),
        cmocka_unit_test(permitted_with_every_command),
        cmocka_unit_test(permitted_with_some),
    };

    return cmocka_run_group_tests_name("tables/event", tests, NULL, NULL);
}
