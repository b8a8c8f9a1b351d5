/* Unit tests of lib/tables/phase.c: the machine, cell by cell, against RFC 5321 sections 3.1, 3.3 and 4.1.4,
 * RFC 3030 section 2, RFC 3207 section 4, RFC 4954 section 4 and RFC 4468 section 3, told another way. */
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
           phase == EHLO__PHASE_UNWANTED || phase == EHLO__PHASE_RCPT || phase == EHLO__PHASE_CHUNKS ||
           phase == EHLO__PHASE_SPOILED;
}

/* Within a transaction that takes recipients. */
static int is_transaction(int phase)
{
    return phase == EHLO__PHASE_MAIL || phase == EHLO__PHASE_UNWANTED || phase == EHLO__PHASE_RCPT;
}

/* What is allowed, from the RFC's prose. */
static int may(int phase, int command)
{
    switch (command) {
    case EHLO_CONNECTED: return phase == EHLO__PHASE_OPENING;
    case EHLO_DATA_RECEIVED:
        return phase == EHLO__PHASE_CONTENT || phase == EHLO__PHASE_CHUNK || phase == EHLO__PHASE_VERDICTS;
    case EHLO_HELO:
    case EHLO_LHLO:
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
    case EHLO_TURN:
    case EHLO_STARTTLS: /* not in a transaction: what came before it is forgotten (RFC 3207 section 4.2) */
    case EHLO_ETRN:
    case EHLO_ATRN:
    case EHLO_XCLIENT:
    case EHLO_XFORWARD: return phase == EHLO__PHASE_READY;
    case EHLO_AUTH: /* "not permitted during a mail transaction" (RFC 4954 section 4) */
        return phase == EHLO__PHASE_READY || phase == EHLO__PHASE_AUTH;
    case EHLO_BDAT: /* as DATA, and again until LAST; its own reply comes behind its octets */
    case EHLO_BURL:
        return phase == EHLO__PHASE_RCPT || phase == EHLO__PHASE_CHUNKS || phase == EHLO__PHASE_CHUNK;
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
    case EHLO_LHLO:
    case EHLO_AUTH:
    case EHLO_DATA_RECEIVED: return EHLO__PHASE_READY;
    case EHLO_RSET: return phase == EHLO__PHASE_GREETED ? phase : EHLO__PHASE_READY; /* it is no hello */
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return EHLO__PHASE_MAIL;
    case EHLO_RCPT: return EHLO__PHASE_RCPT;
    case EHLO_DATA: return EHLO__PHASE_CONTENT;
    case EHLO_QUIT: return EHLO__PHASE_CLOSED;
    case EHLO_TURN:
    case EHLO_ATRN: return EHLO__PHASE_TURNED;
    case EHLO_STARTTLS: return EHLO__PHASE_TLS;
    case EHLO_XCLIENT: return EHLO__PHASE_GREETED; /* "as if it had just connected" (XCLIENT_README) */
    case EHLO_BDAT:
    case EHLO_BURL: return phase == EHLO__PHASE_CHUNK ? EHLO__PHASE_CHUNKS : EHLO__PHASE_CHUNK;
    default: return phase;
    }
}

