/* path.c - fuzzes the path and mailbox parsers: against the ABNF where the input is short enough for it;
 * the parts of a path make it up, and what was read is read again alike (P17). */
#include <ehlo/path.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/abnf.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { LONGEST = 4096 };

static void broken(const char *law)
{
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static int is_within(ehlo_text text, const char *data, size_t size)
{
    return text.data >= data && text.data <= data + size && text.size <= (size_t)(data + size - text.data);
}

/* Behind the "<" come route and colon, local-part, "@", domain, and the ">" is the last octet. */
static void check_parts(const ehlo_path *path, const char *data, size_t taken)
{
    const char *at = data + 1 + (path->route.size > 0 ? path->route.size + 1 : 0),
               *domain = path->domain.text.data;

    if (!is_within(path->mailbox, data, taken) || !is_within(path->local_part, data, taken) ||
        !is_within(path->route, data, taken) || !is_within(path->domain.text, data, taken))
        broken("each text lies inside the path");
    switch (path->kind) {
    case EHLO_PATH_NULL:
        if (taken != 2 || path->mailbox.size + path->local_part.size + path->domain.text.size != 0)
            broken("the null path is empty");
        break;
    case EHLO_PATH_POSTMASTER:
        if (taken != 12 || path->mailbox.size != 10 || path->domain.kind != EHLO_DOMAIN_NONE)
            broken("Postmaster is one word");
        break;
    case EHLO_PATH_MAILBOX:
        if (path->mailbox.data != at || path->local_part.data != at ||
            domain != at + path->local_part.size + 1 || domain[-1] != '@' ||
            domain + path->domain.text.size != data + taken - 1 ||
            path->mailbox.size != path->local_part.size + 1 + path->domain.text.size ||
            path->local_part.size == 0)
            broken("the parts make up the path");
        if (path->quoted != (*at == '"'))
            broken("quoted is what starts with a quote");
        break;
    default: broken("a kind");
    }
}

/* Takes the quotes off, puts as few on again as a quoted string needs, and takes them off once more. */
static void check_quotes(ehlo_text local_part)
{
    static char plain[LONGEST], quoted[2 * LONGEST + 8], again[LONGEST];
    int size = ehlo_local_part_unquote(plain, sizeof plain, local_part);
    size_t length = 0;
    ehlo_path path;

    if (size < 0 || (size_t)size > local_part.size)
        broken("without quotes it is never longer");
    if (size > 0 && ehlo_local_part_unquote(plain, (size_t)size - 1, local_part) != EHLO_TOO_LONG)
        broken("it does not fit where there is too little room");
    quoted[length++] = '"';
    for (int i = 0; i < size; i++) {
        if (plain[i] == '"' || plain[i] == '\\')
            quoted[length++] = '\\';
        quoted[length++] = plain[i];
    }
    memcpy(quoted + length, "\"@d", 3);
    if (ehlo_mailbox_parse(&path, quoted, length + 3) != EHLO_OK || path.local_part.size != length + 1)
        broken("with quotes again it is a mailbox");
    if (ehlo_local_part_unquote(again, sizeof again, path.local_part) != size ||
        memcmp(again, plain, (size_t)size) != 0)
        broken("and the same local-part");
}

static void check_again(const ehlo_path *path)
{
    ehlo_path again;

    if (path->kind != EHLO_PATH_MAILBOX)
        return;
    if (ehlo_mailbox_parse(&again, path->mailbox.data, path->mailbox.size) != EHLO_OK ||
        again.local_part.size != path->local_part.size || again.domain.kind != path->domain.kind ||
        memcmp(again.domain.address, path->domain.address, 16) != 0 || again.quoted != path->quoted)
        broken("the mailbox read again is the same");
    check_quotes(path->local_part);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const char *text = (const char *)data;
    ehlo_path path, other;
    int taken, mailbox;

    if (size > LONGEST)
        return 0;
    taken = ehlo_path_scan(&path, data, size);
    mailbox = ehlo_mailbox_parse(&other, data, size);
    if (taken != EHLO_INVALID && (taken < 2 || (size_t)taken > size))
        broken("octets taken, or INVALID");
    if (mailbox == EHLO_OK)
        check_again(&other);
    if (size <= ABNF_LONGEST) {
        abnf_text all = {data, size};
        if (abnf_path(&all, 1) != (taken > 0 ? (abnf_set)1 << taken : 0) ||
            abnf_matches(abnf_mailbox, data, size) != (mailbox == EHLO_OK))
            broken("the parser and the ABNF agree");
    }
    if ((ehlo_path_parse(&other, data, size) == EHLO_OK) != (taken > 0 && (size_t)taken == size))
        broken("a path is what the scan takes whole");
    if (taken > 0) {
        check_parts(&path, text, (size_t)taken);
        check_again(&path);
        if (ehlo_path_scan(&other, data, (size_t)taken) != taken ||
            ehlo_path_scan(&other, data, (size_t)taken - 1) != EHLO_INVALID)
            broken("what follows does not count");
    }
    return 0;
}
