/* Tests of lib/parse/params.c: verdicts (F2 to F4, F20, F21), what each parameter comes to, those of the
 * host, and each octet at each place against a second judge. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ehlo/params.h>

#include "../abnf.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    SIZE = EHLO_EXTENSION_SIZE,
    EIGHT = EHLO_EXTENSION_8BITMIME,
    UTF8 = EHLO_EXTENSION_SMTPUTF8,
    ALL = SIZE | EIGHT | UTF8,
    EVERYTHING = (1 << 29) - 1,
    OK = EHLO_OK,
    BAD = EHLO_INVALID,
    UNKNOWN = EHLO_UNKNOWN_PARAMETER
};

static int parse(ehlo_params *out, int command, uint32_t extensions, const char *text)
{
    size_t size = strlen(text);
    int status = ehlo_params_parse(out, command, extensions, NULL, 0, guard_front(text, size), size);

    assert_int_equal(ehlo_params_parse(out, command, extensions, NULL, 0, guard(text, size), size), status);
    return status;
}

/* With the host's own. */
static int parse_with(ehlo_params *out, int command, const ehlo_host_parameter *own, size_t count,
                      const char *text)
{
    return ehlo_params_parse(out, command, EVERYTHING & ~UTF8, own, count, guard(text, strlen(text)),
                             strlen(text));
}

typedef struct verdict {
    const char *text;
    int status;
} verdict;

static void stand(const verdict *verdicts, size_t count, int command, uint32_t extensions)
{
    for (size_t i = 0; i < count; i++) {
        ehlo_params params;
        int status = parse(&params, command, extensions, verdicts[i].text);
        if (status != verdicts[i].status)
            fail_msg("%d: %s", status, verdicts[i].text);
    }
}

