/* Tests of lib/parse/params.c: verdicts (F20, F21), what each parameter comes to, and each octet at each
 * place against a second judge. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/params.h>

#include "../abnf.h"

enum {
    SIZE = EHLO_EXTENSION_SIZE,
    EIGHT = EHLO_EXTENSION_8BITMIME,
    UTF8 = EHLO_EXTENSION_SMTPUTF8,
    ALL = SIZE | EIGHT | UTF8,
    OK = EHLO_OK,
    BAD = EHLO_INVALID,
    UNKNOWN = EHLO_UNKNOWN_PARAMETER
};

static int parse(ehlo_params *out, int command, uint32_t extensions, const char *text)
{
    size_t size = strlen(text);
    int status = ehlo_params_parse(out, command, extensions, guard_front(text, size), size);

    assert_int_equal(ehlo_params_parse(out, command, extensions, guard(text, size), size), status);
    return status;
}

static const struct {
    const char *text;
    int status;
} verdicts[] = {
    {"", OK},
    {"SIZE=0", OK},
    {"size=1", OK},
    {"BODY=7BIT", OK},
    {"BODY=8BITMIME", OK},
    {"body=8bitmime", OK},
    {"SMTPUTF8", OK},
    {"SMTPUTF8 BODY=8BITMIME SIZE=5", OK},
    {"SIZE=5 SMTPUTF8", OK},
    /* malformed */
    {" ", BAD},
    {" SIZE=5", BAD},
    {"SIZE=5 ", BAD},
    {"SIZE=5  SMTPUTF8", BAD},
    {"SIZE=5\tSMTPUTF8", BAD},
    {"\tSIZE=5", BAD},
    {"SIZE =5", BAD},
    {"SIZE= 5", BAD},
    {"=", BAD},
    {"=5", BAD},
    {"-SIZE=5", BAD},
    {"_SIZE=5", BAD},
    {"SI_ZE=5", BAD},
    {"S\xc3\x8fZE=5", BAD},
    {"SIZE=5=6", BAD},
    {"SIZE==5", BAD},
    {"SIZE=5\r\n", BAD},
    {"SIZE=5\x01", BAD},
    {"SIZE=5\x7f", BAD},
    {"SIZE=\xff", BAD},
    {"SIZE=5;BODY=7BIT", BAD},
    {"\"", BAD},
    {"=\"", BAD}, /* F2 */
    /* out of their own grammar */
    {"SIZE", BAD},
    {"SIZE=", BAD},
    {"SIZE=-1", BAD},
    {"SIZE=+1", BAD},
    {"SIZE=1.0", BAD},
    {"SIZE=2048M", BAD},
    {"SIZE=0x10", BAD},
    {"SIZE=\xd9\xa1", BAD},
    {"SIZE=000000000000000000001", BAD}, /* 21 digits */
    {"SIZE=111111111111111111111", BAD},
    {"BODY", BAD},
    {"BODY=", BAD},
    {"BODY=9BIT", BAD},
    {"BODY=7BI", BAD},
    {"BODY=7BITS", BAD},
    {"BODY=8BITMIM\xc3\xa9", BAD},
    {"BODY=BINARYMIME", BAD},
    {"SMTPUTF8=", BAD},
    {"SMTPUTF8=1", BAD},
    /* twice given */
    {"SIZE=5 SIZE=5", BAD},
    {"SIZE=5 size=6", BAD},
    {"SMTPUTF8 SMTPUTF8", BAD},
    {"BODY=7BIT SIZE=1 BODY=8BITMIME", BAD},
    /* unknown */
    {"FOO", UNKNOWN},
    {"FOO=1", UNKNOWN},
    {"0", UNKNOWN},
    {"X-", UNKNOWN}, /* an esmtp-keyword may end with a hyphen */
    {"FOO=\xc3\xbc", UNKNOWN},
    {"FOO=!\"#$%&'()*+,-./:;<>?@[\\]^_`{|}~", UNKNOWN},
    {"AUTH=<>", UNKNOWN},
    {"AUTH=\"", UNKNOWN}, /* F2: any graphic may stand in an esmtp-value */
    {"NOTIFY=NEVER", UNKNOWN},
    {"SIZ=5", UNKNOWN},
    {"SIZES=5", UNKNOWN},
    {"SIZE-=5", UNKNOWN},
    {"SMTPUTF", UNKNOWN},
    {"SIZE=5 FOO", UNKNOWN},
    /* the first from the left decides; of one parameter, its form before its keyword */
    {"FOO SIZE=x", UNKNOWN},
    {"SIZE=x FOO", BAD},
    {"FOO  SIZE=1", UNKNOWN},
    {"FOO ", UNKNOWN},
    {"FOO=", BAD},
    {"FOO=a=b", BAD},
    {"FOO=\xff", BAD},
    {"FOO FOO", UNKNOWN},
};

