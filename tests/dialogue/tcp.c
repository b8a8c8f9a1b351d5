/* tcp.c - plays the client's part of a dialogue over TCP, against any server. */
#define _DEFAULT_SOURCE
#include "spawn.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- what TCP cannot do ----------------------------------------------------------------------- */

/* An answer that a --answer option can say. */
static const char *cannot_answer(const struct dialogue *dialogue, const struct answer *answer)
{
    int plain = answer->kind == ANSWER_CODE || answer->kind == ANSWER_LATER;
    int default_later = answer->kind == ANSWER_LATER && answer->code == EHLO_DEFAULT && !answer->argument;

    if (answer->place >= PLACE_CONTENT)
        return "it needs a host's own callback";
    if (answer->place == EHLO_AUTH)
        return is_credentials(answer) ? NULL : "it needs a host's own AUTH";
    if (default_later)
        return NULL;
    if (!plain || answer->code < 200 || answer->code > 599)
        return "it needs a host's own answer";
    if (!ehlo_reply_permitted(answer->place, answer->code, dialogue->config.profile))
        return "it needs an answer that the table does not permit";
    if (answer->place == EHLO_QUIT && answer->code != 221)
        return "it needs an answer that QUIT never gets";
    if (answer->enhanced && answer->enhanced[0] != '0' + answer->code / 100)
        return "it needs an enhanced code that does not fit";
    if (answer->words && strchr(answer->words, '\n'))
        return "it needs an answer of several lines";
    if (answer->words && strlen(answer->words) > 400)
        return "it needs a long answer";
    return NULL;
}

/* Something of the config that a server has an option for, if it is ours. */
static int has_a_setting(const ehlo_server_config *config)
{
    ehlo_server_config defaults;

    ehlo_server_config_init(&defaults);
    return config->max_size != defaults.max_size || config->extensions != defaults.extensions ||
           config->max_errors != defaults.max_errors || config->max_line != defaults.max_line ||
           config->max_recipients != defaults.max_recipients || config->leniencies != defaults.leniencies ||
           config->profile != defaults.profile || config->service != defaults.service ||
           config->demands != defaults.demands || config->min_by != defaults.min_by ||
           config->max_hold != defaults.max_hold;
}

/* Why no server can be set up so, or NULL. */
static const char *cannot_set_up(const struct dialogue *dialogue, const tcp_options *options)
{
    const ehlo_server_config *config = &dialogue->config;

    if (dialogue->only_engine)
        return "it needs a setting that servers have no option for";
    if ((config->extensions & EHLO_EXTENSION_STARTTLS) || (config->demands & EHLO_DEMAND_TLS))
        return "it needs TLS";
    if (config->extensions & EHLO_EXTENSION_FUTURERELEASE)
        return "it needs a clock of its own";
    if (config->service == EHLO_SERVICE_SUBMISSION &&
        (!(config->extensions & EHLO_EXTENSION_AUTH) || !(config->demands & EHLO_DEMAND_AUTH)))
        return "it needs a submission server that lets anybody in";
    return !options->server_command && has_a_setting(config) ? "it needs a setting" : NULL;
}

static const char *cannot_play(const struct dialogue *dialogue, const tcp_options *options)
{
    const char *reason = cannot_set_up(dialogue, options);
    int begun = 0, users = 0;

    if (reason)
        return reason;
    for (size_t i = 0; i < dialogue->step_count; i++) {
        const struct step *step = &dialogue->steps[i];
        switch (step->kind) {
        case STEP_CLIENT:
        case STEP_LINE:
        case STEP_CODE: begun = 1; break;
        case STEP_WANTS:
            if (step->code != EHLO_WANTS_CLOSE && step->code != EHLO_WANTS_INPUT)
                return "it looks into the host";
            break;
        case STEP_ANSWER:
            if (begun)
                return "it changes the host's answers midway";
            if (!options->server_command)
                return "it needs a host's answer";
            if (cannot_answer(dialogue, &step->answer))
                return cannot_answer(dialogue, &step->answer);
            users += step->answer.place == EHLO_AUTH;
            if (users > 1)
                return "it needs several users";
            break;
        case STEP_NARROW: return "it needs a host that narrows what it offers";
        case STEP_INSIDE:
        case STEP_HOST: return "it needs calls of the host";
        case STEP_REPLY: return "it needs answers at a given moment";
        case STEP_TIMEOUT:
        case STEP_WRITES: break;
        }
    }
    return NULL;
}

