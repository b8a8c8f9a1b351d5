/* value.c - the values of parameters, each kind by the grammar of its RFC: lib/tables/parameters.def says
 * which parameter takes which kind.  Every word is in any letter case (RFC 5234 section 2.3).
 */
#include <string.h>

#include "value.h"

#include <ehlo/codec.h>
#include <ehlo/path.h>

#include "../text/ascii.h"
#include "../text/date.h"
#include "../text/number.h"
#include "../text/utf8.h"

/* Which of the words it is, counted from 1; 0: none.  Each word ends in a NUL, the list in two. */
static int word_find(const char *words, const void *word, size_t size)
{
    for (int number = 1; *words != '\0'; number++) {
        size_t length = ehlo__text_size(words);
        if (ehlo__same_word(word, size, words, length))
            return number;
        words += length + 1;
    }
    return 0;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

/* Digits, `most` of them at most: octets taken, or 0. */
static size_t digits_scan(int32_t *out, size_t most, const unsigned char *data, size_t size)
{
    uint64_t number = 0;
    size_t at = 0;

    while (at < size && ehlo__is(data[at], EHLO__DIGIT))
        at++;
    if (at > most || ehlo__number_parse(&number, data, at) != EHLO_OK)
        return 0;
    *out = (int32_t)number;
    return at;
}

/* size-value, RFC 1870 section 3.  What is above UINT64_MAX becomes that: over any limit. */
static int size_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    enum { MOST_DIGITS = 20 };

    return size <= MOST_DIGITS && ehlo__number_parse(&out->size, data, size) != EHLO_INVALID;
}

/* future-release-integer, RFC 4865 section 3. */
static int hold_for_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    int32_t seconds;

    if (data[0] == '0' || digits_scan(&seconds, 9, data, size) != size)
        return 0;
    out->hold_for = (uint32_t)seconds;
    return 1;
}

/* by-value, RFC 2852 section 4, where zero or less is no time to return a message after. */
static int by_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    size_t sign = data[0] == '+' || data[0] == '-';
    size_t digits = digits_scan(&out->by, 9, data + sign, size - sign);
    int mode = word_find(";N\0;R\0;NT\0;RT\0", data + sign + digits, size - sign - digits);

    if (digits == 0 || mode == 0)
        return 0;
    if (data[0] == '-')
        out->by = -out->by;
    out->by_mode = mode % 2 ? EHLO_BY_NOTIFY : EHLO_BY_RETURN;
    out->by_trace = mode > 2;
    return out->by > 0 || out->by_mode == EHLO_BY_NOTIFY;
}

/* priority-value, RFC 6710 section 7: no "+", no "-0". */
static int priority_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    size_t minus = data[0] == '-';
    int32_t number;

    if (size == minus || digits_scan(&number, 1, data + minus, size - minus) != size - minus)
        return 0;
    out->priority = (int8_t)(minus ? -number : number);
    return !minus || number > 0;
}

/* ---- dates: RFC 3339 section 5.6 ----------------------------------------------------------------- */

enum { CENTURY, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, ZONE_HOUR, ZONE_MINUTE, FIELDS };

/* A date but for its zone, and a zone that is no "Z": octets. */
enum { DATE = sizeof "1970-01-01T00:00:00" - 1, ZONE = sizeof "+00:00" - 1 };

/* The fields, of two digits: bounds, and what stands before, if anything. */
static const struct {
    char before;
    uint8_t least;
    uint8_t most;
} fields[FIELDS] = {
    [CENTURY] = {'\0', 0, 99}, [YEAR] = {'\0', 0, 99},      [MONTH] = {'-', 1, 12},
    [DAY] = {'-', 1, 31},      [HOUR] = {'T', 0, 23},       [MINUTE] = {':', 0, 59},
    [SECOND] = {':', 0, 60},   [ZONE_HOUR] = {'\0', 0, 23}, [ZONE_MINUTE] = {':', 0, 59},
};

