/* event.c - what may happen to a session next.  Every event has a number, the same in every state. */
#include "states.h"

#include <stdio.h>
#include <string.h>

/* ---- what the host may do ----------------------------------------------------------------------- */

const a_plan plans[] = {
    {"by default", 0, BY_DEFAULT, NOTHING},
    {"decide accepts", IN_DECIDE, ACCEPT, NOTHING},
    {"decide refuses for now", IN_DECIDE, TEMPORARY, NOTHING},
    {"decide refuses", IN_DECIDE, PERMANENT, NOTHING},
    {"decide is pending", IN_DECIDE, PENDING, NOTHING},
    {"decide fails", IN_DECIDE, FAILS, NOTHING},
    {"decide says 299", IN_DECIDE, ILLEGAL, NOTHING},
    {"decide says 421", IN_DECIDE, CLOSING, NOTHING},
    {"decide says 521", IN_DECIDE, DECLINE, NOTHING},
    {"decide replies inside", IN_DECIDE, INSIDE, NOTHING},
    {"decide replies inside, then fails", IN_DECIDE, WITHDRAWN, NOTHING},
    {"decide challenges", IN_DECIDE, CHALLENGE, NOTHING},
    {"decide says 334", IN_DECIDE, BARE_CHALLENGE, NOTHING},
    {"decide narrows, accepts", IN_DECIDE, ACCEPT, NARROW},
    {"decide narrows, refuses", IN_DECIDE, PERMANENT, NARROW},
    {"decide narrows, is pending", IN_DECIDE, PENDING, NARROW},
    {"decide narrows, challenges", IN_DECIDE, CHALLENGE, NARROW},
    {"decide shuts down, accepts", IN_DECIDE, ACCEPT, SHUTDOWN},
    {"decide shuts down, replies inside", IN_DECIDE, INSIDE, SHUTDOWN},
    {"decide shuts down, is pending", IN_DECIDE, PENDING, SHUTDOWN},
    {"decide loses the peer, accepts", IN_DECIDE, ACCEPT, GONE},
    {"decide loses the peer, is pending", IN_DECIDE, PENDING, GONE},
    {"content is pending", IN_CONTENT, PENDING, NOTHING},
    {"content refuses", IN_CONTENT, PERMANENT, NOTHING},
    {"content fails", IN_CONTENT, FAILS, NOTHING},
    {"content says 299", IN_CONTENT, ILLEGAL, NOTHING},
    {"content says 421", IN_CONTENT, CLOSING, NOTHING},
    {"content shuts down", IN_CONTENT, BY_DEFAULT, SHUTDOWN},
    {"content shuts down, is pending", IN_CONTENT, PENDING, SHUTDOWN},
    {"content loses the peer", IN_CONTENT, BY_DEFAULT, GONE},
    {"content loses the peer, is pending", IN_CONTENT, PENDING, GONE},
    {"write fails", IN_WRITE, FAILS, NOTHING},
    {"write shuts down", IN_WRITE, BY_DEFAULT, SHUTDOWN},
    {"write loses the peer", IN_WRITE, BY_DEFAULT, GONE},
};
const size_t plan_count = sizeof plans / sizeof plans[0];

/* ---- octets ------------------------------------------------------------------------------------- */

/* In which modes an input comes; PENDING_ANY and the like stand for what is no mode. */
enum {
    IN_COMMANDS = 1 << COMMANDS,
    IN_DATA = 1 << DATA,
    IN_CHUNK = 1 << CHUNK,
    IN_RESPONSES = 1 << RESPONSES,
    WHILE_SWALLOWING = 1 << 16,
    OUT_OF_TURN = 1 << 17 /* before the greeting, while something is pending, and the like */
};

typedef struct an_input {
    uint32_t where;
    const char *data;
    size_t size;    /* 0: up to NUL */
    uint64_t least; /* octets of the chunk that must be left; `exactly` so many */
    int exactly;
    const char *behind; /* comes only behind these octets, left before; NULL: behind none */
} an_input;

static char long_line[MAX_LINE], long_bdat[MAX_LINE], long_http[MAX_LINE], long_response[AUTH_LINE];

