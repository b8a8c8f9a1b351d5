/* fact.c - what the host is asked, in words: a line, and the facts that go with it. */
#include "play.h"

#include <stdlib.h>

/* ---- words -------------------------------------------------------------------------------------- */

/* What would end a word is written \xHH. */
static void add_fact(octets *to, const char *name, ehlo_text text)
{
    octets_print(to, " %s=", name);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char octet = (unsigned char)text.data[i];
        if (octet <= 32 || octet > 126 || octet == '\\')
            octets_print(to, "\\x%02x", octet);
        else
            octets_add(to, &octet, 1);
    }
}

static void add_number(octets *to, const char *name, uint64_t number)
{
    octets_print(to, " %s=%llu", name, (unsigned long long)number);
}

static void add_signed(octets *to, const char *name, long number)
{
    octets_print(to, " %s=%ld", name, number);
}

/* A number that stands for a word; the first one stands for 1. */
static void add_choice(octets *to, const char *name, unsigned number, const char *const *words,
                       unsigned count)
{
    if (number)
        octets_print(to, " %s=%s", name, number <= count ? words[number - 1] : "?");
}

static void add_text(octets *to, const char *name, ehlo_text text)
{
    if (text.size)
        add_fact(to, name, text);
}

static void add_flag(octets *to, const char *name, int flag)
{
    if (flag)
        octets_print(to, " %s", name);
}

static void add_words(octets *to, ehlo_text text)
{
    octets_add(to, " ", 1);
    octets_add(to, text.data, text.size);
}

/* ---- parts -------------------------------------------------------------------------------------- */

static void add_domain(octets *to, const ehlo_domain *domain)
{
    static const char *const kinds[] = {"none", "name", "ipv4", "ipv6", "general"};
    octets_print(to, " domain=%s", domain->kind < 5 ? kinds[domain->kind] : "?");
    if (domain->kind == EHLO_DOMAIN_IPV4 || domain->kind == EHLO_DOMAIN_IPV6) {
        octets_print(to, " address=");
        for (int i = 0; i < (domain->kind == EHLO_DOMAIN_IPV4 ? 4 : 16); i++)
            octets_print(to, "%02x", domain->address[i]);
    }
}

static void add_notify(octets *to, unsigned set)
{
    static const char *const words[] = {"never", "success", "failure", "delay"};
    octets_print(to, " notify=");
    for (unsigned i = 0, some = 0; i < 4; i++)
        if (set >> i & 1)
            octets_print(to, "%s%s", some++ ? "," : "", words[i]);
}

/* Whether the client gave it. */
static int was_given(const ehlo_params *params, int parameter)
{
    return (int)(params->given >> parameter & 1);
}

/* The typed fields, each where its parameter was given. */
static void add_params(octets *to, const ehlo_params *params)
{
    static const char *const bodies[] = {"7bit", "8bitmime", "binarymime"}, *const rets[] = {"full", "hdrs"},
                             *const by[] = {"notify", "return"}, *const rrvs[] = {"reject", "continue"};

    if (was_given(params, EHLO_PARAMETER_SIZE))
        add_number(to, "size", params->size);
    add_choice(to, "body", params->body, bodies, 3);
    add_choice(to, "ret", params->ret, rets, 2);
    add_text(to, "envid", params->envid);
    if (was_given(params, EHLO_PARAMETER_BY)) {
        add_signed(to, "by", params->by);
        add_choice(to, "by_mode", params->by_mode, by, 2);
        add_flag(to, "by_trace", params->by_trace);
    }
    if (was_given(params, EHLO_PARAMETER_HOLDFOR))
        add_number(to, "hold_for", params->hold_for);
    if (was_given(params, EHLO_PARAMETER_HOLDUNTIL))
        add_number(to, "hold_until", params->hold_until);
    if (was_given(params, EHLO_PARAMETER_MT_PRIORITY))
        add_signed(to, "priority", params->priority);
    add_flag(to, "requiretls", was_given(params, EHLO_PARAMETER_REQUIRETLS));
    add_flag(to, "prdr", was_given(params, EHLO_PARAMETER_PRDR));
    add_text(to, "auth", params->auth);
    add_text(to, "solicit", params->solicit);
    if (was_given(params, EHLO_PARAMETER_NOTIFY))
        add_notify(to, params->notify);
    add_text(to, "orcpt_type", params->orcpt_type);
    add_text(to, "orcpt", params->orcpt);
    if (was_given(params, EHLO_PARAMETER_RRVS)) {
        add_number(to, "rrvs", params->rrvs);
        add_choice(to, "rrvs_action", params->rrvs_action, rrvs, 2);
    }
}

