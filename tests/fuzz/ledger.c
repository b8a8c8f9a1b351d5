/* ledger.c - afterwards: the client's octets are read once more, in another way than the engine's, and each
 * line, each chunk and each content must have had what came of it: one outcome, its replies, its traces.
 *
 * So it is held that content ends at CRLF.CRLF and nowhere else (P3), that a command has one final reply and
 * octets of content none (P5), and that BDAT n has n octets whatever was thought of it (P9).
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

struct ledger {
    struct host *host;
    const unsigned char *data;
    int said_auth; /* a line of AUTH came */
    size_t size, at;
    struct tape codes; /* of the replies, two octets each */
    size_t next, reply, heard;
    uint64_t need;            /* octets of a chunk that has not come wholly */
    uint64_t message, digest; /* octets of the message so far, and what they were */
    enum { LINES, RESPONSES, CONTENT, CHUNK, OVER } mode;
};

static uint32_t outcomes(const struct ledger *ledger)
{
    return (uint32_t)(ledger->host->outcomes.size / sizeof(struct outcome));
}

static struct outcome outcome_at(const struct ledger *ledger, size_t number)
{
    struct outcome outcome = {0};

    if (number < outcomes(ledger))
        memcpy(&outcome, ledger->host->outcomes.data + number * sizeof outcome, sizeof outcome);
    return outcome;
}

/* ---- replies ----------------------------------------------------------------------------------------- */

static int is_known_code(const struct host *host, int code)
{
    for (int command = EHLO_CONNECTED; ehlo_command_name(command); command++)
        if (ehlo_reply_permitted(command, code, host->config.profile))
            return 1;
    for (uint32_t i = 0; i < host->config.command_count; i++)
        for (size_t j = 0; j < 12; j++)
            if (code && host->config.commands[i].codes[j] == code)
                return 1;
    return 0;
}