static const an_input inputs[] = {
    {.where = IN_COMMANDS, .data = "NO"},
    {.where = IN_COMMANDS, .data = "OP\r\n", .behind = "NO"},
    {.where = IN_COMMANDS, .data = "NOOP\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"},
    {.where = IN_COMMANDS, .data = "RCPT TO:<a@b>\r\nDATA\r\n"},
    {.where = IN_COMMANDS, .data = "RCPT TO:<a@b>\r\nRCPT TO:<>\r\nRSET\r\n"},
    {.where = IN_COMMANDS, .data = "DATA\r\n.\r\n"},
    {.where = IN_COMMANDS, .data = "DATA\r\na\r\n.\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT 1\r\nxNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT 1 BAD\r\nxNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT x\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT 2 last\r\nxyNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT 1 LAST\r\n\rNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "BDAT 1\r\nxBDAT 0 LAST\r\n"},
    {.where = IN_COMMANDS, .data = "STARTTLS\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "NOOP\r\nSTARTTLS\r\n"},
    {.where = IN_COMMANDS, .data = "AUTH PLAIN\r\n*\r\n"},
    {.where = IN_COMMANDS, .data = "AUTH PLAIN AAAA\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "QUIT\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "RSET\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "XX\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "EHLO a\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "ATRN\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "XCLIENT NAME=a\r\nNOOP\r\n"},
    {.where = IN_COMMANDS, .data = "\x16\x03\x01"},
    {.where = IN_COMMANDS, .data = long_line, .size = sizeof long_line},
    {.where = IN_COMMANDS, .data = long_bdat, .size = sizeof long_bdat},
    {.where = IN_COMMANDS, .data = long_http, .size = sizeof long_http},
    {.where = WHILE_SWALLOWING, .data = "x"},
    {.where = WHILE_SWALLOWING, .data = "\r"},
    {.where = WHILE_SWALLOWING, .data = "\n"},
    {.where = WHILE_SWALLOWING, .data = "\r\n"},
    {.where = WHILE_SWALLOWING, .data = "\r\nNOOP\r\n"},
    {.where = IN_DATA, .data = "a"},
    {.where = IN_DATA, .data = "a\r\n"},
    {.where = IN_DATA, .data = "aaa"},
    {.where = IN_DATA, .data = "aaaaa"},
    {.where = IN_DATA, .data = "\n"},
    {.where = IN_DATA, .data = "a\rb"},
    {.where = IN_DATA, .data = "a\nb\r\n.\r\n"},
    {.where = IN_DATA, .data = "\r"},
    {.where = IN_DATA, .data = "\n", .behind = "\r"},
    {.where = IN_DATA, .data = "a", .behind = "\r"},
    {.where = IN_DATA, .data = "\n.\r\n", .behind = "\r"},
    {.where = IN_DATA, .data = "."},
    {.where = IN_DATA, .data = "\r\n", .behind = "."},
    {.where = IN_DATA, .data = ".", .behind = "."},
    {.where = IN_DATA, .data = "\r", .behind = "."},
    {.where = IN_DATA, .data = "\n", .behind = ".\r"},
    {.where = IN_DATA, .data = "a", .behind = ".\r"},
    {.where = IN_DATA, .data = ".\r\n"},
    {.where = IN_DATA, .data = "\r\n.\r\n"},
    {.where = IN_DATA, .data = "\r\n.\r\nNOOP\r\n"},
    {.where = IN_DATA, .data = "..\r\n"},
    {.where = IN_CHUNK, .data = "x", .least = 1},
    {.where = IN_CHUNK, .data = "\r", .least = 1},
    {.where = IN_CHUNK, .data = "\n", .least = 1},
    {.where = IN_CHUNK, .data = ".\r", .least = 2},
    {.where = IN_CHUNK, .data = "\r\n", .least = 2},
    {.where = IN_CHUNK, .data = "xNOOP\r\n", .least = 1, .exactly = 1},
    {.where = IN_CHUNK, .data = "\r\nNOOP\r\n", .least = 2, .exactly = 1},
    {.where = IN_CHUNK, .data = "xxx", .least = 3},
    {.where = IN_RESPONSES, .data = "AAAA\r\n"},
    {.where = IN_RESPONSES, .data = "\r\n"},
    {.where = IN_RESPONSES, .data = "*\r\n"},
    {.where = IN_RESPONSES, .data = "A\r\n"},
    {.where = IN_RESPONSES, .data = "QUIT\n\r\n"},
    {.where = IN_RESPONSES, .data = "AA"},
    {.where = IN_RESPONSES, .data = "AA\r\n", .behind = "AA"},
    {.where = IN_RESPONSES, .data = "AAAA\r\nNOOP\r\n"},
    {.where = IN_RESPONSES, .data = "*\r\nNOOP\r\n"},
    {.where = IN_RESPONSES, .data = long_response, .size = sizeof long_response},
    {.where = OUT_OF_TURN, .data = "NOOP\r\n"},
};

/* Events that are no input, behind the inputs: answers to REPLY first. */
static const an_answer replies[] = {BY_DEFAULT, ACCEPT,  TEMPORARY, PERMANENT, FAILS,
                                    ILLEGAL,    CLOSING, DECLINE,   CHALLENGE, BARE_CHALLENGE};
static const char *const reply_names[] = {"by default", "accepts",  "refuses for now", "refuses",
                                          "fails",      "says 299", "says 421",        "says 521",
                                          "challenges", "says 334"};
static const an_event others[] = {
    {.act = FEED},      {.act = SHOW_LESS}, {.act = START},      {.act = TLS_STARTED},
    {.act = SHUT_DOWN}, {.act = TIME_OUT},  {.act = DISCONNECT},
};
static const char *const other_names[] = {
    "feed what was left", "feed less than was left", "start", "TLS started", "shut down", "timed out",
    "disconnected"};

enum { INPUTS = sizeof inputs / sizeof inputs[0], REPLY_EVENTS = sizeof replies / sizeof replies[0] };

size_t events_count(void)
{
    return lines_count() + INPUTS + REPLY_EVENTS + sizeof others / sizeof others[0];
}

static void fill_long(char *out, size_t size, const char *start)
{
    memset(out, 'A', size);
    memcpy(out, start, strlen(start));
}

/* Where the session is, as `where` of an input has it. */
static uint32_t place_of(const a_model *model)
{
    int takes =
        model->mode == COMMANDS || model->mode == DATA || model->mode == CHUNK || model->mode == RESPONSES;

    if (model->pending || !takes)
        return OUT_OF_TURN;
    return model->swallow ? WHILE_SWALLOWING : 1U << model->mode;
}

static int input_of(const an_input *input, const a_model *model, const char *left, size_t left_size,
                    an_event *out)
{
    size_t behind = input->behind ? strlen(input->behind) : 0;

    if (!(input->where & place_of(model)) || behind != left_size ||
        (behind && memcmp(input->behind, left, behind) != 0))
        return 0;
    if (input->where == IN_CHUNK &&
        (model->chunk_left < input->least || (input->exactly && model->chunk_left != input->least)))
        return 0;
    *out =
        (an_event){.act = FEED, .data = input->data, .size = input->size ? input->size : strlen(input->data)};
    return 1;
}

/* Calls at other times are tried by laws.c: they change nothing. */
static int is_possible(an_act act, const a_model *model)
{
    int is_before_start = model->mode == OPENING && !model->started;

    switch (act) {
    case SHOW_LESS: return model->looked > 0;
    case START: return is_before_start;
    case TLS_STARTED: return model->mode == HANDSHAKE || (is_before_start && !model->tls);
    case FEED: return 1;
    default: return model->mode != CLOSED;
    }
}

int event_of(size_t number, const a_model *model, const char *left, size_t left_size, an_event *out)
{
    static char whole[64];

    if (!long_line[0]) {
        fill_long(long_line, sizeof long_line, "A");
        fill_long(long_bdat, sizeof long_bdat, "BDAT 1 ");
        fill_long(long_http, sizeof long_http, "GET ");
        fill_long(long_response, sizeof long_response, "A");
    }
    if (number < lines_count()) {
        if (left_size || place_of(model) != IN_COMMANDS)
            return 0;
        *out = (an_event){.act = FEED, .data = whole};
        out->size = (size_t)snprintf(whole, sizeof whole, "%s\r\n", line_text(number));
        return 1;
    }
    number -= lines_count();
    if (number < INPUTS)
        return input_of(&inputs[number], model, left, left_size, out);
    number -= INPUTS;
    if (number < REPLY_EVENTS) {
        int command = model->pending == PIECE ? EHLO_DATA_RECEIVED : model->pending;
        *out = (an_event){.act = REPLY, .answer = replies[number]};
        return model->pending && (out->answer == BY_DEFAULT || code_of(command, out->answer)) &&
               !(out->answer == CHALLENGE && model->pending != EHLO_AUTH);
    }
    *out = others[number - REPLY_EVENTS];
    return is_possible(out->act, model);
}

static void show_text(const char *data, size_t size)
{
    for (size_t i = 0; i < size && i < 40; i++)
        fprintf(stderr, data[i] > 31 && data[i] < 127 ? "%c" : "\\x%02x", (unsigned char)data[i]);
    if (size > 40)
        fprintf(stderr, "... (%zu octets)", size);
}

void event_show(size_t number, const a_plan *plan)
{
    fprintf(stderr, "    ");
    if (number < lines_count()) {
        show_text(line_text(number), strlen(line_text(number)));
        fprintf(stderr, "\\r\\n");
    } else if (number - lines_count() < INPUTS) {
        const an_input *input = &inputs[number - lines_count()];
        show_text(input->data, input->size ? input->size : strlen(input->data));
    } else if (number - lines_count() - INPUTS < REPLY_EVENTS) {
        fprintf(stderr, "(reply: the host %s)", reply_names[number - lines_count() - INPUTS]);
    } else {
        fprintf(stderr, "(%s)", other_names[number - lines_count() - INPUTS - REPLY_EVENTS]);
    }
    fprintf(stderr, plan->needs ? "  [%s]\n" : "\n", plan->name);
}
