/* Tests of lib/parse/value.c: verdicts (F3, F4, F5, F20), what each kind of value comes to, bounds, every
 * date, and each octet at each place against a second judge. */
#include "../guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../abnf.h"
#include "parse/value.h"
#include "tables/parameter.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ALL = -1, NO = 0, YES = 1, LONGEST = 4096 };

static int take(ehlo_params *out, int takes, const char *text, size_t size)
{
    ehlo_params again = {0};
    int fits;

    *out = (ehlo_params){0};
    fits = ehlo__value_take(out, takes, (uint32_t)ALL, (ehlo_text){guard(text, size), size});
    assert_int_equal(
        ehlo__value_take(&again, takes, (uint32_t)ALL, (ehlo_text){guard_front(text, size), size}), fits);
    assert_true(fits == 0 || fits == 1);
    return fits;
}

static int take_text(ehlo_params *out, int takes, const char *text)
{
    return take(out, takes, text, strlen(text));
}

/* ---- verdicts ---------------------------------------------------------------------------------- */

static const struct {
    int takes;
    const char *text;
    int fits;
} verdicts[] = {
    {EHLO__TAKES_NONE, "", YES},
    {EHLO__TAKES_NONE, "1", NO},

    {EHLO__TAKES_NUMBER_20, "", NO},
    {EHLO__TAKES_NUMBER_20, "0", YES},
    {EHLO__TAKES_NUMBER_20, "00000000000000000000", YES},
    {EHLO__TAKES_NUMBER_20, "99999999999999999999", YES},
    {EHLO__TAKES_NUMBER_20, "000000000000000000000", NO},
    {EHLO__TAKES_NUMBER_20, "+1", NO},
    {EHLO__TAKES_NUMBER_20, "-1", NO},
    {EHLO__TAKES_NUMBER_20, " 1", NO},
    {EHLO__TAKES_NUMBER_20, "1 ", NO},
    {EHLO__TAKES_NUMBER_20, "1k", NO},

    {EHLO__TAKES_BODY, "7bit", YES},
    {EHLO__TAKES_BODY, "8BITMIME", YES},
    {EHLO__TAKES_BODY, "BinaryMime", YES},
    {EHLO__TAKES_BODY, "BINARY", NO},
    {EHLO__TAKES_BODY, "", NO},

    {EHLO__TAKES_RET, "FULL", YES},
    {EHLO__TAKES_RET, "hdrs", YES},
    {EHLO__TAKES_RET, "HDR", NO},
    {EHLO__TAKES_RET, "FULL,HDRS", NO},
    {EHLO__TAKES_RET, "", NO},

    {EHLO__TAKES_BY, "", NO},
    {EHLO__TAKES_BY, ";N", NO},
    {EHLO__TAKES_BY, "+;N", NO},
    {EHLO__TAKES_BY, "-;N", NO},
    {EHLO__TAKES_BY, "0;N", YES},
    {EHLO__TAKES_BY, "0;R", NO}, /* RFC 2852 section 4 */
    {EHLO__TAKES_BY, "+0;R", NO},
    {EHLO__TAKES_BY, "-0;R", NO},
    {EHLO__TAKES_BY, "000000000;RT", NO},
    {EHLO__TAKES_BY, "-1;R", NO},
    {EHLO__TAKES_BY, "-1;RT", NO},
    {EHLO__TAKES_BY, "1;R", YES},
    {EHLO__TAKES_BY, "+1;r", YES},
    {EHLO__TAKES_BY, "000000001;rt", YES},
    {EHLO__TAKES_BY, "120;N", YES},
    {EHLO__TAKES_BY, "-999999999;NT", YES},
    {EHLO__TAKES_BY, "+999999999;RT", YES},
    {EHLO__TAKES_BY, "1000000000;N", NO},
    {EHLO__TAKES_BY, "0000000001;N", NO}, /* ten digits */
    {EHLO__TAKES_BY, "-1000000000;N", NO},
    {EHLO__TAKES_BY, "18446744073709551616;N", NO},
    {EHLO__TAKES_BY, "12345678901234567890;N", NO},
    {EHLO__TAKES_BY, "+-1;N", NO},
    {EHLO__TAKES_BY, "--1;N", NO},
    {EHLO__TAKES_BY, "120", NO},
    {EHLO__TAKES_BY, "120;", NO},
    {EHLO__TAKES_BY, "120;T", NO},
    {EHLO__TAKES_BY, "120;TN", NO},
    {EHLO__TAKES_BY, "120;NR", NO},
    {EHLO__TAKES_BY, "120;NTT", NO},
    {EHLO__TAKES_BY, "120;N;T", NO},
    {EHLO__TAKES_BY, "120N", NO},
    {EHLO__TAKES_BY, "120,N", NO},
    {EHLO__TAKES_BY, "1.5;N", NO},

    {EHLO__TAKES_SECONDS_9, "", NO},
    {EHLO__TAKES_SECONDS_9, "0", NO},
    {EHLO__TAKES_SECONDS_9, "1", YES},
    {EHLO__TAKES_SECONDS_9, "01", NO},
    {EHLO__TAKES_SECONDS_9, "999999999", YES},
    {EHLO__TAKES_SECONDS_9, "1000000000", NO},
    {EHLO__TAKES_SECONDS_9, "12345678901234567890", NO},
    {EHLO__TAKES_SECONDS_9, "+1", NO},
    {EHLO__TAKES_SECONDS_9, "-1", NO},
    {EHLO__TAKES_SECONDS_9, " 1", NO},
    {EHLO__TAKES_SECONDS_9, "1s", NO},

    {EHLO__TAKES_PRIORITY, "", NO},
    {EHLO__TAKES_PRIORITY, "-", NO},
    {EHLO__TAKES_PRIORITY, "0", YES},
    {EHLO__TAKES_PRIORITY, "-0", NO}, /* RFC 6710 section 7 */
    {EHLO__TAKES_PRIORITY, "9", YES},
    {EHLO__TAKES_PRIORITY, "-9", YES},
    {EHLO__TAKES_PRIORITY, "10", NO},
    {EHLO__TAKES_PRIORITY, "-10", NO},
    {EHLO__TAKES_PRIORITY, "+1", NO},
    {EHLO__TAKES_PRIORITY, "01", NO},
    {EHLO__TAKES_PRIORITY, "--1", NO},
    {EHLO__TAKES_PRIORITY, "12345678901234567890", NO},

    {EHLO__TAKES_CLASSES, "", NO},
    {EHLO__TAKES_CLASSES, "a", YES},
    {EHLO__TAKES_CLASSES, "net.example:ADV", YES},
    {EHLO__TAKES_CLASSES, "org.example:ADV:ADLT,net.example:A-d_v.", YES},
    {EHLO__TAKES_CLASSES, "a,a", YES},
    {EHLO__TAKES_CLASSES, ",", NO},
    {EHLO__TAKES_CLASSES, "a,", NO},
    {EHLO__TAKES_CLASSES, ",a", NO},
    {EHLO__TAKES_CLASSES, "a,,b", NO},
    {EHLO__TAKES_CLASSES, "1a", NO},
    {EHLO__TAKES_CLASSES, "a,1", NO},
    {EHLO__TAKES_CLASSES, ":a", NO},
    {EHLO__TAKES_CLASSES, "a;b", NO},
    {EHLO__TAKES_CLASSES, "\xc3\xbc", NO},

    {EHLO__TAKES_NOTIFY, "", NO},
    {EHLO__TAKES_NOTIFY, "NEVER", YES},
    {EHLO__TAKES_NOTIFY, "never", YES},
    {EHLO__TAKES_NOTIFY, "SUCCESS,FAILURE,DELAY", YES},
    {EHLO__TAKES_NOTIFY, "delay,Success", YES},
    {EHLO__TAKES_NOTIFY, "FAILURE", YES},
    {EHLO__TAKES_NOTIFY, "NEVER,SUCCESS", NO},
    {EHLO__TAKES_NOTIFY, "DELAY,NEVER", NO},
    {EHLO__TAKES_NOTIFY, "NEVER,NEVER", NO},
    {EHLO__TAKES_NOTIFY, "SUCCESS,SUCCESS", YES},
    {EHLO__TAKES_NOTIFY, "SUCCESS,", NO},
    {EHLO__TAKES_NOTIFY, ",SUCCESS", NO},
    {EHLO__TAKES_NOTIFY, "SUCCESS,,DELAY", NO},
    {EHLO__TAKES_NOTIFY, ",", NO},
    {EHLO__TAKES_NOTIFY, "SUCCESS;DELAY", NO},
    {EHLO__TAKES_NOTIFY, "SUCCES", NO},
    {EHLO__TAKES_NOTIFY, "ALWAYS", NO},

    {EHLO__TAKES_XTEXT, "", NO},
    {EHLO__TAKES_XTEXT, "QQ314159", YES},
    {EHLO__TAKES_XTEXT, "a+20b", YES},
    {EHLO__TAKES_XTEXT, "+2B+3D+7E", YES},
    {EHLO__TAKES_XTEXT, "a+0D+0Ac", NO},
    {EHLO__TAKES_XTEXT, "a+00b", NO},
    {EHLO__TAKES_XTEXT, "a+09b", NO},
    {EHLO__TAKES_XTEXT, "+1F", NO},
    {EHLO__TAKES_XTEXT, "+7F", NO},
    {EHLO__TAKES_XTEXT, "+80", NO},
    {EHLO__TAKES_XTEXT, "+C3+BC", NO},
    {EHLO__TAKES_XTEXT, "+", NO},
    {EHLO__TAKES_XTEXT, "+4", NO},
    {EHLO__TAKES_XTEXT, "+4g", NO},
    {EHLO__TAKES_XTEXT, "+4G", NO},
    {EHLO__TAKES_XTEXT, "+0d", NO},
    {EHLO__TAKES_XTEXT, "+4a", NO},
    {EHLO__TAKES_XTEXT, "++41", NO},
    {EHLO__TAKES_XTEXT, "a+", NO},
    {EHLO__TAKES_XTEXT, "a+4", NO},
    {EHLO__TAKES_XTEXT, "a=b", NO},
    {EHLO__TAKES_XTEXT, "\xc3\xbc", NO},

    {EHLO__TAKES_TYPED_XTEXT, "", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a@b.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a+2Bc@b.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "RFC822;a+20b", YES},
    {EHLO__TAKES_TYPED_XTEXT, "x400;;;;", YES},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;", YES}, /* xtext may be empty */
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;no\\mailbox<>", YES},
    {EHLO__TAKES_TYPED_XTEXT, "a+b/c;d", YES}, /* an atom may hold a "+" */
    {EHLO__TAKES_TYPED_XTEXT, "rfc822", NO},
    {EHLO__TAKES_TYPED_XTEXT, ";a@b.example", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc.822;a", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc 822;a", NO},
    {EHLO__TAKES_TYPED_XTEXT, "\"rfc822\";a", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a+0D+0Ab", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a+b", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a+4", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;a=b", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;\xc3\xbc@b.example", NO},
    {EHLO__TAKES_TYPED_XTEXT, "rfc822;+C3+BC@b.example", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\xc3\xbc@b.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "UTF-8;\\x{FC}@b.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a@b.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a+2Bc@b.example", NO}, /* never xtext: RFC 6533 section 3 */
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a+b@c.example", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a=b@c.example", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a\\x{2B}b@c.example", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{20}\\x{3d}\\x{5c}", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{80}\\x{7FF}\\x{D7FF}\\x{E000}\\x{FFFF}", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{10000}\\x{fffff}\\x{100000}\\x{10FFFF}", YES},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{D800}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{DFFF}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{110000}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{1000000}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{100000000}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{10000002B}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{0FC}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{02B}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{41}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{0A}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{0D}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{00}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{01}", NO}, /* HEXPOINT, but never a Mailbox */
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{7F}", NO}, /* likewise */
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{FC", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\X{FC}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\\x{FG}", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;a\\b", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\xc3", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8;\xed\xa0\x80", NO},
    {EHLO__TAKES_TYPED_XTEXT, "utf-8x;\xc3\xbc", NO},

    {EHLO__TAKES_MAILBOX, "", NO},
    {EHLO__TAKES_MAILBOX, "<>", YES},
    {EHLO__TAKES_MAILBOX, "+3C+3E", YES}, /* it is the decoded form that counts: RFC 4954 section 8 */
    {EHLO__TAKES_MAILBOX, "e+3Dmc2@example.com", YES},
    {EHLO__TAKES_MAILBOX, "+22a+20b+22@example.com", YES},
    {EHLO__TAKES_MAILBOX, "a@[192.0.2.1]", YES},
    {EHLO__TAKES_MAILBOX, "+C3+BC@b.example", YES},
    {EHLO__TAKES_MAILBOX, "\xc3\xbc@b.example", NO},
    {EHLO__TAKES_MAILBOX, "+C3@b.example", NO},
    {EHLO__TAKES_MAILBOX, "a+0Ab", NO},
    {EHLO__TAKES_MAILBOX, "a+0A@b.example", NO},
    {EHLO__TAKES_MAILBOX, "\"", NO},
    {EHLO__TAKES_MAILBOX, "a", NO},
    {EHLO__TAKES_MAILBOX, "a@", NO},
    {EHLO__TAKES_MAILBOX, "<a@b.example>", NO},
    {EHLO__TAKES_MAILBOX, "<", NO},
    {EHLO__TAKES_MAILBOX, "<>>", NO},
    {EHLO__TAKES_MAILBOX, "a@b.example+", NO},
    {EHLO__TAKES_MAILBOX, "e=mc2@example.com", NO},

    {EHLO__TAKES_ATTRIBUTE, "", NO},
    {EHLO__TAKES_ATTRIBUTE, "spike.porcupine.org", YES},
    {EHLO__TAKES_ATTRIBUTE, "[UNAVAILABLE]", YES},
    {EHLO__TAKES_ATTRIBUTE, "[tempunavail]", YES},
    {EHLO__TAKES_ATTRIBUTE, "IPV6:2001:db8::1", YES},
    {EHLO__TAKES_ATTRIBUTE, "a+20b", YES},
    {EHLO__TAKES_ATTRIBUTE, "J+C3+BCrgen", YES},
    {EHLO__TAKES_ATTRIBUTE, "J+FCrgen", NO},
    {EHLO__TAKES_ATTRIBUTE, "a+0Ab", NO},
    {EHLO__TAKES_ATTRIBUTE, "a+00b", NO},
    {EHLO__TAKES_ATTRIBUTE, "a+7Fb", NO},
    {EHLO__TAKES_ATTRIBUTE, "user+tag@b.example", YES}, /* not encoded */
    {EHLO__TAKES_ATTRIBUTE, "+", YES},
    {EHLO__TAKES_ATTRIBUTE, "+0d", YES}, /* no hexchar, so nothing hides in it */
    {EHLO__TAKES_ATTRIBUTE, "J\xc3\xbcrgen", YES},
};

static void verdicts_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        ehlo_params params;
        if (take_text(&params, verdicts[i].takes, verdicts[i].text) != verdicts[i].fits)
            fail_msg("kind %d: %s", verdicts[i].takes, verdicts[i].text);
    }
}

