/* reply.c - the reply table: its rows, their words, and what a code's digits mean.
 *
 * A row is found without a search: a code's place among the codes, then the row of that command and
 * that place.  The words are kept apart from the rows, which hosts walk.
 */
#include "reply.h"

#include <ehlo/params.h>

#include "command.h"
#include "replies.def"

enum { FIRST_CODE = 200, LAST_CODE = 559 }; /* RFC 5321 section 4.2 */

/* The place of each code, from 1, and of each row, from 0. */
#define PLACE(code, text) PLACE_##code,
enum { PLACE_NONE, EHLO_REPLY_CODES(PLACE) PLACE_COUNT };

#define ROW(command, code, kind, enhanced, extension, source, standing, text) ROW_##command##_##code,
enum { EHLO_REPLIES(ROW) ROW_COUNT };

_Static_assert(PLACE_COUNT <= UINT8_MAX && ROW_COUNT < UINT8_MAX, "the indices below are octets");

/* The rows. */
#define RULE(command_name, code_number, kind_name, enhanced, needs, source, standing_name, text)             \
    {.extension = EHLO_EXTENSION_##needs,                                                                    \
     .code = code_number,                                                                                    \
     .row = ROW_##command_name##_##code_number,                                                              \
     .command = EHLO_##command_name,                                                                         \
     .kind = EHLO_KIND_##kind_name,                                                                          \
     .standing = EHLO_PROFILE_##standing_name},
static const ehlo_reply_rule rules[] = {EHLO_REPLIES(RULE)};

/* The way to them; a row is counted from 1 here, 0 being none. */
#define AT(code, text) [code - FIRST_CODE] = PLACE_##code,
static const uint8_t places[LAST_CODE - FIRST_CODE + 1] = {EHLO_REPLY_CODES(AT)};

#define OF(command, code, kind, enhanced, extension, source, standing, text)                                 \
    [EHLO_##command][PLACE_##code] = ROW_##command##_##code + 1,
static const uint8_t rows_of[EHLO__COMMAND_COUNT][PLACE_COUNT] = {EHLO_REPLIES(OF)};

/* Their words: all characters in one run, and where each row's begin. */
#define TEXT_FIELD(command, code, kind, enhanced, extension, source, standing, text)                         \
    char command##_##code[sizeof text];
#define TEXT_VALUE(command, code, kind, enhanced, extension, source, standing, text) text,
static const struct texts {
    EHLO_REPLIES(TEXT_FIELD)
} texts = {EHLO_REPLIES(TEXT_VALUE)};

#define CODE_TEXT_FIELD(code, text) char of_##code[sizeof text];
#define CODE_TEXT_VALUE(code, text) text,
static const struct code_texts {
    EHLO_REPLY_CODES(CODE_TEXT_FIELD)
} code_texts = {EHLO_REPLY_CODES(CODE_TEXT_VALUE)};

#define SOURCE(name, words) SOURCE_##name,
enum { EHLO_SOURCES(SOURCE) };

#define SOURCE_WORDS(name, words) words,
static const char sources[][sizeof "RFC 5321 4.1.1.11"] = {EHLO_SOURCES(SOURCE_WORDS)};

#define WORDS(command, code, kind, enhanced, extension, source, standing, text)                              \
    {offsetof(struct texts, command##_##code), SOURCE_##source, enhanced},
static const struct words {
    uint16_t text;
    uint8_t source;
    char enhanced[sizeof "5.1.10"];
} words[] = {EHLO_REPLIES(WORDS)};

#define CODE_WORDS(code, text) offsetof(struct code_texts, of_##code),
static const uint16_t code_words[] = {0, EHLO_REPLY_CODES(CODE_WORDS)};

_Static_assert(sizeof texts <= UINT16_MAX && sizeof code_texts <= UINT16_MAX, "offsets are 16 bits wide");

static int place_of(int code)
{
    return code >= FIRST_CODE && code <= LAST_CODE ? places[code - FIRST_CODE] : PLACE_NONE;
}

static int is_command(int command)
{
    return command >= 0 && command < EHLO__COMMAND_COUNT;
}

static const ehlo_reply_rule *own_rule(int command, int code)
{
    int row = rows_of[command][place_of(code)];

    return row ? &rules[row - 1] : NULL;
}

/* The row that counts for every command; the moments are none. */
static const ehlo_reply_rule *shared_rule(int command, int code)
{
    return ehlo__command(command)->argument == EHLO__ARGUMENT_MOMENT ? NULL
                                                                     : own_rule(EHLO_ANY_COMMAND, code);
}

const ehlo_reply_rule *ehlo__reply_rule(int command, int code)
{
    const ehlo_reply_rule *own = NULL;

    if (command >= EHLO_HOST_COMMAND)
        return own_rule(EHLO_ANY_COMMAND, code);
    if (is_command(command) && (own = own_rule(command, code)) == NULL)
        own = shared_rule(command, code);
    return own;
}

int ehlo__reply_in_ascii(int command, int code, const char **enhanced)
{
#define IN_ASCII(of, needing, instead, code_of_it)                                                           \
    if (command == EHLO_##of && code == (needing)) {                                                         \
        *enhanced = code_of_it;                                                                              \
        return instead;                                                                                      \
    }
    EHLO_ASCII_REPLIES(IN_ASCII)
#undef IN_ASCII
    return 0;
}

int ehlo_reply_permitted(int command, int code, int profile)
{
    const ehlo_reply_rule *own, *shared;

    if (!is_command(command))
        return 0;
    own = own_rule(command, code);
    shared = shared_rule(command, code);
    return (own && own->standing <= profile) || (shared && shared->standing <= profile);
}

const ehlo_reply_rule *ehlo_reply_rules(int command, size_t *count)
{
    const ehlo_reply_rule *first = NULL;

    *count = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rules[i].command != command)
            continue;
        if (!first)
            first = &rules[i];
        ++*count;
    }
    return first;
}

/* `place` is that of a code. */
static const char *code_text(int place)
{
    return (const char *)&code_texts + code_words[place];
}

const char *ehlo_reply_rule_text(const ehlo_reply_rule *rule)
{
    const char *text = (const char *)&texts + words[rule->row].text;

    return *text ? text : code_text(place_of(rule->code));
}

const char *ehlo_reply_rule_enhanced(const ehlo_reply_rule *rule)
{
    return words[rule->row].enhanced;
}

const char *ehlo_reply_rule_source(const ehlo_reply_rule *rule)
{
    return sources[words[rule->row].source];
}

const char *ehlo_reply_text(int code)
{
    int place = place_of(code);

#define GROUP_TEXT(other, text)                                                                              \
    if (code == other)                                                                                       \
        return text;
    EHLO_GROUP_TEXTS(GROUP_TEXT)
    return place ? code_text(place) : NULL;
}

int ehlo_reply_default(int command)
{
    return is_command(command) ? ehlo__command(command)->default_code : 0;
}

int ehlo_reply_severity(int code)
{
    return ehlo_reply_group(code) == EHLO_GROUP_NONE ? EHLO_SEVERITY_NONE : code / 100;
}

int ehlo_reply_group(int code)
{
    int second = code / 10 % 10;

    return code < FIRST_CODE || code > LAST_CODE || second > EHLO_GROUP_MAIL_SYSTEM ? EHLO_GROUP_NONE
                                                                                    : second;
}
