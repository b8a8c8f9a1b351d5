/* ledger.c - reads what the session took a second time, in its own simple way, and holds it against what
 * the session wrote.
 *
 * Each command gets one reply, in order, and nothing else gets any (P5): octets of content and of a chunk
 * never do, whatever the verdict (P9), and behind STARTTLS none is taken (P8).  In LMTP the end of a message
 * gets a reply for each recipient that was accepted.  Since every call writes all the replies that it has,
 * the two must balance after each.
 */
#include "play.h"

#include <string.h>

enum { KEPT = 4096 }; /* octets of a line that are looked at */

void ledger_begin(struct run *run, size_t due)
{
    struct ledger *of = &run->ledger;

    of->place = LEDGER_LINE;
    of->command = EHLO_ANY_COMMAND;
    of->due = due;
    of->accepted = 0;
    of->ends = 0;
    of->line_size = 0;
    octets_clear(&of->line);
}

void ledger_took(struct run *run, const void *data, size_t size)
{
    octets_add(&run->ledger.taken, data, size);
}

void ledger_free(struct run *run)
{
    octets_free(&run->ledger.taken);
    octets_free(&run->ledger.line);
}

/* ---- replies ------------------------------------------------------------------------------------ */

/* The code of the next reply that was written, of any number of lines; 0 where there is none. */
static int next_reply(const struct run *run, size_t *size)
{
    const unsigned char *at = run->written.data + run->ledger.read, *end;
    size_t left = run->written.size - run->ledger.read, line;
    int code;

    *size = 0;
    do {
        end = left - *size ? memchr(at + *size, '\n', left - *size) : NULL;
        if (!end || end - at - (ptrdiff_t)*size < 4)
            return 0;
        line = *size;
        *size = (size_t)(end + 1 - at);
        code = (at[line] - '0') * 100 + (at[line + 1] - '0') * 10 + (at[line + 2] - '0');
    } while (at[line + 3] == '-');
    return code;
}

/* A command that is no verdict on a message got its reply. */
static void after_command(struct ledger *of, int code)
{
    uint32_t good = code / 100 == EHLO_SEVERITY_SUCCESS;

    of->place = LEDGER_LINE;
    switch (of->command) {
    case EHLO_RCPT: of->accepted += good; break;
    case EHLO_DATA:
        if (code == 354) {
            of->place = LEDGER_CONTENT;
            of->matched = 2; /* the CRLF of the command counts */
        }
        break;
    case EHLO_AUTH:
        if (code == 334)
            of->place = LEDGER_RESPONSE;
        break;
    case EHLO_STARTTLS:
        if (good)
            of->place = LEDGER_TLS;
        break;
    case EHLO_TURN:
    case EHLO_ATRN:
        if (good)
            of->place = LEDGER_TURNED;
        break;
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO:
    case EHLO_RSET:
    case EHLO_MAIL:
    case EHLO_SEND:
    case EHLO_SOML:
    case EHLO_SAML:
        if (good)
            of->accepted = 0;
        break;
    default: break;
    }
}

static void reply_came(struct ledger *of, int code)
{
    of->due--;
    if (!of->ends) {
        after_command(of, code);
        return;
    }
    if (code == 353) /* PRDR: one for each recipient, and the one that counts */
        of->due = (size_t)of->accepted + 1;
    if (of->due)
        return;
    of->ends = 0;
    of->place = LEDGER_LINE;
    if (code != 503) /* out of order: the recipients are there still */
        of->accepted = 0;
}

/* ---- octets ------------------------------------------------------------------------------------- */

/* The whole message, or a chunk of it, is there. */
static void message_came(struct run *run, int ends)
{
    struct ledger *of = &run->ledger;

    of->command = ends ? EHLO_DATA_RECEIVED : EHLO_BDAT;
    of->ends = ends;
    of->due = ends && run->config.service == EHLO_SERVICE_LMTP ? of->accepted : 1;
    if (of->due == 0) { /* RFC 2033 section 4.3 */
        of->ends = 0;
        of->place = LEDGER_LINE;
    }
}

static int is_word_of(const char *text, size_t size, const char *word)
{
    for (size_t i = 0; i < size; i++)
        if ((text[i] & ~0x20) != word[i])
            return 0;
    return word[size] == 0;
}

/* "SIZE [LAST]": 1 where the size is a number, whatever follows. */
static int chunk_of(struct ledger *of, const char *text, size_t size)
{
    size_t digits = 0;

    of->left = 0;
    while (digits < size && text[digits] >= '0' && text[digits] <= '9') {
        uint64_t digit = (uint64_t)(text[digits++] - '0');
        if (of->left > (UINT64_MAX - digit) / 10)
            return 0;
        of->left = of->left * 10 + digit;
    }
    if (digits == 0 || (digits < size && text[digits] != ' '))
        return 0;
    of->last = size - digits == 5 && is_word_of(text + digits + 1, 4, "LAST");
    return 1;
}