static const verdict verdicts[] = {
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
    {"AUTH=<>", UNKNOWN},      /* not offered */
    {"AUTH=\"", UNKNOWN},      /* F2: any graphic may stand in an esmtp-value */
    {"NOTIFY=NEVER", UNKNOWN}, /* one of RCPT */
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

/* Each parameter of MAIL, with its extension: F2, F3, F4. */
static const verdict of_mail[] = {
    {"AUTH=<> RET=FULL ENVID=a BY=1;R HOLDFOR=1 MT-PRIORITY=-3 REQUIRETLS SOLICIT=a PRDR", OK},
    {"auth=a@b.example ret=hdrs envid=+20 by=-1;nt mt-priority=9 requiretls solicit=a,b prdr", OK},
    {"HOLDUNTIL=2030-01-01T00:00:00Z", OK},
    {"AUTH", BAD},
    {"AUTH=", BAD},
    {"AUTH=\"", BAD}, /* F2 */
    {"AUTH=a+0Ab", BAD},
    {"AUTH=+C3+BC@b.example", OK},
    {"AUTH=\xc3\xbc@b.example", BAD},
    {"RET", BAD},
    {"RET=BODY", BAD},
    {"ENVID", BAD},
    {"ENVID=", BAD},
    {"ENVID=a+0D+0Ac", BAD},
    {"ENVID=a+00b", BAD},
    {"ENVID=+", BAD},
    {"ENVID=+4", BAD},
    {"ENVID=+4g", BAD},
    {"ENVID=+0d", BAD},
    {"ENVID=a=b", BAD},
    {"ENVID=\xc3\xbc", BAD},
    {"BY", BAD},
    {"BY=1", BAD},
    {"BY=0;R", BAD},
    {"HOLDFOR", BAD},
    {"HOLDFOR=0", BAD},
    {"HOLDUNTIL", BAD},
    {"HOLDUNTIL=2030-01-01T00:00:00+01:00", BAD},
    {"MT-PRIORITY", BAD},
    {"MT-PRIORITY=10", BAD},
    {"REQUIRETLS=1", BAD},
    {"SOLICIT", BAD},
    {"SOLICIT=1", BAD},
    {"PRDR=1", BAD},
    {"ENVID=a ENVID=a", BAD},
    {"NOTIFY=NEVER", UNKNOWN},
    {"ORCPT=rfc822;a", UNKNOWN},
    {"NAME=a", UNKNOWN},
    /* RFC 4865 section 4.2: one of the two */
    {"HOLDFOR=1 HOLDUNTIL=2030-01-01T00:00:00Z", BAD},
    {"HOLDUNTIL=2030-01-01T00:00:00Z SIZE=1 HOLDFOR=1", BAD},
    {"HOLDUNTIL=1960-01-01T00:00:00Z HOLDFOR=1", BAD},
    /* section 5.2.2: not longer than there is to deliver it */
    {"HOLDFOR=60 BY=60;R", OK},
    {"HOLDFOR=61 BY=60;R", BAD},
    {"BY=60;N HOLDFOR=61", BAD},
    {"BY=-1;N HOLDFOR=1", BAD},
    {"HOLDFOR=999999999 BY=999999999;N", OK},
    {"HOLDFOR=999999999 BY=999999998;N", BAD},
    {"HOLDUNTIL=2030-01-01T00:00:00Z BY=1;R", OK}, /* that takes a clock */
    /* what is found at the end comes behind what is found on the way */
    {"HOLDFOR=1 HOLDUNTIL=2030-01-01T00:00:00Z FOO", UNKNOWN},
};

static const verdict of_rcpt[] = {
    {"", OK},
    {"NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c.example RRVS=2014-04-03T23:01:00Z;C", OK},
    {"ORCPT=utf-8;\xc3\xbc@c.example", OK},
    {"ORCPT", BAD},
    {"ORCPT=rfc822;a+0D+0Ab", BAD},
    {"ORCPT=rfc822;+", BAD},
    {"ORCPT=rfc822;+4", BAD},
    {"ORCPT=rfc822;+4g", BAD},
    {"ORCPT=rfc822;+0d", BAD},
    {"ORCPT=rfc822;a=b", BAD},
    {"ORCPT=rfc822;\xc3\xbc", BAD},
    {"NOTIFY", BAD},
    {"NOTIFY=NEVER,DELAY", BAD},
    {"NOTIFY=NEVER NOTIFY=NEVER", BAD},
    {"RRVS", BAD},
    {"RRVS=2014-04-03T23:01:00.5Z", BAD},
    {"SIZE=1", UNKNOWN},
    {"ENVID=a", UNKNOWN},
    {"SOURCE=LOCAL", UNKNOWN},
};

static const verdict of_xclient[] = {
    {"", BAD}, /* one at least */
    {"NAME=spike.example ADDR=192.0.2.1 PORT=25 PROTO=ESMTP HELO=a LOGIN=u DESTADDR=IPV6:::1 DESTPORT=25",
     OK},
    {"name=[UNAVAILABLE]", OK},
    {"NAME=a+20b", OK},
    {"NAME=a+b", OK},
    {"NAME", BAD},
    {"NAME=", BAD},
    {"NAME=a NAME=a", BAD},
    {"NAME=a+0Ab", BAD},
    {"NAME=a=b", BAD},
    {"NAME=a ", BAD},
    {"IDENT=a", UNKNOWN},
    {"SOURCE=LOCAL", UNKNOWN},
    {"FOO=a", UNKNOWN},
    {"FOO", UNKNOWN},
    {"SIZE=1", UNKNOWN},
};

static const verdict of_xforward[] = {
    {"", BAD},
    {"NAME=a ADDR=192.0.2.1 PORT=25 PROTO=SMTP HELO=a IDENT=b SOURCE=LOCAL", OK},
    {"SOURCE", BAD},
    {"LOGIN=a", UNKNOWN},
    {"DESTADDR=192.0.2.1", UNKNOWN},
};

static void verdicts_stand(void **state)
{
    ehlo_params params;

    (void)state;
    stand(verdicts, COUNT(verdicts), EHLO_MAIL, ALL);
    stand(of_mail, COUNT(of_mail), EHLO_MAIL, EVERYTHING);
    stand(of_rcpt, COUNT(of_rcpt), EHLO_RCPT, EVERYTHING);
    stand(of_xclient, COUNT(of_xclient), EHLO_XCLIENT, EVERYTHING);
    stand(of_xforward, COUNT(of_xforward), EHLO_XFORWARD, EVERYTHING);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, NULL, 0), OK);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, "SIZE=1\0", 7), BAD);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, "SIZE\0=1", 7), BAD);
}