static int after_failure(int phase, int command)
{
    if (command == EHLO_CONNECTED)
        return EHLO__PHASE_REFUSED;
    if (command == EHLO_DATA_RECEIVED || command == EHLO_AUTH)
        return EHLO__PHASE_READY;
    if (command == EHLO_BDAT || command == EHLO_BURL) /* "all subsequent BDAT must fail": RFC 3030 section 2 */
        return phase == EHLO__PHASE_CHUNK ? EHLO__PHASE_SPOILED : phase;
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

static int denial(int phase, int command, int service)
{
    if (phase == EHLO__PHASE_REFUSED)
        return EHLO_EVENT_SERVICE_REFUSED; /* section 3.1 */
    if (phase == EHLO__PHASE_DECLINED)
        return EHLO_EVENT_SERVICE_DECLINED;                              /* RFC 7504 section 3 */
    if (phase == EHLO__PHASE_UNWANTED && service != EHLO_SERVICE_LMTP && /* RFC 2033 section 4.2: 503 */
        (command == EHLO_DATA || command == EHLO_BDAT || command == EHLO_BURL))
        return EHLO_EVENT_NO_VALID_RECIPIENTS; /* section 3.3 */
    return EHLO_EVENT_OUT_OF_ORDER;
}

static void denials(void **state)
{
    (void)state;
    for (int service = EHLO_SERVICE_SMTP; service <= EHLO_SERVICE_LMTP; service++)
        for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
            for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
                int reason = ehlo__phase_denial(phase, command, service);
                if (!ehlo__phase_allows(phase, command))
                    assert_int_equal(reason, denial(phase, command, service));
                assert_int_equal(ehlo__event(reason)->effect, EHLO__EFFECT_ERROR);
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

/* From OPENING, but for DECLINED and AUTH, which only exceptions lead to, and VERDICTS, which the end of the
 * content does. */
static void every_phase_can_be_reached(void **state)
{
    char reached[EHLO__PHASE_COUNT] = {0};
    (void)state;
    reached[EHLO__PHASE_OPENING] = reached[EHLO__PHASE_DECLINED] = 1;
    reached[EHLO__PHASE_AUTH] = reached[EHLO__PHASE_VERDICTS] = 1;
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
    assert_int_not_equal((code) < 400 ? ehlo__phase_after_success(EHLO__PHASE_##phase, EHLO_##command)       \
                                      : ehlo__phase_after_failure(EHLO__PHASE_##phase, EHLO_##command),      \
                         EHLO__PHASE_##next);
    EHLO_EXCEPTIONS(EXCEPTION)
#undef EXCEPTION
}

/* The first digit of a reply's code leads on, but where the list of exceptions has that very code. */
static void any_code_leads_on(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++)
            for (int code = 200; code < 600; code++) {
                int next = code < 400 ? ehlo__phase_after_success(phase, command)
                                      : ehlo__phase_after_failure(phase, command);
#define EXCEPTION(leaving, answered, given, other)                                                           \
    if (phase == EHLO__PHASE_##leaving && command == EHLO_##answered && code == (given))                     \
        next = EHLO__PHASE_##other;
                EHLO_EXCEPTIONS(EXCEPTION)
#undef EXCEPTION
                assert_int_equal(ehlo__phase_after(phase, command, code), next);
            }
    assert_int_equal(ehlo__phase_after(EHLO__PHASE_OPENING, EHLO_CONNECTED, 521), EHLO__PHASE_DECLINED);
    assert_int_equal(ehlo__phase_after(EHLO__PHASE_OPENING, EHLO_CONNECTED, 554), EHLO__PHASE_REFUSED);
}

static void moments_come_by_themselves(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = 0; command < EHLO__COMMAND_COUNT; command++)
            if (ehlo__phase_allows(phase, command))
                assert_int_equal(is_moment(command) || phase == EHLO__PHASE_CHUNK,
                                 phase == EHLO__PHASE_OPENING || phase == EHLO__PHASE_CONTENT ||
                                     phase == EHLO__PHASE_VERDICTS || phase == EHLO__PHASE_CHUNK);
}

/* A host's own commands are in no row: never allowed by the machine, and they lead nowhere. */
static void host_commands_move_nothing(void **state)
{
    (void)state;
    for (int phase = 0; phase < EHLO__PHASE_COUNT; phase++)
        for (int command = EHLO_HOST_COMMAND; command < EHLO_HOST_COMMAND + 32; command++) {
            assert_false(ehlo__phase_allows(phase, command));
            assert_int_equal(ehlo__phase_after(phase, command, 250), phase);
            assert_int_equal(ehlo__phase_after(phase, command, 550), phase);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allowed_is_what_the_rfc_allows),
        cmocka_unit_test(moves_are_what_the_rfc_says),
        cmocka_unit_test(closed_is_zero_and_for_good),
        cmocka_unit_test(denials),
        cmocka_unit_test(every_phase_can_be_reached),
        cmocka_unit_test(exceptions_are_permitted),
        cmocka_unit_test(any_code_leads_on),
        cmocka_unit_test(moments_come_by_themselves),
        cmocka_unit_test(host_commands_move_nothing),
    };

    return cmocka_run_group_tests_name("tables/phase", tests, NULL, NULL);
}