/* Where BDAT is not offered, what follows is no chunk. */
static int is_unknown(const struct run *run)
{
    size_t size;
    int may_be_off = !(run->config.extensions & EHLO_EXTENSION_CHUNKING) || run->narrowing_count;
    return may_be_off && next_reply(run, &size) == 502;
}

static void line_came(struct run *run)
{
    struct ledger *of = &run->ledger;
    const char *line = (const char *)of->line.data;
    size_t size = of->line.size, verb = 0, argument;
    int whole = of->line_size <= KEPT && of->line_size <= ehlo_server_line_limit(&run->config);

    trace_has_line(run, &of->line, of->line_size - 2);
    while (whole && size && (line[size - 1] == ' ' || line[size - 1] == '\t'))
        size--;
    while (verb < size && line[verb] != ' ')
        verb++;
    of->due = 1;
    of->command = of->place == LEDGER_RESPONSE ? EHLO_AUTH : whole ? ehlo_command_number(line, verb) : 0;
    argument = verb + (verb < size);
    if (of->place == LEDGER_LINE && of->command == EHLO_BDAT && !is_unknown(run) &&
        chunk_of(of, line + argument, size - argument)) {
        of->place = LEDGER_CHUNK;
        of->due = 0;
        trace_has_content(run, of->left);
        if (of->left == 0)
            message_came(run, of->last);
    }
    of->line_size = 0;
    octets_clear(&of->line);
}

/* One octet of content; 1: it was the last one. */
static int content_octet(struct ledger *of, unsigned char octet)
{
    static const char end[] = "\r\n.\r\n";

    if (octet == (unsigned char)end[of->matched])
        of->matched++;
    else
        of->matched = octet == '\r';
    return of->matched == sizeof end - 1;
}

/* One octet of a line; at its CRLF the line is there. */
static void line_octet(struct run *run, unsigned char octet)
{
    struct ledger *of = &run->ledger;
    int ends = of->cr && octet == '\n';

    of->cr = octet == '\r';
    of->line_size++;
    if (of->line.size < KEPT)
        octets_add(&of->line, &octet, 1);
    if (!ends)
        return;
    of->line.size -= of->line_size <= KEPT ? 2 : 0;
    line_came(run);
}

/* Reads on until something is due. */
static void read_on(struct run *run)
{
    struct ledger *of = &run->ledger;

    while (of->at < of->taken.size && !of->due && !run->failed) {
        size_t left = of->taken.size - of->at;
        unsigned char octet = of->taken.data[of->at];

        if (of->place == LEDGER_CHUNK) {
            left = left < of->left ? left : (size_t)of->left;
            of->at += left;
            of->left -= left;
            if (of->left == 0)
                message_came(run, of->last);
            continue;
        }
        of->at++;
        if (of->place == LEDGER_TLS || of->place == LEDGER_TURNED)
            broke(run, run->line, "octets were taken that the peer sent to nobody (P8)");
        else if (of->place != LEDGER_CONTENT)
            line_octet(run, octet);
        else if (content_octet(of, octet)) {
            trace_has_content(run, UINT64_MAX);
            message_came(run, 1);
        }
    }
    if (of->at == of->taken.size) {
        octets_clear(&of->taken);
        of->at = 0;
    }
}

/* After each call: every command that was taken has its replies, unless one of them is pending. */
void ledger_balance(struct run *run)
{
    struct ledger *of = &run->ledger;
    size_t size;
    int code;

    while (!run->failed) {
        if (!of->due)
            read_on(run);
        if (!of->due || (code = next_reply(run, &size)) == 0)
            break;
        of->read += size;
        reply_came(of, code);
    }
    if (run->failed || run->over)
        return;
    /* Behind a pending piece, and between the verdicts of LMTP, only feed asks what is next. */
    if (of->due && !run->pending_id && ehlo_server_wants(run->server) != EHLO_WANTS_FEED)
        broke(run, run->line, "%zu replies are due, and nothing is pending (P5)", of->due);
    if (of->read < run->written.size)
        differs(run, run->line, "a reply to nothing (P5)", "", 0, run->written.data + of->read,
                run->written.size - of->read);
}

/* When all is over: only the last word may have come for no command. */
void ledger_close(struct run *run)
{
    size_t size;

    if (next_reply(run, &size))
        run->ledger.read += size;
    if (run->ledger.read < run->written.size)
        differs(run, run->line, "a reply to nothing (P5)", "", 0, run->written.data + run->ledger.read,
                run->written.size - run->ledger.read);
}