/* ---- what a value comes to ----------------------------------------------------------------------- */

static void words_and_numbers(void **state)
{
    ehlo_params params;

    (void)state;
    assert_true(take_text(&params, EHLO__TAKES_NUMBER_20, "18446744073709551614"));
    assert_true(params.size == UINT64_MAX - 1);
    assert_true(take_text(&params, EHLO__TAKES_NUMBER_20, "18446744073709551616"));
    assert_true(params.size == UINT64_MAX);
    assert_true(take_text(&params, EHLO__TAKES_BODY, "BINARYMIME"));
    assert_int_equal(params.body, EHLO_BODY_BINARYMIME);
    assert_true(take_text(&params, EHLO__TAKES_RET, "FULL"));
    assert_int_equal(params.ret, EHLO_RET_FULL);
    assert_true(take_text(&params, EHLO__TAKES_RET, "hdrs"));
    assert_int_equal(params.ret, EHLO_RET_HDRS);
    assert_true(take_text(&params, EHLO__TAKES_SECONDS_9, "999999999"));
    assert_int_equal(params.hold_for, 999999999);
    for (int priority = -9; priority <= 9; priority++) {
        char text[] = {'-', (char)('0' + (priority < 0 ? -priority : priority)), '\0'};
        assert_true(take_text(&params, EHLO__TAKES_PRIORITY, text + (priority >= 0)));
        assert_int_equal(params.priority, priority);
    }
}

