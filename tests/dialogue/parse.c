/* parse.c - reading one dialogue file; README.md describes the format. */
#include "dialogue.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/tables/events.def"

#define NAME(name, ...) #name,
static const char *const event_names[] = {"NONE", EHLO_EVENTS(NAME)};
static const char *const end_names[] = {"NONE", EHLO_ENDS(NAME)};
#undef NAME

const char *const wants_names[6] = {"CLOSE", "FEED", "INPUT", "REPLY", "TLS", "TURN"};

static const struct {
    const char *name;
    int status;
} statuses[] = {
    {"OK", EHLO_OK},           {"BUSY", EHLO_BUSY},         {"STALE", EHLO_STALE},
    {"GONE", EHLO_GONE},       {"TOO_LONG", EHLO_TOO_LONG}, {"MISUSE", EHLO_MISUSE},
    {"INVALID", EHLO_INVALID}, {"REPLIED", EHLO_REPLIED},   {"UNKNOWN_REPLY", EHLO_UNKNOWN_REPLY},
};

static const struct {
    const char *words;
    host_call call;
} host_calls[] = {
    {"start", HOST_START},
    {"feed", HOST_FEED},
    {"shows less", HOST_SHOW_LESS},
    {"shutdown", HOST_SHUTDOWN},
    {"timed-out", HOST_TIMED_OUT},
    {"disconnected", HOST_DISCONNECTED},
    {"replies again", HOST_REPLY_AGAIN},
    {"replies to nobody", HOST_REPLY_UNKNOWN},
    {"first-id", HOST_FIRST_ID},
    {"offer", HOST_OFFER},
};

const char *event_name(int reason)
{
    return reason >= 0 && reason < EHLO_EVENT_COUNT ? event_names[reason] : "no event";
}

const char *end_name(int end)
{
    return end >= 0 && end < EHLO_END_COUNT ? end_names[end] : "no end";
}

const char *status_name(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].status == status)
            return statuses[i].name;
    return "another status";
}

int event_depends_on_cut(int reason)
{
    return reason == EHLO_EVENT_PIPELINED || reason == EHLO_EVENT_EARLY_TALKER;
}

/* ---- the reader ------------------------------------------------------------------------------- */

typedef struct source_line {
    int number;
    char *text;
} source_line;

typedef struct reader {
    struct dialogue *out;
    int line;
    int failed;
    int in_content; /* the line before was a content line or its continuation */
} reader;

