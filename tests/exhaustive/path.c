/* path.c - every short string as a path, a mailbox and a domain, and every short IPv6 address literal,
 * against the ABNF as tests/unit/abnf.h has it: RFC 5321 sections 4.1.2 and 4.1.3.
 *
 * The letters of each world are those that mean something to the grammar there, and one for the others.
 * Every string ends at an inaccessible page.  The value of each address is compared with inet_pton()'s.
 */
#include "../unit/guard.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <ehlo/path.h>

#include "../unit/abnf.h"

static unsigned long long accepted;

static void wrong(const char *what, const char *text, size_t size)
{
    fprintf(stderr, "not as the ABNF has it: %s of %.*s\n", what, (int)size, text);
    exit(1);
}

/* ---- what is tried with each string ------------------------------------------------------------- */

/* Where the "@" stands that parts local-part from domain, by the ABNF alone; there is but one. */
static size_t at_sign(const char *text, size_t size)
{
    abnf_text all = {(const unsigned char *)text, size};
    abnf_set found = 0;

    for (abnf_set local = abnf_local_part(&all, 1); local != 0; local &= local - 1) {
        abnf_set end = local & -local;
        if (abnf_domain_or_literal(&all, abnf_octet(&all, end, '@')) >> size & 1)
            found |= end;
    }
    if (found == 0 || (found & (found - 1)) != 0)
        wrong("the place of the @", text, size);
    return abnf_first(found);
}

static void try_mailbox(const char *text, size_t size)
{
    ehlo_path path;
    int expected = abnf_matches(abnf_mailbox, text, size) ? EHLO_OK : EHLO_INVALID;
    size_t local;

    if (ehlo_mailbox_parse(&path, text, size) != expected)
        wrong("mailbox", text, size);
    if (expected != EHLO_OK)
        return;
    accepted++;
    local = at_sign(text, size);
    if (path.mailbox.data != text || path.mailbox.size != size || path.local_part.data != text ||
        path.local_part.size != local || path.domain.text.data != text + local + 1 ||
        path.domain.text.size != size - local - 1 || path.quoted != (text[0] == '"') || path.utf8 != 0)
        wrong("a part", text, size);
}

static void try_domain(const char *text, size_t size)
{
    ehlo_domain domain;
    int expected = abnf_matches(abnf_domain_or_literal, text, size) ? EHLO_OK : EHLO_INVALID;

    if (ehlo_domain_parse(&domain, text, size) != expected)
        wrong("domain", text, size);
    accepted += expected == EHLO_OK;
}

static void try_path(const char *text, size_t size)
{
    ehlo_path path;
    abnf_text all = {(const unsigned char *)text, size};
    abnf_set ends = abnf_path(&all, 1);
    int taken = ehlo_path_scan(&path, text, size);

    if (taken > 0 ? ends != (abnf_set)1 << taken : ends != 0 || taken != EHLO_INVALID)
        wrong("path, scanned", text, size);
    if (ehlo_path_parse(&path, text, size) != (ends >> size & 1 ? EHLO_OK : EHLO_INVALID))
        wrong("path", text, size);
    accepted += ends != 0;
}

/* "[IPv6:", what is to be tried, "]" */
static void try_ipv6(const char *text, size_t size)
{
    enum { BEFORE = 6, AROUND = 7 };
    char address[ABNF_LONGEST] = "";
    unsigned char expected[16];
    ehlo_domain domain;

    if (size > ABNF_LONGEST)
        return;
    try_domain(text, size);
    if (ehlo_domain_parse(&domain, text, size) != EHLO_OK)
        return;
    memcpy(address, text + BEFORE, size - AROUND);
    if (inet_pton(AF_INET6, address, expected) != 1 || memcmp(domain.address, expected, sizeof expected) != 0)
        wrong("address", text, size);
}

/* ---- worlds -------------------------------------------------------------------------------------- */

/* All rows of up to `longest` of the words, between `before` and `after`. */
static void world(const char *name, void (*attempt)(const char *, size_t), const char *before,
                  const char *const *words, size_t longest, const char *after)
{
    enum { ROWS = 16 };
    clock_t start = clock();
    unsigned long long strings = 0, accepted_before = accepted;
    const char *row[ROWS];
    size_t which[ROWS] = {0};

    for (size_t count = 0; count <= longest; count++) {
        size_t at;
        for (at = 0; at < count; at++)
            row[at] = words[which[at] = 0];
        do {
            char text[128];
            size_t size = strlen(strcpy(text, before));
            for (at = 0; at < count; at++)
                for (const char *word = row[at]; *word != '\0'; word++)
                    text[size++] = *word;
            size += strlen(strcpy(text + size, after));
            attempt(guard(text, size), size);
            strings++;
            for (at = 0; at < count; at++) { /* the next row, as one counts */
                which[at] = words[which[at] + 1] != NULL ? which[at] + 1 : 0;
                row[at] = words[which[at]];
                if (which[at] != 0)
                    break;
            }
        } while (at < count);
    }
    printf("%-10s %10llu strings, %8llu accepted, %5.1f s\n", name, strings, accepted - accepted_before,
           (double)(clock() - start) / CLOCKS_PER_SEC);
}

int main(int argc, char **argv)
{
    size_t less = argc > 1 ? (size_t)atoi(argv[1]) : 0; /* shorter by so many, where time is short */
    static const char *const letters[] = {"a", ".", "@", "<", ">", "\"", "\\", "[", "]", ":", NULL};
    static const char *const of_routes[] = {"a", "@", ",", ":", ".", "-", ">", NULL};
    static const char *const of_labels[] = {"a", "1", "-", ".", "_", "\xc3", "\xbc", NULL};
    static const char *const of_ipv4[] = {"0", "2", "5", "6", ".", NULL};
    static const char *const of_ipv6[] = {"1", ":", ".", NULL};
    static const char *const of_ipv6_groups[] = {"2b:", "1", ":", "1.2.3.4", NULL};

    if (argc > 2 || less > 6) {
        fprintf(stderr, "path: usage: path [LESS], a number from 0 to 6\n");
        return 2;
    }
    world("mailboxes", try_mailbox, "", letters, 7 - less, "");
    world("paths", try_path, "<", letters, 7 - less, ">");
    world("routes", try_path, "<@", of_routes, 8 - less, "@a>");
    world("domains", try_domain, "", of_labels, 8 - less, "");
    world("literals", try_domain, "[", letters, 7 - less, "]");
    world("IPv4", try_domain, "[2.", of_ipv4, 9 - less, "]");
    world("IPv6", try_ipv6, "[IPv6:", of_ipv6, 15 - less, "]");
    world("groups", try_ipv6, "[IPv6:", of_ipv6_groups, 10 - less, "]");
    return 0;
}