static void times_to_deliver_by(void **state)
{
    static const struct {
        const char *text;
        int by, mode, trace;
    } given[] = {
        {"120;R", 120, EHLO_BY_RETURN, 0},
        {"+120;RT", 120, EHLO_BY_RETURN, 1},
        {"1;r", 1, EHLO_BY_RETURN, 0},
        {"0;n", 0, EHLO_BY_NOTIFY, 0},
        {"-0;NT", 0, EHLO_BY_NOTIFY, 1},
        {"-5;Nt", -5, EHLO_BY_NOTIFY, 1},
        {"-999999999;N", -999999999, EHLO_BY_NOTIFY, 0},
        {"999999999;N", 999999999, EHLO_BY_NOTIFY, 0},
        {"000000007;N", 7, EHLO_BY_NOTIFY, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++) {
        ehlo_params params;
        assert_true(take_text(&params, EHLO__TAKES_BY, given[i].text));
        assert_int_equal(params.by, given[i].by);
        assert_int_equal(params.by_mode, given[i].mode);
        assert_int_equal(params.by_trace, given[i].trace);
    }
}

static void notifications(void **state)
{
    ehlo_params params;

    (void)state;
    assert_true(take_text(&params, EHLO__TAKES_NOTIFY, "NEVER"));
    assert_int_equal(params.notify, EHLO_NOTIFY_NEVER);
    assert_true(take_text(&params, EHLO__TAKES_NOTIFY, "SUCCESS"));
    assert_int_equal(params.notify, EHLO_NOTIFY_SUCCESS);
    assert_true(take_text(&params, EHLO__TAKES_NOTIFY, "delay,FAILURE"));
    assert_int_equal(params.notify, EHLO_NOTIFY_DELAY | EHLO_NOTIFY_FAILURE);
    assert_true(take_text(&params, EHLO__TAKES_NOTIFY, "DELAY,SUCCESS,FAILURE"));
    assert_int_equal(params.notify, EHLO_NOTIFY_DELAY | EHLO_NOTIFY_FAILURE | EHLO_NOTIFY_SUCCESS);
}

static int is_text(ehlo_text text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static void texts(void **state)
{
    ehlo_params params;

    (void)state;
    assert_true(take_text(&params, EHLO__TAKES_MAILBOX, "e+3Dmc2@example.com"));
    assert_true(is_text(params.auth, "e+3Dmc2@example.com"));
    assert_true(take_text(&params, EHLO__TAKES_MAILBOX, "<>"));
    assert_true(is_text(params.auth, "<>"));
    assert_true(take_text(&params, EHLO__TAKES_XTEXT, "a+20b"));
    assert_true(is_text(params.envid, "a+20b"));
    assert_true(take_text(&params, EHLO__TAKES_TYPED_XTEXT, "RFC822;a;b"));
    assert_true(is_text(params.orcpt_type, "RFC822") && is_text(params.orcpt, "a;b"));
    assert_true(take_text(&params, EHLO__TAKES_TYPED_XTEXT, "rfc822;"));
    assert_true(is_text(params.orcpt_type, "rfc822") && is_text(params.orcpt, ""));
    assert_true(take_text(&params, EHLO__TAKES_CLASSES, "a.b:C,d"));
    assert_true(is_text(params.solicit, "a.b:C,d"));
}

/* What needs an extension of its own beside that of its parameter. */
static void only_what_was_offered(void **state)
{
    static const struct {
        int takes;
        const char *text;
        uint32_t needs;
    } given[] = {
        {EHLO__TAKES_BODY, "7BIT", EHLO_EXTENSION_8BITMIME},
        {EHLO__TAKES_BODY, "8BITMIME", EHLO_EXTENSION_8BITMIME},
        {EHLO__TAKES_BODY, "BINARYMIME", EHLO_EXTENSION_BINARYMIME},
        {EHLO__TAKES_MAILBOX, "+C3+BC@b.example", EHLO_EXTENSION_SMTPUTF8},
        {EHLO__TAKES_MAILBOX, "u@+C3+BC.example", EHLO_EXTENSION_SMTPUTF8},
        {EHLO__TAKES_MAILBOX, "u@b.example", 0},
    };
    ehlo_params params;

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++) {
        ehlo_text text = {given[i].text, strlen(given[i].text)};
        assert_int_equal(ehlo__value_take(&params, given[i].takes, given[i].needs, text), 1);
        assert_int_equal(ehlo__value_take(&params, given[i].takes, ~given[i].needs, text),
                         given[i].needs == 0);
        assert_int_equal(ehlo__value_take(&params, given[i].takes, 0, text), given[i].needs == 0);
    }
}

/* Each kind of text with as many octets as it may have, and one more; encoded ones as well. */
static void lengths(void **state)
{
    static char text[3 * LONGEST];
    ehlo_params params;

    (void)state;
    memset(text, 'a', sizeof text);
    assert_true(take(&params, EHLO__TAKES_XTEXT, text, 100));
    assert_false(take(&params, EHLO__TAKES_XTEXT, text, 101));
    assert_true(take(&params, EHLO__TAKES_CLASSES, text, 1000));
    assert_false(take(&params, EHLO__TAKES_CLASSES, text, 1001));
    assert_true(take(&params, EHLO__TAKES_ATTRIBUTE, text, 255));
    assert_false(take(&params, EHLO__TAKES_ATTRIBUTE, text, 256));
    text[7] = '+'; /* not encoded */
    assert_true(take(&params, EHLO__TAKES_ATTRIBUTE, text, 255));
    assert_false(take(&params, EHLO__TAKES_ATTRIBUTE, text, 256));
    assert_false(take(&params, EHLO__TAKES_ATTRIBUTE, text, LONGEST));
    text[7] = 'a';
    memcpy(text, "rfc822;", 7);
    assert_true(take(&params, EHLO__TAKES_TYPED_XTEXT, text, 500));
    assert_true(take(&params, EHLO__TAKES_TYPED_XTEXT, text, LONGEST));
    memcpy(text, "utf-8;", 6);
    assert_true(take(&params, EHLO__TAKES_TYPED_XTEXT, text, LONGEST));
    memset(text, 'a', sizeof text);
    memcpy(text + 64, "@", 1);
    assert_true(take(&params, EHLO__TAKES_MAILBOX, text, 255));
    assert_false(take(&params, EHLO__TAKES_MAILBOX, text, 256));

    for (size_t at = 0; at < sizeof text; at++)
        text[at] = "+41"[at % 3];
    assert_true(take(&params, EHLO__TAKES_XTEXT, text, 99));
    assert_false(take(&params, EHLO__TAKES_XTEXT, text, 102));
    assert_true(take(&params, EHLO__TAKES_ATTRIBUTE, text, 3 * 255));
    assert_false(take(&params, EHLO__TAKES_ATTRIBUTE, text, 3 * 256));
    memcpy(text + 3 * 64, "+40", 3);
    assert_true(take(&params, EHLO__TAKES_MAILBOX, text, 3 * 255));
    assert_false(take(&params, EHLO__TAKES_MAILBOX, text, 3 * 256));
    memset(text, '0', sizeof text);
    assert_false(take(&params, EHLO__TAKES_NUMBER_20, text, LONGEST));
    assert_false(take(&params, EHLO__TAKES_SECONDS_9, text, LONGEST));
    assert_false(take(&params, EHLO__TAKES_BY, text, LONGEST));
    assert_false(take(&params, EHLO__TAKES_PRIORITY, text, LONGEST));
    assert_false(take(&params, EHLO__TAKES_DATE_UTC, text, LONGEST));
}

/* ---- dates --------------------------------------------------------------------------------------- */

static int is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int last_day(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from the first of January of the year 0, counted by walking there. */
static int64_t day_number(int year, int month, int day)
{
    int64_t days = day - 1;

    for (int past = 0; past < year; past++)
        days += is_leap(past) ? 366 : 365;
    while (--month > 0)
        days += last_day(year, month);
    return days;
}

static void two_digits(char *to, int number)
{
    to[0] = (char)('0' + number / 10 % 10);
    to[1] = (char)('0' + number % 10);
}

static void write_date(char *to, int year, int month, int day)
{
    two_digits(to, year / 100);
    two_digits(to + 2, year % 100);
    two_digits(to + 5, month);
    two_digits(to + 8, day);
}

static void check_date(int year, int month, int day, int64_t number)
{
    char text[] = "....-..-..T12:34:56Z";
    int64_t seconds = number * 86400 + (12 * 60 + 34) * 60 + 56;
    int exists = day >= 1 && day <= last_day(year, month);
    ehlo_params params = {0};

    write_date(text, year, month, day);
    if (ehlo__value_take(&params, EHLO__TAKES_DATE_UTC, 0, (ehlo_text){text, sizeof text - 1}) != exists)
        fail_msg("%s", text);
    if (exists && params.hold_until != (uint64_t)(seconds > 0 ? seconds : 0))
        fail_msg("%s is not %llu", text, (unsigned long long)params.hold_until);
}

/* Each day from 1960 to 2110, and of each year the ends of January, February and December. */
static void every_date(void **state)
{
    int64_t epoch = day_number(1970, 1, 1), first = -epoch;

    (void)state;
    for (int year = 0; year <= 9999; year++) {
        int64_t number = first;
        for (int month = 1; month <= 12; month++) {
            int all = year >= 1960 && year <= 2110, last = last_day(year, month);
            for (int day = 0; day <= 99; day++)
                if (all || ((month <= 2 || month == 12) && day >= 27 && day <= 32))
                    check_date(year, month, day, number + day - 1);
            number += last;
        }
        first = number;
    }
}

static void every_field(void **state)
{
    ehlo_params params;

    (void)state;
    for (int number = 0; number < 100; number++) {
        char month[] = "2024-..-01T00:00:00Z", hour[] = "1970-01-01T..:00:00Z",
             minute[] = "1970-01-01T00:..:00Z";
        char second[] = "1970-01-01T00:00:..Z", zone[] = "1971-01-01T00:00:00+..:00";
        char of_zone[] = "1971-01-01T00:00:00-00:..";
        uint64_t year = 365 * 86400, past = (uint64_t)number;
        two_digits(month + 5, number);
        two_digits(hour + 11, number);
        two_digits(minute + 14, number);
        two_digits(second + 17, number);
        two_digits(zone + 20, number);
        two_digits(of_zone + 23, number);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, month), number >= 1 && number <= 12);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, hour), number <= 23);
        assert_true(number > 23 || params.hold_until == past * 3600);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, minute), number <= 59);
        assert_true(number > 59 || params.hold_until == past * 60);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, second), number <= 59);
        assert_true(number > 59 || params.hold_until == past);
        assert_int_equal(take_text(&params, EHLO__TAKES_RRVS, zone), number <= 23);
        assert_true(number > 23 || params.rrvs == year - past * 3600);
        assert_int_equal(take_text(&params, EHLO__TAKES_RRVS, of_zone), number <= 59);
        assert_true(number > 59 || params.rrvs == year + past * 60);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, zone), number == 0);
        assert_int_equal(take_text(&params, EHLO__TAKES_DATE_UTC, of_zone), number == 0);
    }
}