/* ---- the connection --------------------------------------------------------------------------- */

typedef struct connection {
    int socket;
    int seconds;
    int ended;
    octets in;
    size_t at;
} connection;

static int connect_to(const char *address)
{
    char host[128];
    const char *port = strrchr(address, ':');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found, *one;
    int out = -1;

    if (!port || (size_t)(port - address) >= sizeof host)
        return -1;
    memcpy(host, address, (size_t)(port - address));
    host[port - address] = 0;
    if (host[0] == '[' && host[strlen(host) - 1] == ']') {
        memmove(host, host + 1, strlen(host));
        host[strlen(host) - 1] = 0;
    }
    if (getaddrinfo(host, port + 1, &hints, &found) != 0)
        return -1;
    for (one = found; one && out < 0; one = one->ai_next) {
        out = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (out >= 0 && connect(out, one->ai_addr, one->ai_addrlen) != 0) {
            close(out);
            out = -1;
        }
    }
    freeaddrinfo(found);
    return out;
}

/* More octets: 1; the end, or nothing in time: 0. */
static int receive(connection *from, int milliseconds)
{
    unsigned char some[4096];
    struct pollfd ready = {.fd = from->socket, .events = POLLIN};
    ssize_t size;

    if (from->ended || poll(&ready, 1, milliseconds) <= 0)
        return 0;
    size = recv(from->socket, some, sizeof some, 0);
    if (size <= 0) {
        from->ended = 1;
        return 0;
    }
    octets_add(&from->in, some, (size_t)size);
    return 1;
}

/* The next line with its CRLF; its octets, or 0. */
static size_t receive_line(connection *from)
{
    for (;;) {
        for (size_t i = from->at; i + 1 < from->in.size; i++)
            if (from->in.data[i] == '\r' && from->in.data[i + 1] == '\n')
                return i + 2 - from->at;
        if (!receive(from, from->seconds * 1000))
            return 0;
    }
}

