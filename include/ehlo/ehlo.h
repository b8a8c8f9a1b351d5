/* ehlo.h - libehlo, an embeddable SMTP protocol library: includes all its headers. */
#ifndef EHLO_EHLO_H
#define EHLO_EHLO_H

#include "base.h"
#include "codec.h"
#include "command.h"
#include "params.h"
#include "path.h"
#include "proxy.h"
#include "received.h"
#include "reply.h"
#include "server.h"

#endif