static void dates(void **state)
{
    static const struct {
        const char *text;
        uint64_t until; /* as HOLDUNTIL */
        uint64_t since; /* as RRVS */
    } given[] = {
#define REFUSED UINT64_MAX
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1970-01-01T00:00:01Z", 1, 1},
        {"1969-12-31T23:59:59Z", 0, 0},
        {"0000-01-01T00:00:00Z", 0, 0},
        {"2000-02-29T00:00:00Z", 951782400, 951782400},
        {"2038-01-19T03:14:07Z", 2147483647, 2147483647},
        {"2038-01-19T03:14:08Z", 2147483648, 2147483648},
        {"2106-02-07T06:28:16Z", 4294967296, 4294967296},
        {"9999-12-31T23:59:59Z", 253402300799, 253402300799},
        {"9999-12-31T23:59:59-23:59", REFUSED, 253402387139},
        {"1970-01-01T00:00:00+00:01", REFUSED, 0},
        {"1970-01-01T00:00:00-00:01", REFUSED, 60},
        {"1970-01-01T00:00:00+00:00", 0, 0},
        {"1970-01-01T00:00:00-00:00", 0, 0}, /* RFC 3339 section 4.3 */
        {"2024-02-29t12:00:00z", 1709208000, 1709208000},
        {"2014-04-03T23:01:00+02:00", REFUSED, 1396558860},
        /* leap seconds: where they could be */
        {"2016-12-31T23:59:60Z", 1483228800, 1483228800},
        {"2017-01-01T08:59:60+09:00", REFUSED, 1483228800},
        {"2016-12-31T15:59:60-08:00", REFUSED, 1483228800},
        {"2016-12-31T23:59:60+00:00", 1483228800, 1483228800},
        {"2016-06-30T23:59:60Z", 1467331200, 1467331200},
        {"2016-02-29T23:59:60Z", 1456790400, 1456790400},
        {"2016-02-28T23:59:60Z", REFUSED, REFUSED},
        {"2016-12-30T23:59:60Z", REFUSED, REFUSED},
        {"2016-12-31T23:58:60Z", REFUSED, REFUSED},
        {"2016-12-31T22:59:60Z", REFUSED, REFUSED},
        {"2016-12-31T23:59:61Z", REFUSED, REFUSED},
        {"2017-01-01T00:00:60Z", REFUSED, REFUSED},
        {"2016-12-31T23:59:60+01:00", REFUSED, REFUSED},
        {"2017-01-02T08:59:60+09:00", REFUSED, REFUSED},
        /* parts of seconds: the next whole one */
        {"1970-01-01T00:00:05.0Z", 5, REFUSED},
        {"1970-01-01T00:00:05.000000000000000000000000Z", 5, REFUSED},
        {"1970-01-01T00:00:05.5Z", 6, REFUSED},
        {"1970-01-01T00:00:05.000000000000000000000001Z", 6, REFUSED},
        {"1970-01-01T00:00:59.99Z", 60, REFUSED},
        {"1970-01-01T00:00:05.Z", REFUSED, REFUSED},
        {"1970-01-01T00:00:05.5", REFUSED, REFUSED},
        {"1970-01-01T00:00:05.5.5Z", REFUSED, REFUSED},
        {"1970-01-01T00:00:05,5Z", REFUSED, REFUSED},
        {"1970-01-01T00:00:05.-5Z", REFUSED, REFUSED},
        /* malformed */
        {"1970-01-01T00:00:00", REFUSED, REFUSED},
        {"1970-01-01T00:00Z", REFUSED, REFUSED},
        {"1970-01-01", REFUSED, REFUSED},
        {"1970-01-01Z", REFUSED, REFUSED},
        {"70-01-01T00:00:00Z", REFUSED, REFUSED},
        {"01970-01-01T00:00:00Z", REFUSED, REFUSED},
        {"10000-01-01T00:00:00Z", REFUSED, REFUSED},
        {"-970-01-01T00:00:00Z", REFUSED, REFUSED},
        {"+970-01-01T00:00:00Z", REFUSED, REFUSED},
        {"1970-1-01T00:00:00Z", REFUSED, REFUSED},
        {"1970-01-1T00:00:00Z", REFUSED, REFUSED},
        {"1970/01/01T00:00:00Z", REFUSED, REFUSED},
        {"19700101T000000Z", REFUSED, REFUSED},
        {"1970-01-01_00:00:00Z", REFUSED, REFUSED},
        {"1970-01-01T00-00-00Z", REFUSED, REFUSED},
        {"1970-00-01T00:00:00Z", REFUSED, REFUSED},
        {"1970-13-01T00:00:00Z", REFUSED, REFUSED},
        {"1970-01-00T00:00:00Z", REFUSED, REFUSED},
        {"1970-01-32T00:00:00Z", REFUSED, REFUSED},
        {"1970-04-31T00:00:00Z", REFUSED, REFUSED},
        {"1970-02-29T00:00:00Z", REFUSED, REFUSED},
        {"1900-02-29T00:00:00Z", REFUSED, REFUSED},
        {"2000-02-30T00:00:00Z", REFUSED, REFUSED},
        {"1970-01-01T24:00:00Z", REFUSED, REFUSED},
        {"1970-01-01T00:60:00Z", REFUSED, REFUSED},
        {"1970-01-01T00:00:00ZZ", REFUSED, REFUSED},
        {"1970-01-01T00:00:00Z;", REFUSED, REFUSED},
        {"1970-01-01T00:00:00UTC", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+00", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+0000", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+24:00", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+00:60", REFUSED, REFUSED},
        {"1970-01-01T00:00:00+00:00:00", REFUSED, REFUSED},
        {"1970-01-01T00:00:00~00:00", REFUSED, REFUSED},
        {"", REFUSED, REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++) {
        ehlo_params params;
        if (take_text(&params, EHLO__TAKES_DATE_UTC, given[i].text) != (given[i].until != REFUSED))
            fail_msg("until %s", given[i].text);
        assert_true(given[i].until == REFUSED || params.hold_until == given[i].until);
        if (take_text(&params, EHLO__TAKES_RRVS, given[i].text) != (given[i].since != REFUSED))
            fail_msg("since %s", given[i].text);
        assert_true(given[i].since == REFUSED || params.rrvs == given[i].since);
    }
}

static void what_if_rrvs_is_not_known(void **state)
{
    static const struct {
        const char *text;
        int fits, action;
    } given[] = {
        {"1970-01-01T00:00:07Z", YES, EHLO_RRVS_REJECT},
        {"1970-01-01T00:00:07Z;R", YES, EHLO_RRVS_REJECT},
        {"1970-01-01T00:00:07Z;r", YES, EHLO_RRVS_REJECT},
        {"1970-01-01T00:00:07Z;C", YES, EHLO_RRVS_CONTINUE},
        {"1970-01-01T01:00:07+01:00;c", YES, EHLO_RRVS_CONTINUE},
        {"1970-01-01T00:00:07Z;", NO, 0},
        {"1970-01-01T00:00:07Z;X", NO, 0},
        {"1970-01-01T00:00:07Z;CR", NO, 0},
        {"1970-01-01T00:00:07Z;C;R", NO, 0},
        {"1970-01-01T00:00:07ZC", NO, 0},
        {"1970-01-01T00:00:07Z,C", NO, 0},
        {"1970-01-01T00:00:07;C", NO, 0},
        {";C", NO, 0},
        {"C", NO, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(given); i++) {
        ehlo_params params;
        assert_int_equal(take_text(&params, EHLO__TAKES_RRVS, given[i].text), given[i].fits);
        assert_true(!given[i].fits || (params.rrvs == 7 && params.rrvs_action == given[i].action));
    }
}

/* ---- each octet at each place, against a second judge ---------------------------------------------- */

/* xtext, decoded: its octets, or -1 where it is none. */
static int decoded(unsigned char *out, const char *text, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    int count = 0;

    for (size_t at = 0; at < size; at++, count++) {
        const char *high, *low;
        if (text[at] != '+') {
            if (text[at] < 33 || text[at] > 126 || text[at] == '=')
                return -1;
            out[count] = (unsigned char)text[at];
            continue;
        }
        if (at + 2 >= size || text[at + 1] == '\0' || text[at + 2] == '\0')
            return -1;
        high = strchr(digits, text[at + 1]);
        low = strchr(digits, text[at + 2]);
        if (!high || !low)
            return -1;
        out[count] = (unsigned char)((high - digits) * 16 + (low - digits));
        at += 2;
    }
    return count;
}

static abnf_set esmtp_value(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, from, 1, ABNF_LONGEST, abnf_esmtp_value);
}

static abnf_set by_value(const abnf_text *text, abnf_set from)
{
    abnf_set sign = from | abnf_octet(text, from, '+') | abnf_octet(text, from, '-');
    abnf_set number = abnf_octet(text, abnf_times(text, sign, 1, 9, abnf_digit), ';');
    abnf_set mode = abnf_word(text, number, "N") | abnf_word(text, number, "R");

    return mode | abnf_word(text, mode, "T");
}

static int judge_by(const char *text, size_t size)
{
    char copy[ABNF_LONGEST + 2] = "";

    if (!abnf_matches(by_value, text, size))
        return 0;
    memcpy(copy, text, size);
    return strtol(copy, NULL, 10) > 0 || !strpbrk(copy, "Rr");
}

static abnf_set nz_digit(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, '1', '9');
}

