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

/* Where the octets go; `used` passes `room` where they do not fit. */
typedef struct output {
    unsigned char *out;
    size_t room;
    size_t used;
} output;

static void put(output *to, const void *data, size_t size)
{
    if (size && to->used <= to->room && size <= to->room - to->used)
        memcpy(to->out + to->used, data, size);
    else if (size)
        to->used = to->room; /* and the next line makes it more */
    to->used += size;
}

static void put_octet(output *to, unsigned char octet)
{
    put(to, &octet, 1);
}

/* How many octets of `text` go on this line: up to a line feed or the end, at most `most`, no UTF-8
 * sequence cut in two. */
static size_t line_length(ehlo_text text, size_t most)
{
    size_t size = 0;
    while (size < text.size && size < most && text.data[size] != '\n')
        size++;
    if (size == most && size < text.size)
        while (size > 1 && ((unsigned char)text.data[size] & 0xc0) == 0x80)
            size--;
    return size;
}

static void put_clean(output *to, ehlo_text text, int utf8)
{
    for (size_t i = 0; i < text.size;) {
        unsigned char octet = (unsigned char)text.data[i];
        size_t length = octet >= 0x80 && utf8 ? ehlo__utf8_length(text.data + i, text.size - i) : 0;
        if (length)
            put(to, text.data + i, length);
        else
            put_octet(to, octet >= 32 && octet <= 126 ? octet : '?');
        i += length ? length : 1;
    }
}

size_t ehlo__reply_write(unsigned char *out, size_t room, const ehlo__reply *reply)
{
    output to = {out, room, 0};
    unsigned char code[3] = {(unsigned char)('0' + reply->code / 100), (unsigned char)('0' + reply->code / 10 % 10),
                             (unsigned char)('0' + reply->code % 10)};
    size_t overhead = sizeof code + 1 + (reply->enhanced.size ? reply->enhanced.size + 1 : 0) + 2;
    ehlo_text name = reply->name, rest = reply->text;
    int more = 1;

    while (more) {
        size_t most = EHLO__REPLY_LINE - overhead - (name.size ? name.size + 1 : 0);
        ehlo_text line = {rest.data, line_length(rest, most)}, shown = line;
        size_t taken = line.size + (line.size < rest.size && rest.data[line.size] == '\n');

        rest = (ehlo_text){taken ? rest.data + taken : rest.data, rest.size - taken};
        more = rest.size != 0;
        if (shown.size && taken > line.size && shown.data[shown.size - 1] == '\r')
            shown.size--; /* a host's CRLF parts lines as its LF does */

        put(&to, code, sizeof code);
        put_octet(&to, more || reply->more ? '-' : ' ');
        put(&to, reply->enhanced.data, reply->enhanced.size);
        if (reply->enhanced.size && (name.size || shown.size))
            put_octet(&to, ' ');
        put(&to, name.data, name.size);
        if (name.size && shown.size)
            put_octet(&to, ' ');
        put_clean(&to, shown, reply->utf8);
        put(&to, "\r\n", 2);
        name.size = 0;
    }
    return to.used <= room ? to.used : 0;
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
