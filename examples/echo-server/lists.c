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

uint32_t list_extensions(const char *list, uint32_t offered, uint32_t added)
{
    uint32_t all = added;
    for (uint32_t bit = 1; bit != 0; bit <<= 1)
        if (ehlo_extension_keyword(bit) != NULL && (bit & HISTORIC_EXTENSIONS) == 0)
            all |= bit;

    const char *name;
    size_t size;
    uint32_t set = list[0] == '-' ? offered | added : added;
    if (list[0] == '\0') /* offer nothing */
        return set;
    while (next_name(&list, &name, &size)) {
        int without = name[0] == '-';
        uint32_t named = ehlo_extension_named(name + without, size - (size_t)without);
        if (is("all", name, size))
            named = all;
        else if (named == 0)
            fail_on_name("--extensions", name, size, "all, -NAME", ehlo_extension_keyword);
        else if ((named & HISTORIC_EXTENSIONS & ~added) != 0 && !without)
            fail("--extensions: %.*s is historic: add --historic", (int)size, name);
        set = without ? set & ~named : set | named;
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
