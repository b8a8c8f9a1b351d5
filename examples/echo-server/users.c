/* users.c - see users.h. */
#include "users.h"

#include "auth.h"
#include "secret.h"

#include <stdlib.h>
#include <string.h>

/* Names are shown to people and in JSON: UTF-8 without controls. */
static int is_presentable(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 32 || *text == 127)
            return 0;
    return 1;
}

/* Whether a client could send these at all: asked of what parts its message. */
static int can_be_sent(const char *name, const char *password)
{
    struct bytes message = {.data = NULL};
    ehlo_plain_message parted;
    bytes_add(&message, "", 1);
    bytes_add(&message, name, strlen(name) + 1);
    bytes_add(&message, password, strlen(password));
    int status = message.failed ? EHLO_INVALID : ehlo_sasl_plain(&parted, message.data, message.size);
    bytes_free(&message);
    return status == EHLO_OK;
}

void users_add(struct users *users, const char *given)
{
    size_t size = strcspn(given, ":");
    struct user *item = realloc(users->item, (users->count + 1) * sizeof *item);
    char *name = malloc(size + 1);
    if (item == NULL || name == NULL)
        fail("out of memory");
    memcpy(name, given, size);
    name[size] = '\0';
    if (given[size] != ':' || given[size + 1] == '\0' || size == 0)
        fail("--auth: write USER:PASSWORD, neither of them empty");
    if (size > USER_NAME_MOST || !is_presentable(name) || !can_be_sent(name, given + size + 1))
        fail("--auth: USER and PASSWORD must be UTF-8, USER without controls and of at most %d octets",
             USER_NAME_MOST);
    users->item = item;
    if (users_password(users, name) != NULL)
        fail("--auth: there is a user %s already", name);
    item[users->count++] = (struct user){name, given + size + 1};
}

void users_add_token(struct users *users, const char *given)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
    size_t size = strspn(given, allowed);
    if (size == 0 || given[size + strspn(given + size, "=")] != '\0')
        fail("--auth-token: a token is letters, digits and -._~+/, and perhaps = behind them");
    users->token = given;
}

/* ---- mechanisms ------------------------------------------------------------------------------- */

static _Noreturn void fail_on_name(const char *name, size_t size)
{
    struct bytes known = {.data = NULL};
    for (size_t i = 0; mechanism_at(i) != NULL; i++)
        if (sasl_is_built() || !mechanism_at(i)->by_sasl)
            bytes_print(&known, "%s%s", i > 0 ? ", " : "", mechanism_at(i)->name);
    fail("--auth-mechanisms: unknown name '%.*s'; there are %.*s", (int)size, name, (int)known.size,
         known.size > 0 ? known.data : "");
}

static const struct mechanism *find(const char *name, size_t size)
{
    const struct mechanism *mechanism = mechanism_named(name, size);
    if (mechanism == NULL)
        fail_on_name(name, size);
    if (mechanism->by_sasl && !sasl_is_built())
        fail("--auth-mechanisms: %s needs GNU SASL, which this echo-server was built without",
             mechanism->name);
    return mechanism;
}

/* A mechanism by which nobody could ever log in is somebody's mistake. */
static void check_that_it_can_serve(const struct mechanism *mechanism, const struct users *users)
{
    if (mechanism->takes_token && users->token == NULL)
        fail("--auth-mechanisms: %s needs a token: add --auth-token TOKEN", mechanism->name);
    if (!mechanism->takes_token && users->count == 0)
        fail("--auth-mechanisms: %s needs a password: add --auth USER:PASSWORD", mechanism->name);
}

void users_choose_mechanisms(struct users *users, const char *list, int scripted)
{
    struct bytes mechanisms = {.data = NULL};
    if (list == NULL && users->token == NULL)
        list = "PLAIN LOGIN";
    else if (list == NULL)
        list = users->count > 0 ? "PLAIN LOGIN OAUTHBEARER" : "OAUTHBEARER";
    for (size_t size; list += strspn(list, " ,"), (size = strcspn(list, " ,")) > 0; list += size) {
        const struct mechanism *mechanism = find(list, size);
        if (!scripted)
            check_that_it_can_serve(mechanism, users);
        bytes_print(&mechanisms, "%s%s", mechanisms.size > 0 ? " " : "", mechanism->name);
    }
    if (mechanisms.size == 0)
        fail("--auth-mechanisms: say which, as in 'PLAIN LOGIN'");
    if (mechanisms.failed)
        fail("out of memory");
    users->mechanisms = mechanisms.data; /* bytes_print() ends it */
}

/* ---- who they are ----------------------------------------------------------------------------- */

const char *users_password(const struct users *users, const char *name)
{
    for (size_t i = 0; i < users->count; i++)
        if (strcmp(users->item[i].name, name) == 0)
            return users->item[i].password;
    return NULL;
}

int users_know(const struct users *users, ehlo_text name, ehlo_text password)
{
    int known = 0;
    for (size_t i = 0; i < users->count; i++)
        known |= secret_equal(name.data, name.size, users->item[i].name) &
                 secret_equal(password.data, password.size, users->item[i].password);
    return known;
}

void users_free(struct users *users)
{
    for (size_t i = 0; i < users->count; i++)
        free(users->item[i].name);
    free(users->item);
    free(users->mechanisms);
    *users = (struct users){.item = NULL};
}
