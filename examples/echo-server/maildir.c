/* maildir.c - see maildir.h.
 *
 * It waits for the disk, and so does every other session of this one thread.  A server for more mail
 * than an example's would hand the message to a thread, return EHLO_PENDING, and answer when it is
 * stored: --delay shows that path. */
#include "maildir.h"

#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_ROOM = 400 };

static int sync_and_close(int fd)
{
    int status = fsync(fd);
    int error = errno;
    if (close(fd) != 0 && status == 0)
        return -1;
    errno = error;
    return status;
}

/* Opens a directory below another one, after making it where there is none. */
static int open_directory(int parent, const char *name)
{
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
        return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void maildir_open(struct maildir *maildir, const char *path, const char *host)
{
    *maildir = (struct maildir){.path = path};
    snprintf(maildir->host, sizeof maildir->host, "%s", host);
    for (char *at = maildir->host; *at != '\0'; at++)
        if (*at == '/' || *at == ':') /* they part names and flags in a Maildir */
            *at = '_';

    int top = open_directory(AT_FDCWD, path);
    int cur = top < 0 ? -1 : open_directory(top, "cur");
    maildir->tmp = top < 0 ? -1 : open_directory(top, "tmp");
    maildir->new = top < 0 ? -1 : open_directory(top, "new");
    if (cur < 0 || maildir->tmp < 0 || maildir->new < 0 || fsync(top) != 0)
        fail("--maildir '%s': cannot use it: %s", path, strerror(errno));
    close(cur);
    close(top);
}

void maildir_close(struct maildir *maildir)
{
    close(maildir->tmp);
    close(maildir->new);
}

/* A name that no other file of any program here ever had: time, process, count, host. */
static void make_name(struct maildir *maildir, char *name)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, NAME_ROOM, "%lld.M%06ldP%ldQ%lu.%s", (long long)now.tv_sec, now.tv_nsec / 1000,
             (long)getpid(), ++maildir->count, maildir->host);
}

/* The whole file, in tmp/, on disk. */
static int write_file(int directory, const char *name, const void *data, size_t size)
{
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    if (write_all(fd, data, size) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return sync_and_close(fd);
}

int maildir_store(struct maildir *maildir, const void *data, size_t size)
{
    char name[NAME_ROOM];
    make_name(maildir, name);
    int where = maildir->tmp; /* the directory in which something has to be taken away after a failure */
    if (write_file(maildir->tmp, name, data, size) == 0 && fsync(maildir->tmp) == 0 &&
        renameat(maildir->tmp, name, maildir->new, name) == 0) {
        where = maildir->new;
        if (fsync(maildir->new) == 0)
            return 0;
    }
    int error = errno;
    unlinkat(where, name, 0);
    errno = error;
    return -1;
}
