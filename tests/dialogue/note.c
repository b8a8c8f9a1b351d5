/* note.c - what happened in a run, in words. */
#include "play.h"

#include <stdlib.h>
#include <string.h>

static void *grown(void *array, size_t count, size_t *room, size_t item)
{
    if (count < *room)
        return array;
    *room = *room ? *room * 2 : 16;
    array = realloc(array, *room * item);
    if (!array)
        abort();
    memset((char *)array + count * item, 0, (*room - count) * item);
    return array;
}

happening *note(struct run *run, enum kind kind)
{
    happening *out;
    run->happened = grown(run->happened, run->happened_count, &run->happened_room, sizeof *run->happened);
    out = &run->happened[run->happened_count++];
    *out = (happening){.kind = kind};
    octets_add(&out->text, "", 0);
    octets_add(&out->facts, "", 0);
    return out;
}

octets *new_message(struct run *run)
{
    run->messages = grown(run->messages, run->message_count, &run->message_room, sizeof *run->messages);
    run->messages[run->message_count] = (octets){0};
    octets_add(&run->messages[run->message_count], "", 0);
    run->message_open = 1;
    run->piece_offset = 0;
    return &run->messages[run->message_count++];
}

void note_id(struct run *run, uint64_t id)
{
    if (id == 0)
        broke(run, run->line, "an id is 0 (R6)");
    /* All but always each id is above those before: then none can repeat. */
    if (run->id_count && id <= run->ids[run->id_count - 1])
        for (size_t i = 0; i < run->id_count; i++)
            if (run->ids[i] == id)
                broke(run, run->line, "id %llu came twice (R6)", (unsigned long long)id);
    run->ids = grown(run->ids, run->id_count, &run->id_room, sizeof *run->ids);
    run->ids[run->id_count++] = id;
}

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

/* Texts in facts: what would end a word is written \xHH. */
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

static void add_path(happening *to, const ehlo_path *path, const ehlo_params *params)
{
    static const char *const kinds[] = {"null", "mailbox", "postmaster"};

    octets_add(&to->text, " <", 2);
    octets_add(&to->text, path->mailbox.data, path->mailbox.size);
    octets_add(&to->text, ">", 1);
    for (size_t i = 0; params && i < params->count; i++) {
        const ehlo_param *one = &params->item[i];
        octets_add(&to->text, " ", 1);
        octets_add(&to->text, one->keyword.data, one->keyword.size);
        if (one->value.size) {
            octets_add(&to->text, "=", 1);
            octets_add(&to->text, one->value.data, one->value.size);
        }
    }
    octets_print(&to->facts, " path=%s%s%s", path->kind < 3 ? kinds[path->kind] : "?",
                 path->quoted ? " quoted" : "", path->utf8 ? " utf8" : "");
    add_fact(&to->facts, "local", path->local_part);
    add_fact(&to->facts, "route", path->route);
    add_domain(&to->facts, &path->domain);
}

int opens_transaction(int command)
{
    return command == EHLO_MAIL || command == EHLO_SEND || command == EHLO_SOML || command == EHLO_SAML;
}

static int is_hello(int command)
{
    return command == EHLO_HELO || command == EHLO_EHLO;
}

void note_decision(struct run *run, const ehlo_request *request)
{
    happening *out = note(run, KIND_DECIDE);
    const char *name = ehlo_command_name(request->command);

    octets_print(&out->text, "%s", name ? name : "?");
    if (request->tls)
        octets_print(&out->facts, " tls");
    if (request->authenticated)
        octets_print(&out->facts, " authenticated");
    if (request->extended)
        octets_print(&out->facts, " extended");
    if (request->lmtp)
        octets_print(&out->facts, " lmtp");
    if (request->smtputf8)
        octets_print(&out->facts, " smtputf8");
    if (request->early_talker)
        octets_print(&out->facts, " early");
    octets_print(&out->facts, " recipients=%u declared=%llu", (unsigned)request->recipients,
                 (unsigned long long)request->declared_size);

    if (is_hello(request->command)) {
        octets_add(&out->text, " ", 1);
        octets_add(&out->text, request->argument.data, request->argument.size);
        add_domain(&out->facts, &request->hello.domain);
    } else if (opens_transaction(request->command)) {
        add_path(out, &request->mail.path, request->mail.params);
    } else if (request->command == EHLO_RCPT) {
        add_path(out, &request->rcpt.path, request->rcpt.params);
        octets_print(&out->facts, " index=%u", (unsigned)request->rcpt.index);
    } else if (request->command == EHLO_DATA_RECEIVED) {
        octets_print(&out->facts, " size=%llu refused=%u", (unsigned long long)request->received.size,
                     request->received.refused);
    } else if (request->argument.size) {
        octets_add(&out->text, " ", 1);
        octets_add(&out->text, request->argument.data, request->argument.size);
    }
}