/* All replies are whole and well-formed (RFC 5321 section 4.2); their codes. */
static void read_replies(struct ledger *ledger)
{
    const struct host *host = ledger->host;
    const unsigned char *at = host->replies.data, *end = at ? at + host->replies.size : at;
    int last = 1, code_before = 0;

    while (at < end) {
        const unsigned char *line = at;
        uint16_t code;
        while (end - at >= 2 && !(at[0] == '\r' && at[1] == '\n')) {
            LAW(*at >= ' ' && *at != 0x7f, "a reply has no control characters");
            LAW(*at < 0x80 || (host->config.extensions & EHLO_EXTENSION_SMTPUTF8), "replies are ASCII");
            at++;
        }
        if (end - at < 2 && host->dead) /* within a challenge */
            break;
        LAW(end - at >= 2, "a reply ends with CRLF");
        at += 2;
        LAW(at - line >= 6 && (line[3] == ' ' || line[3] == '-'),
            "a reply is a code, a space or hyphen, and a text");
        code = (uint16_t)((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
        LAW(at - line <= (code == 334 ? 12288 : 512), "a reply line has at most 512 octets");
        LAW(is_known_code(host, code), "a code is in the table");
        LAW(last || code == code_before, "all lines of a reply have one code");
        last = line[3] == ' ';
        code_before = code;
        if (last)
            tape_add(&ledger->codes, &code, sizeof code);
    }
    LAW(last || host->dead, "a reply has a last line");
}

static void take_reply(struct ledger *ledger, int code)
{
    uint16_t sent;

    if (ledger->reply == ledger->codes.size) {
        LAW(ledger->host->dead, "each command has a reply");
        return;
    }
    memcpy(&sent, ledger->codes.data + ledger->reply, sizeof sent);
    ledger->reply += sizeof sent;
    LAW(code ? sent == code : sent / 100 == 4, "replies are in order");
    if (sent == 421)
        ledger->mode = OVER;
}

/* The replies to what came of a line; `several` where they are more than one. */
static struct outcome take_outcome(struct ledger *ledger, uint32_t replies)
{
    struct outcome now = outcome_at(ledger, ledger->next++), then = outcome_at(ledger, ledger->next);

    if (then.reason == EHLO_EVENT_TOO_MANY_ERRORS || then.reason == EHLO_EVENT_TOO_MANY_AUTH_FAILURES) {
        LAW(now.reason || now.command == EHLO_AUTH, "one was too many");
        take_reply(ledger, 421); /* in place of its own */
        ledger->next++;
        ledger->mode = OVER;
        return now;
    }
    for (uint32_t i = 0; i < replies; i++)
        take_reply(ledger, now.code);
    if (now.reason >= EHLO_EVENT_WRONG_PROTOCOL)
        ledger->mode = OVER;
    return now;
}

/* ---- traces ------------------------------------------------------------------------------------------ */

/* The next trace is of `size` octets, of which `text` is shown, if any. */
static void hear(struct ledger *ledger, uint64_t size, int is_shown)
{
    const struct host *host = ledger->host;
    struct traced told;

    if (!host->config.callbacks.trace)
        return;
    LAW(ledger->heard + sizeof told <= host->heard.size, "each line of the peer's is traced");
    memcpy(&told, host->heard.data + ledger->heard, sizeof told);
    ledger->heard += sizeof told;
    LAW(told.size + told.hidden == size, "a trace tells of all octets");
    LAW(is_shown || told.size == 0, "content, responses and what is too long are not shown");
    LAW(told.size == 0 || told.at == ledger->at, "a trace shows the line that it is of");
}

/* Of AUTH no more than the mechanism. */
static void hear_line(struct ledger *ledger, size_t size)
{
    const unsigned char *line = ledger->data + ledger->at;
    struct traced told;
    size_t words = 0, from = 0;

    hear(ledger, size, 1);
    if (!ledger->host->config.callbacks.trace)
        return;
    memcpy(&told, ledger->host->heard.data + ledger->heard - sizeof told, sizeof told);
    while (from < size && (line[from] == ' ' || line[from] == '\t'))
        from++;
    if (size - from < 4 || (line[from] | 32) != 'a' || (line[from + 1] | 32) != 'u' ||
        (line[from + 2] | 32) != 't' || (line[from + 3] | 32) != 'h') {
        LAW(told.hidden == 0 || ledger->said_auth || memchr(line, '\r', size) || memchr(line, '\n', size),
            "all of another line is shown, but what may be a secret behind an AUTH or a bare line end");
        return;
    }
    ledger->said_auth = 1;
    for (size_t i = from; i < told.size; i++)
        words += line[i] == ' ';
    LAW(words < 2, "of AUTH no more than the mechanism is shown");
}

/* ---- lines ------------------------------------------------------------------------------------------- */

/* Octets up to the CRLF, that included; 0: there is none. */
static size_t line_length(const struct ledger *ledger)
{
    for (size_t i = ledger->at; i + 1 < ledger->size; i++)
        if (ledger->data[i] == '\r' && ledger->data[i + 1] == '\n')
            return i + 2 - ledger->at;
    return 0;
}

static int is_word(const unsigned char *data, size_t size, const char *word)
{
    if (size != strlen(word))
        return 0;
    for (size_t i = 0; i < size; i++)
        if ((data[i] >= 'a' && data[i] <= 'z' ? data[i] - 32 : data[i]) != word[i])
            return 0;
    return 1;
}

static const char *verb_of(const struct host *host, int command)
{
    return command < EHLO_HOST_COMMAND ? ehlo_command_name(command)
                                       : host->config.commands[command - EHLO_HOST_COMMAND].verb;
}

/* The octets of content that the host was to see: what was handed out must be those. */
static void content_add(struct ledger *ledger, unsigned char octet)
{
    ledger->digest = (ledger->digest ^ octet) * 1099511628211u + 1;
    ledger->message++;
}

static void take_verdicts(struct ledger *ledger)
{
    const ehlo_server_config *config = &ledger->host->config;
    struct outcome outcome = outcome_at(ledger, ledger->next);
    int is_normal = config->bare_cr == EHLO_NORMALIZE || config->bare_lf == EHLO_NORMALIZE;

    LAW(outcome.command == EHLO_DATA_RECEIVED && !outcome.reason, "the end of content is asked about");
    LAW(is_normal || outcome.size == ledger->message, "octets of content are counted");
    LAW(is_normal || outcome.refused || !config->callbacks.content || outcome.digest == ledger->digest,
        "what is handed out is what was sent");
    if (outcome.by_recipient)
        take_reply(ledger, 353);
    for (uint32_t i = 0; i < outcome.verdicts && ledger->mode != OVER && ledger->next < outcomes(ledger);
         i++) {
        struct outcome verdict = take_outcome(ledger, 1);
        LAW(verdict.reason || verdict.command == EHLO_DATA_RECEIVED, "verdicts follow each other");
    }
    ledger->message = ledger->digest = 0;
}

/* Nothing but the engine's last word may come while it waits for more. */
static int is_broken_off(struct ledger *ledger)
{
    struct outcome outcome = outcome_at(ledger, ledger->next);

    if (outcome.reason != EHLO_EVENT_SHUTDOWN && outcome.reason != EHLO_EVENT_TIMED_OUT &&
        outcome.reason != EHLO_EVENT_DRAIN_LIMIT)
        return 0;
    take_outcome(ledger, 1);
    return 1;
}

/* Behind the CRLF of DATA: to CRLF.CRLF. */
static void take_content(struct ledger *ledger)
{
    const unsigned char *data = ledger->data;
    size_t end = ledger->at - 2;

    if (is_broken_off(ledger))
        return;
    while (end + 5 <= ledger->size && memcmp(data + end, "\r\n.\r\n", 5) != 0)
        end++;
    LAW(end + 5 <= ledger->size, "content ends at CRLF.CRLF");
    for (size_t i = ledger->at; i < end + 2; i++)
        if (data[i] != '.' || data[i - 1] != '\n' || data[i - 2] != '\r')
            content_add(ledger, data[i]);
    if (ledger->host->config.bare_cr != EHLO_NORMALIZE && ledger->host->config.bare_lf != EHLO_NORMALIZE)
        hear(ledger, ledger->message, 0);
    else
        ledger->heard += ledger->host->config.callbacks.trace ? sizeof(struct traced) : 0;
    ledger->at = end + 5;
    ledger->mode = LINES;
    take_verdicts(ledger);
}

/* The octets of a chunk; `is_last` by its line. */
static void take_chunk_octets(struct ledger *ledger, int is_last)
{
    struct outcome outcome = outcome_at(ledger, ledger->next);

    if (is_broken_off(ledger))
        return;
    LAW(ledger->size - ledger->at >= ledger->need, "a chunk is answered behind its last octet");
    for (uint64_t i = 0; i < ledger->need; i++)
        content_add(ledger, ledger->data[ledger->at + i]);
    ledger->at += (size_t)ledger->need;
    ledger->mode = LINES;
    if (outcome.reason) {
        LAW(outcome.command == EHLO_BDAT, "a chunk has a reply of its own");
        take_outcome(ledger,
                     is_last && ledger->host->config.service == EHLO_SERVICE_LMTP ? outcome.recipients : 1);
    } else if (is_last) {
        take_verdicts(ledger);
    } else {
        LAW(outcome.command == EHLO_BDAT, "a chunk that is not the last is asked about");
        take_outcome(ledger, 1);
    }
}

static void take_chunk(struct ledger *ledger, size_t length)
{
    const unsigned char *line = ledger->data + ledger->at, *tail;
    struct outcome outcome = outcome_at(ledger, ledger->next);
    size_t size = length - 2, at = 4, digits;
    int is_bad = 0, is_broken, is_last;
    uint64_t need = 0;

    while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t'))
        size--;
    at += at < size;
    for (digits = at; at < size && line[at] != ' '; at++) {
        unsigned digit = line[at] - (unsigned)'0';
        is_bad |= digit > 9 || need > (UINT64_MAX - digit) / 10;
        need = need * 10 + digit;
    }
    is_bad |= at == digits;
    is_broken = memchr(line, '\r', size) || memchr(line, '\n', size);
    tail = line + at + (at < size);
    is_last = is_word(tail, (size_t)(line + size - tail), "LAST");
    hear_line(ledger, length - 2);
    if (is_bad || outcome.reason == EHLO_EVENT_BAD_CHUNK_SIZE) {
        LAW(outcome.reason == EHLO_EVENT_BAD_CHUNK_SIZE && (is_bad || is_broken),
            "a chunk of no known size ends the session");
        take_outcome(ledger, 1);
        return;
    }
    ledger->at += length;
    ledger->need = need;
    ledger->mode = CHUNK;
    if (outcome.reason == EHLO_EVENT_TOO_MANY_COMMANDS) {
        LAW(need == 0 && !is_last, "an empty chunk is a command without mail");
        take_outcome(ledger, 1);
        return;
    }
    if (outcome.reason == EHLO_EVENT_DRAIN_LIMIT && need > ledger->size) {
        take_outcome(ledger, 1);
        return;
    }
    if (outcome.reason != EHLO_EVENT_DRAIN_LIMIT)
        hear(ledger, need, 0);
    if (ledger->next < outcomes(ledger))
        take_chunk_octets(ledger, is_last);
}

static void take_long_line(struct ledger *ledger, size_t length)
{
    struct outcome outcome = outcome_at(ledger, ledger->next);

    if (outcome.reason != EHLO_EVENT_BAD_CHUNK_SIZE) {
        LAW(length > 0, "nothing is answered before a line's end");
        LAW(outcome.reason == EHLO_EVENT_LINE_TOO_LONG || outcome.reason == EHLO_EVENT_AUTH_LINE_TOO_LONG ||
                outcome.reason == EHLO_EVENT_SERVICE_REFUSED || outcome.reason == EHLO_EVENT_SERVICE_DECLINED,
            "a line that is too long is refused");
        hear(ledger, length - 2, 0);
    }
    take_outcome(ledger, 1);
    ledger->at += length;
}

/* The first word of the next line, blanks at the end of it left out. */
static size_t verb_size(const unsigned char *line, size_t length)
{
    size_t word = 0;

    while (word < length - 2 && line[word] != ' ')
        word++;
    while (word > 0 && line[word - 1] == '\t' && word == length - 2)
        word--;
    return word;
}

/* What comes next, but for octets of content. */
static void take_line(struct ledger *ledger)
{
    const struct host *host = ledger->host;
    const unsigned char *line = ledger->data + ledger->at;
    struct outcome outcome = outcome_at(ledger, ledger->next);
    size_t length = line_length(ledger), word = 0;
    size_t limit = ledger->mode == RESPONSES ? 12288 : host->config.max_line;
    int is_response = ledger->mode == RESPONSES;

    if (is_broken_off(ledger))
        return;
    if (outcome.reason == EHLO_EVENT_WRONG_PROTOCOL) { /* whatever was said */
        take_outcome(ledger, 1);
        return;
    }
    ledger->mode = ledger->mode == RESPONSES ? LINES : ledger->mode;
    if (length == 0 || length > limit) {
        take_long_line(ledger, length);
        return;
    }
    word = verb_size(line, length);
    if (!is_response && outcome.chunking && is_word(line, word, "BDAT")) {
        take_chunk(ledger, length);
        return;
    }
    LAW(is_response
            ? outcome.command == EHLO_AUTH
            : (outcome.reason && !outcome.command) || is_word(line, word, verb_of(host, outcome.command)),
        "what is answered is the next line");
    if (is_response)
        hear(ledger, length - 2, 0);
    else
        hear_line(ledger, length - 2);
    ledger->at += length;
    outcome = take_outcome(ledger, 1);
    if (outcome.reason)
        return;
    if (outcome.command == EHLO_MAIL)
        ledger->message = ledger->digest = 0;
    if (outcome.command == EHLO_DATA && outcome.code == 354 && ledger->mode != OVER)
        ledger->mode = CONTENT;
    if (outcome.command == EHLO_AUTH && outcome.code == 334)
        ledger->mode = RESPONSES;
}

/* ---- the whole --------------------------------------------------------------------------------------- */

/* The engine wanted more: nothing that is whole is left without an answer. */
static void check_rest(struct ledger *ledger, size_t used)
{
    const unsigned char *data = ledger->data;
    size_t limit = ledger->mode == RESPONSES ? 12288 : ledger->host->config.max_line;
    size_t length = line_length(ledger);

    if (ledger->mode == LINES && length > 0 && (ledger->host->known.extensions & EHLO_EXTENSION_CHUNKING) &&
        is_word(data + ledger->at, verb_size(data + ledger->at, length), "BDAT"))
        take_chunk(ledger, length); /* some of its octets have not come */
    LAW(used >= ledger->at, "what was answered was used");
    if (ledger->mode == LINES || ledger->mode == RESPONSES) {
        LAW(line_length(ledger) == 0, "no line is left without an answer");
        LAW(used == ledger->at || ledger->size - ledger->at >= limit, "half a line is not used");
    } else if (ledger->mode == CHUNK) {
        LAW(used == ledger->size && used - ledger->at < ledger->need, "a chunk is waited for");
    } else if (ledger->mode == CONTENT) {
        LAW(ledger->size - used <= 2, "at most 2 octets of content are left");
        for (size_t i = ledger->at - 2; i + 5 <= ledger->size; i++)
            LAW(memcmp(data + i, "\r\n.\r\n", 5) != 0, "the end of content is not passed by");
    }
}

void ledger_check(struct host *host, size_t used, int is_exhausted)
{
    struct ledger ledger = {.host = host, .data = host->client, .size = host->client_size};
    int is_too_early = host->plan->early && !(host->config.leniencies & EHLO_LENIENT_EARLY_TALKER);

    read_replies(&ledger);
    if (is_too_early)
        take_reply(&ledger, 554);
    else if (outcomes(&ledger))
        take_outcome(&ledger, 1); /* the greeting */
    while (ledger.next < outcomes(&ledger) && ledger.mode != OVER) {
        if (ledger.mode == CONTENT)
            take_content(&ledger);
        else
            take_line(&ledger);
    }
    LAW(ledger.next >= outcomes(&ledger), "nothing is answered behind the last word");
    LAW(host->dead || ledger.reply == ledger.codes.size, "no reply is too many");
    if (is_exhausted && ledger.mode != OVER && !host->dead && !host->over) {
        check_rest(&ledger, used);
        LAW(ledger.heard == host->heard.size || ledger.mode == CHUNK, "no trace is too many");
    }
    free(ledger.codes.data);
}