static void wrong(reader *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrong(reader *in, const char *format, ...)
{
    va_list arguments;
    if (in->failed)
        return;
    in->failed = 1;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", in->out->path, in->line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static const char *keep(reader *in, const char *text, size_t size, size_t *kept)
{
    octets plain = {0};
    const char *problem = unescape(&plain, text, size), *copy;

    if (problem)
        wrong(in, "%s", problem);
    copy = pool_copy(&in->out->pool, plain.data, plain.size);
    if (kept)
        *kept = plain.size;
    octets_free(&plain);
    return copy;
}

static struct step *add_step(reader *in, step_kind kind)
{
    struct dialogue *out = in->out;
    out->steps = pool_grow(&out->pool, out->steps, out->step_count, sizeof *out->steps);
    out->steps[out->step_count] = (struct step){.kind = kind, .line = in->line, .data = ""};
    return &out->steps[out->step_count++];
}

static struct expected *add_expected(reader *in, enum kind kind)
{
    struct dialogue *out = in->out;
    out->expects = pool_grow(&out->pool, out->expects, out->expect_count, sizeof *out->expects);
    out->expects[out->expect_count] =
        (struct expected){.line = in->line, .kind = kind, .data = "", .facts = ""};
    out->lists[kind] = 1;
    return &out->expects[out->expect_count++];
}

static const char *after_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

static size_t word_size(const char *text)
{
    return strcspn(text, " \t");
}

static int is_word(const char *text, const char *word)
{
    return starts_with(text, word) && (text[strlen(word)] == 0 || text[strlen(word)] == ' ');
}

static uint64_t number(reader *in, const char *text, size_t size)
{
    uint64_t value = 0;
    if (size == 0 || size > 19 || strspn(text, "0123456789") < size)
        wrong(in, "a number is missing: %s", text);
    for (size_t i = 0; i < size && !in->failed; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    return value;
}

static int is_code(const char *text)
{
    return text[0] >= '2' && text[0] <= '5' && isdigit((unsigned char)text[1]) &&
           isdigit((unsigned char)text[2]) && (text[3] == 0 || text[3] == ' ');
}

static int place_named(reader *in, const char *text, size_t size)
{
    int place = ehlo_command_number(text, size);
    if (place)
        return place;
    if (size == 7 && memcmp(text, "CONTENT", 7) == 0)
        return PLACE_CONTENT;
    if (size == 5 && memcmp(text, "WRITE", 5) == 0)
        return PLACE_WRITE;
    if (size == 5 && memcmp(text, "EVENT", 5) == 0)
        return PLACE_EVENT;
    wrong(in, "no command, nor CONTENT, WRITE, EVENT: %.*s", (int)size, text);
    return 0;
}

/* ---- config ----------------------------------------------------------------------------------- */

/* A list of names, "all", "default", "none", "-NAME". */
static uint32_t set_of(reader *in, const char *text, size_t size, uint32_t all, uint32_t defaults,
                       uint32_t (*named)(const void *, size_t))
{
    uint32_t set = 0;
    while (size) {
        size_t length = 0, less = *text == '-';
        uint32_t some;
        while (length < size && text[length] != ',')
            length++;
        if (length == 3 && memcmp(text, "all", 3) == 0)
            some = all;
        else if (length == 7 && memcmp(text, "default", 7) == 0)
            some = defaults;
        else if (length == 4 && memcmp(text, "none", 4) == 0)
            some = 0;
        else if (!(some = named(text + less, length - less)))
            wrong(in, "no such name: %.*s", (int)length, text);
        set = less ? set & ~some : set | some;
        length += length < size;
        text += length;
        size -= length;
    }
    return set;
}

static uint32_t all_extensions(void)
{
    uint32_t set = 0;
    for (int bit = 0; bit < 32; bit++)
        if (ehlo_extension_keyword((uint32_t)1 << bit))
            set |= (uint32_t)1 << bit;
    return set;
}

static uint32_t extensions_of(reader *in, const char *text, size_t size)
{
    ehlo_server_config defaults;
    ehlo_server_config_init(&defaults);
    return set_of(in, text, size, all_extensions(), defaults.extensions, ehlo_extension_named);
}

static uint32_t leniencies_of(reader *in, const char *text, size_t size)
{
    ehlo_server_config interop;
    ehlo_server_config_init(&interop);
    ehlo_server_config_interop(&interop);
    if (size == 7 && memcmp(text, "interop", 7) == 0)
        return interop.leniencies;
    return set_of(in, text, size, 0, interop.leniencies, ehlo_leniency_named);
}

static int one_of(reader *in, const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    wrong(in, "not a value for this: %s", text);
    return 0;
}

/* One KEY=VALUE. */
static void setting(reader *in, const char *text, size_t size)
{
    static const char *const policies[] = {"refuse", "pass", "normalize"}, *const profiles[] = {"standard",
                                                                                                "historic"};
    ehlo_server_config *config = &in->out->config;
    const struct {
        const char *key;
        uint64_t *wide;
        uint32_t *narrow;
        int *policy;
        int tcp; /* 1: echo-server has an option for it */
    } fields[] = {
        {"max_size", &config->max_size, NULL, NULL, 1},
        {"drain_limit", &config->drain_limit, NULL, NULL, 0},
        {"max_recipients", NULL, &config->max_recipients, NULL, 1},
        {"max_errors", NULL, &config->max_errors, NULL, 1},
        {"max_idle_commands", NULL, &config->max_idle_commands, NULL, 0},
        {"max_line", NULL, &config->max_line, NULL, 1},
        {"max_text_line", NULL, &config->max_text_line, NULL, 0},
        {"command_timeout", NULL, &config->command_timeout, NULL, 0},
        {"content_timeout", NULL, &config->content_timeout, NULL, 0},
        {"bare_cr", NULL, NULL, &config->bare_cr, 0},
        {"bare_lf", NULL, NULL, &config->bare_lf, 0},
        {"nul", NULL, NULL, &config->nul, 0},
        {"long_line", NULL, NULL, &config->long_line, 0},
        {"eight_bit", NULL, NULL, &config->eight_bit, 0},
        {"pipelined", NULL, NULL, &config->pipelined, 0},
    };
    const char *pair = pool_copy(&in->out->pool, text, size), *value = strchr(pair, '=');
    size_t key_size = value ? (size_t)(value - pair) : 0;

    if (!value || !value[1]) {
        wrong(in, "not KEY=VALUE: %s", pair);
        return;
    }
    value++;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].key) == key_size && memcmp(fields[i].key, pair, key_size) == 0) {
            if (!fields[i].tcp)
                in->out->only_engine = fields[i].key;
            if (fields[i].wide)
                *fields[i].wide = number(in, value, strlen(value));
            else if (fields[i].narrow)
                *fields[i].narrow = (uint32_t)number(in, value, strlen(value));
            else
                *fields[i].policy = one_of(in, value, policies, 3);
            return;
        }
    if (starts_with(pair, "hostname=")) {
        config->hostname = keep(in, value, strlen(value), NULL);
    } else if (starts_with(pair, "extensions=")) {
        config->extensions = extensions_of(in, value, strlen(value));
        in->out->extensions_named = 1;
    } else if (starts_with(pair, "lenient=")) {
        config->leniencies = leniencies_of(in, value, strlen(value));
    } else if (starts_with(pair, "profile=")) {
        config->profile = one_of(in, value, profiles, 2);
    } else {
        wrong(in, "no such field of the config: %s", pair);
    }
}