static int is_text(ehlo_text text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static void check_next(const ehlo_params *params, size_t *at, int id, const char *keyword, const char *value)
{
    ehlo_param param;

    assert_int_equal(ehlo_params_next(params, at, &param), 1);
    assert_int_equal(param.id, id);
    assert_true(is_text(param.keyword, keyword) && is_text(param.value, value));
    assert_non_null(param.value.data); /* so that a host may hand it to memcpy() */
}

static void check_no_next(const ehlo_params *params, size_t at)
{
    ehlo_param param;

    assert_int_equal(ehlo_params_next(params, &at, &param), 0);
    assert_int_equal(ehlo_params_next(params, &at, &param), 0);
}

static void each_is_told_as_it_was_given(void **state)
{
    ehlo_params params;
    size_t at = 0;

    (void)state;
    assert_int_equal(parse(&params, EHLO_MAIL, ALL, "smtpUTF8 Size=0012 body=8bitMIME"), OK);
    assert_true(is_text(params.text, "smtpUTF8 Size=0012 body=8bitMIME"));
    assert_int_equal(params.command, EHLO_MAIL);
    assert_int_equal(params.given,
                     1 << EHLO_PARAMETER_SIZE | 1 << EHLO_PARAMETER_BODY | 1 << EHLO_PARAMETER_SMTPUTF8);
    assert_true(params.size == 12);
    assert_int_equal(params.body, EHLO_BODY_8BITMIME);
    check_next(&params, &at, EHLO_PARAMETER_SMTPUTF8, "smtpUTF8", "");
    check_next(&params, &at, EHLO_PARAMETER_SIZE, "Size", "0012");
    check_next(&params, &at, EHLO_PARAMETER_BODY, "body", "8bitMIME");
    check_no_next(&params, at);
    check_no_next(&params, SIZE_MAX);

    assert_int_equal(parse(&params, EHLO_MAIL, ALL, ""), OK);
    assert_int_equal(params.given, 0);
    assert_int_equal(params.body, 0);
    check_no_next(&params, 0);
    params = (ehlo_params){0};
    check_no_next(&params, 0);

    at = 0;
    assert_int_equal(parse(&params, EHLO_XCLIENT, EVERYTHING, "DestPort=+32 NAME=x"), OK);
    assert_int_equal(params.command, EHLO_XCLIENT);
    assert_int_equal(params.given, 1 << EHLO_PARAMETER_XCLIENT_DESTPORT | 1 << EHLO_PARAMETER_XCLIENT_NAME);
    check_next(&params, &at, EHLO_PARAMETER_XCLIENT_DESTPORT, "DestPort", "+32");
    check_next(&params, &at, EHLO_PARAMETER_XCLIENT_NAME, "NAME", "x");
    check_no_next(&params, at);
    at = 0;
    assert_int_equal(parse(&params, EHLO_XFORWARD, EVERYTHING, "SOURCE=REMOTE"), OK);
    assert_true(params.given == (uint32_t)1 << EHLO_PARAMETER_XFORWARD_SOURCE);
    check_next(&params, &at, EHLO_PARAMETER_XFORWARD_SOURCE, "SOURCE", "REMOTE");
}

/* What was given before leaves nothing behind. */
static void the_rest_is_zero(void **state)
{
    ehlo_params params;

    (void)state;
    memset(&params, 0xff, sizeof params);
    assert_int_equal(parse(&params, EHLO_RCPT, EVERYTHING, "ORCPT=rfc822;a"), OK);
    assert_true(params.body == 0 && params.ret == 0 && params.notify == 0 && params.by_mode == 0);
    assert_true(params.by_trace == 0 && params.rrvs_action == 0 && params.priority == 0 && params.by == 0);
    assert_true(params.hold_for == 0 && params.size == 0 && params.hold_until == 0 && params.rrvs == 0);
    assert_true(params.auth.size == 0 && params.envid.size == 0 && params.solicit.size == 0);
    assert_true(is_text(params.orcpt_type, "rfc822") && is_text(params.orcpt, "a"));
    assert_int_equal(params.given, 1 << EHLO_PARAMETER_ORCPT);
}

static void everything_at_once(void **state)
{
    ehlo_params params;

    (void)state;
    assert_int_equal(
        parse(&params, EHLO_MAIL, EVERYTHING,
              "PRDR SOLICIT=a.b:C REQUIRETLS MT-PRIORITY=-7 HOLDFOR=5 BY=10;NT ENVID=a+20b RET=HDRS "
              "AUTH=e+3Dmc2@b.example SMTPUTF8 BODY=BINARYMIME SIZE=77"),
        OK);
    assert_int_equal(params.given, 0x3ffe & ~(1 << EHLO_PARAMETER_HOLDUNTIL));
    assert_true(is_text(params.solicit, "a.b:C") && is_text(params.envid, "a+20b"));
    assert_true(is_text(params.auth, "e+3Dmc2@b.example"));
    assert_true(params.priority == -7 && params.hold_for == 5 && params.by == 10 && params.by_trace == 1);
    assert_true(params.by_mode == EHLO_BY_NOTIFY && params.ret == EHLO_RET_HDRS);
    assert_true(params.body == EHLO_BODY_BINARYMIME && params.size == 77);
    assert_int_equal(parse(&params, EHLO_MAIL, EVERYTHING, "HOLDUNTIL=1970-01-02T00:00:00Z"), OK);
    assert_true(params.hold_until == 86400);
    assert_int_equal(parse(&params, EHLO_RCPT, EVERYTHING, "RRVS=1970-01-02T00:00:00Z NOTIFY=DELAY"), OK);
    assert_true(params.rrvs == 86400 && params.rrvs_action == EHLO_RRVS_REJECT);
    assert_int_equal(params.notify, EHLO_NOTIFY_DELAY);
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
    for (size_t i = 0; i < COUNT(given); i++) {
        ehlo_params params;
        assert_int_equal(parse(&params, EHLO_MAIL, SIZE, given[i].text), OK);
        assert_true(params.size == given[i].number);
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

/* Each needs its own extension, and nothing else. */
static void each_needs_its_extension(void **state)
{
    static const struct {
        int command;
        uint32_t extension;
        const char *text;
    } given[] = {
        {EHLO_MAIL, EHLO_EXTENSION_AUTH, "AUTH=<>"},
        {EHLO_MAIL, EHLO_EXTENSION_DSN, "RET=FULL"},
        {EHLO_MAIL, EHLO_EXTENSION_DSN, "ENVID=a"},
        {EHLO_MAIL, EHLO_EXTENSION_DELIVERBY, "BY=1;N"},
        {EHLO_MAIL, EHLO_EXTENSION_FUTURERELEASE, "HOLDFOR=1"},
        {EHLO_MAIL, EHLO_EXTENSION_FUTURERELEASE, "HOLDUNTIL=2030-01-01T00:00:00Z"},
        {EHLO_MAIL, EHLO_EXTENSION_MT_PRIORITY, "MT-PRIORITY=0"},
        {EHLO_MAIL, EHLO_EXTENSION_REQUIRETLS, "REQUIRETLS"},
        {EHLO_MAIL, EHLO_EXTENSION_NO_SOLICITING, "SOLICIT=a"},
        {EHLO_MAIL, EHLO_EXTENSION_PRDR, "PRDR"},
        {EHLO_RCPT, EHLO_EXTENSION_DSN, "NOTIFY=NEVER"},
        {EHLO_RCPT, EHLO_EXTENSION_DSN, "ORCPT=rfc822;a"},
        {EHLO_RCPT, EHLO_EXTENSION_RRVS, "RRVS=2030-01-01T00:00:00Z"},
        {EHLO_XCLIENT, EHLO_EXTENSION_XCLIENT, "NAME=a"},
        {EHLO_XFORWARD, EHLO_EXTENSION_XFORWARD, "NAME=a"},
    };
    ehlo_params params;

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++) {
        assert_int_equal(parse(&params, given[i].command, given[i].extension, given[i].text), OK);
        assert_int_equal(parse(&params, given[i].command, ~given[i].extension, given[i].text), UNKNOWN);
    }
    /* BINARYMIME is a value of a parameter of 8BITMIME, and needs both */
    assert_int_equal(parse(&params, EHLO_MAIL, EIGHT | EHLO_EXTENSION_BINARYMIME, "BODY=BINARYMIME"), OK);
    assert_int_equal(parse(&params, EHLO_MAIL, ~(uint32_t)EHLO_EXTENSION_BINARYMIME, "BODY=BINARYMIME"), BAD);
    assert_int_equal(parse(&params, EHLO_MAIL, ~(uint32_t)EIGHT, "BODY=BINARYMIME"), UNKNOWN);
    /* UTF-8 in a value: RFC 6531 section 3.3, RFC 6533 section 3 */
    assert_int_equal(parse(&params, EHLO_RCPT, EHLO_EXTENSION_DSN | UTF8, "ORCPT=utf-8;\xc3\xbc"), OK);
    assert_int_equal(parse(&params, EHLO_RCPT, ~(uint32_t)UTF8, "ORCPT=utf-8;\xc3\xbc"), BAD);
    assert_int_equal(parse(&params, EHLO_RCPT, ~(uint32_t)UTF8, "ORCPT=utf-8;\\x{FC}"), OK);
    assert_int_equal(parse(&params, EHLO_XCLIENT, EVERYTHING, "NAME=\xc3\xbc"), OK);
    assert_int_equal(parse(&params, EHLO_XCLIENT, ~(uint32_t)UTF8, "NAME=\xc3\xbc"), BAD);
    assert_int_equal(parse(&params, EHLO_MAIL, ~(uint32_t)UTF8, "AUTH=+C3+BC@b.example"), BAD);
    assert_int_equal(parse(&params, EHLO_MAIL, 0, "FOO=\xc3\xbc"), UNKNOWN);
}

/* Those that a host adds. */
static void the_hosts_own(void **state)
{
    static const ehlo_host_parameter own[] = {
        {.keyword = "XVERP", .command = EHLO_MAIL, .value = EHLO_VALUE_OPTIONAL},
        {.keyword = "X-Flag", .command = EHLO_MAIL, .value = EHLO_VALUE_NONE},
        {.keyword = "X-VALUE", .command = EHLO_MAIL, .value = EHLO_VALUE_REQUIRED},
        {.keyword = "X-VALUE", .command = EHLO_RCPT, .value = EHLO_VALUE_REQUIRED},
        {.keyword = "SMTPUTF8", .command = EHLO_MAIL, .value = EHLO_VALUE_REQUIRED},
        {.keyword = "SIZE", .command = EHLO_MAIL, .value = EHLO_VALUE_NONE},
    };
    static const struct {
        int command;
        const char *text;
        int status;
    } given[] = {
        {EHLO_MAIL, "XVERP", OK},
        {EHLO_MAIL, "xverp=-+", OK},
        {EHLO_MAIL, "XVERP=", BAD},
        {EHLO_MAIL, "XVERP=+=", BAD}, /* no esmtp-value */
        {EHLO_MAIL, "XVERP XVERP", BAD},
        {EHLO_MAIL, "XVERP X-FLAG XVERP", BAD},
        {EHLO_MAIL, "X-FLAG", OK},
        {EHLO_MAIL, "X-FLAG=1", BAD},
        {EHLO_MAIL, "X-VALUE", BAD},
        {EHLO_MAIL, "X-VALUE=1", OK},
        {EHLO_MAIL, "X-VALUE=\xc3\xbc", BAD}, /* SMTPUTF8 is not offered here */
        {EHLO_MAIL, "x-value=!~ x-flag SIZE=7 xverp", OK},
        {EHLO_SAML, "X-FLAG", OK},
        {EHLO_RCPT, "X-FLAG", UNKNOWN},
        {EHLO_RCPT, "X-VALUE=a NOTIFY=NEVER", OK},
        {EHLO_RCPT, "X-VALUE=a X-VALUE=b", BAD},
        {EHLO_XCLIENT, "X-FLAG", UNKNOWN},
        {EHLO_MAIL, "X-VALU=1", UNKNOWN},
        {EHLO_MAIL, "X-VALUES=1", UNKNOWN},
        {EHLO_MAIL, "SIZE", BAD},     /* that of the table is offered */
        {EHLO_MAIL, "SMTPUTF8", BAD}, /* that of the table is not */
        {EHLO_MAIL, "SMTPUTF8=1", OK},
    };
    ehlo_host_parameter many[33];
    ehlo_params params;
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++)
        if (parse_with(&params, given[i].command, own, COUNT(own), given[i].text) != given[i].status)
            fail_msg("%s", given[i].text);
    assert_int_equal(parse_with(&params, EHLO_MAIL, own, COUNT(own), "X-FLAG SMTPUTF8=1 SIZE=7 XVERP"), OK);
    assert_int_equal(params.given, 1 << EHLO_PARAMETER_SIZE);
    check_next(&params, &at, 0, "X-FLAG", "");
    check_next(&params, &at, 0, "SMTPUTF8", "1");
    check_next(&params, &at, EHLO_PARAMETER_SIZE, "SIZE", "7");
    check_next(&params, &at, 0, "XVERP", "");
    check_no_next(&params, at);
    assert_int_equal(parse_with(&params, EHLO_MAIL, own, 0, "X-FLAG"), UNKNOWN);

    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = own[0];
    many[31] = own[1];
    assert_int_equal(parse_with(&params, EHLO_MAIL, many, 32, "X-FLAG XVERP"), OK);
    assert_int_equal(parse_with(&params, EHLO_MAIL, many, 32, "X-FLAG X-FLAG"), BAD);
    assert_int_equal(parse_with(&params, EHLO_MAIL, many, 31, "X-FLAG"), UNKNOWN);
    assert_int_equal(parse_with(&params, EHLO_MAIL, many, 33, "X-FLAG"), EHLO_MISUSE);
}

static void each_command_has_its_own(void **state)
{
    static const int as_mail[] = {EHLO_MAIL, EHLO_SEND, EHLO_SOML, EHLO_SAML};
    ehlo_params params;

    (void)state;
    for (size_t i = 0; i < COUNT(as_mail); i++) {
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
    assert_int_equal(parse(&params, EHLO_MAIL + 256, ALL, "SIZE=5"), UNKNOWN);
    assert_int_equal(parse(&params, EHLO_SOML, ALL, "SIZE=5"), OK);
    assert_int_equal(params.command, EHLO_MAIL);
}

/* F21: a hundred of them, a keyword of a thousand octets, and longer. */
static void abuse(void **state)
{
    static char text[1 << 16];
    ehlo_params params;

    (void)state;
    for (size_t at = 0; at < sizeof text; at++)
        text[at] = "SIZE=1 "[at % 7];
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, 699), 699), BAD);
    memset(text, 'K', sizeof text);
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, 1000), 1000), UNKNOWN);
    assert_int_equal(
        ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, sizeof text), sizeof text), UNKNOWN);
    memset(text, '1', sizeof text);
    memcpy(text, "SIZE=", 5);
    assert_int_equal(
        ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, sizeof text), sizeof text), BAD);
    memset(text, ' ', sizeof text);
    assert_int_equal(
        ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, sizeof text), sizeof text), BAD);
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
    int expected = OK, status = ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard(text, size), size);

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
    assert_int_equal(ehlo_params_parse(&params, EHLO_MAIL, ALL, NULL, 0, guard_front(text, size), size),
                     expected);
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
    for (size_t i = 0; i < COUNT(samples); i++)
        abnf_each_octet(samples[i], strlen(samples[i]), compare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_stand),
        cmocka_unit_test(each_is_told_as_it_was_given),
        cmocka_unit_test(the_rest_is_zero),
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(sizes),
        cmocka_unit_test(only_what_was_offered),
        cmocka_unit_test(each_needs_its_extension),
        cmocka_unit_test(the_hosts_own),
        cmocka_unit_test(each_command_has_its_own),
        cmocka_unit_test(abuse),
        cmocka_unit_test(each_octet_at_each_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