static void verdicts_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        ehlo_params params;
        int status = parse(&params, EHLO_MAIL, ALL, verdicts[i].text);
        if (status != verdicts[i].status)
            fail_msg("%d: %s", status, verdicts[i].text);
    }
    assert_int_equal(ehlo_params_parse(&(ehlo_params){.count = 9}, EHLO_MAIL, ALL, NULL, 0), OK);
    assert_int_equal(ehlo_params_parse(&(ehlo_params){0}, EHLO_MAIL, ALL, "SIZE=1\0", 7), BAD);
    assert_int_equal(ehlo_params_parse(&(ehlo_params){0}, EHLO_MAIL, ALL, "SIZE\0=1", 7), BAD);
}

static int is_text(ehlo_text text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static void each_is_told_as_it_was_given(void **state)
{
    ehlo_params params;
    const ehlo_param *param;

    (void)state;
    assert_int_equal(parse(&params, EHLO_MAIL, ALL, "smtpUTF8 Size=0012 body=8bitMIME"), OK);
    assert_int_equal(params.count, 3);
    assert_true(is_text(params.text, "smtpUTF8 Size=0012 body=8bitMIME"));
    param = ehlo_params_find(&params, EHLO_PARAMETER_SMTPUTF8);
    assert_ptr_equal(param, &params.item[0]);
    assert_true(is_text(param->keyword, "smtpUTF8") && is_text(param->value, ""));
    assert_true(param->number == 0 && param->id == EHLO_PARAMETER_SMTPUTF8);
    assert_non_null(param->value.data); /* so that a host may hand it to memcpy() */
    param = ehlo_params_find(&params, EHLO_PARAMETER_SIZE);
    assert_ptr_equal(param, &params.item[1]);
    assert_true(is_text(param->keyword, "Size") && is_text(param->value, "0012"));
    assert_true(param->number == 12 && param->id == EHLO_PARAMETER_SIZE);
    param = ehlo_params_find(&params, EHLO_PARAMETER_BODY);
    assert_ptr_equal(param, &params.item[2]);
    assert_true(is_text(param->keyword, "body") && is_text(param->value, "8bitMIME"));
    assert_true(param->number == EHLO_BODY_8BITMIME && param->id == EHLO_PARAMETER_BODY);

    assert_int_equal(parse(&params, EHLO_MAIL, ALL, "BODY=7bit"), OK);
    assert_true(params.count == 1 && params.item[0].number == EHLO_BODY_7BIT);
    assert_null(ehlo_params_find(&params, EHLO_PARAMETER_SIZE));
    assert_null(ehlo_params_find(&params, 0));
    assert_int_equal(parse(&params, EHLO_MAIL, ALL, ""), OK);
    assert_int_equal(params.count, 0);
    assert_null(ehlo_params_find(&params, EHLO_PARAMETER_BODY));
}

/* F20, P14: RFC 1870 section 6 allows 20 digits, which 64 bits do not. */
static void sizes(void **state)
{
    static const struct {
        const char *text;
        uint64_t number;
    } given[] = {
        {"SIZE=0", 0},
        {"SIZE=00000000000000000001", 1},
        {"SIZE=2147483647", 2147483647},
        {"SIZE=2147483648", 2147483648},
        {"SIZE=2147483649", 2147483649},
        {"SIZE=4294967295", 4294967295},
        {"SIZE=4294967296", 4294967296},
        {"SIZE=4294967297", 4294967297},
        {"SIZE=9007199254740991", 9007199254740991},
        {"SIZE=9007199254740992", 9007199254740992},
        {"SIZE=9007199254740993", 9007199254740993},
        {"SIZE=9223372036854775807", 9223372036854775807},
        {"SIZE=9223372036854775808", 9223372036854775808u},
        {"SIZE=9223372036854775809", 9223372036854775809u},
        {"SIZE=18446744073709551614", UINT64_MAX - 1},
        {"SIZE=18446744073709551615", UINT64_MAX},
        {"SIZE=18446744073709551616", UINT64_MAX},
        {"SIZE=18446744073709551617", UINT64_MAX},
        {"SIZE=99999999999999999999", UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        ehlo_params params;
        assert_int_equal(parse(&params, EHLO_MAIL, SIZE, given[i].text), OK);
        assert_true(params.item[0].number == given[i].number);
    }
}

static void only_what_was_offered(void **state)
{
    ehlo_params params;

    (void)state;
    assert_int_equal(parse(&params, EHLO_MAIL, 0, ""), OK);
    assert_int_equal(parse(&params, EHLO_MAIL, 0, "SIZE=5"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_MAIL, 0, "SIZE=x"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_MAIL, ALL & ~SIZE, "SIZE=5"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_MAIL, SIZE, "SIZE=5"), OK);
    assert_int_equal(parse(&params, EHLO_MAIL, ALL & ~EIGHT, "BODY=7BIT"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_MAIL, EIGHT, "BODY=8BITMIME"), OK);
    assert_int_equal(parse(&params, EHLO_MAIL, ALL & ~UTF8, "SMTPUTF8"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_MAIL, UTF8, "SMTPUTF8"), OK);
    assert_int_equal(parse(&params, EHLO_MAIL, 0xffffffff, "SMTPUTF8 BODY=7BIT SIZE=1"), OK);
}

static void each_command_has_its_own(void **state)
{
    static const int as_mail[] = {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML};
    ehlo_params params;

    (void)state;
    for (size_t i = 0; i < sizeof as_mail / sizeof as_mail[0]; i++) {
        assert_int_equal(parse(&params, as_mail[i], ALL, "SIZE=5 BODY=7BIT SMTPUTF8"), OK);
        assert_int_equal(parse(&params, as_mail[i], ALL, "FOO"), UNKNOWN);
    }
    assert_int_equal(parse(&params, EHLO_RCPT, ALL, ""), OK);
    assert_int_equal(parse(&params, EHLO_RCPT, ALL, "SIZE=5"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_RCPT, ALL, "SMTPUTF8"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_RCPT, ALL, "SIZE="), BAD);
    for (int command = -1; command < 40; command++)
        if (command != EHLO_MAIL && command != EHLO_SEND && command != EHLO_SOML && command != EHLO_SAML)
            assert_int_equal(parse(&params, command, ALL, "SIZE=5"), UNKNOWN);
}

/* F21: a hundred of them, a keyword of a thousand octets, and longer. */
static void abuse(void **state)
{
    static char text[1 << 16];
    ehlo_params params;

    (void)state;
    for (size_t at = 0; at < sizeof text; at++)
        text[at] = "SIZE=1 "[at % 7];
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, 699), 699), BAD);
    assert_int_equal(params.count, 1);
    memset(text, 'K', sizeof text);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, 1000), 1000), UNKNOWN);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, sizeof text), sizeof text),
                     UNKNOWN);
    memset(text, '1', sizeof text);
    memcpy(text, "SIZE=", 5);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, sizeof text), sizeof text), BAD);
    memset(text, ' ', sizeof text);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, sizeof text), sizeof text), BAD);
}

