/* Unit tests of lib/tables/phase.c: the machine, cell by cell, against RFC 5321 sections 3.1, 3.3 and 4.1.4
 * told another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ehlo/server.h>

#include "tables/command.h"
#include "tables/event.h"
#include "tables/phase.h"

static int is_moment(int command)
{
    return ehlo__command(command)->argument == EHLO__ARGUMENT_MOMENT;
}

/* Where commands are taken, and not all of them refused. */
static int is_open(int phase)
{
    return phase == EHLO__PHASE_GREETED || phase == EHLO__PHASE_READY || phase == EHLO__PHASE_MAIL ||
           phase == EHLO__PHASE_UNWANTED || phase == EHLO__PHASE_RCPT;
}

static int is_transaction(int phase)
{
    return phase == EHLO__PHASE_MAIL || phase == EHLO__PHASE_UNWANTED || phase == EHLO__PHASE_RCPT;
}

/* What is allowed, from the RFC's prose. */
static int may(int phase, int command)
{
    switch (command) {
    case EHLO_CONNECTED: return phase == EHLO__PHASE_OPENING;
    case EHLO_DATA_RECEIVED: return phase == EHLO__PHASE_CONTENT;
    case EHLO_HELO:
    case EHLO_EHLO: /* "MAY be issued by a client later in the session" */
    case EHLO_NOOP: /* "can be used at any time during a session, or without previously initializing" */
    case EHLO_HELP:
    case EHLO_EXPN:
    case EHLO_VRFY:
    case EHLO_RSET: return is_open(phase);
    case EHLO_MAIL: /* "MUST NOT be sent if a mail transaction is already open" */
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML:
    case EHLO_TURN: return phase == EHLO__PHASE_READY;
    case EHLO_RCPT: return is_transaction(phase);
    case EHLO_DATA: return phase == EHLO__PHASE_RCPT;
    case EHLO_QUIT: return is_open(phase) || phase == EHLO__PHASE_REFUSED || phase == EHLO__PHASE_DECLINED;
    default: return 0;
    }
}

static void allowed_is_what_the_rfc_allows(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++)
            assert_int_equal(ehlo__phase_allows(phase, command), may(phase, command));
}

static int after_success(int phase, int command)
{
    switch (command) {
    case EHLO_CONNECTED: return EHLO__PHASE_GREETED;
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_DATA_RECEIVED: return EHLO__PHASE_READY;
    case EHLO_RSET: return phase == EHLO__PHASE_GREETED ? phase : EHLO__PHASE_READY; /* it is no hello */
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return EHLO__PHASE_MAIL;
    case EHLO_RCPT: return EHLO__PHASE_RCPT;
    case EHLO_DATA: return EHLO__PHASE_CONTENT;
    case EHLO_QUIT: return EHLO__PHASE_CLOSED;
    case EHLO_TURN: return EHLO__PHASE_TURNED;
    default: return phase;
    }
}

static int after_failure(int phase, int command)
{
    if (command == EHLO_CONNECTED)
        return EHLO__PHASE_REFUSED;
    if (command == EHLO_DATA_RECEIVED)
        return EHLO__PHASE_READY;
    if (command == EHLO_RCPT && phase == EHLO__PHASE_MAIL)
        return EHLO__PHASE_UNWANTED;
    return phase;
}

static void moves_are_what_the_rfc_says(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
            int allowed = ehlo__phase_allows(phase, command);
            assert_int_equal(ehlo__phase_after_success(phase, command),
                             allowed ? after_success(phase, command) : phase);
            assert_int_equal(ehlo__phase_after_failure(phase, command),
                             allowed ? after_failure(phase, command) : phase);
        }
}

static void closed_is_zero_and_for_good(void **state)
{
    (void)state;
    assert_int_equal(EHLO__PHASE_CLOSED, 0);
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        assert_false(ehlo__phase_allows(EHLO__PHASE_CLOSED, command));
        assert_false(ehlo__phase_allows(EHLO__PHASE_TURNED, command));
    }
}

static int denial(int phase, int command)
{
    if (phase == EHLO__PHASE_REFUSED)
        return EHLO_EVENT_SERVICE_REFUSED; /* section 3.1 */
    if (phase == EHLO__PHASE_DECLINED)
        return EHLO_EVENT_SERVICE_DECLINED; /* RFC 7504 section 3 */
    if (phase == EHLO__PHASE_UNWANTED && command == EHLO_DATA)
        return EHLO_EVENT_NO_VALID_RECIPIENTS; /* section 3.3 */
    return EHLO_EVENT_OUT_OF_ORDER;
}

static void denials(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
            if (!ehlo__phase_allows(phase, command))
                assert_int_equal(ehlo__phase_denial(phase, command), denial(phase, command));
            assert_int_equal(ehlo__event(ehlo__phase_denial(phase, command))->effect, EHLO__EFFECT_ERROR);
        }
}

/* Marks what the reached phases lead to. */
static void reach(char reached[EHLO__PHASE_COUNT])
{
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++)
            if (reached[phase] && ehlo__phase_allows(phase, command)) {
                reached[ehlo__phase_after_success(phase, command)] = 1;
                reached[ehlo__phase_after_failure(phase, command)] = 1;
            }
}

/* From OPENING, but for DECLINED, which only an exception leads to. */
static void every_phase_can_be_reached(void **state)
{
    char reached[EHLO__PHASE_COUNT] = {0};
    (void)state;
    reached[EHLO__PHASE_OPENING] = reached[EHLO__PHASE_DECLINED] = 1;
    for (int round = 0; round < EHLO__PHASE_COUNT; round++)
        reach(reached);
    assert_null(memchr(reached, 0, sizeof reached));
}

/* A code that leads elsewhere than its first digit is one that its command may get. */
static void exceptions_are_permitted(void **state)
{
    (void)state;
#define EXCEPTION(phase, command, code, next)                                                                \
    assert_true(ehlo__phase_allows(EHLO__PHASE_##phase, EHLO_##command));                                    \
    assert_true(ehlo_reply_permitted(EHLO_##command, code, EHLO_PROFILE_STANDARD));                          \
    assert_int_not_equal(ehlo__phase_after_failure(EHLO__PHASE_##phase, EHLO_##command), EHLO__PHASE_##next);
    EHLO_EXCEPTIONS(EXCEPTION)
#undef EXCEPTION
}

static void moments_come_by_themselves(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++)
            if (ehlo__phase_allows(phase, command))
                assert_int_equal(is_moment(command),
                                 phase == EHLO__PHASE_OPENING || phase == EHLO__PHASE_CONTENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allowed_is_what_the_rfc_allows), cmocka_unit_test(moves_are_what_the_rfc_says),
        cmocka_unit_test(closed_is_zero_and_for_good),    cmocka_unit_test(denials),
        cmocka_unit_test(every_phase_can_be_reached),     cmocka_unit_test(exceptions_are_permitted),
        cmocka_unit_test(moments_come_by_themselves),
    };

    return cmocka_run_group_tests_name("tables/phase", tests, NULL, NULL);
}
