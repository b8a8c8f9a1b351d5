/* received.c - trace fields: RFC 5321 section 4.4 (Received, Return-Path), RFC 3848 and RFC 6531 section 4.3
 * (with), RFC 8314 section 4.3 (tls), RFC 5322 section 3.3 (date-time).
 *
 * A field is written word by word.  Where a word that is complete makes its line too long, the line is folded
 * in front of it: so nothing is measured beforehand.
 */
#include <string.h>

#include <ehlo/path.h>
#include <ehlo/received.h>

#include "../text/ascii.h"
#include "../text/date.h"
#include "../text/number.h"
#include "../text/utf8.h"

enum {
    LINE = 78,             /* octets before CRLF that a line should have at most (RFC 5322 section 2.1.1) */
    LONGEST_MAILBOX = 994, /* 998, which it must, less a space, "<", ">" and ";" */
    LONGEST_NAME = 255     /* RFC 5321 section 4.5.3.1.2 */
};

typedef struct field {
    char *out;
    size_t room;
    size_t size;
    size_t line; /* where the last line starts */
    size_t word; /* where the last word starts, the space before it included */
    int full;    /* 1: something found no room, and nothing is written any more */
} field;

static void put(field *to, const void *data, size_t size)
{
    to->full |= size > to->room - to->size;
    if (to->full || size == 0)
        return;
    memcpy(to->out + to->size, data, size);
    to->size += size;
}

static void put_text(field *to, const char *text)
{
    put(to, text, ehlo__text_size(text));
}

/* Behind a word: where it makes the line too long, it becomes the first of a new one. */
static void end_word(field *to)
{
    size_t size = to->size - to->word;

    if (to->size - to->line <= LINE)
        return;
    put_text(to, "\r\n"); /* where there is room at the end, there is room before the word */
    if (to->full)
        return;
    to->line = to->word + 2;
    memmove(to->out + to->line, to->out + to->word, size);
    memcpy(to->out + to->word, "\r\n", 2);
}

/* Ends a word and starts the next with `text`. */
static void next_word(field *to, const char *text)
{
    end_word(to);
    to->word = to->size;
    put_text(to, " ");
    put_text(to, text);
}

/* Starts a clause, up to the word that it is about. */
static void next_clause(field *to, const char *name)
{
    next_word(to, name);
    next_word(to, "");
}

static int end_field(field *to)
{
    end_word(to);
    put_text(to, "\r\n");
    return to->full ? EHLO_TOO_LONG : (int)to->size;
}

/* A name that anyone may have chosen: nothing of it ends a word, quotes, or opens or closes a comment. */
static void put_name(field *to, ehlo_text name, int utf8)
{
    size_t size = name.size < LONGEST_NAME ? name.size : LONGEST_NAME, taken;
    int literal = size > 1 && name.data[0] == '[' && name.data[size - 1] == ']';

    for (size_t at = 0; at < size; at += taken) {
        unsigned char octet = (unsigned char)name.data[at];
        int stays = ehlo__is(octet, EHLO__ATEXT) || octet == '.' || octet == ':' ||
                    (literal && (at == 0 || at == size - 1));
        size_t sequence = utf8 ? ehlo__utf8_length(name.data + at, size - at) : 0;
        taken = sequence > 0 ? sequence : 1;
        put(to, stays || sequence > 0 ? name.data + at : "?", taken);
    }
}

/* As RFC 5952 section 4 has it: no zeros in front, and "::" for the first of the longest gaps, if that has
 * more than one group. */
static void put_ipv6(field *to, const uint8_t *address)
{
    static const char digits[] = "0123456789abcdef";
    enum { GROUPS = 8 };
    size_t gap = GROUPS, longest = 1;
    unsigned groups[GROUPS];

    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (unsigned)address[2 * i] << 8 | address[2 * i + 1];
    for (size_t start = 0, end; start < GROUPS; start = end + 1) {
        for (end = start; end < GROUPS && groups[end] == 0;)
            end++;
        if (end - start > longest) {
            gap = start;
            longest = end - start;
        }
    }
    for (size_t i = 0; i < GROUPS; i++) {
        unsigned group = groups[i];
        if (i == gap) {
            put_text(to, "::");
            i += longest - 1;
            continue;
        }
        put_text(to, i == 0 || i == gap + longest ? "" : ":");
        for (int shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0; shift >= 0; shift -= 4)
            put(to, &digits[group >> shift & 15], 1);
    }
}

/* An address literal: RFC 5321 section 4.1.3. */
static void put_literal(field *to, const uint8_t *address, size_t size)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 section 2.5.5.2 */
    char digits[EHLO__NUMBER_SIZE];

    if (size == 4 || memcmp(address, mapped, sizeof mapped) == 0) {
        for (size_t i = size - 4; i < size; i++) {
            put_text(to, i == size - 4 ? "[" : ".");
            put(to, digits, ehlo__number_write(digits, address[i]));
        }
    } else {
        put_text(to, "[IPv6:");
        put_ipv6(to, address);
    }
    put_text(to, "]");
}

