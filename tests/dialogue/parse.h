/* parse.h - reading a dialogue file: what the files that do it share. */
#ifndef DIALOGUE_PARSE_H
#define DIALOGUE_PARSE_H

#include "dialogue.h"

typedef struct reader {
    struct dialogue *out;
    int line;
    int failed;
    int in_content; /* the line before was a content line or its continuation */
    int configured; /* a config line has set something */
} reader;

/* words.c: the parts of a line.  wrong() tells the first thing that is wrong with the file. */
void wrong(reader *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *keep(reader *in, const char *text, size_t size, size_t *kept); /* unescaped */
const char *quoted(reader *in, const char *text, size_t *kept);            /* likewise, without its quotes */
struct step *add_step(reader *in, step_kind kind);
struct expected *add_expected(reader *in, enum kind kind);
const char *after_blanks(const char *text);
size_t word_size(const char *text);
int is_word(const char *text, const char *word);
uint64_t number(reader *in, const char *text, size_t size);
int is_code(const char *text);
int is_enhanced(const char *text, size_t size);
int place_named(reader *in, const char *text, size_t size);

/* setting.c: "config" lines.  Sets are lists of names, "all", "default", "none", "-NAME". */
typedef struct named_sets {
    uint32_t all, defaults;
    uint32_t (*named)(const void *name, size_t size); /* 0: there is none of that name */
} named_sets;

void config_line(reader *in, const char *text);
uint32_t set_of(reader *in, const char *text, size_t size, const named_sets *names);
uint32_t extensions_of(reader *in, const char *text, size_t size);
uint32_t demands_of(reader *in, const char *text, size_t size);

/* addition.c: "command", "parameter", "keyword" and "secret" lines. */
void own_command_line(reader *in, const char *text);
void own_parameter_line(reader *in, const char *text);
void own_keyword_line(reader *in, const char *text);
void secret_line(reader *in, const char *text);

/* answer.c: what the host does. */
void answer_line(reader *in, const char *text);
void narrow_line(reader *in, const char *text);
void clock_line(reader *in, const char *text);
void inside_line(reader *in, const char *text);
void host_line(reader *in, const char *text);
void reply_line(reader *in, const char *text);

/* expect.c: what the client says, and what must happen. */
void client_line(reader *in, const char *text, int whole_line);
void server_line(reader *in, const char *text);
void code_line(reader *in, const char *text);
void wants_line(reader *in, const char *text);
void with_facts(reader *in, struct expected *out, const char *text);
void event_line(reader *in, const char *text);
void end_line(reader *in, const char *text);
void trace_line(reader *in, const char *text);
void content_line(reader *in, const char *text, int continues);

#endif
