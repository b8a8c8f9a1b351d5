/* proxied.c - see proxied.h. */
#include "proxied.h"

#include <arpa/inet.h>
#include <ehlo/proxy.h>
#include <string.h>

/* A path may hold any octets but NUL, and goes to people's screens. */
static void write_path(char *out, size_t room, ehlo_text path)
{
    size_t size = path.size < room ? path.size : room - 1;
    for (size_t i = 0; i < size; i++)
        out[i] = path.data[i] > ' ' && path.data[i] < 127 ? path.data[i] : '?';
    out[size] = '\0';
}

static void write_address(char *out, size_t room, int family, const uint8_t *address, ehlo_text path)
{
    if (family == EHLO_PROXY_UNIX)
        write_path(out, room, path);
    else
        inet_ntop(family == EHLO_PROXY_IPV4 ? AF_INET : AF_INET6, address, out, (socklen_t)room);
}

int proxied_read(struct proxied *proxied, const char *data, size_t size)
{
    ehlo_proxy header;
    int taken = ehlo_proxy_parse(&header, data, size);
    *proxied = (struct proxied){.told = 0};
    if (taken <= 0 || header.family == EHLO_PROXY_NONE)
        return taken;
    proxied->told = 1;
    proxied->source_port = header.source_port;
    proxied->destination_port = header.destination_port;
    write_address(proxied->source, sizeof proxied->source, header.family, header.source, header.source_path);
    write_address(proxied->destination, sizeof proxied->destination, header.family, header.destination,
                  header.destination_path);
    return taken;
}
