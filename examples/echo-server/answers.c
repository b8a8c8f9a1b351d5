/* answers.c - see answers.h: reading and checking them.  match.c looks them up. */
#include "answers.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

struct verdict verdict_default(void)
{
    return verdict_of(EHLO_DEFAULT);
}

struct verdict verdict_of(int code)
{
    return (struct verdict){code, NULL, NULL};
}

int verdict_accepts(const struct verdict *verdict)
{
    return verdict->code == EHLO_DEFAULT || ehlo_reply_severity(verdict->code) == EHLO_SEVERITY_SUCCESS;
}

static unsigned is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static char *copy(const char *text, size_t size)
{
    char *made = malloc(size + 1);
    if (made == NULL)
        fail("out of memory");
    memcpy(made, text, size);
    made[size] = '\0';
    return made;
}

/* The "=" that parts question and reply: the first one that three digits follow. */
static const char *find_equals(const char *given)
{
    for (const char *at = strchr(given, '='); at != NULL; at = strchr(at + 1, '='))
        if (is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]))
            return at;
    return NULL;
}

/* The octets of a first word that is meant as an enhanced status code (RFC 3463 section 2: 5.1.1), or 0:
 * digits and dots, some of each.  Whether it is one, answers_check() finds out. */
static size_t enhanced_size(const char *text)
{
    size_t size = strcspn(text, " \n"), digits = 0, dots = 0;
    for (size_t i = 0; i < size; i++) {
        digits += is_digit(text[i]);
        dots += text[i] == '.';
    }
    return digits > 0 && dots > 0 && digits + dots == size ? size : 0;
}

/* CODE [ENHANCED] [TEXT], of which the code's three digits are known to be there. */
static void read_reply(struct answer *answer, const char *reply)
{
    if (reply[3] != '\0' && reply[3] != ' ')
        fail("--answer '%s': a space must follow the code", answer->given);
    answer->verdict.code = (reply[0] - '0') * 100 + (reply[1] - '0') * 10 + (reply[2] - '0');
    reply += 3;
    reply += strspn(reply, " ");
    answer->reply = copy(reply, strlen(reply));
    char *rest = answer->reply;
    size_t size = enhanced_size(rest);
    if (size > 0) {
        answer->verdict.enhanced = rest;
        rest += size;
        while (*rest == ' ' || *rest == '\n')
            *rest++ = '\0';
    }
    if (*rest != '\0')
        answer->verdict.text = rest;
}

/* The argument as a path, with or without its brackets; 0 where it is none. */
static int read_path(struct answer *answer)
{
    char *argument = answer->argument;
    size_t size = strlen(argument);
    if (argument[0] != '<') { /* <Postmaster> needs its brackets to be read as a path */
        char *bracketed = malloc(size + 3);
        if (bracketed == NULL)
            fail("out of memory");
        bracketed[0] = '<';
        memcpy(bracketed + 1, argument, size);
        memcpy(bracketed + 1 + size, ">", 2);
        free(argument);
        answer->argument = bracketed;
        size += 2;
    }
    return ehlo_path_parse(&answer->path, answer->argument, size) == EHLO_OK;
}

/* What an argument means depends on the command. */
static void read_argument(struct answer *answer, const char *argument, size_t size)
{
    answer->argument = copy(argument, size);
    switch (answer->command) {
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML:
    case EHLO_RCPT:
    case EHLO_DATA_RECEIVED:
        answer->kind = ANSWER_PATH;
        if (!read_path(answer))
            fail("--answer '%s': %.*s is not a mailbox (nor <> nor Postmaster)", answer->given, (int)size,
                 argument);
        break;
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO:
    case EHLO_VRFY:
    case EHLO_EXPN:
    case EHLO_HELP:
    case EHLO_NOOP:
    case EHLO_AUTH:
    case EHLO_BURL:
    case EHLO_ETRN:
    case EHLO_ATRN:
    case EHLO_XCLIENT:
    case EHLO_XFORWARD: answer->kind = ANSWER_TEXT; break;
    default:
        fail("--answer '%s': %s has no argument here", answer->given, ehlo_command_name(answer->command));
    }
}

static void read_words(struct answer *answer, const char *words, size_t size)
{
    answer->kind = ANSWER_CONTENT;
    answer->command = EHLO_DATA_RECEIVED;
    answer->argument = copy(words, size);
    if (size == 0)
        fail("--answer '%s': say which words, as in 'CONTENT free money=554'", answer->given);
    if (words_prepare(&answer->words, answer->argument, size) != 0)
        fail("out of memory");
}

