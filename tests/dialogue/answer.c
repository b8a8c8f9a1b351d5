/* answer.c - what the host of a dialogue does: its answers and its calls. */
#include "parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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
    {"challenges nobody", HOST_CHALLENGE_UNKNOWN},
    {"first-id", HOST_FIRST_ID},
    {"offer", HOST_OFFER},
    {"clock", HOST_CLOCK},
    {"tls-started", HOST_TLS_STARTED},
};

/* CODE [ENHANCED] [TEXT], or "default", or "fail", or challenge "OCTETS". */
static void reply_words(reader *in, struct answer *out, const char *text)
{
    size_t size;

    text = after_blanks(text);
    if (is_word(text, "challenge") || starts_with(text, "334 \"")) {
        out->code = 334;
        out->challenge = quoted(in, after_blanks(text + word_size(text)), &out->challenge_size);
        return;
    }
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
           is_word(text, "default") || is_word(text, "return") || is_word(text, "challenge");
}

/* What of AUTH is answered: [MECHANISM] [step N] ["RESPONSE"]. */
static void auth_selectors(reader *in, struct answer *out, const char *text)
{
    if (*text && *text != '"' && !is_word(text, "step")) {
        size_t size = word_size(text);
        out->argument = keep(in, text, size, NULL);
        text = after_blanks(text + size);
    }
    if (is_word(text, "step")) {
        size_t size;
        text = after_blanks(text + 4);
        size = word_size(text);
        out->has_step = 1;
        out->step = (unsigned)number(in, text, size);
        text = after_blanks(text + size);
    }
    if (*text)
        out->response = quoted(in, text, &out->response_size);
}

/* The answer itself, behind the "=". */
static void answer_value(reader *in, struct answer *out, const char *value)
{
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

void answer_line(reader *in, const char *text)
{
    const char *value = strchr(text, '='), *selectors;
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
    selectors = pool_copy(&in->out->pool, text, text < value ? (size_t)(value - text) : 0);
    if (out->place == EHLO_AUTH)
        auth_selectors(in, out, selectors);
    else if (*selectors)
        out->argument = keep(in, selectors, strlen(selectors), NULL);
    answer_value(in, out, value + 1);
}

/* Cuts "-> STATUS" off; `otherwise` where there is none. */
static int status_of(reader *in, const char **text, int otherwise)
{
    const char *arrow = strstr(*text, " -> ");

    if (!arrow)
        return otherwise;
    if (!status_named(arrow + 4, &otherwise))
        wrong(in, "no such status: %s", arrow + 4);
    *text = pool_copy(&in->out->pool, *text, (size_t)(arrow - *text));
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

void host_line(reader *in, const char *text)
{
    int status = status_of(in, &text, EHLO_OK);
    struct step *out;

    out = add_step(in, STEP_HOST);
    out->code = host_call_named(in, out, text);
    out->status = out->code == HOST_REPLY_AGAIN && status == EHLO_OK ? EHLO_REPLIED : status;
    if (out->code == HOST_START)
        in->out->starts_itself = 1;
}

void reply_line(reader *in, const char *text)
{
    int status = status_of(in, &text, EHLO_REPLIED);
    struct step *out = add_step(in, STEP_REPLY);
    out->status = status;
    reply_words(in, &out->answer, text);
}

void inside_line(reader *in, const char *text)
{
    size_t size = word_size(text);
    struct step *out = add_step(in, STEP_INSIDE);
    out->place = place_named(in, text, size);
    out->code = host_call_named(in, out, after_blanks(text + size));
}

void narrow_line(reader *in, const char *text)
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
        } else if (starts_with(text, "clock=")) {
            out->has_clock = 1;
            out->clock = number(in, text + 6, size - 6);
        } else {
            wrong(in, "not extensions=LIST, max_size=OCTETS or clock=SECONDS: %s", text);
            return;
        }
    }
}

/* "clock 1700000000": told at each hello that has extensions. */
void clock_line(reader *in, const char *text)
{
    static const int hellos[] = {EHLO_EHLO, EHLO_LHLO};
    uint64_t seconds = number(in, text, strlen(text));

    for (int i = 0; i < 2; i++)
        add_step(in, STEP_NARROW)->narrowing =
            (narrowing){.place = hellos[i], .has_clock = 1, .clock = seconds};
}