static void config_line(reader *in, const char *text)
{
    for (text = after_blanks(text); *text; text = after_blanks(text)) {
        size_t size = word_size(text);
        setting(in, text, size);
        text += size;
    }
}

/* ---- answers ---------------------------------------------------------------------------------- */

static int is_enhanced(const char *text, size_t size)
{
    return size >= 5 && strspn(text, "0123456789.") >= size && text[1] == '.' && strchr("245", text[0]);
}

/* CODE [ENHANCED] [TEXT], or "default", or "fail". */
static void reply_words(reader *in, struct answer *out, const char *text)
{
    size_t size;

    text = after_blanks(text);
    if (is_word(text, "default") || is_word(text, "fail")) {
        out->code = *text == 'd' ? EHLO_DEFAULT : EHLO_FAIL;
        text = after_blanks(text + word_size(text));
    } else if (isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) &&
               isdigit((unsigned char)text[2]) && (text[3] == 0 || text[3] == ' ')) {
        out->code = (int)number(in, text, 3);
        text = after_blanks(text + 3);
    } else {
        wrong(in, "not CODE [ENHANCED] [TEXT]: %s", text);
        return;
    }
    size = word_size(text);
    if (is_enhanced(text, size) || starts_with(text, "enhanced=")) {
        size_t skip = starts_with(text, "enhanced=") ? 9 : 0; /* one that is malformed on purpose */
        out->enhanced = keep(in, text + skip, size - skip, NULL);
        text = after_blanks(text + size);
    }
    if (*text)
        out->words = keep(in, text, strlen(text), NULL);
}

static int is_answer(const char *text)
{
    return is_code(text) || is_word(text, "pending") || is_word(text, "later") || is_word(text, "fail") ||
           is_word(text, "default") || is_word(text, "return");
}

