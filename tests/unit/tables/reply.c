/* Unit tests of lib/tables/reply.c: the reply table against the lists of codes that it must hold.
 *
 * seeds/ has three of them: two lists of SMTP reply codes, by command and by function group, and
 * section 4.3.2 of RFC 5321.  Nothing of them may be missing, and what is beyond them must say which RFC has
 * it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tables/command.h"
#include "tables/extension.h"
#include "tables/reply.h"

/* ---- the lists -------------------------------------------------------------------------------- */

enum { FIELDS = 3 };

/* The next line that is no comment, cut at its tabs; a field that is not there is "". */
static int next_row(FILE *file, char line[256], const char *fields[FIELDS])
{
    do {
        if (!fgets(line, 256, file))
            return 0;
    } while (line[0] == '#');
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < FIELDS; i++) {
        fields[i] = line;
        line += strcspn(line, "\t");
        if (*line)
            *line++ = 0;
    }
    return 1;
}

static FILE *open_list(const char *name)
{
    const char *folder = getenv("EHLO_TEST_DIR");
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/unit/tables/seeds/%s", folder ? folder : EHLO_SOURCE_DIR "/tests", name);
    file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    return file;
}

/* The commands as the lists write them. */
static int number_of(const char *name)
{
    static const struct {
        const char *name;
        int command;
    } others[] = {{"*", EHLO_ANY_COMMAND},
                  {"Connected", EHLO_CONNECTED},
                  {"MAIL FROM", EHLO_MAIL},
                  {"Data Received", EHLO_DATA_RECEIVED}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!strcmp(name, others[i].name))
            return others[i].command;
    assert_int_not_equal(ehlo_command_number(name, strlen(name)), EHLO_ANY_COMMAND);
    return ehlo_command_number(name, strlen(name));
}

static const ehlo_reply_rule *row_of(int command, int code)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count), *found = NULL;

    for (size_t i = 0; i < count; i++)
        if (rules[i].code == code) {
            assert_null(found); /* none is there twice */
            found = &rules[i];
        }
    return found;
}

static const ehlo_reply_rule *must_have(int command, int code)
{
    const ehlo_reply_rule *rule = row_of(command, code);

    if (!rule)
        fail_msg("no row for %s %d", ehlo_command_name(command), code);
    return rule;
}

/* Which cells the list by command has. */
static char listed[EHLO__COMMAND_COUNT][600];

static void list_by_command(void **state)
{
    FILE *file = open_list("by-command.tsv");
    char line[256];
    const char *fields[FIELDS];
    int count = 0, groups = 0, last = 0;
    (void)state;
    for (; next_row(file, line, fields); count++) {
        int command = number_of(fields[0]), code = atoi(fields[1]);
        assert_string_equal(ehlo_reply_rule_text(must_have(command, code)), fields[2]);
        assert_true(ehlo_reply_permitted(command, code, EHLO_PROFILE_HISTORIC));
        listed[command][code] = 1;
        groups += command != last;
        last = command;
    }
    fclose(file);
    assert_int_equal(count, 111);
    assert_int_equal(groups, 17);
}

static void list_by_function_group(void **state)
{
    static const int later[] = {200, 455, 521, 555, 556,      /* RFC 876, 5321 and 7504 */
                                454, 235, 334, 432, 525, 530, /* RFC 3207, 4954 and 5248 */
                                534, 535, 538, 253, 458, 459, /* the same, and RFC 1985 */
                                353, 453};                    /* PRDR, and RFC 2645 */
    FILE *file = open_list("by-group.tsv");
    char line[256];
    const char *fields[FIELDS];
    char has[600] = {0};
    int count = 0;
    (void)state;
    for (; next_row(file, line, fields); count++) {
        assert_string_equal(ehlo_reply_text(atoi(fields[0])), fields[1]);
        has[atoi(fields[0])] = 1;
    }
    fclose(file);
    assert_int_equal(count, 22);
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        has[later[i]] = 1;
    for (int code = 0; code < 600; code++)
        assert_int_equal(ehlo_reply_text(code) != NULL, has[code]);
}