static void add_path(happening *to, const ehlo_path *path, const ehlo_params *params)
{
    static const char *const kinds[] = {"null", "mailbox", "postmaster"};
    ehlo_param one;
    size_t at = 0;

    octets_add(&to->text, " <", 2);
    octets_add(&to->text, path->mailbox.data, path->mailbox.size);
    octets_add(&to->text, ">", 1);
    while (ehlo_params_next(params, &at, &one)) {
        add_words(&to->text, one.keyword);
        if (one.value.size) {
            octets_add(&to->text, "=", 1);
            octets_add(&to->text, one.value.data, one.value.size);
        }
    }
    octets_print(&to->facts, " path=%s%s%s", path->kind < 3 ? kinds[path->kind] : "?",
                 path->quoted ? " quoted" : "", path->utf8 ? " utf8" : "");
    add_fact(&to->facts, "local", path->local_part);
    add_fact(&to->facts, "route", path->route);
    add_domain(&to->facts, &path->domain);
    add_params(&to->facts, params);
}

/* NAME=value for each attribute of XCLIENT and XFORWARD, the name in capitals, the value decoded. */
static void add_attributes(octets *to, const ehlo_params *params)
{
    ehlo_param one;
    size_t at = 0;

    while (ehlo_params_next(params, &at, &one)) {
        char name[32] = "", *plain = malloc(one.value.size + 1);
        int size = plain ? ehlo_xtext_decode(plain, one.value.size, one.value.data, one.value.size) : 0;
        for (size_t i = 0; i < one.keyword.size && i + 1 < sizeof name; i++)
            name[i] = (char)(one.keyword.data[i] & ~(one.keyword.data[i] >= 'a' ? 0x20 : 0));
        add_fact(to, name, (ehlo_text){plain, size > 0 ? (size_t)size : 0});
        free(plain);
    }
}

/* The step, and the response as it stood and as it comes out. */
static void add_auth(happening *to, const ehlo_request *request)
{
    ehlo_text response = request->auth.response;
    char *plain = malloc(response.size + 1);
    int size = plain ? ehlo_base64_decode(plain, response.size, response.data, response.size) : 0;

    add_words(&to->text, request->auth.mechanism);
    add_number(&to->facts, "step", request->auth.step);
    if (request->auth.has_response) {
        octets_print(&to->facts, " has_response");
        add_fact(&to->facts, "response", response);
        add_fact(&to->facts, "decoded", (ehlo_text){plain, size > 0 ? (size_t)size : 0});
    }
    free(plain);
}

static void add_received(octets *to, const struct run *run, const ehlo_request *request)
{
    add_number(to, "size", request->received.size);
    add_number(to, "refused", request->received.refused);
    if (request->command != EHLO_DATA_RECEIVED)
        return;
    octets_print(to, " scope=%s", request->received.scope == EHLO_SCOPE_RECIPIENT ? "recipient" : "message");
    if (request->received.scope == EHLO_SCOPE_RECIPIENT) {
        add_number(to, "recipient", request->received.recipient);
        add_fact(to, "for", path_of(run, request->received.recipient));
    }
}

/* ---- a request ---------------------------------------------------------------------------------- */

int opens_transaction(int command)
{
    return command == EHLO_MAIL || command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML;
}

static void add_session(octets *to, const ehlo_request *request)
{
    add_flag(to, "tls", request->tls);
    add_flag(to, "authenticated", request->authenticated);
    add_flag(to, "extended", request->extended);
    add_flag(to, "lmtp", request->lmtp);
    add_flag(to, "smtputf8", request->smtputf8);
    add_flag(to, "early", request->early_talker);
    add_number(to, "recipients", request->recipients);
    add_number(to, "declared", request->declared_size);
}

static void add_argument(happening *to, const ehlo_request *request)
{
    if (request->argument.size)
        add_words(&to->text, request->argument);
}

void note_decision(struct run *run, const ehlo_request *request)
{
    happening *out = note(run, KIND_DECIDE);

    octets_print(&out->text, "%s", command_name(run->dialogue, request->command));
    add_session(&out->facts, request);
    if (opens_transaction(request->command)) {
        add_path(out, &request->mail.path, request->mail.params);
        return;
    }
    switch (request->command) {
    case EHLO_HELO:
    case EHLO_EHLO:
    case EHLO_LHLO:
        add_words(&out->text, request->argument);
        add_domain(&out->facts, &request->hello.domain);
        break;
    case EHLO_RCPT:
        add_path(out, &request->rcpt.path, request->rcpt.params);
        add_number(&out->facts, "index", request->rcpt.index);
        break;
    case EHLO_BDAT:
    case EHLO_DATA_RECEIVED: add_received(&out->facts, run, request); break;
    case EHLO_BURL:
        add_words(&out->text, request->burl.url);
        add_flag(&out->facts, "last", request->burl.last);
        break;
    case EHLO_AUTH: add_auth(out, request); break;
    case EHLO_ETRN:
        add_argument(out, request);
        add_fact(&out->facts, "name", request->etrn.name);
        if (request->etrn.option)
            octets_print(&out->facts, " option=%c", request->etrn.option);
        break;
    case EHLO_XCLIENT:
    case EHLO_XFORWARD:
        add_argument(out, request);
        add_attributes(&out->facts, request->attributes.params);
        break;
    default: add_argument(out, request); break;
    }
}
