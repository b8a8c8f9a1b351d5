/* feed.c - shows the session what the client sent, cut as the mode says, and watches what it wants.
 *
 * Every octet that is fed ends at an inaccessible page, or starts behind one, so that one octet of
 * over-read crashes; and it is gone when feed returns, so that nobody can keep a pointer to it.
 */
#define _DEFAULT_SOURCE
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- where the input lies --------------------------------------------------------------------- */

typedef struct arena {
    unsigned char *memory; /* the first page and the last are inaccessible */
    size_t room;
} arena;

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void arena_room(arena *of, size_t size)
{
    size_t page = page_size(), room = (size + page) / page * page;

    if (of->memory && room <= of->room)
        return;
    if (of->memory)
        munmap(of->memory, of->room + 2 * page);
    of->memory = mmap(NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (of->memory == MAP_FAILED || mprotect(of->memory + page, room, PROT_READ | PROT_WRITE) != 0) {
        perror("dialogue: mmap");
        exit(2);
    }
    of->room = room;
}

/* Two, used in turn: what is shown again never has the address that it had. */
static arena arenas[2];

static unsigned char *place_for(const struct run *run, size_t size)
{
    static int turn;
    arena *of = &arenas[turn ^= 1];
    arena_room(of, size);
    return of->memory + page_size() + (run->mode->front ? 0 : of->room - size);
}

/* ---- the session, and what it wants ----------------------------------------------------------- */

static uint64_t draw(struct run *run)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;
    return run->random * UINT64_C(0x2545f4914f6cdd1d);
}

/* Before any call: the session may have gone to other memory, which R14 allows. */
ehlo_server *session(struct run *run)
{
    if (run->mode->moved) {
        int other = run->server == (ehlo_server *)&run->memory[0];
        memcpy(&run->memory[other], run->server, sizeof run->memory[other]);
        memset(run->server, 0xdb, sizeof run->memory[other]);
        run->server = (ehlo_server *)&run->memory[other];
    }
    return run->server;
}

static const unsigned char *find_crlf(const octets *in)
{
    for (size_t i = 0; i + 1 < in->size; i++)
        if (in->data[i] == '\r' && in->data[i + 1] == '\n')
            return in->data + i;
    return NULL;
}

/* What must hold between any two calls. */
int look(struct run *run)
{
    int wants = ehlo_server_wants(run->server);
    uint32_t timeout = ehlo_server_timeout(run->server);

    if (run->over && wants != EHLO_WANTS_CLOSE)
        broke(run, run->line, "a session that wanted CLOSE wants %d (P25)", wants);
    if (wants < 0 || wants > EHLO_WANTS_TURN)
        broke(run, run->line, "a session wants %d", wants);
    if (wants == EHLO_WANTS_CLOSE && run->started)
        run->over = 1;
    if (run->started)
        ledger_balance(run);
    if ((wants == EHLO_WANTS_TLS) != (run->ledger.place == LEDGER_TLS) && !run->over)
        broke(run, run->line, "after this reply a session wants %s (R18)", wants_names[wants]);
    if (wants == EHLO_WANTS_REPLY && !run->pending_id)
        broke(run, run->line, "REPLY is wanted, but nothing is pending");
    if (run->pending_id && wants != EHLO_WANTS_REPLY && wants != EHLO_WANTS_CLOSE)
        broke(run, run->line, "a request is pending, but %d is wanted", wants);
    if (run->started && wants == EHLO_WANTS_INPUT && timeout == 0)
        broke(run, run->line, "INPUT is wanted, but the time-out is 0");
    if ((wants == EHLO_WANTS_REPLY || wants == EHLO_WANTS_CLOSE) && timeout != 0)
        broke(run, run->line, "the peer is not waited for, but the time-out is %u", (unsigned)timeout);
    if (run->over && run->pending_id)
        forget_pending(run);
    return wants;
}

static void check_unused(struct run *run, int wants)
{
    if (wants != EHLO_WANTS_INPUT || !run->started)
        return;
    if (run->ledger.place == LEDGER_CONTENT || run->ledger.place == LEDGER_CHUNK) {
        if (run->held.size > (run->ledger.place == LEDGER_CONTENT ? 2 : 0))
            broke(run, run->line, "%zu octets of content left unused (R15)", run->held.size);
    } else if (find_crlf(&run->held)) {
        broke(run, run->line, "INPUT is wanted, but a whole line is left unused (P13)");
    } else if (run->held.size >= ehlo_server_line_limit(&run->config)) {
        broke(run, run->line, "%zu octets left unused: a host's buffer would be full (R15)", run->held.size);
    }
}