static void list_of_rfc_5321(void **state)
{
    FILE *file = open_list("rfc5321.tsv");
    char line[256];
    const char *fields[FIELDS];
    int count = 0;
    (void)state;
    for (; next_row(file, line, fields); count++) {
        const ehlo_reply_rule *rule = must_have(number_of(fields[0]), atoi(fields[2]));
        assert_int_equal(rule->kind, fields[1][0] == 'I'   ? EHLO_KIND_INTERMEDIATE
                                     : fields[1][0] == 'S' ? EHLO_KIND_SUCCESS
                                                           : EHLO_KIND_FAILURE);
        assert_int_equal(rule->standing, EHLO_PROFILE_STANDARD);
        assert_string_equal(ehlo_reply_rule_source(rule), "RFC 5321 4.3.2");
    }
    fclose(file);
    assert_int_equal(count, 65);
}

/* "RFC", a number, and a section or page. */
static int names_an_rfc(const char *source)
{
    unsigned rfc;
    char section[32];

    return sscanf(source, "RFC %u %31[0-9.]", &rfc, section) == 2 ||
           sscanf(source, "RFC %u page %31[0-9]", &rfc, section) == 2;
}

/* The other way round: what the first list does not have. */
static void all_else_has_a_source(void **state)
{
    static const struct {
        const char *source;
        uint32_t extension;
    } no_rfcs[] = {{"Exim's PRDR", EHLO_EXTENSION_PRDR},
                   {"XCLIENT_README", EHLO_EXTENSION_XCLIENT},
                   {"XFORWARD_README", EHLO_EXTENSION_XFORWARD}};
    int beyond = 0;
    (void)state;
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        size_t count;
        const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
        for (size_t i = 0; i < count; i++) {
            int known = names_an_rfc(ehlo_reply_rule_source(&rules[i]));
            for (size_t n = 0; n < sizeof no_rfcs / sizeof no_rfcs[0]; n++)
                if (rules[i].extension == no_rfcs[n].extension)
                    known |= !strcmp(ehlo_reply_rule_source(&rules[i]), no_rfcs[n].source);
            assert_true(known);
            beyond += !listed[command][rules[i].code];
            /* a command of an extension is answered by rows of that extension alone */
            if (command > EHLO_LHLO)
                assert_int_equal(rules[i].extension, ehlo__command(command)->extension);
            /* what RFC 5321 and the lists know needs no extension */
            if (listed[command][rules[i].code])
                assert_int_equal(rules[i].extension, 0);
        }
    }
    assert_true(beyond > 0);
}

/* ---- the rows --------------------------------------------------------------------------------- */

static int is_moment(int command)
{
    return ehlo__command(command)->argument == EHLO__ARGUMENT_MOMENT;
}

static void rows_make_sense(void **state)
{
    (void)state;
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        size_t count;
        const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
        assert_non_null(rules);
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++) {
            const char *text = ehlo_reply_rule_text(&rules[i]);
            int severity = ehlo_reply_severity(rules[i].code);
            assert_int_equal(rules[i].command, command);
            assert_int_equal(rules[i].kind, severity == EHLO_SEVERITY_INTERMEDIATE ? EHLO_KIND_INTERMEDIATE
                                            : severity == EHLO_SEVERITY_SUCCESS    ? EHLO_KIND_SUCCESS
                                                                                   : EHLO_KIND_FAILURE);
            assert_true(rules[i].standing <= EHLO_PROFILE_HISTORIC);
            assert_int_equal(rules[i].extension >> EHLO__EXTENSION_COUNT, 0);
            assert_true(i == 0 || rules[i - 1].code < rules[i].code);
            assert_non_null(ehlo_reply_text(rules[i].code));
            assert_true(strlen(text) > 0);
            for (size_t c = 0; text[c]; c++)
                assert_in_range(text[c], 32, 126);
        }
    }
}

