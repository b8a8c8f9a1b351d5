/* lists.c - lists of names on the command line: 'SIZE,8BITMIME', 'all,-EXPN', 'interop'. */
#include "options.h"
#include "support.h"

#include <string.h>

/* Takes the next name, which may be empty, off a list; the last one leaves NULL.  0 for NULL. */
static int next_name(const char **list, const char **name, size_t *size)
{
    if (*list == NULL)
        return 0;
    *name = *list;
    *size = strcspn(*name, ",");
    *list = (*name)[*size] == ',' ? *name + *size + 1 : NULL;
    return 1;
}

static int is(const char *word, const char *name, size_t size)
{
    return strlen(word) == size && memcmp(word, name, size) == 0;
}

/* All that there are, for those who misspelt one. */
static _Noreturn void fail_on_name(const char *option, const char *name, size_t size, const char *also,
                                   const char *(*name_of)(uint32_t))
{
    struct bytes known = {.data = NULL};
    for (uint32_t bit = 1; bit != 0; bit <<= 1)
        if (name_of(bit) != NULL)
            bytes_print(&known, ", %s", name_of(bit));
    fail("%s: unknown name '%.*s'; there are %s%.*s", option, (int)size, name, also, (int)known.size,
         known.size > 0 ? known.data : "");
}

/* Why an extension may not be named, though there is one of that name. */
static _Noreturn void fail_on_extension(uint32_t extension)
{
    const char *name = ehlo_extension_keyword(extension);
    if ((extension & HISTORIC_EXTENSIONS) != 0)
        fail("--extensions: %s is historic: add --historic", name);
    if (extension == EHLO_EXTENSION_STARTTLS)
        fail("--extensions: %s needs a certificate: add --tls-cert and --tls-key, and not --smtps", name);
    if (extension == EHLO_EXTENSION_AUTH)
        fail("--extensions: %s needs somebody who may log in: add --auth USER:PASSWORD", name);
    fail("--extensions: %s is not for this service, or needs another one that is not there", name);
}

uint32_t list_extensions(const char *list, const struct list_sets *sets, uint32_t *by_name)
{
    const char *name;
    size_t size;
    uint32_t set = list[0] == '-' ? sets->offered | sets->added : sets->added;
    *by_name = 0;
    if (list[0] == '\0') /* offer nothing */
        return set;
    while (next_name(&list, &name, &size)) {
        int without = name[0] == '-';
        uint32_t named = ehlo_extension_named(name + without, size - (size_t)without);
        if (is("all", name, size))
            named = sets->all;
        else if (named == 0)
            fail_on_name("--extensions", name, size, "all, -NAME", ehlo_extension_keyword);
        else if ((named & ~sets->possible) != 0 && !without)
            fail_on_extension(named);
        set = without ? set & ~named : set | named;
        if (!without && !is("all", name, size))
            *by_name |= named;
    }
    return set;
}

uint32_t list_leniencies(const char *list)
{
    ehlo_server_config interop;
    ehlo_server_config_init(&interop);
    ehlo_server_config_interop(&interop);

    const char *name;
    size_t size;
    uint32_t set = 0;
    while (next_name(&list, &name, &size)) {
        uint32_t named = is("interop", name, size) ? interop.leniencies : ehlo_leniency_named(name, size);
        if (named == 0)
            fail_on_name("--lenient", name, size, "interop", ehlo_leniency_word);
        set |= named;
    }
    return set;
}
