/* answers.h - the scripted answers: --answer 'COMMAND [ARGUMENT]=CODE [ENHANCED] [TEXT]'.
 *
 * An answer is read when the option is met, checked against the reply table once all options are
 * known, and looked up for each request.  One whose ARGUMENT matches beats one without; among
 * equals the first given counts.  CONTENT WORDS refuses content that holds these very octets.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "words.h"

#include <ehlo/ehlo.h>

/* What to say.  `enhanced` and `text` may be NULL: the table's. */
struct verdict {
    int code; /* or EHLO_DEFAULT */
    const char *enhanced, *text;
};

struct verdict verdict_default(void); /* as the table has it */
struct verdict verdict_of(int code);

/* 1 where it leaves a command accepted: asked of commands whose default accepts. */
int verdict_accepts(const struct verdict *verdict);

enum answer_kind {
    ANSWER_COMMAND, /* whatever the argument */
    ANSWER_PATH,    /* for that mailbox; of DATA_RECEIVED, for that recipient */
    ANSWER_TEXT,    /* for that argument */
    ANSWER_CONTENT  /* for content that holds the words */
};

struct answer {
    const char *given; /* as it stood, for complaints */
    int kind;          /* enum answer_kind */
    int command;       /* ehlo_command; EHLO_DATA_RECEIVED for CONTENT */
    char *argument;    /* or NULL; what `path` and `words` look into */
    ehlo_path path;
    struct words words;
    struct verdict verdict;
    char *reply; /* what the verdict's texts lie in */
};

struct answers {
    struct answer *item;
    size_t count;
    size_t contents;   /* how many of them are for CONTENT */
    size_t recipients; /* how many are for DATA_RECEIVED of one recipient */
};

/* Both fail() on what cannot be.  `given` must outlive the answers. */
void answers_add(struct answers *answers, const char *given);
void answers_check(const struct answers *answers, int profile);

/* The extensions that the answers' commands need, so that they can be met at all. */
uint32_t answers_extensions(const struct answers *answers);

void answers_free(struct answers *answers);

/* The answer to a request, or NULL where none is scripted.  `recipient` is the mailbox that a DATA_RECEIVED
 * is about, or NULL where it is about the message. */
const struct answer *answers_find(const struct answers *answers, const ehlo_request *request,
                                  const char *recipient);

/* The one for that command whatever its argument, or NULL. */
const struct answer *answers_general(const struct answers *answers, int command);

/* The first answer whose words are in the content, of which this is the next piece, or NULL.
 * `matched` holds one number for each of answers->count, all 0 when a message begins. */
const struct answer *answers_search(const struct answers *answers, size_t *matched, const ehlo_piece *piece);

#endif