/* Reads the fields from `first` to `last`: 1, or 0.  Behind the century there is one every three octets. */
static int fields_read(int32_t *date, int first, int last, const unsigned char *data)
{
    for (int i = first; i <= last; i++) {
        const unsigned char *place = i > CENTURY ? data + 3 * i - 1 : data;
        uint64_t number = 0;
        if ((fields[i].before != '\0' && !ehlo__same_word(place - 1, 1, &fields[i].before, 1)) ||
            ehlo__number_parse(&number, place, 2) != EHLO_OK || number < fields[i].least ||
            number > fields[i].most)
            return 0;
        date[i] = (int32_t)number;
    }
    return 1;
}

/* Seconds since 1970 began, 0 for what is earlier; `shift` leads from local time to UTC.  1, or 0: there is
 * no such date.  A leap second ends a month of UTC (section 5.7), which months is not known; as with any
 * clock that counts 86,400 to a day it is the first second of the next. */
static int date_count(uint64_t *out, const int32_t *date, int32_t shift)
{
    enum { OF_DAY = 86400 };
    uint32_t month = (uint32_t)((date[CENTURY] * 100 + date[YEAR]) * 12 + date[MONTH] - 1);
    int32_t first = ehlo__days_before(month), last = ehlo__days_before(month + 1) - first, day = date[DAY];
    int32_t second = (date[HOUR] * 60 + date[MINUTE]) * 60 + date[SECOND] + shift;
    int64_t count = ((int64_t)first + day - 1) * OF_DAY + second;

    *out = count > 0 ? (uint64_t)count : 0;
    return day <= last &&
           (date[SECOND] < 60 || (second == 0 && day == 1) || (second == OF_DAY && day == last));
}

/* date-time: octets taken, or 0.  With `until` it is one "normalized to UTC", which it is with "Z" and with
 * an offset of zero, and a part of a second counts as a whole one, lest the time be over before it has come
 * (RFC 4865 section 3, whose Internet-style-date-time-UTC no RFC defines); without, there is no time-secfrac
 * (RFC 7293 section 3.1). */
static size_t date_scan(uint64_t *out, int until, const unsigned char *data, size_t size)
{
    int32_t date[FIELDS], shift = 0;
    uint64_t more = 0;
    size_t at = DATE;

    if (size <= at || !fields_read(date, CENTURY, SECOND, data))
        return 0;
    if (until && data[at] == '.')
        while (++at < size && ehlo__is(data[at], EHLO__DIGIT))
            more |= data[at] != '0';
    if (at == DATE + 1 || at == size)
        return 0;
    if (data[at] == '+' || data[at] == '-') {
        if (size - at < ZONE || !fields_read(date, ZONE_HOUR, ZONE_MINUTE, data + at - DATE))
            return 0;
        shift = (date[ZONE_HOUR] * 60 + date[ZONE_MINUTE]) * (data[at] == '+' ? -60 : 60);
        at += ZONE;
    } else if (data[at] == 'Z' || data[at] == 'z') {
        at++;
    } else {
        return 0;
    }
    if ((until && shift != 0) || !date_count(out, date, shift))
        return 0;
    *out += more;
    return at;
}

/* future-release-date-time, RFC 4865 section 3. */
static int hold_until_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    return date_scan(&out->hold_until, 1, data, size) == size;
}

/* rrvs-param, RFC 7293 section 3.1. */
static int rrvs_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    size_t taken = date_scan(&out->rrvs, 0, data, size);

    if (taken == 0)
        return 0;
    out->rrvs_action = EHLO_RRVS_REJECT;
    if (taken < size)
        out->rrvs_action = (uint8_t)word_find(";R\0;C\0", data + taken, size - taken);
    return out->rrvs_action != 0;
}

/* ---- words --------------------------------------------------------------------------------------- */

