/* spawn.c - starts and ends a server of our own. */
#define _DEFAULT_SOURCE
#include "spawn.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void add_word(words *to, const char *word)
{
    if (to->count + 1 < sizeof to->word / sizeof *to->word)
        to->word[to->count++] = pool_copy(&to->pool, word, strlen(word));
}

/* The words of a command line: parted by spaces, but for what stands in double quotes. */
static void add_words(words *to, const char *command)
{
    octets word = {0};
    int quoted = 0, begun = 0;

    for (const char *at = command;; at++) {
        if (*at == '"') {
            quoted = !quoted;
            begun = 1;
        } else if (*at && (*at != ' ' || quoted)) {
            octets_add(&word, at, 1);
            begun = 1;
        } else if (begun) {
            octets_add(&word, "", 0);
            add_word(to, (const char *)word.data);
            octets_clear(&word);
            begun = 0;
        }
        if (!*at)
            break;
    }
    octets_free(&word);
}

static void add_number(words *to, const char *option, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    add_word(to, option);
    add_word(to, text);
}

static void add_set(words *to, const char *option, uint32_t set, const char *(*name)(uint32_t))
{
    octets list = {0};
    for (int bit = 0; bit < 32; bit++)
        if (set >> bit & 1 && name((uint32_t)1 << bit))
            octets_print(&list, "%s%s", list.size ? "," : "", name((uint32_t)1 << bit));
    add_word(to, option);
    add_word(to, list.size ? (const char *)list.data : "");
    octets_free(&list);
}

static void add_answer(words *to, const struct answer *answer)
{
    octets text = {0};
    const char *name = ehlo_command_name(answer->place);

    octets_print(&text, "%s%s%s=%d", name, answer->argument ? " " : "",
                 answer->argument ? answer->argument : "", answer->code);
    if (answer->enhanced)
        octets_print(&text, " %s", answer->enhanced);
    if (answer->words)
        octets_print(&text, " %s", answer->words);
    if (answer->code != EHLO_DEFAULT) {
        add_word(to, "--answer");
        add_word(to, (const char *)text.data);
    }
    if (answer->kind == ANSWER_LATER) {
        octets_clear(&text);
        octets_print(&text, "%s=20ms", name);
        add_word(to, "--delay");
        add_word(to, (const char *)text.data);
    }
    octets_free(&text);
}

int is_credentials(const struct answer *answer)
{
    ehlo_plain_message message;

    return answer->place == EHLO_AUTH && answer->kind == ANSWER_CODE && answer->code == 235 &&
           !answer->enhanced && !answer->words && !answer->has_step && answer->response &&
           ehlo_sasl_plain(&message, answer->response, answer->response_size) == EHLO_OK &&
           message.authorization_identity.size == 0;
}

/* USER:PASSWORD of the answer that takes them; where there is none, of nobody. */
static void add_credentials(words *to, const struct dialogue *dialogue)
{
    octets both = {0};
    ehlo_plain_message message;

    octets_print(&both, "nobody:nothing");
    for (size_t i = 0; i < dialogue->step_count; i++) {
        const struct answer *answer = &dialogue->steps[i].answer;
        if (dialogue->steps[i].kind != STEP_ANSWER || !is_credentials(answer))
            continue;
        (void)ehlo_sasl_plain(&message, answer->response, answer->response_size);
        octets_clear(&both);
        octets_add(&both, message.authentication_identity.data, message.authentication_identity.size);
        octets_add(&both, ":", 1);
        octets_add(&both, message.password.data, message.password.size);
    }
    add_word(to, "--auth");
    add_word(to, (const char *)both.data);
    octets_free(&both);
}