static void read_question(struct answer *answer, const char *end)
{
    const char *given = answer->given;
    size_t verb = strcspn(given, " =");
    const char *argument = given + verb;
    while (argument < end && *argument == ' ')
        argument++;
    while (end > argument && end[-1] == ' ')
        end--;
    size_t size = (size_t)(end - argument);

    if (verb == strlen("CONTENT") && memcmp(given, "CONTENT", verb) == 0) {
        read_words(answer, argument, size);
        return;
    }
    answer->command = ehlo_command_number(given, verb);
    if (answer->command == EHLO_ANY_COMMAND)
        fail("--answer '%s': no such command: %.*s (CONNECTED, DATA_RECEIVED and CONTENT will do, too)",
             given, (int)verb, given);
    if (size > 0)
        read_argument(answer, argument, size);
}

void answers_add(struct answers *answers, const char *given)
{
    const char *equals = find_equals(given);
    if (equals == NULL)
        fail("--answer '%s': write COMMAND [ARGUMENT]=CODE [ENHANCED] [TEXT], the code in three digits",
             given);
    struct answer *item = realloc(answers->item, (answers->count + 1) * sizeof *item);
    if (item == NULL)
        fail("out of memory");
    answers->item = item;
    struct answer *answer = &item[answers->count++];
    *answer = (struct answer){.given = given};
    read_question(answer, equals);
    read_reply(answer, equals + 1);
    answers->contents += answer->kind == ANSWER_CONTENT;
    answers->recipients += answer->kind == ANSWER_PATH && answer->command == EHLO_DATA_RECEIVED;
}

/* Says which codes the table permits instead. */
static void fail_on_code(const struct answer *answer, int profile)
{
    const char *name = answer->kind == ANSWER_CONTENT ? "CONTENT" : ehlo_command_name(answer->command);
    int first = answer->kind == ANSWER_CONTENT ? 400 : 200;
    if (answer->verdict.code >= first && profile != EHLO_PROFILE_HISTORIC &&
        ehlo_reply_permitted(answer->command, answer->verdict.code, EHLO_PROFILE_HISTORIC))
        fail("--answer '%s': %d for %s is historic: add --historic", answer->given, answer->verdict.code,
             name);

    struct bytes codes = {.data = NULL};
    for (int code = first; code < 600; code++)
        if (ehlo_reply_permitted(answer->command, code, profile))
            bytes_print(&codes, "%s%d", codes.size > 0 ? ", " : "", code);
    fail("--answer '%s': the reply table does not permit %d for %s; it permits %.*s", answer->given,
         answer->verdict.code, name, (int)codes.size, codes.size > 0 ? codes.data : "");
}

void answers_check(const struct answers *answers, int profile)
{
    char room[2048]; /* what a session has for a reply */
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *answer = &answers->item[i];
        const struct verdict *verdict = &answer->verdict;
        if (answer->command == EHLO_QUIT && verdict->code != ehlo_reply_default(EHLO_QUIT))
            fail("--answer '%s': QUIT is always answered by %d", answer->given,
                 ehlo_reply_default(EHLO_QUIT));
        int early = answer->kind == ANSWER_CONTENT && verdict->code < 400; /* nothing is accepted halfway */
        if (early || !ehlo_reply_permitted(answer->command, verdict->code, profile))
            fail_on_code(answer, profile);
        int written = ehlo_reply_write(room, sizeof room, verdict->code, verdict->enhanced, verdict->text);
        if (written == EHLO_TOO_LONG)
            fail("--answer '%.60s...': the text is too long for one reply", answer->given);
        if (written == EHLO_INVALID)
            fail("--answer '%s': %s is no enhanced code for %d: write three numbers as in 5.1.1, the first "
                 "of them 2, 4 or 5 and the code's first digit",
                 answer->given, verdict->enhanced, verdict->code);
    }
}

uint32_t answers_extensions(const struct answers *answers)
{
    uint32_t needed = 0;
    for (size_t i = 0; i < answers->count; i++) {
        const char *name = ehlo_command_name(answers->item[i].command);
        needed |= ehlo_extension_named(name, strlen(name)); /* HELP, EXPN, ...: named like their commands */
    }
    return needed;
}

void answers_free(struct answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        free(answers->item[i].argument);
        free(answers->item[i].reply);
        words_free(&answers->item[i].words);
    }
    free(answers->item);
    *answers = (struct answers){.item = NULL};
}