/* notify-esmtp-value, RFC 3461 section 4.1: a list, in which repeats say nothing new; NEVER stands alone. */
static int notify_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    unsigned set = 0;

    for (size_t at = 0, start = 0; at <= size; at++) {
        unsigned bit;
        if (at < size && data[at] != ',')
            continue;
        bit = 1u << word_find("NEVER\0SUCCESS\0FAILURE\0DELAY\0", data + start, at - start) >> 1;
        if (bit == 0)
            return 0;
        set |= bit;
        start = at + 1;
    }
    out->notify = (uint8_t)set;
    return !(set & EHLO_NOTIFY_NEVER) || size == sizeof "NEVER" - 1;
}

/* Solicitation-keywords, RFC 3865 section 2.2. */
static int classes_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    enum { LONGEST = 1000 };
    int before = ','; /* the octet before */

    for (size_t at = 0; at < size; at++) {
        int mark = data[at] == '.' || data[at] == '_' || data[at] == ':' || data[at] == ',';
        if (before == ',' ? !ehlo__is(data[at], EHLO__ALPHA) : !mark && !ehlo__is(data[at], EHLO__LDH))
            return 0;
        before = data[at];
    }
    out->solicit = (ehlo_text){(const char *)data, size};
    return before != ',' && size <= LONGEST;
}

/* The values of BODY: RFC 6152 section 2, RFC 3030 section 3. */
static int body_take(ehlo_params *out, uint32_t extensions, const unsigned char *data, size_t size)
{
    int body = ehlo__body_find(data, size);

    out->body = (uint8_t)body;
    return body != 0 && !(ehlo__body_extension(body) & ~extensions);
}

/* ---- xtext: RFC 3461 section 4 ------------------------------------------------------------------- */

/* 1: xtext of printable ASCII (sections 4.2 and 4.4). */
static int is_xtext(const unsigned char *data, size_t size)
{
    for (size_t at = 0, taken; at < size; at += taken) {
        unsigned char octet;
        taken = data[at] == '+' && size - at > 2 ? 3 : 1;
        if (ehlo_xtext_decode(&octet, 1, data + at, taken) != 1 || !ehlo__is(octet, EHLO__PRINTABLE))
            return 0;
    }
    return 1;
}

static int envid_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    enum { LONGEST = 100 }; /* section 5.4 */

    out->envid = (ehlo_text){(const char *)data, size};
    return size <= LONGEST && is_xtext(data, size);
}

/* QCHAR, RFC 6533 section 3: what is never encoded. */
static int is_plain(unsigned octet)
{
    return octet < 0x80 && ehlo__is((unsigned char)octet, EHLO__VALUE) && octet != '+' && octet != '\\';
}

/* EmbeddedUnicodeChar, RFC 6533 section 3: octets taken, or 0.  HEXPOINT is a number without zeros in front,
 * of any character but those.  The grammar has some control characters as well, but what is encoded must be a
 * Mailbox, which holds none. */
static size_t embedded_scan(const unsigned char *data, size_t size)
{
    enum { LAST = 0x10ffff, SURROGATES = 0xd800 >> 11 };
    uint32_t point = 0;
    size_t at = 3;

    if (size <= at || memcmp(data, "\\x{", at) != 0 || data[at] == '0')
        return 0;
    for (; at < size && ehlo__is(data[at], EHLO__HEX) && point <= LAST; at++)
        point = point << 4 | ((data[at] & 15u) + (data[at] >> 6) * 9u); /* a letter has that bit */
    if (at == size || data[at] != '}' || point < ' ' || point == 0x7f || is_plain(point) || point > LAST ||
        point >> 11 == SURROGATES)
        return 0;
    return at + 1;
}

/* utf-8-enc-addr, RFC 6533 section 3, in any of its forms; that it is a Mailbox is not asked for, since RFC
 * 3461 section 4.2 does not for any type. */
static int is_unitext(const unsigned char *data, size_t size)
{
    for (size_t at = 0, taken; at < size; at += taken) {
        taken = is_plain(data[at]) ? 1 : ehlo__utf8_length(data + at, size - at);
        if (taken == 0 && (taken = embedded_scan(data + at, size - at)) == 0)
            return 0;
    }
    return size > 0;
}

