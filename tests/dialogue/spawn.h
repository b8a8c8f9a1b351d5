/* spawn.h - a server of our own for one dialogue. */
#ifndef DIALOGUE_SPAWN_H
#define DIALOGUE_SPAWN_H

#include <sys/types.h>

#include "dialogue.h"

typedef struct words {
    char *word[96];
    size_t count;
    pool pool;
} words;

/* Whether an answer says no more than that PLAIN takes this user with this password. */
int is_credentials(const struct answer *answer);

/* The command line of echo-server that comes to the same as the config and the answers. */
void command_line(words *to, const char *command, const struct dialogue *dialogue);

typedef struct server {
    pid_t pid;
    int output;
    char address[128];
} server;

int server_start(server *of, words *command, int seconds); /* 1: it listens at `address` */
void server_stop(server *of);

#endif
