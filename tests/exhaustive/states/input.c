/* input.c - the command lines that the peer may send, and what each is by its RFC. */
#include "states.h"

#include <string.h>

static const a_line lines[] = {
    {"HELO a", EHLO_HELO, GOOD},
    {"HELO -", EHLO_HELO, 501},
    {"EHLO a", EHLO_EHLO, GOOD},
    {"EHLO", EHLO_EHLO, 501},
    {"LHLO a", EHLO_LHLO, GOOD},
    {"LHLO a b", EHLO_LHLO, 501},
    {"MAIL FROM:<>", EHLO_MAIL, GOOD},
    {"MAIL FROM:<a@", EHLO_MAIL, 501},
    {"MAIL FROM:<> XX=1", EHLO_MAIL, UNKNOWN_PARAMETER},
    {"MAIL FROM:<> SIZE=9", EHLO_MAIL, TOO_BIG_DECLARED},
    {"MAIL FROM:<> BODY=BINARYMIME", EHLO_MAIL, BINARY},
    {"MAIL FROM:<> PRDR", EHLO_MAIL, WANTS_PRDR},
    {"MAIL FROM:<> SMTPUTF8", EHLO_MAIL, WANTS_UTF8},
    {"RCPT TO:<a@b>", EHLO_RCPT, GOOD},
    {"RCPT TO:<>", EHLO_RCPT, 501},
    {"DATA", EHLO_DATA, GOOD},
    {"DATA x", EHLO_DATA, 501},
    {"SEND FROM:<>", EHLO_SEND, GOOD},
    {"SOML FROM:<>", EHLO_SOML, GOOD},
    {"SAML FROM:<>", EHLO_SAML, GOOD},
    {"SAML", EHLO_SAML, 501},
    {"VRFY a", EHLO_VRFY, GOOD},
    {"VRFY", EHLO_VRFY, 501},
    {"EXPN a", EHLO_EXPN, GOOD},
    {"EXPN", EHLO_EXPN, 501},
    {"RSET", EHLO_RSET, GOOD},
    {"RSET x", EHLO_RSET, 501},
    {"HELP", EHLO_HELP, GOOD},
    {"NOOP", EHLO_NOOP, GOOD},
    {"QUIT", EHLO_QUIT, GOOD},
    {"QUIT x", EHLO_QUIT, 501},
    {"TURN", EHLO_TURN, GOOD},
    {"TURN x", EHLO_TURN, 501},
    {"BDAT 0", EHLO_BDAT, GOOD},
    {"BDAT 1", EHLO_BDAT, GOOD},
    {"BDAT 2", EHLO_BDAT, GOOD},
    {"BDAT 3", EHLO_BDAT, GOOD},
    {"BDAT 99", EHLO_BDAT, GOOD},
    {"BDAT 0 LAST", EHLO_BDAT, GOOD},
    {"BDAT 1 LAST", EHLO_BDAT, GOOD},
    {"BDAT 2 last", EHLO_BDAT, GOOD},
    {"BDAT 1 LASTLY", EHLO_BDAT, 501},
    {"BDAT 1 BAD", EHLO_BDAT, 501},
    {"BDAT 1 \x01", EHLO_BDAT, BAD_OCTET},
    {"BDAT 1 LA\nST", EHLO_BDAT, BARE_END},
    {"BDAT x", EHLO_BDAT, GOOD},
    {"BDAT", EHLO_BDAT, GOOD},
    {"BURL imap://a", EHLO_BURL, GOOD},
    {"BURL imap://a LAST", EHLO_BURL, GOOD},
    {"BURL x", EHLO_BURL, 501},
    {"STARTTLS", EHLO_STARTTLS, GOOD},
    {"STARTTLS x", EHLO_STARTTLS, 501},
    {"AUTH PLAIN", EHLO_AUTH, NO_INITIAL},
    {"AUTH PLAIN AAAA", EHLO_AUTH, INITIAL},
    {"AUTH PLAIN =", EHLO_AUTH, INITIAL},
    {"AUTH PLAIN A", EHLO_AUTH, 501},
    {"AUTH CRAM-MD5", EHLO_AUTH, NO_INITIAL},
    {"AUTH CRAM-MD5 AAAA", EHLO_AUTH, 501},
    {"AUTH XX", EHLO_AUTH, 504},
    {"AUTH", EHLO_AUTH, 501},
    {"ETRN a.example", EHLO_ETRN, GOOD},
    {"ETRN", EHLO_ETRN, 501},
    {"ATRN", EHLO_ATRN, GOOD},
    {"ATRN x", EHLO_ATRN, 501},
    {"XCLIENT NAME=a", EHLO_XCLIENT, GOOD},
    {"XCLIENT x", EHLO_XCLIENT, 501},
    {"XFORWARD NAME=a", EHLO_XFORWARD, GOOD},
    {"XFORWARD x", EHLO_XFORWARD, 501},
    {"XX", 0, GOOD},
    {"", 0, GOOD},
    {"NOOP \x01", EHLO_NOOP, BAD_OCTET},
    {"RCPT \x01", EHLO_RCPT, BAD_OCTET},
    {"NOOP\nNOOP", 0, BARE_END},
    {"QUIT \r", EHLO_QUIT, BARE_END},
    {"GET / HTTP/1.1", 0, GOOD},
};

size_t lines_count(void)
{
    return sizeof lines / sizeof lines[0];
}

const char *line_text(size_t number)
{
    return lines[number].text;
}

const a_line *line_of(const char *text, size_t size)
{
    for (size_t i = 0; i < lines_count(); i++)
        if (strlen(lines[i].text) == size && !memcmp(lines[i].text, text, size))
            return &lines[i];
    return NULL;
}
