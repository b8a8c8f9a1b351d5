/* Unit tests of lib/tables/command.c: names, numbers, verbs. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "tables/command.h"
#include "tables/extension.h"
#include "text/ascii.h"

static int is_verb(int command)
{
    return command > 0 && ehlo__command(command)->argument != EHLO__ARGUMENT_MOMENT;
}

/* The same as ehlo__verb_find(), word by word. */
static int find_slowly(const char *verb, size_t size)
{
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const char *name = ehlo_command_name(command);
        if (is_verb(command) && ehlo__same_word(verb, size, name, strlen(name)))
            return command;
    }
    return 0;
}

static void names_and_numbers(void **state)
{
    (void)state;
    assert_int_equal(EHLO__COMMAND_COUNT, EHLO_XFORWARD + 1);
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const char *name = ehlo_command_name(command);
        char lower[32] = "";
        assert_non_null(name);
        for (size_t i = 0; name[i]; i++)
            lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
        assert_int_equal(ehlo_command_number(guard(name, strlen(name)), strlen(name)), command);
        assert_int_equal(ehlo_command_number(lower, strlen(lower)), command);
        assert_int_equal(ehlo_command_number(name, strlen(name) - 1), EHLO_ANY_COMMAND);
        assert_int_equal(ehlo_command_number(name, strlen(name) + 1), EHLO_ANY_COMMAND);
    }
    assert_string_equal(ehlo_command_name(EHLO_ANY_COMMAND), "ANY");
    assert_string_equal(ehlo_command_name(EHLO_DATA_RECEIVED), "DATA_RECEIVED");
    assert_null(ehlo_command_name(-1));
    assert_null(ehlo_command_name(EHLO__COMMAND_COUNT));
    assert_int_equal(ehlo_command_number("ANY", 3), EHLO_ANY_COMMAND);
    assert_int_equal(ehlo_command_number("", 0), EHLO_ANY_COMMAND);
    assert_int_equal(ehlo_command_number(NULL, 0), EHLO_ANY_COMMAND);
}

static void verbs_in_any_letter_case(void **state)
{
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const char *name = ehlo_command_name(command);
        size_t size = strlen(name);
        for (unsigned cases = 0; is_verb(command) && cases < 1u << size; cases++) {
            char verb[8];
            for (size_t i = 0; i < size; i++)
                verb[i] = (char)(cases >> i & 1 ? name[i] + 32 : name[i]);
            assert_int_equal(ehlo__verb_find(guard(verb, size), size), command);
        }
    }
}

/* Every verb, with every octet in every one of its places, and in front and behind. */
static void one_octet_makes_another_verb(void **state)
{
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const char *name = ehlo_command_name(command);
        size_t size = strlen(name);
        for (int octet = 0; is_verb(command) && octet < 256; octet++) {
            char verb[10];
            for (size_t i = 0; i < size; i++) {
                memcpy(verb, name, size);
                verb[i] = (char)octet;
                assert_int_equal(ehlo__verb_find(guard(verb, size), size), find_slowly(verb, size));
            }
            memcpy(verb + 1, name, size);
            verb[0] = verb[size + 1] = (char)octet;
            assert_int_equal(ehlo__verb_find(verb, size + 1), 0);
            assert_int_equal(ehlo__verb_find(verb + 1, size + 1), 0);
            assert_int_equal(ehlo__verb_find(verb, size + 2), 0);
        }
    }
}

/* SP and NUL fold to nothing, and what is too long is cut: neither makes a verb. */
static void what_is_no_verb(void **state)
{
    static const struct {
        const char *verb;
        size_t size;
    } cases[] = {
        {"", 0},
        {"\0\0\0\0", 4},
        {"    ", 4},
        {"MAIL\0\0\0\0", 8},
        {"\0\0\0\0MAIL", 8},
        {"MAIL    ", 8},
        {"    MAIL", 8},
        {"MAI", 3},
        {"M", 1},
        {"MAILMAIL", 8},
        {"CONNECTED", 9},
        {"CONNECTE", 8},
        {"ONNECTED", 8},
        {"DATA_RECEIVED", 13},
        {"DATA_REC", 8},
        {"RECEIVED", 8},
        {"ANY", 3},
        {"MAILMAILM", 9},
        {"MAILMAILMAILMAIL", 16},
        {"12345678", 8},
        {"ma\xc4\xb1l", 5} /* a dotless i */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ehlo__verb_find(guard(cases[i].verb, cases[i].size), cases[i].size), 0);
    assert_int_equal(ehlo__verb_find(NULL, 0), 0);
}

