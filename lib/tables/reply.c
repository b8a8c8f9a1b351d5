/* reply.c - the reply table and its queries: RFC 5321 sections 4.2 and 4.3.2.
 *
 * A row is found by two array look-ups: the code's index, then the row of that command and index.  The
 * words stand in one struct of arrays and are found by offset: pointers in constant data would have to
 * be relocated when the library is loaded.
 */
#include "reply.h"

#include "command.h"

#define EHLO_ANY            EHLO_ANY_COMMAND
#define EHLO_EXTENSION_NONE 0

enum { LOWEST = 200, ABOVE_HIGHEST = 560 }; /* RFC 5321 section 4.2: Reply-code */

/* The codes, by index. */
enum {
#define X(code, text, remark) INDEX_##code,
    EHLO_REPLY_CODES(X)
#undef X
        CODE_COUNT
};

/* The rows, by number. */
enum {
#define X(command, code, kind, enhanced, extension, source, standing, text) ROW_##command##_##code,
    EHLO_REPLIES(X)
#undef X
        ROW_COUNT
};

static const ehlo_reply_rule rows[] = {
#define X(command, code, kind, enhanced, extension, source, standing, text)                        \
    {EHLO_EXTENSION_##extension, code, ROW_##command##_##code, EHLO_##command, EHLO_KIND_##kind,   \
     EHLO_PROFILE_##standing},
    EHLO_REPLIES(X)
#undef X
};

/* Each code's index plus 1, by code; 0: not in the table. */
static const uint8_t index_of[ABOVE_HIGHEST - LOWEST] = {
#define X(code, text, remark) [code - LOWEST] = INDEX_##code + 1,
    EHLO_REPLY_CODES(X)
#undef X
};

/* Each row's number plus 1, by command and index; 0: not permitted. */
static const uint8_t row_of[EHLO__COMMAND_COUNT][CODE_COUNT] = {
#define X(command, code, kind, enhanced, extension, source, standing, text) \
    [EHLO_##command][INDEX_##code] = ROW_##command##_##code + 1,
    EHLO_REPLIES(X)
#undef X
};
_Static_assert(ROW_COUNT < UINT8_MAX, "row_of needs wider numbers");

/* The words of the rows, and where each begins. */
typedef struct row_words {
#define X(command, code, kind, enhanced, extension, source, standing, text) \
    char command##_##code##_text[sizeof text];                              \
    char command##_##code##_enhanced[sizeof enhanced];                      \
    char command##_##code##_source[sizeof source];
    EHLO_REPLIES(X)
#undef X
} row_words;

static const row_words words = {
#define X(command, code, kind, enhanced, extension, source, standing, text) text, enhanced, source,
    EHLO_REPLIES(X)
#undef X
};

static const struct {
    uint16_t text, enhanced, source;
} places[] = {
#define X(command, code, kind, enhanced, extension, source, standing, text)            \
    {offsetof(row_words, command##_##code##_text), offsetof(row_words, command##_##code##_enhanced), \
     offsetof(row_words, command##_##code##_source)},
    EHLO_REPLIES(X)
#undef X
};
_Static_assert(sizeof(row_words) < UINT16_MAX, "places needs wider offsets");

/* The words of the codes. */
static const char code_texts[][72] = {
#define X(code, text, remark) text,
    EHLO_REPLY_CODES(X)
#undef X
};

static const char code_remarks[][144] = {
#define X(code, text, remark) remark,
    EHLO_REPLY_CODES(X)
#undef X
};

static int is_code(int code)
{
    return code >= LOWEST && code < ABOVE_HIGHEST && code / 10 % 10 <= EHLO_GROUP_MAIL_SYSTEM;
}

/* A code's index, or -1. */
static int find(int code)
{
    return is_code(code) ? index_of[code - LOWEST] - 1 : -1;
}

static int is_moment(int command)
{
    return ehlo__command(command)->argument == EHLO__ARGUMENT_MOMENT;
}

const ehlo_reply_rule *ehlo__reply_rule(int command, int code)
{
    int index = find(code), row;

    if (index < 0)
        return NULL;
    row = row_of[command][index];
    if (!row && !is_moment(command))
        row = row_of[EHLO_ANY_COMMAND][index];
    return row ? &rows[row - 1] : NULL;
}

const ehlo_reply_rule *ehlo_reply_rules(int command, size_t *count)
{
    size_t first = 0;

    *count = 0;
    if (command < 0 || command >= EHLO__COMMAND_COUNT)
        return NULL;
    while (rows[first].command != command)
        first++;
    while (first + *count < ROW_COUNT && rows[first + *count].command == command)
        ++*count;
    return &rows[first];
}

const char *ehlo_reply_rule_text(const ehlo_reply_rule *rule)
{
    return (const char *)&words + places[rule->row].text;
}

const char *ehlo_reply_rule_enhanced(const ehlo_reply_rule *rule)
{
    return (const char *)&words + places[rule->row].enhanced;
}

const char *ehlo_reply_rule_source(const ehlo_reply_rule *rule)
{
    return (const char *)&words + places[rule->row].source;
}

int ehlo_reply_permitted(int command, int code, int profile)
{
    const ehlo_reply_rule *rule;

    if (command < 0 || command >= EHLO__COMMAND_COUNT)
        return 0;
    rule = ehlo__reply_rule(command, code);
    return rule && rule->standing <= profile;
}

int ehlo_reply_default(int command)
{
    return command > 0 && command < EHLO__COMMAND_COUNT ? ehlo__command(command)->default_code : 0;
}

const char *ehlo_reply_text(int code)
{
    int index = find(code);

    return index < 0 ? NULL : code_texts[index];
}

const char *ehlo__reply_remark(int code)
{
    int index = find(code);

    return index < 0 ? "" : code_remarks[index];
}

int ehlo_reply_severity(int code)
{
    return is_code(code) ? code / 100 : EHLO_SEVERITY_NONE;
}

int ehlo_reply_group(int code)
{
    return is_code(code) ? code / 10 % 10 : EHLO_GROUP_NONE;
}