static abnf_set seconds_9(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, nz_digit(text, from), 0, 8, abnf_digit);
}

static abnf_set number_20(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, from, 1, 20, abnf_digit);
}

static abnf_set priority_value(const abnf_text *text, abnf_set from)
{
    return nz_digit(text, from | abnf_octet(text, from, '-')) | abnf_octet(text, from, '0');
}

static abnf_set ret_value(const abnf_text *text, abnf_set from)
{
    return abnf_word(text, from, "FULL") | abnf_word(text, from, "HDRS");
}

static abnf_set body_value(const abnf_text *text, abnf_set from)
{
    return abnf_word(text, from, "7BIT") | abnf_word(text, from, "8BITMIME") |
           abnf_word(text, from, "BINARYMIME");
}

static abnf_set notify_element(const abnf_text *text, abnf_set from)
{
    return abnf_word(text, from, "SUCCESS") | abnf_word(text, from, "FAILURE") |
           abnf_word(text, from, "DELAY");
}

/* RFC 3461 section 4.1; repeats are within it. */
static abnf_set notify_value(const abnf_text *text, abnf_set from)
{
    abnf_set to = abnf_word(text, from, "NEVER"), list = notify_element(text, from);

    for (; list; list = notify_element(text, abnf_word(text, list, ",")))
        to |= list;
    return to;
}

