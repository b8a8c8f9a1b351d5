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
    assert_int_equal(EHLO__COMMAND_COUNT, EHLO_TURN + 1);
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

/* RFC 2920 section 3.1, and RFC 821 for the commands that it does not know. */
static void places_in_a_pipelined_group(void **state)
{
    static const int anywhere[] = {EHLO_RSET, EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML, EHLO_RCPT};
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
        assert_int_equal(row->extension & ~ehlo__extensions_all(), 0);
        assert_true(row->argument <= EHLO__ARGUMENT_MOMENT);
        assert_true(row->idle <= 1);
        assert_int_equal(row->argument == EHLO__ARGUMENT_MOMENT,
                         command == EHLO_CONNECTED || command == EHLO_DATA_RECEIVED);
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
    };

    return cmocka_run_group_tests_name("tables/command", tests, NULL, NULL);
}