static void add_auth(words *to, const struct dialogue *dialogue)
{
    const ehlo_server_config *config = &dialogue->config;

    if (!(config->extensions & EHLO_EXTENSION_AUTH))
        return;
    add_credentials(to, dialogue);
    if (config->auth_mechanisms) {
        add_word(to, "--auth-mechanisms");
        add_word(to, config->auth_mechanisms);
    }
    if (config->leniencies & EHLO_LENIENT_AUTH_WITHOUT_TLS)
        add_word(to, "--auth-without-tls");
    if ((config->demands & EHLO_DEMAND_AUTH) && config->service != EHLO_SERVICE_SUBMISSION)
        add_word(to, "--require-auth");
}

void command_line(words *to, const char *command, const struct dialogue *dialogue)
{
    const ehlo_server_config *config = &dialogue->config;
    const uint32_t historic =
        EHLO_EXTENSION_SEND | EHLO_EXTENSION_SOML | EHLO_EXTENSION_SAML | EHLO_EXTENSION_TURN;
    uint32_t leniencies = config->leniencies & ~(uint32_t)EHLO_LENIENT_AUTH_WITHOUT_TLS;
    ehlo_server_config defaults;

    ehlo_server_config_init(&defaults);
    add_words(to, command);
    add_word(to, "--sink");
    add_word(to, "--hostname");
    add_word(to, config->hostname);
    add_set(to, "--extensions", config->extensions & ~historic, ehlo_extension_keyword);
    if (config->profile == EHLO_PROFILE_HISTORIC)
        add_word(to, "--historic");
    if (config->service != EHLO_SERVICE_SMTP)
        add_word(to, config->service == EHLO_SERVICE_LMTP ? "--lmtp" : "--submission");
    add_auth(to, dialogue);
    if (leniencies)
        add_set(to, "--lenient", leniencies, ehlo_leniency_word);
    if (config->max_size != defaults.max_size)
        add_number(to, "--max-size", config->max_size);
    if (config->max_recipients != defaults.max_recipients)
        add_number(to, "--max-recipients", config->max_recipients);
    if (config->max_errors != defaults.max_errors)
        add_number(to, "--max-errors", config->max_errors);
    if (config->max_line != defaults.max_line)
        add_number(to, "--max-line", config->max_line);
    if (config->min_by != defaults.min_by)
        add_number(to, "--min-by", config->min_by);
    if (config->max_hold != defaults.max_hold)
        add_number(to, "--max-hold", config->max_hold);
    for (size_t i = 0; i < dialogue->step_count; i++)
        if (dialogue->steps[i].kind == STEP_ANSWER && !is_credentials(&dialogue->steps[i].answer))
            add_answer(to, &dialogue->steps[i].answer);
    to->word[to->count] = NULL;
}

/* Reads "listening on ADDRESS:PORT". */
static int read_address(server *of, int seconds)
{
    size_t size = 0;
    char line[256];
    const char *at;
    struct pollfd ready = {.fd = of->output, .events = POLLIN};

    while (size + 1 < sizeof line && poll(&ready, 1, seconds * 1000) > 0 &&
           read(of->output, line + size, 1) == 1)
        if (line[size++] == '\n')
            break;
    line[size] = 0;
    at = strstr(line, "listening on ");
    if (!at)
        return 0;
    snprintf(of->address, sizeof of->address, "%s", at + 13);
    of->address[strcspn(of->address, "\r\n")] = 0;
    return 1;
}

int server_start(server *of, words *command, int seconds)
{
    int ends[2];

    if (pipe(ends) != 0)
        return 0;
    of->pid = fork();
    if (of->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(command->word[0], command->word);
        _exit(127);
    }
    close(ends[1]);
    of->output = ends[0];
    return of->pid > 0 && read_address(of, seconds);
}

void server_stop(server *of)
{
    int status;
    if (of->pid <= 0)
        return;
    kill(of->pid, SIGTERM);
    for (int i = 0; i < 200; i++) {
        if (waitpid(of->pid, &status, WNOHANG) == of->pid) {
            of->pid = 0;
            break;
        }
        usleep(10000);
    }
    if (of->pid > 0) {
        kill(of->pid, SIGKILL);
        waitpid(of->pid, &status, 0);
    }
    close(of->output);
}