/* Shows what is held and `more` octets of the queue. */
void feed(struct run *run, size_t more)
{
    size_t size = run->held.size + more, used, written = run->written.size, happened = run->happened_count;
    unsigned char *at = place_for(run, size);
    ehlo_server *server = session(run);
    int wants, was_pending = run->pending_id != 0, before = ehlo_server_wants(server);

    if (run->held.size)
        memcpy(at, run->held.data, run->held.size);
    if (more)
        memcpy(at + run->held.size, run->queue.data + run->queue_at, more);
    run->queue_at += more;
    used = ehlo_server_feed(server, at, size);
    if (used > size) {
        broke(run, run->line, "feed used %zu octets of %zu", used, size);
        return;
    }
    if (run->over && (used || written != run->written.size))
        broke(run, run->line, "a session that wanted CLOSE took %zu octets and wrote %zu (P25)", used,
              run->written.size - written);
    if (!run->started && used)
        broke(run, run->line, "%zu octets taken before the greeting (R17)", used);
    if (run->pending_message && !was_pending && run->piece_end > (const char *)at &&
        run->piece_end <= (const char *)at + size && run->piece_end != (const char *)at + used)
        broke(run, run->line, "feed did not return just behind a pending piece (R4)");
    if (was_pending && used)
        broke(run, run->line, "%zu octets taken while a request is pending", used);
    if (before == EHLO_WANTS_TLS && size && (used || ehlo_server_wants(server) != EHLO_WANTS_CLOSE))
        broke(run, run->line, "octets before the handshake: %zu are taken, %s is wanted (R18)", used,
              wants_names[ehlo_server_wants(server)]);
    octets_clear(&run->held);
    octets_add(&run->held, at + used, size - used);
    ledger_took(run, at, used);
    memset(at, 0xee, size);
    wants = look(run);
    check_unused(run, wants);
    try_misplaced(run);
    run->idle_feeds = wants == EHLO_WANTS_FEED && !used && !more && written == run->written.size &&
                              happened == run->happened_count
                          ? run->idle_feeds + 1
                          : 0;
    if (run->idle_feeds > 100)
        broke(run, run->line, "FEED is wanted again and again, but nothing happens (P13)");
}

/* Shows again what is held, no more: nothing may come of it. */
static void feed_nothing_new(struct run *run)
{
    size_t held = run->held.size, written = run->written.size, happened = run->happened_count;

    feed(run, 0);
    if (held != run->held.size || written != run->written.size || happened != run->happened_count)
        broke(run, run->line, "octets shown again, and no others, did something");
}

/* How many octets of the queue come next. */
static size_t next_cut(struct run *run)
{
    size_t left = run->queue.size - run->queue_at, cut = left;

    if (run->mode->cutting == CUT_OCTETS && cut > 1)
        cut = 1;
    if (run->mode->cutting == CUT_RANDOM) {
        static const size_t most[] = {2, 5, 20, 200, 3000};
        size_t some = 1 + (size_t)(draw(run) % most[draw(run) % 5]);
        cut = some < left ? some : left;
    }
    if (run->mode->small_buffer) {
        size_t limit = ehlo_server_line_limit(&run->config);
        size_t room = limit > run->held.size ? limit - run->held.size : 0;
        cut = cut < room ? cut : room;
    }
    return cut;
}

static void answer_later(struct run *run)
{
    const struct answer *answer = run->pending;
    int status, wants;

    session(run);
    status = reply_pending(run, answer);
    if (status != EHLO_REPLIED)
        broke(run, answer->line, "the later reply returned %s, not REPLIED", status_name(status));
    wants = look(run);
    if (wants == EHLO_WANTS_INPUT || wants == EHLO_WANTS_REPLY)
        broke(run, answer->line, "after an answer a session wants %s, not FEED (R2)", wants_names[wants]);
}

/* Feeds until only something else than the client helps. */
void pump(struct run *run)
{
    while (!run->failed) {
        int wants = look(run);

        if (!run->started) { /* an early talker */
            if (run->queue_at == run->queue.size || next_cut(run) == 0)
                break;
            feed(run, next_cut(run));
        } else if (wants == EHLO_WANTS_FEED) {
            feed(run, 0);
        } else if (wants == EHLO_WANTS_REPLY && run->pending && run->pending->kind == ANSWER_LATER) {
            if (run->mode->empty_feeds)
                feed_nothing_new(run);
            answer_later(run);
        } else if (wants == EHLO_WANTS_INPUT && run->queue_at < run->queue.size) {
            size_t cut = next_cut(run);
            if (cut == 0)
                broke(run, run->line, "INPUT is wanted, but the host's buffer is full (R15)");
            feed(run, cut);
            if (run->mode->empty_feeds && ehlo_server_wants(run->server) == EHLO_WANTS_INPUT)
                feed_nothing_new(run);
        } else if (wants == EHLO_WANTS_TLS && run->queue_at < run->queue.size) {
            feed(run, next_cut(run)); /* what a client sends in the clear behind STARTTLS (R18) */
        } else {
            if (wants == EHLO_WANTS_TLS && run->mode->empty_feeds)
                feed_nothing_new(run);
            break;
        }
    }
    if (run->over && run->queue_at < run->queue.size) { /* P25: nothing of it is taken */
        feed(run, run->queue.size - run->queue_at);
        octets_clear(&run->held);
    }
    if (run->queue_at == run->queue.size) {
        octets_clear(&run->queue);
        run->queue_at = 0;
    }
}