static void verbs_of_other_protocols(void **state)
{
    static const char *const foreign[] = {"GET",    "POST",  "PUT",   "HEAD", "OPTIONS", "CONNECT",
                                          "DELETE", "PATCH", "TRACE", "get",  "Connect"};
    static const char *const not_foreign[] = {"", "GE", "GETS", "CONNECTED", "CONNECTS", "OPTION"};
    (void)state;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_true(ehlo__verb_is_foreign(guard(foreign[i], strlen(foreign[i])), strlen(foreign[i])));
        assert_int_equal(ehlo__verb_find(foreign[i], strlen(foreign[i])), 0);
        for (size_t odd = 0; odd < 2; odd++) { /* NUL and SP fold to nothing, and still count */
            char longer[10] = {odd ? ' ' : '\0'};
            memcpy(longer + 1, foreign[i], strlen(foreign[i]));
            assert_false(ehlo__verb_is_foreign(longer, strlen(foreign[i]) + 1));
        }
    }
    for (size_t i = 0; i < sizeof not_foreign / sizeof not_foreign[0]; i++)
        assert_false(ehlo__verb_is_foreign(not_foreign[i], strlen(not_foreign[i])));
    assert_false(ehlo__verb_is_foreign("GET\0", 4));
    assert_false(ehlo__verb_is_foreign("\0GET", 4));
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++)
        assert_false(ehlo__verb_is_foreign(ehlo_command_name(command), strlen(ehlo_command_name(command))));
}

static void no_verb_twice(void **state)
{
    (void)state;
    for (int one = 0; one < EHLO__COMMAND_COUNT; one++)
        for (int other = one + 1; other < EHLO__COMMAND_COUNT; other++)
            assert_string_not_equal(ehlo_command_name(one), ehlo_command_name(other));
}

/* RFC 2920 section 3.1, and for the commands that it does not know RFC 821, RFC 3030 section 2, RFC 4468
 * section 3.4 (AUTH, where it is done in one step; BURL), and XFORWARD_README. */
static void places_in_a_pipelined_group(void **state)
{
    static const int anywhere[] = {EHLO_RSET, EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML,
                                   EHLO_RCPT, EHLO_BDAT, EHLO_BURL, EHLO_AUTH, EHLO_XFORWARD};
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        int place = EHLO__PLACE_LAST;
        for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++)
            if (command == anywhere[i])
                place = EHLO__PLACE_ANYWHERE;
        if (is_verb(command))
            assert_int_equal(ehlo__command(command)->place, place);
    }
}

static void rows_make_sense(void **state)
{
    static const ehlo__command_row none = {0};
    (void)state;
    assert_memory_equal(ehlo__command(EHLO_ANY_COMMAND), &none, sizeof none);
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        const ehlo__command_row *row = ehlo__command(command);
        uint32_t own = row->extension;
        assert_true(row->argument <= EHLO__ARGUMENT_MOMENT);
        assert_true(row->idle <= 1);
        assert_int_equal(row->services & ~EHLO__SERVICES_ALL, 0);
        for (int service = EHLO_SERVICE_SMTP; service <= EHLO_SERVICE_LMTP; service++)
            if (row->services >> service &
                1) /* where it is a command, its extension may be offered somewhere */
                own &= ~ehlo__extensions_of(service);
        assert_int_equal(own, 0);
        assert_int_equal(row->argument == EHLO__ARGUMENT_MOMENT,
                         command == EHLO_CONNECTED || command == EHLO_DATA_RECEIVED);
    }
}

/* The services: RFC 2033 section 4.1 (LHLO in place of HELO and EHLO); the historic ones and those by which
 * mail is fetched or chunks are pulled are not LMTP's. */