static void answer_line(reader *in, const char *text)
{
    const char *value = strchr(text, '=');
    size_t size = word_size(text);
    struct answer *out = &add_step(in, STEP_ANSWER)->answer;

    while (value && !is_answer(value + 1))
        value = strchr(value + 1, '=');
    if (!value) {
        wrong(in, "not COMMAND [ARGUMENT]=ANSWER: %s", text);
        return;
    }
    if (size > (size_t)(value - text))
        size = (size_t)(value - text);
    out->line = in->line;
    out->place = place_named(in, text, size);
    text = after_blanks(text + size);
    if (text < value)
        out->argument = keep(in, text, (size_t)(value - text), NULL);
    value++;
    if (is_word(value, "pending")) {
        out->kind = ANSWER_PENDING;
        if (value[7])
            wrong(in, "\"pending\" waits for the dialogue's \"reply\"; \"later\" takes a reply");
    } else if (is_word(value, "later")) {
        out->kind = ANSWER_LATER;
        reply_words(in, out, value + 5);
    } else if (is_word(value, "return")) {
        char *end;
        out->kind = ANSWER_RETURN;
        out->returned = (int)strtol(value + 6, &end, 10);
        value = after_blanks(end);
        if (starts_with(value, "after "))
            reply_words(in, out, value + 6);
        else if (*value)
            wrong(in, "not return NUMBER [after REPLY]");
    } else if (is_word(value, "default") || is_word(value, "fail")) {
        out->kind = ANSWER_RETURN;
        out->returned = *value == 'd' ? EHLO_DEFAULT : EHLO_FAIL;
    } else {
        out->kind = ANSWER_CODE;
        reply_words(in, out, value);
    }
}

/* Cuts "-> STATUS" off; `otherwise` where there is none. */
static int status_of(reader *in, char *text, int otherwise)
{
    char *arrow = strstr(text, "-> ");
    if (!arrow)
        return otherwise;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].name, arrow + 3) == 0) {
            *arrow = 0;
            while (arrow > text && arrow[-1] == ' ')
                *--arrow = 0;
            return statuses[i].status;
        }
    wrong(in, "no such status: %s", arrow + 3);
    return otherwise;
}

static int host_call_named(reader *in, struct step *out, const char *text)
{
    for (size_t i = 0; i < sizeof host_calls / sizeof *host_calls; i++)
        if (is_word(text, host_calls[i].words)) {
            const char *rest = after_blanks(text + strlen(host_calls[i].words));
            if (*rest)
                out->number = number(in, rest, strlen(rest));
            return (int)host_calls[i].call;
        }
    wrong(in, "no such call of the host: %s", text);
    return 0;
}

static void host_line(reader *in, char *text)
{
    int status = status_of(in, text, EHLO_OK);
    struct step *out;

    out = add_step(in, STEP_HOST);
    out->code = host_call_named(in, out, text);
    out->status = out->code == HOST_REPLY_AGAIN && status == EHLO_OK ? EHLO_REPLIED : status;
    if (out->code == HOST_START)
        in->out->starts_itself = 1;
}

static void reply_step(reader *in, char *text)
{
    int status = status_of(in, text, EHLO_REPLIED);
    struct step *out = add_step(in, STEP_REPLY);
    out->status = status;
    reply_words(in, &out->answer, text);
}

static void inside_line(reader *in, const char *text)
{
    size_t size = word_size(text);
    struct step *out = add_step(in, STEP_INSIDE);
    out->place = place_named(in, text, size);
    out->code = host_call_named(in, out, after_blanks(text + size));
}

static void narrow_line(reader *in, const char *text)
{
    size_t size = word_size(text);
    narrowing *out = &add_step(in, STEP_NARROW)->narrowing;

    out->place = place_named(in, text, size);
    for (text = after_blanks(text + size); *text; text = after_blanks(text + size)) {
        size = word_size(text);
        if (starts_with(text, "extensions=")) {
            out->has_extensions = 1;
            out->extensions = extensions_of(in, text + 11, size - 11);
        } else if (starts_with(text, "max_size=")) {
            out->has_max_size = 1;
            out->max_size = number(in, text + 9, size - 9);
        } else {
            wrong(in, "not extensions=LIST or max_size=OCTETS: %s", text);
            return;
        }
    }
}

/* ---- what must happen ------------------------------------------------------------------------- */

