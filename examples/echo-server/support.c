/* support.c - see support.h. */
#include "support.h"

#include "stop.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_ROOM = 4096 };

/* What came from a person or a peer may hold controls: they must not make a second line, nor move
 * the cursor of whoever reads the log. */
static void print_line(const char *format, va_list arguments)
{
    char line[LINE_ROOM] = "echo-server: ";
    size_t start = strlen(line);
    vsnprintf(line + start, sizeof line - start - 1, format, arguments);
    size_t size = strlen(line);
    for (size_t i = 0; i < size; i++) {
        unsigned char octet = (unsigned char)line[i];
        if (octet < 32 || octet == 127)
            line[i] = '?';
    }
    line[size] = '\n';
    write_all(STDERR_FILENO, line, size + 1);
}

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    exit(2);
}

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

uint64_t clock_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Room for `more` octets behind those that are there: doubled, so that adding n octets costs O(n). */
static int bytes_make_room(struct bytes *bytes, size_t more)
{
    if (bytes->failed)
        return -1;
    if (more <= bytes->room - bytes->size)
        return 0;
    size_t need = bytes->size + more;
    size_t room = need > bytes->room * 2 ? need : bytes->room * 2;
    char *data = need < more ? NULL : realloc(bytes->data, room);
    if (data == NULL) {
        bytes->failed = 1;
        return -1;
    }
    bytes->data = data;
    bytes->room = room;
    return 0;
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (size == 0 || bytes_make_room(bytes, size) != 0)
        return;
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

void bytes_print(struct bytes *bytes, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || bytes_make_room(bytes, (size_t)size + 1) != 0)
        return;
    va_start(arguments, format);
    vsnprintf(bytes->data + bytes->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    bytes->size += (size_t)size;
}

void bytes_drop_front(struct bytes *bytes, size_t size)
{
    bytes->size -= size;
    if (bytes->size == 0)
        bytes_free(bytes); /* whoever is idle shall not hold memory */
    else if (size > 0)
        memmove(bytes->data, bytes->data + size, bytes->size);
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){.data = NULL};
}

int write_all(int fd, const void *data, size_t size)
{
    const char *rest = data;
    while (size > 0) {
        ssize_t written = write(fd, rest, size);
        if (written >= 0) {
            rest += written;
            size -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return -1;
        }
        if (size > 0 && stop_asked()) { /* nobody may be reading any more */
            errno = EINTR;
            return -1;
        }
    }
    return 0;
}