static abnf_set wordchar(const abnf_text *text, abnf_set from)
{
    return abnf_let_dig_hyphen(text, from) | abnf_octet(text, from, '.') | abnf_octet(text, from, '_') |
           abnf_octet(text, from, ':');
}

static abnf_set class_word(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, abnf_alpha(text, from), 0, ABNF_LONGEST, wordchar);
}

static abnf_set comma_class_word(const abnf_text *text, abnf_set from)
{
    return class_word(text, abnf_octet(text, from, ','));
}

static abnf_set classes(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, class_word(text, from), 0, ABNF_LONGEST, comma_class_word);
}

static abnf_set full_date(const abnf_text *text, abnf_set from)
{
    abnf_set year = abnf_times(text, from, 4, 4, abnf_digit), month, day;

    month = abnf_times(text, abnf_octet(text, year, '-'), 2, 2, abnf_digit);
    day = abnf_times(text, abnf_octet(text, month, '-'), 2, 2, abnf_digit);
    return day;
}

static abnf_set partial_time(const abnf_text *text, abnf_set from, int with_fraction)
{
    abnf_set hour = abnf_times(text, from, 2, 2, abnf_digit), minute, second;

    minute = abnf_times(text, abnf_octet(text, hour, ':'), 2, 2, abnf_digit);
    second = abnf_times(text, abnf_octet(text, minute, ':'), 2, 2, abnf_digit);
    return second |
           (with_fraction ? abnf_times(text, abnf_octet(text, second, '.'), 1, ABNF_LONGEST, abnf_digit) : 0);
}

