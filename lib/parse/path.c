/* path.c - reverse-paths, forward-paths and mailboxes: RFC 5321 section 4.1.2, with UTF-8 where RFC 6531
 * section 3.3 has it.
 *
 * One pass from the left: each part of the grammar ends at an octet that the part itself cannot hold, so
 * nothing is looked at twice.  A quoted local-part may hold "@", "<", ">" and blanks, which is why no
 * such octet is ever searched for, from either end.
 */
#include <limits.h>

#include <ehlo/path.h>

#include "../text/ascii.h"
#include "../text/utf8.h"
#include "domain.h"

/* Quoted-string, its `"` seen: octets taken, or 0.  `""` is one by the grammar. */
static size_t quoted_scan(uint8_t *utf8, const unsigned char *data, size_t size)
{
    for (size_t at = 1;; at += 2) {
        at += ehlo__run(utf8, data + at, size - at, EHLO__QTEXT);
        if (at < size && data[at] == '"')
            return at + 1;
        if (size - at < 2 || data[at] != '\\' || !ehlo__is(data[at + 1], EHLO__PRINTABLE))
            return 0;
    }
}

/* Dot-string: octets taken, or 0. */
static size_t dot_string_scan(uint8_t *utf8, const unsigned char *data, size_t size)
{
    for (size_t at = 0;; at++) {
        size_t start = at;
        at += ehlo__run(utf8, data + at, size - at, EHLO__ATEXT);
        if (at == start)
            return 0;
        if (at == size || data[at] != '.')
            return at;
    }
}

/* Mailbox: octets taken, or 0. */
static size_t mailbox_scan(ehlo_path *out, const unsigned char *data, size_t size)
{
    const char *text = (const char *)data;
    size_t local, domain;

    out->quoted = size > 0 && data[0] == '"';
    local = out->quoted ? quoted_scan(&out->utf8, data, size) : dot_string_scan(&out->utf8, data, size);
    if (local == 0 || local == size || data[local] != '@')
        return 0;
    domain = ehlo__domain_scan(&out->domain, data + local + 1, size - local - 1);
    if (domain == 0)
        return 0;
    out->kind = EHLO_PATH_MAILBOX;
    out->utf8 |= out->domain.utf8;
    out->local_part = (ehlo_text){text, local};
    out->mailbox = (ehlo_text){text, local + 1 + domain};
    return out->mailbox.size;
}

/* A-d-l and its colon: octets taken, or 0.  Only domains stand in it, no address literals. */
static size_t route_scan(uint8_t *utf8, const unsigned char *data, size_t size)
{
    size_t at = 0, taken;

    do {
        if (at == size || data[at++] != '@')
            return 0;
        taken = ehlo__name_scan(utf8, data + at, size - at);
        at += taken;
        if (taken == 0 || at == size || (data[at] != ',' && data[at] != ':'))
            return 0;
    } while (data[at++] == ',');
    return at;
}

/* Postmaster, the one local-part that may stand alone (section 4.1.1.3): octets taken, or 0. */
static size_t postmaster_scan(ehlo_path *out, const unsigned char *data, size_t size)
{
    static const char word[] = {'p', 'o', 's', 't', 'm', 'a', 's', 't', 'e', 'r'};

    if (size < sizeof word || !ehlo__same_word(data, sizeof word, word, sizeof word))
        return 0;
    out->kind = EHLO_PATH_POSTMASTER;
    out->local_part = out->mailbox = (ehlo_text){(const char *)data, sizeof word};
    return sizeof word;
}

/* Every text that stays empty still points into the input: NULL is no good to memcpy(). */
static void clear(ehlo_path *out, const unsigned char *data)
{
    ehlo_text empty = {(const char *)data, 0};

    out->mailbox = out->local_part = out->route = empty;
    out->domain = (ehlo_domain){0};
    out->domain.text = empty;
    out->kind = EHLO_PATH_NULL;
    out->quoted = out->utf8 = 0;
}

/* Path, "<>" or "<Postmaster>": octets taken, or 0. */
static size_t path_scan(ehlo_path *out, const unsigned char *data, size_t size)
{
    size_t at = 1, taken;

    if (size < 2 || data[0] != '<')
        return 0;
    clear(out, data);
    if (data[at] == '>')
        return 2; /* clear() made it an EHLO_PATH_NULL */
    if (data[at] == '@') {
        taken = route_scan(&out->utf8, data + at, size - at);
        if (taken == 0)
            return 0;
        out->route = (ehlo_text){(const char *)data + at, taken - 1};
        at += taken;
    }
    taken = mailbox_scan(out, data + at, size - at);
    if (taken == 0 && at == 1)
        taken = postmaster_scan(out, data + at, size - at);
    at += taken;
    return taken > 0 && at < size && data[at] == '>' ? at + 1 : 0;
}

int ehlo_path_scan(ehlo_path *out, const void *data, size_t size)
{
    size_t taken = path_scan(out, data, size < INT_MAX ? size : INT_MAX);

    return taken > 0 ? (int)taken : EHLO_INVALID;
}

int ehlo_path_parse(ehlo_path *out, const void *data, size_t size)
{
    return size > 0 && path_scan(out, data, size) == size ? EHLO_OK : EHLO_INVALID;
}

int ehlo_mailbox_parse(ehlo_path *out, const void *data, size_t size)
{
    clear(out, data);
    return size > 0 && mailbox_scan(out, data, size) == size ? EHLO_OK : EHLO_INVALID;
}

int ehlo_local_part_unquote(void *out, size_t room, ehlo_text local_part)
{
    char *to = out;
    size_t quoted = local_part.size > 0 && local_part.data[0] == '"', written = 0;

    for (size_t at = quoted; at < local_part.size - quoted; at++) {
        if (quoted && local_part.data[at] == '\\')
            at++; /* no further than the closing quote, whatever the octets are */
        if (written == room || written == INT_MAX)
            return EHLO_TOO_LONG;
        to[written++] = local_part.data[at];
    }
    return (int)written;
}
