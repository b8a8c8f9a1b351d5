/* reply-table.c - prints the reply table: which code may answer which command, and where that is from.
 *
 *     reply-table              lines of fields with tabs between them, the first one naming the fields
 *     reply-table --markdown   the same as a page for people: docs/replies.md
 *
 * What it prints it asks the library for, as any program can; rows of the command ANY count for every
 * command besides its own.
 */
#include <stdio.h>
#include <string.h>

#include <ehlo/ehlo.h>

enum { OK = 0, CANNOT_WRITE = 1, BAD_OPTION = 2 };

static const char usage[] =
    "usage: reply-table [--markdown]\n"
    "Prints the reply table of libehlo as tab-separated fields, or as a page of Markdown.\n";

static const char *kind_word(int kind)
{
    switch (kind) {
    case EHLO_KIND_INTERMEDIATE: return "intermediate";
    case EHLO_KIND_SUCCESS: return "success";
    default: return "failure";
    }
}

static const char *standing_word(int standing)
{
    return standing == EHLO_PROFILE_HISTORIC ? "historic" : "standard";
}

static const char *group_word(int group)
{
    switch (group) {
    case EHLO_GROUP_SYNTAX: return "syntax";
    case EHLO_GROUP_INFORMATION: return "information";
    case EHLO_GROUP_CONNECTIONS: return "connections";
    case EHLO_GROUP_MAIL_SYSTEM: return "mail system";
    default: return "unspecified";
    }
}

/* The keywords of those of which one must be in use, or nothing where the row needs none.  Into `out`. */
static const char *extension_words(char *out, size_t room, const ehlo_reply_rule *rule)
{
    size_t used = 0;

    *out = '\0';
    for (uint32_t bit = 1, left = rule->extension; left; bit <<= 1) {
        if (!(left & bit))
            continue;
        left &= ~bit;
        used +=
            (size_t)snprintf(out + used, room - used, "%s%s", used ? ", " : "", ehlo_extension_keyword(bit));
    }
    return out;
}

/* ---- for programs ----------------------------------------------------------------------------- */

static void print_fields(int command)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
    char words[100];

    for (size_t i = 0; i < count; i++)
        printf("%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", ehlo_command_name(command), rules[i].code,
               kind_word(rules[i].kind), ehlo_reply_rule_enhanced(&rules[i]),
               extension_words(words, sizeof words, &rules[i]), ehlo_reply_rule_source(&rules[i]),
               standing_word(rules[i].standing), ehlo_reply_rule_text(&rules[i]));
}

static void print_all_fields(void)
{
    puts("command\tcode\tkind\tenhanced\textension\tsource\tstanding\ttext");
    for (int command = EHLO_ANY_COMMAND; ehlo_command_name(command); command++)
        print_fields(command);
}

/* ---- for people ------------------------------------------------------------------------------- */

static const char introduction[] =
    "# The reply table\n"
    "\n"
    "Which reply code may answer which command. The server engine sends no other. Made by\n"
    "`reply-table --markdown` from `lib/tables/replies.def`; `meson compile -C build docs` makes it anew.\n"
    "\n"
    "- The rows of ANY count for every command, besides its own; not for CONNECTED (the greeting) and\n"
    "  DATA_RECEIVED (the reply to the end of the content), which are no commands.\n"
    "- A historic row counts under `EHLO_PROFILE_HISTORIC` only, a row with an extension only where that is\n"
    "  in use.\n"
    "- The enhanced code and the text are sent where the host gives none: `<domain>` is then the hostname,\n"
    "  and what stands in brackets behind a text is left out.\n"
    "- After a greeting of 521 the same code answers every command but QUIT, on CONNECTED's row (RFC 7504\n"
    "  section 3).\n"
    "- The code in bold is sent where the host leaves the answer to the table.\n";

static const char *emphasis(const ehlo_reply_rule *rule)
{
    return rule->code == ehlo_reply_default(rule->command) ? "**" : "";
}

static void print_section(int command)
{
    size_t count;
    const ehlo_reply_rule *rules = ehlo_reply_rules(command, &count);
    char words[100];

    printf("\n## %s\n\n", ehlo_command_name(command));
    puts("| code | kind | enhanced | extension | text | source | standing |\n"
         "|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < count; i++)
        printf("| %s%d%s | %s | %s | %s | `%s` | %s | %s |\n", emphasis(&rules[i]), rules[i].code,
               emphasis(&rules[i]), kind_word(rules[i].kind), ehlo_reply_rule_enhanced(&rules[i]),
               extension_words(words, sizeof words, &rules[i]), ehlo_reply_rule_text(&rules[i]),
               ehlo_reply_rule_source(&rules[i]), standing_word(rules[i].standing));
}

static void print_codes(void)
{
    puts("\n## All codes\n\n"
         "By function group (RFC 5321 section 4.2.2), whatever the command.\n\n"
         "| group | code | text |\n"
         "|---|---|---|");
    for (int group = EHLO_GROUP_SYNTAX; group <= EHLO_GROUP_MAIL_SYSTEM; group++)
        for (int code = 200; code < 600; code++)
            if (ehlo_reply_text(code) && ehlo_reply_group(code) == group)
                printf("| %s | %d | `%s` |\n", group_word(group), code, ehlo_reply_text(code));
}

static void print_page(void)
{
    fputs(introduction, stdout);
    for (int command = EHLO_ANY_COMMAND; ehlo_command_name(command); command++)
        print_section(command);
    print_codes();
}

int main(int argc, char **argv)
{
    const char *option = argc > 1 ? argv[1] : NULL;

    if (argc > 2) {
        fputs("reply-table: one option at most (try --help)\n", stderr);
        return BAD_OPTION;
    }
    if (option && strcmp(option, "--markdown") && strcmp(option, "--help")) {
        fprintf(stderr, "reply-table: no such option: %s (try --help)\n", option);
        return BAD_OPTION;
    }
    if (!option)
        print_all_fields();
    else if (!strcmp(option, "--markdown"))
        print_page();
    else
        fputs(usage, stdout);
    if (fflush(stdout) || ferror(stdout)) {
        fputs("reply-table: cannot write to standard output\n", stderr);
        return CANNOT_WRITE;
    }
    return OK;
}