static abnf_set offset(const abnf_text *text, abnf_set from)
{
    abnf_set sign = abnf_octet(text, from, '+') | abnf_octet(text, from, '-');
    abnf_set hour = abnf_times(text, sign, 2, 2, abnf_digit);

    return abnf_times(text, abnf_octet(text, hour, ':'), 2, 2, abnf_digit) | abnf_word(text, from, "Z");
}

static abnf_set until_value(const abnf_text *text, abnf_set from)
{
    return offset(text, partial_time(text, abnf_word(text, full_date(text, from), "T"), 1));
}

static abnf_set rrvs_value(const abnf_text *text, abnf_set from)
{
    abnf_set date = offset(text, partial_time(text, abnf_word(text, full_date(text, from), "T"), 0));

    return date | abnf_word(text, date, ";C") | abnf_word(text, date, ";R");
}

/* The date of a text that is within the ABNF: whether there is such a one, in UTC if asked for, and when. */
static int judge_date(uint64_t *when, const char *text, size_t size, int until)
{
    int year, month, day, hour, minute, second, zone_hour = 0, zone_minute = 0, used = 0, fraction = 0;
    int64_t seconds, days;
    char copy[ABNF_LONGEST + 2] = "", *rest = copy + 19;

    memcpy(copy, text, size);
    copy[10] = 'T';
    if (sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6)
        return 0;
    assert_int_equal(used, 19);
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++)
            fraction |= *rest > '0';
    if (*rest == '+' || *rest == '-') {
        sscanf(rest + 1, "%2d:%2d", &zone_hour, &zone_minute);
        if (zone_hour > 23 || zone_minute > 59)
            return 0;
        if (*rest == '+')
            zone_hour = -zone_hour, zone_minute = -zone_minute;
    }
    if (month < 1 || month > 12 || day < 1 || day > last_day(year, month) || hour > 23 || minute > 59 ||
        second > 60)
        return 0;
    days = day_number(year, month, day);
    seconds = ((days * 24 + hour + zone_hour) * 60 + minute + zone_minute) * 60 + second;
    if (second == 60) { /* the second before it must be the last of a month */
        int64_t of_month = day_number(year, month, 1), of_next = of_month + last_day(year, month);
        if (seconds != of_month * 86400 && seconds != of_next * 86400)
            return 0;
    }
    seconds -= day_number(1970, 1, 1) * 86400;
    *when = (uint64_t)(seconds > 0 ? seconds : 0) + (until && fraction);
    return !until || (zone_hour == 0 && zone_minute == 0);
}

static int is_printable(const unsigned char *octets, int count)
{
    for (int i = 0; i < count; i++)
        if (octets[i] < 32 || octets[i] > 126)
            return 0;
    return count >= 0;
}

/* QUCHAR / EmbeddedUnicodeChar; the points are tried one by one. */
static int judge_unitext(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        unsigned long point = 0;
        abnf_text rest = {(const unsigned char *)text + at, size - at};
        abnf_set wide = abnf_utf8_non_ascii(&rest, 1);
        size_t digits = 0;
        if (wide) {
            at += abnf_first(wide);
            continue;
        }
        if (text[at] != '\\') {
            if (text[at] < 33 || text[at] > 126 || text[at] == '+' || text[at] == '=')
                return 0;
            at++;
            continue;
        }
        if (size - at < 4 || text[at + 1] != 'x' || text[at + 2] != '{')
            return 0;
        for (at += 3; at < size && text[at] && strchr("0123456789abcdefABCDEF", text[at]); at++, digits++) {
            char digit[] = {text[at], '\0'};
            point = digits < 7 ? point * 16 + strtoul(digit, NULL, 16) : point;
        }
        if (at == size || text[at] != '}' || digits < 2 || digits > 6 || text[at - digits] == '0')
            return 0;
        if (point < 128 ? !point || !strchr(" +=\\", (int)point)
                        : (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff)
            return 0;
        at++;
    }
    return size > 0;
}

static int judge_orcpt(const char *text, size_t size)
{
    unsigned char octets[ABNF_LONGEST + 1];
    abnf_text whole = {(const unsigned char *)text, size};
    const char *mark = memchr(text, ';', size);
    size_t type = mark ? (size_t)(mark - text) : 0;

    for (size_t at = 0; at < type; at++)
        if ((unsigned char)text[at] >= 0x80)
            return 0;
    if (!mark || !(abnf_atom(&whole, 1) >> type & 1))
        return 0;
    if (type == 5 && abnf_word(&whole, 1, "utf-8"))
        return judge_unitext(mark + 1, size - type - 1);
    return is_printable(octets, decoded(octets, mark + 1, size - type - 1));
}