/* "WORDS [FACTS]": cuts the facts off. */
static void with_facts(reader *in, struct expected *out, const char *text)
{
    size_t size = strlen(text);
    const char *open = size && text[size - 1] == ']' ? strstr(text, " [") : NULL;
    const char *next;

    while (open && (next = strstr(open + 1, " [")))
        open = next;
    if (open) {
        out->facts = pool_copy(&in->out->pool, open + 2, (size_t)(text + size - 1 - (open + 2)));
        size = (size_t)(open - text);
    }
    out->data = keep(in, text, size, &out->size);
}

static void event_line(reader *in, const char *text)
{
    struct expected *out = add_expected(in, KIND_EVENT);
    with_facts(in, out, text);
    for (int i = 1; i < EHLO_EVENT_COUNT; i++)
        if (strcmp(event_names[i], out->data) == 0) {
            if (i == EHLO_EVENT_TRANSACTION_END)
                wrong(in, "the end of a transaction is written \"end WHY\"");
            in->out->lists_cut_events |= event_depends_on_cut(i);
            return;
        }
    wrong(in, "no such event: %s", out->data);
}

static void end_line(reader *in, const char *text)
{
    struct expected *out = add_expected(in, KIND_END);
    out->data = keep(in, text, strlen(text), &out->size);
    for (int i = 1; i < EHLO_END_COUNT; i++)
        if (strcmp(end_names[i], text) == 0)
            return;
    wrong(in, "no such end of a transaction: %s", text);
}

static void content_line(reader *in, const char *text, int continues)
{
    struct dialogue *out = in->out;
    struct expected *last = continues ? &out->expects[out->expect_count - 1] : add_expected(in, KIND_CONTENT);
    size_t size = strlen(text);
    octets joined = {0};
    const char *problem;

    if (!continues && starts_with(text, "size=")) {
        last->only_size = 1;
        last->number = (size_t)number(in, text + 5, strlen(text + 5));
        return;
    }
    if (size < 2 || text[0] != '"' || text[size - 1] != '"') {
        wrong(in, "content stands in quotes: %s", text);
        return;
    }
    octets_add(&joined, last->data, last->size);
    problem = unescape(&joined, text + 1, size - 2);
    if (problem)
        wrong(in, "%s", problem);
    last->data = pool_copy(&out->pool, joined.data, joined.size);
    last->size = joined.size;
    octets_free(&joined);
}

static void client_line(reader *in, const char *text, int whole_line)
{
    struct step *out = add_step(in, STEP_CLIENT);
    octets line = {0};
    const char *problem = unescape(&line, text, strlen(text));

    if (problem)
        wrong(in, "%s", problem);
    if (whole_line)
        octets_add(&line, "\r\n", 2);
    out->data = pool_copy(&in->out->pool, line.data, line.size);
    out->size = line.size;
    octets_free(&line);
}

static void server_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_LINE);
    octets line = {0};
    const char *problem = unescape(&line, text, strlen(text));

    if (problem)
        wrong(in, "%s", problem);
    octets_add(&line, "\r\n", 2);
    out->data = pool_copy(&in->out->pool, line.data, line.size);
    out->size = line.size;
    octets_free(&line);
}

static void code_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_CODE);
    if (!is_code(text)) {
        wrong(in, "not a reply code: %s", text);
        return;
    }
    out->code = (int)number(in, text, 3);
    text = after_blanks(text + 3);
    if (*text && strcmp(text, "-") != 0 && !is_enhanced(text, strlen(text)))
        wrong(in, "not an enhanced status code: %s", text);
    out->data = pool_copy(&in->out->pool, text, strlen(text));
}

static void wants_line(reader *in, const char *text)
{
    struct step *out = add_step(in, STEP_WANTS);
    for (int i = 0; i < 6; i++)
        if (strcmp(wants_names[i], text) == 0) {
            out->code = i;
            return;
        }
    wrong(in, "a session wants CLOSE, FEED, INPUT, REPLY, TLS or TURN: %s", text);
}

/* What follows "C:" and the like: all behind one space, as it stands. */
static const char *behind(const char *text)
{
    text += 2;
    return *text == ' ' ? text + 1 : text;
}