/* RFC 3463 section 2: the class is the code's first digit; RFC 2034 section 4: where there is none. */
static void enhanced_codes_fit(void **state)
{
    (void)state;
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        size_t count;
        const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
        for (size_t i = 0; i < count; i++) {
            const char *enhanced = ehlo_reply_rule_enhanced(&rules[i]);
            unsigned class, subject, detail;
            int end = 0, hello = ehlo__is_hello(command) || command == EHLO_CONNECTED;
            int greets_anew = command == EHLO_XCLIENT && rules[i].code == 220;
            if (rules[i].kind == EHLO_KIND_INTERMEDIATE || hello || greets_anew) {
                assert_string_equal(enhanced, "");
                continue;
            }
            assert_int_equal(sscanf(enhanced, "%u.%u.%u%n", &class, &subject, &detail, &end), 3);
            assert_int_equal(end, strlen(enhanced));
            assert_int_equal(class, ehlo_reply_severity(rules[i].code));
            assert_true(subject <= 7 && detail <= 30); /* the registry of RFC 5248 */
        }
    }
}

/* What today's RFCs no longer have, and nothing else. */
static void historic_rows(void **state)
{
    (void)state;
    for (int command = 0; command < EHLO__COMMAND_COUNT; command++) {
        size_t count;
        const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
        int gone =
            command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML || command == EHLO_TURN;
        for (size_t i = 0; i < count; i++) {
            int code = rules[i].code;
            int historic = gone || (code == 200 && (command == EHLO_RSET || command == EHLO_NOOP)) ||
                           (code == 521 && (command == EHLO_HELO || command == EHLO_RCPT));
            assert_int_equal(rules[i].standing, historic ? EHLO_PROFILE_HISTORIC : EHLO_PROFILE_STANDARD);
        }
    }
    assert_false(ehlo_reply_permitted(EHLO_RSET, 200, EHLO_PROFILE_STANDARD));
    assert_true(ehlo_reply_permitted(EHLO_RSET, 200, EHLO_PROFILE_HISTORIC));
    assert_false(ehlo_reply_permitted(EHLO_RCPT, 521, EHLO_PROFILE_STANDARD));
    assert_false(ehlo_reply_permitted(EHLO_MAIL, 521, EHLO_PROFILE_HISTORIC));
    assert_true(ehlo_reply_permitted(EHLO_CONNECTED, 521, EHLO_PROFILE_STANDARD));
    assert_true(ehlo_reply_permitted(EHLO_RCPT, 556, EHLO_PROFILE_STANDARD));
    assert_false(ehlo_reply_permitted(EHLO_SEND, 250, EHLO_PROFILE_STANDARD));
    assert_true(ehlo_reply_permitted(EHLO_SEND, 502, EHLO_PROFILE_STANDARD)); /* a row for every command */
}

/* ---- the queries ------------------------------------------------------------------------------ */

/* Any three numbers, against a walk over the rows; what is no profile at all permits nothing. */
static void permitted_is_what_the_rows_say(void **state)
{
    (void)state;
    for (int command = -2; command < EHLO__COMMAND_COUNT + 2; command++) {
        int known = command >= 0 && command < EHLO__COMMAND_COUNT;
        for (int code = -10; code < 1100; code++) {
            const ehlo_reply_rule *own = known ? row_of(command, code) : NULL;
            const ehlo_reply_rule *any = known && !is_moment(command) ? row_of(EHLO_ANY_COMMAND, code) : NULL;
            assert_ptr_equal(ehlo__reply_rule(command, code), own ? own : any);
            for (int profile = -1; profile <= EHLO_PROFILE_HISTORIC; profile++)
                assert_int_equal(ehlo_reply_permitted(command, code, profile),
                                 (own && own->standing <= profile) || (any && any->standing <= profile));
        }
    }
}

static void rules_of_what_is_no_command(void **state)
{
    size_t count = 7;
    (void)state;
    assert_null(ehlo_reply_rules(-1, &count));
    assert_int_equal(count, 0);
    count = 7;
    assert_null(ehlo_reply_rules(EHLO__COMMAND_COUNT, &count));
    assert_int_equal(count, 0);
}