/* RFC 3848 and RFC 6531 have these; for HELO there is SMTP alone, whatever lies below it. */
static void put_protocol(field *to, const ehlo_received *received)
{
    int plain = !received->extended && !received->lmtp && !received->smtputf8;

    put_text(to, received->smtputf8 ? "UTF8" : plain || received->lmtp ? "" : "E");
    put_text(to, received->lmtp ? "LMTP" : "SMTP");
    put_text(to, received->tls && !plain ? "S" : "");
    put_text(to, received->authenticated && !plain ? "A" : "");
}

/* Whether local time is from 1970 to 9999. */
static int is_time(int64_t time, int32_t zone)
{
    enum { DAY = 24 * 60 };

    return zone > -DAY && zone < DAY && time >= -zone * 60 && time <= (int64_t)EHLO__DATE_LATEST - zone * 60;
}

static void put_date(field *to, int64_t time, int32_t zone)
{
    static const char weekdays[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const uint8_t places[] = {5, 17, 20, 23, 27, 29};
    char text[] = "Thu, 01 Jan 1970 00:00:00 +0000";
    ehlo__date date = ehlo__date_of((uint64_t)(time + zone * 60));
    unsigned ahead = (unsigned)(zone < 0 ? -zone : zone);
    unsigned numbers[] = {date.day, date.hour, date.minute, date.second, ahead / 60, ahead % 60};

    memcpy(text, weekdays + 3 * date.weekday, 3);
    memcpy(text + 8, months + 3 * (date.month - 1), 3);
    ehlo__number_write(text + 12, date.year);
    text[26] = zone < 0 ? '-' : '+';
    for (size_t i = 0; i < sizeof places; i++) {
        text[places[i]] = (char)('0' + numbers[i] / 10);
        text[places[i] + 1] = (char)('0' + numbers[i] % 10);
    }
    put_text(to, text);
}

/* A Mailbox that can be written. */
static int is_mailbox(ehlo_text mailbox, int utf8)
{
    ehlo_path path;

    return ehlo_mailbox_parse(&path, mailbox.data, mailbox.size) == EHLO_OK && (utf8 || !path.utf8);
}

/* Whether a text is empty, or starts with an octet of `first` and goes on with those of `rest` and "_". */
static int is_word(ehlo_text text, int first, int rest)
{
    for (size_t at = 0; at < text.size; at++) {
        unsigned char octet = (unsigned char)text.data[at];
        if (!ehlo__is(octet, at == 0 ? first : rest) && (at == 0 || octet != '_'))
            return 0;
    }
    return text.size <= LONGEST_NAME;
}

/* Whether all is right that is the host's to get right. */
static int is_right(const ehlo_received *received)
{
    static const uint8_t zeros[sizeof received->reserved] = {0};
    size_t size = received->address_size;

    return received->hello.size > 0 && received->by.size > 0 && (size == 0 || size == 4 || size == 16) &&
           is_word(received->id, EHLO__ATEXT, EHLO__ATEXT) &&
           is_word(received->cipher, EHLO__ALPHA, EHLO__LET_DIG) && is_time(received->time, received->zone) &&
           memcmp(received->reserved, zeros, sizeof zeros) == 0;
}

/* From-domain and By-domain; with TCP-info where there is an address. */
static void put_domains(field *to, const ehlo_received *received)
{
    next_clause(to, "from");
    put_name(to, received->hello, received->smtputf8);
    if (received->address_size > 0) {
        next_word(to, "(");
        if (received->name.size > 0) {
            put_name(to, received->name, received->smtputf8);
            next_word(to, "");
        }
        put_literal(to, received->address, received->address_size);
        put_text(to, ")");
    }
    next_clause(to, "by");
    put_name(to, received->by, received->smtputf8);
}

/* Opt-info, and the tls clause behind it. */
static void put_clauses(field *to, const ehlo_received *received)
{
    next_clause(to, "with");
    put_protocol(to, received);
    if (received->id.size > 0) {
        next_clause(to, "id");
        put(to, received->id.data, received->id.size);
    }
    if (received->recipient.size <= LONGEST_MAILBOX && is_mailbox(received->recipient, received->smtputf8)) {
        next_word(to, "for");
        next_word(to, "<");
        put(to, received->recipient.data, received->recipient.size);
        put_text(to, ">");
    }
    if (received->tls && received->cipher.size > 0) {
        next_clause(to, "tls");
        put(to, received->cipher.data, received->cipher.size);
    }
}

int ehlo_received_write(void *out, size_t room, const ehlo_received *received)
{
    field to = {.out = out, .room = room};

    if (!is_right(received))
        return EHLO_INVALID;
    put_text(&to, "Received:");
    put_domains(&to, received);
    put_clauses(&to, received);
    put_text(&to, ";");
    next_word(&to, "");
    put_date(&to, received->time, received->zone);
    return end_field(&to);
}

int ehlo_return_path_write(void *out, size_t room, ehlo_text mailbox, int smtputf8)
{
    field to = {.out = out, .room = room};

    if (mailbox.size > LONGEST_MAILBOX)
        return EHLO_TOO_LONG;
    if (mailbox.size > 0 && !is_mailbox(mailbox, smtputf8))
        return EHLO_INVALID;
    put_text(&to, "Return-Path:");
    next_word(&to, "<");
    put(&to, mailbox.data, mailbox.size);
    put_text(&to, ">");
    return end_field(&to);
}