static void one_line(reader *in, char *text)
{
    int continues = in->in_content && *after_blanks(text) == '"';

    in->in_content = 0;
    if (continues) {
        content_line(in, after_blanks(text), 1);
        in->in_content = 1;
    } else if (*after_blanks(text) == 0 || *text == '#') {
        return;
    } else if (starts_with(text, "C:")) {
        client_line(in, behind(text), 1);
    } else if (starts_with(text, "C|")) {
        client_line(in, behind(text), 0);
    } else if (starts_with(text, "S:")) {
        server_line(in, behind(text));
    } else if (starts_with(text, "S*")) {
        code_line(in, behind(text));
    } else if (starts_with(text, "config ")) {
        if (in->out->step_count)
            wrong(in, "config lines come first");
        config_line(in, text + 7);
    } else if (starts_with(text, "answer ")) {
        answer_line(in, after_blanks(text + 7));
    } else if (starts_with(text, "narrow ")) {
        narrow_line(in, after_blanks(text + 7));
    } else if (starts_with(text, "inside ")) {
        inside_line(in, after_blanks(text + 7));
    } else if (starts_with(text, "host ")) {
        host_line(in, text + 5);
    } else if (starts_with(text, "reply ")) {
        reply_step(in, text + 6);
    } else if (starts_with(text, "wants ")) {
        wants_line(in, after_blanks(text + 6));
    } else if (starts_with(text, "timeout ")) {
        add_step(in, STEP_TIMEOUT)->number = number(in, text + 8, strlen(text + 8));
    } else if (starts_with(text, "decide ")) {
        with_facts(in, add_expected(in, KIND_DECIDE), after_blanks(text + 7));
    } else if (starts_with(text, "event ")) {
        event_line(in, after_blanks(text + 6));
    } else if (starts_with(text, "end ")) {
        end_line(in, after_blanks(text + 4));
    } else if (starts_with(text, "content ")) {
        content_line(in, after_blanks(text + 8), 0);
        in->in_content = 1;
    } else if (strcmp(text, "no decide") == 0) {
        in->out->lists[KIND_DECIDE] = 1;
    } else if (strcmp(text, "no event") == 0) {
        in->out->lists[KIND_EVENT] = 1;
    } else if (strcmp(text, "no end") == 0) {
        in->out->lists[KIND_END] = 1;
    } else if (strcmp(text, "no content") == 0) {
        in->out->lists[KIND_CONTENT] = 1;
    } else {
        wrong(in, "no line of a dialogue (README.md): %s", text);
    }
}

/* ---- for NAME in ITEMS ... done --------------------------------------------------------------- */

static void replaced(octets *to, const char *text, const char *name, const char *value)
{
    size_t length = strlen(name);
    while (*text) {
        if (*text == '{' && strncmp(text + 1, name, length) == 0 && text[1 + length] == '}') {
            octets_add(to, value, strlen(value));
            text += length + 2;
        } else {
            octets_add(to, text++, 1);
        }
    }
}

static void play_lines(reader *in, const source_line *lines, size_t count);

static void loop_once(reader *in, const source_line *lines, size_t count, const char *name, const char *value)
{
    pool *memory = &in->out->pool;
    source_line *copies = pool_take(memory, (count + 1) * sizeof *copies);
    octets text = {0};

    for (size_t i = 0; i < count; i++) {
        octets_clear(&text);
        replaced(&text, lines[i].text, name, value);
        copies[i] = (source_line){lines[i].number, pool_copy(memory, text.data, text.size)};
    }
    octets_free(&text);
    play_lines(in, copies, count);
}

/* The items: words; 1-100; \x00-\x1f. */
static void loop(reader *in, const source_line *lines, size_t count)
{
    char *header = pool_copy(&in->out->pool, lines[0].text + 4, strlen(lines[0].text + 4));
    char *items = strstr(header, " in "), *end;
    char value[16];

    if (!items) {
        wrong(in, "not for NAME in ITEMS");
        return;
    }
    *items = 0;
    for (char *item = items + 4; *item && !in->failed; item = end) {
        unsigned from, to;
        int octet, last;
        end = item + word_size(item);
        last = *end == 0;
        *end = 0;
        end += !last;
        octet = sscanf(item, "\\x%2x-\\x%2x", &from, &to) == 2;
        if (octet || (isdigit((unsigned char)*item) && sscanf(item, "%u-%u", &from, &to) == 2)) {
            for (unsigned i = from; i <= to && !in->failed; i++) {
                snprintf(value, sizeof value, octet ? "\\x%02x" : "%u", i);
                loop_once(in, lines + 1, count - 1, header, value);
            }
        } else if (*item) {
            loop_once(in, lines + 1, count - 1, header, item);
        }
    }
}

