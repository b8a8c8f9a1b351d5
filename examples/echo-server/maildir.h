/* maildir.h - messages as files in a Maildir, safe on disk before anybody is told so.
 *
 * A file holds the content octet for octet as it was received, CRLF line ends included; no field is
 * added to it.  The envelope is not stored. */
#ifndef MAILDIR_H
#define MAILDIR_H

#include <stddef.h>

struct maildir {
    const char *path;
    int tmp, new; /* the open directories */
    unsigned long count;
    char host[256];
};

/* Makes the directory, and tmp, new and cur in it, where they are missing.  fail()s where it cannot. */
void maildir_open(struct maildir *maildir, const char *path, const char *host);
void maildir_close(struct maildir *maildir);

/* 0 once the message is in new/ and will be there after a power cut; else -1 with errno, and nothing
 * of it is left behind. */
int maildir_store(struct maildir *maildir, const void *data, size_t size);

#endif