/* R12: a default is permitted, and never grants what only the host can. */
static void defaults(void **state)
{
    (void)state;
    for (int command = 1; command < EHLO__COMMAND_COUNT; command++) {
        int code = ehlo_reply_default(command);
        assert_non_null(row_of(command, code));
        assert_int_equal(code, ehlo__command(command)->default_code);
    }
    assert_int_equal(ehlo_reply_default(EHLO_VRFY), 252);
    assert_int_equal(ehlo_reply_default(EHLO_EXPN), 502);
    assert_int_equal(ehlo_reply_default(EHLO_HELP), 214);
    assert_int_equal(ehlo_reply_default(EHLO_TURN), 502);
    assert_int_equal(ehlo_reply_default(EHLO_DATA), 354);
    assert_int_equal(ehlo_reply_default(EHLO_QUIT), 221);
    assert_int_equal(ehlo_reply_default(EHLO_LHLO), 250);
    assert_int_equal(ehlo_reply_default(EHLO_BDAT), 250);
    assert_int_equal(ehlo_reply_default(EHLO_BURL), 554);
    assert_int_equal(ehlo_reply_default(EHLO_STARTTLS), 220);
    assert_int_equal(ehlo_reply_default(EHLO_AUTH), 535);
    assert_int_equal(ehlo_reply_default(EHLO_ETRN), 458);
    assert_int_equal(ehlo_reply_default(EHLO_ATRN), 450);
    assert_int_equal(ehlo_reply_default(EHLO_XCLIENT), 550);
    assert_int_equal(ehlo_reply_default(EHLO_XFORWARD), 550);
    assert_int_equal(ehlo_reply_default(EHLO_HOST_COMMAND), 0);
    assert_int_equal(ehlo_reply_default(EHLO_ANY_COMMAND), 0);
    assert_int_equal(ehlo_reply_default(-1), 0);
    assert_int_equal(ehlo_reply_default(EHLO__COMMAND_COUNT), 0);
}

static void digits(void **state)
{
    (void)state;
    for (int code = -1000; code < 2000; code++) {
        int first = code / 100, second = code / 10 % 10;
        int valid = code >= 200 && code <= 559 && second <= 5;
        assert_int_equal(ehlo_reply_severity(code), valid ? first : EHLO_SEVERITY_NONE);
        assert_int_equal(ehlo_reply_group(code), valid ? second : EHLO_GROUP_NONE);
        if (ehlo_reply_text(code))
            assert_true(valid);
    }
    assert_int_equal(ehlo_reply_group(INT32_MIN), EHLO_GROUP_NONE);
    assert_int_equal(ehlo_reply_group(INT32_MAX), EHLO_GROUP_NONE);
}

static void texts_of_codes(void **state)
{
    (void)state;
    assert_string_equal(ehlo_reply_text(451), "Requested action aborted: error in processing");
    assert_string_equal(ehlo_reply_rule_text(row_of(EHLO_MAIL, 451)),
                        "Requested action aborted: local error in processing");
    assert_string_equal(ehlo_reply_text(521), "Host does not accept mail"); /* RFC 7504 section 5.1 */
    assert_string_equal(ehlo_reply_text(556), "Domain does not accept mail");
    assert_null(ehlo_reply_text(0));
    assert_null(ehlo_reply_text(199));
    assert_null(ehlo_reply_text(201));
    assert_null(ehlo_reply_text(560));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_by_command),
        cmocka_unit_test(list_by_function_group),
        cmocka_unit_test(list_of_rfc_5321),
        cmocka_unit_test(all_else_has_a_source),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(enhanced_codes_fit),
        cmocka_unit_test(historic_rows),
        cmocka_unit_test(permitted_is_what_the_rows_say),
        cmocka_unit_test(rules_of_what_is_no_command),
        cmocka_unit_test(defaults),
        cmocka_unit_test(digits),
        cmocka_unit_test(texts_of_codes),
    };

    return cmocka_run_group_tests_name("tables/reply", tests, NULL, NULL);
}