static void play_lines(reader *in, const source_line *lines, size_t count)
{
    for (size_t i = 0; i < count && !in->failed; i++) {
        size_t end = i + 1, depth = 1;
        in->line = lines[i].number;
        if (!starts_with(lines[i].text, "for ")) {
            one_line(in, lines[i].text);
            continue;
        }
        for (; end < count; end++) {
            depth += (size_t)starts_with(lines[end].text, "for ");
            if (strcmp(lines[end].text, "done") == 0 && --depth == 0)
                break;
        }
        if (end == count)
            wrong(in, "a loop without its \"done\"");
        else
            loop(in, lines + i, end - i);
        i = end;
    }
}

/* ---- the file --------------------------------------------------------------------------------- */

static int read_whole(const char *path, octets *out)
{
    FILE *file = fopen(path, "rb");
    char some[4096];
    size_t size;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 0;
    }
    while ((size = fread(some, 1, sizeof some, file)) > 0)
        octets_add(out, some, size);
    fclose(file);
    octets_add(out, "", 0);
    return 1;
}

/* Title and citations: the comment lines at the top. */
static void header(reader *in, const source_line *lines, size_t count)
{
    static const char *const sources[] = {"RFC ", "catalogue ", "law ", "laws ", "rule ", "rules "};
    octets shows = {0};

    for (size_t i = 0; i < count && lines[i].text[0] == '#'; i++) {
        const char *text = after_blanks(lines[i].text + 1);
        if (i == 0) {
            in->out->title = pool_copy(&in->out->pool, text, strlen(text));
            continue;
        }
        for (size_t k = 0; k < sizeof sources / sizeof *sources; k++)
            if (starts_with(text, sources[k])) {
                octets_print(&shows, "%s%s", shows.size ? "; " : "", text);
                break;
            }
    }
    in->line = 1;
    if (!in->out->title || !in->out->title[0] || !shows.size)
        wrong(in, "a dialogue opens with \"# title\" and lines such as \"# RFC 5321 section 4.1.1.1\", "
                  "\"# catalogue A1\", \"# rule R7\", \"# law P3\" that say what it shows");
    in->out->shows = pool_copy(&in->out->pool, shows.data, shows.size);
    octets_free(&shows);
}

static size_t lines_of(pool *memory, char *text, source_line **out)
{
    source_line *lines = NULL;
    size_t count = 0;
    int line = 0;

    for (char *end; *text; text = end + 1) {
        end = strchr(text, '\n');
        lines = pool_grow(memory, lines, count, sizeof *lines);
        lines[count++] = (source_line){++line, text};
        if (!end)
            break;
        *end = 0;
    }
    *out = lines;
    return count;
}

struct dialogue *dialogue_read(const char *path, const char *name)
{
    octets file = {0};
    source_line *lines;
    size_t count;
    struct dialogue *out;
    reader in = {0};

    if (!read_whole(path, &file)) {
        octets_free(&file);
        return NULL;
    }
    out = calloc(1, sizeof *out);
    if (!out)
        exit(2);
    in.out = out;
    out->path = pool_copy(&out->pool, path, strlen(path));
    out->name = pool_copy(&out->pool, name, strlen(name));
    ehlo_server_config_init(&out->config);
    out->config.hostname = "mx.example.org";
    count = lines_of(&out->pool, pool_copy(&out->pool, file.data, file.size), &lines);
    header(&in, lines, count);
    play_lines(&in, lines, count);
    octets_free(&file);
    if (in.failed) {
        dialogue_free(out);
        return NULL;
    }
    return out;
}

void dialogue_free(struct dialogue *of)
{
    pool_free(&of->pool);
    free(of);
}
