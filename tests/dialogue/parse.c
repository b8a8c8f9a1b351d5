/* parse.c - reading one dialogue file; README.md describes the format. */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct source_line {
    int number;
    char *text;
} source_line;

/* ---- one line --------------------------------------------------------------------------------- */

static void whole_client_line(reader *in, const char *text)
{
    client_line(in, text, 1);
}

static void client_octets(reader *in, const char *text)
{
    client_line(in, text, 0);
}

static void timeout(reader *in, const char *text)
{
    add_step(in, STEP_TIMEOUT)->number = number(in, text, strlen(text));
}

static void writes(reader *in, const char *text)
{
    add_step(in, STEP_WRITES)->number = number(in, text, strlen(text));
}

static void decide(reader *in, const char *text)
{
    with_facts(in, add_expected(in, KIND_DECIDE), text);
}

static void content(reader *in, const char *text)
{
    content_line(in, text, 0);
    in->in_content = 1;
}

static void nothing(reader *in, const char *text)
{
    static const struct {
        const char *word;
        enum kind kind;
    } kinds[] = {
        {"decide", KIND_DECIDE}, {"event", KIND_EVENT}, {"end", KIND_END}, {"content", KIND_CONTENT}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].word) == 0) {
            in->out->lists[kinds[i].kind] = 1;
            return;
        }
    if (!starts_with(text, "event ") || !event_named(text + 6))
        wrong(in, "no decide, no event, no event NAME, no end or no content: %s", text);
    else
        in->out->never |= UINT64_C(1) << event_named(text + 6);
}

/* What a line begins with, and what takes the rest of it. */
static const struct {
    const char *start;
    void (*take)(reader *in, const char *text);
} lines_by_start[] = {
    {"C:", whole_client_line}, {"C|", client_octets},    {"S:", server_line},
    {"S*", code_line},         {"config ", config_line}, {"command ", own_command_line},
    {"answer ", answer_line},  {"narrow ", narrow_line}, {"parameter ", own_parameter_line},
    {"clock ", clock_line},    {"inside ", inside_line}, {"keyword ", own_keyword_line},
    {"host ", host_line},      {"reply ", reply_line},   {"wants ", wants_line},
    {"timeout ", timeout},     {"writes ", writes},      {"decide ", decide},
    {"event ", event_line},    {"end ", end_line},       {"content ", content},
    {"trace ", trace_line},    {"secret ", secret_line}, {"no ", nothing},
};

static void one_line(reader *in, const char *text)
{
    const char *begun = after_blanks(text);
    int continues = in->in_content && *begun == '"';

    in->in_content = continues;
    if (continues)
        content_line(in, begun, 1);
    if (continues || *begun == 0 || *text == '#')
        return;
    for (size_t i = 0; i < sizeof lines_by_start / sizeof *lines_by_start; i++)
        if (starts_with(text, lines_by_start[i].start)) {
            text += strlen(lines_by_start[i].start);
            lines_by_start[i].take(in, text + (text[-1] != ' ' && *text == ' '));
            return;
        }
    wrong(in, "no line of a dialogue (README.md): %s", text);
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