static abnf_set printable_utf8(const abnf_text *text, abnf_set from)
{
    return abnf_range(text, from, 32, 126) | abnf_utf8_non_ascii(text, from);
}

static abnf_set printables_utf8(const abnf_text *text, abnf_set from)
{
    return abnf_times(text, from, 1, ABNF_LONGEST, printable_utf8);
}

static int judge(int takes, const char *text, size_t size, uint64_t *when)
{
    unsigned char octets[ABNF_LONGEST + 1];
    int count = decoded(octets, text, size);

    switch (takes) {
    case EHLO__TAKES_NUMBER_20: return abnf_matches(number_20, text, size);
    case EHLO__TAKES_BODY: return abnf_matches(body_value, text, size);
    case EHLO__TAKES_RET: return abnf_matches(ret_value, text, size);
    case EHLO__TAKES_BY: return judge_by(text, size);
    case EHLO__TAKES_SECONDS_9: return abnf_matches(seconds_9, text, size);
    case EHLO__TAKES_PRIORITY: return abnf_matches(priority_value, text, size);
    case EHLO__TAKES_CLASSES: return abnf_matches(classes, text, size);
    case EHLO__TAKES_NOTIFY: return abnf_matches(notify_value, text, size);
    case EHLO__TAKES_DATE_UTC:
        return abnf_matches(until_value, text, size) && judge_date(when, text, size, 1);
    case EHLO__TAKES_RRVS: return abnf_matches(rrvs_value, text, size) && judge_date(when, text, size, 0);
    case EHLO__TAKES_XTEXT: return count > 0 && is_printable(octets, count);
    case EHLO__TAKES_TYPED_XTEXT: return judge_orcpt(text, size);
    case EHLO__TAKES_MAILBOX:
        return count > 0 && (abnf_matches(abnf_mailbox, octets, (size_t)count) ||
                             (count == 2 && memcmp(octets, "<>", 2) == 0));
    case EHLO__TAKES_ATTRIBUTE:
        return count < 0 ? abnf_matches(esmtp_value, text, size)
                         : abnf_matches(printables_utf8, octets, (size_t)count);
    default: return size == 0;
    }
}

static int kind; /* the one that is tried */

static void compare(const char *text, size_t size)
{
    ehlo_params params;
    uint64_t when = 0;
    int expected = judge(kind, text, size, &when);

    if (kind == EHLO__TAKES_ATTRIBUTE && !abnf_matches(esmtp_value, text, size))
        return; /* as its caller promises */
    if (take(&params, kind, text, size) != expected)
        fail_msg("kind %d, not %d: %.*s", kind, expected, (int)size, text);
    if (expected && kind == EHLO__TAKES_DATE_UTC)
        assert_true(params.hold_until == when);
    if (expected && kind == EHLO__TAKES_RRVS)
        assert_true(params.rrvs == when);
}

static void each_octet_at_each_place(void **state)
{
    static const struct {
        int takes;
        const char *text;
    } samples[] = {
        {EHLO__TAKES_NONE, ""},
        {EHLO__TAKES_NUMBER_20, "18446744073709551615"},
        {EHLO__TAKES_BODY, "8BITMIME"},
        {EHLO__TAKES_BODY, "7bit"},
        {EHLO__TAKES_BODY, "BinaryMIME"},
        {EHLO__TAKES_RET, "HDRS"},
        {EHLO__TAKES_RET, "full"},
        {EHLO__TAKES_BY, "-120;NT"},
        {EHLO__TAKES_BY, "+00000001;R"},
        {EHLO__TAKES_BY, "999999999;rt"},
        {EHLO__TAKES_SECONDS_9, "10000000"},
        {EHLO__TAKES_SECONDS_9, "999999999"},
        {EHLO__TAKES_PRIORITY, "-3"},
        {EHLO__TAKES_PRIORITY, "0"},
        {EHLO__TAKES_CLASSES, "a.b-c_d:E9,f"},
        {EHLO__TAKES_NOTIFY, "NEVER"},
        {EHLO__TAKES_NOTIFY, "SUCCESS,FAILURE,DELAY"},
        {EHLO__TAKES_DATE_UTC, "2024-02-29T23:59:59Z"},
        {EHLO__TAKES_DATE_UTC, "2016-12-31T23:59:60Z"},
        {EHLO__TAKES_DATE_UTC, "1999-12-31T09:19:29.10-00:00"},
        {EHLO__TAKES_RRVS, "1970-01-01T00:00:00z;C"},
        {EHLO__TAKES_RRVS, "2017-01-01T08:59:60+09:00;R"},
        {EHLO__TAKES_RRVS, "2014-04-03t23:01:00-11:30"},
        {EHLO__TAKES_XTEXT, "a+2Bb+20+7Ec"},
        {EHLO__TAKES_XTEXT, "QQ314159"},
        {EHLO__TAKES_TYPED_XTEXT, "rfc822;a+2Bb@c.example"},
        {EHLO__TAKES_TYPED_XTEXT, "utf-8;\xc3\xbc\\x{10FFFF}\\x{2b}@c"},
        {EHLO__TAKES_MAILBOX, "e+3Dmc2@b.example"},
        {EHLO__TAKES_MAILBOX, "+22+20+5C+22+22@[192.0.2.1]"},
        {EHLO__TAKES_MAILBOX, "<>"},
        {EHLO__TAKES_ATTRIBUTE, "[UNAVAILABLE]"},
        {EHLO__TAKES_ATTRIBUTE, "J+C3+BCr+20"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        kind = samples[i].takes;
        abnf_each_octet(samples[i].text, strlen(samples[i].text), compare);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_stand),
        cmocka_unit_test(words_and_numbers),
        cmocka_unit_test(times_to_deliver_by),
        cmocka_unit_test(notifications),
        cmocka_unit_test(texts),
        cmocka_unit_test(only_what_was_offered),
        cmocka_unit_test(lengths),
        cmocka_unit_test(every_date),
        cmocka_unit_test(every_field),
        cmocka_unit_test(dates),
        cmocka_unit_test(what_if_rrvs_is_not_known),
        cmocka_unit_test(each_octet_at_each_place),
    };

    return cmocka_run_group_tests_name("parse/value", tests, NULL, NULL);
}
