/* users.h - who may log in, as the command line says: --auth, --auth-token, --auth-mechanisms.
 *
 * What is given there is secret, so no complaint repeats it.  (On the command line itself others on the same
 * machine can read it: this is a server for tests.) */
#ifndef USERS_H
#define USERS_H

#include <ehlo/ehlo.h>

enum { USER_NAME_MOST = 255 };

struct user {
    char *name;           /* not empty, UTF-8 without controls */
    const char *password; /* not empty, UTF-8 */
};

struct users {
    struct user *item;
    size_t count;
    const char *token; /* for OAUTHBEARER, or NULL */
    char *mechanisms;  /* offered, parted by single spaces; NULL: no AUTH */
};

/* USER:PASSWORD; and whatever is a token by RFC 6750 section 2.1.  fail()s on anything else. */
void users_add(struct users *users, const char *given);
void users_add_token(struct users *users, const char *given);

/* Settles which mechanisms are offered: those of `list`, parted by spaces or commas, or where it is NULL
 * those that go with what was given.  fail()s where one cannot be.  `scripted`: AUTH has scripted answers, so
 * that nobody need be able to log in. */
void users_choose_mechanisms(struct users *users, const char *list, int scripted);

void users_free(struct users *users);

/* The password of that user, or NULL. */
const char *users_password(const struct users *users, const char *name);

/* 1 where there is a user of that name and password.  Takes as long whoever it is. */
int users_know(const struct users *users, ehlo_text name, ehlo_text password);

#endif