/* Sends while the replies keep coming in, so that neither side waits for ever. */
static void send_all(connection *to, const char *data, size_t size)
{
    while (size && !to->ended) {
        struct pollfd ready = {.fd = to->socket, .events = POLLIN | POLLOUT};
        if (poll(&ready, 1, to->seconds * 1000) <= 0)
            return;
        if (ready.revents & POLLIN)
            receive(to, 0);
        if (ready.revents & POLLOUT) {
            ssize_t sent = send(to->socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
                return; /* gone: the replies will tell */
            data += sent > 0 ? sent : 0;
            size -= sent > 0 ? (size_t)sent : 0;
        } else if (ready.revents & (POLLERR | POLLHUP)) {
            return;
        }
    }
}

/* ---- the dialogue ----------------------------------------------------------------------------- */

static void tell(octets *why, const struct dialogue *dialogue, const struct step *step, const char *expected,
                 const void *came, size_t size)
{
    if (why->size)
        return;
    octets_print(why, "%s:%d: expected %s, came ", dialogue->path, step->line, expected);
    if (size)
        octets_print_escaped(why, came, size);
    else
        octets_print(why, "nothing");
}

static int code_of(const unsigned char *line, size_t size)
{
    return size < 5 ? 0 : (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static int same_line(connection *from, const struct dialogue *dialogue, const struct step *step, octets *why)
{
    size_t size = receive_line(from);
    if (size != step->size || memcmp(from->in.data + from->at, step->data, size) != 0) {
        octets expected = {0};
        octets_print_escaped(&expected, step->data, step->size);
        tell(why, dialogue, step, (const char *)expected.data, from->in.data + from->at, size);
        octets_free(&expected);
        return 0;
    }
    from->at += size;
    return 1;
}

/* A whole reply with that code; the enhanced code counts where texts do. */
static int same_code(connection *from, const struct dialogue *dialogue, const struct step *step, int code,
                     const char *enhanced, octets *why)
{
    char expected[48];
    int more = 1;

    snprintf(expected, sizeof expected, "%d %s", code, enhanced);
    while (more) {
        size_t size = receive_line(from), length = strlen(enhanced);
        const unsigned char *line = from->in.data + from->at;
        int fits = code_of(line, size) == code;
        if (fits && length && strcmp(enhanced, "-") != 0)
            fits = size >= 6 + length && memcmp(line + 4, enhanced, length) == 0;
        if (!fits) {
            tell(why, dialogue, step, expected, line, size);
            return 0;
        }
        more = line[3] == '-';
        from->at += size;
    }
    return 1;
}

/* The last line of the reply that begins at step `at`. */
static size_t last_line(const struct dialogue *dialogue, size_t at)
{
    while (at + 1 < dialogue->step_count && dialogue->steps[at].size > 3 &&
           dialogue->steps[at].data[3] == '-' && dialogue->steps[at + 1].kind == STEP_LINE)
        at++;
    return at;
}

static int must_end(connection *from, const struct dialogue *dialogue, const struct step *step, octets *why)
{
    while (receive(from, from->seconds * 1000))
        ;
    if (from->at < from->in.size || !from->ended) {
        tell(why, dialogue, step, "the end of the connection", from->in.data + from->at,
             from->in.size - from->at);
        return 0;
    }
    return 1;
}

static int all_steps(connection *peer, const struct dialogue *dialogue, const tcp_options *options,
                     octets *why)
{
    for (size_t i = 0; i < dialogue->step_count; i++) {
        const struct step *step = &dialogue->steps[i];
        octets group = {0};

        switch (step->kind) {
        case STEP_CLIENT:
            for (; i < dialogue->step_count && dialogue->steps[i].kind == STEP_CLIENT; i++)
                octets_add(&group, dialogue->steps[i].data, dialogue->steps[i].size);
            i--;
            send_all(peer, (const char *)group.data, group.size);
            octets_free(&group);
            break;
        case STEP_LINE:
            if (options->codes) {
                i = last_line(dialogue, i);
                if (!same_code(peer, dialogue, step, code_of((const unsigned char *)step->data, step->size),
                               "", why))
                    return 0;
            } else if (!same_line(peer, dialogue, step, why)) {
                return 0;
            }
            break;
        case STEP_CODE:
            if (!same_code(peer, dialogue, step, step->code, options->codes ? "" : step->data, why))
                return 0;
            break;
        case STEP_WANTS:
            if (step->code == EHLO_WANTS_CLOSE && !must_end(peer, dialogue, step, why))
                return 0;
            break;
        default: break;
        }
    }
    receive(peer, 1);
    if (peer->at < peer->in.size && dialogue->step_count)
        tell(why, dialogue, &dialogue->steps[dialogue->step_count - 1], "no more replies",
             peer->in.data + peer->at, peer->in.size - peer->at);
    return why->size == 0;
}

static enum verdict play_at(const struct dialogue *dialogue, const char *address, const tcp_options *options,
                            octets *why)
{
    connection peer = {.socket = connect_to(address), .seconds = options->seconds};
    int well;

    if (peer.socket < 0) {
        octets_print(why, "cannot connect to %s", address);
        return FAILED;
    }
    octets_add(&peer.in, "", 0);
    well = all_steps(&peer, dialogue, options, why);
    close(peer.socket);
    octets_free(&peer.in);
    return well ? PASSED : FAILED;
}

int tcp_reachable(const char *address)
{
    int out = connect_to(address);
    if (out >= 0)
        close(out);
    return out >= 0;
}

enum verdict tcp_play(const struct dialogue *dialogue, const tcp_options *options, octets *why)
{
    const char *reason = cannot_play(dialogue, options);
    words command = {0};
    server of = {0};
    enum verdict out;

    if (reason) {
        octets_print(why, "%s", reason);
        return SKIPPED;
    }
    if (!options->server_command)
        return play_at(dialogue, options->address, options, why);
    command_line(&command, options->server_command, dialogue);
    if (server_start(&of, &command, options->seconds)) {
        out = play_at(dialogue, of.address, options, why);
    } else {
        octets_print(why, "the server did not start:");
        for (size_t i = 0; i < command.count; i++)
            octets_print(why, " '%s'", command.word[i]);
        out = FAILED;
    }
    server_stop(&of);
    pool_free(&command.pool);
    return out;
}
