/* reply.c - writing a reply: RFC 5321 section 4.2 (lines), RFC 2034 section 4 (enhanced codes).
 *
 * No text can break out of its reply: a line holds one code, one separator, and octets that are
 * neither CR nor LF nor any other control character, and is never longer than 512 octets.
 */
#include "reply.h"

#include <ehlo/reply.h>
#include <string.h>

#include "../text/ascii.h"
#include "../text/utf8.h"

static unsigned char *put(unsigned char *at, ehlo_text text)
{
    if (text.size)
        memcpy(at, text.data, text.size);
    return at + text.size;
}

/* How many octets of `text` go on this line: up to a line feed or the end, at most `most`, no UTF-8
 * sequence cut in two. */
static size_t line_length(ehlo_text text, size_t most, int utf8)
{
    enum { LONGEST_SEQUENCE = 4 };
    size_t size = 0, end = text.size < most ? text.size : most;

    while (size < end && text.data[size] != '\n')
        size++;
    if (size == most && size < text.size && utf8)
        for (size_t back = 1; back < LONGEST_SEQUENCE && ((unsigned char)text.data[size] & 0xc0) == 0x80;
             back++)
            size--;
    return size;
}

/* The octets of the line feed, or CRLF, that stands at `at`; 0: none does. */
static size_t line_end(ehlo_text text, size_t at)
{
    if (text.data[at] == '\n')
        return 1;
    return text.size - at > 1 && text.data[at] == '\r' && text.data[at + 1] == '\n' ? 2 : 0;
}

/* What may stand in a reply of these octets; as many as there are. */
static unsigned char *put_clean(unsigned char *at, ehlo_text text, int utf8)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char octet = (unsigned char)text.data[i];
        size_t length = octet >= 0x80 && utf8 ? ehlo__utf8_length(text.data + i, text.size - i) : 0;
        if (length) {
            at = put(at, (ehlo_text){text.data + i, length});
            i += length - 1;
        } else {
            *at++ = octet >= 32 && octet <= 126 ? octet : '?';
        }
    }
    return at;
}

size_t ehlo__reply_write(unsigned char *out, size_t room, const ehlo__reply *reply)
{
    unsigned char code[3] = {(unsigned char)('0' + reply->code / 100),
                             (unsigned char)('0' + reply->code / 10 % 10),
                             (unsigned char)('0' + reply->code % 10)};
    size_t overhead = sizeof code + 1 + (reply->enhanced.size ? reply->enhanced.size + 1 : 0) + 2;
    ehlo_text name = reply->name, rest = reply->text;
    unsigned char *at = out;
    int more = 1;

    while (more) {
        size_t named = name.size ? name.size + 1 : 0;
        size_t most = EHLO__REPLY_LINE - overhead - named;
        ehlo_text line = {rest.data, reply->clean ? rest.size : line_length(rest, most, reply->utf8)};

        if (room - (size_t)(at - out) < overhead + named + line.size)
            return 0;
        more = line.size < rest.size;
        if (more) {
            size_t taken = line.size + line_end(rest, line.size);
            if (taken > line.size && line.size && line.data[line.size - 1] == '\r')
                line.size--; /* a host's CRLF parts lines as its LF does */
            rest = (ehlo_text){rest.data + taken, rest.size - taken};
            more = rest.size != 0;
        }

        memcpy(at, code, sizeof code);
        at += sizeof code;
        *at++ = more || reply->more ? '-' : ' ';
        at = put(at, reply->enhanced);
        if (reply->enhanced.size && (name.size || line.size))
            *at++ = ' ';
        at = put(at, name);
        if (name.size && line.size)
            *at++ = ' ';
        at = reply->clean ? put(at, line) : put_clean(at, line, reply->utf8);
        *at++ = '\r';
        *at++ = '\n';
        name.size = 0;
    }
    return (size_t)(at - out);
}

/* The octets of a number of one to three digits without a leading zero; 0: there is none. */
static size_t number_length(ehlo_text text)
{
    size_t digits = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    return digits > 3 || (digits > 1 && text.data[0] == '0') ? 0 : digits;
}

int ehlo__enhanced_fits(ehlo_text enhanced, int code)
{
    if (code / 100 == 3 || enhanced.size < 5 || enhanced.data[0] != '0' + code / 100)
        return 0;
    enhanced = (ehlo_text){enhanced.data + 1, enhanced.size - 1};
    for (int part = 0; part < 2; part++) {
        size_t digits;
        if (enhanced.size < 2 || enhanced.data[0] != '.')
            return 0;
        enhanced = (ehlo_text){enhanced.data + 1, enhanced.size - 1};
        digits = number_length(enhanced);
        if (!digits)
            return 0;
        enhanced = (ehlo_text){enhanced.data + digits, enhanced.size - digits};
    }
    return enhanced.size == 0;
}

int ehlo_reply_write(void *out, size_t room, int code, const char *enhanced, const char *text)
{
    ehlo__reply reply = {.code = code};
    size_t written;

    if (code < 200 || code > 599)
        return EHLO_UNKNOWN_REPLY;
    if (enhanced)
        reply.enhanced = (ehlo_text){enhanced, ehlo__text_size(enhanced)};
    if (text)
        reply.text = (ehlo_text){text, ehlo__text_size(text)};
    if (enhanced && !ehlo__enhanced_fits(reply.enhanced, code))
        return EHLO_INVALID;
    written = ehlo__reply_write(out, room < INT32_MAX ? room : INT32_MAX, &reply);
    return written ? (int)written : EHLO_TOO_LONG;
}
