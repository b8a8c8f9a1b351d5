/* match.c - see answers.h: which scripted answer a request or a piece of content gets. */
#include "answers.h"

#include <string.h>

static int lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
}

static int same_caseless(ehlo_text a, ehlo_text b)
{
    if (a.size != b.size)
        return 0;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return 0;
    return 1;
}

/* Letter case counts in a local-part (RFC 5321 section 2.4), needless quotes do not (section 4.1.2). */
static int same_local_part(ehlo_text a, ehlo_text b)
{
    char plain_a[512], plain_b[512];
    int size_a = ehlo_local_part_unquote(plain_a, sizeof plain_a, a);
    int size_b = ehlo_local_part_unquote(plain_b, sizeof plain_b, b);
    if (size_a < 0 || size_b < 0) /* absurdly long */
        return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
    return size_a == size_b && memcmp(plain_a, plain_b, (size_t)size_a) == 0;
}

static int same_domain(const ehlo_domain *a, const ehlo_domain *b)
{
    if (a->kind != b->kind)
        return 0;
    if (a->kind == EHLO_DOMAIN_IPV4 || a->kind == EHLO_DOMAIN_IPV6)
        return memcmp(a->address, b->address, sizeof a->address) == 0;
    return same_caseless(a->text, b->text);
}

static int same_mailbox(const ehlo_path *a, const ehlo_path *b)
{
    if (a->kind != b->kind)
        return 0;
    return a->kind != EHLO_PATH_MAILBOX ||
           (same_domain(&a->domain, &b->domain) && same_local_part(a->local_part, b->local_part));
}

static int is_mailbox(ehlo_path *out, ehlo_text text)
{
    if (text.size > 2 && text.data[0] == '<' && text.data[text.size - 1] == '>')
        return ehlo_mailbox_parse(out, text.data + 1, text.size - 2) == EHLO_OK;
    return ehlo_mailbox_parse(out, text.data, text.size) == EHLO_OK;
}

/* VRFY and EXPN take a mailbox or anything else that may name a person or a list. */
static int same_name(ehlo_text a, ehlo_text b)
{
    ehlo_path path_a, path_b;
    if (is_mailbox(&path_a, a) && is_mailbox(&path_b, b))
        return same_mailbox(&path_a, &path_b);
    return same_caseless(a, b);
}

/* `recipient` is as RCPT had it, but without brackets. */
static int same_recipient(const ehlo_path *wanted, const char *recipient)
{
    ehlo_path path;
    ehlo_text text = {recipient, strlen(recipient)};
    if (ehlo_mailbox_parse(&path, text.data, text.size) == EHLO_OK)
        return same_mailbox(wanted, &path);
    return wanted->kind == EHLO_PATH_POSTMASTER && same_caseless(wanted->mailbox, text);
}

static int matches(const struct answer *answer, const ehlo_request *request, const char *recipient)
{
    ehlo_text wanted = {answer->argument, strlen(answer->argument)};
    ehlo_text argument = request->argument;
    switch (request->command) {
    case EHLO_RCPT: return same_mailbox(&answer->path, &request->rcpt.path);
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML: return same_mailbox(&answer->path, &request->mail.path);
    case EHLO_DATA_RECEIVED: return recipient != NULL && same_recipient(&answer->path, recipient);
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO:
        if (request->hello.domain.kind != EHLO_DOMAIN_NONE)
            argument = request->hello.domain.text;
        return same_caseless(wanted, argument);
    case EHLO_VRFY:
    case EHLO_EXPN:
        if (request->smtputf8)
            argument.size -= strlen(" SMTPUTF8"); /* RFC 6531 section 3.7.4.2 */
        return same_name(wanted, argument);
    case EHLO_AUTH: return same_caseless(wanted, request->auth.mechanism);
    case EHLO_BURL: return same_caseless(wanted, request->burl.url);
    default: return same_caseless(wanted, argument);
    }
}

const struct answer *answers_general(const struct answers *answers, int command)
{
    for (size_t i = 0; i < answers->count; i++)
        if (answers->item[i].command == command && answers->item[i].kind == ANSWER_COMMAND)
            return &answers->item[i];
    return NULL;
}

const struct answer *answers_find(const struct answers *answers, const ehlo_request *request,
                                  const char *recipient)
{
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *answer = &answers->item[i];
        int has_argument = answer->kind == ANSWER_PATH || answer->kind == ANSWER_TEXT;
        if (answer->command == request->command && has_argument && matches(answer, request, recipient))
            return answer;
    }
    return answers_general(answers, request->command);
}

const struct answer *answers_search(const struct answers *answers, size_t *matched, const ehlo_piece *piece)
{
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *answer = &answers->item[i];
        if (answer->kind == ANSWER_CONTENT &&
            words_seen(&answer->words, &matched[i], piece->data, piece->size))
            return answer;
    }
    return NULL;
}