static int is_digits(const char *text, size_t size)
{
    size_t digits = 0;

    while (digits < size && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return size > 0 && digits == size;
}

/* A second judge, of one parameter; `seen` are those before it, as bits. */
static int judge_one(const char *text, size_t size, unsigned *seen)
{
    char folded[ABNF_LONGEST + 1] = "";
    size_t keyword = 0;
    unsigned id;

    if (!abnf_matches(abnf_esmtp_param, text, size))
        return BAD;
    for (size_t i = 0; i < size; i++)
        folded[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    while (keyword < size && folded[keyword] != '=')
        keyword++;
    id = keyword == 4 && memcmp(folded, "size", 4) == 0       ? 1u
         : keyword == 4 && memcmp(folded, "body", 4) == 0     ? 2u
         : keyword == 8 && memcmp(folded, "smtputf8", 8) == 0 ? 4u
                                                              : 0;
    if (id == 0)
        return UNKNOWN;
    if (*seen & id)
        return BAD;
    *seen |= id;
    if (id == 1)
        return size > 5 && size <= 25 && is_digits(text + 5, size - 5) ? OK : BAD;
    if (id == 2)
        return strcmp(folded, "body=7bit") == 0 || strcmp(folded, "body=8bitmime") == 0 ? OK : BAD;
    return keyword == size ? OK : BAD;
}

static void compare(const char *text, size_t size)
{
    ehlo_params params;
    unsigned seen = 0;
    int expected = OK, status = ehlo_params_parse(&params, EHLO_MAIL, ALL, guard(text, size), size);

    for (size_t at = 0; size > 0 && expected == OK && at <= size; at++) {
        size_t start = at;
        while (at < size && text[at] != ' ')
            at++;
        expected = judge_one(text + start, at - start, &seen);
    }
    if (status != expected)
        fail_msg("%d, not %d: %.*s", status, expected, (int)size, text);
    if (status == OK && size > 0)
        assert_true(abnf_matches(abnf_parameters, text, size));
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, guard_front(text, size), size), expected);
}

static void each_octet_at_each_place(void **state)
{
    /* clang-format off */
    static const char *const samples[] = {
        "SIZE=12345 BODY=8BITMIME SMTPUTF8", "SMTPUTF8 BODY=7BIT", "SIZE=1", "SIZE=1 SIZE=2", "FOO=\xc3\xbc SIZE=1",
        "SIZE=18446744073709551615", "body=7BIT size=0",
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        abnf_each_octet(samples[i], strlen(samples[i]), compare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_stand),
        cmocka_unit_test(each_is_told_as_it_was_given),
        cmocka_unit_test(sizes),
        cmocka_unit_test(only_what_was_offered),
        cmocka_unit_test(each_command_has_its_own),
        cmocka_unit_test(abuse),
        cmocka_unit_test(each_octet_at_each_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
