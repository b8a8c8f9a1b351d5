/* base64.h - base64 that is only looked at. */
#ifndef EHLO_TEXT_BASE64_H
#define EHLO_TEXT_BASE64_H

#include <stddef.h>

/* 1: it is canonical base64, as ehlo_base64_decode() takes it.  So is nothing at all. */
int ehlo__base64_valid(const void *data, size_t size);

#endif