/* original-recipient-address, RFC 3461 section 4.2. */
static int orcpt_take(ehlo_params *out, const unsigned char *data, size_t size)
{
    const char *text = (const char *)data;
    size_t type = 0, start;

    while (type < size && ehlo__is(data[type], EHLO__ATEXT))
        type++;
    if (type == 0 || type == size || data[type] != ';')
        return 0;
    start = type + 1;
    out->orcpt_type = (ehlo_text){text, type};
    out->orcpt = (ehlo_text){text + start, size - start};
    return ehlo__same_word(data, type, "utf-8", 5) ? is_unitext(data + start, size - start)
                                                   : is_xtext(data + start, size - start);
}

/* auth-param, RFC 4954 section 8: decoded it is a mailbox or "<>".  The mailbox may hold UTF-8 where RFC 6531
 * section 3.2 says so of any mailbox. */
static int mailbox_fits(uint32_t extensions, const char *decoded, size_t length)
{
    ehlo_path path;

    if (length == 2 && memcmp(decoded, "<>", 2) == 0)
        return 1;
    return ehlo_mailbox_parse(&path, decoded, length) == EHLO_OK &&
           (!path.utf8 || extensions & EHLO_EXTENSION_SMTPUTF8);
}

/* An attribute of XCLIENT or XFORWARD, decoded. */
static int attribute_fits(const char *decoded, size_t length)
{
    for (size_t at = 0; at < length; at++)
        if (!ehlo__is((unsigned char)decoded[at], EHLO__PRINTABLE) && (unsigned char)decoded[at] < 0x80)
            return 0;
    return ehlo__utf8_valid(decoded, length);
}

/* An attribute may also be not encoded at all, as by clients before Postfix 2.3; which of the two, its reader
 * finds as it is found here. */
int ehlo__encoded_take(ehlo_params *out, int takes, uint32_t extensions, ehlo_text value)
{
    enum { LONGEST = 255 }; /* of an attribute; no path has a longer mailbox: RFC 5321 section 4.5.3.1.3 */
    char decoded[LONGEST];
    int length = ehlo_xtext_decode(decoded, sizeof decoded, value.data, value.size);

    if (length == EHLO_INVALID && takes == EHLO__TAKES_ATTRIBUTE)
        return value.size <= LONGEST;
    if (length <= 0)
        return 0;
    if (takes == EHLO__TAKES_ATTRIBUTE)
        return attribute_fits(decoded, (size_t)length);
    out->auth = value;
    return mailbox_fits(extensions, decoded, (size_t)length);
}

int ehlo__plain_take(ehlo_params *out, int takes, uint32_t extensions, ehlo_text value)
{
    const unsigned char *data = (const unsigned char *)value.data;
    size_t size = value.size;

    if (takes == EHLO__TAKES_NONE || size == 0)
        return takes == EHLO__TAKES_NONE && size == 0;
    switch (takes) {
    case EHLO__TAKES_NUMBER_20: return size_take(out, data, size);
    case EHLO__TAKES_BODY: return body_take(out, extensions, data, size);
    case EHLO__TAKES_RET: return (out->ret = (uint8_t)word_find("FULL\0HDRS\0", data, size)) != 0;
    case EHLO__TAKES_XTEXT: return envid_take(out, data, size);
    case EHLO__TAKES_BY: return by_take(out, data, size);
    case EHLO__TAKES_SECONDS_9: return hold_for_take(out, data, size);
    case EHLO__TAKES_DATE_UTC: return hold_until_take(out, data, size);
    case EHLO__TAKES_PRIORITY: return priority_take(out, data, size);
    case EHLO__TAKES_CLASSES: return classes_take(out, data, size);
    case EHLO__TAKES_NOTIFY: return notify_take(out, data, size);
    case EHLO__TAKES_TYPED_XTEXT: return orcpt_take(out, data, size);
    default: return rrvs_take(out, data, size);
    }
}