static void services(void **state)
{
    static const int no_lmtp[] = {EHLO_HELO, EHLO_EHLO, EHLO_SEND, EHLO_SOML, EHLO_SAML,
                                  EHLO_TURN, EHLO_BURL, EHLO_ETRN, EHLO_ATRN};
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        int expected = command == EHLO_LHLO ? EHLO__SERVICES_LMTP : EHLO__SERVICES_ALL;
        for (size_t i = 0; i < sizeof no_lmtp / sizeof no_lmtp[0]; i++)
            if (command == no_lmtp[i])
                expected = EHLO__SERVICES_MAIL;
        assert_int_equal(ehlo__command(command)->services, expected);
    }
}

/* What a config may demand first: RFC 3207 section 4 lists what comes before TLS, RFC 4954 section 6 is about
 * mail, RFC 4468 section 3 and RFC 2645 section 5.2.1 always want AUTH. */
static void before_tls_and_before_auth(void **state)
{
    static const int before_tls[] = {EHLO_EHLO,     EHLO_LHLO,      EHLO_NOOP,         EHLO_QUIT,
                                     EHLO_STARTTLS, EHLO_CONNECTED, EHLO_DATA_RECEIVED};
    static const int before_auth[] = {EHLO_HELO, EHLO_RSET,    EHLO_HELP,
                                      EHLO_AUTH, EHLO_XCLIENT, EHLO_XFORWARD};
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        int expected =
            command == EHLO_BURL || command == EHLO_ATRN ? EHLO__BEFORE_GRANTED : EHLO__BEFORE_LOGIN;
        for (size_t i = 0; i < sizeof before_tls / sizeof before_tls[0]; i++)
            if (command == before_tls[i])
                expected = EHLO__BEFORE_ALLOWED;
        for (size_t i = 0; i < sizeof before_auth / sizeof before_auth[0]; i++)
            if (command == before_auth[i])
                expected = EHLO__BEFORE_TLS;
        assert_int_equal(ehlo__command(command)->before, expected);
    }
}

/* RFC 5321 section 4.1.1.1: an extension is in use after EHLO only, and so are its commands; but for those
 * that were commands before there were extensions. */
static void commands_of_extensions_need_ehlo(void **state)
{
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        int is_old = command <= EHLO_TURN || command == EHLO_LHLO;
        assert_int_equal(ehlo__command(command)->hello, is_old ? EHLO__HELLO_ANY : EHLO__HELLO_EXTENDED);
        if (!is_old)
            assert_int_not_equal(ehlo__command(command)->extension, 0);
    }
}

/* A host's own: one line of anything, to be waited for. */
static void the_row_of_a_host_s_command(void **state)
{
    const ehlo__command_row *row = ehlo__command(EHLO_HOST_COMMAND);
    (void)state;
    assert_ptr_equal(ehlo__command(EHLO_HOST_COMMAND + 31), row);
    assert_int_equal(row->argument, EHLO__ARGUMENT_IGNORED);
    assert_int_equal(row->services, EHLO__SERVICES_ALL);
    assert_int_equal(row->place, EHLO__PLACE_LAST);
    assert_int_equal(row->extension, 0);
    assert_int_equal(row->idle, 1);
    assert_null(ehlo_command_name(EHLO_HOST_COMMAND));
    assert_false(ehlo__is_hello(EHLO_HOST_COMMAND));
}

static void hellos(void **state)
{
    (void)state;
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        int extended = command == EHLO_EHLO || command == EHLO_LHLO;
        assert_int_equal(ehlo__is_extended_hello(command), extended);
        assert_int_equal(ehlo__is_hello(command), extended || command == EHLO_HELO);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_numbers),
        cmocka_unit_test(verbs_in_any_letter_case),
        cmocka_unit_test(one_octet_makes_another_verb),
        cmocka_unit_test(what_is_no_verb),
        cmocka_unit_test(verbs_of_other_protocols),
        cmocka_unit_test(no_verb_twice),
        cmocka_unit_test(places_in_a_pipelined_group),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(services),
        cmocka_unit_test(before_tls_and_before_auth),
        cmocka_unit_test(commands_of_extensions_need_ehlo),
        cmocka_unit_test(the_row_of_a_host_s_command),
        cmocka_unit_test(hellos),
    };

    return cmocka_run_group_tests_name("tables/command", tests, NULL, NULL);
}
